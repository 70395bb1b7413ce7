//! The tests of the product: its rules one by one, its life cycle exhaustively, its contract by loops over the
//! declarations, and a seeded simulation against a small model.

mod contract;
mod house;
mod invariants;
mod model;
mod rules;
mod shape;
mod simulate;
mod walk;
