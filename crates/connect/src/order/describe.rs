//! The operator's list of orders, in the order in which they were placed.

use super::states::OrderStatus;
use super::{Order, OrderKind};
use crate::account::AccountId;
use crate::action::{About, Codes, Query, Result};
use crate::circuit::parameters::CircuitId;
use crate::conditions::Conditions;
use crate::cx::View;
use crate::money;
use crate::order::pay::OrderId;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::time;
use rpc::{Reply, Wire};

/// Lists orders, the oldest first.
#[derive(Wire)]
pub struct DescribeOrders {
    /// Only this order.
    order_id: Option<OrderId>,
    /// Only orders of this account.
    account_id: Option<AccountId>,
    /// Only orders for this circuit, which may be gone.
    physical_connection_id: Option<CircuitId>,
    /// Only orders in this status.
    status: Option<OrderStatus>,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
}

/// A page of orders.
#[derive(Reply)]
pub struct Orders {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The orders.
    orders: OrderSet,
}

/// The orders of a page.
#[derive(Reply)]
pub struct OrderSet {
    /// One order each.
    order: Vec<OrderAnswer>,
}

/// An order.
#[derive(Reply)]
pub struct OrderAnswer {
    /// Its id.
    order_id: String,
    /// NEW, SETUP or RENEW.
    order_type: &'static str,
    /// Who pays.
    account_id: String,
    /// The circuit it is for, which may be gone.
    physical_connection_id: String,
    /// The circuit's region.
    region_id: String,
    /// The circuit's access point.
    access_point_id: String,
    /// The circuit's port type when it was ordered.
    port_type: &'static str,
    /// How many months or years it buys; nought for a setup.
    period: i64,
    /// The unit that Period counts.
    pricing_cycle: &'static str,
    /// What it costs.
    amount: String,
    /// The same in minor units.
    amount_minor: i64,
    /// The currency of both.
    currency: String,
    /// Unpaid, Paid, Voided or Refunded.
    status: &'static str,
    /// Why it was voided or given back.
    reason: String,
    /// Months that the circuit buys by itself when the term ends; nought for none.
    auto_renew_duration: i64,
    /// When it was placed.
    creation_time: String,
    /// Until when it can be paid.
    expire_time: String,
    /// When it was paid.
    payment_time: String,
    /// When it was voided.
    void_time: String,
    /// When it was given back.
    refund_time: String,
    /// When the term it bought begins.
    start_time: String,
    /// When the term it bought ends.
    end_time: String,
}

impl Query for DescribeOrders {
    type Reply = Orders;
    const ABOUT: About = About::operator("DescribeOrders", "operator:DescribeOrders");
    const ERRORS: Codes = &[];

    fn answer(&self, view: &mut View<'_>) -> Result<Orders> {
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let mut conditions = Conditions::default().and("id >=", "");
        if let Some(order) = &self.order_id {
            conditions = conditions.and("id =", order.as_str());
        }
        if let Some(circuit) = &self.physical_connection_id {
            conditions = conditions.and("circuit_id =", circuit.as_str());
        }
        if let Some(account) = &self.account_id {
            conditions = conditions.and("account =", account.as_str());
        }
        if let Some(status) = self.status {
            conditions = conditions.and("status =", status.as_str());
        }
        let (total, orders) = Order::page(view.read, &conditions, "id", page)?;
        let order = orders.into_iter().map(answer).collect();
        Ok(Orders {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            orders: OrderSet { order },
        })
    }
}

fn answer(order: Order) -> OrderAnswer {
    OrderAnswer {
        status: order.status().as_str(),
        order_type: OrderKind::as_str(&order.kind),
        port_type: order.port_type.as_str(),
        period: order.term.period,
        pricing_cycle: order.term.cycle.as_str(),
        amount: money::text(order.amount_minor),
        amount_minor: order.amount_minor,
        auto_renew_duration: order.auto_renew_months,
        creation_time: time::wire(order.created_at),
        expire_time: time::wire(order.expires_at),
        payment_time: time::wire_or_empty(order.paid_at),
        void_time: time::wire_or_empty(order.voided_at),
        refund_time: time::wire_or_empty(order.refunded_at),
        start_time: time::wire_or_empty(order.starts_at),
        end_time: time::wire_or_empty(order.ends_at),
        order_id: order.id,
        account_id: order.account,
        physical_connection_id: order.circuit_id,
        region_id: order.region,
        access_point_id: order.access_point_id,
        currency: order.currency,
        reason: order.reason,
    }
}
