//! What hangs on what: who may exist on whom, and what the end of a thing is refused for while something hangs on it.
//! One table for all resources; an action asks it by its own name and never looks for itself. Nothing here writes.

use crate::action::Result;
use crate::circuit::Circuit;
use crate::circuit::states::{BusinessStatus, Status};
use crate::codes;
use crate::vbr::Vbr;
use crate::vbr::states::VbrStatus;
use rpc::code::{Code, Error};
use store::{Arg, Read, ReadExt};

/// One kind of thing that hangs on another.
#[derive(Debug)]
pub struct Hold {
    /// What hangs, in words.
    pub what: &'static str,
    /// On what it hangs, in words.
    pub on: &'static str,
    /// Finds the id of one that hangs on the thing of id `$1`.
    pub find: &'static str,
    /// What is refused meanwhile, and with which code.
    pub refuses: &'static [(&'static str, &'static Code)],
}

/// All of them. Where several hold one thing, the first is named.
pub const HOLDS: &[Hold] = &[
    Hold {
        what: "a border router of its owner",
        on: "circuit",
        find: "select id from vbr where circuit_id = $1 and account = circuit_account order by created_at, id limit 1",
        refuses: &[
            ("TerminatePhysicalConnection", &codes::FORBIDDEN_VBR_ATTACHED),
            ("RefundInstance", &codes::FORBIDDEN_VBR_ATTACHED),
            ("DeletePhysicalConnection", &codes::FORBIDDEN_VBR_EXISTS),
        ],
    },
    Hold {
        what: "a border router of another account",
        on: "circuit",
        find: "select id from vbr where circuit_id = $1 and account <> circuit_account order by created_at, id limit 1",
        refuses: &[
            ("TerminatePhysicalConnection", &codes::FORBIDDEN_VBR_ATTACHED),
            ("RefundInstance", &codes::FORBIDDEN_VBR_ATTACHED),
            ("DeletePhysicalConnection", &codes::FORBIDDEN_VBR_EXISTS_OTHER),
        ],
    },
    Hold {
        what: "a border router with which it is associated",
        on: "circuit",
        find: "select vbr_id from vbr_association where circuit_id = $1 order by vbr_id limit 1",
        refuses: &[
            ("TerminatePhysicalConnection", &codes::FORBIDDEN_VBR_ATTACHED),
            ("RefundInstance", &codes::FORBIDDEN_VBR_ATTACHED),
            ("DeletePhysicalConnection", &codes::FORBIDDEN_ASSOCIATE_TO_VBR),
        ],
    },
    Hold {
        what: "a hosted connection",
        on: "circuit",
        find: "select id from hosted where parent_id = $1 order by created_at, id limit 1",
        refuses: &[
            ("TerminatePhysicalConnection", &codes::OPERATION_FAILED_VPCONN_ATTACHED),
            ("RefundInstance", &codes::OPERATION_FAILED_VPCONN_ATTACHED),
        ],
    },
    Hold {
        what: "the border router over it",
        on: "hosted connection",
        find: "select vbr_id from hosted where id = $1 and vbr_id <> ''",
        refuses: &[
            ("TerminatePhysicalConnection", &codes::FORBIDDEN_VBR_ATTACHED),
            ("DeletePhysicalConnection", &codes::FORBIDDEN_VBR_EXISTS),
        ],
    },
    Hold {
        what: "the hosted connection it runs over",
        on: "border router",
        find: "select id from hosted where vbr_id = $1 and vbr_id <> ''",
        // A stopped router's VLAN goes to others after some days; a hosted connection's never does.
        refuses: &[(
            "TerminateVirtualBorderRouter",
            &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE,
        )],
    },
    Hold {
        what: "a circuit it holds for",
        on: "traffic policy",
        find: "select circuit_id from qos_circuit where qos_id = $1 order by circuit_id limit 1",
        refuses: &[("DeleteExpressConnectTrafficQos", &codes::FORBIDDEN_QOS_ASSOCIATED)],
    },
    Hold {
        what: "a queue",
        on: "traffic policy",
        find: "select id from qos_queue where qos_id = $1 order by id limit 1",
        refuses: &[("DeleteExpressConnectTrafficQos", &codes::FORBIDDEN_QOS_QUEUE_EXISTS)],
    },
    Hold {
        what: "a rule",
        on: "queue",
        find: "select id from qos_rule where queue_id = $1 order by id limit 1",
        refuses: &[("DeleteExpressConnectTrafficQosQueue", &codes::FORBIDDEN_QOS_RULE_EXISTS)],
    },
    Hold {
        what: "a further circuit",
        on: "border router",
        find: "select circuit_id from vbr_association where vbr_id = $1 order by circuit_id limit 1",
        refuses: &[("DeleteVirtualBorderRouter", &codes::INVALID_STATUS_NOT_ALLOWED)],
    },
    Hold {
        what: "a failover pair",
        on: "border router",
        find: "select id from vbr_ha where vbr_id = $1 union all select id from vbr_ha where peer_vbr_id = $1",
        refuses: &[("DeleteVirtualBorderRouter", &codes::INVALID_STATUS_NOT_ALLOWED_PAIR)],
    },
    Hold {
        what: "a BGP group",
        on: "border router",
        find: "select id from bgp_group where router_id = $1 order by serial limit 1",
        refuses: &[("DeleteVirtualBorderRouter", &codes::DEPENDENCY_VIOLATION_BGP_GROUP)],
    },
    Hold {
        // Part of the router's BGP as the groups are: clients wait for the one code.
        what: "a BGP network",
        on: "border router",
        find: "select prefix from bgp_network where router_id = $1 order by prefix limit 1",
        refuses: &[("DeleteVirtualBorderRouter", &codes::DEPENDENCY_VIOLATION_BGP_GROUP)],
    },
    Hold {
        what: "a BGP peer",
        on: "BGP group",
        find: "select id from bgp_peer where group_id = $1 order by serial limit 1",
        refuses: &[("DeleteBgpGroup", &codes::DEPENDENCY_VIOLATION_BGP_PEER)],
    },
    Hold {
        what: "a BGP network in it",
        on: "VPC",
        find: "select prefix from bgp_network where vpc_id <> '' and vpc_id = $1 order by prefix limit 1",
        refuses: &[("DeleteVpc", &codes::DEPENDENCY_VIOLATION_INSTANCE)],
    },
    Hold {
        what: "a router interface",
        on: "border router",
        find: "select id from router_interface where router_id = $1 order by created_at, id limit 1",
        refuses: &[("DeleteVirtualBorderRouter", &codes::INVALID_OPERATION_ROUTER_INTERFACE_NOT_DELETED)],
    },
    Hold {
        what: "a route",
        on: "border router",
        find: "select route.id from vbr join route on route.table_id = vbr.route_table_id where vbr.id = $1
         order by route.serial limit 1",
        refuses: &[("DeleteVirtualBorderRouter", &codes::DEPENDENCY_VIOLATION_ROUTE_ENTRY)],
    },
    Hold {
        what: "a route",
        on: "VPC",
        find: "select route.id from vpc join route on route.table_id = vpc.route_table_id where vpc.id = $1
         order by route.serial limit 1",
        refuses: &[("DeleteVpc", &codes::DEPENDENCY_VIOLATION_ROUTE_ENTRY)],
    },
    Hold {
        what: "a route",
        on: "router interface",
        find: "select route_id from route_hop where hop = $1 order by route_id limit 1",
        refuses: &[
            ("DeleteRouterInterface", &codes::DEPENDENCY_VIOLATION_ROUTER_INTERFACE_REFERED),
            ("DeleteExpressConnect", &codes::DEPENDENCY_VIOLATION_ROUTER_INTERFACE_REFERED),
        ],
    },
    Hold {
        what: "a route",
        on: "interface of a border router on a further circuit",
        find: "select route_id from route_hop where hop = $1 order by route_id limit 1",
        refuses: &[(
            "UnassociatePhysicalConnectionFromVirtualBorderRouter",
            &codes::ROUTER_INTERFACE_REFERED_BY_ROUTEENTRY,
        )],
    },
    Hold {
        what: "a router interface",
        on: "VPC",
        find: "select router_interface.id from vpc join router_interface on router_interface.router_id = vpc.router_id
         where vpc.id = $1 order by router_interface.created_at, router_interface.id limit 1",
        refuses: &[("DeleteVpc", &codes::DEPENDENCY_VIOLATION_ROUTER_INTERFACE)],
    },
];

