//! Ordering a circuit together with its installation. The circuit waits in Initial until the setup is paid.

use super::price::{self, Term};
use super::settle;
use super::states::ABANDON_ORDER;
use super::{Draft, Order, OrderKind};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::apply::Site;
use crate::circuit::parameters::{AccessPointId, CircuitId, ClientToken, LineOperator, RegionId};
use crate::circuit::port_type::PortType;
use crate::codes;
use crate::cx::Cx;
use crate::money;
use rpc::{Reply, Wire};

/// Orders a circuit together with the installation of its port. Until the setup is paid the circuit waits in Initial
/// and is not reviewed; if it is never paid, the circuit is canceled.
#[derive(Wire)]
pub struct CreatePhysicalConnectionSetupOrder {
    /// Region in which the circuit is ordered.
    region_id: RegionId,
    /// Access point at which the circuit ends; DescribeAccessPoints lists them.
    access_point_id: AccessPointId,
    /// Carrier of the line.
    #[wire(error = codes::INVALID_LINE_OPERATOR_MALFORMD)]
    line_operator: LineOperator,
    /// Pays at once; a balance that is short voids the order and cancels the circuit. Otherwise the order waits.
    #[wire(default = "false")]
    auto_pay: bool,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Port type at the access point.
    #[wire(default = "1000Base-T", error = codes::INVALID_PORT_TYPE_MALFORMD)]
    port_type: PortType,
    /// The circuit that the new one backs up: the caller's own, and Allocated, Confirmed or Enabled.
    redundant_physical_connection_id: Option<CircuitId>,
    /// Only checks and tells the price: nothing is ordered and no token is kept. Not in the vendor's API.
    #[wire(default = "false")]
    dry_run: bool,
}

/// The new order and the new circuit.
#[derive(Reply)]
pub struct SetupOrdered {
    /// The order; empty with DryRun.
    order_id: String,
    /// The circuit; empty with DryRun.
    physical_connection_id: String,
    /// What it would cost; only with DryRun.
    amount: Option<String>,
    /// The same in minor units; only with DryRun.
    amount_minor: Option<i64>,
    /// The currency of both; only with DryRun.
    currency: Option<String>,
}

impl Command for CreatePhysicalConnectionSetupOrder {
    type Reply = SetupOrdered;
    const ABOUT: About =
        About::tenant("CreatePhysicalConnectionSetupOrder", "vpc:CreatePhysicalConnectionSetupOrder")
            .replay(Replay::Create);
    const ERRORS: Codes = &[
        &codes::OPERATION_FAILED_PCONN_TRAFFIC_NOT_ENABLE,
        &codes::RESOURCE_NOT_FOUND_ACCESS_POINT_ID,
        &codes::INVALID_ACCESS_POINT_ID_NOT_ENABLED,
        &codes::INVALID_PORT_TYPE_NOT_OFFERED,
        &codes::INVALID_PORT_TYPE_NONE_FREE,
        &codes::INVALID_REDUNDANT_PHYSICAL_CONNECTION_ID_NOT_FOUND,
        &codes::INVALID_REDUNDANT_PHYSICAL_CONNECTION,
        &codes::INVALID_REDUNDANT_PHYSICAL_CONNECTION_STATUS,
        &codes::FORBIDDEN_BILLS_OUTSTANDING,
        &codes::QUOTA_EXCEEDED_FREE_PCONN_PER_AP,
        &codes::QUOTA_EXCEEDED_PCONN_PER_AP,
        &codes::INVALID_PRICE_NOT_FOUND,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<SetupOrdered> {
        let site = Site {
            region: self.region_id.as_str(),
            access_point_id: self.access_point_id.as_str(),
            port_type: self.port_type,
            backup: self.redundant_physical_connection_id.as_ref().map(CircuitId::as_str),
        };
        site.check_place(cx)?;
        site.check_account(cx)?;
        let (kind, term) = (OrderKind::Setup, Term::months(0));
        let amount_minor = price::amount(cx.world, kind, self.port_type, site.access_point_id, term)?;
        if self.dry_run {
            return Ok(SetupOrdered {
                order_id: String::new(),
                physical_connection_id: String::new(),
                amount: Some(money::text(amount_minor)),
                amount_minor: Some(amount_minor),
                currency: Some(cx.world.currency.clone()),
            });
        }
        let mut circuit = site.circuit(cx, self.line_operator);
        let draft = Draft { kind, circuit: &circuit, term, amount_minor, auto_renew_months: 0 };
        let mut order = Order::insert(cx, &draft)?;
        if !self.auto_pay {
            order.id.clone_into(&mut circuit.unpaid_order);
            circuit.insert(cx, &[])?;
            order.wait(cx)?;
        } else if money::pay(cx, &order.id, amount_minor, &settle::note(&order))? {
            order.step(cx, Self::ABOUT.name)?;
            circuit.insert(cx, &[])?;
        } else {
            circuit.insert(cx, &[])?;
            settle::give_up_unpayable(cx, &mut order)?;
            order.reason.clone_into(&mut circuit.reason);
            circuit.step(cx, ABANDON_ORDER)?;
            cx.record(&circuit.id, "", circuit.status().as_str());
        }
        Ok(SetupOrdered {
            order_id: order.id,
            physical_connection_id: circuit.id,
            amount: None,
            amount_minor: None,
            currency: None,
        })
    }
}
