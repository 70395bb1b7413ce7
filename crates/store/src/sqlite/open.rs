//! Opening a SQLite database: the lock against a second process, the settings of each connection, the threads.
//!
//! It must never change an existing file before it is sure that the file is ours to use.

use super::connection::Lite;
use super::writer::Writer;
use crate::fault::OpenError;
use crate::handle::{Crew, Queues};
use crate::migrate::{Migration, check, migrate};
use crate::queue::{Desk, Ticket};
use crate::settings::Settings;
use crate::target::Engine;
use crossbeam_channel::{Receiver, Sender, bounded};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::collections::VecDeque;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// How long to wait for somebody else who holds the file, such as a person at SQLite's own command line.
const BUSY_TIME_MAX: Duration = Duration::from_secs(2);
/// Bytes of a page in a new file. The rows of a table that lies in its key's order spill over into pages of their own
/// when they are larger than a quarter of a page; a circuit with its stored answer is larger than a quarter of SQLite's
/// usual 4,096 bytes, and every spilt row would cost a page and a read of its own. Measured: a page of ten circuits
/// out of a million costs a third of what it cost.
const PAGE_SIZE: u32 = 8192;
/// How a file is opened that is only read.
const READ_ONLY: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);
/// To this many bytes the write-ahead log is cut after it was copied into the file.
const LOG_SIZE_KEPT: u64 = 128 << 20;

/// Opens a private database in memory, which one thread serves.
pub(crate) fn open_memory(desk: &Arc<Desk>, migrations: &[Migration]) -> Result<(Queues, Crew), OpenError> {
    let place = "the database in memory";
    let db = Connection::open_in_memory().map_err(|error| cannot_open(place, error))?;
    set_up(&db, &common()).map_err(|error| cannot_open(place, error))?;
    let writer = prepare_writer(db, desk, migrations, place)?;
    let (jobs, queue) = bounded(desk.settings.queue_depth);
    let queues = Queues { reads: jobs.clone(), writes: jobs };
    let thread = start_writer(writer, queue, desk, None)?;
    Ok((queues, Crew { readers: Vec::new(), writers: vec![thread] }))
}

/// Opens or creates the file at `path`, for one thread that writes and several that read.
pub(crate) fn open_file(
    desk: &Arc<Desk>,
    path: &Path,
    migrations: &[Migration],
) -> Result<(Queues, Crew), OpenError> {
    let place = format!("the database {}", path.display());
    let lock = lock(path)?;
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(|error| cannot_open(&place, error))?;
    set_up(&db, &writer_pragmas(&desk.settings)).map_err(|error| cannot_open(&place, error))?;
    let mode: String = db
        .query_row("pragma journal_mode", [], |row| row.get(0))
        .map_err(|error| cannot_open(&place, error))?;
    if mode != "wal" {
        return Err(OpenError::new(format!(
            "{place} cannot keep a write-ahead log; put it on a local file system"
        )));
    }
    let lite = prepare_writer(db, desk, migrations, &place)?;

    let (reads, readers) = start_readers(desk, (path, READ_ONLY), &place, None)?;
    let (writes, to_write) = bounded(desk.settings.queue_depth);
    let writing = start_writer(lite, to_write, desk, Some(lock))?;
    Ok((Queues { reads, writes }, Crew { readers, writers: vec![writing] }))
}

/// Opens the file at `path` for threads that read. A process that writes may have the file open.
pub(crate) fn open_file_to_read(
    desk: &Arc<Desk>,
    path: &Path,
    migrations: &[Migration],
) -> Result<(Queues, Crew), OpenError> {
    let place = format!("the database {}", path.display());
    let (name, flags, lock) = match Still::of(path) {
        Some(Still { name, lock }) => (name, READ_ONLY.union(OpenFlags::SQLITE_OPEN_URI), lock),
        None => (path.to_owned(), READ_ONLY, None),
    };
    let mut db = Connection::open_with_flags(&name, flags).map_err(|error| cannot_open(&place, error))?;
    set_up(&db, &common()).map_err(|error| cannot_open(&place, error))?;
    check(&mut db, Engine::Sqlite, migrations, &place)?;
    drop(db);
    let (reads, readers) = start_readers(desk, (&name, flags), &place, lock)?;
    // Nobody is at the other end: a write is answered that the store is closed.
    let (writes, _) = bounded(0);
    Ok((Queues { reads, writes }, Crew { readers, writers: Vec::new() }))
}

/// A file that nobody writes: it is read without a write-ahead log, which even a reader would leave beside it, and may
/// lie in a folder that cannot be written.
struct Still {
    /// The file as a URI that says so.
    name: PathBuf,
    /// Keeps a process of ours from writing meanwhile, where one has written before.
    lock: Option<File>,
}

