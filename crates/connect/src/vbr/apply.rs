//! Making a border router: for oneself, or on one's own circuit for another account.

use super::addresses::{self, Faults};
use super::link::Link;
use super::parameters::{AccountNumber, Bandwidth, LinkText, Mtu, VlanId};
use super::states::VBR;
use super::{DEFAULT_RESOURCE_GROUP, INTERFACE_PREFIX, KIND, PREFIX, ROUTE_TABLE_PREFIX, Vbr, vlan};
use crate::action::{About, Codes, Command, Replay, Result, Stop};
use crate::circuit::Circuit;
use crate::circuit::parameters::{
    CircuitCode, CircuitId, ClientToken, Description, RegionId, ResourceGroupId, ResourceName,
};
use crate::codes;
use crate::cx::{Cx, View};
use crate::limits::{VBR_DETECT_INTERVAL_MS_DEFAULT, VBR_DETECT_MULTIPLIER_DEFAULT, VBRS_UNCONFIRMED_MAX};
use crate::tag::{self, TagParameter};
use crate::{account, holds, time};
use rpc::code::{Code, Error};
use rpc::gateway;
use rpc::{Reply, Wire};
use store::{Arg, ReadExt};

/// Makes a virtual border router on a circuit of the caller's.
#[derive(Wire)]
pub struct CreateVirtualBorderRouter {
    /// Region of the circuit.
    region_id: RegionId,
    /// The circuit: the caller's own, and Enabled.
    physical_connection_id: CircuitId,
    /// VLAN on the circuit, unique there; 0 for untagged frames.
    #[wire(error = codes::INVALID_VLAN_ID_MALFORMED)]
    vlan_id: VlanId,
    /// Rate limit, Mbit/s; left out, the widest offered that the circuit fills.
    #[wire(error = codes::ILLEGAL_PARAM_BANDWIDTH_ROUTER)]
    bandwidth: Option<Bandwidth>,
    /// The carrier's number of the circuit.
    #[wire(error = codes::INVALID_CIRCUIT_CODE_MALFORMED_ROUTER)]
    circuit_code: Option<CircuitCode>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text; not with VbrOwnerId.
    #[wire(error = codes::INVALID_DESCRIPTION_MALFORMED)]
    description: Option<Description>,
    /// Whether the link has IPv6.
    #[wire(default = "false")]
    enable_ipv6: bool,
    /// IPv4 address of the provider's side; needed for an own router, not with VbrOwnerId.
    #[wire(error = codes::INVALID_LOCAL_GATEWAY_IP_MALFORMED)]
    local_gateway_ip: Option<LinkText>,
    /// IPv6 address of the provider's side; needed with EnableIpv6.
    #[wire(error = codes::INVALID_LOCAL_GATEWAY_IP_MALFORMED)]
    local_ipv6_gateway_ip: Option<LinkText>,
    /// Display name; not with VbrOwnerId.
    #[wire(error = codes::INVALID_NAME_MALFORMED)]
    name: Option<ResourceName>,
    /// IPv4 address of the customer's side; needed for an own router, not with VbrOwnerId.
    #[wire(error = codes::INVALID_PEER_GATEWAY_IP_MALFORMED)]
    peer_gateway_ip: Option<LinkText>,
    /// IPv6 address of the customer's side; needed with EnableIpv6.
    #[wire(error = codes::INVALID_PEER_GATEWAY_IP_MALFORMED)]
    peer_ipv6_gateway_ip: Option<LinkText>,
    /// Prefix that covers the IPv6 pair, for instance 2001:db8::/64; needed with EnableIpv6.
    #[wire(error = codes::INVALID_PEERING_SUBNET_MASK_MALFORMED)]
    peering_ipv6_subnet_mask: Option<LinkText>,
    /// Dotted mask that covers the IPv4 pair, /24 to /30; needed for an own router, not with VbrOwnerId.
    #[wire(error = codes::INVALID_PEERING_SUBNET_MASK_MALFORMED)]
    peering_subnet_mask: Option<LinkText>,
    /// Resource group to put the router into.
    resource_group_id: Option<ResourceGroupId>,
    /// Labels.
    #[wire(alias = "Tag", max_items = 20)]
    tags: Vec<TagParameter>,
    /// The account the router is for; left out, the caller's. Another account has to confirm it.
    #[wire(error = codes::INVALID_VBR_OWNER_ID_NOT_FOUND)]
    vbr_owner_id: Option<AccountNumber>,
}

/// The new router.
#[derive(Reply)]
pub struct VbrCreated {
    /// Id of the new router.
    vbr_id: String,
}

/// What this action answers to bad addresses; the same code for both families.
const FAULTS: Faults = Faults {
    local: &codes::INVALID_LOCAL_GATEWAY_IP_MALFORMED,
    peer: &codes::INVALID_PEER_GATEWAY_IP_MALFORMED,
    mask: &codes::INVALID_PEERING_SUBNET_MASK_MALFORMED,
    local_ipv6: &codes::INVALID_LOCAL_GATEWAY_IP_MALFORMED,
    peer_ipv6: &codes::INVALID_PEER_GATEWAY_IP_MALFORMED,
    subnet: &codes::INVALID_IP_NOT_SAME_SUBNET,
};

