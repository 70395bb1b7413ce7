//! Where this runs: the project's folders, whether anything may be skipped, and the keeper of what must be ended.

use crate::reaper::Reaper;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The machine and the clone.
pub(crate) struct Host {
    /// The root of the clone.
    pub(crate) root: PathBuf,
    /// Cargo's target folder. Everything that is installed for a check lies in it.
    pub(crate) target: PathBuf,
    /// Whether a check that cannot run is a failure: `CI=true`.
    pub(crate) strict: bool,
    /// Ends what this process leaves behind, however it ends.
    pub(crate) reaper: Reaper,
}

impl Host {
    /// Looks around.
    pub(crate) fn find() -> Result<Host> {
        let program = std::env::current_exe().context("the system does not say where this program lies")?;
        // The program is TARGET/PROFILE/xtask, wherever a configuration has put the target folder.
        let target = program.ancestors().nth(2).context("this program lies in no target folder")?;
        Ok(Host {
            root: root(),
            target: target.to_path_buf(),
            strict: std::env::var("CI").is_ok_and(|value| value == "true"),
            reaper: Reaper::start()?,
        })
    }

    /// Cargo, in the root, building into the target folder that this process was built into.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments).current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// A program of the development profile, built before.
    pub(crate) fn built(&self, path: &str) -> PathBuf {
        self.target.join("debug").join(path)
    }
}

/// The root of the clone: the folder above this package.
pub(crate) fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&package).parent().expect("the package lies in the workspace").to_path_buf()
}

/// The first executable file of this name on the search path, or in one of the further folders.
pub(crate) fn program(name: &str, further: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(further.iter().cloned());
    folders.map(|folder| folder.join(name)).find(|file| file.is_file())
}
