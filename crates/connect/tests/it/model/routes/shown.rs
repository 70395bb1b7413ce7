//! What routes should be shown as, in their table and by themselves, and what their rows should be.

use super::super::{number, time};
use super::{Args, Model, Route, SHARED_SPACE, Table, canonical, count, get, system_route, text};
use crate::house::{Dump, Who};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a list of routes can be asked of one: the one that comes with a table is made up for it.
struct Listed<'a> {
    id: String,
    cidr: &'a str,
    name: &'a str,
    kind: &'static str,
    hop_kind: &'static str,
    made: Option<&'a Route>,
}

fn family(cidr: &str) -> &'static str {
    if cidr.contains(':') { "ipv6" } else { "ipv4" }
}

impl Listed<'_> {
    fn is_wanted(&self, args: &Args) -> bool {
        let is = |name: &str, held: &str| get(args, name).is_none_or(|asked| asked == held);
        let goes_to = |asked: &str| canonical(asked).is_some_and(|cidr| cidr == self.cidr);
        let among = super::super::list(args, "DestCidrBlockList");
        let hops = self.made.map(|route| &*route.hops).unwrap_or_default();
        (among.is_empty() || among.into_iter().any(goes_to))
            && get(args, "DestinationCidrBlock").is_none_or(goes_to)
            && get(args, "NextHopId").is_none_or(|id| hops.iter().any(|hop| hop.0 == id))
            && is("IpVersion", family(self.cidr))
            && is("NextHopType", self.hop_kind)
            && is("RouteEntryId", &self.id)
            && is("RouteEntryName", self.name)
            && is("RouteEntryType", self.kind)
            && get(args, "ServiceType").is_none()
    }
}

impl Route {
    fn listed(&self) -> Listed<'_> {
        Listed {
            id: self.id.clone(),
            cidr: &self.cidr,
            name: &self.name,
            kind: "Custom",
            hop_kind: "RouterInterface",
            made: Some(self),
        }
    }

    /// As its table shows it.
    fn in_table(&self) -> Value {
        let hop = |(id, weight): &(String, i64)| json!({"NextHopId": id, "NextHopType": "RouterInterface", "Enabled": 1, "Weight": weight});
        let hops: Vec<_> = self.hops.iter().map(hop).collect();
        let only = if let [(id, _)] = &*self.hops { id } else { "" };
        json!({
            "RouteEntryId": self.id, "RouteEntryName": self.name, "Description": self.description,
            "RouteTableId": self.table, "DestinationCidrBlock": self.cidr, "Type": "Custom",
            "Status": self.status, "InstanceId": only, "NextHopType": "RouterInterface",
            "NextHops": {"NextHop": hops},
        })
    }
}

impl Model {
    /// The routes of this kind that people made in a table, as it shows them.
    pub(in super::super) fn routes_shown(&self, table: &str, kind: Option<&str>) -> Vec<Value> {
        let wanted = kind.is_none_or(|kind| kind == "Custom");
        self.in_table(table).filter(|_| wanted).map(Route::in_table).collect()
    }

    /// The rows of a list of routes, over all pages; nothing for what is no such list.
    pub(crate) fn wanted_routes(&self, who: Who, args: &Args) -> Vec<Value> {
        let (table_id, region) = (text(args, "RouteTableId"), text(args, "RegionId"));
        let table = self.own_table(who, Some(&region), &table_id).expect("a table that was shown");
        let mut rows = Vec::new();
        if let Table::Network(network) = table {
            let system = Listed {
                id: system_route(&table_id),
                cidr: SHARED_SPACE,
                name: "",
                kind: "System",
                hop_kind: "service",
                made: None,
            };
            if system.is_wanted(args) {
                rows.push(self.route_shown(&system, &table_id, &region, network.created));
            }
        }
        for route in self.in_table(&table_id) {
            let listed = route.listed();
            if listed.is_wanted(args) {
                rows.push(self.route_shown(&listed, &table_id, &region, route.modified));
            }
        }
        rows
    }

