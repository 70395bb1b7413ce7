//! A border router as clients are shown it. The JSON of the usual list is made when the row is written and kept in it,
//! as a circuit's is (docs/decisions/0003); that of one circuit's list is made when it is read.

use super::link::Link;
use super::{CircuitShown, Vbr};
use crate::tag::Tag;
use crate::time;
use rpc::Reply;
use rpc::reply::Json;

/// `Type` of every border router.
pub const TYPE: &str = "pconnVBR";
/// `Status` of a further circuit.
pub const ASSOCIATED: &str = "Associated";

/// One border router in a list answer.
#[derive(Reply)]
pub struct VbrAnswer {
    /// The router.
    vbr_id: String,
    /// State of the router.
    status: &'static str,
    /// Name as set.
    name: String,
    /// Description as set.
    description: String,
    /// VLAN on its own circuit.
    vlan_id: i32,
    /// Next hop of routes that lead over its own circuit.
    vlan_interface_id: String,
    /// IPv4 address of the provider's side.
    local_gateway_ip: String,
    /// IPv4 address of the customer's side.
    peer_gateway_ip: String,
    /// Mask of the IPv4 pair.
    peering_subnet_mask: String,
    /// Whether the link has IPv6.
    enable_ipv6: bool,
    /// IPv6 address of the provider's side.
    local_ipv6_gateway_ip: String,
    /// IPv6 address of the customer's side.
    peer_ipv6_gateway_ip: String,
    /// Prefix of the IPv6 pair.
    peering_ipv6_subnet_mask: String,
    /// The carrier's number of the circuit.
    circuit_code: String,
    /// Rate limit, Mbit/s.
    bandwidth: i32,
    /// Largest packet, bytes.
    mtu: i32,
    /// Packets that may be lost before a detection session is down.
    detect_multiplier: i64,
    /// Milliseconds between detection packets received.
    min_rx_interval: i64,
    /// Milliseconds between detection packets sent.
    min_tx_interval: i64,
    /// Whether traffic between data centres may pass.
    sitelink_enable: bool,
    /// Its route table.
    route_table_id: String,
    /// Access point of its own circuit.
    access_point_id: String,
    /// Its own circuit.
    physical_connection_id: String,
    /// State of its own circuit.
    physical_connection_status: &'static str,
    /// Normal, FinancialLocked or SecurityLocked: its own circuit.
    physical_connection_business_status: &'static str,
    /// Owner of its circuits.
    physical_connection_owner_uid: String,
    /// Resource group.
    resource_group_id: String,
    /// Always pconnVBR.
    r#type: &'static str,
    /// When it was made.
    creation_time: String,
    /// When it first became active.
    activation_time: String,
    /// When it was last terminated.
    termination_time: String,
    /// When it last came back.
    recovery_time: String,
    /// Express Cloud Connection; there is none.
    ecc_id: &'static str,
    /// Cloud box; there is none.
    cloud_box_instance_id: &'static str,
    /// Express Connect Router; there is none.
    ecr_id: &'static str,
    /// State of the link to an Express Connect Router.
    ecr_attatch_status: &'static str,
    /// Owner of the Express Connect Router.
    ecr_owner_id: &'static str,
    /// Charge type of a router on a shared circuit.
    #[reply(rename = "PConnVbrChargeType")]
    pconn_vbr_charge_type: &'static str,
    /// Expiry of a router on a shared circuit.
    #[reply(rename = "PConnVbrExpireTime")]
    pconn_vbr_expire_time: &'static str,
    /// Further circuits.
    associated_physical_connections: AssociatedCircuits,
    /// Transit networks it is part of.
    associated_cens: AssociatedCens,
    /// Labels.
    tags: VbrTags,
}

/// The further circuits of a router.
#[derive(Reply)]
pub struct AssociatedCircuits {
    /// One circuit each.
    associated_physical_connection: Vec<AssociatedCircuit>,
}

