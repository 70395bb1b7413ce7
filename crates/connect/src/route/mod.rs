//! Routes in the tables of VPCs' routers and of border routers. This file has the row; `states` has the life cycle,
//! `destination` where a route may go, `table` in whose table it is and where it may lead, the others one group of
//! actions each.

pub mod create;
pub mod delete;
pub mod describe;
pub mod destination;
pub mod states;
mod table;

use crate::action::Result;
use crate::cx::Cx;
use crate::kept::{self, Head, Kept};
use crate::machine::{Machine, Move};
use crate::time::Millis;
use crate::timer;
use rpc::code::Code;
use states::{EVENTS, GO_WITH_INTERFACE, ROUTE, RouteStatus};
use store::{Arg, Read, ReadExt};

/// The prefix of a route's id.
pub const PREFIX: &str = "rte";
/// The kind of next hop that a route may have.
pub const ROUTER_INTERFACE: &str = "RouterInterface";

/// One next hop of a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The interface.
    pub id: String,
    /// Weight among the next hops.
    pub weight: i64,
}

/// A route as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    /// What every row begins with.
    pub(crate) head: Head<RouteStatus>,
    /// Its table.
    pub(crate) table_id: String,
    /// Where it goes.
    pub(crate) cidr: String,
    /// Name, or empty.
    pub(crate) name: String,
    /// Description, or empty.
    pub(crate) description: String,
    /// When it was last changed.
    pub(crate) modified_at: Millis,
    /// Where it leads: one next hop or several.
    pub(crate) hops: Vec<Hop>,
}

impl Kept for Route {
    type Status = RouteStatus;
    const TABLE: &'static str = "route";
    const PREFIX: &'static str = PREFIX;
    const MACHINE: &'static Machine<RouteStatus> = &ROUTE;

    kept::columns!(table_id, cidr, name, description, modified_at; hops);

    fn touch(&mut self, now: Millis) {
        self.modified_at = now;
    }

    fn may(&self, row: &Move<RouteStatus>) -> bool {
        !EVENTS.contains(&row.trigger)
    }

    fn sentence(&self, code: &Code) -> String {
        code.message.to_owned()
    }

    // With its next hops, by which a call may name it.
    fn anywhere(read: &mut dyn Read, id: &str) -> Result<Option<Route>> {
        let found = Route::one(read, "id = $1", &[Arg::from(id)])?;
        found.map(|route| route.whole(read)).transpose()
    }

    fn clear(&self, cx: &mut Cx<'_>) -> Result<()> {
        cx.tx.exec("delete from route_hop where route_id = $1", &[Arg::from(&self.head.id)])?;
        Ok(())
    }
}

impl Route {
    /// With its next hops.
    fn whole(mut self, read: &mut dyn Read) -> Result<Route> {
        let sql = "select hop, weight from route_hop where route_id = $1 order by place";
        self.hops = read.all(sql, &[Arg::from(&self.head.id)], |row| {
            Ok(Hop { id: row.text(0)?.to_owned(), weight: row.int(1)? })
        })?;
        Ok(self)
    }

    /// The route of a table to this destination.
    fn to(read: &mut dyn Read, table: &str, cidr: &str) -> Result<Option<Route>> {
        let found = Route::one(read, "table_id = $1 and cidr = $2", &[Arg::from(table), Arg::from(cidr)])?;
        found.map(|route| route.whole(read)).transpose()
    }

    /// The routes of a table, in order of creation: few enough to be looked at one by one.
    pub(crate) fn of_table(read: &mut dyn Read, table: &str) -> Result<Vec<Route>> {
        let found = Route::all(read, "table_id = $1 order by serial", &[Arg::from(table)])?;
        found.into_iter().map(|route| route.whole(read)).collect()
    }

    /// Writes a new route with its next hops.
    fn put(&self, cx: &mut Cx<'_>) -> Result<()> {
        self.insert(cx)?;
        for (place, hop) in (1_i64..).zip(&self.hops) {
            cx.tx.exec(
                "insert into route_hop (route_id, place, hop, weight) values ($1, $2, $3, $4)",
                &[Arg::from(&self.head.id), Arg::from(place), Arg::from(&hop.id), Arg::from(hop.weight)],
            )?;
        }
        Ok(())
    }
}

/// An interface goes and takes the routes that lead to it with it, at once.
pub(crate) fn go_with(cx: &mut Cx<'_>, account: &str, interface: &str) -> Result<()> {
    let sql = "select route_id from route_hop where hop = $1 order by route_id";
    for id in cx.tx.all(sql, &[Arg::from(interface)], |row| row.text(0).map(str::to_owned))? {
        cx.set_due_of(account, &id, GO_WITH_INTERFACE, timer::TIMER)?;
    }
    Ok(())
}
