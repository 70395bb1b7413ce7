//! Making a route.

use super::destination::Destination;
use super::states::RouteStatus;
use super::table::Table;
use super::{Hop, ROUTER_INTERFACE, Route};
use crate::action::{About, Codes, Command, Replay, Result, Stop};
use crate::circuit::parameters::{ClientToken, RegionId};
use crate::codes;
use crate::cx::{Cx, View};
use crate::kept::Head;
use crate::kept::Kept;
use crate::limits::{ECMP_HOPS_MAX, ECMP_HOPS_MIN, ROUTE_WEIGHT_MAX, ROUTES_PER_TABLE_MAX};
use crate::vbr::{self, Vbr};
use crate::vpc::tables::RouteTableId;
use rpc::wire::Int;
use rpc::{Choice, Reply, Wire};

rpc::text! {
    /// A destination: a prefix, or an address.
    pub struct DestinationText { min: 1, max: 64 }
}

rpc::text! {
    /// A next hop's id.
    pub struct HopId { min: 1, max: 64 }
}

rpc::text! {
    /// A route's name: free text that begins with neither http:// nor https://.
    pub struct RouteName { min: 1, max: 128, forbid_prefix: ["http://", "https://"] }
}

rpc::text! {
    /// A route's description: free text that begins with neither http:// nor https://.
    pub struct RouteDescription { min: 1, max: 256, forbid_prefix: ["http://", "https://"] }
}

/// Weight of one of several next hops.
pub type Weight = Int<0, { ROUTE_WEIGHT_MAX }>;

/// Kind of next hop. Routes here lead to router interfaces; of the other kinds there is never one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum NextHopType {
    /// A server.
    Instance,
    /// A highly available virtual address.
    HaVip,
    /// A router interface.
    RouterInterface,
    /// A network interface.
    NetworkInterface,
    /// A VPN gateway.
    VpnGateway,
    /// An IPv6 gateway.
    IPv6Gateway,
    /// A NAT gateway.
    NatGateway,
    /// An attachment to a transit router.
    Attachment,
    /// A peering of VPCs.
    VpcPeer,
    /// An IPv4 gateway.
    Ipv4Gateway,
    /// A gateway endpoint.
    GatewayEndpoint,
    /// An Express Connect Router.
    Ecr,
    /// An endpoint of a gateway load balancer.
    GatewayLoadBalancerEndpoint,
    /// A group of targets.
    RouteTargetGroup,
}

/// Kind of each of several next hops.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ListedHopType {
    /// A router interface.
    RouterInterface,
}

/// One of several next hops.
#[derive(Wire)]
pub struct ListedHop {
    /// The next hop: an interface of the VPC's router that leads to a border router.
    next_hop_id: Option<HopId>,
    /// Kind of next hop.
    next_hop_type: Option<ListedHopType>,
    /// Weight among the next hops.
    #[wire(error = codes::INVALID_WEIGHT_PARAM)]
    weight: Option<Weight>,
}

/// Makes a route in the table of a VPC's router or of a border router. It leads to one router interface, or in the table
/// of a VPC to two to four that lead to border routers.
#[derive(Wire)]
pub struct CreateRouteEntry {
    /// Region of the table; left out, it is looked for in all.
    region_id: Option<RegionId>,
    /// Where the route goes: a prefix, or an address that stands for itself.
    #[wire(error = codes::INVALID_CIDR_BLOCK_MALFORMED)]
    destination_cidr_block: DestinationText,
    /// The table.
    route_table_id: RouteTableId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text.
    #[wire(error = codes::INVALID_DESCRIPTION_MALFORMED_RI)]
    description: Option<RouteDescription>,
    /// Only checks: nothing is made and no token is kept.
    #[wire(default = "false")]
    dry_run: bool,
    /// The next hop: a router interface, or in the table of a border router its VlanInterfaceId.
    next_hop_id: Option<HopId>,
    /// Several next hops in its place.
    #[wire(max_items = 16)]
    next_hop_list: Vec<ListedHop>,
    /// Kind of next hop.
    #[wire(default = "Instance", error = codes::INVALID_NEXT_HOP_TYPE)]
    next_hop_type: NextHopType,
    /// Display name.
    #[wire(error = codes::INVALID_ROUTE_ENTRY_NAME_MALFORMED)]
    route_entry_name: Option<RouteName>,
}

