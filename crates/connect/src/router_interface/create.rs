//! Making a router interface: one end, or with FastLinkMode both.

use super::health::{self, Faults};
use super::parameters::{AddressText, InstanceChargeType, InterfaceId, OwnerText, Role, Spec, TermUnit};
use super::states::{FAST_LINK, InterfaceStatus};
use super::{Interface, KIND, pair};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::{
    AccessPointId, ClientToken, Description, RegionId, ResourceGroupId, ResourceName,
};
use crate::codes;
use crate::cx::Cx;
use crate::kept::Head;
use crate::kept::Kept;
use crate::limits::INTERFACES_PER_ROUTER_MAX;
use crate::tag::{self, TagParameter};
use crate::vbr::{DEFAULT_RESOURCE_GROUP, Vbr};
use crate::vpc::Vpc;
use crate::vpc::routers::RouterId;
use crate::vpc::tables::RouterType;
use crate::{account, circuit, holds};
use rpc::code::Error;
use rpc::gateway;
use rpc::params::{invalid, missing};
use rpc::wire::Int;
use rpc::{Reply, Wire};

/// Makes one end of a connection between two routers. With FastLinkMode, both ends, connected at once.
#[derive(Wire)]
pub struct CreateRouterInterface {
    /// Region of the router.
    region_id: RegionId,
    /// Region of the other end.
    opposite_region_id: RegionId,
    /// Which end this is; a border router has only InitiatingSide.
    #[wire(error = codes::INVALID_ROLE_VALUE_NOT_SUPPORTED)]
    role: Role,
    /// The router.
    router_id: RouterId,
    /// Kind of router.
    #[wire(error = codes::INVALID_ROUTER_TYPE_VALUE_NOT_SUPPORTED)]
    router_type: RouterType,
    /// Size of the interface; Negative for AcceptingSide, and only for it.
    #[wire(error = codes::INVALID_SPEC_VALUD_NOT_SUPPORTED)]
    spec: Spec,
    /// Access point of the border router; needed with RouterType VBR.
    access_point_id: Option<AccessPointId>,
    /// Whether a prepaid interface is paid at once.
    #[wire(default = "false")]
    auto_pay: bool,
    /// Whether a prepaid interface renews itself.
    #[wire(default = "false")]
    auto_renew: bool,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text.
    #[wire(error = codes::INVALID_DESCRIPTION_MALFORMED_RI)]
    description: Option<Description>,
    /// Makes the other end as well, on a router of a VPC of one's own, and connects the two. For RouterType VBR.
    #[wire(default = "false")]
    fast_link_mode: bool,
    /// Where probes of the connection come from: an address in the VPC.
    #[wire(error = codes::INVALID_HEALTH_CHECK_IP_MALFORMD)]
    health_check_source_ip: Option<AddressText>,
    /// Where probes go to; needed with HealthCheckSourceIp.
    #[wire(error = codes::INVALID_HEALTH_CHECK_IP_MALFORMD)]
    health_check_target_ip: Option<AddressText>,
    /// How the interface is paid for. The catalogue sells none PrePaid.
    #[wire(default = "PostPaid")]
    instance_charge_type: InstanceChargeType,
    /// Display name.
    #[wire(error = codes::INVALID_NAME_MALFORMED_RI)]
    name: Option<ResourceName>,
    /// Access point of the other border router.
    opposite_access_point_id: Option<AccessPointId>,
    /// The other end, if it is known already.
    opposite_interface_id: Option<InterfaceId>,
    /// Owner of the other end.
    #[wire(error = codes::INVALID_ALIUID)]
    opposite_interface_owner_id: Option<OwnerText>,
    /// The other router.
    opposite_router_id: Option<RouterId>,
    /// Kind of the other router.
    #[wire(error = codes::INVALID_OPPOSITE_ROUTER_TYPE_VALUE_NOT_SUPPORTED)]
    opposite_router_type: Option<RouterType>,
    /// Term of a prepaid interface: months 1 to 9, years 1 to 3.
    period: Option<Int<1, 9>>,
    /// The unit that Period counts.
    #[wire(default = "Month")]
    pricing_cycle: TermUnit,
    /// Resource group to put the interface into.
    resource_group_id: Option<ResourceGroupId>,
    /// Labels.
    #[wire(alias = "Tag", max_items = 20)]
    tags: Vec<TagParameter>,
}

/// The new interface.
#[derive(Reply)]
pub struct InterfaceCreated {
    /// The interface.
    router_interface_id: String,
    /// The order of a prepaid interface; there is none.
    order_id: Option<i64>,
}

/// What this action answers to bad addresses.
const FAULTS: Faults = Faults {
    malformed: &codes::INVALID_HEALTH_CHECK_IP_MALFORMD,
    source: &codes::INVALID_HEALTH_CHECK_IP_MALFORMD,
    outside: &codes::INVALID_HEALTH_CHECK_IP_MALFORMD,
};

