//! Changing a router interface: what it says of itself and of its other end, and its size.

use super::Interface;
use super::health::{self, Faults};
use super::parameters::{AddressText, HealthRateMs, HealthThreshold, InterfaceId, OwnerNumber, Spec};
use super::states::InterfaceStatus;
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::{ClientToken, Description, RegionId, ResourceName};
use crate::codes;
use crate::cx::Cx;
use crate::kept::Kept;
use crate::reply::Nothing;
use crate::vpc::routers::RouterId;
use crate::vpc::tables::RouterType;
use rpc::code::Error;
use rpc::wire::Edit;
use rpc::{Reply, Wire};

/// Changes an interface. A parameter left out stays as it is; an empty one is cleared. What it says of its other end
/// changes only while it is Idle; naming a present value again changes nothing.
#[derive(Wire)]
pub struct ModifyRouterInterfaceAttribute {
    /// Region of the interface.
    region_id: RegionId,
    /// The interface.
    router_interface_id: InterfaceId,
    /// Takes both addresses of the health check away.
    #[wire(default = "false")]
    delete_health_check_ip: bool,
    /// Free text.
    #[wire(error = codes::INVALID_DESCRIPTION_MALFORMED_RI)]
    description: Edit<Description>,
    /// Milliseconds between probes; 0 for none.
    #[wire(error = codes::ILLEGAL_PARAM_HC_RATE)]
    hc_rate: Option<HealthRateMs>,
    /// Probes of a check; 0 for none.
    #[wire(error = codes::ILLEGAL_PARAM_HC_THRESHOLD)]
    hc_threshold: Option<HealthThreshold>,
    /// Where probes come from: of a VPC's router, an address in the VPC.
    #[wire(error = codes::INVALID_HEALTH_CHECK_IP_MALFORMD)]
    health_check_source_ip: Edit<AddressText>,
    /// Where probes go to; needed with HealthCheckSourceIp.
    #[wire(error = codes::INVALID_HEALTH_CHECK_IP_MALFORMD)]
    health_check_target_ip: Edit<AddressText>,
    /// Display name.
    #[wire(error = codes::INVALID_NAME_MALFORMED_RI)]
    name: Edit<ResourceName>,
    /// The other end.
    opposite_interface_id: Edit<InterfaceId>,
    /// Owner of the other end.
    opposite_interface_owner_id: Edit<OwnerNumber>,
    /// The other router.
    opposite_router_id: Edit<RouterId>,
    /// Kind of the other router.
    #[wire(error = codes::INVALID_OPPOSITE_ROUTER_TYPE_VALUE_NOT_SUPPORTED)]
    opposite_router_type: Edit<RouterType>,
}

/// What this action answers to bad addresses.
const FAULTS: Faults = Faults {
    malformed: &codes::INVALID_HEALTH_CHECK_IP_MALFORMD,
    source: &codes::INVALID_PARAM_MODIFY_RI_SOURCE,
    outside: &codes::ILLEGAL_PARAM_HC_SOURCE_IP,
};

impl Command for ModifyRouterInterfaceAttribute {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("ModifyRouterInterfaceAttribute", "vpc:ModifyRouterInterfaceAttribute")
            .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_SPECIFIED));
    const ERRORS: Codes = &[
        &codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND,
        &codes::INVALID_PARAM_MODIFY_RI,
        &codes::INVALID_PARAM_MODIFY_RI_DELETE,
        &codes::INCORRECT_STATUS_RI_MODIFY,
        &codes::FORBBIDEN_MODIFY_ID_AND_TYPE,
        &codes::INVALID_HEALTH_CHECK_IP_MALFORMD,
        &codes::INVALID_PARAM_MODIFY_RI_SOURCE,
        &codes::ILLEGAL_PARAM_HC_SOURCE_IP,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.router_interface_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.router_interface_id.as_str(), self.region_id.as_str());
        let interface = Interface::find(cx, id, Some(region), &codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND)?;
        interface.check(Self::ABOUT.name)?;
        self.check_alone()?;
        let mut changed = self.applied(&interface);
        require_same_opposite(&interface, &changed)?;
        let probed = |of: &Interface| (of.health_source.clone(), of.health_target.clone());
        if probed(&interface) != probed(&changed) {
            health::check(cx.tx, &changed, &FAULTS)?;
        }
        changed.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

impl ModifyRouterInterfaceAttribute {
    fn check_alone(&self) -> Result<()> {
        let addresses = [self.health_check_source_ip.as_ref(), self.health_check_target_ip.as_ref()];
        let sets_address = addresses.iter().any(|edit| matches!(edit, Edit::Set(_)));
        if self.delete_health_check_ip && sets_address {
            return Err((&codes::INVALID_PARAM_MODIFY_RI_DELETE).into());
        }
        let is_idle = self.description.is_keep()
            && self.name.is_keep()
            && addresses.iter().all(Edit::is_keep)
            && self.opposite_interface_id.is_keep()
            && self.opposite_interface_owner_id.is_keep()
            && self.opposite_router_id.is_keep()
            && self.opposite_router_type.is_keep()
            && self.hc_rate.is_none()
            && self.hc_threshold.is_none()
            && !self.delete_health_check_ip;
        if is_idle {
            let code = &codes::INVALID_PARAM_MODIFY_RI;
            let message = format!("{}: name something to change.", code.message);
            return Err(Error::new(code).with_message(message).into());
        }
        Ok(())
    }

