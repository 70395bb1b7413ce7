//! Labels as the clients of Express Connect put them on, and resource groups.

use super::interfaces::{Place, end, vrouter};
use super::{lead_to, lifted, on_each_lane};
use crate::house::{House, Who, text};
use serde_json::{Value, json};

const EAST: (&str, &str) = ("RegionId", "east");

/// Parameters.
type Given<'a> = &'a [(&'a str, &'a str)];

/// An enabled circuit of the tenant's.
pub(crate) fn enabled(house: &mut House, pairs: &[(&str, &str)]) -> String {
    let id = house.order(Who::Tenant, pairs);
    lead_to(house, &id, "Enabled");
    id
}

/// A border router of the tenant's own on its circuit.
pub(crate) fn router(house: &mut House, circuit: &str, vlan: &str, more: &[(&str, &str)]) -> String {
    let pairs = [
        EAST,
        ("PhysicalConnectionId", circuit),
        ("VlanId", vlan),
        ("LocalGatewayIp", "10.0.0.1"),
        ("PeerGatewayIp", "10.0.0.2"),
        ("PeeringSubnetMask", "255.255.255.252"),
    ];
    text(&house.ok(Who::Tenant, "CreateVirtualBorderRouter", &[&pairs, more].concat()), "VbrId")
}

fn routers(house: &mut House, pairs: &[(&str, &str)]) -> Vec<Value> {
    let answer = house.ok(Who::Tenant, "DescribeVirtualBorderRouters", &[&[EAST], pairs].concat());
    answer["VirtualBorderRouterSet"]["VirtualBorderRouterType"].as_array().unwrap().clone()
}

fn labels(house: &mut House, who: Who, pairs: &[(&str, &str)]) -> Vec<(String, String, String)> {
    let answer = house.ok(who, "ListTagResourcesForExpressConnect", &[&[EAST], pairs].concat());
    let rows = answer["TagResources"]["TagResource"].as_array().unwrap();
    rows.iter().map(|row| (text(row, "ResourceId"), text(row, "TagKey"), text(row, "TagValue"))).collect()
}

fn keys(house: &mut House, pairs: &[(&str, &str)]) -> Vec<String> {
    let answer = house.ok(Who::Tenant, "DescribeTagKeysForExpressConnect", &[&[EAST], pairs].concat());
    assert_eq!(answer["NextToken"], "", "{answer}");
    let rows = answer["TagKeys"]["TagKey"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["Type"] == "Custom"));
    rows.iter().map(|row| text(row, "TagKey")).collect()
}

#[test]
pub(crate) fn labels_are_the_same_under_both_names() {
    on_each_lane(lifted, |house| {
        let circuit = enabled(house, &[("Tag.1.Key", "team"), ("Tag.1.Value", "blue")]);
        let vbr = router(house, &circuit, "10", &[]);
        let on_router = [("ResourceType", "VIRTUALBORDERROUTER"), ("ResourceId.1", vbr.as_str())];
        let put = [("Tag.1.Key", "team"), ("Tag.1.Value", "red"), ("Tag.2.Key", "line")];
        house.ok(Who::Tenant, "TagResourcesForExpressConnect", &[&[EAST], &on_router[..], &put].concat());
        // Repeatable, and a key that is there takes the new value.
        let again = [("Tags.1.Key", "team"), ("Tags.1.Value", "green")];
        house.ok(Who::Tenant, "TagResourcesForExpressConnect", &[&[EAST], &on_router[..], &again].concat());
        house.ok(Who::Tenant, "TagResourcesForExpressConnect", &[&[EAST], &on_router[..]].concat());
        let row = |id: &str, key: &str, value: &str| (id.to_owned(), key.to_owned(), value.to_owned());
        let both = [row(&vbr, "line", ""), row(&vbr, "team", "green")];
        assert_eq!(labels(house, Who::Tenant, &on_router), both);
        // Without ids, all of one kind.
        assert_eq!(labels(house, Who::Tenant, &[("ResourceType", "VIRTUALBORDERROUTER")]), both);
        assert_eq!(
            labels(house, Who::Tenant, &[("ResourceType", "PHYSICALCONNECTION")]),
            [row(&circuit, "team", "blue")]
        );
        assert!(labels(house, Who::Tenant, &[("ResourceType", "ROUTERINTERFACE")]).is_empty());
        assert!(labels(house, Who::Second, &[("ResourceType", "VIRTUALBORDERROUTER")]).is_empty());
        let shown = routers(house, &[])[0]["Tags"]["Tags"].clone();
        assert_eq!(shown, json!([{"Key": "line", "Value": ""}, {"Key": "team", "Value": "green"}]));
        let general = [EAST, on_router[0], on_router[1]];
        let listed = house.ok(Who::Tenant, "ListTagResources", &general);
        assert_eq!(listed["TagResources"]["TagResource"].as_array().unwrap().len(), 2);

        let off = [&[EAST], &on_router[..], &[("TagKey.1", "line"), ("TagKey.2", "unknown")]].concat();
        house.ok(Who::Tenant, "UntagResourcesForExpressConnect", &off);
        assert_eq!(labels(house, Who::Tenant, &on_router), [row(&vbr, "team", "green")]);
        house.ok(Who::Tenant, "UntagResourcesForExpressConnect", &[&[EAST], &on_router[..]].concat());
        assert_eq!(labels(house, Who::Tenant, &on_router).len(), 1);
        let all = [&[EAST], &on_router[..], &[("All", "true")]].concat();
        house.ok(Who::Tenant, "UntagResourcesForExpressConnect", &all);
        assert!(labels(house, Who::Tenant, &on_router).is_empty());
        assert_eq!(routers(house, &[])[0]["Tags"]["Tags"], json!([]));
    });
}

