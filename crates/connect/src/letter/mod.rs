//! Letters of authorization (LOA): what lets a tenant's crew into the building to connect a circuit. This file has the
//! row and the one writer of its status; `states` has the life cycle, `document` what is issued, `paper` what that
//! looks like, and the others one group of actions each. A letter never moves its circuit; the circuit's own moves take
//! the letter along ([`follow`]).

pub mod apply;
pub mod complete;
pub mod describe;
pub mod desk;
pub mod document;
pub mod engineer;
pub mod link;
pub mod paper;
pub mod parameters;
pub mod provide;
pub mod states;

pub use document::{Found, Standing, file, lookup};

use crate::action::{Result, Stop};
use crate::autopilot::{self, Step};
use crate::circuit::{Circuit, NEXT_HEADER, STATE_HEADER};
use crate::codes;
use crate::cx::Cx;
use crate::machine::To;
use crate::time::Millis;
use document::State;
use engineer::Engineer;
use rpc::code::{Code, Error};
use states::{LETTER, LetterStatus, OPEN, WAITING};
use store::{Arg, Fault, Read, ReadExt, Row};

/// The word for letters in the work queue.
pub const KIND: &str = "PHYSICALCONNECTIONLOA";

/// What the tenant applied with, but for the engineers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The company that needs the circuit.
    pub company: String,
    /// The company that does the work.
    pub construction_company: String,
    /// When the work begins.
    pub construction_at: Millis,
    /// Kind of line, wire text.
    pub line_type: String,
    /// Mbit/s, if it was said.
    pub bandwidth: Option<i64>,
    /// Where the tenant's end is, or empty.
    pub peer_location: String,
}

/// What the tenant reports of the finished line; each part may be empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// The carrier's number of the line.
    pub code: String,
    /// The label on the cable.
    pub label: String,
    /// The carrier, as sent.
    pub service_provider: String,
    /// Whom to call at the carrier.
    pub contact: String,
}

/// A letter as it is kept.
#[derive(Debug, Clone)]
pub struct Letter {
    account: String,
    circuit: String,
    status: LetterStatus,
    since: Millis,
    /// Why the provider last refused something or revoked it.
    pub reason: String,
    /// What the tenant applied with.
    pub application: Application,
    sealed_engineers: Vec<u8>,
    /// What the tenant reports of the line.
    pub line: Line,
}

const SELECT: &str = "select account, circuit, status, since, reason, company, construction_company, construction_at,
    line_type, bandwidth, peer_location, sealed_engineers, line_code, line_label, line_service_provider, line_contact
    from letter where account = $1 and circuit = $2";

const INSERT: &str =
    "insert into letter (status, since, waiting_since, reason, company, construction_company,
    construction_at, line_type, bandwidth, peer_location, sealed_engineers, line_code, line_label,
    line_service_provider, line_contact, account, circuit)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";

const UPDATE: &str =
    "update letter set status = $1, since = $2, waiting_since = $3, reason = $4, company = $5,
    construction_company = $6, construction_at = $7, line_type = $8, bandwidth = $9, peer_location = $10,
    sealed_engineers = $11, line_code = $12, line_label = $13, line_service_provider = $14, line_contact = $15
    where account = $16 and circuit = $17 and status = $18";

impl Letter {
    /// The letter of a circuit, if it has one.
    pub(crate) fn of(read: &mut dyn Read, account: &str, circuit: &str) -> Result<Option<Letter>> {
        Ok(read.one(SELECT, &[Arg::from(account), Arg::from(circuit)], Letter::read)?)
    }

    fn read(row: &dyn Row) -> std::result::Result<Letter, Fault> {
        let text = |index| row.text(index).map(str::to_owned);
        let status = row.text(2)?;
        let status = LETTER.state(status).ok_or_else(|| {
            Fault::broken(format!("the store holds the unknown status \"{status}\" of a letter"))
        })?;
        Ok(Letter {
            account: text(0)?,
            circuit: text(1)?,
            status,
            since: row.int(3)?,
            reason: text(4)?,
            application: Application {
                company: text(5)?,
                construction_company: text(6)?,
                construction_at: row.int(7)?,
                line_type: text(8)?,
                bandwidth: row.maybe_int(9)?,
                peer_location: text(10)?,
            },
            sealed_engineers: row.bytes(11)?.to_vec(),
            line: Line { code: text(12)?, label: text(13)?, service_provider: text(14)?, contact: text(15)? },
        })
    }

