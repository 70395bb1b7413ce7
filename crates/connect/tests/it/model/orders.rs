//! Orders in the model: placing, paying and voiding them, and what that brings for their circuits.

use super::circuits::Line;
use super::money::{amount, price};
use super::{Args, Code, Model, UNKNOWN, UNKNOWN_ORDER, Verdicts, assert_says, get, is_true, number};
use super::{refuse_unless, text, time};
use crate::house::Who;
use serde_json::{Value, json};

#[derive(Debug)]
pub(crate) struct Order {
    /// What the product called it; empty until it was seen.
    pub(crate) id: String,
    pub(crate) account: String,
    pub(super) kind: &'static str,
    pub(super) circuit: String,
    pub(super) region: String,
    pub(super) point: String,
    pub(super) port_type: String,
    pub(super) period: i64,
    pub(super) cycle: &'static str,
    pub(super) minor: i64,
    pub(super) status: &'static str,
    pub(super) reason: String,
    pub(super) auto_months: i64,
    pub(crate) created: i64,
    pub(super) paid: Option<i64>,
    pub(super) voided: Option<i64>,
    pub(super) refunded: Option<i64>,
    pub(super) starts: Option<i64>,
    pub(super) ends: Option<i64>,
}

/// How long an order waits to be paid.
const LIFETIME_MS: i64 = 24 * 60 * 60 * 1000;

pub(super) const NOT_ALLOWED: Code = ("INSTANCE.STATUS.NOT.ALLOW", 400);
pub(super) const NOT_IN_STATE: Code = ("Forbidden.NotAllowedInState", 400);
const WRONG_PERIOD: Code = ("InvalidPhysicalConnectionPeriod.Malformed", 400);
pub(super) const SHORT: Code = ("InsufficientBalance", 400);

impl Order {
    pub(super) fn months(&self) -> i64 {
        if self.cycle == "Year" { self.period * 12 } else { self.period }
    }

    /// What the statement shows of its payment.
    pub(super) fn note(&self) -> String {
        format!("{} order for {}", self.kind, self.circuit)
    }

    /// The order as the operator is shown it.
    pub(super) fn shown(&self) -> Value {
        json!({
            "OrderId": self.id, "OrderType": self.kind, "AccountId": self.account,
            "PhysicalConnectionId": self.circuit, "RegionId": self.region, "AccessPointId": self.point,
            "PortType": self.port_type, "Period": self.period, "PricingCycle": self.cycle,
            "Amount": amount(self.minor), "AmountMinor": self.minor, "Currency": "CNY",
            "Status": self.status, "Reason": self.reason, "AutoRenewDuration": self.auto_months,
            "CreationTime": time::wire(self.created), "ExpireTime": time::wire(self.created + LIFETIME_MS),
            "PaymentTime": time::wire_or_empty(self.paid), "VoidTime": time::wire_or_empty(self.voided),
            "RefundTime": time::wire_or_empty(self.refunded),
            "StartTime": time::wire_or_empty(self.starts), "EndTime": time::wire_or_empty(self.ends),
        })
    }

    /// What the billing product calls what it buys, and what became of it.
    pub(super) fn in_billing(&self) -> (&'static str, &'static str) {
        let kind = if self.kind == "RENEW" { "Renew" } else { "New" };
        match self.status {
            "Unpaid" | "Paid" => (kind, self.status),
            _ => (kind, "Cancelled"),
        }
    }

    /// The order as the billing product shows it.
    pub(super) fn billed(&self) -> Value {
        let (amount, (kind, status)) = (amount(self.minor), self.in_billing());
        json!({
            "OrderId": self.id, "SubOrderId": self.id, "OrderType": kind, "PaymentStatus": status,
            "CreateTime": time::wire(self.created), "PaymentTime": time::wire_or_empty(self.paid),
            "PretaxAmount": amount, "PretaxGrossAmount": amount, "AfterTaxAmount": amount, "Tax": "0.00",
            "Currency": "CNY", "PaymentCurrency": "CNY", "ProductCode": "expressconnect",
            "ProductType": "physicalconnection", "SubscriptionType": "Subscription",
            "Region": self.region, "InstanceIDs": format!("[\"{}\"]", self.circuit),
            "UsageStartTime": time::wire_or_empty(self.starts),
            "UsageEndTime": time::wire_or_empty(self.ends), "Quantity": "1",
        })
    }
}

