//! Hosted connections: a part of a circuit, with a VLAN and a bandwidth of its own, that the circuit's owner cuts out
//! for another account. This file has the row and the one writer of its status; `states` has the life cycle, `describe`
//! what clients are shown, and the others one group of actions each.
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
use crate::circuit::{Circuit, NEXT_HEADER, STATE_HEADER};
use crate::codes;
use crate::cx::{Caller, Cx, View};
use crate::machine::{Move, To};
use crate::tag;
use crate::time::Millis;
use crate::vbr::vlan;
use rpc::code::{Code, Error};
use states::{HOSTED, HostedStatus};
use store::{Arg, Fault, Read, ReadExt, Row};

/// The kind under which its labels are kept: to clients it is a circuit.
pub use crate::circuit::KIND;
/// `ProductType` of a hosted connection.
pub const PRODUCT_TYPE: &str = "VirtualPhysicalConnection";

/// A hosted connection as it is kept.
#[derive(Debug, Clone)]
pub struct Hosted {
    /// Its tenant.
    pub account: String,
    /// Region.
    pub region: String,
    /// The revision of its tenant's account that made it.
    pub serial: i64,
    /// `pc-…`, like a circuit's.
    pub id: String,
    status: HostedStatus,
    since: Millis,
    /// Owner of the circuit.
    pub parent_account: String,
    /// The circuit.
    pub parent_id: String,
    /// VLAN on the circuit.
    pub vlan: i64,
    /// What it carries, wire text.
    pub spec: String,
    /// The same, Mbit/s.
    pub mbps: i64,
    /// What it is to carry once that is ordered, or empty.
    pub expect_spec: String,
    /// Who pays, wire text.
    pub order_mode: String,
    /// Name, or empty.
    pub name: String,
    /// Description, or empty.
    pub description: String,
    /// Resource group, or empty.
    pub resource_group_id: String,
    /// The border router that runs over it, or empty.
    pub vbr_id: String,
    /// When it was made.
    pub created_at: Millis,
    /// When its tenant confirmed it.
    pub enabled_at: Option<Millis>,
}

const SELECT: &str = "select account, region, serial, id, status, since, parent_account, parent_id, vlan, spec, mbps,
    expect_spec, order_mode, name, description, resource_group_id, vbr_id, created_at, enabled_at from hosted";

impl Hosted {
    fn read(row: &dyn Row) -> std::result::Result<Hosted, Fault> {
        let text = |index| row.text(index).map(str::to_owned);
        let status = row.text(4)?;
        Ok(Hosted {
            account: text(0)?,
            region: text(1)?,
            serial: row.int(2)?,
            id: text(3)?,
            status: HOSTED
                .state(status)
                .ok_or_else(|| Fault::broken(format!("the store holds the unknown word \"{status}\"")))?,
            since: row.int(5)?,
            parent_account: text(6)?,
            parent_id: text(7)?,
            vlan: row.int(8)?,
            spec: text(9)?,
            mbps: row.int(10)?,
            expect_spec: text(11)?,
            order_mode: text(12)?,
            name: text(13)?,
            description: text(14)?,
            resource_group_id: text(15)?,
            vbr_id: text(16)?,
            created_at: row.int(17)?,
            enabled_at: row.maybe_int(18)?,
        })
    }

    /// The hosted connection of this id, whoever owns it. Only for rules that look across accounts.
    pub(crate) fn anywhere(read: &mut dyn Read, id: &str) -> Result<Option<Hosted>> {
        Ok(read.one(&format!("{SELECT} where id = $1"), &[Arg::from(id)], Hosted::read)?)
    }

    /// The one over which a border router runs.
    pub(crate) fn under(read: &mut dyn Read, vbr: &str) -> Result<Option<Hosted>> {
        let sql = format!("{SELECT} where vbr_id = $1 and vbr_id <> ''");
        Ok(read.one(&sql, &[Arg::from(vbr)], Hosted::read)?)
    }

