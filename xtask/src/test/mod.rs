//! `cargo xtask test`: every check there is, as lanes in an order that tells cheap things first. A lane that fails does
//! not keep the next from running, so that one run shows all that is wrong.

mod clients;
mod limits;
mod postgres;
mod sandbox;
mod supply;
mod system;

use crate::host::Host;
use crate::report::{Report, Skip};
use crate::{child, docs, tidy};
use anyhow::Result;
use postgres::Postgres;
use std::time::Duration;

/// The variable by which the Rust tests find a PostgreSQL server.
const POSTGRES_VARIABLE: &str = "CROSSCONNECT_TEST_POSTGRES";

/// Runs every lane and prints the report.
pub(crate) fn run(host: &Host) -> Result<()> {
    let mut report = Report::new(host.strict);
    report.lane("system packages", || system::provide(host));
    cargo(host, &mut report, "format", &["fmt", "--all", "--check"], limits::FORMAT);
    report.lane("tidy", || tidy::run(&host.root));
    let lints = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    cargo(host, &mut report, "lints", &lints, limits::BUILD);
    report.lane("rustdoc", || {
        let mut command = host.cargo(&["doc", "--workspace", "--no-deps"]);
        child::run(host, "cargo doc", command.env("RUSTDOCFLAGS", "-D warnings"), limits::BUILD)
    });
    report.lane("reference pages", || docs::check(host));
    report.lane("licences, bans, sources", || supply::check(host));
    report.note(supply::ADVISORIES);
    let postgres = report.lane("start PostgreSQL", || Postgres::start(host));
    let engines = if postgres.is_some() { "tests on both engines" } else { "tests on SQLite" };
    report.lane(engines, || tests(host, postgres.as_ref()));
    clients::lanes(host, &mut report, postgres.as_ref());
    if let Some(postgres) = postgres {
        report.lane("stop PostgreSQL", || postgres.stop());
    }
    report.close()
}

fn cargo(host: &Host, report: &mut Report, name: &str, arguments: &[&str], limit: Duration) {
    report.lane(name, || {
        child::run(host, &format!("cargo {}", arguments[0]), &mut host.cargo(arguments), limit)
    });
}

fn tests(host: &Host, postgres: Option<&Postgres>) -> Result<()> {
    let mut command = host.cargo(&["test", "--workspace", "--no-fail-fast"]);
    match postgres {
        Some(postgres) => command.env(POSTGRES_VARIABLE, postgres.url("postgres")),
        None => command.env_remove(POSTGRES_VARIABLE),
    };
    child::run(host, "cargo test", &mut command, limits::TESTS)
}

/// The error of a lane that needs something which is not there.
fn without(what: &str, mend: &str) -> anyhow::Error {
    Skip(format!("{what}; {mend}")).into()
}
