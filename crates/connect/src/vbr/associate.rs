//! Further circuits of a border router: associating one, and taking it off again. Both are judged by what is there,
//! whatever their token has seen: clients cut tokens so short that different calls share one.

use super::addresses::{self, Faults};
use super::apply::{circuit_of_caller, require_room, take_vlan};
use super::link::{self, Link};
use super::moves::names_a_router;
use super::parameters::{LinkText, Switch, VbrId, VlanId};
use super::{INTERFACE_PREFIX, Vbr, vlan};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::Circuit;
use crate::circuit::parameters::{CircuitCode, CircuitId, ClientToken, RegionId};
use crate::codes;
use crate::cx::{Cx, View};
use crate::holds;
use crate::limits::VBR_ASSOCIATIONS_MAX;
use crate::reply::Nothing;
use rpc::Wire;
use rpc::code::{Code, Error};
use rpc::gateway;
use store::{Arg, Read, ReadExt};

/// Puts a border router on a further circuit of the account that owns its first one.
#[derive(Wire)]
pub struct AssociatePhysicalConnectionToVirtualBorderRouter {
    /// Region of both.
    region_id: RegionId,
    /// The circuit: the caller's own, Enabled, and not locked.
    physical_connection_id: CircuitId,
    /// The router, which must be active.
    vbr_id: VbrId,
    /// VLAN on the circuit, unique there.
    #[wire(error = codes::INVALID_VLAN_ID_MALFORMED)]
    vlan_id: VlanId,
    /// The carrier's number of the circuit.
    #[wire(error = codes::INVALID_CIRCUIT_CODE_MALFORMED_ROUTER)]
    circuit_code: Option<CircuitCode>,
    /// Idempotency token; an answered one is answered again as long as the association stands.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Whether the link has IPv6.
    #[wire(default = "false")]
    enable_ipv6: Switch,
    /// IPv4 address of the provider's side; the three IPv4 fields come together.
    #[wire(error = codes::INVALID_LOCAL_GATEWAY_IP_MALFORMED)]
    local_gateway_ip: Option<LinkText>,
    /// IPv6 address of the provider's side; needed with EnableIpv6.
    #[wire(error = codes::INVALID_IP_MALFORMED_ASSOCIATE)]
    local_ipv6_gateway_ip: Option<LinkText>,
    /// IPv4 address of the customer's side; the three IPv4 fields come together.
    #[wire(error = codes::INVALID_PEER_GATEWAY_IP_MALFORMED)]
    peer_gateway_ip: Option<LinkText>,
    /// IPv6 address of the customer's side; needed with EnableIpv6.
    #[wire(error = codes::INVALID_IP_MALFORMED_ASSOCIATE)]
    peer_ipv6_gateway_ip: Option<LinkText>,
    /// Prefix that covers the IPv6 pair; needed with EnableIpv6.
    #[wire(error = codes::INVALID_PEERING_SUBNET_MASK_MALFORMED)]
    peering_ipv6_subnet_mask: Option<LinkText>,
    /// Dotted mask that covers the IPv4 pair, /24 to /30; the three IPv4 fields come together.
    #[wire(error = codes::INVALID_PEERING_SUBNET_MASK_MALFORMED)]
    peering_subnet_mask: Option<LinkText>,
}

/// What this action answers to bad addresses.
const FAULTS: Faults = Faults {
    local: &codes::INVALID_LOCAL_GATEWAY_IP_MALFORMED,
    peer: &codes::INVALID_PEER_GATEWAY_IP_MALFORMED,
    mask: &codes::INVALID_PEERING_SUBNET_MASK_MALFORMED,
    local_ipv6: &codes::INVALID_IP_MALFORMED_ASSOCIATE,
    peer_ipv6: &codes::INVALID_IP_MALFORMED_ASSOCIATE,
    subnet: &codes::INVALID_IP_NOT_SAME_SUBNET,
};

