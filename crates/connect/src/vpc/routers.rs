//! Listing the routers of VPCs. A router comes and goes with its VPC, has no name of its own, and one route table.

use super::Vpc;
use crate::action::{About, Codes, Query, Result};
use crate::circuit::parameters::RegionId;
use crate::conditions::Conditions;
use crate::cx::View;
use crate::kept::Kept;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::time;
use rpc::{Reply, Wire};

rpc::text! {
    /// A router's id: `vrt-…` of a VPC's, `vbr-…` of a border router.
    pub struct RouterId { min: 1, max: 64 }
}

/// Lists the routers of the VPCs of a region.
#[derive(Wire)]
pub struct DescribeVRouters {
    /// Region of the routers.
    region_id: RegionId,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
    /// Only this router.
    #[wire(rename = "VRouterId")]
    vrouter_id: Option<RouterId>,
}

/// A page of routers.
#[derive(Reply)]
pub struct VRouters {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The routers.
    #[reply(rename = "VRouters")]
    vrouters: VRouterSet,
}

/// The routers of a page.
#[derive(Reply)]
pub struct VRouterSet {
    /// One router each.
    #[reply(rename = "VRouter")]
    vrouter: Vec<VRouter>,
}

/// One router.
#[derive(Reply)]
pub struct VRouter {
    /// The router.
    #[reply(rename = "VRouterId")]
    vrouter_id: String,
    /// Its name: always empty.
    #[reply(rename = "VRouterName")]
    vrouter_name: &'static str,
    /// Its description: always empty.
    description: &'static str,
    /// Its VPC.
    vpc_id: String,
    /// Its route tables.
    route_table_ids: RouteTableIds,
    /// Region.
    region_id: String,
    /// When it was made.
    creation_time: String,
}

/// The route tables of a router.
#[derive(Reply)]
pub struct RouteTableIds {
    /// One table each.
    route_table_id: Vec<String>,
}

impl Query for DescribeVRouters {
    type Reply = VRouters;
    const ABOUT: About = About::tenant("DescribeVRouters", "vpc:DescribeVRouters");
    const ERRORS: Codes = &[];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<VRouters> {
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let mut conditions = Conditions::default()
            .and("account =", view.caller.account.as_str())
            .and("region =", self.region_id.as_str());
        if let Some(router) = &self.vrouter_id {
            conditions = conditions.and("router_id =", router.as_str());
        }
        let (total, vpcs) = Vpc::page(view.read, &conditions, page)?;
        let shown = |vpc: Vpc| VRouter {
            vrouter_id: vpc.router_id,
            vrouter_name: "",
            description: "",
            vpc_id: vpc.head.id,
            route_table_ids: RouteTableIds { route_table_id: vec![vpc.route_table_id] },
            region_id: vpc.head.region,
            creation_time: time::wire(vpc.head.created_at),
        };
        Ok(VRouters {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            vrouters: VRouterSet { vrouter: vpcs.into_iter().map(shown).collect() },
        })
    }
}
