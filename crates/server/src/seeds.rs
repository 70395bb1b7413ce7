//! Where the identifiers of a request come from: chance, or numbers when the sandbox was started with `--seed`. The
//! product draws no randomness of its own; it is given one of these seeds with each command.

use connect::id::Seed;
use std::sync::atomic::{AtomicU64, Ordering};

/// The ticker's numbers begin here, so that its work never shifts the numbering of requests.
const TICKS_FROM: u64 = 1 << 63;
/// The founding's number: the last of all.
const FOUNDING: u64 = u64::MAX;
/// A store that is taken up again starts its numbers at a multiple of this: more requests than one run can serve, so
/// that no identifier is made twice.
const RUN: u64 = 1 << 32;

/// Gives each command its seed.
#[derive(Debug)]
pub enum Seeds {
    /// Nobody can foretell them.
    Chance,
    /// The same run gives the same identifiers.
    Numbered {
        /// What `--seed` said.
        seed: u64,
        /// The number of the next request.
        request: AtomicU64,
        /// The number of the next tick.
        tick: AtomicU64,
    },
}

impl Seeds {
    /// Numbered seeds when there is a `seed`. `writes` is how many changes the store has seen before.
    pub fn new(seed: Option<u64>, writes: u64) -> Seeds {
        let Some(seed) = seed else { return Seeds::Chance };
        let first = writes.saturating_mul(RUN) % TICKS_FROM;
        Seeds::Numbered { seed, request: AtomicU64::new(first), tick: AtomicU64::new(TICKS_FROM + first) }
    }

    /// The seed of the next request.
    pub fn request(&self) -> Seed {
        match self {
            Seeds::Chance => chance(),
            Seeds::Numbered { seed, request, .. } => {
                Seed::numbered(*seed, request.fetch_add(1, Ordering::Relaxed))
            }
        }
    }

    /// The seed of the next tick.
    pub fn tick(&self) -> Seed {
        match self {
            Seeds::Chance => chance(),
            Seeds::Numbered { seed, tick, .. } => Seed::numbered(*seed, tick.fetch_add(1, Ordering::Relaxed)),
        }
    }

    /// The seed with which an empty store is founded.
    pub fn founding(&self) -> Seed {
        match self {
            Seeds::Chance => chance(),
            Seeds::Numbered { seed, .. } => Seed::numbered(*seed, FOUNDING),
        }
    }

    /// The sandbox was emptied: the numbers begin again.
    pub fn reset(&self) {
        if let Seeds::Numbered { request, tick, .. } = self {
            request.store(0, Ordering::Relaxed);
            tick.store(TICKS_FROM, Ordering::Relaxed);
        }
    }
}

/// Thirty-two bytes from the operating system.
pub fn chance() -> Seed {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("an operating system that can start this program has random numbers");
    Seed(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_seeds_repeat_after_a_reset_and_never_between_runs() {
        let seeds = Seeds::new(Some(7), 0);
        let (first, second, tick) = (seeds.request().0, seeds.request().0, seeds.tick().0);
        assert!(first != second && first != tick && first != seeds.founding().0);
        seeds.reset();
        assert_eq!((first, tick), (seeds.request().0, seeds.tick().0));
        assert_ne!(first, Seeds::new(Some(7), 1).request().0);
        assert_ne!(Seeds::new(None, 0).request().0, Seeds::new(None, 0).request().0);
    }
}
