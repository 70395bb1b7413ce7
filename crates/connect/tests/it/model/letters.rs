//! Letters of authorization in the model: the table of a letter's moves, what an application and a report say, and what
//! becomes of the documents.

use super::circuits::Line;
use super::{
    Args, Code, Model, Moves, To, UNKNOWN, Verdicts, assert_says, find, get, refuse_unless, text, time,
};
use crate::house::{PUBLIC_URL, Who};
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Debug)]
pub(crate) struct Letter {
    pub(super) status: &'static str,
    pub(super) since: i64,
    pub(super) reason: String,
    /// The texts that are shown, by their member.
    texts: BTreeMap<&'static str, String>,
    engineers: Vec<Value>,
    /// What is not shown, and stands on the paper.
    pub(super) bandwidth: Option<i64>,
    pub(super) peer: String,
}

/// A document that was issued.
#[derive(Debug)]
pub(super) struct Paper {
    pub(super) circuit: String,
    pub(super) state: &'static str,
    pub(super) from: i64,
    /// Its number, once it was shown.
    pub(super) number: Option<String>,
}

/// How long a document holds.
pub(super) const VALIDITY_MS: i64 = 90 * 24 * 60 * 60 * 1000;
/// How long a link to one is good, seconds.
const LINK_S: i64 = 3600;

const OPEN: &[&str] = &["Applying", "Accept", "Available", "Completing", "Complete"];
const UNDER_WAY: &[&str] = &["Applying", "Accept", "Available", "Completing"];
/// Waiting for an operator.
pub(super) const WAITING: &[&str] = &["Applying", "Accept", "Completing"];

/// The life cycle of a letter, with the moves on which its circuit takes it along.
const MOVES: Moves = &[
    ("ApplyPhysicalConnectionLOA", &["Rejected", "Deleted"], To::State("Applying")),
    ("SecondApplyPhysicalConnectionLOA", &["Rejected"], To::State("Applying")),
    ("ApprovePhysicalConnectionLOA", &["Applying"], To::State("Accept")),
    ("RejectPhysicalConnectionLOA", &["Applying", "Accept"], To::State("Rejected")),
    ("IssuePhysicalConnectionLOA", &["Accept"], To::State("Available")),
    ("IssuePhysicalConnectionLOA", &["Available"], To::Stays),
    ("RevokePhysicalConnectionLOA", &["Available", "Completing"], To::State("Deleted")),
    ("CompletePhysicalConnectionLOA", &["Available"], To::State("Completing")),
    ("CompletePhysicalConnectionLOA", &["Complete"], To::Stays),
    ("ConfirmPhysicalConnection", &["Completing"], To::State("Complete")),
    ("AcceptPhysicalConnectionConstruction", &["Completing"], To::State("Complete")),
    ("RefusePhysicalConnectionConstruction", &["Completing"], To::State("Available")),
    ("CancelPhysicalConnection", OPEN, To::State("Deleted")),
    ("DeletePhysicalConnection", OPEN, To::State("Deleted")),
    ("TerminatePhysicalConnection", OPEN, To::State("Deleted")),
];

const WRONG_STATE: Code = ("IncorrectStatus.PhysicalConnectionLOA", 400);
const UNKNOWN_INSTANCE: Code = ("InvalidInstanceId.NotFound", 400);

fn refusal(trigger: &str) -> Code {
    match trigger {
        "CompletePhysicalConnectionLOA" => ("OperationDenied.LOAStatusNotAllowComplete", 400),
        "ConfirmPhysicalConnection" => ("OperationUnsupported.SkipConstruction", 400),
        "AcceptPhysicalConnectionConstruction" | "RefusePhysicalConnectionConstruction" => {
            ("IncorrectStatus.PhysicalConnection", 400)
        }
        _ => WRONG_STATE,
    }
}

/// The step that the provider has to take of a letter in this status.
fn step_of(status: &str) -> Option<&'static str> {
    match status {
        "Applying" => Some("letter-review"),
        "Accept" => Some("letter-issue"),
        "Completing" => Some("construction"),
        _ => None,
    }
}

