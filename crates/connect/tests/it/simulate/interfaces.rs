//! Calls on router interfaces: drawn so that two ends mostly come to name each other, connect, and go again, with few
//! routers, most of them fit.

use super::routers::{caller, push};
use super::{Call, Simulation};
use crate::house::{SECOND, TENANT, Who, entry};
use crate::model::interfaces::{ACTIONS, Interface, SPECS};
use crate::model::{Args, get};
use connect::action::Entry;
use connect::world::OPERATOR_ACCOUNT;
use store::{Arg, ReadExt};

/// Whether calls of this action are drawn here.
pub(super) fn is_drawn(entry: &Entry) -> bool {
    ACTIONS.contains(&entry.name())
}

/// What makes connections, drawn more often than what ends them.
const MAKING: &[&str] =
    &["CreateRouterInterface", "ModifyRouterInterfaceAttribute", "ConnectRouterInterface"];

/// A router on which an interface may be: whose, where, its id, its kind, and its access point if it has one.
struct Place {
    who: Who,
    region: String,
    router: String,
    kind: &'static str,
    point: String,
}

/// Whether two ends, neither of them connected, could come to be those of one connection.
fn are_made_for(one: &Interface, other: &Interface) -> bool {
    let free = |one: &Interface, other: &Interface| {
        one.opposite.kind != "VBR" || one.opposite.router == other.router || one.opposite.router.is_empty()
    };
    one.accepts != other.accepts
        && (one.status, other.status) == ("Idle", "Idle")
        && one.router != other.router
        && (&one.region, &one.opposite.region) == (&other.opposite.region, &other.region)
        && free(one, other)
        && free(other, one)
}

fn is_named(one: &Interface, by: &Interface) -> bool {
    by.opposite.id == one.id
}

fn name_each_other(one: &Interface, other: &Interface) -> bool {
    is_named(one, other) && is_named(other, one)
}

