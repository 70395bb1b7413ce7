//! The billing dialect: the caller's balance, orders and prepaid circuits, and giving one back.

use super::letters::with_letter;
use super::occupancy::{confirmed, place};
use super::{Pairs, lead_to, lifted, on_each_lane};
use crate::house::{House, Plan, SECOND, TENANT, Who, text};
use crate::invariants;
use connect::letter::states::LetterStatus;
use connect::limits::OPENING_BALANCE_MINOR;
use serde_json::{Value, json};

fn ask(house: &mut House, action: &str, pairs: &[(&str, &str)]) -> Value {
    let answer = house.ok(Who::Tenant, action, pairs);
    assert_eq!((&answer["Code"], &answer["Success"]), (&"Success".into(), &true.into()), "{action}");
    answer["Data"].clone()
}

fn available(house: &mut House, who: Who) -> String {
    text(&house.ok(who, "QueryAccountBalance", &[])["Data"], "AvailableAmount")
}

fn listed(data: &Value, name: &str) -> Vec<String> {
    let rows = if name == "OrderId" { &data["OrderList"]["Order"] } else { &data["InstanceList"] };
    rows.as_array().unwrap().iter().map(|row| text(row, name)).collect()
}

#[test]
pub(crate) fn the_balance_is_the_callers_own_in_texts() {
    on_each_lane(Plan::quiet, |house| {
        house.ok(Who::Operator, "CreditAccount", &[("AccountId", SECOND), ("Amount", "0.05")]);
        let data = ask(house, "QueryAccountBalance", &[]);
        let expected = json!({
            "AvailableAmount": "100000000.00", "AvailableCashAmount": "100000000.00", "CreditAmount": "0.00",
            "MybankCreditAmount": "0.00", "Currency": "CNY",
        });
        assert_eq!(data, expected);
        assert_eq!(available(house, Who::Second), "100000000.05");
        // A region that clients send along is not looked at.
        assert_eq!(ask(house, "QueryAccountBalance", &[("RegionId", "nowhere")]), expected);
    });
}

