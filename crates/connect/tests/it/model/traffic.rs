//! What traffic policies should do, said a second time and simply: policies that hold their queues, queues that hold
//! their rules, and the circuits that each policy is for. Lists and rows are compared in `shown`.

mod shown;

use super::{Args, Model, Verdicts, count, get, labels, list, number, refuse_unless, sent, text};
use crate::house::Who;
use connect::limits::{
    QOS_CIRCUITS_MAX, QOS_CONFIGURATION_MS, QOS_POLICIES_MAX, QOS_QUEUES_MAX, QOS_RULES_MAX, TAGS_MAX,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

/// A code and its status.
type Code = (&'static str, u16);

/// The actions that this file knows.
pub(crate) const ACTIONS: &[&str] = &[
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
];

const NO_POLICY: Code = ("IllegalParam.QosId", 400);
const NO_QUEUE: Code = ("IllegalParam.QueueId", 400);
const NO_RULE: Code = ("IllegalParam.RuleId", 400);
const BUSY: Code = ("IncorrectStatus.Qos", 400);
const BAD: Code = ("InvalidParameter", 400);
const NO_CIRCUIT: Code = ("IllegalParam.InstanceId", 400);

/// The texts of a rule: parameter and column.
const TEXTS: &[(&str, &str)] = &[
    ("Protocol", "protocol"),
    ("SrcCidr", "src_cidr"),
    ("DstCidr", "dst_cidr"),
    ("SrcIPv6Cidr", "src_ipv6_cidr"),
    ("DstIPv6Cidr", "dst_ipv6_cidr"),
    ("SrcPortRange", "src_ports"),
    ("DstPortRange", "dst_ports"),
    ("RuleName", "name"),
    ("RuleDescription", "description"),
];

/// The numbers of a rule: parameter, column, and what it is where nothing is said.
const NUMBERS: &[(&str, &str, i64)] =
    &[("Priority", "priority", 0), ("MatchDscp", "match_dscp", -1), ("RemarkingDscp", "remarking_dscp", -1)];

#[derive(Debug, Clone)]
pub(crate) struct Policy {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) status: &'static str,
    since: i64,
    name: String,
    description: String,
    pub(super) group: String,
    pub(super) created: i64,
    pub(super) tags: BTreeMap<String, String>,
    pub(crate) circuits: BTreeSet<String>,
    pub(crate) queues: BTreeMap<String, Queue>,
}

#[derive(Debug, Clone)]
pub(crate) struct Queue {
    kind: String,
    percent: Option<i64>,
    name: String,
    description: String,
    pub(crate) rules: BTreeMap<String, Rule>,
}

/// By column.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rule {
    texts: BTreeMap<&'static str, String>,
    numbers: BTreeMap<&'static str, i64>,
}

/// A network of addresses that this kind of parser takes.
fn is_network(text: &str, longest: u32, is_address: impl Fn(&str) -> bool) -> bool {
    text.split_once('/').is_some_and(|(address, length)| {
        is_address(address) && length.parse::<u32>().is_ok_and(|length| length <= longest)
    })
}

fn are_ports(text: &str) -> bool {
    let port = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    let range = text.split_once('/').and_then(|(from, to)| Some(port(from)? <= port(to)?));
    ["", "-1/-1"].contains(&text) || range == Some(true)
}

impl Rule {
    fn edit(&mut self, args: &Args) {
        for (name, column) in TEXTS {
            let kept = self.texts.remove(column).unwrap_or_default();
            self.texts.insert(column, sent(args, name).map_or(kept, str::to_owned));
        }
        for (name, column, default) in NUMBERS {
            let kept = self.numbers.get(column).copied().unwrap_or(*default);
            self.numbers.insert(column, number(args, name, kept));
        }
    }