/// What a call applies with.
fn applied(args: &Args, now: i64) -> Letter {
    let shown = [
        ("CompanyName", "CompanyName"),
        ("CompanyLocalizedName", "Si"),
        ("SI", "Si"),
        ("ConstructionTime", "ConstructionTime"),
        ("LineType", "LineType"),
        ("LineCode", ""),
        ("LineLabel", ""),
        ("LineServiceProvider", ""),
        ("LineSPContactInfo", ""),
    ];
    let members = ["PMName", "PMGender", "PMCertificateType", "PMCertificateNo", "PMContactInfo"];
    let engineer = |at: usize| {
        let member =
            |name: &'static str| get(args, &format!("PMInfo.{at}.{name}")).map(|value| (name, value));
        let members: Option<BTreeMap<_, _>> = members.into_iter().map(member).collect();
        members.map(|members| json!(members))
    };
    Letter {
        status: "Applying",
        since: now,
        reason: String::new(),
        texts: shown.into_iter().map(|(member, name)| (member, text(args, name))).collect(),
        engineers: (1..=16).map_while(engineer).collect(),
        bandwidth: get(args, "Bandwidth").map(|mbps| mbps.parse().unwrap()),
        peer: text(args, "PeerLocation"),
    }
}

impl Line {
    /// Whether its letter, and not it, is what has to move on.
    pub(super) fn has_letter_under_way(&self) -> bool {
        self.letter.as_ref().is_some_and(|letter| UNDER_WAY.contains(&letter.status))
    }

    /// What a person can do with a circuit's letter now: for the generator.
    pub(super) fn moves_of_letter(&self) -> Vec<&'static str> {
        match &self.letter {
            // The circuit's own moves are among its own.
            Some(letter) => {
                let own = MOVES
                    .iter()
                    .filter(|(trigger, from, _)| from.contains(&letter.status) && trigger.ends_with("LOA"));
                own.map(|(trigger, _, _)| *trigger).collect()
            }
            None if self.status == "Allocated" => vec!["ApplyPhysicalConnectionLOA"],
            None => Vec::new(),
        }
    }
}

impl Model {
    pub(super) fn apply(&mut self, who: Who, action: &str, args: &Args) -> Verdicts {
        let at = self.own(who, args, UNKNOWN_INSTANCE)?;
        let line = &self.lines[at];
        refuse_unless(line.status == "Allocated", ("IncorrectStatus.PhysicalConnection", 400))?;
        let may = match &line.letter {
            Some(letter) => find(MOVES, letter.status, action).is_some(),
            None => action == "ApplyPhysicalConnectionLOA",
        };
        refuse_unless(may, WRONG_STATE)?;
        let (account, id) = (line.account.clone(), line.id.clone());
        self.lines[at].letter = Some(applied(args, self.now));
        self.plan(&account, &id, "letter-review");
        Ok(())
    }

    pub(super) fn complete(&mut self, who: Who, args: &Args) -> Verdicts {
        let action = "CompletePhysicalConnectionLOA";
        let at = self.own(who, args, UNKNOWN_INSTANCE)?;
        let letter = self.lines[at].letter.as_mut().filter(|letter| letter.status != "Deleted");
        let letter = letter.ok_or(WRONG_STATE)?;
        refuse_unless(find(MOVES, letter.status, action).is_some(), refusal(action))?;
        for name in ["LineCode", "LineLabel", "LineServiceProvider", "LineSPContactInfo"] {
            if let Some(value) = get(args, name) {
                letter.texts.insert(name, value.to_owned());
            }
        }
        let unfinished = get(args, "FinishWork").is_some() && !super::is_true(args, "FinishWork");
        if letter.status == "Available" && unfinished {
            return Ok(());
        }
        self.move_letter(at, action, "")
    }

    /// What the operator decides on a letter.
    pub(super) fn decide(&mut self, who: Who, action: &str, args: &Args, reply: &Value) -> Verdicts {
        let at = self.own(who, args, UNKNOWN)?;
        if action == "IssuePhysicalConnectionLOA" {
            return self.issue(at, reply);
        }
        self.move_letter(at, action, get(args, "Reason").unwrap_or_default())
    }

