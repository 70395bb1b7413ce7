//! The life cycle, exhaustively: every status, every trigger, every actor. Circuits are brought into a status by the
//! real actions only, along a path that is searched for in the table.

use crate::house::{
    EVERYONE, House, Lane, Line, Plan, Refusal, TENANT, Who, assert_same, entry, lanes, order, trigger_pairs,
};
use crate::invariants::{self, HOLDS_PORT};
use connect::circuit::states::{CIRCUIT, END_SUBSCRIPTION, FROM_ORDERS, NOTHING_TO_SELL, Status, own_moves};
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::codes;
use connect::limits::STEPS_PER_REQUEST_MAX;
use connect::machine::{Actor, Move, To};
use connect::world::Quotas;
use rpc::Code;
use std::collections::{BTreeSet, VecDeque};

/// A clock that the test moves by hand and nobody ticks: a deadline waits until it is called for.
fn plan(lane: Lane) -> Plan {
    Plan { manual: false, quotas: Quotas::LIFTED, ..Plan::quiet(lane) }
}

/// What can be pulled on a circuit itself; the walk of the orders pulls the others.
fn triggers() -> BTreeSet<&'static str> {
    CIRCUIT.moves.iter().map(|row| row.trigger).filter(|trigger| !FROM_ORDERS.contains(trigger)).collect()
}

/// The moves of a circuit here: none waits for an order, and each that is enabled has a month and nothing ahead.
fn next(status: Status) -> String {
    CIRCUIT.next_header_where(status, |row| {
        row.trigger == END_SUBSCRIPTION || !FROM_ORDERS.contains(&row.trigger)
    })
}

/// What `trigger` is refused with in `status`: the table's code, but for an order for what can never be sold again.
fn refused_with(status: Status, trigger: &str) -> &'static Code {
    if trigger == "CreatePhysicalConnectionOccupancyOrder" && NOTHING_TO_SELL.contains(&status) {
        return &codes::IABS_INVALID_STATUS_VALUE_NOT_SUPPORTED;
    }
    CIRCUIT.refusal(trigger).expect("what can be refused has a code")
}

fn is_timer(trigger: &str) -> bool {
    CIRCUIT.moves.iter().any(|row| row.trigger == trigger && row.actor == Actor::Timer)
}

/// The moves that lead from the first status to `status`, the fewest there are.
fn path(status: Status) -> Option<Vec<&'static Move<Status>>> {
    let mut seen = vec![CIRCUIT.initial];
    let mut open = VecDeque::from([(CIRCUIT.initial, Vec::new())]);
    while let Some((at, moves)) = open.pop_front() {
        if at == status {
            return Some(moves);
        }
        for row in CIRCUIT.moves_from(at, None) {
            if let To::State(next) = row.to
                && !FROM_ORDERS.contains(&row.trigger)
                && !seen.contains(&next)
            {
                seen.push(next);
                open.push_back((next, [&moves[..], &[row]].concat()));
            }
        }
    }
    None
}

/// Where a circuit comes to rest: a deadline of nought passes within the request that sets it.
fn settled(status: Status) -> Status {
    let at_once = own_moves(status, Actor::Timer).find(|row| row.after_ms == 0);
    match at_once.map(|row| row.to) {
        Some(To::State(next)) => settled(next),
        _ => status,
    }
}

/// One request carries out a limited number of deadlines, the oldest first. With so many older ones waiting, the
/// next request's own deadline has to wait too, and what it acts on rests in a status that is otherwise passed through.
pub(crate) fn crowd(house: &mut House, who: Who) {
    let rule = |house: &mut House, outcome| {
        let pairs = [("Step", "review"), ("Outcome", outcome), ("DelaySeconds", "1")];
        house.ok(Who::Operator, "SetAutopilot", &pairs);
    };
    rule(house, "do");
    for _ in 0..=STEPS_PER_REQUEST_MAX / 2 {
        house.order(who, &[("AccessPointId", "ap-east-2")]);
    }
    rule(house, "leave");
    house.now += 2000;
}

fn pull(house: &mut House, who: Who, trigger: &str, id: &str) -> Result<(), Refusal> {
    let pairs = trigger_pairs(trigger, id);
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    house.call(who, trigger, &pairs).map(drop)
}

pub(crate) fn rightful(actor: Actor) -> Who {
    if actor == Actor::Operator { Who::Operator } else { Who::Tenant }
}

