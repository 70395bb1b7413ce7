//! Changing a border router: its name, its link, its detection, its rate limit. Two accounts may have a say: the owner
//! of the circuit chooses VLAN and circuit code, the router's owner everything that belongs to the link and the name.

use super::addresses::{self, Faults};
use super::link::{self, Link};
use super::moves::names_a_router;
use super::parameters::{
    Bandwidth, BandwidthNumber, DetectMultiplier, IntervalMs, LinkText, LinksText, Mtu, VbrId, VlanId,
};
use super::states::{CONFIRM, VbrStatus};
use super::{Vbr, apply, vlan};
use crate::action::{About, Codes, Command, Replay, Result, Stop};
use crate::circuit::parameters::{CircuitCode, CircuitId, ClientToken, Description, RegionId, ResourceName};
use crate::codes;
use crate::cx::{Caller, Cx, View};
use crate::hosted;
use crate::reply::Nothing;
use rpc::code::{Code, Error};
use rpc::gateway;
use rpc::params::Params;
use rpc::params::invalid;
use rpc::wire::Edit;
use rpc::{Reply, Wire};
use serde_json::Value;

/// Changes a border router. A parameter left out stays as it is; an empty one is cleared. Naming a present value again
/// changes nothing. The owner of a router that another account made confirms it by giving the three IPv4 fields.
#[derive(Wire)]
pub struct ModifyVirtualBorderRouterAttribute {
    /// Region of the router.
    region_id: RegionId,
    /// The router.
    vbr_id: VbrId,
    /// Links over further circuits: a JSON list of objects, each with PhysicalConnectionId and what is to change of
    /// VlanId, CircuitCode, LocalGatewayIp, PeerGatewayIp, PeeringSubnetMask, LocalIpv6GatewayIp, PeerIpv6GatewayIp,
    /// PeeringIpv6SubnetMask and EnableIpv6.
    associated_physical_connections: Option<LinksText>,
    /// Rate limit, Mbit/s: one of those that CreateVirtualBorderRouter takes.
    #[wire(error = codes::ILLEGAL_PARAM_BANDWIDTH_ROUTER)]
    bandwidth: Option<BandwidthNumber>,
    /// The carrier's number of the circuit; only the owner of the circuit may change it.
    #[wire(error = codes::INVALID_CIRCUIT_CODE_MALFORMED_ROUTER)]
    circuit_code: Edit<CircuitCode>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text; only the router's owner may change it.
    #[wire(error = codes::INVALID_DESCRIPTION_MALFORMED)]
    description: Edit<Description>,
    /// Packets that may be lost before a detection session is down.
    detect_multiplier: Option<DetectMultiplier>,
    /// Whether the link has IPv6; switched off, the IPv6 addresses go.
    enable_ipv6: Option<bool>,
    /// IPv4 address of the provider's side; only the router's owner may change it.
    #[wire(error = codes::INVALID_IP_MALFORMED)]
    local_gateway_ip: Edit<LinkText>,
    /// IPv6 address of the provider's side; only the router's owner may change it.
    #[wire(error = codes::INVALID_IP_MALFORMED)]
    local_ipv6_gateway_ip: Edit<LinkText>,
    /// Milliseconds between detection packets received.
    min_rx_interval: Option<IntervalMs>,
    /// Milliseconds between detection packets sent.
    min_tx_interval: Option<IntervalMs>,
    /// Largest packet, bytes; 0 for that of a new router.
    mtu: Option<Mtu>,
    /// Display name; only the router's owner may change it.
    #[wire(error = codes::INVALID_NAME_MALFORMED)]
    name: Edit<ResourceName>,
    /// IPv4 address of the customer's side; only the router's owner may change it.
    #[wire(error = codes::INVALID_IP_MALFORMED)]
    peer_gateway_ip: Edit<LinkText>,
    /// IPv6 address of the customer's side; only the router's owner may change it.
    #[wire(error = codes::INVALID_IP_MALFORMED)]
    peer_ipv6_gateway_ip: Edit<LinkText>,
    /// Prefix that covers the IPv6 pair; only the router's owner may change it.
    #[wire(error = codes::INVALID_PEERING_SUBNET_MASK_MALFORMED)]
    peering_ipv6_subnet_mask: Edit<LinkText>,
    /// Dotted mask that covers the IPv4 pair, /24 to /30; only the router's owner may change it.
    #[wire(error = codes::INVALID_PEERING_SUBNET_MASK_MALFORMED)]
    peering_subnet_mask: Edit<LinkText>,
    /// Whether traffic between data centres may pass.
    sitelink_enable: Option<bool>,
    /// VLAN on the circuit, unique there; only the owner of the circuit may change it.
    #[wire(error = codes::INVALID_VLAN_ID_MALFORMED)]
    vlan_id: Option<VlanId>,
}

