//! BGP peers and networks of border routers.

use super::bgp::{group, in_service, listed, network, peer, shown_peer};
use super::on_each_lane;
use super::routers::{EAST, circuit, on, replaced, router};
use super::vpcs::vpc;
use crate::house::{House, Plan, Refusal, Who, text};
use crate::invariants;
use connect::circuit::STATE_HEADER;
use connect::limits::{BFD_SESSIONS_MAX, BGP_NETWORKS_PER_VBR_MAX, BGP_PEERS_PER_VBR_MAX};
use serde_json::json;

/// What makes a router's link one of IPv6 too.
const IPV6: [(&str, &str); 4] = [
    ("EnableIpv6", "true"),
    ("LocalIpv6GatewayIp", "2001:db8::1"),
    ("PeerIpv6GatewayIp", "2001:db8::2"),
    ("PeeringIpv6SubnetMask", "2001:db8::/64"),
];

fn no_peer(house: &mut House, group: &str, more: &[(&str, &str)]) -> Refusal {
    house.refused(Who::Tenant, "CreateBgpPeer", &replaced(&[EAST, ("BgpGroupId", group)], more))
}

fn no_change(house: &mut House, peer: &str, more: &[(&str, &str)]) -> Refusal {
    house.refused(Who::Tenant, "ModifyBgpPeerAttribute", &replaced(&[EAST, ("BgpPeerId", peer)], more))
}

fn change(house: &mut House, peer: &str, more: &[(&str, &str)]) {
    house.ok(Who::Tenant, "ModifyBgpPeerAttribute", &replaced(&[EAST, ("BgpPeerId", peer)], more));
    house.advance(1);
}

