//! Border routers between accounts: one made for another, what each of the two may do, what a third sees; and what a
//! client token means to them.

use super::routers::{
    EAST, circuit, circuit_of, field, lent, listed, named, new_router, on, refused, router, shown,
};
use super::{More, on_each_lane};
use crate::house::{House, Plan, SECOND, TENANT, Who, text};
use crate::invariants;
use connect::limits::CLIENT_TOKEN_LIFETIME_MS;
use serde_json::json;

const MODIFY: &str = "ModifyVirtualBorderRouterAttribute";
const LINKS: &str = "AssociatedPhysicalConnections";
const PAIR: [(&str, &str); 3] =
    [("LocalGatewayIp", "10.0.0.1"), ("PeerGatewayIp", "10.0.0.2"), ("PeeringSubnetMask", "255.255.255.252")];

/// The routers on a circuit, as the circuit's owner is shown them.
fn on_circuit(house: &mut House, circuit: &str) -> Vec<serde_json::Value> {
    let action = "DescribeVirtualBorderRoutersForPhysicalConnection";
    let answer = house.ok(Who::Tenant, action, &[EAST, ("PhysicalConnectionId", circuit)]);
    answer["VirtualBorderRouterForPhysicalConnectionSet"]["VirtualBorderRouterForPhysicalConnectionType"]
        .as_array()
        .unwrap()
        .clone()
}

