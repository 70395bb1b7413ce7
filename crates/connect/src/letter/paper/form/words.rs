//! The particulars in the words of the page. What is signed is never these words but the canonical form.

use super::super::particulars::Particulars;
use super::super::seal::Unissuable;
use crate::time::Millis;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The instants of a letter as text, UTC.
pub(super) struct Times {
    pub(super) from: String,
    pub(super) until: String,
    pub(super) issued: String,
    pub(super) construction: String,
}

impl Times {
    pub(super) fn of(letter: &Particulars) -> Result<Times, Unissuable> {
        Ok(Times {
            from: shown(letter.valid_from)?,
            until: shown(letter.valid_until)?,
            issued: shown(letter.issued_at)?,
            construction: shown(letter.construction_time)?,
        })
    }
}

/// `2026-01-31 08:00 UTC`; seconds only where there are some, so that no letter holds longer than it says.
fn shown(at: Millis) -> Result<String, Unissuable> {
    let instant = Timestamp::from_millisecond(at).map_err(|_| Unissuable::Time)?;
    let time = TimeZone::UTC.to_datetime(instant);
    if time.year() < 1 {
        return Err(Unissuable::Time);
    }
    let form = if time.second() == 0 { "%Y-%m-%d %H:%M UTC" } else { "%Y-%m-%d %H:%M:%S UTC" };
    Ok(instant.strftime(form).to_string())
}

/// `1 Gbit/s`, or `100 Mbit/s`; the wire counts a thousand Mbit/s as one Gbit/s.
pub(super) fn bandwidth(mbps: Option<u32>) -> Option<String> {
    mbps.map(|mbps| match mbps {
        1000.. if mbps.is_multiple_of(1000) => format!("{} Gbit/s", mbps / 1000),
        _ => format!("{mbps} Mbit/s"),
    })
}

/// A name and its id, one of which may be missing.
pub(super) fn place(name: &str, id: &str) -> String {
    match (name.is_empty(), id.is_empty()) {
        (false, false) => format!("{name} ({id})"),
        (true, _) => id.to_owned(),
        (_, true) => name.to_owned(),
    }
}

/// Hexadecimal digits in groups of four, to be read aloud.
pub(super) fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 5 / 4);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_shown_to_the_second_they_name() {
        assert_eq!(shown(1_769_846_400_000).unwrap(), "2026-01-31 08:00 UTC");
        assert_eq!(shown(1_769_846_459_999).unwrap(), "2026-01-31 08:00:59 UTC");
        assert_eq!(shown(i64::MAX), Err(Unissuable::Time));
        assert_eq!(shown(-99_999_999_999_999), Err(Unissuable::Time));
    }

    #[test]
    fn rates_places_and_digits_read_well() {
        assert_eq!(bandwidth(Some(10_000)).as_deref(), Some("10 Gbit/s"));
        assert_eq!(bandwidth(Some(1500)).as_deref(), Some("1500 Mbit/s"));
        assert_eq!(bandwidth(None), None);
        assert_eq!(place("North", "ap-1"), "North (ap-1)");
        assert_eq!(place("", "ap-1"), "ap-1");
        assert_eq!(grouped("0123456789"), "0123 4567 89");
    }
}
