//! Connecting two router interfaces, and taking one in and out of service.

use super::parameters::{InterfaceId, Role};
use super::states::{InterfaceStatus, PEER_CONNECTS};
use super::{Interface, opposite_owner, pair};
use crate::action::{About, Codes, Command, Result};
use crate::circuit::parameters::RegionId;
use crate::circuit::{self, service};
use crate::codes;
use crate::cx::{Cx, View};
use crate::kept::Kept;
use crate::reply::Nothing;
use crate::vpc::tables::RouterType;
use rpc::Wire;
use rpc::code::Error;

/// Connects an interface to its other end. Both must be Idle and name each other; only the initiating side connects.
#[derive(Wire)]
pub struct ConnectRouterInterface {
    /// Region of the interface.
    region_id: RegionId,
    /// The interface: InitiatingSide, with OppositeInterfaceId, OppositeRouterId, OppositeRouterType and
    /// OppositeInterfaceOwnerId set.
    router_interface_id: InterfaceId,
}

impl Command for ConnectRouterInterface {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("ConnectRouterInterface", "vpc:ConnectRouterInterface")
        .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_SPECIFIED));
    const ERRORS: Codes = &[
        &codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND_CONNECT,
        &codes::INCORRECT_ROLE_NOT_INITIATING_SIDE,
        &codes::INCORRECT_RI_STATUS_CONNECT,
        &codes::INCORRECT_OPPOSITE_INTERFACE_INFO_NOT_SET,
        &codes::INCORRECT_OPPOSITE_INTERFACE_INFO,
        &codes::FORBIDDEN_ONLY_ONE_CONNECTION,
        &codes::FORBIDDEN_ONLY_ONE_CONNECTION_UNDER_WAY,
        &codes::FORBIDDEN_BILLS_OUTSTANDING,
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
        let missing = &codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND_CONNECT;
        let mut interface = Interface::find(cx, id, Some(region), missing)?;
        if interface.role != Role::InitiatingSide {
            return Err(interface.refuse((&codes::INCORRECT_ROLE_NOT_INITIATING_SIDE).into()));
        }
        interface.check(Self::ABOUT.name)?;
        let peer = pair::agreeing(cx, &interface)?;
        if peer.status() != InterfaceStatus::Idle {
            let code = &codes::INCORRECT_RI_STATUS_CONNECT;
            let message = format!("{} The opposite interface is {}.", code.message, peer.status().as_str());
            return Err(interface.refuse(Error::new(code).with_message(message)));
        }
        if let Some(error) = pair::require_unconnected(cx.tx, &interface.router_id, &peer.router_id)? {
            return Err(interface.refuse(error));
        }
        circuit::apply::require_nothing_owed(cx)?;
        interface.step(cx, Self::ABOUT.name)?;
        peer.happens(cx, PEER_CONNECTS)?;
        Ok(Nothing {})
    }
}

/// Brings an interface back into service that was taken out of it. Traffic passes only while both ends are Active.
#[derive(Wire)]
pub struct ActivateRouterInterface {
    /// Region of the interface.
    region_id: RegionId,
    /// The interface.
    router_interface_id: InterfaceId,
}

impl Command for ActivateRouterInterface {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("ActivateRouterInterface", "vpc:ActivateRouterInterface")
        .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_SPECIFIED));
    const ERRORS: Codes = &[
        &codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND,
        &codes::INCORRECT_RI_STATUS_ACTIVATE,
        &codes::OPERATION_FAILED_PCONN_TRAFFIC_NOT_ENABLE,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.router_interface_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.router_interface_id.as_str(), self.region_id.as_str());
        let mut interface =
            Interface::find(cx, id, Some(region), &codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND)?;
        interface.check(Self::ABOUT.name)?;
        if interface.opposite_gone {
            let code = &codes::INCORRECT_RI_STATUS_ACTIVATE;
            let message = format!("{} Its opposite interface is gone: delete it.", code.message);
            return Err(interface.refuse(Error::new(code).with_message(message)));
        }
        let over_circuit = [Some(interface.router_type), interface.opposite_router_type];
        if over_circuit.contains(&Some(RouterType::Vbr)) {
            service::require_open(cx, region)?;
        }
        interface.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Takes an interface out of service. The other end keeps its status.
#[derive(Wire)]
pub struct DeactivateRouterInterface {
    /// Region of the interface.
    region_id: RegionId,
    /// The interface.
    router_interface_id: InterfaceId,
}

impl Command for DeactivateRouterInterface {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("DeactivateRouterInterface", "vpc:DeactivateRouterInterface");
    const ERRORS: Codes =
        &[&codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND_CONNECT, &codes::INCORRECT_RI_STATUS_DEACTIVATE];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.router_interface_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.router_interface_id.as_str(), self.region_id.as_str());
        let missing = &codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND_CONNECT;
        let mut interface = Interface::find(cx, id, Some(region), missing)?;
        interface.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}
