//! Orders: what a tenant is asked to pay for a circuit. This file has the row and the one writer of its status;
//! `states` has the life cycle, `price` what things cost, `settle` what a payment or a void brings with it, `term` the
//! time a subscription runs, and the others the actions. Money itself is `money`'s.

pub mod describe;
pub mod pay;
pub mod place;
pub mod price;
pub mod quote;
pub mod renew;
pub(crate) mod settle;
pub mod setup;
pub mod states;
pub(crate) mod term;

use crate::action::{Result, Stop};
use crate::autopilot::{self, Step};
use crate::circuit::port_type::PortType;
use crate::circuit::{Circuit, NEXT_HEADER, STATE_HEADER};
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::{Cx, View};
use crate::kept::word;
use crate::limits::{ORDER_ID_ATTEMPTS_MAX, UNPAID_ORDER_LIFETIME_MS};
use crate::machine::{Machine, Move, To};
use crate::page::Page;
use crate::time::Millis;
use crate::timer;
use price::{PricingCycle, Term};
use rpc::Choice;
use rpc::code::{Code, Error};
use states::{EXPIRE_ORDER, ORDER, OrderStatus};
use std::sync::LazyLock;
use store::{Arg, Fault, Read, ReadExt, Row};

/// The `ResourceType` of an order.
pub const KIND: &str = "ORDER";
/// The operator's actions that name an order; other moves of the table come from an action on its circuit.
pub const MADE_ON_THE_ORDER: &[&str] = &["PayOrder", "VoidOrder"];
/// `ChargeType` of a circuit whose order is paid: this letter case (contract, states section 3).
pub const PREPAID: &str = "Prepaid";

/// What an order buys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum OrderKind {
    /// The first term of a circuit.
    #[choice("NEW")]
    New,
    /// The installation of a circuit that is ordered with it.
    #[choice("SETUP")]
    Setup,
    /// A further term.
    #[choice("RENEW")]
    Renew,
}

/// An order as it is kept.
#[derive(Debug, Clone)]
pub struct Order {
    /// Who pays.
    pub account: String,
    /// Digits that ascend with time within the account.
    pub id: String,
    /// What it buys.
    pub kind: OrderKind,
    /// The circuit it is for, which may be gone.
    pub circuit_id: String,
    /// The circuit's region.
    pub region: String,
    /// The circuit's access point.
    pub access_point_id: String,
    /// The circuit's port type when it was ordered.
    pub port_type: PortType,
    /// How long what it buys lasts; of no meaning for a setup.
    pub term: Term,
    /// Minor units.
    pub amount_minor: i64,
    /// Of which currency.
    pub currency: String,
    status: OrderStatus,
    /// Why it was voided or given back; empty otherwise.
    pub reason: String,
    /// Months that the circuit buys by itself when its term ends; nought for none.
    pub auto_renew_months: i64,
    /// When it was placed.
    pub created_at: Millis,
    /// Until when it can be paid.
    pub expires_at: Millis,
    /// When it was paid.
    pub paid_at: Option<Millis>,
    /// When it was voided.
    pub voided_at: Option<Millis>,
    /// When it was given back.
    pub refunded_at: Option<Millis>,
    /// When the term it bought begins.
    pub starts_at: Option<Millis>,
    /// When the term it bought ends.
    pub ends_at: Option<Millis>,
}

/// The columns in the order of [`Order::values`]; the first two are the key.
const COLUMNS: [&str; 22] = [
    "account",
    "id",
    "kind",
    "circuit_id",
    "region",
    "access_point_id",
    "port_type",
    "period",
    "pricing_cycle",
    "amount_minor",
    "currency",
    "status",
    "reason",
    "auto_renew_months",
    "created_at",
    "expires_at",
    "paid_at",
    "voided_at",
    "refunded_at",
    "starts_at",
    "ends_at",
    "waiting_since",
];

/// `select` of every column that [`Order::read`] reads, without a condition.
pub(crate) static SELECT: LazyLock<String> =
    LazyLock::new(|| format!("select {} from circuit_order", COLUMNS.join(", ")));

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let values: Vec<_> = (1..=COLUMNS.len()).map(|place| format!("${place}")).collect();
    let (columns, values) = (COLUMNS.join(", "), values.join(", "));
    format!("insert into circuit_order ({columns}) values ({values}) on conflict (id) do nothing")
});

/// What a status changes; the rest of a row is written once.
const UPDATE: &str = "update circuit_order set status = $1, reason = $2, paid_at = $3, voided_at = $4,
     refunded_at = $5, starts_at = $6, ends_at = $7, waiting_since = $8
     where account = $9 and id = $10 and status = $11";

