//! The operator's actions on a letter. The autopilot calls these too.

use super::apply::no_letter;
use super::{Letter, document};
use crate::action::{About, Codes, Command, Replay, Result, acts_on_the_owner};
use crate::circuit::Circuit;
use crate::circuit::parameters::{CircuitId, ClientToken, Reason};
use crate::codes;
use crate::cx::Cx;
use crate::reply::Nothing;
use crate::time;
use rpc::{Reply, Wire};

/// The refusals of a plain move.
const MOVE: Codes =
    &[&codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND, &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA];

fn find(cx: &mut Cx<'_>, id: &CircuitId) -> Result<(Circuit, Letter)> {
    let circuit = Circuit::find(cx, id.as_str(), None, &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND)?;
    let letter = Letter::of(cx.tx, &circuit.account, &circuit.id)?.ok_or_else(|| no_letter(&circuit))?;
    Ok((circuit, letter))
}

fn act(cx: &mut Cx<'_>, id: &CircuitId, trigger: &str, reason: &str) -> Result<Nothing> {
    let (mut circuit, mut letter) = find(cx, id)?;
    letter.act(cx, &mut circuit, trigger, reason)?;
    Ok(Nothing {})
}

/// Accepts an application for a letter; the document is to be issued next.
#[derive(Wire)]
pub struct ApprovePhysicalConnectionLOA {
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for ApprovePhysicalConnectionLOA {
    type Reply = Nothing;
    const ABOUT: About =
        About::operator("ApprovePhysicalConnectionLOA", "operator:ApprovePhysicalConnectionLOA")
            .replay(Replay::Target);
    const ERRORS: Codes = MOVE;
    acts_on_the_owner!(Circuit, physical_connection_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        act(cx, &self.physical_connection_id, Self::ABOUT.name, "")
    }
}

/// Refuses an application for a letter. The tenant is shown the reason and may apply again.
#[derive(Wire)]
pub struct RejectPhysicalConnectionLOA {
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Why.
    reason: Reason,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for RejectPhysicalConnectionLOA {
    type Reply = Nothing;
    const ABOUT: About =
        About::operator("RejectPhysicalConnectionLOA", "operator:RejectPhysicalConnectionLOA")
            .replay(Replay::Target);
    const ERRORS: Codes = MOVE;
    acts_on_the_owner!(Circuit, physical_connection_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        act(cx, &self.physical_connection_id, Self::ABOUT.name, self.reason.as_str())
    }
}

/// Makes the document of an approved letter. Issued again, a new document takes the place of the old one, which is
/// superseded.
#[derive(Wire)]
pub struct IssuePhysicalConnectionLOA {
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

/// The document that was made.
#[derive(Reply)]
pub struct LetterIssued {
    /// Its number.
    letter_number: String,
    /// From when it holds.
    valid_from: String,
    /// Until when it holds.
    valid_until: String,
}

impl Command for IssuePhysicalConnectionLOA {
    type Reply = LetterIssued;
    const ABOUT: About = About::operator("IssuePhysicalConnectionLOA", "operator:IssuePhysicalConnectionLOA")
        .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND,
        &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA,
        &codes::OPERATION_FAILED_LETTER_NOT_ISSUED,
    ];
    acts_on_the_owner!(Circuit, physical_connection_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<LetterIssued> {
        let (mut circuit, mut letter) = find(cx, &self.physical_connection_id)?;
        letter.check(&circuit, Self::ABOUT.name)?;
        let issued = document::issue(cx, &circuit, &letter)?;
        letter.act(cx, &mut circuit, Self::ABOUT.name, "")?;
        Ok(LetterIssued {
            letter_number: issued.number,
            valid_from: time::wire(issued.valid_from),
            valid_until: time::wire(issued.valid_until),
        })
    }
}

/// Takes a letter back: whoever checks its document is told so. The tenant is shown the reason and may apply anew.
#[derive(Wire)]
pub struct RevokePhysicalConnectionLOA {
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Why.
    reason: Reason,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for RevokePhysicalConnectionLOA {
    type Reply = Nothing;
    const ABOUT: About =
        About::operator("RevokePhysicalConnectionLOA", "operator:RevokePhysicalConnectionLOA")
            .replay(Replay::Target);
    const ERRORS: Codes = MOVE;
    acts_on_the_owner!(Circuit, physical_connection_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        act(cx, &self.physical_connection_id, Self::ABOUT.name, self.reason.as_str())
    }
}
