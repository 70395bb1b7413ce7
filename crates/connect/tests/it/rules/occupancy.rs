//! The occupancy order: what may be ordered when, what a payment brings, and what becomes of an order nobody pays.

use super::{lead_to, lifted, on_each_lane};
use crate::house::{House, Plan, SECOND, TENANT, Who, order, text};
use crate::invariants;
use connect::autopilot::{self, Rule, Step, Verdict};
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::limits::UNPAID_ORDER_LIFETIME_MS;
use serde_json::Value;

const ORDER: &str = "CreatePhysicalConnectionOccupancyOrder";

/// A tenant with so much money, and nobody in the operator's chair.
fn with_money(minor: i64) -> impl Fn(crate::house::Lane) -> Plan {
    move |lane| Plan { opening_minor: minor, ..lifted(lane) }
}

pub(super) fn confirmed(house: &mut House, pairs: &[(&str, &str)]) -> String {
    let id = house.order(Who::Tenant, pairs);
    lead_to(house, &id, "Confirmed");
    id
}

/// The parameters of an occupancy order.
pub(super) fn occupy<'a>(id: &'a str, pairs: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[("RegionId", "east"), ("PhysicalConnectionId", id)], pairs].concat()
}

/// Places an occupancy order and gives its id.
pub(super) fn place(house: &mut House, id: &str, pairs: &[(&str, &str)]) -> String {
    text(&house.ok(Who::Tenant, ORDER, &occupy(id, pairs))["Data"], "OrderId")
}

/// The orders for a circuit, the oldest first.
pub(super) fn orders(house: &mut House, id: &str) -> Vec<Value> {
    let answer =
        house.ok(Who::Operator, "DescribeOrders", &[("PhysicalConnectionId", id), ("PageSize", "50")]);
    answer["Orders"]["Order"].as_array().unwrap().clone()
}

/// What the tenant has, minor units.
pub(super) fn balance(house: &House, account: &str) -> i64 {
    let dump = house.dump();
    dump["account"].iter().find(|row| row["id"].text() == account).unwrap()["balance_minor"].int()
}

#[test]
pub(crate) fn a_paid_order_enables_the_circuit_for_its_term() {
    on_each_lane(lifted, |house| {
        // The clock stands on 31 January: a month later is the last day of February.
        for (pairs, ends, costs) in [
            (vec![], "2026-02-28T08:00:00Z", 100_000),
            (vec![("Period", "3")], "2026-04-30T08:00:00Z", 300_000),
            (vec![("Period", "9"), ("InstanceChargeType", "PrePaid")], "2026-10-31T08:00:00Z", 900_000),
            (vec![("PricingCycle", "Year")], "2027-01-31T08:00:00Z", 1_000_000),
            (vec![("PricingCycle", "Year"), ("Period", "5")], "2031-01-31T08:00:00Z", 5_000_000),
        ] {
            let id = confirmed(house, &[]);
            let before = balance(house, TENANT);
            let shown = house.show(Who::Tenant, &id).unwrap();
            assert_eq!((text(&shown, "ChargeType"), text(&shown, "EndTime")), (String::new(), String::new()));
            let made = place(house, &id, &[&[("AutoPay", "true")], &pairs[..]].concat());
            let shown = house.show(Who::Tenant, &id).unwrap();
            assert_eq!(
                ["Status", "ChargeType", "EndTime", "EnabledTime", "HasReservationData"]
                    .map(|name| text(&shown, name)),
                ["Enabled", "Prepaid", ends, "2026-01-31T08:00:00Z", "false"].map(str::to_owned)
            );
            assert_eq!(balance(house, TENANT), before - costs, "{pairs:?}");
            let order = &orders(house, &id)[0];
            assert_eq!(
                (text(order, "OrderId"), text(order, "Status"), text(order, "OrderType")),
                (made, "Paid".to_owned(), "NEW".to_owned())
            );
            assert_eq!((text(order, "EndTime"), &order["AmountMinor"]), (ends.to_owned(), &costs.into()));
            // Enabling again is a success without effect.
            house.act("EnablePhysicalConnection", &id).unwrap();
            assert_eq!(balance(house, TENANT), before - costs);
        }
        assert_eq!(balance(house, SECOND), connect::limits::OPENING_BALANCE_MINOR, "nobody else pays");
        invariants::check(house);
    });
}