#[test]
pub(crate) fn a_peer_has_its_groups_settings_and_its_routers_far_end() {
    on_each_lane(Plan::quiet, |house| {
        let router = in_service(house);
        let settings =
            [("Name", "edge"), ("Description", "to the edge"), ("LocalAsn", "64512"), ("RouteQuota", "90")];
        let inside = group(house, &router, &settings);
        house.advance(5);
        let made = house.ok(Who::Tenant, "CreateBgpPeer", &[EAST, ("BgpGroupId", &inside)]);
        let id = text(&made, "BgpPeerId");
        assert!(id.starts_with("bgp-"), "{id}");
        let mut expected = json!({
            "BgpPeerId": id, "BgpGroupId": inside, "RouterId": router, "Status": "Pending", "BgpStatus": "",
            "PeerIpAddress": "10.0.0.2", "IpVersion": "IPv4", "EnableBfd": false, "BfdMultiHop": 0,
            "Name": "edge", "Description": "to the edge", "PeerAsn": 64600, "LocalAsn": 64512, "IsFake": false,
            "AuthKey": "", "RouteLimit": "90", "Hold": "30", "Keepalive": "10", "AdvertisedRouteCount": 0,
            "ReceivedRouteCount": 0, "GmtModified": connect::time::wire(house.now), "RegionId": "east",
        });
        assert_eq!(shown_peer(house, &id).unwrap(), expected);
        let refusal = no_change(house, &id, &[("EnableBfd", "true")]);
        assert_eq!(refusal.is(), ("InvalidStatus.CannotOperate", 400));
        assert_eq!(refusal.header(STATE_HEADER), Some("Pending"));
        house.advance(1);
        for block in ["10.1.0.0/16", "10.2.0.0/16"] {
            network(house, &router, block);
        }
        expected["Status"] = "Available".into();
        expected["BgpStatus"] = "Established".into();
        expected["AdvertisedRouteCount"] = 2.into();
        assert_eq!(shown_peer(house, &id).unwrap(), expected);
        let named = [("IpVersion", "IPV4"), ("PeerIpAddress", "1.1.1.1")];
        let other = peer(house, &inside, &named);
        let row = shown_peer(house, &other).unwrap();
        assert_eq!((&row["IpVersion"], &row["PeerIpAddress"]), (&"IPV4".into(), &"1.1.1.1".into()));
        for (filter, value, count) in [
            ("BgpGroupId", &*inside, 2),
            ("RouterId", &router, 2),
            ("BgpPeerId", &id, 1),
            ("BgpPeerId", "x", 0),
        ] {
            assert_eq!(listed(house, Who::Tenant, "DescribeBgpPeers", &[(filter, value)]).len(), count);
        }
        assert_eq!(listed(house, Who::Tenant, "DescribeBgpPeers", &[("IsDefault", "true")]).len(), 0);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_peers_address_is_one_that_it_can_have_and_its_routers_alone() {
    on_each_lane(Plan::quiet, |house| {
        let first = circuit(house);
        let router = router(house, &first, &IPV6);
        let one = group(house, &router, &[]);
        let two = group(house, &router, &[]);
        let six = group(house, &router, &[("IpVersion", "ipv6")]);
        for (group, address, version, code) in [
            (&one, "10.0.0.300", "IPv4", "InvalidIP.Malformed"),
            (&one, "2001:db8::2", "IPv4", "InvalidIP.Malformed"),
            (&six, "10.0.0.2", "IPv6", "InvalidIP.Malformed"),
            (&one, "0.0.0.0", "IPv4", "IllegalParam.PeerIpAddress"),
            (&one, "127.0.0.1", "IPv4", "IllegalParam.PeerIpAddress"),
            (&one, "224.0.0.5", "IPv4", "IllegalParam.PeerIpAddress"),
            (&one, "255.255.255.255", "IPv4", "IllegalParam.PeerIpAddress"),
            (&one, "10.0.0.1", "IPv4", "IllegalParam.PeerIpAddress"),
            (&six, "2001:db8:0::1", "IPv6", "IllegalParam.PeerIpAddress"),
            (&one, "10.0.0.2", "IPv6", "IllegalParam.IpVersion"),
            (&six, "2001:db8::2", "IPv4", "IllegalParam.IpVersion"),
            (&one, "10.0.0.2", "IPv7", "IllegalParam.IpVersion"),
        ] {
            let refusal = no_peer(house, group, &[("PeerIpAddress", address), ("IpVersion", version)]);
            assert_eq!(refusal.is(), (code, 400), "{address} as {version}");
        }
        let id = peer(house, &one, &[]);
        let far = peer(house, &six, &[("IpVersion", "IPv6")]);
        assert_eq!(shown_peer(house, &far).unwrap()["PeerIpAddress"], "2001:db8::2");
        let taken = [("PeerIpAddress", "10.0.0.2")];
        assert_eq!(no_peer(house, &one, &taken).is(), ("BgpPeer.Already.Exists", 400));
        let refusal = no_peer(house, &two, &taken);
        assert_eq!(refusal.is(), ("InvalidParams.PeerIpAddressInUse", 400));
        assert!(refusal.message.contains(&id), "{}", refusal.message);
        let otherwise = [("PeerIpAddress", "2001:0DB8:0::2"), ("IpVersion", "IPv6")];
        assert_eq!(no_peer(house, &six, &otherwise).is(), ("BgpPeer.Already.Exists", 400));
        peer(house, &six, &[("PeerIpAddress", "2001:DB8:0::7"), ("IpVersion", "IPv6")]);
        let plainly = [("PeerIpAddress", "2001:db8::7"), ("IpVersion", "IPv6")];
        assert_eq!(no_peer(house, &six, &plainly).is(), ("BgpPeer.Already.Exists", 400));
        let other = peer(house, &two, &[("PeerIpAddress", "10.0.0.9")]);
        let refusal = no_change(house, &other, &taken);
        assert_eq!(refusal.is(), ("InvalidParams.PeerIpAddressInUse", 400));
        change(house, &id, &taken);
        assert_eq!(no_change(house, &other, &[("PeerIpAddress", "x")]).is(), ("InvalidIP.Malformed", 400));
        let ours = [("PeerIpAddress", "10.0.0.1")];
        assert_eq!(no_change(house, &other, &ours).is(), ("IllegalParam.PeerIpAddress", 400));
        // IPv6 ends with its switch; what was there stays, and its session is down.
        let off = [("EnableIpv6", "false")];
        on(house, Who::Tenant, "ModifyVirtualBorderRouterAttribute", &router, &off).unwrap();
        let row = shown_peer(house, &far).unwrap();
        assert_eq!((&row["Status"], &row["BgpStatus"]), (&"Available".into(), &"".into()));
        let more = [("PeerIpAddress", "2001:db8::9"), ("IpVersion", "IPv6")];
        assert_eq!(no_peer(house, &six, &more).is(), ("IllegalParam.IpVersion", 400));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn with_several_links_a_peer_must_be_pointed_out() {
    on_each_lane(Plan::quiet, |house| {
        let (first, further) = (circuit(house), circuit(house));
        let router = router(house, &first, &[]);
        let inside = group(house, &router, &[]);
        let link = [
            ("PhysicalConnectionId", further.as_str()),
            ("VlanId", "12"),
            ("LocalGatewayIp", "10.0.1.1"),
            ("PeerGatewayIp", "10.0.1.2"),
            ("PeeringSubnetMask", "255.255.255.252"),
        ];
        on(house, Who::Tenant, "AssociatePhysicalConnectionToVirtualBorderRouter", &router, &link).unwrap();
        let refusal = no_peer(house, &inside, &[]);
        assert_eq!(refusal.is(), ("InvalidParams.PeerIpAddressMustPointOut", 400));
        let id = peer(house, &inside, &[("PeerIpAddress", "10.0.1.2")]);
        assert_eq!(shown_peer(house, &id).unwrap()["PeerIpAddress"], "10.0.1.2");
    });
}

#[test]
pub(crate) fn detection_has_hops_and_hops_need_detection() {
    on_each_lane(Plan::quiet, |house| {
        let router = in_service(house);
        let inside = group(house, &router, &[]);
        let refusal = no_peer(house, &inside, &[("BfdMultiHop", "10")]);
        assert_eq!(refusal.is(), ("MissingParam.EnableBfd", 400));
        for hops in ["0", "256", "many"] {
            let refusal = no_peer(house, &inside, &[("EnableBfd", "true"), ("BfdMultiHop", hops)]);
            assert_eq!(refusal.is(), ("IllegalParam.BfdMultiHop", 400), "{hops}");
        }
        let told = |house: &mut House, id: &str| {
            let row = shown_peer(house, id).unwrap();
            (row["EnableBfd"].as_bool().unwrap(), row["BfdMultiHop"].as_i64().unwrap())
        };
        let id = peer(house, &inside, &[("EnableBfd", "true")]);
        assert_eq!(told(house, &id), (true, 255));
        let named = [("EnableBfd", "true"), ("BfdMultiHop", "10"), ("PeerIpAddress", "10.0.0.5")];
        let some = peer(house, &inside, &named);
        assert_eq!(told(house, &some), (true, 10));
        let without = [("EnableBfd", "false"), ("BfdMultiHop", "10"), ("PeerIpAddress", "10.0.0.6")];
        let none = peer(house, &inside, &without);
        assert_eq!(told(house, &none), (false, 0), "hops are kept with detection only");
        change(house, &id, &[("BfdMultiHop", "3")]);
        assert_eq!(told(house, &id), (true, 3));
        change(house, &id, &[("PeerIpAddress", "10.0.0.7")]);
        assert_eq!(told(house, &id), (true, 3), "what was left out stays");
        assert_eq!(shown_peer(house, &id).unwrap()["PeerIpAddress"], "10.0.0.7");
        change(house, &id, &[("EnableBfd", "true")]);
        assert_eq!(told(house, &id), (true, 3));
        change(house, &id, &[("EnableBfd", "false")]);
        assert_eq!(told(house, &id), (false, 0));
        assert_eq!(no_change(house, &id, &[("BfdMultiHop", "3")]).is(), ("MissingParam.EnableBfd", 400));
        house.advance(60);
        house.ok(Who::Tenant, "ModifyBgpPeerAttribute", &[EAST, ("BgpPeerId", &id), ("EnableBfd", "true")]);
        let row = shown_peer(house, &id).unwrap();
        assert_eq!((&row["Status"], &row["BgpStatus"]), (&"Modifying".into(), &"".into()));
        assert_eq!(row["GmtModified"], connect::time::wire(house.now));
        house.advance(1);
        assert_eq!(told(house, &id), (true, 255));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_peer_moves_between_groups_of_its_router() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let here = router(house, &circuit, &IPV6);
        let there = router(house, &circuit, &[("VlanId", "11")]);
        let one = group(house, &here, &[]);
        let two = group(house, &here, &[("PeerAsn", "64700"), ("Name", "second")]);
        let six = group(house, &here, &[("IpVersion", "IPv6")]);
        let elsewhere = group(house, &there, &[]);
        let id = peer(house, &one, &[]);
        for group in ["bgpg-unknown", &six, &elsewhere] {
            assert_eq!(no_change(house, &id, &[("BgpGroupId", group)]).is(), ("InvalidBgpGroup", 400));
        }
        house.ok(Who::Tenant, "ModifyBgpGroupAttribute", &[EAST, ("BgpGroupId", &two), ("RouteQuota", "50")]);
        for refusal in [
            no_change(house, &id, &[("BgpGroupId", &two)]),
            no_peer(house, &two, &[("PeerIpAddress", "10.0.0.9")]),
        ] {
            assert_eq!(refusal.is(), ("InvalidStatus.CannotOperate", 400));
            assert_eq!(refusal.header(STATE_HEADER), Some("Modifying"));
        }
        house.advance(1);
        change(house, &id, &[("BgpGroupId", &two)]);
        let row = shown_peer(house, &id).unwrap();
        assert_eq!((&row["BgpGroupId"], &row["Name"]), (&two.as_str().into(), &"second".into()));
        assert_eq!((&row["PeerAsn"], &row["RouteLimit"]), (&64700.into(), &"50".into()));
        house.ok(Who::Tenant, "DeleteBgpGroup", &[EAST, ("BgpGroupId", &one)]);
        for action in ["ModifyBgpPeerAttribute", "DeleteBgpPeer"] {
            for region in ["east", "west"] {
                let named = if region == "east" { "bgp-unknown" } else { id.as_str() };
                let pairs = [("RegionId", region), ("BgpPeerId", named)];
                assert_eq!(house.refused(Who::Tenant, action, &pairs).is(), ("InvalidParams.NotFound", 400));
            }
        }
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_router_and_an_account_have_their_full_number_of_peers() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let vlans = ["10", "11", "12"];
        let groups = vlans.map(|vlan| {
            let router = router(house, &circuit, &[("VlanId", vlan)]);
            group(house, &router, &[])
        });
        let mut detected = 0;
        for group in &groups {
            for at in 0..BGP_PEERS_PER_VBR_MAX {
                let address = format!("10.7.0.{at}");
                let bfd = if detected < BFD_SESSIONS_MAX { "true" } else { "false" };
                peer(house, group, &[("PeerIpAddress", &address), ("EnableBfd", bfd)]);
                detected += i64::from(bfd == "true");
            }
            let refusal = no_peer(house, group, &[("PeerIpAddress", "10.7.1.1")]);
            assert_eq!(refusal.is(), ("QuotaExceeded.Bgp", 400));
            assert!(refusal.message.contains("peer"), "{}", refusal.message);
        }
        assert_eq!(detected, BFD_SESSIONS_MAX);
        let last =
            listed(house, Who::Tenant, "DescribeBgpPeers", &[("BgpGroupId", &groups[2])]).pop().unwrap();
        assert_eq!(last["EnableBfd"], false);
        let id = text(&last, "BgpPeerId");
        let refusal = no_change(house, &id, &[("EnableBfd", "true")]);
        assert_eq!(refusal.is(), ("QuotaExceeded.BfdSession", 400));
        house.ok(Who::Tenant, "DeleteBgpPeer", &[EAST, ("BgpPeerId", &id)]);
        let refusal = no_peer(house, &groups[2], &[("PeerIpAddress", "10.7.1.1"), ("EnableBfd", "true")]);
        assert_eq!(refusal.is(), ("QuotaExceeded.BfdSession", 400));
        peer(house, &groups[2], &[("PeerIpAddress", "10.7.1.1")]);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_network_is_announced_once_from_its_router() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let (router, other) = (router(house, &circuit, &IPV6), router(house, &circuit, &[("VlanId", "11")]));
        let net = text(&vpc(house, Who::Tenant, &[]), "VpcId");
        let theirs = text(&vpc(house, Who::Second, &[]), "VpcId");
        let new = |block: &'static str| vec![EAST, ("RouterId", router.as_str()), ("DstCidrBlock", block)];
        for (block, code) in [
            ("192.168.0.0", "IllegalParamFormat.DstCidrBlock"),
            ("192.168.0.0/33", "IllegalParamFormat.DstCidrBlock"),
            ("nowhere", "IllegalParamFormat.DstCidrBlock"),
            ("192.168.0.1/24", "InvalidDestCidrBlock.Malformed"),
            ("127.0.0.0/8", "InvalidDestCidrBlock.Malformed"),
            ("224.0.0.0/8", "IllegalParam.ConflictWithDClass"),
            ("239.1.0.0/16", "IllegalParam.ConflictWithDClass"),
            ("ff00::/8", "IllegalParam.ConflictWithDClass"),
        ] {
            assert_eq!(house.refused(Who::Tenant, "AddBgpNetwork", &new(block)).is(), (code, 400), "{block}");
        }
        for pairs in [
            [EAST, ("RouterId", "vbr-unknown"), ("DstCidrBlock", "10.5.0.0/16")],
            [("RegionId", "west"), ("RouterId", router.as_str()), ("DstCidrBlock", "10.5.0.0/16")],
        ] {
            let refusal = house.refused(Who::Tenant, "AddBgpNetwork", &pairs);
            assert_eq!(refusal.is(), ("InvalidParams.NotFound", 400));
        }
        house.ok(Who::Tenant, "AddBgpNetwork", &new("192.168.0.0/24"));
        let row = |status: &str, block: &str, vpc: &str| json!({"RouterId": router, "DstCidrBlock": block, "Status": status, "VpcId": vpc});
        let list = |house: &mut House, more: &[(&str, &str)]| {
            listed(house, Who::Tenant, "DescribeBgpNetworks", more)
        };
        assert_eq!(list(house, &[]), [row("Pending", "192.168.0.0/24", "")]);
        let refusal = house.refused(Who::Tenant, "DeleteBgpNetwork", &new("192.168.0.0/24"));
        assert_eq!(refusal.is(), ("InvalidStatus.CannotOperate", 400));
        house.advance(1);
        assert_eq!(list(house, &[]), [row("Available", "192.168.0.0/24", "")]);
        let refusal = house.refused(Who::Tenant, "AddBgpNetwork", &new("192.168.0.0/24"));
        assert_eq!(refusal.is(), ("Duplicated.CidrBlock", 400));
        let six = [&new("2001:DB8:1:0::/64")[..], &[("VpcId", net.as_str())]].concat();
        house.ok(Who::Tenant, "AddBgpNetwork", &six);
        let again = house.refused(Who::Tenant, "AddBgpNetwork", &new("2001:db8:1::/64"));
        assert_eq!(again.is(), ("Duplicated.CidrBlock", 400));
        house.advance(1);
        assert_eq!(list(house, &[])[1], row("Available", "2001:DB8:1:0::/64", &net));
        let without = [EAST, ("RouterId", other.as_str()), ("DstCidrBlock", "2001:db8:1::/64")];
        let refusal = house.refused(Who::Tenant, "AddBgpNetwork", &without);
        assert_eq!(refusal.is(), ("IllegalParam.IpVersion", 400));
        for vpc in ["vpc-unknown", &theirs] {
            let pairs = [&new("10.5.0.0/16")[..], &[("VpcId", vpc)]].concat();
            let refusal = house.refused(Who::Tenant, "AddBgpNetwork", &pairs);
            assert_eq!(refusal.is(), ("InvalidParams.NotFound", 400));
            assert!(refusal.message.contains("vpc"), "{}", refusal.message);
        }
        network(house, &other, "192.168.0.0/24");
        assert_eq!(list(house, &[("RouterId", &router)]).len(), 2);
        assert_eq!(list(house, &[("RouterId", "vbr-unknown")]).len(), 0);
        // The VPC in which it lies is kept.
        let refusal = house.refused(Who::Tenant, "DeleteVpc", &[EAST, ("VpcId", &net)]);
        assert_eq!(refusal.is(), ("DependencyViolation.Instance", 400));
        house.ok(Who::Tenant, "DeleteBgpNetwork", &new("2001:db8:1::/64"));
        house.ok(Who::Tenant, "DeleteVpc", &[EAST, ("VpcId", &net)]);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn networks_end_at_once_and_a_token_is_judged_by_what_is_announced() {
    on_each_lane(Plan::quiet, |house| {
        let router = in_service(house);
        let named = |block: &'static str, token: &'static str| {
            [EAST, ("RouterId", router.as_str()), ("DstCidrBlock", block), ("ClientToken", token)]
        };
        let count = |house: &mut House| listed(house, Who::Tenant, "DescribeBgpNetworks", &[]).len();
        for _ in 0..2 {
            house.ok(Who::Tenant, "AddBgpNetwork", &named("10.1.0.0/16", "one"));
        }
        assert_eq!(count(house), 1, "one token, one network");
        let refusal = house.refused(Who::Tenant, "AddBgpNetwork", &named("10.2.0.0/16", "one"));
        assert_eq!(refusal.is(), ("IdempotentParameterMismatch", 400));
        house.advance(1);
        let off = named("10.1.0.0/16", "off");
        for _ in 0..2 {
            house.ok(Who::Tenant, "DeleteBgpNetwork", &off);
            assert_eq!(count(house), 0);
            house.ok(Who::Tenant, "DeleteBgpNetwork", &off);
            network(house, &router, "10.1.0.0/16");
        }
        let unknown = house.refused(Who::Tenant, "DeleteBgpNetwork", &named("10.9.0.0/16", "x"));
        assert_eq!(unknown.is(), ("InvalidVbrNetwork", 400));
        let nothing = house.refused(Who::Tenant, "DeleteBgpNetwork", &named("none", "x"));
        assert_eq!(nothing.is(), ("InvalidVbrNetwork", 400));
        let elsewhere = [("RegionId", "west"), off[1], off[2]];
        let refusal = house.refused(Who::Tenant, "DeleteBgpNetwork", &elsewhere);
        assert_eq!(refusal.is(), ("InvalidParams.NotFound", 400));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_router_announces_its_full_number_of_networks() {
    on_each_lane(Plan::quiet, |house| {
        let router = in_service(house);
        let add = |house: &mut House, block: &str| {
            house.call(Who::Tenant, "AddBgpNetwork", &[EAST, ("RouterId", &router), ("DstCidrBlock", block)])
        };
        for at in 0..BGP_NETWORKS_PER_VBR_MAX {
            add(house, &format!("10.{at}.0.0/16")).unwrap();
        }
        house.advance(1);
        let refusal = add(house, "192.168.0.0/24").unwrap_err();
        assert_eq!(refusal.is(), ("QuotaExceeded.BgpNetwork", 400));
        let pairs = [EAST, ("RouterId", router.as_str()), ("DstCidrBlock", "10.5.0.0/16")];
        house.ok(Who::Tenant, "DeleteBgpNetwork", &pairs);
        add(house, "192.168.0.0/24").unwrap();
        let answer =
            house.ok(Who::Tenant, "DescribeBgpNetworks", &[EAST, ("PageSize", "50"), ("PageNumber", "3")]);
        assert_eq!((&answer["TotalCount"], &answer["BgpNetworks"]["BgpNetwork"]), (&100.into(), &json!([])));
    });
}
