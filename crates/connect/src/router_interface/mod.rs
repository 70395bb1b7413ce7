//! Router interfaces: one end each of a connection between two routers. This file has the row and the one writer of
//! its status; `states` has the life cycle, `pair` what two ends must have in common, the others one group of actions
//! each. What clients are shown is made when it is read, because half of it is the other end's.
//!
//! An interface is its owner's. The other end may be another account's, and is only ever changed by an event that is due
//! in its owner's account at once: so every account's ledger tells the whole life of what it owns.

pub mod answer;
pub mod change;
pub mod connect;
pub mod create;
pub mod delete;
pub mod describe;
mod health;
pub mod pair;
pub mod parameters;
pub mod states;

use crate::action::{Result, Stop};
use crate::circuit::{NEXT_HEADER, STATE_HEADER};
use crate::codes;
use crate::cx::{Cx, View};
use crate::machine::{Actor, Move, To};
use crate::time::Millis;
use crate::vpc::tables::RouterType;
use crate::{tag, timer};
use parameters::{Role, Spec};
use rpc::code::{Code, Error};
use states::{EVENTS, FAST_LINK, INTERFACE, InterfaceStatus, PEER_IS_GONE, STABLE};
use std::sync::LazyLock;
use store::{Arg, Fault, Read, ReadExt, Row};

/// The prefix of a router interface's id.
pub const PREFIX: &str = "ri";
/// The kind under which a router interface's tags are kept, and its `ResourceType`.
pub const KIND: &str = "ROUTERINTERFACE";

/// A router interface as it is kept.
#[derive(Debug, Clone)]
pub struct Interface {
    /// Owner.
    pub account: String,
    /// Region.
    pub region: String,
    /// The revision of the account that created it: its place in its owner's list.
    pub serial: i64,
    /// `ri-…`.
    pub id: String,
    status: InterfaceStatus,
    since: Millis,
    /// Which end it is.
    pub role: Role,
    /// Its size.
    pub spec: Spec,
    /// Kind of its router.
    pub router_type: RouterType,
    /// Its router.
    pub router_id: String,
    /// Access point of its border router, or empty.
    pub access_point_id: String,
    /// Region of the other end.
    pub opposite_region: String,
    /// Kind of the other router, where it was said.
    pub opposite_router_type: Option<RouterType>,
    /// The other router, or empty.
    pub opposite_router_id: String,
    /// The other end, or empty.
    pub opposite_id: String,
    /// Owner of the other end, or empty.
    pub opposite_owner: String,
    /// Access point of the other border router, or empty.
    pub opposite_access_point_id: String,
    /// Whether the other end was there and is gone.
    pub opposite_gone: bool,
    /// Whether it was made with its other end at once.
    pub fast_link: bool,
    /// Name, or empty.
    pub name: String,
    /// Description, or empty.
    pub description: String,
    /// Where probes come from, or empty.
    pub health_source: String,
    /// Where probes go to, or empty.
    pub health_target: String,
    /// Milliseconds between probes.
    pub health_rate_ms: Option<i64>,
    /// Probes of a check.
    pub health_threshold: Option<i64>,
    /// Resource group.
    pub resource_group_id: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it was last changed.
    pub modified_at: Millis,
    /// When it was first connected.
    pub connected_at: Option<Millis>,
}

/// All columns, in the order in which [`Interface::read`] has them.
const COLUMNS: [&str; 29] = [
    "account",
    "region",
    "serial",
    "id",
    "status",
    "since",
    "role",
    "spec",
    "router_type",
    "router_id",
    "access_point_id",
    "opposite_region",
    "opposite_router_type",
    "opposite_router_id",
    "opposite_id",
    "opposite_owner",
    "opposite_access_point_id",
    "opposite_gone",
    "fast_link",
    "name",
    "description",
    "health_source",
    "health_target",
    "health_rate_ms",
    "health_threshold",
    "resource_group_id",
    "created_at",
    "modified_at",
    "connected_at",
];

/// How many of them say which interface a row is, and never change.
const KEY_COLUMNS: usize = 4;

static SELECT: LazyLock<String> =
    LazyLock::new(|| format!("select {} from router_interface where", COLUMNS.join(", ")));

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let places: Vec<_> = (1..=COLUMNS.len()).map(|place| format!("${place}")).collect();
    format!("insert into router_interface ({}) values ({})", COLUMNS.join(", "), places.join(", "))
});

static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let fields = COLUMNS[KEY_COLUMNS..].iter().chain(&COLUMNS[..KEY_COLUMNS]).enumerate();
    let pairs: Vec<_> = fields.map(|(at, name)| format!("{name} = ${}", at + 1)).collect();
    let (set, key) = pairs.split_at(COLUMNS.len() - KEY_COLUMNS);
    let status = COLUMNS.len() + 1;
    format!(
        "update router_interface set {} where {} and status = ${status}",
        set.join(", "),
        key.join(" and ")
    )
});

