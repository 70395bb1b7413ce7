//! What router interfaces should do, said a second time and simply: a list of ends, each of which says what it knows of
//! the other, and what one end does to the other as a deadline of the other's owner. Their states stand here once more;
//! the product is asked for nothing but its limits.

mod change;
mod shown;

use super::{Args, Code, Model, Moves, To, Verdicts, count, find, get, is_true, labels, list};
use super::{number, refuse_unless, sent, text};
use crate::house::Who;
use connect::limits::{
    INTERFACE_ACTIVATION_MS, INTERFACE_CONNECTION_MS, INTERFACE_DEACTIVATION_MS, INTERFACE_DELETION_MS,
    INTERFACES_PER_ROUTER_MAX, TAGS_MAX,
};
use connect::world::OPERATOR_ACCOUNT;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;

/// The actions that this file knows.
pub(crate) const ACTIONS: &[&str] = &[
    "CreateRouterInterface",
    "DescribeRouterInterfaces",
    "DescribeRouterInterfaceAttribute",
    "ConnectRouterInterface",
    "ActivateRouterInterface",
    "DeactivateRouterInterface",
    "ModifyRouterInterfaceAttribute",
    "ModifyRouterInterfaceSpec",
    "DeleteRouterInterface",
    "DeleteExpressConnect",
];

/// The sizes, with their Mbit/s.
pub(crate) const SPECS: &[(&str, i64)] = &[
    ("Mini.2", 2),
    ("Mini.5", 5),
    ("Small.1", 10),
    ("Small.2", 20),
    ("Small.5", 50),
    ("Middle.1", 100),
    ("Middle.2", 200),
    ("Middle.5", 500),
    ("Large.1", 1000),
    ("Large.2", 2000),
    ("Large.5", 5000),
    ("Xlarge.1", 10_000),
    ("Negative", 0),
];

/// The states that last.
pub(crate) const STABLE: &[&str] = &["Idle", "Active", "Inactive"];

const PEER_CONNECTS: &str = "AcceptInterfaceConnection";
const PEER_IS_GONE: &str = "LoseOppositeInterface";
const GO_WITH_PEER: &str = "DeleteWithOppositeInterface";
const FAST_LINK: &str = "ConnectFastLink";

/// The life cycle of an interface.
const MOVES: Moves = &[
    ("ConnectRouterInterface", &["Idle"], To::State("Connecting")),
    (PEER_CONNECTS, &["Idle"], To::State("AcceptingConnecting")),
    ("FinishInterfaceConnection", &["Connecting", "AcceptingConnecting"], To::State("Active")),
    (FAST_LINK, &["Idle"], To::State("Active")),
    ("DeactivateRouterInterface", &["Active"], To::State("Deactivating")),
    ("FinishInterfaceDeactivation", &["Deactivating"], To::State("Inactive")),
    ("ActivateRouterInterface", &["Inactive"], To::State("Activating")),
    ("FinishInterfaceActivation", &["Activating"], To::State("Active")),
    ("ModifyRouterInterfaceSpec", &["Active"], To::State("Activating")),
    ("ModifyRouterInterfaceSpec", &["Idle", "Inactive"], To::Stays),
    ("ModifyRouterInterfaceAttribute", STABLE, To::Stays),
    ("DeleteRouterInterface", &["Idle", "Inactive"], To::State("Deleting")),
    ("DeleteExpressConnect", STABLE, To::State("Deleting")),
    (GO_WITH_PEER, STABLE, To::State("Deleting")),
    (PEER_IS_GONE, &["Active", "Activating"], To::State("Inactive")),
    (PEER_IS_GONE, &["Idle", "Deactivating", "Inactive"], To::Stays),
    ("FinishInterfaceDeletion", &["Deleting"], To::Gone),
];

/// The states that end by themselves: how, and after how long.
const ENDS: &[(&str, &str, i64)] = &[
    ("Connecting", "FinishInterfaceConnection", INTERFACE_CONNECTION_MS),
    ("AcceptingConnecting", "FinishInterfaceConnection", INTERFACE_CONNECTION_MS),
    ("Deactivating", "FinishInterfaceDeactivation", INTERFACE_DEACTIVATION_MS),
    ("Activating", "FinishInterfaceActivation", INTERFACE_ACTIVATION_MS),
    ("Deleting", "FinishInterfaceDeletion", INTERFACE_DELETION_MS),
];

