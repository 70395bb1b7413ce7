//! Failover pairs: two border routers of one owner, of which one stands in for the other. A router is in one pair at
//! most, and no member is removed under its pair.

pub mod states;

use crate::action::{About, Codes, Command, Query, Replay, Result, Stop};
use crate::circuit::parameters::{ClientToken, RegionId};
use crate::codes;
use crate::cx::{Cx, View};
use crate::holds;
use crate::kept::{self, Head, Kept};
use crate::machine::Machine;
use crate::reply::Nothing;
use crate::time;
use crate::vbr::Vbr;
use crate::vbr::parameters::VbrId;
use rpc::code::Error;
use rpc::gateway;
use rpc::params::invalid;
use rpc::{Reply, Wire};
use states::{VBR_HA, VbrHaStatus};
use store::{Arg, Read};

/// The prefix of a pair's id.
pub const PREFIX: &str = "vbrha";

rpc::text! {
    /// A failover pair's id, for instance `vbrha-0mj2k9x1qa4f7c0d3b2a`.
    pub struct VbrHaId { min: 1, max: 64 }
}

rpc::text! {
    /// A pair's name: free text.
    pub struct PairName { min: 1, max: 128 }
}

rpc::text! {
    /// A pair's description: free text.
    pub struct PairDescription { min: 1, max: 256 }
}

/// A failover pair as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct VbrHa {
    head: Head<VbrHaStatus>,
    /// One router.
    vbr_id: String,
    /// The other.
    peer_vbr_id: String,
    /// Name, or empty.
    name: String,
    /// Description, or empty.
    description: String,
}

impl Kept for VbrHa {
    type Status = VbrHaStatus;
    const TABLE: &'static str = "vbr_ha";
    const PREFIX: &'static str = PREFIX;
    const MACHINE: &'static Machine<VbrHaStatus> = &VBR_HA;

    kept::columns!(vbr_id, peer_vbr_id, name, description);
}

