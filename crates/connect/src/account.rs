//! Accounts and their access keys. A key's secret is shown once, when it is made, and kept sealed.

use crate::action::{About, Codes, Command, Query, Replay, Result};
use crate::circuit::parameters::ClientToken;
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::{Cx, View};
use crate::limits::ACCESS_KEYS_PER_ACCOUNT_MAX;
use crate::money;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::reply::Nothing;
use crate::seal::Seal;
use crate::time::{self, Millis};
use rpc::{Reply, Wire};
use store::{Arg, Fault, Read, ReadExt, Tx};

rpc::text! {
    /// An account: sixteen digits, the first not nought.
    pub struct AccountId { min: 16, max: 16, pattern: r"^[1-9][0-9]{15}$" }
}

rpc::text! {
    /// What an account is called.
    pub struct AccountName { min: 1, max: 128 }
}

rpc::text! {
    /// An access key's id.
    pub struct AccessKeyId { min: 1, max: 64 }
}

/// A key as the gate needs it.
#[derive(Debug, Clone)]
pub struct StoredKey {
    /// Its account.
    pub account: String,
    /// Whether the account is the operator's.
    pub operator: bool,
    /// Whether it may sign.
    pub active: bool,
    /// Its secret, sealed.
    pub sealed: Vec<u8>,
}

/// Looks up a key by its id.
pub fn key(read: &mut dyn Read, id: &str) -> std::result::Result<Option<StoredKey>, Fault> {
    read.one(
        "select access_key.account, account.kind, access_key.state, access_key.sealed from access_key
         join account on account.id = access_key.account
         where access_key.id = $1 and access_key.state <> 'deleted'",
        &[Arg::from(id)],
        |row| {
            Ok(StoredKey {
                account: row.text(0)?.to_owned(),
                operator: row.text(1)? == OPERATOR,
                active: row.text(2)? == ACTIVE,
                sealed: row.bytes(3)?.to_vec(),
            })
        },
    )
}

/// Some key that is still there, by id and sealed secret: what a start tries its master key on.
pub fn any_sealed(read: &mut dyn Read) -> std::result::Result<Option<(String, Vec<u8>)>, Fault> {
    read.one("select id, sealed from access_key where state <> 'deleted' order by id limit 1", &[], |row| {
        Ok((row.text(0)?.to_owned(), row.bytes(1)?.to_vec()))
    })
}

const OPERATOR: &str = "operator";
const TENANT: &str = "tenant";
const ACTIVE: &str = "active";
const DISABLED: &str = "disabled";
/// A key of which only the id is left: no other key may ever have it, and a repeated request still finds its account.
const DELETED: &str = "deleted";

/// Whether there is a tenant's account of this id.
pub(crate) fn is_tenant(read: &mut dyn Read, id: &str) -> Result<bool> {
    let kind = read
        .one("select kind from account where id = $1", &[Arg::from(id)], |row| Ok(row.text(0)? == TENANT))?;
    Ok(kind.unwrap_or(false))
}

/// Writes an account that is not there yet.
pub(crate) fn open(
    tx: &mut dyn Tx,
    id: &str,
    name: &str,
    operator: bool,
    direct: bool,
    now: Millis,
) -> Result<bool> {
    let kind = if operator { OPERATOR } else { TENANT };
    let written = tx.exec(
        "insert into account (id, kind, name, revision, direct_enable, owing, balance_minor, movements, created_at)
         values ($1, $2, $3, 0, $4, 0, 0, 0, $5) on conflict (id) do nothing",
        &[Arg::from(id), Arg::from(kind), Arg::from(name), Arg::from(direct), Arg::from(now)],
    )?;
    Ok(written == 1)
}

/// Writes a key that is not there yet.
pub(crate) fn put_key(
    tx: &mut dyn Tx,
    seal: &Seal,
    account: &str,
    id: &str,
    secret: &str,
    chance: &[u8; 32],
    now: Millis,
) -> Result<()> {
    let sealed = seal.close(id, secret, chance);
    tx.exec(
        "insert into access_key (id, account, sealed, state, created_at) values ($1, $2, $3, 'active', $4)
         on conflict (id) do nothing",
        &[Arg::from(id), Arg::from(account), Arg::Bytes(&sealed), Arg::from(now)],
    )?;
    Ok(())
}

