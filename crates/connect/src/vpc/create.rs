//! Making a VPC, with its router and its route table.

use super::{KIND, ROUTER_PREFIX, Vpc};
use crate::action::{About, Codes, Command, Replay, Result, Stop};
use crate::circuit::parameters::{ClientToken, RegionId, ResourceGroupId};
use crate::codes;
use crate::cx::Cx;
use crate::kept::Head;
use crate::kept::Kept;
use crate::limits::{USER_CIDRS_MAX, VPC_MASK_BITS_MAX, VPC_MASK_BITS_MIN, VPCS_PER_REGION_MAX};
use crate::tag::{self, TagParameter};
use crate::vbr::{DEFAULT_RESOURCE_GROUP, ROUTE_TABLE_PREFIX};
use core::net::Ipv4Addr;
use ipnet::{Ipv4Net, Ipv6Net};
use rpc::code::{Code, Error};
use rpc::gateway;
use rpc::params::invalid;
use rpc::wire::Int;
use rpc::{Choice, Reply, Wire};
use store::{Arg, ReadExt};

rpc::text! {
    /// An IPv4 or IPv6 prefix, for instance `10.0.0.0/8`.
    pub struct Cidr { min: 1, max: 64 }
}

rpc::text! {
    /// Prefixes joined with commas.
    pub struct CidrList { min: 1, max: 256 }
}

rpc::text! {
    /// A network's name: free text that begins with neither http:// nor https://.
    pub struct NetworkName { min: 1, max: 128, forbid_prefix: ["http://", "https://"] }
}

rpc::text! {
    /// A network's description: free text that begins with neither http:// nor https://.
    pub struct NetworkDescription { min: 1, max: 256, forbid_prefix: ["http://", "https://"] }
}

rpc::text! {
    /// A pool of prefixes.
    pub struct PoolId { min: 1, max: 64 }
}

/// The length of a prefix.
pub type MaskBits = Int<0, 128>;

/// Whose IPv6 prefix a VPC has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Ipv6Isp {
    /// The provider's own.
    #[choice("BGP")]
    Bgp,
    /// China Mobile's.
    ChinaMobile,
    /// China Unicom's.
    ChinaUnicom,
    /// China Telecom's.
    ChinaTelecom,
}

/// Makes a VPC, with a router and the router's route table.
#[derive(Wire)]
pub struct CreateVpc {
    /// Region of the VPC.
    region_id: RegionId,
    /// IPv4 prefix, /8 to /28, for instance 192.168.0.0/16.
    cidr_block: Option<Cidr>,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text.
    #[wire(error = codes::INVALID_VPC_DISCRIPTION_MALFORMED)]
    description: Option<NetworkDescription>,
    /// Only checks: nothing is made and no token is kept.
    #[wire(default = "false")]
    dry_run: bool,
    /// Whether instances have DNS names.
    #[wire(default = "false")]
    enable_dns_hostname: bool,
    /// Whether the VPC has IPv6.
    #[wire(default = "false")]
    enable_ipv6: bool,
    /// Prefix length to take from a pool; there are no pools here.
    ipv4_cidr_mask: Option<MaskBits>,
    /// A pool to take the IPv4 prefix from; there are none here.
    ipv4_ipam_pool_id: Option<PoolId>,
    /// IPv6 prefix; left out with EnableIpv6, one is given.
    ipv6_cidr_block: Option<Cidr>,
    /// Prefix length to take from a pool; there are no pools here.
    ipv6_cidr_mask: Option<MaskBits>,
    /// A pool to take the IPv6 prefix from; there are none here.
    ipv6_ipam_pool_id: Option<PoolId>,
    /// Whose IPv6 prefix it is.
    #[wire(default = "BGP")]
    ipv6_isp: Ipv6Isp,
    /// Resource group to put the VPC into.
    resource_group_id: Option<ResourceGroupId>,
    /// Labels.
    #[wire(alias = "Tags", max_items = 20)]
    tag: Vec<TagParameter>,
    /// Further prefixes of the customer, at most three, joined with commas.
    #[wire(error = codes::INVALID_PARAMETER_USER_CIDR)]
    user_cidr: Option<CidrList>,
    /// Display name.
    #[wire(error = codes::INVALID_VPC_NAME_MALFORMED)]
    vpc_name: Option<NetworkName>,
}

