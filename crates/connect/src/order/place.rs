//! Ordering the occupancy of a finished circuit's port: the first term, paid at once or later.

use super::price::{self, Period, PricingCycle, Term};
use super::settle;
use super::{Draft, Order, OrderKind};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::Circuit;
use crate::circuit::parameters::{CircuitId, ClientToken, RegionId};
use crate::circuit::states::{BusinessStatus, NOTHING_TO_SELL};
use crate::codes;
use crate::cx::Cx;
use crate::limits::AUTO_RENEW_MONTHS_MAX;
use crate::money;
use rpc::gateway;
use rpc::params::invalid;
use rpc::wire::Int;
use rpc::{Choice, Reply, Wire};

/// How a circuit is charged; only one way exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ChargeType {
    /// Paid before it is used.
    PrePaid,
}

/// Orders the occupancy of a finished circuit's port. A paid order enables the circuit; an unpaid one waits to be paid
/// by the operator or by EnablePhysicalConnection.
#[derive(Wire)]
pub struct CreatePhysicalConnectionOccupancyOrder {
    /// Region of the circuit.
    region_id: RegionId,
    /// The circuit: Confirmed, and without an open letter of authorization.
    physical_connection_id: CircuitId,
    /// Pays at once; a balance that is short voids the order. Otherwise the order waits.
    #[wire(default = "false")]
    auto_pay: bool,
    /// Renews the subscription by itself before it ends.
    #[wire(default = "false")]
    auto_renew: bool,
    /// Months bought at each renewal by itself.
    #[wire(default = "1")]
    auto_renew_duration: Int<0, 2_147_483_647>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// How the circuit is charged.
    #[wire(default = "PrePaid", error = codes::INVALID_PHYSICAL_CONNECTION_CHARGE_TYPE_MALFORMED)]
    instance_charge_type: ChargeType,
    /// How many months (1 to 9) or years (1 to 5) are bought.
    #[wire(default = "1", error = codes::INVALID_PHYSICAL_CONNECTION_PERIOD_MALFORMED)]
    period: Period,
    /// The unit that Period counts.
    #[wire(default = "Month", error = codes::INVALID_PHYSICAL_CONNECTION_PRICING_CYCLE_MALFORMED)]
    pricing_cycle: PricingCycle,
    /// Only checks and tells the price: nothing is ordered and no token is kept. Not in the vendor's API.
    #[wire(default = "false")]
    dry_run: bool,
}

/// The new order.
#[derive(Reply)]
pub struct OccupancyOrdered {
    /// The new order.
    data: OrderData,
}

/// The new order.
#[derive(Reply)]
pub struct OrderData {
    /// Its id; empty with DryRun.
    order_id: String,
    /// What it would cost; only with DryRun.
    amount: Option<String>,
    /// The same in minor units; only with DryRun.
    amount_minor: Option<i64>,
    /// The currency of both; only with DryRun.
    currency: Option<String>,
}

impl Command for CreatePhysicalConnectionOccupancyOrder {
    type Reply = OccupancyOrdered;
    const ABOUT: About =
        About::tenant("CreatePhysicalConnectionOccupancyOrder", "vpc:CreatePhysicalConnectionOccupancyOrder")
            .replay(Replay::Create);
    const ERRORS: Codes = &[
        &codes::INVALID_PHYSICAL_CONNECTION_PERIOD_MALFORMED,
        &gateway::INVALID_PARAMETER,
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND,
        &codes::IABS_INVALID_STATUS_VALUE_NOT_SUPPORTED,
        &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE,
        &codes::INSTANCE_STATUS_NOT_ALLOW,
        &codes::INVALID_PRICE_NOT_FOUND,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.physical_connection_id.as_str()]
    }

    fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<OccupancyOrdered> {
        let term = Term::of(self.period, self.pricing_cycle)?;
        let auto_renew_months = self.auto_renew_months()?;
        let mut circuit = Circuit::find(
            cx,
            self.physical_connection_id.as_str(),
            Some(self.region_id.as_str()),
            &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND,
        )?;
        require_payable(&circuit, Self::ABOUT.name)?;
        let (kind, point) = (OrderKind::New, &circuit.access_point_id);
        let amount_minor = price::amount(cx.world, kind, circuit.port_type, point, term)?;
        if self.dry_run {
            return Ok(OccupancyOrdered { data: quoted(cx, amount_minor) });
        }
        let draft = Draft { kind, circuit: &circuit, term, amount_minor, auto_renew_months };
        let mut order = Order::insert(cx, &draft)?;
        if !self.auto_pay {
            order.id.clone_into(&mut circuit.unpaid_order);
            circuit.update(cx, circuit.status())?;
            order.wait(cx)?;
            cx.record(&order.id, "", order.status().as_str());
        } else if !settle::pay(cx, &mut order, &mut circuit, Self::ABOUT.name)? {
            settle::give_up_unpayable(cx, &mut order)?;
        }
        let data = OrderData { order_id: order.id, amount: None, amount_minor: None, currency: None };
        Ok(OccupancyOrdered { data })
    }
}

impl CreatePhysicalConnectionOccupancyOrder {
    fn auto_renew_months(&self) -> Result<i64> {
        match self.auto_renew_duration.get() {
            _ if !self.auto_renew => Ok(0),
            months @ 1..=AUTO_RENEW_MONTHS_MAX => Ok(months),
            months => {
                let why = format!(
                    "a circuit cannot renew itself by {months} months, only by 1 to {AUTO_RENEW_MONTHS_MAX}"
                );
                Err(invalid("AutoRenewDuration", &why).into())
            }
        }
    }
}

fn quoted(cx: &Cx<'_>, minor: i64) -> OrderData {
    OrderData {
        order_id: String::new(),
        amount: Some(money::text(minor)),
        amount_minor: Some(minor),
        currency: Some(cx.world.currency.clone()),
    }
}

/// The circuit is finished and waits for its payment, and for nothing else (contract, states sections 1 and 3).
fn require_payable(circuit: &Circuit, trigger: &str) -> Result<()> {
    if NOTHING_TO_SELL.contains(&circuit.status()) {
        return Err(circuit.refuse(&codes::IABS_INVALID_STATUS_VALUE_NOT_SUPPORTED));
    }
    circuit.check(trigger)?;
    if !circuit.has_no_open_letter() {
        return Err(circuit.refuse(&codes::FORBIDDEN_NOT_ALLOWED_IN_STATE));
    }
    let sentence = if circuit.business_status != BusinessStatus::Normal {
        format!("The circuit is {}: it must be unlocked first.", circuit.business_status.as_str())
    } else if circuit.unpaid_order.is_empty() {
        return Ok(());
    } else {
        format!("Order {} for this circuit is not paid yet.", circuit.unpaid_order)
    };
    Err(circuit.refuse_because(&codes::INSTANCE_STATUS_NOT_ALLOW, sentence))
}
