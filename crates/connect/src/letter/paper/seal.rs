//! The seal over the whole file. A letter is the PDF as it was drawn, its *body*, and behind it a *tail* of comment
//! lines that readers of PDF skip. The seal must cover every byte: whoever changes one, anywhere, makes it no letter.
//!
//! The tail, each line ended by one line feed:
//!
//! ```text
//! %crossconnect-letter/1
//! %data BASE64             one or more lines, at most 76 characters of base64 each: the canonical form
//! %key 0123456789abcdef    the id of the key
//! %signature BASE64        64 bytes
//! startxref
//! NUMBER                   the same as in the body
//! %%EOF
//! ```
//!
//! The signature is Ed25519 over `crossconnect letter of authorization 1`, a zero byte, the 32 bytes of the SHA-256 of
//! the body, and the canonical form. To verify: split at the last line that is the first of a tail; decode data and
//! signature; rebuild the tail from them and compare it byte for byte; verify the signature.

use super::key::{LetterKey, PublicKey};
use super::particulars::{Particulars, canonical, from_canonical};
use super::{draw, form};
use crate::limits::{LETTER_CONDITIONS_MAX, LETTER_ENGINEERS_MAX, LETTER_TEXT_CHARS_MAX};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::SIGNATURE_LENGTH;
use sha2::{Digest, Sha256};
use std::fmt;

const CONTEXT: &[u8] = b"crossconnect letter of authorization 1\0";
const FIRST_LINE: &str = "%crossconnect-letter/1\n";
const DATA: &str = "%data ";
const KEY: &str = "%key ";
const SIGNATURE: &str = "%signature ";
const OFFSET: &[u8] = b"startxref\n";

/// Readers of PDF may expect lines of at most 255 bytes; base64 is customarily broken far earlier.
const DATA_LINE_BYTES: usize = 76;

/// Why there can be no letter with these particulars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unissuable {
    /// It names this many engineers: none, or more than `LETTER_ENGINEERS_MAX`.
    Engineers(usize),
    /// It has this many conditions, more than `LETTER_CONDITIONS_MAX`.
    Conditions(usize),
    /// The text that begins like this is longer than its limit.
    TooLong(String),
    /// The link is empty, too long for its QR code, or not of visible ASCII characters.
    Link,
    /// It ends before it begins.
    NeverValid,
    /// Its texts do not fit on one page, even in the smallest size.
    NoRoom,
    /// An instant has no date between the years 1 and 9999.
    Time,
    /// The PDF library refused.
    Drawing(String),
}

impl fmt::Display for Unissuable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unissuable::Engineers(count) => {
                write!(f, "a letter cannot name {count} engineers: name 1 to {LETTER_ENGINEERS_MAX}")
            }
            Unissuable::Conditions(count) => {
                write!(f, "a letter cannot have {count} conditions: {LETTER_CONDITIONS_MAX} at most")
            }
            Unissuable::TooLong(text) => write!(f, "the text that begins `{text}` is too long for a letter"),
            Unissuable::Link => {
                write!(f, "the link must be 1 to {LETTER_TEXT_CHARS_MAX} visible ASCII characters")
            }
            Unissuable::NeverValid => f.write_str("the letter would end before it begins"),
            Unissuable::NoRoom => f.write_str("the letter does not fit on one page: shorten its conditions"),
            Unissuable::Time => f.write_str("an instant of the letter is outside the years 1 to 9999"),
            Unissuable::Drawing(why) => write!(f, "the letter could not be drawn: {why}"),
        }
    }
}

impl std::error::Error for Unissuable {}

/// What [`check`] makes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every byte is as the key's owner signed it, and this is what it says. Whether it still holds is another
    /// question: [`super::validity`], and whether it was withdrawn.
    Genuine(Box<Particulars>),
    /// It was a letter, and something in it is not as it was issued.
    Altered,
    /// It names another key, so this one can say nothing of it.
    OtherKey {
        /// The id that the file names; nothing vouches for it.
        key_id: String,
    },
    /// It has no seal of a letter.
    NotALetter,
}

