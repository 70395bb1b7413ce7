//! Router interfaces: one end, the pair, its life, and what it keeps its routers from.

use super::routers::{EAST, circuit, replaced, router};
use super::vpcs::vpc;
use super::{Pairs, on_each_lane};
use crate::house::{House, Plan, Refusal, SECOND, TENANT, Who, text};
use crate::invariants;
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use serde_json::Value;

/// Where an interface is made: its region, its router and its kind.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) who: Who,
    pub(crate) region: &'a str,
    pub(crate) router: &'a str,
    pub(crate) kind: &'a str,
}

impl<'a> Place<'a> {
    /// A router of a VPC of the tenant's, in the east.
    pub(crate) fn of(router: &'a str) -> Place<'a> {
        let kind = if router.starts_with("vbr-") { "VBR" } else { "VRouter" };
        Place { who: Who::Tenant, region: "east", router, kind }
    }
}

/// The router of a new VPC of this account in this region.
pub(crate) fn vrouter(house: &mut House, who: Who, region: &str) -> String {
    text(&vpc(house, who, &[("RegionId", region)]), "VRouterId")
}

/// The parameters of a new interface that connects one place to another.
pub(crate) fn new_end<'a>(
    from: Place<'a>,
    to: Place<'a>,
    role: &'a str,
    more: &[(&'a str, &'a str)],
) -> Pairs<'a> {
    let mut usual = vec![
        ("RegionId", from.region),
        ("OppositeRegionId", to.region),
        ("Role", role),
        ("RouterId", from.router),
        ("RouterType", from.kind),
        ("Spec", if role == "InitiatingSide" { "Mini.2" } else { "Negative" }),
        ("OppositeRouterId", to.router),
        ("OppositeRouterType", to.kind),
        ("OppositeInterfaceOwnerId", to.who.account()),
    ];
    if from.kind == "VBR" {
        usual.push(("AccessPointId", "ap-east-1"));
    }
    replaced(&usual, more)
}

/// Makes one end.
pub(crate) fn end(
    house: &mut House,
    from: Place<'_>,
    to: Place<'_>,
    role: &str,
    more: &[(&str, &str)],
) -> String {
    text(&house.ok(from.who, "CreateRouterInterface", &new_end(from, to, role, more)), "RouterInterfaceId")
}

/// Makes both ends, and has each name the other.
pub(crate) fn pair(house: &mut House, from: Place<'_>, to: Place<'_>) -> (String, String) {
    let one = end(house, from, to, "InitiatingSide", &[]);
    let other = end(house, to, from, "AcceptingSide", &[]);
    for (place, id, opposite) in [(from, &one, &other), (to, &other, &one)] {
        let pairs = [("OppositeInterfaceId", opposite.as_str())];
        on(house, place, "ModifyRouterInterfaceAttribute", id, &pairs);
    }
    (one, other)
}

/// Makes both ends and connects them.
pub(crate) fn connected(house: &mut House, from: Place<'_>, to: Place<'_>) -> (String, String) {
    let (one, other) = pair(house, from, to);
    on(house, from, "ConnectRouterInterface", &one, &[]);
    house.advance(1);
    (one, other)
}

fn naming<'a>(place: Place<'a>, id: &'a str, more: &[(&'a str, &'a str)]) -> Pairs<'a> {
    [&[("RegionId", place.region), ("RouterInterfaceId", id)], more].concat()
}

/// Runs an action that names an interface.
pub(crate) fn on(
    house: &mut House,
    place: Place<'_>,
    action: &str,
    id: &str,
    more: &[(&str, &str)],
) -> Value {
    house.ok(place.who, action, &naming(place, id, more))
}

/// Runs an action on an interface that must be refused, and leave everything as it was.
pub(crate) fn refused(
    house: &mut House,
    place: Place<'_>,
    action: &str,
    id: &str,
    more: &[(&str, &str)],
) -> Refusal {
    house.refused(place.who, action, &naming(place, id, more))
}

