//! The parameters of a request: flat decoded pairs, read as a tree of paths.
//!
//! `Filter.1.Value.2=x` is a pair to the signature and a path to the decoder; both readings are of the same
//! sorted pairs in one text buffer. This module gives no meaning to a name beyond the dots in it, and its
//! `Debug` output must never show a value: parameters hold tokens and certificate numbers.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

use crate::code::Error;
use crate::gateway::{INVALID_PARAMETER, MISSING_PARAMETER};
use crate::limits::{PARAMETER_NAME_BYTES_MAX, PARAMETER_VALUE_BYTES_MAX, PARAMETERS_MAX};

/// Decoded parameters of one request, each name once, sorted by name in byte order.
#[derive(Clone, Default)]
pub struct Params {
    text: String,
    pairs: Vec<Pair>,
}

/// The part of a request a parameter came in. The body wins over the query (protocol contract §2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    Query,
    Body,
}

/// One parameter as positions in the text: the value begins where the name ends.
#[derive(Clone, Copy)]
struct Pair {
    start: usize,
    middle: usize,
    end: usize,
    part: Part,
}

/// A piece of the text, kept by the call for its common parameters.
pub(crate) type Span = Range<usize>;

static EMPTY: Params = Params { text: String::new(), pairs: Vec::new() };

impl Params {
    /// Parameters from decoded pairs in any order; of several with one name the last is kept.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Params {
        let mut params = Params::default();
        for (name, value) in pairs {
            params.insert(&name, &value);
        }
        params
    }

    /// The value of a parameter: the exact name, else the one that differs only in the case of its first
    /// letter (protocol contract §2.3: one client upper-cases the first letter of every name).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.root().find(name).and_then(|node| node.value)
    }

    /// Every parameter, sorted by name in byte order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|pair| (self.name(pair), self.value(pair)))
    }

    /// How many parameters there are.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Sets a parameter, replacing the one of exactly this name.
    pub fn insert(&mut self, name: &str, value: &str) {
        let pair = push(&mut self.text, name, value);
        match self.position(name) {
            Ok(at) => self.pairs[at] = pair,
            Err(at) => self.pairs.insert(at, pair),
        }
    }

    /// Removes the parameter of exactly this name and says whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        self.position(name).map(|at| self.pairs.remove(at)).is_ok()
    }

    /// The top of the tree of paths.
    pub fn root(&self) -> Node<'_> {
        Node { params: self, value: None, within: 0..self.pairs.len(), depth: 0, at: At::Root }
    }

    /// Takes every pair for which `keep` answers no out of the parameters. The text stays where it is, so
    /// the spans handed to `keep` remain good.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&str, Span) -> bool) {
        let text = &self.text;
        self.pairs.retain(|pair| keep(&text[pair.start..pair.middle], pair.middle..pair.end));
    }

    /// A piece of the text.
    pub(crate) fn span(&self, span: &Span) -> &str {
        &self.text[span.clone()]
    }

    /// Appends a text that is not a parameter and says where it is.
    pub(crate) fn note(&mut self, text: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(text);
        start..self.text.len()
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        self.pairs.binary_search_by(|pair| self.name(pair).cmp(name))
    }

    fn name(&self, pair: &Pair) -> &str {
        &self.text[pair.start..pair.middle]
    }

    fn value(&self, pair: &Pair) -> &str {
        &self.text[pair.middle..pair.end]
    }
}

/// Appends a pair to the text and says where it is.
fn push(text: &mut String, name: &str, value: &str) -> Pair {
    let start = text.len();
    text.push_str(name);
    let middle = text.len();
    text.push_str(value);
    Pair { start, middle, end: text.len(), part: Part::Query }
}

impl PartialEq for Params {
    fn eq(&self, other: &Params) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Params {}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// Parameters while they are being read: bytes are appended, checked against the limits, then sorted.
pub(crate) struct Reader {
    text: Vec<u8>,
    pairs: Vec<Pair>,
}

/// Bytes that mean something in a form: everything else is copied in runs.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    table[b'%' as usize] = true;
    table[b'+' as usize] = true;
    table[b'&' as usize] = true;
    table[b'=' as usize] = true;
    table
};

impl Reader {
    /// A reader with room for a request of so many bytes.
    pub(crate) fn with_capacity(bytes: usize) -> Reader {
        Reader { text: Vec::with_capacity(bytes), pairs: Vec::with_capacity(32) }
    }

