//! The derives of the `rpc` crate: decoder, writer and description of a wire type from one declaration.
//!
//! The generated code is a table and calls into `rpc`; no rule of the dialect may live here. What is
//! declared without a doc comment does not compile, because the reference is made of those comments; the
//! examples that show it stand at the traits in `rpc`, where they can be compiled.

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

mod choice;
mod declaration;
mod reply;
mod wire;

/// Derives `rpc::Wire` and `rpc::Param` for a struct with named fields: an action's parameters, or an
/// object in a list.
///
/// A field `access_point_id` is the parameter `AccessPointId`. A doc comment on each field is mandatory.
/// `#[wire(...)]` on a field takes:
///
/// | key | meaning |
/// |---|---|
/// | `rename = "bandwidth"` | the name on the wire |
/// | `alias = "BandWidth"` | another spelling; may be repeated |
/// | `default = "100"` | the text decoded when it is absent |
/// | `required` | a list must have an item |
/// | `error = CODE` | the code of a bad value |
/// | `missing = CODE` | the code of its absence; makes a list required |
/// | `too_many = CODE` | the code of a list that is too long |
/// | `max_items = 20` | the longest list |
#[proc_macro_derive(Wire, attributes(wire))]
pub fn derive_wire(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    wire::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Derives `rpc::Json` and `rpc::Reply` for a struct with named fields.
///
/// A field `request_id` is the member `RequestId`; `#[reply(rename = "tags")]` names it otherwise. A doc
/// comment on each field is mandatory.
#[proc_macro_derive(Reply, attributes(reply))]
pub fn derive_reply(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    reply::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Derives a parameter that is one of a list of words for an enum without data: `as_str`, `ALL`,
/// `from_wire`, `rpc::Param` and `rpc::Json`.
///
/// A variant is written as its name unless `#[choice("1000Base-T")]` says otherwise;
/// `#[choice(case_insensitive)]` on the enum matches without regard to ASCII case. A doc comment on each
/// variant is mandatory.
#[proc_macro_derive(Choice, attributes(choice))]
pub fn derive_choice(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    choice::expand(&input).unwrap_or_else(syn::Error::into_compile_error).into()
}
