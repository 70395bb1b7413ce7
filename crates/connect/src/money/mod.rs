//! Money: what tenants have, pay and get back, as double-entry rows in whole minor units of the deployment's one
//! currency. Every movement is a pair of rows of opposite sign, so that all rows of a change sum to zero. It must
//! never use a floating-point number, touch another account than the locked one, or let a balance be set by hand.

pub mod credit;
pub mod statement;

use crate::action::Result;
use crate::codes;
use crate::cx::Cx;
use crate::limits;
use crate::time::Millis;
use rpc::Choice;
use store::{Arg, Fault, Read, ReadExt, Tx};

/// Where money is: a side of a movement. Rows of one movement name the wallet and one of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Book {
    /// What the tenant has.
    Wallet,
    /// What came in from outside, against the wallet.
    Deposits,
    /// What the provider has earned, against the wallet.
    Provider,
}

impl Book {
    /// Its word in the rows.
    pub const fn word(self) -> &'static str {
        match self {
            Book::Wallet => "wallet",
            Book::Deposits => "deposits",
            Book::Provider => "provider",
        }
    }
}

/// What a movement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Kind {
    /// Money came in.
    #[choice("credit")]
    Credit,
    /// An order was paid.
    #[choice("payment")]
    Payment,
    /// What was paid for an order came back, whole or in part.
    #[choice("refund")]
    Refund,
}

impl Kind {
    /// The book on the other side of the wallet.
    const fn book(self) -> Book {
        match self {
            Kind::Credit => Book::Deposits,
            Kind::Payment | Kind::Refund => Book::Provider,
        }
    }
}

/// What the account has, minor units.
pub fn balance(read: &mut dyn Read, account: &str) -> Result<i64> {
    Ok(purse(read, account)?.0)
}

/// What the account has, and the number of movements that made it.
fn purse(read: &mut dyn Read, account: &str) -> Result<(i64, i64)> {
    let sql = "select balance_minor, movements from account where id = $1";
    let found = read.one(sql, &[Arg::from(account)], |row| Ok((row.int(0)?, row.int(1)?)))?;
    found.ok_or_else(|| (&codes::INVALID_ACCOUNT_ID_NOT_FOUND).into())
}

/// Pays `minor` for an order out of the locked account. `false` when it has less: nothing is written then. A price of
/// nought is paid without a movement.
pub fn pay(cx: &mut Cx<'_>, order_id: &str, minor: i64, note: &str) -> Result<bool> {
    if minor > balance(cx.tx, &cx.account)? {
        return Ok(false);
    }
    post(cx, Kind::Payment, order_id, minor, note)?;
    Ok(true)
}

/// Gives `minor` that was paid for an order back to the locked account.
pub fn refund(cx: &mut Cx<'_>, order_id: &str, minor: i64, note: &str) -> Result<()> {
    post(cx, Kind::Refund, order_id, minor, note).map(drop)
}

/// Brings `minor` into the locked account and gives its new balance. Refuses with
/// [`codes::QUOTA_EXCEEDED_BALANCE`] what would go beyond the most an account may hold.
pub fn credit(cx: &mut Cx<'_>, minor: i64, note: &str) -> Result<i64> {
    let room = limits::BALANCE_MINOR_MAX.saturating_sub(balance(cx.tx, &cx.account)?);
    if minor > room {
        return Err((&codes::QUOTA_EXCEEDED_BALANCE).into());
    }
    post(cx, Kind::Credit, "", minor, note)
}

/// Gives an account that is being founded what it begins with.
pub(crate) fn endow(tx: &mut dyn Tx, account: &str, minor: i64, now: Millis) -> Result<()> {
    let movement = Movement {
        account,
        serial: 0,
        kind: Kind::Credit,
        order_id: "",
        minor,
        note: "opening balance",
        at: now,
    };
    movement.write(tx).map(drop)
}

/// Writes a movement of the present change, if it moves anything.
fn post(cx: &mut Cx<'_>, kind: Kind, order_id: &str, minor: i64, note: &str) -> Result<i64> {
    if minor == 0 {
        return balance(cx.tx, &cx.account);
    }
    let movement =
        Movement { account: &cx.account, serial: cx.revision, kind, order_id, minor, note, at: cx.now };
    movement.write(cx.tx)
}

/// A movement that is about to be written.
struct Movement<'a> {
    account: &'a str,
    serial: i64,
    kind: Kind,
    order_id: &'a str,
    /// How much, without a sign.
    minor: i64,
    note: &'a str,
    at: Millis,
}

