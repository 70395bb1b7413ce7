//! Confirming a hosted connection, stopping it, bringing it back, and removing it. All but the third go by the names
//! that they have for circuits, whose actions hand over to this file when they are given one.

use super::Hosted;
use crate::action::{About, Codes, Command, Replay, Result, Stop};
use crate::circuit::Circuit;
use crate::circuit::parameters::{CircuitId, ClientToken, RegionId};
use crate::circuit::states::BusinessStatus;
use crate::codes;
use crate::cx::{Cx, View};
use crate::holds;
use crate::kept::Kept;
use crate::reply::Nothing;
use crate::vbr::vlan;
use rpc::Wire;
use rpc::code::Error;

/// Makes one of the moves that circuits have too. Both parties may; only its tenant may confirm it, and the other is
/// told that there is nothing to confirm.
pub(crate) fn step(cx: &mut Cx<'_>, mut hosted: Hosted, action: &str) -> Result<()> {
    if let Some(error) = holds::refusal(cx.tx, action, &hosted.head.id)? {
        return Err(hosted.refuse(error));
    }
    if action == "ConfirmPhysicalConnection" && !hosted.is_tenants(cx.caller) {
        return Err((&codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND_400).into());
    }
    hosted.step(cx, action)
}

/// Brings a stopped hosted connection back into service. Only for the owner of the circuit, which must not be locked.
#[derive(Wire)]
pub struct RecoverPhysicalConnection {
    /// Region of the hosted connection.
    region_id: RegionId,
    /// The hosted connection; a dedicated circuit cannot be brought back.
    instance_id: CircuitId,
    /// Only checks: the answer is that of success, and nothing is changed.
    #[wire(default = "false")]
    dry_run: bool,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(alias = "ClientToken", error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    token: Option<ClientToken>,
}

impl Command for RecoverPhysicalConnection {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("RecoverPhysicalConnection", "vpc:RecoverPhysicalConnection").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::RESOURCE_NOT_FOUND,
        &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_HOSTED,
        &codes::OPERATION_DENIED_TERMINATE_VIRTUAL_PHYSICAL_CONNECTION,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn account(&self, view: &mut View<'_>) -> Result<Option<String>> {
        super::owner(view, self.instance_id.as_str())
    }

    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        super::circuit_owner(view, self.instance_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.instance_id.as_str()]
    }

    fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.instance_id.as_str(), self.region_id.as_str());
        let Some(mut hosted) = Hosted::of_caller(cx, id, region)? else {
            return Err(self.refuse_dedicated(cx)?);
        };
        hosted.check(Self::ABOUT.name)?;
        let parent = hosted.parent(cx.tx)?;
        let code = &codes::OPERATION_DENIED_TERMINATE_VIRTUAL_PHYSICAL_CONNECTION;
        let why = if !hosted.is_on_circuit_of(cx.caller) {
            "Only the owner of its circuit brings it back.".to_owned()
        } else if parent.business_status != BusinessStatus::Normal {
            format!("{} is {}.", parent.id, parent.business_status.as_str())
        } else {
            hosted.step(cx, Self::ABOUT.name)?;
            return Ok(Nothing {});
        };
        let error = Error::new(code).with_message(format!("{} {why}", code.message));
        Err(hosted.refuse(error))
    }
}

impl RecoverPhysicalConnection {
    /// What is answered where there is no such hosted connection: a circuit of the caller's has a state of its own.
    fn refuse_dedicated(&self, cx: &mut Cx<'_>) -> Result<Stop> {
        let (id, region) = (self.instance_id.as_str(), self.region_id.as_str());
        let circuit = Circuit::anywhere(cx.tx, id)?
            .filter(|circuit| circuit.account == cx.caller.account && circuit.region == region);
        let Some(circuit) = circuit else { return Ok(super::unknown()) };
        let code = &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_HOSTED;
        let message =
            format!("{} A dedicated circuit cannot be brought back.", code.message.replace("%s", id));
        Ok(circuit.explain(Error::new(code).with_message(message)))
    }
}

/// A border router is going away: the hosted connection it ran over holds the VLAN itself again.
pub(crate) fn router_gone(cx: &mut Cx<'_>, vbr: &str) -> Result<()> {
    let Some(mut hosted) = Hosted::under(cx.tx, vbr)? else { return Ok(()) };
    hosted.vbr_id.clear();
    let (circuit, vlan) = (hosted.parent_id.clone(), hosted.vlan);
    if !vlan::take(cx, &circuit, vlan, &hosted.head.id)? {
        let id = &hosted.head.id;
        return Err(store::Fault::broken(format!("VLAN {vlan} of {id} went to another")).into());
    }
    hosted.update(cx, hosted.status())
}

/// A border router changes its VLAN on a circuit: the hosted connection it runs over has the same.
pub(crate) fn follow_vlan(cx: &mut Cx<'_>, vbr: &str, circuit: &str, vlan: i64) -> Result<()> {
    let Some(mut hosted) = Hosted::under(cx.tx, vbr)?.filter(|hosted| hosted.parent_id == circuit) else {
        return Ok(());
    };
    hosted.vlan = vlan;
    hosted.update(cx, hosted.status())
}

/// What a border router may carry at most: what the hosted connection does that it runs over.
pub(crate) fn ceiling(cx: &mut Cx<'_>, vbr: &str) -> Result<Option<i64>> {
    Ok(Hosted::under(cx.tx, vbr)?.map(|hosted| hosted.mbps))
}
