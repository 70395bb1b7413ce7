//! What VPCs should do, said a second time and simply: a list of them, with their routers and their route tables, and
//! prefixes compared as numbers. The product is asked for nothing but its limits.

mod lists;

use super::{Args, Model, Verdicts, get, is_true, labels, list, refuse_unless, text};
use crate::house::Who;
use connect::limits::{TAGS_MAX, VPC_CREATION_MS, VPC_DELETION_MS, VPC_IDS_MAX, VPCS_PER_REGION_MAX};
pub(super) use lists::assert_page;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

/// A code and its status.
type Code = (&'static str, u16);

/// The actions that this file knows.
pub(crate) const ACTIONS: &[&str] = &[
    "CreateVpc",
    "DeleteVpc",
    "DescribeVpcs",
    "DescribeVpcAttribute",
    "DescribeVRouters",
    "DescribeRouteTables",
    "DescribeRouteTableList",
];

const BAD: Code = ("InvalidParameter", 400);
const UNKNOWN: Code = ("InvalidVpcId.NotFound", 404);

#[derive(Debug)]
pub(crate) struct Network {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) router: String,
    pub(crate) table: String,
    pub(crate) status: &'static str,
    since: i64,
    cidr: String,
    user_cidrs: String,
    pub(super) ipv6: bool,
    /// What was asked for; where none was, the product chooses one.
    ipv6_cidr: Option<String>,
    isp: String,
    dns: bool,
    name: String,
    description: String,
    pub(super) group: String,
    pub(super) created: i64,
    tags: BTreeMap<String, String>,
}

#[derive(Debug, Default)]
pub(crate) struct Networks {
    /// In order of creation.
    pub(crate) all: Vec<Network>,
    /// What only the product can choose, as it was shown first: the IPv6 prefix of a VPC, the route table of a border
    /// router. It must stay so.
    pub(crate) learned: RefCell<BTreeMap<String, String>>,
}

impl Networks {
    fn at(&self, id: &str) -> Option<usize> {
        self.all.iter().position(|network| network.id == id)
    }

    /// What was shown first for this thing, which is what is shown now if it is shown for the first time.
    fn learn(&self, id: &str, shown: &str) -> String {
        self.learned.borrow_mut().entry(id.to_owned()).or_insert_with(|| shown.to_owned()).clone()
    }
}

impl Network {
    /// Whether an address is in one of its prefixes.
    pub(crate) fn holds(&self, address: Ipv4Addr) -> bool {
        let at = u64::from(u32::from(address));
        let cidrs = std::iter::once(&*self.cidr).chain(self.user_cidrs.split(','));
        cidrs.filter_map(range).any(|net| (net.0..=net.1).contains(&at))
    }
}

/// The first and the last address of an IPv4 prefix, if the text is one without bits beyond its length.
fn range(cidr: &str) -> Option<(u64, u64, u32)> {
    let (address, bits) = cidr.split_once('/')?;
    let bits: u32 = bits.parse().ok().filter(|bits| *bits <= 32)?;
    let parts: Option<Vec<u64>> =
        address.split('.').map(|part| part.parse().ok().filter(|part| *part < 256)).collect();
    let parts = parts.filter(|parts| parts.len() == 4)?;
    let first = parts.iter().fold(0, |sum, part| sum * 256 + part);
    let size = 1_u64 << (32 - bits);
    first.is_multiple_of(size).then_some((first, first + size - 1, bits))
}

/// Whether two ranges have an address in common.
fn meet(one: (u64, u64, u32), other: &str) -> bool {
    let other = range(other).expect("a prefix of this file");
    one.0 <= other.1 && other.0 <= one.1
}

