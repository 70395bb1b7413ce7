//! What hosted connections should do, said a second time and simply: a list of them beside that of the circuits they
//! are cut out of. Lists and rows are compared in `shown`.

mod shown;

use super::{Args, Code, Model, Verdicts, get, is_true, labels, refuse_unless, text};
use crate::house::Who;
use connect::world::OPERATOR_ACCOUNT;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The actions that this file knows, beside those that hosted connections have in common with circuits.
pub(crate) const ACTIONS: &[&str] = &[
    "CreateVirtualPhysicalConnection",
    "ListVirtualPhysicalConnections",
    "UpdateVirtualPhysicalConnection",
    "RecoverPhysicalConnection",
    "AttachVbrToVpconn",
    "CreateVpconnFromVbr",
];

/// What one may carry, and that as a number.
pub(crate) const SPECS: &[(&str, i64)] = &[
    ("50M", 50),
    ("100M", 100),
    ("200M", 200),
    ("300M", 300),
    ("400M", 400),
    ("500M", 500),
    ("1G", 1000),
    ("2G", 2048),
    ("5G", 5120),
    ("8G", 8192),
    ("10G", 10_240),
];

const UNKNOWN: Code = ("ResourceNotFound", 400);
const NO_ROUTER: Code = ("InvalidVbrId.NotFound", 404);
const IN_STATE: Code = ("InvalidOperation.OperationNotAllowedInState", 400);
const STATUS: Code = ("IncorrectStatus.PhysicalConnection", 400);
const ATTACHED: Code = ("Forbidden.VbrAttached", 400);
const NOT_ENABLED: Code = ("InvalidPhysicalConnectionId.NotEnabled", 400);
const TOO_WIDE: Code = ("OperationFailed.Vpconn", 400);
const DENIED: Code = ("OperationDenied.VPconn", 400);

#[derive(Debug, Clone)]
pub(crate) struct Hosted {
    pub(crate) id: String,
    /// Its tenant.
    pub(crate) account: String,
    /// The owner of its circuit.
    pub(crate) lender: String,
    pub(crate) region: String,
    pub(crate) circuit: String,
    pub(crate) status: &'static str,
    since: i64,
    pub(super) created: i64,
    enabled: Option<i64>,
    pub(crate) vlan: i64,
    pub(crate) mbps: i64,
    expected: String,
    mode: String,
    name: String,
    description: String,
    pub(super) group: String,
    /// The border router that runs over it, or nothing.
    pub(crate) router: String,
    pub(super) tags: BTreeMap<String, String>,
}

impl Hosted {
    fn concerns(&self, who: Who) -> bool {
        [&self.account, &self.lender].iter().any(|party| *party == who.account())
    }

    fn enter(&mut self, status: &'static str, now: i64) {
        (self.status, self.since) = (status, now);
        if status == "Enabled" {
            self.enabled.get_or_insert(now);
        }
    }
}

impl Model {
    /// What is asked before a token is looked up.
    pub(super) fn before_hosted(&self, action: &str, args: &Args) -> Verdicts {
        let tenant = get(args, "VpconnAliUid").filter(|_| action == "CreateVirtualPhysicalConnection");
        let is_tenant = |id: &str| id != OPERATOR_ACCOUNT && self.wallets.contains_key(id);
        refuse_unless(tenant.is_none_or(is_tenant), ("ResourceNotFound.VpconnAliUid", 400))
    }

    /// What a call on hosted connections is answered; nothing for an action that is none.
    pub(super) fn host(&mut self, who: Who, action: &str, args: &Args, reply: &Value) -> Option<Verdicts> {
        Some(match action {
            "CreateVirtualPhysicalConnection" => self.cut_out(who, args, reply),
            "UpdateVirtualPhysicalConnection" => self.update_hosted(who, args, reply),
            "RecoverPhysicalConnection" => self.recover_hosted(who, args),
            "AttachVbrToVpconn" => self.attach_router(who, args, reply),
            "CreateVpconnFromVbr" => self.hosted_from_router(who, args, reply),
            "ListVirtualPhysicalConnections" => {
                refuse_unless(get(args, "NextToken") != Some("zz"), ("InvalidParameter", 400))
            }
            _ => return None,
        })
    }