impl Command for CreateRouterInterface {
    type Reply = InterfaceCreated;
    const ABOUT: About = About::tenant("CreateRouterInterface", "vpc:CreateRouterInterface")
        .region(Some(&codes::INVALID_REGION_ID_NOT_FOUND_SPECIFIED))
        .replay(Replay::Create);
    const ERRORS: Codes = &[
        &gateway::MISSING_PARAMETER,
        &gateway::INVALID_PARAMETER,
        &codes::INVALID_OPPOSITE_REGION_ID_NOT_FOUND,
        &codes::INVALID_ROLE_VALUE_NOT_SUPPORTED,
        &codes::INVALID_SPEC_VALUD_NOT_SUPPORTED,
        &codes::INVALID_ROUTER_TYPE_VALUE_NOT_SUPPORTED,
        &codes::INVALID_OPPOSITE_ROUTER_TYPE_VALUE_NOT_SUPPORTED,
        &codes::INVALID_PRICE_NOT_FOUND,
        &codes::INVALID_ALIUID,
        &codes::FORBIDDEN_BILLS_OUTSTANDING,
        &codes::INVALID_ROUTER_ID_NOT_FOUND,
        &codes::INVALID_VBR_STATUS,
        &codes::INVALID_HEALTH_CHECK_IP_MALFORMD,
        &codes::QUOTA_EXCEEDED_ROUTER_INTERFACE,
        &codes::FORBIDDEN_ONLY_ONE_CONNECTION,
    ];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<InterfaceCreated> {
        self.check_alone(cx)?;
        circuit::apply::require_nothing_owed(cx)?;
        let interface = self.interface(cx);
        self.check_router(cx, &interface)?;
        if self.fast_link_mode {
            self.check_fast_link(cx)?;
        }
        health::check(cx.tx, &interface, &FAULTS)?;
        require_room(cx, &interface.router_id)?;
        if !interface.opposite_router_id.is_empty() {
            let (router, other) = (&interface.router_id, &interface.opposite_router_id);
            if pair::require_unconnected(cx.tx, router, other)?.is_some() {
                return Err((&codes::FORBIDDEN_ONLY_ONE_CONNECTION).into());
            }
        }
        let tags = tag::given(&self.tags, "Tags")?;
        tag::put(cx, KIND, &interface.head.id, &tags)?;
        interface.insert(cx)?;
        if self.fast_link_mode {
            interface.happens(cx, FAST_LINK)?;
        }
        Ok(InterfaceCreated { router_interface_id: interface.head.id, order_id: None })
    }
}

impl CreateRouterInterface {
    /// What can be said of the parameters without looking at anything.
    fn check_alone(&self, cx: &mut Cx<'_>) -> Result<()> {
        if cx.world.catalogue.region(self.opposite_region_id.as_str()).is_none() {
            return Err((&codes::INVALID_OPPOSITE_REGION_ID_NOT_FOUND).into());
        }
        let is_vbr = self.router_type == RouterType::Vbr;
        if is_vbr && self.role == Role::AcceptingSide {
            return Err((&codes::INVALID_ROLE_VALUE_NOT_SUPPORTED).into());
        }
        if !self.spec.suits(self.role) {
            return Err((&codes::INVALID_SPEC_VALUD_NOT_SUPPORTED).into());
        }
        if is_vbr && self.access_point_id.is_none() {
            return Err(missing("AccessPointId", "").into());
        }
        if self.instance_charge_type == InstanceChargeType::PrePaid {
            // What it would cost, how long and whether paid at once: nothing of it is in the catalogue.
            let _ = (self.auto_pay, self.auto_renew, self.pricing_cycle);
            if self.period.is_none() {
                return Err(missing("Period", "").into());
            }
            let code = &codes::INVALID_PRICE_NOT_FOUND;
            let message = format!("{} Router interfaces are sold PostPaid only.", code.message);
            return Err(Error::new(code).with_message(message).into());
        }
        match &self.opposite_interface_owner_id {
            Some(owner) if !account::is_tenant(cx.tx, owner.as_str())? => {
                Err((&codes::INVALID_ALIUID).into())
            }
            _ => Ok(()),
        }
    }

    /// The router is the caller's own, in this region, and fit for an interface.
    fn check_router(&self, cx: &mut Cx<'_>, interface: &Interface) -> Result<()> {
        let own = |account: &str, region: &str| {
            account == interface.head.account && region == interface.head.region
        };
        match self.router_type {
            RouterType::VRouter => {
                Vpc::of_router(cx.tx, &interface.router_id)?
                    .filter(|vpc| own(&vpc.head.account, &vpc.head.region))
                    .ok_or(&codes::INVALID_ROUTER_ID_NOT_FOUND)?;
            }
            RouterType::Vbr => {
                let vbr = Vbr::anywhere(cx.tx, &interface.router_id)?
                    .filter(|vbr| own(&vbr.account, &vbr.region))
                    .ok_or(&codes::INVALID_ROUTER_ID_NOT_FOUND)?;
                holds::require_router(Self::ABOUT.name, &vbr)?;
                if vbr.access_point_id != interface.access_point_id {
                    let why = format!("{} is at {}", vbr.id, vbr.access_point_id);
                    return Err(invalid("AccessPointId", &why).into());
                }
            }
        }
        Ok(())
    }

