//! Listing traffic policies with their queues and circuits, the queues of one with their rules, and the rules of one
//! queue. What is shown is made when it is read.

use super::parameters::{QosId, QueueId};
use super::queue::Queue;
use super::rule::Rule;
use super::states::QosStatus;
use super::{KIND, Qos, circuits_of};
use crate::action::{About, Codes, Query, Result};
use crate::circuit::parameters::{ClientToken, RegionId, ResourceGroupId};
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::View;
use crate::kept::Kept;
use crate::limits::QOS_CONFIGURATION_MS;
use crate::page::{self, read_token, wire_count, write_token};
use crate::tag::{self, Tag, TagParameter};
use crate::time::Millis;
use rpc::gateway;
use rpc::wire::Int;
use rpc::{Reply, Wire};

/// Lists the traffic policies of a region in order of creation.
#[derive(Wire)]
pub struct DescribeExpressConnectTrafficQos {
    /// Region of the policies.
    region_id: RegionId,
    /// Accepted and without effect: a read needs no token.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Rows of a page.
    #[wire(default = "20")]
    max_results: Int<1, 100>,
    /// Where the page before ended; left out for the first.
    next_token: Option<String>,
    /// Only these.
    #[wire(max_items = 20)]
    qos_id_list: Vec<String>,
    /// Only those of these names.
    #[wire(max_items = 20)]
    qos_name_list: Vec<String>,
    /// Only those of this resource group.
    resource_group_id: Option<ResourceGroupId>,
    /// Only those that carry all of these labels.
    #[wire(alias = "Tag", max_items = 20)]
    tags: Vec<TagParameter>,
}

/// A page of policies.
#[derive(Reply)]
pub struct QosPage {
    /// Rows of this page, as text.
    count: String,
    /// Rows that match, over all pages.
    total_count: i32,
    /// Rows of a page.
    max_results: i32,
    /// Where the next page begins; empty at the end.
    next_token: String,
    /// The policies.
    qos_list: Vec<QosAnswer>,
}

/// A traffic policy.
#[derive(Reply)]
pub struct QosAnswer {
    /// The policy.
    qos_id: String,
    /// Name as set.
    qos_name: String,
    /// Description as set.
    qos_description: String,
    /// Normal, or Configuring while a change is under way.
    status: &'static str,
    /// How much of the change is done, percent.
    progressing: i32,
    /// Resource group.
    resource_group_id: String,
    /// The circuits that it holds for.
    associated_instance_list: Vec<AssociatedInstance>,
    /// Its queues.
    queue_list: Vec<QueueAnswer>,
    /// Labels.
    tags: Vec<Tag>,
}

/// A circuit that a policy holds for.
#[derive(Reply)]
pub struct AssociatedInstance {
    /// The circuit.
    instance_id: String,
    /// PHYSICALCONNECTION.
    instance_type: &'static str,
    /// Normal, or Configuring while a change is under way.
    instance_status: &'static str,
    /// How much of the change is done, percent.
    instance_progressing: i32,
}

/// A queue of a policy.
#[derive(Reply)]
pub struct QueueAnswer {
    /// Its policy.
    qos_id: String,
    /// The queue.
    queue_id: String,
    /// Name as set.
    queue_name: String,
    /// Description as set.
    queue_description: String,
    /// High, Medium or Default.
    queue_type: &'static str,
    /// Its share of the bandwidth, percent, as text; empty where it has none.
    bandwidth_percent: String,
    /// Normal, or Configuring while a change is under way.
    status: &'static str,
}

/// A queue of a policy with its rules.
#[derive(Reply)]
pub struct QueueWithRules {
    /// Its policy.
    qos_id: String,
    /// The queue.
    queue_id: String,
    /// Name as set.
    queue_name: String,
    /// Description as set.
    queue_description: String,
    /// High, Medium or Default.
    queue_type: &'static str,
    /// Its share of the bandwidth, percent, as text; empty where it has none.
    bandwidth_percent: String,
    /// Normal, or Configuring while a change is under way.
    status: &'static str,
    /// Its rules.
    rule_list: Vec<RuleAnswer>,
}

/// A rule of a queue.
#[derive(Reply)]
pub struct RuleAnswer {
    /// Its policy.
    qos_id: String,
    /// Its queue.
    queue_id: String,
    /// The rule.
    rule_id: String,
    /// Name as set.
    rule_name: String,
    /// Description as set.
    rule_description: String,
    /// How early it is asked.
    priority: i32,
    /// Protocol.
    protocol: String,
    /// IPv4 network of the source.
    src_cidr: String,
    /// IPv4 network of the destination.
    dst_cidr: String,
    /// IPv6 network of the source.
    #[reply(rename = "SrcIPv6Cidr")]
    src_ipv6_cidr: String,
    /// IPv6 network of the destination.
    #[reply(rename = "DstIPv6Cidr")]
    dst_ipv6_cidr: String,
    /// Ports of the source.
    src_port_range: String,
    /// Ports of the destination.
    dst_port_range: String,
    /// Class of the packets.
    match_dscp: i32,
    /// Class that the packets are given.
    remarking_dscp: i32,
    /// Normal, or Configuring while a change is under way.
    status: &'static str,
}

