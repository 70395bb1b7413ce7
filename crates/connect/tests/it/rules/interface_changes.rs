//! Changing router interfaces, and listing them.

use super::interfaces::{Place, connected, end, new_end, on, pair, refused, shown, status, vrouter};
use super::on_each_lane;
use super::routers::{EAST, circuit, router};
use crate::house::{House, Plan, SECOND, TENANT, Who, text};
use crate::invariants;

#[test]
pub(crate) fn a_change_is_read_back_and_the_other_end_stays_once_connected() {
    on_each_lane(Plan::quiet, |house| {
        let line = circuit(house);
        let vbr = router(house, &line, &[]);
        let other = vrouter(house, Who::Tenant, "east");
        let (from, to) = (Place::of(&vbr), Place::of(&other));
        let (left, right) = connected(house, from, to);
        let modify = "ModifyRouterInterfaceAttribute";
        let resent = [
            ("OppositeInterfaceId", left.as_str()),
            ("OppositeRouterId", &vbr),
            ("OppositeRouterType", "VBR"),
            ("OppositeInterfaceOwnerId", TENANT),
        ];
        let more = [("Name", "named"), ("Description", "d2"), ("HcRate", "2000"), ("HcThreshold", "8")];
        on(house, to, modify, &right, &[&resent[..], &more].concat());
        on(
            house,
            to,
            modify,
            &right,
            &[("HealthCheckSourceIp", "10.0.0.9"), ("HealthCheckTargetIp", "10.9.9.9")],
        );
        let row = shown(house, to, &right).unwrap();
        assert_eq!(
            (&row["Name"], &row["HcRate"], &row["HcThreshold"]),
            (&"named".into(), &2000.into(), &8.into())
        );
        assert_eq!((&row["HealthCheckSourceIp"], &row["Status"]), (&"10.0.0.9".into(), &"Active".into()));
        for (more, code) in [
            (vec![], "InvalidParam.ModifyRouterInterface"),
            (vec![("OppositeInterfaceId", "ri-1")], "IncorrectStatus"),
            (vec![("OppositeInterfaceOwnerId", SECOND)], "IncorrectStatus"),
            (vec![("OppositeRouterId", "vbr-1")], "Forbbiden.ModifyIdAndType"),
            (vec![("OppositeRouterType", "VRouter")], "Forbbiden.ModifyIdAndType"),
            (vec![("HealthCheckSourceIp", "ten")], "InvalidHealthCheckIP.Malformd"),
            (vec![("HealthCheckSourceIp", "")], "InvalidHealthCheckIP.Malformd"),
            (vec![("HealthCheckSourceIp", "10.9.9.9")], "InvalidParam.ModifyRouterInterface"),
            (vec![("HealthCheckSourceIp", "11.0.0.1")], "IllegalParam.HcSourceIp"),
            (
                vec![("HealthCheckSourceIp", "10.0.0.1"), ("DeleteHealthCheckIp", "true")],
                "InvalidParam.ModifyRouterInterface",
            ),
            (vec![("HcRate", "60001")], "IllegalParam.HcRate"),
            (vec![("HcThreshold", "x")], "IllegalParam.HcThreshold"),
            (vec![("Name", "-")], "InvalidName.Malformed"),
            (vec![("OppositeRouterType", "X")], "InvalidOppositeRouterType.ValueNotSupported"),
        ] {
            assert_eq!(refused(house, to, modify, &right, &more).code, code, "{more:?}");
        }
        // A source that another interface of the router has.
        let third = end(house, to, Place::of("vrt-x"), "AcceptingSide", &[]);
        let taken = [("HealthCheckSourceIp", "10.0.0.9"), ("HealthCheckTargetIp", "10.9.9.8")];
        assert_eq!(refused(house, to, modify, &third, &taken).code, "IllegalParam.HcSourceIp");
        on(house, to, modify, &right, &[("DeleteHealthCheckIp", "true"), ("Name", ""), ("Description", "")]);
        on(house, to, modify, &right, &[("HcRate", "0"), ("HcThreshold", "0")]);
        let row = shown(house, to, &right).unwrap();
        assert_eq!(
            (&row["HealthCheckSourceIp"], &row["Name"], &row["HcRate"]),
            (&"".into(), &"".into(), &0.into())
        );
        on(house, from, "DeactivateRouterInterface", &left, &[]);
        let refusal = refused(house, from, modify, &left, &[("Name", "moving")]);
        assert_eq!(refusal.is(), ("IncorrectStatus", 400));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_size_is_in_force_at_once_and_an_active_end_passes_through_activating() {
    on_each_lane(Plan::quiet, |house| {
        let (one, other) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Tenant, "east"));
        let (from, to) = (Place::of(&one), Place::of(&other));
        let (left, right) = pair(house, from, to);
        let resize = |house: &mut House, spec: &str| {
            let answer = on(house, from, "ModifyRouterInterfaceSpec", &left, &[("Spec", spec)]);
            assert_eq!(answer["Spec"], spec);
            let row = shown(house, from, &left).unwrap();
            assert_eq!(row["Spec"], spec);
            (text(&row, "Status"), row["Bandwidth"].as_i64().unwrap())
        };
        for (spec, mbps) in [
            ("Mini.2", 2),
            ("Mini.5", 5),
            ("Small.1", 10),
            ("Small.2", 20),
            ("Small.5", 50),
            ("Middle.1", 100),
            ("Middle.2", 200),
            ("Middle.5", 500),
            ("Large.1", 1000),
            ("Large.2", 2000),
            ("Large.5", 5000),
            ("Xlarge.1", 10_000),
        ] {
            assert_eq!(resize(house, spec), ("Idle".to_owned(), mbps));
        }
        on(house, from, "ConnectRouterInterface", &left, &[]);
        let refusal = refused(house, from, "ModifyRouterInterfaceSpec", &left, &[("Spec", "Mini.2")]);
        assert_eq!(refusal.is(), ("InvalidInstance.StatusError", 400));
        house.advance(1);
        assert_eq!(resize(house, "Mini.5"), ("Activating".to_owned(), 5));
        house.advance(1);
        assert_eq!(status(house, from, &left), "Active");
        for (place, id, spec) in [(from, &left, "Negative"), (to, &right, "Mini.2"), (from, &left, "Huge")] {
            let refusal = refused(house, place, "ModifyRouterInterfaceSpec", id, &[("Spec", spec)]);
            assert_eq!(refusal.is(), ("InvalidSpec.ValudNotSupported", 400));
        }
        on(house, to, "ModifyRouterInterfaceSpec", &right, &[("Spec", "Negative")]);
    });
}

#[test]
pub(crate) fn interfaces_are_listed_by_what_is_asked_and_page_by_page() {
    on_each_lane(Plan::quiet, |house| {
        let (one, other) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Tenant, "east"));
        let (from, to) = (Place::of(&one), Place::of(&other));
        let (left, right) = connected(house, from, to);
        let third =
            end(house, from, Place::of("vrt-x"), "AcceptingSide", &[("Name", "third"), ("Tag.1.Key", "k")]);
        let mut find = |pairs: &[(&str, &str)]| {
            let answer = house.ok(Who::Tenant, "DescribeRouterInterfaces", &[&[EAST], pairs].concat());
            let rows = answer["RouterInterfaceSet"]["RouterInterfaceType"].as_array().unwrap();
            rows.iter().map(|row| text(row, "RouterInterfaceId")).collect::<Vec<_>>()
        };
        for (key, value, wanted) in [
            ("RouterInterfaceId", right.as_str(), vec![&right]),
            ("RouterId", &one, vec![&left, &third]),
            ("RouterType", "VRouter", vec![&left, &right, &third]),
            ("RouterType", "VBR", vec![]),
            ("RouterInterfaceOwnerId", TENANT, vec![&left, &right, &third]),
            ("RouterInterfaceOwnerId", SECOND, vec![]),
            ("OppositeInterfaceId", &right, vec![&left]),
            ("OppositeRouterType", "VRouter", vec![&left, &right, &third]),
            ("OppositeRouterId", &one, vec![&right]),
            ("OppositeInterfaceOwnerId", TENANT, vec![&left, &right, &third]),
            ("Status", "active", vec![&left, &right]),
            ("Status", "Modifying", vec![]),
            ("Status", "nonsense", vec![]),
            ("Name", "third", vec![&third]),
        ] {
            let found = find(&[("Filter.1.Key", key), ("Filter.1.Value.1", value)]);
            assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{key}={value}");
        }
        let both = [("Filter.1.Key", "Status"), ("Filter.1.Value.1", "Active"), ("Filter.2.Key", "RouterId")];
        assert_eq!(find(&[&both[..], &[("Filter.2.Value.1", &other)]].concat()), [right.clone()]);
        assert_eq!(find(&[("Tag.1.Key", "k")]), [third.clone()]);
        assert_eq!(find(&[("ResourceGroupId", "rg-none")]), [""; 0]);
        assert_eq!(
            find(&[("PageSize", "2"), ("PageNumber", "2"), ("IncludeReservationData", "true")]),
            [third]
        );
        for (pairs, code) in [
            (vec![("Filter.1.Key", "Role")], "InvalidFilterKey.ValueNotSupported"),
            (vec![("PageNumber", "0")], "InvalidRegionId.NotFound"),
            (vec![("PageSize", "0")], "InvalidRegionId.NotFound"),
            (
                vec![("Filter.1.Key", "OppositeInterfaceOwnerId"), ("Filter.1.Value.1", "me")],
                "IllegalParam.AliUid",
            ),
        ] {
            let refusal =
                house.refused(Who::Tenant, "DescribeRouterInterfaces", &[&[EAST], &pairs[..]].concat());
            assert_eq!(refusal.code, code, "{pairs:?}");
        }
        let refusal =
            house.refused(Who::Tenant, "DescribeRouterInterfaceAttribute", &[EAST, ("InstanceId", "")]);
        assert_eq!(refusal.is(), ("InvalidParam.NotNull", 400));
        let theirs = house.ok(Who::Second, "DescribeRouterInterfaces", &[EAST]);
        assert_eq!(theirs["TotalCount"], 0);
    });
}

