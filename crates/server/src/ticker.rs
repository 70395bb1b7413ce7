//! Carries out deadlines when they are due: one task that sleeps until the next, is poked when a command sets an
//! earlier one, and looks now and then all the same. What a deadline does is the product's business.

use crate::clock::Clock;
use crate::limits::{TICK_MS, TICK_RETRY_MS};
use crate::node::Node;
use connect::time::Millis;
use connect::timer;
use rpc::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use store::Abort;
use tokio::sync::{Notify, watch};

/// Wakes the ticker.
#[derive(Debug)]
pub struct Bell {
    /// The instant the ticker sleeps until.
    until: AtomicI64,
    rung: Notify,
}

impl Default for Bell {
    fn default() -> Bell {
        // Awake: no command needs to ring before the ticker has looked for the first time.
        Bell { until: AtomicI64::new(Millis::MIN), rung: Notify::new() }
    }
}

impl Bell {
    /// A deadline was set for `at`: the ticker is woken if it would sleep past it. A manual clock does not move while
    /// anybody sleeps, so there only what is due already wakes it.
    pub fn ring(&self, clock: &Clock, at: Millis) {
        let due = if clock.is_manual() { clock.now() } else { self.until.load(Ordering::Acquire) };
        if at <= due {
            self.rung.notify_one();
        }
    }
}

/// Runs until `stop` says true.
pub async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow_and_update() {
        // Whatever is set from here on rings: this look may miss it.
        node.bell.until.store(Millis::MAX, Ordering::Release);
        let pause = look(&node).await;
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = node.bell.rung.notified() => {}
            _ = stop.changed() => {}
        }
    }
}

/// Carries out what is due and says how long there is nothing more to do.
async fn look(node: &Arc<Node>) -> Duration {
    match work_off(node).await {
        Ok(next) => {
            let wait =
                next.filter(|_| !node.clock.is_manual()).map_or(Millis::MAX, |at| at - node.clock.now());
            node.bell.until.store(next.unwrap_or(Millis::MAX), Ordering::Release);
            Duration::from_millis(u64::try_from(wait).unwrap_or(0).min(TICK_MS))
        }
        Err(cause) => {
            node.metrics.ticks_failed.inc();
            tracing::warn!(cause, "due deadlines could not be carried out and are tried again");
            Duration::from_millis(TICK_RETRY_MS)
        }
    }
}

/// Carries out deadlines until none is due, and gives the instant of the next. A look that finds nothing only reads.
async fn work_off(node: &Arc<Node>) -> Result<Option<Millis>, String> {
    loop {
        let next = node.store.read(|read| timer::next(read).map_err(Abort::<Error>::Fault)).await;
        let next = next.map_err(cause)?;
        if next.is_none_or(|at| at > node.clock.now()) {
            return Ok(next);
        }
        let (world, now, seed) = (Arc::clone(&node.world), node.clock.now(), node.seeds.tick());
        let done = node.store.write(move |tx| timer::tick(tx, &world, now, seed)).await;
        let (count, effects) = done.map_err(cause)?;
        node.metrics.deadlines.inc_by(u64::try_from(count).unwrap_or(0));
        node.follow(&effects);
    }
}

fn cause(abort: Abort<Error>) -> String {
    match abort {
        Abort::Fault(fault) => format!("{fault:?}"),
        Abort::Refused(error) => error.to_string(),
    }
}