/// The new VPC.
#[derive(Reply)]
pub struct VpcCreated {
    /// The VPC.
    vpc_id: String,
    /// Its router.
    #[reply(rename = "VRouterId")]
    vrouter_id: String,
    /// The router's route table.
    route_table_id: String,
    /// Resource group.
    resource_group_id: String,
}

impl Command for CreateVpc {
    type Reply = VpcCreated;
    const ABOUT: About = About::tenant("CreateVpc", "vpc:CreateVpc")
        .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_VPC))
        .replay(Replay::Create);
    const ERRORS: Codes = &[
        &codes::UNSUPPORTED_FEATURE_IPAM,
        &codes::MISSING_PARAM_CIDR_OR_CIDR_MASK,
        &codes::INVALID_PARAMETER_CIDR_BLOCK,
        &codes::INVALID_PARAMETER_USER_CIDR,
        &codes::INVALID_USER_CIDR_QUOTA,
        &codes::INVALID_USER_CIDR_MALFORMED,
        &codes::QUOTA_EXCEEDED_VPC,
        &gateway::INVALID_PARAMETER,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<VpcCreated> {
        let from_pool = self.ipv4_cidr_mask.is_some()
            || self.ipv4_ipam_pool_id.is_some()
            || self.ipv6_cidr_mask.is_some()
            || self.ipv6_ipam_pool_id.is_some();
        if from_pool {
            return Err((&codes::UNSUPPORTED_FEATURE_IPAM).into());
        }
        let cidr = self.cidr_block.as_ref().ok_or(&codes::MISSING_PARAM_CIDR_OR_CIDR_MASK)?;
        check_cidr(cidr.as_str())?;
        if let Some(list) = &self.user_cidr {
            check_user_cidrs(list.as_str())?;
        }
        let ipv6_cidr = self.ipv6_cidr(cx)?;
        let tags = tag::given(&self.tag, "Tag")?;
        let sql = "select count(*) from vpc where account = $1 and region = $2";
        let args = [Arg::from(&cx.account), Arg::from(self.region_id.as_str())];
        if cx.tx.one(sql, &args, |row| row.int(0))?.unwrap_or(0) >= VPCS_PER_REGION_MAX {
            return Err((&codes::QUOTA_EXCEEDED_VPC).into());
        }
        let vpc = self.vpc(cx, cidr, ipv6_cidr);
        tag::put(cx, KIND, &vpc.head.id, &tags)?;
        vpc.insert(cx)?;
        Ok(VpcCreated {
            vpc_id: vpc.head.id,
            vrouter_id: vpc.router_id,
            route_table_id: vpc.route_table_id,
            resource_group_id: vpc.resource_group_id,
        })
    }
}

impl CreateVpc {
    fn vpc(&self, cx: &mut Cx<'_>, cidr: &Cidr, ipv6_cidr: String) -> Vpc {
        let group = self.resource_group_id.as_ref().map_or(DEFAULT_RESOURCE_GROUP, ResourceGroupId::as_str);
        Vpc {
            head: Head::new::<Vpc>(cx, self.region_id.as_str()),
            cidr: cidr.as_str().to_owned(),
            user_cidrs: self.user_cidr.as_ref().map(CidrList::as_str).unwrap_or_default().to_owned(),
            ipv6: self.enable_ipv6,
            ipv6_cidr,
            ipv6_isp: self.ipv6_isp.as_str().to_owned(),
            dns_hostname: self.enable_dns_hostname,
            name: self.vpc_name.as_ref().map(NetworkName::as_str).unwrap_or_default().to_owned(),
            description: self
                .description
                .as_ref()
                .map(NetworkDescription::as_str)
                .unwrap_or_default()
                .to_owned(),
            resource_group_id: group.to_owned(),
            router_id: cx.ids.resource(ROUTER_PREFIX, cx.now),
            route_table_id: cx.ids.resource(ROUTE_TABLE_PREFIX, cx.now),
        }
    }

