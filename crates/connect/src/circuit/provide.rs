//! The operator's actions on a circuit. The autopilot calls these too.

use super::Circuit;
use super::parameters::{CircuitId, ClientToken, Reason};
use super::states::BusinessStatus;
use crate::action::{About, Codes, Command, Replay, Result, acts_on_the_owner};
use crate::codes;
use crate::cx::Cx;
use crate::inventory;
use crate::order::term;
use crate::reply::Nothing;
use rpc::{Choice, Reply, Wire};

/// The refusals of a plain move.
const MOVE: Codes =
    &[&codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND, &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE];

/// The refusals of a review.
const REVIEW: Codes = &[
    &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND,
    &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE,
    &codes::INSTANCE_STATUS_NOT_ALLOW,
];

/// The refusals of a move on the construction.
const CONSTRUCTION: Codes =
    &[&codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND, &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION];

fn find(cx: &mut Cx<'_>, id: &CircuitId) -> Result<Circuit> {
    Circuit::find(cx, id.as_str(), None, &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND)
}

/// A circuit that was ordered with its setup is reviewed once the setup is paid.
fn find_for_review(cx: &mut Cx<'_>, id: &CircuitId, trigger: &str) -> Result<Circuit> {
    let circuit = find(cx, id)?;
    circuit.check(trigger)?;
    if circuit.unpaid_order.is_empty() {
        return Ok(circuit);
    }
    let order = &circuit.unpaid_order;
    let sentence = format!("The review begins when order {order} is paid; PayOrder and VoidOrder settle it.");
    Err(circuit.refuse_because(&codes::INSTANCE_STATUS_NOT_ALLOW, sentence))
}

/// Makes a move for a reason that the tenant may read.
fn step_because(cx: &mut Cx<'_>, id: &CircuitId, trigger: &str, reason: &Reason) -> Result<Nothing> {
    let mut circuit = find(cx, id)?;
    circuit.check(trigger)?;
    reason.as_str().clone_into(&mut circuit.reason);
    cx.because(reason.as_str());
    circuit.step(cx, trigger)?;
    Ok(Nothing {})
}

