//! What becomes of an order, and what that brings for its circuit: paid, it gives what it buys; voided, expired or
//! given up, a setup takes its circuit with it. It must never leave an order paid without its money moved.

use super::price::{self, Term};
use super::states::{ABANDON_ORDER, EXPIRE_ORDER, OrderStatus};
use super::{Draft, Order, OrderKind, PREPAID, SELECT};
use crate::action::{Result, Stop};
use crate::circuit::Circuit;
use crate::circuit::states::Status;
use crate::codes;
use crate::cx::Cx;
use crate::money;
use crate::time;
use rpc::code::Error;
use store::{Arg, ReadExt};

/// Pays an order from the account's balance and gives what it buys. `false`: the balance is short, and nothing was
/// written. The circuit's row is written with it; renewals are `term`'s.
pub(crate) fn pay(
    cx: &mut Cx<'_>,
    order: &mut Order,
    circuit: &mut Circuit,
    trigger: &'static str,
) -> Result<bool> {
    order.check(trigger)?;
    let ends = match order.kind {
        OrderKind::New => Some(order.term.end(cx.now).ok_or_else(beyond_the_calendar)?),
        OrderKind::Setup | OrderKind::Renew => None,
    };
    if !money::pay(cx, &order.id, order.amount_minor, &note(order))? {
        return Ok(false);
    }
    if let Some(ends) = ends {
        (order.starts_at, order.ends_at) = (Some(cx.now), Some(ends));
        PREPAID.clone_into(&mut circuit.charge_type);
        circuit.end_at = Some(ends);
        circuit.auto_renew_months = order.auto_renew_months;
    }
    order.step(cx, trigger)?;
    circuit.unpaid_order.clear();
    circuit.step(cx, trigger)?;
    Ok(true)
}

/// What the statement shows for an order.
pub(super) fn note(order: &Order) -> String {
    format!("{} order for {}", order.kind.as_str(), order.circuit_id)
}

fn beyond_the_calendar() -> Stop {
    (&codes::INVALID_PHYSICAL_CONNECTION_PERIOD_MALFORMED).into()
}

/// How much the account is short of an amount, as a sentence.
pub(crate) fn shortage(cx: &mut Cx<'_>, minor: i64) -> Result<String> {
    let balance = money::balance(cx.tx, &cx.account)?;
    let (missing, whole) = (money::text(minor.saturating_sub(balance)), money::text(minor));
    let currency = &cx.world.currency;
    Ok(format!("The balance is {missing} {currency} short of {whole} {currency}: credit the account first."))
}

/// The system gives up a new order that it cannot pay: kept as voided, with the reason.
pub(crate) fn give_up_unpayable(cx: &mut Cx<'_>, order: &mut Order) -> Result<()> {
    order.reason = shortage(cx, order.amount_minor)?;
    order.step(cx, ABANDON_ORDER)?;
    cx.because(&order.reason);
    cx.record(&order.id, "", order.status().as_str());
    Ok(())
}

/// Voids an order that waits. A circuit that was ordered with its setup is canceled with it.
pub(crate) fn void(cx: &mut Cx<'_>, order: &mut Order, trigger: &'static str, reason: &str) -> Result<()> {
    order.check(trigger)?;
    reason.clone_into(&mut order.reason);
    let missing = &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND;
    let mut circuit = Circuit::find(cx, &order.circuit_id, None, missing)?;
    order.step(cx, trigger)?;
    circuit.unpaid_order.clear();
    cx.because(reason);
    if order.kind == OrderKind::Setup {
        reason.clone_into(&mut circuit.reason);
        return circuit.step(cx, trigger);
    }
    circuit.update(cx, circuit.status())?;
    cx.record(&order.id, OrderStatus::Unpaid.as_str(), order.status().as_str());
    Ok(())
}

