//! The time that subscriptions run, in the model: renewals, ends, and what comes back of time that is not used.

use super::orders::{NOT_ALLOWED, NOT_IN_STATE, SHORT, term};
use super::{Args, Code, Model, UNKNOWN, Verdicts, assert_says, get, refuse_unless, time};
use crate::house::Who;
use serde_json::{Value, json};

/// How long before its end a circuit that renews itself buys its next term.
const LEAD_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// How far ahead a subscription may reach, months.
const AHEAD_MONTHS: i64 = 120;

impl Model {
    /// Sets the deadlines of a running term anew.
    pub(super) fn plan_term(&mut self, at: usize) {
        let (now, line) = (self.now, &self.lines[at]);
        let Some(end) = line.end else { return };
        let (account, id, renewed, months) =
            (line.account.clone(), line.id.clone(), line.renewed.is_some(), line.auto_months);
        for trigger in ["BeginRenewal", "EndSubscription", "RenewAutomatically"] {
            self.drop_due(&id, trigger);
        }
        if renewed {
            return self.set_due(&account, &id, "BeginRenewal", end, "");
        }
        if end > now {
            self.set_due(&account, &id, "EndSubscription", end, "");
            if months > 0 {
                self.set_due(&account, &id, "RenewAutomatically", (end - LEAD_MS).max(now), "");
            }
        }
    }

    /// A subscription that has ended locks its circuit, unless something else does.
    pub(super) fn lock_if_ended(&mut self, at: usize) {
        let line = &mut self.lines[at];
        let over = line.end.filter(|end| *end <= self.now && line.renewed.is_none());
        if let Some(end) = over.filter(|_| line.status == "Enabled" && line.business == "Normal") {
            line.business = "FinancialLocked";
            line.reason = format!("The subscription ended on {} and was not renewed.", time::wire(end));
        }
    }

    /// The renewals of a circuit that are paid and have not begun, by their places among all orders.
    pub(super) fn pending(&self, at: usize) -> Vec<usize> {
        let line = &self.lines[at];
        let waits = |place: &usize| {
            let order = &self.orders[*place];
            order.circuit == line.id
                && order.kind == "RENEW"
                && order.status == "Paid"
                && order.starts >= line.end
        };
        (0..self.orders.len()).filter(waits).collect()
    }

    pub(super) fn begin_renewal(&mut self, at: usize) {
        let next = self.pending(at).first().and_then(|order| self.orders[*order].ends);
        let line = &mut self.lines[at];
        line.end = next;
        line.renewed = line.renewed.filter(|_| line.renewed > next);
        self.plan_term(at);
    }

    pub(super) fn renew_by_itself(&mut self, at: usize) -> Verdicts {
        let months = self.lines[at].auto_months;
        let order = self.draft(&self.lines[at], "RENEW", (months, "Month"), months)?;
        let span = self.span(at, order.months())?;
        self.orders.push(order);
        let order = self.orders.len() - 1;
        if self.pays(order) {
            self.extend(order, at, span);
        } else {
            self.give_up_unpayable(order);
        }
        Ok(())
    }

    /// The operator sells a further term.
    pub(super) fn renew(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let wanted = term(args)?;
        let at = self.own(who, args, UNKNOWN)?;
        self.legal(at, "RenewPhysicalConnection")?;
        let line = &self.lines[at];
        refuse_unless(line.prepaid, NOT_ALLOWED)?;
        let mut order = self.draft(line, "RENEW", wanted, line.auto_months)?;
        let span = self.span(at, order.months())?;
        refuse_unless(self.covers(&line.account, order.minor), SHORT)?;
        reply["OrderId"].as_str().unwrap_or_default().clone_into(&mut order.id);
        assert_says(reply, &json!({"StartTime": time::wire(span.0), "EndTime": time::wire(span.1)}));
        self.orders.push(order);
        let order = self.orders.len() - 1;
        assert!(self.pays(order), "what is covered is paid");
        self.extend(order, at, span);
        Ok(())
    }

    /// When a further term would begin and end: beyond now, and not too far.
    fn span(&self, at: usize, months: i64) -> Result<(i64, i64), Code> {
        let line = &self.lines[at];
        let start = line.renewed.or(line.end).unwrap();
        let end = time::later(start, months);
        let fits = end > self.now && end <= time::later(self.now, AHEAD_MONTHS);
        refuse_unless(fits, ("InvalidPhysicalConnectionPeriod.Malformed", 400))?;
        Ok((start, end))
    }

    /// A further term is paid.
    fn extend(&mut self, order: usize, at: usize, (start, end): (i64, i64)) {
        let (bought, line) = (&mut self.orders[order], &mut self.lines[at]);
        (bought.starts, bought.ends) = (Some(start), Some(end));
        if start > self.now {
            line.renewed = Some(end);
        } else {
            line.end = Some(end);
            if line.business == "FinancialLocked" {
                line.business = "Normal";
                line.reason.clear();
            }
        }
        self.plan_term(at);
    }

    /// A circuit is given back, and with it the money for the time it has not used.
    pub(super) fn refund_instance(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let id = get(args, "InstanceId").unwrap_or_default();
        let mine = |line: &super::Line| line.id == id && line.account == who.account();
        let at = self.lines.iter().position(mine).ok_or(("ResourceNotExists", 400))?;
        refuse_unless(self.lines[at].status == "Enabled", NOT_IN_STATE)?;
        let line = &self.lines[at];
        self.routers.hold("RefundInstance", &line.id)?;
        self.held_by_hosted("RefundInstance", &line.id)?;
        refuse_unless(line.prepaid, NOT_ALLOWED)?;
        let runs = |order: &super::Order| {
            order.circuit == line.id && order.status == "Paid" && order.ends == line.end
        };
        let order = self.orders.iter().rposition(runs).expect("somebody paid for the term");
        let running = &self.orders[order];
        let (starts, ends) = (running.starts.unwrap(), running.ends.unwrap());
        let (left, whole) = (i128::from(ends - self.now), i128::from(ends - starts));
        let back = i128::from(running.minor) * left.clamp(0, whole) / whole;
        let number: Option<i64> = running.id.parse().ok();
        self.pay_back(order, i64::try_from(back).unwrap(), format!("unused time of {id}"));
        assert_says(&reply["Data"], &json!({"OrderId": number}));
        self.step(at, "TerminatePhysicalConnection", "")
    }
}
