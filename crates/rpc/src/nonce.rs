//! The memory of nonces: a request that verified once must not be admitted a second time.
//!
//! Bounded in memory and never forgetful: when there is no room, a request is refused; a nonce that could
//! still be replayed is not dropped to make some. A nonce must be shown here only after its signature
//! verified, or a forger could use up other people's nonces (protocol contract §4.1).

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use crate::code::Error;
use crate::gateway::{SIGNATURE_NONCE_USED, THROTTLING};
use crate::limits::NONCE_LIFETIME_MS;

/// Locks the memory is divided by. A power of two well above the threads that serve requests.
const SHARDS: usize = 16;

/// Nonces are forgotten a bucket at a time, milliseconds: at most a third more than needed is kept.
const BUCKET_MS: i64 = NONCE_LIFETIME_MS / 3;

/// The nonces admitted lately, by 128 bits of a hash over key and nonce. Shared between threads.
pub struct Nonces {
    shards: [Mutex<Shard>; SHARDS],
    capacity: usize,
    remembered: AtomicUsize,
    /// The bucket number of the last sweep of all shards, so that a full memory is not swept per request.
    swept: AtomicI64,
}

/// Buckets from old to new: their number since 1970 and what was admitted in their time.
#[derive(Default)]
struct Shard(VecDeque<(i64, HashSet<u128>)>);

impl Nonces {
    /// An empty memory for so many nonces; [`crate::limits::NONCES_MAX`] is meant for a server.
    pub fn new(capacity: usize) -> Nonces {
        Nonces {
            shards: std::array::from_fn(|_| Mutex::default()),
            capacity,
            remembered: AtomicUsize::new(0),
            swept: AtomicI64::new(i64::MIN),
        }
    }

    /// Remembers a nonce of a key for at least [`NONCE_LIFETIME_MS`]. `now_ms` is milliseconds since 1970
    /// by the same clock that judges freshness; a nonce is never forgotten while that clock calls its request
    /// fresh, also when the clock goes back.
    ///
    /// # Errors
    /// SignatureNonceUsed for a nonce that is remembered; Throttling when the memory is full.
    pub fn admit(&self, access_key_id: &str, nonce: &str, now_ms: i64) -> Result<(), Error> {
        let mark = mark(access_key_id, nonce);
        let bucket = now_ms.div_euclid(BUCKET_MS);
        // Room is claimed before the nonce is looked up, so that the bound holds under concurrency.
        if !self.claim() {
            self.sweep(bucket);
            if !self.claim() {
                return self.refuse_when_full(mark);
            }
        }
        let mut shard = self.shard(mark);
        let forgotten = shard.forget(bucket);
        let fresh = shard.remember(bucket, mark);
        drop(shard);
        self.remembered.fetch_sub(forgotten + usize::from(!fresh), Ordering::Relaxed);
        if fresh { Ok(()) } else { Err(Error::new(&SIGNATURE_NONCE_USED)) }
    }

    /// How many nonces are remembered, those that could be forgotten included.
    pub fn len(&self) -> usize {
        self.remembered.load(Ordering::Relaxed)
    }

    /// Whether none is remembered.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn claim(&self) -> bool {
        let room = |count: usize| if count < self.capacity { Some(count + 1) } else { None };
        self.remembered.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).is_ok()
    }

    /// A replay is told so even when there is no room.
    fn refuse_when_full(&self, mark: u128) -> Result<(), Error> {
        if self.shard(mark).knows(mark) {
            return Err(Error::new(&SIGNATURE_NONCE_USED));
        }
        Err(Error::new(&THROTTLING).with_source("the memory for nonces is full"))
    }

    /// Forgets in all shards what is old enough, at most once per bucket of time.
    fn sweep(&self, bucket: i64) {
        if self.swept.fetch_max(bucket, Ordering::Relaxed) >= bucket {
            return;
        }
        for shard in &self.shards {
            let forgotten = lock(shard).forget(bucket);
            self.remembered.fetch_sub(forgotten, Ordering::Relaxed);
        }
    }

    fn shard(&self, mark: u128) -> MutexGuard<'_, Shard> {
        lock(&self.shards[usize::from(mark.to_le_bytes()[0]) % SHARDS])
    }
}

