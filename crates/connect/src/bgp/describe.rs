//! Listing BGP groups, peers and networks. Every list reads one account's rows. What peers have of their group, and
//! whether their session is up, is looked up when they are read.

use super::group::Group;
use super::network::{self, Network};
use super::parameters::{Family, GroupId, PeerId};
use super::peer::Peer;
use super::states::BgpStatus;
use crate::action::{About, Codes, Query, Result};
use crate::circuit::parameters::RegionId;
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::View;
use crate::failover;
use crate::kept::Kept;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::time;
use crate::vbr::Vbr;
use crate::vbr::states::VbrStatus;
use crate::vpc::routers::RouterId;
use rpc::{Reply, Wire};
use std::collections::HashMap;
use store::{Fault, Read};

/// Seconds after which a session that hears nothing is down.
const HOLD_S: &str = "30";
/// Seconds between two signs of life.
const KEEPALIVE_S: &str = "10";
/// `BgpStatus` of a session that is up.
const ESTABLISHED: &str = "Established";

/// The caller's rows of a region, but for what the caller did not ask for.
fn own<'a>(
    account: &'a str,
    region: &'a RegionId,
    wanted: impl IntoIterator<Item = (&'static str, Option<&'a str>)>,
) -> Conditions<'a> {
    let base = Conditions::default().and("account =", account).and("region =", region.as_str());
    wanted.into_iter().fold(base, |conditions, (left, value)| match value {
        Some(value) => conditions.and(left, value),
        None => conditions,
    })
}

/// No group is made by the provider, so that a list of such ones is empty.
fn only_made(conditions: Conditions<'_>, is_default: Option<bool>) -> Conditions<'_> {
    if is_default == Some(true) { conditions.and_in("id", []) } else { conditions }
}

/// Lists the caller's BGP groups of a region in order of creation.
#[derive(Wire)]
pub struct DescribeBgpGroups {
    /// Region of the groups.
    region_id: RegionId,
    /// Only this group.
    bgp_group_id: Option<GroupId>,
    /// Only groups that the provider made: there are none. Or only the others.
    is_default: Option<bool>,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
    /// Only groups of this border router.
    router_id: Option<RouterId>,
}

/// A page of BGP groups.
#[derive(Reply)]
pub struct BgpGroups {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The groups.
    bgp_groups: BgpGroupSet,
}

/// The BGP groups of a page.
#[derive(Reply)]
pub struct BgpGroupSet {
    /// One group each.
    bgp_group: Vec<BgpGroupAnswer>,
}

/// One BGP group.
#[derive(Reply)]
pub struct BgpGroupAnswer {
    /// The group.
    bgp_group_id: String,
    /// Its border router.
    router_id: String,
    /// State of the group.
    status: &'static str,
    /// Name as set.
    name: String,
    /// Description as set.
    description: String,
    /// Number of the customer's autonomous system.
    peer_asn: i64,
    /// Number of the provider's side.
    local_asn: i64,
    /// Whether the provider shows the customer another number than its own.
    is_fake: bool,
    /// The key in clear: only its owner is shown it.
    auth_key: String,
    /// Version of the addresses, in the letters in which it was sent.
    ip_version: String,
    /// Routes that each peer may send.
    route_limit: String,
    /// Seconds after which a session that hears nothing is down.
    hold: &'static str,
    /// Seconds between two signs of life.
    keepalive: &'static str,
    /// Region.
    region_id: String,
}

impl Query for DescribeBgpGroups {
    type Reply = BgpGroups;
    const ABOUT: About = About::tenant("DescribeBgpGroups", "vpc:DescribeBgpGroups")
        .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_SPECIFIED));
    const ERRORS: Codes = &[];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<BgpGroups> {
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let wanted = [
            ("id =", self.bgp_group_id.as_ref().map(GroupId::as_str)),
            ("router_id =", self.router_id.as_ref().map(RouterId::as_str)),
        ];
        let conditions = only_made(own(&view.caller.account, &self.region_id, wanted), self.is_default);
        let (total, groups) = Group::page(view.read, &conditions, page)?;
        let shown = |group: Group| {
            Ok(BgpGroupAnswer {
                auth_key: group.key(&view.world.seal)?,
                status: group.head.status().as_str(),
                bgp_group_id: group.head.id,
                router_id: group.router_id,
                name: group.name,
                description: group.description,
                peer_asn: group.peer_asn,
                local_asn: group.local_asn,
                is_fake: group.is_fake_asn,
                ip_version: group.ip_version,
                route_limit: group.route_quota.to_string(),
                hold: HOLD_S,
                keepalive: KEEPALIVE_S,
                region_id: group.head.region,
            })
        };
        Ok(BgpGroups {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            bgp_groups: BgpGroupSet { bgp_group: groups.into_iter().map(shown).collect::<Result<_>>()? },
        })
    }
}

