//! Calls on routes: drawn so that table, next hop and caller mostly belong together, with few destinations, most of them
//! good. What they list is compared here too, page after page to the end.

use super::routers::{caller, push};
use super::{Call, Simulation};
use crate::house::{Who, entry};
use crate::model::interfaces::Interface;
use crate::model::routes::ACTIONS;
use crate::model::{Args, Model, get};
use connect::action::Entry;
use serde_json::Value;
use store::{Arg, ReadExt};

/// Whether calls of this action are drawn here.
pub(super) fn is_drawn(entry: &Entry) -> bool {
    ACTIONS.contains(&entry.name())
}

/// Where routes may lead, mostly.
const DESTINATIONS: &[&str] = &[
    "10.9.0.0/16",
    "10.9.0.0/16",
    "192.168.128.0/17",
    "192.168.128.0/17",
    "0.0.0.0/0",
    "172.31.0.7",
    "172.31.0.7/32",
    "172.31.0.0/24",
    "172.30.0.0/24",
    "172.29.0.0/24",
    "100.0.0.0/8",
    "10.0.0.0/8",
    "2001:db8:9::/48",
    "2001:0db8:0009:0::/48",
    "::/0",
];

/// How many of them every table takes.
const PLAIN: usize = DESTINATIONS.len() - 2;

/// Where none may lead.
const REFUSED: &[&str] = &[
    "127.0.0.1",
    "169.254.9.0/24",
    "224.0.0.0/3",
    "255.255.255.255",
    "::1",
    "fe80::/10",
    "fe80::1",
    "ff02::1/128",
    "100.64.0.0/10",
    "100.64.0.0/10",
    "100.100.0.0/16",
    "10.9.0.1/16",
    "10.9.0.0/33",
    "2001:db8::1/64",
    "ten",
    "10.9/16",
];

/// A table whose routes are drawn: whose, where, and its router's id.
struct Table {
    who: Who,
    region: String,
    id: String,
    router: String,
}

/// The interfaces of a router that are in service and lead to border routers: next hops of one route of several.
fn over_circuits(all: &[Interface], router: &str) -> Vec<String> {
    let leads = |one: &&Interface| {
        one.router == router
            && one.kind == "VRouter"
            && (one.status, &*one.opposite.kind) == ("Active", "VBR")
    };
    all.iter().filter(leads).map(|one| one.id.clone()).collect()
}

