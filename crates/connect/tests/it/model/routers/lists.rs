//! What lists of routers should hold, and what their rows should be.

use super::{Args, Link, Model, Router, count, get, is_true, labels, list};
use crate::house::{Dump, Held, Who};
use std::collections::BTreeMap;

impl Router {
    fn matches(&self, args: &Args) -> bool {
        let field = |key: &str| match key {
            "PhysicalConnectionId" => self.link.circuit.as_str(),
            "VbrId" => self.id.as_str(),
            "Status" => self.status,
            "Name" => self.name.as_str(),
            "AccessPointId" => self.point.as_str(),
            "type" => "pconnVBR",
            _ => "\0",
        };
        (1..=5).all(|at| {
            let Some(key) = get(args, &format!("Filter.{at}.Key")) else { return true };
            let values = list(args, &format!("Filter.{at}.Value"));
            let same = |value: &&str| match key {
                "Status" => value.eq_ignore_ascii_case(field(key)),
                _ => *value == field(key),
            };
            values.is_empty() || values.iter().any(same)
        })
    }

    fn carries(&self, args: &Args) -> bool {
        labels(args, &["Tags", "Tag"]).iter().all(|(key, value)| {
            self.tags.get(key).is_some_and(|held| value.as_ref().is_none_or(|value| held == value))
        })
    }
}

impl Model {
    /// The ids that a list of routers should hold, over all pages; nothing for what is no such list.
    pub(crate) fn wanted_routers(&self, who: Who, action: &str, args: &Args) -> Option<Vec<&str>> {
        let me = who.account();
        let all = || self.routers.all.iter().filter(|router| router.matches(args));
        let mut wanted: Vec<&Router>;
        if action == "DescribeVirtualBorderRouters" {
            let group = |router: &&Router| {
                get(args, "ResourceGroupId").is_none_or(|group| router.group == group) && router.carries(args)
            };
            let here = |router: &&Router| Some(router.region.as_str()) == get(args, "RegionId");
            wanted = all().filter(|router| router.account == me).filter(here).filter(group).collect();
            if is_true(args, "IncludeCrossAccountVbr") {
                let lent = |router: &&Router| router.lender == me && router.account != me;
                wanted.extend(by_creation(all().filter(lent).filter(here).filter(group).collect()));
            }
        } else if action == "DescribeVirtualBorderRoutersForPhysicalConnection" {
            let circuit = get(args, "PhysicalConnectionId").unwrap_or_default();
            wanted = by_creation(all().filter(|router| router.link.circuit == circuit).collect());
            let mut with: Vec<_> = all().filter(|router| router.further.contains_key(circuit)).collect();
            with.sort_by_key(|router| router.id.clone());
            wanted.extend(with);
        } else {
            return None;
        }
        Some(wanted.into_iter().map(|router| router.id.as_str()).collect())
    }

    /// Compares the rows of routers, of their links, VLANs and labels with what should be there.
    pub(crate) fn assert_routers(&self, dump: &Dump) {
        let rows: BTreeMap<_, _> = dump["vbr"].iter().map(|row| (row["id"].text(), row)).collect();
        assert_eq!(rows.len(), self.routers.all.len(), "as many routers");
        let mut links = 0;
        for router in &self.routers.all {
            let (id, row) = (&router.id, rows[router.id.as_str()]);
            let texts = [
                ("account", &*router.account),
                ("circuit_account", &router.lender),
                ("region", &router.region),
                ("status", router.status),
                ("access_point_id", &router.point),
                ("circuit_id", &router.link.circuit),
                ("name", &router.name),
                ("description", &router.description),
                ("resource_group_id", &router.group),
            ];
            for (column, value) in texts {
                assert_eq!(row[column].text(), value, "{column} of {id}");
            }
            let numbers = [
                ("since", router.since),
                ("bandwidth", router.bandwidth),
                ("mtu", router.mtu),
                ("detect_multiplier", router.detection[0]),
                ("min_rx_ms", router.detection[1]),
                ("min_tx_ms", router.detection[2]),
                ("sitelink", router.sitelink.into()),
                ("created_at", router.created),
            ];
            for (column, value) in numbers {
                assert_eq!(row[column].int(), value, "{column} of {id}");
            }
            let instants = [
                ("activated_at", router.activated),
                ("terminated_at", router.terminated),
                ("recovered_at", router.recovered),
            ];
            for (column, value) in instants {
                assert_eq!(row[column], value.map_or(Held::Null, Held::Int), "{column} of {id}");
            }
            assert_link(row, &router.link, id);
            for link in dump["vbr_association"].iter().filter(|link| link["vbr_id"].text() == id) {
                assert_link(link, &router.further[link["circuit_id"].text()], id);
                links += 1;
            }
            let tags = dump["tag"].iter().filter(|tag| tag["resource"].text() == id);
            let tags: BTreeMap<_, _> =
                tags.map(|tag| (tag["name"].text().to_owned(), tag["value"].text().to_owned())).collect();
            assert_eq!(tags, router.tags, "labels of {id}");
        }
        let further: usize = self.routers.all.iter().map(|router| router.further.len()).sum();
        assert_eq!((links, dump["vbr_association"].len()), (further, further), "further circuits");
        assert_eq!(count(dump["vlan"].len()), count(self.routers.vlans.len()), "as many VLANs");
        for row in &dump["vlan"] {
            let key = (row["circuit_id"].text().to_owned(), row["vlan"].int());
            let (holder, until) = &self.routers.vlans[&key];
            assert_eq!(row["holder"].text(), holder, "holder of {key:?}");
            assert_eq!(row["reserved_until"], until.map_or(Held::Null, Held::Int), "reservation of {key:?}");
        }
    }
}

fn by_creation(mut routers: Vec<&Router>) -> Vec<&Router> {
    routers.sort_by_key(|router| (router.created, &router.id));
    routers
}

fn assert_link(row: &crate::house::Line, link: &Link, id: &str) {
    let texts = [
        ("circuit_code", &link.code),
        ("local_ip", &link.ipv4[0]),
        ("peer_ip", &link.ipv4[1]),
        ("mask", &link.ipv4[2]),
        ("local_ipv6", &link.ipv6[0]),
        ("peer_ipv6", &link.ipv6[1]),
        ("ipv6_mask", &link.ipv6[2]),
    ];
    for (column, value) in texts {
        assert_eq!(row[column].text(), value, "{column} of a link of {id}");
    }
    let numbers = (row["vlan"].int(), row["enable_ipv6"].int());
    assert_eq!(numbers, (link.vlan, link.with_ipv6.into()), "VLAN of a link of {id}");
}
