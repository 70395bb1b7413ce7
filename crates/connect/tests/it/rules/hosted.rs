//! Hosted connections: cut out by one account, confirmed by another, with one space of VLANs and one bandwidth.

use super::groups::{enabled, router};
use super::{lifted, on_each_lane};
use crate::house::{House, Refusal, SECOND, TENANT, Who, text};
use crate::invariants::check;
use serde_json::{Value, json};

const EAST: (&str, &str) = ("RegionId", "east");

/// Parameters.
type Given<'a> = &'a [(&'a str, &'a str)];

/// The parameters of a hosted connection for the second tenant, with others in their place or beside them.
fn wish<'a>(circuit: &'a str, pairs: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let usual = [
        EAST,
        ("PhysicalConnectionId", circuit),
        ("OrderMode", "PayByPhysicalConnectionOwner"),
        ("Spec", "50M"),
        ("VlanId", "20"),
        ("VpconnAliUid", SECOND),
    ];
    usual
        .into_iter()
        .filter(|(name, _)| pairs.iter().all(|(other, _)| other != name))
        .chain(pairs.to_vec())
        .collect()
}

/// Cuts one out for the second tenant.
pub(crate) fn cut(house: &mut House, circuit: &str, pairs: &[(&str, &str)]) -> String {
    let made = house.ok(Who::Tenant, "CreateVirtualPhysicalConnection", &wish(circuit, pairs));
    text(&made, "VirtualPhysicalConnection")
}

/// A border router that the tenant makes for the second one, who confirms it.
pub(crate) fn pushed(house: &mut House, circuit: &str, vlan: &str, bandwidth: &str) -> String {
    let id = unconfirmed(house, circuit, vlan, bandwidth);
    let link = [
        EAST,
        ("VbrId", id.as_str()),
        ("LocalGatewayIp", "10.0.0.1"),
        ("PeerGatewayIp", "10.0.0.2"),
        ("PeeringSubnetMask", "255.255.255.252"),
    ];
    house.ok(Who::Second, "ModifyVirtualBorderRouterAttribute", &link);
    id
}

fn unconfirmed(house: &mut House, circuit: &str, vlan: &str, bandwidth: &str) -> String {
    let pairs = [
        EAST,
        ("PhysicalConnectionId", circuit),
        ("VlanId", vlan),
        ("VbrOwnerId", SECOND),
        ("Bandwidth", bandwidth),
    ];
    text(&house.ok(Who::Tenant, "CreateVirtualBorderRouter", &pairs), "VbrId")
}

fn list(house: &mut House, who: Who, pairs: &[(&str, &str)]) -> Vec<Value> {
    let answer = house.ok(who, "ListVirtualPhysicalConnections", &[&[EAST], pairs].concat());
    let rows = answer["VirtualPhysicalConnections"].as_array().unwrap().clone();
    assert_eq!(answer["Count"], rows.len());
    rows
}

fn ids(house: &mut House, who: Who, pairs: &[(&str, &str)]) -> Vec<String> {
    list(house, who, pairs).iter().map(|row| text(row, "PhysicalConnectionId")).collect()
}

fn show(house: &mut House, id: &str) -> Value {
    let rows = list(house, Who::Tenant, &[("VirtualPhysicalConnectionIds.1", id)]);
    assert_eq!(rows.len(), 1, "{id}");
    rows[0].clone()
}

fn act(house: &mut House, who: Who, action: &str, id: &str) -> Result<Value, Refusal> {
    let named = if action.starts_with("Recover") { "InstanceId" } else { "PhysicalConnectionId" };
    house.call(who, action, &[EAST, (named, id)])
}

