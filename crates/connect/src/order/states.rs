//! The life cycle of an order (contract, states section 3), as a table. Nothing here acts.

use crate::codes;
use crate::limits::UNPAID_ORDER_LIFETIME_MS;
use crate::machine::Actor::{Operator, Tenant, Timer};
use crate::machine::{Machine, State, on};
use OrderStatus::{Paid, Refunded, Unpaid, Voided};
use rpc::Choice;

/// `Status` of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum OrderStatus {
    /// It waits to be paid.
    Unpaid,
    /// Paid, and what it bought was given.
    Paid,
    /// Nothing was paid and nothing will be.
    Voided,
    /// Paid, and given back because what it bought was never begun.
    Refunded,
}

impl State for OrderStatus {
    fn as_str(&self) -> &'static str {
        OrderStatus::as_str(self)
    }
}

/// The deadline of an order that nobody pays.
pub const EXPIRE_ORDER: &str = "ExpireOrder";
/// The system gives an order up at once: the balance is short, or the circuit it is for is no more.
pub const ABANDON_ORDER: &str = "AbandonOrder";
/// The deadline at which a circuit that renews itself buys its next term.
pub const RENEW_AUTOMATICALLY: &str = "RenewAutomatically";

/// The life cycle of an order. A trigger of a circuit's that stands here too pays, or gives up, the circuit's order.
pub const ORDER: Machine<OrderStatus> = Machine {
    name: "order",
    initial: Unpaid,
    states: OrderStatus::ALL,
    moves: &[
        on("CreatePhysicalConnectionOccupancyOrder", Tenant, &[Unpaid]).to(Paid),
        on("CreatePhysicalConnectionSetupOrder", Tenant, &[Unpaid]).to(Paid),
        on("EnablePhysicalConnection", Tenant, &[Unpaid]).to(Paid),
        on("PayOrder", Operator, &[Unpaid]).to(Paid),
        on("RenewPhysicalConnection", Operator, &[Unpaid]).to(Paid),
        on(RENEW_AUTOMATICALLY, Timer, &[Unpaid]).to(Paid),
        on("VoidOrder", Operator, &[Unpaid]).to(Voided),
        on(EXPIRE_ORDER, Timer, &[Unpaid]).after(UNPAID_ORDER_LIFETIME_MS, Voided),
        on(ABANDON_ORDER, Timer, &[Unpaid]).to(Voided),
        on("TerminatePhysicalConnection", Tenant, &[Paid]).to(Refunded),
    ],
    refusals: &[("PayOrder", &codes::INCORRECT_STATUS_ORDER), ("VoidOrder", &codes::INCORRECT_STATUS_ORDER)],
};

crate::assert_unambiguous!(ORDER);