/// One interface as its owner is shown it, in the list and by itself alike; nothing when it is gone.
pub(crate) fn shown(house: &mut House, place: Place<'_>, id: &str) -> Option<Value> {
    let region = ("RegionId", place.region);
    let filter = [region, ("Filter.1.Key", "RouterInterfaceId"), ("Filter.1.Value.1", id)];
    let listed = house.ok(place.who, "DescribeRouterInterfaces", &filter);
    let row = listed["RouterInterfaceSet"]["RouterInterfaceType"].as_array().unwrap().first().cloned();
    let alone = house.call(place.who, "DescribeRouterInterfaceAttribute", &[region, ("InstanceId", id)]);
    match (&row, alone) {
        (None, Err(refusal)) => assert_eq!(refusal.is(), ("InvalidRouterInterfaceId.NotFound", 404)),
        (Some(row), Ok(alone)) => {
            let members = row.as_object().unwrap();
            for (member, value) in members.iter().filter(|(member, _)| *member != "Ipv6Status") {
                let same = if member == "FastLinkMode" { &Value::from(value.to_string()) } else { value };
                assert_eq!(&alone[member], same, "{member}");
            }
            assert_eq!((&alone["Code"], &alone["Success"]), (&"200".into(), &true.into()));
        }
        (row, alone) => panic!("{row:?} and {alone:?}"),
    }
    row
}

pub(crate) fn status(house: &mut House, place: Place<'_>, id: &str) -> String {
    text(&shown(house, place, id).expect("the interface is there"), "Status")
}

#[test]
pub(crate) fn an_end_is_made_idle_and_read_back_with_nothing_invented() {
    on_each_lane(Plan::quiet, |house| {
        let (one, other) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Tenant, "west"));
        let from = Place::of(&one);
        let to = Place { region: "west", ..Place::of(&other) };
        let bare = [("OppositeRouterId", ""), ("OppositeRouterType", ""), ("OppositeInterfaceOwnerId", "")];
        let id = end(house, from, to, "InitiatingSide", &[&bare[..], &[("Spec", "Large.2")]].concat());
        assert!(id.starts_with("ri-"));
        let row = shown(house, from, &id).unwrap();
        for (member, value) in [
            ("Status", "Idle"),
            ("BusinessStatus", "Normal"),
            ("ChargeType", "AfterPay"),
            ("Role", "InitiatingSide"),
            ("Spec", "Large.2"),
            ("RouterId", &one),
            ("RouterType", "VRouter"),
            ("OppositeRegionId", "west"),
            ("OppositeRouterType", ""),
            ("OppositeInterfaceId", ""),
            ("OppositeInterfaceStatus", ""),
            ("Name", ""),
            ("Description", ""),
            ("HealthCheckSourceIp", ""),
            ("ConnectedTime", ""),
            ("HasReservationData", "false"),
            ("EndTime", "2999-09-08T16:00:00Z"),
            ("ResourceGroupId", "rg-default"),
            ("Ipv6Status", "off"),
        ] {
            assert_eq!(row[member], value, "{member}");
        }
        assert_eq!(
            (&row["Bandwidth"], &row["HcRate"], &row["FastLinkMode"]),
            (&2000.into(), &0.into(), &false.into())
        );
        for absent in [
            "AccessPointId",
            "OppositeAccessPointId",
            "OppositeRouterId",
            "OppositeInterfaceOwnerId",
            "HcThreshold",
            "ReservationActiveTime",
        ] {
            assert!(row.get(absent).is_none(), "{absent}");
        }
        assert!(text(&row, "VpcInstanceId").starts_with("vpc-"));
        let more = [
            ("Name", "to-west"),
            ("Description", "the first"),
            ("HealthCheckSourceIp", "10.0.0.1"),
            ("HealthCheckTargetIp", "192.168.0.1"),
            ("ResourceGroupId", "rg-7"),
            ("Tag.1.Key", "k"),
            ("OppositeAccessPointId", "ap-west-1"),
        ];
        let full = end(house, from, to, "InitiatingSide", &more);
        let row = shown(house, from, &full).unwrap();
        for (member, value) in &more[..5] {
            assert_eq!(row[*member], *value, "{member}");
        }
        assert_eq!(
            (&row["OppositeRouterId"], &row["OppositeInterfaceOwnerId"]),
            (&Value::from(&*other), &TENANT.into())
        );
        assert_eq!(row["Tags"]["Tags"][0]["Key"], "k");
        invariants::check(house);
    });
}

