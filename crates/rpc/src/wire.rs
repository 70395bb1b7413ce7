//! What a request parameter may be: types that validate a text and describe the rule they validate by.
//!
//! The description is the rule: a decoder must take its bounds from the same constants the reference is
//! made from. The order of refusals is contract (protocol contract §6.1): first the missing ones in the
//! order of declaration, then the bad values in the same order.

use crate::code::{Code, Error};
use crate::limits::LIST_ITEMS_MAX;
use crate::params::{Node, Params, invalid};
use crate::reply::{Json, Kind};
use crate::text::{self, TextRule};

/// The rule of a parameter's value, for the decoder and for the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A text under a rule.
    Text(&'static TextRule),
    /// A whole number in decimal digits.
    Int {
        /// The least value.
        min: i64,
        /// The greatest value.
        max: i64,
        /// Values are multiples of this; 1 for no such rule.
        step: i64,
    },
    /// `true` or `false` in any case, `1` or `0`.
    Bool,
    /// One of a list of words.
    Choice {
        /// The words.
        values: &'static [Value],
        /// Whether they are matched without regard to ASCII case.
        case_insensitive: bool,
    },
    /// An object: `Name.Field`, or `Name.N.Field` in a list.
    Object(&'static [Field]),
}

/// One word of a [`Shape::Choice`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value {
    /// The word as it is written on the wire.
    pub wire: &'static str,
    /// What it means.
    pub doc: &'static str,
}

/// One declared parameter of an action, or one field of an object in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The name on the wire, without the names it is below.
    pub name: &'static str,
    /// Other spellings of the name that are accepted.
    pub aliases: &'static [&'static str],
    /// What it is, from the doc comment.
    pub doc: &'static str,
    /// What a value may be.
    pub shape: &'static Shape,
    /// Whether it must be there and not be empty.
    pub required: bool,
    /// For a list `Name.N`, how many items it may have.
    pub list: Option<u32>,
    /// The text decoded in the place of an absent value.
    pub default: Option<&'static str>,
    /// The code of a bad value; InvalidParameter if none.
    pub error: Option<&'static Code>,
    /// The code of its absence; MissingParameter if none.
    pub missing: Option<&'static Code>,
    /// The code of a list that is too long; that of a bad value if none.
    pub too_many: Option<&'static Code>,
    /// Whether an empty value clears what is stored ([`Edit`]).
    pub editable: bool,
    /// Whether a value out of bounds is moved to the nearest bound.
    pub clamp: bool,
}

/// Why a value was not decoded.
#[derive(Debug)]
pub enum Bad {
    /// The value breaks its rule.
    Value {
        /// The path of the value, where it is below the parameter that is being decoded.
        path: Option<String>,
        /// What is expected, to follow "expected": `a whole number from 1 to 50`.
        expected: String,
    },
    /// A field of an object answered with a code of its own.
    Error(Error),
}

impl Bad {
    /// A value that breaks its rule; `what` follows the word "expected".
    pub fn expected(what: impl Into<String>) -> Bad {
        Bad::Value { path: None, expected: what.into() }
    }

    /// Says where the value is, unless something nearer has said so.
    fn at(self, node: &Node<'_>) -> Bad {
        match self {
            Bad::Value { path: None, expected } => Bad::Value { path: Some(node.path()), expected },
            other => other,
        }
    }
}

/// A type that can be decoded from a position in the parameters. Derived for structs by `Wire` and for enums
/// by `Choice`, made for texts by [`text!`](crate::text!), and otherwise written by hand.
///
/// ```
/// #[derive(rpc::Choice)]
/// enum Carrier {
///     /// China Telecom.
///     #[choice("CT")]
///     Telecom,
/// }
/// assert_eq!(Carrier::Telecom.as_str(), "CT");
/// ```
///
/// A word that is not documented does not compile:
///
/// ```compile_fail
/// #[derive(rpc::Choice)]
/// enum Carrier {
///     #[choice("CT")]
///     Telecom,
/// }
/// ```
pub trait Param: Sized {
    /// The rule of the value; of one item for a list.
    const SHAPE: &'static Shape;
    /// Whether a field of this type must be there.
    const REQUIRED: bool = true;
    /// Whether it is a list `Name.N`.
    const LIST: bool = false;
    /// Whether an empty value means something other than absence.
    const EDITABLE: bool = false;
    /// Whether a value out of bounds is moved to the nearest bound.
    const CLAMP: bool = false;

