//! The parameters that the actions on traffic policies share, and the rules that a single text cannot tell: what a
//! network, a range of ports and a protocol are. Only texts are judged here.

use crate::action::Result;
use ipnet::{Ipv4Net, Ipv6Net};
use rpc::Choice;
use rpc::params::invalid;
use rpc::wire::Int;

rpc::text! {
    /// A traffic policy's id, for instance `qos-0mj2k9x1qa4f7c0d3b2a`.
    pub struct QosId { min: 1, max: 64 }
}

rpc::text! {
    /// A queue's id.
    pub struct QueueId { min: 1, max: 64 }
}

rpc::text! {
    /// A rule's id.
    pub struct RuleId { min: 1, max: 64 }
}

rpc::text! {
    /// The name of a policy, a queue or a rule.
    pub struct QosName { min: 1, max: 128 }
}

rpc::text! {
    /// What a policy, a queue or a rule is for.
    pub struct QosDescription { min: 1, max: 256 }
}

rpc::text! {
    /// A protocol's name.
    pub struct ProtocolName { min: 1, max: 32 }
}

rpc::text! {
    /// A network: an address and the length of its prefix.
    pub struct Cidr { min: 1, max: 64 }
}

rpc::text! {
    /// Ports from and to, with a slash between; -1/-1 for all.
    pub struct PortRange { min: 1, max: 16 }
}

/// How early a rule is asked; each of a policy has its own.
pub type Priority = Int<1, 9000>;

/// A class of traffic in a packet's header; -1 for any, or for none.
pub type Dscp = Int<-1, 63>;

/// A part of a circuit's bandwidth.
pub type Percent = Int<1, 100>;

/// What a queue is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum QueueType {
    /// Before all others.
    High,
    /// With a share of its own.
    Medium,
    /// What no rule names.
    Default,
}

/// What a policy can hold for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
#[choice(case_insensitive)]
pub enum InstanceType {
    /// A circuit.
    #[choice("PHYSICALCONNECTION")]
    PhysicalConnection,
}

/// The protocols that a rule can name.
const PROTOCOLS: &[&str] = &[
    "ALL",
    "ICMP(IPv4)",
    "ICMPv6(IPv6)",
    "TCP",
    "UDP",
    "GRE",
    "SSH",
    "Telnet",
    "HTTP",
    "HTTPS",
    "MS SQL",
    "Oracle",
    "MySql",
    "RDP",
    "PostgreSQL",
    "Redis",
];

/// The protocol is one that rules know; letters of any case.
pub(super) fn check_protocol(text: &str) -> Result<()> {
    if PROTOCOLS.iter().any(|known| known.eq_ignore_ascii_case(text)) {
        return Ok(());
    }
    Err(invalid("Protocol", &format!("give one of {}", PROTOCOLS.join(", "))).into())
}

/// Two networks of one family, each of which may be left out.
pub(super) fn check_networks(ipv4: [(&str, &str); 2], ipv6: [(&str, &str); 2]) -> Result<()> {
    for (name, text) in ipv4.iter().filter(|(_, text)| !text.is_empty()) {
        if text.parse::<Ipv4Net>().is_err() {
            return Err(invalid(name, "give an IPv4 network such as 10.0.0.0/24").into());
        }
    }
    for (name, text) in ipv6.iter().filter(|(_, text)| !text.is_empty()) {
        if text.parse::<Ipv6Net>().is_err() {
            return Err(invalid(name, "give an IPv6 network such as 2001:db8::/64").into());
        }
        if ipv4.iter().any(|(_, text)| !text.is_empty()) {
            return Err(invalid(name, "a rule is for IPv4 or for IPv6, not for both").into());
        }
    }
    Ok(())
}

/// Ports from 1 to 65535, the lesser first, or all.
pub(super) fn check_ports(name: &str, text: &str) -> Result<()> {
    const ALL: &str = "-1/-1";
    let port = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    let ends = text.split_once('/').and_then(|(from, to)| Some((port(from)?, port(to)?)));
    match ends {
        _ if text.is_empty() || text == ALL => Ok(()),
        Some((from, to)) if from <= to => Ok(()),
        _ => Err(invalid(name, "give two ports from 1 to 65535 such as 80/443, or -1/-1 for all").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_a_range_or_all() {
        for good in ["", "-1/-1", "1/1", "1/65535", "80/443"] {
            assert!(check_ports("P", good).is_ok(), "{good}");
        }
        for bad in ["80", "443/80", "0/1", "1/65536", "-1/80", "1/-1", "/", "a/b", "1/2/3", " 1/2"] {
            assert!(check_ports("P", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn networks_are_of_one_family() {
        let check = |src: &str, dst: &str, src6: &str, dst6: &str| {
            check_networks([("S", src), ("D", dst)], [("S6", src6), ("D6", dst6)]).is_ok()
        };
        assert!(
            check("", "", "", "")
                && check("10.0.0.0/8", "", "", "")
                && check("", "", "::/0", "2001:db8::/32")
        );
        assert!(
            !check("10.0.0.0", "", "", "") && !check("10.0.0.0/33", "", "", "") && !check("::/0", "", "", "")
        );
        assert!(!check("", "", "10.0.0.0/8", "") && !check("10.0.0.0/8", "", "", "::/0"));
    }

    #[test]
    fn protocols_are_known_in_letters_of_any_case() {
        assert!(check_protocol("tcp").is_ok() && check_protocol("MS SQL").is_ok());
        assert!(check_protocol("smoke").is_err());
    }
}
