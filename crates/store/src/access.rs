//! What a job sees of the store: [`Read`], [`Tx`] and a savepoint.
//!
//! Nothing here may name an engine; the adapters implement these traits and the rest of the program uses them.

use crate::fault::{Abort, Fault, FaultKind};
use crate::value::{Arg, Row};
use std::time::Instant;

/// A transaction that can be read. In [`crate::Store::read`] it is one snapshot and physically cannot write.
pub trait Read {
    /// Runs a query and hands each row to `visit`, without gathering them. A fault of `visit` ends the query and is
    /// returned.
    fn each(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        visit: &mut dyn FnMut(&dyn Row) -> Result<(), Fault>,
    ) -> Result<(), Fault>;

    /// The engine's plan for a statement, one line for each step, in the engine's own words.
    fn plan(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<String>, Fault>;
}

/// A transaction that can also write. [`Read::each`] on it may run `insert … returning` and its like.
pub trait Tx: Read {
    /// Runs a statement that gives no rows, and says how many rows it changed.
    fn exec(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<u64, Fault>;

    /// Opens a savepoint; use [`nested`], which cannot forget to close it.
    fn open_savepoint(&mut self) -> Result<(), Fault>;

    /// Closes the innermost savepoint, keeping or undoing what was written since; use [`nested`].
    fn close_savepoint(&mut self, keep: bool) -> Result<(), Fault>;
}

/// Conveniences over [`Read::each`], for `&mut dyn Read` and `&mut dyn Tx` alike.
pub trait ReadExt {
    /// The row of a query that gives at most one, made into a value by `map`. A second row is
    /// [`FaultKind::Broken`]: which of two came first would be the engine's whim.
    fn one<R>(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        map: impl FnMut(&dyn Row) -> Result<R, Fault>,
    ) -> Result<Option<R>, Fault>;

    /// All rows of a query, each made into a value by `map`. The query must bound their number.
    fn all<R>(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        map: impl FnMut(&dyn Row) -> Result<R, Fault>,
    ) -> Result<Vec<R>, Fault>;
}

impl<T: Read + ?Sized> ReadExt for T {
    fn one<R>(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        mut map: impl FnMut(&dyn Row) -> Result<R, Fault>,
    ) -> Result<Option<R>, Fault> {
        let mut found = None;
        self.each(sql, args, &mut |row| {
            if found.is_some() {
                return Err(Fault::broken(format!("more than one row came from: {sql}")));
            }
            found = Some(map(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    fn all<R>(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        mut map: impl FnMut(&dyn Row) -> Result<R, Fault>,
    ) -> Result<Vec<R>, Fault> {
        let mut rows = Vec::new();
        self.each(sql, args, &mut |row| {
            rows.push(map(row)?);
            Ok(())
        })?;
        Ok(rows)
    }
}

/// Runs `f` in a savepoint. If it refuses or faults, what it wrote is undone, its error is returned, and the outer
/// transaction can go on (unless the fault is one that ends the whole transaction, which the next statement then
/// says).
pub fn nested<R, E>(
    tx: &mut dyn Tx,
    f: impl FnOnce(&mut dyn Tx) -> Result<R, Abort<E>>,
) -> Result<R, Abort<E>> {
    tx.open_savepoint()?;
    match f(tx) {
        Ok(value) => {
            tx.close_savepoint(true)?;
            Ok(value)
        }
        Err(abort) => {
            // The first error is the one that explains what happened; a second, from a transaction which is gone
            // altogether, shows at the next statement.
            let _ = tx.close_savepoint(false);
            Err(abort)
        }
    }
}

/// What every engine watches over alike within one job: its deadline, and that nothing runs after a fault.
///
/// PostgreSQL refuses all further statements once one has failed; SQLite would go on. The watch makes them equal.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    until: Option<Instant>,
    failed: Option<FaultKind>,
}

impl Watch {
    /// Starts to watch a job which has to end before `until`.
    pub(crate) fn start(until: Instant) -> Watch {
        Watch { until: Some(until), failed: None }
    }

    /// How a statement has failed, unless a savepoint undid it.
    pub(crate) fn failed(&self) -> Option<FaultKind> {
        self.failed
    }

    /// What a closure is told that returned a result in spite of a failed statement.
    pub(crate) fn overlooked() -> Fault {
        Fault::broken(
            "a statement failed, and the job went on as if it had not; catch faults around `nested`",
        )
    }

    /// Asks, before a statement, whether the job may run it.
    pub(crate) fn allow(&mut self) -> Result<(), Fault> {
        if self.failed.is_some() {
            return Err(Fault::broken("an earlier statement of this transaction failed and was not undone"));
        }
        if self.until.is_some_and(|until| Instant::now() >= until) {
            return Err(self.fail(Fault::new(FaultKind::Timeout, "the job ran for longer than it may")));
        }
        Ok(())
    }

    /// Notes that a statement failed.
    pub(crate) fn fail(&mut self, fault: Fault) -> Fault {
        self.failed = Some(fault.kind());
        fault
    }

    /// Notes that a savepoint undid the failure.
    pub(crate) fn forgive(&mut self) {
        self.failed = None;
    }
}
