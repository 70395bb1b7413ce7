//! Virtual border routers. This file has the row and the one writer of its status; `states` has the life cycle,
//! `link` and `vlan` what it has of its circuits, `answer` what clients are shown, and the others one group of actions
//! each.
//!
//! A router is its owner's; its circuits are all one account's, which is the owner's own or another's. Whoever writes
//! a router has both rows locked, so that a change of the circuit, which locks its owner's row only, can write the
//! answers of the routers on it.

pub mod addresses;
pub mod answer;
pub mod apply;
pub mod associate;
pub mod change;
pub mod describe;
pub mod link;
pub mod moves;
pub mod parameters;
pub mod states;
pub mod vlan;

use crate::action::{Result, Stop};
use crate::circuit::states::BusinessStatus;
use crate::circuit::states::Status as CircuitStatus;
use crate::circuit::{Circuit, NEXT_HEADER, STATE_HEADER};
use crate::codes;
use crate::cx::{Caller, Cx, View};
use crate::kept::word;
use crate::limits::VLAN_RESERVATION_MS;
use crate::machine::{Actor, Move, To};
use crate::time::Millis;
use crate::{cen, hosted, tag, timer};
use link::Link;
use rpc::code::{Code, Error};
use states::{VBR, VbrStatus};
use std::sync::LazyLock;
use store::{Arg, Fault, Read, ReadExt, Row};

/// The prefix of a border router's id.
pub const PREFIX: &str = "vbr";
/// The prefix of a route table's id.
pub const ROUTE_TABLE_PREFIX: &str = "vtb";
/// The prefix of the interface that a router has on each of its circuits.
pub const INTERFACE_PREFIX: &str = "ri";
/// The kind under which a border router's tags are kept, and its `ResourceType`.
pub const KIND: &str = "VIRTUALBORDERROUTER";
/// The resource group of what was put into none: clients expect to read one.
pub const DEFAULT_RESOURCE_GROUP: &str = "rg-default";

/// A border router as it is kept.
#[derive(Debug, Clone)]
pub struct Vbr {
    /// Owner.
    pub account: String,
    /// Region.
    pub region: String,
    /// The revision of the account that created it: its place in its owner's list.
    pub serial: i64,
    /// `vbr-…`.
    pub id: String,
    status: VbrStatus,
    since: Millis,
    /// Owner of its circuits.
    pub circuit_account: String,
    /// Where its own circuit ends.
    pub access_point_id: String,
    /// The link over its own circuit.
    pub link: Link,
    /// Name, or empty.
    pub name: String,
    /// Description, or empty.
    pub description: String,
    /// Rate limit, Mbit/s.
    pub bandwidth: i64,
    /// Largest packet, bytes.
    pub mtu: i64,
    /// Packets that may be lost before a detection session is down.
    pub detect_multiplier: i64,
    /// Milliseconds between detection packets received.
    pub min_rx_ms: i64,
    /// Milliseconds between detection packets sent.
    pub min_tx_ms: i64,
    /// Whether traffic between data centres may pass.
    pub sitelink: bool,
    /// Resource group.
    pub resource_group_id: String,
    /// Its route table.
    pub route_table_id: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it first became active.
    pub activated_at: Option<Millis>,
    /// When it was last terminated.
    pub terminated_at: Option<Millis>,
    /// When it last came back.
    pub recovered_at: Option<Millis>,
}

/// The columns that say which router a row is; they never change.
const KEY: [&str; 4] = ["account", "region", "serial", "id"];

/// The columns before those of the link, in the order of [`Vbr::values`].
const BEFORE_LINK: [&str; 4] = ["status", "since", "circuit_account", "access_point_id"];

/// The columns after those of the link, in the order of [`Vbr::values`].
const AFTER_LINK: [&str; 14] = [
    "name",
    "description",
    "bandwidth",
    "mtu",
    "detect_multiplier",
    "min_rx_ms",
    "min_tx_ms",
    "sitelink",
    "resource_group_id",
    "route_table_id",
    "created_at",
    "activated_at",
    "terminated_at",
    "recovered_at",
];