impl Command for CreateVirtualBorderRouter {
    type Reply = VbrCreated;
    const ABOUT: About = About::tenant("CreateVirtualBorderRouter", "vpc:CreateVirtualBorderRouter")
        .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_ROUTER))
        .replay(Replay::Create);
    const ERRORS: Codes = &[
        &codes::INVALID_VBR_OWNER_ID_NOT_FOUND,
        &codes::FORBIDDEN_LOCAL_GATEWAY_IP_NOT_ALLOWED_BY_CALLER,
        &codes::FORBIDDEN_PEER_GATEWAY_IP_NOT_ALLOWED_BY_CALLER,
        &codes::FORBIDDEN_PEERING_SUBNET_MASK_NOT_ALLOWED_BY_CALLER,
        &codes::FORBIDDEN_NAME_NOT_ALLOWED_BY_CALLER,
        &codes::FORBIDDEN_DESCRIPTION_NOT_ALLOWED_BY_CALLER,
        &gateway::MISSING_PARAMETER,
        &gateway::INVALID_PARAMETER,
        &codes::INVALID_LOCAL_GATEWAY_IP_MALFORMED,
        &codes::INVALID_PEER_GATEWAY_IP_MALFORMED,
        &codes::INVALID_PEERING_SUBNET_MASK_MALFORMED,
        &codes::INVALID_IP_NOT_SAME_SUBNET,
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND_ROUTER,
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_ENABLED,
        &codes::QUOTA_EXCEEDED_VBR_PERP_CONN,
        &codes::QUOTA_EXCEEDED_FREEVBR,
        &codes::INVALID_VLAN_ID_USED,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    /// The router is its owner's, and so is its row in the ledger.
    fn account(&self, view: &mut View<'_>) -> Result<Option<String>> {
        let Some(owner) = self.other_owner(&view.caller.account) else { return Ok(None) };
        if account::is_tenant(view.read, &owner)? {
            Ok(Some(owner))
        } else {
            Err((&codes::INVALID_VBR_OWNER_ID_NOT_FOUND).into())
        }
    }

    /// The caller's circuit must stay as it is found.
    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        Ok(vec![view.caller.account.clone()])
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<VbrCreated> {
        let is_own = cx.account == cx.caller.account;
        let mut vbr = self.vbr(cx);
        if !is_own {
            self.require_nothing_of_the_owners()?;
        }
        addresses::check_ipv4(&vbr.link, is_own, &FAULTS)?;
        if is_own {
            addresses::check_ipv6(&vbr.link, true, &FAULTS)?;
        }
        let tags = tag::given(&self.tags, "Tags")?;
        let missing = &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND_ROUTER;
        let circuit = circuit_of_caller(cx, self.physical_connection_id.as_str(), missing)?;
        if circuit.region != vbr.region {
            return Err(missing.into());
        }
        holds::require_circuit(Self::ABOUT.name, &circuit)?;
        require_room(cx, &circuit.id)?;
        if !is_own {
            require_few_unconfirmed(cx)?;
        }
        take_vlan(cx, &vbr.link, &vbr.id)?;
        vbr.access_point_id.clone_from(&circuit.access_point_id);
        if self.bandwidth.is_none() {
            vbr.bandwidth = Bandwidth::within(circuit.bandwidth).mbps();
        }
        tag::put(cx, KIND, &vbr.id, &tags)?;
        vbr.insert(cx, &tags)?;
        Ok(VbrCreated { vbr_id: vbr.id })
    }
}

impl CreateVirtualBorderRouter {
    /// The account the router is for, where it is not the caller's.
    fn other_owner(&self, caller: &str) -> Option<String> {
        self.vbr_owner_id.map(|owner| owner.get().to_string()).filter(|owner| owner != caller)
    }