#[test]
pub(crate) fn a_router_made_for_another_account_is_confirmed_by_it() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let id = lent(house, &circuit, "10");
        let row = shown(house, Who::Second, &id).unwrap();
        assert_eq!(
            (&row["Status"], &row["ActivationTime"], &row["LocalGatewayIp"]),
            (&json!("unconfirmed"), &json!(""), &json!(""))
        );
        assert_eq!(row["PhysicalConnectionOwnerUid"], TENANT);
        let row = &on_circuit(house, &circuit)[0];
        assert_eq!(
            (&row["VbrId"], &row["VbrOwnerUid"]),
            (&json!(id), &json!(SECOND.parse::<i64>().unwrap()))
        );
        // A name does not confirm it, nor does a part of the pair; the pair does.
        house.now += 3000;
        on(house, Who::Second, MODIFY, &id, &[("Name", "mine")]).unwrap();
        assert_eq!(shown(house, Who::Second, &id).unwrap()["Status"], "unconfirmed");
        let refusal = refused(house, Who::Second, MODIFY, &id, &PAIR[..2]);
        assert_eq!(refusal.is(), ("MissingParameter", 400));
        invariants::check(house);
        on(house, Who::Second, MODIFY, &id, &PAIR).unwrap();
        let row = shown(house, Who::Second, &id).unwrap();
        assert_eq!(
            (&row["Status"], &row["ActivationTime"], &row["Name"]),
            (&json!("active"), &json!("2026-01-31T08:00:03Z"), &json!("mine"))
        );
        // Its change is its owner's, and so is its place in the ledger.
        let dump = house.dump();
        let row = dump["ledger"].iter().rfind(|row| row["resource"].text() == id).unwrap();
        assert_eq!(row["account"].text(), SECOND);
        assert_eq!((row["status_from"].text(), row["status_to"].text()), ("unconfirmed", "active"));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn what_only_the_routers_owner_may_choose_is_left_to_it() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let given = [
            ("LocalGatewayIp", "10.0.0.1", "Forbidden.LocalGatewayIpNotAllowedByCaller"),
            ("LocalIpv6GatewayIp", "2001:db8::1", "Forbidden.LocalGatewayIpNotAllowedByCaller"),
            ("PeerGatewayIp", "10.0.0.2", "Forbidden.PeerGatewayIpNotAllowedByCaller"),
            ("PeeringSubnetMask", "255.255.255.0", "Forbidden.PeeringSubnetMaskNotAllowedByCaller"),
            ("Name", "named", "Forbidden.NameNotAllowedByCaller"),
            ("Description", "described", "Forbidden.DescriptionNotAllowedByCaller"),
        ];
        let base = [EAST, ("PhysicalConnectionId", &*circuit), ("VlanId", "10"), ("VbrOwnerId", SECOND)];
        for (name, value, code) in given {
            let pairs = [&base[..], &[(name, value)]].concat();
            assert_eq!(
                house.refused(Who::Tenant, "CreateVirtualBorderRouter", &pairs).is(),
                (code, 403),
                "{name}"
            );
        }
        let further = circuit_of(house, Who::Tenant, &[]);
        let id = lent(house, &circuit, "10");
        on(house, Who::Second, MODIFY, &id, &PAIR).unwrap();
        let others = [
            ("LocalGatewayIp", "10.0.0.6", "Forbidden.LocalGatewayIpNotAllowedByCaller"),
            ("PeerGatewayIp", "", "Forbidden.PeerGatewayIpNotAllowedByCaller"),
            ("PeeringSubnetMask", "255.255.255.0", "Forbidden.PeeringSubnetMaskNotAllowedByCaller"),
            ("Name", "named", "Forbidden.NameNotAllowedByCaller"),
            ("Description", "described", "Forbidden.DescriptionNotAllowedByCaller"),
        ];
        for (name, value, code) in others {
            let refusal = refused(house, Who::Tenant, MODIFY, &id, &[(name, value)]);
            assert_eq!(refusal.is(), (code, 403), "{name}");
        }
        let associate = "AssociatePhysicalConnectionToVirtualBorderRouter";
        for (name, value, code) in &given[..4] {
            let pairs = [("PhysicalConnectionId", &*further), ("VlanId", "1"), (*name, *value)];
            let refusal = refused(house, Who::Tenant, associate, &id, &pairs);
            assert_eq!(refusal.is(), (*code, 403), "{name}");
        }
        // And what only the circuit's owner may choose, to that one. Its own values are no wish to change them.
        for (name, value, code) in [
            ("VlanId", "11", "Forbidden.VlanIdNotAllowedByCaller"),
            ("CircuitCode", "c", "Forbidden.CircuitCodeNotAllowedByCaller"),
        ] {
            assert_eq!(
                refused(house, Who::Second, MODIFY, &id, &[(name, value)]).is(),
                (code, 403),
                "{name}"
            );
        }
        on(house, Who::Second, MODIFY, &id, &[("VlanId", "10"), ("CircuitCode", ""), ("Name", "mine")])
            .unwrap();
        on(
            house,
            Who::Tenant,
            MODIFY,
            &id,
            &[PAIR[0], PAIR[1], PAIR[2], ("VlanId", "11"), ("CircuitCode", "c")],
        )
        .unwrap();
        let row = shown(house, Who::Second, &id).unwrap();
        assert_eq!(
            (&row["VlanId"], &row["CircuitCode"], &row["Name"]),
            (&json!(11), &json!("c"), &json!("mine"))
        );
        let pairs = [("PhysicalConnectionId", &*further), ("VlanId", "1")];
        let refusal = refused(house, Who::Second, associate, &id, &pairs);
        assert_eq!(refusal.is(), ("Forbidden.OperationNotAllowedByUser", 403));
        on(house, Who::Tenant, associate, &id, &[pairs[0], pairs[1], ("EnableIpv6", "true")]).unwrap();
        // The owner gives the link its addresses, the circuit's owner its VLAN.
        let item = |more: serde_json::Value| {
            let mut item = more;
            item["PhysicalConnectionId"] = json!(further);
            json!([item]).to_string()
        };
        let vlan = item(json!({"VlanId": 2, "EnableIpv6": true}));
        let addresses = item(json!({"LocalGatewayIp": "10.9.0.1", "PeerGatewayIp": "10.9.0.2",
            "PeeringSubnetMask": "255.255.255.252", "EnableIpv6": false}));
        let refusal = refused(house, Who::Second, MODIFY, &id, &[(LINKS, &vlan)]);
        assert_eq!(refusal.is(), ("Forbidden.VlanIdNotAllowedByCaller", 403));
        let refusal = refused(house, Who::Tenant, MODIFY, &id, &[(LINKS, &addresses)]);
        assert_eq!(refusal.is(), ("Forbidden.LocalGatewayIpNotAllowedByCaller", 403));
        on(house, Who::Tenant, MODIFY, &id, &[(LINKS, &vlan)]).unwrap();
        on(house, Who::Second, MODIFY, &id, &[(LINKS, &addresses)]).unwrap();
        invariants::check(house);
    });
}