/// A further circuit of a router.
#[derive(Reply)]
pub struct AssociatedCircuit {
    /// The circuit.
    physical_connection_id: String,
    /// Always Associated.
    status: &'static str,
    /// VLAN on it, as text.
    vlan_id: String,
    /// Next hop of routes that lead over it.
    vlan_interface_id: String,
    /// The carrier's number of the circuit.
    circuit_code: String,
    /// Whether the link has IPv6.
    enable_ipv6: bool,
    /// IPv4 address of the provider's side.
    local_gateway_ip: String,
    /// IPv4 address of the customer's side.
    peer_gateway_ip: String,
    /// Mask of the IPv4 pair.
    peering_subnet_mask: String,
    /// IPv6 address of the provider's side.
    local_ipv6_gateway_ip: String,
    /// IPv6 address of the customer's side.
    peer_ipv6_gateway_ip: String,
    /// Prefix of the IPv6 pair.
    peering_ipv6_subnet_mask: String,
    /// State of the circuit.
    physical_connection_status: &'static str,
    /// Normal, FinancialLocked or SecurityLocked.
    physical_connection_business_status: &'static str,
    /// Owner of the circuit.
    physical_connection_owner_uid: String,
}

/// The transit networks of a router.
#[derive(Reply)]
pub struct AssociatedCens {
    /// One network each.
    associated_cen: Vec<AssociatedCen>,
}

/// A transit network of a router.
#[derive(Reply)]
pub struct AssociatedCen {
    /// The network.
    cen_id: String,
    /// Its owner.
    cen_owner_id: i64,
    /// State of the attachment.
    cen_status: String,
}

/// The labels of a router, wrapped as the contract has it: not as a circuit's are.
#[derive(Reply)]
pub struct VbrTags {
    /// One label each.
    #[reply(rename = "Tags")]
    tags: Vec<Tag>,
}

/// One border router in the list of a circuit.
#[derive(Reply)]
pub struct VbrOfCircuit {
    /// The router.
    vbr_id: String,
    /// Its name.
    vbr_name: String,
    /// Its owner; left out where that is the circuit's.
    vbr_owner_uid: Option<i64>,
    /// State of the router.
    status: &'static str,
    /// Always pconnVBR.
    r#type: &'static str,
    /// VLAN on this circuit.
    vlan_id: i32,
    /// The carrier's number of the circuit.
    circuit_code: String,
    /// IPv4 address of the provider's side.
    local_gateway_ip: String,
    /// IPv4 address of the customer's side.
    peer_gateway_ip: String,
    /// Mask of the IPv4 pair.
    peering_subnet_mask: String,
    /// Whether the link has IPv6.
    enable_ipv6: bool,
    /// IPv6 address of the provider's side.
    local_ipv6_gateway_ip: String,
    /// IPv6 address of the customer's side.
    peer_ipv6_gateway_ip: String,
    /// Prefix of the IPv6 pair.
    peering_ipv6_subnet_mask: String,
    /// Rate limit, Mbit/s, as text.
    bandwidth: String,
    /// Whether the rate limit is in force: active.
    bandwidth_status: &'static str,
    /// When it was made.
    creation_time: String,
    /// When it first became active.
    activation_time: String,
    /// When it was last terminated.
    termination_time: String,
    /// When it last came back.
    recovery_time: String,
    /// Express Cloud Connection; there is none.
    ecc_id: &'static str,
    /// Locks of a router on a shared circuit.
    #[reply(rename = "PConnVbrBussinessStatus")]
    pconn_vbr_bussiness_status: &'static str,
    /// Charge type of a router on a shared circuit.
    #[reply(rename = "PConnVbrChargeType")]
    pconn_vbr_charge_type: &'static str,
    /// Expiry of a router on a shared circuit.
    #[reply(rename = "PConnVbrExpireTime")]
    pconn_vbr_expire_time: &'static str,
}

