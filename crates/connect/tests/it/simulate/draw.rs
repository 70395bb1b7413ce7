//! What the simulator does next: actions drawn from the table of contents with arguments drawn from their shapes, most
//! of them good, some at a bound, some wrong. It must ask the model only who owns what, and which moves there are.

use super::{
    Call, REMEMBERED, Simulation, bgp, failover, hosted, interfaces, labels, networks, pairs, routers,
    routes, traffic,
};
use crate::house::{SECOND, TENANT, Who, entry};
use crate::model::{Args, get};
use connect::action::Entry;
use connect::autopilot::Step;
use connect::machine::Actor;
use connect::work::WorkKind;
use connect::world::OPERATOR_ACCOUNT;
use rpc::wire::Param;
use rpc::{Field, Shape, gateway};

/// What ends a circuit or a letter, and what only locks it, is drawn less often than what leads it on.
const RARE: &[&str] = &[
    "DeletePhysicalConnection",
    "CancelPhysicalConnection",
    "TerminatePhysicalConnection",
    "RefundInstance",
    "LockPhysicalConnection",
    "UnlockPhysicalConnection",
    "RevokePhysicalConnectionLOA",
    "VoidOrder",
    "RenewPhysicalConnection",
];

/// What an operator has little time for, before the circuit goes another way.
const PRESSING: &[&str] = &["AllocatePhysicalConnection", "ApprovePhysicalConnectionLOA", "PayOrder"];

/// What a locked circuit needs, and an unlocked one does not.
const MENDING: &[&str] = &["UnlockPhysicalConnection", "RenewPhysicalConnection"];

/// Parameters that are left out less often than others: few calls without them would do much.
const LIKELY: &[&str] = &["Seconds", "AutoPay", "AutoRenew"];

/// Parameters that ask for a span of time.
const INSTANTS: &[&str] = &["CreateTimeStart", "CreateTimeEnd", "EndTimeStart", "EndTimeEnd"];

/// Whether actions of its kind are drawn by themselves alone: drawn with all others, too, they would crowd these out.
fn is_apart(entry: &Entry) -> bool {
    interfaces::is_drawn(entry) || routes::is_drawn(entry)
}

/// How a token may be called.
const TOKENS: [&str; 2] = ["ClientToken", "Token"];

fn is_token(name: &str) -> bool {
    TOKENS.contains(&name)
}