const BAD: Code = ("InvalidParameter", 400);
const MISSING: Code = ("MissingParameter", 400);
const UNKNOWN: Code = ("InvalidRouterInterfaceId.NotFound", 404);
const NO_ROUTER: Code = ("InvalidRouterId.NotFound", 404);
const FULL: Code = ("QuotaExceeded.RouterInterface", 400);
const CONNECTED: Code = ("Forbidden.OnlyOneConnection", 400);
const BAD_SPEC: Code = ("InvalidSpec.ValudNotSupported", 400);
const BAD_PROBE: Code = ("InvalidHealthCheckIP.Malformd", 400);
const BAD_KIND: Code = ("InvalidRouterType.ValueNotSupported", 400);
const BAD_OTHER_KIND: Code = ("InvalidOppositeRouterType.ValueNotSupported", 400);
const NOBODY: Code = ("InvalidAliuid", 400);
const OWING: Code = ("Forbidden.BillsOutstanding", 400);

/// What the second end of a fast link is called until its name is learned.
const UNNAMED: &str = "ri-unnamed";

/// What an interface says of its other end; empty where it says nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opposite {
    pub(crate) region: String,
    pub(crate) kind: String,
    pub(crate) router: String,
    pub(crate) id: String,
    owner: String,
    point: String,
}

#[derive(Debug, Clone)]
pub(crate) struct Interface {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) status: &'static str,
    since: i64,
    pub(crate) accepts: bool,
    spec: String,
    pub(crate) kind: String,
    pub(crate) router: String,
    point: String,
    pub(crate) opposite: Opposite,
    /// Whether the other end was there and is gone.
    gone: bool,
    fast: bool,
    name: String,
    description: String,
    source: String,
    target: String,
    rate: Option<i64>,
    threshold: Option<i64>,
    pub(super) group: String,
    pub(super) created: i64,
    pub(super) modified: i64,
    connected: Option<i64>,
    pub(super) tags: BTreeMap<String, String>,
}

impl Interface {
    /// Whether its state allows this action.
    pub(crate) fn allows(&self, action: &str) -> bool {
        find(MOVES, self.status, action).is_some()
    }

    /// Whether one of its ends is a border router, as far as it knows.
    pub(super) fn over_circuit(&self) -> bool {
        [&self.kind, &self.opposite.kind].iter().any(|kind| *kind == "VBR")
    }
}

/// What a call is answered whose addresses for probes are bad: none or alone, the same, and not to be had.
struct Faults {
    malformed: Code,
    same: Code,
    outside: Code,
}

fn suits(spec: &str, accepts: bool) -> bool {
    (spec == "Negative") == accepts
}

impl Model {
    pub(super) fn interface_at(&self, id: &str) -> Option<usize> {
        self.interfaces.iter().position(|interface| interface.id == id)
    }

    /// The caller's interface that a call names.
    fn interface(&self, who: Who, args: &Args, unknown: Code) -> Result<usize, Code> {
        let id = get(args, "RouterInterfaceId").or(get(args, "InstanceId")).unwrap_or_default();
        let mine = |at: &usize| {
            let interface = &self.interfaces[*at];
            interface.account == who.account() && Some(interface.region.as_str()) == get(args, "RegionId")
        };
        self.interface_at(id).filter(mine).ok_or(unknown)
    }

    /// The other end of an interface: the one that it names, if that names it back.
    pub(crate) fn opposite(&self, at: usize) -> Option<usize> {
        let one = &self.interfaces[at];
        self.interface_at(&one.opposite.id).filter(|peer| self.interfaces[*peer].opposite.id == one.id)
    }

    fn on_router(&self, router: &str) -> impl Iterator<Item = &Interface> {
        self.interfaces.iter().filter(move |interface| interface.router == router)
    }

    pub(super) fn has_interfaces(&self, router: &str) -> bool {
        self.on_router(router).next().is_some()
    }

