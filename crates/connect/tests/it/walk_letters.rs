//! The life cycle of letters, exhaustively: every status, every trigger, everyone. The circuit's table speaks first
//! where a trigger is the circuit's, and only an open letter has a say in it.

use crate::house::{EVERYONE, House, Plan, Refusal, TENANT, Who, assert_same, entry, trigger_pairs};
use crate::invariants;
use crate::rules::letters::{application, pairs_of, with_letter};
use crate::rules::{lifted, on_each_lane};
use crate::walk::rightful;
use connect::circuit::states::{CIRCUIT, FROM_ORDERS, Status};
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::letter::states::{LETTER, LetterStatus, OPEN, UNDER_WAY, WAITING};
use connect::machine::{Actor, Move, To};
use rpc::Code;
use std::collections::BTreeSet;

fn triggers() -> BTreeSet<&'static str> {
    LETTER.moves.iter().map(|row| row.trigger).collect()
}

fn pull(house: &mut House, who: Who, trigger: &str, id: &str) -> Result<(), Refusal> {
    if entry(trigger).fields.iter().any(|field| field.name == "InstanceId") {
        return house.call(who, trigger, &pairs_of(&application(id, &[]))).map(drop);
    }
    let pairs = trigger_pairs(trigger, id);
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    house.call(who, trigger, &pairs).map(drop)
}

