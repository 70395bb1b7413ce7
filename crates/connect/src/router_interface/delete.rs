//! Removing a router interface, or both ends of a connection.

use super::parameters::InterfaceId;
use super::states::{GO_WITH_PEER, STABLE};
use super::{Interface, opposite_owner, pair};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::{ClientToken, RegionId};
use crate::codes;
use crate::cx::{Cx, View};
use crate::holds;
use crate::kept::Kept;
use crate::reply::Nothing;
use crate::route;
use rpc::Wire;
use rpc::code::Error;

/// Removes an interface that is Idle or Inactive, and to which no route leads.
#[derive(Wire)]
pub struct DeleteRouterInterface {
    /// Region of the interface.
    region_id: RegionId,
    /// The interface.
    router_interface_id: InterfaceId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for DeleteRouterInterface {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("DeleteRouterInterface", "vpc:DeleteRouterInterface").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_INSTANCE_ID_NOT_FOUND_RI,
        &codes::INVALID_INSTANCE_STATUS_ERROR,
        &codes::INCORRECT_STATUS_RI_DELETE,
        &codes::DEPENDENCY_VIOLATION_ROUTER_INTERFACE_REFERED,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        opposite_owner(view, self.router_interface_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.router_interface_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.router_interface_id.as_str(), self.region_id.as_str());
        let mut interface = Interface::find(cx, id, Some(region), &codes::INVALID_INSTANCE_ID_NOT_FOUND_RI)?;
        interface.check(Self::ABOUT.name)?;
        if let Some(error) = holds::refusal(cx.tx, Self::ABOUT.name, id)? {
            return Err(interface.refuse(error));
        }
        pair::locked_opposite(cx, &interface)?;
        interface.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Removes both ends of a connection of one account, connected or not.
#[derive(Wire)]
pub struct DeleteExpressConnect {
    /// Region of the interface.
    region_id: RegionId,
    /// One of the two interfaces.
    router_interface_id: InterfaceId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Whether the routes that lead to either go too; without it they stand in the way.
    force: Option<bool>,
}

impl Command for DeleteExpressConnect {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("DeleteExpressConnect", "vpc:DeleteExpressConnect").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND,
        &codes::INCORRECT_STATUS_RI_DELETE,
        &codes::FORBBIDEN_INVAILD_OWNER,
        &codes::DEPENDENCY_VIOLATION_ROUTER_INTERFACE_REFERED,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        opposite_owner(view, self.router_interface_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.router_interface_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.router_interface_id.as_str(), self.region_id.as_str());
        let mut interface =
            Interface::find(cx, id, Some(region), &codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND)?;
        interface.check(Self::ABOUT.name)?;
        let peer = pair::locked_opposite(cx, &interface)?;
        if let Some(peer) = &peer {
            if peer.head.account != interface.head.account {
                let code = &codes::FORBBIDEN_INVAILD_OWNER;
                let why =
                    "The opposite interface is another account's: delete this one by DeleteRouterInterface";
                return Err(Error::new(code).with_message(format!("{} {why}.", code.message)).into());
            }
            if !STABLE.contains(&peer.status()) {
                let code = &codes::INCORRECT_STATUS_RI_DELETE;
                let why = format!("{} The opposite interface is {}.", code.message, peer.status().as_str());
                return Err(interface.refuse(Error::new(code).with_message(why)));
            }
        }
        let ends: Vec<&Interface> = std::iter::once(&interface).chain(&peer).collect();
        for end in ends {
            if self.force == Some(true) {
                route::go_with(cx, &end.head.account, &end.head.id)?;
            } else if let Some(error) = holds::refusal(cx.tx, Self::ABOUT.name, &end.head.id)? {
                return Err(interface.refuse(error));
            }
        }
        interface.step(cx, Self::ABOUT.name)?;
        if let Some(peer) = peer {
            peer.happens(cx, GO_WITH_PEER)?;
        }
        Ok(Nothing {})
    }
}
