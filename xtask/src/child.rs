//! Processes with a time limit. Each runs in a process group of its own, so that what it starts ends with it; none
//! may outlive this process, which the reaper sees to.

use crate::host::Host;
use crate::reaper::Reaper;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How often a process is asked whether it has ended.
const POLL: Duration = Duration::from_millis(20);

/// A running process and what it has started.
pub(crate) struct Group<'h> {
    name: String,
    child: Child,
    reaper: &'h Reaper,
}

impl<'h> Group<'h> {
    /// Starts it, without input.
    pub(crate) fn spawn(host: &'h Host, name: &str, command: &mut Command) -> Result<Group<'h>> {
        let child = command.stdin(Stdio::null()).process_group(0).spawn();
        let child = child.with_context(|| format!("{name} cannot be started"))?;
        host.reaper.group(child.id())?;
        Ok(Group { name: name.to_owned(), child, reaper: &host.reaper })
    }

    /// Its standard output, if it was asked for and not yet taken.
    pub(crate) fn output(&mut self) -> Result<ChildStdout> {
        self.child.stdout.take().with_context(|| format!("the output of {} was not asked for", self.name))
    }

    /// Waits for its end; over the limit it is killed, which is an error.
    pub(crate) fn wait(&mut self, limit: Duration) -> Result<ExitStatus> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) =
                self.child.try_wait().context("the system does not say how a process ended")?
            {
                return Ok(status);
            }
            if Instant::now() >= deadline {
                signal("KILL", &format!("-{}", self.child.id()))?;
                bail!("{} did not end within {} seconds and was killed", self.name, limit.as_secs());
            }
            std::thread::sleep(POLL);
        }
    }

    /// Sends its first process a signal.
    pub(crate) fn signal(&self, name: &str) -> Result<()> {
        signal(name, &self.child.id().to_string())
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        // What is left of the group, if anything is, has no business here any more. Errors only say that it is gone.
        let _ = signal("KILL", &format!("-{}", self.child.id()));
        let _ = self.child.wait();
        let _ = self.reaper.ended(self.child.id());
    }
}

/// `kill`, as the shell has it: the program of that name need not be installed.
fn signal(name: &str, process: &str) -> Result<()> {
    let mut shell = Command::new("sh");
    shell.args(["-c", "kill -s \"$1\" -- \"$2\" 2>/dev/null", "sh", name, process]);
    shell.status().context("sh cannot be started")?;
    Ok(())
}

/// Runs a command to its end, its output going where this process's goes. Not ending well is an error.
pub(crate) fn run(host: &Host, name: &str, command: &mut Command, limit: Duration) -> Result<()> {
    let status = Group::spawn(host, name, command)?.wait(limit)?;
    if status.success() { Ok(()) } else { bail!("{name} ended with {status}") }
}

/// Runs a command to its end, repeats its standard output line by line, and returns the last line that is not empty.
pub(crate) fn run_and_listen(
    host: &Host,
    name: &str,
    command: &mut Command,
    limit: Duration,
) -> Result<String> {
    let mut group = Group::spawn(host, name, command.stdout(Stdio::piped()))?;
    let output = group.output()?;
    let listener = std::thread::spawn(move || repeat(output));
    let status = group.wait(limit)?;
    drop(group);
    let last = listener.join().ok().flatten().unwrap_or_default();
    if status.success() { Ok(last) } else { bail!("{name} ended with {status}") }
}

/// Repeats lines until the last; bytes that are no text are shown as such.
fn repeat(output: impl Read) -> Option<String> {
    let mut last = None;
    for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        println!("{line}");
        if !line.trim().is_empty() {
            last = Some(line);
        }
    }
    last
}

/// Whether a command can be started and ends well; its output is thrown away.
pub(crate) fn works(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// What a command that ends well writes, without its last line's end.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
    output.status.success().then_some(text)
}
