//! Reporting the construction done, and what is known of the finished line.

use super::apply::{find, no_letter};
use super::parameters::{ContactInfo, LineMark, LineServiceProvider};
use super::states::LetterStatus;
use super::{Letter, Line};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::{CircuitId, ClientToken, RegionId};
use crate::codes;
use crate::cx::Cx;
use crate::reply::Nothing;
use rpc::Wire;

/// Reports the construction done, or stores what is known of the line. What is left out stays as it is.
#[derive(Wire)]
pub struct CompletePhysicalConnectionLOA {
    /// Region of the circuit.
    #[wire(missing = codes::MISSING_PARAM_REGION_NO_FILLED)]
    region_id: RegionId,
    /// The circuit.
    #[wire(missing = codes::MISSING_PARAM_INSTANCE_ID)]
    instance_id: CircuitId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Whether the construction is done. Left out it counts as true while the letter is Available, and as false once
    /// it is Complete.
    finish_work: Option<bool>,
    /// The carrier's number of the line.
    #[wire(error = codes::ILLEGAL_PARAM_LINE_CODE)]
    line_code: Option<LineMark>,
    /// The label on the cable.
    #[wire(error = codes::ILLEGAL_PARAM_LINE_LABEL)]
    line_label: Option<LineMark>,
    /// Whom to call at the carrier.
    #[wire(rename = "LineSPContactInfo", error = codes::ILLEGAL_PARAM_LINE_SP_CONTACT_INFO)]
    line_sp_contact_info: Option<ContactInfo>,
    /// The carrier.
    #[wire(error = codes::ILLEGAL_PARAM_LINE_SERVICE_PROVIDER)]
    line_service_provider: Option<LineServiceProvider>,
}

impl Command for CompletePhysicalConnectionLOA {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("CompletePhysicalConnectionLOA", "vpc:CompletePhysicalConnectionLOA")
        .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_INSTANCE_ID_NOT_FOUND,
        &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA,
        &codes::OPERATION_DENIED_LOA_STATUS_NOT_ALLOW_COMPLETE,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.instance_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let mut circuit = find(cx, &self.region_id, &self.instance_id)?;
        let Some(mut letter) = Letter::of(cx.tx, &circuit.account, &circuit.id)? else {
            return Err(no_letter(&circuit));
        };
        if letter.status() == LetterStatus::Deleted {
            return Err(letter.refuse(&circuit, &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA));
        }
        letter.check(&circuit, Self::ABOUT.name)?;
        self.describe(&mut letter.line);
        if letter.status() == LetterStatus::Available && self.finish_work == Some(false) {
            letter.keep(cx)?;
        } else {
            letter.act(cx, &mut circuit, Self::ABOUT.name, "")?;
        }
        Ok(Nothing {})
    }
}

impl CompletePhysicalConnectionLOA {
    fn describe(&self, line: &mut Line) {
        fill(&mut line.code, self.line_code.as_ref().map(LineMark::as_str));
        fill(&mut line.label, self.line_label.as_ref().map(LineMark::as_str));
        fill(&mut line.contact, self.line_sp_contact_info.as_ref().map(ContactInfo::as_str));
        fill(
            &mut line.service_provider,
            self.line_service_provider.as_ref().map(LineServiceProvider::as_str),
        );
    }
}

fn fill(stored: &mut String, sent: Option<&str>) {
    if let Some(sent) = sent {
        sent.clone_into(stored);
    }
}