/// What an order is for, before it has an id.
pub(crate) struct Draft<'a> {
    pub(crate) kind: OrderKind,
    pub(crate) circuit: &'a Circuit,
    pub(crate) term: Term,
    pub(crate) amount_minor: i64,
    pub(crate) auto_renew_months: i64,
}

/// Whether a resource's id is an order's.
pub(crate) fn is_id(id: &str) -> bool {
    id.bytes().all(|byte| byte.is_ascii_digit())
}

impl Order {
    /// The order that a row of [`SELECT`] holds.
    pub(crate) fn read(row: &dyn Row) -> std::result::Result<Order, Fault> {
        let text = |index| row.text(index).map(str::to_owned);
        Ok(Order {
            account: text(0)?,
            id: text(1)?,
            kind: word(row.text(2)?, OrderKind::from_wire)?,
            circuit_id: text(3)?,
            region: text(4)?,
            access_point_id: text(5)?,
            port_type: word(row.text(6)?, PortType::from_wire)?,
            term: Term { period: row.int(7)?, cycle: word(row.text(8)?, PricingCycle::from_wire)? },
            amount_minor: row.int(9)?,
            currency: text(10)?,
            status: word(row.text(11)?, OrderStatus::from_wire)?,
            reason: text(12)?,
            auto_renew_months: row.int(13)?,
            created_at: row.int(14)?,
            expires_at: row.int(15)?,
            paid_at: row.maybe_int(16)?,
            voided_at: row.maybe_int(17)?,
            refunded_at: row.maybe_int(18)?,
            starts_at: row.maybe_int(19)?,
            ends_at: row.maybe_int(20)?,
        })
    }

    /// The order of this id, whoever owns it.
    pub(crate) fn anywhere(read: &mut dyn Read, id: &str) -> Result<Option<Order>> {
        Ok(read.one(&format!("{} where id = $1", *SELECT), &[Arg::from(id)], Order::read)?)
    }

    /// How many orders meet the conditions, and one page of them.
    pub(crate) fn page(
        read: &mut dyn Read,
        conditions: &Conditions<'_>,
        order: &str,
        page: Page,
    ) -> Result<(i64, Vec<Order>)> {
        conditions.page(read, (&COLUMNS.join(", "), "circuit_order"), order, page, Order::read)
    }

    /// The account that owns this id: which row an operator's command must lock.
    pub(crate) fn owner(view: &mut View<'_>, id: &str) -> Result<Option<String>> {
        let sql = "select account from circuit_order where id = $1";
        let found = view.read.one(sql, &[Arg::from(id)], |row| row.text(0).map(str::to_owned))?;
        found.map(Some).ok_or_else(|| (&codes::INVALID_ORDER_ID_NOT_FOUND).into())
    }

    /// An order of the locked account.
    pub(crate) fn find(cx: &mut Cx<'_>, id: &str) -> Result<Order> {
        let found = Order::anywhere(cx.tx, id)?.filter(|order| order.account == cx.account);
        found.ok_or_else(|| (&codes::INVALID_ORDER_ID_NOT_FOUND).into())
    }

    /// The present status.
    pub fn status(&self) -> OrderStatus {
        self.status
    }

    /// Writes a new order, in the table's initial state, with an id of its own.
    pub(crate) fn insert(cx: &mut Cx<'_>, draft: &Draft<'_>) -> Result<Order> {
        let circuit = draft.circuit;
        let mut order = Order {
            account: cx.account.clone(),
            id: String::new(),
            kind: draft.kind,
            circuit_id: circuit.id.clone(),
            region: circuit.region.clone(),
            access_point_id: circuit.access_point_id.clone(),
            port_type: circuit.port_type,
            term: draft.term,
            amount_minor: draft.amount_minor,
            currency: cx.world.currency.clone(),
            status: ORDER.initial,
            reason: String::new(),
            auto_renew_months: draft.auto_renew_months,
            created_at: cx.now,
            expires_at: cx.now + UNPAID_ORDER_LIFETIME_MS,
            paid_at: None,
            voided_at: None,
            refunded_at: None,
            starts_at: None,
            ends_at: None,
        };
        let mut number = next_number(cx)?;
        for _ in 0..ORDER_ID_ATTEMPTS_MAX {
            order.id = number.to_string();
            if cx.tx.exec(&INSERT, &order.values())? == 1 {
                return Ok(order);
            }
            number += 1;
        }
        Err(Fault::broken(format!("no number near {number} is free for an order")).into())
    }

    /// Lets the new order wait: for the operator, or the autopilot in his chair, until it expires.
    pub(crate) fn wait(&self, cx: &mut Cx<'_>) -> Result<()> {
        cx.set_due(&self.id, EXPIRE_ORDER, timer::TIMER, "", self.expires_at)?;
        autopilot::plan(cx, &self.id, Some(Step::Settling))
    }

