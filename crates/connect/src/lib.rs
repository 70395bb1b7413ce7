//! The product, and nothing but the product: circuits, their states, and the actions on them.
//!
//! No clock, no randomness, no environment, no network, no files and no async: time, identifiers and the caller are
//! arguments, and a transaction is the only thing written to. [`ACTIONS`] is the table of contents.

pub mod account;
pub mod action;
pub mod autopilot;
pub mod bgp;
pub mod billing;
pub mod catalogue;
pub mod cen;
pub mod circuit;
pub mod codes;
pub mod conditions;
pub mod cx;
pub mod failover;
pub mod founding;
pub mod group;
pub mod holds;
pub mod hosted;
pub mod id;
pub mod inventory;
mod kept;
mod ledger;
pub mod letter;
pub mod limits;
pub mod machine;
pub mod money;
pub mod order;
pub mod page;
pub mod perform;
pub mod qos;
pub mod region;
pub mod reply;
pub mod route;
pub mod router_interface;
pub mod sandbox;
pub mod seal;
pub mod side;
pub mod tag;
pub mod time;
pub mod timer;
pub mod vbr;
pub mod vbr_ha;
pub mod verify;
pub mod vpc;
pub mod work;
pub mod world;

use action::Entry;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Every action, in the order of the reference.
pub const ACTIONS: &[Entry] = actions! {
    query region::DescribeRegions;
    query region::DescribeZones;
    query region::DescribeAccessPoints;
    command circuit::apply::CreatePhysicalConnection;
    query circuit::describe::DescribePhysicalConnections;
    command circuit::change::ModifyPhysicalConnectionAttribute;
    command circuit::moves::ConfirmPhysicalConnection;
    command circuit::moves::EnablePhysicalConnection;
    command circuit::moves::CancelPhysicalConnection;
    command circuit::moves::TerminatePhysicalConnection;
    command circuit::moves::DeletePhysicalConnection;
    command order::place::CreatePhysicalConnectionOccupancyOrder;
    command order::setup::CreatePhysicalConnectionSetupOrder;
    query order::quote::DescribePhysicalConnectionOrderPrice;
    command circuit::service::OpenPhysicalConnectionService;
    query circuit::service::GetPhysicalConnectionServiceStatus;
    command letter::apply::ApplyPhysicalConnectionLOA;
    command letter::apply::SecondApplyPhysicalConnectionLOA;
    query letter::describe::DescribePhysicalConnectionLOA;
    command letter::complete::CompletePhysicalConnectionLOA;
    command vbr::apply::CreateVirtualBorderRouter;
    query vbr::describe::DescribeVirtualBorderRouters;
    query vbr::describe::DescribeVirtualBorderRoutersForPhysicalConnection;
    command vbr::change::ModifyVirtualBorderRouterAttribute;
    command vbr::change::UpdateVirtualBorderBandwidth;
    command vbr::moves::TerminateVirtualBorderRouter;
    command vbr::moves::RecoverVirtualBorderRouter;
    command vbr::moves::DeleteVirtualBorderRouter;
    command vbr::associate::AssociatePhysicalConnectionToVirtualBorderRouter;
    command vbr::associate::UnassociatePhysicalConnectionFromVirtualBorderRouter;
    command vpc::create::CreateVpc;
    command vpc::delete::DeleteVpc;
    query vpc::describe::DescribeVpcs;
    query vpc::describe::DescribeVpcAttribute;
    query vpc::routers::DescribeVRouters;
    query vpc::tables::DescribeRouteTables;
    query vpc::tables::DescribeRouteTableList;
    command router_interface::create::CreateRouterInterface;
    query router_interface::describe::DescribeRouterInterfaces;
    query router_interface::describe::DescribeRouterInterfaceAttribute;
    command router_interface::connect::ConnectRouterInterface;
    command router_interface::connect::ActivateRouterInterface;
    command router_interface::connect::DeactivateRouterInterface;
    command router_interface::change::ModifyRouterInterfaceAttribute;
    command router_interface::change::ModifyRouterInterfaceSpec;
    command router_interface::delete::DeleteRouterInterface;
    command router_interface::delete::DeleteExpressConnect;
    command route::create::CreateRouteEntry;
    command route::delete::DeleteRouteEntry;
    query route::describe::DescribeRouteEntryList;
    command hosted::apply::CreateVirtualPhysicalConnection;
    query hosted::describe::ListVirtualPhysicalConnections;
    command hosted::apply::UpdateVirtualPhysicalConnection;
    command hosted::moves::RecoverPhysicalConnection;
    command hosted::router::AttachVbrToVpconn;
    command hosted::router::CreateVpconnFromVbr;
    command qos::policy::CreateExpressConnectTrafficQos;
    query qos::describe::DescribeExpressConnectTrafficQos;
    command qos::policy::ModifyExpressConnectTrafficQos;
    command qos::policy::DeleteExpressConnectTrafficQos;
    command qos::queue::CreateExpressConnectTrafficQosQueue;
    query qos::describe::DescribeExpressConnectTrafficQosQueue;
    command qos::queue::ModifyExpressConnectTrafficQosQueue;
    command qos::queue::DeleteExpressConnectTrafficQosQueue;
    command qos::rule::CreateExpressConnectTrafficQosRule;
    query qos::describe::DescribeExpressConnectTrafficQosRule;
    command qos::rule::ModifyExpressConnectTrafficQosRule;
    command qos::rule::DeleteExpressConnectTrafficQosRule;
    command bgp::create::CreateBgpGroup;
    query bgp::describe::DescribeBgpGroups;
    command bgp::change::ModifyBgpGroupAttribute;
    command bgp::change::DeleteBgpGroup;
    command bgp::create::CreateBgpPeer;
    query bgp::describe::DescribeBgpPeers;
    command bgp::change::ModifyBgpPeerAttribute;
    command bgp::change::DeleteBgpPeer;
    command bgp::network::AddBgpNetwork;
    query bgp::describe::DescribeBgpNetworks;
    command bgp::network::DeleteBgpNetwork;
    command vbr_ha::CreateVbrHa;
    query vbr_ha::DescribeVbrHa;
    command vbr_ha::DeleteVbrHa;
    command cen::GrantInstanceToCen;
    query cen::DescribeGrantRulesToCen;
    command cen::RevokeInstanceFromCen;
    command failover::create::CreateFailoverTestJob;
    query failover::describe::DescribeFailoverTestJobs;
    query failover::describe::DescribeFailoverTestJob;
    command failover::change::UpdateFailoverTestJob;
    command failover::change::StartFailoverTestJob;
    command failover::change::StopFailoverTestJob;
    command failover::change::DeleteFailoverTestJob;
    command tag::TagResources;
    command tag::UnTagResources;
    query tag::ListTagResources;
    command tag::express::TagResourcesForExpressConnect;
    command tag::express::UntagResourcesForExpressConnect;
    query tag::express::ListTagResourcesForExpressConnect;
    query tag::express::DescribeTagKeysForExpressConnect;
    command group::ChangeResourceGroup;
    query group::list::ListResourceGroups;
    query side::identity::GetCallerIdentity;
    query side::endpoints::DescribeEndpoints;
    command circuit::provide::ApprovePhysicalConnection;
    command circuit::provide::RejectPhysicalConnection;
    command circuit::provide::AllocatePhysicalConnection;
    command circuit::provide::FailPhysicalConnectionAllocation;
    command circuit::provide::RetryPhysicalConnectionAllocation;
    command circuit::provide::AcceptPhysicalConnectionConstruction;
    command circuit::provide::RefusePhysicalConnectionConstruction;
    command circuit::provide::LockPhysicalConnection;
    command circuit::provide::UnlockPhysicalConnection;
    command letter::provide::ApprovePhysicalConnectionLOA;
    command letter::provide::IssuePhysicalConnectionLOA;
    command letter::provide::RejectPhysicalConnectionLOA;
    command letter::provide::RevokePhysicalConnectionLOA;
    command order::pay::PayOrder;
    command order::pay::VoidOrder;
    command order::renew::RenewPhysicalConnection;
    query order::describe::DescribeOrders;
    query billing::balance::QueryAccountBalance;
    query billing::orders::QueryOrders;
    query billing::orders::GetOrderDetail;
    query billing::instances::QueryAvailableInstances;
    command billing::refund::RefundInstance;
    query work::DescribeWorkQueue;
    command account::CreateAccount;
    query account::DescribeAccounts;
    command money::credit::CreditAccount;
    query money::statement::DescribeAccountStatement;
    command account::CreateAccessKey;
    command account::DisableAccessKey;
    command account::DeleteAccessKey;
    query inventory::DescribeDevices;
    query inventory::DescribePorts;
    command inventory::ReservePort;
    command inventory::ReleasePort;
    command inventory::SetPortState;
    command sandbox::SetAutopilot;
    query sandbox::DescribeAutopilot;
    command sandbox::AdvanceTime;
    query sandbox::DescribeTime;
    command sandbox::ResetSandbox;
};

