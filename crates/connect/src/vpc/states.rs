//! The life cycle of a VPC (contract, states section 8), as a table. Nothing here acts.

use crate::codes;
use crate::limits::{VPC_CREATION_MS, VPC_DELETION_MS};
use crate::machine::Actor::{Tenant, Timer};
use crate::machine::{Machine, Move, State, To, on};
use VpcStatus::{Available, Deleting, Pending};
use rpc::Choice;

/// `Status` of a VPC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum VpcStatus {
    /// Being made.
    Pending,
    /// Ready.
    Available,
    /// Being removed.
    Deleting,
}

impl State for VpcStatus {
    fn as_str(&self) -> &'static str {
        VpcStatus::as_str(self)
    }
}

/// The deadline that ends the making of a VPC.
pub const FINISH_CREATION: &str = "FinishVpcCreation";
/// The deadline that ends a removal.
pub const FINISH_DELETION: &str = "FinishVpcDeletion";

/// The life cycle of a VPC.
pub const VPC: Machine<VpcStatus> = Machine {
    name: "VPC",
    initial: Pending,
    states: VpcStatus::ALL,
    moves: &[
        on(FINISH_CREATION, Timer, &[Pending]).after(VPC_CREATION_MS, Available),
        on("DeleteVpc", Tenant, &[Available]).to(Deleting),
        Move {
            trigger: FINISH_DELETION,
            actor: Timer,
            from: &[Deleting],
            to: To::Gone,
            after_ms: VPC_DELETION_MS,
        },
    ],
    refusals: &[("DeleteVpc", &codes::INCORRECT_VPC_STATUS)],
};

crate::assert_unambiguous!(VPC);
