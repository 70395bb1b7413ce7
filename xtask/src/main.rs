//! The project's own chores, as one command: `cargo xtask test`, `tidy`, `docs`, `bench`.
//!
//! It must stay quick to compile, because on a fresh clone it is compiled before anything else happens: it depends on
//! no crate of the product and runs them as processes instead.

mod child;
mod docs;
mod host;
mod reaper;
mod report;
mod test;
mod tidy;

use anyhow::{Context, Result};
use host::Host;
use std::os::unix::process::CommandExt;
use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  test            every check there is, from installing what is missing to the official clients
  tidy            the invariants of the architecture, as far as the text of the files shows them
  docs            writes docs/reference and the table of what is implemented in README.md
  docs --check    the same, but only says what is stale
  bench           speed, as ratios measured side by side; its options are those of the package `bench`
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["test"] => Host::find().and_then(|host| test::run(&host)),
        ["tidy"] => Host::find().and_then(|host| tidy::run(&host.root)),
        ["docs"] => Host::find().and_then(|host| docs::write(&host)),
        ["docs", "--check"] => Host::find().and_then(|host| docs::check(&host)),
        ["bench", ..] => bench(&arguments[1..]),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Becomes the bench, which is a package of its own because it links the product.
fn bench(options: &[String]) -> Result<()> {
    let mut command = Host::find()?.cargo(&["run", "--release", "--package", "bench", "--"]);
    // It only comes back if it could not be started.
    Err(command.args(options).exec()).context("cargo cannot be started")
}
