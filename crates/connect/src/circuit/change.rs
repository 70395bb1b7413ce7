//! Changing what a circuit is called, where it leads and how wide it is.

use super::Circuit;
use super::apply::require_backup;
use super::parameters::{
    CircuitCode, CircuitId, ClientToken, Description, DownDelayMs, LineOperator, Mbps, PeerLocation,
    RegionId, ResourceName,
};
use super::port_type::{OpticalModuleModel, PortType};
use super::states::SPECIFICATION_OPEN;
use crate::action::{About, Codes, Command, Replay, Result};
use crate::codes;
use crate::cx::Cx;
use crate::hosted;
use crate::reply::Nothing;
use rpc::Wire;
use rpc::code::Error;
use rpc::wire::Edit;

/// Changes the attributes of a circuit. A parameter left out stays as it is; an empty one is cleared. A rejected
/// circuit goes back to review.
#[derive(Wire)]
pub struct ModifyPhysicalConnectionAttribute {
    /// Region of the circuit.
    region_id: RegionId,
    /// The circuit.
    physical_connection_id: CircuitId,
    /// The carrier's number of the circuit.
    #[wire(error = codes::INVALID_CIRCUIT_CODE_MALFORMED)]
    circuit_code: Edit<CircuitCode>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text.
    #[wire(error = codes::INVALID_DESCRIPTION_MALFORMED)]
    description: Edit<Description>,
    /// Milliseconds before a lost link is reported, in steps of 100.
    down_delay_time: Option<DownDelayMs>,
    /// Carrier of the line.
    #[wire(error = codes::INVALID_LINE_OPERATOR_MALFORMD)]
    line_operator: Option<LineOperator>,
    /// Display name.
    #[wire(error = codes::INVALID_NAME_MALFORMED)]
    name: Edit<ResourceName>,
    /// Where the customer's data centre is.
    #[wire(error = codes::INVALID_PEER_LOCATION_MALFORMD)]
    peer_location: Edit<PeerLocation>,
    /// New port type; only while the circuit is Initial or Rejected.
    #[wire(error = codes::INVALID_PORT_TYPE_MALFORMD)]
    port_type: Option<PortType>,
    /// The circuit that this one backs up; only while the circuit is Initial or Rejected.
    redundant_physical_connection_id: Edit<CircuitId>,
    /// Bandwidth, Mbit/s.
    #[wire(rename = "bandwidth", alias = "Bandwidth", alias = "BandWidth", error = codes::INVALID_BANDWIDTH)]
    bandwidth: Option<Mbps>,
}

impl Command for ModifyPhysicalConnectionAttribute {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("ModifyPhysicalConnectionAttribute", "vpc:ModifyPhysicalConnectionAttribute")
            .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND,
        &codes::INVALID_STATUS,
        &codes::INVALID_PORT_TYPE_MALFORMD,
        &codes::INVALID_REDUNDANT_PHYSICAL_CONNECTION,
        &codes::INVALID_REDUNDANT_PHYSICAL_CONNECTION_STATUS,
        &codes::OPERATION_DENIED_VPCONN,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.physical_connection_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.physical_connection_id.as_str(), self.region_id.as_str());
        if hosted::concerns(cx, id, region)? {
            let code = &codes::OPERATION_DENIED_VPCONN;
            let message = format!("{} Call UpdateVirtualPhysicalConnection for it.", code.message);
            return Err(Error::new(code).with_message(message).into());
        }
        let missing = &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND;
        let mut circuit = Circuit::find(cx, id, Some(region), missing)?;
        circuit.check(Self::ABOUT.name)?;
        if self.changes_specification(&circuit) && !SPECIFICATION_OPEN.contains(&circuit.status()) {
            return Err(circuit.refuse(&codes::INVALID_STATUS));
        }
        if let Some(port_type) = self.port_type.filter(|port_type| *port_type != circuit.port_type) {
            check_port_type(cx, &circuit, port_type)?;
        }
        if let Edit::Set(backup) = &self.redundant_physical_connection_id
            && backup.as_str() != circuit.redundant_id
        {
            require_backup(cx, self.region_id.as_str(), backup.as_str(), Some(&circuit))?;
        }
        self.apply(&mut circuit);
        require_room(cx, &circuit)?;
        circuit.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// The hosted connections on the circuit still have what they were given.
fn require_room(cx: &mut Cx<'_>, circuit: &Circuit) -> Result<()> {
    let (_, taken) = hosted::load(cx.tx, &circuit.id)?;
    if taken <= circuit.bandwidth {
        return Ok(());
    }
    let code = &codes::OPERATION_DENIED_VPCONN;
    let message = format!("{} The hosted connections on it carry {taken} Mbit/s together.", code.message);
    Err(circuit.explain(Error::new(code).with_message(message)))
}

/// The access point has ports of the new type, and the optic that was asked for suits them. Whether one is free
/// shows when it is reserved, as for any circuit that waits.
fn check_port_type(cx: &Cx<'_>, circuit: &Circuit, port_type: PortType) -> Result<()> {
    let point = cx.world.catalogue.access_point(&circuit.access_point_id);
    let optic = OpticalModuleModel::from_wire(&circuit.optical_module_model);
    let wrong = if !point.is_some_and(|(_, point)| point.offers(port_type)) {
        format!("{} has no {} port", circuit.access_point_id, port_type.as_str())
    } else if optic.is_some_and(|optic| !port_type.takes(optic)) {
        format!("the optic {} does not suit {}", circuit.optical_module_model, port_type.as_str())
    } else {
        return Ok(());
    };
    // No code of its own is documented for this action.
    Err(Error::new(&codes::INVALID_PORT_TYPE_MALFORMD)
        .with_message(format!("The PortType provided was invalid: {wrong}."))
        .into())
}

impl ModifyPhysicalConnectionAttribute {
    /// Naming the present value again changes nothing: clients resend what they know.
    fn changes_specification(&self, circuit: &Circuit) -> bool {
        let port_type = self.port_type.is_some_and(|port_type| port_type != circuit.port_type);
        let backup = match &self.redundant_physical_connection_id {
            Edit::Keep => false,
            Edit::Clear => !circuit.redundant_id.is_empty(),
            Edit::Set(backup) => backup.as_str() != circuit.redundant_id,
        };
        port_type || backup
    }

    fn apply(&self, circuit: &mut Circuit) {
        self.circuit_code.write(&mut circuit.circuit_code);
        self.description.write(&mut circuit.description);
        self.name.write(&mut circuit.name);
        self.peer_location.write(&mut circuit.peer_location);
        self.redundant_physical_connection_id.write(&mut circuit.redundant_id);
        if let Some(delay) = self.down_delay_time {
            circuit.down_delay_ms = delay.get();
        }
        if let Some(operator) = self.line_operator {
            operator.as_str().clone_into(&mut circuit.line_operator);
        }
        if let Some(port_type) = self.port_type {
            circuit.port_type = port_type;
        }
        if let Some(bandwidth) = self.bandwidth {
            circuit.bandwidth = bandwidth.get();
        }
    }
}
