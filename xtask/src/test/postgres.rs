//! A PostgreSQL server of this run's own: on a socket in a temporary folder, without a network port, gone afterwards.
//! It must never touch a server that is already there.

use super::{limits, without};
use crate::child::{self, Group};
use crate::host::{Host, program};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// The server refuses to run as root; then it runs as the first of these that exists.
const ACCOUNTS: [&str; 2] = ["postgres", "nobody"];

/// What the server writes once it can be used.
const READY_LINE: &str = "database system is ready to accept connections";

/// A running server.
pub(super) struct Postgres<'h> {
    host: &'h Host,
    programs: PathBuf,
    folder: PathBuf,
    group: Group<'h>,
}

/// The folder with `initdb` and `postgres`, the newest version where there are several.
pub(super) fn programs() -> Option<PathBuf> {
    let versions =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path());
    let mut versions: Vec<PathBuf> = versions.collect();
    versions.sort_by_key(|folder| {
        let number =
            folder.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<u32>().ok());
        std::cmp::Reverse(number)
    });
    let further: Vec<PathBuf> = versions.into_iter().map(|folder| folder.join("bin")).collect();
    // What is on the search path may be a link, without the other programs beside it.
    let found = fs::canonicalize(program("initdb", &further)?).ok()?;
    let folder = found.parent()?.to_path_buf();
    folder.join("postgres").is_file().then_some(folder)
}

impl<'h> Postgres<'h> {
    /// Makes a cluster and starts a server on it.
    pub(super) fn start(host: &'h Host) -> Result<Postgres<'h>> {
        let programs = programs().ok_or_else(|| {
            without("there is no PostgreSQL server", "the first lane says how to install one")
        })?;
        // A socket's path has room for about a hundred characters, so the folder lies where paths are short.
        let template = "/tmp/crossconnect-postgres.XXXXXX";
        let folder = child::answer(as_its_user("mktemp")?.args(["-d", template]));
        let folder = PathBuf::from(folder.context("mktemp made no folder")?);
        host.reaper.folder(&folder)?;
        make_cluster(host, &programs, &folder)?;
        let log = folder.join("log");
        let sink = File::create(&log).with_context(|| format!("creating {}", log.display()))?;
        let mut command = as_its_user(programs.join("postgres"))?;
        command.arg("-D").arg(folder.join("data")).arg("-k").arg(&folder);
        for setting in ["listen_addresses=", "fsync=off", "max_connections=200", "lc_messages=C"] {
            command.args(["-c", setting]);
        }
        command.current_dir(&folder).stdout(sink.try_clone()?).stderr(sink);
        let group = Group::spawn(host, "postgres", &mut command)?;
        let postgres = Postgres { host, programs, folder, group };
        wait_until_ready(&log)?;
        println!("PostgreSQL from {} in {}", postgres.programs.display(), postgres.folder.display());
        Ok(postgres)
    }

    /// The URL of a database of this server.
    pub(super) fn url(&self, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{folder}/{database}")
    }

    /// Makes an empty database.
    pub(super) fn create(&self, database: &str) -> Result<()> {
        let mut command = as_its_user(self.programs.join("createdb"))?;
        command.current_dir(&self.folder).arg("-h").arg(&self.folder).args(["-U", "postgres", database]);
        child::run(self.host, "createdb", &mut command, limits::CLUSTER)
    }

    /// Stops the server and deletes its folder.
    pub(super) fn stop(mut self) -> Result<()> {
        // SIGINT is its fast shutdown: clients are sent away.
        self.group.signal("INT")?;
        let status = self.group.wait(limits::STOP)?;
        fs::remove_dir_all(&self.folder).with_context(|| format!("deleting {}", self.folder.display()))?;
        if status.success() { Ok(()) } else { bail!("PostgreSQL ended with {status}") }
    }
}

fn wait_until_ready(log: &Path) -> Result<()> {
    let deadline = Instant::now() + limits::READY;
    loop {
        let said = fs::read_to_string(log).unwrap_or_default();
        if said.contains(READY_LINE) {
            return Ok(());
        }
        if Instant::now() >= deadline {
            bail!("PostgreSQL was not ready after {} seconds: {said}", limits::READY.as_secs());
        }
        if said.contains("FATAL") {
            bail!("PostgreSQL did not start: {said}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn make_cluster(host: &Host, programs: &Path, folder: &Path) -> Result<()> {
    let mut command = as_its_user(programs.join("initdb"))?;
    command.current_dir(folder).arg("--pgdata").arg(folder.join("data"));
    command.args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]);
    command.stdout(std::process::Stdio::null());
    child::run(host, "initdb", &mut command, limits::CLUSTER)
}

/// A command as the user that the server runs as: this one, or another one where this one is root.
fn as_its_user(program: impl AsRef<std::ffi::OsStr>) -> Result<Command> {
    if child::answer(Command::new("id").arg("-u")).as_deref() != Some("0") {
        return Ok(Command::new(program));
    }
    let exists = |account: &&str| child::works(Command::new("id").args(["-u", account]));
    let account =
        ACCOUNTS.into_iter().find(exists).context("there is no account for PostgreSQL to run as")?;
    let group = child::answer(Command::new("id").args(["-g", account])).context("id names no group")?;
    let mut command = Command::new("setpriv");
    command.args(["--reuid", account, "--regid", &group, "--clear-groups", "--"]).arg(program);
    Ok(command)
}