    /// The IPv6 prefix: the one that was asked for, one of the range that is kept for examples, or none.
    fn ipv6_cidr(&self, cx: &mut Cx<'_>) -> Result<String> {
        match &self.ipv6_cidr_block {
            Some(_) if !self.enable_ipv6 => Err(invalid("Ipv6CidrBlock", "it needs EnableIpv6=true").into()),
            Some(cidr) => match cidr.as_str().parse::<Ipv6Net>() {
                Ok(net) if net.trunc() == net && net.prefix_len() > 0 => Ok(cidr.as_str().to_owned()),
                _ => Err(invalid("Ipv6CidrBlock", "expected a prefix such as 2001:db8::/56").into()),
            },
            None if !self.enable_ipv6 => Ok(String::new()),
            None => {
                let [a, b, c, ..] = cx.ids.bytes();
                Ok(format!("2001:db8:{:x}:{:x}::/56", u16::from_be_bytes([a, b]), u16::from_be_bytes([c, 0])))
            }
        }
    }
}

fn because(code: &'static Code, why: &str) -> Stop {
    Error::new(code).with_message(format!("{}: {why}.", code.message.trim_end_matches('.'))).into()
}

/// Prefixes in which no network of a customer's may lie: shared space, loopback, link-local, multicast and above.
const RESERVED: [Ipv4Net; 4] = [
    SHARED_SPACE,
    Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8),
    Ipv4Net::new_assert(Ipv4Addr::new(169, 254, 0, 0), 16),
    Ipv4Net::new_assert(Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// The provider's own services are reached through it.
pub const SHARED_SPACE: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(100, 64, 0, 0), 10);

/// Whether the two have an address in common.
fn overlap(left: Ipv4Net, right: Ipv4Net) -> bool {
    left.contains(&right) || right.contains(&left)
}

fn check_cidr(text: &str) -> Result<()> {
    let wrong = |why: &str| because(&codes::INVALID_PARAMETER_CIDR_BLOCK, why);
    let net: Ipv4Net = text.parse().map_err(|_| wrong("give an IPv4 prefix such as 192.168.0.0/16"))?;
    if net.trunc() != net {
        return Err(wrong(&format!("bits beyond its length are set; write {}", net.trunc())));
    }
    let bits = i64::from(net.prefix_len());
    if !(VPC_MASK_BITS_MIN..=VPC_MASK_BITS_MAX).contains(&bits) {
        return Err(wrong(&format!("its length is to be {VPC_MASK_BITS_MIN} to {VPC_MASK_BITS_MAX}")));
    }
    match RESERVED.iter().find(|reserved| overlap(**reserved, net)) {
        Some(reserved) => Err(wrong(&format!("{reserved} is reserved"))),
        None => Ok(()),
    }
}

fn check_user_cidrs(list: &str) -> Result<()> {
    let mut nets = Vec::new();
    for text in list.split(',') {
        let net: Option<Ipv4Net> = text.parse().ok();
        let net = net.filter(|net| net.trunc() == *net);
        nets.push(net.ok_or_else(|| {
            because(&codes::INVALID_PARAMETER_USER_CIDR, "give IPv4 prefixes joined with commas")
        })?);
    }
    if i64::try_from(nets.len()).is_ok_and(|count| count > USER_CIDRS_MAX) {
        return Err((&codes::INVALID_USER_CIDR_QUOTA).into());
    }
    if nets.iter().any(|net| overlap(*net, SHARED_SPACE)) {
        return Err((&codes::INVALID_USER_CIDR_MALFORMED).into());
    }
    Ok(())
}
