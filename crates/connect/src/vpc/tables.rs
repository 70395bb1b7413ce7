//! Listing route tables: each VPC's router has one, and so has each border router. They come and go with their routers,
//! have no names and carry no labels of their own.

use super::describe::{VSwitchIds, VpcTags, owner_number};
use super::routers::RouterId;
use crate::action::{About, Codes, Query, Result};
use crate::circuit::parameters::{RegionId, ResourceGroupId};
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::View;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::route::describe::Listed;
use crate::tag::TagParameter;
use crate::time::{self, Millis};
use rpc::gateway;
use rpc::params::{invalid, missing};
use rpc::{Choice, Reply, Wire};
use store::{Fault, Read, Row};

rpc::text! {
    /// A route table's id, for instance `vtb-0mj2k9x1qa4f7c0d3b2a`.
    pub struct RouteTableId { min: 1, max: 64 }
}

rpc::text! {
    /// A route table's name; no table has one.
    pub struct RouteTableName { min: 1, max: 128 }
}

/// Kind of router.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum RouterType {
    /// The router of a VPC.
    VRouter,
    /// A border router.
    #[choice("VBR")]
    Vbr,
}

/// Kind of route table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum RouteTableType {
    /// The one that came with its router: all are.
    System,
    /// One that was added; there are none here.
    Custom,
}

/// Kind of route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum RouteType {
    /// Made by its owner.
    Custom,
    /// Came with its table.
    System,
    /// Learnt over BGP.
    #[choice("BGP")]
    Bgp,
    /// From a transit network.
    #[choice("CEN")]
    Cen,
    /// From an Express Connect Router.
    #[choice("ECR")]
    Ecr,
}

/// `RouteTableType` of every table.
const SYSTEM: &str = "System";
/// `Status` of a table.
const AVAILABLE: &str = "Available";

/// A route table with what it has of its router.
struct Table {
    id: String,
    router_id: String,
    router_type: RouterType,
    vpc_id: String,
    resource_group_id: String,
    status: String,
    created_at: Millis,
}

impl Table {
    fn read(row: &dyn Row, router_type: RouterType) -> std::result::Result<Table, Fault> {
        let text = |index| row.text(index).map(str::to_owned);
        let is_pending = router_type == RouterType::VRouter && row.text(4)? == "Pending";
        Ok(Table {
            id: text(0)?,
            router_id: text(1)?,
            router_type,
            vpc_id: text(2)?,
            resource_group_id: text(3)?,
            status: if is_pending { "Pending" } else { AVAILABLE }.to_owned(),
            created_at: row.int(5)?,
        })
    }
}

/// What is asked of tables: columns that both kinds of router have.
struct Wanted<'a> {
    router_type: RouterType,
    region: Option<&'a str>,
    table: Option<&'a str>,
    router: Option<&'a str>,
    vpc: Option<&'a str>,
    group: Option<&'a str>,
    /// Something is asked for that no table has.
    nothing: bool,
}