    /// Makes the document of a letter, in the place of the one it has.
    pub(super) fn issue(&mut self, at: usize, reply: &Value) -> Verdicts {
        let action = "IssuePhysicalConnectionLOA";
        let may = self.lines[at].letter.as_ref().and_then(|letter| find(MOVES, letter.status, action));
        refuse_unless(may.is_some(), WRONG_STATE)?;
        self.end_paper(at, "superseded");
        let from = self.now;
        let number = reply["LetterNumber"].as_str().map(str::to_owned);
        self.papers.push(Paper { circuit: self.lines[at].id.clone(), state: "current", from, number });
        let until = time::wire(from + VALIDITY_MS);
        assert_says(reply, &json!({"ValidFrom": time::wire(from), "ValidUntil": until}));
        self.move_letter(at, action, "")
    }

    fn end_paper(&mut self, at: usize, state: &'static str) {
        let id = &self.lines[at].id;
        let current = |paper: &&mut Paper| paper.circuit == *id && paper.state == "current";
        self.papers.iter_mut().filter(current).for_each(|paper| paper.state = state);
    }

    /// Makes a letter's move, with what it means for the document and for the autopilot.
    pub(super) fn move_letter(&mut self, at: usize, trigger: &str, reason: &str) -> Verdicts {
        let (account, id) = (self.lines[at].account.clone(), self.lines[at].id.clone());
        let letter = self.lines[at].letter.as_mut().ok_or(WRONG_STATE)?;
        let to = find(MOVES, letter.status, trigger).ok_or_else(|| refusal(trigger))?;
        reason.clone_into(&mut letter.reason);
        let To::State(to) = to else { return Ok(()) };
        let left = step_of(letter.status);
        (letter.status, letter.since) = (to, self.now);
        for verdict in ["do", "refuse"] {
            if let Some(trigger) = left.and_then(|step| super::trigger_of(step, verdict)) {
                self.drop_due(&id, trigger);
            }
        }
        match to {
            "Complete" => self.end_paper(at, "used"),
            "Deleted" => self.end_paper(at, "revoked"),
            _ => {}
        }
        if let Some(step) = step_of(to) {
            self.plan(&account, &id, step);
        }
        Ok(())
    }

    /// The circuit makes a move: an open letter goes along, or is in the way.
    pub(super) fn follow(&mut self, at: usize, trigger: &str, reason: &str) -> Verdicts {
        let concerns = MOVES.iter().any(|(name, _, _)| *name == trigger);
        let open = self.lines[at].letter.as_ref().is_some_and(|letter| OPEN.contains(&letter.status));
        if concerns && open { self.move_letter(at, trigger, reason) } else { Ok(()) }
    }

    pub(super) fn letter_shown(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let (id, region) = (get(args, "InstanceId"), get(args, "RegionId"));
        let seen = |line: &&Line| {
            Some(line.id.as_str()) == id
                && Some(line.region.as_str()) == region
                && (who == Who::Operator || line.account == who.account())
        };
        let line = self.lines.iter().find(seen).ok_or(UNKNOWN_INSTANCE)?;
        let letter = line.letter.as_ref().ok_or(WRONG_STATE)?;
        let shown = &reply["PhysicalConnectionLOAType"];
        assert_says(shown, &json!(letter.texts));
        let engineers = json!({"PMInfo": letter.engineers});
        assert_says(
            shown,
            &json!({"InstanceId": line.id, "Status": letter.status, "Description": letter.reason,
                    "PMInfo": engineers}),
        );
        let holds = |paper: &&mut Paper| {
            paper.circuit == line.id && paper.state == "current" && self.now < paper.from + VALIDITY_MS
        };
        let (holding, now) = (self.papers.iter_mut().find(holds), self.now);
        if let Some(url) = shown["LoaUrl"].as_str() {
            check_link(url, holding, now);
        }
        Ok(())
    }
}

/// A link is shown while there is a document that holds, names it, and says until when it is good itself. A number
/// that was never seen is the document's from now on.
fn check_link(url: &str, paper: Option<&mut Paper>, now: i64) {
    let Some(paper) = paper else {
        assert_eq!(url, "", "nothing to fetch");
        return;
    };
    let rest = url.strip_prefix(&format!("{PUBLIC_URL}/letters/")).expect("a link begins with the address");
    let (number, query) = rest.split_once(".pdf?").expect("a link names a file");
    assert_eq!(number, paper.number.get_or_insert_with(|| number.to_owned()), "the letter's number");
    let good = format!("expires={}&token=", now / 1000 + LINK_S);
    assert!(query.starts_with(&good), "{query} is good until {good}");
}
