//! What must hold of orders, and of the time that they bought.

use super::circuits::words;
use super::{Findings, each_wrong, quoted};
use crate::circuit::states::{BEGIN_RENEWAL, END_SUBSCRIPTION, Status, WAS_ENABLED};
use crate::order::PREPAID;
use crate::order::states::{EXPIRE_ORDER, RENEW_AUTOMATICALLY};
use serde_json::Value;
use store::{Arg, Fault, Read, Row};

pub(super) fn waiting_orders_belong(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select circuit.id, circuit.unpaid_order from circuit
         left join circuit_order on circuit_order.id = circuit.unpaid_order
         where circuit.unpaid_order <> '' and (circuit_order.id is null or circuit_order.status <> 'Unpaid'
         or circuit_order.circuit_id <> circuit.id or circuit_order.account <> circuit.account
         or not ((circuit.status = 'Initial' and circuit_order.kind = 'SETUP')
         or (circuit.status = 'Confirmed' and circuit_order.kind = 'NEW'))) order by circuit.id",
        &[],
        |row| Ok(format!("{} waits for the order {}, which is none to wait for", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select id, circuit_id from circuit_order where status = 'Unpaid' and not exists (select 1 from circuit
         where circuit.id = circuit_order.circuit_id and circuit.unpaid_order = circuit_order.id) order by id",
        &[],
        |row| Ok(format!("order {} is unpaid, and {} does not wait for it", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select id, status from circuit_order
         where (status = 'Unpaid' and not exists (select 1 from due where due.account = circuit_order.account
         and due.resource = circuit_order.id and due.trigger = $1 and due.at = circuit_order.expires_at))
         or (status <> 'Unpaid' and exists (select 1 from due where due.account = circuit_order.account
         and due.resource = circuit_order.id))
         or (status = 'Unpaid' and (waiting_since is null or waiting_since <> created_at))
         or (status <> 'Unpaid' and waiting_since is not null) order by id",
        &[Arg::from(EXPIRE_ORDER)],
        |row| Ok(format!("order {} is {} and waits wrongly, or does not", row.text(0)?, row.text(1)?)),
    )
}

pub(super) fn orders_are_whole(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select id, created_at, before from (select id, created_at,
         lag(created_at, 1, created_at) over (partition by account order by id) as before from circuit_order
         ) as placed where before > created_at or length(id) <> 16 or id < '1000000000000000' order by id",
        &[],
        |row| Ok(format!("order {} is numbered otherwise than it was placed", row.text(0)?)),
    )?;
    let paid = quoted(["Paid", "Refunded"]);
    each_wrong(
        read,
        findings,
        &format!(
            "select id, status from circuit_order
             where (status = 'Voided' and voided_at is null) or (status <> 'Voided' and voided_at is not null)
             or (status = 'Refunded' and refunded_at is null) or (status <> 'Refunded' and refunded_at is not null)
             or (status in ('Voided', 'Refunded') and reason = '')
             or (status in ({paid}) and paid_at is null) or (status not in ({paid}) and paid_at is not null)
             or (status in ({paid}) and kind <> 'SETUP' and (starts_at is null or ends_at is null))
             or ((status not in ({paid}) or kind = 'SETUP') and (starts_at is not null or ends_at is not null))
             order by id"
        ),
        &[],
        |row| Ok(format!("order {} is {} and its instants do not fit", row.text(0)?, row.text(1)?)),
    )
}

pub(super) fn payments_are_posted(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    // Paid once and whole; given back whole where the order was, and at most in part where it stands.
    each_wrong(
        read,
        findings,
        "select circuit_order.id, circuit_order.status, circuit_order.amount_minor, coalesce(moved.paid, 0),
         coalesce(moved.back, 0) from circuit_order left join (select account, order_id,
         cast(sum(case when kind = 'payment' then minor else 0 end) as bigint) as paid,
         cast(sum(case when kind = 'payment' then 0 else minor end) as bigint) as back from posting
         where order_id <> '' and book = 'wallet' group by account, order_id
         ) as moved on moved.account = circuit_order.account and moved.order_id = circuit_order.id
         where (circuit_order.status in ('Paid', 'Refunded')
         and coalesce(moved.paid, 0) <> - circuit_order.amount_minor)
         or (circuit_order.status = 'Refunded' and coalesce(moved.back, 0) <> circuit_order.amount_minor)
         or (circuit_order.status = 'Paid'
         and (coalesce(moved.back, 0) < 0 or coalesce(moved.back, 0) > circuit_order.amount_minor))
         or (circuit_order.status not in ('Paid', 'Refunded')
         and (coalesce(moved.paid, 0) <> 0 or coalesce(moved.back, 0) <> 0)) order by circuit_order.id",
        &[],
        |row| {
            let (id, status, amount) = (row.text(0)?, row.text(1)?, row.int(2)?);
            let (paid, back) = (row.int(3)?, row.int(4)?);
            Ok(format!("order {id} of {amount} is {status}, and the wallet moved by {paid} and {back}"))
        },
    )?;
    each_wrong(
        read,
        findings,
        "select account, serial, line, order_id from posting where order_id <> '' and not exists (
         select 1 from circuit_order where circuit_order.account = posting.account
         and circuit_order.id = posting.order_id) order by account, serial, line",
        &[],
        |row| {
            let (account, serial, line, order) = (row.text(0)?, row.int(1)?, row.int(2)?, row.text(3)?);
            Ok(format!(
                "line {line} of revision {serial} of account {account} names the unknown order {order}"
            ))
        },
    )
}

pub(super) fn subscriptions_are_bought(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let enabled = words(WAS_ENABLED);
    each_wrong(
        read,
        findings,
        &format!(
            "select circuit.id, circuit.charge_type, coalesce(bought.n, 0) from circuit left join (
             select circuit_id, count(*) as n from circuit_order where kind = 'NEW' and status = 'Paid'
             group by circuit_id) as bought on bought.circuit_id = circuit.id
             where (circuit.charge_type = $1
             and (coalesce(bought.n, 0) <> 1 or circuit.end_at is null or circuit.status not in ({enabled})))
             or (circuit.charge_type <> $1 and (coalesce(bought.n, 0) <> 0 or circuit.end_at is not null))
             order by circuit.id"
        ),
        &[Arg::from(PREPAID)],
        |row| Ok(format!("{} is charged {:?} by {} first orders", row.text(0)?, row.text(1)?, row.int(2)?)),
    )
}