/// All columns but the answer, in the order in which [`Vbr::read`] has them.
static COLUMNS: LazyLock<String> = LazyLock::new(|| {
    let columns: Vec<_> = KEY.iter().chain(&fields()).copied().collect();
    columns.join(", ")
});

static SELECT: LazyLock<String> = LazyLock::new(|| format!("select {} from vbr where id = $1", *COLUMNS));

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let columns: Vec<_> = fields().into_iter().chain(["answer"]).chain(KEY).collect();
    let values: Vec<_> = (1..=columns.len()).map(|place| format!("${place}")).collect();
    format!("insert into vbr ({}) values ({})", columns.join(", "), values.join(", "))
});

static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let columns: Vec<_> = fields().into_iter().chain(["answer"]).collect();
    let pairs: Vec<_> =
        columns.iter().enumerate().map(|(at, name)| format!("{name} = ${}", at + 1)).collect();
    let next = columns.len() + 1;
    let key: Vec<_> = KEY.iter().enumerate().map(|(at, name)| format!("{name} = ${}", next + at)).collect();
    let status = next + KEY.len();
    format!("update vbr set {} where {} and status = ${status}", pairs.join(", "), key.join(" and "))
});

fn fields() -> Vec<&'static str> {
    BEFORE_LINK.iter().chain(&link::COLUMNS).chain(&AFTER_LINK).copied().collect()
}

/// What a circuit lends to the answers of the routers on it.
pub(crate) struct CircuitShown {
    pub(crate) status: CircuitStatus,
    pub(crate) business_status: BusinessStatus,
}

impl Vbr {
    fn read(row: &dyn Row) -> std::result::Result<Vbr, Fault> {
        let text = |index| row.text(index).map(str::to_owned);
        let rest = KEY.len() + BEFORE_LINK.len() + link::COLUMNS.len();
        Ok(Vbr {
            account: text(0)?,
            region: text(1)?,
            serial: row.int(2)?,
            id: text(3)?,
            status: word(row.text(4)?, |text| VBR.state(text))?,
            since: row.int(5)?,
            circuit_account: text(6)?,
            access_point_id: text(7)?,
            link: Link::read(row, KEY.len() + BEFORE_LINK.len())?,
            name: text(rest)?,
            description: text(rest + 1)?,
            bandwidth: row.int(rest + 2)?,
            mtu: row.int(rest + 3)?,
            detect_multiplier: row.int(rest + 4)?,
            min_rx_ms: row.int(rest + 5)?,
            min_tx_ms: row.int(rest + 6)?,
            sitelink: row.flag(rest + 7)?,
            resource_group_id: text(rest + 8)?,
            route_table_id: text(rest + 9)?,
            created_at: row.int(rest + 10)?,
            activated_at: row.maybe_int(rest + 11)?,
            terminated_at: row.maybe_int(rest + 12)?,
            recovered_at: row.maybe_int(rest + 13)?,
        })
    }

    /// The router of this id, whoever owns it. Only for rules that look across accounts.
    pub(crate) fn anywhere(read: &mut dyn Read, id: &str) -> Result<Option<Vbr>> {
        Ok(read.one(&SELECT, &[Arg::from(id)], Vbr::read)?)
    }

    /// The router with this route table, whoever owns it.
    pub(crate) fn of_table(read: &mut dyn Read, table: &str) -> Result<Option<Vbr>> {
        let sql = format!("select {} from vbr where route_table_id = $1", *COLUMNS);
        Ok(read.one(&sql, &[Arg::from(table)], Vbr::read)?)
    }

    /// Whether it has this interface on one of its circuits.
    pub(crate) fn has_vlan_interface(&self, read: &mut dyn Read, id: &str) -> Result<bool> {
        let further = link::associated(read, &self.id)?;
        Ok(std::iter::once(&self.link).chain(&further).any(|link| link.vlan_interface_id == id))
    }

