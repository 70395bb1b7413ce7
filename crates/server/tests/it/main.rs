//! The tests of the whole server, one binary: through the gate in this process, over sockets, and as a process.

// A test that cannot go on ends right there.
#![allow(clippy::unwrap_used)]

mod client;
mod connections;
mod gate;
mod letters;
mod process;
mod scenario;
