//! SQLite, in a file or in memory: one thread that writes, and for a file several that read.
//!
//! Writes that wait share a commit. Each runs in a savepoint of the shared transaction, so that one which fails takes
//! nothing with it, and none is answered before the commit is durable. A connection must never leave the thread that
//! owns it, and a reader's connection must never be able to write.

mod connection;
mod open;
mod writer;

pub(crate) use open::{open_file, open_file_to_read, open_memory};
