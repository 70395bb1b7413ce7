//! Calls on hosted connections: drawn so that circuit, router, tenant and owner mostly belong together. What they list
//! is compared here too, page after page.

use super::routers::{caller, push};
use super::{Call, Simulation};
use crate::house::{SECOND, TENANT, Who, entry, text};
use crate::model::hosted::{ACTIONS, Hosted, SPECS};
use crate::model::routers::Router;
use crate::model::{Args, assert_says, get};
use connect::action::Entry;
use connect::machine::Actor;
use connect::world::OPERATOR_ACCOUNT;
use serde_json::Value;

/// Whether calls of this action are drawn here.
pub(super) fn is_drawn(entry: &Entry) -> bool {
    ACTIONS.contains(&entry.name())
}

/// What is asked of circuits, and now and then of hosted connections, too.
const OF_CIRCUITS: &[&str] = &[
    "ConfirmPhysicalConnection",
    "TerminatePhysicalConnection",
    "ModifyPhysicalConnectionAttribute",
    "EnablePhysicalConnection",
    "CancelPhysicalConnection",
    "RefundInstance",
    "RenewPhysicalConnection",
    "ApplyPhysicalConnectionLOA",
    "DescribePhysicalConnectionLOA",
    "AllocatePhysicalConnection",
    "LockPhysicalConnection",
];

impl Simulation {
    /// A call on hosted connections: on one that is there, as often as not.
    pub(super) fn draw_hosted_action(&mut self) -> Call {
        if let Some(hosted) = self.some_hosted().filter(|_| self.chance.bool()) {
            return self.draw_hosted_move(&hosted);
        }
        let action = match self.chance.u8(0..12) {
            0..4 => "CreateVirtualPhysicalConnection",
            4..6 => "AttachVbrToVpconn",
            _ => self.among(ACTIONS),
        };
        self.draw_hosted(entry(action))
    }

    fn some_hosted(&mut self) -> Option<Hosted> {
        self.chance.choice(&self.model.hosted).cloned()
    }

    /// What leads a hosted connection on, mostly, or something that is asked of circuits.
    fn draw_hosted_move(&mut self, hosted: &Hosted) -> Call {
        let action = match (hosted.status, self.chance.u8(0..12)) {
            (_, 0) => self.among(OF_CIRCUITS),
            (_, 1) => "DeletePhysicalConnection",
            ("Confirmed", _) => "ConfirmPhysicalConnection",
            ("Enabled", 2..6) => "TerminatePhysicalConnection",
            ("Enabled", 6..9) => "AttachVbrToVpconn",
            ("Enabled", _) => "UpdateVirtualPhysicalConnection",
            _ => "RecoverPhysicalConnection",
        };
        let entry = entry(action);
        if is_drawn(entry) {
            return self.draw_on_hosted(entry, Some(hosted.clone()));
        }
        let party = self.among(&[&hosted.account, &hosted.account, &hosted.lender]);
        let who = if entry.about.actor == Actor::Operator { Who::Operator } else { caller(party) };
        let mut call = self.draw_args(who, entry);
        if call.flaw.is_none() {
            let region = if self.chance.u8(0..30) == 0 { "west" } else { &hosted.region };
            for (name, value) in &mut call.args {
                match name.as_str() {
                    "PhysicalConnectionId" | "InstanceId" => value.clone_from(&hosted.id),
                    "RegionId" => region.clone_into(value),
                    _ => {}
                }
            }
        }
        call
    }

    /// A call of this action, now and then with one thing wrong.
    pub(super) fn draw_hosted(&mut self, entry: &'static Entry) -> Call {
        let hosted = self.some_hosted().filter(|_| self.chance.u8(0..20) > 0);
        self.draw_on_hosted(entry, hosted)
    }

    fn draw_on_hosted(&mut self, entry: &'static Entry, hosted: Option<Hosted>) -> Call {
        let mut call = Call { who: Who::Tenant, entry, args: Args::new(), flaw: None };
        match entry.name() {
            "CreateVirtualPhysicalConnection" => self.draw_cut(&mut call),
            "ListVirtualPhysicalConnections" => self.draw_hosted_list(&mut call),
            "CreateVpconnFromVbr" => self.draw_from_router(&mut call),
            "AttachVbrToVpconn" => {
                if let Some(instead) = self.draw_attach(&mut call, hosted) {
                    return instead;
                }
            }
            action => self.draw_named(&mut call, action, hosted.as_ref()),
        }
        self.spoil_hosted(&mut call);
        call
    }

    /// What names a hosted connection by one of its parties, or a circuit.
    fn draw_named(&mut self, call: &mut Call, action: &str, hosted: Option<&Hosted>) {
        let (mut vlan, line) = (self.vlan(), self.some_line());
        if let Some(hosted) = hosted {
            call.who = caller(self.among(&[&hosted.account, &hosted.lender]));
            push(&mut call.args, &[("RegionId", &hosted.region), ("InstanceId", &hosted.id)]);
            if self.chance.bool() {
                vlan = hosted.vlan.to_string();
            }
        } else {
            call.who = line.0;
            push(&mut call.args, &[("RegionId", &line.1), ("InstanceId", &line.2)]);
        }
        if action == "UpdateVirtualPhysicalConnection" {
            push(&mut call.args, &[("VlanId", &vlan)]);
            self.draw_some(&mut call.args, &[("ExpectSpec", &["50M", "100M", "10G"])]);
        }
    }

