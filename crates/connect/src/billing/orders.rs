//! The caller's orders in the words of the billing product, the newest first. A setup is a new order there, and an
//! order that was voided or given back is a cancelled one.

use super::{
    BSS_VERSION, BillingPageSize, CODE, MESSAGE, PRODUCT_CODE, PRODUCT_TYPE, SUBSCRIPTION, page_of, placed,
};
use crate::action::{About, Codes, Query, Result};
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::View;
use crate::money;
use crate::order::pay::OrderId;
use crate::order::states::OrderStatus;
use crate::order::{Order, OrderKind};
use crate::page::{PageNumber, wire_count};
use crate::time::{self, WireTime};
use rpc::{Choice, Reply, Wire};

/// `OrderType`: what an order buys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum OrderType {
    /// A circuit's first term, or its setup.
    New,
    /// A further term.
    Renew,
    /// Another size; no such order is made.
    Upgrade,
    /// Money given back; it is told by the order that was paid.
    Refund,
}

/// `PaymentStatus`: what became of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum PaymentStatus {
    /// It waits to be paid.
    Unpaid,
    /// It is paid.
    Paid,
    /// It was voided, or given back before what it bought was begun.
    Cancelled,
}

impl OrderType {
    fn of(kind: OrderKind) -> OrderType {
        match kind {
            OrderKind::New | OrderKind::Setup => OrderType::New,
            OrderKind::Renew => OrderType::Renew,
        }
    }
}

impl PaymentStatus {
    fn of(status: OrderStatus) -> PaymentStatus {
        match status {
            OrderStatus::Unpaid => PaymentStatus::Unpaid,
            OrderStatus::Paid => PaymentStatus::Paid,
            OrderStatus::Voided | OrderStatus::Refunded => PaymentStatus::Cancelled,
        }
    }
}

/// Lists the caller's orders, the newest first.
#[derive(Wire)]
pub struct QueryOrders {
    /// Only orders of this type.
    order_type: Option<OrderType>,
    /// Only orders of which this became.
    payment_status: Option<PaymentStatus>,
    /// Only orders of this product; circuits are `expressconnect`.
    product_code: Option<String>,
    /// Only orders that were placed at this instant or later.
    create_time_start: Option<WireTime>,
    /// Only orders that were placed at this instant or earlier.
    create_time_end: Option<WireTime>,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_num: PageNumber,
    /// Rows of a page.
    #[wire(default = "20")]
    page_size: BillingPageSize,
}

/// A page of orders.
#[derive(Reply)]
pub struct OrderPage {
    /// Success.
    code: &'static str,
    /// A word to people.
    message: &'static str,
    /// true.
    success: bool,
    /// The page.
    data: OrderPageData,
}

/// The page.
#[derive(Reply)]
pub struct OrderPageData {
    /// Orders that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_num: i32,
    /// Rows of a page.
    page_size: i32,
    /// The orders.
    order_list: OrderList,
}

/// The orders of a page.
#[derive(Reply)]
pub struct OrderList {
    /// One order each.
    order: Vec<OrderRow>,
}

/// An order.
#[derive(Reply)]
pub struct OrderRow {
    /// Its id.
    order_id: String,
    /// Its id, too: an order has one part.
    sub_order_id: String,
    /// New or Renew.
    order_type: &'static str,
    /// Unpaid, Paid or Cancelled.
    payment_status: &'static str,
    /// When it was placed.
    create_time: String,
    /// When it was paid; empty until it is.
    payment_time: String,
    /// What it costs, with two decimals.
    pretax_amount: String,
    /// What it costs before any discount: the same.
    pretax_gross_amount: String,
    /// What it costs with taxes: the same.
    after_tax_amount: String,
    /// Taxes: none.
    tax: String,
    /// The deployment's currency.
    currency: String,
    /// The currency it is paid in: the same.
    payment_currency: String,
    /// expressconnect.
    product_code: &'static str,
    /// physicalconnection.
    product_type: &'static str,
    /// Subscription.
    subscription_type: &'static str,
    /// The circuit's region.
    region: String,
    /// The circuit's id in a list of one, as a JSON text.
    #[reply(rename = "InstanceIDs")]
    instance_ids: String,
    /// When what it bought begins; empty until it is paid.
    usage_start_time: String,
    /// When what it bought ends; empty until it is paid.
    usage_end_time: String,
    /// How many circuits it is for.
    quantity: &'static str,
}

