//! The life cycle of a letter of authorization (contract, states section 4), as a table and lists of states. Nothing
//! here acts.

use crate::codes;
use crate::machine::Actor::{Operator, Tenant};
use crate::machine::{Machine, State, on};
use LetterStatus::{Accept, Applying, Available, Complete, Completing, Deleted, Rejected};
use rpc::Choice;

/// `LoaStatus` of a circuit, and `Status` of its letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum LetterStatus {
    /// Applied for; the provider is reviewing it.
    Applying,
    /// Approved; the document is not made yet.
    Accept,
    /// The document can be fetched, and the crew can come.
    Available,
    /// The application was refused.
    Rejected,
    /// The tenant has reported the construction done; it is to be accepted.
    Completing,
    /// The construction is done and accepted.
    Complete,
    /// Withdrawn: by the provider, or with its circuit.
    Deleted,
}

impl State for LetterStatus {
    fn as_str(&self) -> &'static str {
        LetterStatus::as_str(self)
    }
}

/// The life cycle of a letter. Some of its triggers are moves of the circuit, which takes its letter with it.
pub const LETTER: Machine<LetterStatus> = Machine {
    name: "letter",
    initial: Applying,
    states: LetterStatus::ALL,
    moves: &[
        on("ApplyPhysicalConnectionLOA", Tenant, &[Rejected, Deleted]).to(Applying),
        on("SecondApplyPhysicalConnectionLOA", Tenant, &[Rejected]).to(Applying),
        on("ApprovePhysicalConnectionLOA", Operator, &[Applying]).to(Accept),
        on("RejectPhysicalConnectionLOA", Operator, &[Applying, Accept]).to(Rejected),
        on("IssuePhysicalConnectionLOA", Operator, &[Accept]).to(Available),
        on("IssuePhysicalConnectionLOA", Operator, &[Available]).stays(),
        on("RevokePhysicalConnectionLOA", Operator, &[Available, Completing]).to(Deleted),
        on("CompletePhysicalConnectionLOA", Tenant, &[Available]).to(Completing),
        on("CompletePhysicalConnectionLOA", Tenant, &[Complete]).stays(),
        on("ConfirmPhysicalConnection", Tenant, &[Completing]).to(Complete),
        on("AcceptPhysicalConnectionConstruction", Operator, &[Completing]).to(Complete),
        on("RefusePhysicalConnectionConstruction", Operator, &[Completing]).to(Available),
        on("CancelPhysicalConnection", Tenant, OPEN).to(Deleted),
        on("DeletePhysicalConnection", Tenant, OPEN).to(Deleted),
        on("TerminatePhysicalConnection", Tenant, OPEN).to(Deleted),
    ],
    refusals: &[
        ("ApplyPhysicalConnectionLOA", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA),
        ("SecondApplyPhysicalConnectionLOA", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA),
        ("ApprovePhysicalConnectionLOA", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA),
        ("RejectPhysicalConnectionLOA", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA),
        ("IssuePhysicalConnectionLOA", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA),
        ("RevokePhysicalConnectionLOA", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA),
        ("CompletePhysicalConnectionLOA", &codes::OPERATION_DENIED_LOA_STATUS_NOT_ALLOW_COMPLETE),
        ("ConfirmPhysicalConnection", &codes::OPERATION_UNSUPPORTED_SKIP_CONSTRUCTION),
        ("AcceptPhysicalConnectionConstruction", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION),
        ("RefusePhysicalConnectionConstruction", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION),
    ],
};

crate::assert_unambiguous!(LETTER);

/// A letter there is: a second cannot be applied for, and it goes when its circuit does. In the other states a
/// circuit is treated as one without a letter.
pub const OPEN: &[LetterStatus] = &[Applying, Accept, Available, Completing, Complete];

/// The construction is not over: the letter, and not its circuit, is what has to move on.
pub const UNDER_WAY: &[LetterStatus] = &[Applying, Accept, Available, Completing];

/// Waiting for an operator, and so in the work queue. A letter that is Available waits for its crew, although an
/// operator may issue it anew or revoke it.
pub const WAITING: &[LetterStatus] = &[Applying, Accept, Completing];

/// Whether a letter in this status (empty without a letter) bars its circuit from the move of `trigger`.
pub fn bars(loa_status: &str, trigger: &str) -> bool {
    let concerns = LETTER.moves.iter().any(|row| row.trigger == trigger);
    let open = OPEN.iter().find(|status| status.as_str() == loa_status);
    concerns && open.is_some_and(|status| LETTER.find(*status, trigger).is_none())
}

/// Whether a circuit with this `LoaStatus` (empty without a letter) has a letter under way.
pub fn is_under_way(loa_status: &str) -> bool {
    UNDER_WAY.iter().any(|status| status.as_str() == loa_status)
}
