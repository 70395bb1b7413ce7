//! Listing border routers: those of an account, and those on a circuit. Every list reads one account's or one
//! circuit's stretch of an index. A circuit carries few routers, so totals are counted there and need no counters
//! of their own, as circuits have them.

use super::answer::{self, TYPE, VbrAnswer, VbrOfCircuit};
use super::states::VBR;
use super::{COLUMNS, KIND, Vbr, link};
use crate::action::{About, Codes, Query, Result};
use crate::circuit::Circuit;
use crate::circuit::parameters::{CircuitId, RegionId, ResourceGroupId};
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::View;
use crate::machine::State;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::tag::TagParameter;
use rpc::reply::Stored;
use rpc::{Choice, Reply, Wire};
use store::{Arg, Read, Row};

/// Lists the border routers of a region, filtered and paged, in order of creation.
#[derive(Wire)]
pub struct DescribeVirtualBorderRouters {
    /// Region of the routers.
    region_id: RegionId,
    /// Filters: all must match; of one filter's values, any.
    #[wire(max_items = 5)]
    filter: Vec<Filter>,
    /// Also list, after the caller's own, the routers that other accounts have on the caller's circuits.
    #[wire(default = "false")]
    include_cross_account_vbr: bool,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
    /// Only routers of this resource group.
    resource_group_id: Option<ResourceGroupId>,
    /// Only routers that carry all of these labels.
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

/// A field that border routers can be filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum FilterKey {
    /// Its own circuit.
    PhysicalConnectionId,
    /// The router's id.
    VbrId,
    /// Its status, in letters of any case.
    Status,
    /// Its name.
    Name,
    /// Its access point.
    AccessPointId,
    /// Its Express Cloud Connection: no router has one.
    #[choice("eccId")]
    EccId,
    /// Its type: all have the same.
    #[choice("type")]
    Type,
}

/// A page of border routers.
#[derive(Reply)]
pub struct Vbrs {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The routers.
    virtual_border_router_set: VbrSet,
}

/// The border routers of a page.
#[derive(Reply)]
pub struct VbrSet {
    /// One router each.
    virtual_border_router_type: Vec<Stored<VbrAnswer>>,
}

/// Columns and the values that match; all must.
type Wanted<'a> = Vec<(&'static str, Vec<&'a str>)>;

fn wanted(filters: &[Filter]) -> Wanted<'_> {
    let mut wanted = Wanted::new();
    for filter in filters.iter().filter(|filter| !filter.value.is_empty()) {
        let values: Vec<&str> = filter.value.iter().map(String::as_str).collect();
        match filter.key {
            FilterKey::PhysicalConnectionId => wanted.push(("circuit_id", values)),
            FilterKey::VbrId => wanted.push(("id", values)),
            FilterKey::Status => wanted.push(("status", values.into_iter().filter_map(status).collect())),
            FilterKey::Name => wanted.push(("name", values)),
            FilterKey::AccessPointId => wanted.push(("access_point_id", values)),
            FilterKey::Type if values.contains(&TYPE) => {}
            FilterKey::Type | FilterKey::EccId => wanted.push(("id", Vec::new())),
        }
    }
    wanted
}

fn status(text: &str) -> Option<&'static str> {
    VBR.states.iter().map(State::as_str).find(|status| status.eq_ignore_ascii_case(text))
}

fn narrowed<'a>(base: Conditions<'a>, wanted: &Wanted<'a>) -> Conditions<'a> {
    wanted.iter().fold(base, |conditions, (column, values)| conditions.and_in(column, values.iter().copied()))
}

/// A list, or a part of one that stands in an order of its own.
struct Part<'a> {
    conditions: Conditions<'a>,
    order: &'static str,
}

