//! `#[derive(Reply)]`: the table of a struct's members and the calls that write them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Error, Field, LitStr};

use crate::declaration::{doc, field_ident, named_fields, pascal_case};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream, Error> {
    let mut table = Vec::new();
    let mut written = Vec::new();
    for field in named_fields(input)? {
        let ident = field_ident(field)?;
        let ty = &field.ty;
        let doc = doc(&field.attrs, ident, "the member")?;
        let name = rename(field)?.unwrap_or_else(|| pascal_case(ident));
        let quoted = format!("\"{name}\":");
        table.push(quote! {
            ::rpc::ReplyField { name: #name, doc: #doc, kind: <#ty as ::rpc::Json>::KIND }
        });
        written.push(quote!(::rpc::reply::member(out, &mut first, #quoted, &self.#ident);));
    }
    let name = &input.ident;
    let (generics, arguments, bounds) = input.generics.split_for_impl();
    let first = (!written.is_empty()).then(|| quote!(let mut first = true;));
    Ok(quote! {
        #[automatically_derived]
        impl #generics ::rpc::Json for #name #arguments #bounds {
            const KIND: ::rpc::Kind = ::rpc::Kind::Object(<Self as ::rpc::Reply>::FIELDS);

            fn json(&self, out: &mut ::std::vec::Vec<u8>) {
                out.push(b'{');
                #first
                #(#written)*
                out.push(b'}');
            }
        }

        #[automatically_derived]
        impl #generics ::rpc::Reply for #name #arguments #bounds {
            const FIELDS: &'static [::rpc::ReplyField] = &[#(#table),*];
        }
    })
}

/// The name `#[reply(rename = "...")]` gives, which must not need an escape in JSON.
fn rename(field: &Field) -> Result<Option<String>, Error> {
    let mut renamed = None;
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("reply")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("rename") {
                return Err(meta.error("unknown key; known is rename"));
            }
            let name: LitStr = meta.value()?.parse()?;
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            if name.value().is_empty() || !name.value().chars().all(plain) {
                return Err(Error::new(name.span(), "a member's name is ASCII letters, digits, _ - or ."));
            }
            renamed = Some(name.value());
            Ok(())
        })?;
    }
    Ok(renamed)
}
