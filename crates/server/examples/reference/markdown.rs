//! The few forms of Markdown that the pages need. Text from a declaration passes through here, so that no character
//! of it is taken for markup.

use std::fmt::Write;

/// A table, row by row. Cells are Markdown already.
pub(crate) struct Table(String);

impl Table {
    /// A table with this head.
    pub(crate) fn new(head: &[&str]) -> Table {
        let mut table = Table(String::new());
        table.row(head);
        table.row(&vec!["---"; head.len()]);
        table
    }

    /// Adds a row.
    pub(crate) fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        for cell in cells {
            self.0.push_str("| ");
            self.0.push_str(cell.as_ref());
            self.0.push(' ');
        }
        self.0.push_str("|\n");
    }

    /// The table as text.
    pub(crate) fn text(self) -> String {
        self.0
    }
}

/// Prose of a declaration as the text of a cell or a paragraph: one line, and nothing in it starts a table's cell or a
/// tag. What is between back-ticks is code already.
pub(crate) fn prose(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // A link to an item of the code is a name to a reader of the reference.
    let line = line.replace("[`", "`").replace("`]", "`").replace("`crate::", "`");
    escaped(&line)
}

/// A text as code, in a cell or elsewhere.
pub(crate) fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

/// Several texts as code, with commas.
pub(crate) fn codes<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    texts.into_iter().map(code).collect::<Vec<_>>().join(", ")
}

/// A whole number with its thousands apart.
pub(crate) fn number(value: i128) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0 { format!("-{text}") } else { text }
}

/// A number of a unit in words that are easier on the eye, where there are any: `900000` of `MS` as `15 min`.
pub(crate) fn in_words(name: &str, value: i128) -> String {
    let words: &[&str] = &name.split('_').collect::<Vec<_>>();
    let scale: &[(i128, &str)] = if words.contains(&"MS") {
        &[(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")]
    } else if words.contains(&"S") {
        &[(86_400, "d"), (3600, "h"), (60, "min")]
    } else if words.contains(&"BYTES") {
        &[(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
    } else {
        &[]
    };
    let fitting = scale.iter().find(|(unit, _)| value >= *unit && value % unit == 0);
    fitting.map(|(unit, name)| format!("{} {name}", number(value / unit))).unwrap_or_default()
}

/// Escapes what Markdown would take for markup, outside of code.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for (at, part) in text.split('`').enumerate() {
        if at > 0 {
            out.push('`');
        }
        if at % 2 == 1 {
            out.push_str(&part.replace('|', "\\|"));
            continue;
        }
        for letter in part.chars() {
            if matches!(letter, '|' | '<' | '>' | '*' | '_' | '[' | ']') {
                out.push('\\');
            }
            out.push(letter);
        }
    }
    out
}

/// Appends formatted text; writing to a string cannot fail.
pub(crate) fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("writing to a string cannot fail");
}