#[test]
pub(crate) fn an_end_must_fit_its_router_and_its_role() {
    on_each_lane(Plan::quiet, |house| {
        let (one, other) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Tenant, "east"));
        let theirs = vrouter(house, Who::Second, "east");
        let line = circuit(house);
        let vbr = router(house, &line, &[]);
        let (from, to) = (Place::of(&one), Place::of(&other));
        let border = Place::of(&vbr);
        let cases: &[(Place<'_>, &str, &[(&str, &str)], &str)] = &[
            (from, "Sideways", &[("Spec", "Mini.2")], "InvalidRole.ValueNotSupported"),
            (border, "AcceptingSide", &[], "InvalidRole.ValueNotSupported"),
            (from, "InitiatingSide", &[("Spec", "Huge")], "InvalidSpec.ValudNotSupported"),
            (from, "InitiatingSide", &[("Spec", "Negative")], "InvalidSpec.ValudNotSupported"),
            (from, "AcceptingSide", &[("Spec", "Mini.2")], "InvalidSpec.ValudNotSupported"),
            (from, "InitiatingSide", &[("RouterType", "Switch")], "InvalidRouterType.ValueNotSupported"),
            (
                from,
                "InitiatingSide",
                &[("OppositeRouterType", "X")],
                "InvalidOppositeRouterType.ValueNotSupported",
            ),
            (from, "InitiatingSide", &[("OppositeRegionId", "atlantis")], "InvalidOppositeRegionId.NotFound"),
            (from, "InitiatingSide", &[("OppositeInterfaceOwnerId", "9")], "InvalidAliuid"),
            (from, "InitiatingSide", &[("InstanceChargeType", "PrePaid")], "MissingParameter"),
            (
                from,
                "InitiatingSide",
                &[("InstanceChargeType", "PrePaid"), ("Period", "1")],
                "InvalidPrice.NotFound",
            ),
            (from, "InitiatingSide", &[("RouterId", "vrt-none")], "InvalidRouterId.NotFound"),
            (from, "InitiatingSide", &[("RouterId", &theirs)], "InvalidRouterId.NotFound"),
            (from, "InitiatingSide", &[("RegionId", "west")], "InvalidRouterId.NotFound"),
            (
                from,
                "InitiatingSide",
                &[("RouterType", "VBR"), ("AccessPointId", "ap-east-1")],
                "InvalidRouterId.NotFound",
            ),
            (border, "InitiatingSide", &[("AccessPointId", "")], "MissingParameter"),
            (border, "InitiatingSide", &[("AccessPointId", "ap-east-2")], "InvalidParameter"),
            (from, "InitiatingSide", &[("Name", "1")], "InvalidName.Malformed"),
            (from, "InitiatingSide", &[("Description", "http://x")], "InvalidDescription.Malformed"),
            (from, "InitiatingSide", &[("HealthCheckSourceIp", "10.0.0.1")], "InvalidHealthCheckIP.Malformd"),
            (
                from,
                "InitiatingSide",
                &[("HealthCheckSourceIp", "11.0.0.1"), ("HealthCheckTargetIp", "1.1.1.1")],
                "InvalidHealthCheckIP.Malformd",
            ),
            (from, "InitiatingSide", &[("Tag.1.Key", "k"), ("Tag.2.Key", "k")], "InvalidParameter"),
        ];
        for (place, role, more, code) in cases {
            let pairs = new_end(*place, to, role, more);
            let refusal = house.refused(Who::Tenant, "CreateRouterInterface", &pairs);
            assert_eq!(refusal.code, *code, "{role} {more:?}: {}", refusal.message);
        }
        let gone = [EAST, ("VbrId", &vbr)];
        house.ok(Who::Tenant, "TerminateVirtualBorderRouter", &gone);
        let pairs = new_end(border, to, "InitiatingSide", &[]);
        let refusal = house.refused(Who::Tenant, "CreateRouterInterface", &pairs);
        assert_eq!(refusal.is(), ("InvalidVBRStatus", 400));
        assert_eq!(refusal.header(STATE_HEADER), Some("terminating"));
    });
}

