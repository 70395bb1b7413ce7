//! Stopping a border router, bringing it back, and removing it.

use super::parameters::VbrId;
use super::states::VbrStatus;
use super::{Vbr, link, vlan};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::{ClientToken, RegionId};
use crate::circuit::{Circuit, service};
use crate::codes;
use crate::cx::{Cx, View};
use crate::holds;
use crate::reply::Nothing;
use rpc::Wire;
use rpc::code::Error;

/// What every command on a router names, and whom it locks: the router's owner, and the owner of its circuits.
macro_rules! names_a_router {
    ($field:ident) => {
        fn region(&self) -> Option<&str> {
            Some(self.region_id.as_str())
        }

        fn account(&self, view: &mut View<'_>) -> Result<Option<String>> {
            $crate::vbr::owner(view, self.$field.as_str())
        }

        fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
            $crate::vbr::circuit_owners(view.read, [self.$field.as_str()])
        }
    };
}
pub(super) use names_a_router;

/// Stops a border router without removing it. Its VLANs stay reserved for it for seven days. Only for the owner of
/// the circuit.
#[derive(Wire)]
pub struct TerminateVirtualBorderRouter {
    /// Region of the router.
    region_id: RegionId,
    /// The router.
    vbr_id: VbrId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for TerminateVirtualBorderRouter {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("TerminateVirtualBorderRouter", "vpc:TerminateVirtualBorderRouter")
        .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_VBR_ID_NOT_FOUND,
        &codes::FORBIDDEN_OPERATION_NOT_ALLOWED_BY_USER_TERMINATE,
        &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE,
    ];
    names_a_router!(vbr_id);

    fn targets(&self) -> Vec<&str> {
        vec![self.vbr_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.vbr_id.as_str(), self.region_id.as_str());
        let mut vbr = Vbr::find(cx, id, region, &codes::INVALID_VBR_ID_NOT_FOUND)?;
        if !vbr.is_on_circuit_of(cx.caller) {
            return Err((&codes::FORBIDDEN_OPERATION_NOT_ALLOWED_BY_USER_TERMINATE).into());
        }
        vbr.check(Self::ABOUT.name)?;
        if let Some(error) = holds::refusal(cx.tx, Self::ABOUT.name, id)? {
            return Err(vbr.refuse(error));
        }
        vbr.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Brings a stopped border router back with all it had. Only for the owner of the circuit, which must be in service.
#[derive(Wire)]
pub struct RecoverVirtualBorderRouter {
    /// Region of the router.
    region_id: RegionId,
    /// The router.
    vbr_id: VbrId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for RecoverVirtualBorderRouter {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("RecoverVirtualBorderRouter", "vpc:RecoverVirtualBorderRouter").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_VBR_ID_NOT_FOUND,
        &codes::FORBIDDEN_OPERATION_NOT_ALLOWED_BY_USER_RECOVER,
        &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE_RECOVER,
        &codes::OPERATION_FAILED_PCONN_TRAFFIC_NOT_ENABLE,
        &codes::OPERATION_FAILED_VLAN_ID_ALREADY_IN_USE,
    ];
    names_a_router!(vbr_id);

    fn targets(&self) -> Vec<&str> {
        vec![self.vbr_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.vbr_id.as_str(), self.region_id.as_str());
        let mut vbr = Vbr::find(cx, id, region, &codes::INVALID_VBR_ID_NOT_FOUND)?;
        if !vbr.is_on_circuit_of(cx.caller) {
            return Err((&codes::FORBIDDEN_OPERATION_NOT_ALLOWED_BY_USER_RECOVER).into());
        }
        vbr.check(Self::ABOUT.name)?;
        service::require_open_for(cx, &vbr.circuit_account, region)?;
        let links: Vec<_> = std::iter::once(vbr.link.clone()).chain(link::associated(cx.tx, id)?).collect();
        for link in &links {
            if let Some(circuit) = Circuit::anywhere(cx.tx, &link.circuit_id)? {
                holds::require_circuit(Self::ABOUT.name, &circuit)?;
            }
            if !vlan::reclaim(cx, &link.circuit_id, link.vlan, id)? {
                let code = &codes::OPERATION_FAILED_VLAN_ID_ALREADY_IN_USE;
                let message = format!("{} {} on {}.", code.message, link.vlan, link.circuit_id);
                return Err(vbr.refuse(Error::new(code).with_message(message)));
            }
        }
        vbr.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Removes a border router on which nothing hangs. Its owner may while it is unconfirmed, active or terminated; the
/// owner of the circuit, if that is another, only while it is unconfirmed.
#[derive(Wire)]
pub struct DeleteVirtualBorderRouter {
    /// Region of the router.
    region_id: RegionId,
    /// The router.
    vbr_id: VbrId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for DeleteVirtualBorderRouter {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("DeleteVirtualBorderRouter", "vpc:DeleteVirtualBorderRouter").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_VBR_ID_NOT_FOUND_DELETE,
        &codes::FORBIDDEN_OPERATION_NOT_ALLOWED_BY_USER_DELETE,
        &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE,
        &codes::INVALID_STATUS_NOT_ALLOWED,
        &codes::INVALID_OPERATION_ROUTER_INTERFACE_NOT_DELETED,
        &codes::DEPENDENCY_VIOLATION_ROUTE_ENTRY,
        &codes::DEPENDENCY_VIOLATION_BGP_GROUP,
        &codes::INVALID_STATUS_NOT_ALLOWED_PAIR,
    ];
    names_a_router!(vbr_id);

    fn targets(&self) -> Vec<&str> {
        vec![self.vbr_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.vbr_id.as_str(), self.region_id.as_str());
        let mut vbr = Vbr::find(cx, id, region, &codes::INVALID_VBR_ID_NOT_FOUND_DELETE)?;
        if !vbr.is_owned_by(cx.caller) && vbr.status() != VbrStatus::Unconfirmed {
            return Err((&codes::FORBIDDEN_OPERATION_NOT_ALLOWED_BY_USER_DELETE).into());
        }
        vbr.check(Self::ABOUT.name)?;
        if let Some(error) = holds::refusal(cx.tx, Self::ABOUT.name, id)? {
            return Err(vbr.refuse(error));
        }
        vbr.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}
