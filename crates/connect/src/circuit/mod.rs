//! Physical connections. This file has the row and the one writer of its status; `states` has the life cycle,
//! `answer` what clients are shown, and the others one group of actions each.

pub mod answer;
pub mod apply;
pub mod change;
pub mod count;
pub mod describe;
pub mod moves;
pub mod parameters;
pub mod port_type;
pub mod provide;
pub mod service;
pub mod states;

use crate::action::{Result, Stop};
use crate::codes;
use crate::cx::{Cx, View};
use crate::inventory;
use crate::kept::word;
use crate::letter;
use crate::machine::{Actor, Move, To};
use crate::order::states::RENEW_AUTOMATICALLY;
use crate::time::Millis;
use crate::{autopilot, hosted, order, qos, tag, timer, vbr};
use port_type::PortType;
use rpc::code::{Code, Error};
use states::{BEGIN_RENEWAL, BusinessStatus, CIRCUIT, END_SUBSCRIPTION, FROM_ORDERS, LETTER_CLOSED, Status};
use std::sync::LazyLock;
use store::{Arg, Fault, Read, ReadExt, Row};

/// The prefix of a circuit's id.
pub const PREFIX: &str = "pc";
/// The kind under which a circuit's tags are kept, and its `ResourceType`.
pub const KIND: &str = "PHYSICALCONNECTION";

/// Response header of a refusal: the present status.
pub const STATE_HEADER: &str = "x-crossconnect-state";
/// Response header of a refusal: the moves that are legal now.
pub const NEXT_HEADER: &str = "x-crossconnect-next";

/// A circuit as it is kept.
#[derive(Debug, Clone)]
pub struct Circuit {
    /// Owner.
    pub account: String,
    /// Region.
    pub region: String,
    /// The revision of the account that created it: its place in every list.
    pub serial: i64,
    /// `pc-…`.
    pub id: String,
    status: Status,
    since: Millis,
    /// Why the provider last refused something, or locked it.
    pub reason: String,
    /// Locked or not.
    pub business_status: BusinessStatus,
    /// Whether the account's row counts this circuit among those that owe something.
    counted_owing: bool,
    /// Where it ends.
    pub access_point_id: String,
    /// Carrier, wire text.
    pub line_operator: String,
    /// Port type.
    pub port_type: PortType,
    /// Mbit/s.
    pub bandwidth: i64,
    /// Name, or empty.
    pub name: String,
    /// Description, or empty.
    pub description: String,
    /// The carrier's number, or empty.
    pub circuit_code: String,
    /// Where the customer's end is, or empty.
    pub peer_location: String,
    /// The circuit this one backs up, or empty.
    pub redundant_id: String,
    /// Resource group, or empty.
    pub resource_group_id: String,
    /// Optic, or empty.
    pub optical_module_model: String,
    /// Device features asked for, joined by commas.
    pub device_features: String,
    /// Milliseconds before a lost link is reported.
    pub down_delay_ms: i64,
    /// State of the letter of authorization, or empty.
    pub loa_status: String,
    /// The port it has, if it has one.
    pub port: Option<inventory::Seat>,
    /// `Prepaid` once paid, or empty.
    pub charge_type: String,
    /// When it was ordered.
    pub created_at: Millis,
    /// When it was first enabled.
    pub enabled_at: Option<Millis>,
    /// When the subscription ends.
    pub end_at: Option<Millis>,
    /// When it ends once every renewal that is paid has begun; none is waiting where there is nothing.
    pub renewed_until: Option<Millis>,
    /// Months that it buys by itself when the subscription ends; nought for none.
    pub auto_renew_months: i64,
    /// The order that waits to be paid before this circuit can go on, or empty.
    pub unpaid_order: String,
}

/// The columns that say which circuit a row is; they never change.
const KEY: [&str; 4] = ["account", "region", "serial", "id"];

/// The columns that can change, in the order of [`Circuit::values`].
const FIELDS: [&str; 30] = [
    "status",
    "since",
    "reason",
    "business_status",
    "access_point_id",
    "line_operator",
    "port_type",
    "bandwidth",
    "name",
    "description",
    "circuit_code",
    "peer_location",
    "redundant_id",
    "resource_group_id",
    "optical_module_model",
    "device_features",
    "down_delay_ms",
    "loa_status",
    "port_id",
    "port_number",
    "device_id",
    "ad_location",
    "ad_detail_location",
    "charge_type",
    "created_at",
    "enabled_at",
    "end_at",
    "renewed_until",
    "auto_renew_months",
    "unpaid_order",
];