#[test]
pub(crate) fn a_router_has_five_interfaces_and_keeps_its_network_until_they_are_gone() {
    on_each_lane(Plan::quiet, |house| {
        let made = vpc(house, Who::Tenant, &[]);
        let (id, one) = (text(&made, "VpcId"), text(&made, "VRouterId"));
        let other = vrouter(house, Who::Tenant, "east");
        let (from, to) = (Place::of(&one), Place::of(&other));
        let ends: Vec<_> = (0..5).map(|_| end(house, from, to, "InitiatingSide", &[])).collect();
        let pairs = new_end(from, to, "AcceptingSide", &[]);
        let refusal = house.refused(Who::Tenant, "CreateRouterInterface", &pairs);
        assert_eq!(refusal.is(), ("QuotaExceeded.RouterInterface", 400));
        for end in &ends {
            let refusal = house.refused(Who::Tenant, "DeleteVpc", &[("VpcId", &id)]);
            assert_eq!(refusal.is(), ("DependencyViolation.RouterInterface", 400));
            assert!(refusal.message.contains("in the way: ri-"), "{}", refusal.message);
            on(house, from, "DeleteRouterInterface", end, &[]);
        }
        house.ok(Who::Tenant, "DeleteVpc", &[("VpcId", &id)]);

        let line = circuit(house);
        let vbr = router(house, &line, &[]);
        let border = end(house, Place::of(&vbr), to, "InitiatingSide", &[]);
        let pairs = [EAST, ("VbrId", &vbr)];
        let refusal = house.refused(Who::Tenant, "DeleteVirtualBorderRouter", &pairs);
        assert_eq!(refusal.is(), ("InvalidOperation.RouterInterfaceNotDeleted", 400));
        on(house, Place::of(&vbr), "DeleteRouterInterface", &border, &[]);
        house.ok(Who::Tenant, "DeleteVirtualBorderRouter", &pairs);
        invariants::check(house);
    });
}

/// Two ends that connect, of one account or of two, in one region or in two.
fn both_ways(house: &mut House) -> Vec<(Who, &'static str)> {
    let _ = house;
    vec![(Who::Tenant, "east"), (Who::Tenant, "west"), (Who::Second, "east"), (Who::Second, "west")]
}

