//! `#[derive(Wire)]`: the table of a struct's parameters and the calls that decode them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::meta::ParseNestedMeta;
use syn::{DeriveInput, Error, Expr, Field, Ident, Lit, LitStr, Path, Type};

use crate::declaration::{doc, field_ident, named_fields, pascal_case};

/// One field as declared.
struct Declared<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    doc: String,
    attributes: Attributes,
}

/// What `#[wire(...)]` says about a field.
#[derive(Default)]
struct Attributes {
    rename: Option<String>,
    aliases: Vec<String>,
    default: Option<String>,
    required: bool,
    error: Option<Path>,
    missing: Option<Path>,
    too_many: Option<Path>,
    max_items: Option<Expr>,
}

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream, Error> {
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "a wire type has no type parameters"));
    }
    let declared: Vec<Declared<'_>> =
        named_fields(input)?.iter().map(Declared::read).collect::<Result<_, _>>()?;
    let name = &input.ident;
    let text = doc(&input.attrs, name, "the wire type")?;
    let table = declared.iter().map(Declared::row);
    let decoded = declared.iter().enumerate().map(|(at, field)| {
        let ident = field.ident;
        quote!(#ident: ::rpc::wire::field(&<Self as ::rpc::Wire>::FIELDS[#at], node)?)
    });
    // A parameter may be there only to be validated; reading it here says that it is not forgotten.
    let idents = declared.iter().map(|field| field.ident);
    // A struct without fields would not use the position.
    let unused = declared.is_empty().then(|| quote!(let _ = node;));
    Ok(quote! {
        #[automatically_derived]
        impl ::rpc::Wire for #name {
            const DOC: &'static str = #text;
            const FIELDS: &'static [::rpc::Field] = &[#(#table),*];

            fn decode_at(node: &::rpc::Node<'_>) -> ::core::result::Result<Self, ::rpc::Error> {
                #unused
                let decoded = #name { #(#decoded),* };
                let _ = (#(&decoded.#idents,)*);
                ::core::result::Result::Ok(decoded)
            }
        }

        #[automatically_derived]
        impl ::rpc::Param for #name {
            const SHAPE: &'static ::rpc::Shape = &::rpc::Shape::Object(<Self as ::rpc::Wire>::FIELDS);

            fn decode(node: &::rpc::Node<'_>) -> ::core::result::Result<Self, ::rpc::Bad> {
                <Self as ::rpc::Wire>::decode_at(node).map_err(::rpc::Bad::Error)
            }
        }
    })
}

impl<'a> Declared<'a> {
    fn read(field: &'a Field) -> Result<Declared<'a>, Error> {
        let ident = field_ident(field)?;
        let doc = doc(&field.attrs, ident, "the parameter")?;
        let mut attributes = Attributes::default();
        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("wire")) {
            attribute.parse_nested_meta(|meta| attributes.read(&meta))?;
        }
        Ok(Declared { ident, ty: &field.ty, doc, attributes })
    }

    /// The field's row in the table.
    fn row(&self) -> TokenStream {
        let Declared { ident, ty, doc, attributes } = self;
        let name = attributes.rename.clone().unwrap_or_else(|| pascal_case(ident));
        let aliases = &attributes.aliases;
        let default = option(attributes.default.as_ref());
        let error = option(attributes.error.as_ref().map(|code| quote!(&#code)));
        let missing = option(attributes.missing.as_ref().map(|code| quote!(&#code)));
        let too_many = option(attributes.too_many.as_ref().map(|code| quote!(&#code)));
        let max_items = option(attributes.max_items.as_ref());
        let required = if attributes.default.is_some() {
            quote!(false)
        } else if attributes.required || attributes.missing.is_some() {
            quote!(true)
        } else {
            quote!(<#ty as ::rpc::Param>::REQUIRED)
        };
        quote! {
            ::rpc::Field {
                name: #name,
                aliases: &[#(#aliases),*],
                doc: #doc,
                shape: <#ty as ::rpc::Param>::SHAPE,
                required: #required,
                list: ::rpc::wire::list_bound::<#ty>(#max_items),
                default: #default,
                error: #error,
                missing: #missing,
                too_many: #too_many,
                editable: <#ty as ::rpc::Param>::EDITABLE,
                clamp: <#ty as ::rpc::Param>::CLAMP,
            }
        }
    }
}

impl Attributes {
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<(), Error> {
        let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        match key.as_str() {
            "rename" => self.rename = Some(meta.value()?.parse::<LitStr>()?.value()),
            "alias" => self.aliases.push(meta.value()?.parse::<LitStr>()?.value()),
            "default" => self.default = Some(literal(&meta.value()?.parse()?)?),
            "required" => self.required = true,
            "error" => self.error = Some(meta.value()?.parse()?),
            "missing" => self.missing = Some(meta.value()?.parse()?),
            "too_many" => self.too_many = Some(meta.value()?.parse()?),
            "max_items" => self.max_items = Some(meta.value()?.parse()?),
            _ => {
                let known = "rename, alias, default, required, error, missing, too_many and max_items";
                return Err(meta.error(format!("unknown key; known are {known}")));
            }
        }
        Ok(())
    }
}

/// A default as the text that stands for it: a string, a number or a truth value.
fn literal(lit: &Lit) -> Result<String, Error> {
    match lit {
        Lit::Str(text) => Ok(text.value()),
        Lit::Int(number) => Ok(number.base10_digits().to_string()),
        Lit::Bool(truth) => Ok(truth.value.to_string()),
        _ => Err(Error::new_spanned(lit, "a default is a string, a whole number, true or false")),
    }
}

fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    if let Some(value) = value {
        quote!(::core::option::Option::Some(#value))
    } else {
        quote!(::core::option::Option::None)
    }
}