/// Opens an account for a tenant.
#[derive(Wire)]
pub struct CreateAccount {
    /// The account's id; left out, one is made.
    account_id: Option<AccountId>,
    /// What it is called.
    account_name: AccountName,
    /// Whether it may enable circuits without an order.
    #[wire(default = "false")]
    direct_enable: bool,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

/// The new account.
#[derive(Reply)]
pub struct AccountCreated {
    /// Its id.
    account_id: String,
}

impl Command for CreateAccount {
    type Reply = AccountCreated;
    const ABOUT: About = About::operator("CreateAccount", "operator:CreateAccount").replay(Replay::Create);
    const ERRORS: Codes = &[&codes::ALREADY_EXISTS_ACCOUNT];

    fn run(&self, cx: &mut Cx<'_>) -> Result<AccountCreated> {
        let id = match &self.account_id {
            Some(id) => id.as_str().to_owned(),
            None => made_up_id(cx),
        };
        if !open(cx.tx, &id, self.account_name.as_str(), false, self.direct_enable, cx.now)? {
            return Err((&codes::ALREADY_EXISTS_ACCOUNT).into());
        }
        cx.record(&id, "", "open");
        Ok(AccountCreated { account_id: id })
    }
}

/// Sixteen digits that begin with a 2: none of the well-known accounts does.
fn made_up_id(cx: &mut Cx<'_>) -> String {
    let digits = cx.ids.bytes().iter().take(15).fold(String::from("2"), |mut id, byte| {
        id.push(char::from(b'0' + byte % 10));
        id
    });
    debug_assert_eq!(digits.len(), 16);
    digits
}

/// Lists accounts.
#[derive(Wire)]
pub struct DescribeAccounts {
    /// Only this account.
    account_id: Option<AccountId>,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
}

/// A page of accounts.
#[derive(Reply)]
pub struct Accounts {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The accounts.
    accounts: AccountSet,
}

/// The accounts of a page.
#[derive(Reply)]
pub struct AccountSet {
    /// One account each.
    account: Vec<AccountAnswer>,
}

/// An account.
#[derive(Reply)]
pub struct AccountAnswer {
    /// Its id.
    account_id: String,
    /// What it is called.
    account_name: String,
    /// tenant or operator.
    kind: String,
    /// Whether it may enable circuits without an order.
    direct_enable: bool,
    /// Number of changes it has seen.
    revision: i64,
    /// What it has, with two decimals.
    balance: String,
    /// The deployment's currency.
    currency: String,
    /// When it was opened.
    creation_time: String,
    /// Its keys, without their secrets.
    access_keys: AccessKeySet,
}

/// The keys of an account.
#[derive(Reply)]
pub struct AccessKeySet {
    /// One key each.
    access_key: Vec<AccessKeyAnswer>,
}

/// A key, without its secret.
#[derive(Reply)]
pub struct AccessKeyAnswer {
    /// Its id.
    access_key_id: String,
    /// active or disabled.
    state: String,
    /// When it was made.
    creation_time: String,
}

impl Query for DescribeAccounts {
    type Reply = Accounts;
    const ABOUT: About = About::operator("DescribeAccounts", "operator:DescribeAccounts");
    const ERRORS: Codes = &[];

    fn answer(&self, view: &mut View<'_>) -> Result<Accounts> {
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let (total, mut account) = self.rows(view.read, &view.world.currency, page)?;
        for row in &mut account {
            row.access_keys.access_key = keys(view.read, &row.account_id)?;
        }
        Ok(Accounts {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            accounts: AccountSet { account },
        })
    }
}

impl DescribeAccounts {
    fn rows(&self, read: &mut dyn Read, currency: &str, page: Page) -> Result<(i64, Vec<AccountAnswer>)> {
        let mut conditions = Conditions::default();
        if let Some(id) = &self.account_id {
            conditions = conditions.and("id =", id.as_str());
        }
        let columns = "id, name, kind, direct_enable, revision, balance_minor, created_at";
        conditions.page(read, (columns, "account"), "id", page, |row| {
            Ok(AccountAnswer {
                account_id: row.text(0)?.to_owned(),
                account_name: row.text(1)?.to_owned(),
                kind: row.text(2)?.to_owned(),
                direct_enable: row.flag(3)?,
                revision: row.int(4)?,
                balance: money::text(row.int(5)?),
                currency: currency.to_owned(),
                creation_time: time::wire(row.int(6)?),
                access_keys: AccessKeySet { access_key: Vec::new() },
            })
        })
    }
}

fn keys(read: &mut dyn Read, account: &str) -> Result<Vec<AccessKeyAnswer>> {
    Ok(read.all(
        "select id, state, created_at from access_key where account = $1 and state <> 'deleted'
         order by created_at, id",
        &[Arg::from(account)],
        |row| {
            Ok(AccessKeyAnswer {
                access_key_id: row.text(0)?.to_owned(),
                state: row.text(1)?.to_owned(),
                creation_time: time::wire(row.int(2)?),
            })
        },
    )?)
}

/// Makes an access key for an account. Its secret is in this answer and nowhere else; there is no idempotency token,
/// because the answer would have to be kept for it.
#[derive(Wire)]
pub struct CreateAccessKey {
    /// The account.
    account_id: AccountId,
}

/// The new key.
#[derive(Reply)]
pub struct AccessKeyCreated {
    /// Its id.
    access_key_id: String,
    /// Its secret, shown this once.
    access_key_secret: String,
}

impl Command for CreateAccessKey {
    type Reply = AccessKeyCreated;
    const ABOUT: About = About::operator("CreateAccessKey", "operator:CreateAccessKey");
    const ERRORS: Codes = &[&codes::INVALID_ACCOUNT_ID_NOT_FOUND, &codes::QUOTA_EXCEEDED_ACCESS_KEYS];