    /// What FastLinkMode needs: a border router on this end, and on the other a router of a VPC of the caller's own.
    fn check_fast_link(&self, cx: &mut Cx<'_>) -> Result<()> {
        if self.router_type != RouterType::Vbr {
            return Err((&codes::INVALID_ROUTER_TYPE_VALUE_NOT_SUPPORTED).into());
        }
        match self.opposite_router_type {
            None => return Err(missing("OppositeRouterType", "").into()),
            Some(RouterType::Vbr) => {
                return Err((&codes::INVALID_OPPOSITE_ROUTER_TYPE_VALUE_NOT_SUPPORTED).into());
            }
            Some(RouterType::VRouter) => {}
        }
        let owner = self
            .opposite_interface_owner_id
            .as_ref()
            .ok_or_else(|| missing("OppositeInterfaceOwnerId", ""))?;
        let router = self.opposite_router_id.as_ref().ok_or_else(|| missing("OppositeRouterId", ""))?;
        if self.opposite_interface_id.is_some() {
            return Err(invalid("OppositeInterfaceId", "FastLinkMode makes the other end itself").into());
        }
        if owner.as_str() != cx.account {
            let code = &codes::INVALID_ALIUID;
            let why = "FastLinkMode connects routers of one account: connect to another's step by step";
            return Err(Error::new(code).with_message(format!("{} {why}.", code.message)).into());
        }
        Vpc::of_router(cx.tx, router.as_str())?
            .filter(|vpc| {
                vpc.head.account == cx.account && vpc.head.region == self.opposite_region_id.as_str()
            })
            .ok_or(&codes::INVALID_ROUTER_ID_NOT_FOUND)?;
        require_room(cx, router.as_str())
    }

    fn interface(&self, cx: &mut Cx<'_>) -> Interface {
        let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let group = self.resource_group_id.as_ref().map_or(DEFAULT_RESOURCE_GROUP, ResourceGroupId::as_str);
        Interface {
            head: Head::new::<Interface>(cx, self.region_id.as_str()),
            role: self.role,
            spec: self.spec,
            router_type: self.router_type,
            router_id: self.router_id.as_str().to_owned(),
            access_point_id: text(self.access_point_id.as_ref().map(AccessPointId::as_str)),
            opposite_region: self.opposite_region_id.as_str().to_owned(),
            opposite_router_type: self.opposite_router_type,
            opposite_router_id: text(self.opposite_router_id.as_ref().map(RouterId::as_str)),
            opposite_id: text(self.opposite_interface_id.as_ref().map(InterfaceId::as_str)),
            opposite_owner: text(self.opposite_interface_owner_id.as_ref().map(OwnerText::as_str)),
            opposite_access_point_id: text(self.opposite_access_point_id.as_ref().map(AccessPointId::as_str)),
            opposite_gone: false,
            fast_link: self.fast_link_mode,
            name: text(self.name.as_ref().map(ResourceName::as_str)),
            description: text(self.description.as_ref().map(Description::as_str)),
            health_source: text(self.health_check_source_ip.as_ref().map(AddressText::as_str)),
            health_target: text(self.health_check_target_ip.as_ref().map(AddressText::as_str)),
            health_rate_ms: None,
            health_threshold: None,
            resource_group_id: group.to_owned(),
            modified_at: cx.now,
            connected_at: None,
        }
    }
}

/// Makes the accepting end of a fast link, in service at once, and has the other follow.
pub(super) fn accepting_end(cx: &mut Cx<'_>, initiating: &mut Interface) -> Result<()> {
    let accepting = Interface {
        head: Head::new::<Interface>(cx, &initiating.opposite_region).beginning(InterfaceStatus::Active),
        role: Role::AcceptingSide,
        spec: Spec::Negative,
        router_type: RouterType::VRouter,
        router_id: initiating.opposite_router_id.clone(),
        access_point_id: initiating.opposite_access_point_id.clone(),
        opposite_region: initiating.head.region.clone(),
        opposite_router_type: Some(initiating.router_type),
        opposite_router_id: initiating.router_id.clone(),
        opposite_id: initiating.head.id.clone(),
        opposite_owner: initiating.head.account.clone(),
        opposite_access_point_id: initiating.access_point_id.clone(),
        name: String::new(),
        description: String::new(),
        health_source: String::new(),
        health_target: String::new(),
        connected_at: Some(cx.now),
        ..initiating.clone()
    };
    initiating.opposite_id.clone_from(&accepting.head.id);
    initiating.update(cx, initiating.status())?;
    accepting.insert(cx)?;
    initiating.happens(cx, FAST_LINK)
}

/// The router carries fewer interfaces than it may.
fn require_room(cx: &mut Cx<'_>, router: &str) -> Result<()> {
    let carried = Interface::on_router(cx.tx, router)?.len();
    if i64::try_from(carried).is_ok_and(|carried| carried < INTERFACES_PER_ROUTER_MAX) {
        Ok(())
    } else {
        Err((&codes::QUOTA_EXCEEDED_ROUTER_INTERFACE).into())
    }
}
