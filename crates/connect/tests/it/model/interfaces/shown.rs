//! What router interfaces should be shown as, and what their rows should be.

use super::super::networks::assert_page;
use super::super::time;
use super::{Args, Interface, Model, SPECS, get, labels, list};
use crate::house::{Dump, Held, Line as Row, Who};
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Interface {
    fn matches(&self, args: &Args) -> bool {
        let field = |key: &str| match key {
            "RouterInterfaceId" => &self.id,
            "RouterId" => &self.router,
            "RouterType" => &self.kind,
            "RouterInterfaceOwnerId" => &self.account,
            "OppositeInterfaceId" => &self.opposite.id,
            "OppositeRouterType" => &self.opposite.kind,
            "OppositeRouterId" => &self.opposite.router,
            "OppositeInterfaceOwnerId" => &self.opposite.owner,
            _ => &self.name,
        };
        let filtered = (1..=5).all(|at| {
            let Some(key) = get(args, &format!("Filter.{at}.Key")) else { return true };
            let values = list(args, &format!("Filter.{at}.Value"));
            let same = |value: &&str| match key {
                "Status" => value.eq_ignore_ascii_case(self.status),
                _ => value == field(key),
            };
            values.is_empty() || values.iter().any(same)
        });
        let carries = labels(args, &["Tags", "Tag"]).iter().all(|(key, value)| {
            self.tags.get(key).is_some_and(|held| value.as_ref().is_none_or(|value| held == value))
        });
        filtered && carries && get(args, "ResourceGroupId").is_none_or(|group| self.group == group)
    }
}

fn mbps(spec: &str) -> i64 {
    SPECS.iter().find(|(name, _)| *name == spec).map_or(0, |(_, mbps)| *mbps)
}

/// Without the members that say nothing.
fn said(mut value: Value) -> Value {
    value.as_object_mut().unwrap().retain(|_, member| !member.is_null());
    value
}

impl Model {
    /// The VPC of an interface's router; empty on a border router.
    fn network_of(&self, interface: &Interface) -> &str {
        let of = self.networks.all.iter().find(|network| network.router == interface.router);
        of.map_or("", |network| &network.id)
    }

    /// What the list and the answer on one interface both show.
    fn interface_shown(&self, of: &Interface) -> Value {
        let at = self.interface_at(&of.id).expect("an interface of the model");
        let peer = self.opposite(at).map(|peer| &self.interfaces[peer]);
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let spec = peer.map_or("", |peer| &peer.spec);
        let status = peer.map_or(if of.gone { "Deleted" } else { "" }, |peer| peer.status);
        let tags: Vec<_> = of.tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        let first = json!({
            "RouterInterfaceId": of.id, "Status": of.status, "BusinessStatus": "Normal",
            "ChargeType": "AfterPay", "Role": if of.accepts { "AcceptingSide" } else { "InitiatingSide" },
            "Spec": of.spec, "Bandwidth": mbps(&of.spec), "RouterId": of.router, "RouterType": of.kind,
            "AccessPointId": given(&of.point), "VpcInstanceId": self.network_of(of),
            "Name": of.name, "Description": of.description, "HealthCheckSourceIp": of.source,
            "HealthCheckTargetIp": of.target, "HcRate": of.rate.unwrap_or(0), "HcThreshold": of.threshold,
            "CreationTime": time::wire(of.created), "ConnectedTime": time::wire_or_empty(of.connected),
            "EndTime": "2999-09-08T16:00:00Z", "HasReservationData": "false",
            "ResourceGroupId": of.group, "Tags": {"Tags": tags},
        });
        let other = json!({
            "OppositeRegionId": of.opposite.region, "OppositeRouterId": given(&of.opposite.router),
            "OppositeRouterType": of.opposite.kind, "OppositeAccessPointId": given(&of.opposite.point),
            "OppositeInterfaceId": of.opposite.id, "OppositeInterfaceOwnerId": given(&of.opposite.owner),
            "OppositeInterfaceStatus": status, "OppositeInterfaceSpec": spec,
            "OppositeInterfaceBusinessStatus": if peer.is_some() { "Normal" } else { "" },
            "OppositeBandwidth": mbps(spec),
            "OppositeVpcInstanceId": peer.map_or("", |peer| self.network_of(peer)), "CrossBorder": false,
        });
        let (mut shown, other) = (said(first), said(other));
        shown.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
        shown
    }

