//! BGP groups of border routers, their keys, and what a router's BGP keeps it from.

use super::Pairs;
use super::routers::{self, EAST, circuit, lent, replaced, router};
use super::{lifted, on_each_lane};
use crate::house::{Held, House, Plan, SECOND, Who, text};
use crate::invariants;
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::limits::{BGP_AUTH_KEY_CHARS_MAX, BGP_GROUPS_PER_VBR_MAX, BGP_ROUTE_QUOTA_MAX};
use serde_json::{Value, json};

/// Parameters as they are written down.
type Given<'a> = &'a [(&'a str, &'a str)];

/// A key that nothing else in a store reads like.
const KEY: &str = "Quirina's 7 keys!";

/// A router in service on a circuit of its own.
pub(crate) fn in_service(house: &mut House) -> String {
    let circuit = circuit(house);
    router(house, &circuit, &[])
}

/// The parameters of a new group.
pub(crate) fn new_group<'a>(router: &'a str, more: &[(&'a str, &'a str)]) -> Pairs<'a> {
    replaced(&[EAST, ("RouterId", router), ("PeerAsn", "64600")], more)
}

/// Makes a group of the tenant's, and lets it become Available.
pub(crate) fn group(house: &mut House, router: &str, more: &[(&str, &str)]) -> String {
    let id = text(&house.ok(Who::Tenant, "CreateBgpGroup", &new_group(router, more)), "BgpGroupId");
    house.advance(1);
    id
}

/// Makes a peer of the tenant's, and lets it become Available.
pub(crate) fn peer(house: &mut House, group: &str, more: &[(&str, &str)]) -> String {
    let pairs = replaced(&[EAST, ("BgpGroupId", group)], more);
    let id = text(&house.ok(Who::Tenant, "CreateBgpPeer", &pairs), "BgpPeerId");
    house.advance(1);
    id
}

/// Announces a block from the tenant's router, and lets it become Available.
pub(crate) fn network(house: &mut House, router: &str, block: &str) {
    house.ok(Who::Tenant, "AddBgpNetwork", &[EAST, ("RouterId", router), ("DstCidrBlock", block)]);
    house.advance(1);
}

/// What a list of BGP shows this account.
pub(crate) fn listed(house: &mut House, who: Who, list: &str, more: &[(&str, &str)]) -> Vec<Value> {
    let answer = house.ok(who, list, &replaced(&[EAST, ("PageSize", "50")], more));
    let set = list.strip_prefix("Describe").unwrap();
    let rows = answer[set][set.strip_suffix('s').unwrap()].as_array().unwrap().clone();
    assert!(rows.len() == 50 || answer["TotalCount"] == rows.len(), "{answer}");
    rows
}

/// One of the tenant's groups; nothing when it is gone.
pub(crate) fn shown_group(house: &mut House, id: &str) -> Option<Value> {
    listed(house, Who::Tenant, "DescribeBgpGroups", &[("BgpGroupId", id)]).pop()
}

/// One of the tenant's peers; nothing when it is gone.
pub(crate) fn shown_peer(house: &mut House, id: &str) -> Option<Value> {
    listed(house, Who::Tenant, "DescribeBgpPeers", &[("BgpPeerId", id)]).pop()
}

/// Runs an action on a group of the tenant's.
pub(crate) fn change(house: &mut House, group: &str, more: &[(&str, &str)]) {
    let pairs = [&[EAST, ("BgpGroupId", group)], more].concat();
    house.ok(Who::Tenant, "ModifyBgpGroupAttribute", &pairs);
    house.advance(1);
}

