//! The parameters that the BGP actions share: what each may be, stated once.

use crate::action::Result;
use crate::codes;
use crate::limits::{BGP_AUTH_KEY_CHARS_MAX, BGP_ROUTE_QUOTA_MAX};
use rpc::Choice;
use rpc::code::{Code, Error};
use rpc::params::Node;
use rpc::wire::{Bad, Int, Param, Shape};

/// The number of an autonomous system.
pub type Asn = Int<1, 4_294_967_295>;

/// Routes that a peer may send.
pub type RouteQuota = Int<1, BGP_ROUTE_QUOTA_MAX>;

/// Hops that a detection packet may take.
pub type BfdHops = Int<1, 255>;

rpc::text! {
    /// A BGP group's id, for instance `bgpg-0mj2k9x1qa4f7c0d3b2a`.
    pub struct GroupId { min: 1, max: 64 }
}

rpc::text! {
    /// A BGP peer's id, for instance `bgp-0mj2k9x1qa4f7c0d3b2a`.
    pub struct PeerId { min: 1, max: 64 }
}

rpc::text! {
    /// The key that both ends of a session know: a secret.
    pub struct AuthKey { min: 1, max: 64, ascii: true }
}

rpc::text! {
    /// A name as it is changed: free text that begins with neither http:// nor https://.
    pub struct NewName { min: 0, max: 128, forbid_prefix: ["http://", "https://"] }
}

rpc::text! {
    /// A description as it is changed: free text that begins with neither http:// nor https://.
    pub struct NewDescription { min: 0, max: 256, forbid_prefix: ["http://", "https://"] }
}

rpc::text! {
    /// The address of a peer.
    pub struct PeerAddress { min: 1, max: 64 }
}

const _: () = assert!(BGP_AUTH_KEY_CHARS_MAX == 64);

/// Version of the addresses of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[choice(case_insensitive)]
pub enum Family {
    /// IPv4.
    #[choice("IPv4")]
    Ipv4,
    /// IPv6.
    #[choice("IPv6")]
    Ipv6,
}

/// The same, kept in the letters in which the caller gave it: one client reads back what it wrote, and writes `IPV4`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpVersion {
    given: String,
    family: Family,
}

impl IpVersion {
    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.given
    }

    /// What it means.
    pub fn family(&self) -> Family {
        self.family
    }
}

impl Param for IpVersion {
    const SHAPE: &'static Shape = Family::SHAPE;

    fn decode(node: &Node<'_>) -> std::result::Result<Self, Bad> {
        let family = Family::decode(node)?;
        Ok(IpVersion { given: node.value().unwrap_or_default().to_owned(), family })
    }
}

/// What an action answers to a number that no group may have.
pub(super) struct AsnFaults {
    /// A number that nobody may use.
    pub(super) reserved: &'static Code,
    /// The number of the provider on the customer's side.
    pub(super) provider: &'static Code,
    /// A number that the provider's side cannot take.
    pub(super) local: &'static Code,
}

/// The provider's own number, which its side has unless another is given.
pub const PROVIDER_ASN: i64 = 45_104;

/// Numbers that no autonomous system has: the one that stands for long numbers, and the last of either length
/// (RFC 4893, RFC 7300).
const RESERVED_ASNS: [i64; 3] = [23_456, 65_535, 4_294_967_295];

/// The private numbers that the provider's side can take instead of its own (contract), and one of them that it cannot.
const LOCAL_ASNS: [std::ops::RangeInclusive<i64>; 2] = [64_512..=65_534, 4_200_000_000..=4_294_967_294];
const LOCAL_ASN_TAKEN: i64 = 65_025;

/// Whether the numbers of the two sides can be had.
pub(super) fn check_asns(peer: i64, local: i64, faults: &AsnFaults) -> Result<()> {
    if peer == PROVIDER_ASN {
        return Err(faults.provider.into());
    }
    if RESERVED_ASNS.contains(&peer) {
        let said = faults.reserved.message.trim_end_matches('.');
        let message = format!("{said}: {peer} is reserved. Give your own number, or a private one.");
        return Err(Error::new(faults.reserved).with_message(message).into());
    }
    let offered = local == PROVIDER_ASN
        || (local != LOCAL_ASN_TAKEN && LOCAL_ASNS.iter().any(|range| range.contains(&local)));
    if offered { Ok(()) } else { Err(faults.local.into()) }
}

/// What CreateBgpGroup answers to a bad number.
pub(super) const ON_CREATION: AsnFaults = AsnFaults {
    reserved: &codes::ILLEGAL_PARAM_PEER_ASN,
    provider: &codes::INVALID_PEER_ASN_MALFORMED,
    local: &codes::INVALID_BGP_GROUP_LOCAL_ASN_INVALID,
};

/// What ModifyBgpGroupAttribute answers to a bad number: it documents fewer codes.
pub(super) const ON_CHANGE: AsnFaults =
    AsnFaults { reserved: &codes::INVALID_PEER_ASN_MALFORMED, ..ON_CREATION };
