//! What must hold of the rows at every moment, whatever was done: named checks over a dump, for the walk, the
//! simulation and the comparison of engines.

use crate::house::{Dump, Held, Line};
use connect::autopilot::{Step, Verdict};
use connect::circuit::KIND;
use connect::circuit::states::{
    BEGIN_RENEWAL, CIRCUIT, END_SUBSCRIPTION, FROM_ORDERS, Status, own_moves, waits_for_operator,
};
use connect::limits::{COUNT_BLOCK, TAGS_MAX};
use connect::machine::Actor;
use connect::order::states::{EXPIRE_ORDER, RENEW_AUTOMATICALLY};
use connect::time;
use serde_json::Value;
use std::collections::BTreeMap;

/// Statuses in which a circuit holds a port (contract, states section 1).
pub(crate) const HOLDS_PORT: &[&str] = &["Allocated", "Confirmed", "Enabled", "Terminating"];
/// Statuses that only an enabled circuit reaches.
const WAS_ENABLED: &[&str] = &["Enabled", "Terminating", "Terminated"];

/// A check and its name.
type Invariant = (&'static str, fn(&Dump));

const INVARIANTS: &[Invariant] = &[
    ("counters equal rows", counters_equal_rows),
    ("accounts count what is owed", accounts_count_what_is_owed),
    ("answers equal rows", answers_equal_rows),
    ("a port is held by the circuit that names it", ports_are_held),
    ("one ledger row for every revision", ledger_counts_revisions),
    ("the ledger leads from creation to the present status", ledger_leads_to_status),
    ("deadlines belong to the state", deadlines_belong),
    ("the work queue holds what an operator can move on", work_queue_membership),
    ("an instant of enabling is kept once there was one", enabling_is_kept),
    ("labels are few, and on something", labels_are_on_something),
    ("a token keeps its whole answer", tokens_keep_answers),
    ("an order that waits is its circuit's, and expires", waiting_orders_belong),
    ("what is paid has its postings, and nothing else has", payments_are_posted),
    ("a subscription is what a paid first order bought", subscriptions_are_bought),
    ("renewals follow one another, and the term has its deadlines", terms_follow),
];

/// Checks all of them; a failure names the invariant.
pub(crate) fn check(dump: &Dump) {
    for (name, invariant) in INVARIANTS {
        let held = std::panic::catch_unwind(|| invariant(dump));
        assert!(held.is_ok(), "broken: {name}");
    }
}

fn status(circuit: &Line) -> Status {
    CIRCUIT.state(circuit["status"].text()).expect("a status of the table")
}

fn counters_equal_rows(dump: &Dump) {
    let mut counts: BTreeMap<(&str, &str, i64, &str, &str), i64> = BTreeMap::new();
    for circuit in &dump["circuit"] {
        let block = circuit["serial"].int() / COUNT_BLOCK;
        let key = ["account", "region", "status", "access_point_id"].map(|name| circuit[name].text());
        *counts.entry((key[0], key[1], block, key[2], key[3])).or_default() += 1;
    }
    let kept: BTreeMap<_, _> = dump["circuit_count"]
        .iter()
        .map(|count| {
            let key = ["account", "region", "status", "access_point_id"].map(|name| count[name].text());
            ((key[0], key[1], count["block"].int(), key[2], key[3]), count["n"].int())
        })
        .collect();
    assert_eq!(counts, kept);
}

fn accounts_count_what_is_owed(dump: &Dump) {
    for account in &dump["account"] {
        let owes = |circuit: &&Line| {
            circuit["account"] == account["id"] && circuit["business_status"].text() == "FinancialLocked"
        };
        let owing = dump["circuit"].iter().filter(owes).count();
        assert_eq!(account["owing"].int(), i64::try_from(owing).unwrap(), "{:?}", account["id"]);
    }
}

/// The columns that an answer shows, by its member.
const SHOWN: &[(&str, &str)] = &[
    ("PhysicalConnectionId", "id"),
    ("Status", "status"),
    ("BusinessStatus", "business_status"),
    ("AccessPointId", "access_point_id"),
    ("Type", "type"),
    ("LineOperator", "line_operator"),
    ("PortType", "port_type"),
    ("Spec", "spec"),
    ("Name", "name"),
    ("Description", "description"),
    ("CircuitCode", "circuit_code"),
    ("PeerLocation", "peer_location"),
    ("RedundantPhysicalConnectionId", "redundant_id"),
    ("ResourceGroupId", "resource_group_id"),
    ("OpticalModuleModel", "optical_module_model"),
    ("DeviceFeaturesSelected", "device_features"),
    ("LoaStatus", "loa_status"),
    ("PortNumber", "port_number"),
    ("AdLocation", "ad_location"),
    ("AdDetailLocation", "ad_detail_location"),
    ("ChargeType", "charge_type"),
];

fn answers_equal_rows(dump: &Dump) {
    for circuit in &dump["circuit"] {
        let Held::Bytes(answer) = &circuit["answer"] else { panic!("an answer is bytes") };
        let answer: Value = serde_json::from_slice(answer).unwrap();
        for (member, column) in SHOWN {
            assert_eq!(answer[member], circuit[*column].text(), "{member}");
        }
        assert_eq!(answer["Bandwidth"], circuit["bandwidth"].int());
        assert_eq!(answer["DownDelayTime"], circuit["down_delay_ms"].int());
        let reason = circuit["reason"].text();
        assert_eq!(
            answer.get("StatusReason").and_then(Value::as_str),
            (!reason.is_empty()).then_some(reason)
        );
        for (member, column) in
            [("CreationTime", "created_at"), ("EnabledTime", "enabled_at"), ("EndTime", "end_at")]
        {
            let shown = match &circuit[column] {
                Held::Int(at) => time::wire(*at),
                _ => String::new(),
            };
            assert_eq!(answer[member], shown.as_str(), "{member}");
        }
        let labels: Vec<_> = dump["tag"]
            .iter()
            .filter(|tag| tag["resource"] == circuit["id"])
            .map(|tag| serde_json::json!({"Key": tag["name"].text(), "Value": tag["value"].text()}))
            .collect();
        assert_eq!(answer["Tags"]["tags"], Value::Array(labels));
    }
}

fn ports_are_held(dump: &Dump) {
    let ports: BTreeMap<_, _> = dump["port"].iter().map(|port| (port["id"].text(), port)).collect();
    let mut held = 0;
    for circuit in &dump["circuit"] {
        let port = circuit["port_id"].text();
        assert_eq!(!port.is_empty(), HOLDS_PORT.contains(&circuit["status"].text()), "{circuit:?}");
        if !port.is_empty() {
            held += 1;
            assert_eq!(ports[port]["circuit_id"], circuit["id"]);
            assert_eq!(ports[port]["state"].text(), "used");
            assert_eq!(ports[port]["number"], circuit["port_number"]);
            assert_eq!(ports[port]["device_id"], circuit["device_id"]);
            assert_eq!(ports[port]["access_point_id"], circuit["access_point_id"]);
            assert_eq!(ports[port]["port_type"], circuit["port_type"]);
        }
    }
    assert_eq!(dump["port"].iter().filter(|port| port["state"].text() == "used").count(), held);
    assert_eq!(dump["port"].iter().filter(|port| port["circuit_id"] != Held::Null).count(), held);
}

fn ledger_counts_revisions(dump: &Dump) {
    for account in &dump["account"] {
        let revisions: Vec<_> = dump["ledger"]
            .iter()
            .filter(|row| row["account"] == account["id"])
            .map(|row| row["revision"].int())
            .collect();
        assert_eq!(revisions, (1..=account["revision"].int()).collect::<Vec<_>>(), "{:?}", account["id"]);
    }
    let known = |row: &&Line| dump["account"].iter().any(|account| account["id"] == row["account"]);
    assert!(dump["ledger"].iter().all(|row| known(&row)));
}

fn ledger_leads_to_status(dump: &Dump) {
    // The dump is in the order of account and revision: for one circuit, in the order of what happened.
    let mut now: BTreeMap<&str, &str> = BTreeMap::new();
    for row in dump["ledger"].iter().filter(|row| row["resource"].text().starts_with("pc-")) {
        let (from, to) = (row["status_from"].text(), row["status_to"].text());
        if from.is_empty() && to.is_empty() {
            continue; // Labels: the status has no part in it.
        }
        let before = now.insert(row["resource"].text(), to);
        assert_eq!(before.unwrap_or_default(), from, "{row:?}");
    }
    now.retain(|_, to| !to.is_empty());
    let rows: BTreeMap<_, _> =
        dump["circuit"].iter().map(|circuit| (circuit["id"].text(), circuit["status"].text())).collect();
    assert_eq!(now, rows);
}

fn deadlines_belong(dump: &Dump) {
    let circuits: BTreeMap<_, _> =
        dump["circuit"].iter().map(|circuit| (circuit["id"].text(), circuit)).collect();
    for due in &dump["due"] {
        if FROM_ORDERS.contains(&due["trigger"].text()) {
            continue; // These belong to orders and to terms, which have checks of their own.
        }
        let circuit = circuits.get(due["resource"].text()).expect("a deadline is a circuit's");
        assert_eq!(circuit["account"], due["account"]);
        let (trigger, status) = (due["trigger"].text(), status(circuit));
        let row = CIRCUIT.find(status, trigger).expect("a deadline is legal in its state");
        match due["actor"].text() {
            "timer" => assert_eq!(due["at"].int(), circuit["since"].int() + row.after_ms),
            "autopilot" => {
                let step = Step::of(status).expect("the autopilot has a step here");
                let verdicts = [Verdict::Do, Verdict::Refuse];
                assert!(verdicts.iter().any(|verdict| step.trigger(*verdict) == Some(trigger)));
                assert!(due["at"].int() >= circuit["since"].int());
            }
            other => panic!("{other} sets no deadlines"),
        }
    }
    for circuit in &dump["circuit"] {
        for row in own_moves(status(circuit), Actor::Timer) {
            let set = |due: &&Line| due["resource"] == circuit["id"] && due["trigger"].text() == row.trigger;
            assert!(
                dump["due"].iter().any(|due| set(&due)),
                "{} waits for {}",
                circuit["id"].text(),
                row.trigger
            );
        }
    }
}

fn work_queue_membership(dump: &Dump) {
    for circuit in &dump["circuit"] {
        let waits = waits_for_operator(status(circuit)) && circuit["unpaid_order"].text().is_empty();
        let since = if waits { circuit["since"].clone() } else { Held::Null };
        assert_eq!(circuit["waiting_since"], since);
    }
}

fn enabling_is_kept(dump: &Dump) {
    for circuit in &dump["circuit"] {
        let enabled = WAS_ENABLED.contains(&circuit["status"].text());
        assert_eq!(circuit["enabled_at"] != Held::Null, enabled);
        assert!(circuit["since"].int() >= circuit["created_at"].int());
    }
}

fn labels_are_on_something(dump: &Dump) {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for tag in &dump["tag"] {
        assert_eq!(tag["kind"].text(), KIND);
        let owner = dump["circuit"].iter().find(|circuit| circuit["id"] == tag["resource"]);
        assert_eq!(owner.expect("a label is on a circuit")["account"], tag["account"]);
        *counts.entry(tag["resource"].text()).or_default() += 1;
    }
    assert!(counts.values().all(|count| *count <= TAGS_MAX));
}

fn tokens_keep_answers(dump: &Dump) {
    for row in &dump["ledger"] {
        let whole = ["replay_key", "fingerprint", "reply"].map(|column| row[column] != Held::Null);
        assert!(whole == [true; 3] || whole == [false; 3], "{row:?}");
    }
}

fn waiting_orders_belong(dump: &Dump) {
    for circuit in dump["circuit"].iter().filter(|circuit| !circuit["unpaid_order"].text().is_empty()) {
        let waits = |order: &&Line| order["id"] == circuit["unpaid_order"];
        let order = dump["circuit_order"].iter().find(waits).expect("the order is there");
        assert_eq!(
            (order["status"].text(), &order["circuit_id"], &order["account"]),
            ("Unpaid", &circuit["id"], &circuit["account"])
        );
        let place = (circuit["status"].text(), order["kind"].text());
        assert!([("Initial", "SETUP"), ("Confirmed", "NEW")].contains(&place), "{place:?}");
    }
    let mut last: BTreeMap<&str, i64> = BTreeMap::new();
    for order in &dump["circuit_order"] {
        let (unpaid, id) = (order["status"].text() == "Unpaid", order["id"].text());
        assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
        // The dump is in the order of account and id.
        let before = last.insert(order["account"].text(), order["created_at"].int());
        assert!(before.is_none_or(|before| before <= order["created_at"].int()), "ids ascend with time");
        let of_circuit = |circuit: &Line| circuit["unpaid_order"] == order["id"];
        assert_eq!(dump["circuit"].iter().any(of_circuit), unpaid, "order {id}");
        assert_eq!(order["waiting_since"], if unpaid { order["created_at"].clone() } else { Held::Null });
        let mine: Vec<_> = dump["due"].iter().filter(|due| due["resource"] == order["id"]).collect();
        let expires =
            |due: &&&Line| due["trigger"].text() == EXPIRE_ORDER && due["at"] == order["expires_at"];
        assert_eq!(mine.iter().filter(expires).count(), usize::from(unpaid), "order {id} expires");
        assert!(unpaid || mine.is_empty(), "a settled order waits for nothing");
        for (column, status) in [("voided_at", "Voided"), ("refunded_at", "Refunded")] {
            assert_eq!(order[column] != Held::Null, order["status"].text() == status, "{column} of {id}");
            let reason = order["status"].text() == status && order["reason"].text().is_empty();
            assert!(!reason, "no order is voided or given back without a reason");
        }
        let paid = ["Paid", "Refunded"].contains(&order["status"].text());
        assert_eq!(order["paid_at"] != Held::Null, paid);
        let term = paid && order["kind"].text() != "SETUP";
        assert_eq!((order["starts_at"] != Held::Null, order["ends_at"] != Held::Null), (term, term));
    }
}

fn payments_are_posted(dump: &Dump) {
    let mut posted: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for row in dump["posting"].iter().filter(|row| !row["order_id"].text().is_empty()) {
        let sums = posted.entry(row["order_id"].text()).or_default();
        sums.0 += row["minor"].int();
        sums.1 += if row["book"].text() == "wallet" { row["minor"].int() } else { 0 };
    }
    for order in &dump["circuit_order"] {
        let paid = if order["status"].text() == "Paid" { -order["amount_minor"].int() } else { 0 };
        let (all, wallet) = posted.remove(order["id"].text()).unwrap_or_default();
        assert_eq!((all, wallet), (0, paid), "{order:?}");
    }
    assert!(posted.is_empty(), "every payment is an order's");
}

fn subscriptions_are_bought(dump: &Dump) {
    for circuit in &dump["circuit"] {
        let first = |order: &&Line| {
            order["circuit_id"] == circuit["id"]
                && order["kind"].text() == "NEW"
                && order["status"].text() == "Paid"
        };
        let bought = dump["circuit_order"].iter().filter(first).count();
        let prepaid = circuit["charge_type"].text() == "Prepaid";
        assert_eq!((bought, circuit["end_at"] != Held::Null), (usize::from(prepaid), prepaid), "{circuit:?}");
        assert!(!prepaid || WAS_ENABLED.contains(&circuit["status"].text()));
    }
}

fn terms_follow(dump: &Dump) {
    for circuit in &dump["circuit"] {
        let mine = |due: &&Line| due["resource"] == circuit["id"];
        let at = |trigger: &str| {
            let mut dues = dump["due"].iter().filter(mine).filter(|due| due["trigger"].text() == trigger);
            dues.next().map(|due| due["at"].int())
        };
        let set = [BEGIN_RENEWAL, END_SUBSCRIPTION, RENEW_AUTOMATICALLY].map(at);
        let (Held::Int(end), "Enabled") = (&circuit["end_at"], circuit["status"].text()) else {
            assert_eq!(set, [None; 3], "only an enabled circuit has a term that runs");
            assert_eq!(circuit["renewed_until"], Held::Null);
            continue;
        };
        let mut reached = Some(*end);
        for order in dump["circuit_order"].iter().filter(|order| order["circuit_id"] == circuit["id"]) {
            let runs = order["kind"].text() == "RENEW" && order["status"].text() == "Paid";
            if runs && order["starts_at"].int() >= *end {
                assert_eq!(
                    Some(order["starts_at"].int()),
                    reached,
                    "a renewal begins where the last one ends"
                );
                reached = Some(order["ends_at"].int());
            }
        }
        let renewed = reached.filter(|until| until != end);
        assert_eq!(circuit["renewed_until"], renewed.map_or(Held::Null, Held::Int));
        let Held::Bytes(answer) = &circuit["answer"] else { panic!("an answer is bytes") };
        let answer: Value = serde_json::from_slice(answer).unwrap();
        assert_eq!(answer["HasReservationData"], if renewed.is_some() { "true" } else { "false" });
        assert!(answer.get("ReservationActiveTime").is_none(), "only who asks is told of it");
        match set {
            [Some(at), None, None] => assert!(at == *end && renewed.is_some()),
            [None, Some(at), by_itself] => {
                assert!(at == *end && renewed.is_none());
                let renews = circuit["auto_renew_months"].int() > 0;
                assert!(by_itself.is_none_or(|at| at <= *end && renews));
            }
            [None, None, None] => assert!(renewed.is_none(), "it has ended"),
            other => panic!("{other:?} do not go together"),
        }
    }
}