#[test]
pub(crate) fn one_account_cuts_it_out_and_the_other_takes_it() {
    on_each_lane(lifted, |house| {
        let circuit = enabled(house, &[("CircuitCode", "c-1"), ("PeerLocation", "Hall 1")]);
        let labels = [("Tag.1.Key", "k"), ("Tag.1.Value", "v"), ("Name", "leg"), ("Description", "for them")];
        let id = cut(house, &circuit, &labels);
        let row = show(house, &id);
        let expected = json!({
            "Status": "Confirmed", "VirtualPhysicalConnectionStatus": "UnConfirmed", "BusinessStatus": "Normal",
            "AliUid": SECOND, "Name": "leg", "Description": "for them", "VlanId": "20", "Spec": "50M",
            "Bandwidth": 50, "ExpectSpec": "", "OrderMode": "PayByPhysicalConnectionOwner",
            "ParentPhysicalConnectionId": circuit, "ParentPhysicalConnectionAliUid": TENANT,
            "ProductType": "VirtualPhysicalConnection", "Type": "VPC", "ResourceGroupId": "rg-default",
            "CreationTime": "2026-01-31T08:00:00Z", "EnabledTime": "", "EndTime": "", "ChargeType": "",
            "AccessPointId": "ap-east-1", "CircuitCode": "c-1", "LineOperator": "CT", "LoaStatus": "",
            "PeerLocation": "Hall 1", "PortType": "1000Base-T", "RedundantPhysicalConnectionId": "",
            "Tags": [{"Key": "k", "Value": "v"}],
        });
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&row[name], value, "{name}");
        }
        assert_eq!(house.show(Who::Tenant, &circuit).unwrap()["VirtualPhysicalConnectionCount"], 1);
        assert_eq!(ids(house, Who::Second, &[]), [id.as_str()]);
        check(house);

        // Only its tenant can confirm it, and only once.
        let foreign = act(house, Who::Tenant, "ConfirmPhysicalConnection", &id).unwrap_err();
        assert_eq!(foreign.is(), ("InvalidPhysicalConnectionId.NotFound", 400));
        house.now += 1000;
        act(house, Who::Second, "ConfirmPhysicalConnection", &id).unwrap();
        let row = show(house, &id);
        assert_eq!(
            (&row["Status"], &row["EnabledTime"]),
            (&json!("Enabled"), &json!("2026-01-31T08:00:01Z"))
        );
        assert_eq!(row["VirtualPhysicalConnectionStatus"], "Confirmed");
        let again = act(house, Who::Second, "ConfirmPhysicalConnection", &id).unwrap_err();
        assert_eq!(again.is(), ("IncorrectStatus.PhysicalConnection", 400));
        assert_eq!(again.header("x-crossconnect-state"), Some("Enabled"));
        check(house);

        // The circuit cannot end below it; given back it would.
        let held = house.act("TerminatePhysicalConnection", &circuit).unwrap_err();
        assert_eq!(held.is(), ("OperationFailed.VpconnAttached", 400));
        assert!(held.message.contains(&id), "{}", held.message);
        let back = house.refused(Who::Tenant, "RefundInstance", &[("InstanceId", &circuit)]);
        assert_eq!(back.is(), ("OperationFailed.VpconnAttached", 400));
        act(house, Who::Tenant, "DeletePhysicalConnection", &id).unwrap();
        assert!(ids(house, Who::Tenant, &[]).is_empty());
        assert!(house.dump()["vlan"].is_empty() && house.dump()["tag"].is_empty());
        assert_eq!(house.show(Who::Tenant, &circuit).unwrap()["VirtualPhysicalConnectionCount"], 0);
        check(house);
        house.act("TerminatePhysicalConnection", &circuit).unwrap();
    });
}

