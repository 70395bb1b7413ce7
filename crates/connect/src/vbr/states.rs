//! The life cycle of a virtual border router (contract, states section 5), as a table. Nothing here acts.

use crate::codes;
use crate::limits::{VBR_DELETION_MS, VBR_RECOVERY_MS, VBR_TERMINATION_MS};
use crate::machine::Actor::{Tenant, Timer};
use crate::machine::{Machine, Move, State, To, on};
use VbrStatus::{Active, Deleting, Recovering, Terminated, Terminating, Unconfirmed};
use rpc::Choice;

/// `Status` of a virtual border router: lower case on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum VbrStatus {
    /// Made for another account, which has not given the link its addresses yet. One's own begins active.
    #[choice("unconfirmed")]
    Unconfirmed,
    /// In service.
    #[choice("active")]
    Active,
    /// Being stopped.
    #[choice("terminating")]
    Terminating,
    /// Stopped; its VLANs stay reserved for it for some time.
    #[choice("terminated")]
    Terminated,
    /// Being brought back.
    #[choice("recovering")]
    Recovering,
    /// Being removed.
    #[choice("deleting")]
    Deleting,
}

impl State for VbrStatus {
    fn as_str(&self) -> &'static str {
        VbrStatus::as_str(self)
    }
}

/// What its owner does to a router that another account made for it: the change that leaves the three IPv4 fields of
/// the link set confirms it.
pub const CONFIRM: &str =
    "ModifyVirtualBorderRouterAttribute(LocalGatewayIp+PeerGatewayIp+PeeringSubnetMask)";
/// The deadline that ends a stop.
pub const FINISH_TERMINATION: &str = "FinishRouterTermination";
/// The deadline that ends a return.
pub const FINISH_RECOVERY: &str = "FinishRouterRecovery";
/// The deadline that ends a removal.
pub const FINISH_DELETION: &str = "FinishRouterDeletion";

/// The life cycle of a virtual border router.
pub const VBR: Machine<VbrStatus> = Machine {
    name: "virtual border router",
    initial: Unconfirmed,
    states: VbrStatus::ALL,
    moves: &[
        on("ModifyVirtualBorderRouterAttribute", Tenant, &[Unconfirmed, Active]).stays(),
        on(CONFIRM, Tenant, &[Unconfirmed]).to(Active),
        // No state stands in its way: its answers name none that does.
        on("UpdateVirtualBorderBandwidth", Tenant, VbrStatus::ALL).stays(),
        on("AssociatePhysicalConnectionToVirtualBorderRouter", Tenant, &[Active]).stays(),
        // From a stopped one too: it could not be deleted otherwise.
        on("UnassociatePhysicalConnectionFromVirtualBorderRouter", Tenant, &[Active, Terminated]).stays(),
        on("TerminateVirtualBorderRouter", Tenant, &[Active]).to(Terminating),
        on(FINISH_TERMINATION, Timer, &[Terminating]).after(VBR_TERMINATION_MS, Terminated),
        on("RecoverVirtualBorderRouter", Tenant, &[Terminated]).to(Recovering),
        on(FINISH_RECOVERY, Timer, &[Recovering]).after(VBR_RECOVERY_MS, Active),
        on("DeleteVirtualBorderRouter", Tenant, &[Unconfirmed, Active, Terminated]).to(Deleting),
        Move {
            trigger: FINISH_DELETION,
            actor: Timer,
            from: &[Deleting],
            to: To::Gone,
            after_ms: VBR_DELETION_MS,
        },
    ],
    refusals: &[
        ("ModifyVirtualBorderRouterAttribute", &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE),
        (
            "AssociatePhysicalConnectionToVirtualBorderRouter",
            &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE,
        ),
        ("UnassociatePhysicalConnectionFromVirtualBorderRouter", &codes::INVALID_STATUS_NOT_ALLOWED_ROUTER),
        ("TerminateVirtualBorderRouter", &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE),
        ("RecoverVirtualBorderRouter", &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE_RECOVER),
        ("DeleteVirtualBorderRouter", &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE),
    ],
};

crate::assert_unambiguous!(VBR);
