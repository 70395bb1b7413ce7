//! What routes should do, said a second time and simply: a list of them, prefixes as numbers, and the interfaces that
//! border routers have on their circuits, which only the product can name. Lists and rows are compared in `shown`.

mod shown;

use super::networks::Network;
use super::routers::Router;
use super::{Args, Code, Model, Verdicts, count, get, is_true, refuse_unless, text};
use crate::house::Who;
use connect::limits::{
    ECMP_HOPS_MAX, ECMP_HOPS_MIN, ROUTE_CREATION_MS, ROUTE_DELETION_MS, ROUTES_PER_TABLE_MAX,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The actions that this file knows.
pub(crate) const ACTIONS: &[&str] = &["CreateRouteEntry", "DeleteRouteEntry", "DescribeRouteEntryList"];

const NO_TABLE: Code = ("InvalidRouteTableId.NotFound", 404);
const NO_ROUTE: Code = ("InvalidRouteEntry.NotFound", 400);
const NO_HOP: Code = ("InvalidNextHop.NotFound", 400);
const MALFORMED: Code = ("InvalidCidrBlock.Malformed", 400);
const ILLEGAL: Code = ("IllegalParam.CidrBlock", 400);
const IN_MOTION: Code = ("IncorrectRouteEntryStatus", 400);

/// An interface and its weight.
type Hop = (String, i64);

/// A border router and one of its circuits.
pub(crate) type OnCircuit = (String, String);

#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) table: String,
    pub(crate) status: &'static str,
    since: i64,
    pub(crate) cidr: String,
    name: String,
    description: String,
    created: i64,
    modified: i64,
    pub(crate) hops: Vec<Hop>,
}

#[derive(Debug, Default)]
pub(crate) struct Routes {
    /// In order of creation.
    pub(crate) all: Vec<Route>,
    /// The border routers' own interfaces on circuits, as they were learned.
    pub(crate) own_interfaces: BTreeMap<OnCircuit, String>,
}

/// In whose table a route is.
#[derive(Clone, Copy)]
enum Table<'a> {
    Network(&'a Network),
    Border(&'a Router),
}

impl Table<'_> {
    fn owner(&self) -> (&str, &str) {
        match self {
            Table::Network(network) => (&network.account, &network.region),
            Table::Border(router) => (&router.account, &router.region),
        }
    }
}

/// A prefix as a number, its length, and how many bits its family has.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Prefix {
    bits: u128,
    length: u32,
    width: u32,
}

