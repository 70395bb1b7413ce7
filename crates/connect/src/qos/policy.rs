//! Making a traffic policy, changing what it is called and which circuits it holds for, and removing it.

use super::parameters::{InstanceType, QosDescription, QosId, QosName};
use super::{KIND, Qos, circuits_of, of_circuit, require_free};
use crate::action::{About, Codes, Command, Replay, Result, Stop};
use crate::circuit::Circuit;
use crate::circuit::parameters::{CircuitId, ClientToken, RegionId, ResourceGroupId};
use crate::codes;
use crate::cx::Cx;
use crate::holds;
use crate::kept::Head;
use crate::kept::Kept;
use crate::limits::{QOS_CIRCUITS_MAX, QOS_POLICIES_MAX};
use crate::reply::Nothing;
use crate::tag::{self, TagParameter};
use crate::vbr::DEFAULT_RESOURCE_GROUP;
use rpc::code::Error;
use rpc::gateway;
use rpc::wire::Edit;
use rpc::{Reply, Wire};
use store::{Arg, ReadExt};

/// Makes a traffic policy without queues, which holds for no circuit.
#[derive(Wire)]
pub struct CreateExpressConnectTrafficQos {
    /// Region of the policy.
    region_id: RegionId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text.
    qos_description: Option<QosDescription>,
    /// Display name.
    qos_name: Option<QosName>,
    /// Resource group to put the policy into.
    resource_group_id: Option<ResourceGroupId>,
    /// Labels.
    #[wire(alias = "Tag", max_items = 20)]
    tags: Vec<TagParameter>,
}

/// The new policy.
#[derive(Reply)]
pub struct QosCreated {
    /// Its id.
    qos_id: String,
}

impl Command for CreateExpressConnectTrafficQos {
    type Reply = QosCreated;
    const ABOUT: About =
        About::tenant("CreateExpressConnectTrafficQos", "vpc:CreateExpressConnectTrafficQos")
            .replay(Replay::Create);
    const ERRORS: Codes = &[&gateway::INVALID_PARAMETER, &codes::QUOTA_EXCEEDED_QOS];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<QosCreated> {
        let tags = tag::given(&self.tags, "Tags")?;
        let region = self.region_id.as_str();
        let sql = "select count(*) from qos where account = $1 and region = $2";
        let present = cx.tx.one(sql, &[Arg::from(&cx.account), Arg::from(region)], |row| row.int(0))?;
        if present.unwrap_or(0) >= QOS_POLICIES_MAX {
            return Err((&codes::QUOTA_EXCEEDED_QOS).into());
        }
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let group = self.resource_group_id.as_ref().map_or(DEFAULT_RESOURCE_GROUP, ResourceGroupId::as_str);
        let qos = Qos {
            head: Head::new::<Qos>(cx, region),
            name: text(self.qos_name.as_ref().map(QosName::as_str)),
            description: text(self.qos_description.as_ref().map(QosDescription::as_str)),
            resource_group_id: group.to_owned(),
        };
        qos.insert(cx)?;
        tag::put(cx, KIND, &qos.head.id, &tags)?;
        Ok(QosCreated { qos_id: qos.head.id })
    }
}

/// A circuit that a policy is to hold for, or no more.
#[derive(Wire)]
pub struct Instance {
    /// The circuit.
    instance_id: CircuitId,
    /// What it is; always a circuit.
    instance_type: Option<InstanceType>,
}

/// Changes a traffic policy: its name, its description, and the circuits it holds for. While it holds for any, the
/// change takes a moment to reach their devices, and the policy is Configuring meanwhile.
#[derive(Wire)]
pub struct ModifyExpressConnectTrafficQos {
    /// Region of the policy.
    region_id: RegionId,
    /// The policy.
    qos_id: QosId,
    /// Circuits that it is to hold for: the caller's own, Enabled, not locked, and in no other policy.
    #[wire(max_items = 20)]
    add_instance_list: Vec<Instance>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text.
    qos_description: Edit<QosDescription>,
    /// Display name.
    qos_name: Edit<QosName>,
    /// Circuits that it is to hold for no more.
    #[wire(max_items = 20)]
    remove_instance_list: Vec<Instance>,
}