    /// Reads `application/x-www-form-urlencoded` bytes: a query or a form body (protocol contract §2.1).
    ///
    /// # Errors
    /// InvalidParameter for a malformed escape, text that is not UTF-8, an empty name, or a limit passed.
    pub(crate) fn form(&mut self, bytes: &[u8], part: Part) -> Result<(), Error> {
        let (mut start, mut middle) = (self.text.len(), None);
        let (mut run, mut at) = (0, 0);
        while let Some(&byte) = bytes.get(at) {
            if !SPECIAL[usize::from(byte)] {
                at += 1;
                continue;
            }
            self.text.extend_from_slice(&bytes[run..at]);
            at += 1;
            match byte {
                b'+' => self.text.push(b' '),
                b'%' => {
                    let decoded = escaped(&bytes[at..])
                        .ok_or_else(|| self.refuse(start, middle, "a percent sign needs two hex digits"))?;
                    self.text.push(decoded);
                    at += 2;
                }
                b'=' if middle.is_none() => middle = Some(self.text.len()),
                b'=' => self.text.push(b'='),
                _ => {
                    self.close(start, middle, part)?;
                    (start, middle) = (self.text.len(), None);
                }
            }
            run = at;
        }
        self.text.extend_from_slice(&bytes[run..]);
        self.close(start, middle, part)
    }

    /// Adds one pair that is decoded already.
    ///
    /// # Errors
    /// InvalidParameter for an empty name or a limit passed.
    pub(crate) fn pair(&mut self, name: &str, value: &str, part: Part) -> Result<(), Error> {
        let start = self.text.len();
        self.text.extend_from_slice(name.as_bytes());
        let middle = self.text.len();
        self.text.extend_from_slice(value.as_bytes());
        self.close(start, Some(middle), part)
    }

    /// Ends the pair whose bytes were appended from `start` on.
    fn close(&mut self, start: usize, middle: Option<usize>, part: Part) -> Result<(), Error> {
        let end = self.text.len();
        if start == end && middle.is_none() {
            return Ok(()); // nothing between two ampersands
        }
        let split = middle.unwrap_or(end);
        let utf8 = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok();
        let fault = if split == start {
            "a parameter needs a name"
        } else if split - start > PARAMETER_NAME_BYTES_MAX {
            "the name is too long"
        } else if end - split > PARAMETER_VALUE_BYTES_MAX {
            "the value is too long"
        } else if self.pairs.len() == PARAMETERS_MAX {
            "the request has too many parameters"
        } else if !(utf8(&self.text[start..split]) && utf8(&self.text[split..end])) {
            "the text must be UTF-8"
        } else if self.text[start..end].contains(&0) {
            // No text a person means holds one, and not every store can keep it.
            "the text must not hold a NUL character"
        } else {
            self.pairs.push(Pair { start, middle: split, end, part });
            return Ok(());
        };
        Err(self.refuse(start, Some(split), fault))
    }

    /// Sorts what was read and lets a body parameter replace the query parameter of its name.
    ///
    /// # Errors
    /// InvalidParameter when one part has a name twice.
    pub(crate) fn sort(&mut self) -> Result<(), Error> {
        let text = &self.text;
        let name = |pair: &Pair| &text[pair.start..pair.middle];
        self.pairs.sort_unstable_by(|a, b| name(a).cmp(name(b)).then(a.part.cmp(&b.part)));
        let same = |window: &[Pair]| name(&window[0]) == name(&window[1]);
        if let Some(twice) = self.pairs.windows(2).find(|w| same(w) && w[0].part == w[1].part) {
            return Err(self.refuse(twice[0].start, Some(twice[0].middle), "it is given twice"));
        }
        // Of two with one name the first is the query's; it is overwritten by the body's.
        self.pairs.dedup_by(|later, earlier| {
            let twin = text[later.start..later.middle] == text[earlier.start..earlier.middle];
            if twin {
                *earlier = *later;
            }
            twin
        });
        Ok(())
    }

    /// The pairs as they stand, as bytes: what the signatures are computed over.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.pairs.iter().map(|pair| (&self.text[pair.start..pair.middle], &self.text[pair.middle..pair.end]))
    }

    /// The finished parameters.
    pub(crate) fn finish(self) -> Params {
        let text = String::from_utf8(self.text).expect("every pair was checked when it was closed");
        Params { text, pairs: self.pairs }
    }

    fn refuse(&self, start: usize, middle: Option<usize>, why: &str) -> Error {
        let end = middle.unwrap_or(self.text.len());
        let name = self.text.get(start..end).unwrap_or_default();
        invalid(std::str::from_utf8(name).unwrap_or_default(), why)
    }
}