/// The columns that follow from the others, for filters, for the work queue and for answers.
const DERIVED: [&str; 4] = ["type", "spec", "waiting_since", "answer"];

static SELECT: LazyLock<String> =
    LazyLock::new(|| format!("select {}, {} from circuit where id = $1", KEY.join(", "), FIELDS.join(", ")));

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let columns: Vec<_> = FIELDS.iter().chain(&DERIVED).chain(&KEY).copied().collect();
    let values: Vec<_> = (1..=columns.len()).map(|place| format!("${place}")).collect();
    format!("insert into circuit ({}) values ({})", columns.join(", "), values.join(", "))
});

static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let columns: Vec<_> = FIELDS.iter().chain(&DERIVED).collect();
    let pairs: Vec<_> =
        columns.iter().enumerate().map(|(at, name)| format!("{name} = ${}", at + 1)).collect();
    let next = columns.len() + 1;
    let key: Vec<_> = KEY.iter().enumerate().map(|(at, name)| format!("{name} = ${}", next + at)).collect();
    let status = next + KEY.len();
    format!("update circuit set {} where {} and status = ${status}", pairs.join(", "), key.join(" and "))
});

impl Circuit {
    fn read(row: &dyn Row) -> std::result::Result<Circuit, Fault> {
        let text = |index| row.text(index).map(str::to_owned);
        let port_id = text(22)?;
        let port = (!port_id.is_empty()).then(|| -> std::result::Result<_, Fault> {
            Ok(inventory::Seat {
                port_id: port_id.clone(),
                number: text(23)?,
                device_id: text(24)?,
                location: text(25)?,
                detail: text(26)?,
            })
        });
        Ok(Circuit {
            account: text(0)?,
            region: text(1)?,
            serial: row.int(2)?,
            id: text(3)?,
            status: word(row.text(4)?, |text| CIRCUIT.state(text))?,
            since: row.int(5)?,
            reason: text(6)?,
            business_status: word(row.text(7)?, BusinessStatus::from_wire)?,
            access_point_id: text(8)?,
            line_operator: text(9)?,
            port_type: word(row.text(10)?, PortType::from_wire)?,
            bandwidth: row.int(11)?,
            name: text(12)?,
            description: text(13)?,
            circuit_code: text(14)?,
            peer_location: text(15)?,
            redundant_id: text(16)?,
            resource_group_id: text(17)?,
            optical_module_model: text(18)?,
            device_features: text(19)?,
            down_delay_ms: row.int(20)?,
            loa_status: text(21)?,
            port: port.transpose()?,
            counted_owing: row.text(7)? == BusinessStatus::FinancialLocked.as_str(),
            charge_type: text(27)?,
            created_at: row.int(28)?,
            enabled_at: row.maybe_int(29)?,
            end_at: row.maybe_int(30)?,
            renewed_until: row.maybe_int(31)?,
            auto_renew_months: row.int(32)?,
            unpaid_order: text(33)?,
        })
    }

    /// The circuit of this id, whoever owns it. Only for rules that look across accounts.
    pub(crate) fn anywhere(read: &mut dyn Read, id: &str) -> Result<Option<Circuit>> {
        Ok(read.one(&SELECT, &[Arg::from(id)], Circuit::read)?)
    }

    /// The account that owns this id: which row an operator's command must lock.
    pub(crate) fn owner(view: &mut View<'_>, id: &str) -> Result<Option<String>> {
        let found = view.read.one("select account from circuit where id = $1", &[Arg::from(id)], |row| {
            row.text(0).map(str::to_owned)
        })?;
        found.map(Some).ok_or_else(|| (&codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND).into())
    }

    /// The only way to a tenant's circuit: it must be the locked account's and, where one is named, the region's.
    /// An unknown id and another tenant's id are refused alike, with `missing`.
    pub(crate) fn find(
        cx: &mut Cx<'_>,
        id: &str,
        region: Option<&str>,
        missing: &'static Code,
    ) -> Result<Circuit> {
        let found = Circuit::anywhere(cx.tx, id)?;
        found
            .filter(|circuit| circuit.account == cx.account)
            .filter(|circuit| region.is_none_or(|region| circuit.region == region))
            .ok_or_else(|| missing.into())
    }

