//! The rules of a queue: which packets go into it. A policy's rules are asked in the order of their priorities.

use super::parameters::{
    Cidr, Dscp, PortRange, Priority, ProtocolName, QosDescription, QosId, QosName, QueueId, RuleId,
    check_networks, check_ports, check_protocol,
};
use super::queue::{self, Queue};
use super::{Qos, RULE_PREFIX, has_circuits};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::{ClientToken, RegionId};
use crate::codes;
use crate::cx::Cx;
use crate::kept::Kept;
use crate::limits::QOS_RULES_MAX;
use crate::reply::Nothing;
use rpc::gateway;
use rpc::params::invalid;
use rpc::wire::Edit;
use rpc::{Reply, Wire};
use store::{Arg, Fault, Read, ReadExt, Row};

/// A rule as it is kept: texts as they were sent, or empty.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) qos_id: String,
    pub(super) queue_id: String,
    pub(super) id: String,
    pub(super) priority: i64,
    pub(super) protocol: String,
    pub(super) src_cidr: String,
    pub(super) dst_cidr: String,
    pub(super) src_ipv6_cidr: String,
    pub(super) dst_ipv6_cidr: String,
    pub(super) src_ports: String,
    pub(super) dst_ports: String,
    pub(super) match_dscp: i64,
    pub(super) remarking_dscp: i64,
    pub(super) name: String,
    pub(super) description: String,
}

const COLUMNS: &str =
    "qos_id, queue_id, id, priority, protocol, src_cidr, dst_cidr, src_ipv6_cidr, dst_ipv6_cidr,
    src_ports, dst_ports, match_dscp, remarking_dscp, name, description";

impl Rule {
    fn read(row: &dyn Row) -> std::result::Result<Rule, Fault> {
        let text = |index| row.text(index).map(str::to_owned);
        Ok(Rule {
            qos_id: text(0)?,
            queue_id: text(1)?,
            id: text(2)?,
            priority: row.int(3)?,
            protocol: text(4)?,
            src_cidr: text(5)?,
            dst_cidr: text(6)?,
            src_ipv6_cidr: text(7)?,
            dst_ipv6_cidr: text(8)?,
            src_ports: text(9)?,
            dst_ports: text(10)?,
            match_dscp: row.int(11)?,
            remarking_dscp: row.int(12)?,
            name: text(13)?,
            description: text(14)?,
        })
    }

    /// The rules of a queue, in order of creation.
    pub(super) fn all_of(read: &mut dyn Read, qos: &str, queue: &str) -> Result<Vec<Rule>> {
        let sql = format!("select {COLUMNS} from qos_rule where qos_id = $1 and queue_id = $2 order by id");
        Ok(read.all(&sql, &[Arg::from(qos), Arg::from(queue)], Rule::read)?)
    }

    fn find(cx: &mut Cx<'_>, qos: &str, queue: &str, id: &str) -> Result<Rule> {
        let sql = format!("select {COLUMNS} from qos_rule where qos_id = $1 and queue_id = $2 and id = $3");
        let found = cx.tx.one(&sql, &[Arg::from(qos), Arg::from(queue), Arg::from(id)], Rule::read)?;
        found.ok_or_else(|| (&codes::ILLEGAL_PARAM_RULE_ID).into())
    }

    /// What the texts of a rule may be, and that no other rule of the policy has its priority.
    fn check(&self, cx: &mut Cx<'_>) -> Result<()> {
        check_protocol(&self.protocol)?;
        check_networks(
            [("SrcCidr", &self.src_cidr), ("DstCidr", &self.dst_cidr)],
            [("SrcIPv6Cidr", &self.src_ipv6_cidr), ("DstIPv6Cidr", &self.dst_ipv6_cidr)],
        )?;
        check_ports("SrcPortRange", &self.src_ports)?;
        check_ports("DstPortRange", &self.dst_ports)?;
        let sql = "select id from qos_rule where qos_id = $1 and priority = $2 and id <> $3";
        let args = [Arg::from(&self.qos_id), Arg::from(self.priority), Arg::from(&self.id)];
        match cx.tx.one(sql, &args, |row| row.text(0).map(str::to_owned))? {
            Some(other) => {
                Err(invalid("Priority", &format!("{other} has it; each rule of a policy has its own")).into())
            }
            None => Ok(()),
        }
    }

    fn insert(&self, cx: &mut Cx<'_>) -> Result<()> {
        let places: Vec<_> = (1..=15).map(|place| format!("${place}")).collect();
        let sql = format!("insert into qos_rule ({COLUMNS}) values ({})", places.join(", "));
        cx.tx.exec(
            &sql,
            &[
                Arg::from(&self.qos_id),
                Arg::from(&self.queue_id),
                Arg::from(&self.id),
                Arg::from(self.priority),
                Arg::from(&self.protocol),
                Arg::from(&self.src_cidr),
                Arg::from(&self.dst_cidr),
                Arg::from(&self.src_ipv6_cidr),
                Arg::from(&self.dst_ipv6_cidr),
                Arg::from(&self.src_ports),
                Arg::from(&self.dst_ports),
                Arg::from(self.match_dscp),
                Arg::from(self.remarking_dscp),
                Arg::from(&self.name),
                Arg::from(&self.description),
            ],
        )?;
        Ok(())
    }

