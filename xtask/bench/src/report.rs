//! The table: printed, and kept in docs/benchmarks.md with the machine's description.

use crate::load::Outcome;
use anyhow::Result;
use std::fmt::{self, Write};

/// The rows so far.
#[derive(Default)]
pub(crate) struct Table(Vec<[String; 6]>);

impl Table {
    /// Rows are shown as they come, because the whole takes minutes.
    fn push(&mut self, row: [String; 6]) {
        eprintln!("{}", row.join("  "));
        self.0.push(row);
    }

    /// Two rates and their ratio, with the least that is aimed at.
    pub(crate) fn ratio(&mut self, row: &str, what: &str, ours: Outcome, theirs: Outcome, least: f64) {
        let ratio = ours.rate / theirs.rate;
        self.push([
            row.into(),
            what.into(),
            format!("{:.0}/s, p50 {:.0} µs, p99 {:.0} µs", ours.rate, ours.p50_us, ours.p99_us),
            format!("{:.0}/s", theirs.rate),
            format!("{ratio:.2}"),
            format!("≥ {least}"),
        ]);
    }

    /// The cost of one request in two stores, as time, with the most that is allowed.
    pub(crate) fn cost(&mut self, row: &str, what: &str, small: Outcome, large: Outcome, most: Option<f64>) {
        self.push([
            row.into(),
            what.into(),
            format!("{:.0}/s, p50 {:.0} µs", large.rate, large.p50_us),
            format!("{:.0}/s, p50 {:.0} µs", small.rate, small.p50_us),
            format!("{:.2} × the time", small.rate / large.rate),
            most.map_or("reported".into(), |most| format!("≤ {most}")),
        ]);
    }

    /// A load that is only reported.
    pub(crate) fn report(&mut self, row: &str, what: &str, outcome: Outcome) {
        let rate =
            format!("{:.0}/s, p50 {:.0} µs, p99 {:.0} µs", outcome.rate, outcome.p50_us, outcome.p99_us);
        self.push([row.into(), what.into(), rate, "–".into(), "–".into(), "reported".into()]);
    }

    /// A single figure.
    pub(crate) fn note(&mut self, row: &str, what: &str, figure: &str) {
        self.push([row.into(), what.into(), figure.into(), "–".into(), "–".into(), "reported".into()]);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| row | what | measured | against | ratio | aim |")?;
        writeln!(formatter, "| --- | --- | --- | --- | --- | --- |")?;
        let mut rows: Vec<_> = self.0.iter().collect();
        rows.sort_by(|left, right| left[0].cmp(&right[0]));
        for row in rows {
            writeln!(formatter, "| {} |", row.join(" | "))?;
        }
        Ok(())
    }
}

/// Writes docs/benchmarks.md anew.
pub(crate) fn keep(table: &Table) -> Result<()> {
    let mut page = String::from(HEAD);
    writeln!(page, "Measured {} on {}.\n", jiff::Timestamp::now().strftime("%Y-%m-%d"), machine())?;
    write!(page, "{table}")?;
    page.push_str(FOOT);
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/benchmarks.md");
    std::fs::write(path, page)?;
    Ok(())
}

const HEAD: &str = "# Benchmarks

`cargo xtask bench` builds everything in release and measures the rows one after another, both sides of a ratio in the
same run, on loopback, with the load generator on the same cores. The machine is shared: read the ratios, not the
rates. `--full` adds the store of ten million circuits; `--write` keeps the newest table here.

";

const FOOT: &str = "
- **(a)** 64 keep-alive connections, RPC v1 signatures, medians of three rounds. The bare handler parses the request and
  verifies its signature with the same code, and answers the same bytes; the product also checks the nonce, reads the
  page and its total from SQLite on a reader thread, logs at `warn` and counts.
- **(b)** `synchronous=FULL`, 64 connections of 64 accounts, quotas lifted, every provider's step left to a person. The
  bare side writes the same rows of the same schema from one thread, 64 orders a commit.
- **(c)** 100 circuits an account; ten accounts spread over the store take turns. Large stores are filled with copies of
  rows that the product wrote.
- **(d)** One process each.
- **(e)** Border routers beside the circuits they are on, in one server: a page of ten of 100, and durable creation by 32
  accounts over 64 connections, each router with a VLAN of its own. Quotas are lifted, everything else happens at once.
";

/// Cores, memory and kernel, as the system tells them.
fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let memory = read("/proc/meminfo");
    let kib = memory.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0);
    let model = model.trim_start_matches(['\t', ' ', ':']);
    format!("{cores} cores ({model}), {} GiB of memory, Linux, a shared virtual machine", kib / 1_048_576)
}
