//! Who a key speaks for, in the words of the product Sts.

use crate::action::{About, Codes, Query, Result};
use crate::cx::View;
use rpc::{Reply, Wire};

/// The version of the product that tells who calls.
pub const IDENTITY_VERSION: &str = "2015-04-01";

/// Tells whose access key the request is signed with.
#[derive(Wire)]
pub struct GetCallerIdentity {}

/// The caller. A key here is its account's own: there are no users below an account, and no roles.
#[derive(Reply)]
pub struct CallerIdentity {
    /// Account.
    identity_type: &'static str,
    /// The account.
    account_id: String,
    /// The user: the account itself.
    user_id: String,
    /// Who acts: the account itself.
    principal_id: String,
    /// The account as policies name it.
    arn: String,
}

impl Query for GetCallerIdentity {
    type Reply = CallerIdentity;
    const ABOUT: About =
        About::tenant("GetCallerIdentity", "sts:GetCallerIdentity").version(IDENTITY_VERSION).region(None);
    const ERRORS: Codes = &[];

    fn answer(&self, view: &mut View<'_>) -> Result<CallerIdentity> {
        let account = &view.caller.account;
        Ok(CallerIdentity {
            identity_type: "Account",
            account_id: account.clone(),
            user_id: account.clone(),
            principal_id: account.clone(),
            arn: format!("acs:ram::{account}:root"),
        })
    }
}
