//! `crossconnect letter verify`: whether a file is a letter that was sealed with a key, with neither network nor store.
//! It tells what the seal proves. Whether the letter was revoked since, only the page at its link can tell.

use crate::config::VerifyLetter;
use crate::limits::LETTER_FILE_BYTES_MAX;
use crate::start::StartError;
use connect::letter::paper::{Particulars, PublicKey, Validity, Verdict, check, validity};
use connect::time::{self, Millis};
use std::fmt::Write;
use std::fs::File;
use std::io::Read;

/// What a verification came to: the text to print, and whether the letter is genuine and holds.
pub struct Judged {
    /// One line for each fact.
    pub text: String,
    /// Genuine, and within its time.
    pub good: bool,
}

/// Verifies the file that the options name; `now` is the instant to judge by unless they name another.
pub fn verify(options: &VerifyLetter, now: Millis) -> Result<Judged, StartError> {
    let key: PublicKey = options.key.trim().parse().map_err(|_| {
        StartError::new("the key given with --key is no public key; the issuer shows it at /letters/key")
    })?;
    let verdict = check(&read(options)?, &key);
    let now = options.at.unwrap_or(now);
    let not_genuine = |sentence: String| Judged { text: format!("not genuine: {sentence}\n"), good: false };
    Ok(match verdict {
        Verdict::Genuine(letter) => judged(&letter, &key, now),
        Verdict::Altered => not_genuine("the file was altered after it was sealed".to_owned()),
        Verdict::OtherKey { key_id } => {
            not_genuine(format!("it says that key {key_id} sealed it, and not {}", key.id()))
        }
        Verdict::NotALetter => not_genuine("the file is no letter of authorization".to_owned()),
    })
}

/// No letter is large, so no large file is read.
fn read(options: &VerifyLetter) -> Result<Vec<u8>, StartError> {
    let path = &options.file;
    let mut bytes = Vec::new();
    let taken =
        File::open(path).and_then(|file| file.take(LETTER_FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
    taken.map_err(|error| {
        StartError::new(format!("{} cannot be read ({error}); name a file that can", path.display()))
    })?;
    if bytes.len() as u64 > LETTER_FILE_BYTES_MAX {
        return Err(StartError::new(format!(
            "{} is larger than any letter ({LETTER_FILE_BYTES_MAX} bytes); name another file",
            path.display()
        )));
    }
    Ok(bytes)
}

fn judged(letter: &Particulars, key: &PublicKey, now: Millis) -> Judged {
    let standing = match validity(letter, now) {
        Validity::Within => "within its time",
        Validity::NotYet => "not valid yet",
        Validity::Expired => "expired",
    };
    let mut text = format!("genuine, {standing}\n");
    let mut line = |name: &str, value: &str| {
        writeln!(text, "{name:<22}{value}").expect("writing to a string cannot fail");
    };
    line("sealed by key", &key.id());
    line("letter", &letter.number);
    line("issuer", &letter.issuer);
    line("tenant", &letter.company);
    line("circuit", &letter.circuit_id);
    line("access point", &letter.access_point_name);
    line("building", &letter.address);
    line("device, port", &format!("{}, {}", letter.device_id, letter.port_id));
    line("panel position", &letter.panel_position);
    line("construction company", &letter.construction_company);
    for engineer in &letter.engineers {
        line("engineer", &format!("{}, {}", engineer.name, engineer.document_number.as_str()));
    }
    line("valid from", &time::wire(letter.valid_from));
    line("valid until", &time::wire(letter.valid_until));
    line("judged at", &time::wire(now));
    line("revoked or used since?", &letter.check_link);
    Judged { text, good: validity(letter, now) == Validity::Within }
}
