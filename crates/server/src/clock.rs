//! The product's time: the system's clock, or a manual one that a command moves. Signatures and nonces are judged by
//! [`wall_ms`] and must never be judged by a manual clock, so that clients need no change.

use connect::time::Millis;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The product's time.
#[derive(Debug)]
pub enum Clock {
    /// Moves by itself.
    System,
    /// Stands still until it is moved.
    Manual(AtomicI64),
}

impl Clock {
    /// A clock that stands at `at`.
    pub fn manual(at: Millis) -> Clock {
        Clock::Manual(AtomicI64::new(at))
    }

    /// The present instant.
    pub fn now(&self) -> Millis {
        match self {
            Clock::System => wall_ms(),
            Clock::Manual(at) => at.load(Ordering::Acquire),
        }
    }

    /// Whether it moves only when told to.
    pub fn is_manual(&self) -> bool {
        matches!(self, Clock::Manual(_))
    }

    /// Follows a committed command that moved the manual clock forwards. Two such commands may report in the other
    /// order than they were committed in; the later instant stands.
    pub fn advance(&self, to: Millis) {
        if let Clock::Manual(at) = self {
            at.fetch_max(to, Ordering::AcqRel);
        }
    }

    /// Follows a reset of the sandbox, which alone may move the clock back.
    pub fn reset(&self, to: Millis) {
        if let Clock::Manual(at) = self {
            at.store(to, Ordering::Release);
        }
    }
}

/// The real time, milliseconds since 1970 UTC. Nought before 1970.
pub fn wall_ms() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_goes_forwards_unless_it_is_reset() {
        let clock = Clock::manual(1_000);
        clock.advance(3_000);
        clock.advance(2_000);
        assert_eq!(clock.now(), 3_000);
        clock.reset(1_000);
        assert_eq!((clock.now(), clock.is_manual()), (1_000, true));
        assert!(!Clock::System.is_manual() && Clock::System.now() > 1_700_000_000_000);
    }
}
