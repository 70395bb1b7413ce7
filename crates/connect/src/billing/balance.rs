//! What an account has, in the words of the billing product.

use super::{BSS_VERSION, CODE, MESSAGE};
use crate::action::{About, Codes, Query, Result};
use crate::cx::View;
use crate::money;
use rpc::{Reply, Wire};

/// Tells what the caller's account has.
#[derive(Wire)]
pub struct QueryAccountBalance {}

/// What the account has.
#[derive(Reply)]
pub struct AccountBalance {
    /// Success.
    code: &'static str,
    /// A word to people.
    message: &'static str,
    /// true.
    success: bool,
    /// What the account has.
    data: BalanceData,
}

/// The amounts, each a text with two decimals.
#[derive(Reply)]
pub struct BalanceData {
    /// What can be spent: all of the balance.
    available_amount: String,
    /// What can be spent that was paid in: all of it, too.
    available_cash_amount: String,
    /// What may be owed: nothing.
    credit_amount: String,
    /// What a bank lends: nothing.
    mybank_credit_amount: String,
    /// The deployment's currency.
    currency: String,
}

impl Query for QueryAccountBalance {
    type Reply = AccountBalance;
    const ABOUT: About =
        About::tenant("QueryAccountBalance", "bss:QueryAccountBalance").version(BSS_VERSION).region(None);
    const ERRORS: Codes = &[];

    fn answer(&self, view: &mut View<'_>) -> Result<AccountBalance> {
        let has = money::text(money::balance(view.read, &view.caller.account)?);
        Ok(AccountBalance {
            code: CODE,
            message: MESSAGE,
            success: true,
            data: BalanceData {
                available_amount: has.clone(),
                available_cash_amount: has,
                credit_amount: money::text(0),
                mybank_credit_amount: money::text(0),
                currency: view.world.currency.clone(),
            },
        })
    }
}
