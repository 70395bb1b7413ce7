//! The calendar of the model: days counted by arithmetic, so that no calendar is asked that the product asks.

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// Days since the epoch of the first of March of this year: a year that begins in March ends with its leap day.
fn days_to_march(year: i64) -> i64 {
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) - 719_468
}

/// Days from the first of March to the first of each month of such a year.
const MONTHS: [i64; 12] = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337];

/// Year, month of the year that begins in March, counted from nought, and day, counted from nought.
fn civil(day: i64) -> (i64, usize, i64) {
    let mut year = 1970 + day / 365 + 1;
    while days_to_march(year) > day {
        year -= 1;
    }
    let rest = day - days_to_march(year);
    let month = MONTHS.iter().rposition(|first| *first <= rest).unwrap();
    (year, month, rest - MONTHS[month])
}

/// `YYYY-MM-DDThh:mm:ssZ`.
pub(super) fn wire(at: i64) -> String {
    let (year, month, day) = civil(at.div_euclid(DAY_MS));
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    let second = at.rem_euclid(DAY_MS) / 1000;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}Z", day + 1)
}

/// The same where there may be none: an empty text.
pub(super) fn wire_or_empty(at: Option<i64>) -> String {
    at.map(wire).unwrap_or_default()
}

/// So many months later: the same day of the month, or its last where it has no such day.
pub(super) fn later(at: i64, months: i64) -> i64 {
    let (year, month, day) = civil(at.div_euclid(DAY_MS));
    let all = year * 12 + i64::try_from(month).unwrap() + months;
    let (year, month) = (all.div_euclid(12), usize::try_from(all.rem_euclid(12)).unwrap());
    let first = days_to_march(year) + MONTHS[month];
    let next = match MONTHS.get(month + 1) {
        Some(days) => days_to_march(year) + days,
        None => days_to_march(year + 1),
    };
    (first + day.min(next - first - 1)) * DAY_MS + at.rem_euclid(DAY_MS)
}

#[test]
fn the_models_calendar_is_the_calendar() {
    for (instant, text) in [
        (0, "1970-01-01T00:00:00Z"),
        (951_782_400_000, "2000-02-29T00:00:00Z"),
        (1_769_846_400_999, "2026-01-31T08:00:00Z"),
        (4_107_542_399_000, "2100-02-28T23:59:59Z"),
    ] {
        assert_eq!(wire(instant), text);
    }
    let january = 1_769_846_400_000;
    for (months, text) in [(1, "2026-02-28"), (2, "2026-03-31"), (25, "2028-02-29"), (60, "2031-01-31")] {
        assert_eq!(wire(later(january, months)), format!("{text}T08:00:00Z"));
    }
}