    fn remove(&self, cx: &mut Cx<'_>) -> Result<()> {
        cx.tx.exec(
            "delete from qos_rule where qos_id = $1 and queue_id = $2 and id = $3",
            &[Arg::from(&self.qos_id), Arg::from(&self.queue_id), Arg::from(&self.id)],
        )?;
        Ok(())
    }
}

/// Makes a rule of a queue.
#[derive(Wire)]
pub struct CreateExpressConnectTrafficQosRule {
    /// Region of the policy.
    region_id: RegionId,
    /// How early it is asked, the greater the earlier; each rule of a policy has its own.
    priority: Priority,
    /// The protocol, for instance TCP; ALL for any.
    protocol: ProtocolName,
    /// The policy.
    qos_id: QosId,
    /// The queue.
    queue_id: QueueId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// IPv4 network of the destination.
    dst_cidr: Option<Cidr>,
    /// IPv6 network of the destination; not beside an IPv4 one.
    #[wire(rename = "DstIPv6Cidr")]
    dst_ipv6_cidr: Option<Cidr>,
    /// Ports of the destination, for instance 80/443; -1/-1 for all.
    dst_port_range: Option<PortRange>,
    /// Class of the packets; -1 for any.
    #[wire(default = "-1")]
    match_dscp: Dscp,
    /// Class that the packets are given; -1 for none.
    #[wire(default = "-1")]
    remarking_dscp: Dscp,
    /// Free text.
    rule_description: Option<QosDescription>,
    /// Display name.
    rule_name: Option<QosName>,
    /// IPv4 network of the source.
    src_cidr: Option<Cidr>,
    /// IPv6 network of the source; not beside an IPv4 one.
    #[wire(rename = "SrcIPv6Cidr")]
    src_ipv6_cidr: Option<Cidr>,
    /// Ports of the source, for instance 1024/65535; -1/-1 for all.
    src_port_range: Option<PortRange>,
}

/// The new rule.
#[derive(Reply)]
pub struct RuleCreated {
    /// Its policy.
    qos_id: String,
    /// Its queue.
    queue_id: String,
    /// Its id.
    rule_id: String,
}

impl Command for CreateExpressConnectTrafficQosRule {
    type Reply = RuleCreated;
    const ABOUT: About =
        About::tenant("CreateExpressConnectTrafficQosRule", "vpc:CreateExpressConnectTrafficQosRule")
            .replay(Replay::Create);
    const ERRORS: Codes = &[
        &codes::ILLEGAL_PARAM_QOS_ID,
        &codes::ILLEGAL_PARAM_QUEUE_ID,
        &codes::INCORRECT_STATUS_QOS,
        &gateway::INVALID_PARAMETER,
        &codes::QUOTA_EXCEEDED_QOS_RULE,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.qos_id.as_str(), self.queue_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<RuleCreated> {
        let mut qos = Qos::named(cx, self.qos_id.as_str(), self.region_id.as_str())?;
        let queue = queue::find(&Queue::all_of(cx.tx, &qos.head.id)?, self.queue_id.as_str())?;
        qos.check(Self::ABOUT.name)?;
        let rule = self.rule(cx, &queue);
        rule.check(cx)?;
        let sql = "select count(*) from qos_rule where qos_id = $1 and queue_id = $2";
        let present = cx.tx.one(sql, &[Arg::from(&qos.head.id), Arg::from(&queue.id)], |row| row.int(0))?;
        if present.unwrap_or(0) >= QOS_RULES_MAX {
            return Err((&codes::QUOTA_EXCEEDED_QOS_RULE).into());
        }
        rule.insert(cx)?;
        let has_circuits = has_circuits(cx.tx, &qos.head.id)?;
        qos.changed(cx, Self::ABOUT.name, has_circuits)?;
        Ok(RuleCreated { qos_id: qos.head.id, queue_id: queue.id, rule_id: rule.id })
    }
}

impl CreateExpressConnectTrafficQosRule {
    fn rule(&self, cx: &mut Cx<'_>, queue: &Queue) -> Rule {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let network = |value: &Option<Cidr>| text(value.as_ref().map(Cidr::as_str));
        let ports = |value: &Option<PortRange>| text(value.as_ref().map(PortRange::as_str));
        Rule {
            qos_id: queue.qos_id.clone(),
            queue_id: queue.id.clone(),
            id: cx.ids.resource(RULE_PREFIX, cx.now),
            priority: self.priority.get(),
            protocol: self.protocol.as_str().to_owned(),
            src_cidr: network(&self.src_cidr),
            dst_cidr: network(&self.dst_cidr),
            src_ipv6_cidr: network(&self.src_ipv6_cidr),
            dst_ipv6_cidr: network(&self.dst_ipv6_cidr),
            src_ports: ports(&self.src_port_range),
            dst_ports: ports(&self.dst_port_range),
            match_dscp: self.match_dscp.get(),
            remarking_dscp: self.remarking_dscp.get(),
            name: text(self.rule_name.as_ref().map(QosName::as_str)),
            description: text(self.rule_description.as_ref().map(QosDescription::as_str)),
        }
    }
}

/// Changes a rule of a queue. A parameter left out stays as it is; an empty text is cleared.
#[derive(Wire)]
pub struct ModifyExpressConnectTrafficQosRule {
    /// Region of the policy.
    region_id: RegionId,
    /// The policy.
    qos_id: QosId,
    /// The queue.
    queue_id: QueueId,
    /// The rule.
    rule_id: RuleId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// IPv4 network of the destination.
    dst_cidr: Edit<Cidr>,
    /// IPv6 network of the destination; not beside an IPv4 one.
    #[wire(rename = "DstIPv6Cidr")]
    dst_ipv6_cidr: Edit<Cidr>,
    /// Ports of the destination.
    dst_port_range: Edit<PortRange>,
    /// Class of the packets; -1 for any.
    match_dscp: Option<Dscp>,
    /// How early it is asked, the greater the earlier; each rule of a policy has its own.
    priority: Option<Priority>,
    /// The protocol.
    protocol: Option<ProtocolName>,
    /// Class that the packets are given; -1 for none.
    remarking_dscp: Option<Dscp>,
    /// Free text.
    rule_description: Edit<QosDescription>,
    /// Display name.
    rule_name: Edit<QosName>,
    /// IPv4 network of the source.
    src_cidr: Edit<Cidr>,
    /// IPv6 network of the source; not beside an IPv4 one.
    #[wire(rename = "SrcIPv6Cidr")]
    src_ipv6_cidr: Edit<Cidr>,
    /// Ports of the source.
    src_port_range: Edit<PortRange>,
}

impl Command for ModifyExpressConnectTrafficQosRule {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("ModifyExpressConnectTrafficQosRule", "vpc:ModifyExpressConnectTrafficQosRule")
            .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::ILLEGAL_PARAM_QOS_ID,
        &codes::ILLEGAL_PARAM_RULE_ID,
        &codes::INCORRECT_STATUS_QOS,
        &gateway::INVALID_PARAMETER,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.qos_id.as_str(), self.queue_id.as_str(), self.rule_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let mut qos = Qos::named(cx, self.qos_id.as_str(), self.region_id.as_str())?;
        let mut rule = Rule::find(cx, &qos.head.id, self.queue_id.as_str(), self.rule_id.as_str())?;
        qos.check(Self::ABOUT.name)?;
        self.apply(&mut rule);
        rule.check(cx)?;
        rule.remove(cx)?;
        rule.insert(cx)?;
        let has_circuits = has_circuits(cx.tx, &qos.head.id)?;
        qos.changed(cx, Self::ABOUT.name, has_circuits)?;
        Ok(Nothing {})
    }
}

