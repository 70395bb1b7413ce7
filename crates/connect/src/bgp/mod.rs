//! BGP of border routers: groups, which hold the settings of their peers; peers, which are the sessions; and networks,
//! which a router announces. All of them are the router's owner's, whose row is locked when they change.
//!
//! A group's key is a secret. It lies sealed in the group's row and is shown to its owner only; it must never be in a
//! log, an error or the ledger.

pub mod change;
pub mod create;
pub mod describe;
pub mod group;
pub mod network;
pub mod parameters;
pub mod peer;
pub mod states;

use crate::action::Result;
use crate::circuit::service;
use crate::cx::Cx;
use crate::holds;
use crate::vbr::Vbr;
use rpc::code::Code;
use store::{Arg, ReadExt};

/// The prefix of a BGP group's id.
pub const GROUP_PREFIX: &str = "bgpg";
/// The prefix of a BGP peer's id.
pub const PEER_PREFIX: &str = "bgp";
/// The prefix under which a BGP network stands in the ledger; clients know it by its router and its block.
pub const NETWORK_PREFIX: &str = "bgpn";

/// A router of the caller's, as `action` needs it: in service, and its circuits' owner's traffic let out.
fn router_for(cx: &mut Cx<'_>, action: &str, id: &str, region: &str, missing: &'static Code) -> Result<Vbr> {
    // The locked account is the caller's own, so that no other's router is found.
    let vbr = Vbr::find(cx, id, region, missing)?;
    holds::require_router(action, &vbr)?;
    service::require_open_for(cx, &vbr.circuit_account, region)?;
    Ok(vbr)
}

/// Refuses where a router has its full number of something.
fn require_room(cx: &mut Cx<'_>, count: &str, of: &str, max: i64, full: &'static Code) -> Result<()> {
    let held = cx.tx.one(count, &[Arg::from(of)], |row| row.int(0))?.unwrap_or(0);
    if held < max { Ok(()) } else { Err(full.into()) }
}
