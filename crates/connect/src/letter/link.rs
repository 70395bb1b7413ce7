//! Links to a letter's file. A link carries when it expires and a token over that and the letter's number, so making
//! one writes nothing and checking one reads nothing. Nobody without the deployment's key can make or change one.

use super::desk::LetterDesk;
use crate::limits::LETTER_LINK_LIFETIME_S;
use crate::time::Millis;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt::Write;

const MILLIS_PER_SECOND: Millis = 1000;

/// What is made of a link's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {
    /// It is good: the file may be given.
    Good,
    /// It was good; a new one has to be asked for.
    Expired,
    /// It was never made here, or something in it was changed.
    Forged,
}

/// The address of a letter's file, good for [`LETTER_LINK_LIFETIME_S`] from `now`.
pub fn make(desk: &LetterDesk, number: &str, now: Millis) -> String {
    let expires = now.div_euclid(MILLIS_PER_SECOND).saturating_add(LETTER_LINK_LIFETIME_S).to_string();
    let tag = mac(desk, number, &expires).finalize().into_bytes();
    let token = tag.iter().fold(String::with_capacity(tag.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    });
    format!("{}/letters/{number}.pdf?expires={expires}&token={token}", desk.public_url)
}

/// Judges the `expires` and `token` that came with a request for the file of `number`. Any texts may be given.
pub fn check(desk: &LetterDesk, number: &str, expires: &str, token: &str, now: Millis) -> Pass {
    let good = bytes(token).is_some_and(|tag| mac(desk, number, expires).verify_slice(&tag).is_ok());
    match expires.parse::<i64>() {
        Ok(instant) if good => {
            if now < instant.saturating_mul(MILLIS_PER_SECOND) {
                Pass::Good
            } else {
                Pass::Expired
            }
        }
        _ => Pass::Forged,
    }
}

/// Over the number and the expiry with a zero byte between them, which neither holds.
fn mac(desk: &LetterDesk, number: &str, expires: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&desk.link_key).expect("HMAC takes a key of any length");
    mac.update(number.as_bytes());
    mac.update(&[0]);
    mac.update(expires.as_bytes());
    mac
}

/// Reads small hexadecimal digits. Capitals are refused: one link has one spelling.
fn bytes(token: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let pairs = token.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(url: &str) -> (String, String) {
        let (_, query) = url.split_once("?expires=").expect("a link has an expiry");
        let (expires, token) = query.split_once("&token=").expect("a link has a token");
        (expires.to_owned(), token.to_owned())
    }

    #[test]
    fn a_link_is_good_for_its_letter_until_it_expires_and_in_no_other_form() {
        let desk = LetterDesk::new(&[7; 32], "http://127.0.0.1:1", "x");
        let now = 1_769_846_400_999;
        let url = make(&desk, "LOA-1", now);
        assert!(url.starts_with("http://127.0.0.1:1/letters/LOA-1.pdf?expires="), "{url}");
        let (expires, token) = parts(&url);
        let end = (now / 1000 + LETTER_LINK_LIFETIME_S) * 1000;
        assert_eq!(check(&desk, "LOA-1", &expires, &token, now), Pass::Good);
        assert_eq!(check(&desk, "LOA-1", &expires, &token, end - 1), Pass::Good);
        assert_eq!(check(&desk, "LOA-1", &expires, &token, end), Pass::Expired);

        let later = (end / 1000 + 1).to_string();
        let padded = format!("0{expires}");
        for (number, expires, token) in [
            ("LOA-2", expires.as_str(), token.as_str()),
            ("LOA-1", &later, &token),
            ("LOA-1", &padded, &token),
            ("LOA-1", "", &token),
            ("LOA-1", "never", &token),
            ("LOA-1", &expires, ""),
            ("LOA-1", &expires, "zz"),
            ("LOA-1", &expires, "é"),
            ("LOA-1", &expires, &token[..token.len() - 2]),
            ("LOA-1", &expires, &token.to_uppercase()),
        ] {
            assert_eq!(check(&desk, number, expires, token, now), Pass::Forged, "{number} {expires} {token}");
        }
        for at in 0..token.len() {
            let mut altered = token.clone().into_bytes();
            altered[at] = if altered[at] == b'0' { b'1' } else { b'0' };
            let altered = String::from_utf8(altered).expect("digits");
            assert_eq!(check(&desk, "LOA-1", &expires, &altered, now), Pass::Forged);
        }
        let other = LetterDesk::new(&[8; 32], "http://127.0.0.1:1", "x");
        assert_eq!(check(&other, "LOA-1", &expires, &token, now), Pass::Forged);
    }
}