impl Wanted<'_> {
    /// A table or a router that is named is of the kind that it is: the kind asked for, which is VRouter where none is,
    /// is heeded only where it says more.
    fn kinds(&self) -> &'static [RouterType] {
        match self.router_type {
            RouterType::Vbr => &[RouterType::Vbr],
            RouterType::VRouter if self.table.is_some() || self.router.is_some() => RouterType::ALL,
            RouterType::VRouter => &[RouterType::VRouter],
        }
    }

    fn conditions<'a>(&'a self, me: &'a str, kind: RouterType) -> Conditions<'a> {
        let router_column = if kind == RouterType::VRouter { "router_id =" } else { "id =" };
        let mut conditions = Conditions::default().and("account =", me);
        let texts = [
            ("region =", self.region),
            ("route_table_id =", self.table),
            (router_column, self.router),
            ("resource_group_id =", self.group),
        ];
        for (left, value) in texts {
            if let Some(value) = value {
                conditions = conditions.and(left, value);
            }
        }
        match (self.vpc, kind) {
            (Some(vpc), RouterType::VRouter) => conditions = conditions.and("id =", vpc),
            (Some(_), RouterType::Vbr) => conditions = conditions.and_in("id", []),
            (None, _) => {}
        }
        if self.nothing { conditions.and_in("id", []) } else { conditions }
    }

    /// How many tables there are, and a page of them.
    fn list(&self, read: &mut dyn Read, me: &str, page: Page) -> Result<(i64, Vec<Table>)> {
        let (mut total, mut tables) = (0, Vec::new());
        for &kind in self.kinds() {
            let from = match kind {
                RouterType::VRouter => {
                    ("route_table_id, router_id, id, resource_group_id, status, created_at", "vpc")
                }
                RouterType::Vbr => ("route_table_id, id, '', resource_group_id, status, created_at", "vbr"),
            };
            let order = if self.region.is_some() { "serial" } else { "region, serial" };
            let conditions = self.conditions(me, kind);
            let (count, found) = conditions.page(read, from, order, page, |row| Table::read(row, kind))?;
            total += count;
            tables.extend(found);
        }
        Ok((total, tables))
    }
}

/// Lists route tables with their routes: those of one router, or one table. At least one of RouteTableId, RouterId,
/// VRouterId and RouteTableName is needed.
#[derive(Wire)]
pub struct DescribeRouteTables {
    /// Region of the tables; left out, they are looked for in all.
    region_id: Option<RegionId>,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
    /// Only tables of this resource group.
    resource_group_id: Option<ResourceGroupId>,
    /// Only this table.
    route_table_id: Option<RouteTableId>,
    /// Only tables of this name: no table has one.
    route_table_name: Option<RouteTableName>,
    /// Only the table of this router; not with VRouterId.
    router_id: Option<RouterId>,
    /// Kind of router.
    #[wire(default = "VRouter")]
    router_type: RouterType,
    /// Only routes of this kind.
    r#type: Option<RouteType>,
    /// Only the table of this router of a VPC; not with RouterId.
    #[wire(rename = "VRouterId")]
    vrouter_id: Option<RouterId>,
}

/// A page of route tables.
#[derive(Reply)]
pub struct RouteTables {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The tables.
    route_tables: RouteTableSet,
}

/// The route tables of a page.
#[derive(Reply)]
pub struct RouteTableSet {
    /// One table each.
    route_table: Vec<RouteTable>,
}

/// One route table with its routes.
#[derive(Reply)]
pub struct RouteTable {
    /// The table.
    route_table_id: String,
    /// Always System.
    route_table_type: &'static str,
    /// Pending or Available.
    status: String,
    /// Its router.
    #[reply(rename = "VRouterId")]
    vrouter_id: String,
    /// Its vSwitches; there are none here.
    #[reply(rename = "VSwitchIds")]
    vswitch_ids: VSwitchIds,
    /// Resource group of its router.
    resource_group_id: String,
    /// When it was made.
    creation_time: String,
    /// Its routes.
    route_entrys: TableRoutes,
}

/// The routes of a table.
#[derive(Reply)]
pub struct TableRoutes {
    /// One route each.
    route_entry: Vec<TableRoute>,
}

/// A route in its table.
#[derive(Reply)]
pub struct TableRoute {
    /// The route.
    pub(crate) route_entry_id: String,
    /// Its name.
    pub(crate) route_entry_name: String,
    /// Description as set.
    pub(crate) description: String,
    /// Its table.
    pub(crate) route_table_id: String,
    /// Destination prefix.
    pub(crate) destination_cidr_block: String,
    /// Custom or System.
    pub(crate) r#type: String,
    /// Pending or Available.
    pub(crate) status: String,
    /// Next hop, where it is one.
    pub(crate) instance_id: String,
    /// Kind of next hop.
    pub(crate) next_hop_type: String,
    /// Next hops.
    pub(crate) next_hops: TableHops,
}

