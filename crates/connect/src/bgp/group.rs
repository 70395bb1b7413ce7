//! A BGP group as it is kept, and its key, which lies sealed.

use super::GROUP_PREFIX;
use super::parameters::Family;
use super::states::{BGP_GROUP, BgpStatus};
use crate::action::Result;
use crate::cx::Cx;
use crate::kept::{self, Head, Kept};
use crate::machine::Machine;
use crate::seal::Seal;
use store::Fault;

/// A BGP group.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(super) head: Head<BgpStatus>,
    /// Its border router.
    pub(super) router_id: String,
    /// Name, or empty.
    pub(super) name: String,
    /// Description, or empty.
    pub(super) description: String,
    /// The customer's number.
    pub(super) peer_asn: i64,
    /// The provider's number.
    pub(super) local_asn: i64,
    /// Whether the provider shows the customer another number than its own.
    pub(super) is_fake_asn: bool,
    /// Version of its addresses, as it was given.
    pub(super) ip_version: String,
    /// Routes that each peer may send.
    pub(super) route_quota: i64,
    /// The key, sealed, or nothing.
    pub(super) auth_key: Vec<u8>,
}

impl Kept for Group {
    type Status = BgpStatus;
    const TABLE: &'static str = "bgp_group";
    const PREFIX: &'static str = GROUP_PREFIX;
    const MACHINE: &'static Machine<BgpStatus> = &BGP_GROUP;

    kept::columns!(
        router_id,
        name,
        description,
        peer_asn,
        local_asn,
        is_fake_asn,
        ip_version,
        route_quota,
        auth_key
    );
}

impl Group {
    /// Version of its addresses.
    pub(super) fn family(&self) -> Family {
        family(&self.ip_version)
    }

    /// Puts the key in, sealed; an empty one takes it out.
    pub(super) fn set_key(&mut self, cx: &mut Cx<'_>, key: &str) {
        self.auth_key = if key.is_empty() {
            Vec::new()
        } else {
            let chance = cx.ids.bytes();
            cx.world.seal.close(&bound_to(&self.head.id), key, &chance)
        };
    }

    /// The key in clear, for its owner; empty where there is none.
    pub(super) fn key(&self, seal: &Seal) -> Result<String> {
        if self.auth_key.is_empty() {
            return Ok(String::new());
        }
        let id = &self.head.id;
        match seal.open(&bound_to(id), &self.auth_key) {
            Ok(key) => Ok(key.to_string()),
            Err(_) => Err(Fault::broken(format!("the key of {id} does not open")).into()),
        }
    }
}

/// What the seal is bound to: this group, so that a key moved to another does not open.
fn bound_to(id: &str) -> String {
    format!("BGP key of {id}")
}

/// What a kept version means.
pub(super) fn family(kept: &str) -> Family {
    Family::from_wire(kept).unwrap_or(Family::Ipv4)
}
