//! What must hold of VPCs and of what is on their routers.

use super::{Findings, each_wrong, ledger, quoted};
use crate::limits::{ECMP_HOPS_MAX, INTERFACES_PER_ROUTER_MAX, ROUTES_PER_TABLE_MAX};
use crate::machine::{Actor, Machine, State, To};
use crate::route;
use crate::route::states::{ROUTE, RouteStatus};
use crate::router_interface;
use crate::router_interface::states::{EVENTS, INTERFACE, InterfaceStatus};
use crate::timer::TIMER;
use crate::vpc;
use crate::vpc::states::{VPC, VpcStatus};
use store::{Arg, Fault, Read};

/// The deadlines of the machines in this file.
pub(super) fn triggers() -> Vec<&'static str> {
    [timers(&VPC), timers(&INTERFACE), timers(&ROUTE)].concat()
}

pub(super) fn timers<S: State>(machine: &Machine<S>) -> Vec<&'static str> {
    machine.moves.iter().filter(|row| row.actor == Actor::Timer).map(|row| row.trigger).collect()
}

/// A resource with a status of its own: its table and its machine.
pub(super) struct Kept<S: State> {
    pub(super) table: &'static str,
    pub(super) machine: &'static Machine<S>,
}

const VPCS: Kept<VpcStatus> = Kept { table: "vpc", machine: &VPC };
const ROUTES: Kept<RouteStatus> = Kept { table: "route", machine: &ROUTE };
const INTERFACES: Kept<InterfaceStatus> = Kept { table: "router_interface", machine: &INTERFACE };

impl<S: State> Kept<S> {
    /// A state that ends by itself has its deadline, at its instant, and no other state has one.
    pub(super) fn deadlines_belong(&self, read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
        let table = self.table;
        let sql = format!(
            "select due.resource, due.trigger, due.actor, due.at, {table}.status, {table}.since from due
             left join {table} on {table}.id = due.resource and {table}.account = due.account
             where due.trigger in ({}) order by due.account, due.resource, due.trigger",
            quoted(timers(self.machine))
        );
        read.each(&sql, &[], &mut |row| {
            let (resource, trigger, at) = (row.text(0)?, row.text(1)?, row.int(3)?);
            let status = row.maybe_text(4)?.and_then(|status| self.machine.state(status));
            let wait = status.and_then(|status| self.machine.find(status, trigger));
            let wait = wait.filter(|row| !is_an_event(row.trigger));
            let since = row.maybe_int(5)?;
            let is_due = wait.zip(since).is_some_and(|(wait, since)| at == since + wait.after_ms);
            if !is_due || row.text(2)? != TIMER {
                findings.say(format!("{trigger} is due on {resource}, whose state does not wait for it"));
            }
            Ok(())
        })?;
        for &status in self.machine.states {
            let leads_on = |to: To<S>| to != To::Stays;
            let moves = self.machine.moves_from(status, Some(Actor::Timer));
            for wait in moves.filter(|row| leads_on(row.to) && !is_an_event(row.trigger)) {
                let sql = format!(
                    "select id from {table} where status = $1 and not exists (select 1 from due
                     where due.account = {table}.account and due.resource = {table}.id and due.trigger = $2)
                     order by id"
                );
                let args = [Arg::from(status.as_str()), Arg::from(wait.trigger)];
                each_wrong(read, findings, &sql, &args, |row| {
                    Ok(format!("{} waits for {}, which is never due", row.text(0)?, wait.trigger))
                })?;
            }
        }
        Ok(())
    }
}

/// Something that happens to a resource from outside, when it happens: no state waits for it.
fn is_an_event(trigger: &str) -> bool {
    EVENTS.contains(&trigger) || route::states::EVENTS.contains(&trigger)
}

pub(super) fn deadlines_belong(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    VPCS.deadlines_belong(read, findings)?;
    INTERFACES.deadlines_belong(read, findings)?;
    ROUTES.deadlines_belong(read, findings)
}

pub(super) fn led_by_ledger(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    ledger::leads_to(read, findings, vpc::PREFIX, &["vpc"])?;
    ledger::leads_to(read, findings, router_interface::PREFIX, &["router_interface"])?;
    ledger::leads_to(read, findings, route::PREFIX, &["route"])
}

/// Route tables with their routers.
const TABLES: &str = "select route_table_id as id, router_id as router, account, region from vpc
 union all select route_table_id as id, id as router, account, region from vbr";

/// Where a route may lead, by router: interfaces, and a border router's own on its circuits.
const NEXT_HOPS: &str = "select id, router_id as router from router_interface
 union all select vlan_interface_id as id, id as router from vbr
 union all select vlan_interface_id as id, vbr_id as router from vbr_association";

