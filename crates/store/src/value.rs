//! Values on their way into a statement ([`Arg`]) and out of a row ([`Cell`]).
//!
//! Both borrow: binding and reading a value must never allocate.

use crate::fault::Fault;

/// A value bound to a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arg<'a> {
    /// No value.
    Null,
    /// A `bigint`.
    Int(i64),
    /// A `text`, without NUL.
    Text(&'a str),
    /// A `bytea`.
    Bytes(&'a [u8]),
}

impl From<i64> for Arg<'_> {
    fn from(value: i64) -> Self {
        Arg::Int(value)
    }
}

impl From<bool> for Arg<'_> {
    fn from(value: bool) -> Self {
        Arg::Int(i64::from(value))
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(value: &'a str) -> Self {
        Arg::Text(value)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(value: &'a String) -> Self {
        Arg::Text(value)
    }
}

impl<'a> From<&'a [u8]> for Arg<'a> {
    fn from(value: &'a [u8]) -> Self {
        Arg::Bytes(value)
    }
}

impl<'a> From<&'a Vec<u8>> for Arg<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Arg::Bytes(value)
    }
}

impl<'a, T: Into<Arg<'a>>> From<Option<T>> for Arg<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Arg::Null, Into::into)
    }
}

/// A value in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// No value.
    Null,
    /// A `bigint`, or any smaller integer or truth value the engine may have made of an expression.
    Int(i64),
    /// A `text`.
    Text(&'a str),
    /// A `bytea`.
    Bytes(&'a [u8]),
}

/// One row of a result, borrowed from the engine for the length of one visit.
pub trait Row {
    /// The value in column `index`, counted from nought. [`crate::FaultKind::Broken`] if there is no such column or
    /// its type is outside the subset.
    fn cell(&self, index: usize) -> Result<Cell<'_>, Fault>;
}

fn unlike(index: usize, want: &str, cell: Cell<'_>) -> Fault {
    let held = match cell {
        Cell::Null => "null",
        Cell::Int(_) => "a bigint",
        Cell::Text(_) => "a text",
        Cell::Bytes(_) => "a bytea",
    };
    Fault::broken(format!("column {index} holds {held} where {want} was expected"))
}

impl dyn Row + '_ {
    /// The text in column `index`; null or another type is [`crate::FaultKind::Broken`].
    pub fn text(&self, index: usize) -> Result<&str, Fault> {
        match self.cell(index)? {
            Cell::Text(text) => Ok(text),
            cell => Err(unlike(index, "a text", cell)),
        }
    }

    /// The integer in column `index`; null or another type is [`crate::FaultKind::Broken`].
    pub fn int(&self, index: usize) -> Result<i64, Fault> {
        match self.cell(index)? {
            Cell::Int(int) => Ok(int),
            cell => Err(unlike(index, "a bigint", cell)),
        }
    }

    /// The bytes in column `index`; null or another type is [`crate::FaultKind::Broken`].
    pub fn bytes(&self, index: usize) -> Result<&[u8], Fault> {
        match self.cell(index)? {
            Cell::Bytes(bytes) => Ok(bytes),
            cell => Err(unlike(index, "a bytea", cell)),
        }
    }

    /// The truth value in column `index`, kept as 0 or 1; anything else is [`crate::FaultKind::Broken`].
    pub fn flag(&self, index: usize) -> Result<bool, Fault> {
        match self.cell(index)? {
            Cell::Int(0) => Ok(false),
            Cell::Int(1) => Ok(true),
            cell => Err(unlike(index, "0 or 1", cell)),
        }
    }

    /// The text in column `index`, or nothing for null.
    pub fn maybe_text(&self, index: usize) -> Result<Option<&str>, Fault> {
        match self.cell(index)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text)),
            cell => Err(unlike(index, "a text or null", cell)),
        }
    }

    /// The integer in column `index`, or nothing for null.
    pub fn maybe_int(&self, index: usize) -> Result<Option<i64>, Fault> {
        match self.cell(index)? {
            Cell::Null => Ok(None),
            Cell::Int(int) => Ok(Some(int)),
            cell => Err(unlike(index, "a bigint or null", cell)),
        }
    }

    /// The bytes in column `index`, or nothing for null.
    pub fn maybe_bytes(&self, index: usize) -> Result<Option<&[u8]>, Fault> {
        match self.cell(index)? {
            Cell::Null => Ok(None),
            Cell::Bytes(bytes) => Ok(Some(bytes)),
            cell => Err(unlike(index, "a bytea or null", cell)),
        }
    }
}
