//! A BGP peer as it is kept, its address and its detection.

use super::PEER_PREFIX;
use super::group::family;
use super::parameters::{BfdHops, Family};
use super::states::{BGP_PEER, BgpStatus};
use crate::action::{Result, Stop};
use crate::codes;
use crate::cx::Cx;
use crate::kept::{self, Head, Kept};
use crate::limits::BFD_SESSIONS_MAX;
use crate::machine::Machine;
use crate::time::Millis;
use crate::vbr::Vbr;
use core::net::IpAddr;
use rpc::code::{Code, Error};
use store::{Arg, ReadExt};

/// A BGP peer.
#[derive(Debug, Clone)]
pub(crate) struct Peer {
    pub(super) head: Head<BgpStatus>,
    /// Its group.
    pub(super) group_id: String,
    /// Its border router, which is its group's.
    pub(super) router_id: String,
    /// Version of its address, as it was given.
    pub(super) ip_version: String,
    /// Its address, as it was given.
    pub(super) peer_ip: String,
    /// Whether failures are detected.
    pub(super) enable_bfd: bool,
    /// Hops that a detection packet may take; nought without detection.
    pub(super) bfd_multi_hop: i64,
    /// When it was last changed.
    pub(super) modified_at: Millis,
}

impl Kept for Peer {
    type Status = BgpStatus;
    const TABLE: &'static str = "bgp_peer";
    const PREFIX: &'static str = PEER_PREFIX;
    const MACHINE: &'static Machine<BgpStatus> = &BGP_PEER;

    kept::columns!(group_id, router_id, ip_version, peer_ip, enable_bfd, bfd_multi_hop, modified_at);
}

impl Peer {
    /// Version of its address.
    pub(super) fn family(&self) -> Family {
        family(&self.ip_version)
    }
}

/// The address in `text`, if a peer of this family on this router can have it.
pub(super) fn address(text: &str, family: Family, vbr: &Vbr) -> Result<IpAddr> {
    let malformed = |wanted: &str| because(&codes::INVALID_IP_MALFORMED_ASSOCIATE, wanted);
    let address: IpAddr = text.parse().map_err(|_| match family {
        Family::Ipv4 => malformed("give PeerIpAddress as an IPv4 address such as 10.0.0.2"),
        Family::Ipv6 => malformed("give PeerIpAddress as an IPv6 address such as 2001:db8::2"),
    })?;
    if address.is_ipv6() != (family == Family::Ipv6) {
        return Err(malformed("PeerIpAddress is not of the IpVersion that was given"));
    }
    let is_broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
    if address.is_unspecified() || address.is_loopback() || address.is_multicast() || is_broadcast {
        return Err(because(&codes::ILLEGAL_PARAM_PEER_IP_ADDRESS, "no peer can have this address"));
    }
    let ours = [&vbr.link.local_ip, &vbr.link.local_ipv6];
    if ours.iter().any(|local| local.parse() == Ok(address)) {
        let wanted = "this is the provider's side of the link; give the customer's";
        return Err(because(&codes::ILLEGAL_PARAM_PEER_IP_ADDRESS, wanted));
    }
    Ok(address)
}

/// The peer of the router that has this address, but for the one that is being changed.
pub(super) fn with_address(
    cx: &mut Cx<'_>,
    router: &str,
    address: IpAddr,
    but: Option<&str>,
) -> Result<Option<Peer>> {
    let peers = Peer::all(cx.tx, "router_id = $1 order by serial", &[Arg::from(router)])?;
    let mut others = peers.into_iter().filter(|peer| but != Some(peer.head.id.as_str()));
    Ok(others.find(|peer| peer.peer_ip.parse() == Ok(address)))
}

/// The hops of a detection session as they are to be: `stored` where nothing is said of them.
pub(super) fn hops(enabled: bool, given: Option<BfdHops>, stored: i64) -> i64 {
    match (enabled, given) {
        (false, _) => 0,
        (true, Some(hops)) => hops.get(),
        (true, None) if stored > 0 => stored,
        (true, None) => BFD_HOPS_DEFAULT,
    }
}

/// Hops of a detection session of which nothing is said (contract).
const BFD_HOPS_DEFAULT: i64 = 255;

/// The account has fewer detection sessions than it may.
pub(super) fn require_session(cx: &mut Cx<'_>) -> Result<()> {
    let sql = "select count(*) from bgp_peer where account = $1 and enable_bfd = 1";
    let held = cx.tx.one(sql, &[Arg::from(&cx.account)], |row| row.int(0))?.unwrap_or(0);
    if held < BFD_SESSIONS_MAX { Ok(()) } else { Err((&codes::QUOTA_EXCEEDED_BFD_SESSION).into()) }
}

/// A refusal with its reason.
pub(super) fn because(code: &'static Code, why: &str) -> Stop {
    Error::new(code).with_message(format!("{}: {why}.", code.message.trim_end_matches('.'))).into()
}
