//! The page of limits: those of the product and of the server from their lists, those of the dialect and of the store
//! from their constants, with the doc comments that stand with them.

use crate::markdown::{Table, code, in_words, number, prose, push};
use anyhow::{Result, ensure};
use std::time::Duration;

/// A limit as the page shows it.
struct Row {
    name: String,
    value: i128,
    doc: String,
}

/// Names some constants of the dialect together with their values.
macro_rules! constants {
    ($($name:ident),+ $(,)?) => { vec![$((stringify!($name), i128::try_from(rpc::limits::$name)?)),+] };
}

/// The page.
pub(crate) fn page() -> Result<String> {
    let product =
        connect::limits::ALL.iter().map(|limit| row(limit.name, i128::from(limit.value), limit.doc));
    let server = server::limits::ALL.iter().map(|limit| row(limit.name, i128::from(limit.value), limit.doc));
    let mut out = String::from(
        "# Limits\n\n\
         Everything that can grow has a limit, and every limit has a name in the code. A request over one is answered\n\
         with an error that says so; nothing hangs. The unit is the end of the name: `MS` milliseconds, `S` seconds,\n\
         `BYTES` bytes, `CHARS` characters; otherwise it is a count.\n",
    );
    for (title, rows) in [
        ("The product", product.collect()),
        ("The dialect: requests before they are understood", dialect()?),
        ("The server: connections and time", server.collect()),
        ("The store", store()?),
    ] {
        push(&mut out, format_args!("\n## {title}\n\n"));
        let mut table = Table::new(&["limit", "value", "", "what it bounds"]);
        for Row { name, value, doc } in rows {
            table.row(&[code(&name), number(value), in_words(&name, value), prose(&doc)]);
        }
        out.push_str(&table.text());
    }
    out.push_str("\nThe store reads a SQLite file with as many threads as the machine has cores.\n");
    Ok(out)
}

fn row(name: &str, value: i128, doc: &str) -> Row {
    Row { name: name.to_owned(), value, doc: without_sources(doc.trim()) }
}

/// A comment without where a number comes from: `(contract, paging)` is for those who change it.
fn without_sources(doc: &str) -> String {
    let mut out = String::new();
    let mut rest = doc;
    while let Some((before, after)) = rest.split_once(" (") {
        let (inside, beyond) = after.split_once(')').unwrap_or((after, ""));
        out.push_str(before);
        if !inside.contains("contract") {
            out.extend([" (", inside, ")"]);
        }
        rest = beyond;
    }
    out.push_str(rest);
    out
}

fn dialect() -> Result<Vec<Row>> {
    let values = constants![
        HEAD_BYTES_MAX,
        BODY_BYTES_MAX,
        PARAMETERS_MAX,
        PARAMETER_NAME_BYTES_MAX,
        PARAMETER_VALUE_BYTES_MAX,
        NONCE_BYTES_MAX,
        CLOCK_SKEW_MS,
        NONCE_LIFETIME_MS,
        NONCES_MAX,
        TEXT_CHARS_MAX,
        LIST_ITEMS_MAX,
        STRING_TO_SIGN_ECHO_BYTES_MAX,
    ];
    let source = include_str!("../../../rpc/src/limits.rs");
    let documented = documented(source, "pub const ");
    let names: Vec<&str> = documented.iter().map(|(name, _)| name.as_str()).collect();
    let listed: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
    ensure!(
        names == listed,
        "the generator lists the dialect's limits as {listed:?}, the source has {names:?}"
    );
    Ok(documented.iter().zip(values).map(|((name, doc), (_, value))| row(name, value, doc)).collect())
}

fn store() -> Result<Vec<Row>> {
    let settings = store::Settings::default();
    let ms = |time: Duration| i128::try_from(time.as_millis());
    let values = [
        ("connections", "CONNECTIONS", i128::try_from(settings.connections)?),
        ("queue_depth", "QUEUE_DEPTH", i128::try_from(settings.queue_depth)?),
        ("queue_time_max", "QUEUE_TIME_MS_MAX", ms(settings.queue_time_max)?),
        ("job_time_max", "JOB_TIME_MS_MAX", ms(settings.job_time_max)?),
        ("batch_jobs_max", "BATCH_JOBS_MAX", i128::try_from(settings.batch_jobs_max)?),
        ("batch_time_max", "BATCH_TIME_MS_MAX", ms(settings.batch_time_max)?),
        ("runs_max", "RUNS_MAX", i128::from(settings.runs_max)),
        ("statements_max", "STATEMENTS_MAX", i128::try_from(settings.statements_max)?),
        ("sqlite_writer_cache", "SQLITE_WRITER_CACHE_BYTES", i128::from(settings.sqlite_writer_cache)),
        ("sqlite_reader_cache", "SQLITE_READER_CACHE_BYTES", i128::from(settings.sqlite_reader_cache)),
        ("sqlite_reader_map", "SQLITE_READER_MAP_BYTES", i128::from(settings.sqlite_reader_map)),
        ("sqlite_checkpoint_pages", "SQLITE_CHECKPOINT_PAGES", i128::from(settings.sqlite_checkpoint_pages)),
    ];
    let source = include_str!("../../../store/src/settings.rs");
    let body = source.split_once("pub struct Settings").map_or("", |(_, rest)| rest);
    let body = body.split_once("\n}").map_or("", |(body, _)| body);
    // How many readers there are depends on the machine, and the page must not.
    let documented: Vec<_> =
        documented(body, "pub ").into_iter().filter(|(name, _)| name != "readers").collect();
    let names: Vec<&str> = documented.iter().map(|(name, _)| name.as_str()).collect();
    let listed: Vec<&str> = values.iter().map(|(name, ..)| *name).collect();
    ensure!(
        names == listed,
        "the generator lists the store's settings as {listed:?}, the source has {names:?}"
    );
    Ok(documented.iter().zip(values).map(|((_, doc), (_, name, value))| row(name, value, doc)).collect())
}

/// The names that follow `opening` in a source, each with the doc comment above it.
fn documented(source: &str, opening: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut doc = String::new();
    for line in source.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            doc.push_str(text);
        } else if let Some((name, _)) = line.strip_prefix(opening).and_then(|rest| rest.split_once(':')) {
            found.push((name.to_owned(), std::mem::take(&mut doc)));
        } else {
            doc.clear();
        }
    }
    found
}
