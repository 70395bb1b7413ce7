//! Applying for a letter, the first time and again.

use super::engineer::Engineer;
use super::parameters::{CompanyName, LineType, PmInfo};
use super::{Application, Letter};
use crate::action::{About, Codes, Command, Replay, Result, Stop};
use crate::circuit::parameters::{CircuitId, ClientToken, Mbps, PeerLocation, RegionId};
use crate::circuit::states::Status;
use crate::circuit::{Circuit, service};
use crate::codes;
use crate::cx::Cx;
use crate::limits::LETTER_ENGINEERS_MAX;
use crate::reply::Nothing;
use crate::time::WireTime;
use rpc::Wire;
use rpc::code::Code;

/// The refusals of both actions.
const REFUSALS: Codes = &[
    &codes::INVALID_INSTANCE_ID_NOT_FOUND,
    &codes::OPERATION_FAILED_PCONN_TRAFFIC_NOT_ENABLE,
    &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_FILLED,
    &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA,
];

const ENGINEERS_MAX: u32 = 16;
const _: () = assert!(LETTER_ENGINEERS_MAX == 16);

/// The action that needs no letter to be there before it.
const FIRST: &str = "ApplyPhysicalConnectionLOA";

/// Both actions apply with the same data; they differ in the states in which they may, which is the table's.
macro_rules! applications {
    ($($(#[doc = $doc:literal])+ $action:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Wire)]
        pub struct $action {
            /// Region of the circuit.
            #[wire(missing = codes::MISSING_PARAM_REGION_NO_FILLED)]
            region_id: RegionId,
            /// The circuit.
            #[wire(missing = codes::MISSING_PARAM_INSTANCE_ID)]
            instance_id: CircuitId,
            /// The company that needs the circuit.
            #[wire(missing = codes::ILLEGAL_PARAM_COMPANY_NAME, error = codes::ILLEGAL_PARAM_COMPANY_NAME)]
            company_name: CompanyName,
            /// When the work begins; a time in the past is taken as it is.
            #[wire(error = codes::INVALID_CONSTRUCTION_TIME_MALFORMED)]
            construction_time: WireTime,
            /// Kind of line.
            #[wire(error = codes::ILLEGAL_PARAM_LINE_TYPE)]
            line_type: LineType,
            /// The company that does the work.
            #[wire(missing = codes::ILLEGAL_PARAM_SI, error = codes::ILLEGAL_PARAM_SI)]
            si: CompanyName,
            /// Bandwidth of the line, Mbit/s.
            #[wire(error = codes::ILLEGAL_PARAM_BANDWIDTH)]
            bandwidth: Option<Mbps>,
            /// Idempotency token; the same token with the same parameters gives the first answer again.
            #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
            client_token: Option<ClientToken>,
            /// Where the customer's end is.
            #[wire(error = codes::ILLEGAL_PARAM_PEER_LOCATION)]
            peer_location: Option<PeerLocation>,
            /// The engineers whom the letter is to let in.
            #[wire(rename = "PMInfo", max_items = ENGINEERS_MAX, missing = codes::MISSING_PARAM_PM_INFO)]
            pm_info: Vec<PmInfo>,
        }

        impl Command for $action {
            type Reply = Nothing;
            const ABOUT: About = About::tenant(stringify!($action), concat!("vpc:", stringify!($action)))
                .replay(Replay::Target);
            const ERRORS: Codes = REFUSALS;

            fn region(&self) -> Option<&str> {
                Some(self.region_id.as_str())
            }

            fn targets(&self) -> Vec<&str> {
                vec![self.instance_id.as_str()]
            }

            fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
                let peer_location = self.peer_location.as_ref().map(PeerLocation::as_str);
                let application = Application {
                    company: self.company_name.as_str().to_owned(),
                    construction_company: self.si.as_str().to_owned(),
                    construction_at: self.construction_time.get(),
                    line_type: self.line_type.as_str().to_owned(),
                    bandwidth: self.bandwidth.map(Mbps::get),
                    peer_location: peer_location.unwrap_or_default().to_owned(),
                };
                let engineers: Vec<_> = self.pm_info.iter().map(Engineer::from).collect();
                let circuit = find(cx, &self.region_id, &self.instance_id)?;
                apply(cx, circuit, Self::ABOUT.name, application, &engineers)
            }
        }
    )+};
}

applications! {
    /// Asks for the letter of authorization that lets a crew into the building. The circuit must be Allocated and
    /// have no letter, or one that was rejected or revoked.
    ApplyPhysicalConnectionLOA;
    /// Asks again for a letter that was rejected, with the data that it shall have now.
    SecondApplyPhysicalConnectionLOA;
}

fn apply(
    cx: &mut Cx<'_>,
    mut circuit: Circuit,
    trigger: &str,
    application: Application,
    engineers: &[Engineer],
) -> Result<Nothing> {
    service::require_open(cx, &circuit.region)?;
    if circuit.status() != Status::Allocated {
        let code = &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_FILLED;
        let (id, status) = (&circuit.id, circuit.status().as_str());
        let sentence =
            format!("{id} is {status}; a letter of authorization needs a circuit that is Allocated.");
        return Err(said(circuit.refuse(code), &sentence));
    }
    match Letter::of(cx.tx, &circuit.account, &circuit.id)? {
        Some(mut letter) => {
            letter.check(&circuit, trigger)?;
            letter.replace(cx, application, engineers);
            letter.act(cx, &mut circuit, trigger, "")?;
        }
        None if trigger == FIRST => Letter::file(cx, &mut circuit, application, engineers)?,
        None => return Err(no_letter(&circuit)),
    }
    Ok(Nothing {})
}

/// The caller's circuit, by the name these actions have for it.
pub(super) fn find(cx: &mut Cx<'_>, region: &RegionId, id: &CircuitId) -> Result<Circuit> {
    let missing: &'static Code = &codes::INVALID_INSTANCE_ID_NOT_FOUND;
    Circuit::find(cx, id.as_str(), Some(region.as_str()), missing).map_err(|stop| said(stop, UNKNOWN))
}

/// What an unknown circuit is told, and another tenant's alike.
pub(super) const UNKNOWN: &str = "The InstanceId provided does not exist in our records.";

/// Gives a refusal the sentence that its code leaves to us.
pub(super) fn said(stop: Stop, sentence: &str) -> Stop {
    match stop {
        Stop::Refused(error) if error.code().message == "%s" => error.with_message(sentence).into(),
        other => other,
    }
}

/// A refusal because the circuit has no letter to speak of.
pub(super) fn no_letter(circuit: &Circuit) -> Stop {
    let sentence = format!("{} has no letter of authorization; apply for one first.", circuit.id);
    said(circuit.refuse(&codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA), &sentence)
}