/// How much of a change is done, percent.
fn progress(qos: &Qos, now: Millis) -> i32 {
    match qos.status() {
        QosStatus::Normal => 100,
        QosStatus::Configuring => {
            let done = (now - qos.head.since()).saturating_mul(100) / QOS_CONFIGURATION_MS;
            wire_count(done.clamp(0, 99))
        }
    }
}

fn shown(queue: Queue, qos: &Qos) -> QueueAnswer {
    QueueAnswer {
        qos_id: queue.qos_id,
        queue_id: queue.id,
        queue_name: queue.name,
        queue_description: queue.description,
        queue_type: queue.kind.as_str(),
        bandwidth_percent: queue.percent.map(|percent| percent.to_string()).unwrap_or_default(),
        status: qos.status().as_str(),
    }
}

fn shown_rule(rule: Rule, qos: &Qos) -> RuleAnswer {
    RuleAnswer {
        qos_id: rule.qos_id,
        queue_id: rule.queue_id,
        rule_id: rule.id,
        rule_name: rule.name,
        rule_description: rule.description,
        priority: wire_count(rule.priority),
        protocol: rule.protocol,
        src_cidr: rule.src_cidr,
        dst_cidr: rule.dst_cidr,
        src_ipv6_cidr: rule.src_ipv6_cidr,
        dst_ipv6_cidr: rule.dst_ipv6_cidr,
        src_port_range: rule.src_ports,
        dst_port_range: rule.dst_ports,
        match_dscp: wire_count(rule.match_dscp),
        remarking_dscp: wire_count(rule.remarking_dscp),
        status: qos.status().as_str(),
    }
}

impl Query for DescribeExpressConnectTrafficQos {
    type Reply = QosPage;
    const ABOUT: About =
        About::tenant("DescribeExpressConnectTrafficQos", "vpc:DescribeExpressConnectTrafficQos");
    const ERRORS: Codes = &[&gateway::INVALID_PARAMETER];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<QosPage> {
        let after = self.next_token.as_deref().map(read_token).transpose()?;
        let after = after.and_then(|(serial, _)| serial.parse::<i64>().ok()).unwrap_or(0);
        let (conditions, size) = (self.conditions(&view.caller.account), self.max_results.get());
        let (total, mut found) = Qos::after(view.read, conditions, after, size)?;
        let next_token = page::turn(&mut found, size, |last| write_token(&last.head.serial.to_string(), ""));
        let mut qos_list = Vec::with_capacity(found.len());
        for qos in found {
            qos_list.push(whole(view, &qos)?);
        }
        Ok(QosPage {
            count: qos_list.len().to_string(),
            total_count: wire_count(total),
            max_results: wire_count(self.max_results.get()),
            next_token,
            qos_list,
        })
    }
}

impl DescribeExpressConnectTrafficQos {
    fn conditions<'a>(&'a self, account: &'a str) -> Conditions<'a> {
        let mut conditions =
            Conditions::default().and("account =", account).and("region =", self.region_id.as_str());
        if !self.qos_id_list.is_empty() {
            conditions = conditions.and_in("id", self.qos_id_list.iter().map(String::as_str));
        }
        if !self.qos_name_list.is_empty() {
            conditions = conditions.and_in("name", self.qos_name_list.iter().map(String::as_str));
        }
        if let Some(group) = &self.resource_group_id {
            conditions = conditions.and("resource_group_id =", group.as_str());
        }
        for tag in &self.tags {
            let mut inner = vec![("account =", account), ("kind =", KIND), ("tag.name =", tag.key())];
            inner.extend(tag.value().map(|value| ("value =", value)));
            conditions = conditions.and_among("id", "select resource from tag", &inner);
        }
        conditions
    }
}

/// A policy with what hangs on it.
fn whole(view: &mut View<'_>, qos: &Qos) -> Result<QosAnswer> {
    let (status, progressing) = (qos.status().as_str(), progress(qos, view.now));
    let circuits = circuits_of(view.read, &qos.head.id)?.into_iter().map(|instance_id| AssociatedInstance {
        instance_id,
        instance_type: crate::circuit::KIND,
        instance_status: status,
        instance_progressing: progressing,
    });
    let queues = Queue::all_of(view.read, &qos.head.id)?.into_iter().map(|queue| shown(queue, qos));
    Ok(QosAnswer {
        status,
        progressing,
        associated_instance_list: circuits.collect(),
        queue_list: queues.collect(),
        tags: tag::of(view.read, &qos.head.account, KIND, &qos.head.id)?,
        qos_id: qos.head.id.clone(),
        qos_name: qos.name.clone(),
        qos_description: qos.description.clone(),
        resource_group_id: qos.resource_group_id.clone(),
    })
}

