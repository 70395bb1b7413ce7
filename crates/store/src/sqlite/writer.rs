//! The thread that writes: it gathers waiting jobs into one transaction and commits them together.
//!
//! It must never answer a job before the commit which holds its writes, and must never let one job's failure reach
//! another's writes.

use super::connection::Lite;
use crate::fault::Fault;
use crate::queue::{Desk, Job, Kind, Ran, Ticket};
use crossbeam_channel::Receiver;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

/// The writing connection and its queue. In memory it serves reads as well.
pub(super) struct Writer {
    pub(super) lite: Lite,
    pub(super) queue: Receiver<Ticket>,
    pub(super) desk: Arc<Desk>,
    /// Jobs that were taken from the queue and could not be run in the batch at hand.
    pub(super) waiting: VecDeque<Ticket>,
}

/// The jobs that wait for one commit.
#[derive(Default)]
struct Batch {
    jobs: Vec<Box<dyn Job>>,
    /// How many of them have something to commit; the others refused and wait to learn whether what they refused on
    /// came true.
    kept: u64,
}

/// What became of one job within a batch.
enum Step {
    /// It waits for the commit.
    Held(Box<dyn Job>, Ran),
    /// It was the first of its batch and failed; the whole transaction is rolled back.
    Undone(Box<dyn Job>),
    /// An error ended the whole transaction while it ran.
    Lost(Box<dyn Job>),
}

impl Writer {
    /// Serves jobs until the queue is closed and empty, then copies the log into the file.
    pub(super) fn serve(mut self) {
        while let Some(ticket) = self.waiting.pop_front().or_else(|| self.queue.recv().ok()) {
            let Some(ticket) = self.desk.admit(ticket) else { continue };
            match ticket.kind {
                Kind::Read => self.lite.read(ticket, &self.desk),
                Kind::Write => self.batch(ticket.job),
            }
        }
        // Nothing is lost if this fails: the next opening reads the log.
        if let Err(error) = self.lite.db.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())) {
            tracing::warn!(%error, "the write-ahead log could not be copied into the file");
        }
    }

    /// Runs `job` and those that wait behind it in one transaction.
    fn batch(&mut self, mut job: Box<dyn Job>) {
        if let Err(fault) = self.lite.control("begin immediate") {
            job.fail(Fault::unavailable("a write could not begin").because(fault));
            self.desk.counters.undone.fetch_add(1, Relaxed);
            return job.answer();
        }
        let opened = Instant::now();
        let mut batch = Batch::default();
        let mut next = Some(job);
        while let Some(job) = next.take() {
            match self.step(job, batch.jobs.is_empty()) {
                Step::Held(job, ran) => {
                    batch.jobs.push(job);
                    batch.kept += u64::from(ran == Ran::Kept);
                }
                Step::Undone(job) => return job.answer(),
                Step::Lost(job) => return self.lost(job, batch),
            }
            let limits = &self.desk.settings;
            if batch.jobs.len() < limits.batch_jobs_max && opened.elapsed() < limits.batch_time_max {
                next = self.next_write();
            }
        }
        self.commit(batch);
    }

    /// Runs one job. The first of a batch needs no savepoint: to undo it is to undo everything.
    fn step(&mut self, mut job: Box<dyn Job>, first: bool) -> Step {
        if !first && let Err(fault) = self.lite.control("savepoint job") {
            job.fail(Fault::unavailable("a savepoint could not be set").because(fault));
            return Step::Lost(job);
        }
        let ran = self.lite.run(Kind::Write, job.as_mut(), &self.desk);
        if self.lite.db.is_autocommit() {
            if ran == Ran::Kept {
                job.fail(Fault::unavailable("the engine ended the transaction"));
            }
            return Step::Lost(job);
        }
        let closed = match (ran, first) {
            (Ran::Kept, true) => Ok(()),
            (Ran::Kept, false) => self.lite.control("release job"),
            (Ran::Undone, true) => self.lite.control("rollback"),
            (Ran::Undone, false) => {
                self.lite.control("rollback to job").and_then(|()| self.lite.control("release job"))
            }
        };
        if ran == Ran::Undone {
            self.desk.counters.undone.fetch_add(1, Relaxed);
        }
        match closed {
            Ok(()) if ran == Ran::Undone && first => Step::Undone(job),
            Ok(()) => Step::Held(job, ran),
            Err(fault) => {
                job.fail(Fault::unavailable("a savepoint could not be closed").because(fault));
                Step::Lost(job)
            }
        }
    }

    /// The next job for the batch, if one waits and writes.
    fn next_write(&mut self) -> Option<Box<dyn Job>> {
        loop {
            let ticket = self.waiting.pop_front().or_else(|| self.queue.try_recv().ok())?;
            match ticket.kind {
                Kind::Write => {
                    if let Some(ticket) = self.desk.admit(ticket) {
                        return Some(ticket.job);
                    }
                }
                Kind::Read => {
                    self.waiting.push_front(ticket);
                    return None;
                }
            }
        }
    }

    fn commit(&mut self, mut batch: Batch) {
        let counters = &self.desk.counters;
        match self.lite.control("commit") {
            Ok(()) => {
                counters.batches.fetch_add(1, Relaxed);
                counters.writes.fetch_add(batch.kept, Relaxed);
            }
            Err(fault) => {
                self.roll_back();
                tracing::error!(%fault, jobs = batch.jobs.len(), "a batch could not be committed");
                counters.undone.fetch_add(batch.kept, Relaxed);
                for job in &mut batch.jobs {
                    job.fail(Fault::unavailable(format!("the commit failed: {fault}")));
                }
            }
        }
        answer(batch.jobs);
    }

    /// Deals with a transaction that `culprit` brought down. SQLite rolls back everything when it interrupts a
    /// statement that writes; that is no fault of the batch mates, and they run again. Any other reason lies with the
    /// engine or the disk, and all are told.
    fn lost(&mut self, culprit: Box<dyn Job>, mut batch: Batch) {
        self.roll_back();
        let counters = &self.desk.counters;
        if self.lite.timed_out() {
            counters.undone.fetch_add(1, Relaxed);
            counters.retries.fetch_add(batch.jobs.len() as u64, Relaxed);
            for job in batch.jobs.into_iter().rev() {
                self.waiting.push_front(Ticket { kind: Kind::Write, job, begin_by: None });
            }
            return culprit.answer();
        }
        tracing::error!(jobs = batch.jobs.len() + 1, "the engine ended the transaction of a batch");
        counters.undone.fetch_add(batch.kept + 1, Relaxed);
        for job in &mut batch.jobs {
            job.fail(Fault::unavailable("the engine ended the transaction of the batch"));
        }
        batch.jobs.push(culprit);
        answer(batch.jobs);
    }

    fn roll_back(&self) {
        if !self.lite.db.is_autocommit()
            && let Err(fault) = self.lite.control("rollback")
        {
            tracing::error!(%fault, "a batch could not be rolled back");
        }
    }
}

fn answer(jobs: Vec<Box<dyn Job>>) {
    for job in jobs {
        job.answer();
    }
}
