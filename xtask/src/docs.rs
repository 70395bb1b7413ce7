//! `cargo xtask docs`: the reference pages and the table of what is implemented, made from the declarations. The
//! pages are written by the example `reference` of the server's crate, which links the product; this only puts them
//! where they belong, or compares.

use crate::child;
use crate::host::Host;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Compiling the product.
const BUILD_LIMIT: Duration = Duration::from_mins(20);
/// Writing the pages.
const WRITE_LIMIT: Duration = Duration::from_mins(1);

/// Where the pages lie in the clone. Everything in it is generated.
const FOLDER: &str = "docs/reference";
/// The generated file that is no page: what stands in the README between the marks.
const TABLE: &str = "implemented.md";
const README: &str = "README.md";
const BEGIN: &str = "<!-- implemented:begin -->";
const END: &str = "<!-- implemented:end -->";

/// Files by their path from the root.
type Files = BTreeMap<String, String>;

/// Writes what is stale.
pub(crate) fn write(host: &Host) -> Result<()> {
    let wanted = generate(host)?;
    let stale = stale(&host.root, &wanted)?;
    for path in &stale {
        let file = host.root.join(path);
        if let Some(text) = wanted.get(path) {
            fs::create_dir_all(file.parent().unwrap_or(&host.root))?;
            fs::write(&file, text).with_context(|| format!("writing {path}"))?;
            println!("wrote {path}");
        } else {
            fs::remove_file(&file).with_context(|| format!("deleting {path}"))?;
            println!("deleted {path}");
        }
    }
    println!("{} files, {} of them written anew", wanted.len(), stale.len());
    Ok(())
}

/// Says what is stale; an error if anything is.
pub(crate) fn check(host: &Host) -> Result<()> {
    let stale = stale(&host.root, &generate(host)?)?;
    if stale.is_empty() { Ok(()) } else { bail!("stale: {}; run `cargo xtask docs`", stale.join(", ")) }
}

/// Every generated file as it should be.
fn generate(host: &Host) -> Result<Files> {
    let mut build = host.cargo(&["build", "--workspace", "--example", "reference"]);
    child::run(host, "cargo build", &mut build, BUILD_LIMIT)?;
    let folder = host.target.join("reference");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("deleting {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    let mut command = Command::new(host.built("examples/reference"));
    child::run(host, "the generator of the reference", command.arg(&folder), WRITE_LIMIT)?;
    let mut files = read_all(&folder)?;
    let table = files.remove(TABLE).with_context(|| format!("the generator wrote no {TABLE}"))?;
    let mut wanted: Files =
        files.into_iter().map(|(name, text)| (format!("{FOLDER}/{name}"), text)).collect();
    match fs::read_to_string(host.root.join(README)) {
        Ok(readme) => {
            wanted.insert(README.to_owned(), with_table(&readme, &table)?);
        }
        Err(error) => println!("{README} cannot be read ({error}), so its table is left alone"),
    }
    Ok(wanted)
}

/// The files that are not as they should be: other, missing or too many.
fn stale(root: &Path, wanted: &Files) -> Result<Vec<String>> {
    let folder = root.join(FOLDER);
    let mut there = if folder.is_dir() { in_folder(read_all(&folder)?) } else { Files::new() };
    if wanted.contains_key(README) {
        there.insert(README.to_owned(), fs::read_to_string(root.join(README))?);
    }
    let other =
        wanted.iter().filter(|(path, text)| there.get(*path) != Some(text)).map(|(path, _)| path.clone());
    let surplus = there.keys().filter(|path| !wanted.contains_key(*path)).cloned();
    Ok(other.chain(surplus).collect())
}

fn read_all(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let text = fs::read_to_string(entry.path())
            .with_context(|| format!("reading {}", entry.path().display()))?;
        files.insert(entry.file_name().to_string_lossy().into_owned(), text);
    }
    Ok(files)
}

/// The pages by their path from the root instead of their name.
fn in_folder(pages: Files) -> Files {
    pages.into_iter().map(|(name, text)| (format!("{FOLDER}/{name}"), text)).collect()
}

/// The README with the table between its marks.
fn with_table(readme: &str, table: &str) -> Result<String> {
    let marks = readme.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = marks.with_context(|| format!("{README} has no {BEGIN} … {END}"))?;
    Ok(format!("{before}{BEGIN}\n{}\n{END}{after}", table.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_stands_between_its_marks() {
        let readme = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        let made = with_table(&readme, "new\n").expect("the marks are there");
        assert_eq!(made, format!("a\n{BEGIN}\nnew\n{END}\nb\n"));
        assert_eq!(with_table(&made, "new\n").expect("the marks are there"), made);
        assert!(with_table("no marks", "new").is_err());
    }
}
