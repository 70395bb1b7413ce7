//! The queues of a traffic policy: one before all others, some with a share of the bandwidth each, one for the rest.

use super::parameters::{Percent, QosDescription, QosId, QosName, QueueId, QueueType};
use super::{QUEUE_PREFIX, Qos, has_circuits, require_free};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::{ClientToken, RegionId};
use crate::codes;
use crate::cx::Cx;
use crate::kept::Kept;
use crate::kept::word;
use crate::limits::QOS_QUEUES_MAX;
use crate::reply::Nothing;
use rpc::gateway;
use rpc::params::{invalid, missing};
use rpc::wire::Edit;
use rpc::{Reply, Wire};
use store::{Arg, Fault, Read, ReadExt, Row};

/// A queue as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub(super) qos_id: String,
    pub(super) id: String,
    pub(super) kind: QueueType,
    /// Its share; only with Medium.
    pub(super) percent: Option<i64>,
    pub(super) name: String,
    pub(super) description: String,
}

impl Queue {
    fn read(row: &dyn Row) -> std::result::Result<Queue, Fault> {
        let text = |index| row.text(index).map(str::to_owned);
        Ok(Queue {
            qos_id: text(0)?,
            id: text(1)?,
            kind: word(row.text(2)?, QueueType::from_wire)?,
            percent: row.maybe_int(3)?,
            name: text(4)?,
            description: text(5)?,
        })
    }

    /// The queues of a policy, in order of creation.
    pub(super) fn all_of(read: &mut dyn Read, qos: &str) -> Result<Vec<Queue>> {
        let sql = "select qos_id, id, kind, percent, name, description from qos_queue where qos_id = $1 order by id";
        Ok(read.all(sql, &[Arg::from(qos)], Queue::read)?)
    }

    fn insert(&self, cx: &mut Cx<'_>) -> Result<()> {
        cx.tx.exec(
            "insert into qos_queue (qos_id, id, kind, percent, name, description) values ($1, $2, $3, $4, $5, $6)",
            &[
                Arg::from(&self.qos_id),
                Arg::from(&self.id),
                Arg::from(self.kind.as_str()),
                Arg::from(self.percent),
                Arg::from(&self.name),
                Arg::from(&self.description),
            ],
        )?;
        Ok(())
    }

    fn remove(&self, cx: &mut Cx<'_>) -> Result<()> {
        cx.tx.exec(
            "delete from qos_queue where qos_id = $1 and id = $2",
            &[Arg::from(&self.qos_id), Arg::from(&self.id)],
        )?;
        Ok(())
    }
}

/// The queue of this id among those of its policy.
pub(super) fn find(queues: &[Queue], id: &str) -> Result<Queue> {
    queues.iter().find(|queue| queue.id == id).cloned().ok_or_else(|| (&codes::ILLEGAL_PARAM_QUEUE_ID).into())
}

/// A queue fits beside the others: a share where it has to have one and nowhere else, all shares no more than the
/// whole, and one queue for the rest.
fn check(queue: &Queue, others: &[Queue]) -> Result<()> {
    match (queue.kind, queue.percent) {
        (QueueType::Medium, None) => {
            return Err(missing("BandwidthPercent", "a Medium queue has a share").into());
        }
        (QueueType::High | QueueType::Default, Some(_)) => {
            return Err(invalid("BandwidthPercent", "only a Medium queue has a share").into());
        }
        _ => {}
    }
    let taken: i64 = others.iter().filter_map(|other| other.percent).sum();
    if taken + queue.percent.unwrap_or(0) > 100 {
        return Err(invalid("BandwidthPercent", &format!("{} percent are left", 100 - taken)).into());
    }
    let is_rest = |queue: &Queue| queue.kind == QueueType::Default;
    match others.iter().find(|other| is_rest(other)) {
        Some(other) if is_rest(queue) => {
            Err(invalid("QueueType", &format!("{} is the Default queue already", other.id)).into())
        }
        _ => Ok(()),
    }
}

/// Makes a queue of a traffic policy.
#[derive(Wire)]
pub struct CreateExpressConnectTrafficQosQueue {
    /// Region of the policy.
    region_id: RegionId,
    /// The policy.
    qos_id: QosId,
    /// What it is for; a policy has one Default queue at most.
    queue_type: QueueType,
    /// Its share of the bandwidth, percent: needed with Medium, refused otherwise; those of a policy are 100 at most.
    bandwidth_percent: Option<Percent>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text.
    queue_description: Option<QosDescription>,
    /// Display name.
    queue_name: Option<QosName>,
}

/// The new queue.
#[derive(Reply)]
pub struct QueueCreated {
    /// Its policy.
    qos_id: String,
    /// Its id.
    queue_id: String,
}