impl Movement<'_> {
    /// Moves the balance and writes both rows. Gives the new balance.
    fn write(&self, tx: &mut dyn Tx) -> Result<i64> {
        if self.minor < 0 {
            return Err(Fault::broken(format!(
                "{} minor units cannot be moved: a kind gives the sign",
                self.minor
            ))
            .into());
        }
        let signed = if self.kind == Kind::Payment { -self.minor } else { self.minor };
        let (balance, movements) = purse(tx, self.account)?;
        let after = balance
            .checked_add(signed)
            .ok_or_else(|| Fault::broken(format!("the balance of {} would overflow", self.account)))?;
        tx.exec(
            "update account set balance_minor = $1, movements = $2 where id = $3",
            &[Arg::from(after), Arg::from(movements + 1), Arg::from(self.account)],
        )?;
        let line = self.next_line(tx)?;
        self.row(tx, line, Book::Wallet, signed, Some((movements + 1, after)))?;
        self.row(tx, line + 1, self.kind.book(), -signed, None)?;
        Ok(after)
    }

    /// The first line number that the change has not used.
    fn next_line(&self, tx: &mut dyn Tx) -> Result<i64> {
        let last = tx.one(
            "select line from posting where account = $1 and serial = $2 order by line desc limit 1",
            &[Arg::from(self.account), Arg::from(self.serial)],
            |row| row.int(0),
        )?;
        Ok(last.unwrap_or(0) + 1)
    }

    fn row(
        &self,
        tx: &mut dyn Tx,
        line: i64,
        book: Book,
        minor: i64,
        wallet: Option<(i64, i64)>,
    ) -> Result<()> {
        tx.exec(
            "insert into posting (account, serial, line, book, minor, movement, balance_after, kind, order_id, note, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            &[
                Arg::from(self.account),
                Arg::from(self.serial),
                Arg::from(line),
                Arg::from(book.word()),
                Arg::from(minor),
                wallet.map_or(Arg::Null, |(movement, _)| Arg::from(movement)),
                wallet.map_or(Arg::Null, |(_, after)| Arg::from(after)),
                Arg::from(self.kind.as_str()),
                Arg::from(self.order_id),
                Arg::from(self.note),
                Arg::from(self.at),
            ],
        )?;
        Ok(())
    }
}

/// Minor units in a major one.
const MINOR: i64 = 100;

/// An amount as people write it: `1234.50`, always two decimals.
pub fn text(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let (major, rest) =
        (minor.unsigned_abs() / MINOR.unsigned_abs(), minor.unsigned_abs() % MINOR.unsigned_abs());
    format!("{sign}{major}.{rest:02}")
}

/// Reads an amount in decimal digits with at most two decimals: `1234.5` is 123450 minor units. Nothing for any other
/// text, and for an amount that is too large to be counted.
pub fn parse(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (major, rest) = match digits.split_once('.') {
        None => (digits, 0),
        Some((major, tenths)) if tenths.len() == 1 => (major, 10 * number(tenths)?),
        Some((major, hundredths)) if hundredths.len() == 2 => (major, number(hundredths)?),
        Some(_) => return None,
    };
    number(major)?.checked_mul(MINOR)?.checked_add(rest).map(|minor| sign * minor)
}