    /// The present status.
    pub fn status(&self) -> LetterStatus {
        self.status
    }

    /// Files the first letter of a circuit, in the table's initial state.
    pub(crate) fn file(
        cx: &mut Cx<'_>,
        circuit: &mut Circuit,
        application: Application,
        engineers: &[Engineer],
    ) -> Result<()> {
        let letter = Letter {
            account: circuit.account.clone(),
            circuit: circuit.id.clone(),
            status: LETTER.initial,
            since: cx.now,
            reason: String::new(),
            application,
            sealed_engineers: engineer::seal(cx, &circuit.id, engineers),
            line: Line::default(),
        };
        cx.tx.exec(INSERT, &letter.values())?;
        cx.record(&resource(&letter.circuit), "", letter.status.as_str());
        letter.show_on(circuit);
        circuit.update(cx, circuit.status())?;
        letter.plan(cx)
    }

    /// Puts a new application in the place of the old one. The status is the caller's to move.
    pub(crate) fn replace(&mut self, cx: &mut Cx<'_>, application: Application, engineers: &[Engineer]) {
        self.application = application;
        self.sealed_engineers = engineer::seal(cx, &self.circuit, engineers);
        self.line = Line::default();
    }

    /// The engineers, opened.
    pub(crate) fn engineers(&self, seal: &crate::seal::Seal) -> Result<Vec<Engineer>> {
        engineer::open(seal, &self.circuit, &self.sealed_engineers)
    }

    /// Asks the table whether `trigger` is legal now, and refuses with the table's code if it is not.
    pub(crate) fn check(&self, circuit: &Circuit, trigger: &str) -> Result<()> {
        if LETTER.find(self.status, trigger).is_some() {
            return Ok(());
        }
        let code = LETTER.refusal(trigger).unwrap_or(&codes::INCORRECT_STATUS_PHYSICAL_CONNECTION_LOA);
        Err(self.refuse(circuit, code))
    }

    /// A refusal for which the letter's present state is the reason, with the headers that explain it: the moves that
    /// are legal now, for the letter and where they are its circuit's for that, too.
    pub(crate) fn refuse(&self, circuit: &Circuit, code: &'static Code) -> Stop {
        let mut error = Error::new(code);
        // The fixed text of the other code speaks of the circuit's state, which is not what is in the way here.
        let speaks_of_circuit: &'static Code = &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION;
        if code.message == "%s" || std::ptr::eq(code, speaks_of_circuit) {
            let (circuit, status) = (&self.circuit, self.status.as_str());
            let sentence =
                format!("The letter of authorization of {circuit} is {status}, which does not allow this.");
            error = error.with_message(sentence);
        }
        error
            .with_header(STATE_HEADER, self.status.as_str())
            .with_header(NEXT_HEADER, LETTER.next_header_where(self.status, |row| !circuit.bars(row.trigger)))
            .into()
    }

    /// A move that is the letter's own: makes it, records it, and shows it on the circuit.
    pub(crate) fn act(
        &mut self,
        cx: &mut Cx<'_>,
        circuit: &mut Circuit,
        trigger: &str,
        reason: &str,
    ) -> Result<()> {
        let from = self.status;
        self.step(cx, circuit, trigger, reason)?;
        if !reason.is_empty() {
            cx.because(reason);
        }
        cx.record(&resource(&self.circuit), from.as_str(), self.status.as_str());
        circuit.update(cx, circuit.status())
    }