#[test]
pub(crate) fn a_stopped_one_is_brought_back_by_the_owner_of_the_circuit() {
    on_each_lane(lifted, |house| {
        let circuit = enabled(house, &[]);
        let id = cut(house, &circuit, &[]);
        let early = act(house, Who::Tenant, "RecoverPhysicalConnection", &id).unwrap_err();
        assert_eq!(early.is(), ("IncorrectStatus.PhysicalConnection", 400));
        assert_eq!(early.message, format!("The status of {id} is incorrect."));
        let early = act(house, Who::Tenant, "TerminatePhysicalConnection", &id).unwrap_err();
        assert_eq!(early.is(), ("Forbidden.NotAllowedInState", 400));
        act(house, Who::Second, "ConfirmPhysicalConnection", &id).unwrap();
        act(house, Who::Tenant, "TerminatePhysicalConnection", &id).unwrap();
        assert_eq!(show(house, &id)["Status"], "Terminated");
        let update = [EAST, ("InstanceId", id.as_str()), ("VlanId", "21")];
        let stopped = house.refused(Who::Tenant, "UpdateVirtualPhysicalConnection", &update);
        assert_eq!(stopped.is(), ("IncorrectStatus.PhysicalConnection", 400));
        let tenant = act(house, Who::Second, "RecoverPhysicalConnection", &id).unwrap_err();
        assert_eq!(tenant.is(), ("OperationDenied.TerminateVirtualPhysicalConnection", 400));
        let lock =
            [("PhysicalConnectionId", &*circuit), ("BusinessStatus", "SecurityLocked"), ("Reason", "r")];
        house.ok(Who::Operator, "LockPhysicalConnection", &lock);
        assert_eq!(show(house, &id)["BusinessStatus"], "SecurityLocked");
        let locked = act(house, Who::Tenant, "RecoverPhysicalConnection", &id).unwrap_err();
        assert_eq!(locked.is(), ("OperationDenied.TerminateVirtualPhysicalConnection", 400));
        house.operate("UnlockPhysicalConnection", &circuit);
        let rehearsed = [EAST, ("InstanceId", id.as_str()), ("DryRun", "true")];
        house.ok(Who::Tenant, "RecoverPhysicalConnection", &rehearsed);
        assert_eq!(show(house, &id)["Status"], "Terminated");
        act(house, Who::Tenant, "RecoverPhysicalConnection", &id).unwrap();
        assert_eq!(show(house, &id)["Status"], "Enabled");
        check(house);

        let dedicated = act(house, Who::Tenant, "RecoverPhysicalConnection", &circuit).unwrap_err();
        assert_eq!(dedicated.is(), ("IncorrectStatus.PhysicalConnection", 400));
        for (who, id) in [(Who::Tenant, "pc-unknown"), (Who::Operator, &id), (Who::Second, &circuit)] {
            let unknown = act(house, who, "RecoverPhysicalConnection", id).unwrap_err();
            assert_eq!(unknown.is(), ("ResourceNotFound", 400), "{who:?} {id}");
        }
    });
}