#[test]
pub(crate) fn two_ends_that_name_each_other_connect_whoever_and_wherever_they_are() {
    on_each_lane(Plan::quiet, |house| {
        let one = vrouter(house, Who::Tenant, "east");
        let from = Place::of(&one);
        for (who, region) in both_ways(house) {
            let other = vrouter(house, who, region);
            let to = Place { who, region, ..Place::of(&other) };
            let (left, right) = pair(house, from, to);
            assert_eq!(shown(house, from, &left).unwrap()["OppositeInterfaceStatus"], "Idle");
            on(house, from, "ConnectRouterInterface", &left, &[]);
            assert_eq!(status(house, from, &left), "Connecting");
            assert_eq!(status(house, to, &right), "AcceptingConnecting", "{who:?} {region}");
            invariants::check(house);
            let refusal = refused(house, from, "DeleteRouterInterface", &left, &[]);
            assert_eq!(refusal.is(), ("IncorrectStatus", 400), "clients repeat it");
            assert_eq!(refusal.header(NEXT_HEADER), Some("timer:FinishInterfaceConnection"));
            house.advance(1);
            let (mine, theirs) = (shown(house, from, &left).unwrap(), shown(house, to, &right).unwrap());
            for (row, spec, opposite) in [(&mine, "Negative", &right), (&theirs, "Mini.2", &left)] {
                assert_eq!(
                    (&row["Status"], &row["OppositeInterfaceStatus"]),
                    (&"Active".into(), &"Active".into())
                );
                assert_eq!(
                    (&row["OppositeInterfaceSpec"], &row["OppositeInterfaceId"]),
                    (&spec.into(), &Value::from(opposite.as_str()))
                );
                assert_ne!(row["ConnectedTime"], "");
            }
            assert_eq!(
                (&theirs["OppositeBandwidth"], &mine["OppositeRegionId"]),
                (&2.into(), &region.into())
            );
            assert!(text(&mine, "OppositeVpcInstanceId").starts_with("vpc-"));
            let refusal = refused(house, from, "ConnectRouterInterface", &left, &[]);
            assert_eq!(refusal.is(), ("IncorrectRIStatus", 400), "not twice");

            on(house, from, "DeactivateRouterInterface", &left, &[]);
            assert_eq!(status(house, from, &left), "Deactivating");
            house.advance(1);
            assert_eq!((&*status(house, from, &left), &*status(house, to, &right)), ("Inactive", "Active"));
            on(house, from, "ActivateRouterInterface", &left, &[]);
            house.advance(1);
            assert_eq!(status(house, from, &left), "Active");
            assert_eq!(
                refused(house, from, "DeleteRouterInterface", &left, &[]).code,
                "InvalidInstance.StatusError"
            );
            on(house, from, "DeactivateRouterInterface", &left, &[]);
            house.advance(1);
            on(house, from, "DeleteRouterInterface", &left, &[]);
            assert!(shown(house, from, &left).is_none(), "it is gone when its deletion is answered");
            let row = shown(house, to, &right).unwrap();
            assert_eq!(
                (&row["Status"], &row["OppositeInterfaceStatus"]),
                (&"Inactive".into(), &"Deleted".into())
            );
            let refusal = refused(house, to, "ActivateRouterInterface", &right, &[]);
            assert_eq!(refusal.is(), ("IncorrectRIStatus", 400), "its opposite is gone");
            invariants::check(house);
            on(house, to, "DeleteRouterInterface", &right, &[]);
            invariants::check(house);
        }
    });
}

