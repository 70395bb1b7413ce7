//! The rules of text parameters, and the macro that makes a type of a rule.
//!
//! Lengths are in characters (Unicode scalar values), never in bytes, because that is how the contract
//! counts them. A rule must be a constant: it is also what the reference prints.

use regex::Regex;

use crate::limits::TEXT_CHARS_MAX;
use crate::wire::Bad;

/// What a text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextRule {
    /// The fewest characters.
    pub min: usize,
    /// The most characters.
    pub max: usize,
    /// A regular expression the whole text must match.
    pub pattern: Option<&'static str>,
    /// Whether the first character must be an ASCII letter or a Han character (U+4E00 to U+9FFF).
    pub first_letter: bool,
    /// What it may not begin with, compared byte by byte.
    pub forbid_prefix: &'static [&'static str],
    /// What may be nowhere in it, compared byte by byte.
    pub forbid_substring: &'static [&'static str],
    /// Whether only printable ASCII and the space are allowed.
    pub ascii: bool,
}

impl TextRule {
    /// Any text up to the general limit; the rule others are made from.
    pub const PLAIN: TextRule = TextRule {
        min: 0,
        max: TEXT_CHARS_MAX,
        pattern: None,
        first_letter: false,
        forbid_prefix: &[],
        forbid_substring: &[],
        ascii: false,
    };
}

/// A pattern as it is checked: against the whole text. Called by [`text!`](crate::text!).
#[doc(hidden)]
pub fn compile(rule: &TextRule) -> Option<Regex> {
    let whole = |pattern| Regex::new(&format!("^(?:{pattern})$"));
    rule.pattern.map(|pattern| whole(pattern).expect("a rule's pattern is a constant its tests compile"))
}

/// Checks a text against a rule and its compiled pattern. Called by [`text!`](crate::text!).
#[doc(hidden)]
pub fn check(rule: &TextRule, pattern: Option<&Regex>, text: &str) -> Result<(), Bad> {
    // A text has at most as many characters as bytes, so most need not be counted.
    let length = if text.is_ascii() { text.len() } else { text.chars().count() };
    if length < rule.min || length > rule.max {
        let (min, max) = (rule.min, rule.max);
        let range = if min == 0 { format!("at most {max}") } else { format!("{min} to {max}") };
        return Err(Bad::expected(format!("{range} characters")));
    }
    if rule.ascii && !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Err(Bad::expected("printable ASCII characters only"));
    }
    let letter = |first: char| first.is_ascii_alphabetic() || matches!(first, '\u{4E00}'..='\u{9FFF}');
    if rule.first_letter && !text.chars().next().is_none_or(letter) {
        return Err(Bad::expected("a letter as the first character"));
    }
    if let Some(prefix) = rule.forbid_prefix.iter().find(|prefix| text.starts_with(**prefix)) {
        return Err(Bad::expected(format!("a text that does not begin with {prefix}")));
    }
    if let Some(part) = rule.forbid_substring.iter().find(|part| text.contains(**part)) {
        return Err(Bad::expected(format!("a text without {part}")));
    }
    if pattern.is_some_and(|pattern| !pattern.is_match(text)) {
        return Err(Bad::expected(format!("a text of the form {}", rule.pattern.unwrap_or_default())));
    }
    Ok(())
}

/// Makes a text type of a rule. Every key may be left out; see [`TextRule`] for what it means and
/// [`TextRule::PLAIN`] for what then holds. A doc comment is mandatory.
///
/// ```
/// rpc::text! {
///     /// The display name of a resource.
///     pub struct ResourceName {
///         min: 2,
///         max: 128,
///         pattern: "[A-Za-z][A-Za-z0-9._-]*",
///         forbid_prefix: ["http://", "https://"],
///     }
/// }
/// assert_eq!(ResourceName::new("east-1").unwrap().as_str(), "east-1");
/// assert!(ResourceName::new("x").is_err());
/// ```
#[macro_export]
macro_rules! text {
    ($(#[doc = $doc:literal])+ $vis:vis struct $name:ident { $($key:ident : $value:tt),* $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name(::std::string::String);

        #[allow(dead_code)]
        impl $name {
            /// The rule a text of this type keeps.
            $vis const RULE: &'static $crate::TextRule = &$crate::TextRule {
                $($key: $crate::text!(@value $key $value),)*
                ..$crate::TextRule::PLAIN
            };

            /// The text as the type, if it keeps the rule.
            $vis fn new(text: impl ::std::convert::Into<::std::string::String>)
                -> ::std::result::Result<Self, $crate::Bad>
            {
                static PATTERN: ::std::sync::LazyLock<::std::option::Option<$crate::text::Pattern>> =
                    ::std::sync::LazyLock::new(|| $crate::text::compile($name::RULE));
                let text = text.into();
                $crate::text::check(Self::RULE, PATTERN.as_ref(), &text)?;
                ::std::result::Result::Ok($name(text))
            }

            /// The text.
            $vis fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, owned.
            $vis fn into_string(self) -> ::std::string::String {
                self.0
            }
        }

        impl ::std::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl $crate::Param for $name {
            const SHAPE: &'static $crate::Shape = &$crate::Shape::Text(Self::RULE);

            fn decode(node: &$crate::Node<'_>) -> ::std::result::Result<Self, $crate::Bad> {
                $name::new(node.value().unwrap_or_default())
            }
        }

        impl $crate::Json for $name {
            const KIND: $crate::Kind = $crate::Kind::Text;

            fn json(&self, out: &mut ::std::vec::Vec<u8>) {
                $crate::Json::json(self.0.as_str(), out);
            }
        }
    };
    (@value pattern $value:tt) => { ::std::option::Option::Some($value) };
    (@value forbid_prefix $value:tt) => { &$value };
    (@value forbid_substring $value:tt) => { &$value };
    (@value $key:ident $value:tt) => { $value };
}

/// The compiled pattern of a rule.
#[doc(hidden)]
pub type Pattern = Regex;
