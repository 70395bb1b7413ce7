//! What BGP of border routers should do, said a second time and simply: lists of groups, of peers and of the blocks that
//! routers announce, which are compared as numbers. The product is asked for nothing but its limits.

mod block;
mod lists;

use super::routers::Router;
use super::{Args, Code, Model, Verdicts, count, get, is_true, number, refuse_unless, sent, text};
use crate::house::Who;
pub(crate) use block::Block;
use connect::limits::{
    BFD_SESSIONS_MAX, BGP_CHANGE_MS, BGP_CREATION_MS, BGP_DELETION_MS, BGP_GROUPS_PER_VBR_MAX,
    BGP_NETWORKS_PER_VBR_MAX, BGP_PEERS_PER_VBR_MAX,
};
pub(super) use lists::by_id;
use serde_json::Value;
use std::net::IpAddr;

/// The actions that this file knows.
pub(crate) const ACTIONS: &[&str] = &[
    "CreateBgpGroup",
    "DescribeBgpGroups",
    "ModifyBgpGroupAttribute",
    "DeleteBgpGroup",
    "CreateBgpPeer",
    "DescribeBgpPeers",
    "ModifyBgpPeerAttribute",
    "DeleteBgpPeer",
    "AddBgpNetwork",
    "DescribeBgpNetworks",
    "DeleteBgpNetwork",
];

const BUSY: Code = ("InvalidStatus.CannotOperate", 400);
const UNKNOWN: Code = ("InvalidParams.NotFound", 400);
const NO_GROUP: Code = ("InvalidBgpGroup", 400);
const NO_NETWORK: Code = ("InvalidVbrNetwork", 400);
const PROVIDERS: Code = ("InvalidPeerAsn.Malformed", 400);
const ADDRESS: Code = ("InvalidIP.Malformed", 400);
const NO_CUSTOMERS: Code = ("IllegalParam.PeerIpAddress", 400);
const VERSION: Code = ("IllegalParam.IpVersion", 400);

/// What everything has that comes, changes and goes by itself.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) status: &'static str,
    pub(super) since: i64,
    pub(super) created: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) life: Life,
    pub(crate) router: String,
    name: String,
    description: String,
    peer_asn: i64,
    local_asn: i64,
    is_fake: bool,
    pub(crate) version: String,
    quota: i64,
    key: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Peer {
    pub(crate) life: Life,
    group: String,
    pub(crate) router: String,
    pub(crate) version: String,
    address: String,
    detected: bool,
    hops: i64,
    modified: i64,
}

/// A block that a router announces. Clients know it by the two; its id is in rows only.
#[derive(Debug, Clone)]
pub(crate) struct Announced {
    pub(crate) life: Life,
    pub(crate) router: String,
    pub(crate) cidr: String,
    pub(crate) block: Block,
    vpc: String,
}

/// All of it, in order of creation.
#[derive(Debug, Default)]
pub(crate) struct Bgp {
    pub(crate) groups: Vec<Group>,
    pub(crate) peers: Vec<Peer>,
    pub(crate) networks: Vec<Announced>,
}

impl Life {
    pub(super) fn begun(id: &str, who: Who, args: &Args, status: &'static str, now: i64) -> Life {
        Life {
            id: id.to_owned(),
            account: who.account().to_owned(),
            region: text(args, "RegionId"),
            status,
            since: now,
            created: now,
        }
    }

    pub(super) fn enter(&mut self, status: &'static str, now: i64) {
        (self.status, self.since) = (status, now);
    }

    /// Whether it is this one, of the caller's, in the region of the call.
    pub(super) fn is(&self, id: Option<&str>, who: Who, args: &Args) -> bool {
        Some(self.id.as_str()) == id && self.is_own(who, args)
    }

    pub(super) fn is_own(&self, who: Who, args: &Args) -> bool {
        self.account == who.account() && Some(self.region.as_str()) == get(args, "RegionId")
    }
}

/// Whether a version, in whichever letters, is the newer one.
fn is_six(version: &str) -> bool {
    version.eq_ignore_ascii_case("IPv6")
}