    /// Makes the move of `trigger`: the one place where a letter's status changes. What it means for the document and
    /// for the deadlines happens here; the circuit shows it and has yet to be written.
    fn step(&mut self, cx: &mut Cx<'_>, circuit: &mut Circuit, trigger: &str, reason: &str) -> Result<()> {
        self.check(circuit, trigger)?;
        let from = self.status;
        let Some(row) = LETTER.find(from, trigger) else { return Ok(()) };
        reason.clone_into(&mut self.reason);
        match row.to {
            To::Stays | To::Gone => self.update(cx, from),
            To::State(to) => {
                autopilot::unplan(cx, &self.circuit, Step::of_letter(from))?;
                self.status = to;
                self.since = cx.now;
                match to {
                    LetterStatus::Complete => document::close(cx, circuit, State::Used)?,
                    LetterStatus::Deleted => document::close(cx, circuit, State::Revoked)?,
                    _ => {}
                }
                self.update(cx, from)?;
                self.show_on(circuit);
                self.plan(cx)
            }
        }
    }

    /// Stores what changed beside the status.
    pub(crate) fn keep(&self, cx: &mut Cx<'_>) -> Result<()> {
        cx.record(&resource(&self.circuit), self.status.as_str(), self.status.as_str());
        self.update(cx, self.status)
    }

    fn update(&self, cx: &mut Cx<'_>, from: LetterStatus) -> Result<()> {
        let mut args = self.values().to_vec();
        args.push(Arg::from(from.as_str()));
        if cx.tx.exec(UPDATE, &args)? != 1 {
            let text = format!("the letter of {} was not {} when written", self.circuit, from.as_str());
            return Err(Fault::broken(text).into());
        }
        Ok(())
    }

    fn show_on(&self, circuit: &mut Circuit) {
        self.status.as_str().clone_into(&mut circuit.loa_status);
    }

    fn plan(&self, cx: &mut Cx<'_>) -> Result<()> {
        autopilot::plan(cx, &self.circuit, Step::of_letter(self.status))
    }

    fn waiting_since(&self) -> Arg<'_> {
        if WAITING.contains(&self.status) { Arg::Int(self.since) } else { Arg::Null }
    }

    /// The values of [`INSERT`], in its order.
    fn values(&self) -> [Arg<'_>; 17] {
        let (application, line) = (&self.application, &self.line);
        [
            Arg::from(self.status.as_str()),
            Arg::from(self.since),
            self.waiting_since(),
            Arg::from(&self.reason),
            Arg::from(&application.company),
            Arg::from(&application.construction_company),
            Arg::from(application.construction_at),
            Arg::from(&application.line_type),
            Arg::from(application.bandwidth),
            Arg::from(&application.peer_location),
            Arg::Bytes(&self.sealed_engineers),
            Arg::from(&line.code),
            Arg::from(&line.label),
            Arg::from(&line.service_provider),
            Arg::from(&line.contact),
            Arg::from(&self.account),
            Arg::from(&self.circuit),
        ]
    }
}

/// How the ledger names the letter of a circuit.
fn resource(circuit: &str) -> String {
    format!("loa:{circuit}")
}

/// The circuit makes the move of `trigger`, which its own table allows: takes an open letter along, or refuses for its
/// sake. The circuit shows the letter's new status and has yet to be written.
pub(crate) fn follow(cx: &mut Cx<'_>, circuit: &mut Circuit, trigger: &str) -> Result<()> {
    let concerns = LETTER.moves.iter().any(|row| row.trigger == trigger);
    let open = OPEN.iter().any(|status| status.as_str() == circuit.loa_status);
    if !concerns || !open {
        return Ok(());
    }
    let mut letter = Letter::of(cx.tx, &circuit.account, &circuit.id)?
        .ok_or_else(|| Fault::broken(format!("the letter of {} is not there", circuit.id)))?;
    let reason = cx.change.reason.clone();
    letter.step(cx, circuit, trigger, &reason)
}

/// The circuit is removed: so is its letter, and with it what is known of the engineers. Documents stay.
pub(crate) fn forget(cx: &mut Cx<'_>, circuit: &Circuit) -> Result<()> {
    cx.tx.exec(
        "delete from letter where account = $1 and circuit = $2",
        &[Arg::from(&circuit.account), Arg::from(&circuit.id)],
    )?;
    Ok(())
}
