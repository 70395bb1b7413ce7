//! The documents of letters: made once, never changed, kept for as long as somebody may show one. Only their state
//! moves, and only here. A document outlives its letter and its circuit, so what a guard must know stands in its row;
//! no engineer does, they are in the file alone.

use super::Letter;
use super::engineer::Engineer;
use super::paper::{self, Document, Particulars};
use crate::action::Result;
use crate::circuit::Circuit;
use crate::codes;
use crate::cx::Cx;
use crate::limits::LETTER_VALIDITY_MS;
use crate::time::Millis;
use rpc::Choice;
use rpc::code::Error;
use store::{Arg, Fault, Read, ReadExt};

/// What has become of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum State {
    /// It is the one of its letter.
    #[choice("current")]
    Current,
    /// Another took its place.
    #[choice("superseded")]
    Superseded,
    /// It was taken back.
    #[choice("revoked")]
    Revoked,
    /// The construction is done.
    #[choice("used")]
    Used,
}

/// What a guard is told of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Standing {
    /// It holds: the crew may be let in.
    #[choice("valid")]
    Valid,
    /// Its time has not come.
    #[choice("not yet valid")]
    NotYetValid,
    /// Its time is over.
    #[choice("expired")]
    Expired,
    /// Another document took its place.
    #[choice("superseded")]
    Superseded,
    /// The construction is done, so nobody has to come in with it.
    #[choice("used")]
    Used,
    /// It was taken back.
    #[choice("revoked")]
    Revoked,
}

/// What the public page shows: enough for a guard, nothing of the engineers and no way to reach the tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The letter's number.
    pub number: String,
    /// Whether it holds now.
    pub standing: Standing,
    /// The access point's name.
    pub access_point_name: String,
    /// The building.
    pub address: String,
    /// The circuit.
    pub circuit_id: String,
    /// The company that does the work.
    pub construction_company: String,
    /// From when it holds, this instant included.
    pub valid_from: Millis,
    /// Until when it holds, this instant excluded.
    pub valid_until: Millis,
    /// SHA-256 of what the paper says, in hexadecimal: the paper prints its beginning, so that both can be compared.
    pub fingerprint: String,
}

/// A document that was just made.
pub(super) struct Issued {
    pub(super) number: String,
    pub(super) valid_from: Millis,
    pub(super) valid_until: Millis,
}

/// What the crew must keep to; every letter says it.
pub const CONDITIONS: &[&str] = &[
    "Only the engineers named here may enter, each with the document named here.",
    "Work is allowed on the port and panel position named here, and on nothing else.",
    "Show this letter on arrival. The guard checks it by the code before anybody enters.",
    "Whoever works here keeps to the rules of the building and to what its staff say.",
    "The letter ends when the construction is reported complete.",
];

/// Makes the document of a letter, in the place of the one it has.
pub(super) fn issue(cx: &mut Cx<'_>, circuit: &Circuit, letter: &Letter) -> Result<Issued> {
    let (number, code) = (number(cx), cx.ids.letters(CODE_CHARS));
    let engineers = letter.engineers(&cx.world.seal)?;
    let desk = &cx.world.letters;
    let particulars = particulars(cx, circuit, letter, &engineers, &number, desk.check_link(&number, &code))?;
    let file = paper::issue(&particulars, &desk.key).map_err(|reason| unissuable(&circuit.id, &reason))?;
    close(cx, circuit, State::Superseded)?;
    let fingerprint = hexadecimal(&paper::fingerprint(&particulars));
    cx.tx.exec(
        "insert into letter_document (account, circuit, serial, number, code, state, issued_at, valid_from,
         valid_until, access_point_name, address, construction_company, fingerprint, file)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        &[
            Arg::from(&circuit.account),
            Arg::from(&circuit.id),
            Arg::from(cx.revision),
            Arg::from(&number),
            Arg::from(&code),
            Arg::from(State::Current.as_str()),
            Arg::from(particulars.issued_at),
            Arg::from(particulars.valid_from),
            Arg::from(particulars.valid_until),
            Arg::from(&particulars.access_point_name),
            Arg::from(&particulars.address),
            Arg::from(&particulars.construction_company),
            Arg::from(&fingerprint),
            Arg::Bytes(&file),
        ],
    )?;
    Ok(Issued { number, valid_from: particulars.valid_from, valid_until: particulars.valid_until })
}

