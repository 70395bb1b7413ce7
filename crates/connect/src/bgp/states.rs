//! The life cycles of BGP groups, peers and networks (contract, states section 7), as tables. Nothing here acts.

use crate::codes;
use crate::limits::{BGP_CHANGE_MS, BGP_CREATION_MS, BGP_DELETION_MS};
use crate::machine::Actor::{Tenant, Timer};
use crate::machine::{Machine, Move, State, To, on};
use BgpStatus::{Available, Deleting, Modifying, Pending};
use rpc::Choice;

/// `Status` of a BGP group, peer or network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum BgpStatus {
    /// Being made.
    Pending,
    /// Ready.
    Available,
    /// Being changed.
    Modifying,
    /// Being removed.
    Deleting,
}

impl State for BgpStatus {
    fn as_str(&self) -> &'static str {
        BgpStatus::as_str(self)
    }
}

/// The deadline that ends the making of a group.
pub const FINISH_GROUP_CREATION: &str = "FinishBgpGroupCreation";
/// The deadline that ends a change of a group.
pub const FINISH_GROUP_CHANGE: &str = "FinishBgpGroupChange";
/// The deadline that ends a removal of a group.
pub const FINISH_GROUP_DELETION: &str = "FinishBgpGroupDeletion";
/// The deadline that ends the making of a peer.
pub const FINISH_PEER_CREATION: &str = "FinishBgpPeerCreation";
/// The deadline that ends a change of a peer.
pub const FINISH_PEER_CHANGE: &str = "FinishBgpPeerChange";
/// The deadline that ends a removal of a peer.
pub const FINISH_PEER_DELETION: &str = "FinishBgpPeerDeletion";
/// The deadline that ends the making of a network.
pub const FINISH_NETWORK_CREATION: &str = "FinishBgpNetworkCreation";
/// The deadline that ends a removal of a network.
pub const FINISH_NETWORK_DELETION: &str = "FinishBgpNetworkDeletion";

const fn gone(trigger: &'static str) -> Move<BgpStatus> {
    Move { trigger, actor: Timer, from: &[Deleting], to: To::Gone, after_ms: BGP_DELETION_MS }
}

/// The life cycle of a BGP group.
pub const BGP_GROUP: Machine<BgpStatus> = Machine {
    name: "BGP group",
    initial: Pending,
    states: BgpStatus::ALL,
    moves: &[
        on(FINISH_GROUP_CREATION, Timer, &[Pending]).after(BGP_CREATION_MS, Available),
        on("ModifyBgpGroupAttribute", Tenant, &[Available]).to(Modifying),
        on(FINISH_GROUP_CHANGE, Timer, &[Modifying]).after(BGP_CHANGE_MS, Available),
        on("CreateBgpPeer", Tenant, &[Available]).stays(),
        on("DeleteBgpGroup", Tenant, &[Available]).to(Deleting),
        gone(FINISH_GROUP_DELETION),
    ],
    refusals: &[
        ("ModifyBgpGroupAttribute", &codes::INVALID_STATUS_CANNOT_OPERATE),
        ("CreateBgpPeer", &codes::INVALID_STATUS_CANNOT_OPERATE),
        ("DeleteBgpGroup", &codes::INVALID_STATUS_CANNOT_OPERATE),
    ],
};

crate::assert_unambiguous!(BGP_GROUP);

/// The life cycle of a BGP peer.
pub const BGP_PEER: Machine<BgpStatus> = Machine {
    name: "BGP peer",
    initial: Pending,
    states: BgpStatus::ALL,
    moves: &[
        on(FINISH_PEER_CREATION, Timer, &[Pending]).after(BGP_CREATION_MS, Available),
        on("ModifyBgpPeerAttribute", Tenant, &[Available]).to(Modifying),
        on(FINISH_PEER_CHANGE, Timer, &[Modifying]).after(BGP_CHANGE_MS, Available),
        on("DeleteBgpPeer", Tenant, &[Available]).to(Deleting),
        gone(FINISH_PEER_DELETION),
    ],
    refusals: &[
        ("ModifyBgpPeerAttribute", &codes::INVALID_STATUS_CANNOT_OPERATE),
        ("DeleteBgpPeer", &codes::INVALID_STATUS_CANNOT_OPERATE),
    ],
};

crate::assert_unambiguous!(BGP_PEER);

/// The life cycle of a BGP network, which is never changed.
pub const BGP_NETWORK: Machine<BgpStatus> = Machine {
    name: "BGP network",
    initial: Pending,
    states: &[Pending, Available, Deleting],
    moves: &[
        on(FINISH_NETWORK_CREATION, Timer, &[Pending]).after(BGP_CREATION_MS, Available),
        on("DeleteBgpNetwork", Tenant, &[Available]).to(Deleting),
        gone(FINISH_NETWORK_DELETION),
    ],
    refusals: &[("DeleteBgpNetwork", &codes::INVALID_STATUS_CANNOT_OPERATE)],
};

crate::assert_unambiguous!(BGP_NETWORK);
