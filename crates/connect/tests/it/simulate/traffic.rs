//! Calls on traffic policies: drawn so that policy, queue, rule, circuit and caller mostly belong together. What they
//! list is compared here too, member by member.

use super::routers::{caller, push};
use super::{Call, Simulation};
use crate::house::{Who, entry, text};
use crate::model::traffic::ACTIONS;
use crate::model::{Args, get};
use connect::action::Entry;
use serde_json::Value;

/// Whether calls of this action are drawn here.
pub(super) fn is_drawn(entry: &Entry) -> bool {
    ACTIONS.contains(&entry.name())
}

/// What may be the least that there is, so that no number is too small to be one.
const FREE: &[&str] = &["MatchDscp", "RemarkingDscp"];

impl Simulation {
    /// A call of this action, now and then with one thing wrong.
    pub(super) fn draw_traffic(&mut self, entry: &'static Entry) -> Call {
        let policy = self.chance.choice(&self.model.traffic).cloned();
        let policy = policy.filter(|_| self.chance.u8(0..20) > 0);
        let (who, region, id) = match &policy {
            Some(policy) => (caller(&policy.account), policy.region.clone(), policy.id.clone()),
            None => (self.among(&[Who::Tenant, Who::Second]), "east".to_owned(), "qos-none".to_owned()),
        };
        let region = if self.chance.u8(0..30) == 0 { self.among(&["west", "nowhere"]) } else { &region };
        let mut call = Call { who, entry, args: Args::new(), flaw: None };
        let args = &mut call.args;
        push(args, &[("RegionId", region)]);
        let action = entry.name();
        let is_list = action.starts_with("Describe");
        if !["CreateExpressConnectTrafficQos", "DescribeExpressConnectTrafficQos"].contains(&action)
            && (!is_list || self.chance.u8(0..10) > 0)
        {
            push(args, &[("QosId", &id)]);
        }
        let queues: Vec<_> = policy.iter().flat_map(|policy| policy.queues.clone()).collect();
        let queue = self.chance.choice(queues).filter(|_| self.chance.u8(0..30) > 0);
        let rules: Vec<_> = queue.iter().flat_map(|(_, queue)| queue.rules.keys().cloned()).collect();
        let rule = self.chance.choice(rules).unwrap_or("qos-rule-none".to_owned());
        let queue = queue.map_or("qos-queue-none".to_owned(), |(id, _)| id);
        match action.rsplit("TrafficQos").next().unwrap() {
            "" => self.draw_policy(args, action, &id),
            "Queue" => self.draw_queue(args, action, &queue),
            _ => self.draw_rule(args, action, &queue, &rule),
        }
        self.spoil(&mut call);
        call
    }

    /// A token, another caller, or one thing that is wrong.
    fn spoil(&mut self, call: &mut Call) {
        if self.chance.u8(0..5) == 0 {
            let token = format!("{:?}{}", call.who, self.chance.u8(0..20));
            push(&mut call.args, &[("ClientToken", &token)]);
        }
        if self.chance.u8(0..20) == 0 {
            call.who = self.someone();
        }
        if self.chance.u8(0..12) == 0 {
            let field = &call.entry.fields[self.chance.usize(0..call.entry.fields.len())];
            let drawn = call.args.clone();
            call.args.retain(|(name, _)| name != field.name);
            if FREE.contains(&field.name) || !self.draw_wrong(field, call) {
                call.args = drawn;
            }
        }
    }