impl Still {
    fn of(path: &Path) -> Option<Still> {
        let lock = match File::open(beside(path, ".lock")) {
            Ok(lock) => {
                lock.try_lock_shared().ok()?;
                Some(lock)
            }
            Err(_) => None,
        };
        let logged = std::fs::metadata(beside(path, "-wal")).is_ok_and(|log| log.len() > 0);
        let escaped = path.to_str()?.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        (!logged).then(|| Still { name: PathBuf::from(format!("file:{escaped}?immutable=1")), lock })
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Starts the threads that read the file, and gives the queue that they serve. They hold the lock, if there is one.
fn start_readers(
    desk: &Arc<Desk>,
    name: (&Path, OpenFlags),
    place: &str,
    lock: Option<File>,
) -> Result<(Sender<Ticket>, Vec<JoinHandle<()>>), OpenError> {
    let (reads, to_read) = bounded(desk.settings.queue_depth);
    let lock = Arc::new(lock);
    let mut readers = Vec::new();
    for number in 0..desk.settings.readers.max(1) {
        let reader = reader(name, &desk.settings).map_err(|error| cannot_open(place, error))?;
        readers.push(start_reader(number, reader, to_read.clone(), desk, &lock)?);
    }
    Ok((reads, readers))
}

/// Takes the lock that keeps a second process of ours away. It lies in a file beside the database, because SQLite has
/// its own locks on the database; tools which only look are not kept out.
fn lock(path: &Path) -> Result<File, OpenError> {
    let beside = beside(path, ".lock");
    let file = File::options().create(true).truncate(false).write(true).open(&beside).map_err(|error| {
        OpenError::new(format!(
            "{} cannot be written ({error}); create its folder, make it writable for this user, or choose another path for the database",
            beside.display()
        ))
    })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::new(format!(
            "another process has the database {} open; stop it first, or choose another path",
            path.display()
        ))),
        Err(TryLockError::Error(error)) => Err(OpenError::new(format!(
            "{} cannot be locked ({error}); put the database on a local file system",
            beside.display()
        ))),
    }
}

/// Settings of every connection. `like` minds letter case, as it does on PostgreSQL.
fn common() -> Vec<String> {
    ["foreign_keys = on", "temp_store = memory", "trusted_schema = off", "case_sensitive_like = on"]
        .map(str::to_owned)
        .into()
}

fn writer_pragmas(settings: &Settings) -> Vec<String> {
    let mut pragmas = vec![
        // A new file takes its page size before anything else is written to it.
        format!("page_size = {PAGE_SIZE}"),
        "journal_mode = wal".to_owned(),
        "synchronous = full".to_owned(),
        format!("wal_autocheckpoint = {}", settings.sqlite_checkpoint_pages),
        format!("journal_size_limit = {LOG_SIZE_KEPT}"),
        format!("cache_size = -{}", settings.sqlite_writer_cache / 1024),
    ];
    pragmas.extend(common());
    pragmas
}

/// A connection that reads the file of this name: a path, or a URI where the flags say so.
fn reader((name, flags): (&Path, OpenFlags), settings: &Settings) -> rusqlite::Result<Lite> {
    let db = Connection::open_with_flags(name, flags)?;
    let mut pragmas = vec![
        "query_only = on".to_owned(),
        format!("cache_size = -{}", settings.sqlite_reader_cache / 1024),
        format!("mmap_size = {}", settings.sqlite_reader_map),
    ];
    pragmas.extend(common());
    set_up(&db, &pragmas)?;
    Lite::new(db, settings)
}

fn set_up(db: &Connection, pragmas: &[String]) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY_TIME_MAX)?;
    // A plan must not hang on the values bound to it: otherwise SQLite plans a statement anew at each `limit $1`, which
    // was measured to cost as much as reading fifty rows.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    pragmas.iter().try_for_each(|pragma| db.execute_batch(&format!("pragma {pragma}")))
}

/// A connection to an empty database in memory, for tests.
#[cfg(test)]
pub(super) fn scratch(settings: &Settings) -> Lite {
    let db = Connection::open_in_memory().unwrap();
    set_up(&db, &common()).unwrap();
    Lite::new(db, settings).unwrap()
}

fn prepare_writer(
    mut db: Connection,
    desk: &Desk,
    migrations: &[Migration],
    place: &str,
) -> Result<Lite, OpenError> {
    migrate(&mut db, Engine::Sqlite, migrations, place)?;
    Lite::new(db, &desk.settings).map_err(|error| cannot_open(place, error))
}

fn start_reader(
    number: usize,
    lite: Lite,
    queue: Receiver<Ticket>,
    desk: &Arc<Desk>,
    lock: &Arc<Option<File>>,
) -> Result<JoinHandle<()>, OpenError> {
    let (desk, lock) = (Arc::clone(desk), Arc::clone(lock));
    start(format!("store-read-{number}"), move || {
        lite.serve_reads(&queue, &desk);
        drop(lock);
    })
}

/// Starts the writing thread, which holds the lock for as long as its connection is open.
fn start_writer(
    lite: Lite,
    queue: Receiver<Ticket>,
    desk: &Arc<Desk>,
    lock: Option<File>,
) -> Result<JoinHandle<()>, OpenError> {
    let writer = Writer { lite, queue, desk: Arc::clone(desk), waiting: VecDeque::new() };
    start("store-write".to_owned(), move || {
        writer.serve();
        drop(lock);
    })
}

fn start(name: String, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, OpenError> {
    Builder::new().name(name).spawn(run).map_err(|error| {
        OpenError::new(format!(
            "no thread could be started for the store ({error}); allow this user more processes"
        ))
    })
}

fn cannot_open(place: &str, error: rusqlite::Error) -> OpenError {
    let mend = match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => {
            "name a file that SQLite wrote, or one that does not exist yet"
        }
        Some(rusqlite::ErrorCode::DatabaseBusy) => "end the program that is writing to it",
        Some(rusqlite::ErrorCode::DiskFull) => "free some space",
        _ => "make the file and its folder writable for this user, or choose another path",
    };
    OpenError::new(format!("{place} cannot be opened ({error}); {mend}")).because(error)
}
