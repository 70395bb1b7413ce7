//! Listing border routers: filters, pages, labels, other accounts' routers, the routers on one circuit.

use super::routers::{EAST, circuit, field, lent, listed, new_router, on, router};
use super::{Filters, on_each_lane};
use crate::house::{House, Plan, Who, text};
use crate::invariants;
use serde_json::{Value, json};

const ON_CIRCUIT: &str = "DescribeVirtualBorderRoutersForPhysicalConnection";

fn ids(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|row| text(row, "VbrId")).collect()
}

/// The ids of one page, and the total.
fn page(house: &mut House, who: Who, more: &[(&str, &str)]) -> (Vec<String>, i64) {
    let answer = house.ok(who, "DescribeVirtualBorderRouters", &[&[EAST], more].concat());
    let rows = answer["VirtualBorderRouterSet"]["VirtualBorderRouterType"].as_array().unwrap();
    (ids(rows), answer["TotalCount"].as_i64().unwrap())
}

/// The routers on a circuit of the tenant.
fn on_circuit(house: &mut House, circuit: &str, more: &[(&str, &str)]) -> (Vec<Value>, i64) {
    let pairs = [&[EAST, ("PhysicalConnectionId", circuit)], more].concat();
    let answer = house.ok(Who::Tenant, ON_CIRCUIT, &pairs);
    let set = &answer["VirtualBorderRouterForPhysicalConnectionSet"];
    let rows = set["VirtualBorderRouterForPhysicalConnectionType"].as_array().unwrap().clone();
    (rows, answer["TotalCount"].as_i64().unwrap())
}