impl Command for AssociatePhysicalConnectionToVirtualBorderRouter {
    type Reply = Nothing;
    const ABOUT: About = About::tenant(
        "AssociatePhysicalConnectionToVirtualBorderRouter",
        "vpc:AssociatePhysicalConnectionToVirtualBorderRouter",
    )
    .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_ROUTER))
    .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_VBR_ID_NOT_FOUND_DELETE,
        &codes::INVALID_INSTANCE_ID_NOT_FOUND_IN_REGION,
        &codes::FORBIDDEN_OPERATION_NOT_ALLOWED_BY_USER_DELETE,
        &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE,
        &codes::FORBIDDEN_LOCAL_GATEWAY_IP_NOT_ALLOWED_BY_CALLER,
        &codes::FORBIDDEN_PEER_GATEWAY_IP_NOT_ALLOWED_BY_CALLER,
        &codes::FORBIDDEN_PEERING_SUBNET_MASK_NOT_ALLOWED_BY_CALLER,
        &gateway::MISSING_PARAMETER,
        &codes::INVALID_LOCAL_GATEWAY_IP_MALFORMED,
        &codes::INVALID_PEER_GATEWAY_IP_MALFORMED,
        &codes::INVALID_PEERING_SUBNET_MASK_MALFORMED,
        &codes::INVALID_IP_MALFORMED_ASSOCIATE,
        &codes::INVALID_IP_NOT_SAME_SUBNET,
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND_ROUTER,
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_ENABLED,
        &codes::INVALID_STATUS_STATUS_NOT_ENABLED,
        &codes::PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR,
        &codes::EXCEED_ASSOCIATE_MAX_NUM,
        &codes::QUOTA_EXCEEDED_VBR_PERP_CONN,
        &codes::INVALID_VLAN_ID_USED,
    ];
    names_a_router!(vbr_id);

    fn targets(&self) -> Vec<&str> {
        vec![self.vbr_id.as_str(), self.physical_connection_id.as_str()]
    }

    fn has_work(&self, view: &mut View<'_>) -> Result<bool> {
        Ok(!is_associated(view.read, self.vbr_id.as_str(), self.physical_connection_id.as_str())?)
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let mut vbr = self.router(cx)?;
        vbr.check(Self::ABOUT.name)?;
        let link = self.link(cx);
        if !vbr.is_owned_by(cx.caller) {
            require_no_addresses(&link)?;
        }
        addresses::check_ipv4(&link, false, &FAULTS)?;
        if vbr.is_owned_by(cx.caller) {
            addresses::check_ipv6(&link, true, &FAULTS)?;
        }
        let missing = &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND_ROUTER;
        let circuit = circuit_of_caller(cx, &link.circuit_id, missing)?;
        if circuit.region != vbr.region {
            return Err((&codes::INVALID_INSTANCE_ID_NOT_FOUND_IN_REGION).into());
        }
        holds::require_circuit(Self::ABOUT.name, &circuit)?;
        let others = link::associated(cx.tx, &vbr.id)?;
        if circuit.id == vbr.link.circuit_id || others.iter().any(|other| other.circuit_id == circuit.id) {
            let code = &codes::PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR;
            let message = format!("{} {} is on {} already.", code.message, vbr.id, circuit.id);
            return Err(Error::new(code).with_message(message).into());
        }
        if i64::try_from(others.len()).is_ok_and(|count| count >= VBR_ASSOCIATIONS_MAX) {
            return Err((&codes::EXCEED_ASSOCIATE_MAX_NUM).into());
        }
        require_room(cx, &circuit.id)?;
        take_vlan(cx, &link, &vbr.id)?;
        link::associate(cx, &vbr.id, &link)?;
        vbr.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

impl AssociatePhysicalConnectionToVirtualBorderRouter {
    /// The router, if the caller may put it on circuits.
    fn router(&self, cx: &mut Cx<'_>) -> Result<Vbr> {
        let found = Vbr::anywhere(cx.tx, self.vbr_id.as_str())?;
        let vbr = found
            .filter(|vbr| vbr.account == cx.account && vbr.concerns(cx.caller))
            .ok_or(&codes::INVALID_VBR_ID_NOT_FOUND_DELETE)?;
        if vbr.region != self.region_id.as_str() {
            return Err((&codes::INVALID_INSTANCE_ID_NOT_FOUND_IN_REGION).into());
        }
        if !vbr.is_on_circuit_of(cx.caller) {
            return Err((&codes::FORBIDDEN_OPERATION_NOT_ALLOWED_BY_USER_DELETE).into());
        }
        Ok(vbr)
    }

    fn link(&self, cx: &mut Cx<'_>) -> Link {
        let address =
            |value: &Option<LinkText>| value.as_ref().map(LinkText::as_str).unwrap_or_default().to_owned();
        Link {
            circuit_id: self.physical_connection_id.as_str().to_owned(),
            vlan: self.vlan_id.get(),
            vlan_interface_id: cx.ids.resource(INTERFACE_PREFIX, cx.now),
            circuit_code: self.circuit_code.as_ref().map(CircuitCode::as_str).unwrap_or_default().to_owned(),
            enable_ipv6: self.enable_ipv6 == Switch::On,
            local_ip: address(&self.local_gateway_ip),
            peer_ip: address(&self.peer_gateway_ip),
            mask: address(&self.peering_subnet_mask),
            local_ipv6: address(&self.local_ipv6_gateway_ip),
            peer_ipv6: address(&self.peer_ipv6_gateway_ip),
            ipv6_mask: address(&self.peering_ipv6_subnet_mask),
        }
    }
}

/// The addresses of another account's router are that account's to choose.
fn require_no_addresses(link: &Link) -> Result<()> {
    let given: [(&str, &str, &'static Code); 3] = [
        (&link.local_ip, &link.local_ipv6, &codes::FORBIDDEN_LOCAL_GATEWAY_IP_NOT_ALLOWED_BY_CALLER),
        (&link.peer_ip, &link.peer_ipv6, &codes::FORBIDDEN_PEER_GATEWAY_IP_NOT_ALLOWED_BY_CALLER),
        (&link.mask, &link.ipv6_mask, &codes::FORBIDDEN_PEERING_SUBNET_MASK_NOT_ALLOWED_BY_CALLER),
    ];
    match given.into_iter().find(|(ipv4, ipv6, _)| !(ipv4.is_empty() && ipv6.is_empty())) {
        Some((_, _, code)) => Err(code.into()),
        None => Ok(()),
    }
}

fn is_associated(read: &mut dyn Read, vbr: &str, circuit: &str) -> Result<bool> {
    let sql = "select vlan from vbr_association where vbr_id = $1 and circuit_id = $2";
    Ok(read.one(sql, &[Arg::from(vbr), Arg::from(circuit)], |row| row.int(0))?.is_some())
}

/// Takes a further circuit off a border router.
#[derive(Wire)]
pub struct UnassociatePhysicalConnectionFromVirtualBorderRouter {
    /// Region of both.
    region_id: RegionId,
    /// The circuit.
    #[wire(missing = codes::PARAMETER_MUST_NOT_NULL)]
    physical_connection_id: CircuitId,
    /// The router.
    #[wire(missing = codes::PARAMETER_MUST_NOT_NULL)]
    vbr_id: VbrId,
    /// Idempotency token; an answered one is answered again only while the association is gone.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for UnassociatePhysicalConnectionFromVirtualBorderRouter {
    type Reply = Nothing;
    const ABOUT: About = About::tenant(
        "UnassociatePhysicalConnectionFromVirtualBorderRouter",
        "vpc:UnassociatePhysicalConnectionFromVirtualBorderRouter",
    )
    .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_VBR_ID_NOT_FOUND_DELETE,
        &codes::INVALID_VBR_ID_NOT_FOUND_OR_CIRCUIT,
        &codes::INVALID_STATUS_NOT_ALLOWED_ROUTER,
        &codes::PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR,
        &codes::PHYSICAL_NOT_ASSOCIATE_TO_VBR,
        &codes::ROUTER_INTERFACE_REFERED_BY_ROUTEENTRY,
    ];
    names_a_router!(vbr_id);

    fn targets(&self) -> Vec<&str> {
        vec![self.vbr_id.as_str(), self.physical_connection_id.as_str()]
    }

    fn has_work(&self, view: &mut View<'_>) -> Result<bool> {
        is_associated(view.read, self.vbr_id.as_str(), self.physical_connection_id.as_str())
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.vbr_id.as_str(), self.region_id.as_str());
        let mut vbr = Vbr::find(cx, id, region, &codes::INVALID_VBR_ID_NOT_FOUND_DELETE)?;
        let circuit = self.physical_connection_id.as_str();
        if circuit == vbr.link.circuit_id {
            // Its own circuit goes with the router alone.
            return Err((&codes::PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR).into());
        }
        Circuit::anywhere(cx.tx, circuit)?
            .filter(|found| found.account == vbr.circuit_account && found.region == region)
            .ok_or(&codes::INVALID_VBR_ID_NOT_FOUND_OR_CIRCUIT)?;
        vbr.check(Self::ABOUT.name)?;
        if !is_associated(cx.tx, id, circuit)? {
            return Err((&codes::PHYSICAL_NOT_ASSOCIATE_TO_VBR).into());
        }
        let further = link::associated(cx.tx, id)?.into_iter().find(|link| link.circuit_id == circuit);
        let interface = further.map(|link| link.vlan_interface_id).unwrap_or_default();
        if let Some(error) = holds::refusal(cx.tx, Self::ABOUT.name, &interface)? {
            return Err(vbr.refuse(error));
        }
        link::dissociate(cx, id, circuit)?;
        vlan::free(cx, circuit, id)?;
        vbr.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}