#[test]
pub(crate) fn stopping_is_the_circuit_owners_and_removing_the_routers_owners() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let (id, never) = (lent(house, &circuit, "10"), lent(house, &circuit, "11"));
        on(house, Who::Second, MODIFY, &id, &PAIR).unwrap();
        let forbidden = ("Forbidden.OperationNotAllowedByUser", 403);
        let act = |house: &mut House, who, action, id: &str| on(house, who, action, id, &[]).map(drop);
        assert_eq!(refused(house, Who::Second, "TerminateVirtualBorderRouter", &id, &[]).is(), forbidden);
        assert_eq!(refused(house, Who::Tenant, "DeleteVirtualBorderRouter", &id, &[]).is(), forbidden);
        act(house, Who::Tenant, "TerminateVirtualBorderRouter", &id).unwrap();
        house.advance(1);
        assert_eq!(refused(house, Who::Second, "RecoverVirtualBorderRouter", &id, &[]).is(), forbidden);
        act(house, Who::Tenant, "RecoverVirtualBorderRouter", &id).unwrap();
        house.advance(1);
        invariants::check(house);
        act(house, Who::Second, "DeleteVirtualBorderRouter", &id).unwrap();
        // Before it is confirmed, both may.
        act(house, Who::Tenant, "DeleteVirtualBorderRouter", &never).unwrap();
        assert_eq!(listed(house, Who::Second, &[]).len(), 0);
        assert_eq!(on_circuit(house, &circuit).len(), 0);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn another_tenant_sees_and_reaches_no_router() {
    on_each_lane(Plan::quiet, |house| {
        let (mine, further) = (circuit(house), circuit(house));
        let id = router(house, &mine, &[("Tag.1.Key", "k")]);
        let theirs = circuit_of(house, Who::Second, &[]);
        for everything in [&[][..], &[("IncludeCrossAccountVbr", "true")]] {
            for who in [Who::Second, Who::Operator] {
                assert_eq!(listed(house, who, everything).len(), 0);
            }
        }
        assert_eq!(shown(house, Who::Second, &id), None);
        let action = "DescribeVirtualBorderRoutersForPhysicalConnection";
        let refusal = house.refused(Who::Second, action, &[EAST, ("PhysicalConnectionId", &mine)]);
        assert_eq!(refusal.is(), ("InvalidPhysicalConnectionId.NotFound", 404));
        let calls: &[(&str, More<'_>, (&str, u16))] = &[
            (MODIFY, &[("Name", "theirs")], ("InvalidVbrId.NotFound", 400)),
            ("TerminateVirtualBorderRouter", &[], ("InvalidVbrId.NotFound", 404)),
            ("RecoverVirtualBorderRouter", &[], ("InvalidVbrId.NotFound", 404)),
            ("DeleteVirtualBorderRouter", &[], ("InvalidVbrId.NotFound", 404)),
            ("UpdateVirtualBorderBandwidth", &[("Bandwidth", "50")], ("InvalidInstanceId.NotFound", 400)),
            (
                "AssociatePhysicalConnectionToVirtualBorderRouter",
                &[("PhysicalConnectionId", &theirs), ("VlanId", "10")],
                ("InvalidVbrId.NotFound", 404),
            ),
            (
                "UnassociatePhysicalConnectionFromVirtualBorderRouter",
                &[("PhysicalConnectionId", &theirs)],
                ("InvalidVbrId.NotFound", 404),
            ),
        ];
        for (action, more, code) in calls {
            for who in [Who::Second, Who::Operator] {
                let hidden = refused(house, who, action, &id, more);
                assert_eq!(hidden.is(), *code, "{action} by {who:?}");
                // Just as an id that nobody has; and in the wrong region, as its owner is answered too.
                assert_eq!(refused(house, who, action, "vbr-none", more), hidden, "{action} by {who:?}");
            }
            let west = [&[("RegionId", "west"), named(action, &id)], *more].concat();
            let code = match *action {
                "AssociatePhysicalConnectionToVirtualBorderRouter" => ("InvalidInstanceId.NotFound", 404),
                _ => *code,
            };
            assert_eq!(house.refused(Who::Tenant, action, &west).is(), code, "{action} in the west");
        }
        // Nor may it have what is not its own on its router, or its router on what is not.
        let own =
            text(&house.ok(Who::Second, "CreateVirtualBorderRouter", &new_router(&theirs, &[])), "VbrId");
        let associate = "AssociatePhysicalConnectionToVirtualBorderRouter";
        let pairs = [("PhysicalConnectionId", &*further), ("VlanId", "10")];
        let refusal = refused(house, Who::Second, associate, &own, &pairs);
        assert_eq!(refusal.is(), ("InvalidPhysicalConnectionId.NotFound", 400));
        let kind = [EAST, ("ResourceType", "VIRTUALBORDERROUTER"), ("ResourceId.1", &*id)];
        for action in ["TagResources", "UnTagResources", "ListTagResources"] {
            let refusal = house.refused(Who::Second, action, &[&kind[..], &[("Tag.1.Key", "k")]].concat());
            assert_eq!(refusal.is(), ("InvalidResourceId.NotFound", 404), "{action}");
        }
        assert_eq!(field(house, &id, "Status"), "active");
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_token_of_a_router_answers_again_whoever_owns_it() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let token = ("ClientToken", "once");
        let create = "CreateVirtualBorderRouter";
        let own = new_router(&circuit, &[token]);
        let first = house.ok(Who::Tenant, create, &own);
        let before = house.dump();
        assert_eq!(house.ok(Who::Tenant, create, &own), first);
        assert_eq!(house.dump(), before, "a repeated call writes nothing");
        // Other parameters under the token are a mistake, another owner among them.
        let mismatch = ("IdempotentParameterMismatch", 400);
        let renumbered = new_router(&circuit, &[token, ("VlanId", "11")]);
        assert_eq!(house.refused(Who::Tenant, create, &renumbered).is(), mismatch);
        let base = [EAST, ("PhysicalConnectionId", &*circuit), ("VlanId", "11"), ("VbrOwnerId", SECOND)];
        let given = |name| [&base[..], &[("ClientToken", name)]].concat();
        assert_eq!(house.refused(Who::Tenant, create, &given("once")).is(), mismatch);
        let made = house.ok(Who::Tenant, create, &given("other"));
        assert_eq!(house.ok(Who::Tenant, create, &given("other")), made);
        let mine = new_router(&circuit, &[("ClientToken", "other"), ("VlanId", "12")]);
        assert_eq!(house.refused(Who::Tenant, create, &mine).is(), mismatch);
        // A refused call leaves its token free.
        let used = new_router(&circuit, &[("ClientToken", "free")]);
        assert_eq!(house.refused(Who::Tenant, create, &used).is(), ("InvalidVlanId.Used", 400));
        let good = new_router(&circuit, &[("ClientToken", "free"), ("VlanId", "12")]);
        house.ok(Who::Tenant, create, &good);

        // A deletion is answered again though nothing is left to delete, to the circuit's owner as well.
        for id in [text(&first, "VbrId"), text(&made, "VbrId")] {
            let away = [("ClientToken", "away")];
            on(house, Who::Tenant, "DeleteVirtualBorderRouter", &id, &away).unwrap();
            let before = house.dump();
            on(house, Who::Tenant, "DeleteVirtualBorderRouter", &id, &away).unwrap();
            assert_eq!(house.dump(), before);
        }
        // A day later all tokens are new again.
        house.advance(CLIENT_TOKEN_LIFETIME_MS / 1000);
        let again = house.ok(Who::Tenant, create, &own);
        assert_ne!(again, first);
        assert_eq!(house.ok(Who::Tenant, create, &own), again);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_token_of_an_association_is_judged_by_what_is_there() {
    on_each_lane(Plan::quiet, |house| {
        let (one, two, three) = (circuit(house), circuit(house), circuit(house));
        let id = router(house, &one, &[]);
        let token = ("ClientToken", "tf-cut-short-to-the-same-text");
        let associate = |house: &mut House, circuit: &str| {
            let pairs = [("PhysicalConnectionId", circuit), ("VlanId", "10"), token];
            on(house, Who::Tenant, "AssociatePhysicalConnectionToVirtualBorderRouter", &id, &pairs).unwrap();
        };
        let unassociate = |house: &mut House, circuit: &str| {
            let pairs = [("PhysicalConnectionId", circuit), token];
            on(house, Who::Tenant, "UnassociatePhysicalConnectionFromVirtualBorderRouter", &id, &pairs)
                .unwrap();
        };
        let further = |house: &mut House| {
            let shown = field(house, &id, "AssociatedPhysicalConnections");
            shown["AssociatedPhysicalConnection"].as_array().unwrap().len()
        };
        // The same token for each of several circuits, and again for each after it was taken off.
        for _ in 0..2 {
            associate(house, &two);
            associate(house, &three);
            assert_eq!(further(house), 2);
            let before = house.dump();
            associate(house, &two);
            assert_eq!(house.dump(), before, "what stands is answered again");
            unassociate(house, &two);
            unassociate(house, &three);
            assert_eq!(further(house), 0);
            let before = house.dump();
            unassociate(house, &two);
            assert_eq!(house.dump(), before, "what is gone is answered again");
        }
        invariants::check(house);
    });
}
