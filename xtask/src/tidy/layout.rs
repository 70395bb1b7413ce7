//! The shape of Rust files: heads, names, lengths, what is left over, and what the product may not call.

use super::{Source, line_of, word_at};

/// The longest function, lines: a screen.
const FUNCTION_LINES_MAX: usize = 70;
/// The longest file, lines.
const FILE_LINES_MAX: usize = 700;

/// Names that say nothing of what is in a module.
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "helpers", "helper", "misc"];

/// What the product may not call, and why. Doc comments and tests may speak of it.
const BANNED_IN_CONNECT: &[(&str, &str)] = &[
    ("SystemTime", "time is an argument"),
    ("Instant", "time is an argument"),
    ("Zoned", "time is an argument, and always UTC"),
    ("Timestamp::now", "time is an argument"),
    ("std::env", "the environment is the server's"),
    ("std::fs", "files are the server's"),
    ("std::io", "files are the server's"),
    ("std::net", "the network is the server's"),
    ("std::process", "processes are the server's"),
    ("std::thread", "threads are the server's and the store's"),
    ("RandomState", "randomness is an argument"),
    ("async", "nothing waits here"),
    ("await", "nothing waits here"),
    ("tokio", "nothing waits here"),
    ("println!", "the log is the server's"),
    ("eprintln!", "the log is the server's"),
    ("print!", "the log is the server's"),
    ("eprint!", "the log is the server's"),
];

/// Marks of unfinished work. Written in halves, so that this file has none.
const MARKS: &[(&str, &str)] =
    &[("todo", "!"), ("unimplemented", "!"), ("FIX", "ME"), ("XX", "X"), ("#[ig", "nore")];

/// Checks one file.
pub(super) fn check(source: &Source<'_>, found: &mut Vec<String>) {
    let (path, text) = (&source.page.path, &source.page.text);
    if !text.starts_with("//!") {
        found.push(format!(
            "{path}:1: the file does not open with what it is and what it must never do (//!)"
        ));
    }
    let lines = text.lines().count();
    if lines > FILE_LINES_MAX {
        found.push(format!(
            "{path}:1: {lines} lines, {FILE_LINES_MAX} at most: split the file by what it is about"
        ));
    }
    check_names(source, found);
    for (first, second) in MARKS {
        if let Some(at) = word_at(text, &format!("{first}{second}")) {
            found.push(format!("{path}:{}: a mark of unfinished work", line_of(text, at)));
        }
    }
    // A test may list many cases; clippy bounds it, too.
    let code = if path.contains("/src/") { &source.masked.code[..source.masked.tests_begin()] } else { "" };
    for (name, from, to) in functions(code) {
        let (from, to) = (line_of(text, from), line_of(text, to));
        if to - from + 1 > FUNCTION_LINES_MAX {
            found.push(format!(
                "{path}:{from}: {name} has {} lines, {FUNCTION_LINES_MAX} at most",
                to - from + 1
            ));
        }
    }
    if source.page.crate_name() == Some("connect") {
        for (word, why) in BANNED_IN_CONNECT {
            if let Some(at) = word_at(code, word) {
                found.push(format!("{path}:{}: the product may not use {word}: {why}", line_of(text, at)));
            }
        }
    }
}

fn check_names(source: &Source<'_>, found: &mut Vec<String>) {
    let path = &source.page.path;
    let empty = |name: &str| EMPTY_NAMES.contains(&name);
    if path.trim_end_matches(".rs").split('/').any(empty) {
        found.push(format!("{path}:1: a module is named after what is in it"));
    }
    for name in EMPTY_NAMES {
        if let Some(at) = word_at(&source.masked.code, &format!("mod {name}")) {
            found.push(format!(
                "{path}:{}: a module is named after what is in it",
                line_of(&source.page.text, at)
            ));
        }
    }
}

/// The functions of a masked text: name, and the offsets of `fn` and of the closing brace.
fn functions(code: &str) -> Vec<(&str, usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(next) = word_at(&code[from..], "fn").map(|at| at + from) {
        from = next + 2;
        let name = code[from..].trim_start();
        let name = &name[..name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len())];
        // Without a name it is the type of a function pointer.
        if let (false, Some(to)) = (name.is_empty(), body_end(&code[from..])) {
            found.push((name, next, from + to));
        }
    }
    found
}

/// Where the body of a function ends whose head begins the text; `None` if it has none.
fn body_end(code: &str) -> Option<usize> {
    let (mut brackets, mut braces) = (0_i32, 0_i32);
    for (at, byte) in code.bytes().enumerate() {
        match byte {
            b'(' | b'[' => brackets += 1,
            b')' | b']' => brackets -= 1,
            b'{' => braces += 1,
            b'}' => {
                braces -= 1;
                if braces == 0 {
                    return Some(at);
                }
            }
            b';' if brackets == 0 && braces == 0 => return None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_ends_at_its_brace() {
        let code = "fn a(x: [u8; 2]) -> fn(u8) {\n if b { c }\n}\ntrait T { fn d();\n fn e() {} }";
        let found: Vec<(&str, usize)> = functions(code)
            .into_iter()
            .map(|(name, from, to)| (name, line_of(code, to) - line_of(code, from)))
            .collect();
        assert_eq!(found, [("a", 2), ("e", 0)]);
    }
}