/// The byte of the two hex digits that follow a percent sign.
fn escaped(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// An InvalidParameter that names the parameter and says why, in one sentence.
///
/// The name may be the caller's own text, so it is repeated only when it looks like a name, and never when
/// it would put the word `NotFound` into the message (protocol contract §5.3).
pub fn invalid(name: &str, why: &str) -> Error {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let shown = !name.is_empty() && name.bytes().all(plain) && name.len() <= PARAMETER_NAME_BYTES_MAX;
    let quoted = if shown { format!(" \"{name}\"") } else { String::new() };
    let message = format!("The specified parameter{quoted} is not valid: {why}.");
    let error = Error::new(&INVALID_PARAMETER);
    if message.contains("NotFound") { error.with_source(message) } else { error.with_message(message) }
}

/// A MissingParameter that names the parameter and, where `mend` is not empty, says what to give.
pub fn missing(name: &str, mend: &str) -> Error {
    let colon = if mend.is_empty() { "" } else { ": " };
    Error::new(&MISSING_PARAMETER).with_message(format!(
        "The input parameter \"{name}\" that is mandatory for processing this request is not supplied{colon}{mend}."
    ))
}

/// A position in the tree of paths: `Tag`, `Tag.1`, `Tag.1.Key`. There may be nothing at it.
#[derive(Clone)]
pub struct Node<'a> {
    params: &'a Params,
    value: Option<&'a str>,
    /// The parameters below this position.
    within: Range<usize>,
    /// The length of the path of this position with its dot: where a child's name begins.
    depth: usize,
    at: At<'a>,
}

#[derive(Clone)]
enum At<'a> {
    Root,
    /// The path, as it stands in the text.
    Path(&'a str),
    /// The path of a position nothing is at.
    Nothing(String),
}

impl<'a> Node<'a> {
    /// A position that holds a given text and nothing else: a default, decoded as if it had been sent.
    pub fn literal(name: &str, value: &'a str) -> Node<'a> {
        Node { params: &EMPTY, value: Some(value), within: 0..0, depth: 0, at: At::Nothing(name.to_string()) }
    }

    /// The position one name below this one. At the top, a name that is not there is also looked for with
    /// its first letter in the other case, as [`Params::get`] does.
    #[must_use]
    pub fn child(&self, name: &str) -> Node<'a> {
        self.find(name).unwrap_or_else(|| Node {
            params: self.params,
            value: None,
            within: 0..0,
            depth: 0,
            at: At::Nothing(self.path_of(name)),
        })
    }

