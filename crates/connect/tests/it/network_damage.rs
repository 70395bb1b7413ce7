//! What breaks the invariants of networks, beside the table in `invariants`.

use crate::house::{House, Who, text};
use crate::rules::interfaces::{Place, connected, end, on, pair, vrouter};
use crate::rules::vpcs::vpc;

/// As in `invariants`: what breaks an invariant, and a word that its finding must have.
pub(crate) const DAMAGE: &[(&str, &str, &str)] = &[
    (
        "networks-wait",
        "update due set at = at + 1 where trigger = 'FinishVpcCreation'",
        "FinishVpcCreation is due on",
    ),
    ("networks-wait", "delete from due where trigger = 'FinishVpcCreation'", "waits for FinishVpcCreation"),
    (
        "networks-wait",
        "update due set actor = 'autopilot' where trigger = 'FinishVpcCreation'",
        "does not wait",
    ),
    (
        "ledger-leads-to-networks",
        "update vpc set status = 'Pending' where status = 'Available'",
        "is \"Available\" in the ledger and \"Pending\"",
    ),
    (
        "ledger-leads-to-networks",
        "update ledger set status_from = 'Deleting' where action = 'FinishVpcCreation'",
        "went on from \"Deleting\"",
    ),
    (
        "labels-are-on-something",
        "update tag set resource = 'vpc-none' where name = 'network'",
        "nothing of its kind",
    ),
    ("networks-wait", "delete from due where trigger = 'FinishInterfaceConnection'", "waits for FinishInterface"),
    (
        "networks-wait",
        "update due set trigger = 'LoseOppositeInterface' where trigger = 'FinishInterfaceConnection'",
        "LoseOppositeInterface is due on",
    ),
    ("interfaces-stand-on-routers", "update router_interface set router_id = 'vrt-x' where name = 'idle'", "vrt-x"),
    (
        "interfaces-stand-on-routers",
        "update router_interface set router_type = 'VBR' where name = 'idle'",
        "no such router",
    ),
    (
        "interfaces-stand-on-routers",
        "insert into router_interface select account, region, serial + 100 + value, id || value, status, since, role,
         spec, router_type, router_id, access_point_id, opposite_region, opposite_router_type, opposite_router_id,
         opposite_id, opposite_owner, opposite_access_point_id, opposite_gone, fast_link, router_interface.name,
         description, health_source, health_target, health_rate_ms, health_threshold, resource_group_id, created_at,
         modified_at, connected_at from router_interface
         join (select 1 as value union all select 2 union all select 3 union all select 4) as number on 1 = 1
         where router_interface.name = 'idle'",
        "has 6 interfaces",
    ),
    (
        "interfaces-stand-on-routers",
        "update router_interface set spec = 'Negative' where name = 'idle'",
        "does not fit",
    ),
    (
        "interfaces-stand-on-routers",
        "update router_interface set health_source = '10.0.0.1' where name = 'idle'",
        "does not fit",
    ),
    (
        "connections-pair",
        "update router_interface set opposite_owner = '9' where status = 'Active' and role = 'InitiatingSide'",
        "is not its other end",
    ),
    (
        "connections-pair",
        "update router_interface set opposite_gone = 1 where status = 'Active'",
        "is gone, which is there",
    ),
    (
        "connections-pair",
        "update router_interface set status = 'Inactive', opposite_router_id = (select opposite_router_id
         from router_interface where status = 'Active' and role = 'InitiatingSide'), router_id = (select router_id
         from router_interface where status = 'Active' and role = 'InitiatingSide') where name = 'idle'",
        "have 2 connections",
    ),
    (
        "connections-pair",
        "update router_interface set connected_at = null where status = 'Active'",
        "its instants do not fit",
    ),
    (
        "connections-pair",
        "update router_interface set connected_at = created_at where name = 'idle'",
        "its instants do not fit",
    ),
    (
        "ledger-leads-to-networks",
        "update router_interface set status = 'Active' where name = 'idle'",
        "is \"Idle\" in the ledger and \"Active\"",
    ),
];

/// What the damage needs of networks that have been there for a while: the second tenant's, so that nothing else in the
/// house looks otherwise for them.
pub(crate) fn begin(house: &mut House) {
    vpc(house, Who::Second, &[("Tag.1.Key", "network")]);
    let routers = [0; 3].map(|_| vrouter(house, Who::Second, "east"));
    let [one, two, three] = routers.each_ref().map(|router| Place { who: Who::Second, ..Place::of(router) });
    connected(house, one, two);
    end(house, two, three, "InitiatingSide", &[("Name", "idle")]);
}

/// What the damage needs of networks that are being made.
pub(crate) fn begin_more(house: &mut House) {
    let routers = [0; 2].map(|_| made(house));
    let [one, two] = routers.each_ref().map(|router| Place { who: Who::Second, ..Place::of(router) });
    let (left, _) = pair(house, one, two);
    on(house, one, "ConnectRouterInterface", &left, &[]);
}

/// The router of a VPC that is being made.
fn made(house: &mut House) -> String {
    text(
        &house.ok(Who::Second, "CreateVpc", &[("RegionId", "east"), ("CidrBlock", "10.0.0.0/8")]),
        "VRouterId",
    )
}