    /// What a call on router interfaces is answered; nothing for an action that is none.
    pub(super) fn interface_call(
        &mut self,
        who: Who,
        action: &str,
        args: &Args,
        reply: &Value,
    ) -> Option<Verdicts> {
        Some(match action {
            "CreateRouterInterface" => self.create_interface(who, args, reply),
            "DescribeRouterInterfaces" => check_owners(args),
            "DescribeRouterInterfaceAttribute" => self.interface(who, args, UNKNOWN).map(drop),
            "ConnectRouterInterface" => self.connect_interface(who, args),
            "ActivateRouterInterface" => self.activate_interface(who, args),
            "DeactivateRouterInterface" => self
                .interface(who, args, UNKNOWN)
                .and_then(|at| self.move_interface(at, action, ("IncorrectRIStatus", 400))),
            "ModifyRouterInterfaceAttribute" => self.modify_interface(who, args),
            "ModifyRouterInterfaceSpec" => self.resize_interface(who, args, reply),
            "DeleteRouterInterface" => self.delete_interface(who, args),
            "DeleteExpressConnect" => self.delete_pair(who, args),
            _ => return None,
        })
    }

    fn create_interface(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        self.check_new_interface(args)?;
        self.require_paid(who.account())?;
        let new = self.new_interface(who, args, reply);
        self.check_router_of(&new)?;
        if new.fast {
            self.check_fast_link(args, &new)?;
        }
        let faults = Faults { malformed: BAD_PROBE, same: BAD_PROBE, outside: BAD_PROBE };
        self.check_probes(&new, &faults)?;
        self.check_interface_room(&new.router)?;
        let connects = !new.opposite.router.is_empty();
        refuse_unless(!connects || !self.are_connected(&new.router, &new.opposite.router), CONNECTED)?;
        let given = labels(args, &["Tags", "Tag"]);
        refuse_unless(new.tags.len() == given.len(), BAD)?;
        if new.fast {
            self.set_due(&new.account, &new.id, FAST_LINK, self.now, "");
        }
        self.interfaces.push(new);
        Ok(())
    }

    /// What can be said of a new interface without looking at another.
    fn check_new_interface(&self, args: &Args) -> Verdicts {
        let known = ["east", "west"].contains(&&*text(args, "OppositeRegionId"));
        refuse_unless(known, ("InvalidOppositeRegionId.NotFound", 400))?;
        let (border, accepts) = (text(args, "RouterType") == "VBR", text(args, "Role") == "AcceptingSide");
        refuse_unless(!(border && accepts), ("InvalidRole.ValueNotSupported", 400))?;
        refuse_unless(suits(&text(args, "Spec"), accepts), BAD_SPEC)?;
        refuse_unless(!border || get(args, "AccessPointId").is_some(), MISSING)?;
        if get(args, "InstanceChargeType") == Some("PrePaid") {
            refuse_unless(get(args, "Period").is_some(), MISSING)?;
            return Err(("InvalidPrice.NotFound", 400));
        }
        let is_tenant = |owner: &str| owner != OPERATOR_ACCOUNT && self.wallets.contains_key(owner);
        refuse_unless(get(args, "OppositeInterfaceOwnerId").is_none_or(is_tenant), NOBODY)
    }

    fn require_paid(&self, account: &str) -> Verdicts {
        let owes = |line: &super::Line| line.account == account && line.business == "FinancialLocked";
        refuse_unless(!self.lines.iter().any(owes), OWING)
    }

    fn new_interface(&self, who: Who, args: &Args, reply: &Value) -> Interface {
        let given = |(key, value): (String, Option<String>)| (key, value.unwrap_or_default());
        Interface {
            id: reply["RouterInterfaceId"].as_str().unwrap_or_default().to_owned(),
            account: who.account().to_owned(),
            region: text(args, "RegionId"),
            status: "Idle",
            since: self.now,
            accepts: text(args, "Role") == "AcceptingSide",
            spec: text(args, "Spec"),
            kind: text(args, "RouterType"),
            router: text(args, "RouterId"),
            point: text(args, "AccessPointId"),
            opposite: Opposite {
                region: text(args, "OppositeRegionId"),
                kind: text(args, "OppositeRouterType"),
                router: text(args, "OppositeRouterId"),
                id: text(args, "OppositeInterfaceId"),
                owner: text(args, "OppositeInterfaceOwnerId"),
                point: text(args, "OppositeAccessPointId"),
            },
            gone: false,
            fast: is_true(args, "FastLinkMode"),
            name: text(args, "Name"),
            description: text(args, "Description"),
            source: text(args, "HealthCheckSourceIp"),
            target: text(args, "HealthCheckTargetIp"),
            rate: None,
            threshold: None,
            group: get(args, "ResourceGroupId").unwrap_or("rg-default").to_owned(),
            created: self.now,
            modified: self.now,
            connected: None,
            tags: labels(args, &["Tags", "Tag"]).into_iter().map(given).collect(),
        }
    }