    /// The only way to one in a command: its tenant's row is locked. Nothing for an unknown id, another region's, and
    /// one with which the caller has nothing to do.
    pub(crate) fn of_caller(cx: &mut Cx<'_>, id: &str, region: &str) -> Result<Option<Hosted>> {
        let found = Hosted::anywhere(cx.tx, id)?;
        Ok(found
            .filter(|hosted| hosted.account == cx.account && hosted.region == region)
            .filter(|hosted| hosted.is_tenants(cx.caller) || hosted.is_on_circuit_of(cx.caller)))
    }

    /// The same, where another answer than that there is none makes no sense.
    pub(crate) fn find(cx: &mut Cx<'_>, id: &str, region: &str) -> Result<Hosted> {
        Hosted::of_caller(cx, id, region)?.ok_or_else(unknown)
    }

    /// Whether the caller is its tenant.
    pub fn is_tenants(&self, caller: &Caller) -> bool {
        self.account == caller.account
    }

    /// Whether the caller owns the circuit.
    pub fn is_on_circuit_of(&self, caller: &Caller) -> bool {
        self.parent_account == caller.account
    }

    /// The present status.
    pub fn status(&self) -> HostedStatus {
        self.status
    }

    /// Its circuit.
    pub(crate) fn parent(&self, read: &mut dyn Read) -> Result<Circuit> {
        Circuit::anywhere(read, &self.parent_id)?.ok_or_else(|| {
            Fault::broken(format!("{} is on {}, which is not there", self.id, self.parent_id)).into()
        })
    }

    /// Asks the table whether `trigger` is legal now, and refuses with the table's code if it is not.
    pub(crate) fn check(&self, trigger: &str) -> Result<&'static Move<HostedStatus>> {
        HOSTED.find(self.status, trigger).ok_or_else(|| {
            let code: &'static Code =
                HOSTED.refusal(trigger).unwrap_or(&codes::FORBIDDEN_NOT_ALLOWED_IN_STATE);
            let message = code.message.replace("%s", &self.id);
            self.refuse(Error::new(code).with_message(message))
        })
    }

    /// A refusal for which the present state is the reason, with the headers that explain it.
    pub(crate) fn refuse(&self, error: Error) -> Stop {
        error
            .with_header(STATE_HEADER, self.status.as_str())
            .with_header(NEXT_HEADER, HOSTED.next_header(self.status))
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
                self.remove(cx)
            }
            To::State(to) => {
                cx.record(&self.id, from.as_str(), to.as_str());
                self.status = to;
                self.since = cx.now;
                if to == HostedStatus::Enabled {
                    self.enabled_at.get_or_insert(cx.now);
                }
                self.update(cx, from)
            }
        }
    }

    /// Writes a new one with the labels it was given: in service at once where a router of its tenant's runs over it,
    /// and in the table's initial state otherwise. Its circuit shows how many there are.
    pub(crate) fn insert(&mut self, cx: &mut Cx<'_>, circuit: &Circuit, tags: &[tag::Tag]) -> Result<()> {
        if !self.vbr_id.is_empty() {
            self.status = HostedStatus::Enabled;
            self.enabled_at = Some(cx.now);
        }
        let places: Vec<_> = (1..=19).map(|place| format!("${place}")).collect();
        let columns = SELECT.trim_start_matches("select ").trim_end_matches(" from hosted");
        let sql = format!("insert into hosted ({columns}) values ({})", places.join(", "));
        cx.tx.exec(&sql, &self.values())?;
        tag::put(cx, KIND, &self.id, tags)?;
        cx.record(&self.id, "", self.status.as_str());
        circuit.write_anew(cx)
    }

    fn update(&self, cx: &mut Cx<'_>, from: HostedStatus) -> Result<()> {
        let written = cx.tx.exec(
            "update hosted set status = $1, since = $2, vlan = $3, expect_spec = $4, resource_group_id = $5, vbr_id = $6,
             enabled_at = $7 where account = $8 and region = $9 and serial = $10 and status = $11",
            &[
                Arg::from(self.status.as_str()),
                Arg::from(self.since),
                Arg::from(self.vlan),
                Arg::from(&self.expect_spec),
                Arg::from(&self.resource_group_id),
                Arg::from(&self.vbr_id),
                Arg::from(self.enabled_at),
                Arg::from(&self.account),
                Arg::from(&self.region),
                Arg::from(self.serial),
                Arg::from(from.as_str()),
            ],
        )?;
        if written != 1 {
            let (id, from) = (&self.id, from.as_str());
            return Err(Fault::broken(format!("{id} was not in {from} when written")).into());
        }
        Ok(())
    }

    fn remove(&self, cx: &mut Cx<'_>) -> Result<()> {
        vlan::free_all(cx, &self.id)?;
        tag::clear(cx, KIND, &self.id)?;
        cx.tx.exec(
            "delete from hosted where account = $1 and region = $2 and serial = $3",
            &[Arg::from(&self.account), Arg::from(&self.region), Arg::from(self.serial)],
        )?;
        self.parent(cx.tx)?.write_anew(cx)
    }

    /// The values of the columns of [`SELECT`].
    fn values(&self) -> [Arg<'_>; 19] {
        [
            Arg::from(&self.account),
            Arg::from(&self.region),
            Arg::from(self.serial),
            Arg::from(&self.id),
            Arg::from(self.status.as_str()),
            Arg::from(self.since),
            Arg::from(&self.parent_account),
            Arg::from(&self.parent_id),
            Arg::from(self.vlan),
            Arg::from(&self.spec),
            Arg::from(self.mbps),
            Arg::from(&self.expect_spec),
            Arg::from(&self.order_mode),
            Arg::from(&self.name),
            Arg::from(&self.description),
            Arg::from(&self.resource_group_id),
            Arg::from(&self.vbr_id),
            Arg::from(self.created_at),
            Arg::from(self.enabled_at),
        ]
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
        .map(|hosted| hosted.account))
}