#[test]
pub(crate) fn an_unpaid_order_waits_to_be_paid_by_enabling_or_by_the_operator() {
    on_each_lane(lifted, |house| {
        for settle in ["EnablePhysicalConnection", "PayOrder"] {
            let id = confirmed(house, &[]);
            let (before, at) = (balance(house, TENANT), house.now);
            let made = place(house, &id, &[("Period", "2")]);
            assert_eq!((house.status(&id), balance(house, TENANT)), ("Confirmed".to_owned(), before));
            assert_eq!(house.field(&id, "ChargeType"), "");
            house.advance(3600);
            match settle {
                "PayOrder" => drop(house.ok(Who::Operator, "PayOrder", &[("OrderId", &made)])),
                action => drop(house.act(action, &id).unwrap()),
            }
            assert_eq!(house.status(&id), "Enabled");
            assert_eq!(balance(house, TENANT), before - 200_000, "what was ordered, not a month");
            let paid = orders(house, &id);
            assert_eq!(paid.len(), 1);
            assert_eq!(text(&paid[0], "PaymentTime"), connect::time::wire(at + 3_600_000));
            assert_eq!(text(&paid[0], "StartTime"), connect::time::wire(at + 3_600_000));
            let refusal = house.refused(Who::Operator, "PayOrder", &[("OrderId", &made)]);
            assert_eq!(refusal.is(), ("IncorrectStatus.Order", 400));
            assert_eq!(refusal.header(STATE_HEADER), Some("Paid"));
            invariants::check(house);
        }
    });
}

