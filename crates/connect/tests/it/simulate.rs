//! Days of random use against the model: actions drawn from the table of contents with arguments drawn from their
//! shapes, most of them good, some at a bound, some wrong. A failure prints its seed and the steps that matter.
//! `CROSSCONNECT_SIMULATE_STEPS` sets the number of steps for a long run, `CROSSCONNECT_SIMULATE_SEED` the first seed.

mod routers;

use crate::house::{House, Lane, Plan, Refusal, SECOND, TENANT, Who, circuits, text};
use crate::invariants;
use crate::model::{Args, Model, TEXTS, get};
use connect::action::Entry;
use connect::autopilot::Step;
use connect::circuit::states::CIRCUIT;
use connect::machine::Actor;
use connect::work::WorkKind;
use connect::world::OPERATOR_ACCOUNT;
use fastrand::Rng;
use rpc::wire::Param;
use rpc::{Code, Field, Params, Shape, gateway};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Steps of an ordinary run, over all seeds.
const STEPS: u64 = 100_000;
/// Steps of one seed.
const STEPS_PER_SEED: u64 = 5_000;
/// Steps between two looks at every row.
const STEPS_PER_CHECK: u64 = 500;
/// Steps that a failure prints.
const PRINTED: usize = 40;

/// Actions that the model does not know yet, and that are therefore not drawn.
const NOT_DRAWN: &[&str] = &[
    "ApplyPhysicalConnectionLOA",
    "SecondApplyPhysicalConnectionLOA",
    "DescribePhysicalConnectionLOA",
    "CompletePhysicalConnectionLOA",
    "ApprovePhysicalConnectionLOA",
    "IssuePhysicalConnectionLOA",
    "RejectPhysicalConnectionLOA",
    "RevokePhysicalConnectionLOA",
    "CreatePhysicalConnectionOccupancyOrder",
    "CreatePhysicalConnectionSetupOrder",
    "DescribePhysicalConnectionOrderPrice",
    "PayOrder",
    "VoidOrder",
    "RenewPhysicalConnection",
    "DescribeOrders",
    "GetOrderDetail",
    "RefundInstance",
    // BGP of border routers.
    "CreateBgpGroup",
    "DescribeBgpGroups",
    "ModifyBgpGroupAttribute",
    "DeleteBgpGroup",
    "CreateBgpPeer",
    "DescribeBgpPeers",
    "ModifyBgpPeerAttribute",
    "DeleteBgpPeer",
    "AddBgpNetwork",
    "DescribeBgpNetworks",
    "DeleteBgpNetwork",
    // Failover pairs and grants.
    "CreateVbrHa",
    "DescribeVbrHa",
    "DeleteVbrHa",
    "GrantInstanceToCen",
    "DescribeGrantRulesToCen",
    "RevokeInstanceFromCen",
    // Failover tests.
    "CreateFailoverTestJob",
    "DescribeFailoverTestJobs",
    "DescribeFailoverTestJob",
    "UpdateFailoverTestJob",
    "StartFailoverTestJob",
    "StopFailoverTestJob",
    "DeleteFailoverTestJob",
    // Networks: VPCs, router interfaces and routes.
    "CreateVpc",
    "DeleteVpc",
    "DescribeVpcs",
    "DescribeVpcAttribute",
    "DescribeVRouters",
    "DescribeRouteTables",
    "DescribeRouteTableList",
    "CreateRouterInterface",
    "DescribeRouterInterfaces",
    "DescribeRouterInterfaceAttribute",
    "ConnectRouterInterface",
    "ActivateRouterInterface",
    "DeactivateRouterInterface",
    "ModifyRouterInterfaceAttribute",
    "ModifyRouterInterfaceSpec",
    "DeleteRouterInterface",
    "DeleteExpressConnect",
    "CreateRouteEntry",
    "DeleteRouteEntry",
    "DescribeRouteEntryList",
    // Hosted connections.
    "CreateVirtualPhysicalConnection",
    "ListVirtualPhysicalConnections",
    "UpdateVirtualPhysicalConnection",
    "RecoverPhysicalConnection",
    "AttachVbrToVpconn",
    "CreateVpconnFromVbr",
    // Traffic policies.
    "CreateExpressConnectTrafficQos",
    "DescribeExpressConnectTrafficQos",
    "ModifyExpressConnectTrafficQos",
    "DeleteExpressConnectTrafficQos",
    "CreateExpressConnectTrafficQosQueue",
    "DescribeExpressConnectTrafficQosQueue",
    "ModifyExpressConnectTrafficQosQueue",
    "DeleteExpressConnectTrafficQosQueue",
    "CreateExpressConnectTrafficQosRule",
    "DescribeExpressConnectTrafficQosRule",
    "ModifyExpressConnectTrafficQosRule",
    "DeleteExpressConnectTrafficQosRule",
    // Labels and groups under other names.
    "TagResourcesForExpressConnect",
    "UntagResourcesForExpressConnect",
    "ListTagResourcesForExpressConnect",
    "DescribeTagKeysForExpressConnect",
    "ChangeResourceGroup",
    "ListResourceGroups",
];