/// Characters of the code in the link that a letter prints: 124 bits that nobody guesses.
const CODE_CHARS: usize = 24;
/// Where the characters that sort by time end in an identifier, and how many of the others a number keeps.
const STAMP_END: usize = 13;
const CHANCE_CHARS: usize = 6;

/// `LOA-0MJ2K9X1Q-A4F7C0`: sorts by time, and short enough to be read out at a door. Two of one millisecond differ in
/// the last characters; were they the same, the index would refuse the second.
fn number(cx: &mut Cx<'_>) -> String {
    let id = cx.ids.resource("LOA", cx.now).to_uppercase();
    let (stamp, chance) = id.split_at(STAMP_END);
    format!("{stamp}-{}", &chance[..CHANCE_CHARS])
}

fn particulars(
    cx: &Cx<'_>,
    circuit: &Circuit,
    letter: &Letter,
    engineers: &[Engineer],
    number: &str,
    check_link: String,
) -> Result<Particulars> {
    let seat = circuit
        .port
        .as_ref()
        .ok_or_else(|| Fault::broken(format!("{} has a letter and no port", circuit.id)))?;
    let application = &letter.application;
    let point = cx.world.catalogue.access_point(&circuit.access_point_id).map(|(_, point)| point);
    // Both names, for a guard who reads either; the id where the catalogue no longer knows the place.
    let access_point_name = point.map_or_else(
        || circuit.access_point_id.clone(),
        |point| {
            if point.name_en == point.name_zh {
                point.name_en.clone()
            } else {
                format!("{} {}", point.name_en, point.name_zh)
            }
        },
    );
    let peer = [&application.peer_location, &circuit.peer_location].into_iter().find(|text| !text.is_empty());
    let bandwidth = application.bandwidth.unwrap_or(circuit.bandwidth);
    Ok(Particulars {
        number: number.to_owned(),
        issuer: one_line(&cx.world.letters.issuer),
        company: one_line(&application.company),
        circuit_id: circuit.id.clone(),
        bandwidth_mbps: u32::try_from(bandwidth).ok(),
        peer_location: peer.map(|text| one_line(text)),
        access_point_id: circuit.access_point_id.clone(),
        access_point_name: one_line(&access_point_name),
        address: one_line(&seat.location),
        device_id: seat.device_id.clone(),
        port_id: seat.port_id.clone(),
        panel_position: one_line(&format!("{}, port {}", seat.detail, seat.number)),
        line_type: application.line_type.clone(),
        construction_company: one_line(&application.construction_company),
        construction_time: application.construction_at,
        engineers: engineers.iter().map(on_paper).collect(),
        valid_from: cx.now,
        valid_until: cx.now.saturating_add(LETTER_VALIDITY_MS),
        issued_at: cx.now,
        conditions: CONDITIONS.iter().map(|&text| text.to_owned()).collect(),
        check_link,
    })
}

/// What the paper says of an engineer: never the whole number of a document, and nothing to call.
fn on_paper(engineer: &Engineer) -> paper::Engineer {
    let passport = super::parameters::CertificateType::Passport.as_str();
    paper::Engineer {
        name: one_line(&engineer.name),
        document: if engineer.certificate_type == passport { Document::Passport } else { Document::IDCard },
        document_number: paper::mask(&engineer.certificate_no),
    }
}

