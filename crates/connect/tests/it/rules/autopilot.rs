//! The autopilot in the operator's chair.

use super::on_each_lane;
use crate::house::{House, Plan, TENANT, Who, text};

#[test]
pub(crate) fn the_autopilot_leads_to_allocated_at_once_and_stops_there() {
    on_each_lane(Plan::piloted, |house| {
        let id = house.order(Who::Tenant, &[]);
        assert_eq!(house.status(&id), "Allocated");
        let ledger = house.dump()["ledger"].clone();
        let rows: Vec<_> = ledger
            .iter()
            .filter(|row| row["account"].text() == TENANT)
            .map(|row| (row["actor"].text(), row["action"].text(), row["status_to"].text()))
            .collect();
        assert_eq!(
            rows,
            [
                ("tenant", "CreatePhysicalConnection", "Initial"),
                ("autopilot", "ApprovePhysicalConnection", "Approved"),
                ("timer", "StartAllocation", "Allocating"),
                ("autopilot", "AllocatePhysicalConnection", "Allocated"),
            ]
        );
    });
}

pub(super) fn pilot(house: &mut House, step: &str, outcome: &str, others: &[(&str, &str)]) {
    let pairs = [&[("Step", step), ("Outcome", outcome)], others].concat();
    house.ok(Who::Operator, "SetAutopilot", &pairs);
}

#[test]
pub(crate) fn the_autopilot_follows_its_rules() {
    on_each_lane(Plan::piloted, |house| {
        pilot(house, "review", "refuse", &[("Reason", "not today")]);
        let id = house.order(Who::Tenant, &[]);
        assert_eq!(
            (house.status(&id).as_str(), house.field(&id, "StatusReason").as_str()),
            ("Rejected", "not today")
        );

        pilot(house, "review", "leave", &[]);
        let id = house.order(Who::Tenant, &[]);
        house.advance(100_000);
        assert_eq!(house.status(&id), "Initial");
        pilot(house, "reservation", "refuse", &[]);
        house.operate("ApprovePhysicalConnection", &id);
        assert_eq!(house.status(&id), "Allocation Failed");
        assert!(!house.field(&id, "StatusReason").is_empty(), "no refusal is without its reason");

        // A delay, and an account's own rule before everybody's.
        pilot(house, "review", "do", &[("DelaySeconds", "60")]);
        pilot(house, "review", "do", &[("DelaySeconds", "10"), ("AccountId", TENANT)]);
        let (mine, other) = (house.order(Who::Tenant, &[]), house.order(Who::Second, &[]));
        let status = |house: &mut House, who, id| text(&house.show(who, id).unwrap(), "Status");
        house.advance(9);
        assert_eq!(status(house, Who::Tenant, &mine), "Initial");
        house.advance(1);
        assert_eq!(status(house, Who::Tenant, &mine), "Allocation Failed");
        assert_eq!(status(house, Who::Second, &other), "Initial");
        house.advance(50);
        assert_eq!(status(house, Who::Second, &other), "Allocation Failed");

        let rules = house.ok(Who::Operator, "DescribeAutopilot", &[("AccountId", TENANT)]);
        let rules = rules["Rules"]["Rule"].as_array().unwrap();
        let circuits = ["review", "reservation"];
        let rules = rules.iter().filter(|rule| circuits.contains(&rule["Step"].as_str().unwrap()));
        let seen: Vec<_> =
            rules.map(|rule| (text(rule, "AccountId"), rule["DelaySeconds"].clone())).collect();
        assert_eq!(seen, [("*".into(), 0.into()), ("*".into(), 60.into()), (TENANT.into(), 10.into())]);
    });
}

#[test]
pub(crate) fn a_person_can_be_faster_than_the_autopilot() {
    on_each_lane(Plan::quiet, |house| {
        pilot(house, "review", "do", &[("DelaySeconds", "60")]);
        let id = house.order(Who::Tenant, &[]);
        house.operate("RejectPhysicalConnection", &id);
        house.advance(100);
        assert_eq!(house.status(&id), "Rejected");
        assert!(house.dump()["due"].is_empty());
    });
}

#[test]
pub(crate) fn without_a_free_port_the_autopilot_fails_the_reservation_and_says_why() {
    on_each_lane(Plan::piloted, |house| {
        pilot(house, "reservation", "leave", &[]);
        let ten = [("PortType", "10GBase-LR")];
        let (first, second) = (house.order(Who::Tenant, &ten), house.order(Who::Tenant, &ten));
        house.operate("AllocatePhysicalConnection", &first);
        pilot(house, "reservation", "do", &[]);
        house.operate("FailPhysicalConnectionAllocation", &second);
        house.operate("RetryPhysicalConnectionAllocation", &second);
        assert_eq!(house.status(&second), "Allocation Failed");
        assert_eq!(house.field(&second, "StatusReason"), "There are no resources with the portType.");
        assert!(
            house.notes.iter().any(|note| note.contains(&second)),
            "the log says so too: {:?}",
            house.notes
        );
    });
}
