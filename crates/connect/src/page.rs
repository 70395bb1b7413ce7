//! Pages of a list: what a caller may ask for and what the answer repeats.

use crate::limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX};
use rpc::code::Error;
use rpc::params::Node;
use rpc::params::invalid;
use rpc::wire::{Bad, Int, Param, Shape};
use std::fmt::Write;

/// The page asked for, counted from 1.
pub type PageNumber = Int<1, 2_147_483_647>;

/// Rows of a page: 1 to 50. More is not refused but clamped (contract, conflicts B18).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageSize(i64);

impl PageSize {
    /// The number of rows.
    pub fn get(self) -> i64 {
        self.0
    }
}

impl Param for PageSize {
    const SHAPE: &'static Shape = &Shape::Int { min: 1, max: PAGE_SIZE_MAX, step: 1 };

    fn decode(node: &Node<'_>) -> Result<Self, Bad> {
        let asked = Int::<1, 2_147_483_647>::decode(node)?;
        Ok(PageSize(asked.get().min(PAGE_SIZE_MAX)))
    }
}

/// A page as the store reads it.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// From 1.
    pub number: i64,
    /// Rows.
    pub size: i64,
}

impl Page {
    /// The page asked for, the first ten rows where nothing is.
    pub fn of(number: Option<PageNumber>, size: Option<PageSize>) -> Page {
        Page { number: number.map_or(1, Int::get), size: size.map_or(PAGE_SIZE_DEFAULT, PageSize::get) }
    }

    /// Rows before it.
    pub fn skip(self) -> i64 {
        (self.number - 1).saturating_mul(self.size)
    }
}

/// Cuts rows, of which one more was read than a page has, down to the page. Gives the token of the page that follows:
/// what `token` makes of the last row that stays, or an empty text where nothing follows.
pub(crate) fn turn<T>(rows: &mut Vec<T>, size: i64, token: impl FnOnce(&T) -> String) -> String {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    rows.last().filter(|_| more).map(token).unwrap_or_default()
}

/// A token is the last row's key in hexadecimal, so that it needs no escaping anywhere.
pub(crate) fn write_token(resource: &str, name: &str) -> String {
    format!("{resource}\n{name}").bytes().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

/// The key that a token holds.
pub(crate) fn read_token(text: &str) -> Result<(String, String), Error> {
    let digits: Option<Vec<u32>> = text.chars().map(|digit| digit.to_digit(16)).collect();
    digits
        .filter(|digits| digits.len() % 2 == 0)
        .and_then(|digits| digits.chunks(2).map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok()).collect())
        .and_then(|bytes: Vec<u8>| String::from_utf8(bytes).ok())
        .and_then(|key| key.split_once('\n').map(|(resource, name)| (resource.to_owned(), name.to_owned())))
        .ok_or_else(bad_token)
}

/// The refusal of a token that no page gave.
pub(crate) fn bad_token() -> Error {
    invalid("NextToken", "pass the NextToken of the page before")
}

/// A number of rows as the wire's 32-bit integers have it.
pub fn wire_count(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