impl Simulation {
    /// An action on interfaces, those that make connections more often than those that end them.
    pub(super) fn draw_interface_action(&mut self) -> &'static Entry {
        let all = &self.model.interfaces;
        let pair = |fits: fn(&Interface, &Interface) -> bool| {
            all.iter().any(|one| !one.accepts && all.iter().any(|other| fits(one, other)))
        };
        let ready = pair(|one, other| are_made_for(one, other) && name_each_other(one, other));
        let strange = pair(|one, other| are_made_for(one, other) && !name_each_other(one, other));
        match self.chance.u8(0..4) {
            0 if ready => return entry("ConnectRouterInterface"),
            1 if strange => return entry("ModifyRouterInterfaceAttribute"),
            _ => {}
        }
        let action = self.among(ACTIONS);
        let ends = action.starts_with("Delete") && self.chance.bool();
        if ends || self.chance.u8(0..3) == 0 {
            return entry(self.among(MAKING));
        }
        entry(action)
    }

    /// A call of this action, now and then with one thing wrong.
    pub(super) fn draw_interface(&mut self, entry: &'static Entry) -> Call {
        if self.chance.u8(0..15) == 0 {
            return self.draw_interface_label();
        }
        if self.chance.u8(0..30) == 0 {
            return self.draw_moment();
        }
        let few = self.model.interfaces.len() < 8 && self.chance.u8(0..4) > 0;
        let entry = if few { crate::house::entry("CreateRouterInterface") } else { entry };
        let mut call = Call { who: Who::Tenant, entry, args: Args::new(), flaw: None };
        match entry.name() {
            "CreateRouterInterface" => self.draw_new_interface(&mut call),
            "DescribeRouterInterfaces" => self.draw_interface_list(&mut call),
            _ => self.draw_on_interface(&mut call),
        }
        self.mar(&mut call);
        call
    }

    /// A second or two, in which what was begun is done.
    pub(super) fn draw_moment(&mut self) -> Call {
        let seconds = self.among(&["1", "1", "2"]);
        let args = vec![("Seconds".to_owned(), seconds.to_owned())];
        Call { who: Who::Operator, entry: crate::house::entry("AdvanceTime"), args, flaw: None }
    }

    /// A token, another caller, or one thing that is wrong.
    pub(super) fn mar(&mut self, call: &mut Call) {
        if self.chance.u8(0..5) == 0 && call.entry.fields.iter().any(|field| field.name == "ClientToken") {
            let token = format!("{:?}{}", call.who, self.chance.u8(0..20));
            push(&mut call.args, &[("ClientToken", &token)]);
        }
        if self.chance.u8(0..20) == 0 {
            call.who = self.someone();
        }
        if self.chance.u8(0..12) == 0 {
            let field = &call.entry.fields[self.chance.usize(0..call.entry.fields.len())];
            let (drawn, dotted) = (call.args.clone(), format!("{}.", field.name));
            call.args.retain(|(name, _)| name != field.name && !name.starts_with(&dotted));
            if !self.draw_wrong(field, call) {
                call.args = drawn;
            }
        }
    }

    /// An interface for which this holds, mostly; now and then any other.
    pub(super) fn some_interface(&mut self, fits: impl Fn(&Interface) -> bool) -> Option<Interface> {
        let all = &self.model.interfaces;
        let fitting: Vec<_> = all.iter().filter(|interface| fits(interface)).collect();
        let any = fitting.is_empty() || self.chance.u8(0..6) == 0;
        let from = if any { all.iter().collect() } else { fitting };
        self.chance.choice(from).cloned()
    }

    /// A router of this kind, mostly one that is in service: of this account where one is named.
    fn some_place(&mut self, border: bool, of: Option<&str>) -> Place {
        let mine = |account: &str| of.is_none_or(|of| of == account);
        let nowhere = self.chance.u8(0..30) == 0;
        if border {
            let routers = self.model.routers.all.iter().filter(|router| mine(&router.account));
            let (active, other): (Vec<_>, Vec<_>) = routers.partition(|router| router.status == "active");
            let from = if active.is_empty() || self.chance.u8(0..10) == 0 { other } else { active };
            if let Some(router) = self.chance.choice(from).filter(|_| !nowhere) {
                let (region, point) = (router.region.clone(), router.point.clone());
                let (who, router) = (caller(&router.account), router.id.clone());
                return Place { who, region, router, kind: "VBR", point };
            }
        }
        // Few networks, so that they come to have several interfaces.
        let networks: Vec<_> =
            self.model.networks.all.iter().filter(|network| mine(&network.account)).take(4).collect();
        match self.chance.choice(networks).filter(|_| !nowhere) {
            Some(network) => Place {
                who: caller(&network.account),
                region: network.region.clone(),
                router: network.router.clone(),
                kind: "VRouter",
                point: String::new(),
            },
            None => Place {
                who: of.map_or(Who::Tenant, caller),
                region: "east".to_owned(),
                router: "vrt-none".to_owned(),
                kind: "VRouter",
                point: String::new(),
            },
        }
    }

    fn draw_new_interface(&mut self, call: &mut Call) {
        let border = self.chance.u8(0..5) < 2;
        let from = self.some_place(border, None);
        call.who = from.who;
        let args = &mut call.args;
        let kind = if self.chance.u8(0..30) == 0 { "VRouter" } else { from.kind };
        push(args, &[("RegionId", &from.region), ("RouterId", &from.router), ("RouterType", kind)]);
        if from.kind == "VBR" && self.chance.u8(0..20) > 0 {
            let point = if self.chance.u8(0..30) == 0 { "ap-none" } else { &from.point };
            push(args, &[("AccessPointId", point)]);
        }
        let fast = self.chance.u8(0..30) == 0 || from.kind == "VBR" && self.chance.u8(0..3) > 0;
        let accepts =
            if fast || from.kind == "VBR" { self.chance.u8(0..30) == 0 } else { self.chance.bool() };
        let fits = if self.chance.u8(0..20) == 0 { !accepts } else { accepts };
        let spec = if fits { "Negative" } else { self.among(SPECS).0 };
        push(args, &[("Role", if accepts { "AcceptingSide" } else { "InitiatingSide" }), ("Spec", spec)]);
        if fast {
            push(args, &[("FastLinkMode", "true")]);
        }
        self.draw_other_end(call, fast, accepts);
        self.draw_probes(&mut call.args, &from.router);
        self.draw_rest_of_interface(&mut call.args);
    }

    /// What a new interface says of its other end.
    fn draw_other_end(&mut self, call: &mut Call, fast: bool, accepts: bool) {
        let odd = self.chance.u8(0..12) == 0;
        let waits = |other: &Interface| other.status == "Idle" && other.accepts != accepts;
        if !fast
            && self.chance.u8(0..3) > 0
            && let Some(peer) = self.some_interface(waits)
        {
            let args = &mut call.args;
            push(args, &[("OppositeRegionId", &peer.region), ("OppositeRouterId", &peer.router)]);
            push(args, &[("OppositeRouterType", &peer.kind), ("OppositeInterfaceOwnerId", &peer.account)]);
            if self.chance.u8(0..6) > 0 {
                push(args, &[("OppositeInterfaceId", &peer.id)]);
            }
            return;
        }
        let own = fast || self.chance.bool();
        let border = !fast && self.chance.u8(0..3) == 0;
        let to = self.some_place(border, own.then_some(call.who.account()));
        let args = &mut call.args;
        let region = if odd { self.among(&["west", "nowhere"]) } else { &to.region };
        push(args, &[("OppositeRegionId", region)]);
        for (name, value) in [
            ("OppositeRouterId", &*to.router),
            ("OppositeRouterType", to.kind),
            ("OppositeInterfaceOwnerId", to.who.account()),
        ] {
            let likely = if fast { 20 } else { 3 };
            if self.chance.u8(0..likely) > 0 {
                let odd = self.chance.u8(0..20) == 0;
                let value = match name {
                    "OppositeRouterType" if odd => "VBR",
                    "OppositeInterfaceOwnerId" if odd => {
                        self.among(&[TENANT, SECOND, "3333333333333333", OPERATOR_ACCOUNT])
                    }
                    _ => value,
                };
                push(args, &[(name, value)]);
            }
        }
        if self.chance.u8(0..12) == 0 {
            push(args, &[("OppositeInterfaceId", "ri-none")]);
        }
    }

    /// Probes, mostly from an address of the VPC with this router.
    fn draw_probes(&mut self, args: &mut Args, router: &str) {
        if self.chance.u8(0..3) > 0 {
            return;
        }
        let sources = [
            "10.0.0.9",
            "10.0.0.9",
            "10.200.0.1",
            "172.16.0.1",
            "192.168.7.20",
            "192.168.7.31",
            "100.129.0.1",
            "8.8.8.8",
            "8.8.8.8",
            "8.8.8.8",
            "2001:db8::1",
        ];
        let targets = ["1.1.1.1", "1.1.1.1", "1.1.1.1", "10.0.0.9", "192.168.7.20", "one"];
        if self.chance.u8(0..10) > 0 {
            let network = self.model.networks.all.iter().find(|network| network.router == router);
            let within = |source: &str| {
                network.is_some_and(|network| source.parse().is_ok_and(|address| network.holds(address)))
            };
            let held: Vec<_> = sources.iter().copied().filter(|source| within(source)).collect();
            let any = held.is_empty() || self.chance.u8(0..4) == 0;
            let source = self.among(if any { &sources } else { &held });
            push(args, &[("HealthCheckSourceIp", source)]);
        }
        if self.chance.u8(0..10) > 0 {
            let target = self.among(&targets);
            push(args, &[("HealthCheckTargetIp", target)]);
        }
    }

    fn draw_rest_of_interface(&mut self, args: &mut Args) {
        let words: &[(&str, &[&str])] = &[
            ("Name", &["name0", "name1"]),
            ("Description", &["words", "more"]),
            ("ResourceGroupId", &["rg-1", "rg-2"]),
            ("OppositeAccessPointId", &["ap-east-1", "ap-west-1"]),
            ("AutoPay", &["true", "false"]),
            ("Tags.1.Key", &["key1", "key2"]),
        ];
        let few = self.chance.usize(0..words.len());
        self.draw_some(args, &words[few..]);
        if get(args, "Tags.1.Key").is_some() {
            self.draw_some(args, &[("Tags.1.Value", &["value0"]), ("Tags.2.Key", &["key1", "key3"])]);
        }
        if self.chance.u8(0..20) == 0 {
            let kind = self.among(&["PrePaid", "PrePaid", "PostPaid"]);
            push(args, &[("InstanceChargeType", kind)]);
            self.draw_some(args, &[("Period", &["1", "9"]), ("PricingCycle", &["Month", "Year"])]);
        }
    }

    fn draw_on_interface(&mut self, call: &mut Call) {
        let (action, all) = (call.entry.name(), self.model.interfaces.clone());
        let drawn = match action {
            "ConnectRouterInterface" => self.some_interface(|one| {
                let ready = |peer: &Interface| are_made_for(one, peer) && name_each_other(one, peer);
                !one.accepts && all.iter().any(ready)
            }),
            "ModifyRouterInterfaceAttribute" if self.chance.u8(0..3) > 0 => self.some_interface(|one| {
                all.iter().any(|peer| are_made_for(one, peer) && !name_each_other(one, peer))
            }),
            "DeleteRouterInterface" if self.chance.u8(0..4) == 0 => {
                self.some_interface(|one| one.status == "Active")
            }
            // One that has something to lose.
            "DeleteRouterInterface" | "DeleteExpressConnect" if self.chance.bool() => {
                let routes = self.model.routes.all.clone();
                let leads =
                    |one: &Interface| routes.iter().any(|route| route.hops.iter().any(|hop| hop.0 == one.id));
                self.some_interface(|one| {
                    one.allows(action) && (leads(one) || all.iter().any(|other| name_each_other(one, other)))
                })
            }
            _ => self.some_interface(|interface| interface.allows(action)),
        };
        let none = self.chance.u8(0..30) == 0;
        let (who, region, id) = match drawn.as_ref().filter(|_| !none) {
            Some(of) => (caller(&of.account), of.region.clone(), of.id.clone()),
            None => (Who::Tenant, "east".to_owned(), "ri-none".to_owned()),
        };
        call.who = who;
        let region = if self.chance.u8(0..30) == 0 { self.among(&["west", "nowhere"]) } else { &region };
        let name = if action.ends_with("InterfaceAttribute") && action.starts_with("Describe") {
            "InstanceId"
        } else {
            "RouterInterfaceId"
        };
        push(&mut call.args, &[("RegionId", region), (name, &id)]);
        match action {
            "ModifyRouterInterfaceAttribute" => self.draw_interface_change(&mut call.args, drawn.as_ref()),
            "ModifyRouterInterfaceSpec" => {
                let accepts = drawn.is_some_and(|of| of.accepts) == (self.chance.u8(0..10) > 0);
                let spec = if accepts { "Negative" } else { self.among(SPECS).0 };
                push(&mut call.args, &[("Spec", spec)]);
            }
            "DeleteExpressConnect" => {
                let force = self.among(&["true", "true", "false", ""]);
                if !force.is_empty() {
                    push(&mut call.args, &[("Force", force)]);
                }
            }
            _ => {}
        }
    }

    /// Mostly what makes an interface that is Idle name one that names it already, or could.
    fn draw_interface_change(&mut self, args: &mut Args, of: Option<&Interface>) {
        let router = of.map_or("", |of| &of.router);
        let Some(of) = of.filter(|_| self.chance.u8(0..3) > 0) else {
            return self.draw_other_change(args, router);
        };
        let chosen = self.model.interfaces.iter().any(|peer| are_made_for(of, peer) && is_named(of, peer));
        let peer = self.some_interface(|peer| are_made_for(of, peer) && (!chosen || is_named(of, peer)));
        let Some(peer) = peer else { return self.draw_other_change(args, router) };
        // Now and then one of the four is not what it should be.
        let odd = self.chance.usize(0..16);
        let other_kind = if peer.kind == "VBR" { "VRouter" } else { "VBR" };
        let other_owner = if peer.account == TENANT { SECOND } else { TENANT };
        let named: [(&str, &str, &str); 4] = [
            ("OppositeInterfaceId", &peer.id, "ri-none"),
            ("OppositeRouterId", &peer.router, "vrt-none"),
            ("OppositeRouterType", &peer.kind, other_kind),
            ("OppositeInterfaceOwnerId", &peer.account, other_owner),
        ];
        for (at, (name, value, other)) in named.into_iter().enumerate() {
            let value = if at == odd { self.among(&[other, other, ""]) } else { value };
            push(args, &[(name, value)]);
        }
        if self.chance.u8(0..4) == 0 {
            self.draw_other_change(args, router);
        }
    }

    fn draw_other_change(&mut self, args: &mut Args, router: &str) {
        let words: &[(&str, &[&str])] = &[
            ("Name", &["name0", "name1", ""]),
            ("Description", &["words", ""]),
            ("HcRate", &["0", "2000", "60000"]),
            ("HcThreshold", &["0", "8", "100"]),
            ("DeleteHealthCheckIp", &["true", "false"]),
        ];
        let few = self.chance.usize(0..words.len());
        self.draw_some(args, &words[few..]);
        self.draw_probes(args, router);
        let probed = args.iter().any(|(name, _)| name.starts_with("HealthCheck"));
        if !probed && self.chance.u8(0..12) == 0 {
            push(args, &[("HealthCheckSourceIp", ""), ("HealthCheckTargetIp", "")]);
        }
    }

    fn draw_interface_list(&mut self, call: &mut Call) {
        call.who = self.among(&[Who::Tenant, Who::Second]);
        let region = self.among(&["east", "east", "east", "west"]);
        let args = &mut call.args;
        push(args, &[("RegionId", region)]);
        let words: &[(&str, &[&str])] = &[
            ("PageNumber", &["1", "2", "3"]),
            ("PageSize", &["1", "2", "50", "60"]),
            ("IncludeReservationData", &["true", "false"]),
            ("ResourceGroupId", &["rg-1", "rg-default"]),
            ("Tags.1.Key", &["key1", "key2"]),
        ];
        let few = self.chance.usize(0..words.len());
        self.draw_some(args, &words[few..]);
        for at in 1..=self.chance.usize(0..3) {
            let Some(of) = self.some_interface(|interface| interface.region == region) else { return };
            let key = self.among(&[
                "RouterInterfaceId",
                "RouterId",
                "RouterType",
                "RouterInterfaceOwnerId",
                "OppositeInterfaceId",
                "OppositeRouterType",
                "OppositeRouterId",
                "OppositeInterfaceOwnerId",
                "Status",
                "Name",
            ]);
            let value = match key {
                "RouterInterfaceId" => &of.id,
                "RouterId" => &of.router,
                "OppositeInterfaceId" => &of.opposite.id,
                "OppositeRouterId" => &of.opposite.router,
                "RouterType" | "OppositeRouterType" => self.among(&["VRouter", "VBR", "vbr"]),
                "RouterInterfaceOwnerId" => self.among(&[call.who.account(), TENANT, "me"]),
                "OppositeInterfaceOwnerId" => self.among(&[TENANT, TENANT, SECOND, "me"]),
                "Status" => self.among(&["Idle", "active", "INACTIVE", "Modifying", "none"]),
                _ => self.among(&["name0", "name1"]),
            };
            push(args, &[(&format!("Filter.{at}.Key"), key)]);
            if !value.is_empty() {
                push(args, &[(&format!("Filter.{at}.Value.1"), value)]);
                self.draw_some(args, &[(&format!("Filter.{at}.Value.2"), &["Idle", "name0", "11", "VBR"])]);
            }
        }
    }

    /// A call on labels of one interface.
    fn draw_interface_label(&mut self) -> Call {
        let action = self.among(&["TagResources", "TagResources", "UnTagResources"]);
        let mut call = Call { who: Who::Tenant, entry: entry(action), args: Args::new(), flaw: None };
        let interface = self.some_interface(|_| true);
        call.who = interface.as_ref().map_or(Who::Tenant, |interface| caller(&interface.account));
        let id = interface.as_ref().map_or("ri-none", |interface| &interface.id);
        let region = interface.as_ref().map_or("east", |interface| &interface.region);
        let kind = ("ResourceType", "ROUTERINTERFACE");
        push(&mut call.args, &[("RegionId", region), kind, ("ResourceId.1", id)]);
        let key = format!("key{}", self.chance.u8(0..25));
        let name = if action == "TagResources" { "Tag.1.Key" } else { "TagKey.1" };
        push(&mut call.args, &[(name, &key)]);
        call
    }

    /// The second end of a fast link, which no answer has named.
    pub(super) fn name_interfaces(&mut self) {
        let Some(one) = self.model.unnamed_interface().map(str::to_owned) else { return };
        let sql = "select id from router_interface where opposite_id = $1";
        let found = self
            .house
            .read(move |read| read.all(sql, &[Arg::from(&one)], |row| row.text(0).map(str::to_owned)));
        let [name] = &*found else { panic!("one other end, not {found:?}") };
        self.model.name_interface(name);
    }
}
