//! Labels.

use super::{ids, lead_to, lifted, on_each_lane};
use crate::house::{House, Who, order, text};
use std::collections::BTreeSet;

fn tag_list(house: &mut House, who: Who, pairs: &[(&str, &str)]) -> Vec<(String, String, String)> {
    let pairs = [&[("RegionId", "east"), ("ResourceType", "physicalconnection")], pairs].concat();
    let answer = house.ok(who, "ListTagResources", &pairs);
    answer["TagResources"]["TagResource"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (text(row, "ResourceId"), text(row, "TagKey"), text(row, "TagValue")))
        .collect()
}

#[test]
pub(crate) fn labels_are_put_on_overwritten_taken_off_and_looked_for() {
    on_each_lane(lifted, |house| {
        let labels = [("Tag.1.Key", "x"), ("Tag.2.Key", "team"), ("Tag.2.Value", "blue")];
        let one = house.order(Who::Tenant, &labels);
        let two = house.order(Who::Tenant, &[("Tags.1.Key", "team"), ("Tags.1.Value", "red")]);
        let kind = [("RegionId", "east"), ("ResourceType", "PHYSICALCONNECTION")];
        let shown =
            |house: &mut House, id: &str| house.show(Who::Tenant, id).unwrap()["Tags"]["tags"].clone();
        assert_eq!(
            shown(house, &one),
            serde_json::json!([{"Key": "team", "Value": "blue"}, {"Key": "x", "Value": ""}])
        );
        let put = |house: &mut House, pairs: &[(&str, &str)]| {
            house.ok(Who::Tenant, "TagResources", &[&kind, pairs].concat());
        };
        put(
            house,
            &[("ResourceId.1", &one), ("ResourceId.2", &two), ("Tag.1.Key", "team"), ("Tag.1.Value", "red")],
        );
        let row = |id: &str, key: &str, value: &str| (id.to_owned(), key.to_owned(), value.to_owned());
        let red = [("Tag.1.Key", "team"), ("Tag.1.Value", "red")];
        let mut rows = [row(&one, "team", "red"), row(&one, "x", ""), row(&two, "team", "red")];
        rows.sort();
        assert_eq!(tag_list(house, Who::Tenant, &red), rows);
        assert_eq!(tag_list(house, Who::Tenant, &[("ResourceId.1", &two)]), [row(&two, "team", "red")]);
        let both = [red[0], red[1], ("Tag.2.Key", "x")];
        assert_eq!(tag_list(house, Who::Tenant, &both), [row(&one, "team", "red"), row(&one, "x", "")]);
        assert!(tag_list(house, Who::Second, &red).is_empty());

        // In lists of circuits: every label given must be there; a value only where one is given.
        for (pairs, expected) in [
            (vec![("Tag.1.Key", "team")], vec![&one, &two]),
            (vec![("Tags.1.Key", "team"), ("Tags.1.Value", "red")], vec![&one, &two]),
            (vec![("Tags.1.Key", "team"), ("Tags.2.Key", "x")], vec![&one]),
            (vec![("Tags.1.Key", "team"), ("Tags.1.Value", "blue")], vec![]),
        ] {
            let pairs = [&[("RegionId", "east")], &pairs[..]].concat();
            let answer = house.ok(Who::Tenant, "DescribePhysicalConnections", &pairs);
            assert_eq!(ids(&answer).iter().collect::<Vec<_>>(), expected, "{pairs:?}");
            assert_eq!(answer["TotalCount"], expected.len());
        }

        let off = |house: &mut House, action: &str, pairs: &[(&str, &str)]| {
            house.ok(Who::Tenant, action, &[&kind, pairs].concat());
        };
        off(
            house,
            "UnTagResources",
            &[("ResourceId.1", &one), ("TagKey.1", "team"), ("TagKey.2", "unknown")],
        );
        assert_eq!(shown(house, &one), serde_json::json!([{"Key": "x", "Value": ""}]));
        // All counts only where no key is given.
        off(house, "UntagResources", &[("ResourceId.1", &two), ("TagKey.1", "unknown"), ("All", "true")]);
        assert_eq!(tag_list(house, Who::Tenant, &[("ResourceId.1", &two)]).len(), 1);
        off(house, "UntagResources", &[("ResourceId.1", &two)]);
        assert_eq!(tag_list(house, Who::Tenant, &[("ResourceId.1", &two)]).len(), 1);
        off(house, "UntagResources", &[("ResourceId.1", &two), ("All", "true")]);
        assert!(tag_list(house, Who::Tenant, &[("ResourceId.1", &two)]).is_empty());
        assert_eq!(shown(house, &two), serde_json::json!([]));
    });
}