/// Lists the caller's BGP peers of a region in order of creation.
#[derive(Wire)]
pub struct DescribeBgpPeers {
    /// Region of the peers.
    region_id: RegionId,
    /// Only peers of this group.
    bgp_group_id: Option<GroupId>,
    /// Only this peer.
    bgp_peer_id: Option<PeerId>,
    /// Only peers of groups that the provider made: there are none. Or only the others.
    is_default: Option<bool>,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
    /// Only peers of this border router.
    router_id: Option<RouterId>,
}

/// A page of BGP peers.
#[derive(Reply)]
pub struct BgpPeers {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The peers.
    bgp_peers: BgpPeerSet,
}

/// The BGP peers of a page.
#[derive(Reply)]
pub struct BgpPeerSet {
    /// One peer each.
    bgp_peer: Vec<BgpPeerAnswer>,
}

/// One BGP peer.
#[derive(Reply)]
pub struct BgpPeerAnswer {
    /// The peer.
    bgp_peer_id: String,
    /// Its group.
    bgp_group_id: String,
    /// Its border router.
    router_id: String,
    /// State of the peer.
    status: &'static str,
    /// The session: Established, or empty while it is down.
    bgp_status: &'static str,
    /// Address of the customer's end.
    peer_ip_address: String,
    /// Version of the address, in the letters in which it was sent.
    ip_version: String,
    /// Whether failures are detected by BFD.
    enable_bfd: bool,
    /// Hops that a detection packet may take; 0 without detection.
    bfd_multi_hop: i32,
    /// Name of the group.
    name: String,
    /// Description of the group.
    description: String,
    /// Number of the customer's autonomous system.
    peer_asn: i64,
    /// Number of the provider's side.
    local_asn: i64,
    /// Whether the provider shows the customer another number than its own.
    is_fake: bool,
    /// The group's key in clear: only its owner is shown it.
    auth_key: String,
    /// Routes that the peer may send.
    route_limit: String,
    /// Seconds after which a session that hears nothing is down.
    hold: &'static str,
    /// Seconds between two signs of life.
    keepalive: &'static str,
    /// Networks announced to the peer.
    advertised_route_count: i32,
    /// Networks that the peer has announced: none is known.
    received_route_count: i32,
    /// When it was last changed.
    gmt_modified: String,
    /// Region.
    region_id: String,
}

/// A group, and its key in clear.
type Opened = (Group, String);

impl Query for DescribeBgpPeers {
    type Reply = BgpPeers;
    const ABOUT: About = About::tenant("DescribeBgpPeers", "vpc:DescribeBgpPeers")
        .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_SPECIFIED));
    const ERRORS: Codes = &[];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<BgpPeers> {
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let wanted = [
            ("group_id =", self.bgp_group_id.as_ref().map(GroupId::as_str)),
            ("id =", self.bgp_peer_id.as_ref().map(PeerId::as_str)),
            ("router_id =", self.router_id.as_ref().map(RouterId::as_str)),
        ];
        let conditions = only_made(own(&view.caller.account, &self.region_id, wanted), self.is_default);
        let (total, peers) = Peer::page(view.read, &conditions, page)?;
        let mut groups: HashMap<String, Opened> = HashMap::new();
        let mut bgp_peer = Vec::new();
        for peer in peers {
            if !groups.contains_key(&peer.group_id) {
                groups.insert(peer.group_id.clone(), opened(view, &peer)?);
            }
            let is_up = is_up(view.read, &peer)?;
            let count =
                if is_up { network::announced(view.read, &peer.router_id, peer.family())? } else { 0 };
            bgp_peer.push(shown(peer.clone(), &groups[&peer.group_id], is_up, count));
        }
        Ok(BgpPeers {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            bgp_peers: BgpPeerSet { bgp_peer },
        })
    }
}

