//! The life cycle of router interfaces, exhaustively: every status that is ever seen, every trigger, everyone.

use crate::house::{House, Plan, Who, assert_same};
use crate::invariants;
use crate::rules::interfaces::{Place, on, pair, refused, shown, vrouter};
use crate::rules::on_each_lane;
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::machine::{Actor, To};
use connect::router_interface::states::{EVENTS, INTERFACE, InterfaceStatus, STABLE};
use std::collections::BTreeSet;

/// Statuses in which no interface is ever seen: one is gone when its deletion is answered, and a resize activates.
const UNSEEN: &[InterfaceStatus] = &[InterfaceStatus::Modifying, InterfaceStatus::Deleting];

/// What a trigger is given beside the interface.
fn extra(trigger: &str, role: &str) -> Vec<(&'static str, &'static str)> {
    match (trigger, role) {
        ("ModifyRouterInterfaceSpec", "AcceptingSide") => vec![("Spec", "Negative")],
        ("ModifyRouterInterfaceSpec", _) => vec![("Spec", "Large.1")],
        ("ModifyRouterInterfaceAttribute", _) => vec![("Name", "renamed")],
        _ => vec![],
    }
}

/// Makes a pair of which this end is in the status.
fn with_status<'a>(
    house: &mut House,
    from: Place<'a>,
    to: Place<'a>,
    status: InterfaceStatus,
) -> (Place<'a>, String) {
    let (left, right) = pair(house, from, to);
    let connect = |house: &mut House| on(house, from, "ConnectRouterInterface", &left, &[]);
    let then = |house: &mut House, action: &str| {
        on(house, from, action, &left, &[]);
    };
    match status {
        InterfaceStatus::Idle => {}
        InterfaceStatus::AcceptingConnecting => {
            connect(house);
            return (to, right);
        }
        InterfaceStatus::Connecting => drop(connect(house)),
        _ => {
            connect(house);
            house.advance(1);
            match status {
                InterfaceStatus::Active => {}
                InterfaceStatus::Deactivating => then(house, "DeactivateRouterInterface"),
                _ => {
                    then(house, "DeactivateRouterInterface");
                    house.advance(1);
                    if status == InterfaceStatus::Activating {
                        then(house, "ActivateRouterInterface");
                    }
                }
            }
        }
    }
    (from, left)
}

#[test]
pub(crate) fn every_trigger_on_every_interface_by_everyone_does_what_the_table_says() {
    let tenant = |row: &&connect::machine::Move<_>| row.actor == Actor::Tenant;
    let triggers: BTreeSet<_> = INTERFACE.moves.iter().filter(tenant).map(|row| row.trigger).collect();
    for &status in INTERFACE.states.iter().filter(|status| !UNSEEN.contains(status)) {
        for &trigger in &triggers {
            on_each_lane(Plan::quiet, |house| pulled(house, status, trigger));
        }
    }
}

fn pulled(house: &mut House, status: InterfaceStatus, trigger: &'static str) {
    let (one, other) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Tenant, "east"));
    let (place, id) = with_status(house, Place::of(&one), Place::of(&other), status);
    let before = shown(house, place, &id).unwrap();
    assert_eq!(before["Status"], status.as_str());
    let role = before["Role"].as_str().unwrap().to_owned();
    let more = extra(trigger, &role);
    let dump = house.dump();
    for who in [Who::Second, Who::Operator] {
        let refusal = refused(house, Place { who, ..place }, trigger, &id, &more);
        assert!(refusal.code.ends_with("NotFound"), "{trigger} by {who:?}: {refusal:?}");
    }
    assert_same(&dump, &house.dump(), &format!("{trigger} in {status:?} by others"));
    let what = format!("{trigger} in {status:?}");
    let connects_wrong_end = trigger == "ConnectRouterInterface" && role == "AcceptingSide";
    let Some(row) = INTERFACE.find(status, trigger).filter(|_| !connects_wrong_end) else {
        let refusal = refused(house, place, trigger, &id, &more);
        let code = if connects_wrong_end {
            &connect::codes::INCORRECT_ROLE_NOT_INITIATING_SIDE
        } else if trigger == "DeleteRouterInterface" && !STABLE.contains(&status) {
            &connect::codes::INCORRECT_STATUS_RI_DELETE
        } else {
            INTERFACE.refusal(trigger).unwrap()
        };
        assert_eq!(refusal.is(), (code.name, code.status), "{what}");
        assert_eq!(refusal.header(STATE_HEADER), Some(status.as_str()), "{what}");
        let next = INTERFACE.next_header_where(status, |row| !EVENTS.contains(&row.trigger));
        assert_eq!(refusal.header(NEXT_HEADER), Some(next.as_str()), "{what}");
        return;
    };
    on(house, place, trigger, &id, &more);
    let after = shown(house, place, &id).map(|row| row["Status"].as_str().unwrap().to_owned());
    let expected = match row.to {
        To::Stays => Some(status),
        To::State(InterfaceStatus::Deleting) | To::Gone => None,
        To::State(to) => Some(to),
    };
    assert_eq!(after.as_deref(), expected.map(|status| status.as_str()), "{what}");
    invariants::check(house);
    // What is in motion ends by itself.
    house.advance(1);
    if let Some(row) = shown(house, place, &id) {
        let lasts = STABLE.iter().any(|status| row["Status"] == status.as_str());
        assert!(lasts, "{what} ends in {}", row["Status"]);
    }
    invariants::check(house);
}
