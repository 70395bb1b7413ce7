//! `crossconnect verify`: asks the invariants of the product of a store, and tells line by line which hold. It must
//! never change anything, and needs no master key: it reads no secret.

use crate::config::{Serve, Verify, target};
use crate::start::StartError;
use connect::MIGRATIONS;
use connect::founding::{self, Holding};
use connect::verify::{self, Findings, Invariant};
use std::convert::Infallible;
use std::fmt::Write;
use std::time::Duration;
use store::{Abort, Fault, Settings, Store, Target};

/// How long the invariants of one store may take to check.
const VERIFY_TIME_MAX: Duration = Duration::from_hours(24);

/// What was found.
#[derive(Debug)]
pub struct Report {
    /// One line for each invariant.
    pub text: String,
    /// Whether all of them hold.
    pub holds: bool,
}

/// Checks the store that the options name.
pub async fn verify(options: Verify) -> Result<Report, StartError> {
    let target = options.target()?;
    let settings =
        Settings { readers: 1, connections: 1, job_time_max: VERIFY_TIME_MAX, ..Settings::default() };
    let store = Store::open_to_read(&target, settings, MIGRATIONS)
        .map_err(|error| StartError::new(error.to_string()))?;
    let checked = store
        .read(|read| {
            let founded = founding::holding(read)? != Holding::Nothing;
            Ok::<_, Abort<Infallible>>(if founded { Some(verify::run(read)?) } else { None })
        })
        .await;
    store.close();
    match checked {
        Ok(Some(found)) => Ok(report(&found)),
        Ok(None) => {
            Err(StartError::new(format!("{target} holds neither a server nor a sandbox; name one that does")))
        }
        Err(Abort::Fault(fault)) => Err(unreadable(&target, &fault)),
        Err(Abort::Refused(never)) => match never {},
    }
}

fn unreadable(target: &Target, fault: &Fault) -> StartError {
    StartError::new(format!("{target} cannot be read ({fault}); restore it from a backup"))
}

fn report(found: &[(&Invariant, Findings)]) -> Report {
    let mut text = String::new();
    for (Invariant { id, sentence, .. }, findings) in found {
        let verdict = if findings.is_empty() { "ok    " } else { "broken" };
        write!(text, "{verdict}  {id}: ").expect("writing to a string cannot fail");
        if findings.is_empty() {
            text.push_str(sentence);
        } else {
            text.push_str(&findings.shown.join("; "));
            let more = findings.count - findings.shown.len() as u64;
            if more > 0 {
                write!(text, "; and {more} more").expect("writing to a string cannot fail");
            }
        }
        text.push('\n');
    }
    Report { text, holds: found.iter().all(|(_, findings)| findings.is_empty()) }
}

impl Verify {
    /// The file that is named, or else the store that `serve` would take with the same options.
    fn target(self) -> Result<Target, StartError> {
        if let Some(path) = self.file {
            return Ok(Target::Sqlite(path));
        }
        let options = Serve { config: self.config, store: self.store, ..Serve::default() }.complete()?;
        target(options.store.as_deref().unwrap_or_default())
    }
}