    /// The hosted connection of this id that the caller has to do with, in the region that the call names.
    fn hosted_at(&self, who: Who, id: &str, args: &Args) -> Option<usize> {
        let here = |hosted: &Hosted| {
            hosted.id == id && hosted.concerns(who) && Some(hosted.region.as_str()) == get(args, "RegionId")
        };
        self.hosted.iter().position(here)
    }

    /// The moves that hosted connections have in common with circuits; nothing where the call is about a circuit.
    pub(super) fn move_hosted(&mut self, who: Who, action: &str, args: &Args) -> Option<Verdicts> {
        let at = self.hosted_at(who, get(args, "PhysicalConnectionId")?, args)?;
        let (now, hosted) = (self.now, &mut self.hosted[at]);
        Some(match action {
            "ConfirmPhysicalConnection" => {
                let own = hosted.account == who.account();
                let verdict = refuse_unless(own, ("InvalidPhysicalConnectionId.NotFound", 400))
                    .and_then(|()| refuse_unless(hosted.status == "Confirmed", STATUS));
                verdict.map(|()| hosted.enter("Enabled", now))
            }
            "TerminatePhysicalConnection" => {
                let verdict = refuse_unless(hosted.router.is_empty(), ATTACHED).and_then(|()| {
                    refuse_unless(hosted.status == "Enabled", ("Forbidden.NotAllowedInState", 400))
                });
                verdict.map(|()| hosted.enter("Terminated", now))
            }
            "DeletePhysicalConnection" => {
                let verdict = refuse_unless(hosted.router.is_empty(), ("Forbidden.VBRExists", 400));
                verdict.map(|()| {
                    let gone = self.hosted.remove(at);
                    self.routers.free(&gone.circuit, &gone.id);
                })
            }
            _ => return None,
        })
    }

    /// A hosted connection is not changed as a circuit is.
    pub(super) fn refuse_hosted(&self, who: Who, args: &Args) -> Verdicts {
        let id = get(args, "PhysicalConnectionId").unwrap_or_default();
        refuse_unless(self.hosted_at(who, id, args).is_none(), DENIED)
    }

    fn on_circuit<'a>(&'a self, circuit: &'a str) -> impl Iterator<Item = &'a Hosted> {
        self.hosted.iter().filter(move |hosted| hosted.circuit == circuit)
    }

    /// How many are on a circuit, which shows the number.
    pub(crate) fn hosted_on(&self, circuit: &str) -> usize {
        self.on_circuit(circuit).count()
    }

    fn carried_on(&self, circuit: &str) -> i64 {
        self.on_circuit(circuit).map(|hosted| hosted.mbps).sum()
    }

    /// What is left of a circuit, if it is one.
    pub(crate) fn left_of(&self, circuit: &str) -> i64 {
        let line = self.lines.iter().find(|line| line.id == circuit);
        line.map_or(0, |line| line.bandwidth - self.carried_on(circuit))
    }

    /// A circuit carries what has been cut out of it.
    pub(super) fn still_fits(&self, circuit: &str, mbps: i64) -> Verdicts {
        refuse_unless(self.carried_on(circuit) <= mbps, DENIED)
    }

    /// What a circuit cannot be ended for.
    pub(super) fn held_by_hosted(&self, action: &str, circuit: &str) -> Verdicts {
        let ends = ["TerminatePhysicalConnection", "RefundInstance"].contains(&action);
        let held = ends && self.hosted_on(circuit) > 0;
        refuse_unless(!held, ("OperationFailed.VpconnAttached", 400))
    }

    /// What a border router may carry at most.
    pub(super) fn ceiling(&self, router: &str) -> i64 {
        self.under(router).map_or(i64::MAX, |at| self.hosted[at].mbps)
    }

