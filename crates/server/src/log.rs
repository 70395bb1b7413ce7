//! Log lines to standard error, written by a thread of their own so that a request never waits for a terminal. A log
//! line must never carry a secret, a signature, a token or a parameter's value.

use crate::config::LogFormat;
use crate::limits::{LOG_BUFFER_BYTES_MAX, LOG_FLUSH_MS};
use crate::start::StartError;
use std::io::{self, Write};
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Lines dropped since the process began. There is one log for a process.
static DROPPED: AtomicU64 = AtomicU64::new(0);

/// Lines dropped so far because standard error did not take them.
pub fn dropped() -> u64 {
    DROPPED.load(Ordering::Relaxed)
}

/// Writes what is left of the log when it goes out of scope.
#[derive(Debug)]
pub struct Guard {
    sink: Sink,
    writer: Option<JoinHandle<()>>,
}

/// Sets the log of this process up. Panics go there too.
pub fn start(filter: &str, format: LogFormat) -> Result<Guard, StartError> {
    let parsed = EnvFilter::try_new(filter).map_err(|_| {
        StartError::new(format!("the option --log is wrong: {filter:?} is no level or filter; try info"))
    })?;
    let sink = Sink::default();
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(parsed).with_ansi(false).with_writer(sink.clone());
    let set = match format {
        LogFormat::Text => tracing::subscriber::set_global_default(subscriber.finish()),
        LogFormat::Json => {
            let subscriber =
                subscriber.json().flatten_event(true).with_current_span(false).with_span_list(false);
            tracing::subscriber::set_global_default(subscriber.finish())
        }
    };
    set.map_err(|_| StartError::new("the log of this process is set up already"))?;
    std::panic::set_hook(Box::new(note_panic));
    let shared = Arc::clone(&sink.0);
    let writer = std::thread::Builder::new().name("log".to_owned()).spawn(move || shared.write_out());
    let writer =
        writer.map_err(|error| StartError::new(format!("no thread can be started for the log: {error}")))?;
    Ok(Guard { sink, writer: Some(writer) })
}

fn note_panic(info: &PanicHookInfo<'_>) {
    let message = info.payload_as_str().unwrap_or("no message");
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, message, "panic");
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.sink.0.lock().stopped = true;
        self.sink.0.filled.notify_one();
        if let Some(writer) = self.writer.take() {
            // A panic there has been reported already, as far as that is possible.
            let _ = writer.join();
        }
    }
}

/// Where lines wait for the writing thread.
#[derive(Debug, Clone, Default)]
struct Sink(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    filled: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    lines: Vec<u8>,
    stopped: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, line: &[u8]) {
        let mut waiting = self.lock();
        if (waiting.lines.len() + line.len()) as u64 > LOG_BUFFER_BYTES_MAX {
            DROPPED.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let first = waiting.lines.is_empty();
        waiting.lines.extend_from_slice(line);
        drop(waiting);
        // The thread sleeps only while there is nothing: one call to wake it for many lines.
        if first {
            self.filled.notify_one();
        }
    }

    fn write_out(&self) {
        let mut taken = Vec::new();
        loop {
            let waiting = self.lock();
            let waiting =
                self.filled.wait_while(waiting, |waiting| waiting.lines.is_empty() && !waiting.stopped);
            let waiting = waiting.unwrap_or_else(PoisonError::into_inner);
            // Lines come in crowds; a short wait makes one write of them.
            let gather = Duration::from_millis(LOG_FLUSH_MS);
            let gathered = self.filled.wait_timeout_while(waiting, gather, |waiting| !waiting.stopped);
            let (mut waiting, _) = gathered.unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut waiting.lines, &mut taken);
            let stopped = waiting.stopped;
            drop(waiting);
            // There is nowhere to report to that standard error cannot be written.
            let _ = io::stderr().write_all(&taken);
            taken.clear();
            if stopped {
                return;
            }
        }
    }
}

/// One event's line on its way to the sink.
#[derive(Debug)]
struct Line<'a>(&'a Shared);

impl<'a> MakeWriter<'a> for Sink {
    type Writer = Line<'a>;

    fn make_writer(&'a self) -> Line<'a> {
        Line(&self.0)
    }
}

impl Write for Line<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.push(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
