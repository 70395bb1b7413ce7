//! The life cycle of a circuit (contract, states sections 1 and 2), as a table and three lists of states. Nothing
//! here acts.

use crate::codes;
use crate::limits::TERMINATION_MS;
use crate::machine::Actor::{Operator, Tenant, Timer};
use crate::machine::{Actor, Machine, Move, State, To, on};
use crate::order::states::{ABANDON_ORDER, EXPIRE_ORDER, RENEW_AUTOMATICALLY};
use Status::{
    Allocated, Allocating, AllocationFailed, Approved, Canceled, Confirmed, Enabled, Initial, Rejected,
    Terminated, Terminating,
};
use rpc::Choice;

/// `Status` of a circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Status {
    /// Filed; the provider is reviewing it.
    Initial,
    /// Accepted.
    Approved,
    /// A port is being reserved.
    Allocating,
    /// A port is reserved; the line is being installed.
    Allocated,
    /// The line is installed; it waits to be paid and enabled.
    Confirmed,
    /// In service.
    Enabled,
    /// The application was refused.
    Rejected,
    /// The application was withdrawn.
    Canceled,
    /// No port could be reserved. Sent with the space; filters also take it without.
    #[choice("Allocation Failed")]
    AllocationFailed,
    /// Being shut down.
    Terminating,
    /// Shut down.
    Terminated,
}

impl State for Status {
    fn as_str(&self) -> &'static str {
        Status::as_str(self)
    }
}

/// `BusinessStatus` of a circuit. It never moves `Status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum BusinessStatus {
    /// Nothing is owed.
    Normal,
    /// Overdue.
    FinancialLocked,
    /// Locked for security.
    SecurityLocked,
}

/// The deadline that starts the reservation of a port.
pub const START_ALLOCATION: &str = "StartAllocation";
/// The deadline that ends a shutdown.
pub const FINISH_TERMINATION: &str = "FinishTermination";

/// The deadline at which a renewal that is paid begins.
pub const BEGIN_RENEWAL: &str = "BeginRenewal";
/// The deadline at which a subscription ends that nobody renewed.
pub const END_SUBSCRIPTION: &str = "EndSubscription";

/// The life cycle of a circuit.
pub const CIRCUIT: Machine<Status> = Machine {
    name: "circuit",
    initial: Initial,
    states: Status::ALL,
    moves: &[
        on("ApprovePhysicalConnection", Operator, &[Initial]).to(Approved),
        on("RejectPhysicalConnection", Operator, &[Initial, Approved]).to(Rejected),
        on(START_ALLOCATION, Timer, &[Approved]).after(0, Allocating),
        on("AllocatePhysicalConnection", Operator, &[Allocating]).to(Allocated),
        on("FailPhysicalConnectionAllocation", Operator, &[Allocating]).to(AllocationFailed),
        on("RetryPhysicalConnectionAllocation", Operator, &[AllocationFailed]).to(Allocating),
        on("ModifyPhysicalConnectionAttribute", Tenant, &[Rejected]).to(Initial),
        on("ModifyPhysicalConnectionAttribute", Tenant, &[Initial, Approved, Allocated, Confirmed, Enabled])
            .stays(),
        on("ConfirmPhysicalConnection", Tenant, &[Allocated]).to(Confirmed),
        on("AcceptPhysicalConnectionConstruction", Operator, &[Allocated]).to(Confirmed),
        on("RefusePhysicalConnectionConstruction", Operator, &[Allocated]).stays(),
        on("EnablePhysicalConnection", Tenant, &[Confirmed]).to(Enabled),
        on("EnablePhysicalConnection", Tenant, &[Enabled]).stays(),
        on("CreatePhysicalConnectionOccupancyOrder", Tenant, &[Confirmed]).to(Enabled),
        on("PayOrder", Operator, &[Confirmed]).to(Enabled),
        // The setup is paid, and the review begins.
        on("PayOrder", Operator, &[Initial]).to(Initial),
        on("VoidOrder", Operator, &[Initial]).to(Canceled),
        on(EXPIRE_ORDER, Timer, &[Initial]).to(Canceled),
        on(ABANDON_ORDER, Timer, &[Initial]).to(Canceled),
        on("RenewPhysicalConnection", Operator, &[Enabled]).stays(),
        on(RENEW_AUTOMATICALLY, Timer, &[Enabled]).stays(),
        on(BEGIN_RENEWAL, Timer, &[Enabled]).stays(),
        on(END_SUBSCRIPTION, Timer, &[Enabled]).stays(),
        on("CancelPhysicalConnection", Tenant, &[Initial, Approved, Allocated, Confirmed]).to(Canceled),
        on("TerminatePhysicalConnection", Tenant, &[Enabled]).to(Terminating),
        on(FINISH_TERMINATION, Timer, &[Terminating]).after(TERMINATION_MS, Terminated),
        on(
            "DeletePhysicalConnection",
            Tenant,
            &[Allocated, Confirmed, Rejected, Canceled, AllocationFailed, Terminated],
        )
        .gone(),
        on("LockPhysicalConnection", Operator, LOCKABLE).stays(),
        // Whatever became of the circuit: its lock would bar the account from ordering for ever.
        on("UnlockPhysicalConnection", Operator, Status::ALL).stays(),
    ],
    refusals: &[
        ("ApprovePhysicalConnection", &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE),
        ("RejectPhysicalConnection", &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE),
        ("AllocatePhysicalConnection", &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE),
        ("FailPhysicalConnectionAllocation", &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE),
        ("RetryPhysicalConnectionAllocation", &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE),
        ("ModifyPhysicalConnectionAttribute", &codes::INVALID_STATUS),
        ("ConfirmPhysicalConnection", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION),
        ("AcceptPhysicalConnectionConstruction", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION),
        ("RefusePhysicalConnectionConstruction", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION),
        ("EnablePhysicalConnection", &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE),
        ("CreatePhysicalConnectionOccupancyOrder", &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE),
        ("RenewPhysicalConnection", &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE),
        ("CancelPhysicalConnection", &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE),
        ("TerminatePhysicalConnection", &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE),
        ("DeletePhysicalConnection", &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE),
        ("LockPhysicalConnection", &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE),
    ],
};

