//! What lists of VPCs, of their routers and of route tables should show, and what their rows should be.

use super::super::routers::Router;
use super::super::{number, time};
use super::{Args, Model, Network, Networks, get, is_true, labels};
use crate::house::{Dump, Who};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A VPC's route table or a border router's.
#[derive(Clone, Copy)]
pub(super) enum Table<'a> {
    Network(&'a Network),
    Border(&'a Router),
}

impl Networks {
    /// A VPC's IPv6 prefix, of which a row shows this.
    fn ipv6_cidr(&self, network: &Network, shown: &str) -> String {
        if let Some(asked) = &network.ipv6_cidr {
            return asked.clone();
        }
        let given = shown.starts_with("2001:db8:") && shown.ends_with("::/56");
        assert!(given, "an IPv6 prefix of the range for examples: {shown}");
        self.learn(&network.id, shown)
    }

    /// What a list and a single answer both show of a VPC, whose row is `row`.
    fn shown(&self, network: &Network, row: &Value) -> Value {
        let ipv6 = self.ipv6_cidr(network, row["Ipv6CidrBlock"].as_str().unwrap_or_default());
        let blocks = if network.ipv6 {
            vec![json!({"Ipv6CidrBlock": ipv6, "Ipv6Isp": network.isp})]
        } else {
            Vec::new()
        };
        let user: Vec<_> = network.user_cidrs.split(',').filter(|cidr| !cidr.is_empty()).collect();
        let tags: Vec<_> =
            network.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        json!({
            "VpcId": network.id, "VpcName": network.name, "Description": network.description,
            "Status": network.status, "RegionId": network.region,
            "OwnerId": network.account.parse::<i64>().unwrap(), "CidrBlock": network.cidr,
            "SecondaryCidrBlocks": {"SecondaryCidrBlock": []}, "UserCidrs": {"UserCidr": user},
            "EnabledIpv6": network.ipv6, "Ipv6CidrBlock": ipv6, "Ipv6CidrBlocks": {"Ipv6CidrBlock": blocks},
            "VRouterId": network.router, "VSwitchIds": {"VSwitchId": []},
            "DhcpOptionsSetId": "", "DhcpOptionsSetStatus": "",
            "DnsHostnameStatus": if network.dns { "ENABLED" } else { "DISABLED" }, "IsDefault": false,
            "ResourceGroupId": network.group, "CreationTime": time::wire(network.created),
            "Tags": {"Tag": tags},
        })
    }

    /// The table of a border router, of which a row shows this.
    fn border_table(&self, router: &Router, shown: &Value) -> String {
        let shown = shown["RouteTableId"].as_str().unwrap_or_default();
        assert!(shown.starts_with("vtb-"), "a route table: {shown}");
        self.learn(&router.id, shown)
    }
}

impl Model {
    fn networks_of<'a>(&'a self, who: Who, args: &'a Args) -> impl Iterator<Item = &'a Network> {
        let here = |network: &&Network| get(args, "RegionId").is_none_or(|region| network.region == region);
        self.networks.all.iter().filter(move |network| network.account == who.account()).filter(here)
    }

    fn wanted_networks<'a>(&'a self, who: Who, args: &'a Args) -> Vec<&'a Network> {
        let labels = labels(args, &["Tag", "Tags"]);
        let anothers = get(args, "VpcOwnerId").is_some_and(|owner| owner != who.account());
        if anothers || get(args, "DhcpOptionsSetId").is_some() || is_true(args, "IsDefault") {
            return Vec::new();
        }
        let is = |name: &str, held: &str| get(args, name).is_none_or(|asked| asked == held);
        let wanted = |network: &&Network| {
            let carries = labels.iter().all(|(key, value)| {
                network.tags.get(key).is_some_and(|held| value.as_ref().is_none_or(|value| held == value))
            });
            carries
                && get(args, "VpcId").is_none_or(|ids| ids.split(',').any(|id| id == network.id))
                && is("VpcName", &network.name)
                && is("ResourceGroupId", &network.group)
                && (get(args, "EnableIpv6").is_none() || is_true(args, "EnableIpv6") == network.ipv6)
        };
        self.networks_of(who, args).filter(wanted).collect()
    }

    /// The tables that a list should hold. A router or a table that is named is of its own kind.
    pub(super) fn wanted_tables<'a>(&'a self, who: Who, args: &'a Args) -> Vec<Table<'a>> {
        let router = get(args, "RouterId").or(get(args, "VRouterId"));
        let (table, vpc) = (get(args, "RouteTableId"), get(args, "VpcId"));
        let vbrs_only = get(args, "RouterType") == Some("VBR");
        let nothing = get(args, "RouteTableName").is_some()
            || get(args, "RouteTableType") == Some("Custom")
            || !labels(args, &["Tag", "Tags"]).is_empty();
        let mut wanted = Vec::new();
        if nothing {
            return wanted;
        }
        let grouped = |held: &str| get(args, "ResourceGroupId").is_none_or(|group| group == held);
        if !vbrs_only {
            let named = |network: &&Network| {
                router.is_none_or(|id| id == network.router)
                    && table.is_none_or(|id| id == network.table)
                    && vpc.is_none_or(|id| id == network.id)
                    && grouped(&network.group)
            };
            wanted.extend(self.networks_of(who, args).filter(named).map(Table::Network));
        }
        if (vbrs_only || router.is_some() || table.is_some()) && vpc.is_none() {
            let learned = self.networks.learned.borrow();
            let named = |vbr: &&Router| {
                vbr.account == who.account()
                    && get(args, "RegionId").is_none_or(|region| vbr.region == region)
                    && router.is_none_or(|id| id == vbr.id)
                    && table.is_none_or(|id| learned.get(&vbr.id).is_some_and(|held| held == id))
                    && grouped(&vbr.group)
            };
            wanted.extend(self.routers.all.iter().filter(named).map(Table::Border));
        }
        wanted
    }

    /// A table with its routes, as it should be shown in this row.
    fn table_with_routes(&self, table: Table<'_>, kind: Option<&str>, row: &Value) -> Value {
        let mut entries = Vec::new();
        let (id, status, router, group, created) = match table {
            Table::Network(network) => {
                if kind.is_none_or(|kind| kind == "System") {
                    entries.push(json!({
                        "RouteEntryId": network.table.replacen("vtb-", "rte-", 1), "RouteEntryName": "",
                        "Description": "", "RouteTableId": network.table,
                        "DestinationCidrBlock": "100.64.0.0/10", "Type": "System", "Status": "Available",
                        "InstanceId": "", "NextHopType": "service", "NextHops": {"NextHop": []},
                    }));
                }
                (network.table.clone(), seen(network), &network.router, &network.group, network.created)
            }
            Table::Border(vbr) => {
                let id = self.networks.border_table(vbr, row);
                (id, "Available", &vbr.id, &vbr.group, vbr.created)
            }
        };
        entries.extend(self.routes_shown(&id, kind));
        json!({
            "RouteTableId": id, "RouteTableType": "System", "Status": status, "VRouterId": router,
            "VSwitchIds": {"VSwitchId": []}, "ResourceGroupId": group, "CreationTime": time::wire(created),
            "RouteEntrys": {"RouteEntry": entries},
        })
    }

    /// A table as it should be shown in this row of the list without routes.
    fn table_alone(&self, table: Table<'_>, account: &str, row: &Value) -> Value {
        let (id, status, router, kind, vpc, group, created) = match table {
            Table::Network(of) => {
                (of.table.clone(), seen(of), &of.router, "VRouter", &*of.id, &of.group, of.created)
            }
            Table::Border(vbr) => {
                let id = self.networks.border_table(vbr, row);
                (id, "Available", &vbr.id, "VBR", "", &vbr.group, vbr.created)
            }
        };
        json!({
            "RouteTableId": id, "RouteTableName": "", "Description": "", "RouteTableType": "System",
            "Status": status, "RouterId": router, "RouterType": kind, "VpcId": vpc,
            "AssociateType": "VSwitch", "GatewayIds": {"GatewayIds": []}, "VSwitchIds": {"VSwitchId": []},
            "RoutePropagationEnable": true, "OwnerId": account.parse::<i64>().unwrap(),
            "ResourceGroupId": group, "CreationTime": time::wire(created), "Tags": {"Tag": []},
        })
    }

    /// Compares an answer about networks, whole; false for what is none.
    pub(crate) fn assert_networks_shown(&self, who: Who, action: &str, args: &Args, reply: &Value) -> bool {
        let me = who.account();
        match action {
            "DescribeVpcs" => {
                assert_page(reply, "/Vpcs/Vpc", args, &self.wanted_networks(who, args), |of, row| {
                    let mut shown = self.networks.shown(of, row);
                    shown["RouterTableIds"] = json!({"RouterTableIds": [of.table]});
                    shown["NatGatewayIds"] = json!({"NatGatewayIds": []});
                    shown["CenStatus"] = "".into();
                    shown
                });
            }
            "DescribeVpcAttribute" => {
                let at = self.own_network(who, args).expect("a VPC that was shown");
                let mut shown = self.networks.shown(&self.networks.all[at], reply);
                let tables = json!([{"ResourceType": "RouteTable", "ResourceCount": 1}]);
                shown["CloudResources"] = json!({"CloudResourceSetType": tables});
                shown["AssociatedCens"] = json!({"AssociatedCen": []});
                shown["AssociatedPropagationSources"] = json!({"AssociatedPropagationSources": []});
                for name in ["ClassicLinkEnabled", "SupportIpv4Gateway"] {
                    shown[name] = false.into();
                }
                shown["Ipv4GatewayId"] = "".into();
                let mut reply = reply.clone();
                reply.as_object_mut().unwrap().remove("RequestId");
                assert_eq!(reply, shown, "a VPC");
            }
            "DescribeVRouters" => {
                let named = |of: &&Network| get(args, "VRouterId").is_none_or(|id| of.router == id);
                let wanted: Vec<_> = self.networks_of(who, args).filter(named).collect();
                assert_page(reply, "/VRouters/VRouter", args, &wanted, |of, _| {
                    json!({
                        "VRouterId": of.router, "VRouterName": "", "Description": "", "VpcId": of.id,
                        "RouteTableIds": {"RouteTableId": [of.table]}, "RegionId": of.region,
                        "CreationTime": time::wire(of.created),
                    })
                });
            }
            "DescribeRouteTables" => {
                let (tables, kind) = (self.wanted_tables(who, args), get(args, "Type"));
                assert_page(reply, "/RouteTables/RouteTable", args, &tables, |table, row| {
                    self.table_with_routes(*table, kind, row)
                });
            }
            "DescribeRouteTableList" => {
                let tables = self.wanted_tables(who, args);
                assert_page(reply, "/RouterTableList/RouterTableListType", args, &tables, |table, row| {
                    self.table_alone(*table, me, row)
                });
            }
            _ => return false,
        }
        true
    }

    /// Compares the rows of VPCs and of their labels with what should be there.
    pub(crate) fn assert_networks(&self, dump: &Dump) {
        let rows: BTreeMap<_, _> = dump["vpc"].iter().map(|row| (row["id"].text(), row)).collect();
        assert_eq!(rows.len(), self.networks.all.len(), "as many VPCs");
        for network in &self.networks.all {
            let (id, row) = (&network.id, rows[network.id.as_str()]);
            let ipv6 = self.networks.ipv6_cidr(network, row["ipv6_cidr"].text());
            let texts = [
                ("account", &*network.account),
                ("region", &network.region),
                ("status", network.status),
                ("cidr", &network.cidr),
                ("user_cidrs", &network.user_cidrs),
                ("ipv6_cidr", &ipv6),
                ("ipv6_isp", &network.isp),
                ("name", &network.name),
                ("description", &network.description),
                ("resource_group_id", &network.group),
                ("router_id", &network.router),
                ("route_table_id", &network.table),
            ];
            for (column, value) in texts {
                assert_eq!(row[column].text(), value, "{column} of {id}");
            }
            let numbers = [
                ("since", network.since),
                ("ipv6", network.ipv6.into()),
                ("dns_hostname", network.dns.into()),
                ("created_at", network.created),
            ];
            for (column, value) in numbers {
                assert_eq!(row[column].int(), value, "{column} of {id}");
            }
            let tags = dump["tag"].iter().filter(|tag| tag["resource"].text() == id);
            let tags: BTreeMap<_, _> =
                tags.map(|tag| (tag["name"].text().to_owned(), tag["value"].text().to_owned())).collect();
            assert_eq!(tags, network.tags, "labels of {id}");
        }
        let labels = dump["tag"].iter().filter(|tag| tag["kind"].text() == "VPC").count();
        let held: usize = self.networks.all.iter().map(|network| network.tags.len()).sum();
        assert_eq!(labels, held, "labels of VPCs");
    }
}

/// A table's state.
fn seen(network: &Network) -> &'static str {
    if network.status == "Pending" { "Pending" } else { "Available" }
}

/// The page asked for, row by row and each row whole.
pub(in crate::model) fn assert_page<T>(
    reply: &Value,
    rows: &str,
    args: &Args,
    whole: &[T],
    shown: impl Fn(&T, &Value) -> Value,
) {
    let rows = reply.pointer(rows).and_then(Value::as_array).expect("the rows are there");
    let (number, size) = (number(args, "PageNumber", 1), number(args, "PageSize", 10).min(50));
    let skip = usize::try_from((number - 1).saturating_mul(size)).unwrap();
    let page: Vec<_> = whole.iter().skip(skip).take(usize::try_from(size).unwrap()).collect();
    assert_eq!((&reply["PageNumber"], &reply["PageSize"]), (&number.into(), &size.into()), "the page");
    assert_eq!(rows.len(), page.len(), "as many rows on the page");
    for (row, wanted) in rows.iter().zip(page) {
        assert_eq!(*row, shown(wanted, row), "a row");
    }
    assert_eq!(reply["TotalCount"], whole.len(), "the total");
}
