//! Pages of a list: what a caller may ask for and what the answer repeats.

use crate::limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX};
use rpc::params::Node;
use rpc::wire::{Bad, Int, Param, Shape};

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

/// A number of rows as the wire's 32-bit integers have it.
pub fn wire_count(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
