//! What row (b) is compared with: the same rows, written by SQLite alone, one commit for as many as there are
//! connections.

use crate::fill::Template;
use anyhow::Result;
use rusqlite::Connection;
use std::path::Path;
use std::time::Instant;

/// Writes `count` orders' rows in durable commits of `group` each; gives orders a second.
pub(crate) fn rate(path: &Path, count: usize, group: usize) -> Result<f64> {
    let mut connection = Connection::open(path)?;
    connection.execute_batch(
        "pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 20000;
         pragma cache_size = -65536",
    )?;
    connection.set_prepared_statement_cache_capacity(16);
    let template = Template::read(&connection)?;
    let begun = Instant::now();
    for batch in 0..count / group {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for index in 0..group {
            let order = batch * group + index;
            let account = format!("5{:015}", order % group);
            template.order(&transaction, &account, i64::try_from(order / group)? + 1)?;
        }
        transaction.commit()?;
    }
    #[allow(clippy::cast_precision_loss)] // counts here are far below 2^52
    Ok((count / group * group) as f64 / begun.elapsed().as_secs_f64())
}
