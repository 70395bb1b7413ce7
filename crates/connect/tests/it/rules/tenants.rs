//! What tenants see and may do of others.

use super::on_each_lane;
use crate::house::{Plan, Who};
use connect::machine::Actor;
use rpc::Shape;

#[test]
pub(crate) fn another_tenants_circuit_answers_as_one_that_does_not_exist() {
    on_each_lane(Plan::quiet, |house| {
        let id = house.order(Who::Tenant, &[("Name", "mine"), ("Tag.1.Key", "k")]);
        for who in [Who::Second, Who::Operator] {
            assert!(house.show(who, &id).is_none());
            let all = house.ok(who, "DescribePhysicalConnections", &[("RegionId", "east")]);
            assert_eq!(all["TotalCount"], 0);
        }
        let mut tried = 0;
        for entry in connect::ACTIONS.iter().filter(|entry| entry.about.actor == Actor::Tenant) {
            let names = entry.fields.iter().find(|field| {
                matches!(
                    field.name,
                    "PhysicalConnectionId" | "InstanceId" | "ResourceId" | "RedundantPhysicalConnectionId"
                )
            });
            let Some(field) = names else { continue };
            let with = |id: &str| {
                let mut pairs = vec![(field.name.to_owned(), id.to_owned())];
                for other in entry.fields.iter().filter(|other| other.name != field.name) {
                    let value = match (other.name, other.shape) {
                        ("RegionId", _) => "east",
                        ("AccessPointId", _) => "ap-east-1",
                        ("ResourceType", _) => "PHYSICALCONNECTION",
                        ("LineOperator", _) => "CT",
                        ("OrderMode", _) => "PayByPhysicalConnectionOwner",
                        ("Spec", _) => "50M",
                        ("VlanId", _) => "20",
                        ("VpconnAliUid", _) => crate::house::SECOND,
                        ("NewResourceGroupId", _) => "rg-a",
                        ("CompanyName" | "Si", _) => "Company",
                        ("ConstructionTime", _) => "2026-03-01T08:00:00Z",
                        ("LineType", _) => "FIBRE",
                        ("PMInfo", _) => {
                            pairs.extend(super::letters::engineer(1));
                            continue;
                        }
                        ("Tag", Shape::Object(_)) if other.required => {
                            pairs.push(("Tag.1.Key".to_owned(), "k".to_owned()));
                            continue;
                        }
                        _ => continue,
                    };
                    pairs.push((other.name.to_owned(), value.to_owned()));
                }
                pairs
            };
            // Creating says "not yours" of another's backup: the contract has a code for it.
            // A list that is narrowed to it is empty.
            if field.name == "RedundantPhysicalConnectionId"
                || entry.name() == "ListVirtualPhysicalConnections"
            {
                continue;
            }
            // The operator reads a letter before deciding on it, whoever's it is.
            let operators = entry.name() == "DescribePhysicalConnectionLOA";
            for who in [Who::Second, Who::Operator].into_iter().take(if operators { 1 } else { 2 }) {
                let mut answers = Vec::new();
                for id in [id.as_str(), "pc-00000000000000000000"] {
                    let pairs = with(id);
                    let pairs: Vec<_> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
                    answers.push(house.refused(who, entry.name(), &pairs));
                }
                assert_eq!(answers[0], answers[1], "{} as {who:?}", entry.name());
                tried += 1;
            }
        }
        assert!(tried > 2 * 13, "only {tried} actions name a circuit");
        // And in a region in which it is not, its owner fares alike.
        let pairs = [("RegionId", "west"), ("PhysicalConnectionId", id.as_str())];
        let refusal = house.refused(Who::Tenant, "CancelPhysicalConnection", &pairs);
        assert_eq!(refusal.is(), ("InvalidPhysicalConnectionId.NotFound", 404));
    });
}

#[test]
pub(crate) fn tenants_have_none_of_the_operators_actions() {
    on_each_lane(Plan::quiet, |house| {
        let id = house.order(Who::Tenant, &[]);
        for entry in connect::ACTIONS.iter().filter(|entry| entry.about.actor == Actor::Operator) {
            let pairs = [("PhysicalConnectionId", id.as_str())];
            for who in [Who::Tenant, Who::Second] {
                let refusal = house.refused(who, entry.name(), &pairs);
                assert_eq!(refusal.is(), ("Forbidden.RAM", 403), "{}", entry.name());
            }
        }
    });
}
