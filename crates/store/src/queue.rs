//! Jobs on their way to the threads that own connections, and the counts of what became of them.
//!
//! Nothing here may know an engine. A job is answered exactly once, and by nobody but the thread that took it.

use crate::access::Tx;
use crate::fault::{Abort, Fault, FaultKind};
use crate::settings::Settings;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;
use tokio::sync::oneshot;

/// Whether a job may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
}

/// How a run of a job ended, as far as its transaction is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ran {
    /// It has a result; its writes are to be kept.
    Kept,
    /// It refused or faulted; its writes are to be undone.
    Undone,
}

/// A caller's closure with room for its result. It can be run again, which replaces the result.
pub(crate) trait Job: Send {
    /// Runs the closure once; a panic is caught and becomes its result.
    fn run(&mut self, tx: &mut dyn Tx, counters: &Counters) -> Ran;
    /// Replaces the result with a fault of the store.
    fn fail(&mut self, fault: Fault);
    /// Sends the result to the caller, if there still is one.
    fn answer(self: Box<Self>);
}

/// A job in a queue.
pub(crate) struct Ticket {
    pub(crate) kind: Kind,
    pub(crate) job: Box<dyn Job>,
    /// When it is too late to begin. A job that has begun before and has to run again has no such time.
    pub(crate) begin_by: Option<Instant>,
}

/// The one implementation of [`Job`].
pub(crate) struct Work<F, R, E> {
    run: F,
    result: Option<Result<R, Abort<E>>>,
    reply: oneshot::Sender<Result<R, Abort<E>>>,
}

/// Where a caller waits for a job's result.
pub(crate) type Reply<R, E> = oneshot::Receiver<Result<R, Abort<E>>>;

impl<F, R, E> Work<F, R, E>
where
    F: Fn(&mut dyn Tx) -> Result<R, Abort<E>> + Send + 'static,
    R: Send + 'static,
    E: Send + 'static,
{
    /// A job made of a closure, and the place where its result will arrive.
    pub(crate) fn job(run: F) -> (Box<dyn Job>, Reply<R, E>) {
        let (reply, receiver) = oneshot::channel();
        (Box::new(Work { run, result: None, reply }), receiver)
    }
}

impl<F, R, E> Job for Work<F, R, E>
where
    F: Fn(&mut dyn Tx) -> Result<R, Abort<E>> + Send,
    R: Send,
    E: Send,
{
    fn run(&mut self, tx: &mut dyn Tx, counters: &Counters) -> Ran {
        // The closure is never looked into again after a panic, except to be run anew from its start.
        let result = catch_unwind(AssertUnwindSafe(|| (self.run)(tx))).unwrap_or_else(|panic| {
            counters.panics.fetch_add(1, Relaxed);
            Err(Abort::Fault(Fault::broken(format!("a job panicked: {}", panic_text(panic.as_ref())))))
        });
        let ran = if result.is_ok() { Ran::Kept } else { Ran::Undone };
        self.result = Some(result);
        ran
    }

    fn fail(&mut self, fault: Fault) {
        self.result = Some(Err(Abort::Fault(fault)));
    }

    fn answer(self: Box<Self>) {
        let result = self.result.unwrap_or_else(|| Err(Abort::Fault(Fault::closed())));
        // The caller may have gone away, which changes nothing about what was done.
        let _ = self.reply.send(result);
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (_, Some(text)) => text,
        _ => "without a text",
    }
}

/// What all threads of one store share.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) settings: Settings,
    pub(crate) counters: Counters,
}

impl Desk {
    pub(crate) fn new(settings: Settings) -> Arc<Desk> {
        Arc::new(Desk { settings, counters: Counters::default() })
    }

    /// Takes a job off the queue's count and, if it has waited for too long, answers it so and drops it.
    pub(crate) fn admit(&self, mut ticket: Ticket) -> Option<Ticket> {
        let Some(begin_by) = ticket.begin_by.take() else { return Some(ticket) };
        self.counters.queued(ticket.kind).fetch_sub(1, Relaxed);
        if Instant::now() < begin_by {
            return Some(ticket);
        }
        self.counters.timeouts.fetch_add(1, Relaxed);
        ticket.job.fail(Fault::new(FaultKind::Timeout, "the job waited in the queue for longer than it may"));
        ticket.job.answer();
        None
    }
}

/// Live counts. Each stands alone; together they are not a snapshot.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) reads_queued: AtomicU64,
    pub(crate) writes_queued: AtomicU64,
    pub(crate) reads: AtomicU64,
    pub(crate) writes: AtomicU64,
    pub(crate) undone: AtomicU64,
    pub(crate) batches: AtomicU64,
    pub(crate) retries: AtomicU64,
    pub(crate) panics: AtomicU64,
    pub(crate) busy: AtomicU64,
    pub(crate) timeouts: AtomicU64,
    pub(crate) reconnects: AtomicU64,
}

impl Counters {
    pub(crate) fn queued(&self, kind: Kind) -> &AtomicU64 {
        match kind {
            Kind::Read => &self.reads_queued,
            Kind::Write => &self.writes_queued,
        }
    }

    pub(crate) fn read(&self) -> Stats {
        Stats {
            reads_queued: self.reads_queued.load(Relaxed),
            writes_queued: self.writes_queued.load(Relaxed),
            reads: self.reads.load(Relaxed),
            writes: self.writes.load(Relaxed),
            undone: self.undone.load(Relaxed),
            batches: self.batches.load(Relaxed),
            retries: self.retries.load(Relaxed),
            panics: self.panics.load(Relaxed),
            busy: self.busy.load(Relaxed),
            timeouts: self.timeouts.load(Relaxed),
            reconnects: self.reconnects.load(Relaxed),
        }
    }
}

/// What a store has done since it was opened; the first two go up and down, the others only up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Reads that wait for a thread.
    pub reads_queued: u64,
    /// Writes that wait for a thread.
    pub writes_queued: u64,
    /// Reads that were run, whatever they answered.
    pub reads: u64,
    /// Writes that were committed.
    pub writes: u64,
    /// Writes that were run and rolled back: they refused, faulted, or their commit failed.
    pub undone: u64,
    /// Commits of writes. Less than `writes` where writes shared one.
    pub batches: u64,
    /// Additional runs of jobs, at the engine's request or because a batch mate took the transaction down.
    pub retries: u64,
    /// Jobs that panicked.
    pub panics: u64,
    /// Jobs turned away from a full queue.
    pub busy: u64,
    /// Jobs that waited or ran for too long.
    pub timeouts: u64,
    /// Connections to a server that were made anew after one broke.
    pub reconnects: u64,
}