/// The deadline of an order that nobody paid. Gives the body of its ledger row.
pub(crate) fn expire(cx: &mut Cx<'_>, id: &str) -> Result<Vec<u8>> {
    let mut order = Order::find(cx, id)?;
    let reason = format!("The order was not paid by {}.", time::wire(order.expires_at));
    void(cx, &mut order, EXPIRE_ORDER, &reason)?;
    Ok(Vec::new())
}

/// A circuit has come to another state, or goes: an order that still waits for it is given up, and renewals that have
/// not begun are given back.
pub(crate) fn leave_behind(cx: &mut Cx<'_>, circuit: &mut Circuit) -> Result<()> {
    if !circuit.unpaid_order.is_empty() {
        let mut order = Order::find(cx, &circuit.unpaid_order)?;
        order.reason = match circuit.status() {
            Status::Enabled => "The circuit was enabled without an order.".to_owned(),
            _ => "The circuit was withdrawn.".to_owned(),
        };
        order.step(cx, ABANDON_ORDER)?;
        circuit.unpaid_order.clear();
    }
    if circuit.status() == Status::Terminating && circuit.renewed_until.take().is_some() {
        give_back_renewals(cx, circuit)?;
    }
    Ok(())
}

fn give_back_renewals(cx: &mut Cx<'_>, circuit: &Circuit) -> Result<()> {
    for mut order in pending(cx, circuit)? {
        "The circuit was terminated before the renewal began.".clone_into(&mut order.reason);
        money::refund(cx, &order.id, order.amount_minor, &note(&order))?;
        order.step(cx, "TerminatePhysicalConnection")?;
    }
    Ok(())
}

/// The circuit's renewals that are paid and have not begun, in order.
pub(super) fn pending(cx: &mut Cx<'_>, circuit: &Circuit) -> Result<Vec<Order>> {
    let sql = format!(
        "{} where circuit_id = $1 and kind = $2 and status = $3 and starts_at >= $4 order by id",
        *SELECT
    );
    let args = [
        Arg::from(&circuit.id),
        Arg::from(OrderKind::Renew.as_str()),
        Arg::from(OrderStatus::Paid.as_str()),
        Arg::from(circuit.end_at.unwrap_or(i64::MAX)),
    ];
    Ok(cx.tx.all(&sql, &args, Order::read)?)
}

/// EnablePhysicalConnection on a confirmed circuit: pays the order that waits, or makes one for a month and pays that.
pub(crate) fn enable(cx: &mut Cx<'_>, circuit: &mut Circuit, trigger: &'static str) -> Result<()> {
    if !circuit.has_no_open_letter() {
        return Err(circuit.refuse(&codes::FORBIDDEN_NOT_ALLOWED_IN_STATE));
    }
    let mut order = if circuit.unpaid_order.is_empty() {
        let term = Term::months(1);
        let (kind, point) = (OrderKind::New, &circuit.access_point_id);
        let amount_minor = price::amount(cx.world, kind, circuit.port_type, point, term)
            .map_err(|_| circuit.refuse_because(&codes::INSTANCE_STATUS_NOT_ALLOW, no_price(circuit)))?;
        Order::insert(cx, &Draft { kind, circuit, term, amount_minor, auto_renew_months: 0 })?
    } else {
        Order::find(cx, &circuit.unpaid_order)?
    };
    if pay(cx, &mut order, circuit, trigger)? {
        return Ok(());
    }
    let sentence = shortage(cx, order.amount_minor)?;
    Err(circuit.refuse_because(&codes::INSTANCE_STATUS_NOT_ALLOW, sentence))
}

fn no_price(circuit: &Circuit) -> String {
    let (port_type, point) = (circuit.port_type.as_str(), &circuit.access_point_id);
    format!("The catalogue has no price for {port_type} at {point}: an operator must add one.")
}

/// The refusal of a payment that the balance does not cover.
pub(crate) fn insufficient(cx: &mut Cx<'_>, minor: i64) -> Stop {
    match shortage(cx, minor) {
        Ok(sentence) => Error::new(&codes::INSUFFICIENT_BALANCE).with_message(sentence).into(),
        Err(stop) => stop,
    }
}
