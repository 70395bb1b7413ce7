//! The life cycle of an order, exhaustively: every status, every trigger, everybody. Orders are brought into a status
//! by the real actions only.

use crate::house::{EVERYONE, House, Lane, Plan, Who, assert_same, entry, lanes, order, text};
use crate::invariants;
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::limits::AUTO_RENEW_LEAD_MS;
use connect::machine::{Actor, To};
use connect::order::MADE_ON_THE_ORDER;
use connect::order::states::{ABANDON_ORDER, EXPIRE_ORDER, ORDER, OrderStatus, RENEW_AUTOMATICALLY};
use connect::world::Quotas;
use std::collections::BTreeSet;

fn plan(lane: Lane) -> Plan {
    Plan { quotas: Quotas::LIFTED, ..Plan::quiet(lane) }
}

fn confirmed(house: &mut House) -> String {
    let id = house.order(Who::Tenant, &[]);
    house.operate("ApprovePhysicalConnection", &id);
    house.operate("AllocatePhysicalConnection", &id);
    house.act("ConfirmPhysicalConnection", &id).unwrap();
    id
}

/// The newest order of a circuit: its id and its status.
fn newest(house: &House, circuit: &str) -> (String, String) {
    let dump = house.dump();
    let order = dump["circuit_order"].iter().rfind(|order| order["circuit_id"].text() == circuit).unwrap();
    (order["id"].text().to_owned(), order["status"].text().to_owned())
}

/// An order in this status.
fn bring(house: &mut House, status: OrderStatus) -> String {
    let circuit = confirmed(house);
    let pairs = [("RegionId", "east"), ("PhysicalConnectionId", circuit.as_str())];
    house.ok(Who::Tenant, "CreatePhysicalConnectionOccupancyOrder", &pairs);
    match status {
        OrderStatus::Unpaid => {}
        OrderStatus::Paid => drop(house.act("EnablePhysicalConnection", &circuit).unwrap()),
        OrderStatus::Voided => drop(house.act("CancelPhysicalConnection", &circuit).unwrap()),
        OrderStatus::Refunded => {
            house.act("EnablePhysicalConnection", &circuit).unwrap();
            house.operate("RenewPhysicalConnection", &circuit);
            house.act("TerminatePhysicalConnection", &circuit).unwrap();
        }
    }
    let (id, now) = newest(house, &circuit);
    assert_eq!(now, status.as_str());
    id
}

fn status(house: &House, id: &str) -> String {
    let dump = house.dump();
    let order = dump["circuit_order"].iter().find(|order| order["id"].text() == id).unwrap();
    order["status"].text().to_owned()
}

#[test]
pub(crate) fn every_trigger_on_an_order_in_every_status_by_everyone_does_what_the_table_says() {
    for lane in lanes() {
        for &from in ORDER.states {
            let mut house = plan(lane).build();
            for trigger in MADE_ON_THE_ORDER {
                let id = bring(&mut house, from);
                let pairs = [("OrderId", id.as_str()), ("Reason", "because of the test")];
                for who in EVERYONE.into_iter().filter(|who| *who != Who::Operator) {
                    assert_eq!(house.refused(who, trigger, &pairs).is(), ("Forbidden.RAM", 403));
                }
                if let Some(row) = ORDER.find(from, trigger) {
                    house.ok(Who::Operator, trigger, &pairs);
                    let To::State(to) = row.to else { panic!("an order is led somewhere") };
                    assert_eq!(status(&house, &id), to.as_str(), "{trigger} in {from:?}");
                } else {
                    let refusal = house.refused(Who::Operator, trigger, &pairs);
                    let code = ORDER.refusal(trigger).unwrap();
                    assert_eq!(refusal.is(), (code.name, code.status), "{trigger} in {from:?}");
                    assert_eq!(refusal.header(STATE_HEADER), Some(from.as_str()));
                    assert_eq!(refusal.header(NEXT_HEADER), Some(ORDER.next_header(from).as_str()));
                }
                invariants::check(&house);
            }
            // Time: it voids what waits, to the second, and touches nothing else.
            let id = bring(&mut house, from);
            let before = house.dump()["circuit_order"].clone();
            let lifetime = ORDER.find(OrderStatus::Unpaid, EXPIRE_ORDER).unwrap().after_ms / 1000;
            house.advance(lifetime - 1);
            assert_eq!(house.dump()["circuit_order"], before, "{from:?}");
            house.advance(1);
            let voided = from == OrderStatus::Unpaid;
            assert_eq!(status(&house, &id), if voided { "Voided" } else { from.as_str() });
            invariants::check(&house);
        }
    }
}