#[test]
pub(crate) fn ends_that_do_not_agree_are_not_connected() {
    on_each_lane(Plan::quiet, |house| {
        let (one, other) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Second, "east"));
        let (from, to) = (Place::of(&one), Place { who: Who::Second, ..Place::of(&other) });
        let left = end(house, from, to, "InitiatingSide", &[]);
        let right = end(house, to, from, "AcceptingSide", &[]);
        let change = |house: &mut House, place: Place<'_>, id: &str, pairs: &[(&str, &str)]| {
            on(house, place, "ModifyRouterInterfaceAttribute", id, pairs);
        };
        let fails = |house: &mut House, code: &str, word: &str| {
            let refusal = refused(house, from, "ConnectRouterInterface", &left, &[]);
            assert_eq!((refusal.code, refusal.status), (code, 400), "{}", refusal.message);
            assert!(refusal.message.contains(word), "{}", refusal.message);
            assert_eq!(refusal.header(STATE_HEADER), Some("Idle"));
        };
        let not_set = "IncorrectOppositeInterfaceInfo.NotSet";
        let wrong = "IncorrectOppositeInterfaceInfo";
        fails(house, not_set, "must be all set");
        change(house, from, &left, &[("OppositeInterfaceId", &right)]);
        for (name, value) in [
            ("OppositeRouterId", other.as_str()),
            ("OppositeRouterType", "VRouter"),
            ("OppositeInterfaceOwnerId", SECOND),
        ] {
            change(house, from, &left, &[(name, "")]);
            fails(house, not_set, "must be all set");
            change(house, from, &left, &[(name, value)]);
        }
        // The other end names nothing back yet; nothing is told of it.
        fails(house, wrong, "that names this one");
        assert_eq!(shown(house, from, &left).unwrap()["OppositeInterfaceStatus"], "");
        change(house, to, &right, &[("OppositeInterfaceId", &left)]);
        for (name, bad, good, word) in [
            ("OppositeRouterId", "vrt-none", one.as_str(), "router of this one"),
            ("OppositeRouterType", "", "VRouter", "router of this one"),
            ("OppositeInterfaceOwnerId", SECOND, TENANT, "owner of this one"),
            ("OppositeInterfaceId", "ri-none", &left, "that names this one"),
        ] {
            change(house, to, &right, &[(name, bad)]);
            fails(house, wrong, word);
            change(house, to, &right, &[(name, good)]);
        }
        for (name, bad, good, word) in [
            ("OppositeRouterId", "vrt-none", other.as_str(), "is not on OppositeRouterId"),
            ("OppositeRouterType", "VBR", "VRouter", "is not on OppositeRouterId"),
            ("OppositeInterfaceOwnerId", TENANT, SECOND, "that names this one"),
            ("OppositeRouterId", &one, &other, "Cannot connect on the same router"),
        ] {
            // A border router, once it is named, stays: so the kind is left out first.
            if bad == "VBR" {
                let refusal = refused(house, to, "ConnectRouterInterface", &right, &[]);
                assert_eq!(refusal.is(), ("IncorrectRole.NotInitiatingSide", 400));
                continue;
            }
            change(house, from, &left, &[(name, bad)]);
            fails(house, wrong, word);
            change(house, from, &left, &[(name, good)]);
        }
        let none = refused(house, from, "ConnectRouterInterface", "ri-none", &[]);
        let theirs = refused(house, from, "ConnectRouterInterface", &right, &[]);
        assert_eq!((none.code, &none.message), ("InvalidRouterInterfaceId.NotFound", &theirs.message));
        on(house, from, "ConnectRouterInterface", &left, &[]);
    });
}

#[test]
pub(crate) fn two_regions_and_two_roles_must_be_as_each_end_says() {
    on_each_lane(Plan::quiet, |house| {
        let (one, other) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Tenant, "east"));
        let (from, to) = (Place::of(&one), Place::of(&other));
        let west = ("OppositeRegionId", "west");
        for (mine, theirs, role, word) in [
            (Some(west), None, "AcceptingSide", "not in OppositeRegionId"),
            (None, Some(west), "AcceptingSide", "the region of this one"),
            (None, None, "InitiatingSide", "not AcceptingSide"),
        ] {
            let left = end(house, from, to, "InitiatingSide", mine.as_slice());
            let right = end(house, to, from, role, theirs.as_slice());
            for (id, opposite) in [(&left, &right), (&right, &left)] {
                let pairs = [("OppositeInterfaceId", opposite.as_str())];
                on(house, from, "ModifyRouterInterfaceAttribute", id, &pairs);
            }
            let refusal = refused(house, from, "ConnectRouterInterface", &left, &[]);
            assert_eq!(refusal.code, "IncorrectOppositeInterfaceInfo");
            assert!(refusal.message.contains(word), "{}", refusal.message);
            for id in [&left, &right] {
                on(house, from, "DeleteRouterInterface", id, &[]);
            }
        }
    });
}