    /// The text at this position, possibly empty; `None` when no parameter has exactly this path.
    pub fn value(&self) -> Option<&'a str> {
        self.value
    }

    /// The numbered positions below this one, in numeric order: gaps are skipped, index 0 and anything that
    /// is not a plain decimal number are ignored (protocol contract §2.2). A position without numbered ones
    /// that has a text itself is a list of that one text.
    pub fn items(&self) -> impl Iterator<Item = (u32, Node<'a>)> + use<'a> {
        let mut items: Vec<(u32, Node<'a>)> = Vec::new();
        for at in self.within.clone() {
            let pair = &self.params.pairs[at];
            let full = self.params.name(pair);
            let rest = &full[self.depth..];
            let (segment, below) = rest.split_once('.').map_or((rest, false), |(head, _)| (head, true));
            let Some(index) = index(segment) else { continue };
            let item = match items.last_mut() {
                Some((last, item)) if *last == index => item,
                _ => {
                    let path = &full[..self.depth + segment.len()];
                    items.push((index, self.at(path, at)));
                    &mut items.last_mut().expect("one was pushed above").1
                }
            };
            if below {
                item.within.start = if item.within.is_empty() { at } else { item.within.start };
                item.within.end = at + 1;
            } else {
                item.value = Some(self.params.value(pair));
            }
        }
        if items.is_empty() && self.value.is_some() {
            items.push((1, Node { within: 0..0, ..self.clone() }));
        }
        items.sort_by_key(|(index, _)| *index);
        items.into_iter()
    }

    /// The path of this position, such as `Tag.1.Key`; empty at the top.
    pub fn path(&self) -> String {
        match &self.at {
            At::Root => String::new(),
            At::Path(path) => (*path).to_string(),
            At::Nothing(path) => path.clone(),
        }
    }

    /// Whether there are parameters below this position.
    pub fn has_children(&self) -> bool {
        !self.within.is_empty()
    }

    /// The path of a child, whether or not anything is there.
    pub(crate) fn path_of(&self, name: &str) -> String {
        match self.path() {
            path if path.is_empty() => name.to_string(),
            path => format!("{path}.{name}"),
        }
    }

    /// The child of a name, or `None` when nothing is at or below it.
    pub(crate) fn find(&self, name: &str) -> Option<Node<'a>> {
        self.find_exact(name).or_else(|| match self.at {
            At::Root => self.find_exact(&other_first_letter(name)?),
            _ => None,
        })
    }

    /// The child of exactly this name, or `None` when nothing is at or below it.
    pub(crate) fn find_exact(&self, name: &str) -> Option<Node<'a>> {
        let pairs = &self.params.pairs[self.within.clone()];
        let rest = |pair: &Pair| &self.params.name(pair).as_bytes()[self.depth..];
        let first = self.within.start;
        let value = pairs.binary_search_by(|pair| rest(pair).cmp(name.as_bytes())).ok();
        // Everything below `Tag` begins with `Tag.`, and `/` is the byte after the dot.
        let before = |end: u8| {
            pairs.partition_point(|pair| beyond(rest(pair), name.as_bytes(), end) == Ordering::Less)
        };
        let below = first + before(b'.')..first + before(b'/');
        let at = value.map_or(below.start, |at| first + at);
        if value.is_none() && below.is_empty() {
            return None;
        }
        let full = self.params.name(&self.params.pairs[at]);
        let value = value.map(|at| self.params.value(&pairs[at]));
        Some(Node { value, within: below, ..self.at(&full[..self.depth + name.len()], at) })
    }

    /// Whether two positions hold the same texts below and at them.
    pub(crate) fn same(&self, other: &Node<'_>) -> bool {
        self.value == other.value && self.below().eq(other.below())
    }

    fn below(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let (params, depth) = (self.params, self.depth);
        params.pairs[self.within.clone()]
            .iter()
            .map(move |pair| (&params.name(pair)[depth..], params.value(pair)))
    }

    fn at(&self, path: &'a str, first: usize) -> Node<'a> {
        Node {
            params: self.params,
            value: None,
            within: first..first,
            depth: path.len() + 1,
            at: At::Path(path),
        }
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Node").field(&self.path()).finish()
    }
}

/// The order of `rest` against `name` followed by one more byte.
fn beyond(rest: &[u8], name: &[u8], end: u8) -> Ordering {
    rest.iter().cmp(name.iter().chain([&end]))
}

/// A list index: decimal digits without a leading zero, so that no two spellings are one index.
fn index(segment: &str) -> Option<u32> {
    let plain = segment.bytes().all(|byte| byte.is_ascii_digit()) && !segment.starts_with('0');
    if plain { segment.parse().ok() } else { None }
}

