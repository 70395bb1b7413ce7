//! Routes in the tables of VPCs' routers and of border routers. This file has the row and the one writer of its status;
//! `states` has the life cycle, `destination` where a route may go, `table` in whose table it is and where it may lead,
//! the others one group of actions each.

pub mod create;
pub mod delete;
pub mod describe;
pub mod destination;
pub mod states;
mod table;

use crate::action::{Result, Stop};
use crate::circuit::{NEXT_HEADER, STATE_HEADER};
use crate::codes;
use crate::cx::Cx;
use crate::machine::{Actor, Move, To};
use crate::time::Millis;
use crate::timer;
use rpc::code::Error;
use states::{EVENTS, GO_WITH_INTERFACE, ROUTE, RouteStatus};
use std::sync::LazyLock;
use store::{Arg, Fault, Read, ReadExt, Row};

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
pub struct Route {
    /// Owner.
    pub account: String,
    /// Region.
    pub region: String,
    /// The revision of the account that created it: its place in its table.
    pub serial: i64,
    /// `rte-…`.
    pub id: String,
    /// Its table.
    pub table_id: String,
    status: RouteStatus,
    since: Millis,
    /// Where it goes.
    pub cidr: String,
    /// Name, or empty.
    pub name: String,
    /// Description, or empty.
    pub description: String,
    /// When it was made.
    pub created_at: Millis,
    /// When it was last changed.
    pub modified_at: Millis,
    /// Where it leads: one next hop or several.
    pub hops: Vec<Hop>,
}

/// All columns, in the order in which [`Route::read`] has them.
const COLUMNS: &str =
    "account, region, serial, id, table_id, status, since, cidr, name, description, created_at,
    modified_at";

static SELECT: LazyLock<String> = LazyLock::new(|| format!("select {COLUMNS} from route where"));

impl Route {
    fn read(row: &dyn Row) -> std::result::Result<Route, Fault> {
        let text = |index| row.text(index).map(str::to_owned);
        let status = row.text(5)?;
        Ok(Route {
            account: text(0)?,
            region: text(1)?,
            serial: row.int(2)?,
            id: text(3)?,
            table_id: text(4)?,
            status: ROUTE
                .state(status)
                .ok_or_else(|| Fault::broken(format!("the store holds the unknown word \"{status}\"")))?,
            since: row.int(6)?,
            cidr: text(7)?,
            name: text(8)?,
            description: text(9)?,
            created_at: row.int(10)?,
            modified_at: row.int(11)?,
            hops: Vec::new(),
        })
    }

    /// With its next hops.
    fn whole(mut self, read: &mut dyn Read) -> Result<Route> {
        let sql = "select hop, weight from route_hop where route_id = $1 order by place";
        self.hops = read.all(sql, &[Arg::from(&self.id)], |row| {
            Ok(Hop { id: row.text(0)?.to_owned(), weight: row.int(1)? })
        })?;
        Ok(self)
    }

    /// The route of this id, whoever owns it.
    pub(crate) fn anywhere(read: &mut dyn Read, id: &str) -> Result<Option<Route>> {
        let found = read.one(&format!("{} id = $1", *SELECT), &[Arg::from(id)], Route::read)?;
        found.map(|route| route.whole(read)).transpose()
    }

    /// The route of a table to this destination.
    fn to(read: &mut dyn Read, table: &str, cidr: &str) -> Result<Option<Route>> {
        let sql = format!("{} table_id = $1 and cidr = $2", *SELECT);
        let found = read.one(&sql, &[Arg::from(table), Arg::from(cidr)], Route::read)?;
        found.map(|route| route.whole(read)).transpose()
    }

    /// The routes of a table, in order of creation: few enough to be looked at one by one.
    pub(crate) fn of_table(read: &mut dyn Read, table: &str) -> Result<Vec<Route>> {
        let sql = format!("{} table_id = $1 order by serial", *SELECT);
        let found = read.all(&sql, &[Arg::from(table)], Route::read)?;
        found.into_iter().map(|route| route.whole(read)).collect()
    }

    /// The present status.
    pub fn status(&self) -> RouteStatus {
        self.status
    }

