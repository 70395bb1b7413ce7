//! Listing circuits. Totals come from counters and pages from the tenant's own stretch of the table: no list here
//! counts rows one by one unless a filter leaves no other way, and none looks at another tenant's rows.

use super::KIND;
use super::answer::{CircuitAnswer, PRODUCT_TYPE, with_reservation};
use super::count::{self, Place};
use super::parameters::{ClientToken, RegionId, ResourceGroupId};
use super::states::Status;
use crate::action::{About, Codes, Query, Result};
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::View;
use crate::machine::State;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::tag::TagFilter;
use rpc::reply::Stored;
use rpc::{Choice, Reply, Wire};
use store::{Arg, Read};

/// Lists the circuits of a region, filtered and paged, in order of creation.
#[derive(Wire)]
pub struct DescribePhysicalConnections {
    /// Region of the circuits.
    region_id: RegionId,
    /// Accepted and without effect: a read needs no token.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Filters: all must match; of one filter's values, any.
    #[wire(max_items = 5)]
    filter: Vec<Filter>,
    /// Also show data of orders that have been placed and have not taken effect.
    #[wire(default = "false")]
    include_reservation_data: bool,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
    /// Only circuits of this resource group.
    resource_group_id: Option<ResourceGroupId>,
    /// Only circuits that carry all of these labels.
    #[wire(alias = "Tag", max_items = 20)]
    tags: Vec<TagFilter>,
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

/// A field that circuits can be filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum FilterKey {
    /// The circuit's id.
    PhysicalConnectionId,
    /// Its access point.
    AccessPointId,
    /// Its type.
    Type,
    /// Its carrier.
    LineOperator,
    /// Its size.
    Spec,
    /// Its status; Allocation Failed also without the space.
    Status,
    /// Its name.
    Name,
    /// Dedicated or shared.
    ProductType,
}

/// A page of circuits.
#[derive(Reply)]
pub struct Circuits {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The circuits.
    physical_connection_set: CircuitSet,
}

/// The circuits of a page.
#[derive(Reply)]
pub struct CircuitSet {
    /// One circuit each.
    physical_connection_type: Vec<Stored<CircuitAnswer>>,
}

impl Query for DescribePhysicalConnections {
    type Reply = Circuits;
    const ABOUT: About = About::tenant("DescribePhysicalConnections", "vpc:DescribePhysicalConnections");
    const ERRORS: Codes = &[];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<Circuits> {
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let wanted = self.wanted(&view.caller.account);
        let (total, circuits) = list(view.read, &wanted, page, self.include_reservation_data)?;
        Ok(Circuits {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            physical_connection_set: CircuitSet { physical_connection_type: circuits },
        })
    }
}

/// What a list is to hold.
pub(crate) struct Wanted<'a> {
    account: &'a str,
    region: &'a str,
    statuses: Option<Vec<&'a str>>,
    access_points: Option<Vec<&'a str>>,
    /// Other columns and their values: no counter knows these.
    columns: Vec<(&'static str, Vec<&'a str>)>,
    tags: &'a [TagFilter],
}

impl DescribePhysicalConnections {
    fn wanted<'a>(&'a self, account: &'a str) -> Wanted<'a> {
        let mut wanted = Wanted {
            account,
            region: self.region_id.as_str(),
            statuses: None,
            access_points: None,
            columns: Vec::new(),
            tags: &self.tags,
        };
        if let Some(group) = &self.resource_group_id {
            wanted.columns.push(("resource_group_id", vec![group.as_str()]));
        }
        for filter in self.filter.iter().filter(|filter| !filter.value.is_empty()) {
            wanted.narrow(filter.key, filter.value.iter().map(String::as_str).collect());
        }
        wanted
    }
}

impl<'a> Wanted<'a> {
    fn narrow(&mut self, key: FilterKey, values: Vec<&'a str>) {
        match key {
            FilterKey::Status => both(&mut self.statuses, values.into_iter().map(spaced).collect()),
            FilterKey::AccessPointId => both(&mut self.access_points, values),
            FilterKey::PhysicalConnectionId => self.columns.push(("id", values)),
            FilterKey::Type => self.columns.push(("type", values)),
            FilterKey::LineOperator => self.columns.push(("line_operator", values)),
            FilterKey::Spec => self.columns.push(("spec", values)),
            FilterKey::Name => self.columns.push(("name", values)),
            // Every circuit here is a dedicated one, so the filter matches all of them or none.
            FilterKey::ProductType if values.contains(&PRODUCT_TYPE) => {}
            FilterKey::ProductType => self.columns.push(("id", Vec::new())),
        }
    }

