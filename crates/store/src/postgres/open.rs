//! Opening a store on a PostgreSQL server: the URL, TLS, the schema, the threads.
//!
//! It must never show a password, and must never speak without TLS where the URL requires it.

use super::connection::Link;
use super::worker::{Connect, Worker};
use crate::fault::OpenError;
use crate::handle::{Crew, Queues};
use crate::migrate::{Migration, check, migrate};
use crate::queue::{Desk, Ticket};
use crate::settings::Settings;
use crate::target::Engine;
use crossbeam_channel::{Sender, bounded};
use postgres::config::{Host, SslMode};
use postgres::{Client, Config, NoTls};
use std::fmt::Write as _;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long to wait for a server that does not answer, unless the URL says otherwise.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(5);
/// The longest time, ms, that is given to the server as a limit; twice as much must fit the server's integers.
const SESSION_TIME_MAX: u128 = 1_000_000_000;
/// The port which a URL need not name.
const PORT: u16 = 5432;
/// The server's advisory lock under which one node at a time migrates: a number that others will not hit upon.
const MIGRATION_LOCK: i64 = 0x7374_6f72_655f_6d67;

/// Reads a URL, or says what is wrong with it without repeating it.
pub(crate) fn parse(url: &str) -> Result<Config, OpenError> {
    let mut config: Config = url.parse().map_err(|error: postgres::Error| {
        let why = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        OpenError::new(format!(
            "the URL of the PostgreSQL server cannot be read ({why}); write postgres://user@host/database"
        ))
    })?;
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIME_MAX);
    }
    if config.get_application_name().is_none() {
        config.application_name("store");
    }
    Ok(config)
}

/// The URL without its password and options.
pub(crate) fn describe(url: &str) -> String {
    let Ok(config) = parse(url) else { return "postgres://?".to_owned() };
    let mut text = "postgres://".to_owned();
    if let Some(user) = config.get_user() {
        text.push_str(user);
        text.push('@');
    }
    match config.get_hosts().first() {
        Some(Host::Tcp(host)) => text.push_str(host),
        #[cfg(unix)]
        Some(Host::Unix(folder)) => text.push_str(&folder.to_string_lossy()),
        None => {}
    }
    if let Some(port) = config.get_ports().first().filter(|port| **port != PORT) {
        let _ = write!(text, ":{port}");
    }
    text.push('/');
    text.push_str(config.get_dbname().unwrap_or_default());
    text
}

/// Opens a store on the database that `url` names: migrates it, then starts equal threads.
pub(crate) fn open(
    desk: &Arc<Desk>,
    url: &str,
    migrations: &[Migration],
) -> Result<(Queues, Crew), OpenError> {
    let config = parse(url)?;
    let place = describe(url);
    // The blocking client may not be used on a thread of an asynchronous runtime, and this one might be.
    aside(|| {
        let mut client = connect(&config, &place)?;
        client
            .execute("select pg_advisory_lock($1)", &[&MIGRATION_LOCK])
            .map_err(|error| refused(&place, "cannot be locked for migration", error))?;
        migrate(&mut client, Engine::Postgres, migrations, &place)
    })?;
    let (jobs, writers) = start_workers(desk, config, place)?;
    Ok((Queues { reads: jobs.clone(), writes: jobs }, Crew { readers: Vec::new(), writers }))
}

/// Opens a store on the database that `url` names, to read what is there.
pub(crate) fn open_to_read(
    desk: &Arc<Desk>,
    url: &str,
    migrations: &[Migration],
) -> Result<(Queues, Crew), OpenError> {
    let config = parse(url)?;
    let place = describe(url);
    aside(|| check(&mut connect(&config, &place)?, Engine::Postgres, migrations, &place))?;
    let (reads, readers) = start_workers(desk, config, place)?;
    // Nobody is at the other end: a write is answered that the store is closed.
    let (writes, _) = bounded(0);
    Ok((Queues { reads, writes }, Crew { readers, writers: Vec::new() }))
}

/// Starts equal threads, each with a connection, and gives the queue that they serve.
fn start_workers(desk: &Arc<Desk>, config: Config, place: String) -> Result<Started, OpenError> {
    let settings = desk.settings.clone();
    let connect: Arc<Connect> = Arc::new(move || link(&config, &place, &settings));
    let (jobs, queue) = bounded(desk.settings.queue_depth);
    let (reports, reported) = bounded(0);
    let mut writers = Vec::new();
    for number in 0..u32::try_from(desk.settings.connections).unwrap_or(u32::MAX).max(1) {
        let worker = Worker {
            link: None,
            connect: Arc::clone(&connect),
            queue: queue.clone(),
            desk: Arc::clone(desk),
            number,
            failures: 0,
            connect_after: Instant::now(),
        };
        writers.push(start(worker, reports.clone())?);
    }
    for _ in &writers {
        reported
            .recv()
            .unwrap_or_else(|_| Err(OpenError::new("a thread of the store ended while it was opened")))?;
    }
    Ok((jobs, writers))
}

