//! Deadlines as rows. A row says: pull this trigger on this resource at this instant. Due rows are carried out like
//! commands, each with a revision and a ledger row of its own, each in a savepoint. It takes no input but the time,
//! so a restart and a normal run are the same path.

use crate::action::{Prepared, Result, Stop};
use crate::cx::{Caller, Change, Cx, Effects, lock_with};
use crate::id::{Ids, Seed};
use crate::ledger::{self, Row};
use crate::limits;
use crate::machine::Actor;
use crate::time::Millis;
use crate::world::World;
use crate::{autopilot, circuit, kept, order, router_interface, vbr};
use rpc::params::Params;
use store::{Abort, Arg, Read, ReadExt, Tx};

/// The `actor` of rows that the autopilot acts on, and its key id in the ledger.
pub const AUTOPILOT: &str = "autopilot";
/// The `actor` of the table's own deadlines.
pub const TIMER: &str = "timer";

/// A deadline.
pub(crate) struct Due {
    pub(crate) account: String,
    pub(crate) resource: String,
    pub(crate) trigger: String,
    /// [`AUTOPILOT`] or [`TIMER`].
    pub(crate) actor: String,
    /// The reason the autopilot gives.
    pub(crate) reason: String,
    pub(crate) at: Millis,
}

/// The instant of the next deadline, if any is set.
pub fn next(read: &mut dyn Read) -> std::result::Result<Option<Millis>, store::Fault> {
    read.one("select at from due order by at, account limit 1", &[], |row| row.int(0))
}

/// Carries out what is due at `now`, a limited number of rows. Gives the number it carried out: none means that
/// nothing is due.
pub fn tick(
    tx: &mut dyn Tx,
    world: &World,
    now: Millis,
    seed: Seed,
) -> std::result::Result<(i64, Effects), Abort<rpc::code::Error>> {
    let (mut ids, mut effects) = (Ids::new(seed), Effects::default());
    match run(tx, world, now, &mut ids, &mut effects, limits::STEPS_PER_REQUEST_MAX, None) {
        Ok(count) => Ok((count, effects)),
        Err(Stop::Fault(fault)) => Err(Abort::Fault(fault)),
        Err(Stop::Refused(error)) => Err(Abort::Refused(error)),
    }
}

/// Carries out what a command has made due at once, before the command is answered.
pub(crate) fn settle(
    tx: &mut dyn Tx,
    world: &World,
    account: &str,
    now: Millis,
    ids: &mut Ids,
    effects: &mut Effects,
) -> Result<()> {
    run(tx, world, now, ids, effects, limits::STEPS_PER_REQUEST_MAX, Some(account)).map(drop)
}

/// Moves through every deadline up to `to`, in order, each at its own instant.
pub(crate) fn advance(
    tx: &mut dyn Tx,
    world: &World,
    to: Millis,
    ids: &mut Ids,
    effects: &mut Effects,
) -> Result<i64> {
    run(tx, world, to, ids, effects, limits::STEPS_PER_ADVANCE_MAX, None)
}

fn run(
    tx: &mut dyn Tx,
    world: &World,
    until: Millis,
    ids: &mut Ids,
    effects: &mut Effects,
    max: i64,
    account: Option<&str>,
) -> Result<i64> {
    let mut count = 0;
    while count < max {
        let Some(due) = soonest(tx, until, account)? else { break };
        count += 1;
        tx.exec(
            "delete from due where account = $1 and resource = $2 and trigger = $3",
            &[Arg::from(&due.account), Arg::from(&due.resource), Arg::from(&due.trigger)],
        )?;
        let outcome = store::nested(tx, |tx| match step(tx, world, &due, ids, effects) {
            Ok(()) => Ok(()),
            Err(Stop::Refused(error)) => Err(Abort::Refused(error)),
            Err(Stop::Fault(fault)) => Err(Abort::Fault(fault)),
        });
        match outcome {
            Ok(()) => {}
            Err(Abort::Fault(fault)) => return Err(Stop::Fault(fault)),
            Err(Abort::Refused(error)) => {
                let instead = autopilot::instead(&due.trigger);
                effects.notes.push(format!(
                    "{} on {} by {} was refused and {}: {error}",
                    due.trigger,
                    due.resource,
                    due.actor,
                    if instead.is_some() { "its opposite is done instead" } else { "is left to a person" },
                ));
                if let Some(trigger) = instead {
                    let reason = error.message().to_owned();
                    put(tx, &Due { trigger: trigger.to_owned(), reason, ..due })?;
                }
            }
        }
    }
    Ok(count)
}