fn drawn() -> impl Iterator<Item = &'static Entry> {
    connect::ACTIONS.iter().filter(|entry| !NOT_DRAWN.contains(&entry.name()))
}

/// What the generator has drawn: a call, and the one thing that is wrong with it, if anything is.
struct Call {
    who: Who,
    entry: &'static Entry,
    args: Args,
    flaw: Option<&'static Code>,
}

/// A deployment under random use.
pub(crate) struct Simulation {
    pub(crate) house: House,
    model: Model,
    chance: Rng,
    log: Vec<(String, String)>,
    /// How often each action gave each answer.
    seen: BTreeMap<(&'static str, &'static str), u64>,
}

impl Simulation {
    pub(crate) fn new(lane: Lane, seed: u64) -> Simulation {
        let house = Plan { seed, ..Plan::piloted(lane) }.build();
        let model = Model::of(&house.dump(), house.now);
        Simulation { house, model, chance: Rng::with_seed(seed), log: Vec::new(), seen: BTreeMap::new() }
    }

    /// One request. Gives its answer as bytes, and compares it with the model's.
    pub(crate) fn step(&mut self) -> String {
        let call = self.draw();
        let mut line = format!("{:?} {}", call.who, call.entry.name());
        for (name, value) in &call.args {
            let shown: String = value.chars().take(60).collect();
            write!(line, " {name}={shown}").unwrap();
        }
        self.log.push((line, String::new()));
        let params = Params::from_pairs(call.args.iter().cloned());
        let reply = self.house.body(call.who, call.entry.name(), &params);
        let shown = match &reply {
            Ok(body) => String::from_utf8(body.clone()).unwrap(),
            Err(refusal) => format!("{refusal:?}"),
        };
        let short: String = shown.chars().take(120).collect();
        self.log.last_mut().unwrap().1 = short;
        let code = reply.as_ref().map_or_else(|refusal| refusal.code, |_| "ok");
        *self.seen.entry((call.entry.name(), code)).or_default() += 1;
        self.compare(&call, reply);
        format!("{} {shown}", self.house.request_id)
    }

    fn compare(&mut self, call: &Call, reply: Result<Vec<u8>, Refusal>) {
        let value: Value =
            reply.as_ref().map(|body| serde_json::from_slice(body).unwrap()).unwrap_or_default();
        let answered = reply.map(drop).map_err(|refusal| refusal.is());
        if call.entry.name() == "ResetSandbox" && answered.is_ok() {
            self.model = Model::of(&self.house.dump(), self.house.now);
            return;
        }
        let denied = call.entry.about.actor == Actor::Operator && call.who != Who::Operator;
        let expected = match call.flaw {
            Some(code) if !denied => Err((code.name, code.status)),
            _ => self.model.call(call.who, call.entry, &call.args, &value),
        };
        assert_eq!(answered, expected, "the answer, and the model's");
        assert_eq!(self.house.now, self.model.now, "the clock");
        if answered.is_ok() {
            self.compare_list(call, &value);
        }
    }

    /// Lists hold what the model says, page by page.
    fn compare_list(&self, call: &Call, value: &Value) {
        if self.compare_routers(call, value) {
            return;
        }
        let args = &call.args;
        let (listed, ids): (Vec<Value>, Vec<&str>) = match call.entry.name() {
            "DescribePhysicalConnections" => (circuits(value), self.model.wanted(call.who, args)),
            "DescribeWorkQueue" => {
                (value["WorkItems"]["WorkItem"].as_array().unwrap().clone(), self.model.waiting(args))
            }
            "DescribePorts" => {
                (value["Ports"]["Port"].as_array().unwrap().clone(), self.model.listed_ports(args))
            }
            _ => return,
        };
        let number = |name: &str, default: &str| get(args, name).unwrap_or(default).parse::<usize>().unwrap();
        let size = number("PageSize", "10").min(50);
        let skip = (number("PageNumber", "1") - 1).saturating_mul(size);
        let key = if call.entry.name() == "DescribePorts" { "PortId" } else { "PhysicalConnectionId" };
        let listed: Vec<_> = listed.iter().map(|row| text(row, key)).collect();
        let page: Vec<_> = ids.iter().skip(skip).take(size).copied().collect();
        assert_eq!(listed, page, "the rows of the page");
        assert_eq!(value["TotalCount"], ids.len(), "the total");
    }