#[test]
pub(crate) fn labels_are_bounded_distinct_and_only_on_ones_own() {
    on_each_lane(lifted, |house| {
        let own = house.order(Who::Tenant, &[]);
        let foreign = house.order(Who::Second, &[]);
        let west = house.order(Who::Tenant, &[("RegionId", "west"), ("AccessPointId", "ap-west-1")]);
        let kind = [("RegionId", "east"), ("ResourceType", "PHYSICALCONNECTION")];
        let numbered: Vec<_> = (1..=20).map(|at| (format!("Tag.{at}.Key"), format!("key{at}"))).collect();
        let mut twenty: Vec<_> = kind.to_vec();
        twenty.push(("ResourceId.1", &own));
        twenty.extend(numbered.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        house.ok(Who::Tenant, "TagResources", &twenty);
        house.ok(Who::Tenant, "TagResources", &twenty);
        let one = |id, key| [&kind[..], &[("ResourceId.1", id), ("Tag.1.Key", key)]].concat();
        let refusal = house.refused(Who::Tenant, "TagResources", &one(&own, "another"));
        assert_eq!(refusal.is(), ("NumberExceed.Tags", 400));
        house.ok(Who::Tenant, "TagResources", &one(&own, "key7"));
        let twice = [&one(&own, "a")[..], &[("Tag.2.Key", "a")]].concat();
        assert_eq!(house.refused(Who::Tenant, "TagResources", &twice).is(), ("Duplicate.TagKey", 400));
        let twice = order(&[("Tag.1.Key", "a"), ("Tag.2.Key", "a")]);
        let refusal = house.refused(Who::Tenant, "CreatePhysicalConnection", &twice);
        assert_eq!(refusal.is(), ("InvalidParameter", 400));
        for id in ["pc-unknown", foreign.as_str(), west.as_str()] {
            for (action, pairs) in [
                ("TagResources", one(id, "a")),
                ("UnTagResources", [&kind[..], &[("ResourceId.1", id), ("All", "true")]].concat()),
                ("ListTagResources", [&kind[..], &[("ResourceId.1", id)]].concat()),
            ] {
                let refusal = house.refused(Who::Tenant, action, &pairs);
                assert_eq!(refusal.is(), ("InvalidResourceId.NotFound", 404), "{action} {id}");
            }
        }
        let neither = house.refused(Who::Tenant, "ListTagResources", &kind);
        assert_eq!(neither.is(), ("MissingParameter", 400));
        let cursor = [&kind[..], &[("ResourceId.1", own.as_str()), ("NextToken", "what?")]].concat();
        assert_eq!(house.refused(Who::Tenant, "ListTagResources", &cursor).is(), ("InvalidParameter", 400));
        // A deleted circuit takes its labels along.
        lead_to(house, &own, "Canceled");
        house.act("DeletePhysicalConnection", &own).unwrap();
        assert!(house.dump()["tag"].is_empty());
    });
}

#[test]
pub(crate) fn labels_are_listed_page_by_page_and_of_one_region() {
    on_each_lane(lifted, |house| {
        let mut expected = BTreeSet::new();
        for at in 0..6 {
            let value = at.to_string();
            let pairs = [("Tag.1.Key", "all"), ("Tag.2.Key", "own"), ("Tag.2.Value", value.as_str())];
            let id = house.order(Who::Tenant, &pairs);
            expected.insert((id.clone(), "all".to_owned(), String::new()));
            expected.insert((id, "own".to_owned(), value));
        }
        let west = [("RegionId", "west"), ("AccessPointId", "ap-west-1"), ("Tag.1.Key", "all")];
        house.order(Who::Tenant, &west);
        let whole = tag_list(house, Who::Tenant, &[("Tag.1.Key", "all")]);
        assert_eq!(whole.iter().cloned().collect::<BTreeSet<_>>(), expected);
        for size in 1..=13_usize {
            let (mut gathered, mut token, rows) = (Vec::new(), String::new(), size.to_string());
            loop {
                let pairs = [
                    ("RegionId", "east"),
                    ("ResourceType", "PHYSICALCONNECTION"),
                    ("Tag.1.Key", "all"),
                    ("MaxResults", rows.as_str()),
                    ("NextToken", token.as_str()),
                ];
                let answer = house.ok(Who::Tenant, "ListTagResources", &pairs);
                let page = answer["TagResources"]["TagResource"].as_array().unwrap();
                assert!(page.len() <= size);
                gathered.extend(
                    page.iter()
                        .map(|row| (text(row, "ResourceId"), text(row, "TagKey"), text(row, "TagValue"))),
                );
                token = text(&answer, "NextToken");
                if token.is_empty() {
                    break;
                }
            }
            assert_eq!(gathered, whole, "by {size}");
        }
    });
}
