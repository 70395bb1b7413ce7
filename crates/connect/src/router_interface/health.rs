//! The addresses of a health check: both or neither, and of an interface of a VPC's router a source in the VPC.

use super::Interface;
use crate::action::Result;
use crate::vpc::Vpc;
use crate::vpc::tables::RouterType;
use core::net::Ipv4Addr;
use ipnet::Ipv4Net;
use rpc::code::{Code, Error};
use store::Read;

/// What an action answers to bad addresses.
pub(super) struct Faults {
    /// One is no address, or alone.
    pub(super) malformed: &'static Code,
    /// The source is the target, too.
    pub(super) source: &'static Code,
    /// The source is not in the VPC, or another interface's.
    pub(super) outside: &'static Code,
}

/// Checks the addresses of an interface.
pub(super) fn check(read: &mut dyn Read, interface: &Interface, faults: &Faults) -> Result<()> {
    let (source, target) = (interface.health_source.as_str(), interface.health_target.as_str());
    if source.is_empty() && target.is_empty() {
        return Ok(());
    }
    let because =
        |code: &'static Code, why: &str| Error::new(code).with_message(format!("{} {why}.", code.message));
    let address = |text: &str| text.parse::<Ipv4Addr>().ok();
    let (Some(from), Some(to)) = (address(source), address(target)) else {
        let why = "Give both HealthCheckSourceIp and HealthCheckTargetIp, each an IPv4 address";
        return Err(because(faults.malformed, why).into());
    };
    if from == to {
        return Err(because(faults.source, "It is the target as well").into());
    }
    if interface.router_type == RouterType::VRouter
        && let Some(vpc) = Vpc::of_router(read, &interface.router_id)?
    {
        let cidrs = std::iter::once(vpc.cidr.as_str()).chain(vpc.user_cidrs.split(','));
        let mut nets = cidrs.filter_map(|cidr| cidr.parse::<Ipv4Net>().ok());
        if !nets.any(|net| net.contains(&from)) {
            let why = format!("HealthCheckSourceIp is to be in {}", vpc.cidr);
            return Err(because(faults.outside, &why).into());
        }
    }
    let others = Interface::on_router(read, &interface.router_id)?;
    let taken =
        others.iter().any(|other| other.head.id != interface.head.id && other.health_source == source);
    if taken {
        return Err(because(faults.outside, "Another interface of the router has this source").into());
    }
    Ok(())
}
