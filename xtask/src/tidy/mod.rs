//! `cargo xtask tidy`: the invariants of the architecture, as far as the text of the files shows them. It reads and
//! never mends. It runs as a test as well, so that `cargo test --workspace` covers it.

mod layout;
mod manifests;
mod mask;
mod papers;
mod statements;

use anyhow::{Context, Result, bail};
use mask::Masked;
use std::fs;
use std::path::Path;

/// Folders that are nobody's text: made by tools, or recorded byte by byte.
const LEFT_OUT: &[&str] = &[".git", "target", "node_modules", "__pycache__", "data"];

/// One text file of the clone.
struct Page {
    /// Its path from the root, with slashes.
    path: String,
    text: String,
}

/// A Rust file, and what of it is code.
struct Source<'p> {
    page: &'p Page,
    masked: Masked,
}

impl Page {
    fn has_ending(&self, ending: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| found == ending)
    }

    /// The crate under `crates/` whose product code this is, if it is one's; tests are nobody's.
    fn crate_name(&self) -> Option<&str> {
        let (name, rest) = self.path.strip_prefix("crates/")?.split_once('/')?;
        rest.starts_with("src/").then_some(name)
    }
}

/// Prints what is wrong; an error if anything is.
pub(crate) fn run(root: &Path) -> Result<()> {
    let found = findings(root)?;
    for finding in &found {
        println!("{finding}");
    }
    match found.len() {
        0 => Ok(()),
        count => bail!("{count} things are not tidy"),
    }
}

/// Everything that is wrong, as `file:line: what`.
fn findings(root: &Path) -> Result<Vec<String>> {
    let mut pages = Vec::new();
    gather(root, root, &mut pages)?;
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    let mut found = Vec::new();
    manifests::check(root, &mut found)?;
    for page in &pages {
        papers::check(page, &mut found);
        if page.has_ending("rs") {
            let source = Source { page, masked: Masked::new(&page.text) };
            layout::check(&source, &mut found);
            statements::check(&source, &mut found);
        }
        if page.has_ending("sql") {
            statements::check_migration(page, &mut found);
        }
    }
    Ok(found)
}

fn gather(root: &Path, folder: &Path, pages: &mut Vec<Page>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if LEFT_OUT.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            gather(root, &path, pages)?;
        } else if let Ok(text) = fs::read_to_string(&path) {
            let path = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            pages.push(Page { path, text });
        }
    }
    Ok(())
}

/// The number of the line in which the byte at `offset` stands.
fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Where `word` stands in `text` with no letter, digit or underscore beside it.
fn word_at(text: &str, word: &str) -> Option<usize> {
    let part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = text.as_bytes();
    text.match_indices(word).map(|(at, _)| at).find(|&at| {
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let opens = !word.as_bytes()[0].is_ascii_alphanumeric() || !part(before);
        let closes =
            !word.ends_with(|last: char| last.is_ascii_alphanumeric()) || !part(bytes.get(at + word.len()));
        opens && closes
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workspace_is_tidy() {
        let found = findings(&crate::host::root()).expect("the clone can be read");
        assert!(found.is_empty(), "\n{}", found.join("\n"));
    }

    #[test]
    fn a_word_stands_alone() {
        assert_eq!(word_at("known now", "now"), Some(6));
        assert_eq!(word_at("nowhere", "now"), None);
        assert_eq!(word_at("a::b", "::"), Some(1));
        assert_eq!(word_at("json_each(x)", "json_"), Some(0));
    }
}
