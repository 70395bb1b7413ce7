//! A BGP group as it is kept, and its key, which lies sealed.

use super::GROUP_PREFIX;
use super::parameters::Family;
use super::states::{BGP_GROUP, BgpStatus};
use crate::action::Result;
use crate::cx::Cx;
use crate::kept::{Head, Kept, OWN};
use crate::machine::Machine;
use crate::seal::Seal;
use store::{Arg, Fault, Row};

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
    const COLUMNS: &'static [&'static str] = &[
        "router_id",
        "name",
        "description",
        "peer_asn",
        "local_asn",
        "is_fake_asn",
        "ip_version",
        "route_quota",
        "auth_key",
    ];

    fn read(head: Head<BgpStatus>, row: &dyn Row) -> std::result::Result<Group, Fault> {
        Ok(Group {
            head,
            router_id: row.text(OWN)?.to_owned(),
            name: row.text(OWN + 1)?.to_owned(),
            description: row.text(OWN + 2)?.to_owned(),
            peer_asn: row.int(OWN + 3)?,
            local_asn: row.int(OWN + 4)?,
            is_fake_asn: row.flag(OWN + 5)?,
            ip_version: row.text(OWN + 6)?.to_owned(),
            route_quota: row.int(OWN + 7)?,
            auth_key: row.bytes(OWN + 8)?.to_vec(),
        })
    }

    fn head(&self) -> &Head<BgpStatus> {
        &self.head
    }

    fn head_mut(&mut self) -> &mut Head<BgpStatus> {
        &mut self.head
    }

    fn values(&self) -> Vec<Arg<'_>> {
        vec![
            Arg::from(&self.router_id),
            Arg::from(&self.name),
            Arg::from(&self.description),
            Arg::from(self.peer_asn),
            Arg::from(self.local_asn),
            Arg::from(self.is_fake_asn),
            Arg::from(&self.ip_version),
            Arg::from(self.route_quota),
            Arg::from(&self.auth_key),
        ]
    }
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
