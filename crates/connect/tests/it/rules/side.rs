//! What clients ask of other products before their first word to this one.

use super::on_each_lane;
use crate::house::{Plan, SECOND, TENANT, Who};
use connect::world::OPERATOR_ACCOUNT;
use serde_json::{Value, json};

#[test]
pub(crate) fn a_key_is_its_accounts_own() {
    on_each_lane(Plan::piloted, |house| {
        for (who, account) in
            [(Who::Tenant, TENANT), (Who::Second, SECOND), (Who::Operator, OPERATOR_ACCOUNT)]
        {
            let mut answer = house.ok(who, "GetCallerIdentity", &[]);
            answer.as_object_mut().unwrap().remove("RequestId");
            let expected = json!({
                "IdentityType": "Account", "AccountId": account, "UserId": account, "PrincipalId": account,
                "Arn": format!("acs:ram::{account}:root"),
            });
            assert_eq!(answer, expected);
        }
    });
}

#[test]
pub(crate) fn regions_are_asked_of_two_products() {
    let public = connect::find(connect::action::PUBLIC_VERSION, "DescribeRegions").unwrap();
    assert!(std::ptr::eq(connect::find(connect::region::ECS_VERSION, "DescribeRegions").unwrap(), public));
    assert!(connect::knows_version(connect::region::ECS_VERSION));
    assert!(connect::find(connect::region::ECS_VERSION, "DescribeZones").is_none());
}

#[test]
pub(crate) fn what_is_answered_here_is_reached_here() {
    on_each_lane(Plan::piloted, |house| {
        let mut ask = |pairs: &[(&str, &str)]| {
            let answer = house.ok(Who::Tenant, "DescribeEndpoints", pairs);
            assert_eq!(answer["Success"], true);
            answer["Endpoints"]["Endpoint"].clone()
        };
        for (service, id) in [("vpc", "east"), ("BssOpenApi", "west"), ("sts", "east")] {
            let expected = json!([{
                "Endpoint": "letters.example.com", "Id": id, "Namespace": "", "SerivceCode": service,
                "Type": "openAPI", "Protocols": {"Protocols": ["HTTPS"]},
            }]);
            assert_eq!(ask(&[("Id", id), ("ServiceCode", service)]), expected);
        }
        let nowhere: [&[(&str, &str)]; 3] = [
            &[("Id", "east"), ("ServiceCode", "rds")],
            &[("Id", "nowhere"), ("ServiceCode", "vpc")],
            &[("Id", "east"), ("ServiceCode", "vpc"), ("Type", "innerAPI")],
        ];
        for pairs in nowhere {
            assert_eq!(ask(pairs), Value::Array(Vec::new()), "{pairs:?}");
        }
        let refusal = house.refused(Who::Tenant, "DescribeEndpoints", &[("Id", "east")]);
        assert_eq!(refusal.is(), ("MissingParameter", 400));
    });
}
