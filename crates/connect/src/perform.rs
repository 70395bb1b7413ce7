//! One command, from the tenant's lock to its ledger row, inside one transaction; and one query. This is the whole
//! of what the server, the simulator and the tests run.

use crate::action::{AnyCommand, AnyQuery, Entry, Replay, Stop};
use crate::cx::{Caller, Change, Cx, Effects, View, lock_with};
use crate::id::{Ids, Seed};
use crate::ledger::{self, Row, Token};
use crate::machine::Actor;
use crate::time::Millis;
use crate::timer;
use crate::world::World;
use rpc::code::Error;
use rpc::params::Params;
use std::sync::Arc;
use store::{Abort, Read, Tx};

/// A command with everything it needs; run again, it is the same command.
#[derive(Clone)]
pub struct Order {
    /// The action.
    pub entry: &'static Entry,
    /// Its decoded call.
    pub command: Arc<dyn AnyCommand>,
    /// The parameters as sent, for the ledger and the fingerprint.
    pub params: Arc<Params>,
    /// Who asks.
    pub caller: Arc<Caller>,
    /// The product's time.
    pub now: Millis,
    /// Where its identifiers come from; the first of them is the request id.
    pub seed: Seed,
}

/// A command that ended well.
#[derive(Debug)]
pub struct Outcome {
    /// The JSON body without its RequestId.
    pub body: Vec<u8>,
    /// What is left to do after the commit.
    pub effects: Effects,
}

/// Why a command's transaction is undone.
#[derive(Debug)]
pub enum Undone {
    /// The caller is told a code.
    Refused(Error),
    /// The client token has been answered before: the first answer again, and nothing is written.
    Replayed(Vec<u8>),
    /// The call only asked what would happen: the answer, and nothing is written.
    Rehearsed(Vec<u8>),
}

/// Runs one command. `Err` means that nothing of it may stay.
pub fn perform(tx: &mut dyn Tx, world: &World, order: &Order) -> Result<Outcome, Abort<Undone>> {
    let mut effects = Effects::default();
    let mut ids = Ids::new(order.seed);
    let request_id = ids.request();
    let (account, body) = attempt(tx, world, order, &mut ids, &request_id, &mut effects)?;
    if effects.wake_at.is_some_and(|at| at <= order.now) {
        timer::settle(tx, world, &account, order.now, &mut ids, &mut effects).map_err(undone)?;
        // What was set off in other accounts may in turn set something off.
        while let Some(other) = effects.others.pop() {
            timer::settle(tx, world, &other, order.now, &mut ids, &mut effects).map_err(undone)?;
        }
    }
    Ok(Outcome { body, effects })
}

fn attempt(
    tx: &mut dyn Tx,
    world: &World,
    order: &Order,
    ids: &mut Ids,
    request_id: &str,
    effects: &mut Effects,
) -> Result<(String, Vec<u8>), Abort<Undone>> {
    let about = &order.entry.about;
    let mut view = View { read: tx, world, now: order.now, caller: &order.caller };
    let account = order.command.account(&mut view).map_err(undone)?;
    let account = account.unwrap_or_else(|| order.caller.account.clone());
    let others = order.command.also(&mut view).map_err(undone)?;
    let revision = lock_with(tx, &account, &others).map_err(undone)?;
    let token = match about.replay {
        Replay::Never => None,
        _ => Token::of(order.entry, &order.params, &order.command.targets(), &order.caller, &world.seal),
    };
    if let Some(token) = &token
        && let Some(body) = ledger::replayed(tx, token, order.now).map_err(undone)?
    {
        let mut view = View { read: tx, world, now: order.now, caller: &order.caller };
        if !order.command.has_work(&mut view).map_err(undone)? {
            return Err(Abort::Refused(Undone::Replayed(body)));
        }
        ledger::forget(tx, token).map_err(undone)?;
    }
    let mut cx = Cx {
        tx,
        world,
        now: order.now,
        ids,
        caller: &order.caller,
        actor: about.actor,
        account,
        revision,
        change: Change::default(),
        effects,
    };
    let body = order.command.run(&mut cx).map_err(undone)?;
    if order.command.is_rehearsal() {
        return Err(Abort::Refused(Undone::Rehearsed(body)));
    }
    let row = Row {
        account: &cx.account,
        revision: cx.revision,
        at: cx.now,
        request_id,
        caller: &order.caller,
        actor: actor_word(&order.caller, about.actor),
        action: about.name,
        change: &cx.change,
        params: Some(&order.params),
        token: token.as_ref(),
        body: &body,
    };
    ledger::append(cx.tx, &row).map_err(undone)?;
    Ok((cx.account, body))
}

/// Answers one query from a snapshot.
pub fn answer(
    read: &mut dyn Read,
    world: &World,
    query: &dyn AnyQuery,
    caller: &Caller,
    now: Millis,
) -> Result<Vec<u8>, Abort<Error>> {
    let mut view = View { read, world, now, caller };
    query.answer(&mut view).map_err(|stop| match stop {
        Stop::Refused(error) => Abort::Refused(error),
        Stop::Fault(fault) => Abort::Fault(fault),
    })
}

fn undone(stop: Stop) -> Abort<Undone> {
    match stop {
        Stop::Refused(error) => Abort::Refused(Undone::Refused(error)),
        Stop::Fault(fault) => Abort::Fault(fault),
    }
}

fn actor_word(caller: &Caller, actor: Actor) -> &'static str {
    match actor {
        Actor::Operator if caller.key_id == timer::AUTOPILOT => timer::AUTOPILOT,
        actor => actor.word(),
    }
}
