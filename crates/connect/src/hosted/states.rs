//! The life cycle of a hosted connection (contract, states section 8), as a table. Nothing here acts.

use crate::codes;
use crate::machine::Actor::Tenant;
use crate::machine::{Machine, State, on};
use HostedStatus::{Enabled, Offered, Terminated};
use rpc::Choice;

/// `Status` of a hosted connection. It is cut out of a line that is installed, so that it begins where a circuit waits
/// to be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum HostedStatus {
    /// Cut out; its tenant has not confirmed it.
    #[choice("Confirmed")]
    Offered,
    /// In service.
    Enabled,
    /// Stopped; the owner of the circuit may bring it back.
    Terminated,
}

impl State for HostedStatus {
    fn as_str(&self) -> &'static str {
        HostedStatus::as_str(self)
    }
}

/// `VirtualPhysicalConnectionStatus`: whether its tenant has confirmed it. Deleted is never seen, because what is
/// deleted is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[choice(case_insensitive)]
pub enum Consent {
    /// Its tenant has not confirmed it.
    UnConfirmed,
    /// Its tenant has.
    Confirmed,
    /// Gone.
    Deleted,
}

impl HostedStatus {
    /// Whether its tenant has confirmed it.
    pub fn consent(self) -> Consent {
        match self {
            Offered => Consent::UnConfirmed,
            Enabled | Terminated => Consent::Confirmed,
        }
    }
}

/// The life cycle of a hosted connection.
pub const HOSTED: Machine<HostedStatus> = Machine {
    name: "hosted connection",
    initial: Offered,
    states: HostedStatus::ALL,
    moves: &[
        on("ConfirmPhysicalConnection", Tenant, &[Offered]).to(Enabled),
        on("UpdateVirtualPhysicalConnection", Tenant, &[Offered, Enabled]).stays(),
        on("AttachVbrToVpconn", Tenant, &[Enabled]).stays(),
        on("TerminatePhysicalConnection", Tenant, &[Enabled]).to(Terminated),
        on("RecoverPhysicalConnection", Tenant, &[Terminated]).to(Enabled),
        // Clients delete one in whatever state they find it.
        on("DeletePhysicalConnection", Tenant, HostedStatus::ALL).gone(),
    ],
    refusals: &[
        ("ConfirmPhysicalConnection", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION),
        ("UpdateVirtualPhysicalConnection", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_HOSTED),
        ("AttachVbrToVpconn", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_HOSTED),
        ("TerminatePhysicalConnection", &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE),
        ("RecoverPhysicalConnection", &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_HOSTED),
    ],
};

crate::assert_unambiguous!(HOSTED);
