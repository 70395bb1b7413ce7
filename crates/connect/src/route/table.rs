//! In whose table a route is, and where it may lead from there.

use super::Hop;
use super::destination::Destination;
use crate::action::Result;
use crate::circuit::Circuit;
use crate::circuit::service;
use crate::codes;
use crate::cx::Cx;
use crate::holds;
use crate::kept::Kept;
use crate::router_interface::Interface;
use crate::router_interface::states::{InterfaceStatus, STABLE};
use crate::vbr::Vbr;
use crate::vpc::Vpc;
use crate::vpc::states::VpcStatus;
use crate::vpc::tables::RouterType;
use rpc::code::{Code, Error};
use store::Read;

/// A route table, by the router it belongs to.
pub(super) enum Table {
    /// That of a VPC's router.
    Vpc(Box<Vpc>),
    /// That of a border router.
    Vbr(Box<Vbr>),
}

/// The system's route of a table, where it has one: the id that stands for it.
pub(super) fn system_route_id(table: &str) -> String {
    format!("{}-{}", super::PREFIX, table.split_once('-').map_or(table, |(_, rest)| rest))
}

impl Table {
    /// The table of this id, if this account owns it in this region. An unknown id, another region's and another
    /// tenant's are refused alike.
    pub(super) fn find(read: &mut dyn Read, account: &str, region: Option<&str>, id: &str) -> Result<Table> {
        let table = match Vpc::of_table(read, id)? {
            Some(vpc) => Some(Table::Vpc(Box::new(vpc))),
            None => Vbr::of_table(read, id)?.map(|vbr| Table::Vbr(Box::new(vbr))),
        };
        let fits = |table: &Table| {
            let (owner, place) = table.owner();
            owner == account && region.is_none_or(|region| region == place)
        };
        table.filter(fits).ok_or_else(|| (&codes::INVALID_ROUTE_TABLE_ID_NOT_FOUND).into())
    }

    /// Its owner and its region.
    fn owner(&self) -> (&str, &str) {
        match self {
            Table::Vpc(vpc) => (&vpc.head.account, &vpc.head.region),
            Table::Vbr(vbr) => (&vbr.account, &vbr.region),
        }
    }

    /// Its region.
    pub(super) fn region(&self) -> &str {
        self.owner().1
    }

    /// What is answered while a route of the table is in motion.
    pub(super) fn unstable(&self) -> &'static Code {
        match self {
            Table::Vpc(_) => &codes::INCORRECT_ROUTE_ENTRY_STATUS,
            Table::Vbr(_) => &codes::INCORRECT_ROUTE_ENTRY_STATUS_VBR,
        }
    }

    /// The router is as a new route needs it, and so is the circuit below a border router.
    pub(super) fn require_ready(&self, cx: &mut Cx<'_>, action: &str) -> Result<()> {
        match self {
            Table::Vpc(vpc) if vpc.status() == VpcStatus::Available => Ok(()),
            Table::Vpc(vpc) => Err(vpc.refuse((&codes::INCORRECT_VPC_STATUS).into())),
            Table::Vbr(vbr) => {
                holds::require_router(action, vbr)?;
                let circuit = Circuit::anywhere(cx.tx, &vbr.link.circuit_id)?;
                circuit.map_or(Ok(()), |circuit| holds::require_circuit(action, &circuit))
            }
        }
    }

    /// The destination is one that this table may have.
    pub(super) fn require_destination(&self, destination: Destination) -> Result<()> {
        let has_ipv6 = match self {
            Table::Vpc(vpc) => {
                if destination.is_shared_space() {
                    return Err((&codes::ROUTE_CONFLICT_ALREADY_EXIST).into());
                }
                vpc.ipv6
            }
            Table::Vbr(vbr) => vbr.link.enable_ipv6,
        };
        destination.require_allowed()?;
        if destination.is_ipv6() && !has_ipv6 {
            let code = &codes::ILLEGAL_PARAM_CIDR_BLOCK;
            return Err(Error::new(code)
                .with_message(format!("{} The router has no IPv6.", code.message))
                .into());
        }
        Ok(())
    }

    /// The next hops of a route of several: interfaces of a VPC's router that lead to border routers.
    pub(super) fn require_hops(&self, cx: &mut Cx<'_>, hops: &[Hop]) -> Result<()> {
        let Table::Vpc(vpc) = self else { return Err((&codes::INVALID_ROUTER_TYPE).into()) };
        for hop in hops {
            let interface = usable(cx, &vpc.router_id, &hop.id)?;
            if interface.opposite_router_type != Some(RouterType::Vbr) {
                return Err((&codes::INVALID_OPPOSITE_ROUTER_TYPE).into());
            }
        }
        Ok(())
    }

    /// The one next hop of a route: an interface of the router, or of a border router also its own on a circuit.
    pub(super) fn require_hop(&self, cx: &mut Cx<'_>, hop: &str) -> Result<()> {
        match self {
            Table::Vpc(vpc) => usable(cx, &vpc.router_id, hop).map(drop),
            Table::Vbr(vbr) => {
                if !vbr.has_vlan_interface(cx.tx, hop)? {
                    usable(cx, &vbr.id, hop)?;
                }
                service::require_open(cx, &vbr.region)
            }
        }
    }
}

/// An interface of the router's to which a route may lead.
fn usable(cx: &mut Cx<'_>, router: &str, id: &str) -> Result<Interface> {
    let interface = Interface::anywhere(cx.tx, id)?
        .filter(|interface| interface.head.account == cx.account)
        .ok_or(&codes::INVALID_NEXT_HOP_ID_NOT_FOUND)?;
    if interface.router_id != router {
        let code = &codes::INVALID_ROUTER_INTERFACE;
        let message = format!("{} {id} is on {}.", code.message, interface.router_id);
        return Err(Error::new(code).with_message(message).into());
    }
    if !STABLE.contains(&interface.status()) {
        return Err(interface.refuse((&codes::INCORRECT_STATUS_ROUTER_INTERFACE).into()));
    }
    let over_circuit =
        [Some(interface.router_type), interface.opposite_router_type].contains(&Some(RouterType::Vbr));
    if over_circuit {
        if interface.status() == InterfaceStatus::Idle {
            return Err(interface.refuse((&codes::OPERATION_DENIED_VBR_IDLE).into()));
        }
        let region = interface.head.region.clone();
        service::require_open(cx, &region)?;
    }
    Ok(interface)
}