/// The renewals that are paid and had not begun when the running term ends.
const AHEAD: &str = "circuit_order.circuit_id = circuit.id and circuit_order.kind = 'RENEW'
    and circuit_order.status = 'Paid' and circuit_order.starts_at >= circuit.end_at";

pub(super) fn terms_follow(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let due = |place: usize| {
        format!(
            "(select at from due where due.account = circuit.account and due.resource = circuit.id
             and due.trigger = ${place})"
        )
    };
    let sql = format!(
        "select id, status, end_at, renewed_until, auto_renew_months, answer, {}, {}, {},
         (select max(ends_at) from circuit_order where {AHEAD}) from circuit
         order by account, region, serial",
        due(1),
        due(2),
        due(3)
    );
    let triggers = [BEGIN_RENEWAL, END_SUBSCRIPTION, RENEW_AUTOMATICALLY].map(Arg::from);
    read.each(&sql, &triggers, &mut |row| {
        if !term_fits(row)? {
            findings.say(format!("{} has a term, deadlines and renewals that do not fit", row.text(0)?));
        }
        Ok(())
    })?;
    each_wrong(
        read,
        findings,
        &format!(
            "select id, renewal from (select circuit.id as id, circuit_order.id as renewal, circuit_order.starts_at as
             starts_at, lag(circuit_order.ends_at, 1, circuit.end_at) over
             (partition by circuit.id order by circuit_order.starts_at, circuit_order.id) as reached
             from circuit join circuit_order on {AHEAD} where circuit.status = 'Enabled') as terms
             where starts_at <> reached order by id, renewal"
        ),
        &[],
        |row| Ok(format!("the renewal {} of {} begins elsewhere than the last ends", row.text(1)?, row.text(0)?)),
    )
}

/// Whether a circuit's end, its deadlines and what it bought ahead go together.
fn term_fits(row: &dyn Row) -> Result<bool, Fault> {
    let (end, renewed_until, bought_until) = (row.maybe_int(2)?, row.maybe_int(3)?, row.maybe_int(9)?);
    let set = [row.maybe_int(6)?, row.maybe_int(7)?, row.maybe_int(8)?];
    let answer: Value = serde_json::from_slice(row.bytes(5)?).unwrap_or_default();
    let told = answer["HasReservationData"] == if renewed_until.is_some() { "true" } else { "false" };
    let untold = answer.get("ReservationActiveTime").is_none();
    let (Some(end), true) = (end, row.text(1)? == Status::Enabled.as_str()) else {
        return Ok(told && untold && set == [None; 3] && renewed_until.is_none());
    };
    let deadlines = match set {
        [Some(at), None, None] => at == end && renewed_until.is_some(),
        [None, Some(at), by_itself] => {
            let renews = row.int(4)? > 0;
            at == end && renewed_until.is_none() && by_itself.is_none_or(|at| at <= end && renews)
        }
        // It has ended.
        [None, None, None] => renewed_until.is_none(),
        _ => false,
    };
    Ok(told && untold && deadlines && renewed_until == bought_until)
}