/// What must come of a trigger: the letter's and the circuit's status after it, or a refusal and whose state it names.
enum Outcome {
    Moves { letter: Option<LetterStatus>, circuit: Option<&'static str> },
    Refused { code: &'static Code, letter: bool },
}

fn expected(circuit: &'static str, letter: LetterStatus, trigger: &'static str) -> Outcome {
    let state = CIRCUIT.state(circuit).expect("a status of the table");
    let own = LETTER.find(letter, trigger);
    let refused = |code| Outcome::Refused { code, letter: true };
    let led_to = own.map(|row| match row.to {
        To::State(to) => to,
        To::Stays | To::Gone => letter,
    });
    if CIRCUIT.moves.iter().any(|row| row.trigger == trigger) {
        let Some(row) = CIRCUIT.find(state, trigger) else {
            return Outcome::Refused { code: CIRCUIT.refusal(trigger).unwrap(), letter: false };
        };
        let after = match row.to {
            To::State(to) => Some(to.as_str()),
            To::Stays => Some(circuit),
            To::Gone => return Outcome::Moves { letter: None, circuit: None },
        };
        if !OPEN.contains(&letter) {
            return Outcome::Moves { letter: Some(letter), circuit: after };
        }
        return match led_to {
            Some(to) => Outcome::Moves { letter: Some(to), circuit: after },
            None => refused(LETTER.refusal(trigger).unwrap()),
        };
    }
    if trigger.contains("Apply") && circuit != "Allocated" {
        let code = &connect::codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_FILLED;
        return Outcome::Refused { code, letter: false };
    }
    if trigger == "CompletePhysicalConnectionLOA" && letter == LetterStatus::Deleted {
        return refused(&connect::codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA);
    }
    match led_to {
        Some(to) => Outcome::Moves { letter: Some(to), circuit: Some(circuit) },
        None => refused(LETTER.refusal(trigger).unwrap()),
    }
}

#[test]
pub(crate) fn every_trigger_on_every_letter_by_everyone_does_what_the_table_says() {
    let plan = |lane| Plan { manual: false, ..lifted(lane) };
    for &status in LETTER.states {
        on_each_lane(plan, |house| {
            for trigger in triggers() {
                let id = with_letter(house, status);
                everyone_pulls(house, status, trigger, &id);
                invariants::check(house);
            }
        });
    }
}

fn everyone_pulls(house: &mut House, status: LetterStatus, trigger: &'static str, id: &str) {
    let actor = entry(trigger).about.actor;
    let before = house.dump();
    for who in EVERYONE.into_iter().filter(|who| *who != rightful(actor)) {
        let refusal = pull(house, who, trigger, id).unwrap_err();
        if actor == Actor::Operator {
            assert_eq!(refusal.is(), ("Forbidden.RAM", 403), "{trigger} by {who:?}");
        } else {
            assert!(refusal.code.ends_with("NotFound"), "{trigger} by {who:?}: {refusal:?}");
        }
    }
    assert_same(&before, &house.dump(), &format!("{trigger} in {status:?} by others"));
    let circuit = if status == LetterStatus::Complete { "Confirmed" } else { "Allocated" };
    assert_eq!(house.status(id), circuit);
    let what = format!("{trigger} on a letter in {status:?}");
    match (expected(circuit, status, trigger), pull(house, rightful(actor), trigger, id)) {
        (Outcome::Refused { code, letter }, Err(refusal)) => {
            assert_eq!(refusal.is(), (code.name, code.status), "{what}");
            let state = if letter { status.as_str() } else { circuit };
            assert_eq!(refusal.header(STATE_HEADER), Some(state), "{what}");
            let next = if letter {
                next_of(status, circuit)
            } else {
                let barred = [
                    "ConfirmPhysicalConnection",
                    "AcceptPhysicalConnectionConstruction",
                    "RefusePhysicalConnectionConstruction",
                ];
                let skips = UNDER_WAY.contains(&status) && status != LetterStatus::Completing;
                // None of these circuits waits for an order, nor has time that it bought.
                let of_orders = |row: &Move<Status>| {
                    FROM_ORDERS.contains(&row.trigger) || row.trigger == "RenewPhysicalConnection"
                };
                CIRCUIT.next_header_where(CIRCUIT.state(circuit).unwrap(), |row| {
                    !(of_orders(row) || skips && barred.contains(&row.trigger))
                })
            };
            assert_eq!(refusal.header(NEXT_HEADER), Some(next.as_str()), "{what}");
            assert_same(&before, &house.dump(), &what);
        }
        (Outcome::Moves { letter, circuit: after }, Ok(())) => {
            moved(house, id, status, trigger, letter, circuit, after);
        }
        (_, reply) => panic!("{what}: {reply:?}"),
    }
}

/// The moves of a letter, but for those that its circuit cannot make.
pub(crate) fn next_of(status: LetterStatus, circuit: &str) -> String {
    let state = CIRCUIT.state(circuit).unwrap();
    let known = |trigger: &str| CIRCUIT.moves.iter().any(|row| row.trigger == trigger);
    LETTER.next_header_where(status, |row| !known(row.trigger) || CIRCUIT.find(state, row.trigger).is_some())
}

fn moved(
    house: &House,
    id: &str,
    from: LetterStatus,
    trigger: &str,
    letter: Option<LetterStatus>,
    circuit: &str,
    after: Option<&'static str>,
) {
    let dump = house.dump();
    let held = |table: &str, key: &str| dump[table].iter().find(|row| row[key].text() == id).cloned();
    let status = |table: &str, key: &str| held(table, key).map(|row| row["status"].text().to_owned());
    assert_eq!(
        status("letter", "circuit").as_deref(),
        letter.map(|to| to.as_str()),
        "{trigger} from {from:?}"
    );
    assert_eq!(status("circuit", "id").as_deref(), after, "{trigger} from {from:?}");
    // One row in the ledger: the circuit's where the circuit moves, the letter's where only that does.
    let own = CIRCUIT.moves.iter().all(|row| row.trigger != trigger);
    let name = if own { format!("loa:{id}") } else { id.to_owned() };
    let row =
        dump["ledger"].iter().rfind(|row| row["resource"].text() == name).expect("a move is in the ledger");
    let (before, to) = if own {
        (from.as_str(), letter.map_or("", |to| to.as_str()))
    } else {
        (circuit, after.unwrap_or_default())
    };
    assert_eq!((row["action"].text(), row["account"].text()), (trigger, TENANT));
    assert_eq!((row["status_from"].text(), row["status_to"].text()), (before, to), "{trigger} from {from:?}");
    if let Some(row) = held("letter", "circuit") {
        let moved = letter != Some(from);
        assert!(!moved || row["since"].int() == house.now, "{trigger} from {from:?} begins a state");
    }
}

#[test]
fn the_table_of_letters_is_whole() {
    for trigger in triggers() {
        let everywhere = LETTER.states.iter().all(|status| LETTER.find(*status, trigger).is_some());
        let circuits = CIRCUIT.moves.iter().any(|row| row.trigger == trigger);
        let of_open = OPEN.iter().all(|status| LETTER.find(*status, trigger).is_some());
        let needs = !(everywhere || circuits && of_open);
        assert_eq!(LETTER.refusal(trigger).is_some(), needs, "{trigger} has its refusal, or needs none");
        let about = &entry(trigger).about;
        assert!(LETTER.moves.iter().filter(|row| row.trigger == trigger).all(|row| row.actor == about.actor));
    }
    for (trigger, code) in LETTER.refusals {
        assert!(triggers().contains(trigger), "{trigger} is refused and never allowed");
        assert!(entry(trigger).errors().iter().any(|declared| std::ptr::eq(*declared, *code)), "{trigger}");
    }
    for &status in LETTER.states {
        assert_eq!(LETTER.state(status.as_str()), Some(status));
        let from = LETTER.moves_from(status, None);
        assert!(
            from.map(|row| row.to).any(|to| matches!(to, To::State(to) if to != status)),
            "{status:?} has a way on"
        );
        // Whatever waits for an operator can be moved on by one.
        assert!(!WAITING.contains(&status) || LETTER.waits_for_operator(status));
        assert!(!UNDER_WAY.contains(&status) || OPEN.contains(&status));
    }
}