#[test]
pub(crate) fn labels_of_express_connect_are_bounded_and_only_on_ones_own() {
    on_each_lane(lifted, |house| {
        let own = house.order(Who::Tenant, &[]);
        let foreign = house.order(Who::Second, &[]);
        let west = house.order(Who::Tenant, &[("RegionId", "west"), ("AccessPointId", "ap-west-1")]);
        let kind = [EAST, ("ResourceType", "PHYSICALCONNECTION")];
        for id in ["pc-unknown", &foreign, &west] {
            for (action, more) in [
                ("TagResourcesForExpressConnect", [("Tag.1.Key", "k")]),
                ("UntagResourcesForExpressConnect", [("All", "true")]),
                ("ListTagResourcesForExpressConnect", [("Tag.1.Key", "k")]),
                ("DescribeTagKeysForExpressConnect", [("Keyword", "k")]),
            ] {
                let pairs = [&kind[..], &[("ResourceId.1", id)], &more].concat();
                let refusal = house.refused(Who::Tenant, action, &pairs);
                assert_eq!(refusal.is(), ("InvalidResourceId.NotFound", 404), "{action} {id}");
            }
        }
        let on = [&kind[..], &[("ResourceId.1", own.as_str())]].concat();
        let twice = [&on[..], &[("Tag.1.Key", "a"), ("Tag.2.Key", "a")]].concat();
        let refusal = house.refused(Who::Tenant, "TagResourcesForExpressConnect", &twice);
        assert_eq!(refusal.is(), ("Duplicate.TagKey", 400));
        let numbered: Vec<_> = (1..=20).map(|at| (format!("Tag.{at}.Key"), format!("key{at}"))).collect();
        let mut twenty = on.clone();
        twenty.extend(numbered.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        house.ok(Who::Tenant, "TagResourcesForExpressConnect", &twenty);
        let more = [&on[..], &[("Tag.1.Key", "another")]].concat();
        let refusal = house.refused(Who::Tenant, "TagResourcesForExpressConnect", &more);
        assert_eq!(refusal.is(), ("NumberExceed.Tags", 400));
        let cursor = [&kind[..], &[("NextToken", "what?")]].concat();
        for action in ["ListTagResourcesForExpressConnect", "DescribeTagKeysForExpressConnect"] {
            assert_eq!(house.refused(Who::Tenant, action, &cursor).is(), ("InvalidParameter", 400));
        }
        let without = [EAST, ("ResourceId.1", own.as_str())];
        let refusal = house.refused(Who::Tenant, "DescribeTagKeysForExpressConnect", &without);
        assert_eq!(refusal.is(), ("MissingParameter", 400));
        assert!(refusal.message.contains("ResourceType"), "{}", refusal.message);
    });
}

#[test]
pub(crate) fn keys_are_listed_once_each_of_one_region_page_by_page() {
    on_each_lane(lifted, |house| {
        let circuit = enabled(house, &[("Tag.1.Key", "team"), ("Tag.2.Key", "Line")]);
        house.order(Who::Tenant, &[("Tag.1.Key", "team"), ("Tag.2.Key", "line")]);
        let vbr = router(house, &circuit, "10", &[("Tags.1.Key", "team"), ("Tags.2.Key", "vlan")]);
        let west = [("RegionId", "west"), ("AccessPointId", "ap-west-1"), ("Tag.1.Key", "far")];
        house.order(Who::Tenant, &west);
        house.order(Who::Second, &[("Tag.1.Key", "foreign")]);
        assert_eq!(keys(house, &[]), ["Line", "line", "team", "vlan"]);
        let of_routers = [("ResourceType", "VIRTUALBORDERROUTER")];
        assert_eq!(keys(house, &of_routers), ["team", "vlan"]);
        assert_eq!(keys(house, &[of_routers[0], ("ResourceId.1", &vbr)]), ["team", "vlan"]);
        assert_eq!(
            keys(house, &[("ResourceType", "PHYSICALCONNECTION"), ("ResourceId.1", &circuit)]),
            ["Line", "team"]
        );
        assert_eq!(keys(house, &[("Keyword", "in")]), ["Line", "line"]);
        assert_eq!(keys(house, &[("Keyword", "l")]), ["line", "vlan"]);
        assert!(keys(house, &[("Keyword", "%")]).is_empty());
        for size in 1..=4_usize {
            let (mut gathered, mut token, rows) = (Vec::new(), String::new(), size.to_string());
            loop {
                let pairs = [EAST, ("MaxResult", rows.as_str()), ("NextToken", token.as_str())];
                let answer = house.ok(Who::Tenant, "DescribeTagKeysForExpressConnect", &pairs);
                let page = answer["TagKeys"]["TagKey"].as_array().unwrap();
                assert!(page.len() <= size);
                gathered.extend(page.iter().map(|row| text(row, "TagKey")));
                assert!(gathered.len() < 50, "the pages have no end");
                token = text(&answer, "NextToken");
                if token.is_empty() {
                    break;
                }
            }
            assert_eq!(gathered, ["Line", "line", "team", "vlan"], "by {size}");
        }
    });
}

fn groups(house: &mut House, who: Who, pairs: &[(&str, &str)]) -> Vec<Value> {
    let answer = house.ok(who, "ListResourceGroups", pairs);
    answer["ResourceGroups"]["ResourceGroup"].as_array().unwrap().clone()
}

fn group_ids(house: &mut House, who: Who, pairs: &[(&str, &str)]) -> Vec<String> {
    groups(house, who, pairs).iter().map(|group| text(group, "Id")).collect()
}

#[test]
pub(crate) fn a_resource_moves_to_another_group_and_is_found_there() {
    on_each_lane(lifted, |house| {
        let circuit = enabled(house, &[]);
        let vbr = router(house, &circuit, "10", &[]);
        let change = |house: &mut House, kind: &str, id: &str, group: &str| {
            let pairs = [EAST, ("ResourceType", kind), ("ResourceId", id), ("NewResourceGroupId", group)];
            house.ok(Who::Tenant, "ChangeResourceGroup", &pairs);
        };
        assert_eq!(routers(house, &[])[0]["ResourceGroupId"], "rg-default");
        change(house, "VIRTUALBORDERROUTER", &vbr, "rg-edge");
        change(house, "PHYSICALCONNECTION", &circuit, "rg-lines");
        let (from, to) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Tenant, "east"));
        let interface = end(house, Place::of(&from), Place::of(&to), "InitiatingSide", &[]);
        change(house, "ROUTERINTERFACE", &interface, "rg-ends");
        let asked = [EAST, ("ResourceGroupId", "rg-ends")];
        let found = house.ok(Who::Tenant, "DescribeRouterInterfaces", &asked);
        let found = &found["RouterInterfaceSet"]["RouterInterfaceType"];
        assert_eq!((&found[0]["RouterInterfaceId"], &found[1]), (&json!(interface), &Value::Null));
        assert_eq!(house.field(&circuit, "ResourceGroupId"), "rg-lines");
        assert_eq!(house.status(&circuit), "Enabled");
        let found = routers(house, &[("ResourceGroupId", "rg-edge")]);
        assert_eq!(found[0]["VbrId"], vbr.as_str());
        assert_eq!(found[0]["ResourceGroupId"], "rg-edge");
        assert!(routers(house, &[("ResourceGroupId", "rg-default")]).is_empty());
        crate::invariants::check(house);

        let foreign = house.order(Who::Second, &[]);
        for (kind, id) in [
            ("PHYSICALCONNECTION", foreign.as_str()),
            ("PHYSICALCONNECTION", &vbr),
            ("VIRTUALBORDERROUTER", "vbr-unknown"),
            ("ROUTERINTERFACE", "ri-unknown"),
            ("TRAFFICQOS", "qos-unknown"),
        ] {
            let pairs = [EAST, ("ResourceType", kind), ("ResourceId", id), ("NewResourceGroupId", "rg-x")];
            let refusal = house.refused(Who::Tenant, "ChangeResourceGroup", &pairs);
            assert_eq!(refusal.is(), ("InvalidResourceId.NotFound", 404), "{kind} {id}");
        }
        let west = [("RegionId", "west"), ("ResourceType", "PHYSICALCONNECTION"), ("ResourceId", &*circuit)];
        let west = [&west[..], &[("NewResourceGroupId", "rg-x")]].concat();
        let refusal = house.refused(Who::Tenant, "ChangeResourceGroup", &west);
        assert_eq!(refusal.is(), ("InvalidResourceId.NotFound", 404));
    });
}

