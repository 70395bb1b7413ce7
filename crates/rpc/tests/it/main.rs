//! The tests of the dialect from outside: recorded requests, published check values, properties, and the
//! exact bytes of answers. Nothing here reads a clock or a network.

// The lint knows test functions; here the functions they share are tests too.
#![allow(clippy::unwrap_used)]

mod captures;
mod gate;
mod properties;
mod replies;
mod request;
mod vectors;
mod wire;
