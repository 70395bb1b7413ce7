//! Listing VPCs, and showing one of them.

use super::{KIND, Vpc, VpcId};
use crate::action::{About, Codes, Query, Result};
use crate::circuit::parameters::{RegionId, ResourceGroupId};
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::View;
use crate::kept::Kept;
use crate::limits::VPC_IDS_MAX;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use crate::tag::{self, Tag, TagParameter};
use crate::time;
use rpc::gateway;
use rpc::params::invalid;
use rpc::wire::Int;
use rpc::{Reply, Wire};

rpc::text! {
    /// VPC ids joined with commas.
    pub struct VpcIds { min: 1, max: 1300 }
}

rpc::text! {
    /// A name that is looked for.
    pub struct WantedName { min: 1, max: 128 }
}

rpc::text! {
    /// A set of DHCP options.
    pub struct DhcpOptionsSetId { min: 1, max: 64 }
}

/// An account, as a number of sixteen digits at most.
pub type OwnerId = Int<1, 9_999_999_999_999_999>;

/// Lists the VPCs of a region, filtered and paged, in order of creation.
#[derive(Wire)]
pub struct DescribeVpcs {
    /// Region of the VPCs.
    region_id: RegionId,
    /// Only VPCs with this set of DHCP options: there are none.
    dhcp_options_set_id: Option<DhcpOptionsSetId>,
    /// Accepted, and without effect: nothing is changed in any case.
    #[wire(default = "false")]
    dry_run: bool,
    /// Only VPCs with IPv6, or without.
    enable_ipv6: Option<bool>,
    /// Only default VPCs, which do not exist, or only others.
    is_default: Option<bool>,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
    /// Only VPCs of this resource group.
    resource_group_id: Option<ResourceGroupId>,
    /// Only VPCs that carry all of these labels.
    #[wire(alias = "Tags", max_items = 20)]
    tag: Vec<TagParameter>,
    /// Only these VPCs: up to twenty ids joined with commas.
    vpc_id: Option<VpcIds>,
    /// Only VPCs of this name.
    vpc_name: Option<WantedName>,
    /// Only VPCs of this account; another's are not shown.
    vpc_owner_id: Option<OwnerId>,
}

/// A page of VPCs.
#[derive(Reply)]
pub struct Vpcs {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The VPCs.
    vpcs: VpcSet,
}

/// The VPCs of a page.
#[derive(Reply)]
pub struct VpcSet {
    /// One VPC each.
    vpc: Vec<VpcAnswer>,
}

/// One VPC in a list.
#[derive(Reply)]
pub struct VpcAnswer {
    /// The VPC.
    vpc_id: String,
    /// Its name.
    vpc_name: String,
    /// Description as set.
    description: String,
    /// Pending or Available.
    status: &'static str,
    /// Region.
    region_id: String,
    /// Owner.
    owner_id: i64,
    /// IPv4 prefix.
    cidr_block: String,
    /// Further prefixes of the provider's; there are none.
    secondary_cidr_blocks: SecondaryCidrBlocks,
    /// Further prefixes of the customer's.
    user_cidrs: UserCidrs,
    /// Whether it has IPv6.
    enabled_ipv6: bool,
    /// IPv6 prefix, or empty.
    ipv6_cidr_block: String,
    /// The same in a list, with whose it is.
    ipv6_cidr_blocks: Ipv6CidrBlocks,
    /// Its router.
    #[reply(rename = "VRouterId")]
    vrouter_id: String,
    /// Its route tables.
    router_table_ids: RouterTableIds,
    /// Its vSwitches; there are none here.
    #[reply(rename = "VSwitchIds")]
    vswitch_ids: VSwitchIds,
    /// Its NAT gateways; there are none here.
    nat_gateway_ids: NatGatewayIds,
    /// Attachment to a transit network; there is none.
    cen_status: &'static str,
    /// Set of DHCP options; there is none.
    dhcp_options_set_id: &'static str,
    /// State of that set.
    dhcp_options_set_status: &'static str,
    /// Whether instances have DNS names: ENABLED or DISABLED.
    dns_hostname_status: &'static str,
    /// Always false.
    is_default: bool,
    /// Resource group.
    resource_group_id: String,
    /// When it was made.
    creation_time: String,
    /// Labels.
    tags: VpcTags,
}