/// A circuit of the tenant in this status.
fn bring(house: &mut House, status: Status) -> String {
    let moves = path(status).expect("every status is reached");
    let id = house.order(Who::Tenant, &[]);
    for (at, row) in moves.iter().enumerate() {
        let To::State(next) = row.to else { panic!("a path is made of moves") };
        if at + 1 == moves.len() && settled(next) != next {
            crowd(house, Who::Tenant);
        }
        if row.actor == Actor::Timer {
            if house.status(&id) != next.as_str() {
                house.now += row.after_ms;
                house.tick();
            }
        } else {
            pull(house, rightful(row.actor), row.trigger, &id).unwrap();
        }
    }
    assert_eq!(house.status(&id), status.as_str());
    id
}

fn line(house: &House, id: &str) -> Option<Line> {
    house.dump()["circuit"].iter().find(|circuit| circuit["id"].text() == id).cloned()
}

#[test]
pub(crate) fn every_trigger_in_every_status_by_everyone_does_what_the_table_says() {
    for lane in lanes() {
        for &status in CIRCUIT.states {
            let mut house = plan(lane).build();
            for trigger in triggers() {
                let id = bring(&mut house, status);
                if is_timer(trigger) {
                    time_pulls(&mut house, status, trigger, &id);
                } else {
                    everyone_pulls(&mut house, status, trigger, &id);
                }
                invariants::check(&house);
            }
        }
    }
}

fn time_pulls(house: &mut House, status: Status, trigger: &str, id: &str) {
    let Some(row) = CIRCUIT.find(status, trigger) else {
        let before = line(house, id);
        let mine = |due: &&Line| due["resource"].text() == id;
        let dues = house.dump()["due"].clone();
        let due = dues.iter().filter(mine).any(|due| due["trigger"].text() == trigger);
        assert!(!due, "{status:?} has no deadline {trigger}");
        if !dues.iter().any(|due| mine(&due)) {
            house.now += 1_000_000;
            house.tick();
            assert_eq!(line(house, id), before, "time does nothing in {status:?}");
        }
        return;
    };
    house.now = house.now.max(line(house, id).unwrap()["since"].int() + row.after_ms - 1);
    if row.after_ms > 0 {
        house.tick();
        assert_eq!(house.status(id), status.as_str(), "not a millisecond early");
        house.now += 1;
    }
    house.tick();
    let To::State(next) = row.to else { panic!("time moves on") };
    moved(house, status, row, id);
    assert_eq!(house.status(id), settled(next).as_str());
}

fn everyone_pulls(house: &mut House, status: Status, trigger: &str, id: &str) {
    let actor = entry(trigger).about.actor;
    let before = house.dump();
    for who in EVERYONE.into_iter().filter(|who| *who != rightful(actor)) {
        let refusal = pull(house, who, trigger, id).unwrap_err();
        if actor == Actor::Operator {
            assert_eq!(refusal.is(), ("Forbidden.RAM", 403), "{trigger} by {who:?}");
        } else {
            let unknown = pull(house, who, trigger, "pc-unknown").unwrap_err();
            assert_eq!(refusal, unknown, "{trigger} by {who:?}");
            assert!(refusal.code.ends_with("NotFound"), "{trigger} by {who:?}");
        }
        assert_same(&before, &house.dump(), &format!("{trigger} in {status:?} by {who:?}"));
    }
    match (CIRCUIT.find(status, trigger), pull(house, rightful(actor), trigger, id)) {
        (None, Err(refusal)) => {
            let code = refused_with(status, trigger);
            assert_eq!(refusal.is(), (code.name, code.status), "{trigger} in {status:?}");
            assert_eq!(refusal.header(STATE_HEADER), Some(status.as_str()));
            assert_eq!(refusal.header(NEXT_HEADER), Some(next(status).as_str()));
            assert_same(&before, &house.dump(), &format!("{trigger} in {status:?}"));
        }
        (Some(row), Ok(())) => {
            assert_eq!(row.actor, actor, "the table and the action agree on who may");
            moved(house, status, row, id);
        }
        (row, reply) => panic!("{trigger} in {status:?}: the table has {row:?}, the answer was {reply:?}"),
    }
}

