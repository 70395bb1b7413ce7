//! What an action is given: a [`View`] to read with, a [`Cx`] to write with. Time, identifiers and the caller are
//! arguments; a deadline, a ledger row or a tenant's lock is only had through here.

use crate::action::Result;
use crate::codes;
use crate::id::Ids;
use crate::machine::Actor;
use crate::time::Millis;
use crate::timer::{self, Due};
use crate::world::World;
use store::{Arg, Read, Tx};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The account, sixteen digits.
    pub account: String,
    /// The access key that signed, `autopilot` or `timer`.
    pub key_id: String,
    /// Whether the account is the operator's.
    pub operator: bool,
}

/// A snapshot to answer from.
pub struct View<'a> {
    /// The snapshot.
    pub read: &'a mut dyn Read,
    /// The deployment.
    pub world: &'a World,
    /// The product's time.
    pub now: Millis,
    /// Who asks.
    pub caller: &'a Caller,
}

/// What a command leaves for the server to do once its commit is durable.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Effects {
    /// A deadline was set for this instant: the ticker must not sleep past it.
    pub wake_at: Option<Millis>,
    /// Further accounts in which something is due at once.
    pub others: Vec<String>,
    /// Access keys changed: cached ones are stale.
    pub keys_changed: bool,
    /// The manual clock now stands here.
    pub clock: Option<Millis>,
    /// The sandbox was emptied: the numbering of seeds starts again.
    pub reset: bool,
    /// Sentences for the log, for instance an autopilot step that was refused.
    pub notes: Vec<String>,
}

/// The one ledger row that a command is about to write.
#[derive(Debug, Default)]
pub(crate) struct Change {
    pub(crate) resource: String,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) reason: String,
}

/// One command inside its transaction, with its tenant's row locked.
pub struct Cx<'a> {
    /// The transaction.
    pub tx: &'a mut dyn Tx,
    /// The deployment.
    pub world: &'a World,
    /// The product's time.
    pub now: Millis,
    /// Identifiers of this command.
    pub ids: &'a mut Ids,
    /// Who asks.
    pub caller: &'a Caller,
    /// What moves: a tenant, an operator (the autopilot among them) or time.
    pub actor: Actor,
    /// The account whose row is locked, and whose things may be written.
    pub account: String,
    /// The revision this command makes of the account: no other command has it.
    pub revision: i64,
    pub(crate) change: Change,
    pub(crate) effects: &'a mut Effects,
}

impl Cx<'_> {
    /// A view of the same transaction, for code that reads only.
    pub fn view(&mut self) -> View<'_> {
        View { read: self.tx, world: self.world, now: self.now, caller: self.caller }
    }

    /// Names what this command changed; the ledger row carries it.
    pub fn record(&mut self, resource: &str, from: &'static str, to: &'static str) {
        self.change.resource.clear();
        self.change.resource.push_str(resource);
        self.change.from = from;
        self.change.to = to;
    }

    /// The reason a person gave; the ledger row carries it.
    pub fn because(&mut self, reason: &str) {
        reason.clone_into(&mut self.change.reason);
    }

    /// Sets a deadline: `trigger` is pulled on `resource` at `at`.
    pub fn set_due(
        &mut self,
        resource: &str,
        trigger: &str,
        actor: &str,
        reason: &str,
        at: Millis,
    ) -> Result<()> {
        let due = Due {
            account: self.account.clone(),
            resource: resource.to_owned(),
            trigger: trigger.to_owned(),
            actor: actor.to_owned(),
            reason: reason.to_owned(),
            at,
        };
        timer::put(self.tx, &due)?;
        let sooner = self.effects.wake_at.is_none_or(|wake_at| at < wake_at);
        if sooner {
            self.effects.wake_at = Some(at);
        }
        Ok(())
    }

    /// Has something happen to a resource of any account at once: `trigger` is pulled on it before the command is
    /// answered, as a change of its owner's account.
    pub(crate) fn set_due_of(
        &mut self,
        account: &str,
        resource: &str,
        trigger: &str,
        actor: &str,
    ) -> Result<()> {
        let due = Due {
            account: account.to_owned(),
            resource: resource.to_owned(),
            trigger: trigger.to_owned(),
            actor: actor.to_owned(),
            reason: String::new(),
            at: self.now,
        };
        timer::put(self.tx, &due)?;
        if account != self.account {
            self.effects.others.push(account.to_owned());
        }
        self.effects.wake_at = Some(self.effects.wake_at.map_or(self.now, |at| at.min(self.now)));
        Ok(())
    }

    /// Drops one deadline of `resource`, if it is set.
    pub fn drop_due(&mut self, resource: &str, trigger: &str) -> Result<()> {
        self.tx.exec(
            "delete from due where account = $1 and resource = $2 and trigger = $3",
            &[Arg::from(&self.account), Arg::from(resource), Arg::from(trigger)],
        )?;
        Ok(())
    }

    /// Drops every deadline of `resource`.
    pub fn clear_due(&mut self, resource: &str) -> Result<()> {
        self.tx.exec(
            "delete from due where account = $1 and resource = $2",
            &[Arg::from(&self.account), Arg::from(resource)],
        )?;
        Ok(())
    }
}

/// Locks the account's row for the rest of the transaction and gives its new revision. Every command starts so:
/// on every engine this puts the writes of one tenant in a row (architecture invariant).
pub(crate) fn lock(tx: &mut dyn Tx, account: &str) -> Result<i64> {
    let mut revision = None;
    tx.each(
        "update account set revision = revision + 1 where id = $1 returning revision",
        &[Arg::from(account)],
        &mut |row| {
            revision = Some(row.int(0)?);
            Ok(())
        },
    )?;
    revision.ok_or_else(|| (&codes::INVALID_ACCOUNT_ID_NOT_FOUND).into())
}

/// Locks the account's row as [`lock`] does, and those of `others` beside it, which get no new revision: what they own
/// must stay as it is meanwhile. In the order of their ids, so that no two commands wait for each other.
pub(crate) fn lock_with(tx: &mut dyn Tx, account: &str, others: &[String]) -> Result<i64> {
    let mut accounts: Vec<&str> = others.iter().map(String::as_str).chain([account]).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let mut revision = 0;
    for id in accounts {
        if id == account {
            revision = lock(tx, id)?;
        } else {
            tx.exec("update account set revision = revision where id = $1", &[Arg::from(id)])?;
        }
    }
    Ok(revision)
}