/// What this action answers to bad addresses.
const FAULTS: Faults = Faults {
    local: &codes::INVALID_IP_MALFORMED,
    peer: &codes::INVALID_IP_MALFORMED,
    mask: &codes::INVALID_PEERING_SUBNET_MASK_MALFORMED,
    local_ipv6: &codes::INVALID_IP_MALFORMED,
    peer_ipv6: &codes::INVALID_IP_MALFORMED,
    subnet: &codes::INVALID_IP_NOT_SAME_SUBNET,
};

/// Changes a link as a call says, whose fields have the same names whichever link they are of.
macro_rules! edit_link {
    ($call:expr, $link:expr) => {
        $call.circuit_code.write(&mut $link.circuit_code);
        if $call.enable_ipv6 == Some(false) {
            switch_ipv6_off(&mut $link);
        }
        $link.enable_ipv6 = $call.enable_ipv6.unwrap_or($link.enable_ipv6);
        $call.local_gateway_ip.write(&mut $link.local_ip);
        $call.peer_gateway_ip.write(&mut $link.peer_ip);
        $call.peering_subnet_mask.write(&mut $link.mask);
        $call.local_ipv6_gateway_ip.write(&mut $link.local_ipv6);
        $call.peer_ipv6_gateway_ip.write(&mut $link.peer_ipv6);
        $call.peering_ipv6_subnet_mask.write(&mut $link.ipv6_mask);
        $link.vlan = $call.vlan_id.map_or($link.vlan, VlanId::get);
    };
}

impl Command for ModifyVirtualBorderRouterAttribute {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("ModifyVirtualBorderRouterAttribute", "vpc:ModifyVirtualBorderRouterAttribute")
            .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_ROUTER))
            .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_VBR_ID_NOT_FOUND_400,
        &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE,
        &codes::FORBIDDEN_VLAN_ID_NOT_ALLOWED_BY_CALLER,
        &codes::FORBIDDEN_CIRCUIT_CODE_NOT_ALLOWED_BY_CALLER,
        &codes::FORBIDDEN_NAME_NOT_ALLOWED_BY_CALLER,
        &codes::FORBIDDEN_DESCRIPTION_NOT_ALLOWED_BY_CALLER,
        &codes::FORBIDDEN_LOCAL_GATEWAY_IP_NOT_ALLOWED_BY_CALLER,
        &codes::FORBIDDEN_PEER_GATEWAY_IP_NOT_ALLOWED_BY_CALLER,
        &codes::FORBIDDEN_PEERING_SUBNET_MASK_NOT_ALLOWED_BY_CALLER,
        &codes::ILLEGAL_PARAM_BANDWIDTH_ROUTER,
        &gateway::MISSING_PARAMETER,
        &gateway::INVALID_PARAMETER,
        &codes::INVALID_IP_MALFORMED,
        &codes::INVALID_PEERING_SUBNET_MASK_MALFORMED,
        &codes::INVALID_IP_NOT_SAME_SUBNET,
        &codes::INVALID_VLAN_ID_MALFORMED,
        &codes::INVALID_CIRCUIT_CODE_MALFORMED_ROUTER,
        &codes::INVALID_VLAN_ID_USED,
    ];
    names_a_router!(vbr_id);

    fn targets(&self) -> Vec<&str> {
        vec![self.vbr_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.vbr_id.as_str(), self.region_id.as_str());
        let vbr = Vbr::find(cx, id, region, &codes::INVALID_VBR_ID_NOT_FOUND_400)?;
        vbr.check(Self::ABOUT.name)?;
        let changed = self.applied(&vbr);
        require_say(cx.caller, &vbr, &vbr.link, &changed.link)?;
        require_say_in_texts(cx.caller, &vbr, &changed)?;
        if changed.bandwidth != vbr.bandwidth {
            require_offered(changed.bandwidth)?;
            require_fit(cx, &changed)?;
        }
        let was_active = vbr.status() == VbrStatus::Active;
        require_kept(&changed.link, was_active)?;
        addresses::check_ipv4(&changed.link, false, &FAULTS)?;
        // Who may not give the addresses is not asked for them.
        let asks_ipv6 = self.enable_ipv6 == Some(true) && vbr.is_owned_by(cx.caller);
        addresses::check_ipv6(&changed.link, was_active && asks_ipv6, &FAULTS)?;
        move_link(cx, id, &vbr.link, &changed.link)?;
        if let Some(text) = &self.associated_physical_connections {
            change_links(cx, &vbr, text.as_str())?;
        }
        let mut changed = changed;
        let confirms = !was_active && changed.link.has_ipv4();
        changed.step(cx, if confirms { CONFIRM } else { Self::ABOUT.name })?;
        Ok(Nothing {})
    }
}

