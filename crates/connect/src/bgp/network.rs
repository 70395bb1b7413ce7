//! BGP networks: the blocks that a border router announces to its peers. A client knows one by its router and its
//! block; it has an id only in the ledger.

use super::parameters::Family;
use super::peer::because;
use super::states::{BGP_NETWORK, BgpStatus};
use super::{NETWORK_PREFIX, require_room, router_for};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::{ClientToken, RegionId};
use crate::codes;
use crate::cx::{Cx, View};
use crate::kept::{self, Head, Kept};
use crate::limits::BGP_NETWORKS_PER_VBR_MAX;
use crate::machine::Machine;
use crate::reply::Nothing;
use crate::vbr::Vbr;
use crate::vpc::Vpc;
use crate::vpc::VpcId;
use crate::vpc::routers::RouterId;
use ipnet::IpNet;
use rpc::Wire;
use rpc::code::Code;
use store::{Arg, Read, ReadExt};

rpc::text! {
    /// An IPv4 or IPv6 block, for instance `192.168.0.0/24`.
    pub struct Block { min: 1, max: 64 }
}

/// A BGP network.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    pub(super) head: Head<BgpStatus>,
    /// Its border router.
    pub(super) router_id: String,
    /// The block, as it was given.
    pub(super) cidr: String,
    /// The block, as everybody would write it: once on a router.
    pub(super) prefix: String,
    /// The VPC it was said to lie in, or empty.
    pub(super) vpc_id: String,
}

impl Kept for Network {
    type Status = BgpStatus;
    const TABLE: &'static str = "bgp_network";
    const PREFIX: &'static str = NETWORK_PREFIX;
    const MACHINE: &'static Machine<BgpStatus> = &BGP_NETWORK;

    kept::columns!(router_id, cidr, prefix, vpc_id);
}

/// The router's network of this block.
fn of_block(read: &mut dyn Read, router: &str, prefix: &str) -> Result<Option<Network>> {
    Network::one(read, "router_id = $1 and prefix = $2", &[Arg::from(router), Arg::from(prefix)])
}

/// How many networks of this family the router announces.
pub(super) fn announced(read: &mut dyn Read, router: &str, family: Family) -> Result<usize> {
    let sql = "select prefix from bgp_network where router_id = $1 and status = $2";
    let args = [Arg::from(router), Arg::from(BgpStatus::Available.as_str())];
    let prefixes = read.all(sql, &args, |row| row.text(0).map(|prefix| prefix.contains(':')))?;
    Ok(prefixes.into_iter().filter(|is_ipv6| *is_ipv6 == (family == Family::Ipv6)).count())
}

/// Announces a network to the peers of a border router.
#[derive(Wire)]
pub struct AddBgpNetwork {
    /// Region of the router.
    region_id: RegionId,
    /// The block, for instance 192.168.0.0/24; one of IPv6 needs a router with IPv6.
    dst_cidr_block: Block,
    /// The border router: the caller's own, and active.
    router_id: RouterId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// The VPC in which the block lies: the caller's own.
    vpc_id: Option<VpcId>,
}

