//! The official clients, unmodified and pinned, against a real server process: each against a sandbox in memory, one
//! against a SQLite file, one against PostgreSQL. They are installed under the target folder.

use super::postgres::Postgres;
use super::sandbox::Sandbox;
use super::{limits, without};
use crate::child;
use crate::host::{Host, program};
use crate::report::Report;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the sandbox of a lane keeps what it has.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Memory,
    File,
    Postgres,
}

/// One lane: a client's script, and where its sandbox lives.
struct Client {
    /// The name with which its closing line begins.
    name: &'static str,
    node: bool,
    script: &'static str,
    place: Place,
    /// What moves the sandbox's time.
    clock: &'static str,
}

impl Client {
    /// The name of its lane.
    fn lane(&self) -> String {
        let place = match self.place {
            Place::Memory => "in memory",
            Place::File => "on SQLite",
            Place::Postgres => "on PostgreSQL",
        };
        format!("{} {place}", self.name)
    }
}

const CLIENTS: &[Client] = &[
    Client { name: "python-tea", node: false, script: "tea.py", place: Place::Memory, clock: "system" },
    Client { name: "python-legacy", node: false, script: "legacy.py", place: Place::Memory, clock: "system" },
    Client { name: "node-tea", node: true, script: "tea.mjs", place: Place::Memory, clock: "system" },
    Client { name: "node-popcore", node: true, script: "popcore.mjs", place: Place::Memory, clock: "system" },
    Client { name: "python-year", node: false, script: "year.py", place: Place::Memory, clock: "manual" },
    Client { name: "python-tea", node: false, script: "tea.py", place: Place::File, clock: "system" },
    Client { name: "node-tea", node: true, script: "tea.mjs", place: Place::Postgres, clock: "system" },
];

/// What the lanes share, as far as it could be had.
struct Bench<'h> {
    host: &'h Host,
    binary: Option<PathBuf>,
    python: Option<PathBuf>,
    node: Option<PathBuf>,
    postgres: Option<&'h Postgres<'h>>,
}

/// Builds the server, installs the clients and runs each.
pub(super) fn lanes<'h>(host: &'h Host, report: &mut Report, postgres: Option<&'h Postgres<'h>>) {
    let bench = Bench {
        host,
        binary: report.lane("the server's binary", || binary(host)),
        python: report.lane("Python clients installed", || install_python(host)),
        node: report.lane("Node.js clients installed", || install_node(host)),
        postgres,
    };
    for clients in CLIENTS.chunks(limits::CLIENTS_AT_ONCE) {
        let bench = &bench;
        let lanes = clients.iter().map(|client| (client.lane(), move || bench.drive(client)));
        report.lanes_at_once(lanes.collect());
    }
}

/// The binary with the features that the tests were built with, so that little is compiled twice.
fn binary(host: &Host) -> Result<PathBuf> {
    let mut command = host.cargo(&["build", "--workspace", "--bin", "crossconnect"]);
    child::run(host, "cargo build", &mut command, limits::BUILD)?;
    Ok(host.built("crossconnect"))
}

/// A virtual environment with the pinned packages; gives its interpreter.
fn install_python(host: &Host) -> Result<PathBuf> {
    let folder = host.target.join("sdk/python");
    let interpreter = folder.join("venv/bin/python");
    let wanted = host.root.join("tests/sdk/python/requirements.txt");
    let works = child::works(Command::new(&interpreter).arg("--version"));
    if works && is_stamped(&folder, &wanted)? {
        return Ok(interpreter);
    }
    if program("python3", &[]).is_none() {
        return Err(without("there is no python3", "the first lane says how to install it"));
    }
    renew(&folder)?;
    let mut venv = Command::new("python3");
    child::run(
        host,
        "python3 -m venv",
        venv.args(["-m", "venv"]).arg(folder.join("venv")),
        limits::INSTALL_CLIENTS,
    )?;
    let mut pip = Command::new(&interpreter);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(&wanted);
    child::run(host, "pip install", &mut pip, limits::INSTALL_CLIENTS)?;
    stamp(&folder, &wanted)?;
    Ok(interpreter)
}

/// A folder with the pinned packages, beside which the scripts are laid; gives the folder.
fn install_node(host: &Host) -> Result<PathBuf> {
    let folder = host.target.join("sdk/node");
    let scripts = host.root.join("tests/sdk/node");
    let wanted = scripts.join("package-lock.json");
    if !is_stamped(&folder, &wanted)? {
        if program("npm", &[]).is_none() {
            return Err(without("there is no npm", "the first lane says how to install it"));
        }
        renew(&folder)?;
        lay_beside(&scripts, &folder)?;
        let mut npm = Command::new("npm");
        npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder);
        child::run(host, "npm ci", &mut npm, limits::INSTALL_CLIENTS)?;
        stamp(&folder, &wanted)?;
    }
    // Modules are looked for beside the script that imports them, so the scripts go to the packages.
    lay_beside(&scripts, &folder)?;
    Ok(folder)
}

