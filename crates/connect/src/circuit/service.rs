//! The outbound traffic service of an account in a region: open from the start unless the deployment says
//! otherwise (contract, conflicts C9), and never closed again.

use super::parameters::RegionId;
use crate::action::{About, Codes, Command, Query, Result};
use crate::codes;
use crate::cx::{Cx, View};
use crate::reply::Nothing;
use rpc::{Reply, Wire};
use store::{Arg, Read, ReadExt};

fn is_open(read: &mut dyn Read, world: &crate::world::World, account: &str, region: &str) -> Result<bool> {
    if world.outbound_service_open {
        return Ok(true);
    }
    let opened = read.one(
        "select opened_at from outbound_service where account = $1 and region = $2",
        &[Arg::from(account), Arg::from(region)],
        |row| row.int(0),
    )?;
    Ok(opened.is_some())
}

/// Refuses while the service is closed.
pub(crate) fn require_open(cx: &mut Cx<'_>, region: &str) -> Result<()> {
    let account = cx.account.clone();
    require_open_for(cx, &account, region)
}

/// Refuses while the service of this account is closed.
pub(crate) fn require_open_for(cx: &mut Cx<'_>, account: &str, region: &str) -> Result<()> {
    if is_open(cx.tx, cx.world, account, region)? {
        Ok(())
    } else {
        Err((&codes::OPERATION_FAILED_PCONN_TRAFFIC_NOT_ENABLE).into())
    }
}

/// Opens the outbound traffic service of the account in a region.
#[derive(Wire)]
pub struct OpenPhysicalConnectionService {
    /// Region in which the service is opened.
    region_id: RegionId,
}

impl Command for OpenPhysicalConnectionService {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("OpenPhysicalConnectionService", "vpc:OpenPhysicalConnectionService");
    const ERRORS: Codes = &[&codes::INVALID_OPERATION_ORDER_OPENED];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let region = self.region_id.as_str();
        if is_open(cx.tx, cx.world, &cx.account, region)? {
            return Err((&codes::INVALID_OPERATION_ORDER_OPENED).into());
        }
        cx.tx.exec(
            "insert into outbound_service (account, region, opened_at) values ($1, $2, $3)",
            &[Arg::from(&cx.account), Arg::from(region), Arg::from(cx.now)],
        )?;
        cx.record(region, "", "open");
        Ok(Nothing {})
    }
}

/// Tells whether the outbound traffic service is open.
#[derive(Wire)]
pub struct GetPhysicalConnectionServiceStatus {
    /// Region of the service.
    region_id: RegionId,
}

/// The state of the service.
#[derive(Reply)]
pub struct ServiceStatus {
    /// Whether it is open.
    enabled: bool,
}

impl Query for GetPhysicalConnectionServiceStatus {
    type Reply = ServiceStatus;
    const ABOUT: About =
        About::tenant("GetPhysicalConnectionServiceStatus", "vpc:GetPhysicalConnectionServiceStatus");
    const ERRORS: Codes = &[];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<ServiceStatus> {
        let account = &view.caller.account;
        Ok(ServiceStatus { enabled: is_open(view.read, view.world, account, self.region_id.as_str())? })
    }
}