    /// The present status.
    pub fn status(&self) -> Status {
        self.status
    }

    /// When the present status was entered.
    pub fn since(&self) -> Millis {
        self.since
    }

    /// Asks the table whether `trigger` is legal now, and refuses with the table's code if it is not.
    pub(crate) fn check(&self, trigger: &str) -> Result<&'static Move<Status>> {
        CIRCUIT.find(self.status, trigger).ok_or_else(|| {
            let code = CIRCUIT.refusal(trigger).unwrap_or(&codes::FORBIDDEN_NOT_ALLOWED_IN_STATE);
            self.refuse(code)
        })
    }

    /// A refusal for which the present state is the reason, with the headers that explain it.
    pub(crate) fn refuse(&self, code: &'static Code) -> Stop {
        self.explain(Error::new(code))
    }

    /// The same of a refusal with a message of its own.
    pub(crate) fn explain(&self, error: Error) -> Stop {
        error.with_header(STATE_HEADER, self.status.as_str()).with_header(NEXT_HEADER, self.next()).into()
    }

    /// Whether `trigger` is a circuit's move, and none that this one can make now.
    pub(crate) fn bars(&self, trigger: &str) -> bool {
        CIRCUIT.moves.iter().any(|row| row.trigger == trigger) && CIRCUIT.find(self.status, trigger).is_none()
    }

    /// The moves that are legal now.
    fn next(&self) -> String {
        CIRCUIT.next_header_where(self.status, |row| self.can_happen(row.trigger))
    }

    /// Whether this circuit has what a move needs beside its status: a letter that does not bar it, and for a move that
    /// comes from an order, or from the time it bought, that order or that time.
    fn can_happen(&self, trigger: &str) -> bool {
        if letter::states::bars(&self.loa_status, trigger) {
            return false;
        }
        match trigger {
            "RenewPhysicalConnection" => self.end_at.is_some(),
            BEGIN_RENEWAL => self.renewed_until.is_some(),
            END_SUBSCRIPTION => self.end_at.is_some() && self.renewed_until.is_none(),
            RENEW_AUTOMATICALLY => self.auto_renew_months > 0 && self.renewed_until.is_none(),
            _ => !FROM_ORDERS.contains(&trigger) || !self.unpaid_order.is_empty(),
        }
    }

    /// The same with a sentence that says what is in the way.
    pub(crate) fn refuse_because(&self, code: &'static Code, sentence: impl Into<String>) -> Stop {
        match self.refuse(code) {
            Stop::Refused(error) => Stop::Refused(error.with_message(sentence)),
            fault @ Stop::Fault(_) => fault,
        }
    }

    /// Whether no letter stands between this circuit and its payment.
    pub(crate) fn has_no_open_letter(&self) -> bool {
        LETTER_CLOSED.contains(&self.loa_status.as_str())
    }

    /// Makes the move of `trigger`: the one place where a status changes. Cancels the deadlines of the state it
    /// leaves, sets those of the state it enters, and writes the row with whatever else the caller has changed.
    pub(crate) fn step(&mut self, cx: &mut Cx<'_>, trigger: &str) -> Result<()> {
        let row = self.check(trigger)?;
        letter::follow(cx, self, trigger)?;
        let from = self.status;
        match row.to {
            To::Stays => {
                cx.record(&self.id, from.as_str(), from.as_str());
                self.update(cx, from)
            }
            To::Gone => {
                order::settle::leave_behind(cx, self)?;
                cx.record(&self.id, from.as_str(), "");
                cx.clear_due(&self.id)?;
                self.remove(cx)
            }
            To::State(to) => {
                cx.record(&self.id, from.as_str(), to.as_str());
                cx.clear_due(&self.id)?;
                self.status = to;
                self.since = cx.now;
                self.arrive(cx, trigger)?;
                self.update(cx, from)?;
                self.plan(cx)
            }
        }
    }

    /// What every arrival in a state brings, whichever action led there.
    fn arrive(&mut self, cx: &mut Cx<'_>, trigger: &str) -> Result<()> {
        // A reason goes with the state it explains, and a lock's with the lock.
        let explained = match self.status {
            Status::Rejected | Status::AllocationFailed => true,
            Status::Canceled => FROM_ORDERS.contains(&trigger),
            _ => false,
        };
        if !explained && self.business_status == BusinessStatus::Normal {
            self.reason.clear();
        }
        match self.status {
            Status::Enabled if self.enabled_at.is_none() => self.enabled_at = Some(cx.now),
            Status::Terminating => qos::circuit_left(cx, &self.id)?,
            Status::Canceled | Status::Terminated | Status::Rejected => self.release_port(cx)?,
            _ => {}
        }
        order::settle::leave_behind(cx, self)
    }

    /// Sets the deadlines of the present state: the table's own, and the autopilot's.
    fn plan(&self, cx: &mut Cx<'_>) -> Result<()> {
        for row in states::own_moves(self.status, Actor::Timer) {
            cx.set_due(&self.id, row.trigger, timer::TIMER, "", cx.now + row.after_ms)?;
        }
        order::term::plan(cx, self)?;
        // A circuit whose setup is not paid is not reviewed.
        let step = autopilot::Step::of(self.status).filter(|_| self.unpaid_order.is_empty());
        autopilot::plan(cx, &self.id, step)
    }

    fn release_port(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        match self.port.take() {
            Some(seat) => inventory::vacate(cx, &seat.port_id),
            None => Ok(()),
        }
    }

    /// Writes a new circuit, in the table's initial state, with the tags it was given.
    pub(crate) fn insert(&self, cx: &mut Cx<'_>, tags: &[tag::Tag]) -> Result<()> {
        let answer = answer::render(self, tags, &answer::Borne::default());
        cx.tx.exec(&INSERT, &[self.values(&answer).as_slice(), &self.key()].concat())?;
        count::add(cx, self, self.status, 1)?;
        cx.record(&self.id, "", self.status.as_str());
        self.plan(cx)
    }

    /// Writes the row over the one whose status was `from`, and moves the counters with it.
    pub(crate) fn update(&self, cx: &mut Cx<'_>, from: Status) -> Result<()> {
        let tags = tag::of(cx.tx, &self.account, KIND, &self.id)?;
        let answer = answer::render(self, &tags, &self.borne(cx)?);
        let mut args = [self.values(&answer).as_slice(), &self.key()].concat();
        args.push(Arg::from(from.as_str()));
        let written = cx.tx.exec(&UPDATE, &args)?;
        if written != 1 {
            return Err(Fault::broken(format!(
                "circuit {} was not in {} when written",
                self.id,
                from.as_str()
            ))
            .into());
        }
        self.count_owing(cx, self.business_status == BusinessStatus::FinancialLocked)?;
        if from == Status::Enabled {
            // Nothing is on a circuit in any other state.
            vbr::circuit_changed(cx, self)?;
        }
        if from != self.status {
            count::add(cx, self, from, -1)?;
            count::add(cx, self, self.status, 1)?;
        }
        Ok(())
    }

    /// What hangs on the circuit and is shown with it. Nothing hangs on one that is not in service.
    fn borne(&self, cx: &mut Cx<'_>) -> Result<answer::Borne> {
        if self.status != Status::Enabled {
            return Ok(answer::Borne::default());
        }
        let (hosted, _) = hosted::load(cx.tx, &self.id)?;
        let qos_id = qos::of_circuit(cx.tx, &self.id)?.unwrap_or_default();
        Ok(answer::Borne { hosted, qos_id })
    }

    /// Writes the row over itself, because what hangs on the circuit has changed.
    pub(crate) fn write_anew(&self, cx: &mut Cx<'_>) -> Result<()> {
        self.update(cx, self.status)
    }

    fn remove(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        self.release_port(cx)?;
        self.count_owing(cx, false)?;
        tag::clear(cx, KIND, &self.id)?;
        letter::forget(cx, self)?;
        cx.tx.exec(
            "delete from circuit where account = $1 and region = $2 and serial = $3",
            &[Arg::from(&self.account), Arg::from(&self.region), Arg::from(self.serial)],
        )?;
        count::add(cx, self, self.status, -1)
    }

    /// Keeps the account's number of circuits that owe something: an order is refused while it is not nought, and
    /// must not look at every circuit to know.
    fn count_owing(&self, cx: &mut Cx<'_>, owing: bool) -> Result<()> {
        if owing != self.counted_owing {
            let by = if owing { 1 } else { -1 };
            cx.tx.exec(
                "update account set owing = owing + $1 where id = $2",
                &[Arg::Int(by), Arg::from(&self.account)],
            )?;
        }
        Ok(())
    }

    /// Where the operator's work queue sorts it; null while no operator can move it on, or something of it comes first:
    /// its letter while that is under way, its order while that is unpaid. Those stand there themselves.
    fn waiting_since(&self) -> Arg<'_> {
        let comes_first = letter::states::is_under_way(&self.loa_status) || !self.unpaid_order.is_empty();
        let waits = states::waits_for_operator(self.status) && !comes_first;
        if waits { Arg::Int(self.since) } else { Arg::Null }
    }

    /// The values of [`KEY`].
    fn key(&self) -> [Arg<'_>; 4] {
        [Arg::from(&self.account), Arg::from(&self.region), Arg::from(self.serial), Arg::from(&self.id)]
    }

    /// The values of [`FIELDS`] and [`DERIVED`], in their order.
    fn values<'a>(&'a self, answer: &'a [u8]) -> [Arg<'a>; 34] {
        let seat = self.port.as_ref();
        let part =
            |pick: fn(&inventory::Seat) -> &String| seat.map_or(Arg::Text(""), |seat| Arg::Text(pick(seat)));
        [
            Arg::from(self.status.as_str()),
            Arg::from(self.since),
            Arg::from(&self.reason),
            Arg::from(self.business_status.as_str()),
            Arg::from(&self.access_point_id),
            Arg::from(&self.line_operator),
            Arg::from(self.port_type.as_str()),
            Arg::from(self.bandwidth),
            Arg::from(&self.name),
            Arg::from(&self.description),
            Arg::from(&self.circuit_code),
            Arg::from(&self.peer_location),
            Arg::from(&self.redundant_id),
            Arg::from(&self.resource_group_id),
            Arg::from(&self.optical_module_model),
            Arg::from(&self.device_features),
            Arg::from(self.down_delay_ms),
            Arg::from(&self.loa_status),
            part(|seat| &seat.port_id),
            part(|seat| &seat.number),
            part(|seat| &seat.device_id),
            part(|seat| &seat.location),
            part(|seat| &seat.detail),
            Arg::from(&self.charge_type),
            Arg::from(self.created_at),
            Arg::from(self.enabled_at),
            Arg::from(self.end_at),
            Arg::from(self.renewed_until),
            Arg::from(self.auto_renew_months),
            Arg::from(&self.unpaid_order),
            Arg::from(answer::TYPE),
            Arg::from(self.port_type.spec()),
            self.waiting_since(),
            Arg::Bytes(answer),
        ]
    }
}

