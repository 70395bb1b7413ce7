//! The life cycle of a failover pair (contract, states section 8), as a table. Nothing here acts.

use crate::codes;
use crate::limits::{VBR_HA_CREATION_MS, VBR_HA_DELETION_MS};
use crate::machine::Actor::{Tenant, Timer};
use crate::machine::{Machine, Move, State, To, on};
use VbrHaStatus::{Active, Creating, Deleting};
use rpc::Choice;

/// `Status` of a failover pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum VbrHaStatus {
    /// Being made.
    Creating,
    /// In force.
    Active,
    /// Being dissolved.
    Deleting,
}

impl State for VbrHaStatus {
    fn as_str(&self) -> &'static str {
        VbrHaStatus::as_str(self)
    }
}

/// The deadline that ends the making of a pair.
pub const FINISH_CREATION: &str = "FinishRouterPairCreation";
/// The deadline that ends its dissolution.
pub const FINISH_DELETION: &str = "FinishRouterPairDeletion";

/// The life cycle of a failover pair.
pub const VBR_HA: Machine<VbrHaStatus> = Machine {
    name: "failover pair",
    initial: Creating,
    states: VbrHaStatus::ALL,
    moves: &[
        on(FINISH_CREATION, Timer, &[Creating]).after(VBR_HA_CREATION_MS, Active),
        on("DeleteVbrHa", Tenant, &[Active]).to(Deleting),
        Move {
            trigger: FINISH_DELETION,
            actor: Timer,
            from: &[Deleting],
            to: To::Gone,
            after_ms: VBR_HA_DELETION_MS,
        },
    ],
    refusals: &[("DeleteVbrHa", &codes::INCORRECT_STATUS_VBR_HA)],
};

crate::assert_unambiguous!(VBR_HA);