/// A tenant's text as one line: the paper has no place for more, and none for characters that are not to be seen.
fn one_line(text: &str) -> String {
    let seen = |character: char| if character.is_control() { ' ' } else { character };
    let text: String = text.chars().map(seen).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The paper's own sentence may quote what a tenant wrote, so it is for nobody's eyes: only its kind is told.
fn unissuable(circuit: &str, reason: &paper::Unissuable) -> Error {
    let what = match reason {
        paper::Unissuable::Engineers(_) => "names too few or too many engineers",
        paper::Unissuable::Conditions(_) | paper::Unissuable::NoRoom => "does not fit on one page",
        paper::Unissuable::TooLong(_) => "holds a text that is too long for a letter",
        paper::Unissuable::Link => {
            "would need a link that is too long; give the server a shorter --public-url"
        }
        paper::Unissuable::NeverValid | paper::Unissuable::Time => {
            "would hold outside the years that a letter can name"
        }
        paper::Unissuable::Drawing(_) => "could not be drawn",
    };
    Error::new(&codes::OPERATION_FAILED_LETTER_NOT_ISSUED)
        .with_message(format!("The letter of authorization of {circuit} {what}."))
}

/// The current document of a circuit, if it has one, gets the state that ends it.
pub(super) fn close(cx: &mut Cx<'_>, circuit: &Circuit, to: State) -> Result<()> {
    cx.tx.exec(
        "update letter_document set state = $1 where account = $2 and circuit = $3 and state = 'current'",
        &[Arg::from(to.as_str()), Arg::from(&circuit.account), Arg::from(&circuit.id)],
    )?;
    Ok(())
}

/// The number of a circuit's document that holds at `now`, or will: the one to be fetched.
pub(super) fn usable(
    read: &mut dyn Read,
    account: &str,
    circuit: &str,
    now: Millis,
) -> Result<Option<String>> {
    let found = read.one(
        "select number, valid_until from letter_document where account = $1 and circuit = $2 and state = 'current'",
        &[Arg::from(account), Arg::from(circuit)],
        |row| Ok((row.text(0)?.to_owned(), row.int(1)?)),
    )?;
    Ok(found.filter(|(_, valid_until)| now < *valid_until).map(|(number, _)| number))
}

/// What the public page shows of the letter with this number, to whoever has the code that is printed on it. A wrong
/// number and a wrong code are alike: there is nothing.
pub fn lookup(
    read: &mut dyn Read,
    number: &str,
    code: &str,
    now: Millis,
) -> std::result::Result<Option<Found>, Fault> {
    let found = read.one(
        "select number, code, state, access_point_name, address, circuit, construction_company, valid_from,
         valid_until, fingerprint from letter_document where number = $1",
        &[Arg::from(number)],
        |row| {
            let text = |index| row.text(index).map(str::to_owned);
            let (valid_from, valid_until) = (row.int(7)?, row.int(8)?);
            let found = Found {
                number: text(0)?,
                standing: standing(row.text(2)?, valid_from, valid_until, now)?,
                access_point_name: text(3)?,
                address: text(4)?,
                circuit_id: text(5)?,
                construction_company: text(6)?,
                valid_from,
                valid_until,
                fingerprint: text(9)?,
            };
            Ok((found, text(1)?))
        },
    )?;
    Ok(found.filter(|(_, right)| same(right.as_bytes(), code.as_bytes())).map(|(found, _)| found))
}

fn standing(
    state: &str,
    valid_from: Millis,
    valid_until: Millis,
    now: Millis,
) -> std::result::Result<Standing, Fault> {
    match State::from_wire(state) {
        Some(State::Revoked) => Ok(Standing::Revoked),
        Some(State::Superseded) => Ok(Standing::Superseded),
        Some(State::Used) => Ok(Standing::Used),
        Some(State::Current) if now < valid_from => Ok(Standing::NotYetValid),
        Some(State::Current) if now < valid_until => Ok(Standing::Valid),
        Some(State::Current) => Ok(Standing::Expired),
        None => Err(Fault::broken(format!("the store holds the unknown state \"{state}\" of a document"))),
    }
}

/// Compares without stopping at the first difference, so that the time it takes tells nothing of the code.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len() && left.iter().zip(right).fold(0, |all, (one, other)| all | (one ^ other)) == 0
}

/// The file of the letter with this number, as it was issued. Whoever asks must have been let through by
/// [`super::link::check`].
pub fn file(read: &mut dyn Read, number: &str) -> std::result::Result<Option<Vec<u8>>, Fault> {
    read.one("select file from letter_document where number = $1", &[Arg::from(number)], |row| {
        row.bytes(0).map(<[u8]>::to_vec)
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}