    /// Every row against the model, and the invariants.
    fn check(&self) {
        let dump = self.house.dump();
        invariants::check(&self.house);
        let mut rows: Vec<_> = dump["circuit"].iter().collect();
        assert_eq!(rows.len(), self.model.lines.len(), "as many circuits");
        for line in &self.model.lines {
            let at = rows.iter().position(|row| row["id"].text() == line.id).expect("the circuit is there");
            let row = rows.remove(at);
            let expected = [
                ("account", line.account.as_str()),
                ("region", &line.region),
                ("access_point_id", &line.point),
                ("status", line.status.as_str()),
                ("business_status", line.business),
                ("reason", &line.reason),
                ("port_type", line.port_type.as_str()),
                ("line_operator", &line.carrier),
                ("resource_group_id", &line.group),
                ("redundant_id", &line.backup),
                ("port_id", line.port.as_deref().unwrap_or_default()),
            ];
            for (column, value) in expected {
                assert_eq!(row[column].text(), value, "{column} of {}", line.id);
            }
            for (_, column) in TEXTS {
                assert_eq!(row[*column].text(), line.texts[column], "{column} of {}", line.id);
            }
            assert_eq!(
                (row["since"].int(), row["bandwidth"].int()),
                (line.since, line.bandwidth),
                "{}",
                line.id
            );
            let tags: Vec<_> = dump["tag"]
                .iter()
                .filter(|tag| tag["resource"].text() == line.id)
                .map(|tag| (tag["name"].text().to_owned(), tag["value"].text().to_owned()))
                .collect();
            assert_eq!(tags, line.tags.clone().into_iter().collect::<Vec<_>>(), "labels of {}", line.id);
        }
        self.model.assert_routers(&dump);
        let mut due: Vec<_> = dump["due"]
            .iter()
            .map(|due| (due["at"].int(), due["resource"].text().to_owned(), due["trigger"].text().to_owned()))
            .collect();
        due.sort();
        let mut expected: Vec<_> =
            self.model.due.keys().map(|due| (due.0, due.2.clone(), due.3.to_owned())).collect();
        expected.sort();
        assert_eq!(due, expected, "deadlines");
        for row in &dump["port"] {
            assert_eq!(row["state"].text(), self.model.port_states()[row["id"].text()], "{:?}", row["id"]);
        }
    }