crate::assert_unambiguous!(CIRCUIT);

/// Moves that come from an order or from the time it bought: none of them is a state's own deadline, and an operator
/// makes them on the order.
pub const FROM_ORDERS: &[&str] = &[
    "PayOrder",
    "VoidOrder",
    EXPIRE_ORDER,
    ABANDON_ORDER,
    RENEW_AUTOMATICALLY,
    BEGIN_RENEWAL,
    END_SUBSCRIPTION,
];

/// The moves of a circuit in `status` that need no order.
pub fn own_moves(status: Status, actor: Actor) -> impl Iterator<Item = &'static Move<Status>> {
    CIRCUIT.moves_from(status, Some(actor)).filter(|row| !FROM_ORDERS.contains(&row.trigger))
}

/// Whether an operator can move a circuit on from `status`: then it stands in the work queue.
pub fn waits_for_operator(status: Status) -> bool {
    own_moves(status, Operator).any(|row| matches!(row.to, To::State(to) if to != status))
}

/// Out of use for good, or out of reach: nothing can be sold for these (contract, states section 3).
pub const NOTHING_TO_SELL: &[Status] = &[Rejected, Canceled, AllocationFailed, Terminating, Terminated];

/// What a letter must be for its circuit to be paid for: closed, or never asked for (contract, states section 1).
pub const LETTER_CLOSED: &[&str] = &["", "Rejected", "Deleted", "Complete"];

/// Ordered, and not yet in service: what the quota of circuits that are not enabled counts (conflicts C12).
pub const NOT_ENABLED: &[Status] = &[Initial, Approved, Allocating, Allocated, Confirmed];

/// Holding or awaiting a port: what the quota of an access point counts.
pub const AT_ACCESS_POINT: &[Status] =
    &[Initial, Approved, Allocating, Allocated, Confirmed, Enabled, Terminating];

/// Where `PortType` and the backup circuit may still change (conflicts C4).
pub const SPECIFICATION_OPEN: &[Status] = &[Initial, Rejected];

/// What a circuit must be to be named as another's backup.
pub const BACKUP: &[Status] = &[Allocated, Confirmed, Enabled];

/// Holding a port (contract, states section 1).
pub const HOLDS_PORT: &[Status] = &[Allocated, Confirmed, Enabled, Terminating];

/// Reached by an enabled circuit alone.
pub const WAS_ENABLED: &[Status] = &[Enabled, Terminating, Terminated];

/// Where a circuit may be locked: wherever it is not out of use for good.
const LOCKABLE: &[Status] = &[Initial, Approved, Allocating, Allocated, Confirmed, Enabled, Terminating];
