//! Failover pairs of border routers, and grants to transit networks.

use super::on_each_lane;
use super::routers::{self, EAST, circuit, lent, on, replaced, router};
use super::vpcs::vpc;
use crate::house::{House, Plan, Who, text};
use crate::invariants;
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::limits::CEN_GRANTS_PER_INSTANCE_MAX;
use serde_json::{Value, json};

/// Two routers in service on one circuit.
pub(crate) fn two_routers(house: &mut House) -> [String; 2] {
    let circuit = circuit(house);
    [router(house, &circuit, &[]), router(house, &circuit, &[("VlanId", "11")])]
}

/// Makes a pair of the tenant's, and lets it become Active.
pub(crate) fn pair(house: &mut House, one: &str, other: &str) -> String {
    let made = house.ok(Who::Tenant, "CreateVbrHa", &[EAST, ("VbrId", one), ("PeerVbrId", other)]);
    house.advance(1);
    text(&made, "VbrHaId")
}

fn described(house: &mut House, who: Who, more: &[(&str, &str)]) -> Value {
    house.ok(who, "DescribeVbrHa", &replaced(&[EAST], more))
}

/// What is said of a pair that is not there.
fn nothing() -> Value {
    json!({"VbrHaId": "", "VbrId": "", "PeerVbrId": "", "Status": "", "Name": "", "Description": "",
           "CreationTime": "", "RegionId": ""})
}

