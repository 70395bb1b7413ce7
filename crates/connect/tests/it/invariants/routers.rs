//! What breaks the invariants of border routers. `VBR` stands for the id of a router with a further circuit, a label
//! and IPv6; `PC` for its circuit.

use crate::house::{House, Lane, Plan, Who};
use crate::rules::routers::{circuit, lent, on, router};

pub(super) const DAMAGE: &[(&str, &str, &str)] = &[
    (
        "routers-stand-on-circuits",
        "update vbr set circuit_id = 'pc-none' where id = 'VBR'",
        "VBR is on pc-none, which is not as it must be: nowhere",
    ),
    (
        "routers-stand-on-circuits",
        "update circuit set status = 'Terminated' where id = 'PC'",
        "VBR is on PC, which is not as it must be: Terminated",
    ),
    (
        "routers-stand-on-circuits",
        "update vbr set circuit_account = '6543210987654321' where id = 'VBR'",
        "VBR is on PC",
    ),
    ("routers-stand-on-circuits", "update vbr set region = 'west' where id = 'VBR'", "VBR is on PC"),
    ("routers-stand-on-circuits", "update vbr set access_point_id = 'ap' where id = 'VBR'", "VBR is on PC"),
    ("routers-stand-on-circuits", "update vbr_association set circuit_id = 'pc-none'", "VBR is on pc-none"),
    (
        "links-are-whole",
        "update vbr set mask = '' where id = 'VBR'",
        "VBR is active and its addresses are not",
    ),
    (
        "links-are-whole",
        "update vbr set local_ip = '10.0.0.1' where status = 'unconfirmed'",
        "is unconfirmed and its addresses are not",
    ),
    (
        "links-are-whole",
        "update vbr set activated_at = null, local_ip = '', peer_ip = '', mask = '' where id = 'VBR'",
        "VBR is active",
    ),
    ("links-are-whole", "update vbr set enable_ipv6 = 0 where id = 'VBR'", "of VBR over PC has a part"),
    ("links-are-whole", "update vbr_association set local_ip = 'x'", "the link of VBR over pc-"),
    ("links-are-whole", "update vbr set peer_ipv6 = '' where id = 'VBR'", "the link of VBR over PC"),
    (
        "links-are-whole",
        "update vbr_association set vbr_id = 'vbr-none'",
        "no router has the further circuit",
    ),
    ("links-are-whole", "update vbr_association set circuit_id = 'PC'", "VBR has the further circuit PC"),
    ("vlans-equal-links", "delete from vlan where holder = 'VBR'", "VBR does not hold the VLAN 10 of PC"),
    ("vlans-equal-links", "update vbr_association set vlan = 99", "VBR does not hold the VLAN 99 of pc-"),
    (
        "vlans-equal-links",
        "insert into vlan (circuit_id, vlan, holder) values ('PC', 77, 'VBR')",
        "the VLAN 77 of PC is held by VBR for no link",
    ),
    (
        "vlans-equal-links",
        "insert into vlan (circuit_id, vlan, holder) values ('PC', 78, 'vbr-none')",
        "the VLAN 78 of PC is held by vbr-none for no link",
    ),
    (
        "vlans-equal-links",
        "update vlan set reserved_until = 5 where holder = 'VBR'",
        "the VLAN 10 of PC is reserved wrongly, or not: VBR is active",
    ),
    (
        "vlans-equal-links",
        "update vlan set reserved_until = null where reserved_until is not null",
        "is terminated",
    ),
    (
        "vlans-equal-links",
        "update vlan set reserved_until = reserved_until + 1 where reserved_until is not null",
        "is terminated",
    ),
    (
        "router-answers-equal-rows",
        "update vbr set name = 'other' where id = 'VBR'",
        "VBR differs from its row in Name",
    ),
    (
        "router-answers-equal-rows",
        "update vbr set vlan = 12 where id = 'VBR'",
        "VBR differs from its row in VlanId",
    ),
    ("router-answers-equal-rows", "update vbr set sitelink = 1 where id = 'VBR'", "SitelinkEnable"),
    ("router-answers-equal-rows", "update vbr set created_at = 7000 where id = 'VBR'", "CreationTime"),
    (
        "router-answers-equal-rows",
        "update circuit set business_status = 'SecurityLocked' where id = 'PC'",
        "VBR differs from its circuit in PhysicalConnectionBusinessStatus",
    ),
    (
        "router-answers-equal-rows",
        "update vbr_association set circuit_code = 'c'",
        "VBR shows other circuits",
    ),
    ("router-answers-equal-rows", "delete from vbr_association", "VBR shows other circuits"),
    (
        "router-answers-equal-rows",
        "delete from tag where kind = 'VIRTUALBORDERROUTER'",
        "VBR shows other labels",
    ),
    (
        "router-deadlines-belong",
        "delete from due where trigger = 'FinishRouterTermination'",
        "waits for FinishRouterTermination, which is never due",
    ),
    (
        "router-deadlines-belong",
        "update due set at = at + 1 where trigger = 'FinishRouterTermination'",
        "FinishRouterTermination by timer is due on",
    ),
    (
        "router-deadlines-belong",
        "update due set resource = 'VBR' where trigger = 'FinishRouterTermination'",
        "is due on VBR, whose state",
    ),
    (
        "router-deadlines-belong",
        "update due set actor = 'autopilot' where trigger = 'FinishRouterTermination'",
        "FinishRouterTermination by autopilot",
    ),
    (
        "router-instants-fit",
        "update vbr set activated_at = null where id = 'VBR'",
        "VBR is active and its instants",
    ),
    ("router-instants-fit", "update vbr set terminated_at = activated_at where id = 'VBR'", "VBR is active"),
    ("router-instants-fit", "update vbr set since = created_at - 1 where id = 'VBR'", "VBR is active"),
    (
        "router-instants-fit",
        "update vbr set activated_at = since where status = 'unconfirmed'",
        "is unconfirmed",
    ),
    ("router-instants-fit", "update vbr set since = since + 1 where status = 'terminated'", "is terminated"),
    ("router-instants-fit", "update vbr set recovered_at = activated_at where id = 'VBR'", "VBR is active"),
    (
        "ledger-leads-to-routers",
        "update vbr set status = 'terminated' where id = 'VBR'",
        "VBR is \"active\" in the ledger and \"terminated\" in its row",
    ),
    (
        "ledger-leads-to-routers",
        "update ledger set status_from = 'recovering' where status_to = 'terminating'",
        "went on from \"recovering\"",
    ),
    (
        "ledger-leads-to-routers",
        "update vbr set serial = 0 where id = 'VBR'",
        "VBR has no creation in the ledger",
    ),
    (
        "labels-are-on-something",
        "update tag set kind = 'PHYSICALCONNECTION' where resource = 'VBR'",
        "is on VBR",
    ),
];

