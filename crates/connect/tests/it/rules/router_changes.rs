//! Changing border routers: what clients resend, what may be cleared, links over further circuits.

use super::on_each_lane;
use super::routers::{EAST, circuit, field, lent, on, refused, router, shown};
use crate::house::{House, Plan, Who};
use crate::invariants;
use serde_json::{Value, json};

const MODIFY: &str = "ModifyVirtualBorderRouterAttribute";
const ASSOCIATE: &str = "AssociatePhysicalConnectionToVirtualBorderRouter";
const UNASSOCIATE: &str = "UnassociatePhysicalConnectionFromVirtualBorderRouter";

fn modify(house: &mut House, vbr: &str, more: &[(&str, &str)]) {
    on(house, Who::Tenant, MODIFY, vbr, more).unwrap();
}

/// The fields of a router with these names, in one value.
fn fields(house: &mut House, vbr: &str, names: &[&str]) -> Value {
    let row = shown(house, Who::Tenant, vbr).unwrap();
    names.iter().map(|name| row[*name].clone()).collect()
}

#[test]
pub(crate) fn a_change_of_a_router_is_read_back_and_what_is_resent_changes_nothing() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let id = router(house, &circuit, &[]);
        let fresh = shown(house, Who::Tenant, &id).unwrap();
        // One client always sends these four along, at their present values.
        let resent = [
            ("VlanId", "10"),
            ("LocalGatewayIp", "10.0.0.1"),
            ("PeerGatewayIp", "10.0.0.2"),
            ("PeeringSubnetMask", "255.255.255.252"),
        ];
        modify(house, &id, &resent);
        assert_eq!(shown(house, Who::Tenant, &id).unwrap(), fresh);
        modify(house, &id, &[]);
        assert_eq!(shown(house, Who::Tenant, &id).unwrap(), fresh);
        let more = [
            ("Name", "renamed"),
            ("Description", "a description"),
            ("CircuitCode", "CT-8"),
            ("Bandwidth", "2048"),
            ("DetectMultiplier", "10"),
            ("MinRxInterval", "200"),
            ("MinTxInterval", "201"),
            ("Mtu", "8500"),
            ("SitelinkEnable", "true"),
        ];
        modify(house, &id, &[&resent[..], &more].concat());
        let names = [
            "Name",
            "Description",
            "CircuitCode",
            "Bandwidth",
            "DetectMultiplier",
            "MinRxInterval",
            "MinTxInterval",
            "Mtu",
            "SitelinkEnable",
        ];
        let expected = json!(["renamed", "a description", "CT-8", 2048, 10, 200, 201, 8500, true]);
        assert_eq!(fields(house, &id, &names), expected);
        // What is empty is cleared, what is left out stays; 0 is the usual size.
        modify(house, &id, &[("Name", ""), ("Description", ""), ("CircuitCode", ""), ("Mtu", "0")]);
        let expected = json!(["", "", "", 2048, 10, 200, 201, 1500, true]);
        assert_eq!(fields(house, &id, &names), expected);
        modify(house, &id, &[("PeerGatewayIp", "10.0.0.6"), ("LocalGatewayIp", "10.0.0.5"), ("VlanId", "0")]);
        let names = ["LocalGatewayIp", "PeerGatewayIp", "VlanId", "Status"];
        assert_eq!(fields(house, &id, &names), json!(["10.0.0.5", "10.0.0.6", 0, "active"]));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_change_that_no_router_can_take_is_refused() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let id = router(house, &circuit, &[]);
        let wrong: &[(&[(&str, &str)], &str)] = &[
            (&[("VlanId", "3000")], "InvalidVlanId.Malformed"),
            (&[("Bandwidth", "51")], "IllegalParam.Bandwidth"),
            (&[("DetectMultiplier", "2")], "InvalidParameter"),
            (&[("MinRxInterval", "199")], "InvalidParameter"),
            (&[("MinTxInterval", "1001")], "InvalidParameter"),
            (&[("Mtu", "1501")], "InvalidParameter"),
            (&[("Name", "1")], "InvalidName.Malformed"),
            (&[("PeerGatewayIp", "")], "InvalidIp.Malformed"),
            (&[("LocalGatewayIp", "")], "InvalidIp.Malformed"),
            (&[("PeeringSubnetMask", "")], "InvalidPeeringSubnetMask.Malformed"),
            (&[("PeerGatewayIp", "10.0.0.5")], "InvalidIp.NotSameSubnet"),
            (&[("LocalGatewayIp", "10")], "InvalidIp.Malformed"),
            (&[("PeeringSubnetMask", "255.255.255.255")], "InvalidPeeringSubnetMask.Malformed"),
            (&[("EnableIpv6", "true")], "MissingParameter"),
            (&[("LocalIpv6GatewayIp", "2001:db8::1")], "InvalidIp.Malformed"),
            (&[("PeeringIpv6SubnetMask", "64")], "InvalidPeeringSubnetMask.Malformed"),
            (&[("AssociatedPhysicalConnections", "{}")], "InvalidParameter"),
            (&[("AssociatedPhysicalConnections", "[1]")], "InvalidParameter"),
            (&[("AssociatedPhysicalConnections", "[{}]")], "MissingParameter"),
        ];
        for (pairs, code) in wrong {
            let refusal = refused(house, Who::Tenant, MODIFY, &id, pairs);
            assert_eq!(refusal.is(), (*code, 400), "{pairs:?}: {}", refusal.message);
        }
        let none = json!([{"PhysicalConnectionId": circuit, "VlanId": 5}]).to_string();
        let refusal = refused(house, Who::Tenant, MODIFY, &id, &[("AssociatedPhysicalConnections", &none)]);
        assert_eq!(refusal.code, "InvalidParameter");
        assert!(refusal.message.contains("not associated"), "{}", refusal.message);
        let gone = refused(house, Who::Tenant, MODIFY, "vbr-none", &[]);
        assert_eq!(gone.is(), ("InvalidVbrId.NotFound", 400));
    });
}