/// The next hops of a route.
#[derive(Reply)]
pub struct TableHops {
    /// One next hop each.
    pub(crate) next_hop: Vec<TableHop>,
}

/// A next hop.
#[derive(Reply)]
pub struct TableHop {
    /// The next hop.
    pub(crate) next_hop_id: String,
    /// Kind of next hop.
    pub(crate) next_hop_type: String,
    /// Whether traffic may pass: 1.
    pub(crate) enabled: i32,
    /// Weight among the next hops.
    pub(crate) weight: i32,
}

impl Query for DescribeRouteTables {
    type Reply = RouteTables;
    const ABOUT: About = About::tenant("DescribeRouteTables", "vpc:DescribeRouteTables");
    const ERRORS: Codes = &[
        &gateway::MISSING_PARAMETER,
        &gateway::INVALID_PARAMETER,
        &codes::INVALID_ROUTE_TABLE_ID_NOT_FOUND,
        &codes::INVALID_VROUTER_NOT_FOUND,
    ];

    fn region(&self) -> Option<&str> {
        self.region_id.as_ref().map(RegionId::as_str)
    }

    fn answer(&self, view: &mut View<'_>) -> Result<RouteTables> {
        self.require_a_name()?;
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let router = self.router_id.as_ref().or(self.vrouter_id.as_ref()).map(RouterId::as_str);
        let mut wanted = Wanted {
            router_type: self.router_type,
            region: self.region_id.as_ref().map(RegionId::as_str),
            table: self.route_table_id.as_ref().map(RouteTableId::as_str),
            router,
            vpc: None,
            group: None,
            nothing: false,
        };
        let (found, _) = wanted.list(view.read, &view.caller.account, page)?;
        if found == 0 && wanted.table.is_some() {
            return Err((&codes::INVALID_ROUTE_TABLE_ID_NOT_FOUND).into());
        }
        if found == 0 && router.is_some() {
            return Err((&codes::INVALID_VROUTER_NOT_FOUND).into());
        }
        wanted.group = self.resource_group_id.as_ref().map(ResourceGroupId::as_str);
        wanted.nothing = self.route_table_name.is_some();
        let (total, tables) = wanted.list(view.read, &view.caller.account, page)?;
        let mut route_table = Vec::new();
        for table in tables {
            let route_entry = self.routes(view.read, &table)?;
            route_table.push(RouteTable {
                route_table_id: table.id,
                route_table_type: SYSTEM,
                status: table.status,
                vrouter_id: table.router_id,
                vswitch_ids: VSwitchIds::none(),
                resource_group_id: table.resource_group_id,
                creation_time: time::wire(table.created_at),
                route_entrys: TableRoutes { route_entry },
            });
        }
        Ok(RouteTables {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            route_tables: RouteTableSet { route_table },
        })
    }
}

impl DescribeRouteTables {
    fn require_a_name(&self) -> Result<()> {
        let names = [self.router_id.is_some(), self.vrouter_id.is_some()];
        if names == [true, true] {
            return Err(invalid("VRouterId", "give it or RouterId, not both").into());
        }
        let others = self.route_table_id.is_some() || self.route_table_name.is_some();
        if names.contains(&true) || others {
            return Ok(());
        }
        Err(missing("RouterId", "name a router or a route table").into())
    }

