//! What grants to transit networks should do, said a second time and simply: a list of them, each on a VPC or a border
//! router, with which it goes.

use super::networks::assert_page;
use super::{Args, Code, Model, Verdicts, count, get, number, refuse_unless, text, time};
use crate::house::{Dump, Who};
use connect::limits::CEN_GRANTS_PER_INSTANCE_MAX;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The actions that this file knows.
pub(crate) const ACTIONS: &[&str] =
    &["GrantInstanceToCen", "DescribeGrantRulesToCen", "RevokeInstanceFromCen"];

const UNKNOWN: Code = ("InvalidInstanceId.NotFound", 404);

#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) account: String,
    pub(crate) region: String,
    /// What it is on, and what kind of thing that is.
    pub(crate) instance: String,
    pub(crate) kind: String,
    /// The transit network, and its owner.
    pub(crate) cen: String,
    pub(crate) owner: i64,
    created: i64,
}

/// What a call is about: the instance, the transit network and its owner.
fn named(args: &Args) -> (String, String, i64) {
    (text(args, "InstanceId"), text(args, "CenId"), number(args, "CenOwnerId", 0))
}

impl Model {
    /// What a call on grants is answered; nothing for an action that is none.
    pub(super) fn grant(&mut self, who: Who, action: &str, args: &Args) -> Option<Verdicts> {
        Some(match action {
            "GrantInstanceToCen" => self.give(who, args),
            "RevokeInstanceFromCen" => self.take_back(who, args),
            "DescribeGrantRulesToCen" => Ok(()),
            _ => return None,
        })
    }

    /// The group of the caller's VPC or router that a call names.
    fn granted_group(&self, who: Who, args: &Args) -> Option<&str> {
        let id = get(args, "InstanceId")?;
        let mine = |account: &str, region: &str, its_id: &str| {
            account == who.account() && Some(region) == get(args, "RegionId") && its_id == id
        };
        match get(args, "InstanceType")? {
            "VPC" => {
                let mut networks = self.networks.all.iter();
                let found = networks.find(|network| mine(&network.account, &network.region, &network.id));
                found.map(|network| network.group.as_str())
            }
            "VBR" => {
                let mut routers = self.routers.all.iter();
                let found = routers.find(|router| mine(&router.account, &router.region, &router.id));
                found.map(|router| router.group.as_str())
            }
            _ => None,
        }
    }

    fn given(&self, who: Who, args: &Args) -> Option<usize> {
        let (instance, cen, owner) = named(args);
        self.grants.iter().position(|grant| {
            grant.account == who.account()
                && (&grant.instance, &grant.cen, grant.owner) == (&instance, &cen, owner)
        })
    }

    /// Whether a call whose token is known is carried out all the same: where it would change something.
    pub(super) fn has_grant_work(&self, who: Who, action: &str, args: &Args) -> bool {
        match action {
            "GrantInstanceToCen" => self.given(who, args).is_none(),
            "RevokeInstanceFromCen" => self.given(who, args).is_some(),
            _ => false,
        }
    }

    fn give(&mut self, who: Who, args: &Args) -> Verdicts {
        self.granted_group(who, args).ok_or(UNKNOWN)?;
        if self.given(who, args).is_some() {
            return Ok(());
        }
        let (instance, cen, owner) = named(args);
        let held = count(self.grants.iter().filter(|grant| grant.instance == instance).count());
        refuse_unless(held < CEN_GRANTS_PER_INSTANCE_MAX, ("QuotaExceeded.CenGrants", 400))?;
        let (account, created) = (who.account().to_owned(), self.now);
        let (region, kind) = (text(args, "RegionId"), text(args, "InstanceType"));
        self.grants.push(Grant { account, region, instance, kind, cen, owner, created });
        Ok(())
    }

    fn take_back(&mut self, who: Who, args: &Args) -> Verdicts {
        self.granted_group(who, args).ok_or(UNKNOWN)?;
        let at = self.given(who, args).ok_or(("InvalidGrantRule.NotFound", 404))?;
        self.grants.remove(at);
        Ok(())
    }

    /// What grants are on is gone, and they are, too.
    pub(super) fn forget_grants(&mut self, instance: &str) {
        self.grants.retain(|grant| grant.instance != instance);
    }

    /// Compares a list of grants, whole; false for another answer.
    pub(crate) fn assert_grants_shown(&self, who: Who, action: &str, args: &Args, reply: &Value) -> bool {
        if action != "DescribeGrantRulesToCen" {
            return false;
        }
        let group = self.granted_group(who, args);
        let in_it = get(args, "ResourceGroupId").is_none_or(|wanted| group == Some(wanted));
        let (instance, ..) = named(args);
        let wanted = |grant: &&Grant| group.is_some() && in_it && grant.instance == instance;
        let mut grants: Vec<_> = self.grants.iter().filter(wanted).collect();
        grants.sort_by_key(|grant| (grant.created, &grant.cen, grant.owner));
        assert_page(reply, "/CenGrantRules/CbnGrantRule", args, &grants, |grant, _| {
            json!({
                "CenInstanceId": grant.cen, "CenOwnerId": grant.owner,
                "CreationTime": time::wire(grant.created),
            })
        });
        true
    }

    /// Compares the rows of grants with what should be there.
    pub(crate) fn assert_grants(&self, dump: &Dump) {
        let mut rows = BTreeSet::new();
        for row in &dump["cen_grant"] {
            let texts = ["account", "region", "instance_id", "kind", "cen_id"];
            let texts = texts.map(|column| row[column].text());
            rows.insert((texts, row["cen_owner"].int(), row["created_at"].int()));
        }
        let expected = self.grants.iter().map(|grant| {
            let texts = [&*grant.account, &grant.region, &grant.instance, &grant.kind, &grant.cen];
            (texts, grant.owner, grant.created)
        });
        assert_eq!(rows, expected.collect(), "grants");
    }
}