fn lay_beside(scripts: &Path, folder: &Path) -> Result<()> {
    for entry in fs::read_dir(scripts).with_context(|| format!("reading {}", scripts.display()))? {
        let file = entry?.path();
        if let (true, Some(name)) = (file.is_file(), file.file_name()) {
            fs::copy(&file, folder.join(name)).with_context(|| format!("copying {}", file.display()))?;
        }
    }
    Ok(())
}

fn renew(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("deleting {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))
}

/// Whether the folder was filled from this very list of packages.
fn is_stamped(folder: &Path, wanted: &Path) -> Result<bool> {
    let wanted = fs::read(wanted).with_context(|| format!("reading {}", wanted.display()))?;
    Ok(fs::read(folder.join("installed")).is_ok_and(|installed| installed == wanted))
}

fn stamp(folder: &Path, wanted: &Path) -> Result<()> {
    fs::copy(wanted, folder.join("installed"))
        .with_context(|| format!("writing into {}", folder.display()))?;
    Ok(())
}

impl Bench<'_> {
    /// One client against a sandbox of its own.
    fn drive(&self, client: &Client) -> Result<()> {
        let binary = self.binary.as_deref().ok_or_else(|| without("there is no binary", "see its lane"))?;
        let mut command = self.command(client)?;
        let folder = self.host.target.join("sdk/run").join(client.lane().replace(' ', "-"));
        renew(&folder)?;
        let store = self.store(client.place, &folder)?;
        let options = ["--store", &store, "--clock", client.clock];
        let sandbox = Sandbox::start(self.host, binary, &options, folder.join("log"))?;
        command.env("CROSSCONNECT_ENDPOINT", &sandbox.endpoint);
        let driven = child::run_and_listen(self.host, client.name, &mut command, limits::CLIENT);
        // The sandbox is judged in any case: what it logged may explain what the client saw.
        let stopped = sandbox.stop();
        let last = driven?;
        stopped?;
        if closes_well(client.name, &last) { Ok(()) } else { bail!("{} closed with {last:?}", client.name) }
    }

    fn command(&self, client: &Client) -> Result<Command> {
        let absent = || without("the packages are not installed", "see their lane");
        if client.node {
            let folder = self.node.as_deref().ok_or_else(absent)?;
            let mut command = Command::new("node");
            command.arg(client.script).current_dir(folder);
            return Ok(command);
        }
        let mut command = Command::new(self.python.as_deref().ok_or_else(absent)?);
        command.arg(client.script).current_dir(self.host.root.join("tests/sdk/python"));
        // Nothing is left in the clone.
        command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUNBUFFERED", "1");
        Ok(command)
    }

    fn store(&self, place: Place, folder: &Path) -> Result<String> {
        Ok(match place {
            Place::Memory => "memory".to_owned(),
            Place::File => format!("sqlite:{}", folder.join("sandbox.db").display()),
            Place::Postgres => {
                let absent = || without("no PostgreSQL server is running", "see its lane");
                let postgres = self.postgres.ok_or_else(absent)?;
                postgres.create("clients")?;
                postgres.url("clients")
            }
        })
    }
}

/// Whether a script's last line says that something ran and nothing failed: `python-tea: 12 passed, 0 failed`.
fn closes_well(name: &str, last: &str) -> bool {
    let counts = last.strip_prefix(name).and_then(|rest| rest.strip_prefix(": "));
    let passed = counts.and_then(|counts| counts.strip_suffix(" passed, 0 failed"));
    passed.and_then(|count| count.parse::<u32>().ok()).is_some_and(|count| count > 0)
}

#[cfg(test)]
mod tests {
    use super::closes_well;

    #[test]
    fn a_closing_line_names_the_client_and_at_least_one_test() {
        assert!(closes_well("python-tea", "python-tea: 12 passed, 0 failed"));
        assert!(!closes_well("python-tea", "python-tea: 0 passed, 0 failed"));
        assert!(!closes_well("python-tea", "python-tea: 12 passed, 1 failed"));
        assert!(!closes_well("python-tea", "node-tea: 12 passed, 0 failed"));
        assert!(!closes_well("python-tea", ""));
    }
}
