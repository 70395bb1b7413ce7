//! Time: deadlines, the manual clock, the same run twice.

use super::autopilot::pilot;
use super::{lifted, on_each_lane};
use crate::house::{House, Plan, TENANT, Who, order, params, text};
use serde_json::Value;
use std::collections::BTreeMap;

#[test]
pub(crate) fn time_runs_every_deadline_in_order_at_its_own_instant() {
    on_each_lane(lifted, |house| {
        let mut expected = BTreeMap::new();
        // Neither the order of the orders nor that of their ids is that of their deadlines.
        for delay in [30, 10, 60, 20, 50, 40] {
            pilot(house, "review", "refuse", &[("DelaySeconds", &delay.to_string())]);
            let id = house.order(Who::Tenant, &[]);
            expected.insert(house.now + delay * 1000, id);
        }
        let time = house.ok(Who::Operator, "DescribeTime", &[]);
        assert_eq!(text(&time, "NextDeadline"), "2026-01-31T08:00:10Z");
        let answer = house.advance(55);
        assert_eq!((&answer["Deadlines"], &answer["Now"]), (&5.into(), &"2026-01-31T08:00:55Z".into()));
        let to = house.ok(Who::Operator, "AdvanceTime", &[("To", "2026-01-31T08:01:00Z")]);
        assert_eq!(to["Deadlines"], 1);
        let dump = house.dump();
        let done: Vec<_> = dump["ledger"]
            .iter()
            .filter(|row| row["action"].text() == "RejectPhysicalConnection")
            .map(|row| (row["at"].int(), row["resource"].text().to_owned()))
            .collect();
        assert_eq!(done, expected.into_iter().collect::<Vec<_>>());
        for row in &dump["circuit"] {
            assert!(done.contains(&(row["since"].int(), row["id"].text().to_owned())));
        }
        let time = house.ok(Who::Operator, "DescribeTime", &[]);
        assert!(time.get("NextDeadline").is_none());
        assert_eq!(text(&time, "Clock"), "manual");

        for (pairs, code) in [
            (vec![("To", "2026-01-31T08:00:59Z")], "InvalidParameter"),
            (vec![("To", "tomorrow")], "InvalidParameter"),
            (vec![("To", "2036-02-01T08:00:31Z"), ("Seconds", "1")], "InvalidParameter"),
            (vec![("To", "2099-01-01T00:00:00Z")], "InvalidParameter"),
            (vec![], "MissingParameter"),
        ] {
            assert_eq!(house.refused(Who::Operator, "AdvanceTime", &pairs).is(), (code, 400), "{pairs:?}");
        }
    });
}

#[test]
pub(crate) fn a_system_clock_is_not_moved_and_a_server_is_no_sandbox() {
    on_each_lane(
        |lane| Plan { manual: false, ..Plan::quiet(lane) },
        |house| {
            let refusal = house.refused(Who::Operator, "AdvanceTime", &[("Seconds", "1")]);
            assert_eq!(refusal.is(), ("InvalidOperation.ClockNotManual", 400));
            assert_eq!(text(&house.ok(Who::Operator, "DescribeTime", &[]), "Clock"), "system");
        },
    );
    on_each_lane(
        |lane| Plan { server: true, ..Plan::quiet(lane) },
        |house| {
            for (action, pairs) in [
                ("AdvanceTime", vec![("Seconds", "1")]),
                ("SetAutopilot", vec![("Step", "review"), ("Outcome", "do")]),
                ("DescribeAutopilot", vec![]),
                ("DescribeTime", vec![]),
                ("ResetSandbox", vec![]),
            ] {
                let refusal = house.refused(Who::Operator, action, &pairs);
                assert_eq!(refusal.is(), ("InvalidOperation.NotSandbox", 400), "{action}");
            }
        },
    );
}

/// A morning's work, with every reply as bytes.
pub(crate) fn morning(house: &mut House) -> Vec<String> {
    let mut replies = Vec::new();
    let say = |house: &mut House, who, action: &str, pairs: &[(&str, &str)]| {
        let reply = house.body(who, action, &params(pairs));
        let reply = reply.map(|body| String::from_utf8(body).unwrap());
        replies.push(format!("{} {reply:?}", house.request_id));
        reply.ok().and_then(|body| serde_json::from_str::<Value>(&body).ok()).unwrap_or_default()
    };
    morning_of(house, say);
    replies
}

fn morning_of(house: &mut House, mut say: impl FnMut(&mut House, Who, &str, &[(&str, &str)]) -> Value) {
    let made = say(house, Who::Tenant, "CreatePhysicalConnection", &order(&[("Name", "first")]));
    let id = text(&made, "PhysicalConnectionId");
    let named = [("RegionId", "east"), ("PhysicalConnectionId", id.as_str())];
    say(house, Who::Tenant, "EnablePhysicalConnection", &named);
    say(house, Who::Tenant, "ConfirmPhysicalConnection", &named);
    say(house, Who::Tenant, "EnablePhysicalConnection", &named);
    say(house, Who::Tenant, "DescribePhysicalConnections", &named[..1]);
    say(house, Who::Tenant, "TerminatePhysicalConnection", &named);
    say(house, Who::Operator, "AdvanceTime", &[("Seconds", "3600")]);
    say(house, Who::Tenant, "DescribePhysicalConnections", &named[..1]);
    say(house, Who::Operator, "CreateAccount", &[("AccountName", "third")]);
    say(house, Who::Operator, "CreateAccessKey", &[("AccountId", TENANT)]);
    say(house, Who::Operator, "DescribePorts", &[("State", "used")]);
    say(house, Who::Operator, "DescribeTime", &[]);
}

#[test]
pub(crate) fn after_a_reset_the_same_requests_are_answered_byte_for_byte() {
    on_each_lane(Plan::piloted, |house| {
        let first = morning(house);
        pilot(house, "review", "leave", &[]);
        house.ok(Who::Operator, "ResetSandbox", &[]);
        assert_eq!(morning(house), first);
        house.ok(Who::Operator, "ResetSandbox", &[]);
        let dump = house.dump();
        assert!(dump["circuit"].is_empty() && dump["circuit_count"].is_empty() && dump["due"].is_empty());
        assert_eq!(dump["ledger"].len(), 1, "the reset itself");
        assert!(dump["port"].iter().all(|port| port["state"].text() == "free"));
    });
}