#[test]
pub(crate) fn what_stands_in_the_way_of_an_order_is_said_in_order() {
    on_each_lane(lifted, |house| {
        let id = confirmed(house, &[]);
        let refuse = |house: &mut House, pairs: &[(&str, &str)]| house.refused(Who::Tenant, ORDER, pairs);
        // A parameter before the region, the region before the circuit, the circuit before its state.
        let bad = [("RegionId", "nowhere"), ("PhysicalConnectionId", "pc-none"), ("Period", "10")];
        assert_eq!(refuse(house, &bad).is(), ("InvalidPhysicalConnectionPeriod.Malformed", 400));
        let bad = [("RegionId", "nowhere"), ("PhysicalConnectionId", "pc-none")];
        assert_eq!(refuse(house, &bad).is(), ("InvalidRegionId.NotFound", 404));
        let years = [("Period", "6"), ("PricingCycle", "Year")];
        let six = refuse(house, &occupy("pc-none", &years));
        assert_eq!(six.is(), ("InvalidPhysicalConnectionPeriod.Malformed", 400));
        assert_eq!(
            refuse(house, &occupy("pc-none", &[])).is(),
            ("InvalidPhysicalConnectionId.NotFound", 404)
        );
        for (name, value, code) in [
            ("InstanceChargeType", "PostPaid", "InvalidPhysicalConnectionChargeType.Malformed"),
            ("PricingCycle", "Week", "InvalidPhysicalConnectionPricingCycle.Malformed"),
            ("Period", "0", "InvalidPhysicalConnectionPeriod.Malformed"),
        ] {
            assert_eq!(refuse(house, &occupy(&id, &[(name, value)])).is(), (code, 400));
        }
        for months in ["0", "61", "2147483647"] {
            let renewing = [("AutoRenew", "true"), ("AutoRenewDuration", months)];
            assert_eq!(refuse(house, &occupy(&id, &renewing)).is(), ("InvalidParameter", 400), "{months}");
        }

        let lock = |house: &mut House, word: &str| {
            let pairs =
                [("PhysicalConnectionId", id.as_str()), ("BusinessStatus", word), ("Reason", "because")];
            house.ok(Who::Operator, "LockPhysicalConnection", &pairs);
        };
        for word in ["SecurityLocked", "FinancialLocked"] {
            lock(house, word);
            let refusal = refuse(house, &occupy(&id, &[("AutoPay", "true")]));
            assert_eq!(refusal.is(), ("INSTANCE.STATUS.NOT.ALLOW", 400));
            assert!(refusal.message.contains(word), "{}", refusal.message);
            assert_eq!(refusal.header(STATE_HEADER), Some("Confirmed"));
        }
        house.operate("UnlockPhysicalConnection", &id);
        let made = place(house, &id, &[]);
        let refusal = refuse(house, &occupy(&id, &[]));
        assert_eq!(refusal.is(), ("INSTANCE.STATUS.NOT.ALLOW", 400));
        assert!(refusal.message.contains(&made), "{}", refusal.message);
        let next = refusal.header(NEXT_HEADER).unwrap();
        assert!(
            next.contains("tenant:EnablePhysicalConnection") && next.contains("operator:PayOrder"),
            "{next}"
        );
        // Locked while it waits: not even the operator's payment goes through.
        lock(house, "SecurityLocked");
        let refusal = house.refused(Who::Operator, "PayOrder", &[("OrderId", &made)]);
        assert_eq!(refusal.is(), ("INSTANCE.STATUS.NOT.ALLOW", 400));

        let unpriced = confirmed(house, &[("PortType", "10GBase-LR")]);
        assert_eq!(refuse(house, &occupy(&unpriced, &[])).is(), ("InvalidPrice.NotFound", 400));
        let named = occupy(&unpriced, &[]);
        let refusal = house.refused(Who::Tenant, "EnablePhysicalConnection", &named);
        assert_eq!(refusal.is(), ("INSTANCE.STATUS.NOT.ALLOW", 400));
        assert!(refusal.message.contains("10GBase-LR"), "{}", refusal.message);
        assert_eq!(
            house.refused(Who::Second, ORDER, &named).is(),
            ("InvalidPhysicalConnectionId.NotFound", 404)
        );
    });
}

#[test]
pub(crate) fn an_open_letter_stands_before_the_payment() {
    on_each_lane(lifted, |house| {
        for (letter, open) in [
            ("Applying", true),
            ("Accept", true),
            ("Available", true),
            ("Completing", true),
            ("Rejected", false),
            ("Deleted", false),
            ("Complete", false),
        ] {
            let id = confirmed(house, &[]);
            // No action leads to a confirmed circuit with an open letter; the rule stands all the same.
            let (sql, named) = ("update circuit set loa_status = $1 where id = $2", id.clone());
            let written = house.store.write_blocking(move |tx| {
                Ok::<_, store::Abort<()>>(
                    tx.exec(sql, &[store::Arg::from(letter), store::Arg::from(&named)])?,
                )
            });
            assert_eq!(written.unwrap(), 1);
            let reply = house.call(Who::Tenant, ORDER, &occupy(&id, &[]));
            assert_eq!(reply.is_err(), open, "{letter}");
            if open {
                assert_eq!(reply.unwrap_err().is(), ("Forbidden.NotAllowedInState", 400));
                let refusal = house.act("EnablePhysicalConnection", &id).unwrap_err();
                assert_eq!(refusal.is(), ("Forbidden.NotAllowedInState", 400));
            }
        }
    });
}

