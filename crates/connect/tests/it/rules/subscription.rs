//! The time a subscription runs: renewal by hand and by itself, its end, the lock, and what unlocks.

use super::occupancy::{balance, confirmed, occupy, orders, place};
use super::{lead_to, lifted, on_each_lane};
use crate::house::{House, Lane, Plan, TENANT, Who, order, text};
use crate::invariants;
use connect::limits::AUTO_RENEW_LEAD_MS;
use serde_json::Value;

const DAY: i64 = 24 * 60 * 60;

fn enabled(house: &mut House, pairs: &[(&str, &str)]) -> String {
    let id = confirmed(house, &[]);
    place(house, &id, &[&[("AutoPay", "true")], pairs].concat());
    id
}

fn renew(house: &mut House, id: &str, pairs: &[(&str, &str)]) -> Value {
    let pairs = [&[("PhysicalConnectionId", id)], pairs].concat();
    house.ok(Who::Operator, "RenewPhysicalConnection", &pairs)
}

fn to(house: &mut House, instant: &str) {
    house.ok(Who::Operator, "AdvanceTime", &[("To", instant)]);
}

/// The reservation as who asks for it is shown it.
fn reservation(house: &mut House, id: &str, asked: bool) -> Vec<Option<String>> {
    let wanted = if asked { "true" } else { "false" };
    let pairs = [
        ("RegionId", "east"),
        ("Filter.1.Key", "PhysicalConnectionId"),
        ("Filter.1.Value.1", id),
        ("IncludeReservationData", wanted),
    ];
    let answer = house.ok(Who::Tenant, "DescribePhysicalConnections", &pairs);
    let circuit = &crate::house::circuits(&answer)[0];
    let members = ["ReservationOrderType", "ReservationInternetChargeType", "ReservationActiveTime"];
    let shown = [&["HasReservationData"], &members[..]].concat();
    shown.iter().map(|name| circuit.get(*name).map(|value| value.as_str().unwrap().to_owned())).collect()
}

#[test]
pub(crate) fn a_renewal_waits_until_the_term_ends_and_then_takes_its_place() {
    on_each_lane(lifted, |house| {
        let id = enabled(house, &[]);
        let none = [Some("false".to_owned()), None, None, None];
        assert_eq!(
            (reservation(house, &id, true), reservation(house, &id, false)),
            (none.to_vec(), none.to_vec())
        );
        let before = balance(house, TENANT);
        let bought = renew(house, &id, &[]);
        assert_eq!(text(&bought, "StartTime"), "2026-02-28T08:00:00Z");
        // A second one queues behind the first.
        let second = renew(house, &id, &[("Period", "2"), ("PricingCycle", "Year")]);
        assert_eq!(
            (text(&second, "StartTime"), text(&second, "EndTime")),
            ("2026-03-28T08:00:00Z".to_owned(), "2028-03-28T08:00:00Z".to_owned())
        );
        assert_eq!(balance(house, TENANT), before - 100_000 - 2_000_000);
        let waits = |at: &str| {
            vec![
                Some("true".to_owned()),
                Some("RENEW".to_owned()),
                Some("PayByBandwidth".to_owned()),
                Some(at.to_owned()),
            ]
        };
        assert_eq!(reservation(house, &id, true), waits("2026-02-28T08:00:00Z"));
        assert_eq!(reservation(house, &id, false), [Some("true".to_owned()), None, None, None]);
        assert_eq!(house.field(&id, "EndTime"), "2026-02-28T08:00:00Z");
        invariants::check(house);

        to(house, "2026-02-28T07:59:59Z");
        assert_eq!(house.field(&id, "EndTime"), "2026-02-28T08:00:00Z");
        to(house, "2026-02-28T08:00:00Z");
        assert_eq!(house.field(&id, "EndTime"), "2026-03-28T08:00:00Z");
        assert_eq!(reservation(house, &id, true), waits("2026-03-28T08:00:00Z"));
        to(house, "2026-03-28T08:00:00Z");
        assert_eq!(house.field(&id, "EndTime"), "2028-03-28T08:00:00Z");
        assert_eq!(reservation(house, &id, true), none);
        assert_eq!(house.field(&id, "BusinessStatus"), "Normal");
        invariants::check(house);

        // Ten years ahead is as far as it goes.
        renew(house, &id, &[("Period", "5"), ("PricingCycle", "Year")]);
        let pairs = [("PhysicalConnectionId", &*id), ("Period", "5"), ("PricingCycle", "Year")];
        let refusal = house.refused(Who::Operator, "RenewPhysicalConnection", &pairs);
        assert_eq!(refusal.is(), ("InvalidPhysicalConnectionPeriod.Malformed", 400));
        assert!(refusal.message.contains("2036-03-28"), "{}", refusal.message);
    });
}

