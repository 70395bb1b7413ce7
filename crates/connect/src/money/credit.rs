//! The operator's credit to a tenant's account: the one way in which money comes into a deployment.

use super::{parse, text};
use crate::account::AccountId;
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::ClientToken;
use crate::codes;
use crate::cx::{Cx, View};
use crate::limits::{CREDIT_MINOR_MAX, NOTE_CHARS_MAX};
use rpc::params::Node;
use rpc::wire::{Bad, Param, Shape};
use rpc::{Reply, Wire};

rpc::text! {
    /// An amount in decimal digits, with at most two decimals.
    pub struct AmountText { min: 1, max: 15, pattern: r"[0-9]{1,12}(\.[0-9]{1,2})?" }
}

rpc::text! {
    /// What a movement of money is for, as the statement shows it.
    pub struct Note { min: 1, max: 256 }
}

const _: () = assert!(CREDIT_MINOR_MAX == 99_999_999_999_999 && NOTE_CHARS_MAX == 256);

/// An amount above nought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount(i64);

impl Amount {
    /// Minor units.
    pub fn minor(self) -> i64 {
        self.0
    }
}

impl Param for Amount {
    const SHAPE: &'static Shape = AmountText::SHAPE;

    fn decode(node: &Node<'_>) -> std::result::Result<Self, Bad> {
        let minor = parse(AmountText::decode(node)?.as_str()).unwrap_or(0);
        if minor > 0 {
            Ok(Amount(minor))
        } else {
            Err(Bad::expected("an amount above nought, such as 1234.50"))
        }
    }
}

/// Brings money into an account.
#[derive(Wire)]
pub struct CreditAccount {
    /// The account.
    account_id: AccountId,
    /// How much, in the deployment's currency: above nought, with at most two decimals, for instance 1234.50.
    amount: Amount,
    /// What it is for; the statement shows it.
    note: Option<Note>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

/// What the account has now.
#[derive(Reply)]
pub struct AccountCredited {
    /// The account.
    account_id: String,
    /// Its balance, with two decimals.
    balance: String,
    /// The deployment's currency.
    currency: String,
}

impl Command for CreditAccount {
    type Reply = AccountCredited;
    const ABOUT: About = About::operator("CreditAccount", "operator:CreditAccount").replay(Replay::Create);
    const ERRORS: Codes = &[&codes::INVALID_ACCOUNT_ID_NOT_FOUND, &codes::QUOTA_EXCEEDED_BALANCE];

    fn account(&self, _view: &mut View<'_>) -> Result<Option<String>> {
        Ok(Some(self.account_id.as_str().to_owned()))
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.account_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<AccountCredited> {
        let note = self.note.as_ref().map(Note::as_str).unwrap_or_default();
        let balance = super::credit(cx, self.amount.minor(), note)?;
        let account_id = cx.account.clone();
        cx.record(&account_id, "", "");
        Ok(AccountCredited { account_id, balance: text(balance), currency: cx.world.currency.clone() })
    }
}