#[test]
pub(crate) fn every_action_on_a_circuit_that_moves_its_order_moves_it_as_the_table_says() {
    let leads = |from: OrderStatus, trigger: &str| match ORDER.find(from, trigger).unwrap().to {
        To::State(to) => to.as_str(),
        other => panic!("{other:?}"),
    };
    for lane in lanes() {
        let mut house = plan(lane).build();
        let mut pulled = BTreeSet::from([EXPIRE_ORDER, "PayOrder", "VoidOrder"]);
        let mut moved = |house: &House, circuit: &str, from, trigger| {
            assert_eq!(newest(house, circuit).1, leads(from, trigger), "{trigger}");
            invariants::check(house);
            pulled.insert(trigger);
        };
        let id = confirmed(&mut house);
        let named = [("RegionId", "east"), ("PhysicalConnectionId", id.as_str())];
        let paying = [named[0], named[1], ("AutoPay", "true"), ("AutoRenew", "true")];
        house.ok(Who::Tenant, "CreatePhysicalConnectionOccupancyOrder", &paying);
        moved(&house, &id, OrderStatus::Unpaid, "CreatePhysicalConnectionOccupancyOrder");
        house.advance(28 * 24 * 60 * 60 - AUTO_RENEW_LEAD_MS / 1000);
        moved(&house, &id, OrderStatus::Unpaid, RENEW_AUTOMATICALLY);
        house.operate("RenewPhysicalConnection", &id);
        moved(&house, &id, OrderStatus::Unpaid, "RenewPhysicalConnection");
        house.act("TerminatePhysicalConnection", &id).unwrap();
        moved(&house, &id, OrderStatus::Paid, "TerminatePhysicalConnection");

        let id = confirmed(&mut house);
        house.act("EnablePhysicalConnection", &id).unwrap();
        moved(&house, &id, OrderStatus::Unpaid, "EnablePhysicalConnection");
        let setup = order(&[("AutoPay", "true")]);
        let made = house.ok(Who::Tenant, "CreatePhysicalConnectionSetupOrder", &setup);
        let id = text(&made, "PhysicalConnectionId");
        moved(&house, &id, OrderStatus::Unpaid, "CreatePhysicalConnectionSetupOrder");
        let made = house.ok(Who::Tenant, "CreatePhysicalConnectionSetupOrder", &order(&[]));
        let id = text(&made, "PhysicalConnectionId");
        let before = house.dump();
        house.refused(Who::Operator, "RenewPhysicalConnection", &[("PhysicalConnectionId", &id)]);
        assert_same(&before, &house.dump(), "a circuit that waits for its setup has nothing to renew");
        house.act("CancelPhysicalConnection", &id).unwrap();
        moved(&house, &id, OrderStatus::Unpaid, ABANDON_ORDER);

        let all: BTreeSet<_> = ORDER.moves.iter().map(|row| row.trigger).collect();
        assert_eq!(pulled, all, "every trigger of the table is pulled");
    }
}

#[test]
fn the_table_of_orders_is_whole() {
    for row in ORDER.moves {
        let is_timer = [EXPIRE_ORDER, ABANDON_ORDER, RENEW_AUTOMATICALLY].contains(&row.trigger);
        assert_eq!(row.actor == Actor::Timer, is_timer, "{}", row.trigger);
        if !is_timer {
            assert_eq!(entry(row.trigger).about.actor, row.actor, "{}", row.trigger);
        }
    }
    for (trigger, code) in ORDER.refusals {
        assert!(MADE_ON_THE_ORDER.contains(trigger));
        assert!(entry(trigger).errors().iter().any(|declared| std::ptr::eq(*declared, *code)));
    }
    let reached: BTreeSet<_> = ORDER
        .moves
        .iter()
        .filter_map(|row| match row.to {
            To::State(to) => Some(to.as_str()),
            _ => None,
        })
        .chain([ORDER.initial.as_str()])
        .collect();
    assert_eq!(reached, ORDER.states.iter().map(OrderStatus::as_str).collect());
}
