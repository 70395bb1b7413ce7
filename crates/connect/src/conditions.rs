//! A small builder for the `where` of a list query, in the store's SQL subset: conditions are joined with AND, the
//! values of one condition with OR, and every value is an argument.

use crate::action::Result;
use crate::page::Page;
use std::fmt::Write;
use store::{Arg, Fault, Read, ReadExt, Row};

/// The conditions of one query with their arguments, numbered in order of use.
#[derive(Debug, Default)]
pub struct Conditions<'a> {
    sql: String,
    args: Vec<Arg<'a>>,
}

impl<'a> Conditions<'a> {
    fn begin(&mut self) {
        self.sql.push_str(if self.sql.is_empty() { "" } else { " and " });
    }

    fn bind(&mut self, value: Arg<'a>) {
        self.args.push(value);
        write!(self.sql, "${}", self.args.len()).expect("writing to a string cannot fail");
    }

    /// `left value`, for instance `account =` with an account.
    #[must_use]
    pub fn and(mut self, left: &str, value: impl Into<Arg<'a>>) -> Self {
        self.begin();
        self.sql.push_str(left);
        self.sql.push(' ');
        self.bind(value.into());
        self
    }

    /// `column in (values)`; no values at all match nothing.
    #[must_use]
    pub fn and_in(self, column: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        self.and_any(column, values.into_iter().map(Arg::Text))
    }

    /// `(left value or right value)`, for instance of two columns that name accounts.
    #[must_use]
    pub fn and_either(mut self, left: &str, right: &str, value: &'a str) -> Self {
        self.begin();
        write!(self.sql, "({left} ").expect("writing to a string cannot fail");
        self.bind(Arg::Text(value));
        write!(self.sql, " or {right} ").expect("writing to a string cannot fail");
        self.bind(Arg::Text(value));
        self.sql.push(')');
        self
    }

    /// `column in (values)` with values of any type; no values at all match nothing.
    #[must_use]
    pub fn and_any(mut self, column: &str, values: impl IntoIterator<Item = Arg<'a>>) -> Self {
        self.begin();
        let mut opened = false;
        for value in values {
            if opened {
                self.sql.push_str(", ");
            } else {
                self.sql.push_str(column);
                self.sql.push_str(" in (");
                opened = true;
            }
            self.bind(value);
        }
        self.sql.push_str(if opened { ")" } else { "1 = 0" });
        self
    }

    /// `column in (select …)` with further conditions: the `select` up to its own `where`.
    #[must_use]
    pub fn and_among(mut self, column: &str, select: &str, inner: &[(&str, &'a str)]) -> Self {
        self.begin();
        write!(self.sql, "{column} in ({select} where ").expect("writing to a string cannot fail");
        for (index, (left, value)) in inner.iter().enumerate() {
            self.sql.push_str(if index == 0 { "" } else { " and " });
            self.sql.push_str(left);
            self.sql.push(' ');
            self.bind(Arg::Text(value));
        }
        self.sql.push(')');
        self
    }

    /// `prefix where … suffix`, and the arguments; without conditions there is no `where`.
    pub fn query(&self, prefix: &str, suffix: &str) -> (String, &[Arg<'a>]) {
        let (word, sql) = (if self.sql.is_empty() { "" } else { "where" }, &self.sql);
        (format!("{prefix} {word} {sql} {suffix}"), &self.args)
    }

    /// How many rows of a table meet the conditions.
    pub(crate) fn count(&self, read: &mut dyn Read, from: &str) -> Result<i64> {
        let (sql, args) = self.query(&format!("select count(*) from {from}"), "");
        Ok(read.one(&sql, args, |row| row.int(0))?.unwrap_or(0))
    }

    /// How many rows of a table meet the conditions, and one page of them in an order.
    pub(crate) fn page<T>(
        &self,
        read: &mut dyn Read,
        (columns, from): (&str, &str),
        order: &str,
        page: Page,
        row: impl Fn(&dyn Row) -> std::result::Result<T, Fault>,
    ) -> Result<(i64, Vec<T>)> {
        let total = self.count(read, from)?;
        if total <= page.skip() {
            return Ok((total, Vec::new()));
        }
        let (sql, args) = self.query(&format!("select {columns} from {from}"), &format!("order by {order}"));
        let mut args = args.to_vec();
        args.extend([Arg::Int(page.size), Arg::Int(page.skip())]);
        let sql = format!("{sql} limit ${} offset ${}", args.len() - 1, args.len());
        Ok((total, read.all(&sql, &args, row)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_number_their_arguments_in_order_of_use() {
        let conditions = Conditions::default()
            .and("account =", "a")
            .and_in("status", ["x", "y"])
            .and_among("id", "select resource from tag", &[("name =", "n"), ("value =", "v")])
            .and_either("left =", "right =", "e")
            .and_any("vlan", [Arg::Int(7)])
            .and_in("name", []);
        let (sql, args) = conditions.query("select 1 from circuit", "order by serial");
        assert_eq!(
            sql,
            "select 1 from circuit where account = $1 and status in ($2, $3) and id in (select resource from tag \
             where name = $4 and value = $5) and (left = $6 or right = $7) and vlan in ($8) and 1 = 0 order by serial"
        );
        assert_eq!(args.len(), 8);
    }
}