/// The term that a call asks for: a number of months or years. Five years are the most.
pub(super) fn term(args: &Args) -> Result<(i64, &'static str), Code> {
    let cycle = if get(args, "PricingCycle") == Some("Year") { "Year" } else { "Month" };
    let period = number(args, "Period", 1);
    refuse_unless(cycle == "Month" || period <= 5, WRONG_PERIOD)?;
    Ok((period, cycle))
}

/// What a rehearsal tells of a price.
fn quoted(minor: i64) -> Value {
    json!({"OrderId": "", "Amount": amount(minor), "AmountMinor": minor, "Currency": "CNY"})
}

impl Model {
    pub(super) fn order_of(&self, id: &str) -> Option<usize> {
        self.orders.iter().position(|order| order.id == id)
    }

    /// How many of the newest orders have no id yet: those that no answer has named.
    pub(crate) fn unnamed(&self) -> usize {
        self.orders.iter().rev().take_while(|order| order.id.is_empty()).count()
    }

    /// The ids of the newest orders, in their order.
    pub(crate) fn name_orders(&mut self, ids: Vec<String>) {
        let first = self.orders.len() - ids.len();
        for (order, id) in self.orders[first..].iter_mut().zip(ids) {
            order.id = id;
        }
        assert!(self.orders.is_sorted_by(|one, next| one.id < next.id), "orders are numbered as placed");
    }