    fn draw_policy(&mut self, args: &mut Args, action: &str, id: &str) {
        let names: &[&str] = &["name0", "name1", "name2"];
        match action {
            "CreateExpressConnectTrafficQos" => {
                let words: &[(&str, &[&str])] = &[
                    ("QosName", names),
                    ("QosDescription", &["words", "more"]),
                    ("ResourceGroupId", &["rg-1", "rg-2"]),
                    ("Tags.1.Key", &["key1", "key2"]),
                ];
                self.draw_some(args, words);
                if get(args, "Tags.1.Key").is_some() {
                    self.draw_some(args, &[("Tags.1.Value", &["value0"]), ("Tags.2.Key", &["key1", "key3"])]);
                }
            }
            "DescribeExpressConnectTrafficQos" => {
                let words: &[(&str, &[&str])] = &[
                    ("MaxResults", &["1", "2", "100"]),
                    ("NextToken", &["", "", "", "zz"]),
                    ("QosIdList.1", &[id]),
                    ("QosNameList.1", names),
                    ("ResourceGroupId", &["rg-1", "rg-default"]),
                    ("Tags.1.Key", &["key1", "key2"]),
                ];
                let few = self.chance.usize(0..words.len());
                self.draw_some(args, &words[few..]);
            }
            "ModifyExpressConnectTrafficQos" => {
                let editable: &[(&str, &[&str])] =
                    &[("QosName", &["name0", "name1", ""]), ("QosDescription", &["words", ""])];
                self.draw_some(args, editable);
                if self.chance.u8(0..3) == 0 {
                    let circuit = self.line_of(args);
                    push(args, &[("AddInstanceList.1.InstanceId", &circuit)]);
                    self.draw_some(args, &[("AddInstanceList.1.InstanceType", &["PHYSICALCONNECTION"])]);
                }
                if self.chance.u8(0..2) == 0 {
                    let policy = self.model.traffic.iter().find(|policy| policy.id == id);
                    let circuits: Vec<_> = policy.iter().flat_map(|policy| policy.circuits.clone()).collect();
                    if let Some(circuit) = self.chance.choice(circuits) {
                        push(args, &[("RemoveInstanceList.1.InstanceId", &circuit)]);
                    } else if self.chance.u8(0..10) == 0 {
                        push(args, &[("RemoveInstanceList.1.InstanceId", "pc-none")]);
                    }
                }
            }
            _ => {}
        }
    }

    /// An enabled circuit of the region, mostly.
    fn line_of(&mut self, args: &Args) -> String {
        let fit =
            self.model.lines.iter().filter(|line| {
                line.status == "Enabled" && Some(line.region.as_str()) == get(args, "RegionId")
            });
        let fit = self.chance.choice(fit.map(|line| line.id.clone()).collect::<Vec<_>>());
        fit.filter(|_| self.chance.u8(0..10) > 0).unwrap_or_else(|| self.some_line().2)
    }

    fn draw_queue(&mut self, args: &mut Args, action: &str, id: &str) {
        let editable: &[(&str, &[&str])] =
            &[("QueueName", &["name0", "name1"]), ("QueueDescription", &["words"])];
        match action {
            "CreateExpressConnectTrafficQosQueue" => {
                let kind = self.among(&["High", "High", "Medium", "Medium", "Default"]);
                push(args, &[("QueueType", kind)]);
                if (kind == "Medium") == (self.chance.u8(0..8) > 0) {
                    let percent = self.among(&["1", "5", "10", "60", "100"]);
                    push(args, &[("BandwidthPercent", percent)]);
                }
                self.draw_some(args, editable);
            }
            "ModifyExpressConnectTrafficQosQueue" => {
                push(args, &[("QueueId", id)]);
                self.draw_some(args, &[("BandwidthPercent", &["1", "20", "90"])]);
                self.draw_some(args, &[("QueueName", &["name2", ""]), ("QueueDescription", &["more", ""])]);
            }
            "DescribeExpressConnectTrafficQosQueue" => {
                self.draw_some(args, &[("QueueIdList.1", &[id]), ("QueueNameList.1", &["name0", "name1"])]);
            }
            _ => push(args, &[("QueueId", id)]),
        }
    }

    fn draw_rule(&mut self, args: &mut Args, action: &str, queue: &str, id: &str) {
        if !action.starts_with("Describe") || self.chance.u8(0..10) > 0 {
            push(args, &[("QueueId", queue)]);
        }
        let changes = action.starts_with("Modify");
        if changes || action.starts_with("Delete") {
            push(args, &[("RuleId", id)]);
        }
        if action.starts_with("Describe") {
            self.draw_some(args, &[("RuleIdList.1", &[id]), ("RuleNameList.1", &["name0", "name1"])]);
        } else if !action.starts_with("Delete") {
            if !changes || self.chance.u8(0..4) == 0 {
                let priority = self.chance.u8(1..60).to_string();
                let protocol = self.among(&["ALL", "TCP", "udp", "MS SQL", "HTTPS", "TCP", "smoke"]);
                push(args, &[("Priority", &priority), ("Protocol", protocol)]);
            }
            self.draw_match(args, changes);
        }
    }