#[test]
pub(crate) fn a_term_that_ends_locks_and_a_renewal_from_its_end_unlocks() {
    on_each_lane(lifted, |house| {
        let id = enabled(house, &[]);
        to(house, "2026-02-28T08:00:00Z");
        let shown = house.show(Who::Tenant, &id).unwrap();
        assert_eq!(
            (text(&shown, "BusinessStatus"), text(&shown, "Status")),
            ("FinancialLocked".to_owned(), "Enabled".to_owned())
        );
        assert!(text(&shown, "StatusReason").contains("2026-02-28T08:00:00Z"), "{shown}");
        // What states section 2 says it blocks.
        let refusal = house.refused(Who::Tenant, "CreatePhysicalConnection", &order(&[]));
        assert_eq!(refusal.is(), ("Forbidden.BillsOutstanding", 400));
        house.order(Who::Second, &[]);
        invariants::check(house);

        // Renewed late: counted from the old end, and it must reach beyond now.
        to(house, "2026-05-30T08:00:00Z");
        let short = [("PhysicalConnectionId", id.as_str()), ("Period", "3")];
        let refusal = house.refused(Who::Operator, "RenewPhysicalConnection", &short);
        assert_eq!(refusal.is(), ("InvalidPhysicalConnectionPeriod.Malformed", 400));
        assert!(refusal.message.contains("at least 4 months"), "{}", refusal.message);
        let before = balance(house, TENANT);
        let bought = renew(house, &id, &[("Period", "4")]);
        assert_eq!(
            (text(&bought, "StartTime"), text(&bought, "EndTime")),
            ("2026-02-28T08:00:00Z".to_owned(), "2026-06-28T08:00:00Z".to_owned())
        );
        assert_eq!(balance(house, TENANT), before - 400_000);
        let shown = house.show(Who::Tenant, &id).unwrap();
        assert_eq!(
            (text(&shown, "BusinessStatus"), text(&shown, "EndTime"), text(&shown, "HasReservationData")),
            ("Normal".to_owned(), "2026-06-28T08:00:00Z".to_owned(), "false".to_owned())
        );
        assert!(shown.get("StatusReason").is_none());
        house.order(Who::Tenant, &[]);

        // Much too late: months that one order cannot buy are named by the year.
        to(house, "2027-08-30T08:00:00Z");
        let refusal =
            house.refused(Who::Operator, "RenewPhysicalConnection", &[("PhysicalConnectionId", &id)]);
        assert!(refusal.message.contains("buy Period 2 with PricingCycle Year"), "{}", refusal.message);
        // The operator may unlock all the same; then nothing ends a second time.
        house.operate("UnlockPhysicalConnection", &id);
        assert_eq!(house.field(&id, "BusinessStatus"), "Normal");
        house.advance(400 * DAY);
        assert_eq!(house.field(&id, "BusinessStatus"), "Normal");
        invariants::check(house);
        to(house, "2034-08-30T08:00:00Z");
        let refusal =
            house.refused(Who::Operator, "RenewPhysicalConnection", &[("PhysicalConnectionId", &id)]);
        assert!(refusal.message.contains("more than 5 years"), "{}", refusal.message);
    });
}