fn flag(args: &Args, name: &str) -> Option<bool> {
    get(args, name).map(|_| is_true(args, name))
}

fn check_asns(peer: i64, local: i64, reserved: Code) -> Verdicts {
    refuse_unless(peer != 45_104, PROVIDERS)?;
    refuse_unless(![23_456, 65_535, 4_294_967_295].contains(&peer), reserved)?;
    let private = (64_512..=65_534).contains(&local) && local != 65_025;
    let offered = local == 45_104 || private || (4_200_000_000..=4_294_967_294).contains(&local);
    refuse_unless(offered, ("InvalidBgpGroup.LocalAsnInvalid", 400))
}

/// An address that the customer's end of a session over this router can have.
fn customers(text: &str, six: bool, router: &Router) -> Result<IpAddr, Code> {
    let address: IpAddr = text.parse().map_err(|_| ADDRESS)?;
    refuse_unless(address.is_ipv6() == six, ADDRESS)?;
    let nobodys = address.is_unspecified() || address.is_loopback() || address.is_multicast();
    let ours = [false, true].map(|six| router.link.ends(six).0.parse() == Ok(address));
    let good = !nobodys && text != "255.255.255.255" && !ours.contains(&true);
    refuse_unless(good, NO_CUSTOMERS)?;
    Ok(address)
}

impl Model {
    /// What a call on BGP is answered; nothing for an action that is none.
    pub(super) fn speak(&mut self, who: Who, action: &str, args: &Args, reply: &Value) -> Option<Verdicts> {
        Some(match action {
            "CreateBgpGroup" => self.create_group(who, args, reply),
            "ModifyBgpGroupAttribute" => self.modify_group(who, args),
            "DeleteBgpGroup" => self.delete_group(who, args),
            "CreateBgpPeer" => self.create_peer(who, args, reply),
            "ModifyBgpPeerAttribute" => self.modify_peer(who, args),
            "DeleteBgpPeer" => self.delete_peer(who, args),
            "AddBgpNetwork" => self.announce(who, args),
            "DeleteBgpNetwork" => self.withdraw(who, args),
            "DescribeBgpGroups" | "DescribeBgpPeers" | "DescribeBgpNetworks" => Ok(()),
            _ => return None,
        })
    }

    /// Waits for the end of the state that was just entered.
    pub(super) fn await_end(&mut self, life: &Life, trigger: &'static str, after: i64) {
        self.set_due(&life.account, &life.id, trigger, life.since + after, "");
    }

    /// The caller's router that something is put on: it must be in service.
    fn speaker(&self, who: Who, args: &Args, id: &str) -> Result<Router, Code> {
        let router = self.routers.all.iter().find(|router| router.id == id);
        let own = |router: &&Router| {
            router.account == who.account() && Some(router.region.as_str()) == get(args, "RegionId")
        };
        let router = router.filter(own).ok_or(UNKNOWN)?;
        refuse_unless(router.status == "active", BUSY)?;
        Ok(router.clone())
    }

    fn group(&self, who: Who, args: &Args) -> Result<usize, Code> {
        let id = get(args, "BgpGroupId");
        self.bgp.groups.iter().position(|group| group.life.is(id, who, args)).ok_or(NO_GROUP)
    }

    fn peer(&self, who: Who, args: &Args) -> Result<usize, Code> {
        let id = get(args, "BgpPeerId");
        let at = self.bgp.peers.iter().position(|peer| peer.life.is(id, who, args)).ok_or(UNKNOWN)?;
        refuse_unless(self.bgp.peers[at].life.status == "Available", BUSY)?;
        Ok(at)
    }

