//! What stands in the dependency tree: licences, bans and sources, as `deny.toml` has them.

use super::limits;
use crate::child;
use crate::host::{Host, program};
use crate::report::Skip;
use anyhow::{Context, Result};
use std::path::PathBuf;

/// The version that is installed where there is none.
const VERSION: &str = "0.20.2";

/// What this command leaves out, said in every report.
pub(super) const ADVISORIES: &str = "advisories are not checked here, because their database is not in a package \
    registry: run `cargo deny check advisories` before a release";

/// Checks the tree with cargo-deny.
pub(super) fn check(host: &Host) -> Result<()> {
    let deny = match program("cargo-deny", &[]) {
        Some(found) => found,
        None => installed(host)?,
    };
    let mut command = std::process::Command::new(deny);
    command.args(["check", "licenses", "bans", "sources"]).current_dir(&host.root);
    child::run(host, "cargo deny", &mut command, limits::SUPPLY)
}

/// Compiles cargo-deny under the target folder, once. Unoptimised: it takes a third of the time, and has little to do.
fn installed(host: &Host) -> Result<PathBuf> {
    let tools = host.target.join("tools");
    let program = tools.join("bin/cargo-deny");
    if program.is_file() {
        return Ok(program);
    }
    println!("cargo-deny {VERSION} is compiled into {}", tools.display());
    let root = tools.to_str().context("the target folder's path is no text")?;
    let mut command = host.cargo(&["install", "cargo-deny", "--locked", "--debug", "--version", VERSION]);
    command
        .args(["--root", root])
        .env("CARGO_TARGET_DIR", tools.join("build"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0");
    child::run(host, "cargo install", &mut command, limits::TOOL)
        .map_err(|error| Skip(format!("cargo-deny is not installed and cannot be: {error:#}")))?;
    // A gigabyte that nobody reads again.
    let _ = std::fs::remove_dir_all(tools.join("build"));
    Ok(program)
}
