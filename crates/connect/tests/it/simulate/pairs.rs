//! Calls on failover pairs of border routers and on grants to transit networks: drawn so that what they name and the
//! caller mostly belong together.

use super::routers::{caller, push};
use super::{Call, Simulation};
use crate::house::{SECOND, TENANT, Who, entry};
use crate::model::{Args, grants, pairs};
use connect::action::Entry;

/// Whether calls of this action are drawn here.
pub(super) fn is_drawn(entry: &Entry) -> bool {
    pairs::ACTIONS.contains(&entry.name()) || grants::ACTIONS.contains(&entry.name())
}

impl Simulation {
    /// An action on pairs or grants, those that make something more often than those that end it.
    pub(super) fn draw_pair_action(&mut self) -> &'static Entry {
        match self.chance.u8(0..4) {
            0 => entry("CreateVbrHa"),
            1 => entry("GrantInstanceToCen"),
            2 => entry(self.among(pairs::ACTIONS)),
            _ => entry(self.among(grants::ACTIONS)),
        }
    }

    /// A call of this action, now and then with one thing wrong.
    pub(super) fn draw_pair(&mut self, entry: &'static Entry) -> Call {
        if let Some(call) = self.sent_before() {
            return call;
        }
        let mut call = Call { who: Who::Tenant, entry, args: Args::new(), flaw: None };
        match entry.name() {
            "CreateVbrHa" => self.draw_new_pair(&mut call),
            "DescribeVbrHa" | "DeleteVbrHa" => self.draw_on_pair(&mut call),
            "DescribeGrantRulesToCen" => {
                self.draw_instance(&mut call);
                let words: &[(&str, &[&str])] = &[
                    ("PageNumber", &["1", "2", "3"]),
                    ("PageSize", &["1", "2", "50", "60"]),
                    ("ResourceGroupId", &["rg-1", "rg-2", "rg-default"]),
                ];
                self.draw_some(&mut call.args, words);
            }
            _ => self.draw_grant(&mut call),
        }
        if self.chance.u8(0..30) == 0 {
            let elsewhere = self.among(&["west", "east", "nowhere"]);
            elsewhere.clone_into(&mut call.args[0].1);
        }
        self.flaw(&mut call);
        call
    }

    fn draw_new_pair(&mut self, call: &mut Call) {
        let (who, region, one) = self.some_speaker();
        call.who = who;
        let other = match self.chance.u8(0..12) {
            0 => "vbr-none".to_owned(),
            1 => one.clone(),
            kind => {
                let fit = self.model.routers.all.iter().filter(|router| {
                    let near = caller(&router.account) == who && router.region == region && router.id != one;
                    let paired = self.model.pairs.iter().any(|pair| pair.routers.contains(&router.id));
                    near && (kind == 2 || router.status == "active") && (kind < 4 || !paired)
                });
                let fit: Vec<_> = fit.map(|router| router.id.clone()).collect();
                self.chance.choice(fit).unwrap_or("vbr-none".to_owned())
            }
        };
        let both = if self.chance.bool() { [&one, &other] } else { [&other, &one] };
        let args = &mut call.args;
        push(args, &[("RegionId", &*region), ("VbrId", both[0]), ("PeerVbrId", both[1])]);
        let words: &[(&str, &[&str])] = &[
            ("Name", &["name0", "1: one & other"]),
            ("Description", &["words", "more"]),
            ("DryRun", &["false", "false", "true"]),
        ];
        self.draw_some(args, words);
    }

    fn draw_on_pair(&mut self, call: &mut Call) {
        let pair = self.chance.choice(&self.model.pairs).cloned();
        let (who, region, router) = self.some_speaker();
        let shows = call.entry.name() == "DescribeVbrHa";
        let Some(pair) = pair.filter(|_| self.chance.u8(0..12) > 0) else {
            call.who = who;
            push(&mut call.args, &[("RegionId", &region)]);
            if !shows {
                return push(&mut call.args, &[("InstanceId", "vbrha-none")]);
            }
            return self.draw_some(&mut call.args, &[("VbrHaId", &["vbrha-none"]), ("VbrId", &[&*router])]);
        };
        call.who = caller(&pair.life.account);
        push(&mut call.args, &[("RegionId", &pair.life.region)]);
        if !shows {
            return push(&mut call.args, &[("InstanceId", &pair.life.id)]);
        }
        let member = self.among(&[&pair.routers[0], &pair.routers[1], &router]);
        match self.chance.u8(0..4) {
            0 => push(&mut call.args, &[("VbrHaId", &pair.life.id), ("VbrId", member)]),
            1 => push(&mut call.args, &[("VbrId", member)]),
            _ => push(&mut call.args, &[("VbrHaId", &pair.life.id)]),
        }
        self.draw_some(&mut call.args, &[("DryRun", &["true", "false"])]);
    }

    /// A VPC or a router that a grant can be on, often one with a grant, so that it gets its full number.
    fn draw_instance(&mut self, call: &mut Call) {
        if let Some(grant) = self.model.grants.first().filter(|_| self.chance.bool()) {
            call.who = if self.chance.u8(0..8) == 0 { Who::Second } else { caller(&grant.account) };
            let which = [("RegionId", &*grant.region), ("InstanceId", &grant.instance)];
            push(&mut call.args, &which);
            return push(&mut call.args, &[("InstanceType", &grant.kind)]);
        }
        let (mut who, mut region, mut id) = self.some_speaker();
        let mut kind = "VBR";
        let on_network = self.chance.bool();
        if let Some(network) = self.chance.choice(&self.model.networks.all).filter(|_| on_network) {
            (who, region, id) = (caller(&network.account), network.region.clone(), network.id.clone());
            kind = "VPC";
        }
        if self.chance.u8(0..15) == 0 {
            kind = self.among(&["VPC", "VBR", "CCN"]);
        }
        call.who = who;
        let args = [("RegionId", &*region), ("InstanceId", &id), ("InstanceType", kind)];
        push(&mut call.args, &args);
    }

    fn draw_grant(&mut self, call: &mut Call) {
        let grant = self.chance.choice(&self.model.grants).cloned();
        let again = if call.entry.name() == "GrantInstanceToCen" { 1 } else { 8 };
        if let Some(grant) = grant.filter(|_| self.chance.u8(0..10) < again) {
            call.who = caller(&grant.account);
            let owner = grant.owner.to_string();
            let which = [("RegionId", &*grant.region), ("InstanceId", &grant.instance)];
            push(&mut call.args, &which);
            let whom = [("InstanceType", &*grant.kind), ("CenId", &grant.cen), ("CenOwnerId", &owner)];
            return push(&mut call.args, &whom);
        }
        self.draw_instance(call);
        let cen = format!("cen-{}", self.chance.u8(0..20));
        let owner = self.among(&[TENANT, SECOND, "7"]);
        push(&mut call.args, &[("CenId", &cen), ("CenOwnerId", owner)]);
    }
}
