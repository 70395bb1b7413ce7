//! Changing and removing BGP groups and peers.

use super::group::Group;
use super::parameters::{
    Asn, AuthKey, BfdHops, GroupId, NewDescription, NewName, ON_CHANGE, PeerAddress, PeerId, RouteQuota,
    check_asns,
};
use super::peer::{self, Peer, because};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::{ClientToken, RegionId};
use crate::codes;
use crate::cx::Cx;
use crate::holds;
use crate::kept::Kept;
use crate::reply::Nothing;
use crate::vbr::Vbr;
use rpc::Wire;
use rpc::wire::Edit;

/// Changes a BGP group, and with it what its peers have of it. A parameter left out stays as it is; an empty text is
/// cleared.
#[derive(Wire)]
pub struct ModifyBgpGroupAttribute {
    /// Region of the group.
    region_id: RegionId,
    /// The group.
    bgp_group_id: GroupId,
    /// Key that both ends of a session know: 1 to 64 printable ASCII characters.
    #[wire(error = codes::INVALID_BGP_AUTHKEY_MALFORMED)]
    auth_key: Edit<AuthKey>,
    /// Whether the key is taken away; not with a new one.
    #[wire(default = "false")]
    clear_auth_key: bool,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text.
    #[wire(error = codes::INVALID_BGP_DISCRIPTION_MALFORMED)]
    description: Edit<NewDescription>,
    /// Whether the provider shows the customer another number than its own.
    is_fake_asn: Option<bool>,
    /// Number of the provider's side: one of those that CreateBgpGroup takes.
    #[wire(error = codes::INVALID_BGP_GROUP_LOCAL_ASN_INVALID)]
    local_asn: Option<Asn>,
    /// Display name.
    #[wire(error = codes::INVALID_BGP_NAME_MALFORMED)]
    name: Edit<NewName>,
    /// Number of the customer's autonomous system: not 45104, and none that is reserved.
    #[wire(error = codes::INVALID_PEER_ASN_MALFORMED)]
    peer_asn: Option<Asn>,
    /// Routes that each peer may send.
    #[wire(error = codes::ILLEGAL_PARAM_ROUTE_LIMIT)]
    route_quota: Option<RouteQuota>,
}

impl Command for ModifyBgpGroupAttribute {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("ModifyBgpGroupAttribute", "vpc:ModifyBgpGroupAttribute").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_BGP_GROUP,
        &codes::INVALID_STATUS_CANNOT_OPERATE,
        &codes::INVALID_BGP_AUTHKEY_MALFORMED,
        &codes::INVALID_PEER_ASN_MALFORMED,
        &codes::INVALID_BGP_GROUP_LOCAL_ASN_INVALID,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.bgp_group_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.bgp_group_id.as_str(), self.region_id.as_str());
        let mut group = Group::find(cx, id, Some(region), &codes::INVALID_BGP_GROUP)?;
        group.check(Self::ABOUT.name)?;
        group.peer_asn = self.peer_asn.map_or(group.peer_asn, Asn::get);
        group.local_asn = self.local_asn.map_or(group.local_asn, Asn::get);
        check_asns(group.peer_asn, group.local_asn, &ON_CHANGE)?;
        match (&self.auth_key, self.clear_auth_key) {
            (Edit::Set(_), true) => {
                let why = "give a new key or ClearAuthKey, not both";
                return Err(because(&codes::INVALID_BGP_AUTHKEY_MALFORMED, why));
            }
            (Edit::Set(key), false) => group.set_key(cx, key.as_str()),
            (Edit::Clear, _) | (Edit::Keep, true) => group.set_key(cx, ""),
            (Edit::Keep, false) => {}
        }
        self.name.write(&mut group.name);
        self.description.write(&mut group.description);
        group.is_fake_asn = self.is_fake_asn.unwrap_or(group.is_fake_asn);
        group.route_quota = self.route_quota.map_or(group.route_quota, RouteQuota::get);
        group.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Removes a BGP group in which no peer is left.