    /// The hosted connection that a border router runs over.
    pub(super) fn under(&self, router: &str) -> Option<usize> {
        self.hosted.iter().position(|hosted| hosted.router == router)
    }

    /// A border router is gone: the hosted connection under it has the VLAN itself again.
    pub(super) fn router_gone(&mut self, router: &str) {
        let Some(at) = self.under(router) else { return };
        let hosted = &mut self.hosted[at];
        hosted.router.clear();
        let taken = self.routers.take(&hosted.circuit, hosted.vlan, &hosted.id, self.now);
        assert_eq!(taken, Ok(()), "the VLAN was the router's until now");
    }

    /// The circuit can carry one more: it is in service, unlocked, and has as much left.
    fn has_room(&self, circuit: &str, mbps: i64) -> Verdicts {
        let line = self.lines.iter().find(|line| line.id == circuit).expect("the circuit is there");
        refuse_unless((line.status, line.business) == ("Enabled", "Normal"), NOT_ENABLED)?;
        refuse_unless(self.left_of(circuit) >= mbps, ("QuotaExceeded.Bandwidth", 400))
    }

    fn cut_out(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let given = labels(args, &["Tag", "Tags"]);
        let tags: BTreeMap<_, _> =
            given.iter().map(|(key, value)| (key.clone(), value.clone().unwrap_or_default())).collect();
        refuse_unless(tags.len() == given.len(), ("InvalidParameter", 400))?;
        let at = self.own(who, args, ("ResourceNotFound.PhysicalConnectionId", 400))?;
        let line = &self.lines[at];
        // Also an operator has only what is its own.
        refuse_unless(line.account == who.account(), ("ResourceNotFound.PhysicalConnectionId", 400))?;
        let circuit = line.id.clone();
        let (_, mbps) = SPECS.iter().find(|(word, _)| Some(*word) == get(args, "Spec")).expect("a good one");
        self.has_room(&circuit, *mbps)?;
        let vlan = super::number(args, "VlanId", 0);
        self.routers.may_take(&circuit, vlan, self.now)?;
        refuse_unless(!is_true(args, "DryRun"), ("DRYRUN.SUCCESS", 400))?;
        let id = text_of(reply);
        self.routers.take(&circuit, vlan, &id, self.now)?;
        self.hosted.push(Hosted {
            id,
            account: text(args, "VpconnAliUid"),
            lender: who.account().to_owned(),
            region: text(args, "RegionId"),
            circuit,
            status: "Confirmed",
            since: self.now,
            created: self.now,
            enabled: None,
            vlan,
            mbps: *mbps,
            expected: String::new(),
            mode: text(args, "OrderMode"),
            name: text(args, "Name"),
            description: text(args, "Description"),
            group: text(args, "ResourceGroupId"),
            router: String::new(),
            tags,
        });
        Ok(())
    }

    fn update_hosted(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let at = self.hosted_at(who, &text(args, "InstanceId"), args).ok_or(UNKNOWN)?;
        let mut hosted = self.hosted[at].clone();
        refuse_unless(["Confirmed", "Enabled"].contains(&hosted.status), STATUS)?;
        let vlan = super::number(args, "VlanId", 0);
        if vlan != hosted.vlan {
            refuse_unless(hosted.router.is_empty(), ATTACHED)?;
            self.routers.may_take(&hosted.circuit, vlan, self.now)?;
        }
        super::assert_says(reply, &json!({"Success": "true"}));
        if is_true(args, "DryRun") {
            return Ok(());
        }
        if vlan != hosted.vlan {
            self.routers.free(&hosted.circuit, &hosted.id);
            self.routers.take(&hosted.circuit, vlan, &hosted.id, self.now)?;
            hosted.vlan = vlan;
        }
        if let Some(spec) = get(args, "ExpectSpec") {
            spec.clone_into(&mut hosted.expected);
        }
        self.hosted[at] = hosted;
        Ok(())
    }

