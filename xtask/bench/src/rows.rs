//! The rows of the table, measured one after another in one run.

use crate::fill::{self, LARGE_ACCOUNT};
use crate::load::{self, Outcome};
use crate::process::{self, Server};
use crate::report::Table;
use crate::signed::Signer;
use crate::{bare_http, bare_rows};
use anyhow::{Context, Result};
use rusqlite::Connection;
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Keep-alive connections of every load.
pub(crate) const CONNECTIONS: usize = 64;
/// Requests of one round of row (a).
pub(crate) const PAGES: usize = 60_000;
/// Rounds, of which the median counts.
pub(crate) const ROUNDS: usize = 3;
/// Orders of one round of row (b).
const ORDERS: usize = 25_600;
/// Requests of a page that is only reported.
const DEEP_PAGES: usize = 2_000;
/// Circuits of the account that owns very many.
const LARGE: usize = 100_000;

pub(crate) const REGION: (&str, &str) = ("RegionId", "cn-hangzhou");

/// A bench under way: a folder for its stores, and a counter that makes nonces unique.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    autopilot: PathBuf,
    nonces: u64,
}

/// Measures the rows of these letters; every row without letters.
pub(crate) fn measure(letters: &[&str], full: bool) -> Result<Table> {
    let wanted = |letter: &str| letters.is_empty() || letters.contains(&letter);
    let mut bench = Bench::new()?;
    let mut table = Table::default();
    let seed = bench.seed_store()?;
    if wanted("a") {
        bench.pages_against_bare(&seed, &mut table)?;
    }
    if wanted("b") {
        bench.orders_against_bare(&seed, &mut table)?;
    }
    if wanted("c") {
        bench.sizes(&seed, full, &mut table)?;
    }
    if wanted("d") {
        bench.footprint(&mut table)?;
    }
    if wanted("e") {
        bench.routers(&mut table)?;
    }
    Ok(table)
}

impl Bench {
    fn new() -> Result<Bench> {
        let folder = tempfile::Builder::new().prefix("crossconnect-bench").tempdir_in(target()?)?;
        let autopilot = folder.path().join("autopilot.toml");
        let leave = ["review", "reservation"]
            .map(|step| format!("[[rule]]\nstep = \"{step}\"\noutcome = \"leave\"\n"))
            .concat();
        std::fs::write(&autopilot, leave)?;
        Ok(Bench { folder, autopilot, nonces: 0 })
    }

    pub(crate) fn nonce(&mut self) -> String {
        self.nonces += 1;
        format!("bench-{:016x}", self.nonces)
    }

    /// One call, and its answer.
    pub(crate) fn ask(
        &mut self,
        server: &Server,
        signer: &Signer,
        action: &str,
        params: &[(&str, &str)],
    ) -> Result<Value> {
        let request = signer.request(&self.nonce(), action, params);
        Ok(serde_json::from_slice(&load::once(server.address, &request)?)?)
    }

    /// A load of `count` like requests, spread over the connections; `signers` take turns.
    pub(crate) fn requests(
        &mut self,
        signers: &[Signer],
        count: usize,
        action: &str,
        params: &[(&str, &str)],
    ) -> Vec<Vec<Vec<u8>>> {
        (0..CONNECTIONS)
            .map(|connection| {
                let share = count / CONNECTIONS;
                let of = |index: usize| &signers[(connection + index) % signers.len()];
                (0..share).map(|index| of(index).request(&self.nonce(), action, params)).collect()
            })
            .collect()
    }

    fn sandbox(&self, store: &Path) -> Result<Server> {
        Server::sandbox(&format!("sqlite:{}", store.display()), &self.autopilot)
    }

    /// A store in which the product has written one circuit: what the others are copied from.
    fn seed_store(&mut self) -> Result<PathBuf> {
        let path = self.folder.path().join("seed.db");
        let server = self.sandbox(&path)?;
        self.order(&server, &Signer::tenant("testak", "testsk"))?;
        server.stop()?;
        Connection::open(&path)?.execute_batch("pragma wal_checkpoint(truncate)")?;
        Ok(path)
    }

    fn order(&mut self, server: &Server, signer: &Signer) -> Result<Value> {
        self.ask(server, signer, "CreatePhysicalConnection", &ORDER)
    }