    /// A new interface is on a router of its owner's, in its region, which may have one.
    fn check_router_of(&self, new: &Interface) -> Verdicts {
        if new.kind == "VRouter" {
            let fits = |network: &super::networks::Network| {
                (&network.router, &network.account, &network.region)
                    == (&new.router, &new.account, &new.region)
            };
            return refuse_unless(self.networks.all.iter().any(fits), NO_ROUTER);
        }
        let fits = |router: &&super::routers::Router| {
            (&router.id, &router.account, &router.region) == (&new.router, &new.account, &new.region)
        };
        let router = self.routers.all.iter().find(fits).ok_or(NO_ROUTER)?;
        refuse_unless(router.status == "active", ("InvalidVBRStatus", 400))?;
        refuse_unless(router.point == new.point, BAD)
    }

    /// A fast link goes from a border router to a router of a VPC, both of one account.
    fn check_fast_link(&self, args: &Args, new: &Interface) -> Verdicts {
        refuse_unless(new.kind == "VBR", BAD_KIND)?;
        refuse_unless(get(args, "OppositeRouterType").is_some(), MISSING)?;
        refuse_unless(new.opposite.kind == "VRouter", BAD_OTHER_KIND)?;
        refuse_unless(!new.opposite.owner.is_empty() && !new.opposite.router.is_empty(), MISSING)?;
        refuse_unless(new.opposite.id.is_empty(), BAD)?;
        refuse_unless(new.opposite.owner == new.account, NOBODY)?;
        let fits = |network: &super::networks::Network| {
            (&network.router, &network.account, &network.region)
                == (&new.opposite.router, &new.account, &new.opposite.region)
        };
        refuse_unless(self.networks.all.iter().any(fits), NO_ROUTER)?;
        self.check_interface_room(&new.opposite.router)
    }

    fn check_interface_room(&self, router: &str) -> Verdicts {
        refuse_unless(count(self.on_router(router).count()) < INTERFACES_PER_ROUTER_MAX, FULL)
    }

    /// Whether an interface of this router has a connection to that one, or is about to have one.
    fn are_connected(&self, router: &str, other: &str) -> bool {
        self.on_router(router).any(|interface| {
            interface.opposite.router == other && !interface.gone && interface.status != "Idle"
        })
    }

    /// Where probes come from and go to: both or neither, and the first in the VPC and no other interface's.
    fn check_probes(&self, of: &Interface, faults: &Faults) -> Verdicts {
        if of.source.is_empty() && of.target.is_empty() {
            return Ok(());
        }
        let read = |text: &str| text.parse::<Ipv4Addr>().map_err(|_| faults.malformed);
        let (source, target) = (read(&of.source)?, read(&of.target)?);
        refuse_unless(source != target, faults.same)?;
        let network = self.networks.all.iter().find(|network| network.router == of.router);
        refuse_unless(network.is_none_or(|network| network.holds(source)), faults.outside)?;
        let mut others = self.on_router(&of.router).filter(|other| other.id != of.id);
        refuse_unless(!others.any(|other| other.source == of.source), faults.outside)
    }

    /// Makes a move of the table; in a state that has none it is refused so.
    fn move_interface(&mut self, at: usize, trigger: &str, otherwise: Code) -> Verdicts {
        let (now, interface) = (self.now, &mut self.interfaces[at]);
        let to = find(MOVES, interface.status, trigger).ok_or(otherwise)?;
        interface.gone |= trigger == PEER_IS_GONE;
        interface.modified = now;
        match to {
            To::Stays => {}
            To::Gone => self.remove_interface(at),
            To::State(status) => {
                (interface.status, interface.since) = (status, now);
                if status == "Active" {
                    interface.connected.get_or_insert(now);
                }
                let (account, id) = (interface.account.clone(), interface.id.clone());
                self.clear_due(&id);
                if let Some((_, trigger, after)) = ENDS.iter().find(|(state, _, _)| *state == status) {
                    self.set_due(&account, &id, trigger, now + after, "");
                }
            }
        }
        Ok(())
    }

    /// Something happens to an interface at once, as a change of its owner's account.
    fn happens(&mut self, at: usize, event: &'static str) {
        let (account, id) = (self.interfaces[at].account.clone(), self.interfaces[at].id.clone());
        self.set_due(&account, &id, event, self.now, "");
    }