#[test]
pub(crate) fn a_security_lock_is_neither_lifted_nor_hidden_by_a_term_that_ends() {
    on_each_lane(lifted, |house| {
        let id = enabled(house, &[]);
        let lock =
            [("PhysicalConnectionId", &*id), ("BusinessStatus", "SecurityLocked"), ("Reason", "probe")];
        house.ok(Who::Operator, "LockPhysicalConnection", &lock);
        to(house, "2026-03-01T00:00:00Z");
        let held = |house: &mut House| (house.field(&id, "BusinessStatus"), house.field(&id, "StatusReason"));
        assert_eq!(held(house), ("SecurityLocked".to_owned(), "probe".to_owned()));
        house.operate("UnlockPhysicalConnection", &id);
        let (business, reason) = held(house);
        assert_eq!(business, "FinancialLocked", "what it hid shows now");
        assert!(reason.contains("2026-02-28"), "{reason}");
        house.ok(Who::Operator, "LockPhysicalConnection", &lock);
        renew(house, &id, &[]);
        assert_eq!(
            held(house),
            ("SecurityLocked".to_owned(), "probe".to_owned()),
            "money lifts no security lock"
        );
        house.operate("UnlockPhysicalConnection", &id);
        assert_eq!(held(house), ("Normal".to_owned(), String::new()));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_circuit_renews_itself_while_the_balance_lasts() {
    let plan = |lane: Lane| Plan { opening_minor: 350_000, ..lifted(lane) };
    on_each_lane(plan, |house| {
        let id = enabled(house, &[("AutoRenew", "true"), ("AutoRenewDuration", "2")]);
        // 250 000 are left: enough for one renewal of two months, not for two.
        let lead = AUTO_RENEW_LEAD_MS / 1000;
        let end = connect::time::parse("2026-02-28T08:00:00Z").unwrap();
        house.advance((end - house.now) / 1000 - lead - 1);
        assert_eq!(house.field(&id, "HasReservationData"), "false");
        house.advance(1);
        assert_eq!(house.field(&id, "HasReservationData"), "true");
        let bought = &orders(house, &id)[1];
        assert_eq!((text(bought, "OrderType"), text(bought, "Status")), ("RENEW".into(), "Paid".into()));
        assert_eq!(text(bought, "EndTime"), "2026-04-28T08:00:00Z");
        assert_eq!(balance(house, TENANT), 50_000);
        invariants::check(house);
        to(house, "2026-04-27T00:00:00Z");
        assert_eq!(house.field(&id, "EndTime"), "2026-04-28T08:00:00Z");
        let voided = orders(house, &id).pop().unwrap();
        assert_eq!(text(&voided, "Status"), "Voided");
        assert!(text(&voided, "Reason").contains("1500.00 CNY short of 2000.00 CNY"), "{voided}");
        assert_eq!(text(&voided, "CreationTime"), "2026-04-21T08:00:00Z");
        to(house, "2026-04-28T08:00:00Z");
        assert_eq!(house.field(&id, "BusinessStatus"), "FinancialLocked");
        assert_eq!(orders(house, &id).len(), 3, "it does not try again by itself");
        let refusal =
            house.refused(Who::Operator, "RenewPhysicalConnection", &[("PhysicalConnectionId", &id)]);
        assert_eq!(refusal.is(), ("InsufficientBalance", 400));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_price_that_is_gone_sells_nothing() {
    on_each_lane(lifted, |house| {
        let id = enabled(house, &[("AutoRenew", "true")]);
        let regions = &crate::house::SMALL[crate::house::SMALL.find("[[region]]").unwrap()..];
        let catalogue = Box::leak(regions.to_owned().into_boxed_str());
        let mut other = Plan { catalogue, ..lifted(Lane::Memory) }.build();
        std::mem::swap(&mut house.world, &mut other.world);
        let pairs = [("PhysicalConnectionId", id.as_str())];
        let refusal = house.refused(Who::Operator, "RenewPhysicalConnection", &pairs);
        assert_eq!(refusal.is(), ("InvalidPrice.NotFound", 400));
        house.advance(40 * DAY);
        assert_eq!(house.field(&id, "BusinessStatus"), "FinancialLocked");
        assert!(house.notes.iter().any(|note| note.contains("InvalidPrice")), "{:?}", house.notes);
        std::mem::swap(&mut house.world, &mut other.world);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn ending_a_circuit_ends_its_term_and_gives_back_what_was_not_begun() {
    on_each_lane(lifted, |house| {
        let id = enabled(house, &[("AutoRenew", "true")]);
        let before = balance(house, TENANT);
        renew(house, &id, &[]);
        renew(house, &id, &[("PricingCycle", "Year")]);
        assert_eq!(balance(house, TENANT), before - 1_100_000);
        house.act("TerminatePhysicalConnection", &id).unwrap();
        assert_eq!(balance(house, TENANT), before, "what was begun is not given back");
        let statuses: Vec<_> = orders(house, &id).iter().map(|order| text(order, "Status")).collect();
        assert_eq!(statuses, ["Paid", "Refunded", "Refunded"]);
        assert_eq!(house.field(&id, "HasReservationData"), "false");
        house.advance(400 * DAY);
        assert_eq!(
            (house.status(&id), house.field(&id, "BusinessStatus")),
            ("Terminated".into(), "Normal".into())
        );
        assert!(house.dump()["due"].is_empty());
        invariants::check(house);
    });
}

/// A year and more of business.
#[test]
pub(crate) fn from_order_to_termination_through_renewal_lock_and_unlock() {
    let plan = |lane: Lane| Plan { opening_minor: 0, ..Plan::piloted(lane) };
    on_each_lane(plan, |house| {
        let credit = |house: &mut House, amount: &str| {
            house.ok(Who::Operator, "CreditAccount", &[("AccountId", TENANT), ("Amount", amount)]);
        };
        credit(house, "2000");
        let id = house.order(Who::Tenant, &[]);
        lead_to(house, &id, "Confirmed");
        let renewing =
            [("Period", "6"), ("AutoRenew", "true"), ("AutoRenewDuration", "3"), ("AutoPay", "true")];
        place(house, &id, &renewing);
        assert_eq!(house.status(&id), "Confirmed", "4000 short of six months");
        credit(house, "4000");
        place(house, &id, &renewing);
        assert_eq!(
            (house.status(&id), house.field(&id, "EndTime")),
            ("Enabled".into(), "2026-07-31T08:00:00Z".into())
        );
        credit(house, "3000");
        to(house, "2026-07-25T00:00:00Z");
        assert_eq!(house.field(&id, "HasReservationData"), "true", "it has bought three months by itself");
        to(house, "2026-08-01T00:00:00Z");
        assert_eq!(house.field(&id, "EndTime"), "2026-10-31T08:00:00Z");
        to(house, "2026-11-15T00:00:00Z");
        assert_eq!(house.field(&id, "BusinessStatus"), "FinancialLocked", "the money has run out");
        house.refused(Who::Tenant, "CreatePhysicalConnection", &order(&[]));
        to(house, "2027-02-10T00:00:00Z");
        credit(house, "10000");
        let bought = renew(house, &id, &[("PricingCycle", "Year")]);
        assert_eq!(text(&bought, "EndTime"), "2027-10-31T08:00:00Z");
        assert_eq!(house.field(&id, "BusinessStatus"), "Normal");
        to(house, "2027-03-01T00:00:00Z");
        house.act("TerminatePhysicalConnection", &id).unwrap();
        house.advance(1);
        assert_eq!((house.status(&id), balance(house, TENANT)), ("Terminated".into(), 0));
        house.act("DeletePhysicalConnection", &id).unwrap();
        assert_eq!(orders(house, &id).len(), 5, "orders outlive their circuit");
        house.order(Who::Tenant, &[]);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn prices_are_told_before_paying() {
    const PRICE: &str = "DescribePhysicalConnectionOrderPrice";
    on_each_lane(lifted, |house| {
        let id = house.order(Who::Tenant, &[("AccessPointId", "ap-east-2")]);
        let price = |house: &mut House, pairs: &[(&str, &str)]| {
            let answer = house.ok(Who::Tenant, PRICE, pairs);
            assert_eq!(text(&answer, "Currency"), "CNY");
            (text(&answer, "Amount"), answer["AmountMinor"].as_i64().unwrap())
        };
        // The access point's own price stands before the general one.
        let circuit = [("PhysicalConnectionId", id.as_str())];
        assert_eq!(price(house, &circuit), ("1300.00".into(), 130_000));
        assert_eq!(price(house, &[circuit[0], ("OrderType", "SETUP")]), ("0.00".into(), 0));
        let years = [circuit[0], ("OrderType", "RENEW"), ("Period", "5"), ("PricingCycle", "Year")];
        assert_eq!(price(house, &years), ("65000.00".into(), 6_500_000));
        let place = [("AccessPointId", "ap-east-1"), ("PortType", "1000Base-LX")];
        assert_eq!(price(house, &place), ("1200.07".into(), 120_007));
        assert_eq!(price(house, &[&place[..], &[("Period", "9")]].concat()), ("10800.63".into(), 1_080_063));
        assert_eq!(house.ok(Who::Operator, PRICE, &circuit)["AmountMinor"], 130_000, "the operator sees all");
        for (who, pairs, code) in [
            (Who::Second, circuit.to_vec(), ("InvalidPhysicalConnectionId.NotFound", 404)),
            (Who::Tenant, vec![], ("MissingParameter", 400)),
            (Who::Tenant, vec![place[0]], ("MissingParameter", 400)),
            (Who::Tenant, vec![circuit[0], place[0]], ("InvalidParameter", 400)),
            (
                Who::Tenant,
                vec![("AccessPointId", "ap-none"), place[1]],
                ("ResourceNotFound.AccessPointId", 400),
            ),
            (Who::Tenant, vec![place[0], ("PortType", "10GBase-LR")], ("InvalidPrice.NotFound", 400)),
            (
                Who::Tenant,
                vec![circuit[0], ("Period", "6"), ("PricingCycle", "Year")],
                ("InvalidPhysicalConnectionPeriod.Malformed", 400),
            ),
        ] {
            assert_eq!(house.refused(who, PRICE, &pairs).is(), code, "{pairs:?}");
        }
    });
    // The sandbox has a price for every port type at every access point, and one access point has its own.
    let house = Plan::sandbox(Lane::Memory).build();
    let catalogue = &house.world.catalogue;
    let mut own = 0;
    for (_, point) in catalogue.access_points() {
        for port_type in connect::circuit::port_type::PortType::ALL {
            let price = catalogue.prices().of(*port_type, &point.id).expect("every port type has its price");
            assert!(price.year < price.month * 12 && price.month > 0 && price.setup > 0);
            own += usize::from(price.access_point.as_ref() == Some(&point.id));
        }
    }
    assert!(own > 0);
}

#[test]
pub(crate) fn a_catalogue_with_wrong_prices_names_the_price_and_the_mend() {
    let region = "[[region]]\nid = \"r\"\nname_en = \"R\"\nname_zh = \"R\"\nendpoint = \"e\"\n";
    let price =
        |more: &str| format!("[[price]]\nport_type = \"1000Base-T\"\nmonth = 1\nyear = 2\nsetup = 3\n{more}");
    for (text, words) in [
        (price("access_point = \"ap-none\"\n"), vec!["number 1", "1000Base-T", "ap-none", "correct the id"]),
        (price("").replace("1000Base-T", "1000Base-X"), vec!["number 1", "1000Base-X", "100GBase-LR"]),
        (price("").replace("year = 2", "year = -2"), vec!["number 1", "year is -2", "from 0"]),
        (price("").replace("year = 2", "year = 2.5"), vec!["line", "year"]),
        (price("").replace("year = 2", "years = 2"), vec!["line", "years"]),
        (price("") + &price(""), vec!["number 2", "number 1 says the same"]),
        ("currency = \"yuan\"\n".to_owned(), vec!["yuan", "three capital letters"]),
        (price("").replace("month = 1", "month = 9999999999999"), vec!["month is 9999999999999"]),
    ] {
        let text = format!("{text}{region}");
        let Err(error) = connect::catalogue::Catalogue::parse(&text) else { panic!("{text} was taken") };
        let error = error.to_string();
        for word in words {
            assert!(error.contains(word), "{word:?} is not in {error:?}");
        }
    }
    let whole = format!("currency = \"EUR\"\n{}{region}", price(""));
    let catalogue = connect::catalogue::Catalogue::parse(&whole).unwrap();
    assert_eq!(catalogue.prices().currency(), "EUR");
}

#[test]
pub(crate) fn another_tenants_orders_are_out_of_reach() {
    on_each_lane(lifted, |house| {
        let id = confirmed(house, &[]);
        place(house, &id, &[]);
        let before = house.dump();
        for action in ["CreatePhysicalConnectionOccupancyOrder", "EnablePhysicalConnection"] {
            let refusal = house.refused(Who::Second, action, &occupy(&id, &[]));
            assert_eq!(refusal.is(), ("InvalidPhysicalConnectionId.NotFound", 404));
        }
        assert_eq!(house.dump(), before);
    });
}