    /// What packets of a rule are like; empty where something is taken back.
    fn draw_match(&mut self, args: &mut Args, changes: bool) {
        let v4: &[&str] = &["10.0.0.0/24", "0.0.0.0/0", "10.0.0.7/32", "10.0.0.0", "10.0.0.0/33", ""];
        let v6: &[&str] = &["2001:db8::/32", "::/0", "2001:db8::/128", "2001:db8::/129", "10.0.0.0/8", ""];
        let ports: &[&str] = &["-1/-1", "80/443", "1/65535", "443/80", "80", "0/1", ""];
        let keep = |words: &'static [&'static str]| &words[..words.len() - usize::from(!changes)];
        let family = self.among(&["IPv4", "IPv4", "IPv6", "both"]);
        if family != "IPv6" {
            self.draw_some(args, &[("SrcCidr", keep(v4)), ("DstCidr", keep(v4))]);
        }
        if family != "IPv4" {
            self.draw_some(args, &[("SrcIPv6Cidr", keep(v6)), ("DstIPv6Cidr", keep(v6))]);
        }
        let rest: &[(&str, &[&str])] = &[
            ("SrcPortRange", keep(ports)),
            ("DstPortRange", keep(ports)),
            ("MatchDscp", &["-1", "0", "63"]),
            ("RemarkingDscp", &["-1", "1", "62"]),
            ("RuleName", keep(&["name0", "name1", ""])),
            ("RuleDescription", keep(&["words", "more", ""])),
        ];
        let few = self.chance.usize(0..rest.len());
        self.draw_some(args, &rest[few..]);
    }

    /// Lists of policies, queues and rules hold what the model says, and circuits name their policy.
    pub(super) fn compare_traffic(&mut self, call: &Call, value: &Value) {
        let (who, args) = (call.who, &call.args);
        match call.entry.name() {
            "DescribeExpressConnectTrafficQos" => {
                let wanted = self.model.wanted_policies(who, args);
                assert_eq!(value["TotalCount"], wanted.len(), "the total");
                let size = get(args, "MaxResults").unwrap_or("20").parse::<usize>().expect("a number");
                assert_eq!(value["Count"], wanted.len().min(size).to_string(), "as many on the page");
                let rows = self.pages(call, value, "MaxResults", "/QosList", Value::clone);
                assert_eq!(rows, wanted, "the policies");
            }
            "DescribeExpressConnectTrafficQosQueue" => {
                let wanted = self.model.wanted_queues(who, args, false);
                assert_eq!(value["QueueList"], Value::Array(wanted), "the queues");
            }
            "DescribeExpressConnectTrafficQosRule" => {
                let wanted = self.model.wanted_queues(who, args, true);
                assert_eq!(value["RuleList"], Value::Array(wanted), "the rules");
            }
            "DescribePhysicalConnections" => {
                let rows = value.pointer("/PhysicalConnectionSet/PhysicalConnectionType");
                for row in rows.and_then(Value::as_array).expect("the rows are there") {
                    let id = text(row, "PhysicalConnectionId");
                    assert_eq!(text(row, "QosId"), self.model.policy_of(&id), "the policy of {id}");
                }
            }
            _ => {}
        }
    }

    /// An action on traffic policies, those that make something more often than those that end it.
    pub(super) fn draw_traffic_action(&mut self) -> &'static Entry {
        let action = self.among(ACTIONS);
        if action.starts_with("Delete") && self.chance.bool() {
            return entry(self.among(&[
                "CreateExpressConnectTrafficQosQueue",
                "CreateExpressConnectTrafficQosRule",
                "ModifyExpressConnectTrafficQos",
            ]));
        }
        entry(action)
    }
}