#[test]
pub(crate) fn what_stands_in_the_way_of_cutting_one_out_is_said_and_leaves_nothing() {
    on_each_lane(lifted, |house| {
        let circuit = enabled(house, &[("bandwidth", "500")]);
        let waiting = house.order(Who::Tenant, &[]);
        let foreign = house.order(Who::Second, &[]);
        let vbr = router(house, &circuit, "10", &[]);
        let other = pushed(house, &circuit, "11", "50");
        let refused = |house: &mut House, pairs: &[(&str, &str)]| {
            house.refused(Who::Tenant, "CreateVirtualPhysicalConnection", &wish(&circuit, pairs)).is()
        };
        for vlan in ["10", "11"] {
            assert_eq!(refused(house, &[("VlanId", vlan)]), ("InvalidVlanId.Used", 400));
        }
        assert_eq!(refused(house, &[("VlanId", "3000")]), ("InvalidVlanId.Malformed", 400));
        assert_eq!(refused(house, &[("VpconnAliUid", "99")]), ("ResourceNotFound.VpconnAliUid", 400));
        assert_eq!(
            refused(house, &[("VpconnAliUid", Who::Operator.account())]),
            ("ResourceNotFound.VpconnAliUid", 400)
        );
        let not_found = ("ResourceNotFound.PhysicalConnectionId", 400);
        assert_eq!(refused(house, &[("PhysicalConnectionId", "pc-unknown")]), not_found);
        assert_eq!(refused(house, &[("PhysicalConnectionId", &foreign)]), not_found);
        assert_eq!(refused(house, &[("RegionId", "west")]), not_found);
        let not_enabled = ("InvalidPhysicalConnectionId.NotEnabled", 400);
        assert_eq!(refused(house, &[("PhysicalConnectionId", &waiting)]), not_enabled);
        assert_eq!(refused(house, &[("Tag.1.Key", "a"), ("Tag.2.Key", "a")]), ("InvalidParameter", 400));
        assert_eq!(refused(house, &[("Spec", "1G")]), ("QuotaExceeded.Bandwidth", 400));
        assert_eq!(refused(house, &[("DryRun", "true")]), ("DRYRUN.SUCCESS", 400));
        let id = cut(house, &circuit, &[("Spec", "400M")]);
        assert_eq!(refused(house, &[("VlanId", "22"), ("Spec", "200M")]), ("QuotaExceeded.Bandwidth", 400));
        let last = cut(house, &circuit, &[("Spec", "100M"), ("VlanId", "0")]);
        assert_eq!(refused(house, &[]), ("QuotaExceeded.Bandwidth", 400));

        // The other way round: a router cannot take a VLAN that a hosted connection has.
        let taken = [EAST, ("VbrId", vbr.as_str()), ("VlanId", "20")];
        let refusal = house.refused(Who::Tenant, "ModifyVirtualBorderRouterAttribute", &taken);
        assert_eq!(refusal.is(), ("InvalidVlanId.Used", 400));
        // Nor can the circuit become narrower than what it carries, nor a hosted connection be changed as a circuit.
        let narrower = [EAST, ("PhysicalConnectionId", circuit.as_str()), ("bandwidth", "499")];
        let refusal = house.refused(Who::Tenant, "ModifyPhysicalConnectionAttribute", &narrower);
        assert_eq!(refusal.is(), ("OperationDenied.VPconn", 400));
        let named = [EAST, ("PhysicalConnectionId", last.as_str()), ("Name", "other")];
        let refusal = house.refused(Who::Tenant, "ModifyPhysicalConnectionAttribute", &named);
        assert_eq!(refusal.is(), ("OperationDenied.VPconn", 400));
        let lock =
            [("PhysicalConnectionId", &*circuit), ("BusinessStatus", "FinancialLocked"), ("Reason", "r")];
        act(house, Who::Tenant, "DeletePhysicalConnection", &id).unwrap();
        house.ok(Who::Operator, "LockPhysicalConnection", &lock);
        assert_eq!(refused(house, &[]), not_enabled);
        let from = [EAST, ("VbrId", other.as_str())];
        assert_eq!(house.refused(Who::Tenant, "CreateVpconnFromVbr", &from).is(), not_enabled);
        check(house);
    });
}

#[test]
pub(crate) fn vlan_and_expectation_change_and_are_read_back() {
    on_each_lane(lifted, |house| {
        let circuit = enabled(house, &[]);
        let (one, two) = (cut(house, &circuit, &[]), cut(house, &circuit, &[("VlanId", "21")]));
        let update = |house: &mut House, who, id: &str, vlan: &str, more: &[(&str, &str)]| {
            let pairs = [&[EAST, ("InstanceId", id), ("VlanId", vlan)], more].concat();
            house.call(who, "UpdateVirtualPhysicalConnection", &pairs)
        };
        let done = update(house, Who::Tenant, &one, "20", &[("ExpectSpec", "100M")]).unwrap();
        assert_eq!(done["Success"], "true");
        let row = show(house, &one);
        assert_eq!((&row["Spec"], &row["ExpectSpec"]), (&json!("50M"), &json!("100M")));
        let used = update(house, Who::Tenant, &one, "21", &[]).unwrap_err();
        assert_eq!(used.is(), ("InvalidVlanId.Used", 400));
        update(house, Who::Tenant, &one, "30", &[("DryRun", "true")]).unwrap();
        assert_eq!(show(house, &one)["VlanId"], "20");
        update(house, Who::Second, &one, "30", &[]).unwrap();
        update(house, Who::Tenant, &two, "20", &[]).unwrap();
        assert_eq!(
            (&show(house, &one)["VlanId"], &show(house, &two)["VlanId"]),
            (&json!("30"), &json!("20"))
        );
        assert_eq!(show(house, &one)["ExpectSpec"], "100M");
        for (who, id) in [(Who::Tenant, "pc-unknown"), (Who::Operator, &one), (Who::Tenant, &circuit)] {
            let unknown = update(house, who, id, "31", &[]).unwrap_err();
            assert_eq!(unknown.is(), ("ResourceNotFound", 400), "{who:?} {id}");
        }
        check(house);
    });
}