fn number(digits: &str) -> Option<i64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account;
    use crate::action::Stop;
    use crate::catalogue::{Catalogue, SANDBOX};
    use crate::cx::{Caller, Change, Effects};
    use crate::id::{Ids, Seed};
    use crate::machine::Actor;
    use crate::seal::Seal;
    use crate::world::{CURRENCY_DEFAULT, Mode, Quotas, World};
    use store::{Abort, Settings, Store, Target};

    const ACCOUNT: &str = "1234567890123456";

    /// Runs a change of a fresh account that has 1000 minor units.
    fn with_a_thousand(test: impl Fn(&mut Cx<'_>) + Send + 'static) {
        let world = World {
            catalogue: Catalogue::parse(SANDBOX).unwrap(),
            letters: crate::letter::desk::LetterDesk::new(&[0; 32], "http://localhost", "test"),
            seal: Seal::new(&[7; 32]),
            mode: Mode::Server,
            quotas: Quotas::LIFTED,
            outbound_service_open: true,
            autopilot: Vec::new(),
            founders: Vec::new(),
            opening_minor: 0,
            currency: CURRENCY_DEFAULT.to_owned(),
        };
        let caller = Caller { account: ACCOUNT.to_owned(), key_id: "k".to_owned(), operator: false };
        let store = Store::open(&Target::Memory, Settings::default(), crate::MIGRATIONS).unwrap();
        let done = store.write_blocking(move |tx| {
            let stopped = |stop: Stop| match stop {
                Stop::Fault(fault) => Abort::Fault(fault),
                Stop::Refused(error) => Abort::Refused(error.code().name),
            };
            account::open(tx, ACCOUNT, "tenant", false, false, 0).map_err(stopped)?;
            endow(tx, ACCOUNT, 1000, 0).map_err(stopped)?;
            let mut cx = Cx {
                tx,
                world: &world,
                now: 5,
                ids: &mut Ids::new(Seed::numbered(1, 1)),
                caller: &caller,
                actor: Actor::Tenant,
                account: ACCOUNT.to_owned(),
                revision: 1,
                change: Change::default(),
                effects: &mut Effects::default(),
            };
            test(&mut cx);
            Ok::<_, Abort<&str>>(())
        });
        done.unwrap();
    }

    /// Line, book, minor units, movement and balance.
    type Line = (i64, String, i64, Option<i64>, Option<i64>);

    /// The rows of a change.
    fn lines(cx: &mut Cx<'_>, serial: i64) -> Vec<Line> {
        let sql =
            "select line, book, minor, movement, balance_after from posting where serial = $1 order by line";
        let line = |row: &dyn store::Row| {
            Ok((row.int(0)?, row.text(1)?.to_owned(), row.int(2)?, row.maybe_int(3)?, row.maybe_int(4)?))
        };
        cx.tx.all(sql, &[Arg::from(serial)], line).unwrap()
    }

    #[test]
    fn movements_of_one_change_are_pairs_that_sum_to_nought() {
        with_a_thousand(|cx| {
            assert!(pay(cx, "o-1", 1000, "circuit").unwrap());
            refund(cx, "o-1", 400, "unused").unwrap();
            assert_eq!(credit(cx, 7, "more").unwrap(), 407);
            assert_eq!(balance(cx.tx, ACCOUNT).unwrap(), 407);
            let wallet = |line, minor, movement, after| {
                (line, "wallet".to_owned(), minor, Some(movement), Some(after))
            };
            let other = |line, book: &str, minor| (line, book.to_owned(), minor, None, None);
            assert_eq!(lines(cx, 0), [wallet(1, 1000, 1, 1000), other(2, "deposits", -1000)]);
            let expected = [
                wallet(1, -1000, 2, 0),
                other(2, "provider", 1000),
                wallet(3, 400, 3, 400),
                other(4, "provider", -400),
                wallet(5, 7, 4, 407),
                other(6, "deposits", -7),
            ];
            assert_eq!(lines(cx, 1), expected);
        });
    }

    #[test]
    fn what_an_account_has_not_is_not_paid_and_nought_is_paid_without_a_row() {
        with_a_thousand(|cx| {
            assert!(!pay(cx, "o-1", 1001, "too much").unwrap());
            assert!(pay(cx, "o-1", 0, "for free").unwrap());
            refund(cx, "o-1", 0, "nothing").unwrap();
            assert_eq!((balance(cx.tx, ACCOUNT).unwrap(), lines(cx, 1)), (1000, Vec::new()));
            assert!(matches!(pay(cx, "o-1", -1, "backwards"), Err(Stop::Fault(_))));
            assert!(matches!(refund(cx, "o-1", -1, "backwards"), Err(Stop::Fault(_))));
        });
    }

    #[test]
    fn a_balance_does_not_overflow() {
        with_a_thousand(|cx| {
            assert!(matches!(refund(cx, "o-1", i64::MAX, "all there is"), Err(Stop::Fault(_))));
            assert!(matches!(credit(cx, i64::MAX, "all there is"), Err(Stop::Refused(_))));
            assert_eq!((balance(cx.tx, ACCOUNT).unwrap(), lines(cx, 1)), (1000, Vec::new()));
        });
    }

    #[test]
    fn amounts_are_written_with_two_decimals_and_read_back() {
        for (minor, written) in [
            (0, "0.00"),
            (5, "0.05"),
            (-5, "-0.05"),
            (123_450, "1234.50"),
            (-123_450, "-1234.50"),
            (i64::MAX, "92233720368547758.07"),
        ] {
            assert_eq!(text(minor), written);
            assert_eq!(parse(written), Some(minor));
        }
        assert_eq!(text(i64::MIN), "-92233720368547758.08");
        assert_eq!((parse("1234.5"), parse("7"), parse("007")), (Some(123_450), Some(700), Some(700)));
        for wrong in [
            "", "-", ".", "1.", ".5", "1.234", "1,5", "+1", " 1", "1 ", "1e2", "--1", "1.-5", "１", "1.é",
            "0x1",
        ] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
        assert_eq!((parse("92233720368547758.08"), parse("99999999999999999999")), (None, None));
    }
}