fn check_cidrs(args: &Args) -> Verdicts {
    let pooled = ["Ipv4CidrMask", "Ipv4IpamPoolId", "Ipv6CidrMask", "Ipv6IpamPoolId"];
    let from_pool = pooled.iter().any(|name| get(args, name).is_some());
    refuse_unless(!from_pool, ("UnsupportedFeature.IPAM", 400))?;
    let cidr = get(args, "CidrBlock").ok_or(("MissingParam.CidrOrCidrMask", 400))?;
    let net = range(cidr).ok_or(BAD)?;
    let reserved = ["100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"];
    let good = (8..=28).contains(&net.2) && !reserved.iter().any(|other| meet(net, other));
    refuse_unless(good, BAD)?;
    if let Some(further) = get(args, "UserCidr") {
        let nets: Option<Vec<_>> = further.split(',').map(range).collect();
        let nets = nets.ok_or(BAD)?;
        refuse_unless(nets.len() <= 3, ("InvalidUserCidr.Quota", 400))?;
        let apart = !nets.iter().any(|net| meet(*net, "100.64.0.0/10"));
        refuse_unless(apart, ("InvalidUserCidr.Malformed", 400))?;
    }
    match get(args, "Ipv6CidrBlock") {
        // The simulator draws two good ones.
        Some(cidr) => {
            let good = ["2001:db8::/56", "2001:db8:1::/48"].contains(&cidr);
            refuse_unless(good && is_true(args, "EnableIpv6"), BAD)
        }
        None => Ok(()),
    }
}

impl Model {
    /// What a call on networks is answered; nothing for an action that is none.
    pub(super) fn network(&mut self, who: Who, action: &str, args: &Args, reply: &Value) -> Option<Verdicts> {
        Some(match action {
            "CreateVpc" => self.create_network(who, args, reply),
            "DeleteVpc" => self.delete_network(who, args),
            "DescribeVpcs" => {
                let few = |ids: &str| i64::try_from(ids.split(',').count()).unwrap() <= VPC_IDS_MAX;
                refuse_unless(get(args, "VpcId").is_none_or(few), BAD)
            }
            "DescribeVpcAttribute" => {
                let shown = self.own_network(who, args).is_some() && !is_true(args, "IsDefault");
                refuse_unless(shown, UNKNOWN)
            }
            "DescribeRouteTables" => self.tables_named(who, args),
            "DescribeVRouters" | "DescribeRouteTableList" => Ok(()),
            _ => return None,
        })
    }

    /// The caller's VPC that a call names, in the region that it names, if it names one.
    fn own_network(&self, who: Who, args: &Args) -> Option<usize> {
        let at = self.networks.at(get(args, "VpcId")?)?;
        let network = &self.networks.all[at];
        let here = get(args, "RegionId").is_none_or(|region| network.region == region);
        (network.account == who.account() && here).then_some(at)
    }

    fn create_network(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        check_cidrs(args)?;
        let given = labels(args, &["Tag", "Tags"]);
        let tags: BTreeMap<_, _> =
            given.iter().map(|(key, value)| (key.clone(), value.clone().unwrap_or_default())).collect();
        refuse_unless(tags.len() == given.len(), BAD)?;
        let (me, region) = (who.account().to_owned(), text(args, "RegionId"));
        let beside = |other: &&Network| other.account == me && other.region == region;
        let count = i64::try_from(self.networks.all.iter().filter(beside).count()).unwrap();
        refuse_unless(count < VPCS_PER_REGION_MAX, ("QuotaExceeded.Vpc", 400))?;
        let group = get(args, "ResourceGroupId").unwrap_or("rg-default").to_owned();
        if !reply.is_null() {
            assert_eq!(reply["ResourceGroupId"], *group, "the group of a new VPC");
        }
        if is_true(args, "DryRun") {
            return Ok(());
        }
        let told = |name: &str| reply[name].as_str().unwrap_or_default().to_owned();
        let ipv6 = is_true(args, "EnableIpv6");
        let asked = get(args, "Ipv6CidrBlock").map(str::to_owned);
        let network = Network {
            id: told("VpcId"),
            account: me.clone(),
            region,
            router: told("VRouterId"),
            table: told("RouteTableId"),
            status: "Pending",
            since: self.now,
            cidr: text(args, "CidrBlock"),
            user_cidrs: text(args, "UserCidr"),
            ipv6,
            ipv6_cidr: if ipv6 { asked } else { Some(String::new()) },
            isp: get(args, "Ipv6Isp").unwrap_or("BGP").to_owned(),
            dns: is_true(args, "EnableDnsHostname"),
            name: text(args, "VpcName"),
            description: text(args, "Description"),
            group,
            created: self.now,
            tags,
        };
        let due = (self.now + VPC_CREATION_MS, me, network.id.clone(), "FinishVpcCreation");
        self.due.insert(due, String::new());
        self.networks.all.push(network);
        Ok(())
    }

