//! `cargo xtask bench`: speed, measured side by side in one run and told as ratios. The machine may be shared and
//! noisy, so nothing here is a test and no figure fails a build. Traffic goes to loopback only; every load is bounded
//! in count and in time.
//!
//! `bench [--full] [--write] [a b c d e]`: letters measure these rows only, `--full` adds the store of ten million
//! circuits, `--write` keeps the newest table in docs/benchmarks.md.

mod bare_http;
mod bare_rows;
mod fill;
mod load;
mod process;
mod report;
mod routers;
mod rows;
mod signed;

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().map(String::as_str) == Some(bare_http::COMMAND) {
        let body = args.get(1).context("the bare server needs the file whose bytes it answers")?;
        return bare_http::serve(std::path::Path::new(body));
    }
    let flag = |name: &str| args.iter().any(|arg| arg == name);
    let letters: Vec<&str> = args.iter().map(String::as_str).filter(|arg| arg.len() == 1).collect();
    let table = rows::measure(&letters, flag("--full"))?;
    print!("{table}");
    if flag("--write") {
        report::keep(&table)?;
    }
    Ok(())
}