impl std::fmt::Debug for Nonces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Nonces")
            .field("capacity", &self.capacity)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl Shard {
    /// Drops the buckets whose last nonce is older than the lifetime and says how many nonces they held.
    fn forget(&mut self, now: i64) -> usize {
        let mut forgotten = 0;
        // The last nonce of bucket b came before (b + 1) · width and lives three widths from then on.
        while self.0.front().is_some_and(|(bucket, _)| bucket + 4 <= now) {
            forgotten += self.0.pop_front().map_or(0, |(_, marks)| marks.len());
        }
        forgotten
    }

    /// Adds a mark unless it is known, and says whether it was new.
    fn remember(&mut self, bucket: i64, mark: u128) -> bool {
        if self.knows(mark) {
            return false;
        }
        // A clock that went back writes into the newest bucket, which lives longest.
        if self.0.back().is_none_or(|(newest, _)| *newest < bucket) {
            self.0.push_back((bucket, HashSet::new()));
        }
        self.0.back_mut().is_some_and(|(_, marks)| marks.insert(mark))
    }

    fn knows(&self, mark: u128) -> bool {
        self.0.iter().any(|(_, marks)| marks.contains(&mark))
    }
}

/// 128 bits that stand for a key and a nonce. The length keeps `ab`+`c` apart from `a`+`bc`.
fn mark(access_key_id: &str, nonce: &str) -> u128 {
    let mut hash = Sha256::new();
    hash.update(access_key_id.len().to_le_bytes());
    hash.update(access_key_id);
    hash.update(nonce);
    let digest = hash.finalize();
    let half = digest.first_chunk().expect("SHA-256 has 32 bytes");
    u128::from_le_bytes(*half)
}

/// A shard behind a poisoned lock is still whole: every change to it is one insert or one removal.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::CLOCK_SKEW_MS;

    const T: i64 = 1_800_000_000_000;

    fn code(result: Result<(), Error>) -> &'static str {
        result.map_or_else(|error| error.code().name, |()| "ok")
    }

    #[test]
    fn a_nonce_is_good_once_per_key() {
        let nonces = Nonces::new(10);
        assert_eq!(code(nonces.admit("a", "n", T)), "ok");
        assert_eq!(code(nonces.admit("a", "n", T)), "SignatureNonceUsed");
        assert_eq!(code(nonces.admit("b", "n", T)), "ok");
        assert_eq!(code(nonces.admit("ab", "c", T)), "ok");
        assert_eq!(code(nonces.admit("a", "bc", T)), "ok");
        assert_eq!(nonces.len(), 4);
    }

    // A request stamped at the far end of the skew stays fresh for two skews after it was admitted.
    #[test]
    fn a_nonce_lives_as_long_as_its_request_and_not_much_longer() {
        for offset in 0..60 {
            let start = T + offset * 60_000 + 59_999;
            let nonces = Nonces::new(10);
            assert_eq!(code(nonces.admit("a", "n", start)), "ok");
            assert_eq!(code(nonces.admit("a", "n", start + 2 * CLOCK_SKEW_MS)), "SignatureNonceUsed");
            assert_eq!(code(nonces.admit("a", "n", start + NONCE_LIFETIME_MS + BUCKET_MS)), "ok");
            assert_eq!(nonces.len(), 1);
        }
    }

    #[test]
    fn a_full_memory_refuses_until_something_expires() {
        let nonces = Nonces::new(100);
        for n in 0..100 {
            assert_eq!(code(nonces.admit("a", &n.to_string(), T)), "ok");
        }
        assert_eq!(code(nonces.admit("a", "more", T)), "Throttling");
        assert_eq!(code(nonces.admit("a", "7", T)), "SignatureNonceUsed");
        assert_eq!(nonces.len(), 100);
        assert_eq!(code(nonces.admit("a", "more", T + NONCE_LIFETIME_MS - 1)), "Throttling");
        assert_eq!(code(nonces.admit("a", "more", T + NONCE_LIFETIME_MS + BUCKET_MS)), "ok");
        assert_eq!(nonces.len(), 1);
    }

    #[test]
    fn a_clock_that_goes_back_forgets_nothing_it_would_still_call_fresh() {
        let nonces = Nonces::new(10);
        let back = T - 10 * NONCE_LIFETIME_MS;
        assert_eq!(code(nonces.admit("a", "1", T)), "ok");
        assert_eq!(code(nonces.admit("a", "1", back)), "SignatureNonceUsed");
        assert_eq!(code(nonces.admit("a", "2", back)), "ok");
        assert_eq!(code(nonces.admit("a", "2", back + NONCE_LIFETIME_MS)), "SignatureNonceUsed");
        assert_eq!(code(nonces.admit("a", "1", T + NONCE_LIFETIME_MS)), "SignatureNonceUsed");
    }

    #[test]
    fn threads_admit_each_nonce_once_and_never_pass_the_bound() {
        let nonces = Nonces::new(1500);
        let admitted = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for n in 0..1000 {
                        if nonces.admit("a", &n.to_string(), T).is_ok() {
                            admitted.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        assert_eq!((admitted.into_inner(), nonces.len()), (1000, 1000));
    }
}
