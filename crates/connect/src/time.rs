//! Instants as the store and the wire have them. It never reads a clock: an instant is always an argument.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use rpc::params::Node;
use rpc::wire::{Bad, Param, Shape};

/// Milliseconds since the Unix epoch, UTC.
pub type Millis = i64;

rpc::text! {
    /// `YYYY-MM-DDThh:mm:ssZ`.
    pub struct WireTimeText {
        min: 20,
        max: 20,
        pattern: r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
    }
}

/// An instant as a parameter: `YYYY-MM-DDThh:mm:ssZ`, and one that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WireTime(Millis);

impl WireTime {
    /// The instant.
    pub fn get(self) -> Millis {
        self.0
    }
}

impl Param for WireTime {
    const SHAPE: &'static Shape = WireTimeText::SHAPE;

    fn decode(node: &Node<'_>) -> Result<Self, Bad> {
        let text = WireTimeText::decode(node)?;
        parse(text.as_str())
            .map(WireTime)
            .ok_or_else(|| Bad::expected("a date and time that there is, in UTC"))
    }
}

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

/// The instant so many calendar months later, in UTC: the same day of the month at the same time of day, or the
/// month's last day where it has no such day. `None` beyond the calendar.
pub fn add_months(at: Millis, months: i64) -> Option<Millis> {
    let span = Span::new().try_months(months).ok()?;
    let from = Timestamp::from_millisecond(at).ok()?.to_zoned(TimeZone::UTC);
    from.checked_add(span).ok().map(|to| to.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_later_is_the_same_day_or_the_last_of_the_month() {
        for (from, months, to) in [
            ("2026-01-31T08:00:00Z", 1, "2026-02-28T08:00:00Z"),
            ("2028-01-31T08:00:00Z", 1, "2028-02-29T08:00:00Z"),
            ("2026-01-31T08:00:00Z", 2, "2026-03-31T08:00:00Z"),
            ("2026-03-31T23:59:59Z", 1, "2026-04-30T23:59:59Z"),
            ("2028-02-29T00:00:00Z", 12, "2029-02-28T00:00:00Z"),
            ("2028-02-29T00:00:00Z", 48, "2032-02-29T00:00:00Z"),
            ("2026-12-15T12:00:00Z", 9, "2027-09-15T12:00:00Z"),
            ("2099-12-31T00:00:00Z", 2, "2100-02-28T00:00:00Z"),
        ] {
            let reached = add_months(parse(from).unwrap(), months).map(wire);
            assert_eq!(reached.as_deref(), Some(to), "{from} and {months} months");
        }
        assert_eq!(add_months(parse("2026-01-31T08:00:00Z").unwrap(), i64::MAX), None);
        assert_eq!(add_months(parse("9999-12-01T08:00:00Z").unwrap(), 1), None);
        assert_eq!(add_months(i64::MAX, 1), None);
    }

    #[test]
    fn months_are_added_as_the_calendar_counts_them() {
        // Every day of four years and more: the month is the one counted to, the day is kept or the month's last, the
        // time of day is kept, and later days never end before earlier ones.
        let day = 24 * 60 * 60 * 1000;
        let (first, civil) = (parse("2026-01-01T06:07:08Z").unwrap(), |at: Millis| wire(at)[..10].to_owned());
        let number = |text: &str| text.parse::<i64>().unwrap();
        for months in [1, 2, 5, 9, 12, 36, 60] {
            let mut before = 0;
            for at in (0..1500).map(|days| first + days * day) {
                let to = add_months(at, months).unwrap();
                let (from, reached) = (civil(at), civil(to));
                let month = |text: &str| number(&text[..4]) * 12 + number(&text[5..7]);
                assert_eq!(month(&reached), month(&from) + months, "{from} and {months} months");
                let (day_from, day_to) = (number(&from[8..]), number(&reached[8..]));
                let next = civil(to + day);
                let is_last = number(&next[8..]) == 1;
                assert!(day_to == day_from || (day_to < day_from && is_last), "{from} gives {reached}");
                assert_eq!(to.rem_euclid(day), at.rem_euclid(day));
                assert!(to >= before, "{reached} comes before the end of an earlier day");
                before = to;
            }
        }
    }

    #[test]
    fn the_wire_form_has_seconds_and_a_z() {
        assert_eq!(wire(1_769_846_400_999), "2026-01-31T08:00:00Z");
        assert_eq!(parse("2026-01-31T08:00:00Z"), Some(1_769_846_400_000));
        assert_eq!(parse("2026-01-31"), None);
    }
}
