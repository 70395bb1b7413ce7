//! What an order would cost, before anybody orders: an action of our own that tenants may call.

use super::OrderKind;
use super::price::{self, Period, PricingCycle, Term};
use crate::action::{About, Codes, OPERATOR_VERSION, Query, Result};
use crate::circuit::Circuit;
use crate::circuit::parameters::{AccessPointId, CircuitId};
use crate::circuit::port_type::PortType;
use crate::codes;
use crate::cx::View;
use crate::money;
use rpc::code::Error;
use rpc::gateway;
use rpc::params::invalid;
use rpc::{Reply, Wire};

/// Tells what an order would cost: for a circuit, or for a port type at an access point.
#[derive(Wire)]
pub struct DescribePhysicalConnectionOrderPrice {
    /// The circuit. Give this, or AccessPointId and PortType.
    physical_connection_id: Option<CircuitId>,
    /// The access point, where no circuit is named.
    access_point_id: Option<AccessPointId>,
    /// The port type, where no circuit is named.
    #[wire(error = codes::INVALID_PORT_TYPE_MALFORMD)]
    port_type: Option<PortType>,
    /// What is ordered: the first term, the setup or a renewal.
    #[wire(default = "NEW")]
    order_type: OrderKind,
    /// How many months (1 to 9) or years (1 to 5); of no meaning for a setup.
    #[wire(default = "1", error = codes::INVALID_PHYSICAL_CONNECTION_PERIOD_MALFORMED)]
    period: Period,
    /// The unit that Period counts.
    #[wire(default = "Month", error = codes::INVALID_PHYSICAL_CONNECTION_PRICING_CYCLE_MALFORMED)]
    pricing_cycle: PricingCycle,
}

/// A price.
#[derive(Reply)]
pub struct OrderPrice {
    /// The amount.
    amount: String,
    /// The same in minor units.
    amount_minor: i64,
    /// The currency of both.
    currency: String,
}

impl Query for DescribePhysicalConnectionOrderPrice {
    type Reply = OrderPrice;
    const ABOUT: About =
        About::tenant("DescribePhysicalConnectionOrderPrice", "vpc:DescribePhysicalConnectionOrderPrice")
            .version(OPERATOR_VERSION)
            .region(None);
    const ERRORS: Codes = &[
        &codes::INVALID_PHYSICAL_CONNECTION_PERIOD_MALFORMED,
        &gateway::MISSING_PARAMETER,
        &gateway::INVALID_PARAMETER,
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND,
        &codes::RESOURCE_NOT_FOUND_ACCESS_POINT_ID,
        &codes::INVALID_PRICE_NOT_FOUND,
    ];

    fn answer(&self, view: &mut View<'_>) -> Result<OrderPrice> {
        let term = Term::of(self.period, self.pricing_cycle)?;
        let (point, port_type) = self.place(view)?;
        let minor = price::amount(view.world, self.order_type, port_type, &point, term)?;
        Ok(OrderPrice {
            amount: money::text(minor),
            amount_minor: minor,
            currency: view.world.currency.clone(),
        })
    }
}

impl DescribePhysicalConnectionOrderPrice {
    /// The access point and the port type that are priced.
    fn place(&self, view: &mut View<'_>) -> Result<(String, PortType)> {
        match (&self.physical_connection_id, &self.access_point_id, self.port_type) {
            (Some(id), None, None) => {
                let found = Circuit::anywhere(view.read, id.as_str())?
                    .filter(|circuit| view.caller.operator || circuit.account == view.caller.account);
                let circuit = found.ok_or(&codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND)?;
                Ok((circuit.access_point_id, circuit.port_type))
            }
            (None, Some(point), Some(port_type)) => {
                if view.world.catalogue.access_point(point.as_str()).is_none() {
                    return Err((&codes::RESOURCE_NOT_FOUND_ACCESS_POINT_ID).into());
                }
                Ok((point.as_str().to_owned(), port_type))
            }
            (None, _, _) => Err(Error::new(&gateway::MISSING_PARAMETER)
                .with_message("Name a PhysicalConnectionId, or an AccessPointId and a PortType.")
                .into()),
            (Some(_), _, _) => {
                let why = "a circuit has an access point and a port type, so name no others";
                Err(invalid("PhysicalConnectionId", why).into())
            }
        }
    }
}