    /// Asks the table whether `trigger` is legal now.
    pub(crate) fn check(&self, trigger: &str) -> Result<&'static Move<OrderStatus>> {
        ORDER
            .find(self.status, trigger)
            .ok_or_else(|| self.refuse(ORDER.refusal(trigger).unwrap_or(&codes::INCORRECT_STATUS_ORDER)))
    }

    /// A refusal for which the present state is the reason, with the headers that explain it.
    pub(crate) fn refuse(&self, code: &'static Code) -> Stop {
        let machine: &Machine<OrderStatus> = &ORDER;
        Error::new(code)
            .with_message(format!("Order {} is {}. {}", self.id, self.status.as_str(), code.message))
            .with_header(STATE_HEADER, self.status.as_str())
            .with_header(NEXT_HEADER, machine.next_header(self.status))
            .into()
    }

    /// Makes the move of `trigger`: the one place where an order's status changes. The deadlines of an order are
    /// those of its waiting, so they go with it. The caller says what the ledger's row is about.
    pub(crate) fn step(&mut self, cx: &mut Cx<'_>, trigger: &str) -> Result<()> {
        let row = self.check(trigger)?;
        let from = self.status;
        let To::State(to) = row.to else {
            return Err(Fault::broken(format!("{trigger} leads an order nowhere")).into());
        };
        self.status = to;
        match to {
            OrderStatus::Unpaid => {}
            OrderStatus::Paid => self.paid_at = Some(cx.now),
            OrderStatus::Voided => self.voided_at = Some(cx.now),
            OrderStatus::Refunded => self.refunded_at = Some(cx.now),
        }
        cx.clear_due(&self.id)?;
        let written = cx.tx.exec(
            UPDATE,
            &[
                Arg::from(to.as_str()),
                Arg::from(&self.reason),
                Arg::from(self.paid_at),
                Arg::from(self.voided_at),
                Arg::from(self.refunded_at),
                Arg::from(self.starts_at),
                Arg::from(self.ends_at),
                self.waiting_since(),
                Arg::from(&self.account),
                Arg::from(&self.id),
                Arg::from(from.as_str()),
            ],
        )?;
        if written == 1 {
            Ok(())
        } else {
            Err(Fault::broken(format!("order {} was not in {} when written", self.id, from.as_str())).into())
        }
    }

    /// Where the operator's work queue sorts it; null once nothing is to be done with it.
    fn waiting_since(&self) -> Arg<'_> {
        if ORDER.waits_for_operator(self.status) { Arg::Int(self.created_at) } else { Arg::Null }
    }

    /// The values of [`COLUMNS`].
    fn values(&self) -> [Arg<'_>; 22] {
        [
            Arg::from(&self.account),
            Arg::from(&self.id),
            Arg::from(self.kind.as_str()),
            Arg::from(&self.circuit_id),
            Arg::from(&self.region),
            Arg::from(&self.access_point_id),
            Arg::from(self.port_type.as_str()),
            Arg::from(self.term.period),
            Arg::from(self.term.cycle.as_str()),
            Arg::from(self.amount_minor),
            Arg::from(&self.currency),
            Arg::from(self.status.as_str()),
            Arg::from(&self.reason),
            Arg::from(self.auto_renew_months),
            Arg::from(self.created_at),
            Arg::from(self.expires_at),
            Arg::from(self.paid_at),
            Arg::from(self.voided_at),
            Arg::from(self.refunded_at),
            Arg::from(self.starts_at),
            Arg::from(self.ends_at),
            self.waiting_since(),
        ]
    }
}

/// The least number of an order: it keeps all of them at sixteen digits, which every client's numbers can hold.
const NUMBERS_FROM: i64 = 1_000_000_000_000_000;
/// Numbers that one millisecond holds: an order's number is its instant and these digits.
const NUMBERS_PER_MS: i64 = 1_000;

/// A number above every one there is: the instant, then chance in the lower half of what a millisecond holds, so that
/// two nodes seldom try the same.
fn next_number(cx: &mut Cx<'_>) -> Result<i64> {
    let sql = "select id from circuit_order order by id desc limit 1";
    let last = cx.tx.one(sql, &[], |row| row.text(0).map(str::to_owned))?;
    let last = last.and_then(|id| id.parse::<i64>().ok()).unwrap_or(NUMBERS_FROM);
    let drawn = i64::from(cx.ids.bytes()[0]) % (NUMBERS_PER_MS / 2);
    let number = cx.now.saturating_mul(NUMBERS_PER_MS).saturating_add(NUMBERS_FROM + drawn);
    Ok(number.max(last + 1))
}
