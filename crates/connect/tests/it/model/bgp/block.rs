//! A block of addresses as a number and a length: whether a router can announce it, and how everybody would write it.

use super::{Code, refuse_unless};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The first address of a block, its length, and which version it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    first: u128,
    bits: u32,
    pub(crate) six: bool,
}

/// The address that was written, the addresses beside it in the block, the length, and the version.
fn read(text: &str) -> Option<(u128, u128, u32, bool)> {
    let (address, bits) = text.split_once('/')?;
    let six = address.contains(':');
    let width = if six { 128 } else { 32 };
    let address = if six {
        address.parse::<Ipv6Addr>().ok()?.to_bits()
    } else {
        address.parse::<Ipv4Addr>().ok()?.to_bits().into()
    };
    let bits = bits.parse::<u32>().ok().filter(|bits| *bits <= width)?;
    let hosts = u128::MAX.checked_shr(128 - (width - bits)).unwrap_or(0);
    Some((address, hosts, bits, six))
}

impl Block {
    /// The block that this is an address of.
    pub(super) fn around(text: &str) -> Option<Block> {
        read(text).map(|(address, hosts, bits, six)| Block { first: address & !hosts, bits, six })
    }

    /// The block, if a router can announce it.
    pub(super) fn announced(text: &str) -> Result<Block, Code> {
        let (address, hosts, bits, six) = read(text).ok_or(("IllegalParamFormat.DstCidrBlock", 400))?;
        let (first, last) = (address & !hosts, address | hosts);
        let is_multicast = |address: u128| if six { address >> 120 == 0xff } else { address >> 28 == 0xe };
        let many = is_multicast(first) || is_multicast(last);
        refuse_unless(!many, ("IllegalParam.ConflictWithDClass", 400))?;
        let loopback = if six { first == 1 } else { first >> 24 == 127 };
        let good = address == first && !loopback;
        refuse_unless(good, ("InvalidDestCidrBlock.Malformed", 400))?;
        Ok(Block { first, bits, six })
    }

    /// As everybody would write it.
    pub(super) fn text(&self) -> String {
        match u32::try_from(self.first) {
            Ok(first) if !self.six => format!("{}/{}", Ipv4Addr::from_bits(first), self.bits),
            _ => format!("{}/{}", Ipv6Addr::from_bits(self.first), self.bits),
        }
    }
}
