//! The life cycle of a router interface (contract, states section 6), as a table. Nothing here acts.

use crate::codes;
use crate::limits::{
    INTERFACE_ACTIVATION_MS, INTERFACE_CONNECTION_MS, INTERFACE_DEACTIVATION_MS, INTERFACE_DELETION_MS,
};
use crate::machine::Actor::{Tenant, Timer};
use crate::machine::{Machine, Move, State, To, on};
use InterfaceStatus::{
    AcceptingConnecting, Activating, Active, Connecting, Deactivating, Deleting, Idle, Inactive,
};
use rpc::Choice;

/// `Status` of a router interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum InterfaceStatus {
    /// Made, and not connected.
    Idle,
    /// Being connected by the other end.
    AcceptingConnecting,
    /// Connecting to the other end.
    Connecting,
    /// Coming into service.
    Activating,
    /// In service.
    Active,
    /// Being changed; a resize shows Activating instead.
    Modifying,
    /// Going out of service.
    Deactivating,
    /// Connected, and out of service.
    Inactive,
    /// Being removed.
    Deleting,
}

impl State for InterfaceStatus {
    fn as_str(&self) -> &'static str {
        InterfaceStatus::as_str(self)
    }
}

/// The deadline that ends a connecting, at both ends.
pub const FINISH_CONNECTION: &str = "FinishInterfaceConnection";
/// The deadline that ends an activation.
pub const FINISH_ACTIVATION: &str = "FinishInterfaceActivation";
/// The deadline that ends a deactivation.
pub const FINISH_DEACTIVATION: &str = "FinishInterfaceDeactivation";
/// The deadline that ends a removal.
pub const FINISH_DELETION: &str = "FinishInterfaceDeletion";
/// The other end connects to this one.
pub const PEER_CONNECTS: &str = "AcceptInterfaceConnection";
/// The other end is gone.
pub const PEER_IS_GONE: &str = "LoseOppositeInterface";
/// The other end takes this one with it.
pub const GO_WITH_PEER: &str = "DeleteWithOppositeInterface";
/// The other end is made, and both are connected at once.
pub const FAST_LINK: &str = "ConnectFastLink";

/// What the other end does to an interface when it does: no state waits for it.
pub const EVENTS: &[&str] = &[PEER_CONNECTS, PEER_IS_GONE, GO_WITH_PEER, FAST_LINK];

/// The states that last.
pub const STABLE: &[InterfaceStatus] = &[Idle, Active, Inactive];

/// The life cycle of a router interface.
pub const INTERFACE: Machine<InterfaceStatus> = Machine {
    name: "router interface",
    initial: Idle,
    states: InterfaceStatus::ALL,
    moves: &[
        on("ConnectRouterInterface", Tenant, &[Idle]).to(Connecting),
        on(PEER_CONNECTS, Timer, &[Idle]).to(AcceptingConnecting),
        on(FINISH_CONNECTION, Timer, &[Connecting, AcceptingConnecting])
            .after(INTERFACE_CONNECTION_MS, Active),
        on(FAST_LINK, Timer, &[Idle]).to(Active),
        on("DeactivateRouterInterface", Tenant, &[Active]).to(Deactivating),
        on(FINISH_DEACTIVATION, Timer, &[Deactivating]).after(INTERFACE_DEACTIVATION_MS, Inactive),
        on("ActivateRouterInterface", Tenant, &[Inactive]).to(Activating),
        on(FINISH_ACTIVATION, Timer, &[Activating]).after(INTERFACE_ACTIVATION_MS, Active),
        on("ModifyRouterInterfaceSpec", Tenant, &[Active]).to(Activating),
        on("ModifyRouterInterfaceSpec", Tenant, &[Idle, Inactive]).stays(),
        on("ModifyRouterInterfaceAttribute", Tenant, STABLE).stays(),
        on("DeleteRouterInterface", Tenant, &[Idle, Inactive]).to(Deleting),
        on("DeleteExpressConnect", Tenant, STABLE).to(Deleting),
        on(GO_WITH_PEER, Timer, STABLE).to(Deleting),
        on(PEER_IS_GONE, Timer, &[Active, Activating]).to(Inactive),
        on(PEER_IS_GONE, Timer, &[Idle, Deactivating, Inactive]).stays(),
        Move {
            trigger: FINISH_DELETION,
            actor: Timer,
            from: &[Deleting],
            to: To::Gone,
            after_ms: INTERFACE_DELETION_MS,
        },
    ],
    // Of a removal, what a state that lasts answers; one in motion answers otherwise.
    refusals: &[
        ("ConnectRouterInterface", &codes::INCORRECT_RI_STATUS_CONNECT),
        ("ActivateRouterInterface", &codes::INCORRECT_RI_STATUS_ACTIVATE),
        ("DeactivateRouterInterface", &codes::INCORRECT_RI_STATUS_DEACTIVATE),
        ("ModifyRouterInterfaceSpec", &codes::INVALID_INSTANCE_STATUS_ERROR),
        ("ModifyRouterInterfaceAttribute", &codes::INCORRECT_STATUS_RI_MODIFY),
        ("DeleteRouterInterface", &codes::INVALID_INSTANCE_STATUS_ERROR),
        ("DeleteExpressConnect", &codes::INCORRECT_STATUS_RI_DELETE),
    ],
};

crate::assert_unambiguous!(INTERFACE);
