//! Router interfaces: one end each of a connection between two routers. This file has the row; `states`
//! has the life cycle, `pair` what two ends must have in common, the others one group of actions each. What clients are
//! shown is made when it is read, because half of it is the other end's.
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

use crate::action::Result;
use crate::codes;
use crate::cx::{Cx, View};
use crate::kept::{self, Grouped, Head, Kept};
use crate::machine::{Machine, Move};
use crate::time::Millis;
use crate::vpc::tables::RouterType;
use crate::{tag, timer};
use parameters::{Role, Spec};
use rpc::code::Code;
use states::{EVENTS, FAST_LINK, INTERFACE, InterfaceStatus, PEER_IS_GONE, STABLE};
use store::{Arg, Read};

/// The prefix of a router interface's id.
pub const PREFIX: &str = "ri";
/// The kind under which a router interface's tags are kept, and its `ResourceType`.
pub const KIND: &str = "ROUTERINTERFACE";

/// A router interface as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Interface {
    /// What every row begins with.
    pub(crate) head: Head<InterfaceStatus>,
    /// Which end it is.
    pub(crate) role: Role,
    /// Its size.
    pub(crate) spec: Spec,
    /// Kind of its router.
    pub(crate) router_type: RouterType,
    /// Its router.
    pub(crate) router_id: String,
    /// Access point of its border router, or empty.
    pub(crate) access_point_id: String,
    /// Region of the other end.
    pub(crate) opposite_region: String,
    /// Kind of the other router, where it was said.
    pub(crate) opposite_router_type: Option<RouterType>,
    /// The other router, or empty.
    pub(crate) opposite_router_id: String,
    /// The other end, or empty.
    pub(crate) opposite_id: String,
    /// Owner of the other end, or empty.
    pub(crate) opposite_owner: String,
    /// Access point of the other border router, or empty.
    pub(crate) opposite_access_point_id: String,
    /// Whether the other end was there and is gone.
    pub(crate) opposite_gone: bool,
    /// Whether it was made with its other end at once.
    pub(crate) fast_link: bool,
    /// Name, or empty.
    pub(crate) name: String,
    /// Description, or empty.
    pub(crate) description: String,
    /// Where probes come from, or empty.
    pub(crate) health_source: String,
    /// Where probes go to, or empty.
    pub(crate) health_target: String,
    /// Milliseconds between probes.
    pub(crate) health_rate_ms: Option<i64>,
    /// Probes of a check.
    pub(crate) health_threshold: Option<i64>,
    /// Resource group.
    pub(crate) resource_group_id: String,
    /// When it was last changed.
    pub(crate) modified_at: Millis,
    /// When it was first connected.
    pub(crate) connected_at: Option<Millis>,
}

kept::words!(Role, Spec, RouterType);

impl Kept for Interface {
    type Status = InterfaceStatus;
    const TABLE: &'static str = "router_interface";
    const PREFIX: &'static str = PREFIX;
    const MACHINE: &'static Machine<InterfaceStatus> = &INTERFACE;

    kept::columns!(
        role,
        spec,
        router_type,
        router_id,
        access_point_id,
        opposite_region,
        opposite_router_type,
        opposite_router_id,
        opposite_id,
        opposite_owner,
        opposite_access_point_id,
        opposite_gone,
        fast_link,
        name,
        description,
        health_source,
        health_target,
        health_rate_ms,
        health_threshold,
        resource_group_id,
        modified_at,
        connected_at
    );

    fn arrive(&mut self, now: Millis) {
        if self.status() == InterfaceStatus::Active {
            self.connected_at.get_or_insert(now);
        }
    }

    fn touch(&mut self, now: Millis) {
        self.modified_at = now;
    }

    fn may(&self, row: &Move<InterfaceStatus>) -> bool {
        match row.trigger {
            "ConnectRouterInterface" => self.role == Role::InitiatingSide,
            "ActivateRouterInterface" => !self.opposite_gone,
            trigger => !EVENTS.contains(&trigger),
        }
    }

    /// A removal in motion is refused with a code that clients repeat (contract, conflicts D11).
    fn refusal(&self, trigger: &str) -> &'static Code {
        let in_motion = trigger == "DeleteRouterInterface" && !STABLE.contains(&self.status());
        let code = if in_motion { None } else { INTERFACE.refusal(trigger) };
        code.unwrap_or(&codes::INCORRECT_STATUS_RI_DELETE)
    }

    fn sentence(&self, code: &Code) -> String {
        code.message.to_owned()
    }

    /// Its labels go with it, and the other end is told.
    fn clear(&self, cx: &mut Cx<'_>) -> Result<()> {
        tag::clear(cx, KIND, &self.head.id)?;
        match pair::opposite(cx.tx, self)? {
            Some(peer) if peer.status() != InterfaceStatus::Deleting => peer.happens(cx, PEER_IS_GONE),
            _ => Ok(()),
        }
    }

    fn come(&mut self, cx: &mut Cx<'_>, trigger: &str) -> Result<()> {
        match trigger {
            FAST_LINK if self.role == Role::InitiatingSide && self.opposite_id.is_empty() => {
                create::accepting_end(cx, self)
            }
            PEER_IS_GONE => {
                self.opposite_gone = true;
                self.step(cx, trigger)
            }
            _ => self.step(cx, trigger),
        }
    }
}

impl Grouped for Interface {
    fn group_mut(&mut self) -> &mut String {
        &mut self.resource_group_id
    }
}

impl Interface {
    /// The interfaces on a router, in order of creation.
    pub(crate) fn on_router(read: &mut dyn Read, router: &str) -> Result<Vec<Interface>> {
        Interface::all(read, "router_id = $1 order by created_at, id", &[Arg::from(router)])
    }

    /// Something happens to this interface from outside, at once, in its owner's account.
    pub(crate) fn happens(&self, cx: &mut Cx<'_>, event: &str) -> Result<()> {
        cx.set_due_of(&self.head.account, &self.head.id, event, timer::TIMER)
    }
}

/// The owners of the other ends of these interfaces: the accounts to be locked beside their own. What it names may
/// change until the lock is held, so who writes asks again then ([`pair::locked_opposite`]).
pub(crate) fn opposite_owners(read: &mut dyn Read, id: &str) -> Result<Vec<String>> {
    let Some(interface) = Interface::anywhere(read, id)? else { return Ok(Vec::new()) };
    Ok(pair::opposite(read, &interface)?.map(|peer| peer.head.account).into_iter().collect())
}

/// The owner of the other end of the caller's interface, to be locked beside the caller.
fn opposite_owner(view: &mut View<'_>, id: &str) -> Result<Vec<String>> {
    match Interface::anywhere(view.read, id)? {
        Some(interface) if interface.head.account == view.caller.account => opposite_owners(view.read, id),
        _ => Ok(Vec::new()),
    }
}

/// Whether a deadline's resource is a router interface.
pub(crate) fn is_interface(id: &str) -> bool {
    id.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('-'))
}
