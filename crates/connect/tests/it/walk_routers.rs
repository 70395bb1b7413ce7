//! The life cycle of border routers, exhaustively: every status, every trigger, everyone, once with a router of the
//! circuit's owner and once with another account's. Who may pull a trigger speaks before the table does.

use crate::house::{
    EVERYONE, House, Lane, Line, Plan, Refusal, SECOND, TENANT, Who, assert_same, entry, lanes,
};
use crate::invariants;
use crate::rules::lifted;
use crate::rules::routers::{circuit, lent, named, on, router};
use crate::walk::crowd;
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::machine::{Actor, Move, To};
use connect::vbr::states::{CONFIRM, VBR, VbrStatus};
use std::collections::BTreeSet;

const MODIFY: &str = "ModifyVirtualBorderRouterAttribute";
const ASSOCIATE: &str = "AssociatePhysicalConnectionToVirtualBorderRouter";
const UNASSOCIATE: &str = "UnassociatePhysicalConnectionFromVirtualBorderRouter";
const PAIR: [(&str, &str); 3] =
    [("LocalGatewayIp", "10.0.0.1"), ("PeerGatewayIp", "10.0.0.2"), ("PeeringSubnetMask", "255.255.255.252")];

fn triggers() -> BTreeSet<&'static str> {
    VBR.moves.iter().map(|row| row.trigger).collect()
}

fn is_timer(trigger: &str) -> bool {
    VBR.moves.iter().any(|row| row.trigger == trigger && row.actor == Actor::Timer)
}

/// The action that pulls a trigger.
fn action(trigger: &'static str) -> &'static str {
    if trigger == CONFIRM { MODIFY } else { trigger }
}

/// Whose the routers of a stage are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The circuit's owner's, who is the tenant.
    Own,
    /// The second tenant's.
    Lent,
}

impl Kind {
    fn owner(self) -> Who {
        if self == Kind::Own { Who::Tenant } else { Who::Second }
    }
}

/// Two circuits of the tenant, and routers on the first of them.
struct Stage {
    house: House,
    kind: Kind,
    status: VbrStatus,
    circuit: String,
    further: String,
    vlan: i64,
}

impl Stage {
    fn new(lane: Lane, kind: Kind, status: VbrStatus) -> Stage {
        // A clock that the test moves by hand and nobody ticks.
        let mut house = Plan { manual: false, ..lifted(lane) }.build();
        let (circuit, further) = (circuit(&mut house), circuit(&mut house));
        Stage { house, kind, status, circuit, further, vlan: 0 }
    }

    fn line(&self, id: &str) -> Option<Line> {
        self.house.dump()["vbr"].iter().find(|row| row["id"].text() == id).cloned()
    }

    /// A router in the status of this stage, as `trigger` needs it.
    fn bring(&mut self, trigger: &str) -> String {
        self.vlan += 1;
        let (house, vlan) = (&mut self.house, self.vlan.to_string());
        let id = match self.kind {
            Kind::Own => router(house, &self.circuit, &[("VlanId", &vlan)]),
            Kind::Lent => lent(house, &self.circuit, &vlan),
        };
        if self.status != VbrStatus::Unconfirmed {
            if self.kind == Kind::Lent {
                on(house, Who::Second, MODIFY, &id, &PAIR).unwrap();
            }
            if trigger == UNASSOCIATE && self.status != VbrStatus::Deleting {
                let link = [("PhysicalConnectionId", &*self.further), ("VlanId", &*vlan)];
                on(house, Who::Tenant, ASSOCIATE, &id, &link).unwrap();
            }
        }
        let act = |house: &mut House, action| on(house, Who::Tenant, action, &id, &[]).map(drop).unwrap();
        if matches!(self.status, VbrStatus::Terminating | VbrStatus::Terminated | VbrStatus::Recovering) {
            act(house, "TerminateVirtualBorderRouter");
        }
        if matches!(self.status, VbrStatus::Terminated | VbrStatus::Recovering) {
            house.now += 1000;
            house.tick();
        }
        if self.status == VbrStatus::Recovering {
            act(house, "RecoverVirtualBorderRouter");
        }
        if self.status == VbrStatus::Deleting {
            crowd(house, self.kind.owner());
            on(house, self.kind.owner(), "DeleteVirtualBorderRouter", &id, &[]).unwrap();
        }
        assert_eq!(self.line(&id).unwrap()["status"].text(), self.status.as_str());
        id
    }

