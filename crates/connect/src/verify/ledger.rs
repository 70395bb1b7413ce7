//! What must hold of the ledger.

use super::{Findings, each_wrong};
use crate::{circuit, vbr};
use store::{Arg, Fault, Read};

/// The key of a row is unique, so as many rows as the last revision, from 1 up to it, are one for each.
pub(super) fn counts_revisions(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select account.id, account.revision, count(ledger.revision), coalesce(min(ledger.revision), 1),
         coalesce(max(ledger.revision), 0)
         from account left join ledger on ledger.account = account.id
         group by account.id, account.revision
         having count(ledger.revision) <> account.revision or coalesce(min(ledger.revision), 1) <> 1
         or coalesce(max(ledger.revision), 0) <> account.revision order by account.id",
        &[],
        |row| {
            Ok(format!(
                "account {} is at revision {} and has {} rows, {} to {}",
                row.text(0)?,
                row.int(1)?,
                row.int(2)?,
                row.int(3)?,
                row.int(4)?
            ))
        },
    )?;
    each_wrong(
        read,
        findings,
        "select distinct account from ledger where account not in (select id from account) order by account",
        &[],
        |row| Ok(format!("the ledger has rows of the unknown account {}", row.text(0)?)),
    )
}

/// The steps of one kind of things in the ledger; those that change labels only have no part in the status.
const STEPS: &str =
    "from ledger where resource >= $1 and resource < $2 and (status_from <> '' or status_to <> '')";

pub(super) fn leads_to_status(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    leads_to(read, findings, circuit::PREFIX, "circuit")
}

pub(super) fn leads_to_routers(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    leads_to(read, findings, vbr::PREFIX, "vbr")
}

/// What the ledger says of each thing whose id has the prefix, and whose row is in the table.
pub(super) fn leads_to(
    read: &mut dyn Read,
    findings: &mut Findings,
    prefix: &str,
    table: &str,
) -> Result<(), Fault> {
    // All ids that begin with the prefix and a hyphen.
    let (from, until) = (format!("{prefix}-"), format!("{prefix}."));
    let args = [Arg::from(&from), Arg::from(&until)];
    each_wrong(
        read,
        findings,
        &format!(
            "select resource, revision, status_from, before from (
             select resource, revision, status_from,
             lag(status_to, 1, '') over (partition by resource order by account, revision) as before {STEPS}
             ) as steps where status_from <> before order by resource, revision"
        ),
        &args,
        |row| {
            Ok(format!(
                "{} went on from {:?} at revision {}, and was {:?}",
                row.text(0)?,
                row.text(2)?,
                row.int(1)?,
                row.text(3)?
            ))
        },
    )?;
    each_wrong(
        read,
        findings,
        &format!(
            "select resource, status_to, coalesce({table}.status, '') from (
             select resource, status_to,
             row_number() over (partition by resource order by account desc, revision desc) as place {STEPS}
             ) as steps left join {table} on {table}.id = resource
             where place = 1 and status_to <> coalesce({table}.status, '') order by resource"
        ),
        &args,
        |row| {
            Ok(format!(
                "{} is {:?} in the ledger and {:?} in its row",
                row.text(0)?,
                row.text(1)?,
                row.text(2)?
            ))
        },
    )?;
    each_wrong(
        read,
        findings,
        &format!(
            "select id from {table} where not exists (select 1 from ledger
             where ledger.account = {table}.account and ledger.revision = {table}.serial
             and ledger.resource = {table}.id) order by id"
        ),
        &[],
        |row| Ok(format!("{} has no creation in the ledger", row.text(0)?)),
    )
}

pub(super) fn tokens_keep_answers(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select account, revision from ledger
         where not (replay_key is null and fingerprint is null and reply is null)
         and not (replay_key is not null and fingerprint is not null and reply is not null)
         order by account, revision",
        &[],
        |row| Ok(format!("revision {} of account {} keeps a part of an answer", row.int(1)?, row.text(0)?)),
    )
}
