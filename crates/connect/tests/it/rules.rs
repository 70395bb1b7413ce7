//! The rules of the product, one short test each, on every engine there is.

use crate::house::{
    House, Lane, Plan, Refusal, TENANT, Who, circuits, entry, lanes, order, params, text, trigger_pairs,
};
use connect::circuit::states::{BACKUP, CIRCUIT, NOT_ENABLED};
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::limits::{ACCESS_KEYS_PER_ACCOUNT_MAX, CLIENT_TOKEN_LIFETIME_MS, COUNT_BLOCK};
use connect::machine::Actor;
use connect::world::Quotas;
use rpc::Shape;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Filters: a key each, and its values.
type Filters<'a> = &'a [(&'a str, &'a [&'a str])];
/// Parameters.
type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// Runs a test on each lane, in a house built to this plan.
fn on_each_lane(plan: impl Fn(Lane) -> Plan, test: impl Fn(&mut House)) {
    for lane in lanes() {
        test(&mut plan(lane).build());
    }
}

fn lifted(lane: Lane) -> Plan {
    Plan { quotas: Quotas::LIFTED, ..Plan::quiet(lane) }
}

/// Brings a circuit of the tenant as far as Enabled, by the operator's and the tenant's actions.
fn lead_to(house: &mut House, id: &str, status: &str) {
    let tenant = |house: &mut House, action| house.act(action, id).map(drop).unwrap();
    while house.status(id) != status {
        match house.status(id).as_str() {
            "Initial" if status == "Rejected" => drop(house.operate("RejectPhysicalConnection", id)),
            "Initial" if status == "Canceled" => tenant(house, "CancelPhysicalConnection"),
            "Initial" => drop(house.operate("ApprovePhysicalConnection", id)),
            "Allocating" if status == "Allocation Failed" => {
                drop(house.operate("FailPhysicalConnectionAllocation", id));
            }
            "Allocating" => drop(house.operate("AllocatePhysicalConnection", id)),
            "Allocated" => tenant(house, "ConfirmPhysicalConnection"),
            "Confirmed" => tenant(house, "EnablePhysicalConnection"),
            "Enabled" => tenant(house, "TerminatePhysicalConnection"),
            "Terminating" => drop(house.advance(1)),
            stuck => panic!("no way from {stuck} to {status}"),
        }
    }
}

fn ids(answer: &Value) -> Vec<String> {
    circuits(answer).iter().map(|circuit| text(circuit, "PhysicalConnectionId")).collect()
}

#[test]
pub(crate) fn the_quota_counts_what_is_on_its_way_and_nothing_else() {
    on_each_lane(Plan::quiet, |house| {
        let mut open: Vec<_> = (0..5).map(|_| house.order(Who::Tenant, &[])).collect();
        for place in ["east", "west"] {
            let point = format!("ap-{place}-1");
            let pairs = order(&[("RegionId", place), ("AccessPointId", &point)]);
            let refusal = house.refused(Who::Tenant, "CreatePhysicalConnection", &pairs);
            assert_eq!(refusal.is(), ("QuotaExceeded.freePconnPerAP", 400));
        }
        house.order(Who::Second, &[]);
        for status in CIRCUIT.states {
            // Approved passes in the very request that leads there.
            if status.as_str() == "Approved" {
                continue;
            }
            let moved = open.remove(0);
            lead_to(house, &moved, status.as_str());
            let next = house.call(Who::Tenant, "CreatePhysicalConnection", &order(&[]));
            if NOT_ENABLED.contains(status) {
                assert_eq!(next.unwrap_err().code, "QuotaExceeded.freePconnPerAP", "{status:?} counts");
                lead_to(house, &moved, if *status == CIRCUIT.initial { "Canceled" } else { "Enabled" });
                open.push(house.order(Who::Tenant, &[]));
            } else {
                open.push(text(&next.unwrap(), "PhysicalConnectionId"));
            }
        }
    });
}

#[test]
pub(crate) fn the_quota_of_an_access_point_counts_what_holds_or_awaits_a_port_there() {
    let plan = |lane| Plan { quotas: Quotas { not_enabled: 100, per_access_point: 2 }, ..Plan::quiet(lane) };
    on_each_lane(plan, |house| {
        let held: Vec<_> = (0..2).map(|_| house.order(Who::Tenant, &[])).collect();
        lead_to(house, &held[0], "Enabled");
        let refusal = house.refused(Who::Tenant, "CreatePhysicalConnection", &order(&[]));
        assert_eq!(refusal.is(), ("QuotaExceeded.pConnPerAP", 400));
        house.order(Who::Tenant, &[("AccessPointId", "ap-east-2")]);
        house.order(Who::Second, &[]);
        house.act("TerminatePhysicalConnection", &held[0]).unwrap();
        house.refused(Who::Tenant, "CreatePhysicalConnection", &order(&[]));
        house.advance(1);
        house.order(Who::Tenant, &[]);
    });
}

#[test]
pub(crate) fn what_is_owed_blocks_new_orders_and_enabling_and_nothing_else() {
    on_each_lane(Plan::quiet, |house| {
        let ids: Vec<_> = (0..3).map(|_| house.order(Who::Tenant, &[])).collect();
        lead_to(house, &ids[0], "Confirmed");
        lead_to(house, &ids[1], "Enabled");
        let lock = |house: &mut House, id: &str, lock: &str| {
            let pairs = [("PhysicalConnectionId", id), ("BusinessStatus", lock), ("Reason", "overdue")];
            house.ok(Who::Operator, "LockPhysicalConnection", &pairs);
        };
        for (word, blocks_orders) in [("SecurityLocked", false), ("FinancialLocked", true)] {
            lock(house, &ids[0], word);
            let shown = house.show(Who::Tenant, &ids[0]).unwrap();
            assert_eq!(text(&shown, "BusinessStatus"), word);
            assert_eq!(text(&shown, "StatusReason"), "overdue");
            assert_eq!(text(&shown, "Status"), "Confirmed");
            let pairs = [("RegionId", "east"), ("PhysicalConnectionId", ids[0].as_str())];
            let refusal = house.refused(Who::Tenant, "EnablePhysicalConnection", &pairs);
            assert_eq!(refusal.is(), ("INSTANCE.STATUS.NOT.ALLOW", 400));
            assert_eq!(refusal.header(STATE_HEADER), Some("Confirmed"));
            if blocks_orders {
                let west = [("RegionId", "west"), ("AccessPointId", "ap-west-1")];
                for pairs in [order(&[]), order(&west)] {
                    let refusal = house.refused(Who::Tenant, "CreatePhysicalConnection", &pairs);
                    assert_eq!(refusal.is(), ("Forbidden.BillsOutstanding", 400));
                }
                house.order(Who::Second, &[]);
            } else {
                let extra = house.order(Who::Tenant, &[]);
                house.act("CancelPhysicalConnection", &extra).unwrap();
            }
        }
        house.operate("UnlockPhysicalConnection", &ids[0]);
        let shown = house.show(Who::Tenant, &ids[0]).unwrap();
        assert_eq!(text(&shown, "BusinessStatus"), "Normal");
        assert!(shown.get("StatusReason").is_none());
        house.act("EnablePhysicalConnection", &ids[0]).unwrap();

        // Locked in service: enabling again changes nothing, and shutting down stays possible.
        lock(house, &ids[1], "FinancialLocked");
        house.act("EnablePhysicalConnection", &ids[1]).unwrap();
        house.act("TerminatePhysicalConnection", &ids[1]).unwrap();
        lock(house, &ids[2], "FinancialLocked");
        house.act("CancelPhysicalConnection", &ids[2]).unwrap();
        house.act("DeletePhysicalConnection", &ids[2]).unwrap();
    });
}

#[test]
pub(crate) fn a_debt_can_be_settled_whatever_became_of_the_circuit() {
    on_each_lane(Plan::quiet, |house| {
        for end in ["Canceled", "Terminated"] {
            let id = house.order(Who::Tenant, &[]);
            let lock = [
                ("PhysicalConnectionId", id.as_str()),
                ("BusinessStatus", "FinancialLocked"),
                ("Reason", "x"),
            ];
            if end == "Terminated" {
                lead_to(house, &id, "Enabled");
            }
            house.ok(Who::Operator, "LockPhysicalConnection", &lock);
            lead_to(house, &id, end);
            house.refused(Who::Tenant, "CreatePhysicalConnection", &order(&[]));
            house.operate("UnlockPhysicalConnection", &id);
            assert_eq!(house.field(&id, "BusinessStatus"), "Normal");
        }
        house.order(Who::Tenant, &[]);
    });
}

#[test]
pub(crate) fn a_backup_is_the_callers_own_in_this_region_and_far_enough() {
    on_each_lane(lifted, |house| {
        let foreign = house.order(Who::Second, &[]);
        let west = house.order(Who::Tenant, &[("RegionId", "west"), ("AccessPointId", "ap-west-1")]);
        let wrong = [
            ("pc-unknown", "InvalidRedundantPhysicalConnectionId.NotFound"),
            (foreign.as_str(), "InvalidRedundantPhysicalConnection"),
            (west.as_str(), "InvalidRedundantPhysicalConnectionId.NotFound"),
        ];
        for (backup, code) in wrong {
            let pairs = order(&[("RedundantPhysicalConnectionId", backup)]);
            assert_eq!(house.refused(Who::Tenant, "CreatePhysicalConnection", &pairs).is(), (code, 400));
        }
        for status in CIRCUIT.states {
            if status.as_str() == "Approved" {
                continue;
            }
            let backup = house.order(Who::Tenant, &[]);
            lead_to(house, &backup, status.as_str());
            let pairs = order(&[("RedundantPhysicalConnectionId", &backup)]);
            let changed = house.order(Who::Tenant, &[]);
            let change = [
                ("RegionId", "east"),
                ("PhysicalConnectionId", changed.as_str()),
                ("RedundantPhysicalConnectionId", backup.as_str()),
            ];
            if BACKUP.contains(status) {
                let id = house.order(Who::Tenant, &pairs);
                assert_eq!(house.field(&id, "RedundantPhysicalConnectionId"), backup);
                house.ok(Who::Tenant, "ModifyPhysicalConnectionAttribute", &change);
                assert_eq!(house.field(&changed, "RedundantPhysicalConnectionId"), backup);
            } else {
                for (action, pairs) in
                    [("CreatePhysicalConnection", &pairs[..]), ("ModifyPhysicalConnectionAttribute", &change)]
                {
                    let refusal = house.refused(Who::Tenant, action, pairs);
                    assert_eq!(refusal.is(), ("InvalidRedundantPhysicalConnectionStatus", 400), "{status:?}");
                }
            }
        }
        let changed = house.order(Who::Tenant, &[]);
        for (backup, code) in [
            ("pc-unknown", "InvalidRedundantPhysicalConnection"),
            (foreign.as_str(), "InvalidRedundantPhysicalConnection"),
            (changed.as_str(), "InvalidRedundantPhysicalConnectionStatus"),
        ] {
            let change = [
                ("RegionId", "east"),
                ("PhysicalConnectionId", changed.as_str()),
                ("RedundantPhysicalConnectionId", backup),
            ];
            let refusal = house.refused(Who::Tenant, "ModifyPhysicalConnectionAttribute", &change);
            assert_eq!(refusal.is(), (code, 400));
            assert_eq!(refusal.header(STATE_HEADER), Some("Initial"));
        }
    });
}

#[test]
pub(crate) fn an_order_needs_an_open_access_point_of_its_region_with_a_free_port_of_the_type() {
    on_each_lane(lifted, |house| {
        for (point, code) in [
            ("ap-nowhere", "ResourceNotFound.AccessPointId"),
            ("ap-west-1", "ResourceNotFound.AccessPointId"),
            ("ap-east-full", "InvalidAccessPointId.NotEnabled"),
            ("ap-east-shut", "InvalidAccessPointId.NotEnabled"),
        ] {
            let pairs = order(&[("AccessPointId", point)]);
            assert_eq!(house.refused(Who::Tenant, "CreatePhysicalConnection", &pairs).is(), (code, 400));
        }
        let ten = [("PortType", "10GBase-LR")];
        let pairs = order(&[("AccessPointId", "ap-east-2"), ten[0]]);
        let refusal = house.refused(Who::Tenant, "CreatePhysicalConnection", &pairs);
        assert_eq!(refusal.is(), ("InvalidPortType.NotFound", 400));

        // One port of the type, two circuits on their way to it.
        let (first, second) = (house.order(Who::Tenant, &ten), house.order(Who::Tenant, &ten));
        lead_to(house, &second, "Allocating");
        lead_to(house, &first, "Allocated");
        let refusal = house.refused(Who::Tenant, "CreatePhysicalConnection", &order(&ten));
        assert_eq!(refusal.is(), ("InvalidPortType.NotFound", 404));
        let pairs = [("PhysicalConnectionId", second.as_str())];
        let refusal = house.refused(Who::Operator, "AllocatePhysicalConnection", &pairs);
        assert_eq!(refusal.is(), ("InvalidPortType.NotFound", 404));

        // The port comes back, and with it the chance.
        house.act("DeletePhysicalConnection", &first).unwrap();
        house.operate("AllocatePhysicalConnection", &second);
        let shown = house.show(Who::Tenant, &second).unwrap();
        assert_eq!(text(&shown, "PortNumber"), "1/2/1");
        assert_eq!(text(&shown, "AdLocation"), "1 East Street");
        assert_eq!(text(&shown, "AdDetailLocation"), "1 East Street, Room 1, rack A");
        assert_eq!(text(&shown, "Spec"), "10G");
    });
}

#[test]
pub(crate) fn the_optic_must_suit_the_port() {
    on_each_lane(lifted, |house| {
        let optic = ("OpticalModuleModel", "SFP-10G-LR-SM1310,10KM");
        let refusal = house.refused(Who::Tenant, "CreatePhysicalConnection", &order(&[optic]));
        assert_eq!(refusal.is(), ("InvalidParameter", 400));
        assert!(refusal.message.contains("OpticalModuleModel"), "{}", refusal.message);
        let id = house.order(Who::Tenant, &[optic, ("PortType", "10GBase-LR")]);
        assert_eq!(house.field(&id, "OpticalModuleModel"), optic.1);
    });
}

#[test]
pub(crate) fn the_outbound_service_must_be_open_where_the_deployment_closes_it() {
    let closed = |lane| Plan { outbound_service_open: false, ..Plan::quiet(lane) };
    on_each_lane(closed, |house| {
        let east = [("RegionId", "east")];
        let enabled = |house: &mut House| house.ok(Who::Tenant, "GetPhysicalConnectionServiceStatus", &east);
        assert_eq!(enabled(house)["Enabled"], false);
        let refusal = house.refused(Who::Tenant, "CreatePhysicalConnection", &order(&[]));
        assert_eq!(refusal.is(), ("OperationFailed.PconnTrafficNotEnable", 400));
        house.ok(Who::Tenant, "OpenPhysicalConnectionService", &east);
        assert_eq!(enabled(house)["Enabled"], true);
        house.order(Who::Tenant, &[]);
        let west = order(&[("RegionId", "west"), ("AccessPointId", "ap-west-1")]);
        house.refused(Who::Tenant, "CreatePhysicalConnection", &west);
        house.refused(Who::Second, "CreatePhysicalConnection", &order(&[]));
        let again = house.refused(Who::Tenant, "OpenPhysicalConnectionService", &east);
        assert_eq!(again.is(), ("InvalidOperation.OrderOpened", 400));
    });
    on_each_lane(Plan::quiet, |house| {
        let again = house.refused(Who::Tenant, "OpenPhysicalConnectionService", &[("RegionId", "east")]);
        assert_eq!(again.is(), ("InvalidOperation.OrderOpened", 400));
    });
}

#[test]
pub(crate) fn a_client_token_answers_again_what_it_answered() {
    on_each_lane(Plan::quiet, |house| {
        let token = ("ClientToken", "once");
        let pairs = order(&[token]);
        let first = house.ok(Who::Tenant, "CreatePhysicalConnection", &pairs);
        let before = house.dump();
        assert_eq!(house.ok(Who::Tenant, "CreatePhysicalConnection", &pairs), first);
        assert_eq!(house.dump(), before, "a repeated call writes nothing");

        let other = order(&[token, ("Name", "other")]);
        let refusal = house.refused(Who::Tenant, "CreatePhysicalConnection", &other);
        assert_eq!(refusal.is(), ("IdempotentParameterMismatch", 400));
        assert_ne!(house.ok(Who::Second, "CreatePhysicalConnection", &pairs), first);
        house.ok(Who::Tenant, "CreatePhysicalConnection", &order(&[("ClientToken", "Once")]));

        // The first answer stands even when the circuit has moved on.
        let id = text(&first, "PhysicalConnectionId");
        lead_to(house, &id, "Canceled");
        assert_eq!(house.ok(Who::Tenant, "CreatePhysicalConnection", &pairs), first);

        house.advance(CLIENT_TOKEN_LIFETIME_MS / 1000 - 1);
        assert_eq!(house.ok(Who::Tenant, "CreatePhysicalConnection", &pairs), first);
        house.advance(1);
        assert_ne!(house.ok(Who::Tenant, "CreatePhysicalConnection", &other), first);
    });
}

#[test]
pub(crate) fn a_failed_call_leaves_its_token_free() {
    on_each_lane(Plan::quiet, |house| {
        let pairs = order(&[("ClientToken", "t"), ("AccessPointId", "ap-east-full")]);
        house.refused(Who::Tenant, "CreatePhysicalConnection", &pairs);
        house.ok(Who::Tenant, "CreatePhysicalConnection", &order(&[("ClientToken", "t")]));
    });
}

#[test]
pub(crate) fn on_a_named_circuit_a_token_belongs_to_the_circuit_and_the_parameters() {
    on_each_lane(Plan::quiet, |house| {
        let (one, two) = (house.order(Who::Tenant, &[]), house.order(Who::Tenant, &[]));
        let rename = |house: &mut House, id: &str, name: &str| {
            let pairs =
                [("RegionId", "east"), ("PhysicalConnectionId", id), ("Name", name), ("ClientToken", "same")];
            house.ok(Who::Tenant, "ModifyPhysicalConnectionAttribute", &pairs);
        };
        rename(house, &one, "first");
        rename(house, &two, "first");
        rename(house, &one, "second");
        assert_eq!(house.field(&one, "Name"), "second");
        assert_eq!(house.field(&two, "Name"), "first");
        let before = house.dump();
        rename(house, &one, "first");
        assert_eq!(house.dump(), before, "the same call under the same token");

        let cancel = |house: &mut House, id: &str| {
            let pairs = [("RegionId", "east"), ("PhysicalConnectionId", id), ("ClientToken", "c")];
            house.call(Who::Tenant, "CancelPhysicalConnection", &pairs)
        };
        cancel(house, &one).unwrap();
        assert_eq!(house.status(&two), "Initial");
        cancel(house, &two).unwrap();
        cancel(house, &one).unwrap();
    });
}

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
                matches!(field.name, "PhysicalConnectionId" | "ResourceId" | "RedundantPhysicalConnectionId")
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
            if field.name == "RedundantPhysicalConnectionId" {
                continue;
            }
            for who in [Who::Second, Who::Operator] {
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
        assert!(tried >= 2 * 9, "only {tried} actions name a circuit");
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

#[test]
pub(crate) fn a_change_is_read_back_and_an_empty_value_clears() {
    on_each_lane(Plan::quiet, |house| {
        let set = [
            ("Name", "Line-1.a_b"),
            ("Description", "光纤 to the cellar"),
            ("CircuitCode", "longtel001"),
            ("PeerLocation", "XX Street"),
        ];
        let id = house.order(Who::Tenant, &[("bandwidth", "50"), ("DeviceAdvancedCapacity.1", "BFD")]);
        let modify = |house: &mut House, pairs: &[(&str, &str)]| {
            let pairs = [&[("RegionId", "east"), ("PhysicalConnectionId", id.as_str())], pairs].concat();
            house.call(Who::Tenant, "ModifyPhysicalConnectionAttribute", &pairs)
        };
        let fresh = house.show(Who::Tenant, &id).unwrap();
        for name in set.map(|(name, _)| name) {
            assert_eq!(fresh[name], "", "{name} is empty when never set");
        }
        modify(house, &set).unwrap();
        modify(house, &[("DownDelayTime", "300"), ("LineOperator", "Equinix"), ("Bandwidth", "200")])
            .unwrap();
        let shown = house.show(Who::Tenant, &id).unwrap();
        for (name, value) in set {
            assert_eq!(shown[name], value, "{name}");
        }
        assert_eq!((&shown["DownDelayTime"], &shown["Bandwidth"]), (&300.into(), &200.into()));
        assert_eq!(shown["LineOperator"], "Equinix");
        let cleared: Vec<_> = set.iter().map(|(name, _)| (*name, "")).collect();
        modify(house, &cleared).unwrap();
        let shown = house.show(Who::Tenant, &id).unwrap();
        for (name, _) in set {
            assert_eq!(shown[name], "", "{name} is cleared");
        }
        assert_eq!(shown["DownDelayTime"], 300, "what is absent stays");

        // Past review the port type and the backup stand; naming the present value again is no change.
        modify(house, &[("PortType", "1000Base-LX")]).unwrap();
        assert_eq!(house.field(&id, "PortType"), "1000Base-LX");
        lead_to(house, &id, "Allocated");
        modify(house, &[("PortType", "1000Base-LX"), ("RedundantPhysicalConnectionId", "")]).unwrap();
        let refusal = modify(house, &[("PortType", "1000Base-T")]).unwrap_err();
        assert_eq!(refusal.is(), ("InvalidStatus", 400));
        assert_eq!(refusal.header(STATE_HEADER), Some("Allocated"));
        assert!(refusal.header(NEXT_HEADER).unwrap().contains("tenant:ConfirmPhysicalConnection"));
        modify(house, &[("bandwidth", "300")]).unwrap();
    });
}

#[test]
pub(crate) fn a_rejected_order_that_is_changed_is_reviewed_again() {
    on_each_lane(Plan::quiet, |house| {
        let id = house.order(Who::Tenant, &[]);
        let pairs = [("PhysicalConnectionId", id.as_str()), ("Reason", "no such building")];
        house.ok(Who::Operator, "RejectPhysicalConnection", &pairs);
        assert_eq!(house.field(&id, "StatusReason"), "no such building");
        let pairs =
            [("RegionId", "east"), ("PhysicalConnectionId", id.as_str()), ("PortType", "1000Base-LX")];
        house.ok(Who::Tenant, "ModifyPhysicalConnectionAttribute", &pairs);
        let shown = house.show(Who::Tenant, &id).unwrap();
        assert_eq!((&shown["Status"], &shown["PortType"]), (&"Initial".into(), &"1000Base-LX".into()));
        assert!(shown.get("StatusReason").is_none());
    });
}

#[test]
pub(crate) fn a_reason_is_shown_while_it_holds_and_no_longer() {
    on_each_lane(Plan::quiet, |house| {
        let id = house.order(Who::Tenant, &[]);
        let reason = |house: &mut House| {
            house
                .show(Who::Tenant, &id)
                .unwrap()
                .get("StatusReason")
                .map(|reason| reason.as_str().unwrap().to_owned())
        };
        let because = |why| vec![("PhysicalConnectionId", id.as_str()), ("Reason", why)];
        lead_to(house, &id, "Allocating");
        house.ok(Who::Operator, "FailPhysicalConnectionAllocation", &because("hall full"));
        assert_eq!(reason(house).as_deref(), Some("hall full"));
        house.operate("RetryPhysicalConnectionAllocation", &id);
        assert_eq!(reason(house), None);
        house.operate("AllocatePhysicalConnection", &id);
        house.ok(Who::Operator, "RefusePhysicalConnectionConstruction", &because("no light"));
        assert_eq!((house.status(&id).as_str(), reason(house).as_deref()), ("Allocated", Some("no light")));
        house.operate("AcceptPhysicalConnectionConstruction", &id);
        assert_eq!(reason(house), None);
        // A lock's reason holds until the lock is taken off, whatever the status does.
        let lock = [&because("overdue")[..], &[("BusinessStatus", "FinancialLocked")]].concat();
        house.ok(Who::Operator, "LockPhysicalConnection", &lock);
        house.act("CancelPhysicalConnection", &id).unwrap();
        assert_eq!(reason(house).as_deref(), Some("overdue"));
    });
}

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

fn pilot(house: &mut House, step: &str, outcome: &str, others: &[(&str, &str)]) {
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
        let seen: Vec<_> =
            rules.iter().map(|rule| (text(rule, "AccountId"), rule["DelaySeconds"].clone())).collect();
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

#[test]
pub(crate) fn the_work_queue_shows_what_waits_oldest_first_with_the_legal_moves() {
    on_each_lane(lifted, |house| {
        let mut expected = Vec::new();
        for (index, status) in
            ["Allocation Failed", "Initial", "Allocating", "Allocated", "Confirmed", "Canceled"]
                .into_iter()
                .enumerate()
        {
            let who = if index == 1 { Who::Second } else { Who::Tenant };
            let id = house.order(who, &[("Name", "queued")]);
            if who == Who::Tenant {
                lead_to(house, &id, status);
            }
            house.advance(1);
            let state = CIRCUIT.state(status).unwrap();
            if CIRCUIT.waits_for_operator(state) {
                let moves: Vec<_> =
                    CIRCUIT.moves_from(state, Some(Actor::Operator)).map(|row| row.trigger).collect();
                expected.push((id, who.account(), status, moves));
            }
        }
        assert_eq!(expected.len(), 4);
        let queue = house.ok(Who::Operator, "DescribeWorkQueue", &[]);
        assert_eq!(queue["TotalCount"], 4);
        let items = queue["WorkItems"]["WorkItem"].as_array().unwrap().clone();
        for (item, (id, account, status, moves)) in items.iter().zip(&expected) {
            assert_eq!(item["PhysicalConnectionId"], **id);
            assert_eq!((&item["AccountId"], &item["Status"]), (&(*account).into(), &(*status).into()));
            assert_eq!(item["Moves"]["Move"], serde_json::json!(moves));
            // What is offered can be done; the circuit then leaves its place.
            for action in moves {
                assert!(entry(action).about.actor == Actor::Operator);
            }
        }
        let pairs = [("PageSize", "3"), ("PageNumber", "2")];
        let page = house.ok(Who::Operator, "DescribeWorkQueue", &pairs);
        assert_eq!(page["WorkItems"]["WorkItem"].as_array().unwrap()[..], items[3..]);
        let only = house.ok(Who::Operator, "DescribeWorkQueue", &[("Status", "Allocating")]);
        assert_eq!(
            (only["WorkItems"]["WorkItem"].as_array().unwrap().len(), &only["TotalCount"]),
            (1, &1.into())
        );
        house.operate("RetryPhysicalConnectionAllocation", &expected[0].0);
        let queue = house.ok(Who::Operator, "DescribeWorkQueue", &[]);
        assert_eq!(
            queue["WorkItems"]["WorkItem"][3]["PhysicalConnectionId"], expected[0].0,
            "now the youngest"
        );
    });
}

#[test]
pub(crate) fn ports_are_reserved_released_broken_mended_and_taken_by_name() {
    on_each_lane(lifted, |house| {
        let port = "dev-east-1b:1/1/2";
        let state = |house: &mut House| {
            let answer = house.ok(Who::Operator, "DescribePorts", &[("DeviceId", "dev-east-1b")]);
            let ports = answer["Ports"]["Port"].as_array().unwrap().clone();
            text(ports.iter().find(|row| row["PortId"] == port).unwrap(), "State")
        };
        let why = ("Reason", "for the ministry");
        let steps: &[(&str, Pairs<'_>, &str, &[&str])] = &[
            ("ReservePort", vec![why], "reserved", &["free"]),
            ("ReleasePort", vec![], "free", &["reserved"]),
            ("SetPortState", vec![("State", "broken"), why], "broken", &["free", "reserved"]),
            ("SetPortState", vec![("State", "in service")], "free", &["broken"]),
        ];
        // From every state but `used`, every step: it leads where it says, or is refused and says why.
        for before in ["free", "reserved", "broken"] {
            for (action, pairs, to, from) in steps {
                match before {
                    "reserved" => drop(house.ok(Who::Operator, "ReservePort", &[("PortId", port), why])),
                    "broken" => {
                        let pairs = [("PortId", port), ("State", "broken"), why];
                        drop(house.ok(Who::Operator, "SetPortState", &pairs));
                    }
                    _ => {}
                }
                assert_eq!(state(house), before);
                let pairs = [&[("PortId", port)], &pairs[..]].concat();
                if from.contains(&before) {
                    house.ok(Who::Operator, action, &pairs);
                    assert_eq!(state(house), *to);
                } else {
                    let refusal = house.refused(Who::Operator, action, &pairs);
                    assert_eq!(refusal.is(), ("IncorrectStatus.Port", 400), "{action} in {before}");
                }
                match state(house).as_str() {
                    "reserved" => drop(house.ok(Who::Operator, "ReleasePort", &[("PortId", port)])),
                    "broken" => {
                        let pairs = [("PortId", port), ("State", "in service")];
                        drop(house.ok(Who::Operator, "SetPortState", &pairs));
                    }
                    _ => {}
                }
            }
        }
        for (action, pairs, _, _) in steps {
            let pairs = [&[("PortId", "nowhere")], &pairs[..]].concat();
            assert_eq!(house.refused(Who::Operator, action, &pairs).is(), ("InvalidPortId.NotFound", 404));
        }
        let silent = [("PortId", port), ("State", "broken")];
        assert_eq!(house.refused(Who::Operator, "SetPortState", &silent).is(), ("MissingParameter", 400));

        // Reserved and broken ports are passed over; a reserved one can be named.
        let fibre = [("PortType", "1000Base-LX")];
        let mut waiting: Vec<_> = (0..5).map(|_| house.order(Who::Tenant, &fibre)).collect();
        for id in &waiting {
            lead_to(house, id, "Allocating");
        }
        let mut allocate = |house: &mut House, pairs: &[(&str, &str)]| {
            let id = waiting.remove(0);
            let pairs = [&[("PhysicalConnectionId", id.as_str())], pairs].concat();
            (id.clone(), house.call(Who::Operator, "AllocatePhysicalConnection", &pairs))
        };
        house.ok(Who::Operator, "ReservePort", &[("PortId", "dev-east-1b:1/1/1"), why]);
        house.ok(Who::Operator, "SetPortState", &[("PortId", port), ("State", "broken"), why]);
        let (first, reply) = allocate(house, &[]);
        assert_eq!(text(&reply.unwrap(), "PortId"), "dev-east-1b:1/1/3");
        let (_, reply) = allocate(house, &[("PortId", "dev-east-1b:1/1/1")]);
        assert_eq!(text(&reply.unwrap(), "PortNumber"), "1/1/1");
        house.ok(Who::Operator, "SetPortState", &[("PortId", port), ("State", "in service")]);
        for (named, code, status) in [
            ("dev-east-1b:1/1/3", "Invalid.Status", 400),
            ("dev-east-1a:1/1/1", "Invalid.Status", 400),
            ("dev-east-9:1/1/1", "InvalidPortId.NotFound", 404),
        ] {
            assert_eq!(allocate(house, &[("PortId", named)]).1.unwrap_err().is(), (code, status), "{named}");
        }
        let used = [("PortId", "dev-east-1b:1/1/3"), ("State", "broken"), why];
        assert_eq!(house.refused(Who::Operator, "SetPortState", &used).is(), ("IncorrectStatus.Port", 400));
        let ports = house.ok(Who::Operator, "DescribePorts", &[("State", "used"), ("PageSize", "1")]);
        assert_eq!(ports["TotalCount"], 2);
        house.act("CancelPhysicalConnection", &first).unwrap();
        let ports =
            house.ok(Who::Operator, "DescribePorts", &[("PortType", "1000Base-LX"), ("State", "free")]);
        assert_eq!(ports["TotalCount"], 2);
    });
}

#[test]
pub(crate) fn devices_are_listed_by_access_point_and_page() {
    on_each_lane(Plan::quiet, |house| {
        let all = house.ok(Who::Operator, "DescribeDevices", &[]);
        assert_eq!(all["TotalCount"], 5);
        let devices = all["Devices"]["Device"].as_array().unwrap();
        assert_eq!(
            (&devices[0]["DeviceId"], &devices[0]["DirectEnable"]),
            (&"dev-east-1a".into(), &true.into())
        );
        let some = house.ok(Who::Operator, "DescribeDevices", &[("AccessPointId", "ap-east-1")]);
        assert_eq!(some["TotalCount"], 2);
        let page = house.ok(Who::Operator, "DescribeDevices", &[("PageSize", "2"), ("PageNumber", "3")]);
        assert_eq!(page["Devices"]["Device"].as_array().unwrap()[..], devices[4..]);
    });
}

#[test]
pub(crate) fn direct_enabling_needs_an_account_and_a_device_that_allow_it() {
    on_each_lane(lifted, |house| {
        let direct = |house: &mut House, id: &str| {
            let pairs = [("RegionId", "east"), ("PhysicalConnectionId", id), ("ByPassSp", "true")];
            house.call(Who::Tenant, "EnablePhysicalConnection", &pairs)
        };
        let id = house.order(Who::Tenant, &[]);
        lead_to(house, &id, "Confirmed");
        assert_eq!(direct(house, &id).unwrap_err().is(), ("ALIUID.NOT.ALLOW.WITHOUT.SP", 400));
        allow_direct(house);
        let other = house.order(Who::Tenant, &[("AccessPointId", "ap-east-2")]);
        lead_to(house, &other, "Confirmed");
        assert_eq!(direct(house, &other).unwrap_err().is(), ("ACCESS.DEVICE.NOT.ALLOW.WITHOUT.SP", 400));
        direct(house, &id).unwrap();
        assert_eq!(house.status(&id), "Enabled");
    });
}

/// The tenant of the tests is a founder, and founders are not allowed to; only CreateAccount can say so.
fn allow_direct(house: &mut House) {
    let allow = |tx: &mut dyn store::Tx| {
        let args = [store::Arg::from(TENANT)];
        Ok::<_, store::Abort<()>>(tx.exec("update account set direct_enable = 1 where id = $1", &args)?)
    };
    assert_eq!(house.store.write_blocking(allow).unwrap(), 1);
}

#[test]
pub(crate) fn accounts_and_their_keys_come_and_go() {
    on_each_lane(Plan::quiet, |house| {
        let made =
            house.ok(Who::Operator, "CreateAccount", &[("AccountName", "third"), ("DirectEnable", "true")]);
        let account = text(&made, "AccountId");
        assert!(account.len() == 16 && account.starts_with('2'));
        let named = [("AccountName", "x"), ("AccountId", TENANT)];
        let refusal = house.refused(Who::Operator, "CreateAccount", &named);
        assert_eq!(refusal.is(), ("AlreadyExists.Account", 400));
        let named = [("AccountName", "fourth"), ("AccountId", "3333333333333333")];
        assert_eq!(house.ok(Who::Operator, "CreateAccount", &named)["AccountId"], "3333333333333333");
        let all = house.ok(Who::Operator, "DescribeAccounts", &[]);
        assert_eq!(all["TotalCount"], 5);
        let page = house.ok(Who::Operator, "DescribeAccounts", &[("PageSize", "2"), ("PageNumber", "3")]);
        assert_eq!(
            page["Accounts"]["Account"].as_array().unwrap()[..],
            all["Accounts"]["Account"].as_array().unwrap()[4..]
        );

        let of = [("AccountId", account.as_str())];
        let mut keys = Vec::new();
        for _ in 0..ACCESS_KEYS_PER_ACCOUNT_MAX {
            let made = house.ok(Who::Operator, "CreateAccessKey", &of);
            let (id, secret) = (text(&made, "AccessKeyId"), text(&made, "AccessKeySecret"));
            let stored = house.key(&id).unwrap();
            assert!(stored.active && !stored.operator && stored.account == account);
            assert_eq!(&*house.world.seal.open(&id, &stored.sealed).unwrap(), &secret);
            let said = format!("{:?}", house.dump()["ledger"]);
            assert!(!said.contains(&secret), "a secret is in no ledger row");
            keys.push(id);
        }
        let refusal = house.refused(Who::Operator, "CreateAccessKey", &of);
        assert_eq!(refusal.is(), ("QuotaExceeded.AccessKeys", 400));
        let nobody = [("AccountId", "9999999999999999")];
        let refusal = house.refused(Who::Operator, "CreateAccessKey", &nobody);
        assert_eq!(refusal.is(), ("InvalidAccountId.NotFound", 404));

        house.ok(Who::Operator, "DisableAccessKey", &[("TargetAccessKeyId", &keys[0])]);
        assert!(!house.key(&keys[0]).unwrap().active);
        house.ok(Who::Operator, "DeleteAccessKey", &[("TargetAccessKeyId", &keys[0])]);
        assert!(house.key(&keys[0]).is_none());
        for action in ["DisableAccessKey", "DeleteAccessKey"] {
            let refusal = house.refused(Who::Operator, action, &[("TargetAccessKeyId", &keys[0])]);
            assert_eq!(refusal.is(), ("InvalidAccessKeyId.NotFound", 404), "{action}");
        }
        let shown = house.ok(Who::Operator, "DescribeAccounts", &of);
        let shown = &shown["Accounts"]["Account"][0];
        assert_eq!(shown["AccessKeys"]["AccessKey"].as_array().unwrap().len(), keys.len() - 1);
        assert_eq!((&shown["Kind"], &shown["DirectEnable"]), (&"tenant".into(), &true.into()));
    });
}

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
