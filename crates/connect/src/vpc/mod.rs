//! Private networks (VPCs), as far as circuits need them: a prefix, a router and the router's one route table. This
//! file has the row; `states` has the life cycle, the others one group of actions
//! each. What clients are shown is made when it is read: nothing of it is another thing's.

pub mod create;
pub mod delete;
pub mod describe;
pub mod routers;
pub mod states;
pub mod tables;

use crate::action::Result;
use crate::cx::Cx;
use crate::kept::{self, Head, Kept};
use crate::machine::Machine;
use crate::{cen, tag};
use rpc::code::Code;
use states::{VPC, VpcStatus};
use store::{Arg, Read};

/// The prefix of a VPC's id.
pub const PREFIX: &str = "vpc";
/// The prefix of a VPC's router.
pub const ROUTER_PREFIX: &str = "vrt";
/// The kind under which a VPC's tags are kept, and its `ResourceType`.
pub const KIND: &str = "VPC";

rpc::text! {
    /// A VPC's id, for instance `vpc-0mj2k9x1qa4f7c0d3b2a`.
    pub struct VpcId { min: 1, max: 64 }
}

/// A VPC as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Vpc {
    /// What every row begins with.
    pub(crate) head: Head<VpcStatus>,
    /// Its IPv4 prefix.
    pub(crate) cidr: String,
    /// Further prefixes of the customer, joined with commas, or empty.
    pub(crate) user_cidrs: String,
    /// Whether it has IPv6.
    pub(crate) ipv6: bool,
    /// Its IPv6 prefix, or empty.
    pub(crate) ipv6_cidr: String,
    /// Whose IPv6 prefix it is.
    pub(crate) ipv6_isp: String,
    /// Whether instances have DNS names.
    pub(crate) dns_hostname: bool,
    /// Name, or empty.
    pub(crate) name: String,
    /// Description, or empty.
    pub(crate) description: String,
    /// Resource group.
    pub(crate) resource_group_id: String,
    /// Its router.
    pub(crate) router_id: String,
    /// The router's route table.
    pub(crate) route_table_id: String,
}

impl Kept for Vpc {
    type Status = VpcStatus;
    const TABLE: &'static str = "vpc";
    const PREFIX: &'static str = PREFIX;
    const MACHINE: &'static Machine<VpcStatus> = &VPC;

    kept::columns!(
        cidr,
        user_cidrs,
        ipv6,
        ipv6_cidr,
        ipv6_isp,
        dns_hostname,
        name,
        description,
        resource_group_id,
        router_id,
        route_table_id
    );

    fn sentence(&self, code: &Code) -> String {
        code.message.to_owned()
    }

    fn clear(&self, cx: &mut Cx<'_>) -> Result<()> {
        tag::clear(cx, KIND, &self.head.id)?;
        cen::clear(cx, &self.head.id)
    }
}

impl Vpc {
    /// The VPC with this router, whoever owns it.
    pub(crate) fn of_router(read: &mut dyn Read, router: &str) -> Result<Option<Vpc>> {
        Vpc::one(read, "router_id = $1", &[Arg::from(router)])
    }

    /// The VPC with this route table, whoever owns it.
    pub(crate) fn of_table(read: &mut dyn Read, table: &str) -> Result<Option<Vpc>> {
        Vpc::one(read, "route_table_id = $1", &[Arg::from(table)])
    }
}
