//! What things cost, from the catalogue's file: a currency, and for each port type a month, a year and the setup, in
//! whole minor units. A price of one access point stands before the general one. Nothing here multiplies.

use super::{AccessPoint, Unusable};
use crate::circuit::port_type::PortType;
use crate::limits::PRICE_MINOR_MAX;
use crate::world::CURRENCY_DEFAULT;
use serde::Deserialize;

/// What one port type costs, everywhere or at one access point. Amounts are minor units: 300000 are 3000.00.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// The port type.
    pub port_type: String,
    /// The access point at which it holds; left out, wherever no other holds.
    pub access_point: Option<String>,
    /// Of one month.
    pub month: i64,
    /// Of one year.
    pub year: i64,
    /// Of the installation, once.
    pub setup: i64,
}

/// All prices, in one currency.
#[derive(Debug)]
pub struct Prices {
    currency: String,
    rows: Vec<Price>,
}

impl Prices {
    /// Reads the file's part. An error names the price and the mend.
    pub(super) fn index(
        currency: Option<String>,
        rows: Vec<Price>,
        points: &[&AccessPoint],
    ) -> Result<Prices, Unusable> {
        let currency = currency.unwrap_or_else(|| CURRENCY_DEFAULT.to_owned());
        if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(Unusable(format!(
                "currency \"{currency}\" is no currency; write three capital letters, such as CNY"
            )));
        }
        for (at, row) in rows.iter().enumerate() {
            check(row, points).and_then(|()| check_alone(row, &rows[..at])).map_err(|why| {
                let place = row.access_point.as_ref().map_or(String::new(), |id| format!(" at \"{id}\""));
                Unusable(format!("[[price]] number {} ({}{place}): {why}", at + 1, row.port_type))
            })?;
        }
        Ok(Prices { currency, rows })
    }

    /// The currency of every price, for instance `CNY`.
    pub fn currency(&self) -> &str {
        &self.currency
    }

    /// The price of a port type at an access point, the specific one before the general.
    pub fn of(&self, port_type: PortType, access_point_id: &str) -> Option<&Price> {
        let of_type = || self.rows.iter().filter(|row| row.port_type == port_type.as_str());
        of_type()
            .find(|row| row.access_point.as_deref() == Some(access_point_id))
            .or_else(|| of_type().find(|row| row.access_point.is_none()))
    }
}

fn check(row: &Price, points: &[&AccessPoint]) -> Result<(), String> {
    if PortType::from_wire(&row.port_type).is_none() {
        let known = PortType::ALL.iter().map(PortType::as_str).collect::<Vec<_>>().join(", ");
        return Err(format!("port_type is none of {known}"));
    }
    if let Some(id) = &row.access_point
        && !points.iter().any(|point| point.id == *id)
    {
        return Err("there is no such access point in this file; correct the id or leave it out".to_owned());
    }
    for (name, minor) in [("month", row.month), ("year", row.year), ("setup", row.setup)] {
        if !(0..=PRICE_MINOR_MAX).contains(&minor) {
            return Err(format!("{name} is {minor}; write minor units from 0 to {PRICE_MINOR_MAX}"));
        }
    }
    Ok(())
}

fn check_alone(row: &Price, before: &[Price]) -> Result<(), String> {
    let same = |other: &Price| other.port_type == row.port_type && other.access_point == row.access_point;
    match before.iter().position(same) {
        Some(at) => Err(format!("number {} says the same; keep one of them", at + 1)),
        None => Ok(()),
    }
}
