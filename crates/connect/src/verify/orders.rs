//! What must hold of orders: that they belong to what waits for them, that their money has moved, and that what they
//! bought is what circuits have.

use super::{Findings, each_wrong, quoted};
use crate::circuit::states::WAS_ENABLED;
use store::{Fault, Read};

/// An order's id and its status, for a sentence.
fn order(row: &dyn store::Row) -> Result<String, Fault> {
    Ok(format!("order {} is {}", row.text(0)?, row.text(1)?))
}

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
        |row| Ok(format!("{} waits for order {}, which is not its own", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select circuit_order.id, circuit_order.status from circuit_order
         left join circuit on circuit.id = circuit_order.circuit_id
         where (circuit_order.status = 'Unpaid' and (circuit.id is null
         or circuit.unpaid_order <> circuit_order.id or circuit_order.waiting_since is null
         or circuit_order.waiting_since <> circuit_order.created_at))
         or (circuit_order.status <> 'Unpaid' and circuit_order.waiting_since is not null) order by circuit_order.id",
        &[],
        |row| Ok(format!("{} and waits wrongly, or for nothing", order(row)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select id, status from circuit_order where status = 'Unpaid' and not exists (select 1 from due
         where due.account = circuit_order.account and due.resource = circuit_order.id
         and due.trigger = 'ExpireOrder' and due.at = circuit_order.expires_at) order by id",
        &[],
        |row| Ok(format!("{} and never expires", order(row)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select due.resource, due.trigger from due left join circuit_order on circuit_order.id = due.resource
         where due.trigger in ('ExpireOrder', 'PayOrder', 'VoidOrder')
         and (circuit_order.id is null or circuit_order.status <> 'Unpaid') order by due.resource",
        &[],
        |row| Ok(format!("{} is due on order {}, which is settled", row.text(1)?, row.text(0)?)),
    )
}

pub(super) fn orders_say_what_became_of_them(
    read: &mut dyn Read,
    findings: &mut Findings,
) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select id, status from circuit_order where (status = 'Voided' and voided_at is null)
         or (status <> 'Voided' and voided_at is not null) or (status = 'Refunded' and refunded_at is null)
         or (status <> 'Refunded' and refunded_at is not null)
         or (status in ('Paid', 'Refunded') and paid_at is null)
         or (status not in ('Paid', 'Refunded') and paid_at is not null)
         or (status in ('Voided', 'Refunded') and reason = '') order by id",
        &[],
        |row| Ok(format!("{} without its instant or its reason", order(row)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select id, status from circuit_order where (paid_at is not null and kind <> 'SETUP'
         and (starts_at is null or ends_at is null or ends_at <= starts_at))
         or ((paid_at is null or kind = 'SETUP') and (starts_at is not null or ends_at is not null)) order by id",
        &[],
        |row| Ok(format!("{} with a term that was not bought, or without one", order(row)?)),
    )
}

pub(super) fn payments_are_posted(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select circuit_order.id, circuit_order.status, circuit_order.amount_minor, coalesce(moved.paid, 0),
         coalesce(moved.back, 0) from circuit_order left join (select account, order_id,
         cast(sum(case when kind = 'payment' then minor else 0 end) as bigint) as paid,
         cast(sum(case when kind = 'payment' then 0 else minor end) as bigint) as back from posting
         where book = 'wallet' and order_id <> '' group by account, order_id
         ) as moved on moved.order_id = circuit_order.id and moved.account = circuit_order.account
         where coalesce(moved.paid, 0) <>
         case when circuit_order.status in ('Paid', 'Refunded') then 0 - circuit_order.amount_minor else 0 end
         or coalesce(moved.back, 0) < case when circuit_order.status = 'Refunded' then circuit_order.amount_minor
         else 0 end
         or coalesce(moved.back, 0) > case when circuit_order.status in ('Paid', 'Refunded')
         then circuit_order.amount_minor else 0 end
         order by circuit_order.id",
        &[],
        |row| Ok(format!("{}, costs {} and moved {} and {}", order(row)?, row.int(2)?, row.int(3)?, row.int(4)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select posting.order_id from posting
         left join circuit_order on circuit_order.id = posting.order_id and circuit_order.account = posting.account
         where posting.order_id <> '' and circuit_order.id is null order by posting.order_id",
        &[],
        |row| Ok(format!("money was moved for order {}, which is not there", row.text(0)?)),
    )
}

pub(super) fn subscriptions_are_bought(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let enabled = quoted(WAS_ENABLED.iter().map(crate::circuit::states::Status::as_str));
    each_wrong(
        read,
        findings,
        &format!(
            "select circuit.id, circuit.charge_type, coalesce(first.n, 0) from circuit left join (
             select circuit_id, count(*) as n from circuit_order where kind = 'NEW' and status = 'Paid'
             group by circuit_id) as first on first.circuit_id = circuit.id
             where coalesce(first.n, 0) <> case when circuit.charge_type = 'Prepaid' then 1 else 0 end
             or (circuit.charge_type = '' and circuit.end_at is not null)
             or (circuit.charge_type <> '' and (circuit.status not in ({enabled}) or not exists (
             select 1 from circuit_order where circuit_order.circuit_id = circuit.id
             and circuit_order.status = 'Paid' and circuit_order.ends_at = circuit.end_at))) order by circuit.id"
        ),
        &[],
        |row| {
            let (id, charge, orders) = (row.text(0)?, row.text(1)?, row.int(2)?);
            Ok(format!("{id} is charged {charge:?} with {orders} paid first orders, or its term was not bought"))
        },
    )
}

/// A circuit's terms, while its renewals pass by in the order in which they were bought.
struct Terms {
    id: String,
    until: Option<i64>,
    renewed_until: Option<i64>,
}

impl Terms {
    fn end(&self, findings: &mut Findings) {
        if self.until != self.renewed_until {
            let Terms { id, until, renewed_until } = self;
            findings.say(format!("{id} is renewed until {renewed_until:?}, and its orders say {until:?}"));
        }
    }
}

pub(super) fn terms_follow(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let mut terms: Option<Terms> = None;
    read.each(
        "select circuit.id, circuit.end_at, circuit.renewed_until, circuit_order.starts_at, circuit_order.ends_at
         from circuit left join circuit_order on circuit_order.circuit_id = circuit.id
         and circuit_order.kind = 'RENEW' and circuit_order.status = 'Paid'
         and circuit_order.starts_at >= circuit.end_at
         where circuit.end_at is not null and circuit.status = 'Enabled' order by circuit.id, circuit_order.id",
        &[],
        &mut |row| {
            let (id, end) = (row.text(0)?, row.int(1)?);
            if terms.as_ref().is_none_or(|terms| terms.id != id) {
                if let Some(before) = &terms {
                    before.end(findings);
                }
                terms = Some(Terms { id: id.to_owned(), until: None, renewed_until: row.maybe_int(2)? });
            }
            if let (Some(terms), Some(starts), ends) = (&mut terms, row.maybe_int(3)?, row.maybe_int(4)?) {
                if starts != terms.until.unwrap_or(end) {
                    findings.say(format!("a renewal of {id} begins where no term ends"));
                }
                terms.until = ends;
            }
            Ok(())
        },
    )?;
    if let Some(last) = &terms {
        last.end(findings);
    }
    deadlines_of_terms(read, findings)
}

fn deadlines_of_terms(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select due.resource, due.trigger from due left join circuit on circuit.id = due.resource
         where due.trigger in ('BeginRenewal', 'EndSubscription', 'RenewAutomatically')
         and (circuit.id is null or circuit.status <> 'Enabled' or circuit.end_at is null
         or (due.trigger = 'BeginRenewal' and (circuit.renewed_until is null or due.at <> circuit.end_at))
         or (due.trigger = 'EndSubscription' and (circuit.renewed_until is not null or due.at <> circuit.end_at))
         or (due.trigger = 'RenewAutomatically' and (circuit.renewed_until is not null
         or circuit.auto_renew_months = 0 or due.at > circuit.end_at))) order by due.resource, due.trigger",
        &[],
        |row| Ok(format!("{} is due on {}, whose term does not wait for it", row.text(1)?, row.text(0)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select id, status from circuit where renewed_until is not null and (status <> 'Enabled'
         or not exists (select 1 from due where due.account = circuit.account and due.resource = circuit.id
         and due.trigger = 'BeginRenewal')) order by id",
        &[],
        |row| Ok(format!("{} is {} and its renewal never begins", row.text(0)?, row.text(1)?)),
    )
}
