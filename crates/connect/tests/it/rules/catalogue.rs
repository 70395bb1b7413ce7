//! The catalogue as tenants list it, and what triggers ask for.

use super::on_each_lane;
use crate::house::{House, Plan, Who, entry, order, text, trigger_pairs};
use connect::circuit::states::CIRCUIT;

#[test]
pub(crate) fn the_catalogue_is_listed_in_its_languages() {
    on_each_lane(Plan::sandbox, |house| {
        let regions = house.ok(Who::Tenant, "DescribeRegions", &[("AcceptLanguage", "en-US")]);
        let listed = regions["Regions"]["Region"].as_array().unwrap();
        let expected: Vec<_> =
            house.world.catalogue.regions().iter().map(|region| region.id.clone()).collect();
        assert_eq!(listed.iter().map(|region| text(region, "RegionId")).collect::<Vec<_>>(), expected);
        assert!(expected.len() >= 8);
        for region in &expected {
            let pairs = [("RegionId", region.as_str()), ("PageSize", "50")];
            let points = house.ok(Who::Tenant, "DescribeAccessPoints", &pairs);
            let points = points["AccessPointSet"]["AccessPointType"].as_array().unwrap().clone();
            assert!(points.len() >= 2, "{region}");
            assert!(points.iter().all(|point| text(point, "AttachedRegionNo") == *region));
            let open = points.iter().find(|point| point["Status"] == "recommended").unwrap();
            let point = text(open, "AccessPointId");
            let made = house.ok(
                Who::Tenant,
                "CreatePhysicalConnection",
                &order(&[("RegionId", region), ("AccessPointId", &point)]),
            );
            let id = text(&made, "PhysicalConnectionId");
            let answer = house.ok(Who::Tenant, "DescribePhysicalConnections", &pairs);
            assert_eq!(answer["PhysicalConnectionSet"]["PhysicalConnectionType"][0]["Status"], "Allocated");
            let named = [("RegionId", region.as_str()), ("PhysicalConnectionId", id.as_str())];
            house.ok(Who::Tenant, "CancelPhysicalConnection", &named);
            let zones = house.ok(Who::Tenant, "DescribeZones", &pairs);
            assert!(!zones["Zones"]["Zone"].as_array().unwrap().is_empty());
            let other = [pairs[0], ("ZoneType", "Other")];
            assert_eq!(
                house.ok(Who::Tenant, "DescribeZones", &other)["Zones"]["Zone"],
                serde_json::json!([])
            );
        }
        let name = |house: &mut House, language: &str| {
            let answer = house.ok(Who::Tenant, "DescribeRegions", &[("AcceptLanguage", language)]);
            text(&answer["Regions"]["Region"][0], "LocalName")
        };
        assert_ne!(name(house, "zh-CN"), name(house, "en-US"));
        let page = [("RegionId", "cn-hangzhou"), ("PageNumber", "2147483647")];
        let past = house.ok(Who::Tenant, "DescribeAccessPoints", &page);
        assert_eq!(past["AccessPointSet"]["AccessPointType"], serde_json::json!([]));
        assert!(past["TotalCount"].as_i64() >= Some(2));
    });
}

#[test]
pub(crate) fn trigger_parameters_name_what_every_trigger_needs() {
    for (trigger, _) in CIRCUIT.refusals {
        let pairs = trigger_pairs(trigger, "pc-1");
        for field in entry(trigger).fields.iter().filter(|field| field.required) {
            assert!(pairs.iter().any(|(name, _)| *name == field.name), "{trigger} needs {}", field.name);
        }
    }
}