    /// The interface as it is to be.
    fn applied(&self, interface: &Interface) -> Interface {
        let mut changed = interface.clone();
        self.name.write(&mut changed.name);
        self.description.write(&mut changed.description);
        self.health_check_source_ip.write(&mut changed.health_source);
        self.health_check_target_ip.write(&mut changed.health_target);
        if self.delete_health_check_ip {
            changed.health_source.clear();
            changed.health_target.clear();
        }
        if let Some(rate) = self.hc_rate {
            changed.health_rate_ms = Some(rate.get()).filter(|rate| *rate > 0);
        }
        if let Some(threshold) = self.hc_threshold {
            changed.health_threshold = Some(threshold.get()).filter(|threshold| *threshold > 0);
        }
        self.opposite_interface_id.write(&mut changed.opposite_id);
        self.opposite_router_id.write(&mut changed.opposite_router_id);
        match &self.opposite_interface_owner_id {
            Edit::Keep => {}
            Edit::Clear => changed.opposite_owner.clear(),
            Edit::Set(owner) => changed.opposite_owner = owner.get().to_string(),
        }
        changed.opposite_router_type = self.opposite_router_type.as_ref().apply_to(interface);
        if changed.opposite_id != interface.opposite_id {
            changed.opposite_gone = false;
        }
        changed
    }
}

/// The kind of the other router after a change.
trait ApplyTo {
    fn apply_to(self, interface: &Interface) -> Option<RouterType>;
}

impl ApplyTo for Edit<&RouterType> {
    fn apply_to(self, interface: &Interface) -> Option<RouterType> {
        match self {
            Edit::Keep => interface.opposite_router_type,
            Edit::Clear => None,
            Edit::Set(kind) => Some(*kind),
        }
    }
}

/// What an interface says of its other end stays once it is connected, and a border router once it is named.
fn require_same_opposite(from: &Interface, to: &Interface) -> Result<()> {
    let router = |of: &Interface| (of.opposite_router_id.clone(), of.opposite_router_type);
    let was_border_router =
        from.opposite_router_type == Some(RouterType::Vbr) && !from.opposite_router_id.is_empty();
    if was_border_router && router(from) != router(to) {
        return Err((&codes::FORBBIDEN_MODIFY_ID_AND_TYPE).into());
    }
    let said = |of: &Interface| (router(of), of.opposite_id.clone(), of.opposite_owner.clone());
    if from.status() != InterfaceStatus::Idle && said(from) != said(to) {
        let code = &codes::INCORRECT_STATUS_RI_MODIFY;
        let why = "What it says of its opposite interface changes only while it is Idle";
        return Err(from.refuse(Error::new(code).with_message(format!("{} {why}.", code.message))));
    }
    Ok(())
}

/// Changes the size of an interface. One that is Active passes through Activating.
#[derive(Wire)]
pub struct ModifyRouterInterfaceSpec {
    /// Region of the interface.
    region_id: RegionId,
    /// The interface.
    router_interface_id: InterfaceId,
    /// Size of the interface; Negative for AcceptingSide, and only for it.
    #[wire(error = codes::INVALID_SPEC_VALUD_NOT_SUPPORTED)]
    spec: Spec,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

/// The size that is in force.
#[derive(Reply)]
pub struct SpecModified {
    /// Size of the interface.
    spec: &'static str,
}

impl Command for ModifyRouterInterfaceSpec {
    type Reply = SpecModified;
    const ABOUT: About = About::tenant("ModifyRouterInterfaceSpec", "vpc:ModifyRouterInterfaceSpec")
        .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_SPECIFIED))
        .replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND,
        &codes::INVALID_SPEC_VALUD_NOT_SUPPORTED,
        &codes::INVALID_INSTANCE_STATUS_ERROR,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn targets(&self) -> Vec<&str> {
        vec![self.router_interface_id.as_str()]
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<SpecModified> {
        let (id, region) = (self.router_interface_id.as_str(), self.region_id.as_str());
        let mut interface =
            Interface::find(cx, id, Some(region), &codes::INVALID_ROUTER_INTERFACE_ID_NOT_FOUND)?;
        if !self.spec.suits(interface.role) {
            return Err((&codes::INVALID_SPEC_VALUD_NOT_SUPPORTED).into());
        }
        interface.spec = self.spec;
        interface.step(cx, Self::ABOUT.name)?;
        Ok(SpecModified { spec: self.spec.as_str() })
    }
}
