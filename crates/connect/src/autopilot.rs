//! The autopilot sits in the operator's chair: by a rule per step it takes the provider's steps, through the same
//! actions as a person. It only plans; `timer` carries out what it plans.

use crate::action::Result;
use crate::circuit::states::Status;
use crate::cx::Cx;
use crate::letter::states::LetterStatus;
use crate::time::Millis;
use crate::timer;
use rpc::Choice;
use store::{Arg, ReadExt};

/// A step of the provider's work that a rule can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Step {
    /// An application in Initial: approve it, or reject it.
    #[choice("review")]
    Review,
    /// A circuit in Allocating: reserve a port, or find none.
    #[choice("reservation")]
    Reservation,
    /// A letter in Applying: approve it, or reject it.
    #[choice("letter-review")]
    LetterReview,
    /// A letter in Accept: issue it, or reject it.
    #[choice("letter-issue")]
    LetterIssue,
    /// A letter in Completing: accept the construction, or refuse it.
    #[choice("construction")]
    Construction,
    /// An order in Unpaid: pay it from the tenant's balance, or void it.
    #[choice("settling")]
    Settling,
}

/// What a rule does with its step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Verdict {
    /// Take the step.
    #[choice("do")]
    Do,
    /// Refuse it.
    #[choice("refuse")]
    Refuse,
    /// Leave it to a person.
    #[choice("leave")]
    Leave,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The step.
    pub step: Step,
    /// What to do with it.
    pub outcome: Verdict,
    /// How long after the step became due, milliseconds.
    pub delay_ms: Millis,
    /// The reason given with a refusal.
    pub reason: String,
}

/// The account of rules that hold for all.
pub const EVERYBODY: &str = "*";

/// The reason of a refusal for which the rule gives none.
pub const DEFAULT_REASON: &str = "refused by the autopilot";

impl Step {
    /// The step that a circuit in this state waits for.
    pub fn of(status: Status) -> Option<Step> {
        match status {
            Status::Initial => Some(Step::Review),
            Status::Allocating => Some(Step::Reservation),
            _ => None,
        }
    }

    /// The step that a letter in this state waits for.
    pub fn of_letter(status: LetterStatus) -> Option<Step> {
        match status {
            LetterStatus::Applying => Some(Step::LetterReview),
            LetterStatus::Accept => Some(Step::LetterIssue),
            LetterStatus::Completing => Some(Step::Construction),
            _ => None,
        }
    }

    /// The operator's action that takes, or refuses, this step.
    pub fn trigger(self, outcome: Verdict) -> Option<&'static str> {
        match (self, outcome) {
            (Step::Review, Verdict::Do) => Some("ApprovePhysicalConnection"),
            (Step::Review, Verdict::Refuse) => Some("RejectPhysicalConnection"),
            (Step::Reservation, Verdict::Do) => Some("AllocatePhysicalConnection"),
            (Step::Reservation, Verdict::Refuse) => Some("FailPhysicalConnectionAllocation"),
            (Step::LetterReview, Verdict::Do) => Some("ApprovePhysicalConnectionLOA"),
            (Step::LetterIssue, Verdict::Do) => Some("IssuePhysicalConnectionLOA"),
            (Step::LetterReview | Step::LetterIssue, Verdict::Refuse) => Some("RejectPhysicalConnectionLOA"),
            (Step::Construction, Verdict::Do) => Some("AcceptPhysicalConnectionConstruction"),
            (Step::Construction, Verdict::Refuse) => Some("RefusePhysicalConnectionConstruction"),
            (Step::Settling, Verdict::Do) => Some("PayOrder"),
            (Step::Settling, Verdict::Refuse) => Some("VoidOrder"),
            (_, Verdict::Leave) => None,
        }
    }
}

/// What the autopilot does when the action it was told to take is refused: without a free port, a reservation fails; a
/// letter that cannot be made is rejected.
pub(crate) fn instead(trigger: &str) -> Option<&'static str> {
    let step = [Step::Reservation, Step::LetterIssue].into_iter();
    step.filter(|step| step.trigger(Verdict::Do) == Some(trigger))
        .find_map(|step| step.trigger(Verdict::Refuse))
}

/// A sandbox without a rules file: everything succeeds, at once.
pub fn defaults() -> Vec<Rule> {
    Step::ALL
        .iter()
        .map(|&step| Rule { step, outcome: Verdict::Do, delay_ms: 0, reason: String::new() })
        .collect()
}

/// Something waits for `step`, if for any: sets the deadline of the rule that takes it, if there is one. The deadlines
/// of a letter stand under its circuit, which is what the triggers name; no circuit moves on while its letter is under
/// way without ending the letter, so that nothing is lost when a circuit's deadlines are dropped.
pub(crate) fn plan(cx: &mut Cx<'_>, resource: &str, step: Option<Step>) -> Result<()> {
    let Some(step) = step else { return Ok(()) };
    // An account's own rule stands before everybody's: digits sort after the asterisk.
    let rule = cx.tx.one(
        "select outcome, delay_ms, reason from autopilot where account in ($1, $2) and step = $3
         order by account desc limit 1",
        &[Arg::from(&cx.account), Arg::from(EVERYBODY), Arg::from(step.as_str())],
        |row| Ok((row.text(0)?.to_owned(), row.int(1)?, row.text(2)?.to_owned())),
    )?;
    let Some((outcome, delay_ms, reason)) = rule else { return Ok(()) };
    let trigger = Verdict::from_wire(&outcome).and_then(|outcome| step.trigger(outcome));
    let Some(trigger) = trigger else { return Ok(()) };
    let reason = if reason.is_empty() { DEFAULT_REASON.to_owned() } else { reason };
    let at = cx.now + delay_ms;
    cx.set_due(resource, trigger, timer::AUTOPILOT, &reason, at)
}

/// A letter no longer waits for `step`: drops the deadline that takes it, and leaves those of the circuit.
pub(crate) fn unplan(cx: &mut Cx<'_>, circuit: &str, step: Option<Step>) -> Result<()> {
    let Some(step) = step else { return Ok(()) };
    for trigger in [Verdict::Do, Verdict::Refuse].into_iter().filter_map(|outcome| step.trigger(outcome)) {
        cx.tx.exec(
            "delete from due where account = $1 and resource = $2 and trigger = $3",
            &[Arg::from(&cx.account), Arg::from(circuit), Arg::from(trigger)],
        )?;
    }
    Ok(())
}