/// What no route leads to, and the provider's own space.
const UNROUTED: &[&str] =
    &["127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "::1/128", "fe80::/10", "ff00::/8"];
const SHARED_SPACE: &str = "100.64.0.0/10";

impl Prefix {
    /// A prefix without bits beyond its length, or an address that stands for itself.
    fn read(text: &str) -> Option<Prefix> {
        let (address, length) = text.split_once('/').map_or((text, None), |(one, two)| (one, Some(two)));
        let (bits, width) = match address.parse().ok()? {
            IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
            IpAddr::V6(address) => (u128::from(address), 128),
        };
        let length =
            length.map_or(Some(width), |digits| digits.parse().ok()).filter(|bits| *bits <= width)?;
        let prefix = Prefix { bits, length, width };
        (prefix.cut(length) == prefix.cut(width)).then_some(prefix)
    }

    /// Its first bits alone.
    fn cut(self, length: u32) -> u128 {
        let rest = self.width - length;
        self.bits.checked_shr(rest).unwrap_or(0).checked_shl(rest).unwrap_or(0)
    }

    fn holds(self, other: Prefix) -> bool {
        self.width == other.width && self.length <= other.length && other.cut(self.length) == self.bits
    }

    fn wire(self) -> String {
        let address = match self.width {
            32 => IpAddr::V4(u32::try_from(self.bits).unwrap().into()),
            _ => IpAddr::V6(self.bits.into()),
        };
        format!("{address}/{}", self.length)
    }
}

/// The prefix as it is kept.
fn canonical(text: &str) -> Option<String> {
    Prefix::read(text).map(Prefix::wire)
}

/// The id of the route that comes with the table of a VPC.
fn system_route(table: &str) -> String {
    table.replacen("vtb-", "rte-", 1)
}

/// Several next hops, with their weights; nothing of one without an id.
fn listed_hops(args: &Args) -> Option<Vec<Hop>> {
    let field = |at: usize, name: &str| get(args, &format!("NextHopList.{at}.{name}"));
    let fields = |at: usize| ["NextHopId", "NextHopType", "Weight"].map(|name| field(at, name));
    let given = (1..=16).take_while(|at| fields(*at).iter().any(Option::is_some));
    given
        .map(|at| {
            let weight = field(at, "Weight").map_or(0, |digits| digits.parse().unwrap());
            Some((field(at, "NextHopId")?.to_owned(), weight))
        })
        .collect()
}

impl Model {
    /// The tables of border routers have names that only the product can make.
    fn table(&self, id: &str) -> Option<Table<'_>> {
        let learned = self.networks.learned.borrow();
        let border = |router: &&Router| learned.get(&router.id).is_some_and(|table| table == id);
        let network = self.networks.all.iter().find(|network| network.table == id);
        network.map(Table::Network).or_else(|| self.routers.all.iter().find(border).map(Table::Border))
    }

    /// The caller's table of this id, in this region where one is named.
    fn own_table(&self, who: Who, region: Option<&str>, id: &str) -> Result<Table<'_>, Code> {
        let fits = |table: &Table<'_>| {
            let (owner, place) = table.owner();
            owner == who.account() && region.is_none_or(|region| region == place)
        };
        self.table(id).filter(fits).ok_or(NO_TABLE)
    }

    fn in_table(&self, table: &str) -> impl Iterator<Item = &Route> {
        self.routes.all.iter().filter(move |route| route.table == table)
    }

    pub(super) fn is_routed_to(&self, interface: &str) -> bool {
        self.routes.all.iter().any(|route| route.hops.iter().any(|hop| hop.0 == interface))
    }

    /// A router cannot go while its table has routes, nor a VPC.
    pub(super) fn has_routes(&self, router: &str) -> bool {
        let network = self.networks.all.iter().find(|network| network.router == router);
        let learned = self.networks.learned.borrow();
        let table = network.map(|network| &network.table).or_else(|| learned.get(router));
        table.is_some_and(|table| self.in_table(table).next().is_some())
    }

    /// Whether a route leads to the interface that a border router has on this circuit.
    pub(super) fn is_routed_over(&self, router: &str, circuit: &str) -> bool {
        let key = (router.to_owned(), circuit.to_owned());
        self.routes.own_interfaces.get(&key).is_some_and(|interface| self.is_routed_to(interface))
    }

    /// What a call on routes is answered; nothing for an action that is none.
    pub(super) fn route_call(
        &mut self,
        who: Who,
        action: &str,
        args: &Args,
        reply: &Value,
    ) -> Option<Verdicts> {
        Some(match action {
            "CreateRouteEntry" => self.create_route(who, args, reply),
            "DeleteRouteEntry" => self.delete_route(who, args),
            "DescribeRouteEntryList" => self
                .own_table(who, get(args, "RegionId"), &text(args, "RouteTableId"))
                .and_then(|_| refuse_unless(get(args, "NextToken") != Some("zz"), ("InvalidParameter", 400))),
            _ => return None,
        })
    }

    fn create_route(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let table_id = text(args, "RouteTableId");
        let table = self.own_table(who, get(args, "RegionId"), &table_id)?;
        let (single, listed) = (get(args, "NextHopId"), listed_hops(args));
        let lists = listed.as_ref().is_none_or(|hops| !hops.is_empty());
        let hops = match single {
            None if !lists => return Err(("InvalidNexthopTypeAndList.BothNull", 400)),
            Some(_) if lists => return Err(("InvalidNexthopTypeAndList.BothNotNull", 400)),
            Some(id) => vec![(id.to_owned(), 0)],
            None => listed.ok_or(NO_HOP)?,
        };
        let to = Prefix::read(&text(args, "DestinationCidrBlock")).ok_or(MALFORMED)?;
        check_destination(table, to)?;
        self.check_ready(table)?;
        if lists {
            self.check_hops(table, &hops)?;
        } else {
            refuse_unless(get(args, "NextHopType") == Some("RouterInterface"), NO_HOP)?;
            self.check_hop(table, &hops[0].0)?;
        }
        self.check_table(&table_id, &to.wire(), &hops)?;
        if is_true(args, "DryRun") {
            return Ok(());
        }
        let route = Route {
            id: reply["RouteEntryId"].as_str().unwrap_or_default().to_owned(),
            account: who.account().to_owned(),
            region: table.owner().1.to_owned(),
            table: table_id,
            status: "Pending",
            since: self.now,
            cidr: to.wire(),
            name: text(args, "RouteEntryName"),
            description: text(args, "Description"),
            created: self.now,
            modified: self.now,
            hops,
        };
        self.set_due(&route.account, &route.id, "FinishRouteCreation", self.now + ROUTE_CREATION_MS, "");
        self.routes.all.push(route);
        Ok(())
    }

    /// The router is as a route needs it, and so is the circuit below a border router.
    fn check_ready(&self, table: Table<'_>) -> Verdicts {
        let router = match table {
            Table::Network(network) => {
                return refuse_unless(network.status == "Available", ("IncorrectVpcStatus", 400));
            }
            Table::Border(router) => router,
        };
        refuse_unless(router.status == "active", ("InvalidVBRStatus", 400))?;
        let line = self.lines.iter().find(|line| line.id == router.link.circuit);
        let serves = line.is_none_or(|line| (line.status, line.business) == ("Enabled", "Normal"));
        refuse_unless(serves, ("InvalidPhysicalConnectionBusinessStatus", 400))
    }

    /// The one next hop: an interface of the router, or one of a border router's own on its circuits.
    fn check_hop(&self, table: Table<'_>, hop: &str) -> Verdicts {
        match table {
            Table::Network(network) => self.usable(&network.account, &network.router, hop).map(drop),
            Table::Border(router) => {
                let mut own = self.routes.own_interfaces.iter();
                if own.any(|((of, _), id)| *of == router.id && id == hop) {
                    return Ok(());
                }
                self.usable(&router.account, &router.id, hop).map(drop)
            }
        }
    }

    /// Several next hops: interfaces of a VPC's router that lead to border routers.
    fn check_hops(&self, table: Table<'_>, hops: &[Hop]) -> Verdicts {
        let Table::Network(network) = table else { return Err(("InvalidRouterType", 400)) };
        let few = (ECMP_HOPS_MIN..=ECMP_HOPS_MAX).contains(&count(hops.len()));
        refuse_unless(few, ("InvalidNexthopListSize", 400))?;
        let ids: BTreeSet<_> = hops.iter().map(|hop| &hop.0).collect();
        refuse_unless(ids.len() == hops.len(), ("Duplicated.VpcNextHop", 400))?;
        for (id, _) in hops {
            let to = self.usable(&network.account, &network.router, id)?;
            refuse_unless(to == "VBR", ("InvalidOppositeRouterType", 400))?;
        }
        Ok(())
    }

    /// An interface of this router to which a route may lead: the kind of router at its other end.
    fn usable(&self, account: &str, router: &str, id: &str) -> Result<&str, Code> {
        let found = self.interface_at(id).map(|at| &self.interfaces[at]);
        let interface = found
            .filter(|interface| interface.account == account)
            .ok_or(("InvalidNextHopId.NotFound", 404))?;
        refuse_unless(interface.router == router, ("InvalidRouterInterface", 400))?;
        let lasts = super::interfaces::STABLE.contains(&interface.status);
        refuse_unless(lasts, ("IncorrectStatus.RouterInterface", 400))?;
        let idle = interface.over_circuit() && interface.status == "Idle";
        refuse_unless(!idle, ("OperationDenied.VbrIdle", 400))?;
        Ok(&interface.opposite.kind)
    }

    /// The table has no such route yet, has room, and rests.
    fn check_table(&self, table: &str, cidr: &str, hops: &[Hop]) -> Verdicts {
        if let Some(found) = self.in_table(table).find(|route| route.cidr == cidr) {
            let same = found.hops == hops;
            return Err((
                if same { "InvalidRouteEntry.Duplicate" } else { "InvalidCIDRBlock.Duplicate" },
                400,
            ));
        }
        let few = count(self.in_table(table).count()) < ROUTES_PER_TABLE_MAX;
        refuse_unless(few, ("QuotaExceeded", 400))?;
        self.check_rests(table)
    }

    fn check_rests(&self, table: &str) -> Verdicts {
        refuse_unless(self.in_table(table).all(|route| route.status == "Available"), IN_MOTION)
    }

    fn delete_route(&mut self, who: Who, args: &Args) -> Verdicts {
        let (table_id, found) = self.named_route(who, args)?;
        let table = self.own_table(who, get(args, "RegionId"), &table_id)?;
        let cidr = get(args, "DestinationCidrBlock").map(canonical);
        let system = match get(args, "RouteEntryId") {
            Some(id) => id == system_route(&table_id),
            None => cidr == Some(Some(SHARED_SPACE.to_owned())),
        };
        let comes_with_it = system && found.is_none() && matches!(table, Table::Network(_));
        refuse_unless(!comes_with_it, ("OperationDenied", 400))?;
        let at = found.ok_or(NO_ROUTE)?;
        let route = &self.routes.all[at];
        let in_table = get(args, "RouteTableId").is_none_or(|table| table == route.table);
        let goes_there = cidr.is_none_or(|cidr| cidr.as_ref() == Some(&route.cidr));
        let listed = (1..=16).map_while(|at| get(args, &format!("NextHopList.{at}.NextHopId")));
        let named: BTreeSet<&str> = get(args, "NextHopId").into_iter().chain(listed).collect();
        let hops: BTreeSet<&str> = route.hops.iter().map(|hop| &*hop.0).collect();
        refuse_unless(in_table && goes_there && (named.is_empty() || named == hops), NO_ROUTE)?;
        self.check_rests(&table_id)?;
        if !is_true(args, "DryRun") {
            self.end_route(at);
        }
        Ok(())
    }

    /// The table that a call on one route names, and the place of the route if it is there.
    fn named_route(&self, who: Who, args: &Args) -> Result<(String, Option<usize>), Code> {
        let table = get(args, "RouteTableId");
        if let Some(id) = get(args, "RouteEntryId") {
            let mine = |route: &Route| route.id == id && route.account == who.account();
            let found = self.routes.all.iter().position(mine);
            // The route that comes with a table is named after it.
            let of_system = id.replacen("rte-", "vtb-", 1);
            let of_system = Some(of_system).filter(|table| self.own_table(who, None, table).is_ok());
            let held = found.map(|at| self.routes.all[at].table.clone());
            let table = table.map(str::to_owned).or(held).or(of_system).ok_or(NO_ROUTE)?;
            return Ok((table, found));
        }
        let missing = ("MissingParameter", 400);
        let (table, cidr) = table.zip(get(args, "DestinationCidrBlock")).ok_or(missing)?;
        let names = get(args, "NextHopId").is_some() || listed_hops(args).is_none_or(|hops| !hops.is_empty());
        refuse_unless(names, ("InvalidNextHop", 400))?;
        let cidr = canonical(cidr).ok_or(MALFORMED)?;
        let found = self.routes.all.iter().position(|route| route.table == table && route.cidr == cidr);
        Ok((table.to_owned(), found))
    }

    fn end_route(&mut self, at: usize) {
        let (now, route) = (self.now, &mut self.routes.all[at]);
        (route.status, route.since, route.modified) = ("Deleting", now, now);
        let (account, id) = (route.account.clone(), route.id.clone());
        self.clear_due(&id);
        self.set_due(&account, &id, "FinishRouteDeletion", now + ROUTE_DELETION_MS, "");
    }

    /// An interface goes, and the routes that lead to it with it.
    pub(super) fn take_routes_to(&mut self, interface: &str) {
        let leads = |route: &&Route| route.hops.iter().any(|hop| hop.0 == interface);
        let ids: Vec<_> = self.routes.all.iter().filter(leads).map(|route| route.id.clone()).collect();
        for id in ids {
            let account = self.routes.all.iter().find(|route| route.id == id).unwrap().account.clone();
            self.set_due(&account, &id, "DeleteWithInterface", self.now, "");
        }
    }

    /// A deadline of a route has come; false where it is something else's.
    pub(super) fn route_deadline(&mut self, id: &str, trigger: &str) -> bool {
        let Some(at) = self.routes.all.iter().position(|route| route.id == id) else { return false };
        match trigger {
            "FinishRouteDeletion" => {
                self.routes.all.remove(at);
            }
            "DeleteWithInterface" => self.end_route(at),
            _ => {
                let (now, route) = (self.now, &mut self.routes.all[at]);
                (route.status, route.since, route.modified) = ("Available", now, now);
            }
        }
        true
    }

    /// Border routers on circuits, and the names of their interfaces there that are not known yet, or are known of no
    /// such thing any more.
    fn on_circuits(&self) -> BTreeSet<OnCircuit> {
        let on = |router: &Router| {
            let circuits = std::iter::once(&router.link.circuit).chain(router.further.keys());
            circuits.map(|circuit| (router.id.clone(), circuit.clone())).collect::<Vec<_>>()
        };
        self.routers.all.iter().flat_map(on).collect()
    }

    /// The places whose interface has no name yet; the names of those that are no more are forgotten.
    pub(crate) fn unnamed_on_circuits(&mut self) -> Vec<OnCircuit> {
        let there = self.on_circuits();
        self.routes.own_interfaces.retain(|key, _| there.contains(key));
        there.into_iter().filter(|key| !self.routes.own_interfaces.contains_key(key)).collect()
    }

    /// Names an interface and the table of its router, which keeps its name.
    pub(crate) fn name_on_circuit(&mut self, place: OnCircuit, interface: &str, table: &str) {
        let mut learned = self.networks.learned.borrow_mut();
        let known = learned.entry(place.0.clone()).or_insert_with(|| table.to_owned());
        assert_eq!(*known, table, "the table of {}", place.0);
        drop(learned);
        self.routes.own_interfaces.insert(place, interface.to_owned());
    }
}

/// The destination is one that this table may have.
fn check_destination(table: Table<'_>, to: Prefix) -> Verdicts {
    let (has_ipv6, is_network) = match table {
        Table::Network(network) => (network.ipv6, true),
        Table::Border(router) => (router.link.with_ipv6, false),
    };
    let shared = Prefix::read(SHARED_SPACE).unwrap();
    refuse_unless(!is_network || to != shared, ("RouteConflict.AlreadyExist", 400))?;
    let unrouted = UNROUTED.iter().any(|net| Prefix::read(net).unwrap().holds(to));
    refuse_unless(!unrouted, ILLEGAL)?;
    refuse_unless(!shared.holds(to), ("InvalidCidrBlock", 400))?;
    refuse_unless(to.width == 32 || has_ipv6, ILLEGAL)
}