/// The schema, step by step. A step that has been released is never changed.
pub const MIGRATIONS: &[store::Migration] = &[
    store::Migration { version: 1, name: "first", sql: include_str!("../migrations/0001_first.sql") },
    store::Migration { version: 2, name: "letters", sql: include_str!("../migrations/0002_letters.sql") },
    store::Migration { version: 3, name: "money", sql: include_str!("../migrations/0003_money.sql") },
    store::Migration { version: 4, name: "orders", sql: include_str!("../migrations/0004_orders.sql") },
    store::Migration { version: 5, name: "routers", sql: include_str!("../migrations/0005_routers.sql") },
    store::Migration { version: 6, name: "vpcs", sql: include_str!("../migrations/0006_vpcs.sql") },
    store::Migration {
        version: 7,
        name: "interfaces",
        sql: include_str!("../migrations/0007_interfaces.sql"),
    },
    store::Migration { version: 8, name: "bgp", sql: include_str!("../migrations/0008_bgp.sql") },
    store::Migration { version: 9, name: "failover", sql: include_str!("../migrations/0009_failover.sql") },
    store::Migration { version: 10, name: "groups", sql: include_str!("../migrations/0010_groups.sql") },
    store::Migration { version: 11, name: "hosted", sql: include_str!("../migrations/0011_hosted.sql") },
    store::Migration { version: 12, name: "traffic", sql: include_str!("../migrations/0012_traffic.sql") },
];

static INDEX: LazyLock<HashMap<(&'static str, &'static str), &'static Entry>> = LazyLock::new(|| {
    let mut index = HashMap::new();
    for entry in ACTIONS {
        for version in entry.about.versions() {
            for name in std::iter::once(&entry.about.name).chain(entry.about.aliases) {
                let before = index.insert((version, *name), entry);
                debug_assert!(before.is_none(), "{name} stands twice in ACTIONS");
            }
        }
    }
    index
});

/// The action of this name or alias in this version; names are case-sensitive.
pub fn find(version: &str, name: &str) -> Option<&'static Entry> {
    INDEX.get(&(version, name)).copied()
}

/// Whether any action has this version.
pub fn knows_version(version: &str) -> bool {
    VERSIONS.contains(&version)
}

static VERSIONS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut versions: Vec<_> = ACTIONS.iter().flat_map(|entry| entry.about.versions()).collect();
    versions.sort_unstable();
    versions.dedup();
    versions
});
