//! What breaks the invariants of a router's BGP. `VBR` stands for the id of a router with two groups, a peer that is
//! detected, one that is being made, and two networks.

use crate::house::{House, Lane, Plan, Who, text};
use crate::rules::bgp::{group, in_service, network, new_group, peer};
use crate::rules::routers::EAST;
use crate::rules::vpcs::vpc;

pub(super) const DAMAGE: &[(&str, &str, &str)] = &[
    ("bgp-stands-on-routers", "update bgp_group set router_id = 'vbr-none'", "is on vbr-none"),
    ("bgp-stands-on-routers", "update bgp_peer set router_id = 'vbr-none'", "is on vbr-none"),
    ("bgp-stands-on-routers", "update bgp_network set region = 'west'", "is on VBR, which is no router"),
    ("bgp-stands-on-routers", "update bgp_group set account = '6543210987654321'", "is on VBR"),
    ("bgp-stands-on-routers", "update bgp_peer set group_id = 'bgpg-none'", "is in bgpg-none"),
    ("bgp-stands-on-routers", "update bgp_peer set ip_version = 'IPv6'", "which is no such group"),
    (
        "bgp-stands-on-routers",
        "update bgp_network set vpc_id = 'vpc-none' where vpc_id <> ''",
        "is in vpc-none",
    ),
    (
        "bgp-stands-on-routers",
        "insert into bgp_group select account, region, serial + 1000 * n, id || n, status, since, created_at, router_id,
         name, description, peer_asn, local_asn, is_fake_asn, ip_version, route_quota, auth_key from bgp_group,
         (select 1 as n union select 2 as n union select 3 as n union select 4 as n) as numbers",
        "VBR has 10 rows of bgp_group",
    ),
    ("bgp-settings-fit", "update bgp_group set peer_asn = 45104", "goes from 45104 to 45104"),
    ("bgp-settings-fit", "update bgp_group set local_asn = 64511", "goes from 64511 to 64600"),
    ("bgp-settings-fit", "update bgp_group set route_quota = 0", "and that or its key cannot be"),
    ("bgp-settings-fit", "update bgp_group set auth_key = substr(auth_key, 1, 28) where length(auth_key) > 0", "its key cannot be"),
    ("bgp-settings-fit", "update bgp_peer set bfd_multi_hop = 0 where enable_bfd = 1", "over 0 hops"),
    ("bgp-settings-fit", "update bgp_peer set bfd_multi_hop = 9 where enable_bfd = 0", "over 9 hops"),
    ("bgp-settings-fit", "update bgp_peer set modified_at = created_at - 1", "changed too early"),
    ("bgp-settings-fit", "update bgp_peer set peer_ip = '10.0.0.2'", "has 2 peers of the address 10.0.0.2"),
    (
        "bgp-waits",
        "update due set at = at + 1 where trigger = 'FinishBgpGroupCreation'",
        "FinishBgpGroupCreation is due on",
    ),
    ("bgp-waits", "delete from due where trigger = 'FinishBgpPeerCreation'", "waits for FinishBgpPeerCreation"),
    ("bgp-waits", "update bgp_network set status = 'Deleting'", "waits for FinishBgpNetworkDeletion"),
    (
        "ledger-leads-to-bgp",
        "update bgp_group set status = 'Modifying' where status = 'Available'",
        "is \"Available\" in the ledger and \"Modifying\"",
    ),
    (
        "ledger-leads-to-bgp",
        "update ledger set status_from = 'Deleting' where action = 'FinishBgpPeerCreation'",
        "went on from \"Deleting\"",
    ),
    (
        "ledger-leads-to-bgp",
        "update ledger set resource = '' where action = 'AddBgpNetwork'",
        "has no creation in the ledger",
    ),
];

/// A house with BGP, and the id of its router.
pub(super) fn lively(lane: Lane) -> (House, String) {
    let mut house = Plan::quiet(lane).build();
    let router = in_service(&mut house);
    let net = text(&vpc(&mut house, Who::Tenant, &[]), "VpcId");
    let one = group(&mut house, &router, &[("AuthKey", "sealed")]);
    peer(&mut house, &one, &[("EnableBfd", "true")]);
    network(&mut house, &router, "10.1.0.0/16");
    let within = [EAST, ("RouterId", router.as_str()), ("DstCidrBlock", "10.2.0.0/16"), ("VpcId", &net)];
    house.ok(Who::Tenant, "AddBgpNetwork", &within);
    house.ok(Who::Tenant, "CreateBgpGroup", &new_group(&router, &[]));
    let more = [EAST, ("BgpGroupId", one.as_str()), ("PeerIpAddress", "10.0.0.9")];
    house.ok(Who::Tenant, "CreateBgpPeer", &more);
    (house, router)
}
