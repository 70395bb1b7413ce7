//! What border routers should do, said a second time and simply: a list of routers, a map of VLANs, and the rules in
//! the order in which they speak. Their states stand here once more; the product is asked for nothing but its limits.

mod link;
mod lists;

use super::{Args, Model, Verdicts, count, get, is_true, labels, list, refuse_unless, sent};
use crate::house::Who;
use connect::limits::{
    TAGS_MAX, VBR_ASSOCIATIONS_MAX, VBR_RECOVERY_MS, VBR_TERMINATION_MS, VBRS_PER_CIRCUIT_MAX,
    VBRS_UNCONFIRMED_MAX, VLAN_RESERVATION_MS,
};
use connect::world::OPERATOR_ACCOUNT;
pub(crate) use link::Link;
use link::{ASSOCIATE, CREATE, MODIFY};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A code and its status.
type Code = (&'static str, u16);

/// The actions that this file knows.
pub(crate) const ACTIONS: &[&str] = &[
    "CreateVirtualBorderRouter",
    "DescribeVirtualBorderRouters",
    "DescribeVirtualBorderRoutersForPhysicalConnection",
    "ModifyVirtualBorderRouterAttribute",
    "UpdateVirtualBorderBandwidth",
    "TerminateVirtualBorderRouter",
    "RecoverVirtualBorderRouter",
    "DeleteVirtualBorderRouter",
    "AssociatePhysicalConnectionToVirtualBorderRouter",
    "UnassociatePhysicalConnectionFromVirtualBorderRouter",
];

/// The rate limits that are offered.
const OFFERED: &[i64] =
    &[50, 100, 200, 300, 400, 500, 1000, 2048, 5120, 8192, 10_240, 20_480, 40_960, 50_120, 61_440, 102_400];

const IN_STATE: Code = ("InvalidOperation.OperationNotAllowedInState", 400);
const FORBIDDEN: Code = ("Forbidden.OperationNotAllowedByUser", 403);
const UNKNOWN: Code = ("InvalidVbrId.NotFound", 404);
const USED: Code = ("InvalidVlanId.Used", 400);

#[derive(Debug, Clone)]
pub(crate) struct Router {
    pub(crate) id: String,
    pub(crate) account: String,
    /// The account of its circuits.
    pub(crate) lender: String,
    pub(crate) region: String,
    pub(crate) status: &'static str,
    since: i64,
    pub(crate) point: String,
    pub(crate) link: Link,
    /// By circuit.
    pub(crate) further: BTreeMap<String, Link>,
    name: String,
    description: String,
    pub(super) bandwidth: i64,
    mtu: i64,
    /// Multiplier, and the intervals of reception and of sending.
    detection: [i64; 3],
    sitelink: bool,
    pub(crate) group: String,
    pub(crate) created: i64,
    activated: Option<i64>,
    terminated: Option<i64>,
    recovered: Option<i64>,
    pub(super) tags: BTreeMap<String, String>,
}

/// All routers, and who holds which VLAN of which circuit, reserved until when.
#[derive(Debug, Default)]
pub(crate) struct Routers {
    /// In order of creation.
    pub(crate) all: Vec<Router>,
    vlans: BTreeMap<(String, i64), (String, Option<i64>)>,
}

/// What routers ask of a circuit.
struct Facts {
    account: String,
    region: String,
    point: String,
    enabled: bool,
    locked: bool,
    bandwidth: i64,
}

fn text(args: &Args, name: &str) -> String {
    get(args, name).unwrap_or_default().to_owned()
}

fn number(args: &Args, name: &str, default: i64) -> i64 {
    get(args, name).map_or(default, |digits| digits.parse().unwrap())
}

impl Routers {
    /// Nobody holds this VLAN of a circuit, or has it reserved still.
    pub(super) fn may_take(&self, circuit: &str, vlan: i64, now: i64) -> Verdicts {
        let held = self.vlans.get(&(circuit.to_owned(), vlan));
        refuse_unless(held.is_none_or(|(_, until)| until.is_some_and(|until| until <= now)), USED)
    }

    pub(super) fn take(&mut self, circuit: &str, vlan: i64, holder: &str, now: i64) -> Verdicts {
        self.may_take(circuit, vlan, now)?;
        self.vlans.insert((circuit.to_owned(), vlan), (holder.to_owned(), None));
        Ok(())
    }

    pub(super) fn free(&mut self, circuit: &str, holder: &str) {
        self.vlans.retain(|(other, _), (held_by, _)| other != circuit || held_by != holder);
    }

    fn at(&self, id: &str) -> Option<usize> {
        self.all.iter().position(|router| router.id == id)
    }

    /// How many routers are on a circuit, in whichever way.
    fn carried(&self, circuit: &str) -> i64 {
        let on = |router: &&Router| router.link.circuit == circuit || router.further.contains_key(circuit);
        count(self.all.iter().filter(on).count())
    }

    /// What a circuit cannot be ended or removed for.
    pub(crate) fn hold(&self, action: &str, circuit: &str) -> Verdicts {
        let own = |router: &&Router| router.link.circuit == circuit;
        let associated = self.all.iter().any(|router| router.further.contains_key(circuit));
        let code = match action {
            "TerminatePhysicalConnection" | "RefundInstance" => "Forbidden.VbrAttached",
            "DeletePhysicalConnection" if self.all.iter().any(|router| own(&router)) => "Forbidden.VBRExists",
            "DeletePhysicalConnection" => "Forbidden.AssociateToVBR",
            _ => return Ok(()),
        };
        refuse_unless(!self.all.iter().any(|router| own(&router)) && !associated, (code, 400))
    }

    /// Whether a call whose token is known is carried out all the same.
    pub(crate) fn has_work(&self, action: &str, args: &Args) -> bool {
        let router = get(args, "VbrId").and_then(|id| self.at(id)).map(|at| &self.all[at]);
        let circuit = get(args, "PhysicalConnectionId").unwrap_or_default();
        let associated = router.is_some_and(|router| router.further.contains_key(circuit));
        match action {
            ASSOCIATE_ACTION => !associated,
            UNASSOCIATE_ACTION => associated,
            _ => false,
        }
    }
}

const ASSOCIATE_ACTION: &str = "AssociatePhysicalConnectionToVirtualBorderRouter";
const UNASSOCIATE_ACTION: &str = "UnassociatePhysicalConnectionFromVirtualBorderRouter";

impl Model {
    /// What is asked before a token is looked up.
    pub(crate) fn before_router(&self, who: Who, action: &str, args: &Args) -> Verdicts {
        let owner = get(args, "VbrOwnerId").filter(|_| action == "CreateVirtualBorderRouter");
        let other = owner.filter(|owner| *owner != who.account());
        let is_tenant = |owner: &str| owner != OPERATOR_ACCOUNT && self.wallets.contains_key(owner);
        refuse_unless(other.is_none_or(is_tenant), ("InvalidVbrOwnerId.NotFound", 404))
    }

    /// The circuit of this id, as routers see it.
    fn facts(&self, id: &str) -> Option<Facts> {
        self.lines.iter().find(|line| line.id == id).map(|line| Facts {
            account: line.account.clone(),
            region: line.region.clone(),
            point: line.point.clone(),
            enabled: line.status == "Enabled",
            locked: line.business != "Normal",
            bandwidth: line.bandwidth,
        })
    }

    /// What a call on routers is answered; nothing for an action that is none.
    pub(crate) fn route(&mut self, who: Who, action: &str, args: &Args, reply: &Value) -> Option<Verdicts> {
        Some(match action {
            "CreateVirtualBorderRouter" => self.create_router(who, args, reply),
            "ModifyVirtualBorderRouterAttribute" => self.modify_router(who, args),
            "UpdateVirtualBorderBandwidth" => self.limit_router(who, args),
            "TerminateVirtualBorderRouter" => self.terminate_router(who, args),
            "RecoverVirtualBorderRouter" => self.recover_router(who, args),
            "DeleteVirtualBorderRouter" => self.delete_router(who, args),
            ASSOCIATE_ACTION => self.associate(who, args),
            UNASSOCIATE_ACTION => self.unassociate(who, args),
            "DescribeVirtualBorderRouters" => Ok(()),
            "DescribeVirtualBorderRoutersForPhysicalConnection" => {
                let mine = self.facts(&text(args, "PhysicalConnectionId")).is_some_and(|circuit| {
                    circuit.account == who.account() && Some(circuit.region.as_str()) == get(args, "RegionId")
                });
                refuse_unless(mine, ("InvalidPhysicalConnectionId.NotFound", 404))
            }
            _ => return None,
        })
    }

    /// The router that a call names, if the caller has to do with it.
    pub(super) fn router(&self, who: Who, args: &Args, unknown: Code) -> Result<usize, Code> {
        let id = get(args, "VbrId").or(get(args, "VirtualBorderRouterId")).unwrap_or_default();
        let found = self.routers.at(id).filter(|at| {
            let router = &self.routers.all[*at];
            [&router.account, &router.lender].iter().any(|party| *party == who.account())
                && Some(router.region.as_str()) == get(args, "RegionId")
        });
        found.ok_or(unknown)
    }

    fn create_router(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let (me, circuit) = (who.account(), text(args, "PhysicalConnectionId"));
        let owner = get(args, "VbrOwnerId").unwrap_or(me);
        let own = owner == me;
        let link = Link::given(args);
        if !own {
            link.require_none()?;
            for (name, code) in [
                ("Name", "Forbidden.NameNotAllowedByCaller"),
                ("Description", "Forbidden.DescriptionNotAllowedByCaller"),
            ] {
                refuse_unless(get(args, name).is_none(), (code, 403))?;
            }
        }
        link.check_ipv4(own, &CREATE)?;
        if own {
            link.check_ipv6(true, &CREATE)?;
        }
        let given = labels(args, &["Tags", "Tag"]);
        let tags: BTreeMap<_, _> =
            given.iter().map(|(key, value)| (key.clone(), value.clone().unwrap_or_default())).collect();
        refuse_unless(tags.len() == given.len(), ("InvalidParameter", 400))?;
        let region = text(args, "RegionId");
        let facts = self
            .facts(&circuit)
            .filter(|facts| facts.account == me && facts.region == region)
            .ok_or(("InvalidPhysicalConnectionId.NotFound", 400))?;
        refuse_unless(facts.enabled && !facts.locked, ("InvalidPhysicalConnectionId.NotEnabled", 400))?;
        let full = ("QuotaExceeded.vbrPerpConn", 400);
        refuse_unless(self.routers.carried(&circuit) < VBRS_PER_CIRCUIT_MAX, full)?;
        let waits = |router: &&Router| router.lender == me && router.status == "unconfirmed";
        let waiting = count(self.routers.all.iter().filter(waits).count());
        refuse_unless(own || waiting < VBRS_UNCONFIRMED_MAX, ("QuotaExceeded.freevbr", 400))?;
        let id = reply["VbrId"].as_str().unwrap_or_default().to_owned();
        self.routers.take(&circuit, link.vlan, &id, self.now)?;
        let widest = OFFERED.iter().rev().find(|mbps| **mbps <= facts.bandwidth).copied().unwrap_or(50);
        self.routers.all.push(Router {
            id,
            account: owner.to_owned(),
            lender: me.to_owned(),
            region,
            status: if own { "active" } else { "unconfirmed" },
            since: self.now,
            point: facts.point,
            link,
            further: BTreeMap::new(),
            name: text(args, "Name"),
            description: text(args, "Description"),
            bandwidth: number(args, "Bandwidth", widest),
            mtu: 1500,
            detection: [3, 1000, 1000],
            sitelink: false,
            group: get(args, "ResourceGroupId").unwrap_or("rg-default").to_owned(),
            created: self.now,
            activated: own.then_some(self.now),
            terminated: None,
            recovered: None,
            tags,
        });
        Ok(())
    }

    fn modify_router(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.router(who, args, (UNKNOWN.0, 400))?;
        let before = self.routers.all[at].clone();
        refuse_unless(["unconfirmed", "active"].contains(&before.status), IN_STATE)?;
        let mut changed = before.clone();
        changed.link.edit(|name| sent(args, name).map(str::to_owned));
        for (field, name) in [(&mut changed.name, "Name"), (&mut changed.description, "Description")] {
            *field = sent(args, name).unwrap_or(field).to_owned();
        }
        let (owns, lends) = (before.account == who.account(), before.lender == who.account());
        before.link.require_say(&changed.link, owns, lends)?;
        let named = owns || before.name == changed.name;
        refuse_unless(named, ("Forbidden.NameNotAllowedByCaller", 403))?;
        let described = owns || before.description == changed.description;
        refuse_unless(described, ("Forbidden.DescriptionNotAllowedByCaller", 403))?;
        changed.bandwidth = number(args, "Bandwidth", before.bandwidth);
        let offered = OFFERED.contains(&changed.bandwidth) || changed.bandwidth == before.bandwidth;
        let carried = changed.bandwidth <= self.ceiling(&before.id);
        let fits = carried || changed.bandwidth == before.bandwidth;
        refuse_unless(offered && fits, ("IllegalParam.Bandwidth", 400))?;
        let active = before.status == "active";
        changed.link.require_kept(active)?;
        changed.link.check_ipv4(false, &MODIFY)?;
        let asks = get(args, "EnableIpv6").is_some() && is_true(args, "EnableIpv6");
        changed.link.check_ipv6(active && asks && owns, &MODIFY)?;
        let (now, routers) = (self.now, &mut self.routers);
        let kept = routers.vlans.clone();
        let moved = routers.relink(&before.id, &before.link, &changed.link, now).and_then(|()| {
            match get(args, "AssociatedPhysicalConnections") {
                Some(wishes) => routers.change_links(&mut changed, wishes, owns, lends, now),
                None => Ok(()),
            }
        });
        if moved.is_err() {
            routers.vlans = kept;
            return moved;
        }
        changed.mtu = match get(args, "Mtu") {
            Some("8500") => 8500,
            Some(_) => 1500,
            None => before.mtu,
        };
        for (place, name) in ["DetectMultiplier", "MinRxInterval", "MinTxInterval"].into_iter().enumerate() {
            changed.detection[place] = number(args, name, before.detection[place]);
        }
        if get(args, "SitelinkEnable").is_some() {
            changed.sitelink = is_true(args, "SitelinkEnable");
        }
        if !active && changed.link.has_ipv4() {
            (changed.status, changed.since, changed.activated) = ("active", now, Some(now));
        }
        if let Some(under) = self.under(&before.id) {
            self.hosted[under].vlan = changed.link.vlan;
        }
        self.routers.all[at] = changed;
        Ok(())
    }

    fn limit_router(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.router(who, args, ("InvalidInstanceId.NotFound", 400))?;
        let mbps = number(args, "Bandwidth", 0);
        let dedicated = self.under(&self.routers.all[at].id).is_none();
        refuse_unless(dedicated, ("OperationFailed.Vpconn", 400))?;
        refuse_unless(OFFERED.contains(&mbps), ("IllegalParam.Bandwidth", 400))?;
        self.routers.all[at].bandwidth = mbps;
        Ok(())
    }

    fn terminate_router(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.router(who, args, UNKNOWN)?;
        refuse_unless(self.routers.all[at].lender == who.account(), FORBIDDEN)?;
        refuse_unless(self.routers.all[at].status == "active", IN_STATE)?;
        refuse_unless(self.under(&self.routers.all[at].id).is_none(), IN_STATE)?;
        self.wait_for(at, "terminating", "FinishRouterTermination", VBR_TERMINATION_MS);
        Ok(())
    }

    fn recover_router(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.router(who, args, UNKNOWN)?;
        let router = self.routers.all[at].clone();
        refuse_unless(router.lender == who.account(), FORBIDDEN)?;
        refuse_unless(router.status == "terminated", IN_STATE)?;
        for link in std::iter::once(&router.link).chain(router.further.values()) {
            let circuit = self.facts(&link.circuit).expect("a circuit under a router is there");
            refuse_unless(circuit.enabled && !circuit.locked, IN_STATE)?;
            let held = self.routers.vlans.get(&(link.circuit.clone(), link.vlan));
            let has = held.is_some_and(|(holder, _)| *holder == router.id);
            refuse_unless(has, ("OperationFailed.VlanIdAlreadyInUse", 400))?;
        }
        self.routers.reserve(&router.id, None);
        self.wait_for(at, "recovering", "FinishRouterRecovery", VBR_RECOVERY_MS);
        Ok(())
    }

    fn delete_router(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.router(who, args, UNKNOWN)?;
        let router = self.routers.all[at].clone();
        let may = router.account == who.account() || router.status == "unconfirmed";
        refuse_unless(may, FORBIDDEN)?;
        refuse_unless(["unconfirmed", "active", "terminated"].contains(&router.status), IN_STATE)?;
        refuse_unless(router.further.is_empty(), ("InvalidStatus.NotAllowed", 400))?;
        self.require_alone(&router.id, "InvalidStatus.NotAllowed")?;
        self.require_silent(&router.id)?;
        let left = ("InvalidOperation.RouterInterfaceNotDeleted", 400);
        refuse_unless(!self.has_interfaces(&router.id), left)?;
        refuse_unless(!self.has_routes(&router.id), ("DependencyViolation.RouteEntry", 400))?;
        // Gone before it is answered.
        self.routers.vlans.retain(|_, (holder, _)| *holder != router.id);
        self.routers.all.remove(at);
        self.router_gone(&router.id);
        self.forget_grants(&router.id);
        Ok(())
    }

    fn associate(&mut self, who: Who, args: &Args) -> Verdicts {
        let (me, region, circuit) =
            (who.account(), text(args, "RegionId"), text(args, "PhysicalConnectionId"));
        let place = self.routers.at(&text(args, "VbrId")).ok_or(UNKNOWN)?;
        let router = self.routers.all[place].clone();
        refuse_unless([&router.account, &router.lender].iter().any(|party| *party == me), UNKNOWN)?;
        let elsewhere = ("InvalidInstanceId.NotFound", 404);
        refuse_unless(router.region == region, elsewhere)?;
        refuse_unless(router.lender == me, FORBIDDEN)?;
        refuse_unless(router.status == "active", IN_STATE)?;
        let link = Link::given(args);
        let owns = router.account == me;
        if !owns {
            link.require_none()?;
        }
        link.check_ipv4(false, &ASSOCIATE)?;
        if owns {
            link.check_ipv6(true, &ASSOCIATE)?;
        }
        let missing = ("InvalidPhysicalConnectionId.NotFound", 400);
        let facts = self.facts(&circuit).filter(|facts| facts.account == me).ok_or(missing)?;
        refuse_unless(facts.region == region, elsewhere)?;
        refuse_unless(facts.enabled, ("InvalidPhysicalConnectionId.NotEnabled", 400))?;
        refuse_unless(!facts.locked, ("InvalidStatus.StatusNotEnabled", 400))?;
        let on_it = router.link.circuit == circuit || router.further.contains_key(&circuit);
        refuse_unless(!on_it, ("PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR", 400))?;
        let few = count(router.further.len()) < VBR_ASSOCIATIONS_MAX;
        refuse_unless(few, ("EXCEED_ASSOCIATE_MAX_NUM", 400))?;
        let room = self.routers.carried(&circuit) < VBRS_PER_CIRCUIT_MAX;
        refuse_unless(room, ("QuotaExceeded.vbrPerpConn", 400))?;
        self.routers.take(&circuit, link.vlan, &router.id, self.now)?;
        self.routers.all[place].further.insert(circuit, link);
        Ok(())
    }

    fn unassociate(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.router(who, args, UNKNOWN)?;
        let (router, circuit) = (self.routers.all[at].clone(), text(args, "PhysicalConnectionId"));
        refuse_unless(router.link.circuit != circuit, ("PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR", 400))?;
        let lent = |facts: Facts| facts.account == router.lender && facts.region == router.region;
        refuse_unless(self.facts(&circuit).is_some_and(lent), UNKNOWN)?;
        let stands = ["active", "terminated"].contains(&router.status);
        refuse_unless(stands, ("InvalidStatus.NotAllowed", 400))?;
        let associated = router.further.contains_key(&circuit);
        refuse_unless(associated, ("PHYSICAL_NOT_ASSOCIATE_TO_VBR", 400))?;
        let serves = self.is_routed_over(&router.id, &circuit);
        refuse_unless(!serves, ("ROUTER_INTERFACE_REFERED_BY_ROUTEENTRY", 400))?;
        self.routers.all[at].further.remove(&circuit);
        self.routers.free(&circuit, &router.id);
        Ok(())
    }

    /// Enters a state that ends by itself.
    fn wait_for(&mut self, at: usize, status: &'static str, trigger: &'static str, after: i64) {
        let router = &mut self.routers.all[at];
        (router.status, router.since) = (status, self.now);
        let due = (self.now + after, router.account.clone(), router.id.clone(), trigger);
        self.due.insert(due, String::new());
    }

    /// A deadline of a router has come; false where it is something else's.
    pub(crate) fn router_deadline(&mut self, id: &str, trigger: &str) -> bool {
        let Some(at) = self.routers.at(id) else { return false };
        let (now, router) = (self.now, &mut self.routers.all[at]);
        router.since = now;
        if trigger == "FinishRouterTermination" {
            (router.status, router.terminated) = ("terminated", Some(now));
            self.routers.reserve(id, Some(now + VLAN_RESERVATION_MS));
        } else {
            (router.status, router.recovered) = ("active", Some(now));
        }
        true
    }

    /// A call on labels of routers; nothing for those of other things.
    pub(crate) fn label_routers(&mut self, who: Who, action: &str, args: &Args) -> Option<Verdicts> {
        if get(args, "ResourceType") != Some("VIRTUALBORDERROUTER") {
            return None;
        }
        let (labels, ids) = (labels(args, &["Tag", "Tags"]), list(args, "ResourceId"));
        let mut places = Vec::new();
        for id in ids {
            let mine = |at: &usize| {
                let router = &self.routers.all[*at];
                router.account == who.account() && Some(router.region.as_str()) == get(args, "RegionId")
            };
            match self.routers.at(id).filter(mine) {
                Some(at) => places.push(at),
                None => return Some(Err(("InvalidResourceId.NotFound", 404))),
            }
        }
        let routers = &mut self.routers.all;
        if action == "TagResources" {
            let keys = |at: usize| {
                let held = routers[at].tags.keys().chain(labels.iter().map(|(key, _)| key));
                count(held.collect::<BTreeSet<_>>().len())
            };
            if places.iter().any(|at| keys(*at) > TAGS_MAX) {
                return Some(Err(("NumberExceed.Tags", 400)));
            }
        }
        let gone = list(args, "TagKey");
        for at in places {
            let tags = &mut routers[at].tags;
            match action {
                "TagResources" => tags.extend(
                    labels.iter().map(|(key, value)| (key.clone(), value.clone().unwrap_or_default())),
                ),
                "UnTagResources" if gone.is_empty() && is_true(args, "All") => tags.clear(),
                "UnTagResources" => tags.retain(|key, _| !gone.contains(&key.as_str())),
                _ => {}
            }
        }
        Some(Ok(()))
    }
}

impl Routers {
    fn reserve(&mut self, holder: &str, until: Option<i64>) {
        self.vlans.values_mut().filter(|(held_by, _)| held_by == holder).for_each(|held| held.1 = until);
    }

    /// Gives the VLAN of one link up for that of another on the same circuit.
    fn relink(&mut self, holder: &str, from: &Link, to: &Link, now: i64) -> Verdicts {
        if from.vlan == to.vlan {
            return Ok(());
        }
        self.free(&from.circuit, holder);
        self.take(&to.circuit, to.vlan, holder, now)
    }

    /// Changes links over further circuits, as a list of JSON objects says.
    fn change_links(
        &mut self,
        router: &mut Router,
        wishes: &str,
        owns: bool,
        lends: bool,
        now: i64,
    ) -> Verdicts {
        let bad = ("InvalidParameter", 400);
        let wishes: Vec<BTreeMap<String, Value>> = serde_json::from_str(wishes).map_err(|_| bad)?;
        for wish in wishes {
            let word = |name: &str| match wish.get(name)? {
                Value::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            };
            let circuit = word("PhysicalConnectionId").ok_or(("MissingParameter", 400))?;
            let before = router.further.get(&circuit).cloned().ok_or(bad)?;
            let mut link = before.clone();
            link.edit(word);
            before.require_say(&link, owns, lends)?;
            link.check_ipv4(false, &MODIFY)?;
            link.check_ipv6(word("EnableIpv6").as_deref() == Some("true") && owns, &MODIFY)?;
            self.relink(&router.id, &before, &link, now)?;
            router.further.insert(circuit, link);
        }
        Ok(())
    }
}