/// A queue, and the threads that serve it.
type Started = (Sender<Ticket>, Vec<JoinHandle<()>>);

type Report = Result<(), OpenError>;

fn start(
    mut worker: Worker,
    reports: crossbeam_channel::Sender<Report>,
) -> Result<JoinHandle<()>, OpenError> {
    let name = format!("store-{}", worker.number);
    let run = move || {
        let report = (worker.connect)().map(|link| worker.link = Some(link));
        let connected = report.is_ok();
        // Nobody listens any more once another thread has failed to connect; then the queue is closed as well.
        let heard = reports.send(report).is_ok();
        drop(reports);
        if connected && heard {
            worker.serve();
        }
    };
    Builder::new().name(name).spawn(run).map_err(no_thread)
}

fn link(config: &Config, place: &str, settings: &Settings) -> Result<Link, OpenError> {
    let mut client = connect(config, place)?;
    // The server ends what this process cannot: a statement that runs on, and a transaction whose owner is gone.
    let limit = settings.job_time_max.as_millis().clamp(1, SESSION_TIME_MAX);
    client
        .batch_execute(&format!(
            "set statement_timeout = {limit}; set idle_in_transaction_session_timeout = {}",
            2 * limit
        ))
        .map_err(|error| refused(place, "does not take the settings of a session", error))?;
    Ok(Link::new(client, settings.statements_max))
}

fn connect(config: &Config, place: &str) -> Result<Client, OpenError> {
    let connected = if config.get_ssl_mode() == SslMode::Require {
        config.connect(tls()?)
    } else {
        config.connect(NoTls)
    };
    connected.map_err(|error| refused(place, "cannot be connected to", error))
}

fn tls() -> Result<MakeRustlsConnect, OpenError> {
    // The connector takes the process's provider; whoever installed one before is welcome to it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (connector, _) = MakeRustlsConnect::with_native_certs().map_err(|_| {
        OpenError::new(
            "no certificate authorities were found; install them, or name their file in SSL_CERT_FILE",
        )
    })?;
    Ok(connector)
}

fn refused(place: &str, what: &str, error: postgres::Error) -> OpenError {
    let why = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
    OpenError::new(format!("{place} {what} ({why}); check that the server runs and that its URL is right"))
        .because(error)
}

fn no_thread(error: std::io::Error) -> OpenError {
    OpenError::new(format!(
        "no thread could be started for the store ({error}); allow this user more processes"
    ))
    .because(error)
}

/// Runs `f` on a thread of its own and waits for it.
fn aside<R: Send>(f: impl FnOnce() -> Result<R, OpenError> + Send) -> Result<R, OpenError> {
    std::thread::scope(|scope| {
        let thread =
            Builder::new().name("store-open".to_owned()).spawn_scoped(scope, f).map_err(no_thread)?;
        thread.join().unwrap_or_else(|_| Err(OpenError::new("the thread that opens the store panicked")))
    })
}

/// Creates an empty database called `name` on the server of `admin_url`, and gives its URL. For tests and tools: the
/// user of the URL must be allowed to create databases.
pub fn create_database(admin_url: &str, name: &str) -> Result<String, OpenError> {
    administer(admin_url, &format!("create database {} template template0 encoding 'UTF8'", quoted(name)))?;
    Ok(with_database(admin_url, name))
}

/// Drops the database called `name` on the server of `admin_url`, with all that is in it, and ends the connections of
/// whoever uses it. It is no error if there is none.
pub fn drop_database(admin_url: &str, name: &str) -> Result<(), OpenError> {
    administer(admin_url, &format!("drop database if exists {} with (force)", quoted(name)))
}

fn administer(admin_url: &str, sql: &str) -> Result<(), OpenError> {
    let config = parse(admin_url)?;
    let place = describe(admin_url);
    aside(|| {
        connect(&config, &place)?
            .batch_execute(sql)
            .map_err(|error| refused(&place, "refused to administer", error))
    })
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The same URL with another database.
fn with_database(url: &str, name: &str) -> String {
    let (address, options) =
        url.split_once('?').map_or((url, None), |(address, options)| (address, Some(options)));
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    let mut changed = format!("{}/{name}", &address[..end]);
    if let Some(options) = options {
        changed.push('?');
        changed.push_str(options);
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_a_url_is_replaced() {
        for (url, expected) in [
            ("postgres://u@h/a", "postgres://u@h/b"),
            ("postgres://u@%2Ftmp%2Fx", "postgres://u@%2Ftmp%2Fx/b"),
            ("postgres:///a?host=/tmp/x&user=u", "postgres:///b?host=/tmp/x&user=u"),
        ] {
            assert_eq!(with_database(url, "b"), expected);
        }
    }

    #[test]
    fn a_socket_may_be_named_in_two_ways() {
        for url in ["postgres://u@%2Ftmp%2Fx/db", "postgres://u@/db?host=/tmp/x"] {
            assert_eq!(describe(url), "postgres://u@/tmp/x/db");
        }
    }
}
