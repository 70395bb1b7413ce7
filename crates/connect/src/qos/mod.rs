//! Traffic policies: which packets on a circuit go first. A policy has queues, a queue has rules, and a policy holds for
//! circuits of its owner's. This file has the policy's row and the one writer of its status; `states` has the life
//! cycle, `describe` what clients are shown, and the others one group of actions each.
//!
//! No packet is ever looked at: a policy is kept, checked and shown as a device would need it.

pub mod describe;
pub mod parameters;
pub mod policy;
pub mod queue;
pub mod rule;
pub mod states;

use crate::action::{Result, Stop};
use crate::circuit::{NEXT_HEADER, STATE_HEADER};
use crate::codes;
use crate::cx::Cx;
use crate::machine::{Actor, Move, To};
use crate::time::Millis;
use crate::{holds, tag, timer};
use rpc::code::{Code, Error};
use states::{CONFIGURE, QOS, QosStatus};
use store::{Arg, Fault, Read, ReadExt, Row};

/// The prefix of a traffic policy's id.
pub const PREFIX: &str = "qos";
/// The prefix of a queue's id.
pub const QUEUE_PREFIX: &str = "qos-queue";
/// The prefix of a rule's id.
pub const RULE_PREFIX: &str = "qos-rule";
/// The kind under which a policy's labels are kept, and its `ResourceType`.
pub const KIND: &str = "TRAFFICQOS";

/// A traffic policy as it is kept.
#[derive(Debug, Clone)]
pub struct Qos {
    /// Owner.
    pub account: String,
    /// Region.
    pub region: String,
    /// The revision of the account that made it: its place in every list.
    pub serial: i64,
    /// `qos-…`.
    pub id: String,
    status: QosStatus,
    since: Millis,
    /// Name, or empty.
    pub name: String,
    /// Description, or empty.
    pub description: String,
    /// Resource group.
    pub resource_group_id: String,
    /// When it was made.
    pub created_at: Millis,
}

/// What every read of a policy begins with.
const SELECT: &str =
    "select account, region, serial, id, status, since, name, description, resource_group_id,
    created_at from qos";

impl Qos {
    fn read(row: &dyn Row) -> std::result::Result<Qos, Fault> {
        let text = |index| row.text(index).map(str::to_owned);
        let status = row.text(4)?;
        Ok(Qos {
            account: text(0)?,
            region: text(1)?,
            serial: row.int(2)?,
            id: text(3)?,
            status: QOS
                .state(status)
                .ok_or_else(|| Fault::broken(format!("the store holds the unknown word \"{status}\"")))?,
            since: row.int(5)?,
            name: text(6)?,
            description: text(7)?,
            resource_group_id: text(8)?,
            created_at: row.int(9)?,
        })
    }

    fn anywhere(read: &mut dyn Read, id: &str) -> Result<Option<Qos>> {
        Ok(read.one(&format!("{SELECT} where id = $1"), &[Arg::from(id)], Qos::read)?)
    }

    /// The only way to a policy in a command: it is the locked account's. An unknown id, another region's and another
    /// account's are refused alike.
    pub(crate) fn find(cx: &mut Cx<'_>, id: &str, region: &str) -> Result<Qos> {
        Qos::anywhere(cx.tx, id)?
            .filter(|qos| qos.account == cx.account && qos.region == region)
            .ok_or_else(|| (&codes::ILLEGAL_PARAM_QOS_ID).into())
    }

    /// The present status.
    pub fn status(&self) -> QosStatus {
        self.status
    }