/// The new route.
#[derive(Reply)]
pub struct RouteCreated {
    /// The route.
    route_entry_id: String,
}

impl Command for CreateRouteEntry {
    type Reply = RouteCreated;
    const ABOUT: About =
        About::tenant("CreateRouteEntry", "vpc:CreateRouteEntry").region(None).replay(Replay::Create);
    const ERRORS: Codes = &[
        &codes::INVALID_ROUTE_TABLE_ID_NOT_FOUND,
        &codes::INVALID_NEXTHOP_TYPE_AND_LIST_BOTH_NULL,
        &codes::INVALID_NEXTHOP_TYPE_AND_LIST_BOTH_NOT_NULL,
        &codes::INVALID_CIDR_BLOCK_MALFORMED,
        &codes::ROUTE_CONFLICT_ALREADY_EXIST,
        &codes::ILLEGAL_PARAM_CIDR_BLOCK,
        &codes::INVALID_CIDR_BLOCK,
        &codes::INCORRECT_VPC_STATUS,
        &codes::INVALID_VBR_STATUS,
        &codes::INVALID_PHYSICAL_CONNECTION_BUSINESS_STATUS,
        &codes::INVALID_NEXT_HOP_NOT_FOUND,
        &codes::INVALID_NEXT_HOP_ID_NOT_FOUND,
        &codes::INVALID_ROUTER_INTERFACE,
        &codes::INCORRECT_STATUS_ROUTER_INTERFACE,
        &codes::OPERATION_DENIED_VBR_IDLE,
        &codes::OPERATION_FAILED_PCONN_TRAFFIC_NOT_ENABLE,
        &codes::INVALID_ROUTER_TYPE,
        &codes::INVALID_NEXTHOP_LIST_SIZE,
        &codes::DUPLICATED_VPC_NEXT_HOP,
        &codes::INVALID_OPPOSITE_ROUTER_TYPE,
        &codes::INVALID_ROUTE_ENTRY_DUPLICATE,
        &codes::INVALID_CIDR_BLOCK_DUPLICATE,
        &codes::QUOTA_EXCEEDED_ROUTES,
        &codes::INCORRECT_ROUTE_ENTRY_STATUS,
        &codes::INCORRECT_ROUTE_ENTRY_STATUS_VBR,
    ];

    /// The circuit below a border router may be another account's, and must stay as it is found.
    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        match Vbr::of_table(view.read, self.route_table_id.as_str())? {
            Some(vbr) if vbr.account == view.caller.account => {
                vbr::circuit_owners(view.read, [vbr.id.as_str()])
            }
            _ => Ok(Vec::new()),
        }
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.route_table_id.as_str()]
    }

    fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<RouteCreated> {
        let region = self.region_id.as_ref().map(RegionId::as_str);
        let account = cx.account.clone();
        let table = Table::find(cx.tx, &account, region, self.route_table_id.as_str())?;
        let hops = self.hops()?;
        let destination = Destination::read(self.destination_cidr_block.as_str())?;
        table.require_destination(destination)?;
        table.require_ready(cx, Self::ABOUT.name)?;
        self.require_hops(cx, &table, &hops)?;
        let route = self.route(cx, &table, destination.text(), hops);
        require_room(cx, &table, &route)?;
        route.put(cx)?;
        Ok(RouteCreated { route_entry_id: route.head.id })
    }
}