#[test]
pub(crate) fn an_end_over_a_circuit_comes_into_service_only_while_the_service_is_open() {
    let plan = |lane| Plan { outbound_service_open: false, ..Plan::quiet(lane) };
    on_each_lane(plan, |house| {
        house.ok(Who::Tenant, "OpenPhysicalConnectionService", &[EAST]);
        let line = circuit(house);
        let vbr = router(house, &line, &[]);
        let other = vrouter(house, Who::Tenant, "east");
        let from = Place::of(&vbr);
        let id = end(house, from, Place::of(&other), "InitiatingSide", &[("FastLinkMode", "true")]);
        on(house, from, "DeactivateRouterInterface", &id, &[]);
        house.advance(1);
        let closed =
            |tx: &mut dyn store::Tx| Ok::<_, store::Abort<()>>(tx.exec("delete from outbound_service", &[])?);
        assert_eq!(house.store.write_blocking(closed).unwrap(), 1);
        let refusal = refused(house, from, "ActivateRouterInterface", &id, &[]);
        assert_eq!(refusal.is(), ("OperationFailed.PconnTrafficNotEnable", 400));
    });
}

#[test]
pub(crate) fn labels_and_tokens_of_interfaces_are_their_owners() {
    on_each_lane(Plan::quiet, |house| {
        let one = vrouter(house, Who::Tenant, "east");
        let from = Place::of(&one);
        let id = end(house, from, Place::of("vrt-x"), "InitiatingSide", &[("ClientToken", "t")]);
        assert_eq!(end(house, from, Place::of("vrt-x"), "InitiatingSide", &[("ClientToken", "t")]), id);
        let other = new_end(from, Place::of("vrt-y"), "InitiatingSide", &[("ClientToken", "t")]);
        assert_eq!(
            house.refused(Who::Tenant, "CreateRouterInterface", &other).code,
            "IdempotentParameterMismatch"
        );
        let label = [EAST, ("ResourceType", "ROUTERINTERFACE"), ("ResourceId.1", &id), ("Tag.1.Key", "k")];
        house.ok(Who::Tenant, "TagResources", &label);
        assert_eq!(shown(house, from, &id).unwrap()["Tags"]["Tags"][0]["Key"], "k");
        house.refused(Who::Second, "TagResources", &label);
        invariants::check(house);
        for _ in 0..2 {
            on(house, from, "DeleteRouterInterface", &id, &[("ClientToken", "d")]);
        }
        invariants::check(house);
    });
}