/// The word of the store, or a fault.
fn word<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> std::result::Result<T, Fault> {
    read(text).ok_or_else(|| Fault::broken(format!("the store holds the unknown word \"{text}\"")))
}

impl Interface {
    fn read(row: &dyn Row) -> std::result::Result<Interface, Fault> {
        let text = |index| row.text(index).map(str::to_owned);
        let opposite_router_type = match row.text(12)? {
            "" => None,
            text => Some(word(text, RouterType::from_wire)?),
        };
        Ok(Interface {
            account: text(0)?,
            region: text(1)?,
            serial: row.int(2)?,
            id: text(3)?,
            status: word(row.text(4)?, |text| INTERFACE.state(text))?,
            since: row.int(5)?,
            role: word(row.text(6)?, Role::from_wire)?,
            spec: word(row.text(7)?, Spec::from_wire)?,
            router_type: word(row.text(8)?, RouterType::from_wire)?,
            router_id: text(9)?,
            access_point_id: text(10)?,
            opposite_region: text(11)?,
            opposite_router_type,
            opposite_router_id: text(13)?,
            opposite_id: text(14)?,
            opposite_owner: text(15)?,
            opposite_access_point_id: text(16)?,
            opposite_gone: row.flag(17)?,
            fast_link: row.flag(18)?,
            name: text(19)?,
            description: text(20)?,
            health_source: text(21)?,
            health_target: text(22)?,
            health_rate_ms: row.maybe_int(23)?,
            health_threshold: row.maybe_int(24)?,
            resource_group_id: text(25)?,
            created_at: row.int(26)?,
            modified_at: row.int(27)?,
            connected_at: row.maybe_int(28)?,
        })
    }

    /// The values of [`COLUMNS`].
    fn values(&self) -> Vec<Arg<'_>> {
        vec![
            Arg::from(&self.account),
            Arg::from(&self.region),
            Arg::from(self.serial),
            Arg::from(&self.id),
            Arg::from(self.status.as_str()),
            Arg::from(self.since),
            Arg::from(self.role.as_str()),
            Arg::from(self.spec.as_str()),
            Arg::from(self.router_type.as_str()),
            Arg::from(&self.router_id),
            Arg::from(&self.access_point_id),
            Arg::from(&self.opposite_region),
            Arg::from(self.opposite_router_type.map_or("", |kind| kind.as_str())),
            Arg::from(&self.opposite_router_id),
            Arg::from(&self.opposite_id),
            Arg::from(&self.opposite_owner),
            Arg::from(&self.opposite_access_point_id),
            Arg::from(self.opposite_gone),
            Arg::from(self.fast_link),
            Arg::from(&self.name),
            Arg::from(&self.description),
            Arg::from(&self.health_source),
            Arg::from(&self.health_target),
            Arg::from(self.health_rate_ms),
            Arg::from(self.health_threshold),
            Arg::from(&self.resource_group_id),
            Arg::from(self.created_at),
            Arg::from(self.modified_at),
            Arg::from(self.connected_at),
        ]
    }

    /// The interface of this id, whoever owns it. Only for rules that look across accounts.
    pub(crate) fn anywhere(read: &mut dyn Read, id: &str) -> Result<Option<Interface>> {
        Ok(read.one(&format!("{} id = $1", *SELECT), &[Arg::from(id)], Interface::read)?)
    }

    /// The interfaces on a router, in order of creation.
    pub(crate) fn on_router(read: &mut dyn Read, router: &str) -> Result<Vec<Interface>> {
        let sql = format!("{} router_id = $1 order by created_at, id", *SELECT);
        Ok(read.all(&sql, &[Arg::from(router)], Interface::read)?)
    }

    /// An interface of the locked account. An unknown id, another region's and another tenant's are refused alike,
    /// with `missing`.
    pub(crate) fn find(cx: &mut Cx<'_>, id: &str, region: &str, missing: &'static Code) -> Result<Interface> {
        let found = Interface::anywhere(cx.tx, id)?;
        found
            .filter(|interface| interface.account == cx.account && interface.region == region)
            .ok_or_else(|| missing.into())
    }

    /// The present status.
    pub fn status(&self) -> InterfaceStatus {
        self.status
    }

    /// Asks the table whether `trigger` is legal now, and refuses with the table's code if it is not: a removal in
    /// motion with one that clients repeat (contract, conflicts D11).
    pub(crate) fn check(&self, trigger: &str) -> Result<&'static Move<InterfaceStatus>> {
        INTERFACE.find(self.status, trigger).ok_or_else(|| {
            let in_motion = trigger == "DeleteRouterInterface" && !STABLE.contains(&self.status);
            let code = if in_motion { None } else { INTERFACE.refusal(trigger) };
            self.refuse(code.unwrap_or(&codes::INCORRECT_STATUS_RI_DELETE).into())
        })
    }

    /// A refusal for which the present state is the reason, with the headers that explain it.
    pub(crate) fn refuse(&self, error: Error) -> Stop {
        error
            .with_header(STATE_HEADER, self.status.as_str())
            .with_header(
                NEXT_HEADER,
                INTERFACE.next_header_where(self.status, |row| !EVENTS.contains(&row.trigger)),
            )
            .into()
    }

    /// Makes the move of `trigger`: the one place where a status changes. Cancels the deadlines of the state it leaves,
    /// sets those of the state it enters, and writes the row with whatever else the caller has changed.
    pub(crate) fn step(&mut self, cx: &mut Cx<'_>, trigger: &str) -> Result<()> {
        let row = self.check(trigger)?;
        let from = self.status;
        if trigger == PEER_IS_GONE {
            self.opposite_gone = true;
        }
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
                (self.status, self.since) = (to, cx.now);
                if to == InterfaceStatus::Active {
                    self.connected_at.get_or_insert(cx.now);
                }
                self.update(cx, from)?;
                self.plan(cx)
            }
        }
    }

    /// Sets the deadlines of the present state.
    fn plan(&self, cx: &mut Cx<'_>) -> Result<()> {
        let moves = INTERFACE.moves_from(self.status, Some(Actor::Timer));
        for row in moves.filter(|row| !EVENTS.contains(&row.trigger)) {
            cx.set_due(&self.id, row.trigger, timer::TIMER, "", cx.now + row.after_ms)?;
        }
        Ok(())
    }

    /// Writes a new interface, whose status the caller has chosen among those that last.
    fn insert(&self, cx: &mut Cx<'_>) -> Result<()> {
        cx.tx.exec(&INSERT, &self.values())?;
        cx.record(&self.id, "", self.status.as_str());
        self.plan(cx)
    }

    /// Writes the row over the one whose status was `from`.
    fn update(&mut self, cx: &mut Cx<'_>, from: InterfaceStatus) -> Result<()> {
        self.modified_at = cx.now;
        let mut args = self.values();
        args.rotate_left(KEY_COLUMNS);
        args.push(Arg::from(from.as_str()));
        let written = cx.tx.exec(&UPDATE, &args)?;
        if written != 1 {
            let (id, from) = (&self.id, from.as_str());
            return Err(Fault::broken(format!("interface {id} was not in {from} when written")).into());
        }
        Ok(())
    }

    /// Removes the row, and tells the other end.
    fn remove(&self, cx: &mut Cx<'_>) -> Result<()> {
        tag::clear(cx, KIND, &self.id)?;
        cx.tx.exec(
            "delete from router_interface where account = $1 and region = $2 and serial = $3",
            &[Arg::from(&self.account), Arg::from(&self.region), Arg::from(self.serial)],
        )?;
        match pair::opposite(cx.tx, self)? {
            Some(peer) if peer.status != InterfaceStatus::Deleting => peer.happens(cx, PEER_IS_GONE),
            _ => Ok(()),
        }
    }

    /// Something happens to this interface from outside, at once, in its owner's account.
    pub(crate) fn happens(&self, cx: &mut Cx<'_>, event: &str) -> Result<()> {
        cx.set_due_of(&self.account, &self.id, event, timer::TIMER)
    }
}