    fn check(&self) -> Verdicts {
        let held = |column: &str| self.texts[column].as_str();
        let known =
            ["all", "tcp", "udp", "gre", "https", "ms sql"].contains(&&*held("protocol").to_lowercase());
        let ipv4 = ["src_cidr", "dst_cidr"].map(held);
        let ipv6 = ["src_ipv6_cidr", "dst_ipv6_cidr"].map(held);
        let four = |text: &&str| is_network(text, 32, |address| address.parse::<Ipv4Addr>().is_ok());
        let six = |text: &&str| is_network(text, 128, |address| address.parse::<Ipv6Addr>().is_ok());
        let good = known
            && ipv4.iter().filter(|text| !text.is_empty()).all(four)
            && ipv6.iter().filter(|text| !text.is_empty()).all(six)
            && (ipv4.iter().all(|text| text.is_empty()) || ipv6.iter().all(|text| text.is_empty()))
            && are_ports(held("src_ports"))
            && are_ports(held("dst_ports"));
        refuse_unless(good, BAD)
    }
}

impl Policy {
    fn require_normal(&self) -> Verdicts {
        refuse_unless(self.status == "Normal", BUSY)
    }

    /// What a queue must be beside the others.
    fn check_queue(&self, id: &str) -> Verdicts {
        let queue = &self.queues[id];
        let medium = queue.kind == "Medium";
        refuse_unless(!medium || queue.percent.is_some(), ("MissingParameter", 400))?;
        refuse_unless(medium || queue.percent.is_none(), BAD)?;
        let shares: i64 = self.queues.values().filter_map(|queue| queue.percent).sum();
        refuse_unless(shares <= 100, BAD)?;
        let rest = self.queues.values().filter(|queue| queue.kind == "Default").count();
        refuse_unless(rest <= 1, BAD)
    }

    /// A priority belongs to one rule of the whole policy.
    fn check_rule(&self, queue: &str, id: &str) -> Verdicts {
        let rule = &self.queues[queue].rules[id];
        rule.check()?;
        let all = self.queues.values().flat_map(|queue| queue.rules.values());
        let same = all.filter(|other| other.numbers["priority"] == rule.numbers["priority"]).count();
        refuse_unless(same == 1, BAD)
    }
}

impl Model {
    /// A circuit is in service no more, and in no policy.
    pub(super) fn leave_traffic(&mut self, circuit: &str) {
        self.traffic.iter_mut().for_each(|policy| {
            policy.circuits.remove(circuit);
        });
    }

    fn policy(&self, who: Who, args: &Args) -> Option<usize> {
        self.traffic.iter().position(|policy| {
            Some(policy.id.as_str()) == get(args, "QosId")
                && policy.account == who.account()
                && Some(policy.region.as_str()) == get(args, "RegionId")
        })
    }

    /// What a call on traffic policies is answered; nothing for an action that is none.
    pub(super) fn direct_traffic(
        &mut self,
        who: Who,
        action: &str,
        args: &Args,
        reply: &Value,
    ) -> Option<Verdicts> {
        Some(match action {
            "CreateExpressConnectTrafficQos" => self.create_policy(who, args, reply),
            "DeleteExpressConnectTrafficQos" => self.delete_policy(who, args),
            "DescribeExpressConnectTrafficQos" => refuse_unless(get(args, "NextToken") != Some("zz"), BAD),
            "DescribeExpressConnectTrafficQosQueue" => refuse_unless(get(args, "QosId").is_some(), NO_POLICY),
            "DescribeExpressConnectTrafficQosRule" => refuse_unless(get(args, "QosId").is_some(), NO_POLICY)
                .and_then(|()| refuse_unless(get(args, "QueueId").is_some(), NO_QUEUE)),
            _ if ACTIONS.contains(&action) => self.change_policy(who, action, args, reply),
            _ => return None,
        })
    }