    fn create_group(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let (peer_asn, local_asn) = (number(args, "PeerAsn", 0), number(args, "LocalAsn", 45_104));
        check_asns(peer_asn, local_asn, ("IllegalParam.PeerAsn", 400))?;
        let router = self.speaker(who, args, &text(args, "RouterId"))?.id;
        let held = count(self.bgp.groups.iter().filter(|group| group.router == router).count());
        refuse_unless(held < BGP_GROUPS_PER_VBR_MAX, ("QuotaExceeded.Bgp", 400))?;
        let id = reply["BgpGroupId"].as_str().unwrap_or_default();
        let group = Group {
            life: Life::begun(id, who, args, "Pending", self.now),
            router,
            name: text(args, "Name"),
            description: text(args, "Description"),
            peer_asn,
            local_asn,
            is_fake: is_true(args, "IsFakeAsn"),
            version: get(args, "IpVersion").unwrap_or("IPv4").to_owned(),
            quota: number(args, "RouteQuota", 110),
            key: text(args, "AuthKey"),
        };
        self.await_end(&group.life, "FinishBgpGroupCreation", BGP_CREATION_MS);
        self.bgp.groups.push(group);
        Ok(())
    }

    fn modify_group(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.group(who, args)?;
        let mut group = self.bgp.groups[at].clone();
        refuse_unless(group.life.status == "Available", BUSY)?;
        group.peer_asn = number(args, "PeerAsn", group.peer_asn);
        group.local_asn = number(args, "LocalAsn", group.local_asn);
        check_asns(group.peer_asn, group.local_asn, PROVIDERS)?;
        let clears = is_true(args, "ClearAuthKey");
        match sent(args, "AuthKey") {
            Some(key) if clears && !key.is_empty() => return Err(("InvalidBgpAuthkey.Malformed", 400)),
            Some(key) => key.clone_into(&mut group.key),
            None if clears => group.key.clear(),
            None => {}
        }
        for (field, name) in [(&mut group.name, "Name"), (&mut group.description, "Description")] {
            *field = sent(args, name).unwrap_or(field).to_owned();
        }
        group.is_fake = flag(args, "IsFakeAsn").unwrap_or(group.is_fake);
        group.quota = number(args, "RouteQuota", group.quota);
        group.life.enter("Modifying", self.now);
        self.await_end(&group.life, "FinishBgpGroupChange", BGP_CHANGE_MS);
        self.bgp.groups[at] = group;
        Ok(())
    }

    fn delete_group(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.group(who, args)?;
        let id = self.bgp.groups[at].life.id.clone();
        refuse_unless(self.bgp.groups[at].life.status == "Available", BUSY)?;
        let left = self.bgp.peers.iter().any(|peer| peer.group == id);
        refuse_unless(!left, ("DependencyViolation.BgpPeer", 400))?;
        self.bgp.groups[at].life.enter("Deleting", self.now);
        let life = self.bgp.groups[at].life.clone();
        self.await_end(&life, "FinishBgpGroupDeletion", BGP_DELETION_MS);
        Ok(())
    }

    /// The account has a detection session left.
    fn require_session(&self, account: &str) -> Verdicts {
        let held = self.bgp.peers.iter().filter(|peer| peer.detected && peer.life.account == account);
        refuse_unless(count(held.count()) < BFD_SESSIONS_MAX, ("QuotaExceeded.BfdSession", 400))
    }

    /// Another peer of the router that has the address already.
    fn with_address(&self, router: &str, address: IpAddr, but: &str) -> Option<&Peer> {
        let same = |peer: &&Peer| {
            peer.router == router && peer.life.id != but && peer.address.parse() == Ok(address)
        };
        self.bgp.peers.iter().find(same)
    }

