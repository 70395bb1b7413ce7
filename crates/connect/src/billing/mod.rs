//! The billing dialect: product BssOpenApi on the same endpoint, as far as the clients of circuits use it. It shows
//! accounts, orders and circuits in the words of that product, and makes no move of its own: a refund ends a circuit as
//! its owner would. Member names and types are those that the product's published SDKs read; what they mean here is
//! said at each.

pub mod balance;
pub mod instances;
pub mod orders;
pub mod refund;

use crate::conditions::Conditions;
use crate::limits::BILLING_PAGE_SIZE_MAX;
use crate::page::{Page, PageNumber};
use crate::time::WireTime;
use rpc::wire::Int;

/// The version of the billing product.
pub const BSS_VERSION: &str = "2017-12-14";
/// `ProductCode` of circuits.
pub const PRODUCT_CODE: &str = "expressconnect";
/// `ProductType` of circuits.
pub const PRODUCT_TYPE: &str = "physicalconnection";
/// `SubscriptionType` of what is paid before it is used; nothing is sold otherwise.
pub const SUBSCRIPTION: &str = "Subscription";
/// `Code` of an answer: refusals have their own form.
const CODE: &str = "Success";
/// `Message` of an answer.
const MESSAGE: &str = "Successful!";

/// Rows of a page; the billing product has longer pages than the rest.
pub type BillingPageSize = Int<1, BILLING_PAGE_SIZE_MAX>;

fn page_of(number: PageNumber, size: BillingPageSize) -> Page {
    Page { number: number.get(), size: size.get() }
}

/// What was placed between two instants, both included. Instants on the wire are whole seconds, rows have more.
fn placed(conditions: Conditions<'_>, from: Option<WireTime>, to: Option<WireTime>) -> Conditions<'_> {
    between(conditions, "created_at", from, to)
}

fn between<'a>(
    mut conditions: Conditions<'a>,
    column: &str,
    from: Option<WireTime>,
    to: Option<WireTime>,
) -> Conditions<'a> {
    if let Some(from) = from {
        conditions = conditions.and(&format!("{column} >="), from.get());
    }
    if let Some(to) = to {
        conditions = conditions.and(&format!("{column} <"), to.get() + 1000);
    }
    conditions
}
