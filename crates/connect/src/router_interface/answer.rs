//! A router interface as clients are shown it: what its owner said, and of the other end what that is now, if the two
//! name each other. It is made when it is read.

use super::Interface;
use super::pair;
use super::parameters::Spec;
use crate::action::Result;
use crate::kept::Kept;
use crate::tag::{self, Tag};
use crate::time;
use crate::vpc::Vpc;
use crate::vpc::tables::RouterType;
use rpc::Reply;
use store::Read;

/// `BusinessStatus` of every interface: what is paid after use is never locked.
const NORMAL: &str = "Normal";
/// `ChargeType` of every interface.
const AFTER_PAY: &str = "AfterPay";
/// `EndTime` of what has none (contract, DescribeRouterInterfaces).
const NEVER: &str = "2999-09-08T16:00:00Z";
/// `OppositeInterfaceStatus` of what is gone.
const DELETED: &str = "Deleted";

/// The labels of an interface, wrapped as the contract has it.
#[derive(Debug, Clone, Reply)]
pub struct InterfaceTags {
    /// One label each.
    #[reply(rename = "Tags")]
    tags: Vec<Tag>,
}

/// The members that the list and the answer on one interface have in common, and those that each has of its own.
macro_rules! interface_answers {
    ($($(#[doc = $doc:literal])+ $(#[reply(rename = $wire:literal)])? $field:ident: $kind:ty,)+) => {
        /// One interface in a list.
        #[derive(Reply)]
        pub struct InterfaceAnswer {
            $($(#[doc = $doc])+ $(#[reply(rename = $wire)])? $field: $kind,)+
            /// Whether it was made with its other end at once.
            fast_link_mode: bool,
            /// Whether it carries IPv6: off.
            ipv6_status: &'static str,
        }

        /// One interface by itself.
        #[derive(Reply)]
        pub struct InterfaceAttribute {
            $($(#[doc = $doc])+ $(#[reply(rename = $wire)])? $field: $kind,)+
            /// Whether it was made with its other end at once, as text.
            fast_link_mode: &'static str,
            /// When it was last changed.
            gmt_modified: String,
            /// Normal, or NoHealthCheckConfig without addresses.
            health_check_status: &'static str,
            /// Always the text 200.
            code: &'static str,
            /// Always the word successful.
            message: &'static str,
            /// Always true.
            success: bool,
        }

        impl InterfaceAttribute {
            fn of(shown: InterfaceAnswer, interface: &Interface) -> InterfaceAttribute {
                let is_probed = !interface.health_source.is_empty();
                InterfaceAttribute {
                    $($field: shown.$field,)+
                    fast_link_mode: if interface.fast_link { "true" } else { "false" },
                    gmt_modified: time::wire(interface.modified_at),
                    health_check_status: if is_probed { "Normal" } else { "NoHealthCheckConfig" },
                    code: "200",
                    message: "successful",
                    success: true,
                }
            }
        }
    };
}

interface_answers! {
    /// The interface.
    router_interface_id: String,
    /// State of the interface.
    status: &'static str,
    /// Locks: always Normal.
    business_status: &'static str,
    /// Always AfterPay.
    charge_type: &'static str,
    /// InitiatingSide or AcceptingSide.
    role: &'static str,
    /// Size.
    spec: &'static str,
    /// Mbit/s.
    bandwidth: i32,
    /// Its router.
    router_id: String,
    /// Kind of its router.
    router_type: &'static str,
    /// Access point of its border router; left out where it was not given.
    access_point_id: Option<String>,
    /// Its VPC; empty on a border router.
    vpc_instance_id: String,
    /// Region of the other end.
    opposite_region_id: String,
    /// The other router; left out until it is given.
    opposite_router_id: Option<String>,
    /// Kind of the other router; empty until it is given.
    opposite_router_type: &'static str,
    /// Access point of the other border router; left out until it is given.
    opposite_access_point_id: Option<String>,
    /// The other end; empty until it is given.
    opposite_interface_id: String,
    /// Owner of the other end; left out until it is given.
    opposite_interface_owner_id: Option<String>,
    /// State of the other end; empty while the two do not name each other, Deleted once it is gone.
    opposite_interface_status: &'static str,
    /// Size of the other end.
    opposite_interface_spec: &'static str,
    /// Locks of the other end.
    opposite_interface_business_status: &'static str,
    /// Mbit/s of the other end.
    opposite_bandwidth: i32,
    /// VPC of the other end.
    opposite_vpc_instance_id: String,
    /// Whether one end is in mainland China and the other is not.
    cross_border: bool,
    /// Name as set.
    name: String,
    /// Description as set.
    description: String,
    /// Where probes come from.
    health_check_source_ip: String,
    /// Where probes go to.
    health_check_target_ip: String,
    /// Milliseconds between probes; 0 until it is set.
    hc_rate: i32,
    /// Probes of a check; left out until it is set.
    hc_threshold: Option<i32>,
    /// When it was made.
    creation_time: String,
    /// When it was first connected.
    connected_time: String,
    /// The far instant that stands for never.
    end_time: &'static str,
    /// The text false: nothing waits to take effect.
    has_reservation_data: &'static str,
    /// When a change takes effect; left out.
    reservation_active_time: Option<String>,
    /// Bandwidth after it; left out.
    reservation_bandwidth: Option<String>,
    /// Metering after it; left out.
    reservation_internet_charge_type: Option<String>,
    /// Kind of the change; left out.
    reservation_order_type: Option<String>,
    /// Resource group.
    resource_group_id: String,
    /// Labels.
    tags: InterfaceTags,
}

fn given(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn wire_int(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Whether a region is in mainland China, by its name.
fn is_mainland(region: &str) -> bool {
    region.starts_with("cn-") && region != "cn-hongkong"
}

fn vpc_of(read: &mut dyn Read, interface: &Interface) -> Result<String> {
    match interface.router_type {
        RouterType::Vbr => Ok(String::new()),
        RouterType::VRouter => {
            Ok(Vpc::of_router(read, &interface.router_id)?.map(|vpc| vpc.head.id).unwrap_or_default())
        }
    }
}

/// The interface in a list.
pub(super) fn listed(read: &mut dyn Read, interface: &Interface) -> Result<InterfaceAnswer> {
    let peer = pair::opposite(read, interface)?;
    let peer_spec = peer.as_ref().map_or("", |peer| peer.spec.as_str());
    let peer_status = match &peer {
        Some(peer) => peer.status().as_str(),
        None if interface.opposite_gone => DELETED,
        None => "",
    };
    let opposite_vpc_instance_id = match &peer {
        Some(peer) => vpc_of(read, peer)?,
        None => String::new(),
    };
    let mainland = [&interface.head.region, &interface.opposite_region].map(|region| is_mainland(region));
    Ok(InterfaceAnswer {
        router_interface_id: interface.head.id.clone(),
        status: interface.status().as_str(),
        business_status: NORMAL,
        charge_type: AFTER_PAY,
        role: interface.role.as_str(),
        spec: interface.spec.as_str(),
        bandwidth: interface.spec.mbps(),
        router_id: interface.router_id.clone(),
        router_type: interface.router_type.as_str(),
        access_point_id: given(&interface.access_point_id),
        vpc_instance_id: vpc_of(read, interface)?,
        opposite_region_id: interface.opposite_region.clone(),
        opposite_router_id: given(&interface.opposite_router_id),
        opposite_router_type: interface.opposite_router_type.map_or("", |kind| kind.as_str()),
        opposite_access_point_id: given(&interface.opposite_access_point_id),
        opposite_interface_id: interface.opposite_id.clone(),
        opposite_interface_owner_id: given(&interface.opposite_owner),
        opposite_interface_status: peer_status,
        opposite_interface_spec: peer_spec,
        opposite_interface_business_status: if peer.is_some() { NORMAL } else { "" },
        opposite_bandwidth: Spec::from_wire(peer_spec).map_or(0, Spec::mbps),
        opposite_vpc_instance_id,
        cross_border: mainland[0] != mainland[1],
        name: interface.name.clone(),
        description: interface.description.clone(),
        health_check_source_ip: interface.health_source.clone(),
        health_check_target_ip: interface.health_target.clone(),
        hc_rate: wire_int(interface.health_rate_ms.unwrap_or(0)),
        hc_threshold: interface.health_threshold.map(wire_int),
        creation_time: time::wire(interface.head.created_at),
        connected_time: time::wire_or_empty(interface.connected_at),
        end_time: NEVER,
        has_reservation_data: "false",
        reservation_active_time: None,
        reservation_bandwidth: None,
        reservation_internet_charge_type: None,
        reservation_order_type: None,
        resource_group_id: interface.resource_group_id.clone(),
        tags: InterfaceTags {
            tags: tag::of(read, &interface.head.account, super::KIND, &interface.head.id)?,
        },
        fast_link_mode: interface.fast_link,
        ipv6_status: "off",
    })
}

/// The interface by itself.
pub(super) fn alone(read: &mut dyn Read, interface: &Interface) -> Result<InterfaceAttribute> {
    Ok(InterfaceAttribute::of(listed(read, interface)?, interface))
}
