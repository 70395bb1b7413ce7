//! One connection to PostgreSQL and the transaction that runs on it.
//!
//! It must never decide what becomes of a job; it runs statements and says what happened.

use crate::access::{Read, Tx, Watch};
use crate::fault::{Fault, FaultKind};
use crate::value::{Arg, Cell, Row};
use postgres::error::{DbError, SqlState};
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Error, Statement};
use std::collections::HashMap;
use std::error::Error as _;

/// A connection, its prepared statements, and what is known about the transaction at hand.
pub(super) struct Link {
    pub(super) client: Client,
    statements: HashMap<String, Vec<Prepared>>,
    statements_max: usize,
    pub(super) watch: Watch,
    /// The server asks for the whole transaction to be run again.
    pub(super) rerun: bool,
    /// The connection can be used no more.
    pub(super) broken: bool,
}

/// A statement prepared for arguments of certain types. Types are given to the server because it would take a bare
/// placeholder for a text, or for the smaller integer of a neighbour. A null has no type, and is left to the server.
struct Prepared {
    types: Vec<Type>,
    statement: Statement,
}

fn type_of(arg: &Arg<'_>) -> Type {
    match arg {
        Arg::Null => Type::UNKNOWN,
        Arg::Int(_) => Type::INT8,
        Arg::Text(_) => Type::TEXT,
        Arg::Bytes(_) => Type::BYTEA,
    }
}

impl Link {
    pub(super) fn new(client: Client, statements_max: usize) -> Link {
        Link {
            client,
            statements: HashMap::new(),
            statements_max,
            watch: Watch::default(),
            rerun: false,
            broken: false,
        }
    }

    /// Runs one of the store's own statements, such as `begin`, in one round trip.
    pub(super) fn control(&mut self, sql: &str) -> Result<(), Fault> {
        self.client.batch_execute(sql).map_err(|error| self.fault(error, sql))
    }