    /// A new order for this circuit.
    pub(super) fn draft(
        &self,
        line: &Line,
        kind: &'static str,
        (period, cycle): (i64, &'static str),
        auto_months: i64,
    ) -> Result<Order, Code> {
        Ok(Order {
            id: String::new(),
            account: line.account.clone(),
            kind,
            circuit: line.id.clone(),
            region: line.region.clone(),
            point: line.point.clone(),
            port_type: line.port_type.clone(),
            period,
            cycle,
            minor: price(kind, &line.port_type, &line.point, period, cycle)?,
            status: "Unpaid",
            reason: String::new(),
            auto_months,
            created: self.now,
            paid: None,
            voided: None,
            refunded: None,
            starts: None,
            ends: None,
        })
    }

    /// Orders the first term of a circuit.
    pub(super) fn occupy(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let action = "CreatePhysicalConnectionOccupancyOrder";
        let term = term(args)?;
        let months = if is_true(args, "AutoRenew") { number(args, "AutoRenewDuration", 1) } else { 0 };
        let possible = !is_true(args, "AutoRenew") || (1..=60).contains(&months);
        refuse_unless(possible, ("InvalidParameter", 400))?;
        let at = self.own(who, args, UNKNOWN)?;
        let line = &self.lines[at];
        let over = ["Rejected", "Canceled", "Allocation Failed", "Terminating", "Terminated"];
        refuse_unless(!over.contains(&line.status), ("IAbs.InvalidStatus.ValueNotSupported", 400))?;
        self.legal(at, action)?;
        refuse_unless(!line.has_letter_under_way(), NOT_IN_STATE)?;
        refuse_unless(line.business == "Normal" && line.unpaid.is_none(), NOT_ALLOWED)?;
        let draft = self.draft(line, "NEW", term, months)?;
        if is_true(args, "DryRun") {
            assert_says(&reply["Data"], &quoted(draft.minor));
            return Ok(());
        }
        let id = reply["Data"]["OrderId"].as_str().unwrap_or_default();
        self.orders.push(Order { id: id.to_owned(), ..draft });
        let order = self.orders.len() - 1;
        if !is_true(args, "AutoPay") {
            self.wait(order, at);
        } else if self.pays(order) {
            self.take_effect(order, at, action)?;
        } else {
            self.give_up_unpayable(order);
        }
        Ok(())
    }

    /// Orders a circuit with its setup.
    pub(super) fn set_up(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        self.check_place(args, get(args, "PortType").unwrap_or("1000Base-T"))?;
        self.check_account(who, args)?;
        let line = self.line(who, args, reply["PhysicalConnectionId"].as_str().unwrap_or_default());
        let draft = self.draft(&line, "SETUP", (0, "Month"), 0)?;
        if is_true(args, "DryRun") {
            assert_says(reply, &json!({"PhysicalConnectionId": ""}));
            assert_says(reply, &quoted(draft.minor));
            return Ok(());
        }
        let id = reply["OrderId"].as_str().unwrap_or_default();
        self.orders.push(Order { id: id.to_owned(), ..draft });
        self.lines.push(line);
        let (order, at) = (self.orders.len() - 1, self.lines.len() - 1);
        if !is_true(args, "AutoPay") {
            self.wait(order, at);
        } else if self.pays(order) {
            self.plan_status(at);
        } else {
            self.give_up_unpayable(order);
            let reason = self.orders[order].reason.clone();
            self.step(at, "AbandonOrder", &reason)?;
        }
        Ok(())
    }

    pub(super) fn quote(&self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let (period, cycle) = term(args)?;
        let named = (get(args, "PhysicalConnectionId"), get(args, "AccessPointId"), get(args, "PortType"));
        let (point, port_type) = match named {
            (Some(id), None, None) => {
                let seen =
                    |line: &&Line| line.id == id && (who == Who::Operator || line.account == who.account());
                let line = self.lines.iter().find(seen).ok_or(UNKNOWN)?;
                (line.point.as_str(), line.port_type.as_str())
            }
            (None, Some(point), Some(port_type)) => {
                refuse_unless(point != "ap-none", ("ResourceNotFound.AccessPointId", 400))?;
                (point, port_type)
            }
            (None, _, _) => return Err(("MissingParameter", 400)),
            (Some(_), _, _) => return Err(("InvalidParameter", 400)),
        };
        let kind = get(args, "OrderType").unwrap_or("NEW");
        let minor = price(kind, port_type, point, period, cycle)?;
        assert_says(reply, &json!({"Amount": amount(minor), "AmountMinor": minor, "Currency": "CNY"}));
        Ok(())
    }

    /// The order waits, and its circuit for it.
    fn wait(&mut self, order: usize, at: usize) {
        self.lines[at].unpaid = Some(order);
        let (account, id) = (self.orders[order].account.clone(), self.orders[order].id.clone());
        self.set_due(&account, &id, "ExpireOrder", self.now + LIFETIME_MS, "");
        self.plan(&account, &id, "settling");
    }

    /// Pays an order out of the balance, if that suffices.
    pub(super) fn pays(&mut self, order: usize) -> bool {
        let paid = self.pay(order);
        if paid {
            self.end_waiting(order, "Paid");
            self.orders[order].paid = Some(self.now);
        }
        paid
    }

    fn end_waiting(&mut self, order: usize, status: &'static str) {
        self.orders[order].status = status;
        let id = self.orders[order].id.clone();
        if !id.is_empty() {
            self.clear_due(&id);
        }
    }

    /// What a paid order gives its circuit.
    fn take_effect(&mut self, order: usize, at: usize, trigger: &str) -> Verdicts {
        let now = self.now;
        let (bought, line) = (&mut self.orders[order], &mut self.lines[at]);
        line.unpaid = None;
        if bought.kind == "NEW" {
            let ends = Some(time::later(now, bought.months()));
            (bought.starts, bought.ends) = (Some(now), ends);
            (line.prepaid, line.end, line.auto_months) = (true, ends, bought.auto_months);
        }
        self.step(at, trigger, "")
    }

    fn void(&mut self, order: usize, reason: &str) {
        self.end_waiting(order, "Voided");
        self.orders[order].voided = Some(self.now);
        reason.clone_into(&mut self.orders[order].reason);
    }

    pub(super) fn give_up_unpayable(&mut self, order: usize) {
        let reason = self.shortage(&self.orders[order].account, self.orders[order].minor);
        self.void(order, &reason);
    }

    fn circuit_of(&self, order: usize) -> usize {
        let waits = |line: &Line| line.unpaid == Some(order);
        self.lines.iter().position(waits).expect("a circuit waits for an unpaid order")
    }

    /// The operator's moves on an order.
    pub(super) fn settle(&mut self, action: &str, args: &Args) -> Verdicts {
        let order = get(args, "OrderId").and_then(|id| self.order_of(id)).ok_or(UNKNOWN_ORDER)?;
        refuse_unless(self.orders[order].status == "Unpaid", ("IncorrectStatus.Order", 400))?;
        match action {
            "PayOrder" => self.pay_order(order),
            _ => self.void_order(order, "VoidOrder", &text(args, "Reason")),
        }
    }

    pub(super) fn pay_order(&mut self, order: usize) -> Verdicts {
        let at = self.circuit_of(order);
        let locked = self.orders[order].kind == "NEW" && self.lines[at].business != "Normal";
        refuse_unless(!locked, NOT_ALLOWED)?;
        refuse_unless(self.pays(order), SHORT)?;
        self.take_effect(order, at, "PayOrder")
    }

    pub(super) fn void_order(&mut self, order: usize, trigger: &str, reason: &str) -> Verdicts {
        let at = self.circuit_of(order);
        self.void(order, reason);
        self.lines[at].unpaid = None;
        if self.orders[order].kind == "SETUP" { self.step(at, trigger, reason) } else { Ok(()) }
    }

    pub(super) fn expire(&mut self, order: usize) -> Verdicts {
        let until = time::wire(self.orders[order].created + LIFETIME_MS);
        self.void_order(order, "ExpireOrder", &format!("The order was not paid by {until}."))
    }

    /// Buys what a confirmed circuit waits for, or a month of it.
    pub(super) fn enable(&mut self, who: Who, args: &Args) -> Verdicts {
        let action = "EnablePhysicalConnection";
        let at = self.own(who, args, UNKNOWN)?;
        self.legal(at, action)?;
        let line = &self.lines[at];
        if line.status != "Confirmed" {
            return self.step(at, action, "");
        }
        refuse_unless(line.business == "Normal", NOT_ALLOWED)?;
        if is_true(args, "ByPassSp") {
            self.may_bypass(line)?;
            return self.step(at, action, "");
        }
        refuse_unless(!line.has_letter_under_way(), NOT_IN_STATE)?;
        let draft = self.draft(line, "NEW", (1, "Month"), 0).map_err(|_| NOT_ALLOWED)?;
        let minor = line.unpaid.map_or(draft.minor, |order| self.orders[order].minor);
        refuse_unless(self.covers(&line.account, minor), NOT_ALLOWED)?;
        let order = line.unpaid.unwrap_or_else(|| {
            self.orders.push(draft);
            self.orders.len() - 1
        });
        assert!(self.pays(order), "what is covered is paid");
        self.take_effect(order, at, action)
    }

    /// The account and the device are both allowed to do without an order.
    fn may_bypass(&self, line: &Line) -> Verdicts {
        let allowed = self.direct.contains(&line.account);
        refuse_unless(allowed, ("ALIUID.NOT.ALLOW.WITHOUT.SP", 400))?;
        let device = line.port.as_ref().and_then(|id| self.ports.iter().find(|port| port.id == *id));
        let allowed = device.is_some_and(|port| self.direct.contains(&port.device));
        refuse_unless(allowed, ("ACCESS.DEVICE.NOT.ALLOW.WITHOUT.SP", 400))
    }

    /// A circuit comes to another state, or goes: an order that still waits for it is given up, and renewals that have
    /// not begun are given back.
    pub(super) fn leave_behind(&mut self, at: usize) {
        if let Some(order) = self.lines[at].unpaid.take() {
            let enabled = self.lines[at].status == "Enabled";
            let enabled = enabled.then_some("The circuit was enabled without an order.");
            self.void(order, enabled.unwrap_or("The circuit was withdrawn."));
        }
        if self.lines[at].status != "Terminating" || self.lines[at].renewed.take().is_none() {
            return;
        }
        for order in self.pending(at) {
            self.pay_back(order, self.orders[order].minor, self.orders[order].note());
            let given_back = &mut self.orders[order];
            (given_back.status, given_back.refunded) = ("Refunded", Some(self.now));
            "The circuit was terminated before the renewal began.".clone_into(&mut given_back.reason);
        }
    }

    /// The billing product's word on one order of the caller's; the rows are compared as a list's.
    pub(super) fn order_detail(&self, who: Who, args: &Args) -> Verdicts {
        let own = |order: &usize| self.orders[*order].account == who.account();
        let found = get(args, "OrderId").and_then(|id| self.order_of(id)).filter(own);
        found.map(drop).ok_or(UNKNOWN_ORDER)
    }
}
