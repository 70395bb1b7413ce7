//! What can go wrong, as the caller sees it: a code with a status and a message.
//!
//! A [`Code`] is a constant of the wire contract; an [`Error`] is one occurrence of it. The cause inside an
//! error is for the log and must never reach the wire.

use std::borrow::Cow;
use std::fmt;

use crate::reply::Reply;

/// One error code of the wire contract. Codes are statics, declared once and referred to.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The text of `Code` in the envelope, such as `InvalidParameter`.
    pub name: &'static str,
    /// The HTTP status it is answered with.
    pub status: u16,
    /// The text of `Message`, unless an occurrence replaces it. `%s` stands for a text of the occurrence.
    pub message: &'static str,
}

impl Code {
    /// A code from its three parts.
    pub const fn new(name: &'static str, status: u16, message: &'static str) -> Code {
        Code { name, status, message }
    }
}

/// One occurrence of a [`Code`]: the message, extra headers and members of the envelope, and the cause.
///
/// The content is boxed, so a `Result` with it stays as small as its value.
pub struct Error(Box<Occurrence>);

struct Occurrence {
    code: &'static Code,
    message: Cow<'static, str>,
    headers: Vec<(&'static str, String)>,
    members: Vec<(&'static str, Vec<u8>)>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An occurrence with the code's own message.
    pub fn new(code: &'static Code) -> Error {
        Error(Box::new(Occurrence {
            code,
            message: Cow::Borrowed(code.message),
            headers: Vec::new(),
            members: Vec::new(),
            source: None,
        }))
    }

    /// Replaces the message the caller reads.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Error {
        self.0.message = Cow::Owned(message.into());
        self
    }

    /// Attaches the cause. It is for the log and never leaves the server.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        self.0.source = Some(source.into());
        self
    }

    /// Adds a header to the response that will carry this error.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Error {
        self.0.headers.push((name, value.into()));
        self
    }

    /// Adds an object to the envelope beside the five fixed keys: `AccessDeniedDetail` of protocol
    /// contract §10.5, which clients require to be an object.
    #[must_use]
    pub fn with_member<R: Reply>(mut self, name: &'static str, object: &R) -> Error {
        self.0.members.push((name, crate::reply::body(object)));
        self
    }

    /// The code that occurred.
    pub fn code(&self) -> &'static Code {
        self.0.code
    }

    /// The message as the caller will read it.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The extra response headers, in the order they were added.
    pub fn headers(&self) -> &[(&'static str, String)] {
        &self.0.headers
    }

    /// The extra members of the envelope, each a name and a JSON object.
    pub(crate) fn members(&self) -> &[(&'static str, Vec<u8>)] {
        &self.0.members
    }
}

impl From<&'static Code> for Error {
    fn from(code: &'static Code) -> Error {
        Error::new(code)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("code", &self.0.code.name)
            .field("message", &self.0.message)
            .field("headers", &self.0.headers)
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code.name, self.0.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    static LOST: Code = Code::new("Lost", 404, "It is lost.");

    #[test]
    fn an_error_is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<(), Error>>(), size_of::<usize>());
    }

    #[test]
    fn the_source_is_reachable_but_not_displayed() {
        let error = Error::from(&LOST).with_source("disk on fire").with_header("x-hint", "look");
        assert_eq!(error.to_string(), "Lost: It is lost.");
        assert_eq!(error.source().expect("a source was attached").to_string(), "disk on fire");
        assert_eq!(error.headers(), [("x-hint", "look".to_string())]);
        assert_eq!(error.with_message("Gone.").message(), "Gone.");
    }
}