/// The owners of the other ends of these interfaces: the accounts to be locked beside their own. What it names may
/// change until the lock is held, so who writes asks again then ([`pair::locked_opposite`]).
pub(crate) fn opposite_owners(read: &mut dyn Read, id: &str) -> Result<Vec<String>> {
    let Some(interface) = Interface::anywhere(read, id)? else { return Ok(Vec::new()) };
    Ok(pair::opposite(read, &interface)?.map(|peer| peer.account).into_iter().collect())
}

/// The owner of the other end of the caller's interface, to be locked beside the caller.
fn opposite_owner(view: &mut View<'_>, id: &str) -> Result<Vec<String>> {
    match Interface::anywhere(view.read, id)? {
        Some(interface) if interface.account == view.caller.account => opposite_owners(view.read, id),
        _ => Ok(Vec::new()),
    }
}

/// A deadline of the table has come, or something happens: makes its move. Gives the body of its ledger row.
pub(crate) fn deadline(cx: &mut Cx<'_>, id: &str, trigger: &str) -> Result<Vec<u8>> {
    let found = Interface::anywhere(cx.tx, id)?.filter(|interface| interface.account == cx.account);
    let mut interface = found.ok_or(&codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND)?;
    if trigger == FAST_LINK && interface.role == Role::InitiatingSide && interface.opposite_id.is_empty() {
        create::accepting_end(cx, &mut interface)?;
    } else {
        interface.step(cx, trigger)?;
    }
    Ok(Vec::new())
}

/// Whether a deadline's resource is a router interface.
pub(crate) fn is_interface(id: &str) -> bool {
    id.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('-'))
}

/// Whether an interface of this id is the account's own and in this region.
pub(crate) fn is_there(read: &mut dyn Read, account: &str, region: &str, id: &str) -> Result<bool> {
    let found = Interface::anywhere(read, id)?;
    Ok(found.is_some_and(|interface| interface.account == account && interface.region == region))
}