/// Routers of each kind that the damage needs; gives the ids of the first and of its circuit.
pub(super) fn lively(lane: Lane) -> (House, String, String) {
    let mut made = Plan::quiet(lane).build();
    let house = &mut made;
    let (circuit, further) = (circuit(house), circuit(house));
    house.now += 1000;
    let more = [
        ("EnableIpv6", "true"),
        ("LocalIpv6GatewayIp", "2001:db8::1"),
        ("PeerIpv6GatewayIp", "2001:db8::2"),
        ("PeeringIpv6SubnetMask", "64"),
        ("Tag.1.Key", "edge"),
    ];
    let id = router(house, &circuit, &more);
    let link = [("PhysicalConnectionId", &*further), ("VlanId", "10")];
    on(house, Who::Tenant, "AssociatePhysicalConnectionToVirtualBorderRouter", &id, &link).unwrap();
    lent(house, &circuit, "11");
    let stopped = router(house, &circuit, &[("VlanId", "12")]);
    on(house, Who::Tenant, "TerminateVirtualBorderRouter", &stopped, &[]).unwrap();
    house.now += 1000;
    house.tick();
    let stopping = router(house, &circuit, &[("VlanId", "13")]);
    on(house, Who::Tenant, "TerminateVirtualBorderRouter", &stopping, &[]).unwrap();
    (made, id, circuit)
}
