//! What an order costs and how long what it buys lasts: a period of months or years at the catalogue's price, in
//! whole minor units. It must never use a floating-point number, and never overflow.

use crate::action::Result;
use crate::circuit::port_type::PortType;
use crate::codes;
use crate::order::OrderKind;
use crate::time::{self, Millis};
use crate::world::World;
use rpc::Choice;
use rpc::code::Error;
use rpc::wire::Int;

/// `Period`: how many months (1 to 9) or years (1 to 5).
pub type Period = Int<1, 9>;

/// The unit that a period counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum PricingCycle {
    /// Calendar months.
    Month,
    /// Calendar years.
    Year,
}

/// How long an order's purchase lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// How many.
    pub period: i64,
    /// Of what.
    pub cycle: PricingCycle,
}

impl Term {
    /// The most years that one order may buy.
    pub const YEARS_MAX: i64 = 5;

    /// The term of a call: nine months or five years at most (contract, states section 3).
    pub fn of(period: Period, cycle: PricingCycle) -> Result<Term> {
        if cycle == PricingCycle::Year && period.get() > Term::YEARS_MAX {
            return Err(Error::from(&codes::INVALID_PHYSICAL_CONNECTION_PERIOD_MALFORMED).into());
        }
        Ok(Term { period: period.get(), cycle })
    }

    /// So many months.
    pub const fn months(period: i64) -> Term {
        Term { period, cycle: PricingCycle::Month }
    }

    /// Where it ends when it begins at `start`; `None` beyond the calendar.
    pub fn end(self, start: Millis) -> Option<Millis> {
        let months = match self.cycle {
            PricingCycle::Month => Some(self.period),
            PricingCycle::Year => self.period.checked_mul(12),
        };
        time::add_months(start, months?)
    }
}

/// What an order of this kind costs, minor units of the deployment's currency. A setup fee has no term.
pub(crate) fn amount(
    world: &World,
    kind: OrderKind,
    port_type: PortType,
    access_point_id: &str,
    term: Term,
) -> Result<i64> {
    let price = world.catalogue.prices().of(port_type, access_point_id);
    let minor = price.and_then(|price| match (kind, term.cycle) {
        (OrderKind::Setup, _) => Some(price.setup),
        (_, PricingCycle::Month) => price.month.checked_mul(term.period),
        (_, PricingCycle::Year) => price.year.checked_mul(term.period),
    });
    minor.ok_or_else(|| (&codes::INVALID_PRICE_NOT_FOUND).into())
}