    fn recover_hosted(&mut self, who: Who, args: &Args) -> Verdicts {
        let id = text(args, "InstanceId");
        let Some(at) = self.hosted_at(who, &id, args) else {
            let mine = |line: &super::Line| {
                (line.id.as_str(), line.account.as_str()) == (id.as_str(), who.account())
                    && Some(line.region.as_str()) == get(args, "RegionId")
            };
            return Err(if self.lines.iter().any(mine) { STATUS } else { UNKNOWN });
        };
        let hosted = &self.hosted[at];
        refuse_unless(hosted.status == "Terminated", STATUS)?;
        let line = self.lines.iter().find(|line| line.id == hosted.circuit).expect("its circuit is there");
        let may = hosted.lender == who.account() && line.business == "Normal";
        refuse_unless(may, ("OperationDenied.TerminateVirtualPhysicalConnection", 400))?;
        if !is_true(args, "DryRun") {
            self.hosted[at].enter("Enabled", self.now);
        }
        Ok(())
    }

    /// The router is in service, and over no hosted connection.
    fn fits(&self, router: &str) -> Verdicts {
        let mut routers = self.routers.all.iter();
        let active = routers.any(|other| other.id == router && other.status == "active");
        refuse_unless(active && self.under(router).is_none(), IN_STATE)
    }

    fn attach_router(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let at = self.hosted_at(who, &text(args, "VpconnId"), args).ok_or(UNKNOWN)?;
        let hosted = &self.hosted[at];
        refuse_unless(hosted.status == "Enabled", STATUS)?;
        let place = self.router(who, args, NO_ROUTER)?;
        let router = &self.routers.all[place];
        refuse_unless(router.account == hosted.account, NO_ROUTER)?;
        let matches = router.link.circuit == hosted.circuit;
        refuse_unless(matches, ("InvalidPhysicalConnectionId.NotMatched", 400))?;
        refuse_unless(hosted.router.is_empty(), ATTACHED)?;
        self.fits(&router.id)?;
        refuse_unless(router.bandwidth <= hosted.mbps, TOO_WIDE)?;
        super::assert_says(reply, &json!({"VirtualPhysicalConnection": hosted.id}));
        if is_true(args, "DryRun") {
            return Ok(());
        }
        let (router, vlan) = (router.id.clone(), router.link.vlan);
        let hosted = &mut self.hosted[at];
        self.routers.free(&hosted.circuit, &hosted.id);
        (hosted.router, hosted.vlan) = (router, vlan);
        Ok(())
    }

    fn hosted_from_router(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let router = self.routers.all[self.router(who, args, NO_ROUTER)?].clone();
        refuse_unless(router.lender == who.account(), ("Forbidden.OperationNotAllowedByUser", 403))?;
        self.fits(&router.id)?;
        let circuit = router.link.circuit.clone();
        let offered = SPECS.iter().any(|(_, mbps)| *mbps == router.bandwidth);
        // A circuit that is out of service is told before a router that is too wide.
        let room = self.has_room(&circuit, router.bandwidth);
        refuse_unless(offered || room == Err(NOT_ENABLED), TOO_WIDE)?;
        room?;
        if is_true(args, "DryRun") {
            return Ok(());
        }
        self.hosted.push(Hosted {
            id: text_of(reply),
            account: router.account,
            lender: router.lender,
            region: router.region,
            circuit,
            status: "Enabled",
            since: self.now,
            created: self.now,
            enabled: Some(self.now),
            vlan: router.link.vlan,
            mbps: router.bandwidth,
            expected: String::new(),
            mode: get(args, "OrderMode").unwrap_or("PayByPhysicalConnectionOwner").to_owned(),
            name: String::new(),
            description: String::new(),
            group: String::new(),
            router: router.id,
            tags: BTreeMap::new(),
        });
        Ok(())
    }
}

fn text_of(reply: &Value) -> String {
    reply["VirtualPhysicalConnection"].as_str().unwrap_or_default().to_owned()
}