#[test]
pub(crate) fn a_group_is_made_and_read_back_with_nothing_invented() {
    on_each_lane(Plan::quiet, |house| {
        let router = in_service(house);
        let made = house.ok(Who::Tenant, "CreateBgpGroup", &new_group(&router, &[]));
        let id = text(&made, "BgpGroupId");
        assert!(id.starts_with("bgpg-"), "{id}");
        let mut expected = json!({
            "BgpGroupId": id, "RouterId": router, "Status": "Pending", "Name": "", "Description": "",
            "PeerAsn": 64600, "LocalAsn": 45104, "IsFake": false, "AuthKey": "", "IpVersion": "IPv4",
            "RouteLimit": "110", "Hold": "30", "Keepalive": "10", "RegionId": "east",
        });
        assert_eq!(shown_group(house, &id).unwrap(), expected);
        let refusal = house.refused(
            Who::Tenant,
            "ModifyBgpGroupAttribute",
            &[EAST, ("BgpGroupId", &id), ("Name", "x")],
        );
        assert_eq!(refusal.is(), ("InvalidStatus.CannotOperate", 400));
        assert_eq!(refusal.header(STATE_HEADER), Some("Pending"));
        assert_eq!(refusal.header(NEXT_HEADER), Some("timer:FinishBgpGroupCreation"));
        assert!(refusal.message.contains(&id), "{}", refusal.message);
        house.advance(1);
        expected["Status"] = "Available".into();
        assert_eq!(shown_group(house, &id).unwrap(), expected);

        let more = [
            ("Name", "edge-peers"),
            ("Description", "towards the edge"),
            ("PeerAsn", "4200000001"),
            ("LocalAsn", "4294967294"),
            ("IsFakeAsn", "true"),
            ("AuthKey", KEY),
            ("IpVersion", "IPV6"),
            ("RouteQuota", "200"),
        ];
        let full = group(house, &router, &more);
        let row = shown_group(house, &full).unwrap();
        let expected = json!({
            "BgpGroupId": full, "RouterId": router, "Status": "Available", "Name": "edge-peers",
            "Description": "towards the edge", "PeerAsn": 4_200_000_001_i64, "LocalAsn": 4_294_967_294_i64,
            "IsFake": true, "AuthKey": KEY, "IpVersion": "IPV6", "RouteLimit": "200", "Hold": "30",
            "Keepalive": "10", "RegionId": "east",
        });
        assert_eq!(row, expected, "what was sent is read back, in the letters in which it was sent");
        invariants::check(house);
    });
}