    fn route_shown(&self, listed: &Listed<'_>, table: &str, region: &str, modified: i64) -> Value {
        let hop = |(id, weight): &(String, i64)| {
            let interface = self.interface_at(id).map(|at| &self.interfaces[at].opposite);
            let to = interface.map_or(region, |opposite| &opposite.region);
            let router = interface.map_or("", |opposite| &opposite.router);
            let kind = interface.map_or("", |opposite| &opposite.kind);
            json!({
                "NextHopId": id, "NextHopType": "RouterInterface", "NextHopRegionId": to, "Enabled": 1,
                "NextHopRelatedInfo": {"InstanceId": router, "InstanceType": kind, "RegionId": to},
                "Weight": weight,
            })
        };
        let hops: Vec<_> = listed.made.iter().flat_map(|route| route.hops.iter().map(hop)).collect();
        let made = listed.made;
        json!({
            "RouteEntryId": listed.id, "RouteEntryName": listed.name, "RouteTableId": table,
            "Description": made.map_or("", |route| &route.description),
            "DestinationCidrBlock": listed.cidr, "IpVersion": family(listed.cidr), "Type": listed.kind,
            "Status": made.map_or("Available", |route| route.status), "Origin": "", "ServiceType": "",
            "GmtModified": time::wire(modified), "NextHops": {"NextHop": hops},
        })
    }

    /// How many rows a page of routes has.
    pub(crate) fn routes_per_page(args: &Args) -> String {
        number(args, "MaxResult", 10).to_string()
    }

    /// Compares the rows of routes and of their next hops with what should be there, and the names that were learned.
    pub(crate) fn assert_routes(&self, dump: &Dump) {
        let rows: BTreeMap<_, _> = dump["route"].iter().map(|row| (row["id"].text(), row)).collect();
        assert_eq!(rows.len(), self.routes.all.len(), "as many routes");
        let mut hops: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for row in &dump["route_hop"] {
            let hop = (row["place"].int(), row["hop"].text().to_owned(), row["weight"].int());
            hops.entry(row["route_id"].text()).or_default().push(hop);
        }
        for route in &self.routes.all {
            let (id, row) = (route.id.as_str(), rows[route.id.as_str()]);
            let texts = [
                ("account", &*route.account),
                ("region", &route.region),
                ("table_id", &route.table),
                ("status", route.status),
                ("cidr", &route.cidr),
                ("name", &route.name),
                ("description", &route.description),
            ];
            for (column, value) in texts {
                assert_eq!(row[column].text(), value, "{column} of {id}");
            }
            let numbers =
                [("since", route.since), ("created_at", route.created), ("modified_at", route.modified)];
            for (column, value) in numbers {
                assert_eq!(row[column].int(), value, "{column} of {id}");
            }
            let mut held = hops.remove(id).unwrap_or_default();
            held.sort_unstable();
            let places = (1..).zip(&route.hops).map(|(place, hop)| (place, hop.0.clone(), hop.1));
            assert_eq!(held, places.collect::<Vec<_>>(), "next hops of {id}");
        }
        assert!(hops.is_empty(), "next hops of no route: {hops:?}");
        self.assert_own_interfaces(dump);
    }

    fn assert_own_interfaces(&self, dump: &Dump) {
        let links = dump["vbr"].iter().map(|row| (row["id"].text(), row));
        let further = dump["vbr_association"].iter().map(|row| (row["vbr_id"].text(), row));
        let mut rows = 0;
        for (router, row) in links.chain(further) {
            let key = (router.to_owned(), row["circuit_id"].text().to_owned());
            let name = &self.routes.own_interfaces[&key];
            assert_eq!(row["vlan_interface_id"].text(), name, "the interface of {key:?}");
            rows += 1;
        }
        assert_eq!(rows, count(self.routes.own_interfaces.len()), "as many interfaces on circuits");
    }
}
