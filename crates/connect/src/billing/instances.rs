//! The caller's prepaid circuits in the words of the billing product: those that are in service.

use super::{
    BSS_VERSION, BillingPageSize, CODE, MESSAGE, PRODUCT_CODE, PRODUCT_TYPE, SUBSCRIPTION, between, page_of,
    placed,
};
use crate::action::{About, Codes, Query, Result};
use crate::circuit::parameters::RegionId;
use crate::circuit::states::{BusinessStatus, Status};
use crate::conditions::Conditions;
use crate::cx::View;
use crate::order::PREPAID;
use crate::page::{PageNumber, wire_count};
use crate::time::{self, WireTime};
use rpc::{Choice, Reply, Wire};
use store::{Fault, Row};

/// `RenewStatus`: what happens at the end of the term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum RenewStatus {
    /// It renews itself.
    AutoRenewal,
    /// Somebody has to renew it.
    ManualRenewal,
    /// It is not to be renewed; no circuit is marked so.
    NotRenewal,
}

/// Lists the caller's prepaid circuits that are in service.
#[derive(Wire)]
pub struct QueryAvailableInstances {
    /// Only circuits of this region.
    region: Option<RegionId>,
    /// Only this product; circuits are `expressconnect`.
    product_code: Option<String>,
    /// Only what is charged so; all circuits are `Subscription`.
    subscription_type: Option<String>,
    /// Only circuits of which this happens at the end of the term.
    renew_status: Option<RenewStatus>,
    /// Only these circuits: their ids, joined by commas.
    #[wire(rename = "InstanceIDs")]
    instance_ids: Option<String>,
    /// Only circuits that were ordered at this instant or later.
    create_time_start: Option<WireTime>,
    /// Only circuits that were ordered at this instant or earlier.
    create_time_end: Option<WireTime>,
    /// Only circuits whose term ends at this instant or later.
    end_time_start: Option<WireTime>,
    /// Only circuits whose term ends at this instant or earlier.
    end_time_end: Option<WireTime>,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_num: PageNumber,
    /// Rows of a page.
    #[wire(default = "20")]
    page_size: BillingPageSize,
}

/// A page of circuits.
#[derive(Reply)]
pub struct InstancePage {
    /// Success.
    code: &'static str,
    /// A word to people.
    message: &'static str,
    /// true.
    success: bool,
    /// The page.
    data: InstancePageData,
}

/// The page.
#[derive(Reply)]
pub struct InstancePageData {
    /// Circuits that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_num: i32,
    /// Rows of a page.
    page_size: i32,
    /// One circuit each.
    instance_list: Vec<InstanceRow>,
}

/// A circuit.
#[derive(Reply)]
pub struct InstanceRow {
    /// Its id.
    #[reply(rename = "InstanceID")]
    instance_id: String,
    /// Its owner.
    owner_id: i64,
    /// Its region.
    region: String,
    /// expressconnect.
    product_code: &'static str,
    /// physicalconnection.
    product_type: &'static str,
    /// Subscription.
    subscription_type: &'static str,
    /// Normal, or Expired once the term has ended and nobody has renewed it.
    status: &'static str,
    /// When it was ordered.
    create_time: String,
    /// When the term ends.
    end_time: String,
    /// AutoRenewal or ManualRenewal.
    renew_status: &'static str,
    /// Months that it buys by itself; left out where it buys none.
    renewal_duration: Option<i64>,
    /// M, for months; left out where it buys none.
    renewal_duration_unit: Option<&'static str>,
}

fn instance(row: &dyn Row) -> std::result::Result<InstanceRow, Fault> {
    let months = Some(row.int(6)?).filter(|months| *months > 0);
    let locked = row.text(3)? == BusinessStatus::FinancialLocked.as_str();
    let renew_status = if months.is_some() { RenewStatus::AutoRenewal } else { RenewStatus::ManualRenewal };
    Ok(InstanceRow {
        instance_id: row.text(0)?.to_owned(),
        owner_id: row.text(1)?.parse().unwrap_or_default(),
        region: row.text(2)?.to_owned(),
        product_code: PRODUCT_CODE,
        product_type: PRODUCT_TYPE,
        subscription_type: SUBSCRIPTION,
        status: if locked { "Expired" } else { "Normal" },
        create_time: time::wire(row.int(4)?),
        end_time: time::wire_or_empty(row.maybe_int(5)?),
        renew_status: renew_status.as_str(),
        renewal_duration: months,
        renewal_duration_unit: months.map(|_| "M"),
    })
}

impl Query for QueryAvailableInstances {
    type Reply = InstancePage;
    const ABOUT: About = About::tenant("QueryAvailableInstances", "bss:QueryAvailableInstances")
        .version(BSS_VERSION)
        .region(None);
    const ERRORS: Codes = &[];

    fn answer(&self, view: &mut View<'_>) -> Result<InstancePage> {
        let page = page_of(self.page_num, self.page_size);
        let conditions = self.conditions(&view.caller.account);
        let columns = "id, account, region, business_status, created_at, end_at, auto_renew_months";
        let from = (columns, "circuit");
        let (total, instance_list) = conditions.page(view.read, from, "region, serial", page, instance)?;
        Ok(InstancePage {
            code: CODE,
            message: MESSAGE,
            success: true,
            data: InstancePageData {
                total_count: wire_count(total),
                page_num: wire_count(page.number),
                page_size: wire_count(page.size),
                instance_list,
            },
        })
    }
}

impl QueryAvailableInstances {
    fn conditions<'a>(&'a self, account: &'a str) -> Conditions<'a> {
        let mut conditions = Conditions::default().and("account =", account);
        if let Some(region) = &self.region {
            conditions = conditions.and("region =", region.as_str());
        }
        conditions = conditions.and("status =", Status::Enabled.as_str()).and("charge_type =", PREPAID);
        let other = |asked: &Option<String>, is: &str| asked.as_ref().is_some_and(|asked| asked != is);
        if other(&self.product_code, PRODUCT_CODE) || other(&self.subscription_type, SUBSCRIPTION) {
            conditions = conditions.and_in("id", []);
        }
        if let Some(ids) = &self.instance_ids {
            conditions = conditions.and_in("id", ids.split(',').map(str::trim));
        }
        conditions = placed(conditions, self.create_time_start, self.create_time_end);
        conditions = between(conditions, "end_at", self.end_time_start, self.end_time_end);
        match self.renew_status {
            None => conditions,
            Some(RenewStatus::AutoRenewal) => conditions.and("auto_renew_months >", 0),
            Some(RenewStatus::ManualRenewal) => conditions.and("auto_renew_months =", 0),
            Some(RenewStatus::NotRenewal) => conditions.and_in("id", []),
        }
    }
}
