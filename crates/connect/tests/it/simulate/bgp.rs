//! Calls on BGP: drawn so that router, group, peer, block and caller mostly belong together, with few addresses, most of
//! them good. Some let a second or two go by, in which what was made becomes ready.

use super::routers::{caller, push};
use super::{Call, Simulation};
use crate::house::{Who, entry};
use crate::model::bgp::ACTIONS;
use crate::model::{Args, get};
use connect::action::Entry;
use store::{Arg, ReadExt};

/// Whether calls of this action are drawn here.
pub(super) fn is_drawn(entry: &Entry) -> bool {
    ACTIONS.contains(&entry.name())
}

/// What is carried out again under a known token where there is something to do.
const JUDGED: &[&str] = &["DeleteBgpNetwork", "GrantInstanceToCen", "RevokeInstanceFromCen"];

/// How many calls with tokens are remembered.
const SENT: usize = 20;

const FLAGS: &[&str] = &["true", "true", "true", "false", "1"];

impl Simulation {
    /// An action on BGP, those that make something more often than those that end it.
    pub(super) fn draw_bgp_action(&mut self) -> &'static Entry {
        let action = self.among(ACTIONS);
        let ends = action.starts_with("Delete") && self.chance.u8(0..4) > 0;
        if ends || self.chance.u8(0..4) == 0 {
            return entry(self.among(&["CreateBgpGroup", "CreateBgpPeer", "CreateBgpPeer", "AddBgpNetwork"]));
        }
        entry(action)
    }

    /// A call that lets a moment go by: what is under way comes to its end.
    pub(super) fn draw_wait(&mut self) -> Call {
        let seconds = self.among(&["1", "1", "2"]);
        let args = vec![("Seconds".to_owned(), seconds.to_owned())];
        Call { who: Who::Operator, entry: entry("AdvanceTime"), args, flaw: None }
    }

    /// A call of this action, now and then with one thing wrong.
    pub(super) fn draw_bgp(&mut self, entry: &'static Entry) -> Call {
        if self.chance.u8(0..7) == 0 {
            return self.draw_wait();
        }
        if let Some(call) = self.sent_before() {
            return call;
        }
        let mut call = Call { who: Who::Tenant, entry, args: Args::new(), flaw: None };
        match entry.name() {
            "CreateBgpGroup" => self.draw_new_group(&mut call),
            "ModifyBgpGroupAttribute" | "DeleteBgpGroup" => self.draw_on_group(&mut call),
            "CreateBgpPeer" if self.model.bgp.groups.is_empty() && self.chance.u8(0..8) > 0 => {
                call.entry = crate::house::entry("CreateBgpGroup");
                self.draw_new_group(&mut call);
            }
            "CreateBgpPeer" => self.draw_new_peer(&mut call),
            "ModifyBgpPeerAttribute" | "DeleteBgpPeer" => self.draw_on_peer(&mut call),
            "AddBgpNetwork" | "DeleteBgpNetwork" => self.draw_block(&mut call),
            _ => self.draw_bgp_list(&mut call),
        }
        if self.chance.u8(0..30) == 0 {
            let elsewhere = self.among(&["west", "east", "nowhere"]);
            elsewhere.clone_into(&mut call.args[0].1);
        }
        self.flaw(&mut call);
        call
    }

    /// Now and then one of the last calls with tokens once more, as it was.
    pub(super) fn sent_before(&mut self) -> Option<Call> {
        let (again, judged) = (self.chance.u8(0..15) == 0, self.chance.bool());
        let calls = self.sent.iter().filter(|call| !judged || JUDGED.contains(&call.entry.name()));
        self.chance.choice(calls.collect::<Vec<_>>()).filter(|_| again).cloned()
    }

    /// A token, another caller, or one thing that is wrong.
    pub(super) fn flaw(&mut self, call: &mut Call) {
        let often = if JUDGED.contains(&call.entry.name()) { 2 } else { 5 };
        if self.chance.u8(0..often) == 0 && call.entry.fields.iter().any(|field| field.name == "ClientToken")
        {
            let token = format!("{:?}{}", call.who, self.chance.u8(0..20));
            push(&mut call.args, &[("ClientToken", &token)]);
        }
        if self.chance.u8(0..20) == 0 {
            call.who = self.someone();
        }
        if self.chance.u8(0..12) == 0 {
            let field = &call.entry.fields[self.chance.usize(0..call.entry.fields.len())];
            let drawn = call.args.clone();
            call.args.retain(|(name, _)| name != field.name);
            if !self.draw_wrong(field, call) {
                call.args = drawn;
            }
        }
        if get(&call.args, "ClientToken").is_some() {
            self.sent.push(call.clone());
            self.sent.drain(..self.sent.len().saturating_sub(SENT));
        }
    }

    /// Owner, region and id of some router: mostly one in service, often the same one, so that it gets full.
    pub(super) fn some_speaker(&mut self) -> (Who, String, String) {
        let active: Vec<_> =
            self.model.routers.all.iter().filter(|router| router.status == "active").collect();
        let with_six = active.iter().find(|router| router.link.has_ipv6());
        let router = match self.chance.u8(0..20) {
            0 => None,
            1 => self.chance.choice(&self.model.routers.all),
            2..8 => active.first().copied(),
            8..12 => with_six.or(active.first()).copied(),
            _ => self.chance.choice(active),
        };
        match router {
            Some(router) => (caller(&router.account), router.region.clone(), router.id.clone()),
            None => (Who::Tenant, "east".to_owned(), "vbr-none".to_owned()),
        }
    }

    fn draw_new_group(&mut self, call: &mut Call) {
        let (who, region, router) = self.some_speaker();
        call.who = who;
        let good = ["64600", "64601", "1", "4294967294"];
        let bad = ["45104", "23456", "65535", "4294967295"];
        let asn = if self.chance.u8(0..10) == 0 { self.among(&bad) } else { self.among(&good) };
        push(&mut call.args, &[("RegionId", &region), ("RouterId", &router), ("PeerAsn", asn)]);
        self.draw_settings(&mut call.args);
        if self.chance.bool() {
            let key = self.among(&["open sesame", "k"]);
            push(&mut call.args, &[("AuthKey", key)]);
        }
        let words: &[(&str, &[&str])] = &[
            ("Name", &["name0", "name1"]),
            ("Description", &["words", "more"]),
            ("IpVersion", &["IPv4", "IPV4", "IPv6", "IPV6", "ipv6"]),
        ];
        self.draw_some(&mut call.args, words);
    }

    /// The settings that are given alike to a new group and to one that is there.
    fn draw_settings(&mut self, args: &mut Args) {
        let good = ["45104", "64512", "65024", "65026", "65534", "4200000000", "4294967294"];
        let bad = ["64511", "65025", "65535", "4199999999", "4294967295"];
        let local = if self.chance.u8(0..5) == 0 { &bad[..] } else { &good };
        let words: &[(&str, &[&str])] =
            &[("LocalAsn", local), ("IsFakeAsn", FLAGS), ("RouteQuota", &["1", "110", "1000"])];
        self.draw_some(args, words);
    }

    /// Owner, region, id, router and version of some group: mostly of one that is ready.
    fn some_group(&mut self) -> (Who, String, String, String, String) {
        let groups = &self.model.bgp.groups;
        let ready = || groups.iter().filter(|group| group.life.status == "Available");
        // Where the oldest peer is, so that its router gets full.
        let full = self.model.bgp.peers.first().map(|peer| &peer.router);
        let group = match self.chance.u8(0..25) {
            0 => None,
            1..5 => self.chance.choice(groups),
            5..16 => ready().find(|group| full.is_none_or(|router| group.router == *router)),
            _ => self.chance.choice(ready().collect::<Vec<_>>()),
        };
        match group {
            Some(group) => (
                caller(&group.life.account),
                group.life.region.clone(),
                group.life.id.clone(),
                group.router.clone(),
                group.version.clone(),
            ),
            None => (Who::Tenant, "east".into(), "bgpg-none".into(), "vbr-none".into(), "IPv4".into()),
        }
    }

    fn draw_on_group(&mut self, call: &mut Call) {
        let (who, region, id, ..) = self.some_group();
        call.who = who;
        push(&mut call.args, &[("RegionId", &region), ("BgpGroupId", &id)]);
        if call.entry.name() == "DeleteBgpGroup" {
            return;
        }
        let words: &[(&str, &[&str])] = &[
            ("PeerAsn", &["64700", "2", "64700", "45104", "65535"]),
            ("Name", &["9 after: yes", "name1", ""]),
            ("Description", &["other", ""]),
            ("AuthKey", &["another key", "k", ""]),
        ];
        self.draw_some(&mut call.args, words);
        if get(&call.args, "AuthKey").is_none() || self.chance.u8(0..4) == 0 {
            self.draw_some(&mut call.args, &[("ClearAuthKey", &["true", "true", "false"])]);
        }
        self.draw_settings(&mut call.args);
    }

    /// An address of the customer's end, mostly of this version and one that can be had.
    fn some_address(&mut self, six: bool) -> String {
        let other = self.chance.u8(0..20) == 0;
        let bad = self.chance.u8(0..8) == 0;
        let host = self.chance.u8(2..14);
        match (six != other, bad) {
            (false, false) => format!("10.0.0.{host}"),
            (true, false) if host.is_multiple_of(2) => format!("2001:DB8:0::{host:x}"),
            (true, false) => format!("2001:db8::{host:x}"),
            (false, true) => {
                let words =
                    ["10.0.0.1", "10.0.0.5", "0.0.0.0", "127.0.0.9", "224.0.0.5", "255.255.255.255", "ten"];
                self.among(&words).to_owned()
            }
            (true, true) => {
                let words = ["2001:db8::1", "2001:db9::1", "::", "::1", "ff02::5", "2001:db8::/64"];
                self.among(&words).to_owned()
            }
        }
    }

    fn draw_detection(&mut self, args: &mut Args) {
        if self.chance.u8(0..3) == 0 {
            let word = self.among(FLAGS);
            push(args, &[("EnableBfd", word)]);
            self.draw_some(args, &[("BfdMultiHop", &["1", "255"])]);
        } else if self.chance.u8(0..20) == 0 {
            push(args, &[("BfdMultiHop", "3")]);
        }
    }

    fn draw_new_peer(&mut self, call: &mut Call) {
        let (who, region, group, _, version) = self.some_group();
        call.who = who;
        push(&mut call.args, &[("RegionId", &region), ("BgpGroupId", &group)]);
        let six = version.eq_ignore_ascii_case("IPv6");
        let same = if six { ["IPv6", "IPV6"] } else { ["IPv4", "ipv4"] };
        let version = if self.chance.u8(0..20) == 0 { "IPv6" } else { self.among(&same) };
        if six || self.chance.bool() {
            push(&mut call.args, &[("IpVersion", version)]);
        }
        if self.chance.u8(0..4) > 0 {
            let address = self.some_address(six);
            push(&mut call.args, &[("PeerIpAddress", &address)]);
        }
        self.draw_detection(&mut call.args);
    }

    fn draw_on_peer(&mut self, call: &mut Call) {
        let peer = self.chance.choice(&self.model.bgp.peers).cloned();
        let Some(peer) = peer.filter(|_| self.chance.u8(0..25) > 0) else {
            return push(&mut call.args, &[("RegionId", "east"), ("BgpPeerId", "bgp-none")]);
        };
        call.who = caller(&peer.life.account);
        push(&mut call.args, &[("RegionId", &peer.life.region), ("BgpPeerId", &peer.life.id)]);
        if call.entry.name() == "DeleteBgpPeer" {
            return;
        }
        self.draw_detection(&mut call.args);
        if self.chance.u8(0..3) == 0 {
            let beside = self.model.bgp.groups.iter().filter(|group| group.router == peer.router);
            let beside: Vec<_> = beside.map(|group| group.life.id.clone()).collect();
            let group = match self.chance.choice(beside) {
                Some(group) if self.chance.u8(0..5) > 0 => group,
                _ => self.some_group().2,
            };
            push(&mut call.args, &[("BgpGroupId", &group)]);
        }
        if self.chance.bool() {
            let address = self.some_address(peer.version.eq_ignore_ascii_case("IPv6"));
            push(&mut call.args, &[("PeerIpAddress", &address)]);
        }
    }

    /// A block that a router announces, or is to announce no longer.
    fn draw_block(&mut self, call: &mut Call) {
        let (adds, known) = (call.entry.name() == "AddBgpNetwork", self.chance.u8(0..10) > 0);
        let networks = &self.model.bgp.networks;
        if let Some(network) = self.chance.choice(networks).filter(|_| !adds && known) {
            call.who = caller(&network.life.account);
            // Any address of the block stands for it.
            let host = network.cidr.replace(".0/24", ".7/24").replace("2001:DB8", "2001:db8");
            let cidr = if self.chance.u8(0..4) == 0 { &host } else { &network.cidr };
            let args = [("RegionId", &*network.life.region), ("DstCidrBlock", cidr)];
            push(&mut call.args, &args);
            return push(&mut call.args, &[("RouterId", &network.router)]);
        }
        // Now and then what was withdrawn under a token.
        let mut sent = self.sent.iter().rev().filter(|call| call.flaw.is_none());
        let withdrawn = sent.find(|call| call.entry.name() == "DeleteBgpNetwork");
        if let Some(before) = withdrawn.filter(|_| adds && self.chance.u8(0..4) == 0) {
            call.who = before.who;
            call.args = before.args.iter().filter(|(name, _)| name != "ClientToken").cloned().collect();
            return;
        }
        let (who, region, router) = self.some_speaker();
        call.who = who;
        let bad = [
            "224.0.0.0/8",
            "239.1.0.0/16",
            "208.0.0.0/3",
            "ff00::/8",
            "fe00::/7",
            "192.168.1.7/24",
            "2001:db8::1/64",
            "127.1.0.0/16",
            "::1/128",
            "ten",
            "10.0.0.0",
            "10.0.0.0/33",
            "2001:db8::/129",
        ];
        let good = ["10.0.0.0/8", "0.0.0.0/0", "192.0.2.7/32", "2001:db8::/32", "2001:DB8:0::/48", "::/0"];
        let cidr = match self.chance.u8(0..8) {
            0 => self.among(&bad).to_owned(),
            1..4 => self.among(&good).to_owned(),
            _ => format!("192.168.{}.0/24", self.chance.u8(0..10)),
        };
        let args = [("RegionId", &*region), ("DstCidrBlock", &cidr), ("RouterId", &router)];
        push(&mut call.args, &args);
        if adds && self.chance.u8(0..3) == 0 {
            let own = |(account, its_region): (&str, &str)| caller(account) == who && its_region == region;
            let networks = self.model.networks.all.iter();
            let near = networks.clone().filter(|vpc| own((&vpc.account, &vpc.region)));
            let near: Vec<_> = near.map(|vpc| vpc.id.clone()).collect();
            let any: Vec<_> = networks.map(|vpc| vpc.id.clone()).collect();
            let vpcs = if self.chance.u8(0..6) == 0 { any } else { near };
            let vpc = self.chance.choice(vpcs).unwrap_or("vpc-none".to_owned());
            push(&mut call.args, &[("VpcId", &vpc)]);
        }
    }

    fn draw_bgp_list(&mut self, call: &mut Call) {
        let (who, region, router) = self.some_speaker();
        call.who = who;
        push(&mut call.args, &[("RegionId", &region)]);
        let args = &mut call.args;
        self.draw_some(args, &[("PageNumber", &["1", "2", "3"]), ("PageSize", &["1", "2", "50", "60"])]);
        self.draw_some(args, &[("RouterId", &[&*router])]);
        let name = call.entry.name();
        if name != "DescribeBgpNetworks" {
            let (_, _, group, ..) = self.some_group();
            let words: &[(&str, &[&str])] =
                &[("BgpGroupId", &[&*group]), ("IsDefault", &["false", "false", "true"])];
            self.draw_some(args, words);
        }
        if name == "DescribeBgpPeers" && self.chance.u8(0..4) == 0 {
            let peer = self.chance.choice(&self.model.bgp.peers);
            let id = peer.map_or("bgp-none".to_owned(), |peer| peer.life.id.clone());
            push(args, &[("BgpPeerId", &id)]);
        }
    }

    /// A network that was announced, which no answer names: only deadlines and rows know it by an id.
    pub(super) fn name_bgp_network(&mut self) {
        let Some((router, prefix)) = self.model.nameless() else { return };
        let sql = "select id from bgp_network where router_id = $1 and prefix = $2";
        let found = self.house.read(move |read| {
            read.one(sql, &[Arg::from(&router), Arg::from(&prefix)], |row| row.text(0).map(str::to_owned))
        });
        self.model.name_network(found.expect("the network is there"));
    }
}