impl ModifyVirtualBorderRouterAttribute {
    /// The router as it is to be.
    fn applied(&self, vbr: &Vbr) -> Vbr {
        let mut changed = vbr.clone();
        self.name.write(&mut changed.name);
        self.description.write(&mut changed.description);
        edit_link!(self, changed.link);
        changed.bandwidth = self.bandwidth.map_or(changed.bandwidth, BandwidthNumber::get);
        changed.mtu = self.mtu.map_or(changed.mtu, Mtu::bytes);
        changed.detect_multiplier =
            self.detect_multiplier.map_or(changed.detect_multiplier, DetectMultiplier::get);
        changed.min_rx_ms = self.min_rx_interval.map_or(changed.min_rx_ms, IntervalMs::get);
        changed.min_tx_ms = self.min_tx_interval.map_or(changed.min_tx_ms, IntervalMs::get);
        changed.sitelink = self.sitelink_enable.unwrap_or(changed.sitelink);
        changed
    }
}

fn switch_ipv6_off(link: &mut Link) {
    for field in [&mut link.local_ipv6, &mut link.peer_ipv6, &mut link.ipv6_mask] {
        field.clear();
    }
}

/// The first of `rules` that is broken.
fn first_broken(rules: &[(bool, &'static Code)]) -> Result<()> {
    match rules.iter().find(|(is_broken, _)| *is_broken) {
        Some((_, code)) => Err((*code).into()),
        None => Ok(()),
    }
}

/// Who may change what of a link (contract, states section 5).
fn require_say(caller: &Caller, vbr: &Vbr, from: &Link, to: &Link) -> Result<()> {
    if !vbr.is_on_circuit_of(caller) {
        first_broken(&[
            (from.vlan != to.vlan, &codes::FORBIDDEN_VLAN_ID_NOT_ALLOWED_BY_CALLER),
            (from.circuit_code != to.circuit_code, &codes::FORBIDDEN_CIRCUIT_CODE_NOT_ALLOWED_BY_CALLER),
        ])?;
    }
    if vbr.is_owned_by(caller) {
        return Ok(());
    }
    let local = from.local_ip != to.local_ip || from.local_ipv6 != to.local_ipv6;
    let peer = from.peer_ip != to.peer_ip || from.peer_ipv6 != to.peer_ipv6;
    let mask = from.mask != to.mask || from.ipv6_mask != to.ipv6_mask;
    first_broken(&[
        (local, &codes::FORBIDDEN_LOCAL_GATEWAY_IP_NOT_ALLOWED_BY_CALLER),
        (peer, &codes::FORBIDDEN_PEER_GATEWAY_IP_NOT_ALLOWED_BY_CALLER),
        (mask, &codes::FORBIDDEN_PEERING_SUBNET_MASK_NOT_ALLOWED_BY_CALLER),
    ])
}

fn require_say_in_texts(caller: &Caller, from: &Vbr, to: &Vbr) -> Result<()> {
    if from.is_owned_by(caller) {
        return Ok(());
    }
    first_broken(&[
        (from.name != to.name, &codes::FORBIDDEN_NAME_NOT_ALLOWED_BY_CALLER),
        (from.description != to.description, &codes::FORBIDDEN_DESCRIPTION_NOT_ALLOWED_BY_CALLER),
    ])
}

/// The rate limit is one that is offered.
fn require_offered(mbps: i64) -> Result<()> {
    if Bandwidth::is_offered(mbps) {
        return Ok(());
    }
    let offered: Vec<_> = Bandwidth::ALL.iter().map(Bandwidth::as_str).collect();
    let message = format!("{mbps} Mbit/s is not offered. Give one of {}.", offered.join(", "));
    Err(Error::new(&codes::ILLEGAL_PARAM_BANDWIDTH_ROUTER).with_message(message).into())
}

/// A router over a hosted connection carries no more than that does.
fn require_fit(cx: &mut Cx<'_>, changed: &Vbr) -> Result<()> {
    let code = &codes::ILLEGAL_PARAM_BANDWIDTH_ROUTER;
    match hosted::moves::ceiling(cx, &changed.id)? {
        Some(mbps) if changed.bandwidth > mbps => {
            let message = format!("{} The hosted connection carries {mbps} Mbit/s.", code.message);
            Err(Error::new(code).with_message(message).into())
        }
        _ => Ok(()),
    }
}

/// A router in service keeps its IPv4 pair.
fn require_kept(link: &Link, was_active: bool) -> Result<()> {
    if link.has_ipv4() || !was_active {
        return Ok(());
    }
    let code = if link.mask.is_empty() && !link.local_ip.is_empty() && !link.peer_ip.is_empty() {
        &codes::INVALID_PEERING_SUBNET_MASK_MALFORMED
    } else {
        &codes::INVALID_IP_MALFORMED
    };
    let message = format!("{} An active router keeps its IPv4 pair and its mask.", code.message);
    Err(Error::new(code).with_message(message).into())
}

/// Takes the new VLAN and gives the old one up, if it is another.
fn move_link(cx: &mut Cx<'_>, vbr: &str, from: &Link, to: &Link) -> Result<()> {
    if from.vlan == to.vlan {
        return Ok(());
    }
    vlan::free(cx, &from.circuit_id, vbr)?;
    apply::take_vlan(cx, to, vbr)?;
    hosted::moves::follow_vlan(cx, vbr, &to.circuit_id, to.vlan)
}

/// What AssociatedPhysicalConnections says of one circuit: the fields of its link, by the same rules as those of the
/// router's own. Members that are not among them, for instance those that a list answer has besides, are ignored.
#[derive(Wire)]
struct LinkChange {
    /// The circuit.
    physical_connection_id: CircuitId,
    /// The carrier's number of the circuit.
    #[wire(error = codes::INVALID_CIRCUIT_CODE_MALFORMED_ROUTER)]
    circuit_code: Edit<CircuitCode>,
    /// Whether the link has IPv6.
    #[wire(alias = "ipv6Enable")]
    enable_ipv6: Option<bool>,
    /// IPv4 address of the provider's side.
    #[wire(error = codes::INVALID_IP_MALFORMED)]
    local_gateway_ip: Edit<LinkText>,
    /// IPv6 address of the provider's side.
    #[wire(error = codes::INVALID_IP_MALFORMED)]
    local_ipv6_gateway_ip: Edit<LinkText>,
    /// IPv4 address of the customer's side.
    #[wire(error = codes::INVALID_IP_MALFORMED)]
    peer_gateway_ip: Edit<LinkText>,
    /// IPv6 address of the customer's side.
    #[wire(error = codes::INVALID_IP_MALFORMED)]
    peer_ipv6_gateway_ip: Edit<LinkText>,
    /// Prefix that covers the IPv6 pair.
    #[wire(error = codes::INVALID_PEERING_SUBNET_MASK_MALFORMED)]
    peering_ipv6_subnet_mask: Edit<LinkText>,
    /// Dotted mask that covers the IPv4 pair.
    #[wire(error = codes::INVALID_PEERING_SUBNET_MASK_MALFORMED)]
    peering_subnet_mask: Edit<LinkText>,
    /// VLAN on the circuit.
    #[wire(error = codes::INVALID_VLAN_ID_MALFORMED)]
    vlan_id: Option<VlanId>,
}

fn bad_links(why: &str) -> Stop {
    invalid("AssociatedPhysicalConnections", why).into()
}

/// Reads a list of JSON objects, each as if its members were the parameters of a request.
fn link_changes(text: &str) -> Result<Vec<LinkChange>> {
    let items: Vec<serde_json::Map<String, Value>> =
        serde_json::from_str(text).map_err(|_| bad_links("expected a JSON list of objects"))?;
    let mut changes = Vec::new();
    for item in items {
        let pairs = item.into_iter().filter_map(|(name, value)| match value {
            Value::String(text) => Some((name, text)),
            Value::Number(_) | Value::Bool(_) => Some((name, value.to_string())),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        });
        changes.push(LinkChange::decode(&Params::from_pairs(pairs))?);
    }
    Ok(changes)
}

/// Changes the links over further circuits.
fn change_links(cx: &mut Cx<'_>, vbr: &Vbr, text: &str) -> Result<()> {
    for change in link_changes(text)? {
        let associated = link::associated(cx.tx, &vbr.id)?;
        let link = associated
            .into_iter()
            .find(|link| link.circuit_id == change.physical_connection_id.as_str())
            .ok_or_else(|| bad_links("a circuit is named that is not associated with the router"))?;
        let mut changed = link.clone();
        edit_link!(change, changed);
        require_say(cx.caller, vbr, &link, &changed)?;
        addresses::check_ipv4(&changed, false, &FAULTS)?;
        let asks_ipv6 = change.enable_ipv6 == Some(true) && vbr.is_owned_by(cx.caller);
        addresses::check_ipv6(&changed, asks_ipv6, &FAULTS)?;
        move_link(cx, &vbr.id, &link, &changed)?;
        link::associate(cx, &vbr.id, &changed)?;
    }
    Ok(())
}

/// Changes the rate limit of a border router on a dedicated circuit. That of one over a hosted connection, which brings
/// its own, is refused.
#[derive(Wire)]
pub struct UpdateVirtualBorderBandwidth {
    /// Region of the router.
    region_id: RegionId,
    /// Rate limit, Mbit/s: one of those that CreateVirtualBorderRouter takes.
    #[wire(error = codes::ILLEGAL_PARAM_BANDWIDTH_ROUTER, missing = codes::MISSING_PARAM_BANDWIDTH)]
    bandwidth: BandwidthNumber,
    /// The router.
    #[wire(missing = codes::MISSING_PARAM_INSTANCE_ID_ROUTER)]
    virtual_border_router_id: VbrId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

/// The answer, in the form that this action alone has.
#[derive(Reply)]
pub struct BandwidthUpdated {
    /// Always the text 200.
    code: &'static str,
    /// Always 200.
    http_status_code: i32,
    /// Always the word successful.
    message: &'static str,
    /// Always true.
    success: bool,
}

impl Command for UpdateVirtualBorderBandwidth {
    type Reply = BandwidthUpdated;
    const ABOUT: About = About::tenant("UpdateVirtualBorderBandwidth", "vpc:UpdateVirtualBorderBandwidth")
        .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_INSTANCE_ID_NOT_FOUND_ROUTER,
        &codes::ILLEGAL_PARAM_BANDWIDTH_ROUTER,
        &codes::OPERATION_FAILED_VPCONN,
    ];
    names_a_router!(virtual_border_router_id);

    fn targets(&self) -> Vec<&str> {
        vec![self.virtual_border_router_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<BandwidthUpdated> {
        let (id, region) = (self.virtual_border_router_id.as_str(), self.region_id.as_str());
        let mut vbr = Vbr::find(cx, id, region, &codes::INVALID_INSTANCE_ID_NOT_FOUND_ROUTER)?;
        if let Some(mbps) = hosted::moves::ceiling(cx, id)? {
            let code = &codes::OPERATION_FAILED_VPCONN;
            let message = format!("{} {id} runs over a hosted connection of {mbps} Mbit/s.", code.message);
            return Err(vbr.refuse(Error::new(code).with_message(message)));
        }
        require_offered(self.bandwidth.get())?;
        vbr.bandwidth = self.bandwidth.get();
        vbr.step(cx, Self::ABOUT.name)?;
        Ok(BandwidthUpdated { code: "200", http_status_code: 200, message: "successful", success: true })
    }
}