/// The owner of its circuit, to be locked beside its tenant.
pub(crate) fn circuit_owner(view: &mut View<'_>, id: &str) -> Result<Vec<String>> {
    let found = Hosted::anywhere(view.read, id)?;
    Ok(found.map(|hosted| hosted.parent_account).into_iter().collect())
}

/// Whether one of this id is the account's own and in this region.
pub(crate) fn is_there(read: &mut dyn Read, account: &str, region: &str, id: &str) -> Result<bool> {
    Ok(Hosted::anywhere(read, id)?.is_some_and(|hosted| hosted.account == account && hosted.region == region))
}

/// Whether there is one of this id in this region with which the caller has to do. Its row is not locked.
pub(crate) fn concerns(cx: &mut Cx<'_>, id: &str, region: &str) -> Result<bool> {
    let found = Hosted::anywhere(cx.tx, id)?.filter(|hosted| hosted.region == region);
    Ok(found.is_some_and(|hosted| hosted.is_tenants(cx.caller) || hosted.is_on_circuit_of(cx.caller)))
}

/// Whether one of this id is anybody's.
pub(crate) fn is_there_at_all(read: &mut dyn Read, id: &str) -> Result<bool> {
    Ok(Hosted::anywhere(read, id)?.is_some())
}

/// Puts the account's hosted connection into another resource group.
pub(crate) fn regroup(cx: &mut Cx<'_>, id: &str, region: &str, group: &str) -> Result<()> {
    let found = Hosted::anywhere(cx.tx, id)?;
    let mut hosted = found
        .filter(|hosted| hosted.account == cx.account && hosted.region == region)
        .ok_or(&codes::INVALID_RESOURCE_ID_NOT_FOUND)?;
    group.clone_into(&mut hosted.resource_group_id);
    hosted.update(cx, hosted.status)
}

/// How many there are on a circuit, and what they carry together, Mbit/s.
pub(crate) fn load(read: &mut dyn Read, circuit: &str) -> Result<(i64, i64)> {
    let sql = "select count(*), cast(coalesce(sum(mbps), 0) as bigint) from hosted where parent_id = $1";
    let found = read.one(sql, &[Arg::from(circuit)], |row| Ok((row.int(0)?, row.int(1)?)))?;
    Ok(found.unwrap_or_default())
}
