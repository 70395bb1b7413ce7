//! A sandbox as its users start it: the binary, a free port, the line `ready`, a signal at the end.

use super::limits;
use crate::child::Group;
use crate::host::Host;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};

/// What the log of a sandbox must have none of: its secrets, which its banner, before the log begins, names; the
/// engineers that the clients' scripts name in letters; and the tokens of links.
const SECRETS: [&str; 7] =
    ["testsk", "testsk2", "operatorsk", "33010019900101", "1380000", "工程师", "token="];

/// A running sandbox.
pub(super) struct Sandbox<'h> {
    group: Group<'h>,
    log: PathBuf,
    /// Where it answers.
    pub(super) endpoint: String,
}

impl<'h> Sandbox<'h> {
    /// Starts one with these options and waits until it answers.
    pub(super) fn start(
        host: &'h Host,
        binary: &Path,
        options: &[&str],
        log: PathBuf,
    ) -> Result<Sandbox<'h>> {
        let sink = File::create(&log).with_context(|| format!("creating {}", log.display()))?;
        let mut command = Command::new(binary);
        command.args(["sandbox", "--listen", "127.0.0.1:0", "--log-format", "json"]).args(options);
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CROSSCONNECT_"))
        {
            command.env_remove(name);
        }
        let mut group = Group::spawn(host, "the sandbox", command.stdout(Stdio::piped()).stderr(sink))?;
        let lines = lines_of(&mut group)?;
        let said = || fs::read_to_string(&log).unwrap_or_default();
        let endpoint = match lines.recv_timeout(limits::READY) {
            Ok(line) => {
                line.strip_prefix("ready ").map(str::to_owned).with_context(|| format!("it said {line:?}"))?
            }
            Err(RecvTimeoutError::Timeout) => bail!("the sandbox was not ready in time: {}", said()),
            Err(RecvTimeoutError::Disconnected) => bail!("the sandbox did not start: {}", said()),
        };
        Ok(Sandbox { group, log, endpoint })
    }

    /// Asks it to stop; it must end well and must have said nothing that it should not.
    pub(super) fn stop(mut self) -> Result<()> {
        self.group.signal("TERM")?;
        let status = self.group.wait(limits::STOP)?;
        let said =
            fs::read_to_string(&self.log).with_context(|| format!("reading {}", self.log.display()))?;
        if !status.success() {
            bail!("the sandbox ended with {status}: {said}");
        }
        match said.lines().find(|line| offends(line)) {
            Some(line) => bail!("the sandbox logged what it must not: {line}"),
            None => Ok(()),
        }
    }
}

/// Every line of its standard output, without blocking it.
fn lines_of(group: &mut Group<'_>) -> Result<Receiver<String>> {
    let output = group.output()?;
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // Nobody listens after the first line; the pipe is emptied all the same.
            let _ = sender.send(line);
        }
    });
    Ok(receiver)
}

/// Whether a line tells of a panic or of a secret. The banner's lines are those that are no JSON.
fn offends(line: &str) -> bool {
    let banner = line.starts_with("  ") && line.contains("  secret ");
    line.contains("panicked") || (!banner && SECRETS.iter().any(|secret| line.contains(secret)))
}

#[cfg(test)]
mod tests {
    use super::offends;

    #[test]
    fn a_secret_may_stand_in_the_banner_only() {
        assert!(!offends("  tenant         account 1234567890123456  key testak      secret testsk"));
        assert!(offends("{\"query\":\"secret=testsk\"}"));
        assert!(offends("thread 'main' panicked at src/main.rs:1:1:"));
        assert!(!offends("{\"key\":\"testak\"}"));
    }
}