#[test]
pub(crate) fn what_no_group_can_be_is_refused_and_leaves_nothing() {
    on_each_lane(Plan::quiet, |house| {
        let router = in_service(house);
        let long = "k".repeat(usize::try_from(BGP_AUTH_KEY_CHARS_MAX).unwrap() + 1);
        let quota = (BGP_ROUTE_QUOTA_MAX + 1).to_string();
        let wrong: &[(&str, &str, &str)] = &[
            ("RegionId", "atlantis", "InvalidRegionId.NotFound"),
            ("RegionId", "west", "InvalidParams.NotFound"),
            ("RouterId", "vbr-unknown", "InvalidParams.NotFound"),
            ("RouterId", "", "MissingParameter"),
            ("PeerAsn", "", "MissingParameter"),
            ("PeerAsn", "0", "IllegalParam.PeerAsn"),
            ("PeerAsn", "4294967296", "IllegalParam.PeerAsn"),
            ("PeerAsn", "AS64600", "IllegalParam.PeerAsn"),
            ("PeerAsn", "23456", "IllegalParam.PeerAsn"),
            ("PeerAsn", "65535", "IllegalParam.PeerAsn"),
            ("PeerAsn", "4294967295", "IllegalParam.PeerAsn"),
            ("PeerAsn", "45104", "InvalidPeerAsn.Malformed"),
            ("LocalAsn", "0", "IllegalParam.LocalAsn"),
            ("LocalAsn", "64511", "InvalidBgpGroup.LocalAsnInvalid"),
            ("LocalAsn", "65025", "InvalidBgpGroup.LocalAsnInvalid"),
            ("LocalAsn", "65535", "InvalidBgpGroup.LocalAsnInvalid"),
            ("LocalAsn", "4199999999", "InvalidBgpGroup.LocalAsnInvalid"),
            ("LocalAsn", "4294967295", "InvalidBgpGroup.LocalAsnInvalid"),
            ("AuthKey", &long, "InvalidBgpAuthkey.Malformed"),
            ("AuthKey", "schlüssel", "InvalidBgpAuthkey.Malformed"),
            ("Name", "1st", "InvalidBgpName.Malformed"),
            ("Name", "http://x", "InvalidBgpName.Malformed"),
            ("Description", "https://x", "InvalidBgpDescription.Malformed"),
            ("IpVersion", "IPv5", "InvalidParameter"),
            ("IsFakeAsn", "perhaps", "InvalidParameter"),
            ("RouteQuota", "0", "IllegalParam.RouteLimit"),
            ("RouteQuota", &quota, "IllegalParam.RouteLimit"),
        ];
        for (name, value, code) in wrong {
            let refusal = house.refused(Who::Tenant, "CreateBgpGroup", &new_group(&router, &[(name, value)]));
            assert_eq!(refusal.code, *code, "{name}={value}");
            assert!(refusal.status < 500 && (refusal.status != 404) == (*code != "InvalidRegionId.NotFound"));
        }
        for local in ["64512", "65024", "65534", "4200000000", "4294967294", "45104"] {
            let id = group(house, &router, &[("LocalAsn", local)]);
            assert_eq!(shown_group(house, &id).unwrap()["LocalAsn"].to_string(), local);
        }
        let one = group(house, &router, &[("AuthKey", &long[1..])]);
        assert_eq!(shown_group(house, &one).unwrap()["AuthKey"], long[1..]);
        let wrong: &[(&str, &str, &str)] = &[
            ("BgpGroupId", "bgpg-unknown", "InvalidBgpGroup"),
            ("RegionId", "west", "InvalidBgpGroup"),
            ("PeerAsn", "45104", "InvalidPeerAsn.Malformed"),
            ("PeerAsn", "65535", "InvalidPeerAsn.Malformed"),
            ("PeerAsn", "0", "InvalidPeerAsn.Malformed"),
            ("LocalAsn", "65025", "InvalidBgpGroup.LocalAsnInvalid"),
            ("LocalAsn", "0", "InvalidBgpGroup.LocalAsnInvalid"),
            ("AuthKey", &long, "InvalidBgpAuthkey.Malformed"),
            ("Name", "http://x", "InvalidBgpName.Malformed"),
            ("Description", "http://x", "InvalidBgpDiscription.Malformed"),
            ("RouteQuota", "0", "IllegalParam.RouteLimit"),
        ];
        for (name, value, code) in wrong {
            let pairs = replaced(&[EAST, ("BgpGroupId", &one)], &[(name, value)]);
            let refusal = house.refused(Who::Tenant, "ModifyBgpGroupAttribute", &pairs);
            assert_eq!(refusal.is(), (*code, 400), "{name}={value}");
        }
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_group_is_changed_and_what_is_empty_is_cleared() {
    on_each_lane(Plan::quiet, |house| {
        let router = in_service(house);
        let first = [("Name", "before"), ("Description", "old"), ("AuthKey", KEY), ("IsFakeAsn", "true")];
        let id = group(house, &router, &first);
        let before = shown_group(house, &id).unwrap();
        let pairs = [EAST, ("BgpGroupId", id.as_str()), ("Name", "9 after: yes")];
        house.ok(Who::Tenant, "ModifyBgpGroupAttribute", &pairs);
        assert_eq!(shown_group(house, &id).unwrap()["Status"], "Modifying");
        house.advance(1);
        let mut expected = before;
        expected["Name"] = "9 after: yes".into();
        assert_eq!(shown_group(house, &id).unwrap(), expected, "what was left out stays");
        let more = [
            ("PeerAsn", "64601"),
            ("LocalAsn", "64512"),
            ("IsFakeAsn", "false"),
            ("RouteQuota", "1"),
            ("AuthKey", "another"),
            ("Description", ""),
            ("Name", ""),
        ];
        change(house, &id, &more);
        let after = json!({
            "PeerAsn": 64601, "LocalAsn": 64512, "IsFake": false, "RouteLimit": "1", "AuthKey": "another",
            "Description": "", "Name": "",
        });
        for (name, value) in after.as_object().unwrap() {
            expected[name] = value.clone();
        }
        assert_eq!(shown_group(house, &id).unwrap(), expected);
        invariants::check(house);
    });
}

/// Whether a text stands anywhere in the store.
fn is_kept(house: &House, text: &str) -> bool {
    house.dump().values().flatten().flat_map(|line| line.values()).any(|held| match held {
        Held::Text(held) => held.contains(text),
        Held::Bytes(held) => held.windows(text.len()).any(|part| part == text.as_bytes()),
        Held::Null | Held::Int(_) => false,
    })
}

#[test]
pub(crate) fn a_key_is_sealed_and_shown_to_its_owner_alone() {
    on_each_lane(Plan::quiet, |house| {
        let router = in_service(house);
        let pairs = new_group(&router, &[("AuthKey", KEY), ("ClientToken", "keyed")]);
        let made = house.ok(Who::Tenant, "CreateBgpGroup", &pairs);
        let id = text(&made, "BgpGroupId");
        house.advance(1);
        let inside = peer(house, &id, &[]);
        assert_eq!(shown_group(house, &id).unwrap()["AuthKey"], KEY);
        assert_eq!(shown_peer(house, &inside).unwrap()["AuthKey"], KEY);
        assert!(!is_kept(house, KEY), "nothing in the store reads like the key");
        let dump = house.dump();
        let row = dump["ledger"].iter().find(|row| row["action"].text() == "CreateBgpGroup").unwrap();
        assert!(row["parameters"].text().contains(r#""AuthKey":"***""#), "{row:?}");
        assert_eq!(house.ok(Who::Tenant, "CreateBgpGroup", &pairs), made, "the token answers again");
        let other = replaced(&pairs, &[("AuthKey", "another")]);
        let refusal = house.refused(Who::Tenant, "CreateBgpGroup", &other);
        assert_eq!(refusal.is(), ("IdempotentParameterMismatch", 400), "the key is a part of what was asked");

        // Two groups of one key do not lie alike, and a key that is moved does not open.
        let second = group(house, &router, &[("AuthKey", KEY)]);
        let sealed = |house: &House, id: &str| {
            house.dump()["bgp_group"].iter().find(|row| row["id"].text() == id).unwrap()["auth_key"].clone()
        };
        assert_ne!(sealed(house, &id), sealed(house, &second));
        for (clearing, left) in [(("ClearAuthKey", "true"), ""), (("AuthKey", ""), "")] {
            change(house, &id, &[("AuthKey", "fresh")]);
            assert_eq!(shown_group(house, &id).unwrap()["AuthKey"], "fresh");
            change(house, &id, &[("ClearAuthKey", "false")]);
            assert_eq!(shown_group(house, &id).unwrap()["AuthKey"], "fresh");
            change(house, &id, &[clearing]);
            assert_eq!(shown_group(house, &id).unwrap()["AuthKey"], left);
            assert_eq!(shown_peer(house, &inside).unwrap()["AuthKey"], left);
        }
        let both = [EAST, ("BgpGroupId", id.as_str()), ("AuthKey", KEY), ("ClearAuthKey", "true")];
        let refusal = house.refused(Who::Tenant, "ModifyBgpGroupAttribute", &both);
        assert_eq!(refusal.is(), ("InvalidBgpAuthkey.Malformed", 400));
        assert!(!refusal.message.contains(KEY), "{}", refusal.message);
        let long = [EAST, both[1], ("AuthKey", &KEY.repeat(9))];
        let refusal = house.refused(Who::Tenant, "ModifyBgpGroupAttribute", &long);
        assert!(!refusal.message.contains("Quirina"), "{}", refusal.message);
        assert!(!is_kept(house, KEY) && !is_kept(house, "fresh"));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_router_has_its_full_number_of_groups() {
    on_each_lane(Plan::quiet, |house| {
        let router = in_service(house);
        let ids: Vec<_> = (0..BGP_GROUPS_PER_VBR_MAX).map(|_| group(house, &router, &[])).collect();
        let refusal = house.refused(Who::Tenant, "CreateBgpGroup", &new_group(&router, &[]));
        assert_eq!(refusal.is(), ("QuotaExceeded.Bgp", 400));
        assert!(refusal.message.contains("group"), "{}", refusal.message);
        house.ok(Who::Tenant, "DeleteBgpGroup", &[EAST, ("BgpGroupId", &ids[3])]);
        assert_eq!(shown_group(house, &ids[3]), None, "it is gone when its deletion is answered");
        group(house, &router, &[]);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn bgp_is_put_on_a_router_in_service_and_stays_when_it_is_stopped() {
    on_each_lane(Plan::quiet, |house| {
        let router = in_service(house);
        let id = group(house, &router, &[]);
        let inside = peer(house, &id, &[]);
        network(house, &router, "192.168.0.0/24");
        assert_eq!(shown_peer(house, &inside).unwrap()["BgpStatus"], "Established");
        routers::on(house, Who::Tenant, "TerminateVirtualBorderRouter", &router, &[]).unwrap();
        house.advance(1);
        let row = shown_peer(house, &inside).unwrap();
        assert_eq!((&row["Status"], &row["BgpStatus"]), (&"Available".into(), &"".into()));
        assert_eq!(row["AdvertisedRouteCount"], 0);
        let block = [EAST, ("RouterId", router.as_str()), ("DstCidrBlock", "10.1.0.0/16")];
        let new = new_group(&router, &[]);
        let into = [EAST, ("BgpGroupId", id.as_str()), ("PeerIpAddress", "10.9.9.9")];
        let put: [(&str, &[(&str, &str)]); 3] =
            [("CreateBgpGroup", &new), ("CreateBgpPeer", &into), ("AddBgpNetwork", &block)];
        for (action, pairs) in put {
            let refusal = house.refused(Who::Tenant, action, pairs);
            assert_eq!(refusal.is(), ("InvalidStatus.CannotOperate", 400), "{action}");
            assert_eq!(refusal.header(STATE_HEADER), Some("terminated"), "{action}");
        }
        change(house, &id, &[("Name", "still")]);
        routers::on(house, Who::Tenant, "RecoverVirtualBorderRouter", &router, &[]).unwrap();
        house.advance(1);
        let row = shown_peer(house, &inside).unwrap();
        assert_eq!((&row["BgpStatus"], &row["AdvertisedRouteCount"]), (&"Established".into(), &1.into()));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_router_is_not_removed_under_its_bgp() {
    on_each_lane(Plan::quiet, |house| {
        let router = in_service(house);
        let id = group(house, &router, &[]);
        let inside = peer(house, &id, &[]);
        network(house, &router, "192.168.0.0/24");
        let remove = |house: &mut House, what: &str| {
            let refusal = routers::refused(house, Who::Tenant, "DeleteVirtualBorderRouter", &router, &[]);
            assert_eq!(refusal.is(), ("DependencyViolation.BgpGroup", 400));
            assert_eq!(refusal.header(STATE_HEADER), Some("active"));
            assert!(refusal.message.contains(what), "{}", refusal.message);
        };
        remove(house, &id);
        let refusal = house.refused(Who::Tenant, "DeleteBgpGroup", &[EAST, ("BgpGroupId", &id)]);
        assert_eq!(refusal.is(), ("DependencyViolation.BgpPeer", 400));
        assert!(refusal.message.contains(&inside), "{}", refusal.message);
        house.ok(Who::Tenant, "DeleteBgpPeer", &[EAST, ("BgpPeerId", &inside)]);
        assert_eq!(shown_peer(house, &inside), None);
        house.ok(Who::Tenant, "DeleteBgpGroup", &[EAST, ("BgpGroupId", &id)]);
        remove(house, "192.168.0.0/24");
        let block = [EAST, ("RouterId", router.as_str()), ("DstCidrBlock", "192.168.0.0/24")];
        house.ok(Who::Tenant, "DeleteBgpNetwork", &block);
        routers::on(house, Who::Tenant, "DeleteVirtualBorderRouter", &router, &[]).unwrap();
        assert_eq!(routers::shown(house, Who::Tenant, &router), None);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_closed_service_lets_no_bgp_be_put_on_a_router() {
    on_each_lane(
        |lane| Plan { outbound_service_open: false, ..Plan::quiet(lane) },
        |house| {
            house.ok(Who::Tenant, "OpenPhysicalConnectionService", &[EAST]);
            let router = in_service(house);
            let id = group(house, &router, &[]);
            let close = |tx: &mut dyn store::Tx| {
                Ok::<_, store::Abort<()>>(tx.exec("delete from outbound_service", &[])?)
            };
            house.store.write_blocking(close).unwrap();
            let new = new_group(&router, &[]);
            let into = [EAST, ("BgpGroupId", id.as_str())];
            let block = [EAST, ("RouterId", router.as_str()), ("DstCidrBlock", "10.1.0.0/16")];
            let put: [(&str, &[(&str, &str)]); 3] =
                [("CreateBgpGroup", &new), ("CreateBgpPeer", &into), ("AddBgpNetwork", &block)];
            for (action, pairs) in put {
                let refusal = house.refused(Who::Tenant, action, pairs);
                assert_eq!(refusal.is(), ("OperationFailed.PconnTrafficNotEnable", 400), "{action}");
            }
        },
    );
}

#[test]
pub(crate) fn another_tenant_sees_and_reaches_no_bgp() {
    on_each_lane(lifted, |house| {
        let circuit = circuit(house);
        let own = router(house, &circuit, &[]);
        let lent = lent(house, &circuit, "11");
        let pair = [
            EAST,
            ("VbrId", lent.as_str()),
            ("LocalGatewayIp", "10.0.1.1"),
            ("PeerGatewayIp", "10.0.1.2"),
            ("PeeringSubnetMask", "255.255.255.252"),
        ];
        house.ok(Who::Second, "ModifyVirtualBorderRouterAttribute", &pair);
        let id = group(house, &own, &[("AuthKey", KEY)]);
        let inside = peer(house, &id, &[]);
        network(house, &own, "192.168.0.0/24");
        for list in ["DescribeBgpGroups", "DescribeBgpPeers", "DescribeBgpNetworks"] {
            assert_eq!(listed(house, Who::Tenant, list, &[]).len(), 1);
            for who in [Who::Second, Who::Operator] {
                assert_eq!(listed(house, who, list, &[]), Vec::<Value>::new());
                assert_eq!(listed(house, who, list, &[("RouterId", &own)]), Vec::<Value>::new());
            }
        }
        let new = new_group(&own, &[]);
        let unknown = new_group("vbr-00000000000000000000", &[]);
        let calls: [(&str, Given<'_>, Given<'_>); 7] = [
            ("CreateBgpGroup", &new, &unknown),
            ("CreateBgpPeer", &[("BgpGroupId", &id)], &[("BgpGroupId", "bgpg-none")]),
            (
                "ModifyBgpGroupAttribute",
                &[("BgpGroupId", &id), ("Name", "stolen")],
                &[("BgpGroupId", "bgpg-none"), ("Name", "stolen")],
            ),
            ("DeleteBgpGroup", &[("BgpGroupId", &id)], &[("BgpGroupId", "bgpg-none")]),
            ("DeleteBgpPeer", &[("BgpPeerId", &inside)], &[("BgpPeerId", "bgp-none")]),
            ("ModifyBgpPeerAttribute", &[("BgpPeerId", &inside)], &[("BgpPeerId", "bgp-none")]),
            (
                "DeleteBgpNetwork",
                &[("RouterId", &own), ("DstCidrBlock", "192.168.0.0/24")],
                &[("RouterId", "vbr-none"), ("DstCidrBlock", "192.168.0.0/24")],
            ),
        ];
        for (action, theirs, none) in calls {
            let other = house.refused(Who::Second, action, &replaced(&[EAST], theirs));
            assert_eq!(other, house.refused(Who::Second, action, &replaced(&[EAST], none)), "{action}");
        }
        // The owner of the circuit has no say in the BGP of a router that is another's.
        let refusal = house.refused(Who::Tenant, "CreateBgpGroup", &new_group(&lent, &[]));
        assert_eq!(refusal.is(), ("InvalidParams.NotFound", 400));
        let made = house.ok(Who::Second, "CreateBgpGroup", &new_group(&lent, &[]));
        let theirs = text(&made, "BgpGroupId");
        assert_eq!(shown_group(house, &theirs), None);
        assert_eq!(listed(house, Who::Second, "DescribeBgpGroups", &[]).len(), 1);
        let row = house.dump()["bgp_group"].iter().find(|row| row["id"].text() == theirs).cloned().unwrap();
        assert_eq!(row["account"].text(), SECOND);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn groups_are_listed_by_what_is_asked_and_page_by_page() {
    on_each_lane(lifted, |house| {
        let circuit = circuit(house);
        let (one, two) = (router(house, &circuit, &[]), router(house, &circuit, &[("VlanId", "11")]));
        let ids: Vec<_> = [&one, &one, &two].into_iter().map(|router| group(house, router, &[])).collect();
        let found = |house: &mut House, more: &[(&str, &str)]| -> Vec<String> {
            let rows = listed(house, Who::Tenant, "DescribeBgpGroups", more);
            rows.iter().map(|row| text(row, "BgpGroupId")).collect()
        };
        assert_eq!(found(house, &[]), ids);
        assert_eq!(found(house, &[("RouterId", &one)]), ids[..2]);
        assert_eq!(found(house, &[("RouterId", &one), ("BgpGroupId", &ids[2])]), Vec::<String>::new());
        assert_eq!(found(house, &[("IsDefault", "false")]), ids);
        assert_eq!(found(house, &[("IsDefault", "true")]), Vec::<String>::new());
        assert_eq!(found(house, &[("RegionId", "west")]), Vec::<String>::new());
        let page = |house: &mut House, number: &str| {
            let pairs = [EAST, ("PageSize", "2"), ("PageNumber", number)];
            let answer = house.ok(Who::Tenant, "DescribeBgpGroups", &pairs);
            assert_eq!((&answer["TotalCount"], &answer["PageSize"]), (&3.into(), &2.into()));
            answer["BgpGroups"]["BgpGroup"].as_array().unwrap().len()
        };
        assert_eq!([page(house, "1"), page(house, "2"), page(house, "3")], [2, 1, 0]);
    });
}
