//! Making BGP groups and peers.

use super::group::Group;
use super::parameters::{
    Asn, AuthKey, BfdHops, Family, GroupId, IpVersion, ON_CREATION, PeerAddress, RouteQuota, check_asns,
};
use super::peer::{self, Peer, because};
use super::{require_room, router_for};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::{ClientToken, Description, RegionId, ResourceName};
use crate::codes;
use crate::cx::Cx;
use crate::kept::{Head, Kept};
use crate::limits::{BGP_GROUPS_PER_VBR_MAX, BGP_PEERS_PER_VBR_MAX};
use crate::vbr::Vbr;
use crate::vpc::routers::RouterId;
use rpc::{Reply, Wire};
use store::{Arg, ReadExt};

/// Makes a BGP group on a border router of the caller's: the settings that its peers share.
#[derive(Wire)]
pub struct CreateBgpGroup {
    /// Region of the router.
    region_id: RegionId,
    /// Number of the customer's autonomous system: not 45104, and none that is reserved.
    #[wire(error = codes::ILLEGAL_PARAM_PEER_ASN)]
    peer_asn: Asn,
    /// The border router: the caller's own, and active.
    router_id: RouterId,
    /// Key that both ends of a session know: 1 to 64 printable ASCII characters.
    #[wire(error = codes::INVALID_BGP_AUTHKEY_MALFORMED)]
    auth_key: Option<AuthKey>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text.
    #[wire(error = codes::INVALID_BGP_DESCRIPTION_MALFORMED)]
    description: Option<Description>,
    /// Version of the peers' addresses; given back in the letters in which it was sent.
    #[wire(default = "IPv4")]
    ip_version: IpVersion,
    /// Whether the provider shows the customer another number than its own.
    #[wire(default = "false")]
    is_fake_asn: bool,
    /// Number of the provider's side: 45104, or a private one of 64512 to 65534, but for 65025, or of 4200000000 to
    /// 4294967294.
    #[wire(default = "45104", error = codes::ILLEGAL_PARAM_LOCAL_ASN)]
    local_asn: Asn,
    /// Display name.
    #[wire(error = codes::INVALID_BGP_NAME_MALFORMED)]
    name: Option<ResourceName>,
    /// Routes that each peer may send.
    #[wire(default = "110", error = codes::ILLEGAL_PARAM_ROUTE_LIMIT)]
    route_quota: RouteQuota,
}

/// The new group.
#[derive(Reply)]
pub struct BgpGroupCreated {
    /// Id of the new group.
    bgp_group_id: String,
}

impl Command for CreateBgpGroup {
    type Reply = BgpGroupCreated;
    const ABOUT: About = About::tenant("CreateBgpGroup", "vpc:CreateBgpGroup")
        .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_ROUTER))
        .replay(Replay::Create);
    const ERRORS: Codes = &[
        &codes::INVALID_PEER_ASN_MALFORMED,
        &codes::ILLEGAL_PARAM_PEER_ASN,
        &codes::INVALID_BGP_GROUP_LOCAL_ASN_INVALID,
        &codes::INVALID_PARAMS_NOT_FOUND,
        &codes::INVALID_STATUS_CANNOT_OPERATE,
        &codes::OPERATION_FAILED_PCONN_TRAFFIC_NOT_ENABLE,
        &codes::QUOTA_EXCEEDED_BGP_GROUPS,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<BgpGroupCreated> {
        check_asns(self.peer_asn.get(), self.local_asn.get(), &ON_CREATION)?;
        let (router, region) = (self.router_id.as_str(), self.region_id.as_str());
        router_for(cx, Self::ABOUT.name, router, region, &codes::INVALID_PARAMS_NOT_FOUND)?;
        let count = "select count(*) from bgp_group where router_id = $1";
        require_room(cx, count, router, BGP_GROUPS_PER_VBR_MAX, &codes::QUOTA_EXCEEDED_BGP_GROUPS)?;
        let mut group = Group {
            head: Head::new::<Group>(cx, region),
            router_id: router.to_owned(),
            name: self.name.as_ref().map(ResourceName::as_str).unwrap_or_default().to_owned(),
            description: self.description.as_ref().map(Description::as_str).unwrap_or_default().to_owned(),
            peer_asn: self.peer_asn.get(),
            local_asn: self.local_asn.get(),
            is_fake_asn: self.is_fake_asn,
            ip_version: self.ip_version.as_str().to_owned(),
            route_quota: self.route_quota.get(),
            auth_key: Vec::new(),
        };
        group.set_key(cx, self.auth_key.as_ref().map(AuthKey::as_str).unwrap_or_default());
        group.insert(cx)?;
        Ok(BgpGroupCreated { bgp_group_id: group.head.id })
    }
}

/// Makes a BGP peer in a group: a session with the customer's end.
#[derive(Wire)]
pub struct CreateBgpPeer {
    /// Region of the group.
    region_id: RegionId,
    /// The group: the caller's own, and Available.
    bgp_group_id: GroupId,
    /// Hops that a detection packet may take; left out, 255. Needs EnableBfd.
    #[wire(error = codes::ILLEGAL_PARAM_BFD_MULTI_HOP)]
    bfd_multi_hop: Option<BfdHops>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Whether failures are detected by BFD; left out, they are not.
    enable_bfd: Option<bool>,
    /// Version of the address, which is the group's; given back in the letters in which it was sent.
    #[wire(default = "IPv4", error = codes::ILLEGAL_PARAM_IP_VERSION)]
    ip_version: IpVersion,
    /// Address of the customer's end; left out, that of the router's link, if it has just one.
    peer_ip_address: Option<PeerAddress>,
}