    /// A token under either name, a rehearsal, another caller or region, or one thing that is wrong.
    fn spoil_hosted(&mut self, call: &mut Call) {
        let entry = call.entry;
        if entry.name() != "ListVirtualPhysicalConnections" {
            if self.chance.u8(0..5) == 0 {
                let token = format!("{:?}{}", call.who, self.chance.u8(0..20));
                push(&mut call.args, &[(self.among(&["Token", "ClientToken"]), &token)]);
            }
            if self.chance.u8(0..10) == 0 {
                push(&mut call.args, &[("DryRun", self.among(&["true", "false"]))]);
            }
        }
        if self.chance.u8(0..20) == 0 {
            call.who = self.someone();
        }
        if self.chance.u8(0..40) == 0 {
            let other = self.among(&["west", "nowhere"]);
            call.args.iter_mut().filter(|(name, _)| name == "RegionId").for_each(|(_, value)| {
                other.clone_into(value);
            });
        }
        if self.chance.u8(0..12) == 0 {
            let field = &entry.fields[self.chance.usize(0..entry.fields.len())];
            let (drawn, dotted) = (call.args.clone(), format!("{}.", field.name));
            call.args.retain(|(name, _)| {
                name != field.name && !name.starts_with(&dotted) && !field.aliases.contains(&name.as_str())
            });
            if !self.draw_wrong(field, call) {
                call.args = drawn;
            }
        }
    }

    fn draw_cut(&mut self, call: &mut Call) {
        let (who, region, id) = self.some_line();
        call.who = who;
        let other = if who == Who::Tenant { SECOND } else { TENANT };
        let tenant = match self.chance.u8(0..16) {
            0 => self.among(&["3333333333333333", OPERATOR_ACCOUNT]),
            1..9 => other,
            _ => who.account(),
        };
        let left = self.model.left_of(&id);
        let mut specs: Vec<_> =
            SPECS.iter().filter(|(_, mbps)| *mbps <= left).map(|(word, _)| *word).collect();
        specs.truncate(3);
        specs.push(self.among(SPECS).0);
        let (spec, vlan) = (self.among(&specs), self.vlan());
        let mode = self.among(&["PayByPhysicalConnectionOwner", "PayByVirtualPhysicalConnectionOwner"]);
        let args = &mut call.args;
        push(args, &[("RegionId", &region), ("OrderMode", mode), ("PhysicalConnectionId", &id)]);
        push(args, &[("Spec", spec), ("VlanId", &vlan), ("VpconnAliUid", tenant)]);
        let words: &[(&str, &[&str])] = &[
            ("Name", &["name0", "name1"]),
            ("Description", &["words", "more"]),
            ("ResourceGroupId", &["rg-1", "rg-default"]),
            ("Tag.1.Key", &["key1", "key2"]),
        ];
        self.draw_some(args, words);
        if get(args, "Tag.1.Key").is_some() {
            self.draw_some(args, &[("Tag.1.Value", &["value0"]), ("Tag.2.Key", &["key1", "key3"])]);
        }
    }

    /// A router that may become a hosted connection, mostly.
    fn draw_from_router(&mut self, call: &mut Call) {
        let fits = |router: &&Router| router.status == "active";
        let fit: Vec<_> = self.model.routers.all.iter().filter(fits).cloned().collect();
        let any = self.some_router();
        let router = self.chance.choice(fit).filter(|_| self.chance.u8(0..8) > 0).or(any);
        let (who, region, id) = match &router {
            Some(router) => {
                let party = self.among(&[&router.lender, &router.lender, &router.lender, &router.account]);
                (caller(party), router.region.clone(), router.id.clone())
            }
            None => (Who::Tenant, "east".to_owned(), "vbr-none".to_owned()),
        };
        call.who = who;
        push(&mut call.args, &[("RegionId", &region), ("VbrId", &id)]);
        let modes = ["PayByPhysicalConnectionOwner", "PayByVirtualPhysicalConnectionOwner"];
        self.draw_some(&mut call.args, &[("OrderMode", &modes)]);
    }

    /// A hosted connection and a router of its tenant's on the same circuit, mostly; where there is none yet, instead
    /// the call that makes one.
    fn draw_attach(&mut self, call: &mut Call, hosted: Option<Hosted>) -> Option<Call> {
        let Some(hosted) = hosted else {
            let (who, region, id) = self.some_line();
            call.who = who;
            push(&mut call.args, &[("RegionId", &region), ("VpconnId", &id), ("VbrId", "vbr-none")]);
            return None;
        };
        call.who = caller(self.among(&[&hosted.account, &hosted.lender]));
        let fits =
            |router: &&Router| router.account == hosted.account && router.link.circuit == hosted.circuit;
        let fit: Vec<_> = self.model.routers.all.iter().filter(fits).cloned().collect();
        if fit.iter().all(|router| router.status == "unconfirmed") && self.chance.bool() {
            return Some(self.draw_fit_router(&hosted, fit.first()));
        }
        let any = self.some_router();
        let router = self.chance.choice(fit).filter(|_| self.chance.u8(0..10) > 0).or(any);
        let router = router.map_or("vbr-none".to_owned(), |router| router.id);
        push(&mut call.args, &[("RegionId", &hosted.region), ("VpconnId", &hosted.id), ("VbrId", &router)]);
        None
    }

