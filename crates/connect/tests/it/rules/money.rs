//! Money: what tenants begin with, what the operator credits, and the statement of it all.

use super::on_each_lane;
use crate::house::{Held, House, Plan, SECOND, TENANT, Who, text};
use connect::limits::{BALANCE_MINOR_MAX, CREDIT_MINOR_MAX, OPENING_BALANCE_MINOR};
use connect::money;
use connect::world::OPERATOR_ACCOUNT;
use serde_json::{Value, json};

fn statement(house: &mut House, who: Who, pairs: &[(&str, &str)]) -> Value {
    house.ok(who, "DescribeAccountStatement", pairs)
}

fn numbers(answer: &Value) -> Vec<i64> {
    let rows = answer["Movements"]["Movement"].as_array().unwrap();
    rows.iter().map(|row| row["Number"].as_i64().unwrap()).collect()
}

fn credit(house: &mut House, account: &str, amount: &str) -> Value {
    house.ok(Who::Operator, "CreditAccount", &[("AccountId", account), ("Amount", amount)])
}

#[test]
pub(crate) fn tenants_of_a_sandbox_begin_rich_and_opened_accounts_with_nothing() {
    on_each_lane(Plan::quiet, |house| {
        for (who, number) in [(Who::Tenant, 1), (Who::Second, 1), (Who::Operator, 0)] {
            let answer = statement(house, who, &[]);
            let has = if number == 1 { OPENING_BALANCE_MINOR } else { 0 };
            assert_eq!(answer["Balance"], money::text(has), "{who:?}");
            assert_eq!((&answer["TotalCount"], &answer["Currency"]), (&number.into(), &"CNY".into()));
            assert_eq!(answer["AccountId"], who.account());
        }
        let first = &statement(house, Who::Tenant, &[])["Movements"]["Movement"][0];
        let expected = json!({
            "Number": 1, "Kind": "credit", "Amount": "100000000.00", "Balance": "100000000.00", "OrderId": "",
            "Note": "opening balance", "Time": "2026-01-31T08:00:00Z",
        });
        assert_eq!(*first, expected);
        let made = house.ok(Who::Operator, "CreateAccount", &[("AccountName", "third")]);
        let of = [("AccountId", made["AccountId"].as_str().unwrap())];
        assert_eq!(statement(house, Who::Operator, &of)["Balance"], "0.00");

        // A reset founds the same again, and nothing of before is left.
        credit(house, TENANT, "5");
        house.ok(Who::Operator, "ResetSandbox", &[]);
        let again = statement(house, Who::Tenant, &[]);
        assert_eq!((&again["Balance"], numbers(&again)), (&"100000000.00".into(), vec![1]));
        assert_eq!(house.dump()["posting"].len(), 4);
    });
    on_each_lane(
        |lane| Plan { opening_minor: 0, ..Plan::quiet(lane) },
        |house| {
            let answer = statement(house, Who::Tenant, &[]);
            assert_eq!((&answer["Balance"], &answer["TotalCount"]), (&"0.00".into(), &0.into()));
            assert!(house.dump()["posting"].is_empty());
        },
    );
}

#[test]
pub(crate) fn a_credit_is_added_told_and_answered_once_for_a_token() {
    on_each_lane(
        |lane| Plan { opening_minor: 0, ..Plan::quiet(lane) },
        |house| {
            let pairs = [("AccountId", TENANT), ("Amount", "1234.5"), ("Note", "rent"), ("ClientToken", "t")];
            let first = house.ok(Who::Operator, "CreditAccount", &pairs);
            assert_eq!(first, json!({"AccountId": TENANT, "Balance": "1234.50", "Currency": "CNY"}));
            let before = house.dump();
            assert_eq!(house.ok(Who::Operator, "CreditAccount", &pairs), first);
            assert_eq!(house.dump(), before, "a repeated credit is no second credit");
            let other = [("AccountId", TENANT), ("Amount", "1234.50"), ("ClientToken", "t")];
            let refusal = house.refused(Who::Operator, "CreditAccount", &other);
            assert_eq!(refusal.is(), ("IdempotentParameterMismatch", 400));
            // The account is a part of what a token stands for.
            let second = [("AccountId", SECOND), ("Amount", "1"), ("ClientToken", "t")];
            assert_eq!(house.ok(Who::Operator, "CreditAccount", &second)["Balance"], "1.00");
            house.now += 1000;
            assert_eq!(credit(house, TENANT, "0.01")["Balance"], "1234.51");
            let rows = statement(house, Who::Tenant, &[])["Movements"]["Movement"].clone();
            let row = |number: i64, amount: &str, balance: &str, note: &str, time: &str| {
                json!({
                    "Number": number, "Kind": "credit", "Amount": amount, "Balance": balance, "OrderId": "",
                    "Note": note, "Time": time,
                })
            };
            let newest = row(2, "0.01", "1234.51", "", "2026-01-31T08:00:01Z");
            assert_eq!(rows, json!([newest, row(1, "1234.50", "1234.50", "rent", "2026-01-31T08:00:00Z")]));
            let listed = house.ok(Who::Operator, "DescribeAccounts", &[("AccountId", TENANT)]);
            let listed = &listed["Accounts"]["Account"][0];
            assert_eq!((&listed["Balance"], &listed["Currency"]), (&"1234.51".into(), &"CNY".into()));
            // Two rows a movement, of opposite sign, under the revision that the ledger has.
            let dump = house.dump();
            let lines: Vec<_> =
                dump["posting"].iter().filter(|row| row["account"].text() == TENANT).collect();
            let of: Vec<_> = lines.iter().map(|row| (row["book"].text(), row["minor"].int())).collect();
            let both = |minor: i64| [("wallet", minor), ("deposits", -minor)];
            assert_eq!(of, [both(123_450), both(1)].concat());
            let serials: Vec<_> = lines.iter().map(|row| row["serial"].clone()).collect();
            assert_eq!(serials, [1, 1, 2, 2].map(Held::Int));
        },
    );
}

