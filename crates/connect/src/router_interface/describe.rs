//! Listing router interfaces, and showing one of them.

use super::answer::{self, InterfaceAnswer, InterfaceAttribute};
use super::parameters::InterfaceId;
use super::states::INTERFACE;
use super::{Interface, KIND};
use crate::action::{About, Codes, Query, Result};
use crate::circuit::parameters::{RegionId, ResourceGroupId};
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::View;
use crate::kept::Kept;
use crate::machine::State;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::tag::{self, TagParameter};
use rpc::{Choice, Reply, Wire};

/// Lists the router interfaces of a region, filtered and paged, in order of creation.
#[derive(Wire)]
pub struct DescribeRouterInterfaces {
    /// Region of the interfaces.
    region_id: RegionId,
    /// Filters: all must match; of one filter's values, any.
    #[wire(max_items = 5)]
    filter: Vec<Filter>,
    /// Also show what has been ordered and has not taken effect: there is never anything.
    #[wire(default = "false")]
    include_reservation_data: bool,
    /// Page, counted from 1.
    #[wire(default = "1", error = codes::INVALID_REGION_ID_NOT_FOUND_PAGE)]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10", error = codes::INVALID_REGION_ID_NOT_FOUND_PAGE)]
    page_size: PageSize,
    /// Only interfaces of this resource group.
    resource_group_id: Option<ResourceGroupId>,
    /// Only interfaces that carry all of these labels.
    #[wire(alias = "Tag", max_items = 20)]
    tags: Vec<TagParameter>,
}

/// One filter: a field and the values it may have.
#[derive(Wire)]
pub struct Filter {
    /// Field to look at.
    #[wire(error = codes::INVALID_FILTER_KEY_VALUE_NOT_SUPPORTED)]
    key: FilterKey,
    /// Values, any of which matches.
    #[wire(max_items = 5)]
    value: Vec<String>,
}

/// A field that router interfaces can be filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum FilterKey {
    /// The interface's id.
    RouterInterfaceId,
    /// Its router.
    RouterId,
    /// Kind of its router.
    RouterType,
    /// Its owner: only the caller's own are shown.
    RouterInterfaceOwnerId,
    /// The other end.
    OppositeInterfaceId,
    /// Kind of the other router.
    OppositeRouterType,
    /// The other router.
    OppositeRouterId,
    /// Owner of the other end.
    OppositeInterfaceOwnerId,
    /// Its status, in letters of any case.
    Status,
    /// Its name.
    Name,
}

impl FilterKey {
    fn column(self) -> &'static str {
        match self {
            FilterKey::RouterInterfaceId => "id",
            FilterKey::RouterId => "router_id",
            FilterKey::RouterType => "router_type",
            FilterKey::RouterInterfaceOwnerId => "account",
            FilterKey::OppositeInterfaceId => "opposite_id",
            FilterKey::OppositeRouterType => "opposite_router_type",
            FilterKey::OppositeRouterId => "opposite_router_id",
            FilterKey::OppositeInterfaceOwnerId => "opposite_owner",
            FilterKey::Status => "status",
            FilterKey::Name => "name",
        }
    }
}

/// A page of router interfaces.
#[derive(Reply)]
pub struct Interfaces {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The interfaces.
    router_interface_set: InterfaceSet,
}

/// The router interfaces of a page.
#[derive(Reply)]
pub struct InterfaceSet {
    /// One interface each.
    router_interface_type: Vec<InterfaceAnswer>,
}

fn status(text: &str) -> Option<&'static str> {
    INTERFACE.states.iter().map(State::as_str).find(|status| status.eq_ignore_ascii_case(text))
}

impl Query for DescribeRouterInterfaces {
    type Reply = Interfaces;
    const ABOUT: About = About::tenant("DescribeRouterInterfaces", "vpc:DescribeRouterInterfaces");
    const ERRORS: Codes = &[&codes::ILLEGAL_PARAM_ALI_UID];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<Interfaces> {
        let _ = self.include_reservation_data;
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let me = view.caller.account.as_str();
        let mut conditions =
            Conditions::default().and("account =", me).and("region =", self.region_id.as_str());
        for filter in self.filter.iter().filter(|filter| !filter.value.is_empty()) {
            let owners =
                matches!(filter.key, FilterKey::RouterInterfaceOwnerId | FilterKey::OppositeInterfaceOwnerId);
            let is_account = |value: &String| value.bytes().all(|byte| byte.is_ascii_digit());
            if owners && !filter.value.iter().all(is_account) {
                return Err((&codes::ILLEGAL_PARAM_ALI_UID).into());
            }
            let values = filter.value.iter().map(String::as_str);
            conditions = match filter.key {
                FilterKey::Status => {
                    conditions.and_in("status", values.filter_map(status).collect::<Vec<&str>>())
                }
                key => conditions.and_in(key.column(), values),
            };
        }
        if let Some(group) = &self.resource_group_id {
            conditions = conditions.and("resource_group_id =", group.as_str());
        }
        let conditions = tag::labelled(conditions, me, KIND, &self.tags);
        let (total, found) = Interface::page(view.read, &conditions, page)?;
        let mut shown = Vec::new();
        for interface in &found {
            shown.push(answer::listed(view.read, interface)?);
        }
        Ok(Interfaces {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            router_interface_set: InterfaceSet { router_interface_type: shown },
        })
    }
}

/// Shows one router interface.
#[derive(Wire)]
pub struct DescribeRouterInterfaceAttribute {
    /// Region of the interface.
    region_id: RegionId,
    /// The interface.
    #[wire(missing = codes::INVALID_PARAM_NOT_NULL)]
    instance_id: InterfaceId,
}

impl Query for DescribeRouterInterfaceAttribute {
    type Reply = InterfaceAttribute;
    const ABOUT: About =
        About::tenant("DescribeRouterInterfaceAttribute", "vpc:DescribeRouterInterfaceAttribute");
    const ERRORS: Codes = &[&codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<InterfaceAttribute> {
        let found = Interface::anywhere(view.read, self.instance_id.as_str())?
            .filter(|interface| interface.head.is_in(&view.caller.account, self.region_id.as_str()));
        let interface = found.ok_or(&codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND)?;
        answer::alone(view.read, &interface)
    }
}