    /// Compares an answer about router interfaces, whole; false for what is none.
    pub(crate) fn assert_interfaces_shown(&self, who: Who, action: &str, args: &Args, reply: &Value) -> bool {
        if action == "DescribeRouterInterfaceAttribute" {
            let of = &self.interfaces[self.interface(who, args, super::UNKNOWN).expect("it was shown")];
            let mut shown = self.interface_shown(of);
            shown["FastLinkMode"] = of.fast.to_string().into();
            shown["GmtModified"] = time::wire(of.modified).into();
            let probed = !of.source.is_empty();
            shown["HealthCheckStatus"] = if probed { "Normal" } else { "NoHealthCheckConfig" }.into();
            for (name, value) in
                [("Code", "200".into()), ("Message", "successful".into()), ("Success", true.into())]
            {
                shown[name] = value;
            }
            let mut reply = reply.clone();
            reply.as_object_mut().unwrap().remove("RequestId");
            assert_eq!(reply, shown, "an interface");
            return true;
        }
        if action != "DescribeRouterInterfaces" {
            return false;
        }
        let here = |of: &&Interface| {
            of.account == who.account() && Some(of.region.as_str()) == get(args, "RegionId")
        };
        let wanted: Vec<_> = self.interfaces.iter().filter(here).filter(|of| of.matches(args)).collect();
        assert_page(reply, "/RouterInterfaceSet/RouterInterfaceType", args, &wanted, |of, _| {
            let mut shown = self.interface_shown(of);
            shown["FastLinkMode"] = of.fast.into();
            shown["Ipv6Status"] = "off".into();
            shown
        });
        true
    }

    /// Compares the rows of interfaces and of their labels with what should be there.
    pub(crate) fn assert_interfaces(&self, dump: &Dump) {
        let rows: BTreeMap<_, _> =
            dump["router_interface"].iter().map(|row| (row["id"].text(), row)).collect();
        assert_eq!(rows.len(), self.interfaces.len(), "as many interfaces");
        for interface in &self.interfaces {
            let id = interface.id.as_str();
            assert_row(rows[id], interface);
            let tags = dump["tag"].iter().filter(|tag| tag["resource"].text() == id);
            let tags: BTreeMap<_, _> =
                tags.map(|tag| (tag["name"].text().to_owned(), tag["value"].text().to_owned())).collect();
            assert_eq!(tags, interface.tags, "labels of {id}");
        }
        let labels = dump["tag"].iter().filter(|tag| tag["kind"].text() == "ROUTERINTERFACE").count();
        let held: usize = self.interfaces.iter().map(|interface| interface.tags.len()).sum();
        assert_eq!(labels, held, "labels of interfaces");
    }
}

fn assert_row(row: &Row, of: &Interface) {
    let texts = [
        ("account", &*of.account),
        ("region", &of.region),
        ("status", of.status),
        ("role", if of.accepts { "AcceptingSide" } else { "InitiatingSide" }),
        ("spec", &of.spec),
        ("router_type", &of.kind),
        ("router_id", &of.router),
        ("access_point_id", &of.point),
        ("opposite_region", &of.opposite.region),
        ("opposite_router_type", &of.opposite.kind),
        ("opposite_router_id", &of.opposite.router),
        ("opposite_id", &of.opposite.id),
        ("opposite_owner", &of.opposite.owner),
        ("opposite_access_point_id", &of.opposite.point),
        ("name", &of.name),
        ("description", &of.description),
        ("health_source", &of.source),
        ("health_target", &of.target),
        ("resource_group_id", &of.group),
    ];
    for (column, value) in texts {
        assert_eq!(row[column].text(), value, "{column} of {}", of.id);
    }
    let numbers = [
        ("since", Some(of.since)),
        ("opposite_gone", Some(of.gone.into())),
        ("fast_link", Some(of.fast.into())),
        ("health_rate_ms", of.rate),
        ("health_threshold", of.threshold),
        ("created_at", Some(of.created)),
        ("modified_at", Some(of.modified)),
        ("connected_at", of.connected),
    ];
    for (column, value) in numbers {
        assert_eq!(row[column], value.map_or(Held::Null, Held::Int), "{column} of {}", of.id);
    }
}