    /// The only way to a router in a command: its owner's row is locked. An unknown id, another region's and that of
    /// a router with which the caller has nothing to do are refused alike, with `missing`.
    pub(crate) fn find(cx: &mut Cx<'_>, id: &str, region: &str, missing: &'static Code) -> Result<Vbr> {
        let found = Vbr::anywhere(cx.tx, id)?;
        found
            .filter(|vbr| vbr.account == cx.account && vbr.region == region)
            .filter(|vbr| vbr.concerns(cx.caller))
            .ok_or_else(|| missing.into())
    }

    /// Whether the caller owns the router or the circuit it is on.
    pub fn concerns(&self, caller: &Caller) -> bool {
        self.is_owned_by(caller) || self.is_on_circuit_of(caller)
    }

    /// Whether the caller owns the router.
    pub fn is_owned_by(&self, caller: &Caller) -> bool {
        self.account == caller.account
    }

    /// Whether the caller owns the circuit it is on.
    pub fn is_on_circuit_of(&self, caller: &Caller) -> bool {
        self.circuit_account == caller.account
    }

    /// The present status.
    pub fn status(&self) -> VbrStatus {
        self.status
    }

    /// Asks the table whether `trigger` is legal now, and refuses with the table's code if it is not.
    pub(crate) fn check(&self, trigger: &str) -> Result<&'static Move<VbrStatus>> {
        VBR.find(self.status, trigger).ok_or_else(|| {
            let code =
                VBR.refusal(trigger).unwrap_or(&codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE);
            self.refuse(code.into())
        })
    }

    /// A refusal for which the present state is the reason, with the headers that explain it.
    pub(crate) fn refuse(&self, error: Error) -> Stop {
        error
            .with_header(STATE_HEADER, self.status.as_str())
            .with_header(NEXT_HEADER, VBR.next_header(self.status))
            .into()
    }

    /// Makes the move of `trigger`: the one place where a status changes. Cancels the deadlines of the state it
    /// leaves, sets those of the state it enters, and writes the row with whatever else the caller has changed.
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
                self.arrive(cx, from)?;
                self.update(cx, from)?;
                self.plan(cx)
            }
        }
    }

    /// What every arrival in a state brings, whichever action led there.
    fn arrive(&mut self, cx: &mut Cx<'_>, from: VbrStatus) -> Result<()> {
        match self.status {
            VbrStatus::Active => {
                self.activated_at.get_or_insert(cx.now);
                if from == VbrStatus::Recovering {
                    self.recovered_at = Some(cx.now);
                }
            }
            VbrStatus::Terminated => {
                self.terminated_at = Some(cx.now);
                vlan::reserve_all(cx, &self.id, cx.now + VLAN_RESERVATION_MS)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Sets the deadlines of the present state.
    fn plan(&self, cx: &mut Cx<'_>) -> Result<()> {
        for row in VBR.moves_from(self.status, Some(Actor::Timer)) {
            cx.set_due(&self.id, row.trigger, timer::TIMER, "", cx.now + row.after_ms)?;
        }
        Ok(())
    }

    /// Writes a new router with the tags it was given: active at once on its owner's circuit, and in the table's
    /// initial state on another account's.
    pub(crate) fn insert(&mut self, cx: &mut Cx<'_>, tags: &[tag::Tag]) -> Result<()> {
        if self.account == self.circuit_account {
            self.status = VbrStatus::Active;
            self.activated_at = Some(cx.now);
        }
        let answer = self.rendered(cx.tx, tags)?;
        let mut args = self.values();
        args.push(Arg::Bytes(&answer));
        args.extend(self.key());
        cx.tx.exec(&INSERT, &args)?;
        cx.record(&self.id, "", self.status.as_str());
        self.plan(cx)
    }

    /// Writes the row over the one whose status was `from`.
    fn update(&self, cx: &mut Cx<'_>, from: VbrStatus) -> Result<()> {
        let tags = tag::of(cx.tx, &self.account, KIND, &self.id)?;
        let answer = self.rendered(cx.tx, &tags)?;
        let mut args = self.values();
        args.push(Arg::Bytes(&answer));
        args.extend(self.key());
        args.push(Arg::from(from.as_str()));
        let written = cx.tx.exec(&UPDATE, &args)?;
        if written != 1 {
            let (id, from) = (&self.id, from.as_str());
            return Err(Fault::broken(format!("router {id} was not in {from} when written")).into());
        }
        Ok(())
    }

    fn remove(&self, cx: &mut Cx<'_>) -> Result<()> {
        vlan::free_all(cx, &self.id)?;
        hosted::moves::router_gone(cx, &self.id)?;
        tag::clear(cx, KIND, &self.id)?;
        cen::clear(cx, &self.id)?;
        cx.tx.exec(
            "delete from vbr where account = $1 and region = $2 and serial = $3",
            &[Arg::from(&self.account), Arg::from(&self.region), Arg::from(self.serial)],
        )?;
        Ok(())
    }

    /// The JSON that lists show for it, with what its circuits lend to it.
    fn rendered(&self, read: &mut dyn Read, tags: &[tag::Tag]) -> Result<Vec<u8>> {
        let own = shown(read, &self.link.circuit_id)?;
        let mut associated = Vec::new();
        for link in link::associated(read, &self.id)? {
            let circuit = shown(read, &link.circuit_id)?;
            associated.push((link, circuit));
        }
        Ok(answer::render(self, &own, &associated, tags))
    }

    /// The values of [`KEY`].
    fn key(&self) -> [Arg<'_>; 4] {
        [Arg::from(&self.account), Arg::from(&self.region), Arg::from(self.serial), Arg::from(&self.id)]
    }

    /// The values of [`fields`], in their order.
    fn values(&self) -> Vec<Arg<'_>> {
        let mut values = vec![
            Arg::from(self.status.as_str()),
            Arg::from(self.since),
            Arg::from(&self.circuit_account),
            Arg::from(&self.access_point_id),
        ];
        values.extend(self.link.values());
        values.extend([
            Arg::from(&self.name),
            Arg::from(&self.description),
            Arg::from(self.bandwidth),
            Arg::from(self.mtu),
            Arg::from(self.detect_multiplier),
            Arg::from(self.min_rx_ms),
            Arg::from(self.min_tx_ms),
            Arg::from(self.sitelink),
            Arg::from(&self.resource_group_id),
            Arg::from(&self.route_table_id),
            Arg::from(self.created_at),
            Arg::from(self.activated_at),
            Arg::from(self.terminated_at),
            Arg::from(self.recovered_at),
        ]);
        values
    }
}

/// What the answers of routers show of this circuit.
fn shown(read: &mut dyn Read, circuit: &str) -> Result<CircuitShown> {
    let sql = "select status, business_status from circuit where id = $1";
    let words = read.one(sql, &[Arg::from(circuit)], |row| {
        Ok((CircuitStatus::from_wire(row.text(0)?), BusinessStatus::from_wire(row.text(1)?)))
    })?;
    match words {
        Some((Some(status), Some(business_status))) => Ok(CircuitShown { status, business_status }),
        _ => Err(Fault::broken(format!("a router is on {circuit}, which is not there")).into()),
    }
}

/// The two accounts that a router concerns; neither ever changes.
struct Parties {
    owner: String,
    circuit_owner: String,
}

impl Parties {
    fn of(read: &mut dyn Read, id: &str) -> Result<Option<Parties>> {
        let sql = "select account, circuit_account from vbr where id = $1";
        Ok(read.one(sql, &[Arg::from(id)], |row| {
            Ok(Parties { owner: row.text(0)?.to_owned(), circuit_owner: row.text(1)?.to_owned() })
        })?)
    }
}

/// The owner of this router, whose row a command locks, if the caller has to do with it. Of any other router the
/// command finds nothing, with the caller's own row locked.
pub(crate) fn owner(view: &mut View<'_>, id: &str) -> Result<Option<String>> {
    let me = &view.caller.account;
    let found = Parties::of(view.read, id)?;
    Ok(found
        .filter(|parties| parties.owner == *me || parties.circuit_owner == *me)
        .map(|parties| parties.owner))
}

/// The owners of the circuits of these routers: the accounts to be locked beside the routers' own.
pub(crate) fn circuit_owners<'a>(
    read: &mut dyn Read,
    ids: impl IntoIterator<Item = &'a str>,
) -> Result<Vec<String>> {
    let mut owners = Vec::new();
    for id in ids {
        owners.extend(Parties::of(read, id)?.map(|parties| parties.circuit_owner));
    }
    Ok(owners)
}

