//! The RPC dialect: how a request is read and trusted, and how an answer is written.
//!
//! A request travels `call` (bytes to parameters) → `params` (a tree of paths) → `wire` (typed values);
//! an answer travels `reply` (a value to JSON) → `xml` (the same bytes as elements). `sign` holds the two
//! signatures, `nonce` the memory against replays, `code` and `gateway` what can go wrong.
//!
//! This crate knows no product: no action, no resource, no region. It does no I/O, spawns nothing, reads no
//! clock (the time is always an argument) and draws no random numbers, so every test of it is a pure function.

// The derives name this crate `::rpc`, also when they are used inside it.
extern crate self as rpc;

mod acs3;
mod body;
pub mod call;
pub mod code;
pub mod gateway;
pub mod limits;
pub mod nonce;
pub mod params;
pub mod reply;
pub mod sign;
pub mod text;
pub mod wire;
mod xml;

pub use call::{Call, Credentials, format_of, host_of};
pub use code::{Code, Error};
pub use nonce::Nonces;
pub use params::{Node, Params};
pub use reply::{Format, Json, Kind, Reply, ReplyField, Response, Stored, body, failure, success};
pub use rpc_derive::{Choice, Reply, Wire};
pub use text::TextRule;
pub use wire::{Bad, Edit, Field, Int, Param, Shape, Value, Wire};