#[test]
pub(crate) fn a_pair_is_made_read_back_and_dissolved() {
    on_each_lane(Plan::quiet, |house| {
        let [one, other] = two_routers(house);
        let new = [
            EAST,
            ("VbrId", one.as_str()),
            ("PeerVbrId", &other),
            ("Name", "pair 1"),
            ("Description", "each for the other"),
            ("ClientToken", "t"),
        ];
        let before = house.dump();
        house.ok(Who::Tenant, "CreateVbrHa", &[&new[..], &[("DryRun", "true")]].concat());
        assert_eq!(before, house.dump(), "a dry run leaves nothing");
        let made = house.ok(Who::Tenant, "CreateVbrHa", &new);
        assert_eq!(house.ok(Who::Tenant, "CreateVbrHa", &new), made, "the token answers again");
        let id = text(&made, "VbrHaId");
        assert!(id.starts_with("vbrha-"), "{id}");
        let mut expected = json!({
            "VbrHaId": id, "VbrId": one, "PeerVbrId": other, "Status": "Creating", "Name": "pair 1",
            "Description": "each for the other", "CreationTime": connect::time::wire(house.now),
            "RegionId": "east",
        });
        assert_eq!(described(house, Who::Tenant, &[("VbrHaId", &id)]), expected);
        let named = [EAST, ("InstanceId", id.as_str())];
        let refusal = house.refused(Who::Tenant, "DeleteVbrHa", &named);
        assert_eq!(refusal.is(), ("IncorrectStatus.VbrHa", 400));
        assert_eq!(refusal.header(STATE_HEADER), Some("Creating"));
        assert_eq!(refusal.header(NEXT_HEADER), Some("timer:FinishRouterPairCreation"));
        house.advance(1);
        expected["Status"] = "Active".into();
        for by in [("VbrHaId", id.as_str()), ("VbrId", &one), ("VbrId", &other)] {
            assert_eq!(described(house, Who::Tenant, &[by]), expected, "{by:?}");
        }
        for by in [
            &[("VbrHaId", "vbrha-none")][..],
            &[("VbrId", "vbr-none")],
            &[("VbrHaId", &id), ("VbrId", "vbr-none")],
            &[("VbrHaId", &id), ("RegionId", "west")],
        ] {
            assert_eq!(described(house, Who::Tenant, by), nothing(), "{by:?}");
        }
        let refusal = house.refused(Who::Tenant, "DescribeVbrHa", &[EAST]);
        assert_eq!(refusal.is(), ("MissingParam.VbrHaIdOrVbrId", 400));
        invariants::check(house);

        // A router is not removed under its pair, on either side of it.
        for router in [&one, &other] {
            let refusal = routers::refused(house, Who::Tenant, "DeleteVirtualBorderRouter", router, &[]);
            assert_eq!(refusal.is(), ("InvalidStatus.NotAllowed", 400));
            assert!(refusal.message.contains(&id), "{}", refusal.message);
        }
        house.ok(Who::Tenant, "DeleteVbrHa", &named);
        assert_eq!(described(house, Who::Tenant, &[("VbrHaId", &id)]), nothing());
        let refusal = house.refused(Who::Tenant, "DeleteVbrHa", &named);
        assert_eq!(refusal.is(), ("InvalidInstanceId.NotFound", 404));
        on(house, Who::Tenant, "DeleteVirtualBorderRouter", &one, &[]).unwrap();
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_pair_is_of_two_free_routers_in_service() {
    on_each_lane(Plan::quiet, |house| {
        let [one, other] = two_routers(house);
        let further = circuit(house);
        let third = router(house, &further, &[]);
        let theirs = lent(house, &further, "11");
        let wrong = |house: &mut House, who: Who, one: &str, other: &str, region: &str| {
            let pairs = [("RegionId", region), ("VbrId", one), ("PeerVbrId", other)];
            house.refused(who, "CreateVbrHa", &pairs)
        };
        let refusal = wrong(house, Who::Tenant, &one, &one, "east");
        assert_eq!(refusal.is(), ("InvalidParameter", 400));
        assert!(refusal.message.contains("PeerVbrId"), "{}", refusal.message);
        for (who, one, other, region) in [
            (Who::Tenant, &*one, "vbr-none", "east"),
            (Who::Tenant, "vbr-none", &other, "east"),
            (Who::Tenant, &one, &theirs, "east"),
            (Who::Tenant, &one, &other, "west"),
            (Who::Second, &one, &other, "east"),
        ] {
            assert_eq!(wrong(house, who, one, other, region).is(), ("InvalidVbrId.NotFound", 404));
        }
        let id = pair(house, &one, &other);
        for (left, right) in [(&one, &third), (&third, &one), (&third, &other), (&other, &one)] {
            let refusal = wrong(house, Who::Tenant, left, right, "east");
            assert_eq!(refusal.is(), ("QuotaExceeded.VbrHa", 400));
            assert!(refusal.message.contains(&id), "{}", refusal.message);
        }
        house.ok(Who::Tenant, "DeleteVbrHa", &[EAST, ("InstanceId", &id)]);
        on(house, Who::Tenant, "TerminateVirtualBorderRouter", &other, &[]).unwrap();
        let refusal = wrong(house, Who::Tenant, &one, &other, "east");
        assert_eq!(refusal.is(), ("InvalidOperation.OperationNotAllowedInState", 400));
        assert_eq!(refusal.header(STATE_HEADER), Some("terminating"));
        // A pair of another's is not seen.
        let mine = pair(house, &one, &third);
        for who in [Who::Second, Who::Operator] {
            assert_eq!(described(house, who, &[("VbrHaId", &mine)]), nothing());
            assert_eq!(described(house, who, &[("VbrId", &one)]), nothing());
            let refusal = house.refused(who, "DeleteVbrHa", &[EAST, ("InstanceId", &mine)]);
            assert_eq!(refusal.is(), ("InvalidInstanceId.NotFound", 404));
        }
        invariants::check(house);
    });
}

/// The grants on an instance, as this account is shown them.
fn grants(house: &mut House, who: Who, kind: &str, id: &str, more: &[(&str, &str)]) -> Vec<Value> {
    let pairs = replaced(&[EAST, ("InstanceType", kind), ("InstanceId", id), ("PageSize", "50")], more);
    let answer = house.ok(who, "DescribeGrantRulesToCen", &pairs);
    let rows = answer["CenGrantRules"]["CbnGrantRule"].as_array().unwrap().clone();
    assert_eq!(answer["TotalCount"], rows.len());
    rows
}

/// The parameters of a grant.
pub(crate) fn granting<'a>(kind: &'a str, id: &'a str, cen: &'a str) -> [(&'a str, &'a str); 5] {
    [EAST, ("InstanceType", kind), ("InstanceId", id), ("CenId", cen), ("CenOwnerId", "1111222233334444")]
}

#[test]
pub(crate) fn a_grant_is_given_shown_at_once_and_taken_back() {
    on_each_lane(Plan::quiet, |house| {
        let [one, _] = two_routers(house);
        let net = text(&vpc(house, Who::Tenant, &[("ResourceGroupId", "rg-7")]), "VpcId");
        for (kind, id) in [("VBR", &one), ("VPC", &net)] {
            house.ok(Who::Tenant, "GrantInstanceToCen", &granting(kind, id, "cen-1"));
            let first = connect::time::wire(house.now);
            let row = |cen: &str, at: &str| json!({"CenInstanceId": cen, "CenOwnerId": 1_111_222_233_334_444_i64, "CreationTime": at});
            assert_eq!(grants(house, Who::Tenant, kind, id, &[]), [row("cen-1", &first)]);
            house.advance(5);
            let second = connect::time::wire(house.now);
            house.ok(Who::Tenant, "GrantInstanceToCen", &granting(kind, id, "cen-1"));
            house.ok(Who::Tenant, "GrantInstanceToCen", &granting(kind, id, "cen-2"));
            let both = [row("cen-1", &first), row("cen-2", &second)];
            assert_eq!(grants(house, Who::Tenant, kind, id, &[]), both, "granting again changes nothing");
            for who in [Who::Second, Who::Operator] {
                assert_eq!(grants(house, who, kind, id, &[]), Vec::<Value>::new());
            }
            for other in [("RegionId", "west"), ("InstanceType", "CCN"), ("InstanceId", "vbr-none")] {
                assert_eq!(grants(house, Who::Tenant, kind, id, &[other]), Vec::<Value>::new());
            }
            let group = if kind == "VPC" { "rg-7" } else { "rg-default" };
            assert_eq!(grants(house, Who::Tenant, kind, id, &[("ResourceGroupId", group)]), both);
            let none = grants(house, Who::Tenant, kind, id, &[("ResourceGroupId", "rg-other")]);
            assert_eq!(none, Vec::<Value>::new());
            house.ok(Who::Tenant, "RevokeInstanceFromCen", &granting(kind, id, "cen-1"));
            assert_eq!(grants(house, Who::Tenant, kind, id, &[]), both[1..]);
            let refusal = house.refused(Who::Tenant, "RevokeInstanceFromCen", &granting(kind, id, "cen-1"));
            assert_eq!(refusal.is(), ("InvalidGrantRule.NotFound", 404));
            invariants::check(house);
        }
        // A grant goes with what it is on.
        on(house, Who::Tenant, "DeleteVirtualBorderRouter", &one, &[]).unwrap();
        house.ok(Who::Tenant, "DeleteVpc", &[EAST, ("VpcId", &net)]);
        assert!(house.dump()["cen_grant"].is_empty());
        invariants::check(house);
    });
}

#[test]
pub(crate) fn only_ones_own_is_granted_and_so_often() {
    on_each_lane(Plan::quiet, |house| {
        let [one, _] = two_routers(house);
        for action in ["GrantInstanceToCen", "RevokeInstanceFromCen"] {
            for (who, changed) in [
                (Who::Second, EAST),
                (Who::Operator, EAST),
                (Who::Tenant, ("RegionId", "west")),
                (Who::Tenant, ("InstanceId", "vbr-none")),
                (Who::Tenant, ("InstanceType", "VPC")),
                (Who::Tenant, ("InstanceType", "CCN")),
            ] {
                let pairs = replaced(&granting("VBR", &one, "cen-1"), &[changed]);
                let refusal = house.refused(who, action, &pairs);
                assert_eq!(refusal.is(), ("InvalidInstanceId.NotFound", 404), "{action} {changed:?}");
            }
        }
        for at in 0..CEN_GRANTS_PER_INSTANCE_MAX {
            house.ok(Who::Tenant, "GrantInstanceToCen", &granting("VBR", &one, &format!("cen-{at}")));
        }
        let refusal = house.refused(Who::Tenant, "GrantInstanceToCen", &granting("VBR", &one, "cen-more"));
        assert_eq!(refusal.is(), ("QuotaExceeded.CenGrants", 400));
        assert_eq!(grants(house, Who::Tenant, "VBR", &one, &[]).len(), 20);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_grants_token_is_judged_by_what_is_granted() {
    on_each_lane(Plan::quiet, |house| {
        let [one, _] = two_routers(house);
        let usual = granting("VBR", &one, "cen-1");
        let [give, take] = ["give", "take"].map(|token| [&usual[..], &[("ClientToken", token)]].concat());
        for _ in 0..2 {
            for _ in 0..2 {
                house.ok(Who::Tenant, "GrantInstanceToCen", &give);
                assert_eq!(grants(house, Who::Tenant, "VBR", &one, &[]).len(), 1);
            }
            for _ in 0..2 {
                house.ok(Who::Tenant, "RevokeInstanceFromCen", &take);
                assert_eq!(grants(house, Who::Tenant, "VBR", &one, &[]).len(), 0);
            }
        }
        invariants::check(house);
    });
}
