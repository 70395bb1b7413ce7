//! Filters, groups and pages of lists.

use super::{Filters, ids, lead_to, lifted, on_each_lane};
use crate::house::{House, Refusal, Who, circuits};
use connect::limits::COUNT_BLOCK;
use serde_json::Value;

#[test]
pub(crate) fn filters_or_inside_and_between_and_match_exactly() {
    on_each_lane(lifted, |house| {
        let made: Vec<_> = [
            ("ap-east-1", "CT", "1000Base-T", "alpha"),
            ("ap-east-1", "CU", "1000Base-LX", "beta"),
            ("ap-east-2", "CT", "1000Base-T", "Alpha"),
            ("ap-east-1", "CM", "10GBase-LR", "gamma"),
        ]
        .into_iter()
        .map(|(point, carrier, port, name)| {
            let pairs =
                [("AccessPointId", point), ("LineOperator", carrier), ("PortType", port), ("Name", name)];
            house.order(Who::Tenant, &pairs)
        })
        .collect();
        house.order(Who::Second, &[("Name", "alpha")]);
        house.order(Who::Tenant, &[("RegionId", "west"), ("AccessPointId", "ap-west-1"), ("Name", "alpha")]);
        lead_to(house, &made[1], "Allocation Failed");
        lead_to(house, &made[2], "Enabled");

        let list = |house: &mut House, filters: &[(&str, &[&str])]| {
            let mut pairs = vec![("RegionId".to_owned(), "east".to_owned())];
            for (at, (key, values)) in filters.iter().enumerate() {
                pairs.push((format!("Filter.{}.Key", at + 1), (*key).to_owned()));
                for (index, value) in values.iter().enumerate() {
                    pairs.push((format!("Filter.{}.Value.{}", at + 1, index + 1), (*value).to_owned()));
                }
            }
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            house.call(Who::Tenant, "DescribePhysicalConnections", &pairs)
        };
        let cases: &[(Filters<'_>, &[usize])] = &[
            (&[], &[0, 1, 2, 3]),
            (&[("Name", &["alpha"])], &[0]),
            (&[("Name", &["alpha", "gamma"])], &[0, 3]),
            (&[("Name", &["alph"])], &[]),
            (&[("LineOperator", &["CT"])], &[0, 2]),
            (&[("LineOperator", &["CT"]), ("Name", &["Alpha", "beta"])], &[2]),
            (&[("LineOperator", &["CT"]), ("LineOperator", &["CU"])], &[]),
            (&[("AccessPointId", &["ap-east-1"])], &[0, 1, 3]),
            (&[("AccessPointId", &["ap-east-1", "ap-east-2"]), ("AccessPointId", &["ap-east-2"])], &[2]),
            (&[("Status", &["Initial"])], &[0, 3]),
            (&[("Status", &["initial"])], &[]),
            (&[("Status", &["Allocation Failed"])], &[1]),
            (&[("Status", &["AllocationFailed"])], &[1]),
            (&[("Status", &["Enabled", "AllocationFailed"])], &[1, 2]),
            (&[("Status", &["Enabled"]), ("AccessPointId", &["ap-east-2"])], &[2]),
            (&[("Status", &["Enabled"]), ("AccessPointId", &["ap-east-1"])], &[]),
            (&[("Status", &["No such status"])], &[]),
            (&[("Spec", &["1G and below"])], &[0, 1, 2]),
            (&[("Spec", &["10G"])], &[3]),
            (&[("Spec", &["Large"])], &[]),
            (&[("Type", &["VPC"])], &[0, 1, 2, 3]),
            (&[("Type", &["VBR"])], &[]),
            (&[("ProductType", &["PhysicalConnection"])], &[0, 1, 2, 3]),
            (&[("ProductType", &["VirtualPhysicalConnection"])], &[]),
            (&[("PhysicalConnectionId", &[made[3].as_str(), made[0].as_str()])], &[0, 3]),
            (&[("PhysicalConnectionId", &["pc-unknown"])], &[]),
            (&[("Name", &["a1", "a2", "a3", "a4", "alpha"])], &[0]),
            (
                &[
                    ("Name", &["alpha"]),
                    ("Type", &["VPC"]),
                    ("Spec", &["1G and below"]),
                    ("LineOperator", &["CT"]),
                    ("Status", &["Initial"]),
                ],
                &[0],
            ),
        ];
        for (filters, expected) in cases {
            let answer = list(house, filters).unwrap();
            let expected: Vec<_> = expected.iter().map(|&at| made[at].clone()).collect();
            assert_eq!(ids(&answer), expected, "{filters:?}");
            assert_eq!(answer["TotalCount"], expected.len(), "{filters:?}");
        }
        let refusal = |reply: Result<Value, Refusal>| reply.unwrap_err().is();
        assert_eq!(
            refusal(list(house, &[("Colour", &["red"])])),
            ("InvalidFilterKey.ValueNotSupported", 404)
        );
        let six: &[(&str, &[&str])] = &[("Name", &["a"] as &[&str]); 6];
        assert_eq!(refusal(list(house, six)), ("InvalidParameter", 400));
        let values: &[(&str, &[&str])] = &[("Name", &["a", "b", "c", "d", "e", "f"])];
        assert_eq!(refusal(list(house, values)), ("InvalidParameter", 400));
        // The bare spelling of a list of one.
        let bare = [("RegionId", "east"), ("Filter.1.Key", "Name"), ("Filter.1.Value", "gamma")];
        assert_eq!(ids(&house.ok(Who::Tenant, "DescribePhysicalConnections", &bare)), [made[3].clone()]);
    });
}

#[test]
pub(crate) fn the_resource_group_narrows_a_list() {
    on_each_lane(lifted, |house| {
        let inside = house.order(Who::Tenant, &[("ResourceGroupId", "rg-1")]);
        house.order(Who::Tenant, &[]);
        let pairs = [("RegionId", "east"), ("ResourceGroupId", "rg-1")];
        let answer = house.ok(Who::Tenant, "DescribePhysicalConnections", &pairs);
        assert_eq!((ids(&answer), &answer["TotalCount"]), (vec![inside], &Value::from(1)));
    });
}

#[test]
pub(crate) fn pages_are_the_naive_list_cut_up() {
    on_each_lane(lifted, |house| {
        // Over three blocks of counters, with many serials used by other changes and whole stretches deleted.
        let mut naive: Vec<(String, &'static str)> = Vec::new();
        let mut chance = fastrand::Rng::with_seed(7);
        let blocks = if cfg!(debug_assertions) { 3 } else { 6 };
        for at in 0..blocks * COUNT_BLOCK {
            match at % 4 {
                0 | 1 => {
                    let point = ["ap-east-1", "ap-east-2"][chance.usize(0..2)];
                    naive.push((house.order(Who::Tenant, &[("AccessPointId", point)]), "Initial"));
                }
                2 => {
                    let (id, status) = &mut naive[chance.usize(0..usize::try_from(at / 2).unwrap())];
                    if *status == "Initial" {
                        house.act("CancelPhysicalConnection", id).unwrap();
                        *status = "Canceled";
                    }
                }
                _ => {}
            }
        }
        let cut = |at: &usize| (60..90).contains(at) || at % 7 == 3;
        for (at, (id, status)) in naive.iter_mut().enumerate() {
            if cut(&at) {
                if *status == "Initial" {
                    house.act("CancelPhysicalConnection", id).unwrap();
                }
                house.act("DeletePhysicalConnection", id).unwrap();
                *status = "";
            }
        }
        naive.retain(|(_, status)| !status.is_empty());
        for wanted in [None, Some("Initial"), Some("Canceled")] {
            let list: Vec<_> = naive
                .iter()
                .filter(|(_, status)| wanted.is_none_or(|wanted| wanted == *status))
                .map(|(id, _)| id.clone())
                .collect();
            for size in [7_usize, 50] {
                let pages = list.len().div_ceil(size);
                for number in 1..=pages + 2 {
                    let (page, rows) = (number.to_string(), size.to_string());
                    let mut pairs = vec![
                        ("RegionId", "east"),
                        ("PageNumber", page.as_str()),
                        ("PageSize", rows.as_str()),
                    ];
                    if let Some(status) = wanted {
                        pairs.extend([("Filter.1.Key", "Status"), ("Filter.1.Value.1", status)]);
                    }
                    let answer = house.ok(Who::Tenant, "DescribePhysicalConnections", &pairs);
                    let expected: Vec<_> =
                        list.iter().skip((number - 1) * size).take(size).cloned().collect();
                    assert_eq!(ids(&answer), expected, "page {number} of {size}, {wanted:?}");
                    assert_eq!(answer["TotalCount"], list.len());
                    assert_eq!((&answer["PageNumber"], &answer["PageSize"]), (&number.into(), &size.into()));
                }
            }
        }
    });
}

#[test]
pub(crate) fn page_parameters_default_clamp_and_refuse() {
    on_each_lane(lifted, |house| {
        for _ in 0..52 {
            house.order(Who::Tenant, &[]);
        }
        let page = |house: &mut House, pairs: &[(&str, &str)]| {
            let pairs = [&[("RegionId", "east")], pairs].concat();
            house.call(Who::Tenant, "DescribePhysicalConnections", &pairs)
        };
        for (pairs, number, size, rows) in [
            (vec![], 1, 10, 10),
            (vec![("PageNumber", ""), ("PageSize", "")], 1, 10, 10),
            (vec![("PageSize", "1000")], 1, 50, 50),
            (vec![("PageSize", "50"), ("PageNumber", "2")], 2, 50, 2),
            (vec![("PageNumber", "2147483647")], 2_147_483_647, 10, 0),
        ] {
            let answer = page(house, &pairs).unwrap();
            assert_eq!(circuits(&answer).len(), rows, "{pairs:?}");
            assert_eq!(answer["TotalCount"], 52);
            assert_eq!((&answer["PageNumber"], &answer["PageSize"]), (&number.into(), &size.into()));
        }
        for pairs in [[("PageNumber", "0")], [("PageSize", "0")], [("PageNumber", "x")], [("PageSize", "-1")]]
        {
            assert_eq!(page(house, &pairs).unwrap_err().is(), ("InvalidParameter", 400));
        }
    });
}
