//! Ends what is left when this process ends, however it ends: normally, by a panic, by Ctrl-C or killed outright.
//!
//! A shell in a process group of its own is told which process groups and folders are in use. When its input closes,
//! which the system sees to in every case, it ends the groups and deletes the folders. It must never be told of
//! anything that this process did not make.

use anyhow::{Context, Result};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

const SCRIPT: &str = r#"
trap '' INT TERM HUP
groups= folders=
newline='
'
while IFS= read -r line; do
    what=${line#* }
    case $line in
    'group '*) groups="$groups $what" ;;
    'ended '*)
        rest=
        for group in $groups; do
            [ "$group" = "$what" ] || rest="$rest $group"
        done
        groups=$rest ;;
    'folder '*) folders="$folders$what$newline" ;;
    esac
done
for group in $groups; do kill -s TERM -- "-$group" 2>/dev/null; done
[ -z "$groups" ] || sleep 3
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
printf %s "$folders" | while IFS= read -r folder; do rm -rf -- "$folder"; done
"#;

/// The shell that tidies up.
pub(crate) struct Reaper {
    shell: Child,
    told: Mutex<Option<ChildStdin>>,
}

impl Reaper {
    /// Starts the shell.
    pub(crate) fn start() -> Result<Reaper> {
        let mut shell = Command::new("sh")
            .args(["-c", SCRIPT])
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .context("sh cannot be started")?;
        let told = Mutex::new(shell.stdin.take());
        Ok(Reaper { shell, told })
    }

    /// This process group is to be ended.
    pub(crate) fn group(&self, leader: u32) -> Result<()> {
        self.tell(&format!("group {leader}"))
    }

    /// This process group has ended.
    pub(crate) fn ended(&self, leader: u32) -> Result<()> {
        self.tell(&format!("ended {leader}"))
    }

    /// This folder is to be deleted.
    pub(crate) fn folder(&self, folder: &Path) -> Result<()> {
        self.tell(&format!("folder {}", folder.display()))
    }

    fn tell(&self, line: &str) -> Result<()> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let pipe = told.as_mut().context("the reaper has been dismissed")?;
        writeln!(pipe, "{line}").context("the reaper is gone")
    }
}

impl Drop for Reaper {
    fn drop(&mut self) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Nothing can be done about a shell that fails to end.
        let _ = self.shell.wait();
    }
}