#[derive(Wire)]
pub struct DeleteBgpGroup {
    /// Region of the group.
    region_id: RegionId,
    /// The group.
    bgp_group_id: GroupId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for DeleteBgpGroup {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("DeleteBgpGroup", "vpc:DeleteBgpGroup").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_BGP_GROUP,
        &codes::INVALID_STATUS_CANNOT_OPERATE,
        &codes::DEPENDENCY_VIOLATION_BGP_PEER,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.bgp_group_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.bgp_group_id.as_str(), self.region_id.as_str());
        let mut group = Group::find(cx, id, Some(region), &codes::INVALID_BGP_GROUP)?;
        group.check(Self::ABOUT.name)?;
        if let Some(error) = holds::refusal(cx.tx, Self::ABOUT.name, id)? {
            return Err(group.refuse(error));
        }
        group.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Changes a BGP peer: its address, its detection, its group. A parameter left out stays as it is.
#[derive(Wire)]
pub struct ModifyBgpPeerAttribute {
    /// Region of the peer.
    region_id: RegionId,
    /// The peer.
    bgp_peer_id: PeerId,
    /// Hops that a detection packet may take. Needs EnableBfd, now or before.
    bfd_multi_hop: Option<BfdHops>,
    /// Another group of the same router and the same version of addresses.
    bgp_group_id: Option<GroupId>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Whether failures are detected by BFD.
    enable_bfd: Option<bool>,
    /// Address of the customer's end.
    peer_ip_address: Option<PeerAddress>,
}

impl Command for ModifyBgpPeerAttribute {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("ModifyBgpPeerAttribute", "vpc:ModifyBgpPeerAttribute").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_PARAMS_NOT_FOUND,
        &codes::INVALID_STATUS_CANNOT_OPERATE,
        &codes::MISSING_PARAM_ENABLE_BFD,
        &codes::INVALID_BGP_GROUP,
        &codes::INVALID_IP_MALFORMED_ASSOCIATE,
        &codes::ILLEGAL_PARAM_PEER_IP_ADDRESS,
        &codes::INVALID_PARAMS_PEER_IP_ADDRESS_IN_USE,
        &codes::QUOTA_EXCEEDED_BFD_SESSION,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.bgp_peer_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.bgp_peer_id.as_str(), self.region_id.as_str());
        let mut peer = Peer::find(cx, id, Some(region), &codes::INVALID_PARAMS_NOT_FOUND)?;
        peer.check(Self::ABOUT.name)?;
        let enabled = self.enable_bfd.unwrap_or(peer.enable_bfd);
        if self.bfd_multi_hop.is_some() && self.enable_bfd.is_none() && !enabled {
            return Err((&codes::MISSING_PARAM_ENABLE_BFD).into());
        }
        if let Some(group) = self.bgp_group_id.as_ref().filter(|group| group.as_str() != peer.group_id) {
            let other = Group::find(cx, group.as_str(), Some(region), &codes::INVALID_BGP_GROUP)?;
            if other.router_id != peer.router_id || other.family() != peer.family() {
                let why = format!("{} is not for {} on {}", other.head.id, peer.ip_version, peer.router_id);
                return Err(because(&codes::INVALID_BGP_GROUP, &why));
            }
            // A group that takes a new peer takes this one.
            other.check("CreateBgpPeer")?;
            peer.group_id = other.head.id;
        }
        if let Some(text) = &self.peer_ip_address {
            let vbr = Vbr::find(cx, &peer.router_id, region, &codes::INVALID_PARAMS_NOT_FOUND)?;
            let address = peer::address(text.as_str(), peer.family(), &vbr)?;
            if let Some(other) = peer::with_address(cx, &vbr.id, address, Some(id))? {
                let why = format!("{} has {}", other.head.id, text.as_str());
                return Err(because(&codes::INVALID_PARAMS_PEER_IP_ADDRESS_IN_USE, &why));
            }
            text.as_str().clone_into(&mut peer.peer_ip);
        }
        if enabled && !peer.enable_bfd {
            peer::require_session(cx)?;
        }
        peer.bfd_multi_hop = peer::hops(enabled, self.bfd_multi_hop, peer.bfd_multi_hop);
        peer.enable_bfd = enabled;
        peer.modified_at = cx.now;
        peer.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Removes a BGP peer.
#[derive(Wire)]
pub struct DeleteBgpPeer {
    /// Region of the peer.
    region_id: RegionId,
    /// The peer.
    bgp_peer_id: PeerId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for DeleteBgpPeer {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("DeleteBgpPeer", "vpc:DeleteBgpPeer").replay(Replay::Target);
    const ERRORS: Codes = &[&codes::INVALID_PARAMS_NOT_FOUND, &codes::INVALID_STATUS_CANNOT_OPERATE];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.bgp_peer_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.bgp_peer_id.as_str(), self.region_id.as_str());
        let mut peer = Peer::find(cx, id, Some(region), &codes::INVALID_PARAMS_NOT_FOUND)?;
        peer.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}
