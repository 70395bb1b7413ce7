//! The server: connections in, the product's answers out. Read `gate` first: it is one request from its bytes to its
//! answer's bytes.
//!
//! `config` says what can be set, `start` makes a running [`server::Server`] of it, `http` holds the connections,
//! `ticker` carries out deadlines, and `node` is what they share. What a circuit is, is the business of the crate
//! `connect`; how a request is spelt, that of `rpc`; how a row is kept, that of `store`. None of it is repeated here.

pub mod admin;
pub mod clock;
pub mod codes;
pub mod config;
pub mod gate;
pub mod http;
pub mod keys;
mod letters;
pub mod limits;
pub mod log;
pub mod master_key;
pub mod metrics;
pub mod node;
pub mod seeds;
pub mod server;
pub mod start;
mod stream;
pub mod ticker;
pub mod tls;
pub mod verify;
pub mod verify_letter;