#[test]
pub(crate) fn a_router_runs_over_the_hosted_connection_of_its_owner() {
    on_each_lane(lifted, |house| {
        let circuit = enabled(house, &[("bandwidth", "1000")]);
        let id = cut(house, &circuit, &[("Spec", "100M")]);
        let vbr = pushed(house, &circuit, "30", "100");
        let attach = |house: &mut House, who, vbr: &str, id: &str, more: &[(&str, &str)]| {
            let pairs = [&[EAST, ("VbrId", vbr), ("VpconnId", id)], more].concat();
            house.call(who, "AttachVbrToVpconn", &pairs)
        };
        let early = attach(house, Who::Second, &vbr, &id, &[]).unwrap_err();
        assert_eq!(early.is(), ("IncorrectStatus.PhysicalConnection", 400));
        act(house, Who::Second, "ConfirmPhysicalConnection", &id).unwrap();
        let wide = pushed(house, &circuit, "31", "200");
        assert_eq!(
            attach(house, Who::Second, &wide, &id, &[]).unwrap_err().is(),
            ("OperationFailed.Vpconn", 400)
        );
        let lent = unconfirmed(house, &circuit, "32", "50");
        let state = ("InvalidOperation.OperationNotAllowedInState", 400);
        assert_eq!(attach(house, Who::Second, &lent, &id, &[]).unwrap_err().is(), state);
        let own = router(house, &circuit, "33", &[]);
        let not_found = ("InvalidVbrId.NotFound", 404);
        assert_eq!(attach(house, Who::Second, &own, &id, &[]).unwrap_err().is(), not_found);
        let elsewhere = enabled(house, &[]);
        let far = pushed(house, &elsewhere, "30", "50");
        let unmatched = attach(house, Who::Second, &far, &id, &[]).unwrap_err();
        assert_eq!(unmatched.is(), ("InvalidPhysicalConnectionId.NotMatched", 400));
        assert_eq!(attach(house, Who::Operator, &vbr, &id, &[]).unwrap_err().is(), ("ResourceNotFound", 400));
        attach(house, Who::Second, &vbr, &id, &[("DryRun", "true")]).unwrap();
        assert_eq!(show(house, &id)["VlanId"], "20");

        let done = attach(house, Who::Second, &vbr, &id, &[]).unwrap();
        assert_eq!(done["VirtualPhysicalConnection"], id.as_str());
        // The router's VLAN is the hosted connection's now, and the one it had is free.
        assert_eq!(show(house, &id)["VlanId"], "30");
        let other = cut(house, &circuit, &[]);
        check(house);
        let twice = attach(house, Who::Second, &wide, &id, &[]).unwrap_err();
        assert_eq!(twice.is(), ("Forbidden.VbrAttached", 400));
        act(house, Who::Second, "ConfirmPhysicalConnection", &other).unwrap();
        assert_eq!(attach(house, Who::Second, &vbr, &other, &[]).unwrap_err().is(), state);

        // While it runs, the two move together or not at all.
        let vlan = [EAST, ("VbrId", vbr.as_str()), ("VlanId", "40")];
        house.ok(Who::Tenant, "ModifyVirtualBorderRouterAttribute", &vlan);
        assert_eq!(show(house, &id)["VlanId"], "40");
        let update = [EAST, ("InstanceId", id.as_str()), ("VlanId", "41")];
        let refusal = house.refused(Who::Tenant, "UpdateVirtualPhysicalConnection", &update);
        assert_eq!(refusal.is(), ("Forbidden.VbrAttached", 400));
        // Its rate limit is not changed by this action at all (contract, UpdateVirtualBorderBandwidth).
        for mbps in ["200", "100", "50", "60"] {
            let limit = [EAST, ("VirtualBorderRouterId", vbr.as_str()), ("Bandwidth", mbps)];
            let refusal = house.refused(Who::Second, "UpdateVirtualBorderBandwidth", &limit);
            assert_eq!(refusal.is(), ("OperationFailed.Vpconn", 400), "{mbps}");
        }
        let wider = [EAST, ("VbrId", vbr.as_str()), ("Bandwidth", "200")];
        let refusal = house.refused(Who::Second, "ModifyVirtualBorderRouterAttribute", &wider);
        assert_eq!(refusal.is(), ("IllegalParam.Bandwidth", 400));
        let stop = [EAST, ("VbrId", vbr.as_str())];
        assert_eq!(house.refused(Who::Tenant, "TerminateVirtualBorderRouter", &stop).is(), state);
        let held = act(house, Who::Tenant, "TerminatePhysicalConnection", &id).unwrap_err();
        assert_eq!(held.is(), ("Forbidden.VbrAttached", 400));
        assert_eq!(held.header("x-crossconnect-state"), Some("Enabled"));
        let held = act(house, Who::Second, "DeletePhysicalConnection", &id).unwrap_err();
        assert_eq!(held.is(), ("Forbidden.VBRExists", 400));
        check(house);

        // Without the router the hosted connection holds the VLAN itself.
        house.ok(Who::Second, "DeleteVirtualBorderRouter", &stop);
        house.tick();
        assert_eq!(show(house, &id)["VlanId"], "40");
        check(house);
        let used =
            house.call(Who::Tenant, "CreateVirtualPhysicalConnection", &wish(&circuit, &[("VlanId", "40")]));
        assert_eq!(used.unwrap_err().is(), ("InvalidVlanId.Used", 400));
        act(house, Who::Second, "DeletePhysicalConnection", &id).unwrap();
        check(house);
    });
}

