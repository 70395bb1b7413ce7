//! Removing a route.

use super::Route;
use super::create::{DestinationText, HopId, ListedHopType};
use super::destination::Destination;
use super::states::RouteStatus;
use super::table::{Table, system_route_id};
use crate::action::{About, Codes, Command, Result};
use crate::circuit::parameters::RegionId;
use crate::codes;
use crate::cx::Cx;
use crate::kept::Kept;
use crate::reply::Nothing;
use crate::vpc::tables::RouteTableId;
use rpc::Wire;
use rpc::gateway;
use rpc::params::missing;
use std::collections::BTreeSet;

rpc::text! {
    /// A route's id, for instance `rte-0mj2k9x1qa4f7c0d3b2a`.
    pub struct RouteId { min: 1, max: 64 }
}

/// One of several next hops.
#[derive(Wire)]
pub struct NamedHop {
    /// The next hop.
    next_hop_id: Option<HopId>,
    /// Kind of next hop.
    next_hop_type: Option<ListedHopType>,
}

/// Removes a route of one's own. It is named by its id, or by its table, its destination and its next hops.
#[derive(Wire)]
pub struct DeleteRouteEntry {
    /// Region of the table; left out, it is looked for in all.
    region_id: Option<RegionId>,
    /// Where the route goes.
    #[wire(error = codes::INVALID_CIDR_BLOCK_MALFORMED)]
    destination_cidr_block: Option<DestinationText>,
    /// Only checks: nothing is removed.
    #[wire(default = "false")]
    dry_run: bool,
    /// Its next hop.
    next_hop_id: Option<HopId>,
    /// Its next hops, where it has several.
    #[wire(max_items = 16)]
    next_hop_list: Vec<NamedHop>,
    /// The route.
    route_entry_id: Option<RouteId>,
    /// Its table.
    route_table_id: Option<RouteTableId>,
}

impl Command for DeleteRouteEntry {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("DeleteRouteEntry", "vpc:DeleteRouteEntry").region(None);
    const ERRORS: Codes = &[
        &gateway::MISSING_PARAMETER,
        &codes::INVALID_NEXT_HOP,
        &codes::INVALID_CIDR_BLOCK_MALFORMED,
        &codes::INVALID_ROUTE_TABLE_ID_NOT_FOUND,
        &codes::INVALID_ROUTE_ENTRY_NOT_FOUND,
        &codes::OPERATION_DENIED_SYSTEM_ROUTE,
        &codes::INCORRECT_ROUTE_ENTRY_STATUS,
        &codes::INCORRECT_ROUTE_ENTRY_STATUS_VBR,
        &codes::INCORRECT_ROUTE_ENTRY_STATUS_ITSELF,
    ];

    fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (table_id, found) = self.named(cx)?;
        let region = self.region_id.as_ref().map(RegionId::as_str);
        let account = cx.account.clone();
        let table = Table::find(cx.tx, &account, region, &table_id)?;
        let is_system = match (&self.route_entry_id, &self.destination_cidr_block) {
            (Some(id), _) => id.as_str() == system_route_id(&table_id),
            (None, Some(text)) => Destination::read(text.as_str())?.is_shared_space(),
            (None, None) => false,
        };
        if is_system && found.is_none() && matches!(table, Table::Vpc(_)) {
            return Err((&codes::OPERATION_DENIED_SYSTEM_ROUTE).into());
        }
        let mut route =
            found.filter(|route| self.fits(route)).ok_or(&codes::INVALID_ROUTE_ENTRY_NOT_FOUND)?;
        route.check(Self::ABOUT.name)?;
        let routes = Route::of_table(cx.tx, &table_id)?;
        if let Some(other) = routes.iter().find(|other| other.status() != RouteStatus::Available) {
            return Err(other.refuse(table.unstable().into()));
        }
        route.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

impl DeleteRouteEntry {
    /// The table that is named, and the route in it if it is there.
    fn named(&self, cx: &mut Cx<'_>) -> Result<(String, Option<Route>)> {
        let table = self.route_table_id.as_ref().map(RouteTableId::as_str);
        if let Some(id) = &self.route_entry_id {
            let found = Route::anywhere(cx.tx, id.as_str())?.filter(|route| route.head.account == cx.account);
            let of_system = id.as_str().split_once('-').map(|(_, rest)| format!("vtb-{rest}"));
            let table = match (table, &found) {
                (Some(table), _) => table.to_owned(),
                (None, Some(route)) => route.table_id.clone(),
                // The route that comes with a table is named after it; of any other there is none.
                (None, None) => match of_system {
                    Some(table) if Table::find(cx.tx, &cx.account.clone(), None, &table).is_ok() => table,
                    _ => return Err((&codes::INVALID_ROUTE_ENTRY_NOT_FOUND).into()),
                },
            };
            return Ok((table, found));
        }
        let Some((table, destination)) = table.zip(self.destination_cidr_block.as_ref()) else {
            let mend = "give it, or RouteTableId with DestinationCidrBlock and NextHopId";
            return Err(missing("RouteEntryId", mend).into());
        };
        if self.next_hop_id.is_none() && self.next_hop_list.is_empty() {
            return Err((&codes::INVALID_NEXT_HOP).into());
        }
        let destination = Destination::read(destination.as_str())?;
        let found = Route::to(cx.tx, table, &destination.text())?;
        Ok((table.to_owned(), found))
    }

    /// Whether the route is what else is said of it.
    fn fits(&self, route: &Route) -> bool {
        let destination = self.destination_cidr_block.as_ref();
        let goes_there = destination.is_none_or(|text| {
            Destination::read(text.as_str()).is_ok_and(|destination| destination.text() == route.cidr)
        });
        let in_table = self.route_table_id.as_ref().is_none_or(|table| table.as_str() == route.table_id);
        let kinds = self.next_hop_list.iter().filter_map(|hop| hop.next_hop_type);
        debug_assert!(kinds.into_iter().all(|kind| kind == ListedHopType::RouterInterface));
        let named: BTreeSet<&str> = self
            .next_hop_id
            .iter()
            .chain(self.next_hop_list.iter().filter_map(|hop| hop.next_hop_id.as_ref()))
            .map(HopId::as_str)
            .collect();
        let hops: BTreeSet<&str> = route.hops.iter().map(|hop| hop.id.as_str()).collect();
        goes_there && in_table && (named.is_empty() || named == hops)
    }
}
