//! Hosted connections: a part of a circuit, with a VLAN and a bandwidth of its own, that the circuit's owner cuts out
//! for another account. This file has the row; `states` has the life cycle, `describe` what clients are shown, and the others one group of actions each.
//!
//! A hosted connection is its tenant's; its circuit is another account's or the same. Whoever writes one has both rows
//! locked. What is shown of it is made when it is read, because its circuit lends most of it.

pub mod apply;
pub mod describe;
pub mod moves;
pub mod parameters;
pub mod router;
pub mod states;

use crate::action::{Result, Stop};
use crate::circuit::{self, Circuit};
use crate::codes;
use crate::cx::{Caller, Cx, View};
use crate::kept::{self, Grouped, Head, Kept};
use crate::machine::Machine;
use crate::tag;
use crate::time::Millis;
use crate::vbr::vlan;
use rpc::code::Error;
use states::{HOSTED, HostedStatus};
use store::{Arg, Fault, Read, ReadExt};

/// The kind under which its labels are kept: to clients it is a circuit.
pub use crate::circuit::KIND;
/// `ProductType` of a hosted connection.
pub const PRODUCT_TYPE: &str = "VirtualPhysicalConnection";

/// A hosted connection as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Hosted {
    /// What every row begins with; its account is the tenant.
    pub(crate) head: Head<HostedStatus>,
    /// Owner of the circuit.
    pub(crate) parent_account: String,
    /// The circuit.
    pub(crate) parent_id: String,
    /// VLAN on the circuit.
    pub(crate) vlan: i64,
    /// What it carries, wire text.
    pub(crate) spec: String,
    /// The same, Mbit/s.
    pub(crate) mbps: i64,
    /// What it is to carry once that is ordered, or empty.
    pub(crate) expect_spec: String,
    /// Who pays, wire text.
    pub(crate) order_mode: String,
    /// Name, or empty.
    pub(crate) name: String,
    /// Description, or empty.
    pub(crate) description: String,
    /// Resource group, or empty.
    pub(crate) resource_group_id: String,
    /// The border router that runs over it, or empty.
    pub(crate) vbr_id: String,
    /// When its tenant confirmed it.
    pub(crate) enabled_at: Option<Millis>,
}

impl Kept for Hosted {
    type Status = HostedStatus;
    const TABLE: &'static str = "hosted";
    /// Like a circuit's.
    const PREFIX: &'static str = circuit::PREFIX;
    const MACHINE: &'static Machine<HostedStatus> = &HOSTED;

    kept::columns!(
        parent_account,
        parent_id,
        vlan,
        spec,
        mbps,
        expect_spec,
        order_mode,
        name,
        description,
        resource_group_id,
        vbr_id,
        enabled_at
    );

    fn arrive(&mut self, now: Millis) {
        if self.status() == HostedStatus::Enabled {
            self.enabled_at.get_or_insert(now);
        }
    }

    /// Its VLAN is free and its labels are gone, and its circuit shows one less.
    fn clear(&self, cx: &mut Cx<'_>) -> Result<()> {
        vlan::free_all(cx, &self.head.id)?;
        tag::clear(cx, KIND, &self.head.id)?;
        self.parent(cx.tx)?.write_anew(cx)
    }
}

impl Grouped for Hosted {
    fn group_mut(&mut self) -> &mut String {
        &mut self.resource_group_id
    }
}

impl Hosted {
    /// The one over which a border router runs.
    pub(crate) fn under(read: &mut dyn Read, vbr: &str) -> Result<Option<Hosted>> {
        Hosted::one(read, "vbr_id = $1 and vbr_id <> ''", &[Arg::from(vbr)])
    }

    /// The only way to one in a command: its tenant's row is locked. Nothing for an unknown id, another region's, and
    /// one with which the caller has nothing to do.
    pub(crate) fn of_caller(cx: &mut Cx<'_>, id: &str, region: &str) -> Result<Option<Hosted>> {
        let found = Hosted::anywhere(cx.tx, id)?;
        Ok(found
            .filter(|hosted| hosted.head.is_in(&cx.account, region))
            .filter(|hosted| hosted.is_tenants(cx.caller) || hosted.is_on_circuit_of(cx.caller)))
    }

