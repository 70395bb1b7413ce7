//! Reads a request body into parameters, as its media type says.
//!
//! Only bytes a signature covers may become parameters: the caller decides whether JSON counts at all.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::code::Error;
use crate::limits::PARAMETER_NAME_BYTES_MAX;
use crate::params::{Part, Reader, invalid};

/// What a body may be read as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    Form,
    Json,
    /// Anything else: no parameters in it.
    Opaque,
}

/// The medium a Content-Type names. Its parameters, such as charset, are ignored (protocol contract §1).
pub(crate) fn media(content_type: &[u8]) -> Media {
    let essence = content_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    if essence.eq_ignore_ascii_case(b"application/x-www-form-urlencoded") {
        Media::Form
    } else if essence.eq_ignore_ascii_case(b"application/json") {
        Media::Json
    } else {
        Media::Opaque
    }
}

/// Reads a JSON object as parameters: `{"Tag":[{"Key":"a"}]}` is `Tag.1.Key=a`. A null is no parameter.
///
/// # Errors
/// InvalidParameter when the body is not one JSON object or passes a limit.
pub(crate) fn json(reader: &mut Reader, body: &[u8]) -> Result<(), Error> {
    if body.trim_ascii().is_empty() {
        return Ok(());
    }
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(invalid("", "the body must be a JSON object"));
    }
    let mut refusal = None;
    let mut path = String::new();
    let mut source = serde_json::Deserializer::from_slice(body);
    let read = Flatten { reader, path: &mut path, refusal: &mut refusal }
        .deserialize(&mut source)
        .and_then(|()| source.end());
    match (refusal, read) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(invalid("", "the body must be a JSON object").with_source(error)),
        (None, Ok(())) => Ok(()),
    }
}

/// One JSON value at one path. It is walked rather than built, so that a name given twice is seen.
struct Flatten<'a> {
    reader: &'a mut Reader,
    path: &'a mut String,
    /// The first refusal: serde's own error cannot carry it.
    refusal: &'a mut Option<Error>,
}

impl Flatten<'_> {
    fn leaf<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        let Flatten { reader, path, refusal } = self;
        reader.pair(path, text, Part::Body).map_err(|error| {
            *refusal = Some(error);
            E::custom("refused")
        })
    }

    /// Calls `read` with the path one segment longer.
    fn below<T, E: serde::de::Error>(
        &mut self,
        segment: &str,
        read: impl FnOnce(Flatten<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(segment);
        // Checked here too: a leaf would come too late for a deep tree of long names.
        if self.path.len() > PARAMETER_NAME_BYTES_MAX {
            *self.refusal = Some(invalid("", "the name is too long"));
            return Err(E::custom("refused"));
        }
        let result = read(Flatten { reader: self.reader, path: self.path, refusal: self.refusal });
        self.path.truncate(length);
        result
    }
}

impl<'de> DeserializeSeed<'de> for Flatten<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Flatten<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.leaf(if value { "true" } else { "false" })
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.leaf(&value.to_string())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.leaf(&value.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.leaf(&value.to_string())
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<(), E> {
        self.leaf(value)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let mut index = 1_usize;
        while self.below(&index.to_string(), |item| items.next_element_seed(item))?.is_some() {
            index += 1;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            if name.is_empty() {
                *self.refusal = Some(invalid("", "a parameter needs a name"));
                return Err(A::Error::custom("refused"));
            }
            self.below(&name, |value| members.next_value_seed(value))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Vec<(String, String)>, Error> {
        let mut reader = Reader::with_capacity(64);
        json(&mut reader, body.as_bytes())?;
        reader.sort()?;
        let params = reader.finish();
        Ok(params.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect())
    }

    #[test]
    fn lists_and_objects_become_their_flat_names() {
        let body =
            r#"{"Tag":[{"Key":"a"},{"Key":"b","Value":null}],"N":7,"F":1.5,"On":true,"Text":"测","Void":[]}"#;
        let pairs = read(body).unwrap();
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            pairs,
            [
                ("F", "1.5"),
                ("N", "7"),
                ("On", "true"),
                ("Tag.1.Key", "a"),
                ("Tag.2.Key", "b"),
                ("Text", "测")
            ]
        );
        assert!(read("").unwrap().is_empty());
        assert!(read(" {} ").unwrap().is_empty());
    }

    #[test]
    fn what_is_not_one_object_is_refused() {
        for body in ["[1]", "null", "7", "{", "{}{}", "{\"a\":\"\\ud800\"}", "{\"\":1}", "\u{feff}{}"] {
            assert!(read(body).is_err(), "{body}");
        }
    }

    #[test]
    fn a_name_given_twice_is_refused_in_either_spelling() {
        for body in [r#"{"A":1,"A":2}"#, r#"{"A":["x"],"A.1":"y"}"#] {
            let error = read(body).unwrap_err();
            assert!(error.message().ends_with("it is given twice."), "{body}: {error}");
        }
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let deep = format!("{{\"A\":{}{}}}", "[".repeat(500), "]".repeat(500));
        assert!(read(&deep).is_err());
        assert!(read(&format!("{{\"{}\":[]}}", "n".repeat(PARAMETER_NAME_BYTES_MAX + 1))).is_err());
    }

    #[test]
    fn only_the_media_type_matters() {
        assert!(media(b"application/json; charset=utf-8") == Media::Json);
        assert!(media(b"Application/X-WWW-Form-UrlEncoded;charset=x") == Media::Form);
        assert!(media(b"text/plain") == Media::Opaque && media(b"") == Media::Opaque);
    }
}