#[test]
pub(crate) fn ipv6_is_switched_on_with_a_pair_and_takes_it_along_when_switched_off() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let id = router(house, &circuit, &[]);
        let pair = [
            ("LocalIpv6GatewayIp", "2001:db8::1"),
            ("PeerIpv6GatewayIp", "2001:db8::2"),
            ("PeeringIpv6SubnetMask", "2001:db8::/126"),
        ];
        let names = ["EnableIpv6", "LocalIpv6GatewayIp", "PeerIpv6GatewayIp", "PeeringIpv6SubnetMask"];
        modify(house, &id, &[&[("EnableIpv6", "true")], &pair[..]].concat());
        let on_now = json!([true, "2001:db8::1", "2001:db8::2", "2001:db8::/126"]);
        assert_eq!(fields(house, &id, &names), on_now);
        // The switch alone, resent, keeps what is there.
        modify(house, &id, &[("EnableIpv6", "true"), ("Name", "six")]);
        assert_eq!(fields(house, &id, &names), on_now);
        let refusal = refused(house, Who::Tenant, MODIFY, &id, &[("PeerIpv6GatewayIp", "")]);
        assert_eq!(refusal.is(), ("MissingParameter", 400));
        modify(house, &id, &[("EnableIpv6", "false")]);
        assert_eq!(fields(house, &id, &names), json!([false, "", "", ""]));
        let refusal =
            refused(house, Who::Tenant, MODIFY, &id, &[&[("EnableIpv6", "false")], &pair[..]].concat());
        assert_eq!(refusal.is(), ("InvalidIp.Malformed", 400));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_rate_limit_is_one_of_those_offered() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let id = router(house, &circuit, &[]);
        let action = "UpdateVirtualBorderBandwidth";
        let answer = on(house, Who::Tenant, action, &id, &[("Bandwidth", "102400")]).unwrap();
        let expected =
            json!({"Code": "200", "HttpStatusCode": 200, "Message": "successful", "Success": true});
        assert_eq!(answer, expected);
        assert_eq!(field(house, &id, "Bandwidth"), 102_400);
        for bad in ["999", "0", "x", "102401"] {
            let refusal = refused(house, Who::Tenant, action, &id, &[("Bandwidth", bad)]);
            assert_eq!(refusal.is(), ("IllegalParam.Bandwidth", 400), "{bad}");
        }
        let refusal = refused(house, Who::Tenant, action, &id, &[("Bandwidth", "999")]);
        assert!(refusal.message.contains("999 Mbit/s is not offered. Give one of 50, 100,"), "{refusal:?}");
        let refusal = refused(house, Who::Tenant, action, "vbr-none", &[("Bandwidth", "100")]);
        assert_eq!(refusal.is(), ("InvalidInstanceId.NotFound", 400));
        for (missing, code) in
            [("Bandwidth", "MissingParam.Bandwidth"), ("VirtualBorderRouterId", "MissingParam.InstanceId")]
        {
            let pairs = [EAST, ("Bandwidth", "100"), ("VirtualBorderRouterId", &*id)];
            let pairs: Vec<_> = pairs.into_iter().filter(|(name, _)| *name != missing).collect();
            assert_eq!(house.refused(Who::Tenant, action, &pairs).is(), (code, 400));
        }
    });
}