/// The new peer.
#[derive(Reply)]
pub struct BgpPeerCreated {
    /// Id of the new peer.
    bgp_peer_id: String,
}

impl Command for CreateBgpPeer {
    type Reply = BgpPeerCreated;
    const ABOUT: About = About::tenant("CreateBgpPeer", "vpc:CreateBgpPeer")
        .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_VPC))
        .replay(Replay::Create);
    const ERRORS: Codes = &[
        &codes::MISSING_PARAM_ENABLE_BFD,
        &codes::INVALID_BGP_GROUP,
        &codes::INVALID_STATUS_CANNOT_OPERATE,
        &codes::OPERATION_FAILED_PCONN_TRAFFIC_NOT_ENABLE,
        &codes::ILLEGAL_PARAM_IP_VERSION,
        &codes::INVALID_PARAMS_PEER_IP_ADDRESS_MUST_POINT_OUT,
        &codes::INVALID_IP_MALFORMED_ASSOCIATE,
        &codes::ILLEGAL_PARAM_PEER_IP_ADDRESS,
        &codes::BGP_PEER_ALREADY_EXISTS,
        &codes::INVALID_PARAMS_PEER_IP_ADDRESS_IN_USE,
        &codes::QUOTA_EXCEEDED_BGP,
        &codes::QUOTA_EXCEEDED_BFD_SESSION,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<BgpPeerCreated> {
        if self.bfd_multi_hop.is_some() && self.enable_bfd.is_none() {
            return Err((&codes::MISSING_PARAM_ENABLE_BFD).into());
        }
        let region = self.region_id.as_str();
        let group = Group::find(cx, self.bgp_group_id.as_str(), Some(region), &codes::INVALID_BGP_GROUP)?;
        group.check(Self::ABOUT.name)?;
        let vbr = router_for(cx, Self::ABOUT.name, &group.router_id, region, &codes::INVALID_BGP_GROUP)?;
        let peer_ip = self.address(cx, &group, &vbr)?;
        let count = "select count(*) from bgp_peer where router_id = $1";
        require_room(cx, count, &vbr.id, BGP_PEERS_PER_VBR_MAX, &codes::QUOTA_EXCEEDED_BGP)?;
        let enable_bfd = self.enable_bfd.unwrap_or(false);
        if enable_bfd {
            peer::require_session(cx)?;
        }
        let made = Peer {
            head: Head::new::<Peer>(cx, region),
            group_id: group.head.id,
            router_id: vbr.id,
            ip_version: self.ip_version.as_str().to_owned(),
            peer_ip,
            enable_bfd,
            bfd_multi_hop: peer::hops(enable_bfd, self.bfd_multi_hop, 0),
            modified_at: cx.now,
        };
        made.insert(cx)?;
        Ok(BgpPeerCreated { bgp_peer_id: made.head.id })
    }
}

impl CreateBgpPeer {
    /// The address of the new peer, which no other of the router has.
    fn address(&self, cx: &mut Cx<'_>, group: &Group, vbr: &Vbr) -> Result<String> {
        let family = self.ip_version.family();
        if family != group.family() {
            let why = format!("{} is for {}", group.head.id, group.family().as_str());
            return Err(because(&codes::ILLEGAL_PARAM_IP_VERSION, &why));
        }
        if family == Family::Ipv6 && !vbr.link.enable_ipv6 {
            let why = format!("{} has no IPv6; switch it on with EnableIpv6", vbr.id);
            return Err(because(&codes::ILLEGAL_PARAM_IP_VERSION, &why));
        }
        let text = match &self.peer_ip_address {
            Some(given) => given.as_str().to_owned(),
            None => far_end(cx, vbr, family)?,
        };
        let address = peer::address(&text, family, vbr)?;
        match peer::with_address(cx, &vbr.id, address, None)? {
            None => Ok(text),
            Some(other) => {
                let same = other.group_id == group.head.id;
                let code = if same {
                    &codes::BGP_PEER_ALREADY_EXISTS
                } else {
                    &codes::INVALID_PARAMS_PEER_IP_ADDRESS_IN_USE
                };
                Err(because(code, &format!("{} has {text}", other.head.id)))
            }
        }
    }
}

/// The customer's end of the router's one link.
fn far_end(cx: &mut Cx<'_>, vbr: &Vbr, family: Family) -> Result<String> {
    let sql = "select count(*) from vbr_association where vbr_id = $1";
    let further = cx.tx.one(sql, &[Arg::from(&vbr.id)], |row| row.int(0))?.unwrap_or(0);
    let end = match family {
        Family::Ipv4 => &vbr.link.peer_ip,
        Family::Ipv6 => &vbr.link.peer_ipv6,
    };
    if further > 0 || end.is_empty() {
        return Err((&codes::INVALID_PARAMS_PEER_IP_ADDRESS_MUST_POINT_OUT).into());
    }
    Ok(end.clone())
}