fn opened(view: &mut View<'_>, peer: &Peer) -> Result<Opened> {
    let group = Group::anywhere(view.read, &peer.group_id)?
        .ok_or_else(|| Fault::broken(format!("{} has no group", peer.head.id)))?;
    let key = group.key(&view.world.seal)?;
    Ok((group, key))
}

/// Whether the session of a peer is up: the peer and its router are in service, and no failover test has them, or the
/// router's own circuit, out of it.
fn is_up(read: &mut dyn Read, peer: &Peer) -> Result<bool> {
    let router = Vbr::anywhere(read, &peer.router_id)?;
    let circuit = router.as_ref().map(|vbr| vbr.link.circuit_id.clone()).unwrap_or_default();
    let carries = router.is_some_and(|vbr| {
        vbr.status() == VbrStatus::Active && (vbr.link.enable_ipv6 || peer.family() == Family::Ipv4)
    });
    if !carries || peer.head.status() != BgpStatus::Available {
        return Ok(false);
    }
    Ok(!failover::is_tested(read, &[&peer.head.id, &peer.router_id, &circuit])?)
}

fn shown(peer: Peer, (group, key): &Opened, is_up: bool, announced: usize) -> BgpPeerAnswer {
    BgpPeerAnswer {
        status: peer.head.status().as_str(),
        bgp_peer_id: peer.head.id,
        bgp_group_id: peer.group_id,
        router_id: peer.router_id,
        bgp_status: if is_up { ESTABLISHED } else { "" },
        peer_ip_address: peer.peer_ip,
        ip_version: peer.ip_version,
        enable_bfd: peer.enable_bfd,
        bfd_multi_hop: wire_count(peer.bfd_multi_hop),
        name: group.name.clone(),
        description: group.description.clone(),
        peer_asn: group.peer_asn,
        local_asn: group.local_asn,
        is_fake: group.is_fake_asn,
        auth_key: key.clone(),
        route_limit: group.route_quota.to_string(),
        hold: HOLD_S,
        keepalive: KEEPALIVE_S,
        advertised_route_count: i32::try_from(announced).unwrap_or(i32::MAX),
        received_route_count: 0,
        gmt_modified: time::wire(peer.modified_at),
        region_id: peer.head.region,
    }
}

/// Lists the BGP networks of the caller's border routers of a region in order of creation.
#[derive(Wire)]
pub struct DescribeBgpNetworks {
    /// Region of the routers.
    region_id: RegionId,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
    /// Only networks of this border router.
    router_id: Option<RouterId>,
}

/// A page of BGP networks.
#[derive(Reply)]
pub struct BgpNetworks {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The networks.
    bgp_networks: BgpNetworkSet,
}

/// The BGP networks of a page.
#[derive(Reply)]
pub struct BgpNetworkSet {
    /// One network each.
    bgp_network: Vec<BgpNetworkAnswer>,
}

/// One BGP network.
#[derive(Reply)]
pub struct BgpNetworkAnswer {
    /// The block.
    dst_cidr_block: String,
    /// Its border router.
    router_id: String,
    /// State of the network.
    status: &'static str,
    /// The VPC in which it lies, or empty.
    vpc_id: String,
}

impl Query for DescribeBgpNetworks {
    type Reply = BgpNetworks;
    const ABOUT: About = About::tenant("DescribeBgpNetworks", "vpc:DescribeBgpNetworks")
        .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_SPECIFIED));
    const ERRORS: Codes = &[];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<BgpNetworks> {
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let wanted = [("router_id =", self.router_id.as_ref().map(RouterId::as_str))];
        let conditions = own(&view.caller.account, &self.region_id, wanted);
        let (total, networks) = Network::page(view.read, &conditions, page)?;
        let shown = |network: Network| BgpNetworkAnswer {
            status: network.head.status().as_str(),
            dst_cidr_block: network.cidr,
            router_id: network.router_id,
            vpc_id: network.vpc_id,
        };
        Ok(BgpNetworks {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            bgp_networks: BgpNetworkSet { bgp_network: networks.into_iter().map(shown).collect() },
        })
    }
}
