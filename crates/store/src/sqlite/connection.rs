//! One connection to SQLite and the transaction that runs on it.
//!
//! It must never decide what becomes of a job; it runs statements and says what happened.

use crate::access::{Read, Tx, Watch};
use crate::fault::{Fault, FaultKind};
use crate::queue::{Desk, Job, Kind, Ran, Ticket};
use crate::settings::{Settings, deadline};
use crate::value::{Arg, Cell, Row};
use crossbeam_channel::Receiver;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Error, ErrorCode, Statement, ffi};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// Steps of SQLite's machine between two looks at the clock: a fraction of a millisecond.
const STEPS_PER_LOOK: i32 = 10_000;
/// An alarm that never rings.
const NEVER: u64 = u64::MAX;

/// A connection, the watch over the job that uses it, and the alarm which interrupts a statement.
pub(super) struct Lite {
    pub(super) db: Connection,
    watch: Watch,
    reading: bool,
    epoch: Instant,
    /// Microseconds after `epoch` at which the running statement is interrupted. Shared with SQLite's callback; only
    /// one thread ever uses it.
    alarm: Arc<AtomicU64>,
}

impl Lite {
    /// Takes over a connection that is open and set up.
    pub(super) fn new(mut db: Connection, settings: &Settings) -> rusqlite::Result<Lite> {
        db.set_prepared_statement_cache_capacity(settings.statements_max);
        let epoch = Instant::now();
        let alarm = Arc::new(AtomicU64::new(NEVER));
        let bell = Arc::clone(&alarm);
        db.progress_handler(
            STEPS_PER_LOOK,
            Some(move || {
                let at = bell.load(Relaxed);
                at != NEVER && epoch.elapsed() >= std::time::Duration::from_micros(at)
            }),
        )?;
        Ok(Lite { db, watch: Watch::default(), reading: false, epoch, alarm })
    }

    /// Runs one of the store's own statements, such as `begin`.
    pub(super) fn control(&self, sql: &str) -> Result<(), Fault> {
        self.db
            .prepare_cached(sql)
            .and_then(|mut statement| statement.raw_execute())
            .map_err(|error| fault(error, sql))?;
        Ok(())
    }

    /// Runs a job in the transaction that is open. A result which hides a failed statement is replaced by a fault.
    pub(super) fn run(&mut self, kind: Kind, job: &mut dyn Job, desk: &Desk) -> Ran {
        let until = deadline(desk.settings.job_time_max);
        let at = until.duration_since(self.epoch).as_micros();
        self.watch = Watch::start(until);
        self.reading = kind == Kind::Read;
        self.alarm.store(u64::try_from(at).unwrap_or(NEVER), Relaxed);
        let ran = job.run(self, &desk.counters);
        self.alarm.store(NEVER, Relaxed);
        if self.timed_out() {
            desk.counters.timeouts.fetch_add(1, Relaxed);
        }
        if ran == Ran::Kept && self.watch.failed().is_some() {
            job.fail(Watch::overlooked());
            return Ran::Undone;
        }
        ran
    }

    /// Whether the last job was interrupted.
    pub(super) fn timed_out(&self) -> bool {
        self.watch.failed() == Some(FaultKind::Timeout)
    }

    /// Runs a job that only reads, in a transaction of its own, and answers it.
    pub(super) fn read(&mut self, ticket: Ticket, desk: &Desk) {
        let mut job = ticket.job;
        match self.control("begin") {
            Ok(()) => {
                self.run(Kind::Read, job.as_mut(), desk);
                // A read has nothing to keep. Should ending it fail, the next `begin` will say so.
                let _ = self.control("rollback");
            }
            Err(fault) => job.fail(Fault::unavailable("a read could not begin").because(fault)),
        }
        desk.counters.reads.fetch_add(1, Relaxed);
        job.answer();
    }

    /// Serves reads until the queue is closed.
    pub(super) fn serve_reads(mut self, queue: &Receiver<Ticket>, desk: &Desk) {
        for ticket in queue {
            if let Some(ticket) = desk.admit(ticket) {
                self.read(ticket, desk);
            }
        }
    }

    fn prepared<R>(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        run: impl FnOnce(&mut Statement<'_>) -> Result<R, Stop>,
    ) -> Result<R, Fault> {
        self.watch.allow()?;
        let reading = self.reading;
        let done = self.db.prepare_cached(sql).map_err(Stop::from).and_then(|mut statement| {
            if reading && !statement.readonly() {
                return Err(Stop::Refused("a read tried to write".to_owned()));
            }
            bind(&mut statement, args)?;
            run(&mut statement)
        });
        done.map_err(|stop| match stop {
            Stop::Engine(error) => self.watch.fail(fault(error, sql)),
            Stop::Refused(why) => self.watch.fail(Fault::broken(format!("{why}, in: {sql}"))),
            Stop::Visitor(fault) => fault,
        })
    }
}

/// Why a statement came to no end: the engine, this adapter, or whoever looked at the rows.
enum Stop {
    Engine(Error),
    Refused(String),
    Visitor(Fault),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Engine(error)
    }
}