impl Command for CreateExpressConnectTrafficQosQueue {
    type Reply = QueueCreated;
    const ABOUT: About =
        About::tenant("CreateExpressConnectTrafficQosQueue", "vpc:CreateExpressConnectTrafficQosQueue")
            .replay(Replay::Create);
    const ERRORS: Codes = &[
        &codes::ILLEGAL_PARAM_QOS_ID,
        &codes::INCORRECT_STATUS_QOS,
        &gateway::MISSING_PARAMETER,
        &gateway::INVALID_PARAMETER,
        &codes::QUOTA_EXCEEDED_QOS_QUEUE,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.qos_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<QueueCreated> {
        let mut qos = Qos::named(cx, self.qos_id.as_str(), self.region_id.as_str())?;
        qos.check(Self::ABOUT.name)?;
        let others = Queue::all_of(cx.tx, &qos.head.id)?;
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let queue = Queue {
            qos_id: qos.head.id.clone(),
            id: cx.ids.resource(QUEUE_PREFIX, cx.now),
            kind: self.queue_type,
            percent: self.bandwidth_percent.map(Percent::get),
            name: text(self.queue_name.as_ref().map(QosName::as_str)),
            description: text(self.queue_description.as_ref().map(QosDescription::as_str)),
        };
        check(&queue, &others)?;
        if i64::try_from(others.len()).is_ok_and(|count| count >= QOS_QUEUES_MAX) {
            return Err((&codes::QUOTA_EXCEEDED_QOS_QUEUE).into());
        }
        queue.insert(cx)?;
        let has_circuits = has_circuits(cx.tx, &qos.head.id)?;
        qos.changed(cx, Self::ABOUT.name, has_circuits)?;
        Ok(QueueCreated { qos_id: qos.head.id, queue_id: queue.id })
    }
}

/// Changes a queue of a traffic policy. A parameter left out stays as it is; an empty text is cleared.
#[derive(Wire)]
pub struct ModifyExpressConnectTrafficQosQueue {
    /// Region of the policy.
    region_id: RegionId,
    /// The policy.
    qos_id: QosId,
    /// The queue.
    queue_id: QueueId,
    /// Its share of the bandwidth, percent; only of a Medium queue.
    bandwidth_percent: Option<Percent>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text.
    queue_description: Edit<QosDescription>,
    /// Display name.
    queue_name: Edit<QosName>,
}

impl Command for ModifyExpressConnectTrafficQosQueue {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("ModifyExpressConnectTrafficQosQueue", "vpc:ModifyExpressConnectTrafficQosQueue")
            .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::ILLEGAL_PARAM_QOS_ID,
        &codes::ILLEGAL_PARAM_QUEUE_ID,
        &codes::INCORRECT_STATUS_QOS,
        &gateway::INVALID_PARAMETER,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.qos_id.as_str(), self.queue_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let mut qos = Qos::named(cx, self.qos_id.as_str(), self.region_id.as_str())?;
        let mut others = Queue::all_of(cx.tx, &qos.head.id)?;
        let mut queue = find(&others, self.queue_id.as_str())?;
        qos.check(Self::ABOUT.name)?;
        others.retain(|other| other.id != queue.id);
        queue.percent = self.bandwidth_percent.map(Percent::get).or(queue.percent);
        self.queue_name.write(&mut queue.name);
        self.queue_description.write(&mut queue.description);
        check(&queue, &others)?;
        queue.remove(cx)?;
        queue.insert(cx)?;
        let has_circuits = has_circuits(cx.tx, &qos.head.id)?;
        qos.changed(cx, Self::ABOUT.name, has_circuits)?;
        Ok(Nothing {})
    }
}

/// Removes a queue that has no rules from a traffic policy.
#[derive(Wire)]
pub struct DeleteExpressConnectTrafficQosQueue {
    /// Region of the policy.
    region_id: RegionId,
    /// The policy.
    qos_id: QosId,
    /// The queue.
    queue_id: QueueId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for DeleteExpressConnectTrafficQosQueue {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("DeleteExpressConnectTrafficQosQueue", "vpc:DeleteExpressConnectTrafficQosQueue")
            .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::ILLEGAL_PARAM_QOS_ID,
        &codes::ILLEGAL_PARAM_QUEUE_ID,
        &codes::INCORRECT_STATUS_QOS,
        &codes::FORBIDDEN_QOS_RULE_EXISTS,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.qos_id.as_str(), self.queue_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let mut qos = Qos::named(cx, self.qos_id.as_str(), self.region_id.as_str())?;
        let queue = find(&Queue::all_of(cx.tx, &qos.head.id)?, self.queue_id.as_str())?;
        qos.check(Self::ABOUT.name)?;
        require_free(cx, &qos, Self::ABOUT.name, &queue.id)?;
        queue.remove(cx)?;
        let has_circuits = has_circuits(cx.tx, &qos.head.id)?;
        qos.changed(cx, Self::ABOUT.name, has_circuits)?;
        Ok(Nothing {})
    }
}
