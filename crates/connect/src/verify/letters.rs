//! What must hold of letters of authorization and of their documents.

use super::{Findings, each_wrong, quoted};
use crate::autopilot::{Step, Verdict};
use crate::letter::states::{LETTER, LetterStatus, UNDER_WAY, WAITING};
use crate::machine::To;
use crate::timer::AUTOPILOT;
use store::{Fault, Read};

fn words(statuses: &[LetterStatus]) -> String {
    quoted(statuses.iter().map(LetterStatus::as_str))
}

/// The statuses of a letter that is under way, as words of a statement.
pub(super) fn under_way() -> String {
    words(UNDER_WAY)
}

/// What the autopilot does on letters; the deadlines stand under the letter's circuit.
pub(super) fn triggers() -> Vec<&'static str> {
    let steps = [Step::LetterReview, Step::LetterIssue, Step::Construction];
    steps.into_iter().flat_map(triggers_of).collect()
}

fn triggers_of(step: Step) -> Vec<&'static str> {
    [Verdict::Do, Verdict::Refuse].into_iter().filter_map(|verdict| step.trigger(verdict)).collect()
}

pub(super) fn circuits_show_letters(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select circuit.id, circuit.loa_status, coalesce(letter.status, '') from circuit
         left join letter on letter.circuit = circuit.id and letter.account = circuit.account
         where circuit.loa_status <> coalesce(letter.status, '') order by circuit.id",
        &[],
        |row| Ok(format!("{} shows {:?} and its letter is {:?}", row.text(0)?, row.text(1)?, row.text(2)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select letter.circuit from letter
         left join circuit on circuit.id = letter.circuit and circuit.account = letter.account
         where circuit.id is null order by letter.circuit",
        &[],
        |row| Ok(format!("there is a letter of {}, and no such circuit of its account", row.text(0)?)),
    )
}

pub(super) fn letters_belong(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        &format!(
            "select id, status, loa_status from circuit
             where (loa_status in ({}) and status <> 'Allocated')
             or (loa_status = 'Complete' and status not in ('Confirmed', 'Enabled')) order by id",
            under_way()
        ),
        &[],
        |row| Ok(format!("{} is {} with a letter in {}", row.text(0)?, row.text(1)?, row.text(2)?)),
    )
}

pub(super) fn letters_wait(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let waiting = words(WAITING);
    each_wrong(
        read,
        findings,
        &format!(
            "select circuit, status from letter
             where (status in ({waiting}) and (waiting_since is null or waiting_since <> since))
             or (status not in ({waiting}) and waiting_since is not null) order by circuit"
        ),
        &[],
        |row| Ok(format!("the letter of {} is {} and waits wrongly", row.text(0)?, row.text(1)?)),
    )?;
    let sql = format!(
        "select due.resource, due.trigger, due.actor, due.at, letter.status, letter.since from due
         left join letter on letter.circuit = due.resource and letter.account = due.account
         where due.trigger in ({}) order by due.account, due.resource, due.trigger",
        quoted(triggers())
    );
    read.each(&sql, &[], &mut |row| {
        let (resource, trigger, actor, at) = (row.text(0)?, row.text(1)?, row.text(2)?, row.int(3)?);
        let status = row.maybe_text(4)?.and_then(|status| LETTER.state(status));
        let step = status.and_then(Step::of_letter);
        let is_due = step.is_some_and(|step| triggers_of(step).contains(&trigger))
            && row.maybe_int(5)?.is_some_and(|since| at >= since)
            && actor == AUTOPILOT;
        if !is_due {
            findings
                .say(format!("{trigger} by {actor} is due on {resource}, whose letter does not wait for it"));
        }
        Ok(())
    })
}

pub(super) fn letters_have_documents(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let having = words(&[LetterStatus::Available, LetterStatus::Completing]);
    let current = "select 1 from letter_document where letter_document.account = letter.account
                   and letter_document.circuit = letter.circuit and letter_document.state = 'current'";
    each_wrong(
        read,
        findings,
        &format!(
            "select circuit, status from letter where (status in ({having}) and not exists ({current}))
             or (status not in ({having}) and exists ({current})) order by circuit"
        ),
        &[],
        |row| Ok(format!("the letter of {} is {} and its document is not", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select letter_document.number from letter_document
         left join letter on letter.account = letter_document.account and letter.circuit = letter_document.circuit
         where (letter_document.state = 'current' and letter.circuit is null)
         or letter_document.valid_from >= letter_document.valid_until order by letter_document.number",
        &[],
        |row| Ok(format!("{} is a document without a letter, or never holds", row.text(0)?)),
    )
}

/// Actions that make a circuit's move under another name: the ledger's row has theirs.
const MOVES_OF_OTHERS: &[(&str, &str)] = &[("RefundInstance", "TerminatePhysicalConnection")];

/// The move that a ledger's row of this action tells of.
fn move_of(action: &str) -> &str {
    MOVES_OF_OTHERS.iter().find(|(other, _)| *other == action).map_or(action, |(_, trigger)| trigger)
}

/// A letter's own moves name it in the ledger; those on which its circuit takes it along are the circuit's.
pub(super) fn ledger_leads_to_letters(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let others = MOVES_OF_OTHERS.iter().map(|(action, _)| *action);
    let moves = quoted(LETTER.moves.iter().map(|row| row.trigger).chain(others));
    let sql = format!(
        "select steps.circuit, of_letter, action, status_from, status_to, coalesce(letter.status, '') from (
         select account, revision, action, status_from, status_to,
         case when substr(resource, 1, 4) = 'loa:' then 1 else 0 end as of_letter,
         case when substr(resource, 1, 4) = 'loa:' then substr(resource, 5) else resource end as circuit
         from ledger where action in ({moves})
         ) as steps left join letter on letter.account = steps.account and letter.circuit = steps.circuit
         order by steps.circuit, steps.account, revision"
    );
    let mut walk = Walk::default();
    read.each(&sql, &[], &mut |row| {
        let (circuit, trigger) = (row.text(0)?, move_of(row.text(2)?));
        if walk.circuit != circuit {
            walk.end(findings);
            walk = Walk { circuit: circuit.to_owned(), shown: row.text(5)?.to_owned(), now: String::new() };
        }
        if row.flag(1)? {
            if walk.now != row.text(3)? {
                findings.say(format!(
                    "the letter of {circuit} went on from {:?} and was {:?}",
                    row.text(3)?,
                    walk.now
                ));
            }
            row.text(4)?.clone_into(&mut walk.now);
        } else if row.text(4)?.is_empty() {
            walk.now.clear(); // The circuit is gone, and its letter with it.
        } else if let Some(To::State(to)) =
            LETTER.state(&walk.now).and_then(|now| LETTER.find(now, trigger)).map(|row| row.to)
        {
            to.as_str().clone_into(&mut walk.now);
        }
        Ok(())
    })?;
    walk.end(findings);
    Ok(())
}

/// One letter's way through the ledger.
#[derive(Default)]
struct Walk {
    circuit: String,
    /// The status in its row.
    shown: String,
    /// The status that the ledger has led to.
    now: String,
}

impl Walk {
    fn end(&self, findings: &mut Findings) {
        if self.now != self.shown {
            let Walk { circuit, shown, now } = self;
            findings
                .say(format!("the letter of {circuit} is {now:?} in the ledger and {shown:?} in its row"));
        }
    }
}