/// Further prefixes of the provider's.
#[derive(Reply)]
pub struct SecondaryCidrBlocks {
    /// One prefix each.
    secondary_cidr_block: Vec<String>,
}

/// Further prefixes of the customer's.
#[derive(Reply)]
pub struct UserCidrs {
    /// One prefix each.
    user_cidr: Vec<String>,
}

/// IPv6 prefixes.
#[derive(Reply)]
pub struct Ipv6CidrBlocks {
    /// One prefix each.
    ipv6_cidr_block: Vec<Ipv6CidrBlock>,
}

/// An IPv6 prefix.
#[derive(Reply)]
pub struct Ipv6CidrBlock {
    /// The prefix.
    ipv6_cidr_block: String,
    /// Whose it is.
    ipv6_isp: String,
}

/// Route tables of a VPC.
#[derive(Reply)]
pub struct RouterTableIds {
    /// One table each.
    router_table_ids: Vec<String>,
}

/// vSwitches.
#[derive(Reply)]
pub struct VSwitchIds {
    /// One vSwitch each.
    #[reply(rename = "VSwitchId")]
    vswitch_id: Vec<String>,
}

/// NAT gateways.
#[derive(Reply)]
pub struct NatGatewayIds {
    /// One gateway each.
    nat_gateway_ids: Vec<String>,
}

/// The labels of a VPC, wrapped as the contract has it: not as a circuit's are.
#[derive(Reply)]
pub struct VpcTags {
    /// One label each.
    tag: Vec<Tag>,
}

impl VSwitchIds {
    /// No vSwitch: there are none here.
    pub(super) fn none() -> VSwitchIds {
        VSwitchIds { vswitch_id: Vec::new() }
    }
}

impl VpcTags {
    /// No labels: what cannot carry any.
    pub(super) fn none() -> VpcTags {
        VpcTags { tag: Vec::new() }
    }
}

fn user_cidrs(vpc: &Vpc) -> UserCidrs {
    let list = vpc.user_cidrs.split(',').filter(|cidr| !cidr.is_empty());
    UserCidrs { user_cidr: list.map(str::to_owned).collect() }
}

fn ipv6_cidrs(vpc: &Vpc) -> Ipv6CidrBlocks {
    let one = Ipv6CidrBlock { ipv6_cidr_block: vpc.ipv6_cidr.clone(), ipv6_isp: vpc.ipv6_isp.clone() };
    Ipv6CidrBlocks { ipv6_cidr_block: if vpc.ipv6 { vec![one] } else { Vec::new() } }
}

fn dns_status(vpc: &Vpc) -> &'static str {
    if vpc.dns_hostname { "ENABLED" } else { "DISABLED" }
}

/// An account's number as the wire has it.
pub(super) fn owner_number(account: &str) -> i64 {
    account.parse().unwrap_or(0)
}

fn shown(vpc: Vpc, tags: Vec<Tag>) -> VpcAnswer {
    VpcAnswer {
        status: vpc.status().as_str(),
        owner_id: owner_number(&vpc.head.account),
        secondary_cidr_blocks: SecondaryCidrBlocks { secondary_cidr_block: Vec::new() },
        user_cidrs: user_cidrs(&vpc),
        ipv6_cidr_blocks: ipv6_cidrs(&vpc),
        dns_hostname_status: dns_status(&vpc),
        vpc_id: vpc.head.id,
        vpc_name: vpc.name,
        description: vpc.description,
        region_id: vpc.head.region,
        cidr_block: vpc.cidr,
        enabled_ipv6: vpc.ipv6,
        ipv6_cidr_block: vpc.ipv6_cidr,
        vrouter_id: vpc.router_id,
        router_table_ids: RouterTableIds { router_table_ids: vec![vpc.route_table_id] },
        vswitch_ids: VSwitchIds::none(),
        nat_gateway_ids: NatGatewayIds { nat_gateway_ids: Vec::new() },
        cen_status: "",
        dhcp_options_set_id: "",
        dhcp_options_set_status: "",
        is_default: false,
        resource_group_id: vpc.resource_group_id,
        creation_time: time::wire(vpc.head.created_at),
        tags: VpcTags { tag: tags },
    }
}

