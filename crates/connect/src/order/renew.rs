//! Selling a further term of a subscription, on the operator's side: tenants have no action for it.

use super::price::{Period, PricingCycle, Term};
use super::{PREPAID, term};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::Circuit;
use crate::circuit::parameters::{CircuitId, ClientToken};
use crate::codes;
use crate::cx::{Cx, View};
use crate::time;
use rpc::{Reply, Wire};

/// Sells an enabled circuit a further term from the tenant's balance. It begins where the last one ends; a
/// subscription that has ended is taken up from there and unlocked.
#[derive(Wire)]
pub struct RenewPhysicalConnection {
    /// The circuit: Enabled, with a subscription.
    physical_connection_id: CircuitId,
    /// How many months (1 to 9) or years (1 to 5) are bought.
    #[wire(default = "1", error = codes::INVALID_PHYSICAL_CONNECTION_PERIOD_MALFORMED)]
    period: Period,
    /// The unit that Period counts.
    #[wire(default = "Month", error = codes::INVALID_PHYSICAL_CONNECTION_PRICING_CYCLE_MALFORMED)]
    pricing_cycle: PricingCycle,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

/// What was bought.
#[derive(Reply)]
pub struct Renewed {
    /// The order.
    order_id: String,
    /// When the new term begins.
    start_time: String,
    /// When it ends.
    end_time: String,
}

impl Command for RenewPhysicalConnection {
    type Reply = Renewed;
    const ABOUT: About =
        About::operator("RenewPhysicalConnection", "operator:RenewPhysicalConnection").replay(Replay::Create);
    const ERRORS: Codes = &[
        &codes::INVALID_PHYSICAL_CONNECTION_PERIOD_MALFORMED,
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND,
        &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE,
        &codes::INSTANCE_STATUS_NOT_ALLOW,
        &codes::INVALID_PRICE_NOT_FOUND,
        &codes::INSUFFICIENT_BALANCE,
    ];

    fn account(&self, view: &mut View<'_>) -> Result<Option<String>> {
        Circuit::owner(view, self.physical_connection_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.physical_connection_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Renewed> {
        let wanted = Term::of(self.period, self.pricing_cycle)?;
        let missing = &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND;
        let mut circuit = Circuit::find(cx, self.physical_connection_id.as_str(), None, missing)?;
        circuit.check(Self::ABOUT.name)?;
        if circuit.charge_type != PREPAID {
            let sentence = "The circuit was enabled without an order, so there is no subscription to renew.";
            return Err(circuit.refuse_because(&codes::INSTANCE_STATUS_NOT_ALLOW, sentence));
        }
        let order = term::renew(cx, &mut circuit, wanted, Self::ABOUT.name)?;
        Ok(Renewed {
            start_time: time::wire_or_empty(order.starts_at),
            end_time: time::wire_or_empty(order.ends_at),
            order_id: order.id,
        })
    }
}
