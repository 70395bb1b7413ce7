//! The addresses of a link: one pair of IPv4 and perhaps one of IPv6, each in one subnet. Only texts are judged here;
//! nothing is reached over any network.

use super::link::Link;
use crate::action::{Result, Stop};
use core::net::{Ipv4Addr, Ipv6Addr};
use ipnet::{Ipv4Net, Ipv6Net};
use rpc::code::{Code, Error};
use rpc::params::missing;

/// What an action answers to a bad address.
pub(super) struct Faults {
    /// The provider's side, IPv4.
    pub(super) local: &'static Code,
    /// The customer's side, IPv4.
    pub(super) peer: &'static Code,
    /// The mask or the prefix.
    pub(super) mask: &'static Code,
    /// The provider's side, IPv6.
    pub(super) local_ipv6: &'static Code,
    /// The customer's side, IPv6.
    pub(super) peer_ipv6: &'static Code,
    /// The two are not in one subnet.
    pub(super) subnet: &'static Code,
}

/// Shortest and longest mask of an IPv4 pair (contract).
const MASK_BITS: std::ops::RangeInclusive<u8> = 24..=30;

/// The names under which a request gives the fields of a link.
const NAMES: [&str; 3] = ["LocalGatewayIp", "PeerGatewayIp", "PeeringSubnetMask"];
const IPV6_NAMES: [&str; 3] = ["LocalIpv6GatewayIp", "PeerIpv6GatewayIp", "PeeringIpv6SubnetMask"];

/// A refusal that says what is wrong with the text.
fn bad(code: &'static Code, name: &str, text: &str, wanted: &str) -> Stop {
    // The caller's text is repeated only where it cannot be mistaken for anything else.
    let plain = text.bytes().all(|byte| byte.is_ascii_hexdigit() || b".:/".contains(&byte));
    let given = if plain { format!(" {text}") } else { String::new() };
    Error::new(code).with_message(format!("{} {name}{given}: give {wanted}.", code.message)).into()
}

/// All three are there, or none and none is needed; tells whether they are there.
fn whole(fields: [&str; 3], names: [&str; 3], needed: bool) -> Result<bool> {
    if fields.iter().all(|field| field.is_empty()) && !needed {
        return Ok(false);
    }
    match fields.iter().position(|field| field.is_empty()) {
        Some(at) => Err(missing(names[at], "").into()),
        None => Ok(true),
    }
}

/// Checks the IPv4 pair of a link.
pub(super) fn check_ipv4(link: &Link, needed: bool, faults: &Faults) -> Result<()> {
    if !whole([&link.local_ip, &link.peer_ip, &link.mask], NAMES, needed)? {
        return Ok(());
    }
    let address = |text: &str, code, name| {
        text.parse::<Ipv4Addr>().map_err(|_| bad(code, name, text, "an IPv4 address such as 10.0.0.1"))
    };
    let local = address(&link.local_ip, faults.local, NAMES[0])?;
    let peer = address(&link.peer_ip, faults.peer, NAMES[1])?;
    let wrong_mask =
        || bad(faults.mask, NAMES[2], &link.mask, "a dotted mask from 255.255.255.0 to 255.255.255.252");
    let mask: Ipv4Addr = link.mask.parse().map_err(|_| wrong_mask())?;
    let subnet = Ipv4Net::with_netmask(local, mask).map_err(|_| wrong_mask())?;
    if !MASK_BITS.contains(&subnet.prefix_len()) {
        return Err(wrong_mask());
    }
    if !subnet.contains(&peer) {
        return Err(apart(faults, &link.local_ip, &link.peer_ip, &subnet.trunc().to_string()));
    }
    let ends = [subnet.network(), subnet.broadcast()];
    if ends.contains(&local) {
        return Err(bad(
            faults.local,
            NAMES[0],
            &link.local_ip,
            "an address between the subnet's first and last",
        ));
    }
    if ends.contains(&peer) || peer == local {
        return Err(bad(faults.peer, NAMES[1], &link.peer_ip, "an address of the subnet that no other has"));
    }
    Ok(())
}

/// Checks the IPv6 pair of a link: none without the switch.
pub(super) fn check_ipv6(link: &Link, needed: bool, faults: &Faults) -> Result<()> {
    let fields = [link.local_ipv6.as_str(), &link.peer_ipv6, &link.ipv6_mask];
    let codes = [faults.local_ipv6, faults.peer_ipv6, faults.mask];
    if !link.enable_ipv6 {
        return match fields.iter().position(|field| !field.is_empty()) {
            Some(at) => {
                Err(bad(codes[at], IPV6_NAMES[at], fields[at], "EnableIpv6=true with it, or leave it out"))
            }
            None => Ok(()),
        };
    }
    if !whole(fields, IPV6_NAMES, needed)? {
        return Ok(());
    }
    let address = |at: usize| {
        fields[at]
            .parse::<Ipv6Addr>()
            .map_err(|_| bad(codes[at], IPV6_NAMES[at], fields[at], "an IPv6 address such as 2001:db8::1"))
    };
    let (local, peer) = (address(0)?, address(1)?);
    let subnet = prefix(fields[2], local)
        .ok_or_else(|| bad(faults.mask, IPV6_NAMES[2], fields[2], "a prefix such as 2001:db8::/64"))?;
    if !(subnet.contains(&local) && subnet.contains(&peer)) {
        return Err(apart(faults, fields[0], fields[1], &subnet.to_string()));
    }
    if local == peer {
        return Err(bad(
            faults.peer_ipv6,
            IPV6_NAMES[1],
            fields[1],
            "an address of the subnet that no other has",
        ));
    }
    Ok(())
}

fn apart(faults: &Faults, local: &str, peer: &str, subnet: &str) -> Stop {
    let message = format!("{} {local} and {peer} are to be in {subnet}.", faults.subnet.message);
    Error::new(faults.subnet).with_message(message).into()
}

/// A prefix as clients write it: a whole one, its length alone, or a mask. It must leave room for a pair.
fn prefix(text: &str, local: Ipv6Addr) -> Option<Ipv6Net> {
    let length = || text.strip_prefix('/').unwrap_or(text).parse::<u8>().ok();
    let subnet = if let Ok(subnet) = text.parse::<Ipv6Net>() {
        subnet.trunc()
    } else if let Some(length) = length() {
        Ipv6Net::new(local, length).ok()?.trunc()
    } else {
        Ipv6Net::with_netmask(local, text.parse().ok()?).ok()?.trunc()
    };
    (1..=127).contains(&subnet.prefix_len()).then_some(subnet)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_prefix_is_taken_in_the_forms_that_clients_write() {
        let local: Ipv6Addr = "2001:db8::1".parse().unwrap();
        let whole: Ipv6Net = "2001:db8::/64".parse().unwrap();
        for text in ["2001:db8::/64", "2001:db8::7/64", "64", "/64", "ffff:ffff:ffff:ffff::"] {
            assert_eq!(prefix(text, local), Some(whole), "{text}");
        }
        for text in ["0", "128", "/129", "x", "ffff::ffff", "2001:db8::/0", "", "-1"] {
            assert_eq!(prefix(text, local), None, "{text}");
        }
    }
}
