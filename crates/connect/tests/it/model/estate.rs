//! What a deployment has beside circuits, in the model: accounts, keys, labels, ports.

use super::circuits::Line;
use super::hosted::Hosted;
use super::money::Wallet;
use super::{Args, Model, Verdicts, get, is_true, labels, list, refuse_unless};
use crate::house::Who;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const UNKNOWN_ACCOUNT: super::Code = ("InvalidAccountId.NotFound", 404);

impl Model {
    pub(crate) fn port_ids(&self) -> Vec<String> {
        self.ports.iter().map(|port| port.id.clone()).collect()
    }

    pub(crate) fn reserved_ports(&self) -> Vec<String> {
        self.ports.iter().filter(|port| port.state == "reserved").map(|port| port.id.clone()).collect()
    }

    pub(crate) fn key_ids(&self) -> Vec<String> {
        self.keys.keys().cloned().collect()
    }

    pub(super) fn port_states(&self) -> BTreeMap<&str, &str> {
        self.ports.iter().map(|port| (port.id.as_str(), port.state)).collect()
    }

    pub(super) fn open_account(&mut self, args: &Args, reply: &Value) -> Verdicts {
        let id = get(args, "AccountId").or(reply["AccountId"].as_str()).unwrap_or_default().to_owned();
        refuse_unless(!self.wallets.contains_key(&id), ("AlreadyExists.Account", 400))?;
        self.wallets.insert(id, Wallet::opened(0, self.now));
        Ok(())
    }

    pub(super) fn key(&mut self, action: &str, args: &Args, reply: &Value) -> Verdicts {
        if action == "CreateAccessKey" {
            let account = get(args, "AccountId").unwrap().to_owned();
            refuse_unless(self.wallets.contains_key(&account), UNKNOWN_ACCOUNT)?;
            let held = self.keys.values().filter(|owner| **owner == account).count();
            refuse_unless(held < 10, ("QuotaExceeded.AccessKeys", 400))?;
            self.keys.insert(reply["AccessKeyId"].as_str().unwrap_or_default().to_owned(), account);
            return Ok(());
        }
        let id = get(args, "TargetAccessKeyId").unwrap();
        refuse_unless(self.keys.contains_key(id), ("InvalidAccessKeyId.NotFound", 404))?;
        if action == "DeleteAccessKey" {
            self.keys.remove(id);
        }
        Ok(())
    }

    pub(super) fn label(&mut self, who: Who, action: &str, args: &Args) -> Verdicts {
        let labels = labels(args, &["Tag", "Tags"]);
        let ids = list(args, "ResourceId");
        if action == "TagResources" {
            let keys: BTreeSet<_> = labels.iter().map(|(key, _)| key).collect();
            refuse_unless(keys.len() == labels.len(), ("Duplicate.TagKey", 400))?;
        }
        if action == "ListTagResources" {
            refuse_unless(!ids.is_empty() || !labels.is_empty(), ("MissingParameter", 400))?;
        }
        if let Some(verdict) = self.label_routers(who, action, args) {
            return verdict;
        }
        if let Some(verdict) = self.label_networks(who, action, args) {
            return verdict;
        }
        if let Some(verdict) = self.label_interfaces(who, action, args) {
            return verdict;
        }
        if let Some(verdict) = self.label_policies(who, action, args) {
            return verdict;
        }
        let (circuits, region) =
            (get(args, "ResourceType") == Some("PHYSICALCONNECTION"), get(args, "RegionId"));
        for id in &ids {
            let there = circuits && self.tags_of(who, region, id).is_some();
            refuse_unless(there, ("InvalidResourceId.NotFound", 404))?;
        }
        let added = || labels.iter().map(|(key, value)| (key.clone(), value.clone().unwrap_or_default()));
        let gone = list(args, "TagKey");
        let all = gone.is_empty() && is_true(args, "All");
        for id in ids.iter().filter(|_| action == "TagResources") {
            let mut tags = self.tags_of(who, region, id).unwrap().clone();
            tags.extend(added());
            refuse_unless(tags.len() <= 20, ("NumberExceed.Tags", 400))?;
        }
        for id in ids {
            let tags = self.tags_of(who, region, id).unwrap();
            match action {
                "TagResources" => tags.extend(added()),
                "UnTagResources" => tags.retain(|key, _| !all && !gone.contains(&key.as_str())),
                _ => {}
            }
        }
        Ok(())
    }

    /// The labels of the caller's circuit or hosted connection of this id.
    fn tags_of(&mut self, who: Who, region: Option<&str>, id: &str) -> Option<&mut BTreeMap<String, String>> {
        let me = (id, who.account(), region);
        let mine =
            |line: &&mut Line| (line.id.as_str(), line.account.as_str(), Some(line.region.as_str())) == me;
        let part =
            |part: &&mut Hosted| (part.id.as_str(), part.account.as_str(), Some(part.region.as_str())) == me;
        let line = self.lines.iter_mut().find(mine).map(|line| &mut line.tags);
        line.or_else(|| self.hosted.iter_mut().find(part).map(|hosted| &mut hosted.tags))
    }

    pub(super) fn port(&mut self, action: &str, args: &Args) -> Verdicts {
        let (from, to): (&[&str], _) = match (action, get(args, "State")) {
            ("ReservePort", _) => (&["free"], "reserved"),
            ("ReleasePort", _) => (&["reserved"], "free"),
            (_, Some("broken")) => {
                refuse_unless(get(args, "Reason").is_some(), ("MissingParameter", 400))?;
                (&["free", "reserved"], "broken")
            }
            _ => (&["broken"], "free"),
        };
        let id = get(args, "PortId").unwrap();
        let port = self.ports.iter_mut().find(|port| port.id == id).ok_or(("InvalidPortId.NotFound", 404))?;
        refuse_unless(from.contains(&port.state), ("IncorrectStatus.Port", 400))?;
        port.state = to;
        Ok(())
    }
}
