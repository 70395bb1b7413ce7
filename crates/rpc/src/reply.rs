//! One value out: as JSON, and from the same bytes as XML; and the envelope of an error.
//!
//! A reply is written straight into its bytes and never built as a tree first. A success body must not
//! have a member `Code` at the top, nor any null: clients take the one for an error and break on the other
//! (protocol contract §5.2).

use std::borrow::Cow;
use std::marker::PhantomData;

use crate::code::Error;
use crate::gateway::INTERNAL_ERROR;
use crate::xml;

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `application/json;charset=utf-8`.
    Json,
    /// `text/xml;charset=utf-8`.
    Xml,
}

impl Format {
    /// The exact Content-Type: one client recognises XML errors only by this very text.
    pub fn content_type(self) -> &'static str {
        match self {
            Format::Json => "application/json;charset=utf-8",
            Format::Xml => "text/xml;charset=utf-8",
        }
    }

    /// The form a `Format` parameter names: an empty one and the literal `None`, which an old client sends,
    /// name no form; `Err` for any other text.
    pub(crate) fn named(text: &str) -> Result<Option<Format>, ()> {
        match text {
            "" | "None" => Ok(None),
            _ if text.eq_ignore_ascii_case("JSON") => Ok(Some(Format::Json)),
            _ if text.eq_ignore_ascii_case("XML") => Ok(Some(Format::Xml)),
            _ => Err(()),
        }
    }
}

/// What a reply value is, for the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A whole number of 32 bits.
    Int,
    /// A whole number of 64 bits.
    Long,
    /// A number with a fraction.
    Float,
    /// `true` or `false`.
    Bool,
    /// An object of fields.
    Object(&'static [ReplyField]),
    /// A list of one kind.
    List(&'static Kind),
}

/// One member of a reply object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplyField {
    /// The name on the wire.
    pub name: &'static str,
    /// What it is, from the doc comment.
    pub doc: &'static str,
    /// What its value is.
    pub kind: Kind,
}

/// A value that can write itself as JSON.
pub trait Json {
    /// What it is.
    const KIND: Kind;

    /// Appends the value as JSON.
    fn json(&self, out: &mut Vec<u8>);

    /// Whether a member with this value is left out of its object.
    fn skip(&self) -> bool {
        false
    }
}

/// A reply object. Derived: see the macro of the same name.
///
/// ```
/// #[derive(rpc::Reply)]
/// struct Created {
///     /// The new circuit's id.
///     physical_connection_id: String,
/// }
/// let created = Created { physical_connection_id: "pc-1".to_string() };
/// assert_eq!(rpc::body(&created), b"{\"PhysicalConnectionId\":\"pc-1\"}");
/// ```
///
/// What is not documented does not compile:
///
/// ```compile_fail
/// #[derive(rpc::Reply)]
/// struct Created {
///     physical_connection_id: String,
/// }
/// ```
pub trait Reply: Json {
    /// The members in the order they are written.
    const FIELDS: &'static [ReplyField];
}

/// The finished answer to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status: 200, or that of the error's code.
    pub status: u16,
    /// The Content-Type header.
    pub content_type: &'static str,
    /// The body; never empty.
    pub body: Vec<u8>,
    /// The extra headers an error asked for.
    pub headers: Vec<(&'static str, String)>,
}

/// The body of a reply: a JSON object without RequestId, such as `{"PhysicalConnectionId":"pc-1"}`. It is
/// the same for every caller and may be kept.
pub fn body<R: Reply>(reply: &R) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    reply.json(&mut out);
    out
}

/// The answer of an action that succeeded: `body` is what [`body`] made, now or earlier.
///
/// A body that is no JSON object can only come from damaged storage; it is answered as InternalError.
pub fn success(format: Format, action: &str, request_id: &str, body: &[u8]) -> Response {
    let Some(members) = body.strip_prefix(b"{") else {
        return failure(format, &damaged("it does not begin with a brace"), request_id, "");
    };
    let mut out = Vec::with_capacity(body.len() + request_id.len() + 16);
    out.extend_from_slice(b"{\"RequestId\":");
    request_id.json(&mut out);
    if members != b"}" {
        out.push(b',');
    }
    out.extend_from_slice(members);
    if format == Format::Xml {
        out = match xml::document(&[action, "Response"].concat(), &out) {
            Ok(document) => document,
            Err(error) => return failure(format, &damaged(error), request_id, ""),
        };
    }
    Response { status: 200, content_type: format.content_type(), body: out, headers: Vec::new() }
}

fn damaged(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(&INTERNAL_ERROR).with_source(cause)
}

