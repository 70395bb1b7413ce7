//! Resource groups: what an account puts together under one name of its own. A group is there as soon as something is
//! in it, and so it has no row: the resources' rows are what is known of it. This file moves a resource to another
//! group; `list` has the words of the product that lists groups.

pub mod list;

use crate::action::{About, Codes, Command, Result};
use crate::circuit::parameters::{RegionId, ResourceGroupId};
use crate::cx::{Cx, View};
use crate::hosted::Hosted;
use crate::kept::Grouped;
use crate::qos::Qos;
use crate::reply::Nothing;
use crate::router_interface::Interface;
use crate::tag::ResourceId;
use crate::{circuit, codes, hosted, vbr};
use rpc::{Choice, Wire};

/// What can be put into a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum GroupedType {
    /// A circuit.
    #[choice("PHYSICALCONNECTION")]
    PhysicalConnection,
    /// A virtual border router.
    #[choice("VIRTUALBORDERROUTER")]
    VirtualBorderRouter,
    /// A router interface.
    #[choice("ROUTERINTERFACE")]
    RouterInterface,
    /// A policy for traffic.
    #[choice("TRAFFICQOS")]
    TrafficQos,
}

/// Puts a resource of the caller's into another group.
#[derive(Wire)]
pub struct ChangeResourceGroup {
    /// Region of the resource.
    region_id: RegionId,
    /// The group; it is made by putting the first resource into it.
    new_resource_group_id: ResourceGroupId,
    /// The resource.
    resource_id: ResourceId,
    /// What it is.
    #[wire(error = codes::INVALID_RESOURCE_TYPE_NOT_FOUND)]
    resource_type: GroupedType,
}

impl Command for ChangeResourceGroup {
    type Reply = Nothing;
    const ABOUT: About = About::tenant("ChangeResourceGroup", "vpc:ChangeResourceGroup");
    const ERRORS: Codes = &[&codes::INVALID_RESOURCE_ID_NOT_FOUND];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    /// What a border router or a hosted connection has of its circuit must stay as it is meanwhile.
    fn also(&self, view: &mut View<'_>) -> Result<Vec<String>> {
        match self.resource_type {
            GroupedType::VirtualBorderRouter => vbr::circuit_owners(view.read, [self.resource_id.as_str()]),
            GroupedType::PhysicalConnection => hosted::circuit_owner(view, self.resource_id.as_str()),
            GroupedType::RouterInterface | GroupedType::TrafficQos => Ok(Vec::new()),
        }
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let (id, region) = (self.resource_id.as_str(), self.region_id.as_str());
        let group = self.new_resource_group_id.as_str();
        match self.resource_type {
            GroupedType::PhysicalConnection if hosted::is_there_at_all(cx.tx, id)? => {
                Hosted::regroup(cx, id, region, group)?;
            }
            GroupedType::PhysicalConnection => circuit::regroup(cx, id, region, group)?,
            GroupedType::VirtualBorderRouter => vbr::regroup(cx, id, region, group)?,
            GroupedType::TrafficQos => Qos::regroup(cx, id, region, group)?,
            GroupedType::RouterInterface => Interface::regroup(cx, id, region, group)?,
        }
        cx.record(id, "", "");
        Ok(Nothing {})
    }
}