impl Simulation {
    /// An action on routes, the one that makes them more often than the one that ends them.
    pub(super) fn draw_route_action(&mut self) -> &'static Entry {
        let action = self.among(ACTIONS);
        entry(if self.chance.u8(0..3) == 0 { "CreateRouteEntry" } else { action })
    }

    /// A call of this action, now and then with one thing wrong.
    pub(super) fn draw_route(&mut self, entry: &'static Entry) -> Call {
        if self.chance.u8(0..30) == 0 {
            return self.draw_moment();
        }
        let mut call = Call { who: Who::Tenant, entry, args: Args::new(), flaw: None };
        match entry.name() {
            "CreateRouteEntry" => self.draw_new_route(&mut call),
            "DeleteRouteEntry" => self.draw_old_route(&mut call),
            _ => self.draw_route_list(&mut call),
        }
        self.mar(&mut call);
        call
    }

    fn destination(&mut self) -> &'static str {
        if self.chance.u8(0..10) == 0 { self.among(REFUSED) } else { self.among(DESTINATIONS) }
    }

    /// The table of some router: where it is to be ready for a route, of one that is in service, with interfaces.
    fn some_table(&mut self, ready: bool) -> Table {
        let networks_only = self.chance.u8(0..3) > 0;
        let model = &self.model;
        let serves = |one: &Interface, router: &str| one.router == router && one.status == "Active";
        let networks = model.networks.all.iter().filter(|network| {
            let used = model.interfaces.iter().any(|one| serves(one, &network.router));
            !ready || network.status == "Available" && used
        });
        let networks = networks.map(|network| Table {
            who: caller(&network.account),
            region: network.region.clone(),
            id: network.table.clone(),
            router: network.router.clone(),
        });
        let learned = model.networks.learned.borrow();
        let active = model.routers.all.iter().filter(|router| !ready || router.status == "active");
        let borders = active.map(|router| Table {
            who: caller(&router.account),
            region: router.region.clone(),
            id: learned[&router.id].clone(),
            router: router.id.clone(),
        });
        let mut tables: Vec<_> = networks.chain(borders).collect();
        if networks_only && tables.iter().any(|table| table.router.starts_with("vrt")) {
            tables.retain(|table| table.router.starts_with("vrt"));
        }
        let wide = |table: &Table| over_circuits(&model.interfaces, &table.router).len() > 1;
        if ready && self.chance.u8(0..4) > 0 && tables.iter().any(wide) {
            tables.retain(wide);
        }
        let none = !ready && self.chance.u8(0..12) == 0;
        self.chance.choice(tables).filter(|_| !none).unwrap_or_else(|| Table {
            who: Who::Tenant,
            region: "east".to_owned(),
            id: "vtb-none".to_owned(),
            router: "vrt-none".to_owned(),
        })
    }

    /// Next hops for a table: interfaces of its router, and of a border router those that it has on its circuits.
    fn some_hops(&mut self, router: &str, good: bool) -> Vec<String> {
        let any = !good && self.chance.u8(0..4) == 0;
        let serves = |one: &&Interface| one.router == router && (any || one.status == "Active");
        let ids = self.model.interfaces.iter().filter(serves).map(|interface| interface.id.clone());
        let own = self.model.routes.own_interfaces.iter().filter(|((of, _), _)| of == router);
        let mut ids: Vec<_> = ids.chain(own.map(|(_, id)| id.clone())).collect();
        self.chance.shuffle(&mut ids);
        if self.chance.u8(0..4) == 0 {
            // What a border router has on a further circuit keeps it there.
            let routers = &self.model.routers.all;
            let further = |of: &str, circuit: &str| {
                routers.iter().any(|router| router.id == of && router.further.contains_key(circuit))
            };
            let own = self.model.routes.own_interfaces.iter();
            let own = own.filter(|((of, circuit), _)| of == router && further(of, circuit));
            ids.splice(0..0, own.map(|(_, id)| id.clone()));
        }
        if ids.is_empty() || !good && self.chance.u8(0..10) == 0 {
            let other = self.some_interface(|_| true).map_or("ri-none".to_owned(), |of| of.id);
            ids.insert(0, self.among(&[&*other, "ri-none"]).to_owned());
        }
        ids
    }

    fn draw_new_route(&mut self, call: &mut Call) {
        // Half of them with nothing odd about them: there are many ways to be refused.
        let good = self.chance.bool();
        let ready = good || self.chance.bool();
        let table = self.some_table(ready);
        call.who = table.who;
        let to = if good { self.among(&DESTINATIONS[..PLAIN]) } else { self.destination() };
        if good {
            push(&mut call.args, &[("RegionId", &table.region)]);
        } else {
            self.push_region(&mut call.args, &table.region);
        }
        push(&mut call.args, &[("RouteTableId", &table.id), ("DestinationCidrBlock", to)]);
        let mut hops = self.some_hops(&table.router, good);
        let mut several = hops.len() > 1 && table.router.starts_with("vrt") && self.chance.bool();
        let wide = over_circuits(&self.model.interfaces, &table.router);
        if wide.len() > 1 && self.chance.u8(0..3) > 0 {
            (hops, several) = (wide, true);
        }
        let args = &mut call.args;
        if several || !good && self.chance.u8(0..8) == 0 {
            self.draw_hop_list(args, &hops);
        } else if good || self.chance.u8(0..12) > 0 {
            push(args, &[("NextHopId", &hops[0])]);
        }
        if good || self.chance.u8(0..10) > 0 {
            let kind = if !good && self.chance.u8(0..8) == 0 { "NatGateway" } else { "RouterInterface" };
            push(args, &[("NextHopType", kind)]);
        }
        let words: &[(&str, &[&str])] = &[
            ("RouteEntryName", &["name0", "name1"]),
            ("Description", &["words", "more"]),
            ("DryRun", &["false", "false", "true"]),
        ];
        self.draw_some(args, words);
    }

    fn push_region(&mut self, args: &mut Args, region: &str) {
        match self.chance.u8(0..30) {
            0 => push(args, &[("RegionId", "nowhere")]),
            1 => push(args, &[("RegionId", "west")]),
            2..12 => {}
            _ => push(args, &[("RegionId", region)]),
        }
    }

    fn draw_hop_list(&mut self, args: &mut Args, hops: &[String]) {
        let all = hops.len().min(5);
        let many = if self.chance.u8(0..8) == 0 { 1 } else { all };
        for (at, hop) in (1..).zip(&hops[..many]) {
            let twice = self.chance.u8(0..25) == 0;
            if self.chance.u8(0..40) > 0 {
                let hop = if twice { &hops[0] } else { hop };
                push(args, &[(&format!("NextHopList.{at}.NextHopId"), hop)]);
            }
            push(args, &[(&format!("NextHopList.{at}.NextHopType"), "RouterInterface")]);
            if self.chance.u8(0..4) > 0 {
                let weight = self.among(&["0", "100", "255"]);
                push(args, &[(&format!("NextHopList.{at}.Weight"), weight)]);
            }
        }
        if self.chance.u8(0..20) == 0 {
            push(args, &[("NextHopId", &hops[0])]);
        }
    }

    fn draw_old_route(&mut self, call: &mut Call) {
        let route = self.chance.choice(&self.model.routes.all).cloned();
        let Some(route) = route.filter(|_| self.chance.u8(0..8) > 0) else {
            return self.draw_no_route(call);
        };
        call.who = caller(&route.account);
        self.push_region(&mut call.args, &route.region);
        let by_id = self.chance.bool();
        let args = &mut call.args;
        if by_id {
            push(args, &[("RouteEntryId", &route.id)]);
        }
        if self.chance.u8(0..8) == 0 {
            push(args, &[("RouteTableId", "vtb-none")]);
        } else if !by_id || self.chance.bool() {
            push(args, &[("RouteTableId", &route.table)]);
        }
        if !by_id && self.chance.u8(0..12) > 0 || self.chance.u8(0..4) == 0 {
            let cidr = if self.chance.u8(0..12) == 0 { self.destination() } else { &route.cidr };
            push(args, &[("DestinationCidrBlock", cidr)]);
        }
        if !by_id && self.chance.u8(0..12) > 0 || self.chance.u8(0..4) == 0 {
            let other = self.chance.u8(0..12) == 0;
            match &*route.hops {
                _ if other => push(args, &[("NextHopId", "ri-none")]),
                [(id, _)] => push(args, &[("NextHopId", id)]),
                hops => {
                    for (at, (id, _)) in (1..).zip(hops) {
                        push(args, &[(&format!("NextHopList.{at}.NextHopId"), id)]);
                    }
                }
            }
        }
        self.draw_some(args, &[("DryRun", &["false", "false", "true"])]);
    }

    /// A route that is not there, or comes with its table.
    fn draw_no_route(&mut self, call: &mut Call) {
        let table = self.some_table(false);
        call.who = table.who;
        self.push_region(&mut call.args, &table.region);
        let system = table.id.replacen("vtb-", "rte-", 1);
        let args = &mut call.args;
        match self.chance.u8(0..5) {
            0 => push(args, &[("RouteEntryId", "rte-none")]),
            1 => push(args, &[("RouteEntryId", &system)]),
            2 => push(args, &[("RouteEntryId", &system), ("RouteTableId", &table.id)]),
            3 => {
                let cidr = [("DestinationCidrBlock", "100.64.0.0/10"), ("NextHopId", "ri-none")];
                push(args, &[("RouteTableId", &table.id)]);
                push(args, &cidr);
            }
            _ => {
                let to = self.destination();
                push(args, &[("RouteTableId", &table.id), ("DestinationCidrBlock", to)]);
                push(args, &[("NextHopList.1.NextHopId", "ri-none")]);
            }
        }
    }

    fn draw_route_list(&mut self, call: &mut Call) {
        let route = self.chance.choice(&self.model.routes.all).cloned();
        let table = self.some_table(false);
        let (who, region, id) = match route.as_ref().filter(|_| self.chance.bool()) {
            Some(route) => (caller(&route.account), &route.region, &route.table),
            None => (table.who, &table.region, &table.id),
        };
        call.who = who;
        let region = if self.chance.u8(0..30) == 0 { self.among(&["west", "nowhere"]) } else { region };
        push(&mut call.args, &[("RegionId", region), ("RouteTableId", id)]);
        let (one, other) = (self.destination(), self.destination());
        let hop = route.as_ref().map_or("ri-none", |route| &route.hops[0].0);
        let system = id.replacen("vtb-", "rte-", 1);
        let ids = [route.as_ref().map_or("rte-none", |route| &route.id), &system];
        let words: &[(&str, &[&str])] = &[
            ("MaxResult", &["1", "2", "100"]),
            ("NextToken", &["", "", "", "zz"]),
            ("DestCidrBlockList.1", &[one]),
            ("DestinationCidrBlock", &[other]),
            ("IpVersion", &["ipv4", "ipv6"]),
            ("NextHopId", &[hop]),
            ("NextHopType", &["RouterInterface", "RouterInterface", "service"]),
            ("RouteEntryId", &ids),
            ("RouteEntryName", &["name0", "name1"]),
            ("RouteEntryType", &["Custom", "Custom", "System", "BGP"]),
            ("ServiceType", &["TR"]),
        ];
        self.draw_some(&mut call.args, &words[..2]);
        let few = self.chance.usize(2..=words.len());
        let end = (few + 3).min(words.len());
        self.draw_some(&mut call.args, &words[few..end]);
        if get(&call.args, "DestCidrBlockList.1").is_some() {
            push(&mut call.args, &[("DestCidrBlockList.2", other)]);
        }
    }

    /// A list of routes holds what the model says, page after page.
    pub(super) fn compare_routes(&mut self, call: &Call, value: &Value) {
        if call.entry.name() != "DescribeRouteEntryList" {
            return;
        }
        let wanted = self.model.wanted_routes(call.who, &call.args);
        assert_eq!(value["TotalCount"], wanted.len(), "the total");
        let mut sized = Call { args: call.args.clone(), ..*call };
        push(&mut sized.args, &[("MaxResult", &Model::routes_per_page(&call.args))]);
        let rows = self.pages(&sized, value, "MaxResult", "/RouteEntrys/RouteEntry", Value::clone);
        assert_eq!(rows, wanted, "the routes");
    }

    /// The interfaces that border routers have on their circuits, which few answers name, and their tables.
    pub(super) fn name_on_circuits(&mut self) {
        for (router, circuit) in self.model.unnamed_on_circuits() {
            let sql = "select route_table_id, vlan_interface_id from vbr where id = $1 and circuit_id = $2
                       union all
                       select vbr.route_table_id, vbr_association.vlan_interface_id from vbr
                       join vbr_association on vbr_association.vbr_id = vbr.id
                       where vbr.id = $1 and vbr_association.circuit_id = $2";
            let place = (router, circuit);
            let (one, two) = place.clone();
            let mut found = self.house.read(move |read| {
                read.all(sql, &[Arg::from(&one), Arg::from(&two)], |row| {
                    Ok((row.text(0)?.to_owned(), row.text(1)?.to_owned()))
                })
            });
            let (table, interface) = found.pop().expect("the router is on the circuit");
            self.model.name_on_circuit(place, &interface, &table);
        }
    }
}