/// The answer of a request that failed: the envelope of protocol contract §5.3, every member a string.
pub fn failure(format: Format, error: &Error, request_id: &str, host_id: &str) -> Response {
    let recommend = ["docs/reference/errors.md#", error.code().name].concat();
    let members = [
        ("RequestId", request_id),
        ("HostId", host_id),
        ("Code", error.code().name),
        ("Message", error.message()),
        ("Recommend", &recommend),
    ];
    let mut out = Vec::with_capacity(256 + error.message().len());
    out.push(b'{');
    let mut first = true;
    for (name, text) in members {
        key(&mut out, &mut first, name);
        text.json(&mut out);
    }
    for (name, object) in error.members() {
        key(&mut out, &mut first, name);
        out.extend_from_slice(object);
    }
    out.push(b'}');
    if format == Format::Xml {
        out = xml::document("Error", &out).expect("the envelope was just written as JSON");
    }
    Response {
        status: error.code().status,
        content_type: format.content_type(),
        body: out,
        headers: error.headers().to_vec(),
    }
}

/// Writes the name of the next member of an object.
fn key(out: &mut Vec<u8>, first: &mut bool, name: &str) {
    if !std::mem::take(first) {
        out.push(b',');
    }
    name.json(out);
    out.push(b':');
}

/// Writes one member of an object unless it is skipped. `quoted` is the name in quotes with its colon.
/// Called by the derived [`Json`].
#[doc(hidden)]
pub fn member<T: Json>(out: &mut Vec<u8>, first: &mut bool, quoted: &str, value: &T) {
    if value.skip() {
        return;
    }
    if !std::mem::take(first) {
        out.push(b',');
    }
    out.extend_from_slice(quoted.as_bytes());
    value.json(out);
}

/// The JSON of a `T` that was rendered earlier, written as it is. Nothing is parsed on the way.
pub struct Stored<T> {
    json: Vec<u8>,
    of: PhantomData<fn() -> T>,
}

impl<T: Json> Stored<T> {
    /// Takes the JSON text of a `T`, from [`Stored::of`] or [`body`], as it comes from the store.
    pub fn from_bytes(json: impl Into<Vec<u8>>) -> Stored<T> {
        Stored { json: json.into(), of: PhantomData }
    }

    /// Renders a value once.
    pub fn of(value: &T) -> Stored<T> {
        let mut json = Vec::with_capacity(256);
        value.json(&mut json);
        Stored { json, of: PhantomData }
    }

    /// The JSON text, for the store.
    pub fn as_bytes(&self) -> &[u8] {
        &self.json
    }
}

impl<T> Clone for Stored<T> {
    fn clone(&self) -> Stored<T> {
        Stored { json: self.json.clone(), of: PhantomData }
    }
}

impl<T> std::fmt::Debug for Stored<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Stored").field(&String::from_utf8_lossy(&self.json)).finish()
    }
}

impl<T: Json> Json for Stored<T> {
    const KIND: Kind = T::KIND;

    fn json(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.json);
    }
}

impl<T: Reply> Reply for Stored<T> {
    const FIELDS: &'static [ReplyField] = T::FIELDS;
}

/// Writes what serde_json knows how to write: strings with their escapes, and numbers.
fn written<T: serde::Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    serde_json::to_writer(out, value).expect("a vector takes every byte, and the value is a scalar");
}

macro_rules! scalars {
    ($($type:ty: $kind:ident),*) => {$(
        impl Json for $type {
            const KIND: Kind = Kind::$kind;

            fn json(&self, out: &mut Vec<u8>) {
                written(self, out);
            }
        }
    )*};
}

// A u64 is a Long to the clients; ids and counts stay far below the 2^53 some of them can hold. A float
// that is not a number is written as null, so a reply must not hold one.
scalars!(str: Text, String: Text, Cow<'_, str>: Text, i32: Int, i64: Long, u32: Long, u64: Long, f64: Float, bool: Bool);

impl<T: Json + ?Sized> Json for &T {
    const KIND: Kind = T::KIND;

    fn json(&self, out: &mut Vec<u8>) {
        (**self).json(out);
    }

    fn skip(&self) -> bool {
        (**self).skip()
    }
}

impl<T: Json + ?Sized> Json for Box<T> {
    const KIND: Kind = T::KIND;

    fn json(&self, out: &mut Vec<u8>) {
        (**self).json(out);
    }

    fn skip(&self) -> bool {
        (**self).skip()
    }
}

/// `None` is left out of an object; in a list it would be a null and must not occur.
impl<T: Json> Json for Option<T> {
    const KIND: Kind = T::KIND;

    fn json(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.json(out),
            None => out.extend_from_slice(b"null"),
        }
    }

    fn skip(&self) -> bool {
        self.is_none()
    }
}

impl<T: Json> Json for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);

    fn json(&self, out: &mut Vec<u8>) {
        out.push(b'[');
        let items = self.iter().filter(|item| !item.skip());
        for (at, item) in items.enumerate() {
            if at > 0 {
                out.push(b',');
            }
            item.json(out);
        }
        out.push(b']');
    }
}