/// What an action needs of the circuit that it puts something on.
#[derive(Debug)]
pub struct Need {
    /// The action.
    pub action: &'static str,
    /// The states the circuit may be in.
    pub statuses: &'static [Status],
    /// The answer in any other.
    pub otherwise: &'static Code,
    /// The answer while the circuit is locked.
    pub locked: &'static Code,
}

/// All of them. A circuit that holds something cannot leave these states, by [`HOLDS`].
pub const NEEDS: &[Need] = &[
    Need {
        action: "CreateVirtualBorderRouter",
        statuses: &[Status::Enabled],
        otherwise: &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_ENABLED,
        // No code of its own is documented for this action.
        locked: &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_ENABLED,
    },
    Need {
        action: "CreateRouteEntry",
        statuses: &[Status::Enabled],
        otherwise: &codes::INVALID_PHYSICAL_CONNECTION_BUSINESS_STATUS,
        locked: &codes::INVALID_PHYSICAL_CONNECTION_BUSINESS_STATUS,
    },
    Need {
        action: "CreateVirtualPhysicalConnection",
        statuses: &[Status::Enabled],
        // No codes of their own are documented for the two.
        otherwise: &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_ENABLED,
        locked: &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_ENABLED,
    },
    Need {
        action: "CreateVpconnFromVbr",
        statuses: &[Status::Enabled],
        otherwise: &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_ENABLED,
        locked: &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_ENABLED,
    },
    Need {
        action: "ModifyExpressConnectTrafficQos",
        statuses: &[Status::Enabled],
        otherwise: &codes::ILLEGAL_PARAM_INSTANCE_ID,
        locked: &codes::ILLEGAL_PARAM_INSTANCE_ID,
    },
    Need {
        action: "AssociatePhysicalConnectionToVirtualBorderRouter",
        statuses: &[Status::Enabled],
        otherwise: &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_ENABLED,
        locked: &codes::INVALID_STATUS_STATUS_NOT_ENABLED,
    },
    Need {
        action: "RecoverVirtualBorderRouter",
        statuses: &[Status::Enabled],
        otherwise: &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE_RECOVER,
        locked: &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE_RECOVER,
    },
];