impl Command for AddBgpNetwork {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("AddBgpNetwork", "vpc:AddBgpNetwork")
        .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_SPECIFIED))
        .replay(Replay::Create);
    const ERRORS: Codes = &[
        &codes::ILLEGAL_PARAM_FORMAT_DST_CIDR_BLOCK,
        &codes::ILLEGAL_PARAM_CONFLICT_WITH_D_CLASS,
        &codes::INVALID_DEST_CIDR_BLOCK_MALFORMED,
        &codes::INVALID_PARAMS_NOT_FOUND,
        &codes::INVALID_STATUS_CANNOT_OPERATE,
        &codes::OPERATION_FAILED_PCONN_TRAFFIC_NOT_ENABLE,
        &codes::ILLEGAL_PARAM_IP_VERSION_NETWORK,
        &codes::INVALID_PARAMS_NOT_FOUND_VPC,
        &codes::DUPLICATED_CIDR_BLOCK,
        &codes::QUOTA_EXCEEDED_BGP_NETWORK,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (router, region) = (self.router_id.as_str(), self.region_id.as_str());
        let block = block(self.dst_cidr_block.as_str())?;
        let missing = &codes::INVALID_PARAMS_NOT_FOUND;
        let vbr = router_for(cx, Self::ABOUT.name, router, region, missing)?;
        if matches!(block, IpNet::V6(_)) && !vbr.link.enable_ipv6 {
            let why = format!("{router} has no IPv6; switch it on with EnableIpv6");
            return Err(because(&codes::ILLEGAL_PARAM_IP_VERSION_NETWORK, &why));
        }
        let vpc_id = self.vpc_id.as_ref().map(VpcId::as_str).unwrap_or_default();
        if !vpc_id.is_empty() && !Vpc::is_there(cx.tx, &cx.account, region, vpc_id)? {
            return Err((&codes::INVALID_PARAMS_NOT_FOUND_VPC).into());
        }
        let prefix = block.to_string();
        if of_block(cx.tx, router, &prefix)?.is_some() {
            return Err(because(&codes::DUPLICATED_CIDR_BLOCK, &format!("{router} announces {prefix}")));
        }
        let count = "select count(*) from bgp_network where router_id = $1";
        require_room(cx, count, router, BGP_NETWORKS_PER_VBR_MAX, &codes::QUOTA_EXCEEDED_BGP_NETWORK)?;
        let network = Network {
            head: Head::new::<Network>(cx, region),
            router_id: router.to_owned(),
            cidr: self.dst_cidr_block.as_str().to_owned(),
            prefix,
            vpc_id: vpc_id.to_owned(),
        };
        network.insert(cx)?;
        Ok(Nothing {})
    }
}

/// A block that can be announced.
fn block(text: &str) -> Result<IpNet> {
    let wrong = |code: &'static Code, why: &str| because(code, why);
    let block: IpNet = text.parse().map_err(|_| {
        wrong(&codes::ILLEGAL_PARAM_FORMAT_DST_CIDR_BLOCK, "give a block such as 192.168.0.0/24")
    })?;
    let (first, last) = (block.network(), block.broadcast());
    if first.is_multicast() || last.is_multicast() {
        return Err(wrong(
            &codes::ILLEGAL_PARAM_CONFLICT_WITH_D_CLASS,
            "the block holds multicast addresses",
        ));
    }
    if block.trunc() != block {
        let why = format!("bits beyond its length are set; write {}", block.trunc());
        return Err(wrong(&codes::INVALID_DEST_CIDR_BLOCK_MALFORMED, &why));
    }
    if first.is_loopback() {
        return Err(wrong(&codes::INVALID_DEST_CIDR_BLOCK_MALFORMED, "loopback addresses lead nowhere"));
    }
    Ok(block)
}

/// Announces a network no longer.
#[derive(Wire)]
pub struct DeleteBgpNetwork {
    /// Region of the router.
    region_id: RegionId,
    /// The block that is announced.
    dst_cidr_block: Block,
    /// The border router.
    router_id: RouterId,
    /// Idempotency token; while the network is announced it is removed, whatever the token has seen.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl DeleteBgpNetwork {
    fn named(&self, read: &mut dyn Read, account: &str) -> Result<Option<Network>> {
        // What is no block is announced by nobody.
        let prefix = self.dst_cidr_block.as_str().parse::<IpNet>().map(|block| block.trunc().to_string());
        let Ok(prefix) = prefix else { return Ok(None) };
        let found = of_block(read, self.router_id.as_str(), &prefix)?;
        let region = self.region_id.as_str();
        Ok(found.filter(|network| network.head.account == account && network.head.region == region))
    }
}

impl Command for DeleteBgpNetwork {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("DeleteBgpNetwork", "vpc:DeleteBgpNetwork").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_PARAMS_NOT_FOUND,
        &codes::INVALID_VBR_NETWORK,
        &codes::INVALID_STATUS_CANNOT_OPERATE,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.router_id.as_str(), self.dst_cidr_block.as_str()]
    }

    fn has_work(&self, view: &mut View<'_>) -> Result<bool> {
        let account = &view.caller.account;
        Ok(self.named(view.read, account)?.is_some())
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let router = self.router_id.as_str();
        Vbr::find(cx, router, self.region_id.as_str(), &codes::INVALID_PARAMS_NOT_FOUND)?;
        let account = cx.account.clone();
        let mut network = self.named(cx.tx, &account)?.ok_or(&codes::INVALID_VBR_NETWORK)?;
        network.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}