/// Everything a move brings with it, read from the rows.
fn moved(house: &House, from: Status, row: &Move<Status>, id: &str) {
    let dump = house.dump();
    let to = match row.to {
        To::State(to) => to.as_str(),
        To::Stays => from.as_str(),
        To::Gone => "",
    };
    let written: Vec<_> = dump["ledger"]
        .iter()
        .filter(|entry| entry["resource"].text() == id && entry["action"].text() == row.trigger)
        .collect();
    let entry = written.last().expect("a move is in the ledger");
    assert_eq!(
        (entry["status_from"].text(), entry["status_to"].text()),
        (from.as_str(), to),
        "{}",
        row.trigger
    );
    assert_eq!(entry["actor"].text(), row.actor.word());
    assert_eq!(entry["account"].text(), TENANT, "the ledger of the owner");
    let circuit = dump["circuit"].iter().find(|circuit| circuit["id"].text() == id);
    let dues: BTreeSet<_> = dump["due"]
        .iter()
        .filter(|due| due["resource"].text() == id && !FROM_ORDERS.contains(&due["trigger"].text()))
        .map(|due| (due["trigger"].text(), due["at"].int()))
        .collect();
    let used = dump["port"].iter().filter(|port| port["circuit_id"].clone().is(id)).count();
    let rests = match row.to {
        To::State(to) => settled(to),
        To::Stays => from,
        To::Gone => {
            assert!(circuit.is_none() && dues.is_empty() && used == 0, "nothing is left of {id}");
            return;
        }
    };
    let circuit = circuit.expect("it is still there");
    assert_eq!(circuit["status"].text(), rests.as_str(), "{} from {from:?}", row.trigger);
    let since = circuit["since"].int();
    let expected: BTreeSet<_> =
        own_moves(rests, Actor::Timer).map(|row| (row.trigger, since + row.after_ms)).collect();
    assert_eq!(dues, expected, "deadlines of {rests:?}");
    assert_eq!(used, usize::from(HOLDS_PORT.contains(&rests.as_str())), "the port in {rests:?}");
}

impl crate::house::Held {
    fn is(&self, text: &str) -> bool {
        matches!(self, crate::house::Held::Text(held) if held == text)
    }
}

#[test]
pub(crate) fn the_table_is_whole() {
    for &status in CIRCUIT.states {
        assert!(path(status).is_some(), "{status:?} is reached");
        assert_eq!(CIRCUIT.state(status.as_str()), Some(status));
    }
    // From where nothing leads on, nothing but removal does.
    let ends = [Status::Canceled, Status::Terminated];
    for &status in CIRCUIT.states {
        let leads_on =
            CIRCUIT.moves_from(status, None).any(|row| matches!(row.to, To::State(to) if to != status));
        assert_eq!(leads_on, !ends.contains(&status), "{status:?}");
        let removable = CIRCUIT.moves_from(status, None).any(|row| row.to == To::Gone);
        assert!(leads_on || removable, "{status:?} can be left behind");
    }
    for trigger in triggers() {
        let everywhere = CIRCUIT.states.iter().all(|status| CIRCUIT.find(*status, trigger).is_some());
        if is_timer(trigger) {
            assert!(CIRCUIT.refusal(trigger).is_none(), "nobody is there to be refused");
            continue;
        }
        assert_eq!(
            CIRCUIT.refusal(trigger).is_none(),
            everywhere,
            "{trigger} has its refusal, or needs none"
        );
        let about = &entry(trigger).about;
        assert!(
            CIRCUIT.moves.iter().filter(|row| row.trigger == trigger).all(|row| row.actor == about.actor)
        );
    }
    for (trigger, code) in CIRCUIT.refusals {
        assert!(triggers().contains(trigger), "{trigger} is refused and never allowed");
        assert!(entry(trigger).errors().iter().any(|declared| std::ptr::eq(*declared, *code)));
    }
}

/// What a tenant's action is answered in each status, as the contract has it (states, section 1.2).
struct Row {
    action: &'static str,
    params: &'static [(&'static str, &'static str)],
    cells: &'static str,
}

/// The statuses in the order of the columns.
const COLUMNS: [Status; 11] = [
    Status::Initial,
    Status::Approved,
    Status::Allocating,
    Status::Allocated,
    Status::Confirmed,
    Status::Enabled,
    Status::Rejected,
    Status::Canceled,
    Status::AllocationFailed,
    Status::Terminating,
    Status::Terminated,
];

