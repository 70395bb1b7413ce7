//! One node: what requests and deadlines share while the server runs. It holds no state that matters; whatever must
//! survive is in the store.

use crate::clock::Clock;
use crate::keys::Keys;
use crate::log;
use crate::metrics::{Elsewhere, Metrics};
use crate::seeds::Seeds;
use crate::ticker::Bell;
use connect::cx::Effects;
use connect::world::World;
use rpc::Nonces;
use rpc::limits::NONCES_MAX;
use std::sync::Arc;
use store::Store;

/// What every request and every tick is given.
pub struct Node {
    /// What the deployment is.
    pub world: Arc<World>,
    /// Where everything is kept.
    pub store: Store,
    /// The product's time.
    pub clock: Clock,
    /// Where identifiers come from.
    pub seeds: Seeds,
    /// Access keys in memory.
    pub keys: Keys,
    /// Nonces in memory.
    pub nonces: Nonces,
    /// Wakes the ticker.
    pub bell: Bell,
    /// What is counted.
    pub metrics: Metrics,
}

impl Node {
    /// A node over an open store that was founded.
    pub fn new(world: Arc<World>, store: Store, clock: Clock, seeds: Seeds) -> Node {
        Node {
            world,
            store,
            clock,
            seeds,
            keys: Keys::default(),
            nonces: Nonces::new(NONCES_MAX),
            bell: Bell::default(),
            metrics: Metrics::new(),
        }
    }

    /// Does what a committed command left to do, before anybody is told that it was committed.
    pub fn follow(&self, effects: &Effects) {
        if effects.keys_changed {
            self.keys.forget();
        }
        match effects.clock {
            Some(at) if effects.reset => self.clock.reset(at),
            Some(at) => self.clock.advance(at),
            None => {}
        }
        if effects.reset {
            self.seeds.reset();
        }
        if let Some(at) = effects.wake_at {
            self.bell.ring(&self.clock, at);
        }
        for note in &effects.notes {
            tracing::warn!(note, "autopilot");
        }
    }

    /// The metrics page.
    pub fn metrics_page(&self) -> String {
        self.metrics.page(&Elsewhere {
            keys: self.keys.len(),
            nonces: self.nonces.len(),
            log_dropped: log::dropped(),
            store: self.store.stats(),
        })
    }
}