impl Query for DescribeVpcs {
    type Reply = Vpcs;
    const ABOUT: About = About::tenant("DescribeVpcs", "vpc:DescribeVpcs");
    const ERRORS: Codes = &[&gateway::INVALID_PARAMETER];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<Vpcs> {
        let _ = self.dry_run;
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let conditions = self.conditions(&view.caller.account)?;
        let (total, vpcs) = Vpc::page(view.read, &conditions, page)?;
        let mut vpc = Vec::new();
        for found in vpcs {
            let tags = tag::of(view.read, &found.head.account, KIND, &found.head.id)?;
            vpc.push(shown(found, tags));
        }
        Ok(Vpcs {
            total_count: wire_count(total),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            vpcs: VpcSet { vpc },
        })
    }
}

impl DescribeVpcs {
    fn conditions<'a>(&'a self, me: &'a str) -> Result<Conditions<'a>> {
        let mut conditions =
            Conditions::default().and("account =", me).and("region =", self.region_id.as_str());
        let is_anothers = self.vpc_owner_id.is_some_and(|owner| owner.get() != owner_number(me));
        if is_anothers || self.dhcp_options_set_id.is_some() || self.is_default == Some(true) {
            conditions = conditions.and_in("id", []);
        }
        if let Some(ids) = &self.vpc_id {
            let ids: Vec<&str> = ids.as_str().split(',').collect();
            if i64::try_from(ids.len()).is_ok_and(|count| count > VPC_IDS_MAX) {
                let why = format!("name at most {VPC_IDS_MAX} VPCs at a time");
                return Err(invalid("VpcId", &why).into());
            }
            conditions = conditions.and_in("id", ids);
        }
        if let Some(name) = &self.vpc_name {
            conditions = conditions.and("name =", name.as_str());
        }
        if let Some(group) = &self.resource_group_id {
            conditions = conditions.and("resource_group_id =", group.as_str());
        }
        if let Some(ipv6) = self.enable_ipv6 {
            conditions = conditions.and("ipv6 =", i64::from(ipv6));
        }
        Ok(tag::labelled(conditions, me, KIND, &self.tag))
    }
}

/// Shows one VPC.
#[derive(Wire)]
pub struct DescribeVpcAttribute {
    /// Region of the VPC.
    region_id: RegionId,
    /// The VPC.
    vpc_id: VpcId,
    /// Accepted, and without effect: nothing is changed in any case.
    #[wire(default = "false")]
    dry_run: bool,
    /// Whether it is to be a default VPC, of which there are none.
    is_default: Option<bool>,
}

/// One VPC.
#[derive(Reply)]
#[expect(clippy::struct_excessive_bools, reason = "the wire has them")]
pub struct VpcAttribute {
    /// The VPC.
    vpc_id: String,
    /// Its name.
    vpc_name: String,
    /// Description as set.
    description: String,
    /// Pending or Available.
    status: &'static str,
    /// Region.
    region_id: String,
    /// Owner.
    owner_id: i64,
    /// IPv4 prefix.
    cidr_block: String,
    /// Further prefixes of the provider's; there are none.
    secondary_cidr_blocks: SecondaryCidrBlocks,
    /// Further prefixes of the customer's.
    user_cidrs: UserCidrs,
    /// Whether it has IPv6.
    enabled_ipv6: bool,
    /// IPv6 prefix, or empty.
    ipv6_cidr_block: String,
    /// The same in a list, with whose it is.
    ipv6_cidr_blocks: Ipv6CidrBlocks,
    /// Its router.
    #[reply(rename = "VRouterId")]
    vrouter_id: String,
    /// Its vSwitches; there are none here.
    #[reply(rename = "VSwitchIds")]
    vswitch_ids: VSwitchIds,
    /// What is in it: its route table.
    cloud_resources: CloudResources,
    /// Transit networks it is part of; there are none.
    associated_cens: AssociatedCens,
    /// Where it takes routes from; nowhere.
    associated_propagation_sources: AssociatedPropagationSources,
    /// Always false.
    classic_link_enabled: bool,
    /// Set of DHCP options; there is none.
    dhcp_options_set_id: &'static str,
    /// State of that set.
    dhcp_options_set_status: &'static str,
    /// Whether instances have DNS names: ENABLED or DISABLED.
    dns_hostname_status: &'static str,
    /// IPv4 gateway; there is none.
    ipv4_gateway_id: &'static str,
    /// Always false.
    support_ipv4_gateway: bool,
    /// Always false.
    is_default: bool,
    /// Resource group.
    resource_group_id: String,
    /// When it was made.
    creation_time: String,
    /// Labels.
    tags: VpcTags,
}