    /// The call that makes a router for the hosted connection's tenant, or puts the one there is into service.
    fn draw_fit_router(&mut self, hosted: &Hosted, known: Option<&Router>) -> Call {
        let pairs = [
            ("LocalGatewayIp", "10.0.0.1"),
            ("PeerGatewayIp", "10.0.0.2"),
            ("PeeringSubnetMask", "255.255.255.252"),
        ];
        let mut args = Args::new();
        push(&mut args, &[("RegionId", &hosted.region)]);
        if let Some(router) = known {
            push(&mut args, &[("VbrId", &router.id)]);
            push(&mut args, &pairs);
            let entry = entry("ModifyVirtualBorderRouterAttribute");
            return Call { who: caller(&hosted.account), entry, args, flaw: None };
        }
        let vlan = self.vlan();
        push(&mut args, &[("PhysicalConnectionId", &hosted.circuit), ("VlanId", &vlan), ("Bandwidth", "50")]);
        if hosted.account == hosted.lender {
            push(&mut args, &pairs);
        } else {
            push(&mut args, &[("VbrOwnerId", &hosted.account)]);
        }
        let entry = entry("CreateVirtualBorderRouter");
        Call { who: caller(&hosted.lender), entry, args, flaw: None }
    }

    fn draw_hosted_list(&mut self, call: &mut Call) {
        let (who, region, circuit) = self.some_line();
        call.who = who;
        push(&mut call.args, &[("RegionId", &region)]);
        let hosted = self.some_hosted();
        let (id, vlan, parent) = hosted.map_or(("pc-none".to_owned(), 1, circuit.clone()), |hosted| {
            (hosted.id, hosted.vlan, hosted.circuit)
        });
        let vlan = vlan.to_string();
        let words: &[(&str, &[&str])] = &[
            ("MaxResults", &["1", "2", "100"]),
            ("NextToken", &["", "", "zz"]),
            ("IsConfirmed", &["true", "false"]),
            ("PhysicalConnectionId", &[&circuit, &parent]),
            ("ResourceGroupId", &["rg-1", "rg-2", "rg-default"]),
            ("Tag.1.Key", &["key1", "key2"]),
            ("VirtualPhysicalConnectionAliUids.1", &[TENANT, SECOND]),
            ("VirtualPhysicalConnectionBusinessStatus", &["Normal", "FinancialLocked", "SecurityLocked"]),
            ("VirtualPhysicalConnectionIds.1", &[&id]),
            ("VirtualPhysicalConnectionStatuses.1", &["Confirmed", "unconfirmed", "Deleted", "what"]),
            ("VlanIds.1", &[&vlan, "1", "x"]),
        ];
        let few = self.chance.usize(0..words.len());
        let end = (few + 3).min(words.len());
        self.draw_some(&mut call.args, &words[few..end]);
        for (first, more) in [
            ("VirtualPhysicalConnectionAliUids", [TENANT, "3333333333333333"]),
            ("VirtualPhysicalConnectionStatuses", ["UnConfirmed", "confirmed"]),
            ("VlanIds", ["2", "2999"]),
        ] {
            if get(&call.args, &format!("{first}.1")).is_some() {
                self.draw_some(&mut call.args, &[(&format!("{first}.2"), &more)]);
            }
        }
    }

    /// Lists of hosted connections hold what the model says, and circuits say how many they carry.
    pub(super) fn compare_hosted(&mut self, call: &Call, value: &Value) {
        match call.entry.name() {
            "ListVirtualPhysicalConnections" => {
                let wanted = self.model.wanted_hosted(call.who, &call.args);
                let size = get(&call.args, "MaxResults").unwrap_or("20").parse::<usize>().expect("a number");
                assert_eq!(value["TotalCount"], wanted.len(), "the total");
                assert_eq!(value["Count"], wanted.len().min(size), "as many on the page");
                let rows = self.pages(call, value, "MaxResults", "/VirtualPhysicalConnections", Value::clone);
                assert_eq!(rows.len(), wanted.len(), "as many on all pages");
                for (row, wanted) in rows.iter().zip(&wanted) {
                    assert_says(row, wanted);
                }
            }
            "DescribePhysicalConnections" => {
                let rows = value.pointer("/PhysicalConnectionSet/PhysicalConnectionType");
                for row in rows.and_then(Value::as_array).expect("the rows are there") {
                    let id = text(row, "PhysicalConnectionId");
                    let held = &row["VirtualPhysicalConnectionCount"];
                    assert_eq!(*held, self.model.hosted_on(&id), "hosted connections on {id}");
                }
            }
            _ => {}
        }
    }
}
