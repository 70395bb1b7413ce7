//! [`Store`]: the handle by which the rest of the program hands over jobs.
//!
//! It must never run a job itself: a caller's thread may belong to an asynchronous runtime, and a connection belongs
//! to one thread.

use crate::access::{Read, Tx};
use crate::fault::{Abort, Fault, FaultKind, OpenError};
use crate::migrate::Migration;
use crate::queue::{Desk, Kind, Reply, Stats, Ticket, Work};
use crate::settings::{Settings, deadline};
use crate::target::{Engine, Target};
use crossbeam_channel::{Sender, TrySendError};
use std::fmt;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::{JoinHandle, ThreadId};

/// A store that is open. Clones share it; when the last is dropped, the store is closed.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    engine: Engine,
    desk: Arc<Desk>,
    /// Gone once the store is closing.
    queues: RwLock<Option<Queues>>,
    crew: Mutex<Crew>,
    crew_ids: Vec<ThreadId>,
}

/// Where jobs are put. Both are the same queue where the same threads serve reads and writes.
pub(crate) struct Queues {
    pub(crate) reads: Sender<Ticket>,
    pub(crate) writes: Sender<Ticket>,
}

/// The threads that own connections.
#[derive(Default)]
pub(crate) struct Crew {
    /// Threads that only read; they are let go first, so that the writer leaves a file which nobody has open.
    pub(crate) readers: Vec<JoinHandle<()>>,
    pub(crate) writers: Vec<JoinHandle<()>>,
}

impl Store {
    /// Opens a store and brings its schema up to the last of `migrations`. If that fails, the sentence says what to
    /// do, and an existing database is as it was.
    ///
    /// It waits for the engine, and may be called from anywhere.
    pub fn open(target: &Target, settings: Settings, migrations: &[Migration]) -> Result<Store, OpenError> {
        let desk = Desk::new(settings);
        let (engine, opened) = match target {
            Target::Memory => (Engine::Sqlite, crate::sqlite::open_memory(&desk, migrations)?),
            Target::Sqlite(path) => (Engine::Sqlite, crate::sqlite::open_file(&desk, path, migrations)?),
            Target::Postgres(url) => (Engine::Postgres, crate::postgres::open(&desk, url, migrations)?),
        };
        Ok(Store::of(engine, desk, opened))
    }

    /// Opens a store that is there to be read, and changes nothing: its schema must be that of `migrations` already, and
    /// another process may have it open. A write is answered as by a store that is closed.
    ///
    /// It waits for the engine, and may be called from anywhere.
    pub fn open_to_read(
        target: &Target,
        settings: Settings,
        migrations: &[Migration],
    ) -> Result<Store, OpenError> {
        let desk = Desk::new(settings);
        let (engine, opened) = match target {
            Target::Memory => {
                return Err(OpenError::new(
                    "a store in memory belongs to its own process; name a file or a server",
                ));
            }
            Target::Sqlite(path) => {
                (Engine::Sqlite, crate::sqlite::open_file_to_read(&desk, path, migrations)?)
            }
            Target::Postgres(url) => {
                (Engine::Postgres, crate::postgres::open_to_read(&desk, url, migrations)?)
            }
        };
        Ok(Store::of(engine, desk, opened))
    }

    fn of(engine: Engine, desk: Arc<Desk>, (queues, crew): (Queues, Crew)) -> Store {
        let crew_ids = crew.readers.iter().chain(&crew.writers).map(|thread| thread.thread().id()).collect();
        Store(Arc::new(Inner {
            engine,
            desk,
            queues: RwLock::new(Some(queues)),
            crew: Mutex::new(crew),
            crew_ids,
        }))
    }

    /// Runs `f` on one snapshot. `f` may run more than once, and still runs if the caller stops waiting.
    pub async fn read<R, E>(
        &self,
        f: impl Fn(&mut dyn Read) -> Result<R, Abort<E>> + Send + 'static,
    ) -> Result<R, Abort<E>>
    where
        R: Send + 'static,
        E: Send + 'static,
    {
        let reply = self.submit(Kind::Read, move |tx: &mut dyn Tx| f(tx))?;
        reply.await.unwrap_or_else(|_| Err(Fault::closed().into()))
    }

