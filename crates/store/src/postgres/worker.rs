//! A thread that owns one connection: it runs jobs, again where the server asks for it, and connects anew when the
//! connection breaks.
//!
//! It must never run a job again whose commit it has sent without learning the outcome.

use super::connection::Link;
use crate::access::Watch;
use crate::fault::{Fault, FaultKind, OpenError};
use crate::queue::{Desk, Job, Kind, Ran, Ticket};
use crate::settings::deadline;
use crossbeam_channel::Receiver;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

/// The first pause after a connection could not be made; it doubles with each failure.
const RECONNECT_PAUSE: Duration = Duration::from_millis(50);
/// The longest pause between two attempts to connect.
const RECONNECT_PAUSE_MAX: Duration = Duration::from_secs(5);
/// The pause before a job's second run; it grows by as much with each run.
const RERUN_PAUSE: Duration = Duration::from_millis(2);

const BEGIN_READ: &str = "begin isolation level repeatable read read only";
const BEGIN_WRITE: &str = "begin isolation level read committed read write";

/// Makes a connection that is ready for jobs.
pub(super) type Connect = dyn Fn() -> Result<Link, OpenError> + Send + Sync;

pub(super) struct Worker {
    pub(super) link: Option<Link>,
    pub(super) connect: Arc<Connect>,
    pub(super) queue: Receiver<Ticket>,
    pub(super) desk: Arc<Desk>,
    /// Sets the pauses of equal threads apart, so that two which collided do not collide again.
    pub(super) number: u32,
    pub(super) failures: u32,
    pub(super) connect_after: Instant,
}

/// What one run of a job came to.
enum Run {
    /// The job has its result.
    Done,
    /// The server rolled it back and asks for another run.
    Again(Fault),
}

impl Worker {
    /// Serves jobs until the queue is closed and empty.
    pub(super) fn serve(mut self) {
        while let Ok(ticket) = self.queue.recv() {
            if let Some(ticket) = self.desk.admit(ticket) {
                self.job(ticket.kind, ticket.job);
            }
        }
    }

    fn job(&mut self, kind: Kind, mut job: Box<dyn Job>) {
        let until = deadline(self.desk.settings.job_time_max);
        let runs_max = self.desk.settings.runs_max.max(1);
        let mut run = 1;
        while let Run::Again(fault) = self.run(kind, job.as_mut(), until) {
            if run == runs_max {
                job.fail(Fault::unavailable(format!("given up after {runs_max} runs")).because(fault));
                break;
            }
            self.desk.counters.retries.fetch_add(1, Relaxed);
            std::thread::sleep(RERUN_PAUSE * run + RERUN_PAUSE * self.number / 8);
            run += 1;
        }
        if kind == Kind::Read {
            self.desk.counters.reads.fetch_add(1, Relaxed);
        }
        job.answer();
    }

    fn run(&mut self, kind: Kind, job: &mut dyn Job, until: Instant) -> Run {
        let desk = Arc::clone(&self.desk);
        let link = match self.begin(kind) {
            Ok(link) => link,
            Err(fault) => {
                job.fail(fault);
                return Run::Done;
            }
        };
        link.rerun = false;
        link.watch = Watch::start(until);
        let mut ran = job.run(link, &desk.counters);
        if link.watch.failed() == Some(FaultKind::Timeout) {
            desk.counters.timeouts.fetch_add(1, Relaxed);
        }
        if ran == Ran::Kept && link.watch.failed().is_some() {
            job.fail(Watch::overlooked());
            ran = Ran::Undone;
        }
        let outcome = finish(link, ran, kind, job, &desk);
        if link.broken {
            self.link = None;
        }
        outcome
    }

    /// Opens a transaction. If the connection turns out to be broken, nothing has been run on it yet, and a new one
    /// is tried at once.
    fn begin(&mut self, kind: Kind) -> Result<&mut Link, Fault> {
        let begin = if kind == Kind::Read { BEGIN_READ } else { BEGIN_WRITE };
        if let Some(mut link) = self.link.take() {
            match link.control(begin) {
                Ok(()) => return Ok(self.link.insert(link)),
                Err(fault) => tracing::warn!(%fault, "a connection of the store broke"),
            }
        }
        let link = self.reconnect()?;
        link.control(begin)?;
        Ok(link)
    }

    fn reconnect(&mut self) -> Result<&mut Link, Fault> {
        if Instant::now() < self.connect_after {
            return Err(Fault::unavailable(
                "the connection is broken, and the last attempt to mend it was just now",
            ));
        }
        match (self.connect)() {
            Ok(link) => {
                self.failures = 0;
                self.desk.counters.reconnects.fetch_add(1, Relaxed);
                Ok(self.link.insert(link))
            }
            Err(error) => {
                tracing::error!(%error, "a connection of the store could not be made anew");
                let pause = RECONNECT_PAUSE * 2_u32.saturating_pow(self.failures.min(16));
                self.connect_after = Instant::now() + pause.min(RECONNECT_PAUSE_MAX);
                self.failures += 1;
                Err(Fault::unavailable("the connection is broken and could not be mended").because(error))
            }
        }
    }
}

/// Commits or rolls back, and says whether the job has to run again.
fn finish(link: &mut Link, ran: Ran, kind: Kind, job: &mut dyn Job, desk: &Desk) -> Run {
    if ran == Ran::Kept && !link.rerun {
        return commit(link, kind, job, desk);
    }
    if !link.broken && link.control("rollback").is_err() {
        // Nothing can be known about the transaction, except that it was not committed.
        link.broken = true;
    }
    if link.rerun && !link.broken {
        return Run::Again(Fault::new(FaultKind::Retryable, "the server asked for another run"));
    }
    if link.rerun {
        job.fail(Fault::unavailable("the connection broke while the server asked for another run"));
    }
    count_undone(kind, desk);
    Run::Done
}

fn commit(link: &mut Link, kind: Kind, job: &mut dyn Job, desk: &Desk) -> Run {
    match link.control("commit") {
        Ok(()) => {
            if kind == Kind::Write {
                desk.counters.batches.fetch_add(1, Relaxed);
                desk.counters.writes.fetch_add(1, Relaxed);
            }
            Run::Done
        }
        // The server answered, so that the outcome is known: it was rolled back.
        Err(fault) if fault.kind() == FaultKind::Retryable && !link.broken => Run::Again(fault),
        Err(fault) => {
            link.broken = true;
            count_undone(kind, desk);
            let text = format!("a commit failed, and may or may not have been done: {fault}");
            job.fail(Fault::unavailable(text).because(fault));
            Run::Done
        }
    }
}

fn count_undone(kind: Kind, desk: &Desk) {
    if kind == Kind::Write {
        desk.counters.undone.fetch_add(1, Relaxed);
    }
}
