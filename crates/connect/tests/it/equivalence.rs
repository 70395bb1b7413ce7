//! One product on two engines: the same requests on SQLite in memory and on a PostgreSQL server, every answer
//! compared byte for byte, and at the end every row.

use crate::house::{Lane, Plan, assert_same, lanes};
use crate::rules::documents::a_letters_life;
use crate::rules::time::morning;
use crate::simulate::Simulation;

/// Seeds, and steps of each: a server answers some hundred times slower than memory.
const SEEDS: std::ops::Range<u64> = 101..104;
const STEPS: u64 = 700;

#[test]
fn the_same_seeds_give_the_same_bytes_and_the_same_rows() {
    if lanes().len() < 2 {
        return;
    }
    for seed in SEEDS {
        let mut memory = Simulation::new(Lane::Memory, seed);
        let mut server = Simulation::new(Lane::Postgres, seed);
        for step in 0..STEPS {
            assert_eq!(memory.step(), server.step(), "step {step} of seed {seed}");
        }
        assert_same(&memory.house.dump(), &server.house.dump(), &format!("seed {seed}"));
    }
}

#[test]
fn a_letters_life_is_the_same_on_both_engines() {
    if lanes().len() < 2 {
        return;
    }
    let [mut memory, mut server] = [Lane::Memory, Lane::Postgres].map(|lane| Plan::piloted(lane).build());
    assert_eq!(a_letters_life(&mut memory), a_letters_life(&mut server));
    assert_same(&memory.dump(), &server.dump(), "the letter's life");
}

#[test]
fn a_morning_is_the_same_on_both_engines() {
    if lanes().len() < 2 {
        return;
    }
    let [mut memory, mut server] = [Lane::Memory, Lane::Postgres].map(|lane| Plan::piloted(lane).build());
    assert_eq!(morning(&mut memory), morning(&mut server));
    assert_same(&memory.dump(), &server.dump(), "the morning");
}