/// A deadline of the table has come: makes its move. Gives the body of its ledger row.
pub(crate) fn deadline(cx: &mut Cx<'_>, id: &str, trigger: &str) -> Result<Vec<u8>> {
    let found = Vbr::anywhere(cx.tx, id)?.filter(|vbr| vbr.account == cx.account);
    let mut vbr = found.ok_or(&codes::INVALID_VBR_ID_NOT_FOUND)?;
    vbr.step(cx, trigger)?;
    Ok(Vec::new())
}

/// Whether a deadline's resource is a border router.
pub(crate) fn is_router(id: &str) -> bool {
    id.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('-'))
}

/// Writes the router's answer anew after its tags changed.
pub(crate) fn refresh(cx: &mut Cx<'_>, id: &str) -> Result<()> {
    let vbr = Vbr::anywhere(cx.tx, id)?.ok_or(&codes::INVALID_RESOURCE_ID_NOT_FOUND)?;
    vbr.update(cx, vbr.status)
}

/// Puts the account's router into another resource group.
pub(crate) fn regroup(cx: &mut Cx<'_>, id: &str, region: &str, group: &str) -> Result<()> {
    let found = Vbr::anywhere(cx.tx, id)?;
    let mut vbr = found
        .filter(|vbr| vbr.account == cx.account && vbr.region == region)
        .ok_or(&codes::INVALID_RESOURCE_ID_NOT_FOUND)?;
    group.clone_into(&mut vbr.resource_group_id);
    vbr.update(cx, vbr.status)
}

