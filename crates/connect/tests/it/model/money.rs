//! Money in the model: what each account has and how it came to it, the prices of the tests' catalogue, and amounts as
//! texts.

use super::{Args, Code, Model, Verdicts, assert_says, get, refuse_unless, text, time};
use crate::house::Who;
use serde_json::{Value, json};

/// What an account has.
#[derive(Debug)]
pub(super) struct Wallet {
    /// When the account was opened.
    pub(super) opened: i64,
    pub(super) balance: i64,
    pub(super) movements: Vec<Movement>,
}

/// A movement of money.
#[derive(Debug)]
pub(super) struct Movement {
    pub(super) kind: &'static str,
    /// Minor units; below nought for a payment.
    pub(super) minor: i64,
    /// The balance it left.
    pub(super) left: i64,
    /// The order it belongs to, by its place among all.
    pub(super) order: Option<usize>,
    pub(super) note: String,
    pub(super) at: i64,
}

impl Wallet {
    /// The wallet of an account that is opened with this much.
    pub(super) fn opened(balance: i64, at: i64) -> Wallet {
        let mut wallet = Wallet { opened: at, balance: 0, movements: Vec::new() };
        wallet.move_by(Movement {
            kind: "credit",
            minor: balance,
            left: 0,
            order: None,
            note: "opening balance".to_owned(),
            at,
        });
        wallet
    }

    /// A movement of nothing is none.
    fn move_by(&mut self, movement: Movement) {
        if movement.minor != 0 {
            self.balance += movement.minor;
            self.movements.push(Movement { left: self.balance, ..movement });
        }
    }
}

/// Port type, access point or none, month, year, setup: minor units. The first that fits is the price.
const PRICES: &[(&str, &str, i64, i64, i64)] = &[
    ("1000Base-T", "ap-east-2", 130_000, 1_300_000, 0),
    ("1000Base-T", "", 100_000, 1_000_000, 50_000),
    ("1000Base-LX", "", 120_007, 1_200_001, 60_003),
];

const NO_PRICE: Code = ("InvalidPrice.NotFound", 400);
const UNKNOWN_ACCOUNT: Code = ("InvalidAccountId.NotFound", 404);

/// What an order of this kind costs.
pub(super) fn price(kind: &str, port_type: &str, point: &str, period: i64, cycle: &str) -> Result<i64, Code> {
    let fits =
        |row: &&(&str, &str, i64, i64, i64)| row.0 == port_type && (row.1 == point || row.1.is_empty());
    let (_, _, month, year, setup) = PRICES.iter().find(fits).ok_or(NO_PRICE)?;
    Ok(match (kind, cycle) {
        ("SETUP", _) => *setup,
        (_, "Year") => year * period,
        _ => month * period,
    })
}

/// `1234.50`.
pub(super) fn amount(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.abs() / 100, minor.abs() % 100)
}

/// Minor units of a text with at most two decimals.
fn minor_units(text: &str) -> i64 {
    let (major, rest) = text.split_once('.').unwrap_or((text, ""));
    format!("{major}{rest:0<2}").parse().unwrap()
}

impl Model {
    pub(super) fn covers(&self, account: &str, minor: i64) -> bool {
        minor <= self.wallets[account].balance
    }

    /// How much an account is short of an amount, as a sentence.
    pub(super) fn shortage(&self, account: &str, minor: i64) -> String {
        let (missing, whole) = (amount(minor - self.wallets[account].balance), amount(minor));
        format!("The balance is {missing} CNY short of {whole} CNY: credit the account first.")
    }

    fn post(&mut self, account: &str, kind: &'static str, minor: i64, order: Option<usize>, note: String) {
        let movement = Movement { kind, minor, left: 0, order, note, at: self.now };
        self.wallets.get_mut(account).unwrap().move_by(movement);
    }

    /// Pays an order, if the account can.
    pub(super) fn pay(&mut self, order: usize) -> bool {
        let (account, minor) = (self.orders[order].account.clone(), self.orders[order].minor);
        let covered = self.covers(&account, minor);
        if covered {
            self.post(&account, "payment", -minor, Some(order), self.orders[order].note());
        }
        covered
    }

    /// Gives back what was paid for an order, or a part of it.
    pub(super) fn pay_back(&mut self, order: usize, minor: i64, note: String) {
        let account = self.orders[order].account.clone();
        self.post(&account, "refund", minor, Some(order), note);
    }

    pub(super) fn credit(&mut self, args: &Args, reply: &Value) -> Verdicts {
        let account = text(args, "AccountId");
        refuse_unless(self.wallets.contains_key(&account), UNKNOWN_ACCOUNT)?;
        let minor = minor_units(get(args, "Amount").unwrap());
        self.post(&account, "credit", minor, None, text(args, "Note"));
        let balance = amount(self.wallets[&account].balance);
        assert_says(reply, &json!({"AccountId": account, "Balance": balance, "Currency": "CNY"}));
        Ok(())
    }

    /// The account whose statement is asked for, if the caller may see it.
    pub(super) fn account_asked<'a>(&self, who: Who, args: &'a Args) -> Result<&'a str, Code> {
        let account = get(args, "AccountId").unwrap_or(who.account());
        let may = account == who.account() || who == Who::Operator;
        refuse_unless(may && self.wallets.contains_key(account), UNKNOWN_ACCOUNT)?;
        Ok(account)
    }

    pub(super) fn statement_head(&self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let account = self.account_asked(who, args)?;
        let balance = amount(self.wallets[account].balance);
        assert_says(reply, &json!({"AccountId": account, "Balance": balance, "Currency": "CNY"}));
        Ok(())
    }

    /// A movement as the statement shows it.
    pub(super) fn movement_shown(&self, number: usize, movement: &Movement) -> Value {
        let order = movement.order.map(|order| self.orders[order].id.clone()).unwrap_or_default();
        json!({
            "Number": number, "Kind": movement.kind, "Amount": amount(movement.minor),
            "Balance": amount(movement.left), "OrderId": order, "Note": movement.note,
            "Time": time::wire(movement.at),
        })
    }

    pub(super) fn assert_balance(&self, who: Who, reply: &Value) {
        let has = amount(self.wallets[who.account()].balance);
        assert_says(
            &reply["Data"],
            &json!({"AvailableAmount": has, "AvailableCashAmount": has, "CreditAmount": "0.00",
                    "MybankCreditAmount": "0.00", "Currency": "CNY"}),
        );
    }
}
