//! Listing the routes of a table: those that people made, and the one that comes with a VPC's table. A table has few,
//! so they are looked at one by one.

use super::create::{DestinationText, HopId};
use super::delete::RouteId;
use super::destination::{Destination, family};
use super::table::{Table, system_route_id};
use super::{Hop, ROUTER_INTERFACE, Route};
use crate::action::{About, Codes, Query, Result};
use crate::circuit::parameters::RegionId;
use crate::codes;
use crate::cx::View;
use crate::kept::Kept;
use crate::page::{self, wire_count};
use crate::router_interface::Interface;
use crate::time::{self, Millis};
use crate::vpc::create::SHARED_SPACE;
use crate::vpc::tables::{RouteTableId, RouteType, TableHop, TableHops, TableRoute};
use rpc::gateway;
use rpc::wire::Int;
use rpc::{Choice, Reply, Wire};
use store::Read;

rpc::text! {
    /// A kind of next hop that is looked for.
    pub struct WantedHopType { min: 1, max: 64 }
}

rpc::text! {
    /// Who manages a route.
    pub struct ServiceType { min: 1, max: 64 }
}

rpc::text! {
    /// A route's name that is looked for.
    pub struct WantedRouteName { min: 1, max: 128, forbid_prefix: ["http://", "https://"] }
}

/// A family of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum IpVersion {
    /// IPv4.
    #[choice("ipv4")]
    V4,
    /// IPv6.
    #[choice("ipv6")]
    V6,
}

/// Kind of the next hop of the route that comes with a table.
const SERVICE: &str = "service";

/// A route as it is listed: one that was made, or the one that comes with a table.
pub(crate) struct Listed {
    serial: i64,
    id: String,
    table_id: String,
    cidr: String,
    name: String,
    description: String,
    status: &'static str,
    kind: RouteType,
    modified_at: Millis,
    hop_type: &'static str,
    hops: Vec<Hop>,
}

impl Listed {
    fn made(route: Route) -> Listed {
        Listed {
            serial: route.head.serial,
            status: route.status().as_str(),
            id: route.head.id,
            table_id: route.table_id,
            cidr: route.cidr,
            name: route.name,
            description: route.description,
            kind: RouteType::Custom,
            modified_at: route.modified_at,
            hop_type: ROUTER_INTERFACE,
            hops: route.hops,
        }
    }

    fn system(table_id: &str, created_at: Millis) -> Listed {
        Listed {
            serial: 0,
            id: system_route_id(table_id),
            table_id: table_id.to_owned(),
            cidr: SHARED_SPACE.to_string(),
            name: String::new(),
            description: String::new(),
            status: "Available",
            kind: RouteType::System,
            modified_at: created_at,
            hop_type: SERVICE,
            hops: Vec::new(),
        }
    }

    /// All of a table, that of the system first; it comes with the table of a VPC, and with it alone.
    pub(crate) fn of_table(
        read: &mut dyn Read,
        table_id: &str,
        system_since: Option<Millis>,
    ) -> Result<Vec<Listed>> {
        let system = system_since.map(|since| Listed::system(table_id, since));
        let made = Route::of_table(read, table_id)?.into_iter().map(Listed::made);
        Ok(system.into_iter().chain(made).collect())
    }

    /// Whether it is of this kind.
    pub(crate) fn is(&self, kind: RouteType) -> bool {
        self.kind == kind
    }

    /// As it is shown in its table.
    pub(crate) fn in_table(self) -> TableRoute {
        let hop = |hop: &Hop| TableHop {
            next_hop_id: hop.id.clone(),
            next_hop_type: ROUTER_INTERFACE.to_owned(),
            enabled: 1,
            weight: wire_count(hop.weight),
        };
        let only = if self.hops.len() == 1 { self.hops[0].id.clone() } else { String::new() };
        TableRoute {
            route_entry_id: self.id,
            route_entry_name: self.name,
            description: self.description,
            route_table_id: self.table_id,
            destination_cidr_block: self.cidr,
            r#type: self.kind.as_str().to_owned(),
            status: self.status.to_owned(),
            instance_id: only,
            next_hop_type: self.hop_type.to_owned(),
            next_hops: TableHops { next_hop: self.hops.iter().map(hop).collect() },
        }
    }
}

/// Lists the routes of one table, page by page.
#[derive(Wire)]
pub struct DescribeRouteEntryList {
    /// Region of the table.
    region_id: RegionId,
    /// The table.
    route_table_id: RouteTableId,
    /// Only routes to these destinations.
    dest_cidr_block_list: Vec<DestinationText>,
    /// Only the route to this destination.
    destination_cidr_block: Option<DestinationText>,
    /// Only routes of this family.
    ip_version: Option<IpVersion>,
    /// Rows of a page.
    #[wire(default = "10")]
    max_result: Int<1, 100>,
    /// Only routes that lead to this next hop.
    next_hop_id: Option<HopId>,
    /// Only routes with next hops of this kind.
    next_hop_type: Option<WantedHopType>,
    /// Where the page before ended; left out for the first.
    next_token: Option<String>,
    /// Only this route.
    route_entry_id: Option<RouteId>,
    /// Only routes of this name.
    route_entry_name: Option<WantedRouteName>,
    /// Only routes of this kind.
    route_entry_type: Option<RouteType>,
    /// Only routes that this manages: TR for a transit router, which manages none.
    service_type: Option<ServiceType>,
}

/// A page of routes.
#[derive(Reply)]
pub struct Routes {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Where the next page begins; empty at the end.
    next_token: String,
    /// The routes.
    route_entrys: RouteSet,
}

/// The routes of a page.
#[derive(Reply)]
pub struct RouteSet {
    /// One route each.
    route_entry: Vec<RouteAnswer>,
}

