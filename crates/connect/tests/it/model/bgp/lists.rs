//! What lists of BGP groups, peers and networks should show, and what their rows should be.

use super::{Announced, Args, Group, Life, Model, Peer, get, is_six, is_true};
use crate::house::{Dump, Held, Line as Row, Who};
use crate::model::networks::assert_page;
use crate::model::time;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Whether a list that may ask for this asks for this one.
fn is(args: &Args, name: &str, held: &str) -> bool {
    get(args, name).is_none_or(|asked| asked == held)
}

impl Group {
    /// What its peers show, too.
    fn settings(&self) -> Value {
        json!({
            "Name": self.name, "Description": self.description, "PeerAsn": self.peer_asn,
            "LocalAsn": self.local_asn, "IsFake": self.is_fake, "AuthKey": self.key,
            "RouteLimit": self.quota.to_string(), "Hold": "30", "Keepalive": "10",
        })
    }

    fn shown(&self) -> Value {
        let mut shown = self.settings();
        let own = json!({
            "BgpGroupId": self.life.id, "RouterId": self.router, "Status": self.life.status,
            "IpVersion": self.version, "RegionId": self.life.region,
        });
        shown.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        shown
    }
}

impl Model {
    /// Compares a list of BGP, whole; false for what is none.
    pub(crate) fn assert_bgp_shown(&self, who: Who, action: &str, args: &Args, reply: &Value) -> bool {
        // The provider makes no groups of its own.
        let made = !is_true(args, "IsDefault");
        let own = |life: &Life, router: &str| life.is_own(who, args) && made && is(args, "RouterId", router);
        match action {
            "DescribeBgpGroups" => {
                let wanted = |group: &&Group| {
                    own(&group.life, &group.router) && is(args, "BgpGroupId", &group.life.id)
                };
                let groups: Vec<_> = self.bgp.groups.iter().filter(wanted).collect();
                assert_page(reply, "/BgpGroups/BgpGroup", args, &groups, |group, _| group.shown());
            }
            "DescribeBgpPeers" => {
                let wanted = |peer: &&Peer| {
                    own(&peer.life, &peer.router)
                        && is(args, "BgpGroupId", &peer.group)
                        && is(args, "BgpPeerId", &peer.life.id)
                };
                let peers: Vec<_> = self.bgp.peers.iter().filter(wanted).collect();
                assert_page(reply, "/BgpPeers/BgpPeer", args, &peers, |peer, _| self.peer_shown(peer));
            }
            "DescribeBgpNetworks" => {
                let wanted = |network: &&Announced| own(&network.life, &network.router);
                let networks: Vec<_> = self.bgp.networks.iter().filter(wanted).collect();
                assert_page(reply, "/BgpNetworks/BgpNetwork", args, &networks, |network, _| {
                    json!({
                        "DstCidrBlock": network.cidr, "RouterId": network.router, "VpcId": network.vpc,
                        "Status": network.life.status,
                    })
                });
            }
            _ => return false,
        }
        true
    }

    fn peer_shown(&self, peer: &Peer) -> Value {
        let group = self.bgp.groups.iter().find(|group| group.life.id == peer.group);
        let mut shown = group.expect("a peer's group is there").settings();
        let is_up = self.is_up(peer);
        let six = is_six(&peer.version);
        let announced = self.bgp.networks.iter().filter(|network| {
            is_up
                && network.router == peer.router
                && network.block.six == six
                && network.life.status == "Available"
        });
        let own = json!({
            "BgpPeerId": peer.life.id, "BgpGroupId": peer.group, "RouterId": peer.router,
            "Status": peer.life.status, "BgpStatus": if is_up { "Established" } else { "" },
            "PeerIpAddress": peer.address, "IpVersion": peer.version, "EnableBfd": peer.detected,
            "BfdMultiHop": peer.hops, "AdvertisedRouteCount": announced.count(), "ReceivedRouteCount": 0,
            "GmtModified": time::wire(peer.modified), "RegionId": peer.life.region,
        });
        shown.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        shown
    }

    /// Whether the session is up: peer and router are in service, the router carries its version, and nothing of it is
    /// being tested.
    fn is_up(&self, peer: &Peer) -> bool {
        let router = self.routers.all.iter().find(|router| router.id == peer.router);
        let router = router.expect("a peer's router is there");
        let carries = router.link.has_ipv6() || !is_six(&peer.version);
        let tested = self.is_tested(&[&peer.life.id, &router.id, &router.link.circuit]);
        router.status == "active" && carries && peer.life.status == "Available" && !tested
    }

    /// Compares the rows of BGP with what should be there.
    pub(crate) fn assert_bgp(&self, dump: &Dump) {
        let lengths = ["bgp_group", "bgp_peer", "bgp_network"].map(|table| dump[table].len());
        let expected = [self.bgp.groups.len(), self.bgp.peers.len(), self.bgp.networks.len()];
        assert_eq!(lengths, expected, "as many groups, peers and networks");
        let rows = by_id(&dump["bgp_group"]);
        for group in &self.bgp.groups {
            let row = rows[group.life.id.as_str()];
            let texts = [
                ("router_id", &group.router),
                ("name", &group.name),
                ("description", &group.description),
                ("ip_version", &group.version),
            ];
            let numbers = [
                ("peer_asn", group.peer_asn),
                ("local_asn", group.local_asn),
                ("is_fake_asn", group.is_fake.into()),
                ("route_quota", group.quota),
            ];
            group.life.assert_row(row, &texts, &numbers);
            // What is sealed is not read here: lists show it in clear.
            let sealed = row["auth_key"] != Held::Bytes(Vec::new());
            assert_eq!(sealed, !group.key.is_empty(), "key of {}", group.life.id);
        }
        let rows = by_id(&dump["bgp_peer"]);
        for peer in &self.bgp.peers {
            let texts = [
                ("group_id", &peer.group),
                ("router_id", &peer.router),
                ("ip_version", &peer.version),
                ("peer_ip", &peer.address),
            ];
            let numbers = [
                ("enable_bfd", peer.detected.into()),
                ("bfd_multi_hop", peer.hops),
                ("modified_at", peer.modified),
            ];
            peer.life.assert_row(rows[peer.life.id.as_str()], &texts, &numbers);
        }
        let rows = by_id(&dump["bgp_network"]);
        for network in &self.bgp.networks {
            let prefix = network.block.text();
            let texts = [
                ("router_id", &network.router),
                ("cidr", &network.cidr),
                ("prefix", &prefix),
                ("vpc_id", &network.vpc),
            ];
            network.life.assert_row(rows[network.life.id.as_str()], &texts, &[]);
        }
    }
}

/// Rows by their ids.
pub(in crate::model) fn by_id(rows: &[Row]) -> BTreeMap<&str, &Row> {
    rows.iter().map(|row| (row["id"].text(), row)).collect()
}

impl Life {
    /// Compares a row with what every such row has, and with these columns.
    pub(in crate::model) fn assert_row(&self, row: &Row, texts: &[(&str, &String)], numbers: &[(&str, i64)]) {
        let id = &self.id;
        let head = [("account", &*self.account), ("region", &self.region), ("status", self.status)];
        for (column, value) in head {
            assert_eq!(row[column].text(), value, "{column} of {id}");
        }
        for (column, value) in texts {
            assert_eq!(row[*column].text(), *value, "{column} of {id}");
        }
        for (column, value) in [("since", self.since), ("created_at", self.created)].iter().chain(numbers) {
            assert_eq!(row[*column].int(), *value, "{column} of {id}");
        }
    }
}
