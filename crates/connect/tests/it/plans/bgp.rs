//! The statements of a router's BGP: lists by every filter, and a life.

use crate::house::{House, Who};
use crate::rules::bgp::{change, group, in_service, listed, network, peer};
use crate::rules::routers::EAST;

/// Statements that must take the index made for them: a part of the text, and the index.
pub(super) const MUST: &[(&str, &str)] = &[
    ("count(*) from bgp_group where account = $1 and region = $2 and id = ", "bgp_group_id"),
    ("count(*) from bgp_group where router_id = ", "bgp_group_on"),
    ("select id from bgp_group where router_id = ", "bgp_group_on"),
    ("count(*) from bgp_peer where account = $1 and region = $2 and id = ", "bgp_peer_id"),
    ("count(*) from bgp_peer where account = $1 and region = $2 and group_id = ", "bgp_peer_in"),
    ("count(*) from bgp_peer where router_id = ", "bgp_peer_on"),
    ("count(*) from bgp_peer where account = $1 and enable_bfd = 1", "bgp_peer_detected"),
    ("select id from bgp_peer where group_id = ", "bgp_peer_in"),
    ("count(*) from bgp_network where router_id = ", "bgp_network_on"),
    ("from bgp_network where router_id = $1 and prefix = ", "bgp_network_on"),
    ("from bgp_network where vpc_id <> '' and vpc_id = ", "bgp_network_of"),
];

pub(super) fn exercise(house: &mut House) {
    let router = in_service(house);
    let net = house.ok(Who::Tenant, "CreateVpc", &[EAST, ("CidrBlock", "10.0.0.0/8")]);
    house.advance(1);
    let inside = group(house, &router, &[("AuthKey", "k")]);
    let id = peer(house, &inside, &[("EnableBfd", "true")]);
    network(house, &router, "10.1.0.0/16");
    change(house, &inside, &[("Name", "n")]);
    house.ok(Who::Tenant, "ModifyBgpPeerAttribute", &[EAST, ("BgpPeerId", &id), ("BfdMultiHop", "3")]);
    house.advance(1);
    let lists: &[(&str, &[(&str, &str)])] = &[
        ("DescribeBgpGroups", &[]),
        ("DescribeBgpGroups", &[("BgpGroupId", &inside)]),
        ("DescribeBgpGroups", &[("RouterId", &router)]),
        ("DescribeBgpGroups", &[("IsDefault", "true")]),
        ("DescribeBgpPeers", &[]),
        ("DescribeBgpPeers", &[("BgpGroupId", &inside)]),
        ("DescribeBgpPeers", &[("BgpPeerId", &id)]),
        ("DescribeBgpPeers", &[("RouterId", &router)]),
        ("DescribeBgpNetworks", &[]),
        ("DescribeBgpNetworks", &[("RouterId", &router)]),
    ];
    for (list, pairs) in lists {
        listed(house, Who::Tenant, list, pairs);
    }
    for action in ["DeleteVirtualBorderRouter", "DeleteVpc"] {
        let pairs = [EAST, ("VbrId", router.as_str()), ("VpcId", net["VpcId"].as_str().unwrap())];
        house.call(Who::Tenant, action, &pairs).ok();
    }
    house.ok(Who::Tenant, "DeleteBgpPeer", &[EAST, ("BgpPeerId", &id)]);
    house.ok(Who::Tenant, "DeleteBgpGroup", &[EAST, ("BgpGroupId", &inside)]);
    let block = [EAST, ("RouterId", router.as_str()), ("DstCidrBlock", "10.1.0.0/16")];
    house.ok(Who::Tenant, "DeleteBgpNetwork", &block);
}