    /// Decodes what is at a position. The position is not absent; its text may be empty only for a type
    /// that is [`Param::EDITABLE`] or inside a list.
    fn decode(node: &Node<'_>) -> Result<Self, Bad>;

    /// The value of an absent field, for a type that has one.
    fn missing() -> Option<Self> {
        None
    }
}

/// A struct decoded from parameters by their names. Derived: see the macro of the same name.
///
/// ```
/// /// A label.
/// #[derive(rpc::Wire)]
/// struct Tag {
///     /// The label's name.
///     key: String,
/// }
/// ```
///
/// What is not documented does not compile:
///
/// ```compile_fail
/// /// A label.
/// #[derive(rpc::Wire)]
/// struct Tag {
///     key: String,
/// }
/// ```
pub trait Wire: Sized {
    /// What the struct is: its doc comment.
    const DOC: &'static str;

    /// The parameters in the order of declaration.
    const FIELDS: &'static [Field];

    /// Decodes the fields below a position. What is required is known to be there.
    fn decode_at(node: &Node<'_>) -> Result<Self, Error>;

    /// Decodes an action's parameters: what is missing first, then every value, in declaration order.
    fn decode(params: &Params) -> Result<Self, Error> {
        check_required(Self::FIELDS, &params.root())?;
        Self::decode_at(&params.root())
    }
}

/// Looks for the required fields below a position, in declaration order, and in the objects they hold.
fn check_required(fields: &'static [Field], node: &Node<'_>) -> Result<(), Error> {
    for field in fields {
        // Spellings that disagree are a bad value, which is not looked at yet: any of them is there.
        let Some(found) = spellings(field, node).next() else {
            if field.required {
                return Err(missing(field, node));
            }
            continue;
        };
        if let Shape::Object(inner) = field.shape {
            match field.list {
                Some(_) => found.items().try_for_each(|(_, item)| check_required(inner, &item))?,
                None => check_required(inner, &found)?,
            }
        }
    }
    Ok(())
}

/// Decodes one field below a position. Called by the derived [`Wire`].
#[doc(hidden)]
pub fn field<T: Param>(field: &'static Field, node: &Node<'_>) -> Result<T, Error> {
    let mut found = spellings(field, node);
    let Some(chosen) = found.next() else {
        let value = match field.default {
            Some(text) => {
                let literal = Node::literal(field.name, text);
                Some(T::decode(&literal).map_err(|bad| refused(field, &literal, bad))?)
            }
            None => T::missing(),
        };
        return value.ok_or_else(|| missing(field, node));
    };
    if found.any(|other| !other.same(&chosen)) {
        return Err(refused(field, &chosen, Bad::expected("its spellings to agree")));
    }
    if let Some(max) = field.list
        && chosen.items().nth(max as usize).is_some()
    {
        let too_long = Bad::expected(format!("at most {max} items"));
        let code = field.too_many.or(field.error);
        return Err(refused(&Field { error: code, ..*field }, &chosen, too_long));
    }
    T::decode(&chosen).map_err(|bad| refused(field, &chosen, bad))
}

/// The positions of a field's spellings that are there: its name, then its aliases. What is empty counts as
/// absent unless the field is editable.
fn spellings<'a>(field: &'static Field, node: &Node<'a>) -> impl Iterator<Item = Node<'a>> {
    let there = move |node: &Node<'a>| field.editable || filled(field, node);
    let names = [field.name].into_iter().chain(field.aliases.iter().copied());
    let mut exact = names.filter_map(|name| node.find_exact(name)).filter(there).peekable();
    // The first letter's case is forgiven only when no declared spelling is there.
    let forgiven = if exact.peek().is_none() { node.find(field.name).filter(there) } else { None };
    exact.collect::<Vec<_>>().into_iter().chain(forgiven)
}

/// Whether something is at a position that is not just an empty text.
fn filled(field: &Field, node: &Node<'_>) -> bool {
    let text = |node: &Node<'_>| node.value().is_some_and(|value| !value.is_empty());
    match (field.list, field.shape) {
        (Some(_), _) => node.items().any(|(_, item)| text(&item) || item.has_children()),
        (None, Shape::Object(_)) => node.has_children(),
        (None, _) => text(node),
    }
}

fn missing(field: &Field, node: &Node<'_>) -> Error {
    let path = node.path_of(field.name);
    let plain = crate::params::missing(&path, "");
    match field.missing {
        Some(code) => coded(code, &path, plain.message()),
        None => plain,
    }
}

fn refused(field: &Field, node: &Node<'_>, bad: Bad) -> Error {
    let (path, expected) = match bad {
        Bad::Error(error) => return error,
        Bad::Value { path, expected } => (path.unwrap_or_else(|| node.path()), expected),
    };
    let plain = invalid(&path, &format!("expected {expected}"));
    match field.error {
        Some(code) => coded(code, &path, plain.message()),
        None => plain,
    }
}

/// An error with the code's fixed message. A message of nothing but `%s` is a sentence of our own; a `%s`
/// inside a message is the parameter's name. The sentence is kept for the log in any case.
fn coded(code: &'static Code, path: &str, sentence: &str) -> Error {
    let error = Error::new(code).with_source(sentence);
    match code.message {
        "%s" => error.with_message(sentence),
        message if message.contains("%s") => error.with_message(message.replace("%s", path)),
        _ => error,
    }
}

/// The longest list a field of a type may be, for the derive: `None` for what is no list.
#[doc(hidden)]
pub const fn list_bound<T: Param>(max_items: Option<u32>) -> Option<u32> {
    match (T::LIST, max_items) {
        (false, _) => None,
        (true, Some(max)) => Some(max),
        (true, None) => Some(LIST_ITEMS_MAX),
    }
}

/// A whole number from `MIN` to `MAX` that is a multiple of `STEP`. Digits only: no sign, space or point
/// (protocol contract §2.3); a minus sign is read only where `MIN` is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Int<const MIN: i64, const MAX: i64, const STEP: i64 = 1>(i64);

impl<const MIN: i64, const MAX: i64, const STEP: i64> Int<MIN, MAX, STEP> {
    /// The number as the type, if it keeps the rule.
    pub const fn new(number: i64) -> Option<Self> {
        if number >= MIN && number <= MAX && number % STEP == 0 { Some(Int(number)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// Reads decimal digits; `None` for a sign, a space, a point, nothing at all, or a number that is too large.
/// For types that implement [`Param`] by hand.
pub fn digits(text: &str) -> Option<i64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

impl<const MIN: i64, const MAX: i64, const STEP: i64> Param for Int<MIN, MAX, STEP> {
    const SHAPE: &'static Shape = &Shape::Int { min: MIN, max: MAX, step: STEP };

    fn decode(node: &Node<'_>) -> Result<Self, Bad> {
        let text = node.value().unwrap_or_default();
        let number = match text.strip_prefix('-') {
            Some(rest) if MIN < 0 => digits(rest).map(|number| -number),
            _ => digits(text),
        };
        number.and_then(Int::new).ok_or_else(|| {
            let step = if STEP == 1 { String::new() } else { format!(" in steps of {STEP}") };
            Bad::expected(format!("a whole number from {MIN} to {MAX}{step}"))
        })
    }
}

impl<const MIN: i64, const MAX: i64, const STEP: i64> Json for Int<MIN, MAX, STEP> {
    const KIND: Kind = if MIN < i32::MIN as i64 || MAX > i32::MAX as i64 { Kind::Long } else { Kind::Int };

    fn json(&self, out: &mut Vec<u8>) {
        self.0.json(out);
    }
}

impl Param for bool {
    const SHAPE: &'static Shape = &Shape::Bool;

    fn decode(node: &Node<'_>) -> Result<Self, Bad> {
        match node.value().unwrap_or_default() {
            "1" => Ok(true),
            "0" => Ok(false),
            text if text.eq_ignore_ascii_case("true") => Ok(true),
            text if text.eq_ignore_ascii_case("false") => Ok(false),
            _ => Err(Bad::expected("true or false")),
        }
    }
}

impl Param for String {
    const SHAPE: &'static Shape = &Shape::Text(&TextRule::PLAIN);

    fn decode(node: &Node<'_>) -> Result<Self, Bad> {
        let text = node.value().unwrap_or_default();
        text::check(&TextRule::PLAIN, None, text)?;
        Ok(text.to_string())
    }
}

/// An optional field: absent and empty are both `None`.
impl<T: Param> Param for Option<T> {
    const SHAPE: &'static Shape = T::SHAPE;
    const REQUIRED: bool = false;
    const LIST: bool = T::LIST;
    const EDITABLE: bool = T::EDITABLE;
    const CLAMP: bool = T::CLAMP;

    fn decode(node: &Node<'_>) -> Result<Self, Bad> {
        T::decode(node).map(Some)
    }

    fn missing() -> Option<Self> {
        Some(None)
    }
}

/// A list: `Name.N` or `Name.N.Field`. Absent is the empty list; empty texts in it are skipped.
impl<T: Param> Param for Vec<T> {
    const SHAPE: &'static Shape = T::SHAPE;
    const REQUIRED: bool = false;
    const LIST: bool = true;

    fn decode(node: &Node<'_>) -> Result<Self, Bad> {
        node.items()
            .filter(|(_, item)| item.has_children() || item.value() != Some(""))
            .map(|(_, item)| T::decode(&item).map_err(|bad| bad.at(&item)))
            .collect()
    }

    fn missing() -> Option<Self> {
        Some(Vec::new())
    }
}

/// What a change asks of a stored value (common rule: absent leaves it, empty clears it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Edit<T> {
    /// The parameter was absent: the stored value stays.
    #[default]
    Keep,
    /// The parameter was there and empty: the stored value goes.
    Clear,
    /// The new value.
    Set(T),
}

impl<T> Edit<T> {
    /// The stored value after the change.
    pub fn apply(self, stored: Option<T>) -> Option<T> {
        match self {
            Edit::Keep => stored,
            Edit::Clear => None,
            Edit::Set(value) => Some(value),
        }
    }

    /// Makes the change to a stored text, which is empty where there is none.
    pub fn write(&self, stored: &mut String)
    where
        T: AsRef<str>,
    {
        match self {
            Edit::Keep => {}
            Edit::Clear => stored.clear(),
            Edit::Set(value) => value.as_ref().clone_into(stored),
        }
    }

    /// The same change by reference.
    pub fn as_ref(&self) -> Edit<&T> {
        match self {
            Edit::Keep => Edit::Keep,
            Edit::Clear => Edit::Clear,
            Edit::Set(value) => Edit::Set(value),
        }
    }

    /// Whether the stored value stays.
    pub fn is_keep(&self) -> bool {
        matches!(self, Edit::Keep)
    }
}

impl<T: Param> Param for Edit<T> {
    const SHAPE: &'static Shape = T::SHAPE;
    const REQUIRED: bool = false;
    const EDITABLE: bool = true;
    const CLAMP: bool = T::CLAMP;

    fn decode(node: &Node<'_>) -> Result<Self, Bad> {
        if node.value() == Some("") && !node.has_children() {
            return Ok(Edit::Clear);
        }
        T::decode(node).map(Edit::Set)
    }

    fn missing() -> Option<Self> {
        Some(Edit::Keep)
    }
}