/// What an action needs of the border router that it puts something on: that it is active. The answer where it is not.
pub const ROUTER_NEEDS: &[(&str, &Code)] = &[
    ("CreateRouterInterface", &codes::INVALID_VBR_STATUS),
    ("CreateRouteEntry", &codes::INVALID_VBR_STATUS),
    ("CreateVbrHa", &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE),
    ("CreateBgpGroup", &codes::INVALID_STATUS_CANNOT_OPERATE),
    ("CreateBgpPeer", &codes::INVALID_STATUS_CANNOT_OPERATE),
    ("AddBgpNetwork", &codes::INVALID_STATUS_CANNOT_OPERATE),
];

/// Refuses where the border router is not as `action` needs it; with the router's state, which is the reason.
pub(crate) fn require_router(action: &str, vbr: &Vbr) -> Result<()> {
    let Some((_, code)) = ROUTER_NEEDS.iter().find(|(name, _)| *name == action) else { return Ok(()) };
    if vbr.status() == VbrStatus::Active {
        return Ok(());
    }
    let message = format!("{} {} is {}.", code.message, vbr.id, vbr.status().as_str());
    Err(vbr.refuse(Error::new(code).with_message(message)))
}

/// Refuses where the circuit is not as `action` needs it; with the circuit's state, which is the reason.
pub(crate) fn require_circuit(action: &str, circuit: &Circuit) -> Result<()> {
    let Some(need) = NEEDS.iter().find(|need| need.action == action) else { return Ok(()) };
    let (code, why) = if !need.statuses.contains(&circuit.status()) {
        (need.otherwise, circuit.status().as_str())
    } else if circuit.business_status != BusinessStatus::Normal {
        (need.locked, circuit.business_status.as_str())
    } else {
        return Ok(());
    };
    let message = format!("{} {} is {why}.", code.message, circuit.id);
    Err(circuit.explain(Error::new(code).with_message(message)))
}

/// Refuses `action` on a circuit while something hangs on it that bars the action.
pub(crate) fn require_free(read: &mut dyn Read, action: &str, circuit: &Circuit) -> Result<()> {
    match refusal(read, action, &circuit.id)? {
        Some(error) => Err(circuit.explain(error)),
        None => Ok(()),
    }
}

/// The refusal of `action` on the thing of this id, if something hangs on it that bars the action.
pub(crate) fn refusal(read: &mut dyn Read, action: &str, id: &str) -> Result<Option<Error>> {
    for hold in HOLDS {
        let Some((_, code)) = hold.refuses.iter().find(|(name, _)| *name == action) else { continue };
        let found = read.one(hold.find, &[Arg::from(id)], |row| row.text(0).map(str::to_owned))?;
        if let Some(holder) = found {
            let message = format!("{} {} is in the way: {holder}.", code.message, capital(hold.what));
            return Ok(Some(Error::new(code).with_message(message)));
        }
    }
    Ok(None)
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