    /// What only the router's owner may choose was left to it (contract, states section 5).
    fn require_nothing_of_the_owners(&self) -> Result<()> {
        let given: [(bool, &'static Code); 5] = [
            (
                self.local_gateway_ip.is_some() || self.local_ipv6_gateway_ip.is_some(),
                &codes::FORBIDDEN_LOCAL_GATEWAY_IP_NOT_ALLOWED_BY_CALLER,
            ),
            (
                self.peer_gateway_ip.is_some() || self.peer_ipv6_gateway_ip.is_some(),
                &codes::FORBIDDEN_PEER_GATEWAY_IP_NOT_ALLOWED_BY_CALLER,
            ),
            (
                self.peering_subnet_mask.is_some() || self.peering_ipv6_subnet_mask.is_some(),
                &codes::FORBIDDEN_PEERING_SUBNET_MASK_NOT_ALLOWED_BY_CALLER,
            ),
            (self.name.is_some(), &codes::FORBIDDEN_NAME_NOT_ALLOWED_BY_CALLER),
            (self.description.is_some(), &codes::FORBIDDEN_DESCRIPTION_NOT_ALLOWED_BY_CALLER),
        ];
        match given.into_iter().find(|(given, _)| *given) {
            Some((_, code)) => Err(code.into()),
            None => Ok(()),
        }
    }

    fn vbr(&self, cx: &mut Cx<'_>) -> Vbr {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let address = |value: &Option<LinkText>| text(value.as_ref().map(LinkText::as_str));
        let group = self.resource_group_id.as_ref().map_or(DEFAULT_RESOURCE_GROUP, ResourceGroupId::as_str);
        Vbr {
            account: cx.account.clone(),
            region: self.region_id.as_str().to_owned(),
            serial: cx.revision,
            id: cx.ids.resource(PREFIX, cx.now),
            status: VBR.initial,
            since: cx.now,
            circuit_account: cx.caller.account.clone(),
            access_point_id: String::new(),
            link: Link {
                circuit_id: self.physical_connection_id.as_str().to_owned(),
                vlan: self.vlan_id.get(),
                vlan_interface_id: cx.ids.resource(INTERFACE_PREFIX, cx.now),
                circuit_code: text(self.circuit_code.as_ref().map(CircuitCode::as_str)),
                enable_ipv6: self.enable_ipv6,
                local_ip: address(&self.local_gateway_ip),
                peer_ip: address(&self.peer_gateway_ip),
                mask: address(&self.peering_subnet_mask),
                local_ipv6: address(&self.local_ipv6_gateway_ip),
                peer_ipv6: address(&self.peer_ipv6_gateway_ip),
                ipv6_mask: address(&self.peering_ipv6_subnet_mask),
            },
            name: text(self.name.as_ref().map(ResourceName::as_str)),
            description: text(self.description.as_ref().map(Description::as_str)),
            bandwidth: self.bandwidth.map_or(0, Bandwidth::mbps),
            mtu: Mtu::Usual.bytes(),
            detect_multiplier: VBR_DETECT_MULTIPLIER_DEFAULT,
            min_rx_ms: VBR_DETECT_INTERVAL_MS_DEFAULT,
            min_tx_ms: VBR_DETECT_INTERVAL_MS_DEFAULT,
            sitelink: false,
            resource_group_id: group.to_owned(),
            route_table_id: cx.ids.resource(ROUTE_TABLE_PREFIX, cx.now),
            created_at: cx.now,
            activated_at: None,
            terminated_at: None,
            recovered_at: None,
        }
    }
}

/// A circuit of the caller's, whose row is locked. An unknown id and another tenant's are refused alike.
pub(crate) fn circuit_of_caller(cx: &mut Cx<'_>, id: &str, missing: &'static Code) -> Result<Circuit> {
    let found = Circuit::anywhere(cx.tx, id)?;
    found.filter(|circuit| circuit.account == cx.caller.account).ok_or_else(|| missing.into())
}

/// The circuit carries fewer routers than it may.
pub(super) fn require_room(cx: &mut Cx<'_>, circuit: &str) -> Result<()> {
    let most = cx.world.quotas.routers_per_circuit;
    if most == i64::MAX {
        return Ok(());
    }
    let mut carried = 0;
    for sql in [
        "select count(*) from vbr where circuit_id = $1",
        "select count(*) from vbr_association where circuit_id = $1",
    ] {
        carried += cx.tx.one(sql, &[Arg::from(circuit)], |row| row.int(0))?.unwrap_or(0);
    }
    if carried < most { Ok(()) } else { Err((&codes::QUOTA_EXCEEDED_VBR_PERP_CONN).into()) }
}

/// The caller has not made too many routers that nobody wants.
fn require_few_unconfirmed(cx: &mut Cx<'_>) -> Result<()> {
    let sql = "select count(*) from vbr where circuit_account = $1 and status = 'unconfirmed'";
    let waiting = cx.tx.one(sql, &[Arg::from(&cx.caller.account)], |row| row.int(0))?.unwrap_or(0);
    if waiting < VBRS_UNCONFIRMED_MAX { Ok(()) } else { Err((&codes::QUOTA_EXCEEDED_FREEVBR).into()) }
}

/// Takes the link's VLAN on its circuit.
pub(super) fn take_vlan(cx: &mut Cx<'_>, link: &Link, holder: &str) -> Result<()> {
    if vlan::take(cx, &link.circuit_id, link.vlan, holder)? {
        return Ok(());
    }
    let code = &codes::INVALID_VLAN_ID_USED;
    let (vlan, circuit) = (link.vlan, &link.circuit_id);
    let held = match vlan::reserved_until(cx.tx, circuit, vlan)? {
        Some(until) => format!("is reserved until {}", time::wire(until)),
        None => "is in use".to_owned(),
    };
    let message = format!("{} {vlan} on {circuit} {held}: choose another.", code.message);
    Err(Stop::from(Error::new(code).with_message(message)))
}
