//! Calls on VPCs, their routers and route tables: drawn so that networks and callers mostly belong together, with few
//! prefixes, most of them good.

use super::routers::{caller, push};
use super::{Call, Simulation};
use crate::house::{SECOND, TENANT, Who, entry};
use crate::model::Args;
use crate::model::networks::ACTIONS;
use connect::action::Entry;

/// Whether calls of this action are drawn here.
pub(super) fn is_drawn(entry: &Entry) -> bool {
    ACTIONS.contains(&entry.name())
}

impl Simulation {
    /// An action on networks, those that make them more often than the one that ends them.
    pub(super) fn draw_network_action(&mut self) -> &'static Entry {
        match ACTIONS.get(self.chance.usize(0..ACTIONS.len() + 6)) {
            Some(&"DeleteVpc") if self.chance.bool() => entry("CreateVpc"),
            Some(action) => entry(action),
            None => entry("CreateVpc"),
        }
    }

    /// A call of this action, now and then with one thing wrong.
    pub(super) fn draw_network(&mut self, entry: &'static Entry) -> Call {
        if self.chance.u8(0..15) == 0 {
            return self.draw_network_label();
        }
        let mut call = Call { who: Who::Tenant, entry, args: Args::new(), flaw: None };
        match entry.name() {
            "CreateVpc" => self.draw_new_network(&mut call),
            "DescribeVpcs" => self.draw_network_list(&mut call),
            "DeleteVpc" | "DescribeVpcAttribute" => {
                let (who, region, id, ..) = self.some_network();
                call.who = who;
                push(&mut call.args, &[("VpcId", &id)]);
                if entry.name() != "DeleteVpc" || self.chance.bool() {
                    push(&mut call.args, &[("RegionId", &region)]);
                }
                let words = ["true", "false", "false", "false"];
                let flag = if entry.name() == "DeleteVpc" { "ForceDelete" } else { "IsDefault" };
                self.draw_some(&mut call.args, &[("DryRun", &words), (flag, &words)]);
            }
            _ => self.draw_table_list(&mut call),
        }
        if self.chance.u8(0..5) == 0 && entry.fields.iter().any(|field| field.name == "ClientToken") {
            let token = format!("{:?}{}", call.who, self.chance.u8(0..20));
            push(&mut call.args, &[("ClientToken", &token)]);
        }
        if self.chance.u8(0..20) == 0 {
            call.who = self.someone();
        }
        if self.chance.u8(0..10) == 0 {
            let field = &entry.fields[self.chance.usize(0..entry.fields.len())];
            let drawn = call.args.clone();
            call.args.retain(|(name, _)| name != field.name);
            if !self.draw_wrong(field, &mut call) {
                call.args = drawn;
            }
        }
        call
    }

    /// Owner, region, id, router and route table of some VPC.
    fn some_network(&mut self) -> (Who, String, String, String, String) {
        let none = self.chance.u8(0..25) == 0;
        let elsewhere = self.chance.u8(0..25) == 0;
        match self.chance.choice(&self.model.networks.all).filter(|_| !none) {
            Some(network) => (
                caller(&network.account),
                if elsewhere { "nowhere".to_owned() } else { network.region.clone() },
                network.id.clone(),
                network.router.clone(),
                network.table.clone(),
            ),
            None => (Who::Tenant, "east".into(), "vpc-none".into(), "vrt-none".into(), "vtb-none".into()),
        }
    }

    fn draw_new_network(&mut self, call: &mut Call) {
        call.who = self.among(&[Who::Tenant, Who::Tenant, Who::Tenant, Who::Second]);
        let region = self.among(&["east", "east", "east", "east", "east", "east", "west", "nowhere"]);
        push(&mut call.args, &[("RegionId", region)]);
        let good = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "192.168.7.16/28", "100.128.0.0/9"];
        let bad = [
            "10.0.0.0/7",
            "192.168.0.0/29",
            "10.0.0.1/8",
            "100.64.0.0/16",
            "100.0.0.0/8",
            "127.1.0.0/16",
            "169.254.1.0/24",
            "168.0.0.0/7",
            "224.0.0.0/8",
            "255.0.0.0/8",
            "ten",
            "10.0.0.0",
            "10.0.0/8",
            "10.0.0.0/33",
            "2001:db8::/32",
        ];
        let cidr = if self.chance.u8(0..6) == 0 { self.among(&bad) } else { self.among(&good) };
        if self.chance.u8(0..20) > 0 {
            push(&mut call.args, &[("CidrBlock", cidr)]);
        }
        let flags = ["true", "false", "1", "0"];
        self.draw_some(
            &mut call.args,
            &[
                ("EnableIpv6", &["true", "true", "false"]),
                ("EnableDnsHostname", &flags),
                ("DryRun", &["false", "false", "true"]),
                ("Ipv6Isp", &["BGP", "ChinaMobile", "ChinaUnicom", "ChinaTelecom"]),
                ("ResourceGroupId", &["rg-1", "rg-2"]),
                ("VpcName", &["name0", "name1"]),
                ("Description", &["words", "more"]),
                ("Tag.1.Key", &["key1", "key2"]),
            ],
        );
        let tagged = call.args.iter().any(|(name, _)| name == "Tag.1.Key");
        if tagged {
            let more: &[(&str, &[&str])] = &[("Tag.1.Value", &["value0"]), ("Tag.2.Key", &["key1", "key3"])];
            self.draw_some(&mut call.args, more);
        }
        if self.chance.u8(0..3) == 0 {
            let ipv6 = ["2001:db8::/56", "2001:db8:1::/48", "2001:db8::1/56", "::/0", "10.0.0.0/8"];
            let user = [
                "10.1.0.0/16",
                "10.1.0.0/16,10.2.0.0/16,0.0.0.0/1",
                "1.0.0.0/8,2.0.0.0/8,3.0.0.0/8,4.0.0.0/8",
                "10.1.0.0/16,100.64.0.0/24",
                "0.0.0.0/0",
                "10.1.0.1/16",
                "10.1.0.0/16,",
                "ten",
            ];
            self.draw_some(&mut call.args, &[("Ipv6CidrBlock", &ipv6), ("UserCidr", &user)]);
        }
        let has_further = call.args.iter().any(|(name, _)| name == "UserCidr");
        if !has_further && self.chance.u8(0..6) == 0 {
            push(&mut call.args, &[("UserCidr", "10.1.0.0/16,8.0.0.0/8")]);
        }
        if self.chance.u8(0..15) == 0 {
            let name = self.among(&["Ipv4CidrMask", "Ipv6CidrMask", "Ipv4IpamPoolId", "Ipv6IpamPoolId"]);
            push(&mut call.args, &[(name, "24")]);
        }
    }

    fn draw_pages(&mut self, args: &mut Args) {
        self.draw_some(args, &[("PageNumber", &["1", "2", "3"]), ("PageSize", &["1", "2", "50", "60"])]);
    }

    fn draw_network_list(&mut self, call: &mut Call) {
        let (who, region, id, ..) = self.some_network();
        call.who = who;
        push(&mut call.args, &[("RegionId", &region)]);
        self.draw_pages(&mut call.args);
        let (_, _, other, ..) = self.some_network();
        let many = vec![id.as_str(); 20].join(",");
        let ids = [&*id, &format!("{id},{other}"), &many, &format!("{many},{other}")];
        let words: &[(&str, &[&str])] = &[
            ("VpcId", &ids),
            ("VpcName", &["name0", "name1"]),
            ("ResourceGroupId", &["rg-1", "rg-default"]),
            ("EnableIpv6", &["true", "false"]),
            ("IsDefault", &["false", "false", "true"]),
            ("DryRun", &["false", "true"]),
            ("Tag.1.Key", &["key1", "key2"]),
            ("VpcOwnerId", &[TENANT, who.account(), SECOND]),
            ("DhcpOptionsSetId", &["dopt-1"]),
        ];
        let few = self.chance.usize(0..words.len());
        let end = (few + 3).min(words.len());
        self.draw_some(&mut call.args, &words[few..end]);
    }

    /// A list of routers or of route tables: mostly of those of a VPC or a border router of the caller's.
    fn draw_table_list(&mut self, call: &mut Call) {
        let (mut who, mut region, vpc, mut router, mut table) = self.some_network();
        if self.chance.u8(0..3) == 0
            && let Some(vbr) = self.some_router()
        {
            let known = self.model.networks.learned.borrow().get(&vbr.id).cloned();
            (who, region) = (caller(&vbr.account), vbr.region);
            (router, table) = (vbr.id, known.unwrap_or(table));
        }
        call.who = who;
        let args = &mut call.args;
        self.draw_pages(args);
        let name = call.entry.name();
        if name != "DescribeRouteTables" || self.chance.bool() {
            push(args, &[("RegionId", &region)]);
        }
        if name == "DescribeVRouters" {
            return self.draw_some(args, &[("VRouterId", &[&*router])]);
        }
        let kinds = ["VRouter", "VBR"];
        self.draw_some(args, &[("RouterType", &kinds), ("ResourceGroupId", &["rg-1", "rg-default"])]);
        if name == "DescribeRouteTableList" {
            let words: &[(&str, &[&str])] = &[
                ("RouteTableId", &[&*table]),
                ("RouterId", &[&*router]),
                ("VpcId", &[&*vpc]),
                ("RouteTableType", &["System", "Custom"]),
            ];
            self.draw_some(args, words);
            if self.chance.u8(0..10) == 0 {
                self.draw_some(args, &[("RouteTableName", &["name0"]), ("Tag.1.Key", &["key1"])]);
            }
            return;
        }
        let named = self.among(&["RouterId", "RouterId", "VRouterId", "RouteTableId", "", "both"]);
        match named {
            "RouteTableId" => push(args, &[(named, &table)]),
            "both" => push(args, &[("RouterId", &router), ("VRouterId", &router)]),
            "" => {}
            _ => push(args, &[(named, &router)]),
        }
        if named != "RouteTableId" {
            self.draw_some(args, &[("RouteTableId", &[&*table])]);
        }
        if self.chance.u8(0..8) == 0 {
            push(args, &[("RouteTableName", "name0")]);
        }
        self.draw_some(args, &[("Type", &["System", "Custom", "BGP"])]);
    }

    /// A call on labels of one VPC.
    fn draw_network_label(&mut self) -> Call {
        let action = self.among(&["TagResources", "TagResources", "UnTagResources"]);
        let (who, region, id, ..) = self.some_network();
        let mut call = Call { who, entry: entry(action), args: Args::new(), flaw: None };
        push(&mut call.args, &[("RegionId", &region), ("ResourceType", "VPC"), ("ResourceId.1", &id)]);
        let key = format!("key{}", self.chance.u8(0..25));
        let name = if action == "TagResources" { "Tag.1.Key" } else { "TagKey.1" };
        push(&mut call.args, &[(name, &key)]);
        call
    }
}