#[test]
pub(crate) fn a_pushed_router_becomes_a_hosted_connection() {
    on_each_lane(lifted, |house| {
        let circuit = enabled(house, &[("bandwidth", "300")]);
        let vbr = pushed(house, &circuit, "30", "200");
        let from = |house: &mut House, who, vbr: &str, more: &[(&str, &str)]| {
            house.call(who, "CreateVpconnFromVbr", &[&[EAST, ("VbrId", vbr)], more].concat())
        };
        let tenant = from(house, Who::Second, &vbr, &[]).unwrap_err();
        assert_eq!(tenant.is(), ("Forbidden.OperationNotAllowedByUser", 403));
        for (who, id) in [(Who::Operator, vbr.as_str()), (Who::Tenant, "vbr-unknown")] {
            assert_eq!(from(house, who, id, &[]).unwrap_err().is(), ("InvalidVbrId.NotFound", 404));
        }
        let lent = unconfirmed(house, &circuit, "31", "50");
        let state = ("InvalidOperation.OperationNotAllowedInState", 400);
        assert_eq!(from(house, Who::Tenant, &lent, &[]).unwrap_err().is(), state);
        let wide = pushed(house, &circuit, "32", "20480");
        assert_eq!(from(house, Who::Tenant, &wide, &[]).unwrap_err().is(), ("OperationFailed.Vpconn", 400));
        from(house, Who::Tenant, &vbr, &[("DryRun", "true")]).unwrap();
        assert!(ids(house, Who::Tenant, &[]).is_empty());

        let token = ("Token", "once");
        let made = from(house, Who::Tenant, &vbr, &[token]).unwrap();
        let id = text(&made, "VirtualPhysicalConnection");
        assert_eq!(from(house, Who::Tenant, &vbr, &[token]).unwrap(), made);
        let row = show(house, &id);
        for (name, value) in [
            ("Status", "Enabled"),
            ("VirtualPhysicalConnectionStatus", "Confirmed"),
            ("AliUid", SECOND),
            ("Spec", "200M"),
            ("VlanId", "30"),
            ("OrderMode", "PayByPhysicalConnectionOwner"),
        ] {
            assert_eq!(row[name], value, "{name}");
        }
        assert_eq!(from(house, Who::Tenant, &vbr, &[]).unwrap_err().is(), state);
        let more = pushed(house, &circuit, "33", "200");
        assert_eq!(from(house, Who::Tenant, &more, &[]).unwrap_err().is(), ("QuotaExceeded.Bandwidth", 400));
        check(house);
    });
}

