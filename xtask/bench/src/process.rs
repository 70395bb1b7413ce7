//! A measured process: started, waited for, looked at, stopped.

use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server on a free port of loopback. Dropping it kills it.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// From start to the ready line.
    pub(crate) started_in: Duration,
}

impl Server {
    /// Starts `program` and waits for its ready line.
    pub(crate) fn start(program: &Path, args: &[&str]) -> Result<Server> {
        let begun = Instant::now();
        let mut child = Command::new(program)
            .args(args)
            .env("CROSSCONNECT_LOG", "warn")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let stdout = child.stdout.take().context("no standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let Some(address) = line.trim().strip_prefix("ready http://") else {
            child.kill().ok();
            bail!("{} said {line:?} instead of being ready", program.display());
        };
        Ok(Server { address: address.parse()?, started_in: begun.elapsed(), child })
    }

    /// The product's sandbox over `store`; quotas are lifted and every step is left to a person.
    pub(crate) fn sandbox(store: &str, autopilot: &Path) -> Result<Server> {
        let autopilot = autopilot.to_str().context("a path that is no text")?;
        let args = [
            "sandbox",
            "--listen",
            "127.0.0.1:0",
            "--store",
            store,
            "--lift-quotas",
            "--autopilot",
            autopilot,
        ];
        Server::start(&program()?, &args)
    }

    /// Resident memory, MiB.
    pub(crate) fn resident_mib(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS")?;
        let kib: f64 = line.split_whitespace().nth(1).context("no VmRSS")?.parse()?;
        Ok(kib / 1024.0)
    }

    /// Asks it to stop, and waits until it has.
    pub(crate) fn stop(mut self) -> Result<()> {
        Command::new("kill").arg(self.child.id().to_string()).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The product's binary, which lies beside this one.
pub(crate) fn program() -> Result<PathBuf> {
    let program = std::env::current_exe()?.with_file_name("crossconnect");
    if !program.exists() {
        bail!("{} is missing: cargo build --release", program.display());
    }
    Ok(program)
}
