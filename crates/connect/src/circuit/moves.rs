//! The tenant's moves on a circuit: confirm, enable, cancel, terminate, delete.

use super::parameters::{CircuitId, ClientToken, RegionId};
use super::states::{BusinessStatus, Status};
use super::{Circuit, service};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::codes;
use crate::cx::{Cx, View};
use crate::holds;
use crate::hosted::{self, Hosted};
use crate::inventory;
use crate::order::settle;
use crate::reply::Nothing;
use rpc::Wire;
use rpc::code::Code;
use store::{Arg, ReadExt};

/// What every move names: a circuit of a region. `$missing` is the code of an unknown id.
macro_rules! names_a_circuit {
    () => {
        fn region(&self) -> Option<&str> {
            Some(self.region_id.as_str())
        }

        fn targets(&self) -> Vec<&str> {
            vec![self.physical_connection_id.as_str()]
        }
    };
}

/// A move that hosted connections have too: whose rows are locked where one is named.
macro_rules! may_be_hosted {
    () => {
        fn account(&self, view: &mut View<'_>) -> Result<Option<String>> {
            hosted::owner(view, self.physical_connection_id.as_str())
        }

        fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
            hosted::circuit_owner(view, self.physical_connection_id.as_str())
        }
    };
}

fn find(cx: &mut Cx<'_>, id: &CircuitId, region: &RegionId) -> Result<Circuit> {
    Circuit::find(cx, id.as_str(), Some(region.as_str()), &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND)
}

/// Confirms that an installed circuit is good, or takes a hosted connection that another account has cut out. A letter under way must have come to Completing, and is then Complete.
#[derive(Wire)]
pub struct ConfirmPhysicalConnection {
    /// Region of the circuit.
    #[wire(missing = codes::MISSING_PARAM_REGION_NO)]
    region_id: RegionId,
    /// The circuit.
    #[wire(missing = codes::MISSING_PARAM_PHYSICAL_CONNECTION_ID)]
    physical_connection_id: CircuitId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for ConfirmPhysicalConnection {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("ConfirmPhysicalConnection", "vpc:ConfirmPhysicalConnection")
        .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_400))
        .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::OPERATION_FAILED_PCONN_TRAFFIC_NOT_ENABLE,
        &codes::RESOURCE_NOT_FOUND_PHYSICAL_CONNECTION_ID,
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND_400,
        &codes::INCORRECT_STATUS_PHYSICAL_CONNECTION,
        &codes::OPERATION_UNSUPPORTED_SKIP_CONSTRUCTION,
    ];
    names_a_circuit!();
    may_be_hosted!();

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let id = self.physical_connection_id.as_str();
        if let Some(hosted) = Hosted::of_caller(cx, id, self.region_id.as_str())? {
            hosted::moves::step(cx, hosted, Self::ABOUT.name)?;
            return Ok(Nothing {});
        }
        if !id.starts_with(super::PREFIX) {
            return Err((&codes::RESOURCE_NOT_FOUND_PHYSICAL_CONNECTION_ID).into());
        }
        let missing: &'static Code = &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND_400;
        let mut circuit = Circuit::find(cx, id, Some(self.region_id.as_str()), missing)?;
        service::require_open(cx, self.region_id.as_str())?;
        circuit.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Puts a confirmed circuit into service: pays the order that waits for it, or makes one for a month and pays it. An