/// Whether a router of this id is the account's own and in this region.
pub(crate) fn is_there(read: &mut dyn Read, account: &str, region: &str, id: &str) -> Result<bool> {
    Ok(Vbr::anywhere(read, id)?.is_some_and(|vbr| vbr.account == account && vbr.region == region))
}

/// A circuit was written: the routers on it, whoever owns them, show its status. Its owner's row is locked, which
/// keeps every other writer of these routers away.
pub(crate) fn circuit_changed(cx: &mut Cx<'_>, circuit: &Circuit) -> Result<()> {
    let text = |row: &dyn Row| row.text(0).map(str::to_owned);
    let mut ids = cx.tx.all("select id from vbr where circuit_id = $1", &[Arg::from(&circuit.id)], text)?;
    ids.extend(cx.tx.all(
        "select vbr_id from vbr_association where circuit_id = $1",
        &[Arg::from(&circuit.id)],
        text,
    )?);
    for id in ids {
        let Some(vbr) = Vbr::anywhere(cx.tx, &id)? else { continue };
        let tags = tag::of(cx.tx, &vbr.account, KIND, &vbr.id)?;
        let answer = vbr.rendered(cx.tx, &tags)?;
        cx.tx.exec(
            "update vbr set answer = $1 where account = $2 and region = $3 and serial = $4 and answer <> $1",
            &[Arg::Bytes(&answer), Arg::from(&vbr.account), Arg::from(&vbr.region), Arg::from(vbr.serial)],
        )?;
    }
    Ok(())
}