    fn account(&self, _view: &mut View<'_>) -> Result<Option<String>> {
        Ok(Some(self.account_id.as_str().to_owned()))
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<AccessKeyCreated> {
        let present = keys(cx.tx, &cx.account)?.len();
        if i64::try_from(present).is_ok_and(|count| count >= ACCESS_KEYS_PER_ACCOUNT_MAX) {
            return Err((&codes::QUOTA_EXCEEDED_ACCESS_KEYS).into());
        }
        let id = format!("CK{}", cx.ids.letters(22));
        let secret = cx.ids.letters(30);
        let chance = cx.ids.bytes();
        put_key(cx.tx, &cx.world.seal, &cx.account, &id, &secret, &chance, cx.now)?;
        cx.effects.keys_changed = true;
        cx.record(&id, "", ACTIVE);
        Ok(AccessKeyCreated { access_key_id: id, access_key_secret: secret })
    }
}

/// The account of a key, even of a deleted one: whose row a command on the key locks.
fn owner_of_key(view: &mut View<'_>, id: &AccessKeyId) -> Result<Option<String>> {
    let sql = "select account from access_key where id = $1";
    let found = view.read.one(sql, &[Arg::from(id.as_str())], |row| row.text(0).map(str::to_owned))?;
    found.map(Some).ok_or_else(|| (&codes::INVALID_ACCESS_KEY_ID_UNKNOWN).into())
}

/// Gives a key its new state, and takes the secret from one that is deleted.
fn move_key(cx: &mut Cx<'_>, id: &AccessKeyId, to: &'static str) -> Result<()> {
    let found = key(cx.tx, id.as_str())?.ok_or(&codes::INVALID_ACCESS_KEY_ID_UNKNOWN)?;
    let sealed = if to == DELETED { &[][..] } else { &found.sealed };
    cx.tx.exec(
        "update access_key set state = $1, sealed = $2 where id = $3",
        &[Arg::from(to), Arg::Bytes(sealed), Arg::from(id.as_str())],
    )?;
    cx.effects.keys_changed = true;
    cx.record(id.as_str(), if found.active { ACTIVE } else { DISABLED }, to);
    Ok(())
}

/// Takes from an access key the power to sign.
#[derive(Wire)]
pub struct DisableAccessKey {
    /// The key.
    target_access_key_id: AccessKeyId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for DisableAccessKey {
    type Reply = Nothing;
    const ABOUT: About =
        About::operator("DisableAccessKey", "operator:DisableAccessKey").replay(Replay::Target);
    const ERRORS: Codes = &[&codes::INVALID_ACCESS_KEY_ID_UNKNOWN];

    fn account(&self, view: &mut View<'_>) -> Result<Option<String>> {
        owner_of_key(view, &self.target_access_key_id)
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.target_access_key_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        move_key(cx, &self.target_access_key_id, DISABLED)?;
        Ok(Nothing {})
    }
}

/// Removes an access key.
#[derive(Wire)]
pub struct DeleteAccessKey {
    /// The key.
    target_access_key_id: AccessKeyId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for DeleteAccessKey {
    type Reply = Nothing;
    const ABOUT: About =
        About::operator("DeleteAccessKey", "operator:DeleteAccessKey").replay(Replay::Target);
    const ERRORS: Codes = &[&codes::INVALID_ACCESS_KEY_ID_UNKNOWN];

    fn account(&self, view: &mut View<'_>) -> Result<Option<String>> {
        owner_of_key(view, &self.target_access_key_id)
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.target_access_key_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        move_key(cx, &self.target_access_key_id, DELETED)?;
        Ok(Nothing {})
    }
}