    /// The routes of a table, of the kind asked for.
    fn routes(&self, read: &mut dyn Read, table: &Table) -> Result<Vec<TableRoute>> {
        let is_of_vpc = table.router_type == RouterType::VRouter;
        let mut routes = Listed::of_table(read, &table.id, is_of_vpc.then_some(table.created_at))?;
        routes.retain(|route| self.r#type.is_none_or(|kind| route.is(kind)));
        Ok(routes.into_iter().map(Listed::in_table).collect())
    }
}

/// Lists the route tables of a region, filtered and paged, in order of creation.
#[derive(Wire)]
pub struct DescribeRouteTableList {
    /// Region of the tables.
    region_id: RegionId,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
    /// Only tables of this resource group.
    resource_group_id: Option<ResourceGroupId>,
    /// Only this table.
    route_table_id: Option<RouteTableId>,
    /// Only tables of this name: no table has one.
    route_table_name: Option<RouteTableName>,
    /// Kind of table.
    route_table_type: Option<RouteTableType>,
    /// Only the table of this router.
    router_id: Option<RouterId>,
    /// Kind of router; a router or a table that is named is of its own kind.
    #[wire(default = "VRouter")]
    router_type: RouterType,
    /// Only tables that carry all of these labels: none carries any.
    #[wire(alias = "Tags", max_items = 20)]
    tag: Vec<TagParameter>,
    /// Only the table of this VPC.
    vpc_id: Option<super::VpcId>,
}

/// A page of route tables.
#[derive(Reply)]
pub struct RouteTableList {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The tables.
    router_table_list: RouterTableList,
}

/// The route tables of a page.
#[derive(Reply)]
pub struct RouterTableList {
    /// One table each.
    router_table_list_type: Vec<ListedTable>,
}

/// One route table.
#[derive(Reply)]
pub struct ListedTable {
    /// The table.
    route_table_id: String,
    /// Its name: always empty.
    route_table_name: &'static str,
    /// Its description: always empty.
    description: &'static str,
    /// Always System.
    route_table_type: &'static str,
    /// Pending or Available.
    status: String,
    /// Its router.
    router_id: String,
    /// Kind of router.
    router_type: &'static str,
    /// The router's VPC; empty for a border router.
    vpc_id: String,
    /// What the table may be bound to.
    associate_type: &'static str,
    /// Gateways bound to it; there are none here.
    gateway_ids: GatewayIds,
    /// Its vSwitches; there are none here.
    #[reply(rename = "VSwitchIds")]
    vswitch_ids: VSwitchIds,
    /// Whether it takes routes from elsewhere: true.
    route_propagation_enable: bool,
    /// Owner.
    owner_id: i64,
    /// Resource group of its router.
    resource_group_id: String,
    /// When it was made.
    creation_time: String,
    /// Labels; there are none.
    tags: VpcTags,
}

/// The gateways of a table.
#[derive(Reply)]
pub struct GatewayIds {
    /// One gateway each.
    gateway_ids: Vec<String>,
}

impl Query for DescribeRouteTableList {
    type Reply = RouteTableList;
    const ABOUT: About = About::tenant("DescribeRouteTableList", "vpc:DescribeRouteTableList");
    const ERRORS: Codes = &[];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<RouteTableList> {
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let is_custom = self.route_table_type == Some(RouteTableType::Custom);
        let wanted = Wanted {
            router_type: self.router_type,
            region: Some(self.region_id.as_str()),
            table: self.route_table_id.as_ref().map(RouteTableId::as_str),
            router: self.router_id.as_ref().map(RouterId::as_str),
            vpc: self.vpc_id.as_ref().map(super::VpcId::as_str),
            group: self.resource_group_id.as_ref().map(ResourceGroupId::as_str),
            nothing: is_custom || self.route_table_name.is_some() || !self.tag.is_empty(),
        };
        let account = &view.caller.account;
        let (total, tables) = wanted.list(view.read, account, page)?;
        let shown = |table: Table| ListedTable {
            route_table_id: table.id,
            route_table_name: "",
            description: "",
            route_table_type: SYSTEM,
            status: table.status,
            router_id: table.router_id,
            router_type: table.router_type.as_str(),
            vpc_id: table.vpc_id,
            associate_type: "VSwitch",
            gateway_ids: GatewayIds { gateway_ids: Vec::new() },
            vswitch_ids: VSwitchIds::none(),
            route_propagation_enable: true,
            owner_id: owner_number(account),
            resource_group_id: table.resource_group_id,
            creation_time: time::wire(table.created_at),
            tags: VpcTags::none(),
        };
        Ok(RouteTableList {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            router_table_list: RouterTableList {
                router_table_list_type: tables.into_iter().map(shown).collect(),
            },
        })
    }
}