    /// Whether the counters know the total.
    fn is_counted(&self) -> bool {
        self.columns.is_empty() && self.tags.is_empty()
    }

    fn conditions(&self) -> Conditions<'_> {
        let mut conditions =
            Conditions::default().and("account =", self.account).and("region =", self.region);
        if let Some(statuses) = &self.statuses {
            conditions = conditions.and_in("status", statuses.iter().copied());
        }
        if let Some(access_points) = &self.access_points {
            conditions = conditions.and_in("access_point_id", access_points.iter().copied());
        }
        for (column, values) in &self.columns {
            conditions = conditions.and_in(column, values.iter().copied());
        }
        for tag in self.tags {
            let of_key = [("account =", self.account), ("kind =", KIND), ("name =", tag.key())];
            conditions = match tag.value() {
                Some(value) => {
                    let inner = [of_key[0], of_key[1], of_key[2], ("value =", value)];
                    conditions.and_among("id", "select resource from tag", &inner)
                }
                None => conditions.and_among("id", "select resource from tag", &of_key),
            };
        }
        conditions
    }
}

/// Two filters on one field must both match.
fn both<'a>(list: &mut Option<Vec<&'a str>>, values: Vec<&'a str>) {
    match list {
        None => *list = Some(values),
        Some(present) => present.retain(|value| values.contains(value)),
    }
}

/// Filters take the failed reservation with and without its space.
fn spaced(status: &str) -> &str {
    if status == "AllocationFailed" { State::as_str(&Status::AllocationFailed) } else { status }
}

/// The total and one page of answers, with what is reserved where that is asked for.
fn list(
    read: &mut dyn Read,
    wanted: &Wanted<'_>,
    page: Page,
    with_reservations: bool,
) -> Result<(i64, Vec<Stored<CircuitAnswer>>)> {
    let place = find_place(read, wanted, page.skip())?;
    let mut circuits = Vec::new();
    if place.offset < place.total {
        let columns = if with_reservations { WITH_RESERVATIONS } else { "select answer from circuit" };
        let (sql, args) = page_query(columns, wanted, &place, page.size);
        read.each(&sql, &args, &mut |row| {
            let mut answer = row.bytes(0)?.to_vec();
            if with_reservations && let (Some(_), Some(end)) = (row.maybe_int(1)?, row.maybe_int(2)?) {
                answer = with_reservation(answer, end);
            }
            circuits.push(Stored::from_bytes(answer));
            Ok(())
        })?;
    }
    Ok((place.total, circuits))
}

fn find_place(read: &mut dyn Read, wanted: &Wanted<'_>, skip: i64) -> Result<Place> {
    if wanted.is_counted() {
        let has =
            |list: &Option<Vec<&str>>, value: &str| list.as_ref().is_none_or(|list| list.contains(&value));
        return count::place(read, wanted.account, wanted.region, skip, |status, access_point| {
            has(&wanted.statuses, status) && has(&wanted.access_points, access_point)
        });
    }
    let conditions = wanted.conditions();
    let total = conditions.count(read, "circuit")?;
    Ok(Place { total, from: 0, offset: skip })
}

/// What a page reads where reservations are shown: a renewal that waits begins when the present term ends.
const WITH_RESERVATIONS: &str = "select answer, renewed_until, end_at from circuit";

/// The statement of one page, and its arguments; the query-plan test reads it too.
fn page_query<'a>(columns: &str, wanted: &'a Wanted<'_>, place: &Place, size: i64) -> (String, Vec<Arg<'a>>) {
    let conditions = wanted.conditions().and("serial >=", place.from);
    let (sql, args) = conditions.query(columns, "order by serial");
    let mut args = args.to_vec();
    args.push(Arg::Int(size));
    args.push(Arg::Int(place.offset));
    (format!("{sql} limit ${} offset ${}", args.len() - 1, args.len()), args)
}
