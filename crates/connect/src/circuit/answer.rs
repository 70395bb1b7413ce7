//! A circuit as clients are shown it. The JSON is made when the row is written and kept in it, because a circuit is
//! read far more often than it changes: a list answer joins what the rows hold (docs/decisions/0003).

use super::Circuit;
use crate::order::OrderKind;
use crate::page::wire_count;
use crate::tag::{Tag, Tags};
use crate::time::{self, Millis};
use rpc::Reply;
use rpc::reply::Json;

/// `Type` of every circuit.
pub const TYPE: &str = "VPC";
/// `ProductType` of a dedicated circuit.
pub const PRODUCT_TYPE: &str = "PhysicalConnection";

/// One circuit in a list answer.
#[derive(Reply)]
pub struct CircuitAnswer {
    /// The circuit.
    physical_connection_id: String,
    /// Where it ends.
    access_point_id: String,
    /// Kind of access point.
    access_point_type: &'static str,
    /// State of the circuit.
    status: &'static str,
    /// Why the provider refused, failed or locked it; left out where there is nothing to say. Not in the vendor's
    /// API: clients ignore it, people need it.
    status_reason: Option<String>,
    /// Normal, FinancialLocked or SecurityLocked.
    business_status: &'static str,
    /// Name as set.
    name: String,
    /// Description as set.
    description: String,
    /// Always VPC.
    r#type: &'static str,
    /// PhysicalConnection, a dedicated circuit.
    product_type: &'static str,
    /// Carrier of the line.
    line_operator: String,
    /// The carrier's number of the circuit.
    circuit_code: String,
    /// Where the customer's end is.
    peer_location: String,
    /// Port type.
    port_type: &'static str,
    /// Port on the access device, once Allocated.
    port_number: String,
    /// Size, which follows from the port type.
    spec: &'static str,
    /// Bandwidth, Mbit/s.
    bandwidth: i64,
    /// The building of the port, once Allocated.
    ad_location: String,
    /// Building, room and rack of the port, once Allocated.
    ad_detail_location: String,
    /// The circuit that backs this one up.
    redundant_physical_connection_id: String,
    /// Resource group.
    resource_group_id: String,
    /// Optic in the port.
    optical_module_model: String,
    /// Device features that were asked for.
    device_features_selected: String,
    /// Milliseconds before a lost link is reported.
    down_delay_time: i32,
    /// State of the letter of authorization; empty when there is none.
    loa_status: String,
    /// Prepaid once an order is paid; empty before.
    charge_type: String,
    /// When it was ordered.
    creation_time: String,
    /// When it was first enabled.
    enabled_time: String,
    /// When the subscription ends.
    end_time: String,
    /// The text true or false: whether an order waits to take effect.
    has_reservation_data: &'static str,
    /// Kind of the order that waits; only with IncludeReservationData.
    reservation_order_type: Option<String>,
    /// Metering after the order that waits; only with IncludeReservationData.
    reservation_internet_charge_type: Option<String>,
    /// When the order that waits takes effect; only with IncludeReservationData.
    reservation_active_time: Option<String>,
    /// Bandwidth that will apply after payment.
    expect_spec: &'static str,
    /// MACsec keys of the circuit.
    macsec_keys: MacsecKeys,
    /// Who pays for a shared circuit.
    order_mode: &'static str,
    /// Owner of a shared circuit's parent.
    parent_physical_connection_ali_uid: Option<i64>,
    /// A shared circuit's parent.
    parent_physical_connection_id: &'static str,
    /// QoS policy.
    qos_id: String,
    /// Labels.
    tags: Tags,
    /// Shared circuits on this circuit.
    virtual_physical_connection_count: i32,
    /// VLAN of a shared circuit.
    vlan_id: &'static str,
    /// State of a shared circuit.
    vpconn_status: &'static str,
}

/// The MACsec keys of a circuit.
#[derive(Reply)]
pub struct MacsecKeys {
    /// One key each.
    macsec_key: Vec<MacsecKey>,
}