/// The total of all parts, and one page of them, part after part.
fn list(
    read: &mut dyn Read,
    columns: &str,
    parts: &[Part<'_>],
    page: Page,
    visit: &mut dyn FnMut(usize, &dyn Row) -> std::result::Result<(), store::Fault>,
) -> Result<i64> {
    let (mut total, mut skip, mut left) = (0, page.skip(), page.size);
    for (at, part) in parts.iter().enumerate() {
        let count = part.conditions.count(read, "vbr")?;
        total += count;
        let taken = (count - skip).clamp(0, left);
        if taken > 0 {
            let select = format!("select {columns} from vbr");
            let (sql, args) = part.conditions.query(&select, &format!("order by {}", part.order));
            let mut args = args.to_vec();
            args.extend([Arg::Int(taken), Arg::Int(skip)]);
            let sql = format!("{sql} limit ${} offset ${}", args.len() - 1, args.len());
            read.each(&sql, &args, &mut |row| visit(at, row))?;
        }
        left -= taken;
        skip = (skip - count).max(0);
    }
    Ok(total)
}

impl Query for DescribeVirtualBorderRouters {
    type Reply = Vbrs;
    const ABOUT: About = About::tenant("DescribeVirtualBorderRouters", "vpc:DescribeVirtualBorderRouters");
    const ERRORS: Codes = &[];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<Vbrs> {
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let me = view.caller.account.as_str();
        let mut wanted = wanted(&self.filter);
        if let Some(group) = &self.resource_group_id {
            wanted.push(("resource_group_id", vec![group.as_str()]));
        }
        let own = Conditions::default().and("account =", me).and("region =", self.region_id.as_str());
        let mut parts =
            vec![Part { conditions: self.labelled(narrowed(own, &wanted), Some(me)), order: "serial" }];
        if self.include_cross_account_vbr {
            let lent = Conditions::default()
                .and("account <> circuit_account and circuit_account =", me)
                .and("region =", self.region_id.as_str());
            parts.push(Part {
                conditions: self.labelled(narrowed(lent, &wanted), None),
                order: "created_at, id",
            });
        }
        let mut routers = Vec::new();
        let total = list(view.read, "answer", &parts, page, &mut |_, row| {
            routers.push(Stored::from_bytes(row.bytes(0)?.to_vec()));
            Ok(())
        })?;
        Ok(Vbrs {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            virtual_border_router_set: VbrSet { virtual_border_router_type: routers },
        })
    }
}

impl DescribeVirtualBorderRouters {
    /// Only routers with the labels asked for: of the owner given, or each router's own.
    fn labelled<'a>(&'a self, mut conditions: Conditions<'a>, owner: Option<&'a str>) -> Conditions<'a> {
        for tag in &self.tags {
            let mut inner = match owner {
                Some(owner) => vec![("account =", owner), ("kind =", KIND)],
                None => vec![("tag.account = vbr.account and kind =", KIND)],
            };
            inner.push(("tag.name =", tag.key()));
            inner.extend(tag.value().map(|value| ("value =", value)));
            conditions = conditions.and_among("id", "select resource from tag", &inner);
        }
        conditions
    }
}

/// Lists the border routers on a circuit of the caller's, those of other accounts and those that are only associated
/// with it too.
#[derive(Wire)]
pub struct DescribeVirtualBorderRoutersForPhysicalConnection {
    /// Region of the circuit.
    region_id: RegionId,
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Filters: all must match; of one filter's values, any.
    #[wire(max_items = 5)]
    filter: Vec<Filter>,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
}

/// A page of the border routers on a circuit.
#[derive(Reply)]
pub struct VbrsOfCircuit {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The routers.
    virtual_border_router_for_physical_connection_set: VbrOfCircuitSet,
}

/// The border routers of a page.
#[derive(Reply)]
pub struct VbrOfCircuitSet {
    /// One router each.
    virtual_border_router_for_physical_connection_type: Vec<VbrOfCircuit>,
}

impl Query for DescribeVirtualBorderRoutersForPhysicalConnection {
    type Reply = VbrsOfCircuit;
    const ABOUT: About = About::tenant(
        "DescribeVirtualBorderRoutersForPhysicalConnection",
        "vpc:DescribeVirtualBorderRoutersForPhysicalConnection",
    );
    const ERRORS: Codes = &[&codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND_OF_USER];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<VbrsOfCircuit> {
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let circuit = self.physical_connection_id.as_str();
        let (me, region) = (&view.caller.account, self.region_id.as_str());
        Circuit::anywhere(view.read, circuit)?
            .filter(|found| found.account == *me && found.region == region)
            .ok_or(&codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND_OF_USER)?;
        let wanted = wanted(&self.filter);
        let on = Conditions::default().and("circuit_id =", circuit);
        let inner = [("vbr_association.circuit_id =", circuit)];
        let with = Conditions::default().and_among("id", "select vbr_id from vbr_association", &inner);
        let parts = [
            Part { conditions: narrowed(on, &wanted), order: "created_at, id" },
            Part { conditions: narrowed(with, &wanted), order: "id" },
        ];
        let mut found = Vec::new();
        let total = list(view.read, &COLUMNS, &parts, page, &mut |part, row| {
            found.push((part, Vbr::read(row)?));
            Ok(())
        })?;
        let mut routers = Vec::new();
        for (part, vbr) in found {
            let link = match part {
                0 => Some(vbr.link.clone()),
                _ => {
                    link::associated(view.read, &vbr.id)?.into_iter().find(|link| link.circuit_id == circuit)
                }
            };
            routers.extend(link.map(|link| answer::of_circuit(&vbr, link)));
        }
        Ok(VbrsOfCircuit {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            virtual_border_router_for_physical_connection_set: VbrOfCircuitSet {
                virtual_border_router_for_physical_connection_type: routers,
            },
        })
    }
}
