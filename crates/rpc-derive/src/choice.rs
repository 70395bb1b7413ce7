//! `#[derive(Choice)]`: the words of an enum, both ways.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Error, Fields, Ident, LitStr, Variant};

use crate::declaration::doc;

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream, Error> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new(input.ident.span(), "expected an enum"));
    };
    let (mut idents, mut words, mut docs) = (Vec::new(), Vec::new(), Vec::new());
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new(variant.ident.span(), "a word carries no data"));
        }
        idents.push(&variant.ident);
        words.push(word(variant)?);
        docs.push(doc(&variant.attrs, &variant.ident, "the value")?);
    }
    let case_insensitive = case_insensitive(&input.attrs)?;
    distinct(&idents, &words, case_insensitive)?;
    let inherent = inherent(&input.ident, &idents, &words, case_insensitive);
    let name = &input.ident;
    let expected = format!("one of {}", words.join(", "));
    Ok(quote! {
        #inherent

        #[automatically_derived]
        impl ::rpc::Param for #name {
            const SHAPE: &'static ::rpc::Shape = &::rpc::Shape::Choice {
                values: &[#(::rpc::Value { wire: #words, doc: #docs }),*],
                case_insensitive: #case_insensitive,
            };

            fn decode(node: &::rpc::Node<'_>) -> ::core::result::Result<Self, ::rpc::Bad> {
                let text = node.value().unwrap_or_default();
                Self::from_wire(text).ok_or_else(|| ::rpc::Bad::expected(#expected))
            }
        }

        #[automatically_derived]
        impl ::rpc::Json for #name {
            const KIND: ::rpc::Kind = ::rpc::Kind::Text;

            fn json(&self, out: &mut ::std::vec::Vec<u8>) {
                ::rpc::Json::json(self.as_str(), out);
            }
        }
    })
}

/// The methods of the enum itself.
fn inherent(name: &Ident, idents: &[&Ident], words: &[String], case_insensitive: bool) -> TokenStream {
    let arms = idents.iter().zip(words).map(|(ident, word)| {
        if case_insensitive {
            quote!(_ if text.eq_ignore_ascii_case(#word) => #name::#ident,)
        } else {
            quote!(#word => #name::#ident,)
        }
    });
    quote! {
        #[automatically_derived]
        #[allow(dead_code)]
        impl #name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[#(#name::#idents),*];

            /// The word as it is written on the wire.
            pub const fn as_str(&self) -> &'static str {
                match self {
                    #(#name::#idents => #words,)*
                }
            }

            /// The value a word of the wire stands for.
            pub fn from_wire(text: &str) -> ::core::option::Option<Self> {
                ::core::option::Option::Some(match text {
                    #(#arms)*
                    _ => return ::core::option::Option::None,
                })
            }
        }
    }
}

/// The word of a variant: that of `#[choice("...")]`, else its name.
fn word(variant: &Variant) -> Result<String, Error> {
    let mut given = variant.attrs.iter().filter(|attribute| attribute.path().is_ident("choice"));
    match given.next() {
        Some(attribute) => Ok(attribute.parse_args::<LitStr>()?.value()),
        None => Ok(variant.ident.to_string()),
    }
}

fn case_insensitive(attributes: &[Attribute]) -> Result<bool, Error> {
    let mut found = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("choice")) {
        attribute.parse_nested_meta(|meta| {
            found = meta.path.is_ident("case_insensitive");
            if found { Ok(()) } else { Err(meta.error("unknown key; known is case_insensitive")) }
        })?;
    }
    Ok(found)
}

/// No two variants may be one word.
fn distinct(idents: &[&Ident], words: &[String], case_insensitive: bool) -> Result<(), Error> {
    for (at, word) in words.iter().enumerate() {
        let same = |other: &String| {
            if case_insensitive { other.eq_ignore_ascii_case(word) } else { other == word }
        };
        if words[..at].iter().any(same) {
            return Err(Error::new(
                idents[at].span(),
                format!("the word {word} stands for another value already"),
            ));
        }
    }
    Ok(())
}