    /// The statement, prepared now or before, for values of these types.
    fn prepared(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Statement, Fault> {
        let statement = self.prepare(sql, args).map_err(|error| self.failed(error, sql))?;
        let wanted = statement.params().len();
        if wanted != args.len() {
            let text = format!("{} values for {wanted} placeholders, in: {sql}", args.len());
            return Err(self.watch.fail(Fault::broken(text)));
        }
        Ok(statement)
    }

    fn prepare(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Statement, Error> {
        if let Some(known) = self.statements.get(sql)
            && let Some(found) =
                known.iter().find(|known| known.types.iter().cloned().eq(args.iter().map(type_of)))
        {
            return Ok(found.statement.clone());
        }
        let types: Vec<Type> = args.iter().map(type_of).collect();
        let statement = self.client.prepare_typed(sql, &types)?;
        if self.statements.len() >= self.statements_max {
            // Programs have a fixed set of statements; to outgrow the limit is rare, and to prepare anew is cheap.
            self.statements.clear();
        }
        let prepared = Prepared { types, statement: statement.clone() };
        self.statements.entry(sql.to_owned()).or_default().push(prepared);
        Ok(statement)
    }

    /// Notes what an error means for the connection and the transaction, and makes a fault of it.
    fn fault(&mut self, error: Error, sql: &str) -> Fault {
        let kind = match error.as_db_error() {
            Some(db) => {
                self.broken |= db.severity() == "FATAL" || db.severity() == "PANIC";
                if stale(db) {
                    self.statements.clear();
                }
                kind(db)
            }
            // Anything else came from the socket, or from a value that does not fit its placeholder.
            None if error.source().is_some_and(<dyn std::error::Error>::is::<Unfit>) => FaultKind::Broken,
            None => {
                self.broken = true;
                FaultKind::Unavailable
            }
        };
        self.rerun |= kind == FaultKind::Retryable;
        let text = match error.source() {
            Some(source) => format!("{error}: {source}, in: {sql}"),
            None => format!("{error}, in: {sql}"),
        };
        Fault::new(kind, text).because(error)
    }

    fn failed(&mut self, error: Error, sql: &str) -> Fault {
        let fault = self.fault(error, sql);
        self.watch.fail(fault)
    }
}

/// Whether a prepared statement no longer fits a schema that was changed meanwhile.
fn stale(error: &DbError) -> bool {
    *error.code() == SqlState::FEATURE_NOT_SUPPORTED && error.routine() == Some("RevalidateCachedQuery")
}

fn kind(error: &DbError) -> FaultKind {
    let code = error.code();
    if *code == SqlState::UNIQUE_VIOLATION {
        FaultKind::Conflict
    } else if *code == SqlState::T_R_SERIALIZATION_FAILURE
        || *code == SqlState::T_R_DEADLOCK_DETECTED
        || stale(error)
    {
        FaultKind::Retryable
    } else if *code == SqlState::QUERY_CANCELED || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT {
        // The second comes where this thread was kept from running between two statements.
        FaultKind::Timeout
    } else if ["08", "53", "57", "58", "XX"].iter().any(|class| code.code().starts_with(class)) {
        FaultKind::Unavailable
    } else {
        FaultKind::Broken
    }
}

impl Read for Link {
    fn each(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        visit: &mut dyn FnMut(&dyn Row) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        self.watch.allow()?;
        let statement = self.prepared(sql, args)?;
        let mut visited = Ok(());
        let done = self.client.query_raw(&statement, args.iter().map(Bound)).and_then(|mut rows| {
            while let Some(row) = rows.next()? {
                visited = visit(&LinkRow(&row));
                if visited.is_err() {
                    break;
                }
            }
            Ok(())
        });
        done.map_err(|error| self.failed(error, sql))?;
        visited
    }

    fn plan(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<String>, Fault> {
        let mut lines = Vec::new();
        self.each(&format!("explain {sql}"), args, &mut |row| {
            lines.push(row.text(0)?.to_owned());
            Ok(())
        })?;
        Ok(lines)
    }
}

impl Tx for Link {
    fn exec(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<u64, Fault> {
        self.watch.allow()?;
        let statement = self.prepared(sql, args)?;
        let done = self.client.query_raw(&statement, args.iter().map(Bound)).and_then(|mut rows| {
            while rows.next()?.is_some() {}
            Ok(rows.rows_affected().unwrap_or(0))
        });
        done.map_err(|error| self.failed(error, sql))
    }

    fn open_savepoint(&mut self) -> Result<(), Fault> {
        self.watch.allow()?;
        self.control("savepoint nested").map_err(|fault| self.watch.fail(fault))
    }

    fn close_savepoint(&mut self, keep: bool) -> Result<(), Fault> {
        let failed = self.watch.failed().is_some();
        if keep && !failed {
            return self.control("release savepoint nested").map_err(|fault| self.watch.fail(fault));
        }
        self.control("rollback to savepoint nested; release savepoint nested")?;
        self.watch.forgive();
        if keep { Err(Watch::overlooked()) } else { Ok(()) }
    }
}

/// A value that does not fit the type which the server gave its placeholder.
#[derive(Debug, thiserror::Error)]
#[error("a {held} does not fit a placeholder of type {wanted}")]
struct Unfit {
    held: &'static str,
    wanted: Type,
}

#[derive(Debug)]
struct Bound<'a>(&'a Arg<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(
        &self,
        wanted: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        let held = match *self.0 {
            Arg::Null => return Ok(IsNull::Yes),
            Arg::Int(int) if *wanted == Type::INT8 => return int.to_sql(wanted, out),
            Arg::Text(text) if *wanted == Type::TEXT => return text.to_sql(wanted, out),
            Arg::Bytes(bytes) if *wanted == Type::BYTEA => return bytes.to_sql(wanted, out),
            Arg::Int(_) => "bigint",
            Arg::Text(_) => "text",
            Arg::Bytes(_) => "bytea",
        };
        Err(Box::new(Unfit { held, wanted: wanted.clone() }))
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

struct LinkRow<'a>(&'a postgres::Row);

impl LinkRow<'_> {
    fn value<'r, T: FromSql<'r>>(&'r self, index: usize) -> Result<Option<T>, Fault> {
        self.0
            .try_get(index)
            .map_err(|error| Fault::broken(format!("column {index} cannot be read")).because(error))
    }
}

impl Row for LinkRow<'_> {
    fn cell(&self, index: usize) -> Result<Cell<'_>, Fault> {
        let Some(column) = self.0.columns().get(index) else {
            return Err(Fault::broken(format!("a row has no column {index}")));
        };
        let cell = match *column.type_() {
            Type::INT8 => self.value(index)?.map(Cell::Int),
            Type::TEXT | Type::VARCHAR | Type::NAME | Type::UNKNOWN => self.value(index)?.map(Cell::Text),
            Type::BYTEA => self.value(index)?.map(Cell::Bytes),
            // Literals and truth values, which SQLite knows only as integers.
            Type::INT4 => self.value::<i32>(index)?.map(|int| Cell::Int(int.into())),
            Type::INT2 => self.value::<i16>(index)?.map(|int| Cell::Int(int.into())),
            Type::BOOL => self.value::<bool>(index)?.map(|flag| Cell::Int(flag.into())),
            ref other => {
                return Err(Fault::broken(format!("column {index} is {other}; cast it to bigint or text")));
            }
        };
        Ok(cell.unwrap_or(Cell::Null))
    }
}
