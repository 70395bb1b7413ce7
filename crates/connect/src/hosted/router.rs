//! Border routers over hosted connections: putting one that another account was given on a hosted connection of its
//! own, and making a hosted connection out of one. From then on the router's VLAN is the hosted connection's.

use super::Hosted;
use super::apply::{HostedCreated, new, require_bandwidth};
use super::parameters::{HostedSpec, OrderMode};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::{CircuitId, ClientToken, RegionId};
use crate::codes;
use crate::cx::{Cx, View};
use crate::holds;
use crate::kept::Kept;
use crate::vbr::parameters::VbrId;
use crate::vbr::states::VbrStatus;
use crate::vbr::{self, Vbr, vlan};
use rpc::Wire;
use rpc::code::Error;

/// Puts a border router on a hosted connection of its owner's, on the same circuit. The hosted connection gives its
/// VLAN up and has the router's. Both parties may.
#[derive(Wire)]
pub struct AttachVbrToVpconn {
    /// Region of both.
    region_id: RegionId,
    /// The router, which must be active and on no hosted connection.
    vbr_id: VbrId,
    /// The hosted connection, which must be in service and have no router.
    vpconn_id: CircuitId,
    /// Only checks: the answer is that of success, and nothing is changed.
    #[wire(default = "false")]
    dry_run: bool,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(alias = "ClientToken", error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    token: Option<ClientToken>,
}

impl Command for AttachVbrToVpconn {
    type Reply = HostedCreated;
    const ABOUT: About = About::tenant("AttachVbrToVpconn", "vpc:AttachVbrToVpconn").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::RESOURCE_NOT_FOUND,
        &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_HOSTED,
        &codes::FORBIDDEN_VBR_ATTACHED_HOSTED,
        &codes::INVALID_VBR_ID_NOT_FOUND,
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_MATCHED,
        &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE,
        &codes::OPERATION_FAILED_VPCONN,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn account(&self, view: &mut View<'_>) -> Result<Option<String>> {
        super::owner(view, self.vpconn_id.as_str())
    }

    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        super::circuit_owner(view, self.vpconn_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.vbr_id.as_str(), self.vpconn_id.as_str()]
    }

    fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<HostedCreated> {
        let region = self.region_id.as_str();
        let mut hosted = Hosted::named(cx, self.vpconn_id.as_str(), region)?;
        hosted.check(Self::ABOUT.name)?;
        let vbr = Vbr::find(cx, self.vbr_id.as_str(), region, &codes::INVALID_VBR_ID_NOT_FOUND)?;
        if vbr.link.circuit_id != hosted.parent_id {
            return Err((&codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_MATCHED).into());
        }
        if !hosted.vbr_id.is_empty() {
            let code = &codes::FORBIDDEN_VBR_ATTACHED_HOSTED;
            let message = format!("{} {} is on {}.", code.message, hosted.vbr_id, hosted.head.id);
            return Err(hosted.refuse(Error::new(code).with_message(message)));
        }
        require_fit(cx, &vbr)?;
        if vbr.bandwidth > hosted.mbps {
            return Err(too_wide(&vbr));
        }
        vlan::free(cx, &hosted.parent_id, &hosted.head.id)?;
        hosted.vlan = vbr.link.vlan;
        hosted.vbr_id.clone_from(&vbr.id);
        hosted.step(cx, Self::ABOUT.name)?;
        Ok(HostedCreated { virtual_physical_connection: hosted.head.id })
    }
}

/// The router is in service, and on no hosted connection.
fn require_fit(cx: &mut Cx<'_>, vbr: &Vbr) -> Result<()> {
    let code = &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE;
    if vbr.status() != VbrStatus::Active {
        return Err(vbr.refuse(code.into()));
    }
    match Hosted::under(cx.tx, &vbr.id)? {
        Some(hosted) => {
            let message = format!("{} {} runs over {} already.", code.message, vbr.id, hosted.head.id);
            Err(vbr.refuse(Error::new(code).with_message(message)))
        }
        None => Ok(()),
    }
}

fn too_wide(vbr: &Vbr) -> crate::action::Stop {
    let code = &codes::OPERATION_FAILED_VPCONN;
    let message = format!("{} {} carries {} Mbit/s.", code.message, vbr.id, vbr.bandwidth);
    vbr.refuse(Error::new(code).with_message(message))
}

/// Makes a hosted connection out of a border router on a circuit of the caller's: the router's owner has it at once,
/// with the router on it, its VLAN and its bandwidth. The owner has confirmed the router, and so there is nothing left
/// to confirm.
#[derive(Wire)]
pub struct CreateVpconnFromVbr {
    /// Region of the router.
    region_id: RegionId,
    /// The router, which must be active and on no hosted connection.
    vbr_id: VbrId,
    /// Only checks: the answer is that of success, and nothing is changed.
    #[wire(default = "false")]
    dry_run: bool,
    /// Who pays for it; left out, the owner of the circuit.
    order_mode: Option<OrderMode>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(alias = "ClientToken", error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    token: Option<ClientToken>,
}

impl Command for CreateVpconnFromVbr {
    type Reply = HostedCreated;
    const ABOUT: About =
        About::tenant("CreateVpconnFromVbr", "vpc:CreateVpconnFromVbr").replay(Replay::Create);
    const ERRORS: Codes = &[
        &codes::INVALID_VBR_ID_NOT_FOUND,
        &codes::FORBIDDEN_OPERATION_NOT_ALLOWED_BY_USER_VPCONN,
        &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE,
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_ENABLED,
        &codes::OPERATION_FAILED_VPCONN,
        &codes::QUOTA_EXCEEDED_BANDWIDTH,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn account(&self, view: &mut View<'_>) -> Result<Option<String>> {
        vbr::owner(view, self.vbr_id.as_str())
    }

    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        vbr::circuit_owners(view.read, [self.vbr_id.as_str()])
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.vbr_id.as_str()]
    }

    fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<HostedCreated> {
        let (id, region) = (self.vbr_id.as_str(), self.region_id.as_str());
        let vbr = Vbr::find(cx, id, region, &codes::INVALID_VBR_ID_NOT_FOUND)?;
        if !vbr.is_on_circuit_of(cx.caller) {
            return Err((&codes::FORBIDDEN_OPERATION_NOT_ALLOWED_BY_USER_VPCONN).into());
        }
        require_fit(cx, &vbr)?;
        let missing = &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_ENABLED;
        let circuit = vbr::apply::circuit_of_caller(cx, &vbr.link.circuit_id, missing)?;
        holds::require_circuit(Self::ABOUT.name, &circuit)?;
        let spec = HostedSpec::of_mbps(vbr.bandwidth).ok_or_else(|| too_wide(&vbr))?;
        require_bandwidth(cx, &circuit, spec.mbps())?;
        let order_mode = self.order_mode.unwrap_or(OrderMode::PayByPhysicalConnectionOwner);
        let mut hosted = new(cx, &circuit, spec, order_mode);
        hosted.vlan = vbr.link.vlan;
        hosted.vbr_id.clone_from(&vbr.id);
        let id = hosted.put(cx, &circuit, &[])?;
        Ok(HostedCreated { virtual_physical_connection: id })
    }
}
