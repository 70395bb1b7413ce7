//! What may stand in no file at all: a path of somebody's machine, or a package source that only somebody reaches.

use super::{Page, line_of};

/// The first folders of paths that exist on one machine only.
const HOMES: &[&str] = &["root", "home", "Users", "work"];

/// The key under which lock files name the address a package came from.
const LOCKED_ADDRESS: &str = "\"resolved\":";

/// The address that everybody reaches.
const PUBLIC: &str = "https://registry.npmjs.org/";

/// Checks one file.
pub(super) fn check(page: &Page, found: &mut Vec<String>) {
    for home in HOMES {
        let pattern = format!("/{home}/");
        let begins = |at: &usize| {
            let before = page.text[..*at].chars().next_back();
            !before.is_some_and(|before| {
                before.is_alphanumeric() || matches!(before, '/' | '.' | '_' | '-' | '{' | '}')
            })
        };
        if let Some(at) = page.text.match_indices(&pattern).map(|(at, _)| at).find(begins) {
            found.push(format!("{}:{}: a path of one machine", page.path, line_of(&page.text, at)));
        }
    }
    for (number, line) in page.text.lines().enumerate() {
        let address =
            line.trim().strip_prefix(LOCKED_ADDRESS).map(|rest| rest.trim().trim_matches(['"', ',']));
        if address.is_some_and(|address| !address.starts_with(PUBLIC)) {
            found.push(format!(
                "{}:{}: a package source that only one machine reaches",
                page.path,
                number + 1
            ));
        }
    }
}
