//! The tests of the product: its rules one by one, its life cycle exhaustively, its contract by loops over the
//! declarations, and a seeded simulation against a small model.

// What helps a test is a test as well: it may give up at once.
#![allow(clippy::unwrap_used)]

mod codes;
mod contract;
mod equivalence;
mod formats;
mod house;
mod invariants;
mod model;
mod order_walk;
mod parameters;
mod plans;
mod rules;
mod shape;
mod simulate;
mod walk;
mod walk_bgp;
mod walk_interfaces;
mod walk_letters;
mod walk_routers;