impl CreateRouteEntry {
    /// The next hops, in one of the two forms.
    fn hops(&self) -> Result<Vec<Hop>> {
        match (&self.next_hop_id, self.next_hop_list.as_slice()) {
            (None, []) => Err((&codes::INVALID_NEXTHOP_TYPE_AND_LIST_BOTH_NULL).into()),
            (Some(id), []) => Ok(vec![Hop { id: id.as_str().to_owned(), weight: 0 }]),
            (None, list) => list.iter().map(ListedHop::hop).collect(),
            (Some(_), _) => Err((&codes::INVALID_NEXTHOP_TYPE_AND_LIST_BOTH_NOT_NULL).into()),
        }
    }

    /// The next hops are there, and fit the table.
    fn require_hops(&self, cx: &mut Cx<'_>, table: &Table, hops: &[Hop]) -> Result<()> {
        if self.next_hop_list.is_empty() {
            if self.next_hop_type != NextHopType::RouterInterface {
                return Err((&codes::INVALID_NEXT_HOP_NOT_FOUND).into());
            }
            return hops.iter().try_for_each(|hop| table.require_hop(cx, &hop.id));
        }
        if matches!(table, Table::Vbr(_)) {
            return Err((&codes::INVALID_ROUTER_TYPE).into());
        }
        let count = i64::try_from(hops.len()).unwrap_or(i64::MAX);
        if !(ECMP_HOPS_MIN..=ECMP_HOPS_MAX).contains(&count) {
            return Err((&codes::INVALID_NEXTHOP_LIST_SIZE).into());
        }
        let twice = |(at, hop): (usize, &Hop)| hops[..at].iter().any(|before| before.id == hop.id);
        if hops.iter().enumerate().any(twice) {
            return Err((&codes::DUPLICATED_VPC_NEXT_HOP).into());
        }
        table.require_hops(cx, hops)
    }

    fn route(&self, cx: &mut Cx<'_>, table: &Table, cidr: String, hops: Vec<Hop>) -> Route {
        Route {
            head: Head::new::<Route>(cx, table.region()),
            table_id: self.route_table_id.as_str().to_owned(),
            cidr,
            name: self.route_entry_name.as_ref().map(RouteName::as_str).unwrap_or_default().to_owned(),
            description: self
                .description
                .as_ref()
                .map(RouteDescription::as_str)
                .unwrap_or_default()
                .to_owned(),
            modified_at: cx.now,
            hops,
        }
    }
}

impl ListedHop {
    fn hop(&self) -> Result<Hop> {
        // There is one kind, so it goes without saying.
        debug_assert!(self.next_hop_type.is_none_or(|kind| kind.as_str() == ROUTER_INTERFACE));
        let id = self.next_hop_id.as_ref().ok_or_else(|| Stop::from(&codes::INVALID_NEXT_HOP_NOT_FOUND))?;
        Ok(Hop { id: id.as_str().to_owned(), weight: self.weight.map_or(0, Weight::get) })
    }
}

/// The table has no route to the destination yet, has room for one, and none of its routes is in motion.
fn require_room(cx: &mut Cx<'_>, table: &Table, route: &Route) -> Result<()> {
    if let Some(found) = Route::to(cx.tx, &route.table_id, &route.cidr)? {
        let code = if found.hops == route.hops {
            &codes::INVALID_ROUTE_ENTRY_DUPLICATE
        } else {
            &codes::INVALID_CIDR_BLOCK_DUPLICATE
        };
        return Err(code.into());
    }
    let routes = Route::of_table(cx.tx, &route.table_id)?;
    if i64::try_from(routes.len()).is_ok_and(|count| count >= ROUTES_PER_TABLE_MAX) {
        return Err((&codes::QUOTA_EXCEEDED_ROUTES).into());
    }
    match routes.iter().find(|other| other.status() != RouteStatus::Available) {
        Some(other) => Err(other.refuse(table.unstable().into())),
        None => Ok(()),
    }
}
