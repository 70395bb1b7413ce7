//! One transaction over two SQL engines: SQLite inside the process, or a PostgreSQL server.
//!
//! A caller hands [`Store::read`] or [`Store::write`] a closure. The closure runs on a thread that owns a
//! connection, inside one transaction, and sees [`Read`] or [`Tx`] and nothing of the engine. The seam lies below
//! the SQL: both engines are given the same text, so the text keeps to a subset which both understand alike.
//!
//! # The subset
//!
//! - Types: `text`, `bigint` (times are milliseconds, truth is 0 or 1) and `bytea`. A text holds no NUL.
//! - Placeholders `$1` to `$n`, numbered in the order in which they first appear.
//! - `returning`, `on conflict … do update` and `do nothing`, partial indexes, row values, window functions, common
//!   table expressions.
//! - A sum of `bigint` is `numeric` to PostgreSQL: write `cast(sum(n) as bigint)`. Never cast to `bytea`.
//! - `like` needs its escape character spelt out (`escape '!'`), since the engines disagree on the default; it minds
//!   letter case on both. Where its pattern is a placeholder no index helps it: look for a prefix by a range.
//! - A value has the type of the column it is for. Each engine would convert some others, and not the same ones.
//! - No JSON operators, no functions of one engine, no `now()`, no sequences, no deferred constraints.
//! - Text is compared and ordered by its bytes on both engines.
//!
//! # Rules of a transaction
//!
//! - A closure may run more than once, so it must do nothing but SQL and arithmetic.
//! - A statement that faults ends the transaction: whatever follows in it is answered [`FaultKind::Broken`], as it
//!   would be by PostgreSQL. A fault that is expected (a unique violation) is caught around [`nested`].
//! - A reply leaves only after its commit is durable.
//!
//! This crate must never know what is stored: no table, no column and no rule of the product is named here.

mod access;
mod fault;
mod handle;
mod migrate;
mod postgres;
mod queue;
mod settings;
mod sqlite;
mod target;
mod translate;
mod value;

pub use access::{Read, ReadExt, Tx, nested};
pub use fault::{Abort, Fault, FaultKind, OpenError};
pub use handle::Store;
pub use migrate::Migration;
pub use postgres::{create_database, drop_database};
pub use queue::Stats;
pub use settings::Settings;
pub use target::{Engine, Target};
pub use value::{Arg, Cell, Row};