/// A deadline of the table has come: makes its move. Gives the body of its ledger row.
pub(crate) fn deadline(cx: &mut Cx<'_>, id: &str, trigger: &str) -> Result<Vec<u8>> {
    let mut circuit = Circuit::find(cx, id, None, &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND)?;
    match trigger {
        RENEW_AUTOMATICALLY => order::term::renew_by_itself(cx, &mut circuit)?,
        BEGIN_RENEWAL => order::term::begin(cx, &mut circuit)?,
        END_SUBSCRIPTION => order::term::end(cx, &mut circuit)?,
        _ => circuit.step(cx, trigger)?,
    }
    Ok(Vec::new())
}

/// Writes the circuit's answer anew after its tags changed.
pub(crate) fn refresh(cx: &mut Cx<'_>, id: &str) -> Result<()> {
    let circuit = Circuit::find(cx, id, None, &codes::INVALID_RESOURCE_ID_NOT_FOUND)?;
    circuit.update(cx, circuit.status)
}

/// Puts the account's circuit into another resource group.
pub(crate) fn regroup(cx: &mut Cx<'_>, id: &str, region: &str, group: &str) -> Result<()> {
    let mut circuit = Circuit::find(cx, id, Some(region), &codes::INVALID_RESOURCE_ID_NOT_FOUND)?;
    group.clone_into(&mut circuit.resource_group_id);
    circuit.update(cx, circuit.status)
}