#[test]
pub(crate) fn a_short_balance_voids_an_order_that_pays_itself_and_refuses_the_others() {
    on_each_lane(with_money(99_999), |house| {
        let id = confirmed(house, &[]);
        let made = place(house, &id, &[("AutoPay", "true")]);
        assert_eq!(house.status(&id), "Confirmed", "nothing shows on the circuit");
        let order = &orders(house, &id)[0];
        assert_eq!((text(order, "OrderId"), text(order, "Status")), (made.clone(), "Voided".to_owned()));
        assert!(text(order, "Reason").contains("0.01 CNY short of 1000.00 CNY"), "{order}");
        let refusal = house.refused(Who::Tenant, "EnablePhysicalConnection", &occupy(&id, &[]));
        assert_eq!(refusal.is(), ("INSTANCE.STATUS.NOT.ALLOW", 400));
        assert!(refusal.message.contains("0.01 CNY short"), "{}", refusal.message);
        let waiting = place(house, &id, &[]);
        let refusal = house.refused(Who::Operator, "PayOrder", &[("OrderId", &waiting)]);
        assert_eq!(refusal.is(), ("InsufficientBalance", 400));
        assert!(refusal.message.contains("0.01 CNY short"), "{}", refusal.message);
        assert_eq!(
            house.refused(Who::Operator, "PayOrder", &[("OrderId", &made)]).code,
            "IncorrectStatus.Order"
        );

        house.ok(Who::Operator, "CreditAccount", &[("AccountId", TENANT), ("Amount", "0.01")]);
        house.ok(Who::Operator, "PayOrder", &[("OrderId", &waiting)]);
        assert_eq!((house.status(&id), balance(house, TENANT)), ("Enabled".to_owned(), 0));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn an_order_that_waits_ends_with_its_circuit_its_reason_or_its_time() {
    on_each_lane(lifted, |house| {
        let ended = |house: &mut House, id: &str, reason: &str| {
            let order = orders(house, id).pop().unwrap();
            assert_eq!(text(&order, "Status"), "Voided");
            assert!(text(&order, "Reason").contains(reason), "{order}");
            let paying = [("OrderId", order["OrderId"].as_str().unwrap())];
            assert_eq!(
                house.refused(Who::Operator, "PayOrder", &paying).is(),
                ("IncorrectStatus.Order", 400)
            );
            let void = [paying[0], ("Reason", "again")];
            assert_eq!(house.refused(Who::Operator, "VoidOrder", &void).is(), ("IncorrectStatus.Order", 400));
            invariants::check(house);
        };
        for action in ["CancelPhysicalConnection", "DeletePhysicalConnection"] {
            let id = confirmed(house, &[]);
            place(house, &id, &[]);
            house.act(action, &id).unwrap();
            ended(house, &id, "withdrawn");
        }
        let id = confirmed(house, &[]);
        let made = place(house, &id, &[]);
        house.ok(Who::Operator, "VoidOrder", &[("OrderId", &made), ("Reason", "a mistake")]);
        ended(house, &id, "a mistake");
        assert_eq!(house.status(&id), "Confirmed", "an occupancy takes nothing with it");

        place(house, &id, &[]);
        let lifetime = UNPAID_ORDER_LIFETIME_MS / 1000;
        house.advance(lifetime - 1);
        assert_eq!(text(&orders(house, &id)[1], "Status"), "Unpaid");
        house.advance(1);
        ended(house, &id, "not paid by 2026-02-01T08:00:00Z");
        let third = place(house, &id, &[("AutoPay", "true")]);
        assert_eq!(house.status(&id), "Enabled");
        assert!(
            orders(house, &id).windows(2).all(|pair| text(&pair[0], "OrderId") < text(&pair[1], "OrderId"))
        );
        assert_eq!(text(&orders(house, &id)[2], "OrderId"), third);
        for action in ["PayOrder", "VoidOrder"] {
            let unknown = [("OrderId", "1"), ("Reason", "r")];
            assert_eq!(house.refused(Who::Operator, action, &unknown).is(), ("InvalidOrderId.NotFound", 404));
        }
    });
}

#[test]
pub(crate) fn enabling_without_an_order_gives_up_the_one_that_waits() {
    on_each_lane(lifted, |house| {
        super::operator::allow_direct(house);
        let id = confirmed(house, &[]);
        let (before, made) = (balance(house, TENANT), place(house, &id, &[]));
        house.ok(Who::Tenant, "EnablePhysicalConnection", &occupy(&id, &[("ByPassSp", "true")]));
        let shown = house.show(Who::Tenant, &id).unwrap();
        assert_eq!(
            (text(&shown, "Status"), text(&shown, "ChargeType")),
            ("Enabled".to_owned(), String::new())
        );
        assert_eq!(text(&shown, "EndTime"), "");
        assert_eq!(text(&orders(house, &id)[0], "Status"), "Voided");
        assert_eq!(balance(house, TENANT), before);
        assert_eq!(
            house.refused(Who::Operator, "PayOrder", &[("OrderId", &made)]).code,
            "IncorrectStatus.Order"
        );
        // Nothing was bought, so there is nothing to renew, and nothing ends.
        let refusal =
            house.refused(Who::Operator, "RenewPhysicalConnection", &[("PhysicalConnectionId", &id)]);
        assert_eq!(refusal.is(), ("INSTANCE.STATUS.NOT.ALLOW", 400));
        house.advance(400 * 24 * 60 * 60);
        assert_eq!(house.field(&id, "BusinessStatus"), "Normal");
    });
}

#[test]
pub(crate) fn a_token_places_one_order_and_a_rehearsal_places_none() {
    on_each_lane(lifted, |house| {
        let id = confirmed(house, &[]);
        let token = ("ClientToken", "once");
        // A rehearsal first: same checks, the price, and no trace, not even of its token.
        let before = house.dump();
        let dry = occupy(&id, &[token, ("DryRun", "true"), ("Period", "2"), ("AutoPay", "true")]);
        let price = house.ok(Who::Tenant, ORDER, &dry);
        assert_eq!(
            price["Data"],
            serde_json::json!({"OrderId": "", "Amount": "2000.00", "AmountMinor": 200_000, "Currency": "CNY"})
        );
        assert_eq!(house.dump(), before, "a rehearsal writes nothing");
        assert_eq!(house.refused(Who::Tenant, ORDER, &occupy("pc-none", &[("DryRun", "true")])).status, 404);

        let pairs = occupy(&id, &[token, ("AutoPay", "true")]);
        let first = house.ok(Who::Tenant, ORDER, &pairs);
        assert_eq!(first["Data"].as_object().unwrap().len(), 1, "only the order's id");
        let before = house.dump();
        assert_eq!(house.ok(Who::Tenant, ORDER, &pairs), first);
        assert_eq!(house.dump(), before, "the same token is the same order, paid once");
        let other = occupy(&id, &[token, ("Period", "2")]);
        assert_eq!(house.refused(Who::Tenant, ORDER, &other).is(), ("IdempotentParameterMismatch", 400));
        // Another circuit under the same token is another order.
        let next = confirmed(house, &[]);
        assert_ne!(house.ok(Who::Tenant, ORDER, &occupy(&next, &[token])), first);

        let renewal = [("PhysicalConnectionId", id.as_str()), token];
        let bought = house.ok(Who::Operator, "RenewPhysicalConnection", &renewal);
        let before = house.dump();
        assert_eq!(house.ok(Who::Operator, "RenewPhysicalConnection", &renewal), bought);
        assert_eq!(house.dump(), before, "the same token is the same renewal");
    });
}

#[test]
pub(crate) fn the_autopilot_settles_orders_by_its_rule() {
    on_each_lane(
        |lane| Plan { opening_minor: 100_000, ..Plan::piloted(lane) },
        |house| {
            let id = confirmed(house, &[]);
            place(house, &id, &[]);
            assert_eq!(house.status(&id), "Enabled", "at once, as Terraform waits for it");

            // A short balance leaves the order to a person, and says so in the log.
            let id = confirmed(house, &[]);
            let made = place(house, &id, &[]);
            let order = &orders(house, &id)[0];
            assert_eq!((text(order, "OrderId"), text(order, "Status")), (made.clone(), "Unpaid".to_owned()));
            assert!(house.notes.iter().any(|note| note.contains(&made)), "{:?}", house.notes);

            let refuse =
                [("Step", "settling"), ("Outcome", "refuse"), ("DelaySeconds", "60"), ("Reason", "no")];
            house.ok(Who::Operator, "SetAutopilot", &refuse);
            let id = confirmed(house, &[]);
            place(house, &id, &[]);
            house.advance(59);
            assert_eq!(text(&orders(house, &id)[0], "Status"), "Unpaid");
            house.advance(1);
            let order = &orders(house, &id)[0];
            assert_eq!(
                (text(order, "Status"), text(order, "Reason")),
                ("Voided".to_owned(), "no".to_owned())
            );
            invariants::check(house);
        },
    );
    assert!(autopilot::defaults().contains(&Rule {
        step: Step::Settling,
        outcome: Verdict::Do,
        delay_ms: 0,
        reason: String::new()
    }));
}

#[test]
pub(crate) fn orders_that_wait_stand_in_the_work_queue_and_all_in_their_list() {
    on_each_lane(lifted, |house| {
        let mut expected = Vec::new();
        for number in 0..3 {
            let id = confirmed(house, &[]);
            expected.push(("ORDER", place(house, &id, &[])));
            house.advance(1);
            if number < 2 {
                expected.push(("PHYSICALCONNECTION", house.order(Who::Second, &[])));
                house.advance(1);
            }
        }
        let queue = |house: &mut House, pairs: &[(&str, &str)]| {
            let answer = house.ok(Who::Operator, "DescribeWorkQueue", pairs);
            (answer["TotalCount"].clone(), answer["WorkItems"]["WorkItem"].as_array().unwrap().clone())
        };
        let (total, items) = queue(house, &[]);
        assert_eq!(total, 5);
        for (item, (kind, id)) in items.iter().zip(&expected) {
            assert_eq!(
                (text(item, "ResourceType"), text(item, "ResourceId")),
                ((*kind).to_owned(), id.clone())
            );
            let moves = match *kind {
                "ORDER" => serde_json::json!(["PayOrder", "VoidOrder"]),
                _ => serde_json::json!([
                    "ApprovePhysicalConnection",
                    "RejectPhysicalConnection",
                    "LockPhysicalConnection",
                    "UnlockPhysicalConnection"
                ]),
            };
            assert_eq!(item["Moves"]["Move"], moves);
            assert!(text(item, "PhysicalConnectionId").starts_with("pc-"));
        }
        let (_, page) = queue(house, &[("PageSize", "2"), ("PageNumber", "2")]);
        assert_eq!(page[..], items[2..4]);
        assert_eq!(queue(house, &[("ResourceType", "ORDER")]).0, 3);
        assert_eq!(queue(house, &[("ResourceType", "PHYSICALCONNECTION")]).0, 2);
        assert_eq!(queue(house, &[("Status", "Initial")]).0, 2, "a status is a circuit's");
        assert_eq!(queue(house, &[("Status", "Initial"), ("ResourceType", "ORDER")]).0, 0);
        house.ok(Who::Operator, "PayOrder", &[("OrderId", &expected[0].1)]);
        assert_eq!(queue(house, &[]).0, 4);

        let listed = |house: &mut House, pairs: &[(&str, &str)]| {
            let answer = house.ok(Who::Operator, "DescribeOrders", pairs);
            let ids = answer["Orders"]["Order"].as_array().unwrap().iter().map(|row| text(row, "OrderId"));
            (answer["TotalCount"].as_i64().unwrap(), ids.collect::<Vec<_>>())
        };
        let all: Vec<_> = [0, 2, 4].map(|at: usize| expected[at].1.clone()).to_vec();
        assert_eq!(listed(house, &[]), (3, all.clone()));
        assert_eq!(listed(house, &[("PageSize", "2"), ("PageNumber", "2")]), (3, all[2..].to_vec()));
        assert_eq!(listed(house, &[("Status", "Unpaid")]), (2, all[1..].to_vec()));
        assert_eq!(listed(house, &[("AccountId", TENANT), ("Status", "Paid")]), (1, all[..1].to_vec()));
        assert_eq!(listed(house, &[("AccountId", SECOND)]).0, 0);
        assert_eq!(listed(house, &[("OrderId", &all[1])]), (1, vec![all[1].clone()]));
    });
}

#[test]
pub(crate) fn a_setup_is_paid_before_the_review() {
    const SETUP: &str = "CreatePhysicalConnectionSetupOrder";
    on_each_lane(lifted, |house| {
        let dry = house.ok(Who::Tenant, SETUP, &order(&[("DryRun", "true")]));
        assert_eq!((text(&dry, "OrderId"), text(&dry, "Amount")), (String::new(), "500.00".to_owned()));
        assert!(house.dump()["circuit"].is_empty(), "a rehearsal orders nothing");
        let setup = |house: &mut House, pairs: &[(&str, &str)]| {
            let made = house.ok(Who::Tenant, SETUP, &order(pairs));
            assert_eq!(made.as_object().unwrap().len(), 2, "{made}");
            (text(&made, "PhysicalConnectionId"), text(&made, "OrderId"))
        };
        let (id, order_id) = setup(house, &[("ClientToken", "t")]);
        assert_eq!(setup(house, &[("ClientToken", "t")]), (id.clone(), order_id.clone()));
        assert_eq!(house.status(&id), "Initial");
        for action in ["ApprovePhysicalConnection", "RejectPhysicalConnection"] {
            let pairs = [("PhysicalConnectionId", id.as_str()), ("Reason", "r")];
            let refusal = house.refused(Who::Operator, action, &pairs);
            assert_eq!(refusal.is(), ("INSTANCE.STATUS.NOT.ALLOW", 400));
            assert!(refusal.message.contains(&order_id), "{}", refusal.message);
        }
        let queue = house.ok(Who::Operator, "DescribeWorkQueue", &[]);
        assert_eq!(
            (&queue["TotalCount"], &queue["WorkItems"]["WorkItem"][0]["ResourceType"]),
            (&1.into(), &"ORDER".into())
        );
        invariants::check(house);
        let before = balance(house, TENANT);
        house.ok(Who::Operator, "PayOrder", &[("OrderId", &order_id)]);
        assert_eq!(balance(house, TENANT), before - 50_000);
        let queue = house.ok(Who::Operator, "DescribeWorkQueue", &[]);
        assert_eq!(queue["WorkItems"]["WorkItem"][0]["ResourceId"], *id, "now the circuit waits");
        house.operate("ApprovePhysicalConnection", &id);
        lead_to(house, &id, "Enabled");

        // Voided, expired or withdrawn: the circuit is canceled, and both say why.
        for end in ["void", "expire", "cancel"] {
            let (id, order_id) = setup(house, &[]);
            match end {
                "void" => {
                    drop(house.ok(
                        Who::Operator,
                        "VoidOrder",
                        &[("OrderId", &order_id), ("Reason", "no crew")],
                    ));
                }
                "expire" => drop(house.advance(UNPAID_ORDER_LIFETIME_MS / 1000)),
                _ => drop(house.act("CancelPhysicalConnection", &id).unwrap()),
            }
            assert_eq!(house.status(&id), "Canceled", "{end}");
            let order = &orders(house, &id)[0];
            assert_eq!(text(order, "Status"), "Voided");
            if end != "cancel" {
                assert_eq!(house.field(&id, "StatusReason"), text(order, "Reason"));
            }
        }
        let (id, _) = setup(house, &[("AutoPay", "true"), ("AccessPointId", "ap-east-2")]);
        assert_eq!(
            (house.status(&id), text(&orders(house, &id)[0], "Status")),
            ("Initial".into(), "Paid".into())
        );
        house.operate("ApprovePhysicalConnection", &id);
        invariants::check(house);
    });
    on_each_lane(
        |lane| Plan { opening_minor: 49_999, ..Plan::piloted(lane) },
        |house| {
            let made = house.ok(Who::Tenant, SETUP, &order(&[("AutoPay", "true")]));
            let id = text(&made, "PhysicalConnectionId");
            assert_eq!(house.status(&id), "Canceled");
            assert!(house.field(&id, "StatusReason").contains("0.01 CNY short"));
            assert_eq!(text(&orders(house, &id)[0], "Status"), "Voided");
            // Left to the autopilot: the payment is refused, the circuit goes on waiting, and a credit helps.
            let made = house.ok(Who::Tenant, SETUP, &order(&[]));
            let id = text(&made, "PhysicalConnectionId");
            assert_eq!(house.status(&id), "Initial");
            house.ok(Who::Operator, "CreditAccount", &[("AccountId", TENANT), ("Amount", "1")]);
            house.ok(Who::Operator, "PayOrder", &[("OrderId", &text(&made, "OrderId"))]);
            assert_eq!(house.status(&id), "Allocated", "the review and what follows have begun");
            invariants::check(house);
        },
    );
}

#[test]
pub(crate) fn a_setup_is_refused_as_a_circuit_alone_would_be() {
    let both = |house: &mut House, pairs: &[(&str, &str)], code: (&'static str, u16)| {
        for action in ["CreatePhysicalConnection", "CreatePhysicalConnectionSetupOrder"] {
            assert_eq!(house.refused(Who::Tenant, action, &order(pairs)).is(), code, "{action} {pairs:?}");
        }
    };
    on_each_lane(Plan::quiet, |house| {
        both(house, &[("AccessPointId", "ap-none")], ("ResourceNotFound.AccessPointId", 400));
        both(house, &[("AccessPointId", "ap-east-shut")], ("InvalidAccessPointId.NotEnabled", 400));
        both(house, &[("PortType", "40GBase-LR")], ("InvalidPortType.NotFound", 400));
        let unpriced = order(&[("PortType", "10GBase-LR")]);
        let refusal = house.refused(Who::Tenant, "CreatePhysicalConnectionSetupOrder", &unpriced);
        assert_eq!(refusal.is(), ("InvalidPrice.NotFound", 400));
        let ten = house.order(Who::Tenant, &[("PortType", "10GBase-LR")]);
        lead_to(house, &ten, "Allocated");
        both(house, &[("PortType", "10GBase-LR")], ("InvalidPortType.NotFound", 404));
        let backup = |id| [("RedundantPhysicalConnectionId", id)];
        let unknown = ("InvalidRedundantPhysicalConnectionId.NotFound", 400);
        both(house, &backup("pc-none"), unknown);
        let foreign = house.order(Who::Second, &[]);
        both(house, &backup(&foreign), ("InvalidRedundantPhysicalConnection", 400));
        let young = house.order(Who::Tenant, &[]);
        both(house, &backup(&young), ("InvalidRedundantPhysicalConnectionStatus", 400));
        for _ in 0..3 {
            house.order(Who::Tenant, &[]);
        }
        both(house, &[], ("QuotaExceeded.freePconnPerAP", 400));
        let lock =
            [("PhysicalConnectionId", &*young), ("BusinessStatus", "FinancialLocked"), ("Reason", "r")];
        house.ok(Who::Operator, "LockPhysicalConnection", &lock);
        both(house, &[], ("Forbidden.BillsOutstanding", 400));
    });
    let quotas =
        connect::world::Quotas { not_enabled: 100, per_access_point: 0, ..connect::world::Quotas::default() };
    on_each_lane(
        |lane| Plan { quotas, ..Plan::quiet(lane) },
        |house| both(house, &[], ("QuotaExceeded.pConnPerAP", 400)),
    );
    on_each_lane(
        |lane| Plan { outbound_service_open: false, ..Plan::quiet(lane) },
        |house| both(house, &[], ("OperationFailed.PconnTrafficNotEnable", 400)),
    );
}
