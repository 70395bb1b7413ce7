//! What the three derives read alike: doc comments, field names, the fields of a struct.
//!
//! Nothing is generated here.

use syn::punctuated::Punctuated;
use syn::{Attribute, Data, DeriveInput, Error, Expr, ExprLit, Field, Fields, Ident, Lit, Meta, Token};

/// The doc comment as one text: lines joined by spaces, paragraphs by an empty line.
///
/// # Errors
/// When there is none: `what` says of what, at the place of `ident`.
pub(crate) fn doc(attributes: &[Attribute], ident: &Ident, what: &str) -> Result<String, Error> {
    let lines = attributes.iter().filter_map(line);
    let mut text = String::new();
    for line in lines {
        let line = line.trim();
        if line.is_empty() && !text.is_empty() && !text.ends_with('\n') {
            text.push_str("\n\n");
        } else if !line.is_empty() {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push(' ');
            }
            text.push_str(line);
        }
    }
    let text = text.trim_end().to_string();
    if text.is_empty() {
        return Err(Error::new(
            ident.span(),
            format!("{what} `{ident}` needs a doc comment: it is the reference"),
        ));
    }
    Ok(text)
}

fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    match &pair.value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if pair.path.is_ident("doc") => Some(text.value()),
        _ => None,
    }
}

/// The wire name of a field: `access_point_id` is `AccessPointId`.
pub(crate) fn pascal_case(ident: &Ident) -> String {
    let snake = ident.to_string();
    let words = snake.trim_start_matches("r#").split('_');
    words
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
        })
        .collect()
}

/// The named fields of a struct without type parameters.
///
/// # Errors
/// For anything else, at the place of its name.
pub(crate) fn named_fields(input: &DeriveInput) -> Result<&Punctuated<Field, Token![,]>, Error> {
    if let Data::Struct(data) = &input.data
        && let Fields::Named(fields) = &data.fields
    {
        return Ok(&fields.named);
    }
    Err(Error::new(input.ident.span(), "expected a struct with named fields"))
}

/// The name of a named field.
///
/// # Errors
/// For a field without one.
pub(crate) fn field_ident(field: &Field) -> Result<&Ident, Error> {
    field.ident.as_ref().ok_or_else(|| Error::new_spanned(field, "expected a named field"))
}