    fn pull(&mut self, who: Who, trigger: &'static str, id: &str) -> Result<(), Refusal> {
        let vlan = self.vlan.to_string();
        let more: Vec<(&str, &str)> = match trigger {
            // What either owner may change.
            MODIFY => vec![("Bandwidth", "200")],
            CONFIRM => PAIR.to_vec(),
            "UpdateVirtualBorderBandwidth" => vec![("Bandwidth", "300")],
            ASSOCIATE => vec![("PhysicalConnectionId", &self.further), ("VlanId", &vlan)],
            UNASSOCIATE => vec![("PhysicalConnectionId", &self.further)],
            _ => Vec::new(),
        };
        let pairs = [&[("RegionId", "east"), named(trigger, id)], &more[..]].concat();
        self.house.call(who, action(trigger), &pairs).map(drop)
    }

    /// Why `who` may not pull the trigger, whatever the table says of the status.
    fn barred(&self, who: Who, trigger: &'static str) -> Option<(&'static str, u16)> {
        let (owns, owns_circuit) = (who == self.kind.owner(), who == Who::Tenant);
        if !owns && !owns_circuit {
            return Some(match action(trigger) {
                MODIFY => ("InvalidVbrId.NotFound", 400),
                "UpdateVirtualBorderBandwidth" => ("InvalidInstanceId.NotFound", 400),
                _ => ("InvalidVbrId.NotFound", 404),
            });
        }
        let waits = self.status == VbrStatus::Unconfirmed;
        let forbidden = match trigger {
            "TerminateVirtualBorderRouter" | "RecoverVirtualBorderRouter" | ASSOCIATE => !owns_circuit,
            "DeleteVirtualBorderRouter" => !owns && !waits,
            _ => false,
        };
        if trigger == CONFIRM && waits && !owns {
            return Some(("Forbidden.LocalGatewayIpNotAllowedByCaller", 403));
        }
        forbidden.then_some(("Forbidden.OperationNotAllowedByUser", 403))
    }

    /// The row of the table that a trigger pulls: without anything to confirm, a confirmation is a change.
    fn row(&self, trigger: &str) -> Option<&'static Move<VbrStatus>> {
        let plain = trigger == CONFIRM && self.status != VbrStatus::Unconfirmed;
        VBR.find(self.status, if plain { MODIFY } else { trigger })
    }

    fn everyone_pulls(&mut self, trigger: &'static str) {
        let mut spare = None;
        for who in EVERYONE {
            let id = spare.take().unwrap_or_else(|| self.bring(trigger));
            let before = self.house.dump();
            let what = format!("{trigger} in {:?} by {who:?} on {:?}", self.status, self.kind);
            match (self.barred(who, trigger), self.row(trigger), self.pull(who, trigger, &id)) {
                (Some(code), _, Err(refusal)) => {
                    assert_eq!(refusal.is(), code, "{what}");
                    assert_eq!(refusal.header(STATE_HEADER), None, "{what}: the state is not the reason");
                    if code.0.ends_with("NotFound") {
                        assert_eq!(self.pull(who, trigger, "vbr-unknown").unwrap_err(), refusal, "{what}");
                    }
                    assert_same(&before, &self.house.dump(), &what);
                    spare = Some(id);
                }
                (None, None, Err(refusal)) => {
                    let code = VBR.refusal(action(trigger)).expect("what can be refused has a code");
                    assert_eq!(refusal.is(), (code.name, code.status), "{what}");
                    assert_eq!(refusal.header(STATE_HEADER), Some(self.status.as_str()), "{what}");
                    let next = VBR.next_header(self.status);
                    assert_eq!(refusal.header(NEXT_HEADER), Some(next.as_str()), "{what}");
                    assert_same(&before, &self.house.dump(), &what);
                    spare = Some(id);
                }
                (None, Some(row), Ok(())) => {
                    self.moved(row, trigger, &id);
                    invariants::check(&self.house);
                    self.leave(&id);
                }
                (_, row, reply) => panic!("{what}: the table has {row:?}, the answer was {reply:?}"),
            }
        }
        if let Some(id) = spare {
            self.leave(&id);
        }
    }

    /// Few routers may be unconfirmed at a time.
    fn leave(&mut self, id: &str) {
        if self.line(id).is_some_and(|row| row["status"].text() == "unconfirmed") {
            on(&mut self.house, Who::Tenant, "DeleteVirtualBorderRouter", id, &[]).unwrap();
        }
    }

    fn time_pulls(&mut self, trigger: &'static str) {
        let id = self.bring(trigger);
        let due: BTreeSet<_> = self.dues(&id).into_iter().map(|(trigger, _)| trigger).collect();
        let Some(row) = VBR.find(self.status, trigger) else {
            assert!(!due.contains(trigger), "{:?} has no deadline {trigger}", self.status);
            if due.is_empty() {
                let before = self.line(&id);
                self.house.now += 1_000_000;
                self.house.tick();
                assert_eq!(self.line(&id), before, "time does nothing in {:?}", self.status);
            }
            return self.leave(&id);
        };
        let since = self.line(&id).unwrap()["since"].int();
        if row.after_ms > 0 {
            self.house.now = since + row.after_ms - 1;
            self.house.tick();
            assert_eq!(
                self.line(&id).unwrap()["status"].text(),
                self.status.as_str(),
                "not a millisecond early"
            );
            self.house.now += 1;
        }
        self.house.tick();
        self.moved(row, trigger, &id);
        invariants::check(&self.house);
    }

    fn dues(&self, id: &str) -> BTreeSet<(String, i64)> {
        let dump = self.house.dump();
        let mine = dump["due"].iter().filter(|due| due["resource"].text() == id);
        mine.map(|due| (due["trigger"].text().to_owned(), due["at"].int())).collect()
    }

    /// Everything a move brings with it, read from the rows.
    fn moved(&self, row: &Move<VbrStatus>, trigger: &'static str, id: &str) {
        let dump = self.house.dump();
        let from = self.status;
        let to = match row.to {
            To::State(to) => Some(to),
            To::Stays => Some(from),
            To::Gone => None,
        };
        let name = if is_timer(trigger) { trigger } else { action(trigger) };
        let written = |row: &&Line| row["resource"].text() == id && row["action"].text() == name;
        let step = dump["ledger"].iter().rfind(written).expect("a move is in the ledger");
        let led = to.map_or("", |to| to.as_str());
        assert_eq!((step["status_from"].text(), step["status_to"].text()), (from.as_str(), led), "{trigger}");
        assert_eq!(step["actor"].text(), row.actor.word());
        let owner = if self.kind == Kind::Own { TENANT } else { SECOND };
        assert_eq!(step["account"].text(), owner, "the ledger of the owner");

        let held: Vec<_> = dump["vlan"].iter().filter(|vlan| vlan["holder"].text() == id).collect();
        // A removal is carried out within the request that asks for it.
        let Some(rests) = to.filter(|to| *to != VbrStatus::Deleting || from == VbrStatus::Deleting) else {
            assert!(
                self.line(id).is_none() && self.dues(id).is_empty() && held.is_empty(),
                "nothing is left of {id}"
            );
            return;
        };
        let line = self.line(id).expect("it is still there");
        assert_eq!(line["status"].text(), rests.as_str(), "{trigger} from {from:?}");
        if rests != from {
            assert_eq!(line["since"].int(), self.house.now, "{trigger} begins a state");
        }
        let since = line["since"].int();
        let expected: BTreeSet<_> = VBR
            .moves_from(rests, Some(Actor::Timer))
            .map(|row| (row.trigger.to_owned(), since + row.after_ms))
            .collect();
        assert_eq!(self.dues(id), expected, "deadlines of {rests:?}");
        let links = 1 + dump["vbr_association"].iter().filter(|link| link["vbr_id"].text() == id).count();
        assert_eq!(held.len(), links, "a VLAN for each link in {rests:?}");
    }
}