    /// Runs `f` in one transaction and answers once it is durable, or rolled back if `f` returned an error. `f` may
    /// run more than once, and still runs if the caller stops waiting.
    pub async fn write<R, E>(
        &self,
        f: impl Fn(&mut dyn Tx) -> Result<R, Abort<E>> + Send + 'static,
    ) -> Result<R, Abort<E>>
    where
        R: Send + 'static,
        E: Send + 'static,
    {
        let reply = self.submit(Kind::Write, f)?;
        reply.await.unwrap_or_else(|_| Err(Fault::closed().into()))
    }

    /// [`Store::read`] for a thread that may wait. It panics on a thread of an asynchronous runtime.
    pub fn read_blocking<R, E>(
        &self,
        f: impl Fn(&mut dyn Read) -> Result<R, Abort<E>> + Send + 'static,
    ) -> Result<R, Abort<E>>
    where
        R: Send + 'static,
        E: Send + 'static,
    {
        let reply = self.submit(Kind::Read, move |tx: &mut dyn Tx| f(tx))?;
        reply.blocking_recv().unwrap_or_else(|_| Err(Fault::closed().into()))
    }

    /// [`Store::write`] for a thread that may wait. It panics on a thread of an asynchronous runtime.
    pub fn write_blocking<R, E>(
        &self,
        f: impl Fn(&mut dyn Tx) -> Result<R, Abort<E>> + Send + 'static,
    ) -> Result<R, Abort<E>>
    where
        R: Send + 'static,
        E: Send + 'static,
    {
        let reply = self.submit(Kind::Write, f)?;
        reply.blocking_recv().unwrap_or_else(|_| Err(Fault::closed().into()))
    }

    /// The engine that serves this store.
    pub fn engine(&self) -> Engine {
        self.0.engine
    }

    /// What the store has done so far.
    pub fn stats(&self) -> Stats {
        self.0.desk.counters.read()
    }

    /// Takes no more jobs, finishes those in the queues, lets the engine tidy up and ends the threads. A second call
    /// waits for the first.
    pub fn close(&self) {
        self.0.close();
    }

    fn submit<R, E>(
        &self,
        kind: Kind,
        f: impl Fn(&mut dyn Tx) -> Result<R, Abort<E>> + Send + 'static,
    ) -> Result<Reply<R, E>, Fault>
    where
        R: Send + 'static,
        E: Send + 'static,
    {
        let Desk { settings, counters } = &*self.0.desk;
        let (job, reply) = Work::job(f);
        let ticket = Ticket { kind, job, begin_by: Some(deadline(settings.queue_time_max)) };
        let queues = self.0.queues.read().unwrap_or_else(PoisonError::into_inner);
        let Some(queues) = queues.as_ref() else { return Err(Fault::closed()) };
        let queue = match kind {
            Kind::Read => &queues.reads,
            Kind::Write => &queues.writes,
        };
        // Counted before it is sent, so that the count never falls below nought.
        counters.queued(kind).fetch_add(1, Relaxed);
        match queue.try_send(ticket) {
            Ok(()) => Ok(reply),
            Err(TrySendError::Full(_)) => {
                counters.queued(kind).fetch_sub(1, Relaxed);
                counters.busy.fetch_add(1, Relaxed);
                Err(Fault::new(FaultKind::Busy, "the queue of the store is full"))
            }
            Err(TrySendError::Disconnected(_)) => {
                counters.queued(kind).fetch_sub(1, Relaxed);
                Err(Fault::closed())
            }
        }
    }
}

impl Inner {
    fn close(&self) {
        let queues = self.queues.write().unwrap_or_else(PoisonError::into_inner).take();
        if self.crew_ids.contains(&std::thread::current().id()) {
            // A job closes its own store, or holds its last handle. The thread cannot wait for itself: the queues
            // are gone, and it ends like the others when it has finished.
            return;
        }
        let mut crew = self.crew.lock().unwrap_or_else(PoisonError::into_inner);
        let (reads, writes) = queues.map(|queues| (queues.reads, queues.writes)).unzip();
        drop(reads);
        join(&mut crew.readers);
        drop(writes);
        join(&mut crew.writers);
    }
}

fn join(threads: &mut Vec<JoinHandle<()>>) {
    for thread in threads.drain(..) {
        if thread.join().is_err() {
            tracing::error!("a thread of the store ended in a panic");
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Store").field(&self.0.engine).finish()
    }
}
