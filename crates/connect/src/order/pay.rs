//! The operator's moves on an order that waits: pay it from the tenant's balance, or void it. The autopilot calls
//! these too.

use super::settle;
use super::{Order, OrderKind};
use crate::action::{About, Codes, Command, Replay, Result, acts_on_the_owner};
use crate::circuit::Circuit;
use crate::circuit::parameters::{ClientToken, Reason};
use crate::circuit::states::BusinessStatus;
use crate::codes;
use crate::cx::Cx;
use crate::reply::Nothing;
use rpc::Wire;

rpc::text! {
    /// An order's id: digits.
    pub struct OrderId { min: 1, max: 64 }
}

/// Pays an order from the tenant's balance, as the tenant's own payment would: an occupancy enables its circuit, and a
/// setup lets the review begin.
#[derive(Wire)]
pub struct PayOrder {
    /// The order.
    order_id: OrderId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for PayOrder {
    type Reply = Nothing;
    const ABOUT: About = About::operator("PayOrder", "operator:PayOrder").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_ORDER_ID_NOT_FOUND,
        &codes::INCORRECT_STATUS_ORDER,
        &codes::INSTANCE_STATUS_NOT_ALLOW,
        &codes::INSUFFICIENT_BALANCE,
    ];
    acts_on_the_owner!(Order, order_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let mut order = Order::find(cx, self.order_id.as_str())?;
        order.check(Self::ABOUT.name)?;
        let missing = &codes::INVALID_ORDER_ID_NOT_FOUND;
        let mut circuit = Circuit::find(cx, &order.circuit_id, None, missing)?;
        if order.kind == OrderKind::New && circuit.business_status != BusinessStatus::Normal {
            let sentence = format!("Circuit {} is {}.", circuit.id, circuit.business_status.as_str());
            return Err(circuit.refuse_because(&codes::INSTANCE_STATUS_NOT_ALLOW, sentence));
        }
        if settle::pay(cx, &mut order, &mut circuit, Self::ABOUT.name)? {
            Ok(Nothing {})
        } else {
            Err(settle::insufficient(cx, order.amount_minor))
        }
    }
}

/// Voids an order that waits to be paid. A circuit that was ordered with its setup is canceled with it.
#[derive(Wire)]
pub struct VoidOrder {
    /// The order.
    order_id: OrderId,
    /// Why.
    reason: Reason,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for VoidOrder {
    type Reply = Nothing;
    const ABOUT: About = About::operator("VoidOrder", "operator:VoidOrder").replay(Replay::Target);
    const ERRORS: Codes = &[&codes::INVALID_ORDER_ID_NOT_FOUND, &codes::INCORRECT_STATUS_ORDER];
    acts_on_the_owner!(Order, order_id);

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let mut order = Order::find(cx, self.order_id.as_str())?;
        settle::void(cx, &mut order, Self::ABOUT.name, self.reason.as_str())?;
        Ok(Nothing {})
    }
}