#[test]
pub(crate) fn routers_are_found_by_every_filter() {
    on_each_lane(Plan::quiet, |house| {
        let one = circuit(house);
        let two = super::routers::circuit_of(house, Who::Tenant, &[("AccessPointId", "ap-east-2")]);
        let a = router(house, &one, &[("Name", "first"), ("ResourceGroupId", "rg-1")]);
        let b = router(house, &one, &[("VlanId", "11"), ("Name", "second")]);
        let c = router(house, &two, &[("Name", "first")]);
        on(house, Who::Tenant, "TerminateVirtualBorderRouter", &b, &[]).unwrap();
        house.advance(1);
        let find = |house: &mut House, filters: &[(&str, &[&str])]| {
            let mut pairs = vec![EAST];
            let names: Vec<(String, &str)> = filters
                .iter()
                .enumerate()
                .flat_map(|(at, (key, values))| {
                    let key = (format!("Filter.{}.Key", at + 1), *key);
                    let values = values.iter().enumerate();
                    let values = values.map(move |(n, v)| (format!("Filter.{}.Value.{}", at + 1, n + 1), *v));
                    std::iter::once(key).chain(values)
                })
                .collect();
            pairs.extend(names.iter().map(|(name, value)| (name.as_str(), *value)));
            ids(&listed(house, Who::Tenant, &pairs))
        };
        let all = [&a, &b, &c];
        let cases: &[(Filters<'_>, &[&String])] = &[
            (&[], &all),
            (&[("VbrId", &[&b])], &[&b]),
            // Exactly the id: no part of it.
            (&[("VbrId", &[&b[..10]])], &[]),
            (&[("VbrId", &[&c, "vbr-none", &a])], &[&a, &c]),
            (&[("PhysicalConnectionId", &[&one])], &[&a, &b]),
            (&[("Status", &["active"])], &[&a, &c]),
            (&[("Status", &["Terminated"])], &[&b]),
            (&[("Status", &["Enabled"])], &[]),
            (&[("Name", &["first"])], &[&a, &c]),
            (&[("AccessPointId", &["ap-east-2"])], &[&c]),
            (&[("type", &["pconnVBR"])], &all),
            (&[("type", &["other"])], &[]),
            (&[("eccId", &["ecc-1"])], &[]),
            (&[("Name", &["first"]), ("PhysicalConnectionId", &[&one])], &[&a]),
            (&[("Name", &["second"]), ("Status", &["active"])], &[]),
            (&[("Name", &[])], &all),
        ];
        for (filters, expected) in cases {
            assert_eq!(find(house, filters).iter().collect::<Vec<_>>(), *expected, "{filters:?}");
        }
        let refusal =
            house.refused(Who::Tenant, "DescribeVirtualBorderRouters", &[EAST, ("Filter.1.Key", "VlanId")]);
        assert_eq!(refusal.is(), ("InvalidFilterKey.ValueNotSupported", 404));
        assert_eq!(ids(&listed(house, Who::Tenant, &[("ResourceGroupId", "rg-1")])), [&*a]);
        let default = [b.clone(), c.clone()];
        assert_eq!(ids(&listed(house, Who::Tenant, &[("ResourceGroupId", "rg-default")])), default);
        assert_eq!(ids(&listed(house, Who::Tenant, &[("RegionId", "west")])), [] as [String; 0]);
    });
}

#[test]
pub(crate) fn routers_are_listed_page_by_page_in_order_of_creation() {
    on_each_lane(Plan::quiet, |house| {
        let one = circuit(house);
        let made: Vec<_> = (0..13).map(|n| router(house, &one, &[("VlanId", &n.to_string())])).collect();
        let of = |number: &'static str, size: &'static str| [("PageNumber", number), ("PageSize", size)];
        assert_eq!(page(house, Who::Tenant, &[]), (made[..10].to_vec(), 13));
        assert_eq!(page(house, Who::Tenant, &of("2", "10")), (made[10..].to_vec(), 13));
        assert_eq!(page(house, Who::Tenant, &of("2", "5")), (made[5..10].to_vec(), 13));
        assert_eq!(page(house, Who::Tenant, &of("3", "10")), (Vec::new(), 13));
        assert_eq!(page(house, Who::Tenant, &of("1", "500")).0.len(), 13);
        for wrong in [of("0", "10"), of("1", "0")] {
            let refusal =
                house.refused(Who::Tenant, "DescribeVirtualBorderRouters", &[&[EAST], &wrong[..]].concat());
            assert_eq!(refusal.is(), ("InvalidParameter", 400));
        }
        // A page may hold the last of one's own and the first of those on one's circuits.
        let theirs: Vec<_> = (0..4).map(|n| lent(house, &one, &(100 + n).to_string())).collect();
        let cross = ("IncludeCrossAccountVbr", "true");
        let with = |pairs: [(&'static str, &'static str); 2]| [pairs[0], pairs[1], cross];
        let (rows, total) = page(house, Who::Tenant, &with(of("2", "10")));
        assert_eq!((&rows[..3], total, rows.len()), (&made[10..], 17, 7));
        let mut sorted = theirs.clone();
        sorted.sort();
        assert_eq!(rows[3..], sorted);
        assert_eq!(page(house, Who::Tenant, &with(of("3", "7"))).0, sorted[1..]);
        assert_eq!(page(house, Who::Tenant, &with(of("4", "7"))), (Vec::new(), 17));
        // Without being asked for they are not there; to their owner they are its own.
        assert_eq!(page(house, Who::Tenant, &of("2", "10")).1, 13);
        assert_eq!(page(house, Who::Second, &[cross]).0, theirs);
        let unconfirmed = [cross, ("Filter.1.Key", "Status"), ("Filter.1.Value.1", "unconfirmed")];
        assert_eq!(page(house, Who::Tenant, &unconfirmed), (sorted, 4));
    });
}

#[test]
pub(crate) fn a_circuits_owner_is_shown_every_router_on_it() {
    on_each_lane(Plan::quiet, |house| {
        let (one, two) = (circuit(house), circuit(house));
        let own = router(house, &one, &[("Name", "own"), ("CircuitCode", "c-1")]);
        house.now += 1000;
        let other = lent(house, &one, "11");
        let elsewhere = router(house, &two, &[("Name", "elsewhere")]);
        let pairs = [
            ("PhysicalConnectionId", &*one),
            ("VlanId", "12"),
            ("LocalGatewayIp", "10.1.0.1"),
            ("PeerGatewayIp", "10.1.0.2"),
            ("PeeringSubnetMask", "255.255.255.252"),
        ];
        on(house, Who::Tenant, "AssociatePhysicalConnectionToVirtualBorderRouter", &elsewhere, &pairs)
            .unwrap();
        let (rows, total) = on_circuit(house, &one, &[]);
        assert_eq!((ids(&rows), total), (vec![own.clone(), other.clone(), elsewhere.clone()], 3));
        let expected = json!({
            "VbrId": own, "VbrName": "own", "Status": "active", "Type": "pconnVBR", "VlanId": 10,
            "CircuitCode": "c-1", "LocalGatewayIp": "10.0.0.1", "PeerGatewayIp": "10.0.0.2",
            "PeeringSubnetMask": "255.255.255.252", "EnableIpv6": false, "LocalIpv6GatewayIp": "",
            "PeerIpv6GatewayIp": "", "PeeringIpv6SubnetMask": "", "Bandwidth": "100",
            "BandwidthStatus": "active", "CreationTime": "2026-01-31T08:00:00Z",
            "ActivationTime": "2026-01-31T08:00:00Z", "TerminationTime": "", "RecoveryTime": "", "EccId": "",
            "PConnVbrBussinessStatus": "", "PConnVbrChargeType": "", "PConnVbrExpireTime": "",
        });
        assert_eq!(rows[0], expected);
        assert_eq!(
            (&rows[1]["VbrOwnerUid"], &rows[1]["Status"]),
            (&json!(6_543_210_987_654_321_i64), &json!("unconfirmed"))
        );
        // One that is associated shows its link here, not that over its own circuit.
        assert_eq!((&rows[2]["VlanId"], &rows[2]["LocalGatewayIp"]), (&json!(12), &json!("10.1.0.1")));
        let of = |number: &'static str| [("PageNumber", number), ("PageSize", "2")];
        assert_eq!(ids(&on_circuit(house, &one, &of("2")).0), [&*elsewhere]);
        let named = [("Filter.1.Key", "Name"), ("Filter.1.Value.1", "elsewhere")];
        let (rows, total) = on_circuit(house, &one, &named);
        assert_eq!((ids(&rows), total), (vec![elsewhere], 1));
        assert_eq!(on_circuit(house, &two, &named).1, 1);
        let refusal = house.refused(Who::Tenant, ON_CIRCUIT, &[EAST, ("PhysicalConnectionId", "pc-none")]);
        assert_eq!(refusal.is(), ("InvalidPhysicalConnectionId.NotFound", 404));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn routers_carry_labels() {
    on_each_lane(Plan::quiet, |house| {
        let one = circuit(house);
        let a = router(house, &one, &[("Tags.1.Key", "team"), ("Tags.1.Value", "blue")]);
        let b = router(house, &one, &[("VlanId", "11")]);
        let kind = [EAST, ("ResourceType", "VIRTUALBORDERROUTER")];
        let call = |house: &mut House, action: &str, more: &[(&str, &str)]| {
            house.ok(Who::Tenant, action, &[&kind, more].concat())
        };
        let both = [("ResourceId.1", &*a), ("ResourceId.2", &*b)];
        call(house, "TagResources", &[&both[..], &[("Tag.1.Key", "team"), ("Tag.1.Value", "red")]].concat());
        call(house, "TagResources", &[both[1], ("Tag.1.Key", "x")]);
        let tags = json!({"Tags": [{"Key": "team", "Value": "red"}, {"Key": "x", "Value": ""}]});
        assert_eq!(field(house, &b, "Tags"), tags);
        let found = |house: &mut House, more: &[(&str, &str)]| ids(&listed(house, Who::Tenant, more));
        assert_eq!(found(house, &[("Tag.1.Key", "team")]), [a.clone(), b.clone()]);
        assert_eq!(found(house, &[("Tags.1.Key", "team"), ("Tags.1.Value", "blue")]), [] as [String; 0]);
        assert_eq!(found(house, &[("Tags.1.Key", "team"), ("Tags.2.Key", "x")]), [&*b]);
        let rows = call(house, "ListTagResources", &[("Tag.1.Key", "team")]);
        let rows = rows["TagResources"]["TagResource"].as_array().unwrap();
        let mut labels: Vec<_> =
            rows.iter().map(|row| (text(row, "ResourceId"), text(row, "TagKey"))).collect();
        labels.sort();
        let mut expected = [(a.clone(), "team"), (b.clone(), "team"), (b.clone(), "x")]
            .map(|(id, key)| (id, key.to_owned()));
        expected.sort();
        assert_eq!(labels, expected, "all labels of what carries one");
        // Another's router on one's circuit is found by its own labels.
        let other = lent(house, &one, "12");
        let theirs =
            [EAST, kind[1], ("ResourceId.1", &*other), ("Tag.1.Key", "team"), ("Tag.1.Value", "red")];
        house.ok(Who::Second, "TagResources", &theirs);
        let cross = [("IncludeCrossAccountVbr", "true"), ("Tag.1.Key", "team"), ("Tag.1.Value", "red")];
        assert_eq!(found(house, &cross), [a.clone(), b.clone(), other]);
        call(house, "UnTagResources", &[both[0], ("TagKey.1", "team")]);
        assert_eq!(field(house, &a, "Tags"), json!({"Tags": []}));
        invariants::check(house);
        on(house, Who::Tenant, "DeleteVirtualBorderRouter", &b, &[]).unwrap();
        let rows = call(house, "ListTagResources", &[("Tag.1.Key", "x")]);
        assert_eq!(rows["TagResources"]["TagResource"], json!([]));
        let twice = [("Tag.1.Key", "k"), ("Tag.2.Key", "k")];
        house.refused(Who::Tenant, "CreateVirtualBorderRouter", &new_router(&one, &twice));
        invariants::check(house);
    });
}