#[test]
pub(crate) fn two_routers_have_one_connection() {
    on_each_lane(Plan::quiet, |house| {
        let (one, other) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Tenant, "east"));
        let (from, to) = (Place::of(&one), Place::of(&other));
        let (first, _) = pair(house, from, to);
        let (back, _) = pair(house, to, from);
        on(house, from, "ConnectRouterInterface", &first, &[]);
        let refusal = refused(house, from, "ConnectRouterInterface", &back, &[]);
        assert_eq!(refusal.code, "Forbidden.OnlyOneConnection");
        assert!(refusal.message.contains("concurrently"));
        house.advance(1);
        let refusal = refused(house, from, "ConnectRouterInterface", &back, &[]);
        assert!(refusal.message.contains("already"), "{}", refusal.message);
        let pairs = new_end(from, to, "InitiatingSide", &[]);
        assert_eq!(
            house.refused(Who::Tenant, "CreateRouterInterface", &pairs).code,
            "Forbidden.OnlyOneConnection"
        );
        // Gone from one end, it is no connection any more.
        on(house, from, "DeactivateRouterInterface", &first, &[]);
        house.advance(1);
        on(house, from, "DeleteRouterInterface", &first, &[]);
        on(house, from, "ConnectRouterInterface", &back, &[]);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn what_is_owed_blocks_new_interfaces_and_connections() {
    on_each_lane(Plan::quiet, |house| {
        let (one, other) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Tenant, "east"));
        let (from, to) = (Place::of(&one), Place::of(&other));
        let (left, _) = pair(house, from, to);
        let line = circuit(house);
        let lock =
            [("PhysicalConnectionId", line.as_str()), ("BusinessStatus", "FinancialLocked"), ("Reason", "r")];
        house.ok(Who::Operator, "LockPhysicalConnection", &lock);
        let refusal = refused(house, from, "ConnectRouterInterface", &left, &[]);
        assert_eq!(refusal.is(), ("Forbidden.BillsOutstanding", 400));
        let pairs = new_end(from, to, "InitiatingSide", &[]);
        let refusal = house.refused(Who::Tenant, "CreateRouterInterface", &pairs);
        assert_eq!(refusal.is(), ("Forbidden.BillsOutstanding", 400));
        house.operate("UnlockPhysicalConnection", &line);
        on(house, from, "ConnectRouterInterface", &left, &[]);
    });
}