impl Command for ModifyExpressConnectTrafficQos {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("ModifyExpressConnectTrafficQos", "vpc:ModifyExpressConnectTrafficQos")
            .replay(Replay::Target);
    const ERRORS: Codes =
        &[&codes::ILLEGAL_PARAM_QOS_ID, &codes::INCORRECT_STATUS_QOS, &codes::ILLEGAL_PARAM_INSTANCE_ID];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.qos_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.qos_id.as_str(), self.region_id.as_str());
        let mut qos = Qos::named(cx, id, region)?;
        qos.check(Self::ABOUT.name)?;
        self.qos_name.write(&mut qos.name);
        self.qos_description.write(&mut qos.description);
        let before = circuits_of(cx.tx, id)?;
        for instance in &self.remove_instance_list {
            leave(cx, &qos, instance)?;
        }
        for instance in &self.add_instance_list {
            join(cx, &qos, instance)?;
        }
        let after = circuits_of(cx.tx, id)?;
        if i64::try_from(after.len()).is_ok_and(|count| count > QOS_CIRCUITS_MAX) {
            return Err(bad_instance(id, &format!("holds for at most {QOS_CIRCUITS_MAX} circuits")));
        }
        qos.changed(cx, Self::ABOUT.name, !(before.is_empty() && after.is_empty()))?;
        Ok(Nothing {})
    }
}

fn bad_instance(id: &str, why: &str) -> Stop {
    let code = &codes::ILLEGAL_PARAM_INSTANCE_ID;
    Error::new(code).with_message(format!("{} {id} {why}.", code.message)).into()
}

/// A circuit of the policy's account and region.
fn circuit(cx: &mut Cx<'_>, qos: &Qos, instance: &Instance) -> Result<Circuit> {
    Circuit::anywhere(cx.tx, instance.instance_id.as_str())?
        .filter(|circuit| circuit.account == cx.account && circuit.region == qos.head.region)
        .ok_or_else(|| (&codes::ILLEGAL_PARAM_INSTANCE_ID).into())
}

fn join(cx: &mut Cx<'_>, qos: &Qos, instance: &Instance) -> Result<()> {
    let circuit = circuit(cx, qos, instance)?;
    holds::require_circuit("ModifyExpressConnectTrafficQos", &circuit)?;
    if let Some(present) = of_circuit(cx.tx, &circuit.id)? {
        return Err(bad_instance(&circuit.id, &format!("is in {present} already")));
    }
    cx.tx.exec(
        "insert into qos_circuit (circuit_id, qos_id) values ($1, $2)",
        &[Arg::from(&circuit.id), Arg::from(&qos.head.id)],
    )?;
    circuit.write_anew(cx)
}

fn leave(cx: &mut Cx<'_>, qos: &Qos, instance: &Instance) -> Result<()> {
    let circuit = circuit(cx, qos, instance)?;
    if of_circuit(cx.tx, &circuit.id)?.as_ref() != Some(&qos.head.id) {
        return Err(bad_instance(&circuit.id, &format!("is not in {}", qos.head.id)));
    }
    super::circuit_left(cx, &circuit.id)?;
    circuit.write_anew(cx)
}

/// Removes a traffic policy that holds for no circuit and has no queues.
#[derive(Wire)]
pub struct DeleteExpressConnectTrafficQos {
    /// Region of the policy.
    region_id: RegionId,
    /// The policy.
    qos_id: QosId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for DeleteExpressConnectTrafficQos {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("DeleteExpressConnectTrafficQos", "vpc:DeleteExpressConnectTrafficQos")
            .replay(Replay::Target);
    const ERRORS: Codes =
        &[&codes::ILLEGAL_PARAM_QOS_ID, &codes::FORBIDDEN_QOS_ASSOCIATED, &codes::FORBIDDEN_QOS_QUEUE_EXISTS];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.qos_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.qos_id.as_str(), self.region_id.as_str());
        let mut qos = Qos::named(cx, id, region)?;
        require_free(cx, &qos, Self::ABOUT.name, id)?;
        qos.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}