    fn create_peer(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let (asked, detected) = (get(args, "BfdMultiHop"), flag(args, "EnableBfd"));
        refuse_unless(asked.is_none() || detected.is_some(), ("MissingParam.EnableBfd", 400))?;
        let group = self.bgp.groups[self.group(who, args)?].clone();
        refuse_unless(group.life.status == "Available", BUSY)?;
        let router = self.speaker(who, args, &group.router)?;
        let version = get(args, "IpVersion").unwrap_or("IPv4");
        let six = is_six(version);
        refuse_unless(six == is_six(&group.version) && (!six || router.link.has_ipv6()), VERSION)?;
        let end = router.link.ends(six).1;
        let one = router.further.is_empty() && !end.is_empty();
        let far = get(args, "PeerIpAddress").or(one.then_some(end));
        let address = far.ok_or(("InvalidParams.PeerIpAddressMustPointOut", 400))?;
        if let Some(other) = self.with_address(&router.id, customers(address, six, &router)?, "") {
            let same = other.group == group.life.id;
            refuse_unless(!same, ("BgpPeer.Already.Exists", 400))?;
            return Err(("InvalidParams.PeerIpAddressInUse", 400));
        }
        let held = count(self.bgp.peers.iter().filter(|peer| peer.router == router.id).count());
        refuse_unless(held < BGP_PEERS_PER_VBR_MAX, ("QuotaExceeded.Bgp", 400))?;
        let detected = detected == Some(true);
        if detected {
            self.require_session(who.account())?;
        }
        let id = reply["BgpPeerId"].as_str().unwrap_or_default();
        let peer = Peer {
            life: Life::begun(id, who, args, "Pending", self.now),
            group: group.life.id,
            version: version.to_owned(),
            address: address.to_owned(),
            router: router.id,
            detected,
            hops: if detected { number(args, "BfdMultiHop", 255) } else { 0 },
            modified: self.now,
        };
        self.await_end(&peer.life, "FinishBgpPeerCreation", BGP_CREATION_MS);
        self.bgp.peers.push(peer);
        Ok(())
    }

    fn modify_peer(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.peer(who, args)?;
        let mut peer = self.bgp.peers[at].clone();
        let (was, said) = (peer.detected, flag(args, "EnableBfd"));
        peer.detected = said.unwrap_or(was);
        let told = get(args, "BfdMultiHop").is_none() || said.is_some() || was;
        refuse_unless(told, ("MissingParam.EnableBfd", 400))?;
        if get(args, "BgpGroupId").is_some_and(|id| id != peer.group) {
            let group = &self.bgp.groups[self.group(who, args)?];
            let fits = group.router == peer.router && is_six(&group.version) == is_six(&peer.version);
            refuse_unless(fits, NO_GROUP)?;
            refuse_unless(group.life.status == "Available", BUSY)?;
            peer.group.clone_from(&group.life.id);
        }
        if let Some(address) = get(args, "PeerIpAddress") {
            let router = self.routers.all.iter().find(|router| router.id == peer.router);
            let router = router.expect("a router with BGP is there");
            let wanted = customers(address, is_six(&peer.version), router)?;
            let taken = self.with_address(&peer.router, wanted, &peer.life.id).is_some();
            refuse_unless(!taken, ("InvalidParams.PeerIpAddressInUse", 400))?;
            address.clone_into(&mut peer.address);
        }
        if peer.detected && !was {
            self.require_session(who.account())?;
        }
        let before = if was { peer.hops } else { 255 };
        peer.hops = if peer.detected { number(args, "BfdMultiHop", before) } else { 0 };
        peer.modified = self.now;
        peer.life.enter("Modifying", self.now);
        self.await_end(&peer.life, "FinishBgpPeerChange", BGP_CHANGE_MS);
        self.bgp.peers[at] = peer;
        Ok(())
    }

    fn delete_peer(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.peer(who, args)?;
        self.bgp.peers[at].life.enter("Deleting", self.now);
        let life = self.bgp.peers[at].life.clone();
        self.await_end(&life, "FinishBgpPeerDeletion", BGP_DELETION_MS);
        Ok(())
    }

    fn announce(&mut self, who: Who, args: &Args) -> Verdicts {
        let cidr = text(args, "DstCidrBlock");
        let block = Block::announced(&cidr)?;
        let router = self.speaker(who, args, &text(args, "RouterId"))?;
        refuse_unless(!block.six || router.link.has_ipv6(), VERSION)?;
        let vpc = text(args, "VpcId");
        let in_it = self.networks.all.iter().any(|network| {
            network.id == vpc
                && network.account == who.account()
                && Some(network.region.as_str()) == get(args, "RegionId")
        });
        refuse_unless(vpc.is_empty() || in_it, UNKNOWN)?;
        let mut others = self.bgp.networks.iter().filter(|network| network.router == router.id);
        let held = count(others.clone().count());
        let twice = others.any(|network| network.block == block);
        refuse_unless(!twice, ("Duplicated.CidrBlock", 400))?;
        refuse_unless(held < BGP_NETWORKS_PER_VBR_MAX, ("QuotaExceeded.BgpNetwork", 400))?;
        let life = Life::begun("", who, args, "Pending", self.now);
        self.bgp.networks.push(Announced { life, router: router.id, cidr, block, vpc });
        Ok(())
    }