/// Draws the letter on one page of A4 and seals it.
pub fn issue(letter: &Particulars, key: &LetterKey) -> Result<Vec<u8>, Unissuable> {
    letter.refuse()?;
    let public = key.public();
    let sheet = form::lay_out(letter, &public.id())?;
    let mut file = draw::draw(letter, &sheet)?;
    // The tail is told from the body by its first line, which must therefore begin a line.
    if file.last() != Some(&b'\n') {
        file.push(b'\n');
    }
    let data = canonical(letter);
    let signature = key.sign(&message(&file, &data));
    let tail = tail(&file, &data, &public.id(), &signature)
        .ok_or_else(|| Unissuable::Drawing("it has no startxref".to_owned()))?;
    file.extend_from_slice(tail.as_bytes());
    Ok(file)
}

/// Says whether the file is a letter of this key, without network or database. Any bytes may be given.
pub fn check(file: &[u8], key: &PublicKey) -> Verdict {
    let Some((body, tail_found)) = split(file) else { return Verdict::NotALetter };
    let Some(claim) = Claim::read(tail_found) else { return Verdict::Altered };
    if claim.key_id != key.id() {
        return Verdict::OtherKey { key_id: claim.key_id };
    }
    // Only the exact tail counts: decoding alone would overlook line breaks and the like.
    let exact = tail(body, &claim.data, &claim.key_id, &claim.signature);
    if exact.is_none_or(|exact| exact.as_bytes() != tail_found)
        || !key.verifies(&message(body, &claim.data), &claim.signature)
    {
        return Verdict::Altered;
    }
    from_canonical(&claim.data).map_or(Verdict::Altered, |letter| Verdict::Genuine(Box::new(letter)))
}

/// What is signed. The parts before the data have fixed lengths, so no two letters share a message.
fn message(body: &[u8], data: &[u8]) -> Vec<u8> {
    [CONTEXT, &Sha256::digest(body)[..], data].concat()
}

/// The tail of this body; `None` if the body does not say where its cross-reference table is.
fn tail(body: &[u8], data: &[u8], key_id: &str, signature: &[u8; SIGNATURE_LENGTH]) -> Option<String> {
    let offset = offset(body)?;
    let mut tail = FIRST_LINE.to_owned();
    let data = STANDARD.encode(data);
    let mut rest = data.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(DATA_LINE_BYTES));
        tail.extend([DATA, line, "\n"]);
        rest = after;
    }
    let signature = STANDARD.encode(signature);
    tail.extend([KEY, key_id, "\n", SIGNATURE, &signature, "\n", "startxref\n", offset, "\n%%EOF\n"]);
    Some(tail)
}

/// The digits behind the last `startxref` of the body.
fn offset(body: &[u8]) -> Option<&str> {
    let digits = &body[find_last(body, OFFSET)? + OFFSET.len()..];
    let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    std::str::from_utf8(&digits[..count]).ok().filter(|digits| !digits.is_empty())
}

/// Body and tail, if there is a tail. The last first line counts: a tail has but one, since neither base64 nor a key id
/// can hold a `%`.
fn split(file: &[u8]) -> Option<(&[u8], &[u8])> {
    find_last(file, FIRST_LINE.as_bytes()).map(|at| file.split_at(at))
}

fn find_last(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).rposition(|window| window == wanted)
}

/// What a tail says, before anything vouches for it.
struct Claim {
    data: Vec<u8>,
    key_id: String,
    signature: [u8; SIGNATURE_LENGTH],
}

impl Claim {
    fn read(tail: &[u8]) -> Option<Claim> {
        let text = std::str::from_utf8(tail).ok()?;
        let lines = || text.split('\n');
        let data: String = lines().filter_map(|line| line.strip_prefix(DATA)).collect();
        let key_id = lines().find_map(|line| line.strip_prefix(KEY))?;
        let signature = lines().find_map(|line| line.strip_prefix(SIGNATURE))?;
        // What is no key id at all names no other key.
        if key_id.len() != 16 || !key_id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return None;
        }
        Some(Claim {
            data: STANDARD.decode(data).ok()?,
            key_id: key_id.to_owned(),
            signature: STANDARD.decode(signature).ok()?.try_into().ok()?,
        })
    }
}
