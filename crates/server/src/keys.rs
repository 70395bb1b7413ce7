//! Access keys in memory: read from the store, opened once, believed for a short time. A secret never leaves this
//! module except to verify a signature, and is wiped when it is forgotten.

use crate::limits::{KEY_LIFETIME_MS, KEYS_MAX};
use connect::account;
use connect::cx::Caller;
use connect::world::World;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use store::{Abort, Fault, Store};
use zeroize::Zeroizing;

/// An access key that exists.
pub struct Key {
    /// Whose key it is.
    pub caller: Arc<Caller>,
    /// Whether it may be used.
    pub active: bool,
    secret: Zeroizing<String>,
    read_at: Instant,
}

impl Key {
    /// What signatures are verified with.
    pub fn secret(&self) -> &str {
        &self.secret
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("caller", &self.caller)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}

/// The keys that were asked for lately.
#[derive(Debug, Default)]
pub struct Keys {
    held: RwLock<Held>,
}

#[derive(Debug, Default)]
struct Held {
    keys: HashMap<String, Arc<Key>>,
    /// How often everything was forgotten. What was read before must not be kept after.
    forgotten: u64,
}

impl Keys {
    /// The key of this id, if there is one. `now` is the present, from the caller who has just asked for it.
    pub async fn find(
        &self,
        store: &Store,
        world: &Arc<World>,
        id: &str,
        now: Instant,
    ) -> Result<Option<Arc<Key>>, Fault> {
        let forgotten = {
            let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
            match held.keys.get(id) {
                Some(key) if now.saturating_duration_since(key.read_at) < lifetime() => {
                    return Ok(Some(Arc::clone(key)));
                }
                _ => held.forgotten,
            }
        };
        // A key that does not exist is asked for anew each time: remembering what strangers make up would hand them
        // our memory.
        let Some(key) = read(store, world, id, now).await? else { return Ok(None) };
        let key = Arc::new(key);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.forgotten == forgotten {
            if held.keys.len() as u64 >= KEYS_MAX {
                held.keys.clear();
            }
            held.keys.insert(id.to_owned(), Arc::clone(&key));
        }
        Ok(Some(key))
    }

    /// A committed command changed keys: all are read again.
    pub fn forget(&self) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.keys.clear();
        held.forgotten += 1;
    }

    /// How many keys are remembered.
    pub fn len(&self) -> usize {
        self.held.read().unwrap_or_else(PoisonError::into_inner).keys.len()
    }

    /// Whether none is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

const fn lifetime() -> Duration {
    Duration::from_millis(KEY_LIFETIME_MS)
}

async fn read(store: &Store, world: &Arc<World>, id: &str, now: Instant) -> Result<Option<Key>, Fault> {
    let wanted = id.to_owned();
    let found =
        store.read(move |read| account::key(read, &wanted).map_err(Abort::<std::convert::Infallible>::Fault));
    let stored = match found.await {
        Ok(Some(stored)) => stored,
        Ok(None) => return Ok(None),
        Err(Abort::Fault(fault)) => return Err(fault),
        Err(Abort::Refused(never)) => match never {},
    };
    let secret = world.seal.open(id, &stored.sealed).map_err(|_| {
        Fault::broken(format!("the secret of the access key {id} does not open with this master key"))
    })?;
    let caller = Caller { account: stored.account, key_id: id.to_owned(), operator: stored.operator };
    Ok(Some(Key { caller: Arc::new(caller), active: stored.active, secret, read_at: now }))
}
