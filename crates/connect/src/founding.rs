//! The first rows of a deployment: its accounts and keys, its inventory, a sandbox's autopilot and clock. Founding
//! again adds what the catalogue has gained and changes nothing else.

use crate::account;
use crate::action::{Result, Stop};
use crate::autopilot::{EVERYBODY, Rule};
use crate::id::{Ids, Seed};
use crate::inventory;
use crate::money;
use crate::sandbox;
use crate::time::Millis;
use crate::world::{Mode, World};
use store::{Abort, Arg, Fault, Read, ReadExt, Tx};

/// An account with its first key.
#[derive(Clone)]
pub struct Identity {
    /// Sixteen digits.
    pub account: String,
    /// What it is called.
    pub name: String,
    /// Whether it is the operator's.
    pub operator: bool,
    /// The key's id.
    pub key_id: String,
    /// The key's secret.
    pub secret: String,
}

/// What a store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// Nothing was founded in it yet.
    Nothing,
    /// A sandbox.
    Sandbox,
    /// A server.
    Server,
}

const MODE: &str = "mode";

/// What the store holds.
pub fn holding(read: &mut dyn Read) -> std::result::Result<Holding, Fault> {
    Ok(match setting(read, MODE)?.as_deref() {
        None => Holding::Nothing,
        Some("sandbox") => Holding::Sandbox,
        Some(_) => Holding::Server,
    })
}

/// How many changes the store has seen, over all accounts.
pub fn changes(read: &mut dyn Read) -> std::result::Result<i64, Fault> {
    let sql = "select cast(coalesce(sum(revision), 0) as bigint) from account";
    Ok(read.one(sql, &[], |row| row.int(0))?.unwrap_or(0))
}

/// One named value of the deployment.
pub(crate) fn setting(read: &mut dyn Read, name: &str) -> std::result::Result<Option<String>, Fault> {
    read.one("select value from setting where name = $1", &[Arg::from(name)], |row| {
        row.text(0).map(str::to_owned)
    })
}

/// Sets one named value of the deployment.
pub(crate) fn set(tx: &mut dyn Tx, name: &str, value: &str) -> std::result::Result<(), Fault> {
    tx.exec(
        "insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
        &[Arg::from(name), Arg::from(value)],
    )?;
    Ok(())
}

/// Founds the deployment in an empty store, or takes up the one that is there.
pub fn found(
    tx: &mut dyn Tx,
    world: &World,
    identities: &[Identity],
    now: Millis,
    seed: Seed,
) -> std::result::Result<(), Abort<rpc::code::Error>> {
    establish(tx, world, identities, now, seed).map_err(|stop| match stop {
        Stop::Refused(error) => Abort::Refused(error),
        Stop::Fault(fault) => Abort::Fault(fault),
    })
}

pub(crate) fn establish(
    tx: &mut dyn Tx,
    world: &World,
    identities: &[Identity],
    now: Millis,
    seed: Seed,
) -> Result<()> {
    inventory::stock(tx, &world.catalogue)?;
    if holding(tx)? != Holding::Nothing {
        return Ok(());
    }
    let mut ids = Ids::new(seed);
    for identity in identities {
        account::open(tx, &identity.account, &identity.name, identity.operator, false, now)?;
        let (account, key_id) = (&identity.account, &identity.key_id);
        account::put_key(tx, &world.seal, account, key_id, &identity.secret, &ids.bytes(), now)?;
        if !identity.operator && world.opening_minor > 0 {
            money::endow(tx, account, world.opening_minor, now)?;
        }
    }
    let held = match world.mode {
        Mode::Server => "server",
        Mode::Sandbox { clock_start } => {
            rule(tx, EVERYBODY, &world.autopilot)?;
            if let Some(start) = clock_start {
                sandbox::set_clock(tx, start)?;
            }
            "sandbox"
        }
    };
    set(tx, MODE, held)?;
    Ok(())
}

/// Writes autopilot rules for one account, or for [`EVERYBODY`].
pub(crate) fn rule(tx: &mut dyn Tx, account: &str, rules: &[Rule]) -> Result<()> {
    for rule in rules {
        tx.exec(
            "insert into autopilot (account, step, outcome, delay_ms, reason) values ($1, $2, $3, $4, $5)
             on conflict (account, step) do update set outcome = excluded.outcome,
             delay_ms = excluded.delay_ms, reason = excluded.reason",
            &[
                Arg::from(account),
                Arg::from(rule.step.as_str()),
                Arg::from(rule.outcome.as_str()),
                Arg::from(rule.delay_ms),
                Arg::from(&rule.reason),
            ],
        )?;
    }
    Ok(())
}