    fn delete_network(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.own_network(who, args).ok_or(UNKNOWN)?;
        let network = &self.networks.all[at];
        refuse_unless(network.status == "Available", ("IncorrectVpcStatus", 400))?;
        self.require_unannounced(&network.id)?;
        refuse_unless(!self.has_routes(&network.router), ("DependencyViolation.RouteEntry", 400))?;
        refuse_unless(!self.has_interfaces(&network.router), ("DependencyViolation.RouterInterface", 400))?;
        if is_true(args, "DryRun") {
            return Ok(());
        }
        let (now, network) = (self.now, &mut self.networks.all[at]);
        (network.status, network.since) = ("Deleting", now);
        let due = (now + VPC_DELETION_MS, network.account.clone(), network.id.clone(), "FinishVpcDeletion");
        self.due.insert(due, String::new());
        Ok(())
    }

    /// What is asked of a call that lists tables with their routes.
    fn tables_named(&self, who: Who, args: &Args) -> Verdicts {
        let has = |name: &str| get(args, name).is_some();
        refuse_unless(!has("RouterId") || !has("VRouterId"), BAD)?;
        let names = ["RouterId", "VRouterId", "RouteTableId", "RouteTableName"];
        refuse_unless(names.into_iter().any(has), ("MissingParameter", 400))?;
        let kept = ["RegionId", "RouterId", "VRouterId", "RouteTableId", "RouterType"];
        let naming: Args = args.iter().filter(|(name, _)| kept.contains(&name.as_str())).cloned().collect();
        if self.wanted_tables(who, &naming).is_empty() {
            refuse_unless(!has("RouteTableId"), ("InvalidRouteTableId.NotFound", 404))?;
            let router = has("RouterId") || has("VRouterId");
            refuse_unless(!router, ("InvalidVRouter.NotFound", 400))?;
        }
        Ok(())
    }

    /// A deadline of a VPC has come; false where it is something else's.
    pub(super) fn network_deadline(&mut self, id: &str, trigger: &str) -> bool {
        let Some(at) = self.networks.at(id) else { return false };
        if trigger == "FinishVpcDeletion" {
            self.networks.all.remove(at);
            self.forget_grants(id);
        } else {
            let network = &mut self.networks.all[at];
            (network.status, network.since) = ("Available", self.now);
        }
        true
    }

    /// A call on labels of VPCs; nothing for those of other things.
    pub(super) fn label_networks(&mut self, who: Who, action: &str, args: &Args) -> Option<Verdicts> {
        if get(args, "ResourceType") != Some("VPC") {
            return None;
        }
        let (labels, gone) = (labels(args, &["Tag", "Tags"]), list(args, "TagKey"));
        let mut places = Vec::new();
        for id in list(args, "ResourceId") {
            let mine = |at: &usize| {
                let network = &self.networks.all[*at];
                network.account == who.account() && Some(network.region.as_str()) == get(args, "RegionId")
            };
            match self.networks.at(id).filter(mine) {
                Some(at) => places.push(at),
                None => return Some(Err(("InvalidResourceId.NotFound", 404))),
            }
        }
        let all = &mut self.networks.all;
        let full = |at: &usize| {
            let keys: BTreeSet<_> = all[*at].tags.keys().chain(labels.iter().map(|(key, _)| key)).collect();
            i64::try_from(keys.len()).unwrap() > TAGS_MAX
        };
        if action == "TagResources" && places.iter().any(full) {
            return Some(Err(("NumberExceed.Tags", 400)));
        }
        for at in places {
            let tags = &mut all[at].tags;
            match action {
                "TagResources" => tags.extend(
                    labels.iter().map(|(key, value)| (key.clone(), value.clone().unwrap_or_default())),
                ),
                "UnTagResources" if gone.is_empty() && is_true(args, "All") => tags.clear(),
                "UnTagResources" => tags.retain(|key, _| !gone.contains(&key.as_str())),
                _ => {}
            }
        }
        Some(Ok(()))
    }
}