#[test]
pub(crate) fn orders_are_listed_newest_first_by_what_became_of_them() {
    on_each_lane(lifted, |house| {
        let (paid, waiting) = (confirmed(house, &[]), confirmed(house, &[]));
        let first = place(house, &paid, &[("AutoPay", "true"), ("Period", "2")]);
        house.now += 1000;
        let second = place(house, &waiting, &[]);
        house.now += 1000;
        house.operate("RenewPhysicalConnection", &paid);
        let all = ask(house, "QueryOrders", &[]);
        assert_eq!(
            (&all["TotalCount"], &all["PageNum"], &all["PageSize"]),
            (&3.into(), &1.into(), &20.into())
        );
        let ids = listed(&all, "OrderId");
        assert_eq!(ids[1..], [second.clone(), first.clone()]);
        let row = &all["OrderList"]["Order"][2];
        assert_eq!((&row["OrderType"], &row["PaymentStatus"]), (&"New".into(), &"Paid".into()));
        assert_eq!((&row["Currency"], &row["SubscriptionType"]), (&"CNY".into(), &"Subscription".into()));
        assert_eq!((&row["ProductCode"], &row["Region"]), (&"expressconnect".into(), &"east".into()));
        assert_eq!(row["InstanceIDs"], format!("[\"{paid}\"]"));
        assert_eq!(row["CreateTime"], "2026-01-31T08:00:00Z");
        assert_eq!((&row["PaymentTime"], &row["UsageStartTime"]), (&row["CreateTime"], &row["CreateTime"]));
        assert_eq!(row["UsageEndTime"], "2026-03-31T08:00:00Z");
        let listed_price = house.ok(Who::Operator, "DescribeOrders", &[("OrderId", &first)]);
        assert_eq!(row["PretaxAmount"], listed_price["Orders"]["Order"][0]["Amount"]);
        assert_eq!(all["OrderList"]["Order"][1]["PaymentTime"], "");
        house.ok(Who::Operator, "VoidOrder", &[("OrderId", &second), ("Reason", "r")]);
        let filters: &[(Pairs<'_>, &[&String])] = &[
            (vec![("OrderType", "Renew")], &[&ids[0]]),
            (vec![("OrderType", "New")], &[&second, &first]),
            (vec![("OrderType", "Refund")], &[]),
            (vec![("PaymentStatus", "Cancelled")], &[&second]),
            (vec![("PaymentStatus", "Unpaid")], &[]),
            (vec![("PaymentStatus", "Paid"), ("PageSize", "1"), ("PageNum", "2")], &[&first]),
            (vec![("ProductCode", "ecs")], &[]),
            (vec![("ProductCode", "expressconnect"), ("OrderType", "Renew")], &[&ids[0]]),
            (vec![("CreateTimeStart", "2026-01-31T08:00:01Z")], &[&ids[0], &second]),
            (vec![("CreateTimeEnd", "2026-01-31T08:00:01Z")], &[&second, &first]),
            (
                vec![("CreateTimeStart", "2026-01-31T08:00:01Z"), ("CreateTimeEnd", "2026-01-31T08:00:01Z")],
                &[&second],
            ),
        ];
        for (pairs, expected) in filters {
            let data = ask(house, "QueryOrders", pairs);
            assert_eq!(listed(&data, "OrderId").iter().collect::<Vec<_>>(), *expected, "{pairs:?}");
        }
        let detail = ask(house, "GetOrderDetail", &[("OrderId", &first)]);
        assert_eq!(detail["OrderList"]["Order"], json!([row]));

        // Another tenant sees none of it.
        let others = house.ok(Who::Second, "QueryOrders", &[]);
        assert_eq!(others["Data"]["TotalCount"], 0);
        for (who, id) in [(Who::Second, first.as_str()), (Who::Operator, &first), (Who::Tenant, "7")] {
            let refusal = house.refused(who, "GetOrderDetail", &[("OrderId", id)]);
            assert_eq!(refusal.is(), ("InvalidOrderId.NotFound", 404), "{who:?}");
        }
    });
}

#[test]
pub(crate) fn prepaid_circuits_in_service_are_listed() {
    on_each_lane(lifted, |house| {
        let (one, two, unpaid) = (confirmed(house, &[]), confirmed(house, &[]), confirmed(house, &[]));
        place(house, &one, &[("AutoPay", "true")]);
        place(
            house,
            &two,
            &[("AutoPay", "true"), ("Period", "2"), ("AutoRenew", "true"), ("AutoRenewDuration", "3")],
        );
        place(house, &unpaid, &[]);
        let data = ask(house, "QueryAvailableInstances", &[]);
        assert_eq!(
            (listed(&data, "InstanceID"), &data["TotalCount"]),
            (vec![one.clone(), two.clone()], &2.into())
        );
        let row = json!({
            "InstanceID": two, "OwnerId": TENANT.parse::<i64>().unwrap(), "Region": "east",
            "ProductCode": "expressconnect", "ProductType": "physicalconnection",
            "SubscriptionType": "Subscription", "Status": "Normal", "CreateTime": "2026-01-31T08:00:00Z",
            "EndTime": "2026-03-31T08:00:00Z", "RenewStatus": "AutoRenewal", "RenewalDuration": 3,
            "RenewalDurationUnit": "M",
        });
        assert_eq!(data["InstanceList"][1], row);
        assert_eq!(data["InstanceList"][0]["RenewStatus"], "ManualRenewal");
        let both = format!("{one}, {two},pc-none");
        let filters: &[(Pairs<'_>, &[&String])] = &[
            (vec![("RenewStatus", "AutoRenewal")], &[&two]),
            (vec![("RenewStatus", "ManualRenewal")], &[&one]),
            (vec![("RenewStatus", "NotRenewal")], &[]),
            (vec![("Region", "west")], &[]),
            (vec![("Region", "east"), ("PageSize", "1"), ("PageNum", "2")], &[&two]),
            (vec![("InstanceIDs", &two)], &[&two]),
            (vec![("InstanceIDs", &both)], &[&one, &two]),
            (vec![("InstanceIDs", &unpaid)], &[]),
            (vec![("ProductCode", "ecs")], &[]),
            (vec![("SubscriptionType", "PayAsYouGo")], &[]),
            (vec![("EndTimeEnd", "2026-02-28T08:00:00Z")], &[&one]),
            (vec![("EndTimeStart", "2026-02-28T08:00:01Z")], &[&two]),
            (vec![("CreateTimeStart", "2026-01-31T08:00:01Z")], &[]),
            (vec![("CreateTimeEnd", "2026-01-31T08:00:00Z")], &[&one, &two]),
            (vec![("SubscriptionType", "Subscription"), ("ProductCode", "expressconnect")], &[&one, &two]),
        ];
        for (pairs, expected) in filters {
            let data = ask(house, "QueryAvailableInstances", pairs);
            assert_eq!(listed(&data, "InstanceID").iter().collect::<Vec<_>>(), *expected, "{pairs:?}");
        }
        let others = house.ok(Who::Second, "QueryAvailableInstances", &[]);
        assert_eq!(others["Data"]["InstanceList"], json!([]));
        house.ok(Who::Operator, "AdvanceTime", &[("To", "2026-02-28T08:00:00Z")]);
        let data = ask(house, "QueryAvailableInstances", &[("InstanceIDs", &one)]);
        assert_eq!(data["InstanceList"][0]["Status"], "Expired");
    });
}

#[test]
pub(crate) fn a_circuit_given_back_ends_and_its_unused_time_is_paid_back() {
    on_each_lane(lifted, |house| {
        let (id, bare) = (confirmed(house, &[]), confirmed(house, &[]));
        let refund = |id: &str| [("InstanceId", id.to_owned()), ("ClientToken", "t".to_owned())];
        let pairs = refund(&id);
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        for (who, id, code) in [
            (Who::Tenant, "pc-none", "ResourceNotExists"),
            (Who::Second, id.as_str(), "ResourceNotExists"),
            (Who::Tenant, id.as_str(), "Forbidden.NotAllowedInState"),
        ] {
            let refusal = house.refused(who, "RefundInstance", &[("InstanceId", id)]);
            assert_eq!(refusal.is(), (code, 400), "{who:?} {id}");
        }
        // From 31 January to 28 February: 28 days, of which seven are used.
        let order = place(house, &id, &[("AutoPay", "true")]);
        let price = OPENING_BALANCE_MINOR - money(&available(house, Who::Tenant));
        house.advance(7 * 24 * 60 * 60 + 1);
        let answer = house.ok(Who::Tenant, "RefundInstance", &pairs);
        assert_eq!(answer["Data"]["OrderId"].to_string(), order);
        let left = 21 * 24 * 60 * 60 - 1;
        let back = price * left / (28 * 24 * 60 * 60);
        assert!(back > 0 && price * left % (28 * 24 * 60 * 60) > 0, "something is rounded");
        assert_eq!(money(&available(house, Who::Tenant)), OPENING_BALANCE_MINOR - price + back);
        assert_eq!(house.status(&id), "Terminating");
        let newest = &house.ok(Who::Tenant, "DescribeAccountStatement", &[])["Movements"]["Movement"][0];
        assert_eq!((&newest["Kind"], &newest["OrderId"]), (&"refund".into(), &order.as_str().into()));
        invariants::check(house);
        // Told again, nothing more comes back; asked anew, it is refused.
        assert_eq!(house.ok(Who::Tenant, "RefundInstance", &pairs), answer);
        let refusal = house.refused(Who::Tenant, "RefundInstance", &[("InstanceId", &id)]);
        assert_eq!(refusal.is(), ("Forbidden.NotAllowedInState", 400));
        assert_eq!(refusal.header("x-crossconnect-state"), Some("Terminating"));
        house.advance(1);
        assert_eq!(house.status(&id), "Terminated");
        assert_eq!(ask(house, "QueryAvailableInstances", &[])["TotalCount"], 0);

        // What nobody paid for cannot be given back.
        let allow = |tx: &mut dyn store::Tx| {
            Ok::<_, store::Abort<()>>(tx.exec("update account set direct_enable = 1", &[])?)
        };
        house.store.write_blocking(allow).unwrap();
        let east = [("RegionId", "east"), ("PhysicalConnectionId", bare.as_str()), ("ByPassSp", "true")];
        house.ok(Who::Tenant, "EnablePhysicalConnection", &east);
        let refusal = house.refused(Who::Tenant, "RefundInstance", &[("InstanceId", &bare)]);
        assert_eq!(refusal.is(), ("INSTANCE.STATUS.NOT.ALLOW", 400));
    });
}

#[test]
pub(crate) fn renewals_come_back_with_the_circuit_and_an_ended_term_brings_nothing() {
    on_each_lane(lifted, |house| {
        let ahead = confirmed(house, &[]);
        place(house, &ahead, &[("AutoPay", "true")]);
        house.operate("RenewPhysicalConnection", &ahead);
        house.ok(Who::Tenant, "RefundInstance", &[("InstanceId", &ahead)]);
        assert_eq!(available(house, Who::Tenant), "100000000.00", "nothing was used");
        invariants::check(house);

        let ended = confirmed(house, &[]);
        place(house, &ended, &[("AutoPay", "true")]);
        house.ok(Who::Operator, "AdvanceTime", &[("To", "2026-03-01T00:00:00Z")]);
        let before = available(house, Who::Tenant);
        house.ok(Who::Tenant, "RefundInstance", &[("InstanceId", &ended)]);
        assert_eq!((available(house, Who::Tenant), house.status(&ended)), (before, "Terminating".to_owned()));
        invariants::check(house);
        lead_to(house, &ended, "Terminated");
    });
}

#[test]
pub(crate) fn a_circuit_that_is_given_back_takes_its_letter_along() {
    on_each_lane(lifted, |house| {
        let id = with_letter(house, LetterStatus::Complete);
        house.act("EnablePhysicalConnection", &id).unwrap();
        house.ok(Who::Tenant, "RefundInstance", &[("InstanceId", &id)]);
        assert_eq!(house.field(&id, "LoaStatus"), "Deleted");
        invariants::check(house);
        lead_to(house, &id, "Terminated");
        house.act("DeletePhysicalConnection", &id).unwrap();
        invariants::check(house);
    });
}

fn money(text: &str) -> i64 {
    connect::money::parse(text).unwrap()
}
