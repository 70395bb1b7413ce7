//! Fills a store with many circuits, as copies of circuits that the product itself wrote: ordering a million of them
//! through the API would measure patience. Rows of every table that an order writes are copied.

use anyhow::{Context, Result};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::path::Path;

/// Circuits of an ordinary account.
pub(crate) const PER_ACCOUNT: usize = 100;

/// Serial numbers counted together; the product's `COUNT_BLOCK`.
const COUNT_BLOCK: i64 = 512;

/// The rows that one order wrote, by table.
pub(crate) struct Template {
    account: Columns,
    circuit: Columns,
    ledger: Columns,
}

/// One row with its column names.
struct Columns {
    names: Vec<String>,
    values: Vec<Value>,
}

impl Columns {
    fn read(connection: &Connection, sql: &str) -> Result<Columns> {
        let mut statement = connection.prepare(sql)?;
        let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
        let count = names.len();
        let values = statement.query_row([], |row| (0..count).map(|index| row.get(index)).collect())?;
        Ok(Columns { names, values })
    }

    fn with(&self, changes: &[(&str, Value)]) -> Vec<Value> {
        let mut values = self.values.clone();
        for (name, value) in changes {
            if let Some(index) = self.names.iter().position(|column| column == name) {
                values[index] = value.clone();
            }
        }
        values
    }

    fn insert(&self, table: &str) -> String {
        let marks = vec!["?"; self.names.len()].join(", ");
        format!("insert into {table} ({}) values ({marks})", self.names.join(", "))
    }

    fn text(&self, name: &str) -> Result<&str> {
        let index = self.names.iter().position(|column| column == name).context("no such column")?;
        match &self.values[index] {
            Value::Text(text) => Ok(text),
            Value::Blob(bytes) => Ok(std::str::from_utf8(bytes)?),
            _ => anyhow::bail!("{name} is no text"),
        }
    }
}

impl Template {
    /// Takes the one circuit that is in the store.
    pub(crate) fn read(connection: &Connection) -> Result<Template> {
        let account = Columns::read(connection, "select * from account where id = '1234567890123456'")?;
        Ok(Template {
            account,
            circuit: Columns::read(connection, "select * from circuit limit 1")?,
            ledger: Columns::read(
                connection,
                "select * from ledger where action = 'CreatePhysicalConnection' limit 1",
            )?,
        })
    }

    /// Writes one more account with `count` circuits; `enabled` tells which of them are in service.
    pub(crate) fn copy(
        &self,
        connection: &Connection,
        account: &str,
        count: usize,
        enabled: impl Fn(usize) -> bool,
    ) -> Result<()> {
        self.open(connection, account, i64::try_from(count)?)?;
        for index in 0..count {
            self.put(connection, account, i64::try_from(index)? + 1, enabled(index))?;
        }
        Ok(())
    }

    /// Writes what one order of `account` writes, its revision included.
    pub(crate) fn order(&self, connection: &Connection, account: &str, serial: i64) -> Result<()> {
        if serial == 1 {
            self.open(connection, account, 0)?;
        }
        connection
            .prepare_cached("update account set revision = revision + 1 where id = ?1")?
            .execute([account])?;
        self.put(connection, account, serial, false)
    }

    fn open(&self, connection: &Connection, account: &str, revision: i64) -> Result<()> {
        let row = self
            .account
            .with(&[("id", Value::Text(account.to_owned())), ("revision", Value::Integer(revision))]);
        connection.prepare_cached(&self.account.insert("account"))?.execute(params_from_iter(row))?;
        Ok(())
    }

    fn put(&self, connection: &Connection, account: &str, serial: i64, enabled: bool) -> Result<()> {
        let (answer, id) = (self.circuit.text("answer")?, self.circuit.text("id")?);
        let status = if enabled { "Enabled" } else { "Initial" };
        let copy_id = format!("pc-{account}{serial:06}");
        let shown = answer.replace(id, &copy_id);
        let shown = shown.replace("\"Status\":\"Initial\"", &format!("\"Status\":\"{status}\""));
        let key = ("account", Value::Text(account.to_owned()));
        let circuit = self.circuit.with(&[
            key.clone(),
            ("serial", Value::Integer(serial)),
            ("id", Value::Text(copy_id)),
            ("status", Value::Text(status.to_owned())),
            ("answer", Value::Blob(shown.into_bytes())),
        ]);
        connection.prepare_cached(&self.circuit.insert("circuit"))?.execute(params_from_iter(circuit))?;
        let ledger = self.ledger.with(&[key, ("revision", Value::Integer(serial))]);
        connection.prepare_cached(&self.ledger.insert("ledger"))?.execute(params_from_iter(ledger))?;
        let (region, point) = (self.circuit.text("region")?, self.circuit.text("access_point_id")?);
        connection
            .prepare_cached(
                "insert into circuit_count (account, region, block, status, access_point_id, n)
                 values (?1, ?2, ?3, ?4, ?5, 1) on conflict do update set n = n + 1",
            )?
            .execute((account, region, serial / COUNT_BLOCK, status, point))?;
        Ok(())
    }
}

/// Fills `path`, which holds one circuit, up to about `total` circuits, [`PER_ACCOUNT`] an account, and one account
/// that owns `large` of them on top. Gives the names of some accounts spread over the store.
pub(crate) fn fill(path: &Path, total: usize, large: usize) -> Result<Vec<String>> {
    let mut connection = Connection::open(path)?;
    connection
        .execute_batch("pragma journal_mode = wal; pragma synchronous = off; pragma cache_size = -262144")?;
    connection.set_prepared_statement_cache_capacity(16);
    let template = Template::read(&connection)?;
    let accounts = total / PER_ACCOUNT;
    let mut sample = Vec::new();
    for group in 0..accounts.div_ceil(100) {
        let transaction = connection.transaction()?;
        for index in (group * 100)..((group + 1) * 100).min(accounts) {
            let account = format!("3{index:015}");
            template.copy(&transaction, &account, PER_ACCOUNT, |_| false)?;
            if accounts <= SAMPLE || index % (accounts / SAMPLE) == 0 {
                sample.push(account);
            }
        }
        transaction.commit()?;
    }
    if large > 0 {
        let transaction = connection.transaction()?;
        template.copy(&transaction, LARGE_ACCOUNT, large, |index| index % 10 == 0)?;
        transaction.commit()?;
    }
    connection.execute_batch("pragma wal_checkpoint(truncate); pragma optimize")?;
    Ok(sample)
}

/// Accounts that ask for pages, spread over the whole store: what they read must not fit into one corner of a cache.
const SAMPLE: usize = 1_000;

/// The account that owns very many circuits.
pub(crate) const LARGE_ACCOUNT: &str = "4000000000000000";