#[test]
pub(crate) fn groups_are_the_default_one_and_those_with_something_in_them() {
    on_each_lane(lifted, |house| {
        let whole = groups(house, Who::Tenant, &[]);
        let default = json!({
            "Id": "rg-default", "Name": "default", "DisplayName": "default", "AccountId": Who::Tenant.account(),
            "Status": "OK", "CreateDate": "2026-01-31T08:00:00Z"
        });
        assert_eq!(whole, [default]);
        house.now += 60_000;
        let circuit = enabled(house, &[("ResourceGroupId", "rg-b")]);
        house.now += 60_000;
        house.order(Who::Tenant, &[("ResourceGroupId", "rg-b")]);
        router(house, &circuit, "10", &[("ResourceGroupId", "rg-a")]);
        // Even with nothing but a VPC in it.
        house.ok(Who::Tenant, "CreateVpc", &[EAST, ("CidrBlock", "10.0.0.0/8"), ("ResourceGroupId", "rg-v")]);
        house.order(Who::Second, &[("ResourceGroupId", "rg-foreign")]);
        assert_eq!(group_ids(house, Who::Tenant, &[]), ["rg-default", "rg-a", "rg-b", "rg-v"]);
        assert_eq!(group_ids(house, Who::Second, &[]), ["rg-default", "rg-foreign"]);
        // A group is as old as the first that is in it.
        let second = &groups(house, Who::Tenant, &[("ResourceGroupId", "rg-b")])[0];
        assert_eq!(
            (&second["CreateDate"], &second["Name"]),
            (&json!("2026-01-31T08:01:00Z"), &json!("rg-b"))
        );
        let cases: &[(Given<'_>, &[&str])] = &[
            (&[("Name", "default")], &["rg-default"]),
            (&[("DisplayName", "rg-a")], &["rg-a"]),
            (
                &[("ResourceGroupIds.1", "rg-b"), ("ResourceGroupIds.2", "rg-default")],
                &["rg-default", "rg-b"],
            ),
            (&[("Status", "OK"), ("ResourceGroupId", "rg-a")], &["rg-a"]),
            (&[("Status", "PendingDelete")], &[]),
            (&[("ResourceGroupId", "rg-foreign")], &[]),
            (&[("PageSize", "2")], &["rg-default", "rg-a"]),
            (&[("PageSize", "2"), ("PageNumber", "2")], &["rg-b", "rg-v"]),
            (&[("PageSize", "2"), ("PageNumber", "3")], &[]),
        ];
        for (pairs, expected) in cases {
            assert_eq!(group_ids(house, Who::Tenant, pairs), *expected, "{pairs:?}");
        }
        let paged = house.ok(Who::Tenant, "ListResourceGroups", &[("PageSize", "2"), ("PageNumber", "3")]);
        assert_eq!(paged["TotalCount"], 4);
    });
}
