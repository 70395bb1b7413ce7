//! Changes of a circuit, and the reasons it shows.

use super::{lead_to, on_each_lane};
use crate::house::{House, Plan, Who};
use connect::circuit::{NEXT_HEADER, STATE_HEADER};

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
pub(crate) fn a_new_port_type_must_be_offered_there_and_suit_the_optic() {
    on_each_lane(Plan::quiet, |house| {
        let plain = house.order(Who::Tenant, &[("AccessPointId", "ap-east-2")]);
        let optic = [("PortType", "10GBase-LR"), ("OpticalModuleModel", "SFP-10G-LR-SM1310,10KM")];
        let optic = house.order(Who::Tenant, &optic);
        for (id, before) in [(&plain, "1000Base-T"), (&optic, "10GBase-LR")] {
            let wanted = if before == "1000Base-T" { "10GBase-LR" } else { "1000Base-T" };
            let pairs = [("RegionId", "east"), ("PhysicalConnectionId", id), ("PortType", wanted)];
            let refusal = house.refused(Who::Tenant, "ModifyPhysicalConnectionAttribute", &pairs);
            assert_eq!(refusal.is(), ("InvalidPortType.Malformd", 400));
            assert_eq!(house.field(id, "PortType"), before);
        }
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
