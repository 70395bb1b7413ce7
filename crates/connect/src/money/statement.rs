//! The statement of an account: every movement of its money with the balance it left. Movements are numbered without
//! gaps, so a page is a range of numbers and the total is the last of them: nothing is counted and nothing skipped.

use super::{purse, text};
use crate::account::AccountId;
use crate::action::{About, Codes, OPERATOR_VERSION, Query, Result};
use crate::codes;
use crate::cx::View;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::time;
use rpc::{Reply, Wire};
use store::{Arg, Read, ReadExt};

/// Lists the movements of an account's money, the newest first, each with the balance it left.
#[derive(Wire)]
pub struct DescribeAccountStatement {
    /// The account: the caller's own where none is named. Only the operator may name another.
    account_id: Option<AccountId>,
    /// Whether the oldest movement comes first.
    #[wire(default = "false")]
    oldest_first: bool,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
}

/// A page of an account's movements.
#[derive(Reply)]
pub struct Statement {
    /// The account.
    account_id: String,
    /// What it has now, with two decimals.
    balance: String,
    /// The deployment's currency.
    currency: String,
    /// Movements, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The movements.
    movements: MovementSet,
}

/// The movements of a page.
#[derive(Reply)]
pub struct MovementSet {
    /// One movement each.
    movement: Vec<MovementAnswer>,
}

/// A movement of money.
#[derive(Reply)]
pub struct MovementAnswer {
    /// Its number within the account, counted from 1.
    number: i64,
    /// credit, payment or refund.
    kind: String,
    /// By how much the balance changed: below nought for a payment.
    amount: String,
    /// The balance it left.
    balance: String,
    /// The order it belongs to; empty for a credit.
    order_id: String,
    /// What it was for.
    note: String,
    /// When it happened.
    time: String,
}

impl Query for DescribeAccountStatement {
    type Reply = Statement;
    const ABOUT: About = About::tenant("DescribeAccountStatement", "account:DescribeAccountStatement")
        .version(OPERATOR_VERSION)
        .region(None);
    const ERRORS: Codes = &[&codes::INVALID_ACCOUNT_ID_NOT_FOUND];

    fn answer(&self, view: &mut View<'_>) -> Result<Statement> {
        let own = view.caller.account.as_str();
        let account = self.account_id.as_ref().map_or(own, AccountId::as_str);
        if account != own && !view.caller.operator {
            return Err((&codes::INVALID_ACCOUNT_ID_NOT_FOUND).into());
        }
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let (balance, movements) = purse(view.read, account)?;
        Ok(Statement {
            account_id: account.to_owned(),
            balance: text(balance),
            currency: view.world.currency.clone(),
            total_count: wire_count(movements),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            movements: MovementSet { movement: self.rows(view.read, account, movements, page)? },
        })
    }
}

impl DescribeAccountStatement {
    fn rows(&self, read: &mut dyn Read, account: &str, last: i64, page: Page) -> Result<Vec<MovementAnswer>> {
        // The numbers of the page: after `after`, up to and with `until`.
        let (after, until, order) = if self.oldest_first {
            (page.skip(), page.skip().saturating_add(page.size), "asc")
        } else {
            let until = last.saturating_sub(page.skip());
            (until.saturating_sub(page.size), until, "desc")
        };
        let sql = format!(
            "select movement, kind, minor, balance_after, order_id, note, at from posting
             where account = $1 and movement is not null and movement > $2 and movement <= $3
             order by movement {order}"
        );
        let args = [Arg::from(account), Arg::from(after), Arg::from(until)];
        Ok(read.all(&sql, &args, |row| {
            let written = |index| row.text(index).map(str::to_owned);
            Ok(MovementAnswer {
                number: row.int(0)?,
                kind: written(1)?,
                amount: text(row.int(2)?),
                balance: text(row.int(3)?),
                order_id: written(4)?,
                note: written(5)?,
                time: time::wire(row.int(6)?),
            })
        })?)
    }
}