    fn draw(&mut self) -> Call {
        let entry = match self.chance.u8(0..12) {
            0..4 => match self.draw_move() {
                Some(call) => return call,
                None => crate::house::entry("CreatePhysicalConnection"),
            },
            4 => crate::house::entry("CreatePhysicalConnection"),
            5..7 => self.draw_router_action(),
            _ => self.chance.choice(drawn().collect::<Vec<_>>()).unwrap(),
        };
        let rare = entry.name() == "ResetSandbox" && self.chance.u8(..) > 8;
        if rare || NOT_DRAWN.contains(&entry.name()) {
            return self.draw();
        }
        if routers::is_drawn(entry) {
            return self.draw_router(entry);
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

    /// Lets region, access point, circuit and caller belong together: left to chance, they hardly ever do.
    fn make_fit(&self, call: &mut Call) {
        let named = ["PhysicalConnectionId", "ResourceId.1"].iter().find_map(|name| get(&call.args, name));
        let line = named.and_then(|id| self.model.lines.iter().find(|line| line.id == id));
        let region = match line {
            Some(line) => {
                if call.who != Who::Operator {
                    call.who = if line.account == TENANT { Who::Tenant } else { Who::Second };
                }
                Some(line.region.clone())
            }
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

    fn someone(&mut self) -> Who {
        [Who::Tenant, Who::Second, Who::Operator][self.chance.usize(0..3)]
    }

    /// A legal move of some circuit by whoever may make it: without these, few circuits would get far.
    fn draw_move(&mut self) -> Option<Call> {
        let line = self.chance.choice(&self.model.lines)?.clone();
        // What ends a circuit, and what only locks it, is drawn less often than what leads it on.
        let rare = [
            "DeletePhysicalConnection",
            "CancelPhysicalConnection",
            "LockPhysicalConnection",
            "UnlockPhysicalConnection",
        ];
        let often = self.chance.u8(0..8) > 0;
        let moves: Vec<_> = CIRCUIT
            .moves_from(line.status, None)
            .filter(|row| row.actor != Actor::Timer && !NOT_DRAWN.contains(&row.trigger))
            .filter(|row| !(often && rare.contains(&row.trigger)))
            .collect();
        let row = self.chance.choice(moves)?;
        let owner = if line.account == TENANT { Who::Tenant } else { Who::Second };
        let who = if row.actor == Actor::Operator { Who::Operator } else { owner };
        let mut call = self.draw_args(who, crate::house::entry(row.trigger));
        if call.flaw.is_none() {
            for (name, value) in &mut call.args {
                match name.as_str() {
                    "PhysicalConnectionId" => value.clone_from(&line.id),
                    "RegionId" => value.clone_from(&line.region),
                    _ => {}
                }
            }
        }
        Some(call)
    }

    fn draw_args(&mut self, who: Who, entry: &'static Entry) -> Call {
        let mut call = Call { who, entry, args: Args::new(), flaw: None };
        let wrong = self.chance.u8(0..10) == 0;
        let wrong_at = if entry.fields.is_empty() { 0 } else { self.chance.usize(0..entry.fields.len()) };
        for (at, field) in entry.fields.iter().enumerate() {
            if wrong && at == wrong_at && self.draw_wrong(field, &mut call) {
                continue;
            }
            if field.required || self.chance.u8(0..10) < 3 {
                self.draw_field(field, &mut call);
            }
        }
        call
    }

    /// Something that breaks the rule of the field; not all fields have such a thing.
    fn draw_wrong(&mut self, field: &'static Field, call: &mut Call) -> bool {
        if field.required && self.chance.bool() {
            call.flaw = Some(field.missing.unwrap_or(&gateway::MISSING_PARAMETER));
            return true;
        }
        let value = match field.shape {
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
        if let Shape::Object(_) = field.shape {
            return self.draw_objects(name, call);
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
            _ => self.chance.choice(&self.model.lines).map_or("pc-none".to_owned(), |line| line.id.clone()),
        }
    }

    /// A good value.
    fn draw_value(&mut self, field: &'static Field, who: Who) -> String {
        let mut among = |words: &[&str]| words[self.chance.usize(0..words.len())].to_owned();
        match field.name {
            "RegionId" => among(&["east", "east", "east", "east", "west", "west", "nowhere"]),
            "AccessPointId" => {
                among(&["ap-east-1", "ap-east-1", "ap-east-2", "ap-west-1", "ap-east-full", "ap-none"])
            }
            "PhysicalConnectionId" | "ResourceId" | "RedundantPhysicalConnectionId" => self.some_circuit(),
            "ResourceType" if field.shape != WorkKind::SHAPE => {
                among(&["PHYSICALCONNECTION", "PHYSICALCONNECTION", "PHYSICALCONNECTION", "VPC"])
            }
            "ClientToken" => format!("{who:?}{}", self.chance.u8(0..20)),
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
            "Seconds" => among(&["0", "1", "59", "60", "3600", "90000"]),
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

    /// The last steps that speak of what the last one speaks of, and what moves everything.
    fn story(&self) -> String {
        let last = self.log.last().map(|(line, _)| line.clone()).unwrap_or_default();
        let names: Vec<_> = last
            .split(['=', ' '])
            .filter(|word| word.starts_with("pc-") || word.starts_with("vbr-"))
            .collect();
        let matters = |(line, reply): &&(String, String)| {
            names.iter().any(|name| line.contains(name) || reply.contains(name))
                || line.contains("AdvanceTime")
                || line.contains("SetAutopilot")
        };
        let mut lines: Vec<_> = self.log.iter().rev().filter(matters).take(PRINTED).collect();
        lines.reverse();
        lines.iter().fold(String::new(), |mut text, (line, reply)| {
            writeln!(text, "  {line}\n    -> {reply}").unwrap();
            text
        }) + &format!("  {last}\n    -> {}", self.log.last().map_or("", |(_, reply)| reply))
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number of steps or a seed"))
}

#[test]
fn random_use_does_what_the_model_says() {
    let steps = setting("CROSSCONNECT_SIMULATE_STEPS", STEPS);
    let first = setting("CROSSCONNECT_SIMULATE_SEED", 1);
    let mut seen = BTreeMap::new();
    for seed in first..first + steps.div_ceil(STEPS_PER_SEED) {
        let mut simulation = Simulation::new(Lane::Memory, seed);
        for step in 1..=STEPS_PER_SEED {
            let held = catch_unwind(AssertUnwindSafe(|| {
                simulation.step();
                if step % STEPS_PER_CHECK == 0 {
                    simulation.check();
                }
            }));
            assert!(
                held.is_ok(),
                "step {step} of seed {seed} differs from the model (CROSSCONNECT_SIMULATE_SEED={seed} repeats it):\n{}",
                simulation.story()
            );
        }
        for (answer, count) in simulation.seen {
            *seen.entry(answer).or_insert(0) += count;
        }
    }
    // A simulation that gets nowhere would agree with any model.
    if steps >= STEPS {
        for entry in drawn().filter(|entry| entry.name() != "OpenPhysicalConnectionService") {
            let count = seen.get(&(entry.name(), "ok")).copied().unwrap_or(0);
            assert!(count >= steps / 20_000, "{} succeeded {count} times: {seen:#?}", entry.name());
        }
        assert!(seen.len() > 220, "only {} kinds of answers: {seen:#?}", seen.len());
    }
}
