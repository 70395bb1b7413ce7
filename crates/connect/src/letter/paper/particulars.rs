//! What a letter says, and the bytes of it that are signed. Nothing here knows how a letter looks.

use super::seal::Unissuable;
use crate::limits;
use crate::time::Millis;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The marker of the canonical form, its first member. A change of the form is a new marker.
const FORM: &str = "crossconnect-letter/1";

/// How many characters of a document number a letter shows at most.
const SHOWN_CHARS_MAX: usize = 4;

/// How much of a text that is too long its refusal quotes.
const QUOTED_CHARS: usize = 16;

/// Everything that a letter says. The order of the fields is the order of the canonical form: a new field is a new
/// form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Particulars {
    /// The letter's number.
    pub number: String,
    /// Who issues it: the operator's name.
    pub issuer: String,
    /// `CompanyName`: the tenant for whom the work is done.
    pub company: String,
    /// `InstanceId`: the circuit.
    pub circuit_id: String,
    /// Mbit/s, if the order says it.
    pub bandwidth_mbps: Option<u32>,
    /// `PeerLocation`: where the tenant's end is, if the order says it.
    pub peer_location: Option<String>,
    /// The access point's id.
    pub access_point_id: String,
    /// The access point's name.
    pub access_point_name: String,
    /// The building and its address.
    pub address: String,
    /// The device.
    pub device_id: String,
    /// The port of the device.
    pub port_id: String,
    /// Where on the patch panel the line ends.
    pub panel_position: String,
    /// `LineType`: what kind of line is laid.
    pub line_type: String,
    /// `Si`: the company that does the work.
    pub construction_company: String,
    /// `ConstructionTime`: when the work is planned.
    pub construction_time: Millis,
    /// `PMInfo`: whom the letter lets in, one to sixteen.
    pub engineers: Vec<Engineer>,
    /// From when the letter holds, this instant included.
    pub valid_from: Millis,
    /// Until when the letter holds, this instant excluded.
    pub valid_until: Millis,
    /// When it was issued.
    pub issued_at: Millis,
    /// What the engineers must keep to, one sentence or two each.
    pub conditions: Vec<String>,
    /// The short address of the public page that says whether the letter still holds.
    pub check_link: String,
}

/// One person whom the letter lets in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Engineer {
    /// `PMName`.
    pub name: String,
    /// `PMCertificateType`.
    pub document: Document,
    /// `PMCertificateNo`, masked.
    pub document_number: Masked,
}

/// What kind of document identifies an engineer; the wire's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Document {
    /// An identity card.
    IDCard,
    /// A passport.
    Passport,
}

/// A document number of which enough is left to compare it with the document, and no more. [`mask`] makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Masked(String);

impl Masked {
    /// What may be shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Keeps the last four characters of a document number, fewer if they were more than half of it. The stars do not tell
/// how long the number is.
pub fn mask(number: &str) -> Masked {
    let number = number.trim();
    let chars = number.chars().count();
    let shown = SHOWN_CHARS_MAX.min(chars / 2);
    Masked("****".chars().chain(number.chars().skip(chars - shown)).collect())
}

/// Whether a letter holds at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// It does not hold yet.
    NotYet,
    /// It holds.
    Within,
    /// It holds no more.
    Expired,
}

/// Whether the dates of a letter let it hold at `now`. It says nothing of a letter that was withdrawn since.
pub fn validity(letter: &Particulars, now: Millis) -> Validity {
    if now < letter.valid_from {
        Validity::NotYet
    } else if now < letter.valid_until {
        Validity::Within
    } else {
        Validity::Expired
    }
}

#[derive(Serialize)]
struct Canonical<'l> {
    form: &'static str,
    #[serde(flatten)]
    letter: &'l Particulars,
}

/// The bytes that are signed: one JSON object in UTF-8 without white space, whose first member is `form` with the value
/// `crossconnect-letter/1`, followed by every field of [`Particulars`] by its own name and in its own order.
///
/// An absent field is `null`. Instants are whole milliseconds since the Unix epoch. In strings only `"`, `\` and the
/// characters below U+0020 are escaped: as `\"`, `\\`, `\b`, `\f`, `\n`, `\r`, `\t`, and the rest as `\u00` and two
/// small hexadecimal digits. Everything else stands for itself, and no Unicode normalization is applied.
pub fn canonical(letter: &Particulars) -> Vec<u8> {
    serde_json::to_vec(&Canonical { form: FORM, letter }).expect("strings and numbers are always JSON")
}

/// Reads the canonical form; `None` if the bytes are anything but what [`canonical`] writes.
pub(super) fn from_canonical(bytes: &[u8]) -> Option<Particulars> {
    let letter: Particulars = serde_json::from_slice(bytes).ok()?;
    // Comparing what was read with what was given refuses unknown members, white space and every other spelling.
    (canonical(&letter) == bytes).then_some(letter)
}

/// SHA-256 of the canonical bytes. A letter prints its beginning, so that a person can compare paper and page.
pub fn fingerprint(letter: &Particulars) -> [u8; 32] {
    Sha256::digest(canonical(letter)).into()
}

impl Particulars {
    /// Whether a letter can say this on its one page.
    pub(super) fn refuse(&self) -> Result<(), Unissuable> {
        if self.engineers.is_empty() || more(self.engineers.len(), limits::LETTER_ENGINEERS_MAX) {
            return Err(Unissuable::Engineers(self.engineers.len()));
        }
        if more(self.conditions.len(), limits::LETTER_CONDITIONS_MAX) {
            return Err(Unissuable::Conditions(self.conditions.len()));
        }
        let long = |text: &&str| more(text.chars().count(), limits::LETTER_TEXT_CHARS_MAX);
        let condition = |text: &&String| more(text.chars().count(), limits::LETTER_CONDITION_CHARS_MAX);
        let longest =
            self.texts().find(long).or_else(|| self.conditions.iter().find(condition).map(String::as_str));
        if let Some(text) = longest {
            return Err(Unissuable::TooLong(text.chars().take(QUOTED_CHARS).collect()));
        }
        // A link is typed from paper and read by a camera: nothing in it may look like something else.
        let typed =
            !self.check_link.is_empty() && self.check_link.bytes().all(|byte| byte.is_ascii_graphic());
        if !typed || more(self.check_link.len(), limits::LETTER_TEXT_CHARS_MAX) {
            return Err(Unissuable::Link);
        }
        if self.valid_until <= self.valid_from {
            return Err(Unissuable::NeverValid);
        }
        Ok(())
    }

    /// Every text but the conditions, which have a limit of their own.
    fn texts(&self) -> impl Iterator<Item = &str> {
        let named = self.engineers.iter().flat_map(|one| [one.name.as_str(), one.document_number.as_str()]);
        [
            self.number.as_str(),
            &self.issuer,
            &self.company,
            &self.circuit_id,
            self.peer_location.as_deref().unwrap_or_default(),
            &self.access_point_id,
            &self.access_point_name,
            &self.address,
            &self.device_id,
            &self.port_id,
            &self.panel_position,
            &self.line_type,
            &self.construction_company,
            &self.check_link,
        ]
        .into_iter()
        .chain(named)
    }
}

fn more(count: usize, limit: i64) -> bool {
    i64::try_from(count).map_or(true, |count| count > limit)
}