impl ModifyExpressConnectTrafficQosRule {
    fn apply(&self, rule: &mut Rule) {
        self.src_cidr.write(&mut rule.src_cidr);
        self.dst_cidr.write(&mut rule.dst_cidr);
        self.src_ipv6_cidr.write(&mut rule.src_ipv6_cidr);
        self.dst_ipv6_cidr.write(&mut rule.dst_ipv6_cidr);
        self.src_port_range.write(&mut rule.src_ports);
        self.dst_port_range.write(&mut rule.dst_ports);
        self.rule_name.write(&mut rule.name);
        self.rule_description.write(&mut rule.description);
        if let Some(protocol) = &self.protocol {
            protocol.as_str().clone_into(&mut rule.protocol);
        }
        rule.priority = self.priority.map_or(rule.priority, Priority::get);
        rule.match_dscp = self.match_dscp.map_or(rule.match_dscp, Dscp::get);
        rule.remarking_dscp = self.remarking_dscp.map_or(rule.remarking_dscp, Dscp::get);
    }
}

/// Removes a rule from a queue.
#[derive(Wire)]
pub struct DeleteExpressConnectTrafficQosRule {
    /// Region of the policy.
    region_id: RegionId,
    /// The policy.
    qos_id: QosId,
    /// The queue.
    queue_id: QueueId,
    /// The rule.
    rule_id: RuleId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for DeleteExpressConnectTrafficQosRule {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("DeleteExpressConnectTrafficQosRule", "vpc:DeleteExpressConnectTrafficQosRule")
            .replay(Replay::Target);
    const ERRORS: Codes =
        &[&codes::ILLEGAL_PARAM_QOS_ID, &codes::ILLEGAL_PARAM_RULE_ID, &codes::INCORRECT_STATUS_QOS];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.qos_id.as_str(), self.queue_id.as_str(), self.rule_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let mut qos = Qos::named(cx, self.qos_id.as_str(), self.region_id.as_str())?;
        let rule = Rule::find(cx, &qos.head.id, self.queue_id.as_str(), self.rule_id.as_str())?;
        qos.check(Self::ABOUT.name)?;
        rule.remove(cx)?;
        let has_circuits = has_circuits(cx.tx, &qos.head.id)?;
        qos.changed(cx, Self::ABOUT.name, has_circuits)?;
        Ok(Nothing {})
    }
}
