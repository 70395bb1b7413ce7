//! What must hold of money. Sums are made here in wide numbers: rows that were damaged may add up to more than the
//! engines count.

use super::{Findings, each_wrong};
use crate::money::Book;
use store::{Arg, Fault, Read};

/// Sums of one account, while its postings pass by in the order in which they were written.
#[derive(Default)]
struct Sums {
    account: String,
    serial: i64,
    change: i128,
    all: i128,
}

impl Sums {
    fn end_change(&mut self, findings: &mut Findings) {
        if self.change != 0 {
            let Sums { account, serial, change, .. } = &*self;
            findings.say(format!("the postings of revision {serial} of account {account} sum to {change}"));
        }
        self.change = 0;
    }

    fn end_account(&mut self, findings: &mut Findings) {
        self.end_change(findings);
        if self.all != 0 {
            findings.say(format!("the postings of account {} sum to {}", self.account, self.all));
        }
        self.all = 0;
    }
}

pub(super) fn postings_sum_to_zero(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let mut sums = Sums::default();
    read.each(
        "select account, serial, minor from posting order by account, serial, line",
        &[],
        &mut |row| {
            let (account, serial) = (row.text(0)?, row.int(1)?);
            if sums.account != account {
                sums.end_account(findings);
                account.clone_into(&mut sums.account);
            } else if sums.serial != serial {
                sums.end_change(findings);
            }
            sums.serial = serial;
            sums.change += i128::from(row.int(2)?);
            sums.all += i128::from(row.int(2)?);
            Ok(())
        },
    )?;
    sums.end_account(findings);
    Ok(())
}

pub(super) fn postings_belong_to_changes(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select posting.account, posting.serial, posting.line from posting
         left join account on account.id = posting.account
         where account.id is null or posting.serial < 0 or posting.serial > account.revision
         order by posting.account, posting.serial, posting.line",
        &[],
        |row| {
            let (account, serial, line) = (row.text(0)?, row.int(1)?, row.int(2)?);
            Ok(format!("line {line} of revision {serial} of account {account} belongs to no change"))
        },
    )
}

/// What an account has by its movements, while they pass by.
#[derive(Default)]
struct Purse {
    account: String,
    balance: i64,
    movements: i64,
    sum: i128,
    count: i64,
}

impl Purse {
    fn end(&self, findings: &mut Findings) {
        let Purse { account, balance, movements, sum, count } = self;
        if i128::from(*balance) != *sum || movements != count {
            findings.say(format!(
                "account {account} has {balance} by {movements} movements, and its postings say {sum} by {count}"
            ));
        }
    }

    /// One wallet row: its number, its amount and the balance it says it left.
    fn pass(&mut self, number: Option<i64>, minor: i64, after: Option<i64>, findings: &mut Findings) {
        self.count += 1;
        self.sum += i128::from(minor);
        if number != Some(self.count) {
            let Purse { account, count, .. } = self;
            findings.say(format!("movement {count} of account {account} has the number {number:?}"));
        }
        if after.map(i128::from) != Some(self.sum) {
            let Purse { account, count, sum, .. } = self;
            findings.say(format!("movement {count} of account {account} left {sum} and says {after:?}"));
        }
    }
}

pub(super) fn balances_follow_from_postings(
    read: &mut dyn Read,
    findings: &mut Findings,
) -> Result<(), Fault> {
    let mut purse = Purse::default();
    read.each(
        "select account.id, account.balance_minor, account.movements, posting.movement, posting.minor,
         posting.balance_after
         from account left join posting on posting.account = account.id and posting.book = $1
         order by account.id, posting.serial, posting.line",
        &[Arg::from(Book::Wallet.word())],
        &mut |row| {
            if purse.account != row.text(0)? {
                purse.end(findings);
                purse = Purse {
                    account: row.text(0)?.to_owned(),
                    balance: row.int(1)?,
                    movements: row.int(2)?,
                    ..Purse::default()
                };
            }
            if let Some(minor) = row.maybe_int(4)? {
                purse.pass(row.maybe_int(3)?, minor, row.maybe_int(5)?, findings);
            }
            Ok(())
        },
    )?;
    purse.end(findings);
    each_wrong(
        read,
        findings,
        "select account, serial, line from posting
         where book <> $1 and (movement is not null or balance_after is not null) order by account, serial, line",
        &[Arg::from(Book::Wallet.word())],
        |row| {
            let (account, serial, line) = (row.text(0)?, row.int(1)?, row.int(2)?);
            Ok(format!("line {line} of revision {serial} of account {account} is a movement outside the wallet"))
        },
    )
}