#[test]
pub(crate) fn a_credit_is_bounded_and_above_nought() {
    on_each_lane(Plan::quiet, |house| {
        for wrong in ["0", "0.00", "-1", "1.234", "1.", ".5", "1e3", "1,5", "+1", "1000000000000", "１"] {
            let pairs = [("AccountId", TENANT), ("Amount", wrong)];
            let refusal = house.refused(Who::Operator, "CreditAccount", &pairs);
            assert_eq!(refusal.is(), ("InvalidParameter", 400), "{wrong}");
            assert!(refusal.message.contains("Amount"), "{}", refusal.message);
        }
        let nobody = [("AccountId", "9999999999999999"), ("Amount", "1")];
        let refusal = house.refused(Who::Operator, "CreditAccount", &nobody);
        assert_eq!(refusal.is(), ("InvalidAccountId.NotFound", 404));
        let pairs = [("AccountId", TENANT), ("Amount", "1")];
        assert_eq!(house.refused(Who::Tenant, "CreditAccount", &pairs).is(), ("Forbidden.RAM", 403));

        let most = money::text(CREDIT_MINOR_MAX);
        let times = (BALANCE_MINOR_MAX - OPENING_BALANCE_MINOR) / CREDIT_MINOR_MAX;
        for _ in 0..times {
            credit(house, TENANT, &most);
        }
        let room = BALANCE_MINOR_MAX - OPENING_BALANCE_MINOR - times * CREDIT_MINOR_MAX;
        for beyond in [most, money::text(room + 1)] {
            let pairs = [("AccountId", TENANT), ("Amount", beyond.as_str())];
            let refusal = house.refused(Who::Operator, "CreditAccount", &pairs);
            assert_eq!(refusal.is(), ("QuotaExceeded.Balance", 400), "{beyond}");
        }
        assert_eq!(credit(house, TENANT, &money::text(room))["Balance"], money::text(BALANCE_MINOR_MAX));
    });
}

#[test]
pub(crate) fn a_statement_is_paged_from_either_end_and_ones_own() {
    on_each_lane(Plan::quiet, |house| {
        for amount in ["1", "2", "3", "4"] {
            credit(house, TENANT, amount);
        }
        credit(house, SECOND, "7");
        let page = |house: &mut House, number: &str, oldest: &str| {
            let pairs = [("PageSize", "2"), ("PageNumber", number), ("OldestFirst", oldest)];
            let answer = statement(house, Who::Tenant, &pairs);
            assert_eq!((&answer["TotalCount"], &answer["PageSize"]), (&5.into(), &2.into()));
            assert_eq!(text(&answer, "Balance"), "100000010.00");
            numbers(&answer)
        };
        let newest: Vec<_> = ["1", "2", "3", "4", "2147483647"].map(|at| page(house, at, "false")).into();
        assert_eq!(newest, [vec![5, 4], vec![3, 2], vec![1], vec![], vec![]]);
        let oldest: Vec<_> = ["1", "2", "3", "4", "2147483647"].map(|at| page(house, at, "true")).into();
        assert_eq!(oldest, [vec![1, 2], vec![3, 4], vec![5], vec![], vec![]]);

        // The operator may see anyone's, a tenant only its own, by whatever name.
        let own = statement(house, Who::Tenant, &[]);
        assert_eq!(statement(house, Who::Tenant, &[("AccountId", TENANT)]), own);
        assert_eq!(statement(house, Who::Operator, &[("AccountId", TENANT)]), own);
        for other in [SECOND, OPERATOR_ACCOUNT, "9999999999999999"] {
            let refusal = house.refused(Who::Tenant, "DescribeAccountStatement", &[("AccountId", other)]);
            assert_eq!(refusal.is(), ("InvalidAccountId.NotFound", 404), "{other}");
        }
        let nobody = [("AccountId", "9999999999999999")];
        let refusal = house.refused(Who::Operator, "DescribeAccountStatement", &nobody);
        assert_eq!(refusal.is(), ("InvalidAccountId.NotFound", 404));
    });
}
