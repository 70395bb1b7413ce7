//! The XML form of an answer, made from the bytes of its JSON form.
//!
//! Members become elements in their order, a list repeats the element of its name (protocol contract §5.2).
//! Whatever text goes in, a well-formed document must come out.

use serde_json::Value;

/// A character in the place of one XML 1.0 cannot hold.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// The document with the given root and the members of a JSON object below it.
///
/// # Errors
/// When the bytes are not JSON, which only damaged storage can bring about.
pub(crate) fn document(root: &str, json: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    let value: Value = serde_json::from_slice(json)?;
    let mut out = String::with_capacity(json.len() * 2);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    element(&mut out, &element_name(root), &value);
    Ok(out.into_bytes())
}

fn element(out: &mut String, name: &str, value: &Value) {
    if let Value::Array(items) = value {
        return items.iter().for_each(|item| element(out, name, item));
    }
    out.extend(["<", name, ">"]);
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| element(out, &element_name(key), value));
        }
        Value::String(text) => text.chars().for_each(|character| push(out, character)),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Null | Value::Array(_) => {}
    }
    out.extend(["</", name, ">"]);
}

/// One character of text. A carriage return is escaped, since readers turn a bare one into a line feed.
fn push(out: &mut String, character: char) {
    match character {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&apos;"),
        '\r' => out.push_str("&#13;"),
        '\t' | '\n' => out.push(character),
        '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push(REPLACEMENT),
        _ => out.push(character),
    }
}

/// A member's name as an element's: what is no ASCII letter, digit, dot, hyphen or underscore becomes an
/// underscore, and so does a first character that may not begin a name.
fn element_name(key: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let mut name: String = key.chars().map(|c| if allowed(c) { c } else { '_' }).collect();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        name.insert(0, '_');
    }
    name
}
