//! The lanes of a run, their times and their outcomes. Nothing is skipped in silence: a lane that cannot run says why,
//! and where nothing may be skipped it has failed.

use anyhow::{Result, anyhow, bail};
use std::fmt;
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

/// Why a lane did not run. As an error it makes the lane a skipped one.
#[derive(Debug)]
pub(crate) struct Skip(pub(crate) String);

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Skip {}

enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

struct Lane {
    name: String,
    outcome: Outcome,
    took: Duration,
}

/// What has been run so far.
pub(crate) struct Report {
    strict: bool,
    begun: Instant,
    lanes: Vec<Lane>,
    notes: Vec<&'static str>,
}

impl Report {
    /// An empty one. Where it is strict, a skipped lane is a failed one.
    pub(crate) fn new(strict: bool) -> Report {
        Report { strict, begun: Instant::now(), lanes: Vec::new(), notes: Vec::new() }
    }

    /// Runs a lane. `None` if it failed or was skipped.
    pub(crate) fn lane<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        println!("\n==> {name}");
        let begun = Instant::now();
        let done = work();
        self.end(name, begun.elapsed(), done)
    }

    /// Runs lanes at the same time, each on a thread of its own; what they print is mixed.
    pub(crate) fn lanes_at_once<W>(&mut self, lanes: Vec<(String, W)>)
    where
        W: FnOnce() -> Result<()> + Send,
    {
        let names: Vec<&str> = lanes.iter().map(|(name, _)| name.as_str()).collect();
        println!("\n==> {}", names.join(", "));
        let ended = thread::scope(|scope| {
            let timed = |work: W| {
                let begun = Instant::now();
                let done = work();
                (begun.elapsed(), done)
            };
            let begun: Vec<_> =
                lanes.into_iter().map(|(name, work)| (name, scope.spawn(move || timed(work)))).collect();
            let panicked = |_| (Duration::ZERO, Err(anyhow!("the lane panicked")));
            let end = |(name, lane): (String, ScopedJoinHandle<'_, _>)| {
                (name, lane.join().unwrap_or_else(panicked))
            };
            begun.into_iter().map(end).collect::<Vec<_>>()
        });
        for (name, (took, done)) in ended {
            self.end(&name, took, done);
        }
    }

    /// Notes how a lane has ended.
    fn end<T>(&mut self, name: &str, took: Duration, done: Result<T>) -> Option<T> {
        let (outcome, value) = match done {
            Ok(value) => (Outcome::Passed, Some(value)),
            Err(error) if error.is::<Skip>() && !self.strict => (Outcome::Skipped(error.to_string()), None),
            Err(error) => (Outcome::Failed(format!("{error:#}")), None),
        };
        match &outcome {
            Outcome::Passed => {}
            Outcome::Failed(reason) => println!("{name} failed: {reason}"),
            Outcome::Skipped(reason) => println!("{name} skipped: {reason}"),
        }
        self.lanes.push(Lane { name: name.to_owned(), outcome, took });
        value
    }

    /// Adds a sentence to the end of the report.
    pub(crate) fn note(&mut self, sentence: &'static str) {
        self.notes.push(sentence);
    }

    /// Prints the table, the reasons and the closing line; an error if a lane failed.
    pub(crate) fn close(&self) -> Result<()> {
        let width = self.lanes.iter().map(|lane| lane.name.len()).max().unwrap_or_default();
        println!("\n{:width$}  result   seconds", "lane");
        for lane in &self.lanes {
            println!("{:width$}  {:7}  {:7.1}", lane.name, lane.outcome.word(), lane.took.as_secs_f64());
        }
        println!("{:width$}  {:7}  {:7.1}\n", "all", "", self.begun.elapsed().as_secs_f64());
        for word in ["failed", "skipped"] {
            for lane in self.lanes.iter().filter(|lane| lane.outcome.word() == word) {
                println!("{word}: {}: {}", lane.name, lane.outcome.reason());
            }
        }
        for note in &self.notes {
            println!("note: {note}");
        }
        let count = |word| self.lanes.iter().filter(|lane| lane.outcome.word() == word).count();
        let (passed, failed, skipped) = (count("passed"), count("failed"), count("skipped"));
        let also = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
        println!("{passed} passed, {failed} failed{also}");
        if failed > 0 {
            bail!("{failed} of {} lanes failed", self.lanes.len());
        }
        Ok(())
    }
}

impl Outcome {
    fn word(&self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed(_) => "failed",
            Outcome::Skipped(_) => "skipped",
        }
    }

    fn reason(&self) -> &str {
        match self {
            Outcome::Passed => "",
            Outcome::Failed(reason) | Outcome::Skipped(reason) => reason,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipping(strict: bool) -> Report {
        let mut report = Report::new(strict);
        assert_eq!(report.lane("one", || Ok(1)), Some(1));
        assert_eq!(report.lane::<()>("two", || Err(Skip("not there".to_owned()).into())), None);
        report
    }

    #[test]
    fn a_skipped_lane_fails_only_a_strict_run() {
        assert!(skipping(false).close().is_ok());
        assert!(skipping(true).close().is_err());
    }

    #[test]
    fn a_failed_lane_fails_the_run_and_not_the_next_lane() {
        let mut report = Report::new(false);
        assert_eq!(report.lane::<()>("one", || bail!("broken")), None);
        assert_eq!(report.lane("two", || Ok(2)), Some(2));
        assert!(report.close().is_err());
    }
}
