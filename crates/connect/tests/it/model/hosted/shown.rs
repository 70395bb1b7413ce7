//! What lists of hosted connections should show, and what their rows should be.

use super::{Hosted, SPECS};
use crate::house::{Dump, Held, Who};
use crate::model::{Args, Model, get, is_true, labels, list, time};
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Hosted {
    fn spec(&self) -> &'static str {
        SPECS.iter().find(|(_, mbps)| *mbps == self.mbps).expect("one that is offered").0
    }

    /// Whether its tenant has confirmed it.
    fn consent(&self) -> &'static str {
        if self.status == "Confirmed" { "UnConfirmed" } else { "Confirmed" }
    }

    fn group(&self) -> &str {
        if self.group.is_empty() { "rg-default" } else { &self.group }
    }
}

impl Model {
    /// The whole list of hosted connections that a call asks for: without what only the device knows.
    pub(crate) fn wanted_hosted(&self, who: Who, args: &Args) -> Vec<Value> {
        let mut wanted: Vec<_> =
            self.hosted.iter().filter(|hosted| self.is_wanted(hosted, who, args)).collect();
        wanted.sort_by_key(|hosted| (hosted.created, &hosted.id));
        wanted.into_iter().map(|hosted| self.hosted_shown(hosted)).collect()
    }

    fn is_wanted(&self, hosted: &Hosted, who: Who, args: &Args) -> bool {
        let is = |name: &str, held: &str| get(args, name).is_none_or(|asked| asked == held);
        let among = |name: &str, held: &str| {
            let asked = list(args, name);
            asked.is_empty() || asked.contains(&held)
        };
        let consents = list(args, "VirtualPhysicalConnectionStatuses");
        let said = |word: &&str| word.eq_ignore_ascii_case(hosted.consent());
        let confirmed = hosted.status != "Confirmed";
        let asks = get(args, "IsConfirmed").is_some();
        hosted.concerns(who)
            && is("RegionId", &hosted.region)
            && is("PhysicalConnectionId", &hosted.circuit)
            && is("ResourceGroupId", hosted.group())
            && is("VirtualPhysicalConnectionBusinessStatus", self.business_of(&hosted.circuit))
            && (!asks || is_true(args, "IsConfirmed") == confirmed)
            && among("VirtualPhysicalConnectionAliUids", &hosted.account)
            && among("VirtualPhysicalConnectionIds", &hosted.id)
            && (consents.is_empty() || consents.iter().any(said))
            && among("VlanIds", &hosted.vlan.to_string())
            && labels(args, &["Tags", "Tag"]).iter().all(|(key, value)| {
                let held = hosted.tags.get(key);
                held.is_some_and(|held| value.as_ref().is_none_or(|value| held == value))
            })
    }

    fn business_of(&self, circuit: &str) -> &'static str {
        self.lines.iter().find(|line| line.id == circuit).expect("its circuit is there").business
    }

    fn hosted_shown(&self, hosted: &Hosted) -> Value {
        let line = self.lines.iter().find(|line| line.id == hosted.circuit).expect("its circuit is there");
        let tag = |(key, value): (&String, &String)| json!({"Key": key, "Value": value});
        json!({
            "PhysicalConnectionId": hosted.id, "Status": hosted.status,
            "VirtualPhysicalConnectionStatus": hosted.consent(), "BusinessStatus": line.business,
            "AliUid": hosted.account, "Name": hosted.name, "Description": hosted.description,
            "VlanId": hosted.vlan.to_string(), "Spec": hosted.spec(), "Bandwidth": hosted.mbps,
            "ExpectSpec": hosted.expected, "OrderMode": hosted.mode,
            "ParentPhysicalConnectionId": hosted.circuit,
            "ParentPhysicalConnectionAliUid": hosted.lender,
            "ProductType": "VirtualPhysicalConnection", "Type": "VPC", "ResourceGroupId": hosted.group(),
            "CreationTime": time::wire(hosted.created), "EnabledTime": time::wire_or_empty(hosted.enabled),
            "EndTime": "", "ChargeType": "", "AccessPointId": line.point,
            "CircuitCode": line.texts["circuit_code"], "LineOperator": line.carrier,
            "LoaStatus": line.letter.as_ref().map_or("", |letter| letter.status),
            "PeerLocation": line.texts["peer_location"], "PortType": line.port_type,
            "RedundantPhysicalConnectionId": line.backup,
            "Tags": hosted.tags.iter().map(tag).collect::<Vec<_>>(),
        })
    }

    /// Compares the rows of hosted connections and their labels with what should be there.
    pub(crate) fn assert_hosted(&self, dump: &Dump) {
        let rows: BTreeMap<_, _> = dump["hosted"].iter().map(|row| (row["id"].text(), row)).collect();
        assert_eq!(rows.len(), self.hosted.len(), "as many hosted connections");
        for hosted in &self.hosted {
            let (id, row) = (&hosted.id, rows[hosted.id.as_str()]);
            let texts = [
                ("account", hosted.account.as_str()),
                ("parent_account", &hosted.lender),
                ("region", &hosted.region),
                ("parent_id", &hosted.circuit),
                ("status", hosted.status),
                ("spec", hosted.spec()),
                ("expect_spec", &hosted.expected),
                ("order_mode", &hosted.mode),
                ("name", &hosted.name),
                ("description", &hosted.description),
                ("resource_group_id", &hosted.group),
                ("vbr_id", &hosted.router),
            ];
            for (column, value) in texts {
                assert_eq!(row[column].text(), value, "{column} of {id}");
            }
            let numbers = [
                ("since", Some(hosted.since)),
                ("created_at", Some(hosted.created)),
                ("enabled_at", hosted.enabled),
                ("vlan", Some(hosted.vlan)),
                ("mbps", Some(hosted.mbps)),
            ];
            for (column, value) in numbers {
                assert_eq!(row[column], value.map_or(Held::Null, Held::Int), "{column} of {id}");
            }
            let tags = dump["tag"].iter().filter(|tag| tag["resource"].text() == id);
            let tags: BTreeMap<_, _> =
                tags.map(|tag| (tag["name"].text().to_owned(), tag["value"].text().to_owned())).collect();
            assert_eq!(tags, hosted.tags, "labels of {id}");
        }
    }
}
