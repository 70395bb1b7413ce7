//! Traffic policies: which packets on a circuit go first. A policy has queues, a queue has rules, and a policy holds for
//! circuits of its owner's. This file has the policy's row; `states` has the life
//! cycle, `describe` what clients are shown, and the others one group of actions each.
//!
//! No packet is ever looked at: a policy is kept, checked and shown as a device would need it.

pub mod describe;
pub mod parameters;
pub mod policy;
pub mod queue;
pub mod rule;
pub mod states;

use crate::action::Result;
use crate::codes;
use crate::cx::Cx;
use crate::kept::{self, Grouped, Head, Kept};
use crate::machine::Machine;
use crate::{holds, tag};
use states::{CONFIGURE, QOS, QosStatus};
use store::{Arg, Read, ReadExt};

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
pub(crate) struct Qos {
    /// What every row begins with.
    pub(crate) head: Head<QosStatus>,
    /// Name, or empty.
    pub(crate) name: String,
    /// Description, or empty.
    pub(crate) description: String,
    /// Resource group.
    pub(crate) resource_group_id: String,
}

impl Kept for Qos {
    type Status = QosStatus;
    const TABLE: &'static str = "qos";
    const PREFIX: &'static str = PREFIX;
    const MACHINE: &'static Machine<QosStatus> = &QOS;

    kept::columns!(name, description, resource_group_id);

    fn clear(&self, cx: &mut Cx<'_>) -> Result<()> {
        tag::clear(cx, KIND, &self.head.id)
    }
}

impl Grouped for Qos {
    fn group_mut(&mut self) -> &mut String {
        &mut self.resource_group_id
    }
}

impl Qos {
    /// The only way to a policy in a command: it is the locked account's. An unknown id, another region's and another
    /// account's are refused alike.
    fn named(cx: &mut Cx<'_>, id: &str, region: &str) -> Result<Qos> {
        Qos::find(cx, id, Some(region), &codes::ILLEGAL_PARAM_QOS_ID)
    }

    /// A change has been made by `action`: settled at once, or on its way to the devices of circuits.
    pub(crate) fn changed(&mut self, cx: &mut Cx<'_>, action: &str, has_circuits: bool) -> Result<()> {
        self.check(action)?;
        self.step(cx, if has_circuits { CONFIGURE } else { action })
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
