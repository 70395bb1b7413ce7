//! Removing a VPC on which nothing hangs.

use super::{Vpc, VpcId};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::{ClientToken, RegionId};
use crate::codes;
use crate::cx::Cx;
use crate::holds;
use crate::kept::Kept;
use crate::reply::Nothing;
use rpc::Wire;

/// Removes a VPC with its router and its route table. Refused while a router interface or a route of one's own is left.
#[derive(Wire)]
pub struct DeleteVpc {
    /// Region of the VPC; left out, it is looked for in all.
    region_id: Option<RegionId>,
    /// The VPC.
    vpc_id: VpcId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Only checks: nothing is removed and no token is kept.
    #[wire(default = "false")]
    dry_run: bool,
    /// Whether what may go with it goes too: nothing may, so it changes nothing.
    #[wire(default = "false")]
    force_delete: bool,
}

impl Command for DeleteVpc {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("DeleteVpc", "vpc:DeleteVpc").region(None).replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_VPC_ID_NOT_FOUND,
        &codes::INCORRECT_VPC_STATUS,
        &codes::DEPENDENCY_VIOLATION_ROUTER_INTERFACE,
        &codes::DEPENDENCY_VIOLATION_ROUTE_ENTRY,
        &codes::DEPENDENCY_VIOLATION_INSTANCE,
    ];

    fn targets(&self) -> Vec<&str> {
        vec![self.vpc_id.as_str()]
    }

    fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        // Accepted as the contract has it: there is nothing that it could take along.
        let _ = self.force_delete;
        let region = self.region_id.as_ref().map(RegionId::as_str);
        let mut vpc = Vpc::find(cx, self.vpc_id.as_str(), region, &codes::INVALID_VPC_ID_NOT_FOUND)?;
        vpc.check(Self::ABOUT.name)?;
        if let Some(error) = holds::refusal(cx.tx, Self::ABOUT.name, &vpc.head.id)? {
            return Err(vpc.refuse(error));
        }
        vpc.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}
