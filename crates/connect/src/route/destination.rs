//! Where a route goes: a prefix, or an address that stands for itself. Only texts are judged here.

use crate::action::{Result, Stop};
use crate::codes;
use crate::vpc::create::SHARED_SPACE;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use rpc::code::{Code, Error};

/// A destination of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destination(IpNet);

/// Prefixes to which no route may lead, because nothing beyond a router has such an address.
const UNROUTED: [IpNet; 6] = [
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8)),
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 0, 0), 16)),
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(224, 0, 0, 0), 3)),
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128)),
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10)),
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8)),
];

fn because(code: &'static Code, why: &str) -> Stop {
    Error::new(code).with_message(format!("{} {why}.", code.message)).into()
}

impl Destination {
    /// Reads a prefix with no bits beyond its length, or an address.
    pub(super) fn read(text: &str) -> Result<Destination> {
        let code = &codes::INVALID_CIDR_BLOCK_MALFORMED;
        let net = match (text.parse::<IpNet>(), text.parse::<IpAddr>()) {
            (Ok(net), _) => net,
            (_, Ok(address)) => IpNet::from(address),
            _ => return Err(because(code, "Give a prefix such as 192.168.0.0/16")),
        };
        if net.trunc() != net {
            return Err(because(code, &format!("Bits beyond its length are set: write {}", net.trunc())));
        }
        Ok(Destination(net))
    }

    /// As it is kept and shown.
    pub(super) fn text(self) -> String {
        self.0.to_string()
    }

    /// Whether it is of the sixth version.
    pub(super) fn is_ipv6(self) -> bool {
        matches!(self.0, IpNet::V6(_))
    }

    /// Whether it is the prefix of the route that comes with a VPC's table.
    pub(super) fn is_shared_space(self) -> bool {
        self.0 == IpNet::V4(SHARED_SPACE)
    }

    /// A route may lead there: not to what nobody beyond has, nor into the provider's own space.
    pub(super) fn require_allowed(self) -> Result<()> {
        if let Some(net) = UNROUTED.iter().find(|net| net.contains(&self.0)) {
            return Err(because(&codes::ILLEGAL_PARAM_CIDR_BLOCK, &format!("{} is in {net}", self.0)));
        }
        if IpNet::V4(SHARED_SPACE).contains(&self.0) {
            let why = format!("{} is in {SHARED_SPACE}, which is reserved", self.0);
            return Err(because(&codes::INVALID_CIDR_BLOCK, &why));
        }
        Ok(())
    }
}

/// The family of a destination that is kept, in the words of the wire.
pub(super) fn family(cidr: &str) -> &'static str {
    if cidr.contains(':') { "ipv6" } else { "ipv4" }
}