#[test]
pub(crate) fn they_are_listed_by_either_party_filtered_and_page_by_page() {
    on_each_lane(lifted, |house| {
        let circuit = enabled(house, &[("bandwidth", "1000")]);
        let other = enabled(house, &[("bandwidth", "1000")]);
        let mut made = Vec::new();
        for at in 0..5 {
            house.now += 1000;
            let vlan = (100 + at).to_string();
            let on = if at == 4 { &other } else { &circuit };
            let more = [("VlanId", vlan.as_str()), ("Tags.1.Key", "at"), ("Tags.1.Value", vlan.as_str())];
            made.push(cut(house, on, &more));
        }
        house.now += 1000;
        let own = cut(house, &circuit, &[("VpconnAliUid", TENANT), ("ResourceGroupId", "rg-own")]);
        act(house, Who::Second, "ConfirmPhysicalConnection", &made[1]).unwrap();
        let all: Vec<_> = made.iter().chain([&own]).map(String::as_str).collect();
        assert_eq!(ids(house, Who::Tenant, &[]), all);
        assert_eq!(ids(house, Who::Second, &[]), all[..5]);
        assert!(ids(house, Who::Operator, &[]).is_empty());
        assert!(list(house, Who::Tenant, &[("RegionId", "west")]).is_empty());
        let cases: &[(Given<'_>, &[&str])] = &[
            (&[("PhysicalConnectionId", &other)], &[all[4]]),
            (&[("IsConfirmed", "true")], &[all[1]]),
            (&[("IsConfirmed", "false"), ("PhysicalConnectionId", &other)], &[all[4]]),
            (&[("VirtualPhysicalConnectionStatuses.1", "confirmed")], &[all[1]]),
            (&[("VirtualPhysicalConnectionStatuses.1", "Deleted")], &[]),
            (&[("VirtualPhysicalConnectionStatuses.1", "what")], &[]),
            (
                &[("VirtualPhysicalConnectionIds.1", all[2]), ("VirtualPhysicalConnectionIds.2", all[0])],
                &[all[0], all[2]],
            ),
            // One-element lists also come bare.
            (&[("VirtualPhysicalConnectionIds", all[3])], &[all[3]]),
            (&[("VirtualPhysicalConnectionIds.1", "pc-unknown")], &[]),
            (&[("VlanIds.1", "103"), ("VlanIds.2", "20"), ("VlanIds.3", "x")], &[all[3], all[5]]),
            (&[("VlanIds.1", "x")], &[]),
            (&[("VirtualPhysicalConnectionAliUids.1", TENANT)], &[all[5]]),
            (&[("ResourceGroupId", "rg-own")], &[all[5]]),
            (&[("ResourceGroupId", "rg-default"), ("VlanIds.1", "100")], &[all[0]]),
            (&[("VirtualPhysicalConnectionBusinessStatus", "SecurityLocked")], &[]),
            (&[("Tag.1.Key", "at"), ("Tag.1.Value", "102")], &[all[2]]),
        ];
        for (pairs, expected) in cases {
            assert_eq!(ids(house, Who::Tenant, pairs), *expected, "{pairs:?}");
        }
        for size in 1..=7_usize {
            let (mut gathered, mut token, rows) = (Vec::new(), String::new(), size.to_string());
            loop {
                let pairs = [EAST, ("MaxResults", rows.as_str()), ("NextToken", token.as_str())];
                let answer = house.ok(Who::Tenant, "ListVirtualPhysicalConnections", &pairs);
                assert_eq!(answer["TotalCount"], 6);
                let page = answer["VirtualPhysicalConnections"].as_array().unwrap();
                assert!(page.len() <= size);
                gathered.extend(page.iter().map(|row| text(row, "PhysicalConnectionId")));
                assert!(gathered.len() < 50, "the pages have no end");
                token = text(&answer, "NextToken");
                if token.is_empty() {
                    break;
                }
            }
            assert_eq!(gathered, all, "by {size}");
        }
        let cursor = [EAST, ("NextToken", "what?")];
        let refusal = house.refused(Who::Tenant, "ListVirtualPhysicalConnections", &cursor);
        assert_eq!(refusal.is(), ("InvalidParameter", 400));
    });
}

#[test]
pub(crate) fn labels_groups_and_tokens_go_with_its_tenant() {
    on_each_lane(lifted, |house| {
        let circuit = enabled(house, &[]);
        let token = [("Token", "t-1")];
        let id = cut(house, &circuit, &token);
        assert_eq!(cut(house, &circuit, &token), id);
        // The usual name of a token is taken for the same.
        assert_eq!(cut(house, &circuit, &[("ClientToken", "t-1")]), id);
        let other = wish(&circuit, &[("Token", "t-1"), ("VlanId", "21")]);
        let refusal = house.refused(Who::Tenant, "CreateVirtualPhysicalConnection", &other);
        assert_eq!(refusal.is(), ("IdempotentParameterMismatch", 400));

        let on = [EAST, ("ResourceType", "PHYSICALCONNECTION"), ("ResourceId.1", id.as_str())];
        let label = [&on[..], &[("Tag.1.Key", "k")]].concat();
        house.ok(Who::Second, "TagResourcesForExpressConnect", &label);
        let refusal = house.refused(Who::Tenant, "TagResources", &label);
        assert_eq!(refusal.is(), ("InvalidResourceId.NotFound", 404));
        assert_eq!(show(house, &id)["Tags"], json!([{"Key": "k", "Value": ""}]));
        let listed = house.ok(Who::Second, "ListTagResources", &on);
        assert_eq!(listed["TagResources"]["TagResource"].as_array().unwrap().len(), 1);
        let change = [on[0], on[1], ("ResourceId", id.as_str()), ("NewResourceGroupId", "rg-h")];
        house.ok(Who::Second, "ChangeResourceGroup", &change);
        assert_eq!(show(house, &id)["ResourceGroupId"], "rg-h");
        let groups = house.ok(Who::Second, "ListResourceGroups", &[("Name", "rg-h")]);
        assert_eq!(groups["TotalCount"], 1);
        check(house);
    });
}

/// The reason that a circuit with a border router is not given back either.
#[test]
pub(crate) fn a_circuit_with_a_router_is_not_given_back() {
    on_each_lane(lifted, |house| {
        let circuit = enabled(house, &[]);
        router(house, &circuit, "10", &[]);
        let refusal = house.refused(Who::Tenant, "RefundInstance", &[("InstanceId", &circuit)]);
        assert_eq!(refusal.is(), ("Forbidden.VbrAttached", 400));
    });
}