fn bind(statement: &mut Statement<'_>, args: &[Arg<'_>]) -> Result<(), Stop> {
    if statement.parameter_count() != args.len() {
        let wanted = statement.parameter_count();
        return Err(Stop::Refused(format!("{} values for {wanted} placeholders", args.len())));
    }
    for (index, arg) in (1..).zip(args) {
        debug_assert_eq!(
            statement.parameter_name(index),
            Some(format!("${index}").as_str()),
            "placeholders are numbered in the order of their first use"
        );
        let value = match *arg {
            Arg::Null => ValueRef::Null,
            Arg::Int(int) => ValueRef::Integer(int),
            // PostgreSQL cannot keep a NUL, so neither engine is given one.
            Arg::Text(text) if text.as_bytes().contains(&0) => {
                return Err(Stop::Refused(format!("the text for ${index} holds a NUL")));
            }
            Arg::Text(text) => ValueRef::Text(text.as_bytes()),
            Arg::Bytes(bytes) => ValueRef::Blob(bytes),
        };
        statement.raw_bind_parameter(index, ToSqlOutput::Borrowed(value))?;
    }
    Ok(())
}

impl Read for Lite {
    fn each(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        visit: &mut dyn FnMut(&dyn Row) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.prepared(sql, args, |statement| {
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                visit(&LiteRow(row)).map_err(Stop::Visitor)?;
            }
            Ok(())
        })
    }

    fn plan(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<String>, Fault> {
        self.prepared(&format!("explain query plan {sql}"), args, |statement| {
            let mut lines = Vec::new();
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                lines.push(row.get("detail")?);
            }
            Ok(lines)
        })
    }
}

impl Tx for Lite {
    fn exec(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<u64, Fault> {
        let changed = self.prepared(sql, args, |statement| Ok(statement.raw_execute()?))?;
        Ok(changed as u64)
    }

    fn open_savepoint(&mut self) -> Result<(), Fault> {
        self.watch.allow()?;
        self.control("savepoint nested").map_err(|fault| self.watch.fail(fault))
    }

    fn close_savepoint(&mut self, keep: bool) -> Result<(), Fault> {
        let failed = self.watch.failed().is_some();
        if !keep || failed {
            self.control("rollback to nested")?;
            self.watch.forgive();
        }
        self.control("release nested").map_err(|fault| self.watch.fail(fault))?;
        if keep && failed { Err(Watch::overlooked()) } else { Ok(()) }
    }
}

struct LiteRow<'a>(&'a rusqlite::Row<'a>);

impl Row for LiteRow<'_> {
    fn cell(&self, index: usize) -> Result<Cell<'_>, Fault> {
        let value =
            self.0.get_ref(index).map_err(|_| Fault::broken(format!("a row has no column {index}")))?;
        match value {
            ValueRef::Null => Ok(Cell::Null),
            ValueRef::Integer(int) => Ok(Cell::Int(int)),
            ValueRef::Blob(bytes) => Ok(Cell::Bytes(bytes)),
            ValueRef::Text(bytes) => std::str::from_utf8(bytes)
                .map(Cell::Text)
                .map_err(|error| Fault::broken(format!("column {index} is not UTF-8")).because(error)),
            ValueRef::Real(_) => {
                Err(Fault::broken(format!("column {index} is a fraction; cast it to bigint")))
            }
        }
    }
}

/// SQLite's error as a fault that names the statement.
pub(super) fn fault(error: Error, sql: &str) -> Fault {
    let kind = match &error {
        Error::SqliteFailure(failure, _) => kind(*failure),
        Error::SqlInputError { error, .. } => kind(*error),
        _ => FaultKind::Broken,
    };
    Fault::new(kind, format!("{error}, in: {sql}")).because(error)
}

fn kind(error: ffi::Error) -> FaultKind {
    match (error.code, error.extended_code) {
        (
            ErrorCode::ConstraintViolation,
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
        ) => FaultKind::Conflict,
        (ErrorCode::OperationInterrupted, _) => FaultKind::Timeout,
        (
            ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::OutOfMemory
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::PermissionDenied
            | ErrorCode::ReadOnly,
            _,
        ) => FaultKind::Unavailable,
        _ => FaultKind::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::StatementStatus;

    #[test]
    fn a_limit_that_is_bound_is_not_planned_anew() {
        let mut lite = crate::sqlite::open::scratch(&Settings::default());
        lite.exec("create table t (id text primary key, n integer) without rowid", &[]).unwrap();
        let sql = "select id from t where n > $1 order by id limit $2";
        for limit in 1..5 {
            lite.each(sql, &[limit.into(), limit.into()], &mut |_| Ok(())).unwrap();
        }
        let statement = lite.db.prepare_cached(sql).unwrap();
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
        assert!(statement.get_status(StatementStatus::Run) >= 4);
    }
}