/// Accepts an application; the reservation of a port begins.
#[derive(Wire)]
pub struct ApprovePhysicalConnection {
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for ApprovePhysicalConnection {
    type Reply = Nothing;
    const ABOUT: About = About::operator("ApprovePhysicalConnection", "operator:ApprovePhysicalConnection")
        .replay(Replay::Target);
    const ERRORS: Codes = REVIEW;
    acts_on_the_owner!(Circuit, physical_connection_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        find_for_review(cx, &self.physical_connection_id, Self::ABOUT.name)?.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Refuses an application. The tenant may change it, which files it anew.
#[derive(Wire)]
pub struct RejectPhysicalConnection {
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Why.
    reason: Reason,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for RejectPhysicalConnection {
    type Reply = Nothing;
    const ABOUT: About = About::operator("RejectPhysicalConnection", "operator:RejectPhysicalConnection")
        .replay(Replay::Target);
    const ERRORS: Codes = REVIEW;
    acts_on_the_owner!(Circuit, physical_connection_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        find_for_review(cx, &self.physical_connection_id, Self::ABOUT.name)?;
        step_because(cx, &self.physical_connection_id, Self::ABOUT.name, &self.reason)
    }
}

/// Reserves a port for a circuit: the named one, or the first free one that fits.
#[derive(Wire)]
pub struct AllocatePhysicalConnection {
    /// The circuit.
    physical_connection_id: CircuitId,
    /// The port; left out, the first free port of the circuit's access point and port type.
    port_id: Option<inventory::PortId>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

/// The port that was reserved.
#[derive(Reply)]
pub struct Allocation {
    /// The port.
    port_id: String,
    /// Its number on the device.
    port_number: String,
}

impl Command for AllocatePhysicalConnection {
    type Reply = Allocation;
    const ABOUT: About = About::operator("AllocatePhysicalConnection", "operator:AllocatePhysicalConnection")
        .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND,
        &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE,
        &codes::INVALID_PORT_ID_NOT_FOUND,
        &codes::INVALID_STATUS_PORT_TAKEN,
        &codes::INVALID_PORT_TYPE_NONE_FREE,
    ];
    acts_on_the_owner!(Circuit, physical_connection_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<Allocation> {
        let mut circuit = find(cx, &self.physical_connection_id)?;
        circuit.check(Self::ABOUT.name)?;
        let seat = match &self.port_id {
            Some(port) => inventory::occupy(cx, &circuit, port.as_str())?,
            None => inventory::occupy_any(cx, &circuit)?,
        };
        let reply = Allocation { port_id: seat.port_id.clone(), port_number: seat.number.clone() };
        circuit.port = Some(seat);
        circuit.step(cx, Self::ABOUT.name)?;
        Ok(reply)
    }
}

/// Gives up the reservation of a port.
#[derive(Wire)]
pub struct FailPhysicalConnectionAllocation {
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Why.
    reason: Reason,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for FailPhysicalConnectionAllocation {
    type Reply = Nothing;
    const ABOUT: About =
        About::operator("FailPhysicalConnectionAllocation", "operator:FailPhysicalConnectionAllocation")
            .replay(Replay::Target);
    const ERRORS: Codes = MOVE;
    acts_on_the_owner!(Circuit, physical_connection_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        step_because(cx, &self.physical_connection_id, Self::ABOUT.name, &self.reason)
    }
}

/// Takes up a failed reservation again.
#[derive(Wire)]
pub struct RetryPhysicalConnectionAllocation {
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for RetryPhysicalConnectionAllocation {
    type Reply = Nothing;
    const ABOUT: About =
        About::operator("RetryPhysicalConnectionAllocation", "operator:RetryPhysicalConnectionAllocation")
            .replay(Replay::Target);
    const ERRORS: Codes = MOVE;
    acts_on_the_owner!(Circuit, physical_connection_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        find(cx, &self.physical_connection_id)?.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Finds the line installed and good: the circuit is confirmed without the tenant's word. A letter under way must have
/// come to Completing, and is then Complete.
#[derive(Wire)]
pub struct AcceptPhysicalConnectionConstruction {
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for AcceptPhysicalConnectionConstruction {
    type Reply = Nothing;
    const ABOUT: About = About::operator(
        "AcceptPhysicalConnectionConstruction",
        "operator:AcceptPhysicalConnectionConstruction",
    )
    .replay(Replay::Target);
    const ERRORS: Codes = CONSTRUCTION;
    acts_on_the_owner!(Circuit, physical_connection_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        find(cx, &self.physical_connection_id)?.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Finds the line not good: the circuit stays Allocated and the reason is kept. A letter under way must have come to
/// Completing, and is Available again.
#[derive(Wire)]
pub struct RefusePhysicalConnectionConstruction {
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Why.
    reason: Reason,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for RefusePhysicalConnectionConstruction {
    type Reply = Nothing;
    const ABOUT: About = About::operator(
        "RefusePhysicalConnectionConstruction",
        "operator:RefusePhysicalConnectionConstruction",
    )
    .replay(Replay::Target);
    const ERRORS: Codes = CONSTRUCTION;
    acts_on_the_owner!(Circuit, physical_connection_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        step_because(cx, &self.physical_connection_id, Self::ABOUT.name, &self.reason)
    }
}

/// Why a circuit is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Lock {
    /// Something is owed.
    FinancialLocked,
    /// For security.
    SecurityLocked,
}

/// Locks a circuit. Its status stays; what is blocked meanwhile is in the reference of states.
#[derive(Wire)]
pub struct LockPhysicalConnection {
    /// The circuit.
    physical_connection_id: CircuitId,
    /// The lock.
    business_status: Lock,
    /// Why.
    reason: Reason,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for LockPhysicalConnection {
    type Reply = Nothing;
    const ABOUT: About =
        About::operator("LockPhysicalConnection", "operator:LockPhysicalConnection").replay(Replay::Target);
    const ERRORS: Codes = MOVE;
    acts_on_the_owner!(Circuit, physical_connection_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let mut circuit = find(cx, &self.physical_connection_id)?;
        circuit.check(Self::ABOUT.name)?;
        circuit.business_status = match self.business_status {
            Lock::FinancialLocked => BusinessStatus::FinancialLocked,
            Lock::SecurityLocked => BusinessStatus::SecurityLocked,
        };
        self.reason.as_str().clone_into(&mut circuit.reason);
        cx.because(self.reason.as_str());
        circuit.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Takes the lock off a circuit.
#[derive(Wire)]
pub struct UnlockPhysicalConnection {
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for UnlockPhysicalConnection {
    type Reply = Nothing;
    const ABOUT: About = About::operator("UnlockPhysicalConnection", "operator:UnlockPhysicalConnection")
        .replay(Replay::Target);
    const ERRORS: Codes = &[&codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND];
    acts_on_the_owner!(Circuit, physical_connection_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let mut circuit = find(cx, &self.physical_connection_id)?;
        circuit.check(Self::ABOUT.name)?;
        // A security lock may have stood before the lock of a subscription that ended meanwhile.
        let overdue = circuit.business_status == BusinessStatus::SecurityLocked;
        circuit.business_status = BusinessStatus::Normal;
        circuit.reason.clear();
        if overdue {
            term::lock_if_ended(&mut circuit, cx.now);
        }
        circuit.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}
