//! PostgreSQL, or a server that speaks its protocol: equal threads, each with a blocking connection.
//!
//! Reads run on one snapshot which the server keeps from writing; writes run at READ COMMITTED. A transaction which
//! the server asks to be run again is run again; one whose commit was sent and not answered must never be.

mod connection;
mod open;
mod worker;

pub use open::{create_database, drop_database};
pub(crate) use open::{describe, open, open_to_read, parse};