/// Writes a row; a row of the same trigger on the same resource is moved.
pub(crate) fn put(tx: &mut dyn Tx, due: &Due) -> Result<()> {
    tx.exec(
        "insert into due (account, resource, trigger, actor, reason, at) values ($1, $2, $3, $4, $5, $6)
         on conflict (account, resource, trigger) do update set actor = excluded.actor,
         reason = excluded.reason, at = excluded.at",
        &[
            Arg::from(&due.account),
            Arg::from(&due.resource),
            Arg::from(&due.trigger),
            Arg::from(&due.actor),
            Arg::from(&due.reason),
            Arg::from(due.at),
        ],
    )?;
    Ok(())
}

fn soonest(tx: &mut dyn Tx, until: Millis, account: Option<&str>) -> Result<Option<Due>> {
    let row = |row: &dyn store::Row| {
        Ok(Due {
            account: row.text(0)?.to_owned(),
            resource: row.text(1)?.to_owned(),
            trigger: row.text(2)?.to_owned(),
            actor: row.text(3)?.to_owned(),
            reason: row.text(4)?.to_owned(),
            at: row.int(5)?,
        })
    };
    let due = match account {
        Some(account) => tx.one(
            "select account, resource, trigger, actor, reason, at from due where account = $1 and at <= $2
             order by at, resource, trigger limit 1",
            &[Arg::from(account), Arg::from(until)],
            row,
        )?,
        None => tx.one(
            "select account, resource, trigger, actor, reason, at from due where at <= $1
             order by at, account, resource, trigger limit 1",
            &[Arg::from(until)],
            row,
        )?,
    };
    Ok(due)
}

/// One due row as a command of its own, at its own instant.
fn step(tx: &mut dyn Tx, world: &World, due: &Due, ids: &mut Ids, effects: &mut Effects) -> Result<()> {
    // A border router's circuit may be another account's, and so may an interface's other end.
    let others = if vbr::is_router(&due.resource) {
        vbr::circuit_owners(tx, [due.resource.as_str()])?
    } else if router_interface::is_interface(&due.resource) {
        router_interface::opposite_owners(tx, &due.resource)?
    } else {
        Vec::new()
    };
    let revision = lock_with(tx, &due.account, &others)?;
    let request_id = ids.request();
    let by_autopilot = due.actor == AUTOPILOT;
    let caller = Caller { account: due.account.clone(), key_id: due.actor.clone(), operator: by_autopilot };
    let mut cx = Cx {
        tx,
        world,
        now: due.at,
        ids,
        caller: &caller,
        actor: if by_autopilot { Actor::Operator } else { Actor::Timer },
        account: due.account.clone(),
        revision,
        change: Change::default(),
        effects,
    };
    let body = if by_autopilot {
        operate(&mut cx, due)?
    } else if order::is_id(&due.resource) {
        order::settle::expire(&mut cx, &due.resource)?
    } else if vbr::is_router(&due.resource) {
        vbr::deadline(&mut cx, &due.resource, &due.trigger)?
    } else if let Some(pull) = kept::kind_of(&due.resource) {
        pull(&mut cx, &due.resource, &due.trigger)?;
        Vec::new()
    } else {
        circuit::deadline(&mut cx, &due.resource, &due.trigger)?
    };
    let row = Row {
        account: &due.account,
        revision,
        at: due.at,
        request_id: &request_id,
        caller: &caller,
        actor: &due.actor,
        action: &due.trigger,
        change: &cx.change,
        params: None,
        token: None,
        body: &body,
    };
    ledger::append(cx.tx, &row)
}

/// The autopilot goes through the same operator's action as a person would.
fn operate(cx: &mut Cx<'_>, due: &Due) -> Result<Vec<u8>> {
    let named = if order::is_id(&due.resource) { "OrderId" } else { "PhysicalConnectionId" };
    let pairs = [(named.to_owned(), due.resource.clone()), ("Reason".to_owned(), due.reason.clone())];
    let entry = crate::find(crate::action::OPERATOR_VERSION, &due.trigger)
        .ok_or_else(|| rpc::code::Error::new(&rpc::gateway::INVALID_ACTION_NOT_FOUND))?;
    match entry.prepare(&Params::from_pairs(pairs), &|_| true)? {
        Prepared::Command(command) => command.run(cx),
        Prepared::Query(_) => Ok(Vec::new()),
    }
}