/// A MACsec key.
#[derive(Reply)]
pub struct MacsecKey {
    /// Name of the key.
    ckn: String,
    /// The key itself.
    cak: String,
    /// Cipher suite.
    cipher_suite: String,
    /// When it came into use.
    start_on: String,
    /// State of the key.
    status: String,
}

/// What hangs on a circuit and is shown with it.
#[derive(Debug, Default)]
pub(crate) struct Borne {
    /// How many hosted connections.
    pub(crate) hosted: i64,
    /// The traffic policy that holds for it, or empty.
    pub(crate) qos_id: String,
}

/// The JSON object that every list answer shows for this circuit.
pub(crate) fn render(circuit: &Circuit, tags: &[Tag], borne: &Borne) -> Vec<u8> {
    let seat = circuit.port.as_ref();
    let of_seat = |pick: fn(&crate::inventory::Seat) -> &String| {
        seat.map(|seat| pick(seat).clone()).unwrap_or_default()
    };
    let answer = CircuitAnswer {
        physical_connection_id: circuit.id.clone(),
        access_point_id: circuit.access_point_id.clone(),
        access_point_type: TYPE,
        status: circuit.status().as_str(),
        status_reason: (!circuit.reason.is_empty()).then(|| circuit.reason.clone()),
        business_status: circuit.business_status.as_str(),
        name: circuit.name.clone(),
        description: circuit.description.clone(),
        r#type: TYPE,
        product_type: PRODUCT_TYPE,
        line_operator: circuit.line_operator.clone(),
        circuit_code: circuit.circuit_code.clone(),
        peer_location: circuit.peer_location.clone(),
        port_type: circuit.port_type.as_str(),
        port_number: of_seat(|seat| &seat.number),
        spec: circuit.port_type.spec(),
        bandwidth: circuit.bandwidth,
        ad_location: of_seat(|seat| &seat.location),
        ad_detail_location: of_seat(|seat| &seat.detail),
        redundant_physical_connection_id: circuit.redundant_id.clone(),
        resource_group_id: circuit.resource_group_id.clone(),
        optical_module_model: circuit.optical_module_model.clone(),
        device_features_selected: circuit.device_features.clone(),
        down_delay_time: i32::try_from(circuit.down_delay_ms).unwrap_or(i32::MAX),
        loa_status: circuit.loa_status.clone(),
        charge_type: circuit.charge_type.clone(),
        creation_time: time::wire(circuit.created_at),
        enabled_time: time::wire_or_empty(circuit.enabled_at),
        end_time: time::wire_or_empty(circuit.end_at),
        has_reservation_data: if circuit.renewed_until.is_some() { "true" } else { "false" },
        reservation_order_type: None,
        reservation_internet_charge_type: None,
        reservation_active_time: None,
        expect_spec: "",
        macsec_keys: MacsecKeys { macsec_key: Vec::new() },
        order_mode: "",
        parent_physical_connection_ali_uid: None,
        parent_physical_connection_id: "",
        qos_id: borne.qos_id.clone(),
        tags: Tags { tags: tags.to_vec() },
        virtual_physical_connection_count: wire_count(borne.hosted),
        vlan_id: "",
        vpconn_status: "",
    };
    let mut json = Vec::with_capacity(1536);
    answer.json(&mut json);
    json
}

/// A stored answer with what it leaves out: the order that is paid and takes effect when the present term ends. Only
/// IncludeReservationData asks for it, so it is set in when it is read.
pub(crate) fn with_reservation(mut answer: Vec<u8>, active_at: Millis) -> Vec<u8> {
    if answer.pop() == Some(b'}') {
        let members = [
            ("ReservationOrderType", OrderKind::Renew.as_str()),
            ("ReservationInternetChargeType", "PayByBandwidth"),
            ("ReservationActiveTime", &time::wire(active_at)),
        ];
        for (name, value) in members {
            answer.push(b',');
            name.json(&mut answer);
            answer.push(b':');
            value.json(&mut answer);
        }
    }
    answer.push(b'}');
    answer
}