    fn create_policy(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let given = labels(args, &["Tags", "Tag"]);
        let tags: BTreeMap<_, _> =
            given.iter().map(|(key, value)| (key.clone(), value.clone().unwrap_or_default())).collect();
        refuse_unless(tags.len() == given.len(), BAD)?;
        let region = text(args, "RegionId");
        let here = |policy: &&Policy| policy.account == who.account() && policy.region == region;
        let present = count(self.traffic.iter().filter(here).count());
        refuse_unless(present < QOS_POLICIES_MAX, ("QuotaExceeded.Qos", 400))?;
        self.traffic.push(Policy {
            id: reply["QosId"].as_str().unwrap_or_default().to_owned(),
            account: who.account().to_owned(),
            region,
            status: "Normal",
            since: self.now,
            name: text(args, "QosName"),
            description: text(args, "QosDescription"),
            group: get(args, "ResourceGroupId").unwrap_or("rg-default").to_owned(),
            created: self.now,
            tags,
            circuits: BTreeSet::new(),
            queues: BTreeMap::new(),
        });
        Ok(())
    }

    fn delete_policy(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.policy(who, args).ok_or(NO_POLICY)?;
        let policy = &self.traffic[at];
        refuse_unless(policy.circuits.is_empty(), ("Forbidden.QosAssociated", 400))?;
        refuse_unless(policy.queues.is_empty(), ("Forbidden.QosQueueExists", 400))?;
        let policy = self.traffic.remove(at);
        self.clear_due(&policy.id);
        Ok(())
    }

    /// A change of what a policy says, which its circuits, if it has any, take a while to learn.
    fn change_policy(&mut self, who: Who, action: &str, args: &Args, reply: &Value) -> Verdicts {
        let at = self.policy(who, args).ok_or(NO_POLICY)?;
        let mut policy = self.traffic[at].clone();
        match action {
            "ModifyExpressConnectTrafficQos" => self.modify_policy(&mut policy, args)?,
            _ if action.ends_with("Queue") => change_queue(&mut policy, action, args, reply)?,
            _ => change_rule(&mut policy, action, args, reply)?,
        }
        if !policy.circuits.is_empty() || !self.traffic[at].circuits.is_empty() {
            (policy.status, policy.since) = ("Configuring", self.now);
            let trigger = "FinishTrafficConfiguration";
            let (account, id) = (policy.account.clone(), policy.id.clone());
            self.set_due(&account, &id, trigger, self.now + QOS_CONFIGURATION_MS, "");
        }
        self.traffic[at] = policy;
        Ok(())
    }

    fn modify_policy(&self, policy: &mut Policy, args: &Args) -> Verdicts {
        policy.require_normal()?;
        for (field, name) in [(&mut policy.name, "QosName"), (&mut policy.description, "QosDescription")] {
            *field = sent(args, name).unwrap_or(field).to_owned();
        }
        let named = |list: &str| {
            let at = |place| get(args, &format!("{list}.{place}.InstanceId"));
            (1..=20).map_while(at).collect::<Vec<_>>()
        };
        for id in named("RemoveInstanceList") {
            refuse_unless(policy.circuits.remove(id), NO_CIRCUIT)?;
        }
        for id in named("AddInstanceList") {
            let serves = self.lines.iter().any(|line| {
                line.id == id
                    && (&line.account, &line.region) == (&policy.account, &policy.region)
                    && (line.status, line.business) == ("Enabled", "Normal")
            });
            let mut others = self.traffic.iter().filter(|other| other.id != policy.id);
            let taken = others.any(|other| other.circuits.contains(id));
            refuse_unless(serves && !taken && policy.circuits.insert(id.to_owned()), NO_CIRCUIT)?;
        }
        refuse_unless(count(policy.circuits.len()) <= QOS_CIRCUITS_MAX, NO_CIRCUIT)
    }

    /// A deadline of a policy has come; false where it is something else's.
    pub(super) fn traffic_deadline(&mut self, id: &str) -> bool {
        let now = self.now;
        let Some(policy) = self.traffic.iter_mut().find(|policy| policy.id == id) else { return false };
        (policy.status, policy.since) = ("Normal", now);
        true
    }