/// The pair that a router is in, on either side.
fn of_router(read: &mut dyn Read, router: &str) -> Result<Option<VbrHa>> {
    for side in ["vbr_id = $1", "peer_vbr_id = $1"] {
        let found = VbrHa::one(read, side, &[Arg::from(router)])?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Makes a failover pair of two active border routers of the caller's.
#[derive(Wire)]
pub struct CreateVbrHa {
    /// Region of the routers.
    region_id: RegionId,
    /// The other router: active, and in no pair.
    peer_vbr_id: VbrId,
    /// One router: active, and in no pair.
    vbr_id: VbrId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text.
    description: Option<PairDescription>,
    /// Only checks: nothing is made and no token is kept.
    #[wire(default = "false")]
    dry_run: bool,
    /// Display name.
    name: Option<PairName>,
}

/// The new pair.
#[derive(Reply)]
pub struct VbrHaCreated {
    /// Id of the new pair.
    vbr_ha_id: String,
}

impl Command for CreateVbrHa {
    type Reply = VbrHaCreated;
    const ABOUT: About = About::tenant("CreateVbrHa", "vpc:CreateVbrHa").replay(Replay::Create);
    const ERRORS: Codes = &[
        &gateway::INVALID_PARAMETER,
        &codes::INVALID_VBR_ID_NOT_FOUND,
        &codes::INVALID_OPERATION_OPERATION_NOT_ALLOWED_IN_STATE,
        &codes::QUOTA_EXCEEDED_VBR_HA,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<VbrHaCreated> {
        let (one, other) = (self.vbr_id.as_str(), self.peer_vbr_id.as_str());
        if one == other {
            return Err(invalid("PeerVbrId", "name another router than VbrId").into());
        }
        let region = self.region_id.as_str();
        for id in [one, other] {
            let vbr = Vbr::find(cx, id, region, &codes::INVALID_VBR_ID_NOT_FOUND)?;
            holds::require_router(Self::ABOUT.name, &vbr)?;
            if let Some(pair) = of_router(cx.tx, id)? {
                let code = &codes::QUOTA_EXCEEDED_VBR_HA;
                let message = format!("{} {id} is in {}.", code.message, pair.head.id);
                return Err(Error::new(code).with_message(message).into());
            }
        }
        let pair = VbrHa {
            head: Head::new::<VbrHa>(cx, region),
            vbr_id: one.to_owned(),
            peer_vbr_id: other.to_owned(),
            name: self.name.as_ref().map(PairName::as_str).unwrap_or_default().to_owned(),
            description: self
                .description
                .as_ref()
                .map(PairDescription::as_str)
                .unwrap_or_default()
                .to_owned(),
        };
        pair.insert(cx)?;
        Ok(VbrHaCreated { vbr_ha_id: pair.head.id })
    }
}

/// Dissolves a failover pair; its routers stay.
#[derive(Wire)]
pub struct DeleteVbrHa {
    /// Region of the pair.
    region_id: RegionId,
    /// The pair.
    instance_id: VbrHaId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for DeleteVbrHa {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("DeleteVbrHa", "vpc:DeleteVbrHa").replay(Replay::Target);
    const ERRORS: Codes = &[&codes::INVALID_INSTANCE_ID_NOT_FOUND_IN_REGION, &codes::INCORRECT_STATUS_VBR_HA];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.instance_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.instance_id.as_str(), self.region_id.as_str());
        let missing = &codes::INVALID_INSTANCE_ID_NOT_FOUND_IN_REGION;
        VbrHa::find(cx, id, Some(region), missing)?.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Tells of a failover pair, by its id or by one of its routers. Where there is none, every member of the answer is
/// empty.
#[derive(Wire)]
pub struct DescribeVbrHa {
    /// Region of the pair.
    region_id: RegionId,
    /// Ignored: nothing is made.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Ignored: nothing is made.
    #[wire(default = "false")]
    dry_run: bool,
    /// The pair. Give this or VbrId.
    vbr_ha_id: Option<VbrHaId>,
    /// A router of the pair. Give this or VbrHaId.
    vbr_id: Option<VbrId>,
}

/// A failover pair.
#[derive(Reply, Default)]
pub struct VbrHaAnswer {
    /// The pair.
    vbr_ha_id: String,
    /// One router.
    vbr_id: String,
    /// The other.
    peer_vbr_id: String,
    /// State of the pair.
    status: &'static str,
    /// Name as set.
    name: String,
    /// Description as set.
    description: String,
    /// When it was made.
    creation_time: String,
    /// Region.
    region_id: String,
}

impl Query for DescribeVbrHa {
    type Reply = VbrHaAnswer;
    const ABOUT: About = About::tenant("DescribeVbrHa", "vpc:DescribeVbrHa");
    const ERRORS: Codes = &[&codes::MISSING_PARAM_VBR_HA_ID_OR_VBR_ID];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<VbrHaAnswer> {
        // Accepted as the contract has them.
        let _ = (&self.client_token, self.dry_run);
        let found = match (&self.vbr_ha_id, &self.vbr_id) {
            (Some(id), _) => VbrHa::anywhere(view.read, id.as_str())?,
            (None, Some(router)) => of_router(view.read, router.as_str())?,
            (None, None) => return Err(Stop::from(&codes::MISSING_PARAM_VBR_HA_ID_OR_VBR_ID)),
        };
        let region = self.region_id.as_str();
        let wanted = |router: &VbrId, pair: &VbrHa| {
            router.as_str() == pair.vbr_id || router.as_str() == pair.peer_vbr_id
        };
        let own = found
            .filter(|pair| pair.head.account == view.caller.account && pair.head.region == region)
            .filter(|pair| self.vbr_id.as_ref().is_none_or(|router| wanted(router, pair)));
        let Some(pair) = own else { return Ok(VbrHaAnswer::default()) };
        Ok(VbrHaAnswer {
            status: pair.head.status().as_str(),
            creation_time: time::wire(pair.head.created_at),
            vbr_ha_id: pair.head.id,
            vbr_id: pair.vbr_id,
            peer_vbr_id: pair.peer_vbr_id,
            name: pair.name,
            description: pair.description,
            region_id: pair.head.region,
        })
    }
}