/// The name with its first letter in the other case; `None` when it does not begin with a letter.
fn other_first_letter(name: &str) -> Option<String> {
    let first = name.chars().next().filter(char::is_ascii_alphabetic)?;
    let other =
        if first.is_ascii_lowercase() { first.to_ascii_uppercase() } else { first.to_ascii_lowercase() };
    Some(format!("{other}{}", &name[1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        Params::from_pairs(pairs.iter().map(|(name, value)| ((*name).to_string(), (*value).to_string())))
    }

    fn read(query: &str, body: &str) -> Result<Params, Error> {
        let mut reader = Reader::with_capacity(64);
        reader.form(query.as_bytes(), Part::Query)?;
        reader.form(body.as_bytes(), Part::Body)?;
        reader.sort()?;
        Ok(reader.finish())
    }

    fn listed(params: &Params) -> Vec<(&str, &str)> {
        params.iter().collect()
    }

    #[test]
    fn plus_and_percent_20_are_both_a_space_and_2b_is_a_plus() {
        let read = read("b=x+y%20z&a=%2B&c==&&d", "").unwrap();
        assert_eq!(listed(&read), [("a", "+"), ("b", "x y z"), ("c", "="), ("d", "")]);
    }

    #[test]
    fn the_body_wins_and_twice_in_one_part_is_refused() {
        assert_eq!(listed(&read("a=1&b=2", "b=3&c=4").unwrap()), [("a", "1"), ("b", "3"), ("c", "4")]);
        let error = read("a=1&b=2&a=1", "").unwrap_err();
        assert_eq!(error.message(), "The specified parameter \"a\" is not valid: it is given twice.");
        assert!(read("", "b=1&b=1").is_err());
    }

    #[test]
    fn malformed_input_names_the_parameter() {
        for (query, message) in [
            (
                "Name=%4",
                "The specified parameter \"Name\" is not valid: a percent sign needs two hex digits.",
            ),
            (
                "Name=%zz",
                "The specified parameter \"Name\" is not valid: a percent sign needs two hex digits.",
            ),
            ("Name=%E6%B5", "The specified parameter \"Name\" is not valid: the text must be UTF-8."),
            (
                "Name=a%00b",
                "The specified parameter \"Name\" is not valid: the text must not hold a NUL character.",
            ),
            ("%E6=%B5%8B", "The specified parameter is not valid: the text must be UTF-8."),
            ("=x", "The specified parameter is not valid: a parameter needs a name."),
            ("NotFound=%ff", "The specified parameter is not valid."),
        ] {
            assert_eq!(read(query, "").unwrap_err().message(), message, "{query}");
        }
    }

    #[test]
    fn limits_hold_at_their_bounds() {
        let long = |bytes: usize| "n".repeat(bytes);
        assert!(read(&long(PARAMETER_NAME_BYTES_MAX), "").is_ok());
        assert!(read(&long(PARAMETER_NAME_BYTES_MAX + 1), "").is_err());
        assert!(read("", &format!("v={}", long(PARAMETER_VALUE_BYTES_MAX))).is_ok());
        assert!(read("", &format!("v={}", long(PARAMETER_VALUE_BYTES_MAX + 1))).is_err());
        let many = |count: usize| (0..count).map(|n| format!("p{n}=")).collect::<Vec<_>>().join("&");
        assert!(read(&many(PARAMETERS_MAX), "").is_ok());
        assert!(read(&many(PARAMETERS_MAX), "q=").is_err());
    }

    #[test]
    fn names_match_exactly_first_and_then_by_first_letter() {
        let both = params(&[("Bandwidth", "1"), ("bandwidth", "2")]);
        assert_eq!((both.get("Bandwidth"), both.get("bandwidth")), (Some("1"), Some("2")));
        let upper = params(&[("Bandwidth", "1"), ("Tag.1.Key", "k")]);
        assert_eq!((upper.get("bandwidth"), upper.get("BANDWIDTH")), (Some("1"), None));
        assert_eq!(upper.root().child("tag").child("1").child("Key").value(), Some("k"));
        assert_eq!(upper.root().child("tag").child("1").child("key").value(), None);
    }

    #[test]
    fn items_come_in_numeric_order_whatever_else_is_there() {
        let tags = params(&[
            ("Tag.10.Key", "ten"),
            ("Tag.2.Key", "two"),
            ("Tag.2-x.Key", "no"),
            ("Tag.0.Key", "no"),
            ("Tag.01.Key", "no"),
            ("Tag.x.Key", "no"),
            ("Tag.99999999999.Key", "no"),
            ("Tag-x", "no"),
            ("Tags.1.Key", "no"),
        ]);
        let root = tags.root();
        let keys: Vec<_> =
            root.child("Tag").items().map(|(n, item)| (n, item.child("Key").value())).collect();
        assert_eq!(keys, [(2, Some("two")), (10, Some("ten"))]);
    }

    #[test]
    fn an_item_may_have_a_text_and_children() {
        let values = params(&[("V.1", "a"), ("V.1-x", "no"), ("V.1.K", "k"), ("V.11", "b")]);
        let items: Vec<_> = values
            .root()
            .child("V")
            .items()
            .map(|(n, item)| (n, item.path(), item.value(), item.child("K").value()))
            .collect();
        assert_eq!(
            items,
            [(1, "V.1".to_string(), Some("a"), Some("k")), (11, "V.11".to_string(), Some("b"), None)]
        );
    }

    #[test]
    fn a_bare_name_is_a_list_of_one() {
        let bare = params(&[("Id", "x")]);
        let items: Vec<_> = bare.root().child("Id").items().map(|(n, item)| (n, item.value())).collect();
        assert_eq!(items, [(1, Some("x"))]);
        assert_eq!(bare.root().child("Other").items().count(), 0);
        assert_eq!(bare.root().child("Other").child("K").path(), "Other.K");
    }

    #[test]
    fn insert_replaces_and_remove_tells() {
        let mut edited = params(&[("b", "1")]);
        edited.insert("a", "2");
        edited.insert("b", "3");
        assert_eq!(listed(&edited), [("a", "2"), ("b", "3")]);
        assert!(edited.remove("a") && !edited.remove("a"));
        assert_eq!(format!("{edited:?}"), "[\"b\"]");
    }
}