#[test]
pub(crate) fn every_trigger_on_every_router_by_everyone_does_what_the_table_says() {
    for lane in lanes() {
        for kind in [Kind::Own, Kind::Lent] {
            // One's own is active from the start.
            let states =
                VBR.states.iter().filter(|status| kind == Kind::Lent || **status != VbrStatus::Unconfirmed);
            for &status in states {
                let mut stage = Stage::new(lane, kind, status);
                for trigger in triggers() {
                    if is_timer(trigger) {
                        stage.time_pulls(trigger);
                    } else {
                        stage.everyone_pulls(trigger);
                    }
                }
            }
        }
    }
}

#[test]
fn the_table_of_routers_is_whole() {
    for trigger in triggers() {
        let everywhere = VBR.states.iter().all(|status| VBR.find(*status, trigger).is_some());
        let rows = VBR.moves.iter().filter(|row| row.trigger == trigger);
        if is_timer(trigger) || trigger == CONFIRM {
            assert!(VBR.refusal(trigger).is_none(), "nobody is refused {trigger}");
            continue;
        }
        assert_eq!(VBR.refusal(trigger).is_none(), everywhere, "{trigger} has its refusal, or needs none");
        assert!(rows.into_iter().all(|row| row.actor == entry(trigger).about.actor), "{trigger}");
    }
    for (trigger, code) in VBR.refusals {
        assert!(triggers().contains(trigger), "{trigger} is refused and never allowed");
        assert!(entry(trigger).errors().iter().any(|declared| std::ptr::eq(*declared, *code)), "{trigger}");
    }
    for &status in VBR.states {
        assert_eq!(VBR.state(status.as_str()), Some(status));
        let leads_on = |row: &Move<VbrStatus>| match row.to {
            To::State(to) => to != status,
            To::Gone => true,
            To::Stays => false,
        };
        assert!(VBR.moves_from(status, None).any(leads_on), "{status:?} has a way on");
        assert!(!VBR.waits_for_operator(status), "no operator moves a router");
    }
}