    /// A call on labels of policies; nothing for those of other things.
    pub(super) fn label_policies(&mut self, who: Who, action: &str, args: &Args) -> Option<Verdicts> {
        if get(args, "ResourceType") != Some("TRAFFICQOS") {
            return None;
        }
        let (given, gone) = (labels(args, &["Tag", "Tags"]), list(args, "TagKey"));
        let mut changed = self.traffic.clone();
        for id in list(args, "ResourceId") {
            let found = changed.iter_mut().find(|policy| {
                policy.id == id
                    && policy.account == who.account()
                    && Some(policy.region.as_str()) == get(args, "RegionId")
            });
            let Some(policy) = found else { return Some(Err(("InvalidResourceId.NotFound", 404))) };
            match action {
                "TagResources" => policy.tags.extend(
                    given.iter().map(|(key, value)| (key.clone(), value.clone().unwrap_or_default())),
                ),
                "UnTagResources" if gone.is_empty() && super::is_true(args, "All") => policy.tags.clear(),
                "UnTagResources" => policy.tags.retain(|key, _| !gone.contains(&key.as_str())),
                _ => {}
            }
        }
        if changed.iter().any(|policy| count(policy.tags.len()) > TAGS_MAX) {
            return Some(Err(("NumberExceed.Tags", 400)));
        }
        self.traffic = changed;
        Some(Ok(()))
    }
}

fn change_queue(policy: &mut Policy, action: &str, args: &Args, reply: &Value) -> Verdicts {
    let id = get(args, "QueueId").or(reply["QueueId"].as_str()).unwrap_or("new").to_owned();
    if action == "CreateExpressConnectTrafficQosQueue" {
        policy.require_normal()?;
        let full = count(policy.queues.len()) >= QOS_QUEUES_MAX;
        let queue = Queue {
            kind: text(args, "QueueType"),
            percent: get(args, "BandwidthPercent").map(|digits| digits.parse().unwrap()),
            name: text(args, "QueueName"),
            description: text(args, "QueueDescription"),
            rules: BTreeMap::new(),
        };
        policy.queues.insert(id.clone(), queue);
        policy.check_queue(&id)?;
        return refuse_unless(!full, ("QuotaExceeded.QosQueue", 400));
    }
    refuse_unless(policy.queues.contains_key(&id), NO_QUEUE)?;
    policy.require_normal()?;
    if action == "DeleteExpressConnectTrafficQosQueue" {
        let queue = policy.queues.remove(&id).unwrap();
        return refuse_unless(queue.rules.is_empty(), ("Forbidden.QosRuleExists", 400));
    }
    let queue = policy.queues.get_mut(&id).unwrap();
    queue.percent = get(args, "BandwidthPercent").map(|digits| digits.parse().unwrap()).or(queue.percent);
    for (field, name) in [(&mut queue.name, "QueueName"), (&mut queue.description, "QueueDescription")] {
        *field = sent(args, name).unwrap_or(field).to_owned();
    }
    policy.check_queue(&id)
}

fn change_rule(policy: &mut Policy, action: &str, args: &Args, reply: &Value) -> Verdicts {
    let creates = action == "CreateExpressConnectTrafficQosRule";
    let (status, queue_id) = (policy.require_normal(), text(args, "QueueId"));
    let id = get(args, "RuleId").or(reply["RuleId"].as_str()).unwrap_or("new").to_owned();
    let lacks = if creates { NO_QUEUE } else { NO_RULE };
    let rules = &mut policy.queues.get_mut(&queue_id).ok_or(lacks)?.rules;
    refuse_unless(creates || rules.contains_key(&id), NO_RULE)?;
    status?;
    if action == "DeleteExpressConnectTrafficQosRule" {
        rules.remove(&id);
        return Ok(());
    }
    rules.entry(id.clone()).or_default().edit(args);
    let held = count(rules.len());
    policy.check_rule(&queue_id, &id)?;
    refuse_unless(held <= QOS_RULES_MAX, ("QuotaExceeded.QosRule", 400))
}