    /// Asks the table whether `trigger` is legal now, and refuses with the table's code if it is not.
    pub(crate) fn check(&self, trigger: &str) -> Result<&'static Move<RouteStatus>> {
        ROUTE.find(self.status, trigger).ok_or_else(|| {
            let code = ROUTE.refusal(trigger).unwrap_or(&codes::INCORRECT_ROUTE_ENTRY_STATUS_ITSELF);
            self.refuse(code.into())
        })
    }

    /// A refusal for which the present state is the reason, with the headers that explain it.
    pub(crate) fn refuse(&self, error: Error) -> Stop {
        let next = ROUTE.next_header_where(self.status, |row| !EVENTS.contains(&row.trigger));
        error.with_header(STATE_HEADER, self.status.as_str()).with_header(NEXT_HEADER, next).into()
    }

    /// Makes the move of `trigger`: the one place where a status changes. Cancels the deadlines of the state it
    /// leaves, and sets those of the state it enters.
    pub(crate) fn step(&mut self, cx: &mut Cx<'_>, trigger: &str) -> Result<()> {
        let row = self.check(trigger)?;
        let from = self.status;
        cx.clear_due(&self.id)?;
        match row.to {
            To::Stays => cx.record(&self.id, from.as_str(), from.as_str()),
            To::Gone => {
                cx.record(&self.id, from.as_str(), "");
                self.remove(cx)?;
            }
            To::State(to) => {
                cx.record(&self.id, from.as_str(), to.as_str());
                (self.status, self.since, self.modified_at) = (to, cx.now, cx.now);
                self.write_status(cx, from)?;
                self.plan(cx)?;
            }
        }
        Ok(())
    }

    /// Sets the deadlines of the present state.
    fn plan(&self, cx: &mut Cx<'_>) -> Result<()> {
        let moves = ROUTE.moves_from(self.status, Some(Actor::Timer));
        for row in moves.filter(|row| !EVENTS.contains(&row.trigger)) {
            cx.set_due(&self.id, row.trigger, timer::TIMER, "", cx.now + row.after_ms)?;
        }
        Ok(())
    }

    /// Writes a new route with its next hops, in the table's initial state.
    fn insert(&self, cx: &mut Cx<'_>) -> Result<()> {
        let sql = format!(
            "insert into route ({COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        );
        let args = [
            Arg::from(&self.account),
            Arg::from(&self.region),
            Arg::from(self.serial),
            Arg::from(&self.id),
            Arg::from(&self.table_id),
            Arg::from(self.status.as_str()),
            Arg::from(self.since),
            Arg::from(&self.cidr),
            Arg::from(&self.name),
            Arg::from(&self.description),
            Arg::from(self.created_at),
            Arg::from(self.modified_at),
        ];
        cx.tx.exec(&sql, &args)?;
        for (place, hop) in (1_i64..).zip(&self.hops) {
            cx.tx.exec(
                "insert into route_hop (route_id, place, hop, weight) values ($1, $2, $3, $4)",
                &[Arg::from(&self.id), Arg::from(place), Arg::from(&hop.id), Arg::from(hop.weight)],
            )?;
        }
        cx.record(&self.id, "", self.status.as_str());
        self.plan(cx)
    }

    fn write_status(&self, cx: &mut Cx<'_>, from: RouteStatus) -> Result<()> {
        let written = cx.tx.exec(
            "update route set status = $1, since = $2, modified_at = $3
             where account = $4 and region = $5 and serial = $6 and status = $7",
            &[
                Arg::from(self.status.as_str()),
                Arg::from(self.since),
                Arg::from(self.modified_at),
                Arg::from(&self.account),
                Arg::from(&self.region),
                Arg::from(self.serial),
                Arg::from(from.as_str()),
            ],
        )?;
        if written != 1 {
            let (id, from) = (&self.id, from.as_str());
            return Err(Fault::broken(format!("route {id} was not in {from} when written")).into());
        }
        Ok(())
    }

    fn remove(&self, cx: &mut Cx<'_>) -> Result<()> {
        cx.tx.exec("delete from route_hop where route_id = $1", &[Arg::from(&self.id)])?;
        cx.tx.exec(
            "delete from route where account = $1 and region = $2 and serial = $3",
            &[Arg::from(&self.account), Arg::from(&self.region), Arg::from(self.serial)],
        )?;
        Ok(())
    }
}

/// A deadline of the table has come, or something happens: makes its move. Gives the body of its ledger row.
pub(crate) fn deadline(cx: &mut Cx<'_>, id: &str, trigger: &str) -> Result<Vec<u8>> {
    let found = Route::anywhere(cx.tx, id)?.filter(|route| route.account == cx.account);
    let mut route = found.ok_or(&codes::INVALID_ROUTE_ENTRY_NOT_FOUND)?;
    route.step(cx, trigger)?;
    Ok(Vec::new())
}

/// Whether a deadline's resource is a route.
pub(crate) fn is_route(id: &str) -> bool {
    id.strip_prefix(PREFIX).is_some_and(|rest| rest.starts_with('-'))
}

/// An interface goes and takes the routes that lead to it with it, at once.
pub(crate) fn go_with(cx: &mut Cx<'_>, account: &str, interface: &str) -> Result<()> {
    let sql = "select route_id from route_hop where hop = $1 order by route_id";
    for id in cx.tx.all(sql, &[Arg::from(interface)], |row| row.text(0).map(str::to_owned))? {
        cx.set_due_of(account, &id, GO_WITH_INTERFACE, timer::TIMER)?;
    }
    Ok(())
}
