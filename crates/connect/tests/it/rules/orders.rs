//! What may be ordered: quotas, debts, backups, access points, optics, the service.

use super::{lead_to, lifted, on_each_lane};
use crate::house::{House, Plan, Who, order, text};
use connect::circuit::STATE_HEADER;
use connect::circuit::states::{BACKUP, CIRCUIT, NOT_ENABLED};
use connect::world::Quotas;

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
    let plan = |lane| Plan {
        quotas: Quotas { not_enabled: 100, per_access_point: 2, ..Quotas::default() },
        ..Plan::quiet(lane)
    };
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