    /// Asks the table whether `trigger` is legal now, and refuses with the table's code if it is not.
    pub(crate) fn check(&self, trigger: &str) -> Result<&'static Move<QosStatus>> {
        QOS.find(self.status, trigger).ok_or_else(|| {
            let code: &'static Code = QOS.refusal(trigger).unwrap_or(&codes::INCORRECT_STATUS_QOS);
            let message = format!("{} {} is {}.", code.message, self.id, self.status.as_str());
            self.refuse(Error::new(code).with_message(message))
        })
    }

    /// A refusal for which the present state is the reason, with the headers that explain it.
    pub(crate) fn refuse(&self, error: Error) -> Stop {
        error
            .with_header(STATE_HEADER, self.status.as_str())
            .with_header(NEXT_HEADER, QOS.next_header(self.status))
            .into()
    }

    /// Makes the move of `trigger`: the one place where a status changes. Writes the row with whatever else the caller
    /// has changed.
    pub(crate) fn step(&mut self, cx: &mut Cx<'_>, trigger: &str) -> Result<()> {
        let row = self.check(trigger)?;
        let from = self.status;
        match row.to {
            To::Stays => {
                cx.record(&self.id, from.as_str(), from.as_str());
                self.update(cx, from)
            }
            To::Gone => {
                cx.record(&self.id, from.as_str(), "");
                cx.clear_due(&self.id)?;
                self.remove(cx)
            }
            To::State(to) => {
                cx.record(&self.id, from.as_str(), to.as_str());
                cx.clear_due(&self.id)?;
                self.status = to;
                self.since = cx.now;
                self.update(cx, from)?;
                for row in QOS.moves_from(to, Some(Actor::Timer)) {
                    cx.set_due(&self.id, row.trigger, timer::TIMER, "", cx.now + row.after_ms)?;
                }
                Ok(())
            }
        }
    }

    /// A change has been made by `action`: settled at once, or on its way to the devices of circuits.
    pub(crate) fn changed(&mut self, cx: &mut Cx<'_>, action: &str, has_circuits: bool) -> Result<()> {
        self.check(action)?;
        self.step(cx, if has_circuits { CONFIGURE } else { action })
    }

    /// Writes a new policy with the labels it was given.
    fn insert(&self, cx: &mut Cx<'_>, tags: &[tag::Tag]) -> Result<()> {
        cx.tx.exec(
            "insert into qos (account, region, serial, id, status, since, name, description, resource_group_id,
             created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &[
                Arg::from(&self.account),
                Arg::from(&self.region),
                Arg::from(self.serial),
                Arg::from(&self.id),
                Arg::from(self.status.as_str()),
                Arg::from(self.since),
                Arg::from(&self.name),
                Arg::from(&self.description),
                Arg::from(&self.resource_group_id),
                Arg::from(self.created_at),
            ],
        )?;
        tag::put(cx, KIND, &self.id, tags)?;
        cx.record(&self.id, "", self.status.as_str());
        Ok(())
    }

    fn update(&self, cx: &mut Cx<'_>, from: QosStatus) -> Result<()> {
        let written = cx.tx.exec(
            "update qos set status = $1, since = $2, name = $3, description = $4, resource_group_id = $5
             where account = $6 and region = $7 and serial = $8 and status = $9",
            &[
                Arg::from(self.status.as_str()),
                Arg::from(self.since),
                Arg::from(&self.name),
                Arg::from(&self.description),
                Arg::from(&self.resource_group_id),
                Arg::from(&self.account),
                Arg::from(&self.region),
                Arg::from(self.serial),
                Arg::from(from.as_str()),
            ],
        )?;
        if written != 1 {
            let (id, from) = (&self.id, from.as_str());
            return Err(Fault::broken(format!("policy {id} was not in {from} when written")).into());
        }
        Ok(())
    }

    fn remove(&self, cx: &mut Cx<'_>) -> Result<()> {
        tag::clear(cx, KIND, &self.id)?;
        cx.tx.exec(
            "delete from qos where account = $1 and region = $2 and serial = $3",
            &[Arg::from(&self.account), Arg::from(&self.region), Arg::from(self.serial)],
        )?;
        Ok(())
    }
}

/// Nothing hangs on the thing of this id that bars the action.
fn require_free(cx: &mut Cx<'_>, qos: &Qos, action: &str, id: &str) -> Result<()> {
    match holds::refusal(cx.tx, action, id)? {
        Some(error) => Err(qos.refuse(error)),
        None => Ok(()),
    }
}

/// The circuits that a policy holds for.
pub(crate) fn circuits_of(read: &mut dyn Read, qos: &str) -> Result<Vec<String>> {
    let sql = "select circuit_id from qos_circuit where qos_id = $1 order by circuit_id";
    Ok(read.all(sql, &[Arg::from(qos)], |row| row.text(0).map(str::to_owned))?)
}

/// Whether a policy holds for any circuit.
fn has_circuits(read: &mut dyn Read, qos: &str) -> Result<bool> {
    let sql = "select circuit_id from qos_circuit where qos_id = $1 limit 1";
    Ok(read.one(sql, &[Arg::from(qos)], |_| Ok(()))?.is_some())
}

/// The policy that holds for a circuit, or nothing.
pub(crate) fn of_circuit(read: &mut dyn Read, circuit: &str) -> Result<Option<String>> {
    let sql = "select qos_id from qos_circuit where circuit_id = $1";
    Ok(read.one(sql, &[Arg::from(circuit)], |row| row.text(0).map(str::to_owned))?)
}

/// A circuit goes out of service: no policy holds for it any more.
pub(crate) fn circuit_left(cx: &mut Cx<'_>, circuit: &str) -> Result<()> {
    cx.tx.exec("delete from qos_circuit where circuit_id = $1", &[Arg::from(circuit)])?;
    Ok(())
}

/// A deadline of the table has come: makes its move. Gives the body of its ledger row.
pub(crate) fn deadline(cx: &mut Cx<'_>, id: &str, trigger: &str) -> Result<Vec<u8>> {
    let found = Qos::anywhere(cx.tx, id)?.filter(|qos| qos.account == cx.account);
    let mut qos = found.ok_or(&codes::ILLEGAL_PARAM_QOS_ID)?;
    qos.step(cx, trigger)?;
    Ok(Vec::new())
}

/// Whether a deadline's resource is a traffic policy.
pub(crate) fn is_policy(id: &str) -> bool {
    id.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('-'))
}

/// Whether a policy of this id is the account's own and in this region.
pub(crate) fn is_there(read: &mut dyn Read, account: &str, region: &str, id: &str) -> Result<bool> {
    Ok(Qos::anywhere(read, id)?.is_some_and(|qos| qos.account == account && qos.region == region))
}

/// Puts the account's policy into another resource group.
pub(crate) fn regroup(cx: &mut Cx<'_>, id: &str, region: &str, group: &str) -> Result<()> {
    let found = Qos::anywhere(cx.tx, id)?;
    let mut qos = found
        .filter(|qos| qos.account == cx.account && qos.region == region)
        .ok_or(&codes::INVALID_RESOURCE_ID_NOT_FOUND)?;
    group.clone_into(&mut qos.resource_group_id);
    qos.update(cx, qos.status)
}

/// A text that a change leaves, clears or replaces.
fn edit<T>(field: &mut String, edit: &rpc::wire::Edit<T>, text: impl Fn(&T) -> &str) {
    match edit {
        rpc::wire::Edit::Keep => {}
        rpc::wire::Edit::Clear => field.clear(),
        rpc::wire::Edit::Set(value) => text(value).clone_into(field),
    }
}