/// The caller's policy of this id; nothing where there is none. A request that names none is refused.
fn named(view: &mut View<'_>, id: Option<&QosId>, region: &RegionId) -> Result<Option<Qos>> {
    let id = id.ok_or(&codes::ILLEGAL_PARAM_QOS_ID)?;
    let found = Qos::anywhere(view.read, id.as_str())?;
    Ok(found.filter(|qos| qos.head.is_in(&view.caller.account, region.as_str())))
}

/// Lists the queues of a traffic policy with their rules, in order of creation.
#[derive(Wire)]
pub struct DescribeExpressConnectTrafficQosQueue {
    /// Region of the policy.
    region_id: RegionId,
    /// Accepted and without effect: a read needs no token.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// The policy; a request without it is refused.
    qos_id: Option<QosId>,
    /// Only these.
    #[wire(max_items = 20)]
    queue_id_list: Vec<String>,
    /// Only those of these names.
    #[wire(max_items = 20)]
    queue_name_list: Vec<String>,
}

/// The queues.
#[derive(Reply)]
pub struct Queues {
    /// One queue each.
    queue_list: Vec<QueueWithRules>,
}

impl Query for DescribeExpressConnectTrafficQosQueue {
    type Reply = Queues;
    const ABOUT: About =
        About::tenant("DescribeExpressConnectTrafficQosQueue", "vpc:DescribeExpressConnectTrafficQosQueue");
    const ERRORS: Codes = &[&codes::ILLEGAL_PARAM_QOS_ID];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<Queues> {
        let mut queue_list = Vec::new();
        if let Some(qos) = named(view, self.qos_id.as_ref(), &self.region_id)? {
            for queue in Queue::all_of(view.read, &qos.head.id)? {
                if !wants(&self.queue_id_list, &queue.id) || !wants(&self.queue_name_list, &queue.name) {
                    continue;
                }
                let rules = Rule::all_of(view.read, &qos.head.id, &queue.id)?;
                let shown = shown(queue, &qos);
                queue_list.push(QueueWithRules {
                    qos_id: shown.qos_id,
                    queue_id: shown.queue_id,
                    queue_name: shown.queue_name,
                    queue_description: shown.queue_description,
                    queue_type: shown.queue_type,
                    bandwidth_percent: shown.bandwidth_percent,
                    status: shown.status,
                    rule_list: rules.into_iter().map(|rule| shown_rule(rule, &qos)).collect(),
                });
            }
        }
        Ok(Queues { queue_list })
    }
}

/// Whether a list that narrows has this, or narrows nothing.
fn wants(list: &[String], value: &str) -> bool {
    list.is_empty() || list.iter().any(|wanted| wanted == value)
}

/// Lists the rules of a queue, in order of creation.
#[derive(Wire)]
pub struct DescribeExpressConnectTrafficQosRule {
    /// Region of the policy.
    region_id: RegionId,
    /// Accepted and without effect: a read needs no token.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// The policy; a request without it is refused.
    qos_id: Option<QosId>,
    /// The queue; a request without it is refused.
    queue_id: Option<QueueId>,
    /// Only these.
    #[wire(max_items = 20)]
    rule_id_list: Vec<String>,
    /// Only those of these names.
    #[wire(max_items = 20)]
    rule_name_list: Vec<String>,
}

/// The rules.
#[derive(Reply)]
pub struct Rules {
    /// One rule each.
    rule_list: Vec<RuleAnswer>,
}

impl Query for DescribeExpressConnectTrafficQosRule {
    type Reply = Rules;
    const ABOUT: About =
        About::tenant("DescribeExpressConnectTrafficQosRule", "vpc:DescribeExpressConnectTrafficQosRule");
    const ERRORS: Codes = &[&codes::ILLEGAL_PARAM_QOS_ID, &codes::ILLEGAL_PARAM_QUEUE_ID];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<Rules> {
        let found = named(view, self.qos_id.as_ref(), &self.region_id)?;
        let queue = self.queue_id.as_ref().ok_or(&codes::ILLEGAL_PARAM_QUEUE_ID)?;
        let Some(qos) = found else { return Ok(Rules { rule_list: Vec::new() }) };
        let rules = Rule::all_of(view.read, &qos.head.id, queue.as_str())?;
        let wanted =
            |rule: &Rule| wants(&self.rule_id_list, &rule.id) && wants(&self.rule_name_list, &rule.name);
        let rule_list = rules.into_iter().filter(wanted).map(|rule| shown_rule(rule, &qos)).collect();
        Ok(Rules { rule_list })
    }
}