    /// The same, where another answer than that there is none makes no sense.
    pub(crate) fn named(cx: &mut Cx<'_>, id: &str, region: &str) -> Result<Hosted> {
        Hosted::of_caller(cx, id, region)?.ok_or_else(unknown)
    }

    /// Whether the caller is its tenant.
    pub(crate) fn is_tenants(&self, caller: &Caller) -> bool {
        self.head.account == caller.account
    }

    /// Whether the caller owns the circuit.
    pub(crate) fn is_on_circuit_of(&self, caller: &Caller) -> bool {
        self.parent_account == caller.account
    }

    /// Its circuit.
    pub(crate) fn parent(&self, read: &mut dyn Read) -> Result<Circuit> {
        Circuit::anywhere(read, &self.parent_id)?.ok_or_else(|| {
            Fault::broken(format!("{} is on {}, which is not there", self.head.id, self.parent_id)).into()
        })
    }

    /// Writes a new one with the labels it was given: in service at once where a router of its tenant's runs over it,
    /// and in the machine's initial state otherwise. Its circuit shows how many there are.
    pub(crate) fn put(mut self, cx: &mut Cx<'_>, circuit: &Circuit, tags: &[tag::Tag]) -> Result<String> {
        if !self.vbr_id.is_empty() {
            self.head = self.head.beginning(HostedStatus::Enabled);
            self.enabled_at = Some(cx.now);
        }
        self.insert(cx)?;
        tag::put(cx, KIND, &self.head.id, tags)?;
        circuit.write_anew(cx)?;
        Ok(self.head.id)
    }
}

/// The refusal of an id of nothing that the caller has to do with.
pub(crate) fn unknown() -> Stop {
    let code = &codes::RESOURCE_NOT_FOUND;
    Error::new(code).with_message(code.message.replace("%s", "instance")).into()
}

/// The tenant of this hosted connection, whose row a command locks, if the caller has to do with it.
pub(crate) fn owner(view: &mut View<'_>, id: &str) -> Result<Option<String>> {
    let found = Hosted::anywhere(view.read, id)?;
    Ok(found
        .filter(|hosted| hosted.is_tenants(view.caller) || hosted.is_on_circuit_of(view.caller))
        .map(|hosted| hosted.head.account))
}

/// The owner of its circuit, to be locked beside its tenant.
pub(crate) fn circuit_owner(view: &mut View<'_>, id: &str) -> Result<Vec<String>> {
    let found = Hosted::anywhere(view.read, id)?;
    Ok(found.map(|hosted| hosted.parent_account).into_iter().collect())
}

/// Whether there is one of this id in this region with which the caller has to do. Its row is not locked.
pub(crate) fn concerns(cx: &mut Cx<'_>, id: &str, region: &str) -> Result<bool> {
    let found = Hosted::anywhere(cx.tx, id)?.filter(|hosted| hosted.head.region == region);
    Ok(found.is_some_and(|hosted| hosted.is_tenants(cx.caller) || hosted.is_on_circuit_of(cx.caller)))
}

/// Whether one of this id is anybody's.
pub(crate) fn is_there_at_all(read: &mut dyn Read, id: &str) -> Result<bool> {
    Ok(Hosted::anywhere(read, id)?.is_some())
}

/// How many there are on a circuit, and what they carry together, Mbit/s.
pub(crate) fn load(read: &mut dyn Read, circuit: &str) -> Result<(i64, i64)> {
    let sql = "select count(*), cast(coalesce(sum(mbps), 0) as bigint) from hosted where parent_id = $1";
    let found = read.one(sql, &[Arg::from(circuit)], |row| Ok((row.int(0)?, row.int(1)?)))?;
    Ok(found.unwrap_or_default())
}
