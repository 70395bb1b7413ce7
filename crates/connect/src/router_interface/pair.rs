//! What two router interfaces must have in common to be the two ends of a connection, and what two routers may have
//! between them. Nothing here writes.

use super::Interface;
use super::parameters::Role;
use super::states::InterfaceStatus;
use crate::action::Result;
use crate::codes;
use crate::cx::Cx;
use crate::kept::Kept;
use rpc::code::{Code, Error};
use store::{Arg, Read};

/// Something in which the two ends agree.
struct Agreement {
    /// What is wrong where they do not, in words.
    otherwise: &'static str,
    /// Whether they do: the end that connects, and the other.
    holds: fn(&Interface, &Interface) -> bool,
}

/// All of them, in the order in which they are asked.
const AGREEMENTS: &[Agreement] = &[
    Agreement {
        otherwise: "Cannot connect on the same router",
        holds: |one, other| one.router_id != other.router_id,
    },
    Agreement {
        otherwise: "The opposite interface is not AcceptingSide",
        holds: |one, other| one.role == Role::InitiatingSide && other.role == Role::AcceptingSide,
    },
    Agreement {
        otherwise: "The opposite interface is not in OppositeRegionId",
        holds: |one, other| one.opposite_region == other.head.region,
    },
    Agreement {
        otherwise: "The opposite interface does not name the region of this one",
        holds: |one, other| other.opposite_region == one.head.region,
    },
    Agreement {
        otherwise: "The opposite interface is not on OppositeRouterId, or that is no OppositeRouterType",
        holds: |one, other| {
            one.opposite_router_id == other.router_id && one.opposite_router_type == Some(other.router_type)
        },
    },
    Agreement {
        otherwise: "The opposite interface does not name the router of this one",
        holds: |one, other| {
            other.opposite_router_id == one.router_id && other.opposite_router_type == Some(one.router_type)
        },
    },
    Agreement {
        otherwise: "The opposite interface does not name the owner of this one",
        holds: |one, other| other.opposite_owner == one.head.account,
    },
];

/// The other end of an interface: the one it names, if that names it back.
pub(crate) fn opposite(read: &mut dyn Read, interface: &Interface) -> Result<Option<Interface>> {
    if interface.opposite_id.is_empty() {
        return Ok(None);
    }
    let named = Interface::anywhere(read, &interface.opposite_id)?;
    Ok(named.filter(|peer| peer.opposite_id == interface.head.id))
}

/// The same, with its owner's row locked. It was locked with the caller's own unless the interface has named another end
/// since; then it is locked now.
pub(super) fn locked_opposite(cx: &mut Cx<'_>, interface: &Interface) -> Result<Option<Interface>> {
    let Some(peer) = opposite(cx.tx, interface)? else { return Ok(None) };
    if peer.head.account != cx.account {
        cx.tx
            .exec("update account set revision = revision where id = $1", &[Arg::from(&peer.head.account)])?;
    }
    opposite(cx.tx, interface)
}

/// The other end of an interface that is about to connect, if the two agree.
pub(super) fn agreeing(cx: &mut Cx<'_>, interface: &Interface) -> Result<Interface> {
    let is_set = interface.opposite_router_type.is_some()
        && [&interface.opposite_id, &interface.opposite_router_id, &interface.opposite_owner]
            .iter()
            .all(|field| !field.is_empty());
    if !is_set {
        return Err(interface.refuse((&codes::INCORRECT_OPPOSITE_INTERFACE_INFO_NOT_SET).into()));
    }
    let code: &'static Code = &codes::INCORRECT_OPPOSITE_INTERFACE_INFO;
    let refuse = |why: &str| interface.refuse(Error::new(code).with_message(format!("{why}.")));
    if interface.opposite_router_id == interface.router_id {
        return Err(interface.refuse(code.into()));
    }
    // Of an interface that does not name this one, nothing is told: not even whether it is there.
    let peer = locked_opposite(cx, interface)?.filter(|peer| peer.head.account == interface.opposite_owner);
    let Some(peer) = peer else {
        return Err(refuse(
            "OppositeInterfaceId is no interface of OppositeInterfaceOwnerId that names this one as its opposite",
        ));
    };
    match AGREEMENTS.iter().find(|agreement| !(agreement.holds)(interface, &peer)) {
        Some(broken) => Err(refuse(broken.otherwise)),
        None => Ok(peer),
    }
}

/// The refusal while the two routers have a connection already, of which this interface is not an end.
pub(super) fn require_unconnected(
    read: &mut dyn Read,
    router: &str,
    opposite_router: &str,
) -> Result<Option<Error>> {
    let connects = |interface: &Interface| {
        interface.opposite_router_id == opposite_router
            && !interface.opposite_gone
            && interface.status() != InterfaceStatus::Idle
    };
    let Some(found) = Interface::on_router(read, router)?.into_iter().find(connects) else { return Ok(None) };
    let is_under_way =
        matches!(found.status(), InterfaceStatus::Connecting | InterfaceStatus::AcceptingConnecting);
    let code = if is_under_way {
        &codes::FORBIDDEN_ONLY_ONE_CONNECTION_UNDER_WAY
    } else {
        &codes::FORBIDDEN_ONLY_ONE_CONNECTION
    };
    Ok(Some(code.into()))
}
