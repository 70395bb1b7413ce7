//! Calls on border routers: drawn so that routers, circuits and callers mostly belong together, with few VLANs and few
//! addresses, most of them good. What they lead to is compared here too.

use super::{Call, Simulation};
use crate::house::{SECOND, TENANT, Who, entry, text};
use crate::model::routers::{ACTIONS, Router};
use crate::model::{Args, get};
use connect::action::Entry;
use connect::world::OPERATOR_ACCOUNT;
use serde_json::{Value, json};

/// Whether calls of this action are drawn here.
pub(super) fn is_drawn(entry: &Entry) -> bool {
    ACTIONS.contains(&entry.name())
}

pub(super) fn caller(account: &str) -> Who {
    match account {
        TENANT => Who::Tenant,
        SECOND => Who::Second,
        _ => Who::Operator,
    }
}

impl Simulation {
    /// An action on routers, those that lead them on more often than those that end them.
    pub(super) fn draw_router_action(&mut self) -> &'static Entry {
        let ends = ["TerminateVirtualBorderRouter", "DeleteVirtualBorderRouter"];
        let action = ACTIONS[self.chance.usize(0..ACTIONS.len())];
        if ends.contains(&action) && self.chance.bool() {
            return entry("CreateVirtualBorderRouter");
        }
        entry(action)
    }

    pub(super) fn among<T: Copy>(&mut self, words: &[T]) -> T {
        words[self.chance.usize(0..words.len())]
    }

    /// A call of this action, now and then with one thing wrong.
    pub(super) fn draw_router(&mut self, entry: &'static Entry) -> Call {
        if self.chance.u8(0..25) == 0 {
            return self.draw_router_label();
        }
        if self.chance.u16(0..400) == 0 {
            // Long enough for a reservation to run out.
            let args = vec![("Seconds".to_owned(), "700000".to_owned())];
            return Call { who: Who::Operator, entry: crate::house::entry("AdvanceTime"), args, flaw: None };
        }
        let mut call = Call { who: Who::Tenant, entry, args: Args::new(), flaw: None };
        match entry.name() {
            "CreateVirtualBorderRouter" => self.draw_new_router(&mut call),
            "DescribeVirtualBorderRouters" => self.draw_router_list(&mut call),
            "DescribeVirtualBorderRoutersForPhysicalConnection" => {
                let (who, region, id) = self.some_line();
                call.who = who;
                push(&mut call.args, &[("RegionId", &region), ("PhysicalConnectionId", &id)]);
                self.draw_router_filters(&mut call.args);
            }
            _ => self.draw_on_router(&mut call),
        }
        if self.chance.u8(0..5) == 0 && entry.fields.iter().any(|field| field.name == "ClientToken") {
            let token = format!("{:?}{}", call.who, self.chance.u8(0..20));
            push(&mut call.args, &[("ClientToken", &token)]);
        }
        if self.chance.u8(0..20) == 0 {
            call.who = self.someone();
        }
        if self.chance.u8(0..10) == 0 {
            let field = &entry.fields[self.chance.usize(0..entry.fields.len())];
            let drawn = call.args.clone();
            call.args.retain(|(name, _)| name != field.name);
            if !self.draw_wrong(field, &mut call) {
                call.args = drawn;
            }
        }
        call
    }

    /// An owner's name, region and id of some circuit: mostly an enabled one.
    pub(super) fn some_line(&mut self) -> (Who, String, String) {
        let enabled: Vec<_> = self.model.lines.iter().filter(|line| line.status == "Enabled").collect();
        let any = self.chance.u8(0..10) == 0 || enabled.is_empty();
        let lines: Vec<_> = if any { self.model.lines.iter().collect() } else { enabled };
        match self.chance.choice(lines) {
            Some(line) => (caller(&line.account), line.region.clone(), line.id.clone()),
            None => (Who::Tenant, "east".to_owned(), "pc-none".to_owned()),
        }
    }

    pub(super) fn some_router(&mut self) -> Option<Router> {
        self.chance.choice(&self.model.routers.all).cloned()
    }

    pub(super) fn vlan(&mut self) -> String {
        let few = self.chance.i64(0..6).to_string();
        self.among(&[&few, &few, &few, "2999"]).to_owned()
    }

    /// The two pairs of a link; now and then without one, or with one that is wrong.
    fn draw_pairs(&mut self, args: &mut Args) {
        let local = self.among(&["10.0.0.1", "10.0.0.1", "10.0.0.1", "10.0.0.5", "10.0.0.0", "ten"]);
        let peer = self.among(&["10.0.0.2", "10.0.0.2", "10.0.0.2", "10.0.0.6", "10.0.0.3", "10.0.0.1"]);
        let mask = self.among(&["255.255.255.252", "255.255.255.252", "255.255.255.0", "255.255.0.0", "30"]);
        let whole = [("LocalGatewayIp", local), ("PeerGatewayIp", peer), ("PeeringSubnetMask", mask)];
        let good = [
            ("LocalGatewayIp", "10.0.0.1"),
            ("PeerGatewayIp", "10.0.0.2"),
            ("PeeringSubnetMask", "255.255.255.252"),
        ];
        match self.chance.u8(0..10) {
            0 => {}
            1 => push(args, &whole[..2]),
            2..4 => push(args, &whole),
            _ => push(args, &good),
        }
        if self.chance.u8(0..4) > 0 {
            return;
        }
        if self.chance.u8(0..4) > 0 {
            let word = self.among(&["true", "true", "true", "false"]);
            push(args, &[("EnableIpv6", word)]);
        }
        let local = self.among(&["2001:db8::1", "2001:db8::1", "2001:db9::1", "10.0.0.1"]);
        let peer = self.among(&["2001:db8::2", "2001:db8::2", "2001:db8::2", "2001:db8::1"]);
        let mask = self.among(&["64", "64", "2001:db8::/64", "0"]);
        let whole =
            [("LocalIpv6GatewayIp", local), ("PeerIpv6GatewayIp", peer), ("PeeringIpv6SubnetMask", mask)];
        let given = self.among(&[3, 3, 3, 2, 0]);
        push(args, &whole[..given]);
    }

    fn draw_new_router(&mut self, call: &mut Call) {
        let (who, region, id) = self.some_line();
        call.who = who;
        let vlan = self.vlan();
        push(&mut call.args, &[("RegionId", &region), ("PhysicalConnectionId", &id), ("VlanId", &vlan)]);
        let other = if who == Who::Tenant { SECOND } else { TENANT };
        let unknown = ["3333333333333333", OPERATOR_ACCOUNT, who.account()];
        let owner = match self.chance.u8(0..12) {
            0 => Some(self.among(&unknown)),
            1..4 => Some(other),
            _ => None,
        };
        if let Some(owner) = owner {
            push(&mut call.args, &[("VbrOwnerId", owner)]);
        }
        if owner != Some(other) || self.chance.u8(0..5) == 0 {
            self.draw_pairs(&mut call.args);
            self.draw_some(
                &mut call.args,
                &[("Name", &["name0", "name1"]), ("Description", &["words", "more"])],
            );
        }
        let words: &[(&str, &[&str])] = &[
            ("Bandwidth", &["50", "1000", "102400"]),
            ("CircuitCode", &["c-1", "c-2"]),
            ("ResourceGroupId", &["rg-1", "rg-2"]),
            ("Tags.1.Key", &["key1", "key2"]),
        ];
        self.draw_some(&mut call.args, words);
        if get(&call.args, "Tags.1.Key").is_some() {
            self.draw_some(
                &mut call.args,
                &[("Tags.1.Value", &["value0"]), ("Tags.2.Key", &["key1", "key3"])],
            );
        }
    }

    /// Some of these parameters, each with one of its values.
    pub(super) fn draw_some(&mut self, args: &mut Args, parameters: &[(&str, &[&str])]) {
        for (name, values) in parameters {
            if self.chance.u8(0..4) == 0 {
                let value = self.among(values);
                push(args, &[(name, value)]);
            }
        }
    }

    /// What names a router: mostly by its owner or by the account of its circuits, in its region.
    fn draw_on_router(&mut self, call: &mut Call) {
        let Some(router) = self.some_router().filter(|_| self.chance.u8(0..20) > 0) else {
            let (who, region, id) = self.some_line();
            call.who = who;
            push(
                &mut call.args,
                &[("RegionId", &region), ("VbrId", "vbr-none"), ("PhysicalConnectionId", &id)],
            );
            push(
                &mut call.args,
                &[("VlanId", "1"), ("VirtualBorderRouterId", "vbr-none"), ("Bandwidth", "50")],
            );
            return;
        };
        let party = self.among(&[&router.account, &router.account, &router.lender]);
        call.who = caller(party);
        let region = if self.chance.u8(0..30) == 0 { "west" } else { &router.region };
        push(&mut call.args, &[("RegionId", region)]);
        let args = &mut call.args;
        match call.entry.name() {
            "UpdateVirtualBorderBandwidth" => {
                let mbps = self.among(&["50", "500", "2048", "60"]);
                push(args, &[("VirtualBorderRouterId", &router.id), ("Bandwidth", mbps)]);
            }
            "ModifyVirtualBorderRouterAttribute" => {
                push(args, &[("VbrId", &router.id)]);
                self.draw_change(&router, args);
            }
            "AssociatePhysicalConnectionToVirtualBorderRouter" => {
                let (_, _, circuit) = self.some_line();
                let vlan = self.vlan();
                push(args, &[("VbrId", &router.id), ("PhysicalConnectionId", &circuit), ("VlanId", &vlan)]);
                self.draw_some(args, &[("CircuitCode", &["c-1", "c-2"])]);
                if self.chance.bool() {
                    self.draw_pairs(args);
                }
            }
            "UnassociatePhysicalConnectionFromVirtualBorderRouter" => {
                let further: Vec<_> = router.further.keys().cloned().collect();
                let circuit = self.chance.choice(further).unwrap_or_else(|| self.some_line().2);
                push(args, &[("VbrId", &router.id), ("PhysicalConnectionId", &circuit)]);
            }
            _ => push(args, &[("VbrId", &router.id)]),
        }
    }

    fn draw_change(&mut self, router: &Router, args: &mut Args) {
        let words: &[(&str, &[&str])] = &[
            ("Name", &["name0", "name1", ""]),
            ("Description", &["words", ""]),
            ("CircuitCode", &["c-1", ""]),
            ("Bandwidth", &["50", "1000", "51"]),
            ("DetectMultiplier", &["3", "10"]),
            ("MinRxInterval", &["200", "1000"]),
            ("MinTxInterval", &["201", "999"]),
            ("Mtu", &["0", "1500", "8500"]),
            ("SitelinkEnable", &["true", "false"]),
        ];
        let few = self.chance.usize(0..words.len());
        self.draw_some(args, &words[few..]);
        let vlan = if self.chance.bool() { router.link.vlan.to_string() } else { self.vlan() };
        if self.chance.u8(0..4) == 0 {
            push(args, &[("VlanId", &vlan)]);
        }
        if router.status == "unconfirmed" || self.chance.u8(0..4) == 0 {
            self.draw_pairs(args);
        }
        if self.chance.u8(0..4) == 0 {
            let further: Vec<_> = router.further.keys().cloned().collect();
            let circuit = self.chance.choice(further).unwrap_or("pc-none".to_owned());
            let vlan: i64 = self.vlan().parse().unwrap();
            let links = json!([{"PhysicalConnectionId": circuit, "VlanId": vlan, "CircuitCode": "c-3"}]);
            let links = self.among(&[&*links.to_string(), &links.to_string(), "{}", "links"]).to_owned();
            push(args, &[("AssociatedPhysicalConnections", &links)]);
        }
    }

    fn draw_router_list(&mut self, call: &mut Call) {
        call.who = self.among(&[Who::Tenant, Who::Second]);
        let region = self.among(&["east", "east", "east", "west"]);
        push(&mut call.args, &[("RegionId", region)]);
        let words: &[(&str, &[&str])] = &[
            ("IncludeCrossAccountVbr", &["true", "false"]),
            ("ResourceGroupId", &["rg-1", "rg-default"]),
            ("Tags.1.Key", &["key1", "key2"]),
        ];
        let few = self.chance.usize(0..words.len());
        self.draw_some(&mut call.args, &words[few..]);
        self.draw_router_filters(&mut call.args);
    }

    fn draw_router_filters(&mut self, args: &mut Args) {
        self.draw_some(args, &[("PageNumber", &["1", "2", "3"]), ("PageSize", &["1", "2", "50"])]);
        for at in 1..=self.chance.usize(0..3) {
            let (id, (_, _, circuit)) = (self.some_router().map(|router| router.id), self.some_line());
            let key = self.among(&[
                "PhysicalConnectionId",
                "VbrId",
                "Status",
                "Name",
                "AccessPointId",
                "type",
                "eccId",
            ]);
            let value = match key {
                "PhysicalConnectionId" => &circuit,
                "VbrId" => id.as_deref().unwrap_or("vbr-none"),
                "Status" => self.among(&["active", "Active", "terminated", "unconfirmed", "Enabled"]),
                "Name" => self.among(&["name0", "name1"]),
                "AccessPointId" => self.among(&["ap-east-1", "ap-east-2", "ap-west-1"]),
                _ => self.among(&["pconnVBR", "pconnVBR", "other"]),
            };
            push(args, &[(&format!("Filter.{at}.Key"), key), (&format!("Filter.{at}.Value.1"), value)]);
        }
    }

    /// A call on labels of one router.
    fn draw_router_label(&mut self) -> Call {
        let action = self.among(&["TagResources", "TagResources", "UnTagResources"]);
        let mut call = Call { who: Who::Tenant, entry: entry(action), args: Args::new(), flaw: None };
        let router = self.some_router();
        call.who = router.as_ref().map_or(Who::Tenant, |router| caller(&router.account));
        let id = router.as_ref().map_or("vbr-none", |router| &router.id);
        let region = router.as_ref().map_or("east", |router| &router.region);
        let kind = ("ResourceType", "VIRTUALBORDERROUTER");
        push(&mut call.args, &[("RegionId", region), kind, ("ResourceId.1", id)]);
        let key = format!("key{}", self.chance.u8(0..25));
        let name = if action == "TagResources" { "Tag.1.Key" } else { "TagKey.1" };
        push(&mut call.args, &[(name, &key)]);
        call
    }

    /// A list of routers holds what the model says, page by page; false for what is no such list.
    pub(super) fn compare_routers(&self, call: &Call, value: &Value) -> bool {
        let args = &call.args;
        let Some(wanted) = self.model.wanted_routers(call.who, call.entry.name(), args) else { return false };
        let rows = value
            .pointer("/VirtualBorderRouterSet/VirtualBorderRouterType")
            .or(value.pointer(
                "/VirtualBorderRouterForPhysicalConnectionSet/VirtualBorderRouterForPhysicalConnectionType",
            ))
            .and_then(Value::as_array)
            .expect("the rows are there");
        let number = |name: &str, default: &str| get(args, name).unwrap_or(default).parse::<usize>().unwrap();
        let size = number("PageSize", "10").min(50);
        let skip = (number("PageNumber", "1") - 1).saturating_mul(size);
        let listed: Vec<_> = rows.iter().map(|row| text(row, "VbrId")).collect();
        let page: Vec<_> = wanted.iter().skip(skip).take(size).copied().collect();
        assert_eq!(listed, page, "the routers of the page");
        assert_eq!(value["TotalCount"], wanted.len(), "the total");
        true
    }
}

pub(super) fn push(args: &mut Args, pairs: &[(&str, &str)]) {
    args.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
}