fn row(order: &Order) -> OrderRow {
    let amount = money::text(order.amount_minor);
    OrderRow {
        order_id: order.id.clone(),
        sub_order_id: order.id.clone(),
        order_type: OrderType::of(order.kind).as_str(),
        payment_status: PaymentStatus::of(order.status()).as_str(),
        create_time: time::wire(order.created_at),
        payment_time: time::wire_or_empty(order.paid_at),
        pretax_amount: amount.clone(),
        pretax_gross_amount: amount.clone(),
        after_tax_amount: amount,
        tax: money::text(0),
        currency: order.currency.clone(),
        payment_currency: order.currency.clone(),
        product_code: PRODUCT_CODE,
        product_type: PRODUCT_TYPE,
        subscription_type: SUBSCRIPTION,
        region: order.region.clone(),
        instance_ids: serde_json::json!([order.circuit_id]).to_string(),
        usage_start_time: time::wire_or_empty(order.starts_at),
        usage_end_time: time::wire_or_empty(order.ends_at),
        quantity: "1",
    }
}

impl Query for QueryOrders {
    type Reply = OrderPage;
    const ABOUT: About = About::tenant("QueryOrders", "bss:QueryOrders").version(BSS_VERSION).region(None);
    const ERRORS: Codes = &[];

    fn answer(&self, view: &mut View<'_>) -> Result<OrderPage> {
        let page = page_of(self.page_num, self.page_size);
        let kinds = OrderKind::ALL.iter().filter(|kind| {
            self.product_code.as_ref().is_none_or(|code| code == PRODUCT_CODE)
                && self.order_type.is_none_or(|wanted| wanted == OrderType::of(**kind))
        });
        let statuses = OrderStatus::ALL
            .iter()
            .filter(|status| self.payment_status.is_none_or(|wanted| wanted == PaymentStatus::of(**status)));
        let conditions = Conditions::default()
            .and("account =", view.caller.account.as_str())
            .and_in("kind", kinds.map(|kind| -> &str { kind.as_str() }))
            .and_in("status", statuses.map(|status| -> &str { status.as_str() }));
        let conditions = placed(conditions, self.create_time_start, self.create_time_end);
        let (total, orders) = Order::page(view.read, &conditions, "id desc", page)?;
        Ok(OrderPage {
            code: CODE,
            message: MESSAGE,
            success: true,
            data: OrderPageData {
                total_count: wire_count(total),
                page_num: wire_count(page.number),
                page_size: wire_count(page.size),
                order_list: OrderList { order: orders.iter().map(row).collect() },
            },
        })
    }
}

/// Tells of one of the caller's orders.
#[derive(Wire)]
pub struct GetOrderDetail {
    /// The order.
    order_id: OrderId,
}

impl Query for GetOrderDetail {
    type Reply = OrderPage;
    const ABOUT: About =
        About::tenant("GetOrderDetail", "bss:GetOrderDetail").version(BSS_VERSION).region(None);
    const ERRORS: Codes = &[&codes::INVALID_ORDER_ID_NOT_FOUND];

    fn answer(&self, view: &mut View<'_>) -> Result<OrderPage> {
        let found = Order::anywhere(view.read, self.order_id.as_str())?;
        let order = found
            .filter(|order| order.account == view.caller.account)
            .ok_or(&codes::INVALID_ORDER_ID_NOT_FOUND)?;
        Ok(OrderPage {
            code: CODE,
            message: MESSAGE,
            success: true,
            data: OrderPageData {
                total_count: 1,
                page_num: 1,
                page_size: 1,
                order_list: OrderList { order: vec![row(&order)] },
            },
        })
    }
}