/// The further circuits that a router shows.
fn further(house: &mut House, vbr: &str) -> Value {
    field(house, vbr, "AssociatedPhysicalConnections")["AssociatedPhysicalConnection"].clone()
}

/// A link over a further circuit, as it is given.
fn link<'a>(circuit: &'a str, vlan: &'a str) -> [(&'a str, &'a str); 2] {
    [("PhysicalConnectionId", circuit), ("VlanId", vlan)]
}

#[test]
pub(crate) fn a_router_is_put_on_further_circuits_and_taken_off_again() {
    on_each_lane(Plan::quiet, |house| {
        let (one, two, three) = (circuit(house), circuit(house), circuit(house));
        let id = router(house, &one, &[]);
        let whole = [
            ("PhysicalConnectionId", &*two),
            ("VlanId", "10"),
            ("CircuitCode", "CT-9"),
            ("LocalGatewayIp", "10.1.0.1"),
            ("PeerGatewayIp", "10.1.0.2"),
            ("PeeringSubnetMask", "255.255.255.0"),
            ("EnableIpv6", "true"),
            ("LocalIpv6GatewayIp", "2001:db8:1::1"),
            ("PeerIpv6GatewayIp", "2001:db8:1::2"),
            ("PeeringIpv6SubnetMask", "64"),
        ];
        on(house, Who::Tenant, ASSOCIATE, &id, &whole).unwrap();
        let shown = further(house, &id);
        let interface = shown[0]["VlanInterfaceId"].clone();
        assert!(interface.as_str().unwrap().starts_with("ri-"));
        let expected = json!([{
            "PhysicalConnectionId": two, "Status": "Associated", "VlanId": "10", "VlanInterfaceId": interface,
            "CircuitCode": "CT-9", "EnableIpv6": true, "LocalGatewayIp": "10.1.0.1", "PeerGatewayIp": "10.1.0.2",
            "PeeringSubnetMask": "255.255.255.0", "LocalIpv6GatewayIp": "2001:db8:1::1",
            "PeerIpv6GatewayIp": "2001:db8:1::2", "PeeringIpv6SubnetMask": "64",
            "PhysicalConnectionStatus": "Enabled", "PhysicalConnectionBusinessStatus": "Normal",
            "PhysicalConnectionOwnerUid": crate::house::TENANT,
        }]);
        assert_eq!(shown, expected);
        // Without addresses it has none, and reads back empty.
        on(house, Who::Tenant, ASSOCIATE, &id, &link(&three, "0")).unwrap();
        let rows = further(house, &id);
        assert_eq!(rows.as_array().unwrap().len(), 2);
        let bare = rows.as_array().unwrap().iter().find(|row| row["PhysicalConnectionId"] == *three).unwrap();
        assert_eq!((&bare["LocalGatewayIp"], &bare["EnableIpv6"]), (&json!(""), &json!(false)));
        // VLANs are one on each circuit, whoever holds them.
        let other = router(house, &one, &[("VlanId", "11")]);
        let used = refused(house, Who::Tenant, ASSOCIATE, &other, &link(&two, "10"));
        assert_eq!(used.is(), ("InvalidVlanId.Used", 400));
        invariants::check(house);

        on(house, Who::Tenant, UNASSOCIATE, &id, &[("PhysicalConnectionId", &two)]).unwrap();
        assert_eq!(further(house, &id)[0]["PhysicalConnectionId"], *three);
        assert_eq!(further(house, &id).as_array().unwrap().len(), 1, "what is taken off is gone, not ended");
        on(house, Who::Tenant, ASSOCIATE, &other, &link(&two, "10")).unwrap();
        let refusal = refused(house, Who::Tenant, UNASSOCIATE, &id, &[("PhysicalConnectionId", &two)]);
        assert_eq!(refusal.is(), ("PHYSICAL_NOT_ASSOCIATE_TO_VBR", 400));
        // Nothing is deleted from under an association.
        let refusal = refused(house, Who::Tenant, "DeleteVirtualBorderRouter", &id, &[]);
        assert_eq!(refusal.is(), ("InvalidStatus.NotAllowed", 400));
        assert!(refusal.message.ends_with(&format!("is in the way: {three}.")), "{}", refusal.message);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn an_association_that_cannot_be_is_refused() {
    on_each_lane(super::lifted, |house| {
        let (one, two) = (circuit(house), circuit(house));
        let id = router(house, &one, &[]);
        let spoilt = |changes: &[(&'static str, &'static str)]| {
            let usual = [("LocalGatewayIp", "10.1.0.1"), ("PeerGatewayIp", "10.1.0.2")];
            let mut pairs = super::routers::replaced(&usual, changes);
            if !changes.iter().any(|(name, _)| *name == "PeeringSubnetMask") {
                pairs.push(("PeeringSubnetMask", "255.255.255.252"));
            }
            pairs
        };
        let wrong = [
            (spoilt(&[("LocalGatewayIp", "")]), "MissingParameter"),
            (spoilt(&[("PeerGatewayIp", "")]), "MissingParameter"),
            (spoilt(&[("PeeringSubnetMask", "")]), "MissingParameter"),
            (spoilt(&[("LocalGatewayIp", "x")]), "InvalidLocalGatewayIp.Malformed"),
            (spoilt(&[("PeerGatewayIp", "x")]), "InvalidPeerGatewayIp.Malformed"),
            (spoilt(&[("PeeringSubnetMask", "255.255.0.0")]), "InvalidPeeringSubnetMask.Malformed"),
            (spoilt(&[("PeerGatewayIp", "10.1.0.9")]), "InvalidIp.NotSameSubnet"),
            (spoilt(&[("LocalIpv6GatewayIp", "2001:db8::1")]), "InvalidIP.Malformed"),
            (spoilt(&[("EnableIpv6", "true")]), "MissingParameter"),
            (spoilt(&[("VlanId", "3000")]), "InvalidVlanId.Malformed"),
        ];
        for (pairs, code) in wrong {
            let pairs = super::routers::replaced(&link(&two, "10"), &pairs);
            let refusal = refused(house, Who::Tenant, ASSOCIATE, &id, &pairs);
            assert_eq!(refusal.is(), (code, 400), "{pairs:?}: {}", refusal.message);
        }
        let answers = |house: &mut House, vbr: &str, circuit: &str| {
            refused(house, Who::Tenant, ASSOCIATE, vbr, &link(circuit, "10")).is()
        };
        assert_eq!(answers(house, &id, &one), ("PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR", 400));
        assert_eq!(answers(house, &id, "pc-none"), ("InvalidPhysicalConnectionId.NotFound", 400));
        assert_eq!(answers(house, "vbr-none", &two), ("InvalidVbrId.NotFound", 404));
        let waiting = house.order(Who::Tenant, &[]);
        assert_eq!(answers(house, &id, &waiting), ("InvalidPhysicalConnectionId.NotEnabled", 400));
        let west = [("RegionId", "west"), ("AccessPointId", "ap-west-1")];
        let far = super::routers::circuit_of(house, Who::Tenant, &west);
        assert_eq!(answers(house, &id, &far), ("InvalidInstanceId.NotFound", 404));
        let elsewhere = [&[("RegionId", "west"), ("VbrId", &*id)], &link(&far, "10")[..]].concat();
        assert_eq!(
            house.refused(Who::Tenant, ASSOCIATE, &elsewhere).is(),
            ("InvalidInstanceId.NotFound", 404)
        );
        let lock = [("PhysicalConnectionId", &*two), ("BusinessStatus", "SecurityLocked"), ("Reason", "r")];
        house.ok(Who::Operator, "LockPhysicalConnection", &lock);
        assert_eq!(answers(house, &id, &two), ("InvalidStatus.StatusNotEnabled", 400));
        house.operate("UnlockPhysicalConnection", &two);
        on(house, Who::Tenant, ASSOCIATE, &id, &link(&two, "10")).unwrap();
        assert_eq!(answers(house, &id, &two), ("PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR", 400));

        let refusals = [
            (&*id, &*one, "PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR", 400),
            (&*id, &*waiting, "PHYSICAL_NOT_ASSOCIATE_TO_VBR", 400),
            (&*id, "pc-none", "InvalidVbrId.NotFound", 404),
            (&*id, &*far, "InvalidVbrId.NotFound", 404),
            ("vbr-none", &*two, "InvalidVbrId.NotFound", 404),
        ];
        for (vbr, circuit, code, status) in refusals {
            let pairs = [("PhysicalConnectionId", circuit)];
            let refusal = refused(house, Who::Tenant, UNASSOCIATE, vbr, &pairs);
            assert_eq!(refusal.is(), (code, status), "{vbr} {circuit}");
        }
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_router_has_its_full_number_of_further_circuits() {
    on_each_lane(super::lifted, |house| {
        let one = circuit(house);
        let id = router(house, &one, &[]);
        for _ in 0..connect::limits::VBR_ASSOCIATIONS_MAX {
            let more = circuit(house);
            on(house, Who::Tenant, ASSOCIATE, &id, &link(&more, "10")).unwrap();
        }
        let more = circuit(house);
        let refusal = refused(house, Who::Tenant, ASSOCIATE, &id, &link(&more, "10"));
        assert_eq!(refusal.is(), ("EXCEED_ASSOCIATE_MAX_NUM", 400));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn links_over_further_circuits_are_changed_in_one_text() {
    on_each_lane(Plan::quiet, |house| {
        let (one, two) = (circuit(house), circuit(house));
        let id = router(house, &one, &[]);
        on(house, Who::Tenant, ASSOCIATE, &id, &link(&two, "10")).unwrap();
        let taken = router(house, &two, &[("VlanId", "11")]);
        let change = |changes: Value| {
            let mut item = changes;
            item["PhysicalConnectionId"] = json!(two);
            json!([item]).to_string()
        };
        // A list that was read, changed and sent back whole is understood.
        let mut rows = further(house, &id);
        for (name, value) in [
            ("VlanId", json!(12)),
            ("CircuitCode", json!("CT-3")),
            ("LocalGatewayIp", json!("10.2.0.1")),
            ("PeerGatewayIp", json!("10.2.0.2")),
            ("PeeringSubnetMask", json!("255.255.255.252")),
        ] {
            rows[0][name] = value;
        }
        modify(house, &id, &[("AssociatedPhysicalConnections", &rows.to_string()), ("Name", "both")]);
        rows[0]["VlanId"] = json!("12");
        assert_eq!(further(house, &id), rows);
        assert_eq!(field(house, &id, "Name"), "both");
        let switched = json!({"ipv6Enable": true, "LocalIpv6GatewayIp": "2001:db8::1", "CircuitCode": "",
            "PeerIpv6GatewayIp": "2001:db8::2", "PeeringIpv6SubnetMask": "64"});
        modify(house, &id, &[("AssociatedPhysicalConnections", &change(switched))]);
        let row = &further(house, &id)[0];
        assert_eq!((&row["EnableIpv6"], &row["CircuitCode"]), (&json!(true), &json!("")));
        for (wrong, code) in [
            (json!({"VlanId": 11}), "InvalidVlanId.Used"),
            (json!({"VlanId": "3000"}), "InvalidVlanId.Malformed"),
            (json!({"CircuitCode": "x".repeat(129)}), "InvalidCircuitCode.Malformed"),
            (json!({"PeerGatewayIp": "10.2.0.9"}), "InvalidIp.NotSameSubnet"),
            (json!({"PeerGatewayIp": null, "LocalGatewayIp": ""}), "MissingParameter"),
            (json!({"LocalGatewayIp": "x"}), "InvalidIp.Malformed"),
            (json!({"PeeringSubnetMask": "/30"}), "InvalidPeeringSubnetMask.Malformed"),
            (json!({"EnableIpv6": "maybe"}), "InvalidParameter"),
        ] {
            let text = change(wrong);
            // What comes with it is not done either.
            let pairs = [("AssociatedPhysicalConnections", &*text), ("Name", "neither"), ("VlanId", "55")];
            let refusal = refused(house, Who::Tenant, MODIFY, &id, &pairs);
            assert_eq!(refusal.is(), (code, 400), "{text}: {}", refusal.message);
        }
        assert_eq!(field(house, &taken, "VlanId"), 11);
        let off =
            json!({"EnableIpv6": false, "LocalGatewayIp": "", "PeerGatewayIp": "", "PeeringSubnetMask": ""});
        modify(house, &id, &[("AssociatedPhysicalConnections", &change(off))]);
        let row = &further(house, &id)[0];
        assert_eq!((&row["LocalIpv6GatewayIp"], &row["LocalGatewayIp"]), (&json!(""), &json!("")));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_recovered_router_has_its_further_circuits_too() {
    on_each_lane(Plan::quiet, |house| {
        let (one, two) = (circuit(house), circuit(house));
        let id = router(house, &one, &[]);
        on(house, Who::Tenant, ASSOCIATE, &id, &link(&two, "10")).unwrap();
        let before = further(house, &id);
        on(house, Who::Tenant, "TerminateVirtualBorderRouter", &id, &[]).unwrap();
        house.advance(1);
        invariants::check(house);
        // Its VLAN there is reserved as its own is, for a week.
        let pairs = super::routers::new_router(&two, &[]);
        let refusal = house.refused(Who::Tenant, "CreateVirtualBorderRouter", &pairs);
        assert_eq!(refusal.is(), ("InvalidVlanId.Used", 400));
        on(house, Who::Tenant, "RecoverVirtualBorderRouter", &id, &[]).unwrap();
        house.advance(1);
        assert_eq!(further(house, &id), before);
        on(house, Who::Tenant, "TerminateVirtualBorderRouter", &id, &[]).unwrap();
        house.advance(7 * 24 * 60 * 60 + 1);
        lent(house, &two, "10");
        let refusal = refused(house, Who::Tenant, "RecoverVirtualBorderRouter", &id, &[]);
        assert_eq!(refusal.is(), ("OperationFailed.VlanIdAlreadyInUse", 400));
        // Taken off there, it comes back without.
        on(house, Who::Tenant, UNASSOCIATE, &id, &[("PhysicalConnectionId", &two)]).unwrap();
        on(house, Who::Tenant, "RecoverVirtualBorderRouter", &id, &[]).unwrap();
        invariants::check(house);
    });
}
