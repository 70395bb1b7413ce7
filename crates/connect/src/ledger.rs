//! The ledger: one row for every committed command, written in the command's own transaction. The row is the audit
//! record, the idempotency record and the outbox at once. Secrets never enter it.

use crate::action::{Entry, Replay, Result};
use crate::cx::{Caller, Change};
use crate::limits;
use crate::seal::Seal;
use crate::time::Millis;
use rpc::gateway;
use rpc::params::Params;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use store::{Arg, ReadExt, Tx};

/// Parameters whose values are personal or secret, matched on the last part of the name. Letter case is forgiven, because
/// the decoder forgives it too.
const MASKED: &[&str] = &[
    "Secret",
    "AccessKeySecret",
    "AuthKey",
    "LineSPContactInfo",
    "PMCertificateNo",
    "PMCertificateType",
    "PMContactInfo",
    "PMGender",
    "PMName",
];
/// Lists of personal data: nothing below this name is shown, whatever it is called.
const PERSONAL: &str = "PMInfo";

fn is_masked(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or(name);
    first.eq_ignore_ascii_case(PERSONAL) || MASKED.iter().any(|masked| last.eq_ignore_ascii_case(masked))
}

/// A client token with what it stands for.
#[derive(Debug)]
pub(crate) struct Token {
    /// Action, caller, targets and token; unique while it lives.
    key: String,
    /// Hash of the business parameters.
    fingerprint: String,
    replay: Replay,
}

/// Hosted connections call their token so, and take the usual name too (contract, conflicts A7).
const TOKEN: &str = "Token";

fn token_names(entry: &Entry) -> &'static [&'static str] {
    if entry.fields.iter().any(|field| field.name == TOKEN) {
        &["ClientToken", TOKEN]
    } else {
        &["ClientToken"]
    }
}

impl Token {
    /// The token of a call, if it carries one.
    pub(crate) fn of(
        entry: &Entry,
        params: &Params,
        targets: &[&str],
        caller: &Caller,
        seal: &Seal,
    ) -> Option<Token> {
        let (action, replay) = (entry.name(), entry.about.replay);
        let names = token_names(entry);
        let token = names.iter().find_map(|name| params.get(name).filter(|token| !token.is_empty()))?;
        let mut hash = Sha256::new();
        for (name, value) in params.iter().filter(|(name, _)| !names.contains(name)) {
            hash.update(name.as_bytes());
            hash.update([0]);
            // Of what is secret a plain hash would let guesses be tried.
            if is_masked(name) {
                hash.update(seal.mark(value));
            } else {
                hash.update(value.as_bytes());
            }
            hash.update([0]);
        }
        let fingerprint = hex(&hash.finalize());
        let mut key = format!("{action}|{}|{}|{token}", caller.account, targets.join(","));
        if replay == Replay::Target {
            // Judged by present state: other parameters under the same token are another call.
            key.push('|');
            key.push_str(&fingerprint);
        }
        Some(Token { key, fingerprint, replay })
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    text
}

/// The first answer to this token, if it was given within its lifetime, in whichever account's ledger: what a call
/// names may have another owner than what the first one named. An expired token is forgotten on the way.
pub(crate) fn replayed(tx: &mut dyn Tx, token: &Token, now: Millis) -> Result<Option<Vec<u8>>> {
    let found = tx.one(
        "select at, fingerprint, reply from ledger where replay_key = $1",
        &[Arg::from(&token.key)],
        |row| Ok((row.int(0)?, row.text(1)?.to_owned(), row.bytes(2)?.to_vec())),
    )?;
    let Some((at, fingerprint, reply)) = found else { return Ok(None) };
    if now - at >= limits::CLIENT_TOKEN_LIFETIME_MS {
        forget(tx, token)?;
        return Ok(None);
    }
    if token.replay == Replay::Create && fingerprint != token.fingerprint {
        return Err((&gateway::IDEMPOTENT_PARAMETER_MISMATCH).into());
    }
    Ok(Some(reply))
}

/// Forgets a token: its call is about to be carried out again, and answered anew.
pub(crate) fn forget(tx: &mut dyn Tx, token: &Token) -> Result<()> {
    tx.exec(
        "update ledger set replay_key = null, fingerprint = null, reply = null where replay_key = $1",
        &[Arg::from(&token.key)],
    )?;
    Ok(())
}

/// One row to be.
pub(crate) struct Row<'a> {
    pub(crate) account: &'a str,
    pub(crate) revision: i64,
    pub(crate) at: Millis,
    pub(crate) request_id: &'a str,
    pub(crate) caller: &'a Caller,
    pub(crate) actor: &'a str,
    pub(crate) action: &'a str,
    pub(crate) change: &'a Change,
    pub(crate) params: Option<&'a Params>,
    pub(crate) token: Option<&'a Token>,
    pub(crate) body: &'a [u8],
}

/// Writes the row. The key (account, revision) cannot be taken: the account's row is locked.
pub(crate) fn append(tx: &mut dyn Tx, row: &Row<'_>) -> Result<()> {
    let parameters = row.params.map(parameters).unwrap_or_default();
    tx.exec(
        "insert into ledger (account, revision, at, request_id, caller, actor, action, resource, status_from,
         status_to, reason, parameters, replay_key, fingerprint, reply)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &[
            Arg::from(row.account),
            Arg::from(row.revision),
            Arg::from(row.at),
            Arg::from(row.request_id),
            Arg::from(&row.caller.key_id),
            Arg::from(row.actor),
            Arg::from(row.action),
            Arg::from(&row.change.resource),
            Arg::from(row.change.from),
            Arg::from(row.change.to),
            Arg::from(&row.change.reason),
            Arg::from(&parameters),
            row.token.map_or(Arg::Null, |token| Arg::Text(&token.key)),
            row.token.map_or(Arg::Null, |token| Arg::Text(&token.fingerprint)),
            row.token.map_or(Arg::Null, |_| Arg::Bytes(row.body)),
        ],
    )?;
    Ok(())
}

/// The parameters as a flat JSON object, without tokens, and with personal and secret values masked.
fn parameters(params: &Params) -> String {
    let mut object = serde_json::Map::new();
    for (name, value) in params.iter() {
        let shown = if is_masked(name) { "***" } else { value };
        object.insert(name.to_owned(), shown.into());
    }
    serde_json::Value::Object(object).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::PUBLIC_VERSION;

    #[test]
    fn guesses_cannot_be_tried_against_what_a_token_remembers_of_a_secret() {
        let caller = Caller { account: "1".to_owned(), key_id: "ak".to_owned(), operator: false };
        let remembered = |pairs: &[(&str, &str)], master| {
            let pairs = pairs.iter().chain(&[("ClientToken", "t")]);
            let params = Params::from_pairs(pairs.map(|&(name, value)| (name.to_owned(), value.to_owned())));
            let entry = crate::find(PUBLIC_VERSION, "CreateBgpGroup").expect("there is such an action");
            let token = Token::of(entry, &params, &[], &caller, &Seal::new(&[master; 32]));
            token.expect("there is a token").fingerprint
        };
        let keyed = [("Name", "n"), ("AuthKey", "open sesame")];
        assert_eq!(remembered(&keyed, 7), remembered(&keyed, 7));
        assert_ne!(remembered(&keyed, 7), remembered(&[keyed[0], ("AuthKey", "other")], 7));
        assert_ne!(remembered(&keyed, 7), remembered(&keyed, 8), "the master key is a part of it");
        assert_eq!(remembered(&keyed[..1], 7), remembered(&keyed[..1], 8), "what is no secret needs no key");
    }
}