    /// New accounts, with money.
    pub(crate) fn accounts(&mut self, server: &Server, count: usize) -> Result<Vec<String>> {
        let operator = Signer::operator();
        let accounts: Vec<String> = (0..count).map(|index| format!("6{index:015}")).collect();
        for account in &accounts {
            let who = ("AccountId", account.as_str());
            self.ask(server, &operator, "CreateAccount", &[who, ("AccountName", "bench")])?;
            self.ask(server, &operator, "CreditAccount", &[who, ("Amount", "100000")])?;
        }
        Ok(accounts)
    }

    /// Keys for accounts that were written into the store.
    pub(crate) fn keys(&mut self, server: &Server, accounts: &[String]) -> Result<Vec<Signer>> {
        accounts
            .iter()
            .map(|account| {
                let key =
                    self.ask(server, &Signer::operator(), "CreateAccessKey", &[("AccountId", account)])?;
                let text = |name: &str| key[name].as_str().map(str::to_owned).context("no key");
                Ok(Signer::tenant(&text("AccessKeyId")?, &text("AccessKeySecret")?))
            })
            .collect()
    }

    /// Row (a): a signed page of ten, against a bare handler that verifies and answers the same bytes.
    fn pages_against_bare(&mut self, seed: &Path, table: &mut Table) -> Result<()> {
        let path = self.folder.path().join("pages.db");
        std::fs::copy(seed, &path)?;
        fill::fill(&path, 1_000, 0)?;
        let server = self.sandbox(&path)?;
        let signer = Signer::tenant("testak", "testsk");
        for _ in 1..fill::PER_ACCOUNT {
            self.order(&server, &signer)?;
        }
        let request = signer.request(&self.nonce(), PAGE, &[REGION]);
        let bytes = self.folder.path().join("page.json");
        std::fs::write(&bytes, load::once(server.address, &request)?)?;
        let body = bytes.to_str().context("a path that is no text")?;
        let bare = Server::start(&std::env::current_exe()?, &[bare_http::COMMAND, body])?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let load = self.requests(std::slice::from_ref(&signer), PAGES, PAGE, &[REGION]);
            theirs.push(load::run(bare.address, load)?);
            let load = self.requests(std::slice::from_ref(&signer), PAGES, PAGE, &[REGION]);
            ours.push(load::run(server.address, load)?);
        }
        table.ratio(
            "a",
            "signed page of 10 circuits / bare axum, same bytes",
            median(&ours),
            median(&theirs),
            0.45,
        );
        server.stop()
    }

    /// Row (b): durable orders, against the same rows written by SQLite alone in groups of as many.
    fn orders_against_bare(&mut self, seed: &Path, table: &mut Table) -> Result<()> {
        let path = self.folder.path().join("orders.db");
        std::fs::copy(seed, &path)?;
        let server = self.sandbox(&path)?;
        let accounts = self.accounts(&server, CONNECTIONS)?;
        let signers = self.keys(&server, &accounts)?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let bare = self.folder.path().join(format!("bare-{round}.db"));
            std::fs::copy(seed, &bare)?;
            let rate = bare_rows::rate(&bare, ORDERS, CONNECTIONS)?;
            theirs.push(Outcome { rate, p50_us: f64::NAN, p99_us: f64::NAN });
            let load = self.requests(&signers, ORDERS, "CreatePhysicalConnection", &ORDER);
            ours.push(load::run(server.address, load)?);
        }
        table.ratio(
            "b",
            "durable order, 64 connections / bare SQLite rows in groups of 64",
            median(&ours),
            median(&theirs),
            0.5,
        );
        server.stop()
    }

    /// Row (c): the page of row (a) in small and in large stores, and the pages of one very large account. The stores
    /// are open side by side and loaded in turn, so that a busy moment of the machine meets both.
    fn sizes(&mut self, seed: &Path, full: bool, table: &mut Table) -> Result<()> {
        let small = self.filled(seed, 1_000, 0)?;
        let mut large = vec![(1_000_000, self.filled(seed, 1_000_000, LARGE)?)];
        if full {
            large.push((10_000_000, self.filled(seed, 10_000_000, 0)?));
        }
        for (total, store) in &large {
            let (against, measured) = self.pages_in_turn(&small, store)?;
            let what = format!("page in a store of {} circuits / of 1,000", grouped(*total));
            table.cost("c", &what, against, measured, (*total == 1_000_000).then_some(1.3));
            let resident = format!("{:.0} MiB", store.server.resident_mib()?);
            table.note("d", &format!("resident after pages from {} circuits", grouped(*total)), &resident);
        }
        self.large_account(&small, &large[0].1, table)?;
        for store in large.into_iter().map(|(_, store)| store).chain([small]) {
            store.close()?;
        }
        Ok(())
    }

    /// A server over a store of `total` circuits, `large` of which one account owns.
    fn filled(&mut self, seed: &Path, total: usize, large: usize) -> Result<Filled> {
        let path = self.folder.path().join(format!("size-{total}.db"));
        std::fs::copy(seed, &path)?;
        let sample = fill::fill(&path, total, large)?;
        let server = self.sandbox(&path)?;
        let signers = self.keys(&server, &sample)?;
        Ok(Filled { path, server, signers })
    }

    /// The same load on one store and on the other, in turn; a first round of each only warms.
    fn pages_in_turn(&mut self, small: &Filled, large: &Filled) -> Result<(Outcome, Outcome)> {
        let (mut against, mut measured) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            for (store, outcomes) in [(small, &mut against), (large, &mut measured)] {
                let load = self.requests(&store.signers, PAGES, PAGE, &[REGION]);
                let outcome = load::run(store.server.address, load)?;
                if round > 0 {
                    outcomes.push(outcome);
                }
            }
        }
        Ok((median(&against), median(&measured)))
    }

    /// One account that owns very many circuits: reported, beside a small account's page.
    fn large_account(&mut self, small: &Filled, large: &Filled, table: &mut Table) -> Result<()> {
        let signers = self.keys(&large.server, &[LARGE_ACCOUNT.to_owned()])?;
        let load = self.requests(&small.signers, DEEP_PAGES, PAGE, &[REGION]);
        table.report("c", "account of 100 circuits, first page", load::run(small.server.address, load)?);
        let enabled = [REGION, ("Filter.1.Key", "Status"), ("Filter.1.Value.1", "Enabled")];
        let deep = [REGION, ("PageNumber", "2000")];
        let pages: [(&str, &[(&str, &str)]); 3] = [
            ("first page with its total", &[REGION]),
            ("first page with its total, filtered by status", &enabled),
            ("page 2,000", &deep),
        ];
        for (name, params) in pages {
            let load = self.requests(&signers, DEEP_PAGES, PAGE, params);
            let outcome = load::run(large.server.address, load)?;
            table.report("c", &format!("account of 100,000 circuits, {name}"), outcome);
        }
        Ok(())
    }

    /// Row (d): start, memory, size.
    fn footprint(&mut self, table: &mut Table) -> Result<()> {
        let path = self.folder.path().join("empty.db");
        let server = self.sandbox(&path)?;
        let begun = std::time::Instant::now();
        self.ask(&server, &Signer::tenant("testak", "testsk"), PAGE, &[REGION])?;
        let first = server.started_in + begun.elapsed();
        table.note("d", "start of an empty store to the first answer", &format!("{} ms", first.as_millis()));
        table.note("d", "resident, idle", &format!("{:.0} MiB", server.resident_mib()?));
        let size = std::fs::metadata(process::program()?)?.len();
        #[allow(clippy::cast_precision_loss)] // a file of less than 2^52 bytes
        table.note("d", "size of the binary", &format!("{:.1} MiB", size as f64 / 1_048_576.0));
        server.stop()
    }
}

/// A store that was filled, and the server over it.
struct Filled {
    path: PathBuf,
    server: Server,
    /// Keys of some of the accounts that own what was filled in.
    signers: Vec<Signer>,
}

impl Filled {
    fn close(self) -> Result<()> {
        self.server.stop()?;
        std::fs::remove_file(&self.path)?;
        Ok(())
    }
}

pub(crate) const PAGE: &str = "DescribePhysicalConnections";

pub(crate) const ORDER: [(&str, &str); 6] = [
    REGION,
    ("AccessPointId", "ap-cn-hangzhou-yh-A"),
    ("LineOperator", "CT"),
    ("PortType", "10GBase-LR"),
    ("Name", "bench-circuit"),
    ("bandwidth", "1000"),
];

/// A count with its thousands apart.
fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

pub(crate) fn median(outcomes: &[Outcome]) -> Outcome {
    let mut sorted = outcomes.to_vec();
    sorted.sort_by(|left, right| left.rate.total_cmp(&right.rate));
    sorted[sorted.len() / 2]
}

/// Stores lie where the build does: on a disk, not in memory.
fn target() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    Ok(program.parent().context("a program in no folder")?.to_path_buf())
}