#[test]
pub(crate) fn a_fast_link_makes_and_connects_both_ends_and_goes_as_one() {
    on_each_lane(Plan::quiet, |house| {
        let line = circuit(house);
        let vbr = router(house, &line, &[]);
        let other = vrouter(house, Who::Tenant, "west");
        let theirs = vrouter(house, Who::Second, "west");
        let from = Place::of(&vbr);
        let to = Place { region: "west", ..Place::of(&other) };
        let fast = ("FastLinkMode", "true");
        for (more, code) in [
            (vec![("OppositeRouterType", "")], "MissingParameter"),
            (vec![("OppositeRouterType", "VBR")], "InvalidOppositeRouterType.ValueNotSupported"),
            (vec![("OppositeInterfaceOwnerId", "")], "MissingParameter"),
            (vec![("OppositeRouterId", "")], "MissingParameter"),
            (vec![("OppositeRouterId", "vrt-none")], "InvalidRouterId.NotFound"),
            (vec![("OppositeRouterId", &theirs)], "InvalidRouterId.NotFound"),
            (vec![("OppositeRouterId", &theirs), ("OppositeInterfaceOwnerId", SECOND)], "InvalidAliuid"),
            (vec![("OppositeInterfaceId", "ri-1")], "InvalidParameter"),
        ] {
            let pairs = new_end(from, to, "InitiatingSide", &[&more[..], &[fast]].concat());
            assert_eq!(house.refused(Who::Tenant, "CreateRouterInterface", &pairs).code, code, "{more:?}");
        }
        let pairs = new_end(to, to, "InitiatingSide", &[fast]);
        let refusal = house.refused(Who::Tenant, "CreateRouterInterface", &pairs);
        assert_eq!(refusal.code, "InvalidRouterType.ValueNotSupported");

        let id = end(house, from, to, "InitiatingSide", &[fast, ("ClientToken", "t"), ("Name", "fast")]);
        let row = shown(house, from, &id).unwrap();
        assert_eq!((&row["Status"], &row["FastLinkMode"]), (&"Active".into(), &true.into()));
        assert_eq!(
            (&row["OppositeInterfaceStatus"], &row["AccessPointId"]),
            (&"Active".into(), &"ap-east-1".into())
        );
        let made = text(&row, "OppositeInterfaceId");
        let opposite = shown(house, to, &made).unwrap();
        for (member, value) in [
            ("Status", "Active"),
            ("Role", "AcceptingSide"),
            ("Spec", "Negative"),
            ("RouterId", &other),
            ("Name", ""),
            ("OppositeRouterType", "VBR"),
            ("OppositeInterfaceId", &id),
            ("OppositeInterfaceOwnerId", TENANT),
            ("OppositeAccessPointId", "ap-east-1"),
            ("OppositeRegionId", "east"),
        ] {
            assert_eq!(opposite[member], value, "{member}");
        }
        invariants::check(house);
        let again = new_end(from, to, "InitiatingSide", &[fast, ("ClientToken", "t"), ("Name", "fast")]);
        assert_eq!(text(&house.ok(Who::Tenant, "CreateRouterInterface", &again), "RouterInterfaceId"), id);

        let refusal = refused(house, from, "DeleteRouterInterface", &id, &[]);
        assert_eq!(refusal.is(), ("InvalidInstance.StatusError", 400));
        on(house, from, "DeactivateRouterInterface", &id, &[]);
        assert_eq!(refused(house, to, "DeleteExpressConnect", &made, &[]).is(), ("IncorrectStatus", 400));
        assert_eq!(refused(house, from, "DeleteExpressConnect", &id, &[]).is(), ("IncorrectStatus", 400));
        house.advance(1);
        on(house, to, "DeleteExpressConnect", &made, &[("Force", "true")]);
        assert!(shown(house, from, &id).is_none() && shown(house, to, &made).is_none());
        assert_eq!(
            refused(house, from, "DeleteExpressConnect", &id, &[]).is(),
            ("InvalidRouterInterfaceId.NotFound", 404)
        );
        assert_eq!(
            refused(house, from, "DeleteRouterInterface", &id, &[]).is(),
            ("InvalidInstanceId.NotFound", 404)
        );
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_connection_with_another_account_goes_from_each_side_alone() {
    on_each_lane(Plan::quiet, |house| {
        let (one, other) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Second, "east"));
        let (from, to) = (Place::of(&one), Place { who: Who::Second, ..Place::of(&other) });
        let (left, right) = connected(house, from, to);
        let refusal = refused(house, from, "DeleteExpressConnect", &left, &[("Force", "true")]);
        assert_eq!(refusal.is(), ("Forbbiden.InvaildOwner", 400));
        for (action, code) in [
            ("DeleteExpressConnect", "InvalidRouterInterfaceId.NotFound"),
            ("DeleteRouterInterface", "InvalidInstanceId.NotFound"),
            ("ActivateRouterInterface", "InvalidRouterInterfaceId.NotFound"),
            ("DeactivateRouterInterface", "InvalidRouterInterfaceId.NotFound"),
        ] {
            let theirs = refused(house, from, action, &right, &[]);
            let none = refused(house, from, action, "ri-none", &[]);
            assert_eq!((theirs.code, &theirs.message), (code, &none.message), "{action}");
        }
        for (action, more) in [
            ("ModifyRouterInterfaceAttribute", ("Name", "mine")),
            ("ModifyRouterInterfaceSpec", ("Spec", "Negative")),
        ] {
            let theirs = refused(house, from, action, &right, &[more]);
            let none = refused(house, from, action, "ri-none", &[more]);
            assert_eq!(
                (theirs.is(), &theirs.message),
                (("InvalidRouterInterfaceId.NotFound", 404), &none.message)
            );
        }
        let mine = Place { who: Who::Tenant, ..to };
        assert!(shown(house, mine, &right).is_none(), "another's interface is not shown");
    });
}