fn wire_int(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn further(vbr: &Vbr, link: &Link, circuit: &CircuitShown) -> AssociatedCircuit {
    let link = link.clone();
    AssociatedCircuit {
        physical_connection_id: link.circuit_id,
        status: ASSOCIATED,
        vlan_id: link.vlan.to_string(),
        vlan_interface_id: link.vlan_interface_id,
        circuit_code: link.circuit_code,
        enable_ipv6: link.enable_ipv6,
        local_gateway_ip: link.local_ip,
        peer_gateway_ip: link.peer_ip,
        peering_subnet_mask: link.mask,
        local_ipv6_gateway_ip: link.local_ipv6,
        peer_ipv6_gateway_ip: link.peer_ipv6,
        peering_ipv6_subnet_mask: link.ipv6_mask,
        physical_connection_status: circuit.status.as_str(),
        physical_connection_business_status: circuit.business_status.as_str(),
        physical_connection_owner_uid: vbr.circuit_account.clone(),
    }
}

/// The JSON object that every list answer shows for this router.
pub(super) fn render(
    vbr: &Vbr,
    circuit: &CircuitShown,
    associated: &[(Link, CircuitShown)],
    tags: &[Tag],
) -> Vec<u8> {
    let link = vbr.link.clone();
    let answer = VbrAnswer {
        vbr_id: vbr.id.clone(),
        status: vbr.status().as_str(),
        name: vbr.name.clone(),
        description: vbr.description.clone(),
        vlan_id: wire_int(link.vlan),
        vlan_interface_id: link.vlan_interface_id,
        local_gateway_ip: link.local_ip,
        peer_gateway_ip: link.peer_ip,
        peering_subnet_mask: link.mask,
        enable_ipv6: link.enable_ipv6,
        local_ipv6_gateway_ip: link.local_ipv6,
        peer_ipv6_gateway_ip: link.peer_ipv6,
        peering_ipv6_subnet_mask: link.ipv6_mask,
        circuit_code: link.circuit_code,
        bandwidth: wire_int(vbr.bandwidth),
        mtu: wire_int(vbr.mtu),
        detect_multiplier: vbr.detect_multiplier,
        min_rx_interval: vbr.min_rx_ms,
        min_tx_interval: vbr.min_tx_ms,
        sitelink_enable: vbr.sitelink,
        route_table_id: vbr.route_table_id.clone(),
        access_point_id: vbr.access_point_id.clone(),
        physical_connection_id: link.circuit_id,
        physical_connection_status: circuit.status.as_str(),
        physical_connection_business_status: circuit.business_status.as_str(),
        physical_connection_owner_uid: vbr.circuit_account.clone(),
        resource_group_id: vbr.resource_group_id.clone(),
        r#type: TYPE,
        creation_time: time::wire(vbr.created_at),
        activation_time: time::wire_or_empty(vbr.activated_at),
        termination_time: time::wire_or_empty(vbr.terminated_at),
        recovery_time: time::wire_or_empty(vbr.recovered_at),
        ecc_id: "",
        cloud_box_instance_id: "",
        ecr_id: "",
        ecr_attatch_status: "",
        ecr_owner_id: "",
        pconn_vbr_charge_type: "",
        pconn_vbr_expire_time: "",
        associated_physical_connections: AssociatedCircuits {
            associated_physical_connection: associated
                .iter()
                .map(|(link, circuit)| further(vbr, link, circuit))
                .collect(),
        },
        associated_cens: AssociatedCens { associated_cen: Vec::new() },
        tags: VbrTags { tags: tags.to_vec() },
    };
    let mut json = Vec::with_capacity(1536);
    answer.json(&mut json);
    json
}

/// The router as the owner of a circuit is shown it among the routers on that circuit, by its link over it.
pub(super) fn of_circuit(vbr: &Vbr, link: Link) -> VbrOfCircuit {
    let is_lent = vbr.account != vbr.circuit_account;
    VbrOfCircuit {
        vbr_id: vbr.id.clone(),
        vbr_name: vbr.name.clone(),
        vbr_owner_uid: is_lent.then(|| vbr.account.parse().ok()).flatten(),
        status: vbr.status().as_str(),
        r#type: TYPE,
        vlan_id: wire_int(link.vlan),
        circuit_code: link.circuit_code,
        local_gateway_ip: link.local_ip,
        peer_gateway_ip: link.peer_ip,
        peering_subnet_mask: link.mask,
        enable_ipv6: link.enable_ipv6,
        local_ipv6_gateway_ip: link.local_ipv6,
        peer_ipv6_gateway_ip: link.peer_ipv6,
        peering_ipv6_subnet_mask: link.ipv6_mask,
        bandwidth: vbr.bandwidth.to_string(),
        bandwidth_status: "active",
        creation_time: time::wire(vbr.created_at),
        activation_time: time::wire_or_empty(vbr.activated_at),
        termination_time: time::wire_or_empty(vbr.terminated_at),
        recovery_time: time::wire_or_empty(vbr.recovered_at),
        ecc_id: "",
        pconn_vbr_bussiness_status: "",
        pconn_vbr_charge_type: "",
        pconn_vbr_expire_time: "",
    }
}
