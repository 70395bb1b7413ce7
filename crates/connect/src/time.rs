//! Instants as the store and the wire have them. It never reads a clock: an instant is always an argument.

use jiff::Timestamp;

/// Milliseconds since the Unix epoch, UTC.
pub type Millis = i64;

/// `YYYY-MM-DDThh:mm:ssZ`, the only time format the product sends (contract, conflicts E2).
pub fn wire(at: Millis) -> String {
    Timestamp::from_millisecond(at)
        .map(|instant| instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        .unwrap_or_default()
}

/// The wire text of an instant that may not have come yet; empty until it has.
pub fn wire_or_empty(at: Option<Millis>) -> String {
    at.map(wire).unwrap_or_default()
}

/// Reads an RFC 3339 instant such as `2026-01-31T08:00:00Z`.
pub fn parse(text: &str) -> Option<Millis> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_has_seconds_and_a_z() {
        assert_eq!(wire(1_769_846_400_999), "2026-01-31T08:00:00Z");
        assert_eq!(parse("2026-01-31T08:00:00Z"), Some(1_769_846_400_000));
        assert_eq!(parse("2026-01-31"), None);
    }
}