    /// The network that was just announced, whose id is not known yet: its router, and its block as rows have it.
    pub(crate) fn nameless(&self) -> Option<(String, String)> {
        let last = self.bgp.networks.last().filter(|network| network.life.id.is_empty())?;
        Some((last.router.clone(), last.block.text()))
    }

    /// Its id is known now, and its deadline can be set.
    pub(crate) fn name_network(&mut self, id: String) {
        let last = self.bgp.networks.last_mut().expect("a network was announced");
        last.life.id = id;
        let life = last.life.clone();
        self.await_end(&life, "FinishBgpNetworkCreation", BGP_CREATION_MS);
    }

    /// The caller's network that a call names, whichever address of the block stands in it.
    fn withdrawn(&self, who: Who, args: &Args) -> Option<usize> {
        let block = Block::around(get(args, "DstCidrBlock")?)?;
        self.bgp.networks.iter().position(|network| {
            Some(network.router.as_str()) == get(args, "RouterId")
                && network.block == block
                && network.life.is_own(who, args)
        })
    }

    /// Whether a call whose token is known is carried out all the same.
    pub(super) fn has_withdrawal(&self, who: Who, action: &str, args: &Args) -> bool {
        action == "DeleteBgpNetwork" && self.withdrawn(who, args).is_some()
    }

    fn withdraw(&mut self, who: Who, args: &Args) -> Verdicts {
        let known = self.routers.all.iter().any(|router| {
            Some(router.id.as_str()) == get(args, "RouterId")
                && router.account == who.account()
                && Some(router.region.as_str()) == get(args, "RegionId")
        });
        refuse_unless(known, UNKNOWN)?;
        let at = self.withdrawn(who, args).ok_or(NO_NETWORK)?;
        let network = &mut self.bgp.networks[at];
        refuse_unless(network.life.status == "Available", BUSY)?;
        network.life.enter("Deleting", self.now);
        let life = network.life.clone();
        self.await_end(&life, "FinishBgpNetworkDeletion", BGP_DELETION_MS);
        Ok(())
    }

    /// A router's BGP keeps it from being removed.
    pub(super) fn require_silent(&self, router: &str) -> Verdicts {
        let groups = self.bgp.groups.iter().any(|group| group.router == router);
        let networks = self.bgp.networks.iter().any(|network| network.router == router);
        refuse_unless(!groups && !networks, ("DependencyViolation.BgpGroup", 400))
    }

    /// What is announced as lying in a VPC keeps it from being removed.
    pub(super) fn require_unannounced(&self, vpc: &str) -> Verdicts {
        let announced = self.bgp.networks.iter().any(|network| network.vpc == vpc);
        refuse_unless(!announced, ("DependencyViolation.Instance", 400))
    }

    /// A deadline of BGP has come; false where it is something else's.
    pub(super) fn bgp_deadline(&mut self, id: &str, trigger: &str) -> bool {
        if !trigger.starts_with("FinishBgp") {
            return false;
        }
        if trigger.ends_with("Deletion") {
            self.bgp.groups.retain(|group| group.life.id != id);
            self.bgp.peers.retain(|peer| peer.life.id != id);
            self.bgp.networks.retain(|network| network.life.id != id);
            return true;
        }
        let groups = self.bgp.groups.iter_mut().map(|group| &mut group.life);
        let peers = self.bgp.peers.iter_mut().map(|peer| &mut peer.life);
        let networks = self.bgp.networks.iter_mut().map(|network| &mut network.life);
        let life = groups.chain(peers).chain(networks).find(|life| life.id == id);
        life.expect("a deadline is something's").enter("Available", self.now);
        true
    }
}