/// One route.
#[derive(Reply)]
pub struct RouteAnswer {
    /// The route.
    route_entry_id: String,
    /// Its name.
    route_entry_name: String,
    /// Description as set.
    description: String,
    /// Its table.
    route_table_id: String,
    /// Destination prefix.
    destination_cidr_block: String,
    /// ipv4 or ipv6.
    ip_version: &'static str,
    /// Custom or System.
    r#type: &'static str,
    /// Pending or Available.
    status: &'static str,
    /// Where it came from; empty.
    origin: &'static str,
    /// Who manages it; empty.
    service_type: &'static str,
    /// When it was last changed.
    gmt_modified: String,
    /// Next hops.
    next_hops: HopSet,
}

/// The next hops of a route.
#[derive(Reply)]
pub struct HopSet {
    /// One next hop each.
    next_hop: Vec<HopAnswer>,
}

/// A next hop.
#[derive(Reply)]
pub struct HopAnswer {
    /// The next hop; empty for the provider's own services.
    next_hop_id: String,
    /// Kind of next hop.
    next_hop_type: &'static str,
    /// Region to which it leads.
    next_hop_region_id: String,
    /// The router to which it leads.
    next_hop_related_info: RelatedInfo,
    /// Whether traffic may pass: 1.
    enabled: i32,
    /// Weight among the next hops.
    weight: i32,
}

/// The router to which a next hop leads.
#[derive(Reply)]
pub struct RelatedInfo {
    /// The router.
    instance_id: String,
    /// Kind of router.
    instance_type: String,
    /// Its region.
    region_id: String,
}

impl Query for DescribeRouteEntryList {
    type Reply = Routes;
    const ABOUT: About = About::tenant("DescribeRouteEntryList", "vpc:DescribeRouteEntryList");
    const ERRORS: Codes = &[&codes::INVALID_ROUTE_TABLE_ID_NOT_FOUND, &gateway::INVALID_PARAMETER];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<Routes> {
        let (me, region) = (&view.caller.account, self.region_id.as_str());
        let table_id = self.route_table_id.as_str();
        let system_since = match Table::find(view.read, me, Some(region), table_id)? {
            Table::Vpc(vpc) => Some(vpc.head.created_at),
            Table::Vbr(_) => None,
        };
        let after = self.next_token.as_deref().map(read_token).transpose()?;
        let mut found = Listed::of_table(view.read, table_id, system_since)?;
        found.retain(|route| self.wants(route));
        let total_count = wire_count(i64::try_from(found.len()).unwrap_or(i64::MAX));
        found.retain(|route| after.is_none_or(|after| route.serial > after));
        let next_token =
            page::turn(&mut found, self.max_result.get(), |last| format!("{:016x}", last.serial));
        let mut route_entry = Vec::new();
        for route in found {
            route_entry.push(shown(view.read, region, route)?);
        }
        Ok(Routes { total_count, next_token, route_entrys: RouteSet { route_entry } })
    }
}

impl DescribeRouteEntryList {
    fn wants(&self, route: &Listed) -> bool {
        let goes_to = |text: &DestinationText| {
            Destination::read(text.as_str()).is_ok_and(|destination| destination.text() == route.cidr)
        };
        let same = |wanted: Option<&str>, has: &str| wanted.is_none_or(|wanted| wanted == has);
        (self.dest_cidr_block_list.is_empty() || self.dest_cidr_block_list.iter().any(goes_to))
            && self.destination_cidr_block.as_ref().is_none_or(goes_to)
            && same(self.ip_version.as_ref().map(IpVersion::as_str), family(&route.cidr))
            && same(self.next_hop_type.as_ref().map(WantedHopType::as_str), route.hop_type)
            && same(self.route_entry_id.as_ref().map(RouteId::as_str), &route.id)
            && same(self.route_entry_name.as_ref().map(WantedRouteName::as_str), &route.name)
            && same(self.service_type.as_ref().map(ServiceType::as_str), "")
            && self.route_entry_type.is_none_or(|kind| route.is(kind))
            && self.next_hop_id.as_ref().is_none_or(|id| route.hops.iter().any(|hop| hop.id == id.as_str()))
    }
}

fn shown(read: &mut dyn Read, region: &str, route: Listed) -> Result<RouteAnswer> {
    let mut next_hop = Vec::new();
    for hop in route.hops {
        let interface = Interface::anywhere(read, &hop.id)?;
        let (to, router, kind) = match interface {
            Some(interface) => {
                let kind = interface.opposite_router_type.map_or("", |kind| kind.as_str());
                (interface.opposite_region, interface.opposite_router_id, kind)
            }
            None => (region.to_owned(), String::new(), ""),
        };
        next_hop.push(HopAnswer {
            next_hop_id: hop.id,
            next_hop_type: ROUTER_INTERFACE,
            next_hop_region_id: to.clone(),
            next_hop_related_info: RelatedInfo {
                instance_id: router,
                instance_type: kind.to_owned(),
                region_id: to,
            },
            enabled: 1,
            weight: wire_count(hop.weight),
        });
    }
    Ok(RouteAnswer {
        route_entry_id: route.id,
        route_entry_name: route.name,
        description: route.description,
        route_table_id: route.table_id,
        ip_version: family(&route.cidr),
        destination_cidr_block: route.cidr,
        r#type: route.kind.as_str(),
        status: route.status,
        origin: "",
        service_type: "",
        gmt_modified: time::wire(route.modified_at),
        next_hops: HopSet { next_hop },
    })
}

/// A token is the place of the last row of the page before.
fn read_token(text: &str) -> Result<i64> {
    let is_plain = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let place = i64::from_str_radix(text, 16).ok().filter(|_| is_plain);
    place.ok_or_else(|| page::bad_token().into())
}
