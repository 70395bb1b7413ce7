//! The time a subscription runs: until when it is paid, what is bought on top, and what happens at its end. A term's
//! deadlines are the circuit's, so they end with its being enabled. It must never shorten what was paid for.

use super::price::{self, Term};
use super::settle::{give_up_unpayable, note, pending};
use super::states::RENEW_AUTOMATICALLY;
use super::{Draft, Order, OrderKind};
use crate::action::{Result, Stop};
use crate::circuit::Circuit;
use crate::circuit::states::{BEGIN_RENEWAL, BusinessStatus, END_SUBSCRIPTION, Status};
use crate::codes;
use crate::cx::Cx;
use crate::limits::{AUTO_RENEW_LEAD_MS, SUBSCRIPTION_MONTHS_AHEAD_MAX};
use crate::money;
use crate::time::{self, Millis};
use crate::timer::TIMER;
use rpc::code::Error;
use store::Fault;

/// Sets the deadlines of an enabled circuit's term anew: the renewal that begins at its end, or its end and, before
/// that, its renewal by itself.
pub(crate) fn plan(cx: &mut Cx<'_>, circuit: &Circuit) -> Result<()> {
    let Some(end) = circuit.end_at.filter(|_| circuit.status() == Status::Enabled) else { return Ok(()) };
    for trigger in [BEGIN_RENEWAL, END_SUBSCRIPTION, RENEW_AUTOMATICALLY] {
        cx.drop_due(&circuit.id, trigger)?;
    }
    if circuit.renewed_until.is_some() {
        return cx.set_due(&circuit.id, BEGIN_RENEWAL, TIMER, "", end);
    }
    if end <= cx.now {
        return Ok(());
    }
    if circuit.auto_renew_months > 0 {
        let at = (end - AUTO_RENEW_LEAD_MS).max(cx.now);
        cx.set_due(&circuit.id, RENEW_AUTOMATICALLY, TIMER, "", at)?;
    }
    cx.set_due(&circuit.id, END_SUBSCRIPTION, TIMER, "", end)
}

/// The term has ended and nobody has renewed it.
pub(crate) fn end(cx: &mut Cx<'_>, circuit: &mut Circuit) -> Result<()> {
    lock_if_ended(circuit, cx.now);
    circuit.step(cx, END_SUBSCRIPTION)
}

/// Locks a circuit whose subscription has ended, unless it is locked already.
pub(crate) fn lock_if_ended(circuit: &mut Circuit, now: Millis) {
    let Some(end) = circuit.end_at.filter(|end| *end <= now && circuit.renewed_until.is_none()) else {
        return;
    };
    if circuit.status() == Status::Enabled && circuit.business_status == BusinessStatus::Normal {
        circuit.business_status = BusinessStatus::FinancialLocked;
        circuit.reason = format!("The subscription ended on {} and was not renewed.", time::wire(end));
    }
}

/// The end of the running term is the beginning of the next: EndTime moves on.
pub(crate) fn begin(cx: &mut Cx<'_>, circuit: &mut Circuit) -> Result<()> {
    let next = pending(cx, circuit)?.into_iter().next().and_then(|order| order.ends_at);
    let next =
        next.ok_or_else(|| Fault::broken(format!("no renewal of {} is there to begin", circuit.id)))?;
    circuit.end_at = Some(next);
    circuit.renewed_until = circuit.renewed_until.filter(|until| *until > next);
    circuit.step(cx, BEGIN_RENEWAL)?;
    plan(cx, circuit)
}

/// The circuit buys its next term from the balance; a short balance voids the order, and the term's end comes.
pub(crate) fn renew_by_itself(cx: &mut Cx<'_>, circuit: &mut Circuit) -> Result<()> {
    let term = Term::months(circuit.auto_renew_months);
    let mut order = draft(cx, circuit, term)?;
    if buy(cx, circuit, &mut order, RENEW_AUTOMATICALLY)? {
        return Ok(());
    }
    give_up_unpayable(cx, &mut order)
}

/// A renewal's order, not yet paid.
fn draft(cx: &mut Cx<'_>, circuit: &Circuit, term: Term) -> Result<Order> {
    let kind = OrderKind::Renew;
    let amount_minor = price::amount(cx.world, kind, circuit.port_type, &circuit.access_point_id, term)?;
    let auto_renew_months = circuit.auto_renew_months;
    Order::insert(cx, &Draft { kind, circuit, term, amount_minor, auto_renew_months })
}

/// Buys a further term: it begins where the last one ends, and one that has ended is taken up from there. A balance
/// that is short is refused.
pub(crate) fn renew(
    cx: &mut Cx<'_>,
    circuit: &mut Circuit,
    term: Term,
    trigger: &'static str,
) -> Result<Order> {
    span(circuit, term, cx.now)?;
    let mut order = draft(cx, circuit, term)?;
    if buy(cx, circuit, &mut order, trigger)? {
        Ok(order)
    } else {
        Err(super::settle::insufficient(cx, order.amount_minor))
    }
}

fn buy(cx: &mut Cx<'_>, circuit: &mut Circuit, order: &mut Order, trigger: &'static str) -> Result<bool> {
    let (start, end) = span(circuit, order.term, cx.now)?;
    if !money::pay(cx, &order.id, order.amount_minor, &note(order))? {
        return Ok(false);
    }
    (order.starts_at, order.ends_at) = (Some(start), Some(end));
    order.step(cx, trigger)?;
    if start > cx.now {
        circuit.renewed_until = Some(end);
    } else {
        circuit.end_at = Some(end);
        if circuit.business_status == BusinessStatus::FinancialLocked {
            circuit.business_status = BusinessStatus::Normal;
            circuit.reason.clear();
        }
    }
    circuit.step(cx, trigger)?;
    plan(cx, circuit)?;
    Ok(true)
}

/// When a further term would begin and end. It must reach beyond now, and not beyond what may be bought ahead.
fn span(circuit: &Circuit, term: Term, now: Millis) -> Result<(Millis, Millis)> {
    let start = circuit.renewed_until.or(circuit.end_at);
    let start = start.ok_or_else(|| Fault::broken(format!("{} has no subscription to renew", circuit.id)))?;
    let latest = time::add_months(now, SUBSCRIPTION_MONTHS_AHEAD_MAX).unwrap_or(i64::MAX);
    match term.end(start) {
        Some(end) if end <= now => Err(too_short(start, now)),
        Some(end) if end <= latest => Ok((start, end)),
        _ => Err(wrong_period(format!(
            "A subscription may reach at most to {}; buy a shorter period.",
            time::wire(latest)
        ))),
    }
}

fn too_short(start: Millis, now: Millis) -> Stop {
    let ended = format!("The subscription ended on {}", time::wire(start));
    let reaches = |months: &i64| time::add_months(start, *months).is_some_and(|end| end > now);
    let (most, years) = (Term::YEARS_MAX * 12, |months: i64| (months + 11) / 12);
    wrong_period(match (1..=most).find(reaches) {
        Some(months @ 1..=9) => format!("{ended}: at least {months} months are needed."),
        Some(months) => format!(
            "{ended}: at least {months} months are needed; buy Period {} with PricingCycle Year.",
            years(months)
        ),
        None => format!("{ended}: more than {} years are needed, which no order buys.", Term::YEARS_MAX),
    })
}

fn wrong_period(sentence: String) -> Stop {
    Error::new(&codes::INVALID_PHYSICAL_CONNECTION_PERIOD_MALFORMED).with_message(sentence).into()
}
