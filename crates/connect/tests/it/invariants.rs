//! What must hold of the rows at every moment, whatever was done: named checks over a dump, for the walk, the
//! simulation and the comparison of engines.

use crate::house::{Dump, Held, Line};
use connect::autopilot::{Step, Verdict};
use connect::circuit::KIND;
use connect::circuit::states::{CIRCUIT, Status};
use connect::letter::states::{LETTER, LetterStatus, is_under_way};
use connect::limits::{COUNT_BLOCK, TAGS_MAX};
use connect::machine::{Actor, To};
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
    ("a circuit shows its letter", circuits_show_letters),
    ("a letter under way is an allocated circuit's", letters_belong),
    ("a letter has its document", letters_have_documents),
    ("the ledger leads to the letter's status", ledger_leads_to_letters),
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
        let circuit = circuits.get(due["resource"].text()).expect("a deadline is a circuit's");
        assert_eq!(circuit["account"], due["account"]);
        if let Some(letter) = dump["letter"].iter().find(|letter| letter["circuit"] == circuit["id"])
            && let Some(step) = Step::of_letter(letter_status(letter))
        {
            let triggers = [Verdict::Do, Verdict::Refuse].map(|verdict| step.trigger(verdict));
            assert!(triggers.contains(&Some(due["trigger"].text())), "{due:?}");
            assert!(due["actor"].text() == "autopilot" && due["at"].int() >= letter["since"].int());
            continue;
        }
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
        for row in CIRCUIT.moves_from(status(circuit), Some(Actor::Timer)) {
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
        let letter = is_under_way(circuit["loa_status"].text());
        let waits = CIRCUIT.waits_for_operator(status(circuit)) && !letter;
        let since = if waits { circuit["since"].clone() } else { Held::Null };
        assert_eq!(circuit["waiting_since"], since);
    }
    for letter in &dump["letter"] {
        let waits = Step::of_letter(letter_status(letter)).is_some();
        let since = if waits { letter["since"].clone() } else { Held::Null };
        assert_eq!(letter["waiting_since"], since);
    }
}

fn letter_status(letter: &Line) -> LetterStatus {
    LETTER.state(letter["status"].text()).expect("a status of the table")
}

fn circuits_show_letters(dump: &Dump) {
    let letters: BTreeMap<_, _> =
        dump["letter"].iter().map(|letter| (letter["circuit"].text(), letter)).collect();
    assert_eq!(letters.len(), dump["letter"].len(), "one letter a circuit");
    let mut shown = 0;
    for circuit in &dump["circuit"] {
        let letter = letters.get(circuit["id"].text());
        shown += usize::from(letter.is_some());
        assert_eq!(circuit["loa_status"].text(), letter.map_or("", |letter| letter["status"].text()));
        assert!(letter.is_none_or(|letter| letter["account"] == circuit["account"]));
    }
    assert_eq!(shown, letters.len(), "no letter without its circuit");
}

fn letters_belong(dump: &Dump) {
    for circuit in &dump["circuit"] {
        if is_under_way(circuit["loa_status"].text()) {
            assert_eq!(circuit["status"].text(), "Allocated", "{:?}", circuit["id"]);
        }
        if circuit["loa_status"].text() == "Complete" {
            assert!(["Confirmed", "Enabled"].contains(&circuit["status"].text()), "{:?}", circuit["id"]);
        }
    }
}

fn letters_have_documents(dump: &Dump) {
    let has_one = [LetterStatus::Available, LetterStatus::Completing];
    for letter in &dump["letter"] {
        let of = |document: &&Line| {
            document["circuit"] == letter["circuit"] && document["state"].text() == "current"
        };
        let current = dump["letter_document"].iter().filter(of).count();
        assert_eq!(current, usize::from(has_one.contains(&letter_status(letter))), "{:?}", letter["circuit"]);
    }
    for document in &dump["letter_document"] {
        let open = document["state"].text() == "current";
        let letter = dump["letter"].iter().any(|letter| letter["circuit"] == document["circuit"]);
        assert!(letter || !open, "a document without its letter is closed");
        assert!(document["valid_from"].int() < document["valid_until"].int());
    }
}

/// A letter's own moves name it in the ledger; those that a circuit takes it along are the circuit's.
fn ledger_leads_to_letters(dump: &Dump) {
    let mut now: BTreeMap<&str, &str> = BTreeMap::new();
    for row in &dump["ledger"] {
        let (resource, to) = (row["resource"].text(), row["status_to"].text());
        if let Some(circuit) = resource.strip_prefix("loa:") {
            let before = now.insert(circuit, to);
            assert_eq!(before.unwrap_or_default(), row["status_from"].text(), "{row:?}");
        } else if let Some(status) = now.get(resource).copied().and_then(|status| LETTER.state(status))
            && let Some(to) = LETTER.find(status, row["action"].text())
        {
            let To::State(to) = to.to else { panic!("a circuit moves its letter on") };
            now.insert(resource, to.as_str());
        }
        if row["action"].text() == "DeletePhysicalConnection" {
            now.remove(resource);
        }
    }
    let rows: BTreeMap<_, _> =
        dump["letter"].iter().map(|letter| (letter["circuit"].text(), letter["status"].text())).collect();
    assert_eq!(now, rows);
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