/// `ok`, `-` for an unchanged success, `new` for back to Initial, or the letter of a code.
#[rustfmt::skip]
const CONTRACT: &[Row] = &[
    Row { action: "CancelPhysicalConnection", params: &[], cells: "ok ok N ok ok N N N N N N" },
    Row { action: "DeletePhysicalConnection", params: &[], cells: "N N N ok ok N ok ok ok N ok" },
    Row { action: "ConfirmPhysicalConnection", params: &[], cells: "I I I ok I I I I I I I" },
    Row { action: "EnablePhysicalConnection", params: &[], cells: "N N N N ok - N N N N N" },
    Row { action: "CreatePhysicalConnectionOccupancyOrder", params: &[], cells: "N N N N ok N A A A A A" },
    Row { action: "TerminatePhysicalConnection", params: &[], cells: "N N N N N ok N N N N N" },
    Row { action: "ModifyPhysicalConnectionAttribute", params: &[("bandwidth", "333")], cells: "- - S - - - new S S S S" },
    Row { action: "ModifyPhysicalConnectionAttribute", params: &[("Name", "other")], cells: "- - S - - - new S S S S" },
    Row { action: "ModifyPhysicalConnectionAttribute", params: &[("Description", "")], cells: "- - S - - - new S S S S" },
    Row { action: "ModifyPhysicalConnectionAttribute", params: &[("CircuitCode", "c")], cells: "- - S - - - new S S S S" },
    Row { action: "ModifyPhysicalConnectionAttribute", params: &[("LineOperator", "CM")], cells: "- - S - - - new S S S S" },
    Row { action: "ModifyPhysicalConnectionAttribute", params: &[("PeerLocation", "p")], cells: "- - S - - - new S S S S" },
    Row { action: "ModifyPhysicalConnectionAttribute", params: &[("DownDelayTime", "100")], cells: "- - S - - - new S S S S" },
    Row { action: "ModifyPhysicalConnectionAttribute", params: &[("PortType", "1000Base-LX")], cells: "- S S S S S new S S S S" },
    Row { action: "ModifyPhysicalConnectionAttribute", params: &[("RedundantPhysicalConnectionId", "BACKUP")], cells: "- S S S S S new S S S S" },
    Row { action: "CreatePhysicalConnection", params: &[("RedundantPhysicalConnectionId", "IT")], cells: "R R R ok ok ok R R R R R" },
];

#[test]
pub(crate) fn the_contracts_table_of_actions_by_status_holds() {
    for lane in lanes() {
        for (column, status) in COLUMNS.into_iter().enumerate() {
            let mut house = plan(lane).build();
            let backup = bring(&mut house, Status::Allocated);
            let mut spare = None;
            for row in CONTRACT {
                let cell = row.cells.split(' ').nth(column).expect("eleven cells");
                let id = spare.take().unwrap_or_else(|| bring(&mut house, status));
                let mut pairs = if row.action == "CreatePhysicalConnection" {
                    order(&[])
                } else {
                    vec![("RegionId", "east"), ("PhysicalConnectionId", id.as_str())]
                };
                pairs.extend(row.params.iter().map(|&(name, value)| match value {
                    "BACKUP" => (name, backup.as_str()),
                    "IT" => (name, id.as_str()),
                    value => (name, value),
                }));
                let before = house.dump();
                let reply = house.call(Who::Tenant, row.action, &pairs);
                let what = format!("{} {:?} in {status:?}: {reply:?}", row.action, row.params);
                let code = match cell {
                    "N" => "Forbidden.NotAllowedInState",
                    "I" => "IncorrectStatus.PhysicalConnection",
                    "S" => "InvalidStatus",
                    "A" => "IAbs.InvalidStatus.ValueNotSupported",
                    "R" => "InvalidRedundantPhysicalConnectionStatus",
                    _ => "",
                };
                if !code.is_empty() {
                    assert_eq!(reply.map_err(|refusal| refusal.is()), Err((code, 400)), "{what}");
                    assert_same(&before, &house.dump(), &what);
                    spare = Some(id);
                    continue;
                }
                assert!(reply.is_ok(), "{what}");
                let now = house.show(Who::Tenant, &id).map(|circuit| circuit["Status"].clone());
                match cell {
                    "-" => assert_eq!(now.unwrap(), status.as_str(), "{what}"),
                    "new" => assert_eq!(now.unwrap(), "Initial", "{what}"),
                    _ => {}
                }
            }
        }
    }
}