    fn remove_interface(&mut self, at: usize) {
        let peer = self.opposite(at).filter(|peer| self.interfaces[*peer].status != "Deleting");
        if let Some(peer) = peer {
            self.happens(peer, PEER_IS_GONE);
        }
        let gone = self.interfaces.remove(at);
        self.clear_due(&gone.id);
    }

    /// A deadline of an interface has come; nothing where it is something else's.
    pub(super) fn interface_deadline(&mut self, id: &str, trigger: &str) -> Option<Verdicts> {
        let at = self.interface_at(id)?;
        let interface = &self.interfaces[at];
        if trigger == FAST_LINK && interface.opposite.id.is_empty() {
            self.add_accepting_end(at);
            return Some(Ok(()));
        }
        Some(self.move_interface(at, trigger, ("IncorrectStatus", 400)))
    }

    /// The second end of a fast link is there, in service at once.
    fn add_accepting_end(&mut self, at: usize) {
        let (now, one) = (self.now, &mut self.interfaces[at]);
        let accepting = Interface {
            id: UNNAMED.to_owned(),
            region: one.opposite.region.clone(),
            status: "Active",
            since: now,
            accepts: true,
            spec: "Negative".to_owned(),
            kind: "VRouter".to_owned(),
            router: one.opposite.router.clone(),
            point: one.opposite.point.clone(),
            opposite: Opposite {
                region: one.region.clone(),
                kind: one.kind.clone(),
                router: one.router.clone(),
                id: one.id.clone(),
                owner: one.account.clone(),
                point: one.point.clone(),
            },
            name: String::new(),
            description: String::new(),
            source: String::new(),
            target: String::new(),
            connected: Some(now),
            tags: BTreeMap::new(),
            ..one.clone()
        };
        (one.opposite.id, one.modified) = (UNNAMED.to_owned(), now);
        self.interfaces.push(accepting);
        self.happens(at, FAST_LINK);
    }

    /// The interface whose other end has no name yet.
    pub(crate) fn unnamed_interface(&self) -> Option<&str> {
        let unnamed = |interface: &&Interface| interface.opposite.id == UNNAMED;
        self.interfaces.iter().find(unnamed).map(|interface| interface.id.as_str())
    }

    /// Names it.
    pub(crate) fn name_interface(&mut self, name: &str) {
        for interface in &mut self.interfaces {
            for id in [&mut interface.id, &mut interface.opposite.id] {
                if id == UNNAMED {
                    name.clone_into(id);
                }
            }
        }
    }

    /// A call on labels of interfaces; nothing for those of other things.
    pub(super) fn label_interfaces(&mut self, who: Who, action: &str, args: &Args) -> Option<Verdicts> {
        if get(args, "ResourceType") != Some("ROUTERINTERFACE") {
            return None;
        }
        let (given, gone) = (labels(args, &["Tag", "Tags"]), list(args, "TagKey"));
        let mut changed = self.interfaces.clone();
        for id in list(args, "ResourceId") {
            let found = changed.iter_mut().find(|interface| {
                interface.id == id
                    && interface.account == who.account()
                    && Some(interface.region.as_str()) == get(args, "RegionId")
            });
            let Some(interface) = found else { return Some(Err(("InvalidResourceId.NotFound", 404))) };
            let tags = &mut interface.tags;
            match action {
                "TagResources" => tags.extend(
                    given.iter().map(|(key, value)| (key.clone(), value.clone().unwrap_or_default())),
                ),
                "UnTagResources" if gone.is_empty() && is_true(args, "All") => tags.clear(),
                "UnTagResources" => tags.retain(|key, _| !gone.contains(&key.as_str())),
                _ => {}
            }
        }
        if changed.iter().any(|interface| count(interface.tags.len()) > TAGS_MAX) {
            return Some(Err(("NumberExceed.Tags", 400)));
        }
        self.interfaces = changed;
        Some(Ok(()))
    }
}

/// A filter for owners holds accounts.
fn check_owners(args: &Args) -> Verdicts {
    let good = (1..=5).all(|at| {
        let key = get(args, &format!("Filter.{at}.Key")).unwrap_or_default();
        let owners = ["RouterInterfaceOwnerId", "OppositeInterfaceOwnerId"].contains(&key);
        let digits = |value: &&str| value.chars().all(|letter| letter.is_ascii_digit());
        !owners || list(args, &format!("Filter.{at}.Value")).iter().all(digits)
    });
    refuse_unless(good, ("IllegalParam.AliUid", 400))
}
