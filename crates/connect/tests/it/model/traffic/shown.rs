//! What lists of traffic policies should show, and what their rows should be.

use super::{NUMBERS, Policy, Queue, Rule, TEXTS};
use crate::house::{Dump, Held, Line as Row, Who};
use crate::model::{Args, Model, get, labels, list};
use connect::limits::QOS_CONFIGURATION_MS;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

impl Rule {
    fn shown(&self, policy: &Policy, queue: &str, id: &str) -> Value {
        let mut row = json!({"QosId": policy.id, "QueueId": queue, "RuleId": id, "Status": policy.status});
        for (name, column) in TEXTS {
            row[name] = self.texts[column].as_str().into();
        }
        for (name, column, _) in NUMBERS {
            row[name] = self.numbers[column].into();
        }
        row
    }
}

impl Queue {
    fn shown(&self, policy: &Policy, id: &str) -> Value {
        json!({
            "QosId": policy.id, "QueueId": id, "QueueName": self.name,
            "QueueDescription": self.description, "QueueType": self.kind,
            "BandwidthPercent": self.percent.map_or(String::new(), |percent| percent.to_string()),
            "Status": policy.status,
        })
    }
}

impl Policy {
    fn shown(&self, now: i64) -> Value {
        let progress = match self.status {
            "Normal" => 100,
            _ => ((now - self.since) * 100 / QOS_CONFIGURATION_MS).min(99),
        };
        let circuit = |id: &String| {
            json!({
                "InstanceId": id, "InstanceType": "PHYSICALCONNECTION", "InstanceStatus": self.status,
                "InstanceProgressing": progress,
            })
        };
        let tag = |(key, value): (&String, &String)| json!({"Key": key, "Value": value});
        json!({
            "QosId": self.id, "QosName": self.name, "QosDescription": self.description,
            "Status": self.status, "Progressing": progress, "ResourceGroupId": self.group,
            "AssociatedInstanceList": self.circuits.iter().map(circuit).collect::<Vec<_>>(),
            "QueueList": self.queues.iter().map(|(id, queue)| queue.shown(self, id)).collect::<Vec<_>>(),
            "Tags": self.tags.iter().map(tag).collect::<Vec<_>>(),
        })
    }
}

impl Model {
    /// The policy that a circuit is in.
    pub(crate) fn policy_of(&self, circuit: &str) -> &str {
        let found = self.traffic.iter().find(|policy| policy.circuits.contains(circuit));
        found.map_or("", |policy| &policy.id)
    }

    /// The whole list of policies that a call asks for.
    pub(crate) fn wanted_policies(&self, who: Who, args: &Args) -> Vec<Value> {
        let (ids, names) = (list(args, "QosIdList"), list(args, "QosNameList"));
        let wanted = labels(args, &["Tags", "Tag"]);
        let is_wanted = |policy: &&Policy| {
            policy.account == who.account()
                && Some(policy.region.as_str()) == get(args, "RegionId")
                && (ids.is_empty() || ids.contains(&policy.id.as_str()))
                && (names.is_empty() || names.contains(&policy.name.as_str()))
                && get(args, "ResourceGroupId").is_none_or(|group| policy.group == group)
                && wanted.iter().all(|(key, value)| {
                    let held = policy.tags.get(key);
                    held.is_some_and(|held| value.as_ref().is_none_or(|value| held == value))
                })
        };
        self.traffic.iter().filter(is_wanted).map(|policy| policy.shown(self.now)).collect()
    }

    /// The queues of one policy with their rules, or the rules of one queue.
    pub(crate) fn wanted_queues(&self, who: Who, args: &Args, of_queue: bool) -> Vec<Value> {
        let Some(at) = self.policy(who, args) else { return Vec::new() };
        let policy = &self.traffic[at];
        let wants = |name: &str, held: &str| {
            let asked = list(args, name);
            asked.is_empty() || asked.contains(&held)
        };
        let mut shown = Vec::new();
        for (id, queue) in &policy.queues {
            let rules =
                queue.rules.iter().map(|(rule_id, rule)| (rule_id, rule, rule.shown(policy, id, rule_id)));
            if of_queue && get(args, "QueueId") == Some(id) {
                let rules = rules.filter(|(rule_id, rule, _)| {
                    wants("RuleIdList", rule_id) && wants("RuleNameList", &rule.texts["name"])
                });
                shown.extend(rules.map(|(_, _, row)| row));
            } else if !of_queue && wants("QueueIdList", id) && wants("QueueNameList", &queue.name) {
                let mut row = queue.shown(policy, id);
                row["RuleList"] = rules.map(|(_, _, row)| row).collect();
                shown.push(row);
            }
        }
        shown
    }

    /// Compares the rows of policies, their circuits, queues, rules and labels with what should be there.
    pub(crate) fn assert_traffic(&self, dump: &Dump) {
        let rows: BTreeMap<_, _> = dump["qos"].iter().map(|row| (row["id"].text(), row)).collect();
        assert_eq!(rows.len(), self.traffic.len(), "as many policies");
        let word = |row: &Row, name: &str| row[name].text().to_owned();
        let pair = |row: &Row| (word(row, "qos_id"), word(row, "circuit_id"));
        let circuits: BTreeSet<_> = dump["qos_circuit"].iter().map(pair).collect();
        let mut expected = BTreeSet::new();
        let (mut queues, mut rules) = (0, 0);
        for policy in &self.traffic {
            let (id, row) = (&policy.id, rows[policy.id.as_str()]);
            let texts = [
                ("account", &*policy.account),
                ("region", &policy.region),
                ("status", policy.status),
                ("name", &policy.name),
                ("description", &policy.description),
                ("resource_group_id", &policy.group),
            ];
            for (column, value) in texts {
                assert_eq!(row[column].text(), value, "{column} of {id}");
            }
            let instants = (row["since"].int(), row["created_at"].int());
            assert_eq!(instants, (policy.since, policy.created), "instants of {id}");
            expected.extend(policy.circuits.iter().map(|circuit| (id.clone(), circuit.clone())));
            let tags = dump["tag"].iter().filter(|tag| tag["resource"].text() == id);
            let tags: BTreeMap<_, _> = tags.map(|tag| (word(tag, "name"), word(tag, "value"))).collect();
            assert_eq!(tags, policy.tags, "labels of {id}");
            queues += policy.queues.len();
            rules += policy.queues.values().map(|queue| queue.rules.len()).sum::<usize>();
        }
        assert_eq!(circuits, expected, "circuits of policies");
        assert_eq!((dump["qos_queue"].len(), dump["qos_rule"].len()), (queues, rules), "queues and rules");
        let held = |row: &Row| self.traffic.iter().find(|policy| policy.id == row["qos_id"].text()).unwrap();
        for row in &dump["qos_queue"] {
            let queue = &held(row).queues[row["id"].text()];
            let texts = ["kind", "name", "description"].map(|column| word(row, column));
            assert_eq!(texts, [&*queue.kind, &queue.name, &queue.description], "a queue");
            assert_eq!(row["percent"], queue.percent.map_or(Held::Null, Held::Int), "a queue's share");
        }
        for row in &dump["qos_rule"] {
            let rule = &held(row).queues[row["queue_id"].text()].rules[row["id"].text()];
            for (_, column) in TEXTS {
                assert_eq!(row[*column].text(), rule.texts[column], "{column} of a rule");
            }
            for (_, column, _) in NUMBERS {
                assert_eq!(row[*column].int(), rule.numbers[column], "{column} of a rule");
            }
        }
    }
}