/// enabled circuit stays as it is.
#[derive(Wire)]
pub struct EnablePhysicalConnection {
    /// Region of the circuit.
    region_id: RegionId,
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Enables without an order; only for accounts and devices that the operator has allowed to.
    #[wire(default = "false")]
    by_pass_sp: bool,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for EnablePhysicalConnection {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("EnablePhysicalConnection", "vpc:EnablePhysicalConnection").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND,
        &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE,
        &codes::INSTANCE_STATUS_NOT_ALLOW,
        &codes::ALIUID_NOT_ALLOW_WITHOUT_SP,
        &codes::ACCESS_DEVICE_NOT_ALLOW_WITHOUT_SP,
    ];
    names_a_circuit!();

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let mut circuit = find(cx, &self.physical_connection_id, &self.region_id)?;
        circuit.check(Self::ABOUT.name)?;
        if circuit.status() == Status::Confirmed {
            if circuit.business_status != BusinessStatus::Normal {
                return Err(circuit.refuse(&codes::INSTANCE_STATUS_NOT_ALLOW));
            }
            if !self.by_pass_sp {
                settle::enable(cx, &mut circuit, Self::ABOUT.name)?;
                return Ok(Nothing {});
            }
            require_direct_enable(cx, &circuit)?;
        }
        circuit.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// The account and the device are both allowed to do without an order.
fn require_direct_enable(cx: &mut Cx<'_>, circuit: &Circuit) -> Result<()> {
    let account =
        cx.tx.one("select direct_enable from account where id = $1", &[Arg::from(&cx.account)], |row| {
            row.flag(0)
        })?;
    if account != Some(true) {
        return Err((&codes::ALIUID_NOT_ALLOW_WITHOUT_SP).into());
    }
    let device = match &circuit.port {
        Some(seat) => inventory::allows_direct_enable(cx.tx, &seat.device_id)?,
        None => false,
    };
    if device { Ok(()) } else { Err((&codes::ACCESS_DEVICE_NOT_ALLOW_WITHOUT_SP).into()) }
}

/// Withdraws a circuit before it is enabled.
#[derive(Wire)]
pub struct CancelPhysicalConnection {
    /// Region of the circuit.
    region_id: RegionId,
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for CancelPhysicalConnection {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("CancelPhysicalConnection", "vpc:CancelPhysicalConnection").replay(Replay::Target);
    const ERRORS: Codes =
        &[&codes::FORBIDDEN_NOT_ALLOWED_IN_STATE, &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND];
    names_a_circuit!();

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        find(cx, &self.physical_connection_id, &self.region_id)?.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Ends an enabled circuit, or stops a hosted connection, which the owner of its circuit may bring back.
#[derive(Wire)]
pub struct TerminatePhysicalConnection {
    /// Region of the circuit.
    region_id: RegionId,
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for TerminatePhysicalConnection {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("TerminatePhysicalConnection", "vpc:TerminatePhysicalConnection")
        .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE,
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND,
        &codes::FORBIDDEN_VBR_ATTACHED,
        &codes::OPERATION_FAILED_VPCONN_ATTACHED,
    ];
    names_a_circuit!();
    may_be_hosted!();

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let id = self.physical_connection_id.as_str();
        if let Some(hosted) = Hosted::of_caller(cx, id, self.region_id.as_str())? {
            hosted::moves::step(cx, hosted, Self::ABOUT.name)?;
            return Ok(Nothing {});
        }
        let mut circuit = find(cx, &self.physical_connection_id, &self.region_id)?;
        holds::require_free(cx.tx, Self::ABOUT.name, &circuit)?;
        circuit.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Removes the record of a circuit that is out of use; its port goes back to the access point. A hosted connection over
/// which no border router runs goes in whatever state it is in.
#[derive(Wire)]
pub struct DeletePhysicalConnection {
    /// Region of the circuit.
    region_id: RegionId,
    /// The circuit.
    physical_connection_id: CircuitId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for DeletePhysicalConnection {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("DeletePhysicalConnection", "vpc:DeletePhysicalConnection").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_FOUND,
        &codes::FORBIDDEN_NOT_ALLOWED_IN_STATE,
        &codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_MATCHED,
        &codes::FORBIDDEN_VBR_EXISTS,
        &codes::FORBIDDEN_VBR_EXISTS_OTHER,
        &codes::FORBIDDEN_ASSOCIATE_TO_VBR,
    ];
    names_a_circuit!();
    may_be_hosted!();

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let id = self.physical_connection_id.as_str();
        if OTHER_PRODUCTS.iter().any(|prefix| id.starts_with(prefix)) {
            return Err((&codes::INVALID_PHYSICAL_CONNECTION_ID_NOT_MATCHED).into());
        }
        if let Some(hosted) = Hosted::of_caller(cx, id, self.region_id.as_str())? {
            hosted::moves::step(cx, hosted, Self::ABOUT.name)?;
            return Ok(Nothing {});
        }
        let mut circuit = find(cx, &self.physical_connection_id, &self.region_id)?;
        holds::require_free(cx.tx, Self::ABOUT.name, &circuit)?;
        circuit.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// How the ids of things that are no circuits begin.
const OTHER_PRODUCTS: &[&str] = &["vbr-", "ri-", "vpc-", "vrt-", "vtb-", "vsw-", "bgpg-", "bgp-", "ap-"];
