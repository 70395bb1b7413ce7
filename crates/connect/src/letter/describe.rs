//! A letter as its tenant is shown it: with the engineers in full, because they are the tenant's own words. Nobody else
//! is shown this.

use super::apply::{UNKNOWN, no_letter, said};
use super::{Letter, document, link};
use crate::action::{About, Codes, Query, Result};
use crate::circuit::Circuit;
use crate::circuit::parameters::{CircuitId, ClientToken, RegionId};
use crate::codes;
use crate::cx::View;
use crate::time;
use rpc::{Reply, Wire};

/// Shows the letter of authorization of a circuit: to the tenant whose circuit it is, and to the operator, who decides on it.
#[derive(Wire)]
pub struct DescribePhysicalConnectionLOA {
    /// Region of the circuit.
    region_id: RegionId,
    /// The circuit.
    #[wire(missing = codes::MISSING_PARAM_INSTANCE_ID)]
    instance_id: CircuitId,
    /// Taken as other actions take it; a read needs no token.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

/// The letter of a circuit.
#[derive(Reply)]
pub struct LetterShown {
    /// The letter.
    #[reply(rename = "PhysicalConnectionLOAType")]
    letter: LetterAnswer,
}

/// A letter.
#[derive(Reply)]
pub struct LetterAnswer {
    /// The circuit.
    instance_id: String,
    /// Applying, Accept, Available, Rejected, Completing, Complete or Deleted.
    status: &'static str,
    /// Why the provider last refused or revoked it; empty when there is nothing to say.
    description: String,
    /// The company that needs the circuit.
    company_name: String,
    /// The company that does the work.
    company_localized_name: String,
    /// The company that does the work, as it was sent.
    #[reply(rename = "SI")]
    si: String,
    /// When the work begins.
    construction_time: String,
    /// Kind of line.
    line_type: String,
    /// The carrier's number of the line.
    line_code: String,
    /// The label on the cable.
    line_label: String,
    /// The carrier, as sent.
    line_service_provider: String,
    /// Whom to call at the carrier.
    #[reply(rename = "LineSPContactInfo")]
    line_sp_contact_info: String,
    /// Where the document can be fetched, for an hour from this answer; empty unless there is one that holds.
    loa_url: String,
    /// The engineers.
    #[reply(rename = "PMInfo")]
    pm_info: EngineerSet,
}

/// The engineers of a letter.
#[derive(Reply)]
pub struct EngineerSet {
    /// One engineer each.
    #[reply(rename = "PMInfo")]
    pm_info: Vec<EngineerAnswer>,
}

/// An engineer.
#[derive(Reply)]
pub struct EngineerAnswer {
    /// Number of the identity document.
    #[reply(rename = "PMCertificateNo")]
    certificate_no: String,
    /// Kind of identity document.
    #[reply(rename = "PMCertificateType")]
    certificate_type: String,
    /// How the engineer is reached.
    #[reply(rename = "PMContactInfo")]
    contact_info: String,
    /// Gender.
    #[reply(rename = "PMGender")]
    gender: String,
    /// Name.
    #[reply(rename = "PMName")]
    name: String,
}

impl Query for DescribePhysicalConnectionLOA {
    type Reply = LetterShown;
    const ABOUT: About = About::tenant("DescribePhysicalConnectionLOA", "vpc:DescribePhysicalConnectionLOA");
    const ERRORS: Codes =
        &[&codes::INVALID_INSTANCE_ID_NOT_FOUND, &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<LetterShown> {
        // The operator has to read an application before deciding on it.
        let may_see = |circuit: &Circuit| {
            (view.caller.operator || circuit.account == view.caller.account)
                && circuit.region == self.region_id.as_str()
        };
        let circuit = Circuit::anywhere(view.read, self.instance_id.as_str())?
            .filter(may_see)
            .ok_or_else(|| said((&codes::INVALID_INSTANCE_ID_NOT_FOUND).into(), UNKNOWN))?;
        let letter =
            Letter::of(view.read, &circuit.account, &circuit.id)?.ok_or_else(|| no_letter(&circuit))?;
        Ok(LetterShown { letter: shown(view, letter)? })
    }
}

fn shown(view: &mut View<'_>, letter: Letter) -> Result<LetterAnswer> {
    let engineers = letter.engineers(&view.world.seal)?;
    let number = document::usable(view.read, &letter.account, &letter.circuit, view.now)?;
    let loa_url = number.map(|number| link::make(&view.world.letters, &number, view.now)).unwrap_or_default();
    let pm_info = engineers.into_iter().map(|engineer| EngineerAnswer {
        certificate_no: engineer.certificate_no,
        certificate_type: engineer.certificate_type,
        contact_info: engineer.contact,
        gender: engineer.gender,
        name: engineer.name,
    });
    let Letter { circuit, status, reason, application, line, .. } = letter;
    Ok(LetterAnswer {
        instance_id: circuit,
        status: status.as_str(),
        description: reason,
        company_name: application.company,
        company_localized_name: application.construction_company.clone(),
        si: application.construction_company,
        construction_time: time::wire(application.construction_at),
        line_type: application.line_type,
        line_code: line.code,
        line_label: line.label,
        line_service_provider: line.service_provider,
        line_sp_contact_info: line.contact,
        loa_url,
        pm_info: EngineerSet { pm_info: pm_info.collect() },
    })
}
