//! What has to be on the machine beside Rust. On Debian and Ubuntu, as root, missing packages are installed; elsewhere
//! each missing thing is named with the command that installs it. Nothing that is there already is touched.

use super::{limits, postgres, without};
use crate::child;
use crate::host::{Host, program};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Where Debian keeps what a new PostgreSQL package does on its first day.
const CLUSTER_SETTINGS: &str = "/etc/postgresql-common/createcluster.conf";

/// One thing that has to be there.
struct Need {
    /// What it is, for the message.
    what: &'static str,
    /// Whether it is there.
    found: fn() -> bool,
    /// Debian's packages that bring it.
    packages: &'static [&'static str],
    /// The command that brings it where there is no apt.
    elsewhere: &'static str,
}

const NEEDS: &[Need] = &[
    Need {
        what: "a C compiler",
        found: || program("cc", &[]).is_some(),
        packages: &["gcc", "libc6-dev"],
        elsewhere: "brew install gcc, or dnf install gcc",
    },
    Need {
        what: "a PostgreSQL server",
        found: || postgres::programs().is_some(),
        packages: &["postgresql"],
        elsewhere: "brew install postgresql, or dnf install postgresql-server",
    },
    Need {
        what: "Python 3 with venv and pip",
        found: || child::works(Command::new("python3").args(["-c", "import venv, ensurepip"])),
        packages: &["python3", "python3-venv", "python3-pip"],
        elsewhere: "brew install python, or dnf install python3-pip",
    },
    Need {
        what: "Node.js",
        found: || child::works(Command::new("node").arg("--version")),
        packages: &["nodejs"],
        elsewhere: "brew install node, or dnf install nodejs",
    },
    Need {
        what: "npm",
        found: || child::works(Command::new("npm").arg("--version")),
        packages: &["npm"],
        elsewhere: "brew install node, or dnf install nodejs-npm",
    },
];

/// Sees to it that everything is there.
pub(super) fn provide(host: &Host) -> Result<()> {
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| !(need.found)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if program("apt-get", &[]).is_none() || !is_root() {
        return Err(without(&listed(&missing), "the lanes that need it are skipped"));
    }
    install(host, &missing)?;
    let still: Vec<&Need> = missing.into_iter().filter(|need| !(need.found)()).collect();
    if still.is_empty() { Ok(()) } else { bail!("installed, and still not found: {}", listed(&still)) }
}

fn listed(needs: &[&Need]) -> String {
    let debian = program("apt-get", &[]).is_some();
    let line = |need: &&Need| {
        let apt = format!("apt-get install {}", need.packages.join(" "));
        format!("{} is missing ({})", need.what, if debian { &apt } else { need.elsewhere })
    };
    needs.iter().map(line).collect::<Vec<_>>().join(", ")
}

fn is_root() -> bool {
    child::answer(Command::new("id").arg("-u")).as_deref() == Some("0")
}

fn install(host: &Host, missing: &[&Need]) -> Result<()> {
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages.iter().copied()).collect();
    apt(host, &["update", "-q"])?;
    if packages.contains(&"postgresql") {
        keep_from_founding_a_cluster(host)?;
    }
    let arguments = ["install", "-q", "-y", "--no-install-recommends"].iter().copied();
    apt(host, &arguments.chain(packages).collect::<Vec<_>>())
}

/// Debian's package makes and starts a server of its own when it is installed. Nobody asked for one.
fn keep_from_founding_a_cluster(host: &Host) -> Result<()> {
    apt(host, &["install", "-q", "-y", "--no-install-recommends", "postgresql-common"])?;
    if !Path::new(CLUSTER_SETTINGS).is_file() {
        return Ok(());
    }
    let settings =
        std::fs::read_to_string(CLUSTER_SETTINGS).with_context(|| format!("reading {CLUSTER_SETTINGS}"))?;
    let settings = settings.replace("#create_main_cluster = true", "create_main_cluster = false");
    std::fs::write(CLUSTER_SETTINGS, settings).with_context(|| format!("writing {CLUSTER_SETTINGS}"))
}

fn apt(host: &Host, arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    child::run(host, &format!("apt-get {}", arguments[0]), &mut command, limits::PACKAGES)
}