pub(super) fn routes_lead_somewhere(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        &format!(
            "select route.id, route.table_id from route left join ({TABLES}) as place on place.id = route.table_id
             and place.account = route.account and place.region = route.region
             where place.id is null order by route.id"
        ),
        &[],
        |row| Ok(format!("{} is in {}, which is no table of its account", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        &format!(
            "select route_hop.route_id, route_hop.hop from route_hop
             left join route on route.id = route_hop.route_id
             left join ({TABLES}) as place on place.id = route.table_id
             left join ({NEXT_HOPS}) as hop on hop.id = route_hop.hop and hop.router = place.router
             where hop.id is null order by route_hop.route_id, route_hop.place"
        ),
        &[],
        |row| Ok(format!("{} leads to {}, which is not on its router", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select route.id, count(route_hop.hop) from route left join route_hop on route_hop.route_id = route.id
         group by route.id having count(route_hop.hop) < 1 or count(route_hop.hop) > $1 order by route.id",
        &[Arg::from(ECMP_HOPS_MAX)],
        |row| Ok(format!("{} leads to {} next hops", row.text(0)?, row.int(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select table_id, count(*), sum(case when status <> 'Available' then 1 else 0 end) from route
         group by table_id having count(*) > $1 or sum(case when status <> 'Available' then 1 else 0 end) > 1
         order by table_id",
        &[Arg::from(ROUTES_PER_TABLE_MAX)],
        |row| Ok(format!("{} has {} routes, {} in motion", row.text(0)?, row.int(1)?, row.int(2)?)),
    )
}

/// Routers with their kind, their owner and their region.
const ROUTERS: &str = "select router_id as id, 'VRouter' as kind, account, region from vpc
 union all select id, 'VBR' as kind, account, region from vbr";

pub(super) fn interfaces_stand_on_routers(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        &format!(
            "select router_interface.id, router_interface.router_id from router_interface
             left join ({ROUTERS}) as router on router.id = router_interface.router_id
             and router.kind = router_interface.router_type and router.account = router_interface.account
             and router.region = router_interface.region where router.id is null order by router_interface.id"
        ),
        &[],
        |row| Ok(format!("{} is on {}, which is no such router of its account", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select router_id, count(*) from router_interface group by router_id having count(*) > $1 order by router_id",
        &[Arg::from(INTERFACES_PER_ROUTER_MAX)],
        |row| Ok(format!("{} has {} interfaces", row.text(0)?, row.int(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select id, role, spec from router_interface where (role = 'AcceptingSide') <> (spec = 'Negative')
         or (role = 'AcceptingSide' and router_type = 'VBR')
         or (health_source = '') <> (health_target = '') order by id",
        &[],
        |row| Ok(format!("{} is {} with {}, which does not fit", row.text(0)?, row.text(1)?, row.text(2)?)),
    )
}

/// What an interface shows that is or was connected; the others are Idle, or on their way out.
const CONNECTED: &str =
    "'Connecting', 'AcceptingConnecting', 'Activating', 'Active', 'Deactivating', 'Inactive'";

pub(super) fn connections_pair(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        &format!(
            "select one.id, one.status, one.opposite_id from router_interface one
             left join router_interface other on other.id = one.opposite_id and other.opposite_id = one.id
             and other.role <> one.role and other.router_id <> one.router_id
             and other.router_id = one.opposite_router_id and other.router_type = one.opposite_router_type
             and other.region = one.opposite_region and other.account = one.opposite_owner
             and other.status in ({CONNECTED})
             where one.status in ({CONNECTED}) and one.opposite_gone = 0 and other.id is null order by one.id"
        ),
        &[],
        |row| {
            let (id, status, other) = (row.text(0)?, row.text(1)?, row.text(2)?);
            Ok(format!("{id} is {status}, and {other} is not its other end"))
        },
    )?;
    each_wrong(
        read,
        findings,
        "select one.id, one.opposite_id from router_interface one
         join router_interface other on other.id = one.opposite_id and other.opposite_id = one.id
         where one.opposite_gone = 1 order by one.id",
        &[],
        |row| Ok(format!("{} says that {} is gone, which is there", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        &format!(
            "select router_id, opposite_router_id, count(*) from router_interface
             where status in ({CONNECTED}) and opposite_gone = 0 group by router_id, opposite_router_id
             having count(*) > 1 order by router_id, opposite_router_id"
        ),
        &[],
        |row| Ok(format!("{} and {} have {} connections", row.text(0)?, row.text(1)?, row.int(2)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select id, status from router_interface
         where (status in ('Active', 'Activating', 'Deactivating', 'Inactive') and connected_at is null)
         or (status in ('Idle', 'Connecting', 'AcceptingConnecting') and connected_at is not null)
         or connected_at < created_at or modified_at < created_at order by id",
        &[],
        |row| Ok(format!("{} is {} and its instants do not fit", row.text(0)?, row.text(1)?)),
    )
}