/// The action that makes a move; the moves of time have none.
fn entry_of(trigger: &'static str) -> Option<&'static Entry> {
    connect::ACTIONS.iter().find(|entry| entry.name() == trigger)
}

impl Simulation {
    /// Keeps a call that has a token, for another time.
    pub(super) fn remember(&mut self, call: Call) {
        if call.args.iter().any(|(name, _)| is_token(name)) {
            self.said.push_front(call);
            self.said.truncate(REMEMBERED);
        }
    }

    /// A call that was made before, under the other name of its token where it has two; or another call of the same
    /// action under its token.
    fn draw_again(&mut self) -> Option<Call> {
        let mut call = self.chance.choice(&self.said)?.clone();
        let hosts = hosted::is_drawn(call.entry);
        if self.chance.bool() && (hosts || failover::is_drawn(call.entry)) {
            let entry = call.entry;
            let other = if hosts { self.draw_hosted(entry) } else { self.draw_failover(entry) };
            if other.entry.name() != entry.name() || other.flaw.is_some() || other.who != call.who {
                return Some(other);
            }
            call.args.retain(|(name, _)| is_token(name));
            call.args.extend(other.args.into_iter().filter(|(name, _)| !is_token(name)));
        }
        if hosts {
            let name = self.among(&TOKENS);
            call.args.iter_mut().filter(|(other, _)| is_token(other)).for_each(|token| {
                name.clone_into(&mut token.0);
            });
        }
        Some(call)
    }

    pub(super) fn draw(&mut self) -> Call {
        if self.chance.u8(0..60) == 0
            && let Some(call) = self.draw_again()
        {
            return call;
        }
        let entry = match self.chance.u8(0..16) {
            0..5 => match self.draw_move() {
                Some(call) => return call,
                None => entry("CreatePhysicalConnection"),
            },
            5 => entry(if self.chance.u8(0..4) > 0 {
                "CreatePhysicalConnection"
            } else {
                "CreatePhysicalConnectionSetupOrder"
            }),
            6..8 => self.draw_router_action(),
            8 if self.chance.bool() => self.draw_network_action(),
            9 if self.chance.bool() => self.draw_traffic_action(),
            10 if self.chance.bool() => self.draw_bgp_action(),
            11 if self.chance.u8(0..3) == 0 => self.draw_pair_action(),
            12 if self.chance.bool() => self.draw_failover_action(),
            13 if self.chance.bool() => return self.draw_hosted_action(),
            14 => self.draw_interface_action(),
            15 => self.draw_route_action(),
            _ => self
                .chance
                .choice(connect::ACTIONS.iter().filter(|entry| !is_apart(entry)).collect::<Vec<_>>())
                .unwrap(),
        };
        let rare = entry.name() == "ResetSandbox" && self.chance.u8(..) > 15;
        if rare {
            return self.draw();
        }
        if routers::is_drawn(entry) {
            return self.draw_router(entry);
        }
        if networks::is_drawn(entry) {
            return self.draw_network(entry);
        }
        if interfaces::is_drawn(entry) {
            return self.draw_interface(entry);
        }
        if routes::is_drawn(entry) {
            return self.draw_route(entry);
        }
        if labels::is_drawn(entry) {
            return self.draw_label(entry);
        }
        if bgp::is_drawn(entry) {
            return self.draw_bgp(entry);
        }
        if pairs::is_drawn(entry) {
            return self.draw_pair(entry);
        }
        if traffic::is_drawn(entry) {
            return self.draw_traffic(entry);
        }
        if hosted::is_drawn(entry) {
            return self.draw_hosted(entry);
        }
        if failover::is_drawn(entry) {
            return self.draw_failover(entry);
        }
        let usual = match entry.about.actor {
            Actor::Operator => Who::Operator,
            _ => [Who::Tenant, Who::Second][self.chance.usize(0..2)],
        };
        let mut call = self.draw_args(usual, entry);
        if call.flaw.is_none() && self.chance.u8(0..10) < 8 {
            self.make_fit(&mut call);
        }
        if self.chance.u8(0..20) == 0 {
            call.who = self.someone();
        }
        call
    }

    /// Lets region, access point, circuit, order and caller belong together: left to chance, they hardly ever do.
    fn make_fit(&mut self, call: &mut Call) {
        // Few ports are reserved, so that the right one is hardly ever named.
        let reserved = self.chance.choice(self.model.reserved_ports());
        if let (Some(port), "ReleasePort") = (reserved, call.entry.name()) {
            call.args
                .iter_mut()
                .filter(|(name, _)| name == "PortId")
                .for_each(|(_, id)| id.clone_from(&port));
        }
        let named = ["PhysicalConnectionId", "InstanceId", "ResourceId.1"];
        let named = named.iter().find_map(|name| get(&call.args, name));
        let line = named.and_then(|id| self.model.lines.iter().find(|line| line.id == id));
        let order =
            get(&call.args, "OrderId").and_then(|id| self.model.orders.iter().find(|order| order.id == id));
        let hosted = named.and_then(|id| self.model.hosted.iter().find(|hosted| hosted.id == id));
        let owner = line.map(|line| &line.account).or(order.map(|order| &order.account));
        let owner = owner.or(hosted.map(|hosted| &hosted.account));
        if let Some(owner) = owner.filter(|_| call.who != Who::Operator) {
            call.who = if owner == TENANT { Who::Tenant } else { Who::Second };
        }
        let region = match line {
            Some(line) => Some(line.region.clone()),
            None if hosted.is_some() => hosted.map(|hosted| hosted.region.clone()),
            None => get(&call.args, "AccessPointId").and_then(|id| id.split('-').nth(1)).map(str::to_owned),
        };
        if let Some(region) = region.filter(|region| region != "none") {
            for (name, value) in &mut call.args {
                if name == "RegionId" {
                    value.clone_from(&region);
                }
            }
        }
    }

    pub(super) fn someone(&mut self) -> Who {
        [Who::Tenant, Who::Second, Who::Operator][self.chance.usize(0..3)]
    }

    /// A legal move of some circuit, or of its letter or its order, by whoever may make it: without these, few circuits
    /// would get far.
    fn draw_move(&mut self) -> Option<Call> {
        let rare = self.chance.u8(0..8) == 0;
        // Few letters wait for long.
        let mut lines: Vec<_> = self.model.lines.iter().collect();
        let waits = "ApprovePhysicalConnectionLOA";
        if rare && lines.iter().any(|line| line.moves().contains(&waits)) {
            lines.retain(|line| line.moves().contains(&waits));
        }
        let line = self.chance.choice(lines)?;
        let mut moves: Vec<_> = line.moves().into_iter().filter_map(entry_of).collect();
        let usual = |name| !RARE.contains(&name) || line.business != "Normal" && MENDING.contains(&name);
        moves.retain(|entry| rare || usual(entry.name()));
        let pressing: Vec<_> =
            moves.iter().copied().filter(|entry| PRESSING.contains(&entry.name())).collect();
        let entry =
            self.chance.choice(pressing).filter(|_| self.chance.bool()).or(self.chance.choice(moves))?;
        let owner = if line.account == TENANT { Who::Tenant } else { Who::Second };
        let who = if entry.about.actor == Actor::Operator { Who::Operator } else { owner };
        let (id, region) = (line.id.clone(), line.region.clone());
        let order = line.unpaid.map(|order| self.model.orders[order].id.clone());
        let mut call = self.draw_args(who, entry);
        if call.flaw.is_none() {
            for (name, value) in &mut call.args {
                match name.as_str() {
                    "PhysicalConnectionId" | "InstanceId" => value.clone_from(&id),
                    "RegionId" => value.clone_from(&region),
                    "OrderId" => value.clone_from(order.as_ref().unwrap_or(&id)),
                    _ => {}
                }
            }
        }
        Some(call)
    }

    pub(super) fn draw_args(&mut self, who: Who, entry: &'static Entry) -> Call {
        let mut call = Call { who, entry, args: Args::new(), flaw: None };
        let wrong = self.chance.u8(0..10) == 0;
        let wrong_at = if entry.fields.is_empty() { 0 } else { self.chance.usize(0..entry.fields.len()) };
        for (at, field) in entry.fields.iter().enumerate() {
            if wrong && at == wrong_at && self.draw_wrong(field, &mut call) {
                continue;
            }
            let likely = if LIKELY.contains(&field.name) { 7 } else { 3 };
            if field.required || self.chance.u8(0..10) < likely {
                self.draw_field(field, &mut call);
            }
        }
        call
    }

    /// Something that breaks the rule of the field; not all fields have such a thing.
    pub(super) fn draw_wrong(&mut self, field: &'static Field, call: &mut Call) -> bool {
        if field.required && self.chance.bool() {
            call.flaw = Some(field.missing.unwrap_or(&gateway::MISSING_PARAMETER));
            return true;
        }
        if field.name == "PMInfo" {
            self.draw_wrong_engineers(field, call);
            return true;
        }
        let value = match field.shape {
            // Well-formed, and no day that there is.
            _ if field.name == "ConstructionTime" || INSTANTS.contains(&field.name) => {
                "2026-02-30T08:00:00Z".to_owned()
            }
            Shape::Int { .. } => {
                ["x", "1.5", "+1", " 1", "-1", "99999999999999999999"][self.chance.usize(0..6)].to_owned()
            }
            Shape::Bool => "perhaps".to_owned(),
            Shape::Choice { .. } => "nonsense".to_owned(),
            Shape::Text(rule) if field.list.is_none() => "x".repeat(rule.max + 1),
            _ => return false,
        };
        call.flaw = Some(field.error.unwrap_or(&gateway::INVALID_PARAMETER));
        let suffix = if field.list.is_some() { ".1" } else { "" };
        call.args.push((format!("{}{suffix}", field.name), value));
        true
    }

    fn draw_field(&mut self, field: &'static Field, call: &mut Call) {
        let name = field.name;
        if let Shape::Object(fields) = field.shape {
            return match name {
                "PMInfo" => (1..=self.how_many_engineers()).for_each(|at| {
                    fields.iter().for_each(|part| self.draw_part(name, at, part, call));
                }),
                _ => self.draw_objects(name, call),
            };
        }
        if field.list.is_some() {
            for at in 1..=self.chance.usize(1..=2) {
                let value = self.draw_value(field, call.who);
                call.args.push((format!("{name}.{at}"), value));
            }
            return;
        }
        // Now and then another spelling, now and then an empty value where that means something.
        let spelling = match self.chance.choice(field.aliases) {
            Some(alias) if self.chance.u8(0..3) == 0 => *alias,
            _ => name,
        };
        let value = if field.editable && self.chance.u8(0..4) == 0 {
            String::new()
        } else {
            self.draw_value(field, call.who)
        };
        call.args.push((spelling.to_owned(), value));
    }

    fn how_many_engineers(&mut self) -> usize {
        [1, 1, 1, 2, 3, 16][self.chance.usize(0..6)]
    }

    /// A field of one object of a list.
    fn draw_part(&mut self, name: &str, at: usize, part: &'static Field, call: &mut Call) {
        let value = self.draw_value(part, call.who);
        call.args.push((format!("{name}.{at}.{}", part.name), value));
    }

    /// Engineers of whom one lacks something, or says something that cannot be, or who are too many.
    fn draw_wrong_engineers(&mut self, field: &'static Field, call: &mut Call) {
        let Shape::Object(fields) = field.shape else { unreachable!("engineers are objects") };
        let too_many = self.chance.u8(0..4) == 0;
        let count = if too_many { 17 } else { self.how_many_engineers() };
        let wrong = (self.chance.usize(1..=count), self.chance.usize(0..fields.len()), self.chance.bool());
        for at in 1..=count {
            for (place, part) in fields.iter().enumerate() {
                if too_many || (at, place) != (wrong.0, wrong.1) {
                    self.draw_part(field.name, at, part, call);
                } else if wrong.2 {
                    let value = match part.shape {
                        Shape::Text(rule) => "x".repeat(rule.max + 1),
                        _ => "nonsense".to_owned(),
                    };
                    call.args.push((format!("{}.{at}.{}", field.name, part.name), value));
                    call.flaw = Some(part.error.unwrap_or(&gateway::INVALID_PARAMETER));
                } else {
                    call.flaw = Some(part.missing.unwrap_or(&gateway::MISSING_PARAMETER));
                }
            }
        }
        if too_many {
            call.flaw = Some(field.too_many.or(field.error).unwrap_or(&gateway::INVALID_PARAMETER));
        }
    }

    fn draw_objects(&mut self, name: &str, call: &mut Call) {
        for at in 1..=self.chance.usize(1..=2) {
            if name == "Filter" {
                let keys = [
                    "PhysicalConnectionId",
                    "AccessPointId",
                    "Type",
                    "LineOperator",
                    "Spec",
                    "Status",
                    "Name",
                    "ProductType",
                ];
                let key = keys[self.chance.usize(0..keys.len())];
                call.args.push((format!("Filter.{at}.Key"), key.to_owned()));
                for index in 1..=self.chance.usize(1..=3) {
                    let value = self.draw_filter(key);
                    call.args.push((format!("Filter.{at}.Value.{index}"), value));
                }
            } else {
                let key = format!("key{}", self.chance.u8(0..25));
                call.args.push((format!("{name}.{at}.Key"), key));
                if self.chance.bool() {
                    let value = format!("value{}", self.chance.u8(0..2));
                    call.args.push((format!("{name}.{at}.Value"), value));
                }
            }
        }
    }

    fn draw_filter(&mut self, key: &str) -> String {
        let words: &[&str] = match key {
            "PhysicalConnectionId" => return self.some_circuit(),
            "AccessPointId" => &["ap-east-1", "ap-east-2", "ap-west-1"],
            "Type" => &["VPC", "VPC", "Other"],
            "LineOperator" => &["CT", "CU", "CM"],
            "Spec" => &["1G and below", "10G"],
            "Status" => &[
                "Initial",
                "Allocated",
                "Enabled",
                "AllocationFailed",
                "Allocation Failed",
                "Canceled",
                "Terminated",
            ],
            "Name" => &["name0", "name1", "name2"],
            _ => &["PhysicalConnection", "VirtualPhysicalConnection"],
        };
        words[self.chance.usize(0..words.len())].to_owned()
    }

    fn some_circuit(&mut self) -> String {
        match self.chance.u8(0..20) {
            0 => "pc-unknown".to_owned(),
            1 => "vbr-unknown".to_owned(),
            2 if !self.model.hosted.is_empty() => {
                self.chance.choice(&self.model.hosted).map(|hosted| hosted.id.clone()).expect("one")
            }
            _ => self.chance.choice(&self.model.lines).map_or("pc-none".to_owned(), |line| line.id.clone()),
        }
    }

    fn some_order(&mut self) -> String {
        match self.chance.u8(0..20) {
            0 => "1000000000000001".to_owned(),
            1 => "pc-unknown".to_owned(),
            _ => self.chance.choice(&self.model.orders).map_or("7".to_owned(), |order| order.id.clone()),
        }
    }

    /// When something was ordered or ends, or now.
    fn some_instant(&mut self) -> String {
        let (orders, lines) = (&self.model.orders, &self.model.lines);
        let at = match self.chance.u8(0..4) {
            0 => self.chance.choice(orders).map(|order| order.created),
            1 => self.chance.choice(lines).map(|line| line.created),
            2 => self.chance.choice(lines).and_then(|line| line.end),
            _ => None,
        };
        connect::time::wire(at.unwrap_or(self.model.now))
    }

    /// A good value.
    fn draw_value(&mut self, field: &'static Field, who: Who) -> String {
        let mut among = |words: &[&str]| words[self.chance.usize(0..words.len())].to_owned();
        match field.name {
            "RegionId" => among(&["east", "east", "east", "east", "west", "west", "nowhere"]),
            "AccessPointId" => {
                among(&["ap-east-1", "ap-east-1", "ap-east-2", "ap-west-1", "ap-east-full", "ap-none"])
            }
            "PhysicalConnectionId" | "InstanceId" | "ResourceId" | "RedundantPhysicalConnectionId" => {
                self.some_circuit()
            }
            "OrderId" => self.some_order(),
            "InstanceIDs" => {
                format!("{}, {},{}", self.some_circuit(), self.some_circuit(), self.some_circuit())
            }
            "AutoRenewDuration" => among(&["0", "1", "1", "1", "2", "3", "12", "60", "61"]),
            "ConstructionTime" => {
                among(&["2026-03-01T08:00:00Z", "2020-02-29T23:59:59Z", "2031-12-31T00:00:00Z"])
            }
            name if INSTANTS.contains(&name) => self.some_instant(),
            "Region" => among(&["east", "east", "west", "nowhere"]),
            "ProductCode" => among(&["expressconnect", "expressconnect", "ecs"]),
            "SubscriptionType" => among(&["Subscription", "Subscription", "PayAsYouGo"]),
            "ResourceType" if field.shape != WorkKind::SHAPE => {
                among(&["PHYSICALCONNECTION", "PHYSICALCONNECTION", "PHYSICALCONNECTION", "VPC"])
            }
            "ClientToken" => format!("{who:?}{}", self.chance.u8(0..20)),
            "Id" => among(&["east", "west", "nowhere"]),
            "ServiceCode" => among(&["vpc", "vpc", "STS", "rds"]),
            "PortType" => among(&["1000Base-T", "1000Base-T", "1000Base-LX", "10GBase-LR", "40GBase-LR"]),
            "PortId" => {
                let ports = self.model.port_ids();
                self.chance
                    .choice(ports)
                    .filter(|_| self.chance.u8(0..10) > 0)
                    .unwrap_or("dev:none".to_owned())
            }
            "DeviceId" => among(&["dev-east-1a", "dev-east-1b", "dev-none"]),
            "AccountId" => among(&[TENANT, SECOND, OPERATOR_ACCOUNT, "3333333333333333", "4444444444444444"]),
            "Amount" => among(&["0.01", "1", "99.5", "1234.50"]),
            "TargetAccessKeyId" => {
                let keys = self.model.key_ids();
                self.chance.choice(keys).filter(|_| self.chance.bool()).unwrap_or("nokey".to_owned())
            }
            "Name" => among(&["name0", "name1", "name2"]),
            "ResourceGroupId" => among(&["rg-1", "rg-2"]),
            "TagKey" => format!("key{}", self.chance.u8(0..25)),
            "DelaySeconds" => among(&["0", "0", "1", "60", "31536000"]),
            // From nothing to a year and more, and the lives of orders, of documents and of terms between.
            "Seconds" => among(&[
                "0", "1", "59", "60", "3600", "7200", "86400", "90000", "200000", "700000", "1500000",
                "2600000", "8000000", "40000000",
            ]),
            "To" => among(&["2000-01-01T00:00:00Z", "soon"]),
            "NextToken" => String::new(),
            "Step" => self.chance.choice(Step::ALL).unwrap().as_str().to_owned(),
            _ => self.draw_shape(field.shape),
        }
    }

    fn draw_shape(&mut self, shape: &Shape) -> String {
        match shape {
            Shape::Int { min, max, step } => {
                let steps = (max - min) / step;
                let at = [0, steps, self.chance.i64(0..=steps.min(20))][self.chance.usize(0..3)];
                (min + at * step).to_string()
            }
            Shape::Bool => ["true", "false", "TRUE", "0", "1"][self.chance.usize(0..5)].to_owned(),
            Shape::Choice { values, .. } => self.chance.choice(*values).unwrap().wire.to_owned(),
            Shape::Text(rule) => {
                let length = [rule.min.max(1), rule.max.min(300), 5_usize.clamp(rule.min, rule.max)];
                "m".repeat(length[self.chance.usize(0..3)])
            }
            Shape::Object(_) => unreachable!("objects are drawn field by field"),
        }
    }
}