/// What is in a VPC.
#[derive(Reply)]
pub struct CloudResources {
    /// One kind each.
    cloud_resource_set_type: Vec<CloudResource>,
}

/// How much of one kind is in a VPC.
#[derive(Reply)]
pub struct CloudResource {
    /// Kind of thing.
    resource_type: &'static str,
    /// How many.
    resource_count: i32,
}

/// The transit networks of a VPC.
#[derive(Reply)]
pub struct AssociatedCens {
    /// One network each.
    associated_cen: Vec<AssociatedCen>,
}

/// A transit network of a VPC.
#[derive(Reply)]
pub struct AssociatedCen {
    /// The network.
    cen_id: String,
    /// Its owner.
    cen_owner_id: i64,
    /// State of the attachment.
    cen_status: String,
}

/// Where a VPC takes routes from.
#[derive(Reply)]
pub struct AssociatedPropagationSources {
    /// One source each.
    associated_propagation_sources: Vec<PropagationSource>,
}

/// A source of routes.
#[derive(Reply)]
pub struct PropagationSource {
    /// Whether its routes are taken.
    route_propagated: bool,
    /// The source.
    source_instance_id: String,
    /// Its owner.
    source_owner_id: i64,
    /// Kind of source.
    source_type: String,
    /// State of the source.
    status: String,
}

impl Query for DescribeVpcAttribute {
    type Reply = VpcAttribute;
    const ABOUT: About = About::tenant("DescribeVpcAttribute", "vpc:DescribeVpcAttribute");
    const ERRORS: Codes = &[&codes::INVALID_VPC_ID_NOT_FOUND];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<VpcAttribute> {
        let _ = self.dry_run;
        let vpc = Vpc::anywhere(view.read, self.vpc_id.as_str())?
            .filter(|vpc| {
                vpc.head.account == view.caller.account && vpc.head.region == self.region_id.as_str()
            })
            .filter(|_| self.is_default != Some(true))
            .ok_or(&codes::INVALID_VPC_ID_NOT_FOUND)?;
        let tags = tag::of(view.read, &vpc.head.account, KIND, &vpc.head.id)?;
        let tables = CloudResource { resource_type: "RouteTable", resource_count: 1 };
        Ok(VpcAttribute {
            status: vpc.status().as_str(),
            owner_id: owner_number(&vpc.head.account),
            secondary_cidr_blocks: SecondaryCidrBlocks { secondary_cidr_block: Vec::new() },
            user_cidrs: user_cidrs(&vpc),
            ipv6_cidr_blocks: ipv6_cidrs(&vpc),
            dns_hostname_status: dns_status(&vpc),
            vpc_id: vpc.head.id,
            vpc_name: vpc.name,
            description: vpc.description,
            region_id: vpc.head.region,
            cidr_block: vpc.cidr,
            enabled_ipv6: vpc.ipv6,
            ipv6_cidr_block: vpc.ipv6_cidr,
            vrouter_id: vpc.router_id,
            vswitch_ids: VSwitchIds::none(),
            cloud_resources: CloudResources { cloud_resource_set_type: vec![tables] },
            associated_cens: AssociatedCens { associated_cen: Vec::new() },
            associated_propagation_sources: AssociatedPropagationSources {
                associated_propagation_sources: Vec::new(),
            },
            classic_link_enabled: false,
            dhcp_options_set_id: "",
            dhcp_options_set_status: "",
            ipv4_gateway_id: "",
            support_ipv4_gateway: false,
            is_default: false,
            resource_group_id: vpc.resource_group_id,
            creation_time: time::wire(vpc.head.created_at),
            tags: VpcTags { tag: tags },
        })
    }
}
