//! The limits of a store, each with a name, a unit and a default.

use std::num::NonZero;
use std::time::{Duration, Instant};

/// Jobs that may wait in one queue before callers are told that the store is busy.
const QUEUE_DEPTH: usize = 4096;
/// Jobs that may share one commit.
const BATCH_JOBS_MAX: usize = 256;
/// How long jobs are added to a batch before it is committed.
const BATCH_TIME_MAX: Duration = Duration::from_millis(10);
/// How long a job may wait in a queue.
const QUEUE_TIME_MAX: Duration = Duration::from_secs(10);
/// How long a job may run.
const JOB_TIME_MAX: Duration = Duration::from_secs(5);
/// A limit beyond which the clock's own range may end.
const FOREVER: Duration = Duration::from_hours(24 * 365);
/// Prepared statements kept by each connection.
const STATEMENTS_MAX: usize = 512;
/// Connections to PostgreSQL.
const CONNECTIONS: usize = 16;
/// Runs of one job which PostgreSQL asked to be run again.
const RUNS_MAX: u32 = 10;
/// Page cache of the SQLite writer, bytes.
const WRITER_CACHE: u64 = 64 << 20;
/// Page cache of each SQLite reader, bytes.
const READER_CACHE: u64 = 16 << 20;
/// The part of the SQLite file which readers map into memory, bytes: the most that SQLite takes.
const READER_MAP: u64 = 0x7fff_0000;
/// Pages in the write-ahead log at which SQLite copies them back into the file. Measured: with SQLite's own thousand,
/// the copying takes half of the throughput.
const CHECKPOINT_PAGES: u32 = 10_000;

/// The limits of a store. `Settings::default()` is meant for a server of a few cores.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Threads that read a SQLite file; as many as cores by default. PostgreSQL and memory ignore it.
    pub readers: usize,
    /// Threads, each with a connection, that serve PostgreSQL. SQLite ignores it.
    pub connections: usize,
    /// Jobs that may wait in one queue; one more is answered [`crate::FaultKind::Busy`].
    pub queue_depth: usize,
    /// How long a job may wait in a queue before it is answered [`crate::FaultKind::Timeout`] instead of being run.
    pub queue_time_max: Duration,
    /// How long a job may run, commit not included, before it is interrupted and answered
    /// [`crate::FaultKind::Timeout`].
    pub job_time_max: Duration,
    /// Writes that may share one commit of SQLite.
    pub batch_jobs_max: usize,
    /// How long waiting writes are added to a batch before it is committed.
    pub batch_time_max: Duration,
    /// How often a job is run before the store gives up on an engine that asks for yet another run.
    pub runs_max: u32,
    /// Prepared statements that each connection keeps.
    pub statements_max: usize,
    /// Page cache of the SQLite writer, bytes.
    pub sqlite_writer_cache: u64,
    /// Page cache of each SQLite reader, bytes.
    pub sqlite_reader_cache: u64,
    /// The part of the SQLite file which readers map into memory, bytes. Measured: a page of ten rows that is not in
    /// the page cache costs a fifth less. Nought for none, where the disk may fail under a map and end the process.
    pub sqlite_reader_map: u64,
    /// Pages in SQLite's write-ahead log at which they are copied back into the file.
    pub sqlite_checkpoint_pages: u32,
}

/// The time that is `limit` from now, or so far away that it makes no difference.
pub(crate) fn deadline(limit: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(limit).unwrap_or(now + FOREVER)
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            readers: std::thread::available_parallelism().map_or(1, NonZero::get),
            connections: CONNECTIONS,
            queue_depth: QUEUE_DEPTH,
            queue_time_max: QUEUE_TIME_MAX,
            job_time_max: JOB_TIME_MAX,
            batch_jobs_max: BATCH_JOBS_MAX,
            batch_time_max: BATCH_TIME_MAX,
            runs_max: RUNS_MAX,
            statements_max: STATEMENTS_MAX,
            sqlite_writer_cache: WRITER_CACHE,
            sqlite_reader_cache: READER_CACHE,
            sqlite_reader_map: READER_MAP,
            sqlite_checkpoint_pages: CHECKPOINT_PAGES,
        }
    }
}
