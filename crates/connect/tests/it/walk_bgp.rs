//! The life cycles of BGP groups, peers and networks, exhaustively: every status that is ever seen, every trigger,
//! everyone.

use crate::house::{House, Plan, Who, assert_same};
use crate::invariants;
use crate::rules::bgp::{group, in_service, listed, new_group};
use crate::rules::on_each_lane;
use crate::rules::routers::EAST;
use connect::bgp::states::{BGP_GROUP, BGP_NETWORK, BGP_PEER, BgpStatus};
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::machine::{Actor, Machine, To};
use std::collections::BTreeSet;

/// Parameters that own their texts.
type Named = Vec<(&'static str, String)>;

/// A kind of thing: its life cycle, its list, and how one is made and changed.
struct Kind {
    machine: &'static Machine<BgpStatus>,
    list: &'static str,
    /// Makes one and gives what names it.
    make: fn(&mut House) -> Named,
    change: Option<&'static str>,
}

const KINDS: [Kind; 3] = [
    Kind {
        machine: &BGP_GROUP,
        list: "DescribeBgpGroups",
        make: |house| {
            let router = in_service(house);
            let made = house.ok(Who::Tenant, "CreateBgpGroup", &new_group(&router, &[]));
            vec![("BgpGroupId", made["BgpGroupId"].as_str().unwrap().to_owned())]
        },
        change: Some("ModifyBgpGroupAttribute"),
    },
    Kind {
        machine: &BGP_PEER,
        list: "DescribeBgpPeers",
        make: |house| {
            let router = in_service(house);
            let group = group(house, &router, &[]);
            let made = house.ok(Who::Tenant, "CreateBgpPeer", &[EAST, ("BgpGroupId", &group)]);
            vec![("BgpPeerId", made["BgpPeerId"].as_str().unwrap().to_owned())]
        },
        change: Some("ModifyBgpPeerAttribute"),
    },
    Kind {
        machine: &BGP_NETWORK,
        list: "DescribeBgpNetworks",
        make: |house| {
            let router = in_service(house);
            let named = vec![("RouterId", router), ("DstCidrBlock", "10.1.0.0/16".to_owned())];
            house.ok(Who::Tenant, "AddBgpNetwork", &pairs(&named));
            named
        },
        change: None,
    },
];

fn pairs(named: &Named) -> Vec<(&str, &str)> {
    std::iter::once(EAST).chain(named.iter().map(|(name, value)| (*name, value.as_str()))).collect()
}

fn status(house: &mut House, kind: &Kind) -> Option<String> {
    let row = listed(house, Who::Tenant, kind.list, &[]).pop()?;
    Some(row["Status"].as_str().unwrap().to_owned())
}

/// One thing of the kind in the status.
fn bring(house: &mut House, kind: &Kind, wanted: BgpStatus) -> Named {
    let named = (kind.make)(house);
    if wanted != BgpStatus::Pending {
        house.advance(1);
    }
    if wanted == BgpStatus::Modifying {
        house.ok(Who::Tenant, kind.change.unwrap(), &pairs(&named));
    }
    assert_eq!(status(house, kind).as_deref(), Some(wanted.as_str()));
    named
}

#[test]
pub(crate) fn every_trigger_on_all_bgp_by_everyone_does_what_the_tables_say() {
    for kind in &KINDS {
        let tenant = |row: &&connect::machine::Move<_>| row.actor == Actor::Tenant;
        let triggers: BTreeSet<_> = kind.machine.moves.iter().filter(tenant).map(|row| row.trigger).collect();
        // One is gone when its deletion is answered.
        let seen = kind.machine.states.iter().filter(|status| **status != BgpStatus::Deleting);
        for &status in seen {
            for &trigger in &triggers {
                on_each_lane(Plan::quiet, |house| pulled(house, kind, status, trigger));
            }
        }
    }
}

fn pulled(house: &mut House, kind: &Kind, from: BgpStatus, trigger: &'static str) {
    let named = bring(house, kind, from);
    let what = format!("{trigger} in {from:?}");
    let before = house.dump();
    for who in [Who::Second, Who::Operator] {
        let refusal = house.refused(who, trigger, &pairs(&named));
        let unknown = ["InvalidBgpGroup", "InvalidParams.NotFound"];
        assert!(unknown.contains(&refusal.code), "{what} by {who:?}: {refusal:?}");
    }
    assert_same(&before, &house.dump(), &format!("{what} by others"));
    let Some(row) = kind.machine.find(from, trigger) else {
        let refusal = house.refused(Who::Tenant, trigger, &pairs(&named));
        let code = kind.machine.refusal(trigger).unwrap();
        assert_eq!(refusal.is(), (code.name, code.status), "{what}");
        assert_eq!(refusal.header(STATE_HEADER), Some(from.as_str()), "{what}");
        assert_eq!(refusal.header(NEXT_HEADER), Some(kind.machine.next_header(from).as_str()), "{what}");
        return;
    };
    house.ok(Who::Tenant, trigger, &pairs(&named));
    let expected = match row.to {
        To::Stays => Some(from),
        To::State(BgpStatus::Deleting) | To::Gone => None,
        To::State(to) => Some(to),
    };
    assert_eq!(status(house, kind).as_deref(), expected.map(|status| status.as_str()), "{what}");
    invariants::check(house);
    house.advance(1);
    if let Some(status) = status(house, kind) {
        assert_eq!(status, "Available", "{what}: what is in motion ends by itself");
    }
    invariants::check(house);
}
