//! Border routers: making one, its VLAN, its life, and what it keeps its circuit from.

use super::{More, Pairs, lifted, on_each_lane};
use crate::house::{House, Plan, Refusal, Reply, SECOND, TENANT, Who, text};
use crate::invariants;
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::limits::{VBRS_PER_CIRCUIT_MAX, VBRS_UNCONFIRMED_MAX, VLAN_RESERVATION_MS};
use connect::perform::{self, Order, Undone};
use connect::world::World;
use serde_json::{Value, json};
use std::sync::Arc;
use store::Abort;

pub(crate) const EAST: (&str, &str) = ("RegionId", "east");
/// The seconds for which a terminated router's VLANs are kept for it.
const RESERVATION_S: i64 = VLAN_RESERVATION_MS / 1000;

/// An enabled circuit of this account.
pub(crate) fn circuit_of(house: &mut House, who: Who, more: &[(&str, &str)]) -> String {
    let id = house.order(who, more);
    house.operate("ApprovePhysicalConnection", &id);
    house.operate("AllocatePhysicalConnection", &id);
    let region = more.iter().find(|(name, _)| *name == "RegionId").copied().unwrap_or(EAST);
    for action in ["ConfirmPhysicalConnection", "EnablePhysicalConnection"] {
        house.ok(who, action, &[region, ("PhysicalConnectionId", &id)]);
    }
    id
}

/// An enabled circuit of the tenant.
pub(crate) fn circuit(house: &mut House) -> String {
    circuit_of(house, Who::Tenant, &[])
}

/// Parameters with others in their place or beside them; an empty text takes one away.
pub(crate) fn replaced<'a>(usual: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Pairs<'a> {
    let kept = usual.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name)).copied();
    kept.chain(more.iter().copied()).collect()
}

/// The parameters of a new router.
pub(crate) fn new_router<'a>(circuit: &'a str, more: &[(&'a str, &'a str)]) -> Pairs<'a> {
    let usual = [
        EAST,
        ("PhysicalConnectionId", circuit),
        ("VlanId", "10"),
        ("LocalGatewayIp", "10.0.0.1"),
        ("PeerGatewayIp", "10.0.0.2"),
        ("PeeringSubnetMask", "255.255.255.252"),
    ];
    replaced(&usual, more)
}

/// Makes a router for the tenant itself.
pub(crate) fn router(house: &mut House, circuit: &str, more: &[(&str, &str)]) -> String {
    text(&house.ok(Who::Tenant, "CreateVirtualBorderRouter", &new_router(circuit, more)), "VbrId")
}

/// Makes a router for the second tenant on a circuit of the first.
pub(crate) fn lent(house: &mut House, circuit: &str, vlan: &str) -> String {
    let pairs = [EAST, ("PhysicalConnectionId", circuit), ("VlanId", vlan), ("VbrOwnerId", SECOND)];
    text(&house.ok(Who::Tenant, "CreateVirtualBorderRouter", &pairs), "VbrId")
}

/// Runs an action that names a router.
pub(crate) fn on(house: &mut House, who: Who, action: &str, vbr: &str, more: &[(&str, &str)]) -> Reply {
    house.call(who, action, &[&[EAST, named(action, vbr)], more].concat())
}

/// The parameter that names a router.
pub(crate) fn named<'a>(action: &str, vbr: &'a str) -> (&'static str, &'a str) {
    let long = action == "UpdateVirtualBorderBandwidth";
    (if long { "VirtualBorderRouterId" } else { "VbrId" }, vbr)
}

/// Runs an action on a router that must be refused, and leave everything as it was.
pub(crate) fn refused(
    house: &mut House,
    who: Who,
    action: &str,
    vbr: &str,
    more: &[(&str, &str)],
) -> Refusal {
    house.refused(who, action, &[&[EAST, named(action, vbr)], more].concat())
}

/// Routers as this account is shown them.
pub(crate) fn listed(house: &mut House, who: Who, more: &[(&str, &str)]) -> Vec<Value> {
    let answer = house.ok(who, "DescribeVirtualBorderRouters", &replaced(&[EAST, ("PageSize", "50")], more));
    let rows = answer["VirtualBorderRouterSet"]["VirtualBorderRouterType"].as_array().unwrap().clone();
    assert!(rows.len() == 50 || answer["TotalCount"] == rows.len(), "{answer}");
    rows
}

/// One router as its owner is shown it; nothing when it is gone.
pub(crate) fn shown(house: &mut House, who: Who, vbr: &str) -> Option<Value> {
    let filter = [("Filter.1.Key", "VbrId"), ("Filter.1.Value.1", vbr)];
    listed(house, who, &filter).first().cloned()
}

/// The tenant's router in one of its fields.
pub(crate) fn field(house: &mut House, vbr: &str, name: &str) -> Value {
    shown(house, Who::Tenant, vbr).expect("the router is there")[name].clone()
}

#[test]
pub(crate) fn a_router_is_made_on_an_enabled_circuit_and_read_back() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit_of(house, Who::Tenant, &[("bandwidth", "700")]);
        house.now += 5000;
        let more = [
            ("VlanId", "0"),
            ("Bandwidth", "1000"),
            ("CircuitCode", "CT-7"),
            ("Description", "the first"),
            ("Name", "edge-1"),
            ("EnableIpv6", "true"),
            ("LocalIpv6GatewayIp", "2001:db8::1"),
            ("PeerIpv6GatewayIp", "2001:DB8::2"),
            ("PeeringIpv6SubnetMask", "2001:db8::/64"),
            ("ResourceGroupId", "rg-7"),
            ("Tag.1.Key", "team"),
            ("Tag.1.Value", "blue"),
            ("VbrOwnerId", TENANT),
        ];
        let id = router(house, &circuit, &more);
        let row = shown(house, Who::Tenant, &id).unwrap();
        let (interface, table) = (text(&row, "VlanInterfaceId"), text(&row, "RouteTableId"));
        assert!(id.starts_with("vbr-") && interface.starts_with("ri-") && table.starts_with("vtb-"), "{row}");
        let mut expected = json!({
            "VbrId": id, "Status": "active", "Name": "edge-1", "Description": "the first", "VlanId": 0,
            "VlanInterfaceId": interface, "LocalGatewayIp": "10.0.0.1", "PeerGatewayIp": "10.0.0.2",
            "PeeringSubnetMask": "255.255.255.252", "EnableIpv6": true, "LocalIpv6GatewayIp": "2001:db8::1",
            "PeerIpv6GatewayIp": "2001:DB8::2", "PeeringIpv6SubnetMask": "2001:db8::/64", "CircuitCode": "CT-7",
            "Bandwidth": 1000, "Mtu": 1500, "DetectMultiplier": 3, "MinRxInterval": 1000, "MinTxInterval": 1000,
            "SitelinkEnable": false,
        });
        let rest = json!({
            "RouteTableId": table, "AccessPointId": "ap-east-1",
            "PhysicalConnectionId": circuit, "PhysicalConnectionStatus": "Enabled",
            "PhysicalConnectionBusinessStatus": "Normal", "PhysicalConnectionOwnerUid": TENANT,
            "ResourceGroupId": "rg-7", "Type": "pconnVBR", "CreationTime": "2026-01-31T08:00:05Z",
            "ActivationTime": "2026-01-31T08:00:05Z", "TerminationTime": "", "RecoveryTime": "", "EccId": "",
            "CloudBoxInstanceId": "", "EcrId": "", "EcrAttatchStatus": "", "EcrOwnerId": "",
            "PConnVbrChargeType": "", "PConnVbrExpireTime": "",
            "AssociatedPhysicalConnections": {"AssociatedPhysicalConnection": []},
            "AssociatedCens": {"AssociatedCen": []}, "Tags": {"Tags": [{"Key": "team", "Value": "blue"}]},
        });
        expected.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        assert_eq!(row, expected);

        // What nobody chose reads back empty, but for what a client may count on.
        let plain = router(house, &circuit, &[("VlanId", "2999")]);
        let row = shown(house, Who::Tenant, &plain).unwrap();
        for name in ["Name", "Description", "CircuitCode", "LocalIpv6GatewayIp", "PeeringIpv6SubnetMask"] {
            assert_eq!(row[name], "", "{name}");
        }
        assert_eq!((&row["EnableIpv6"], &row["Tags"]["Tags"]), (&json!(false), &json!([])));
        assert_eq!((&row["ResourceGroupId"], &row["VlanId"]), (&json!("rg-default"), &json!(2999)));
        // The widest offered that a circuit of 700 fills; the narrowest where it fills none.
        assert_eq!(row["Bandwidth"], 500);
        let thin = circuit_of(house, Who::Tenant, &[("bandwidth", "7")]);
        let thin = router(house, &thin, &[]);
        assert_eq!(field(house, &thin, "Bandwidth"), 50);
        invariants::check(house);
    });
}

/// What is wrong with a new router, and the answer.
const WRONG: &[(More<'_>, &str, &str)] = &[
    (&[("VlanId", "3000")], "InvalidVlanId.Malformed", ""),
    (&[("VlanId", "-1")], "InvalidVlanId.Malformed", ""),
    (&[("VlanId", "x")], "InvalidVlanId.Malformed", ""),
    (&[("VlanId", "")], "MissingParameter", "VlanId"),
    (&[("Bandwidth", "51")], "IllegalParam.Bandwidth", ""),
    (&[("Bandwidth", "0")], "IllegalParam.Bandwidth", ""),
    (&[("CircuitCode", LONG)], "InvalidCircuitCode.Malformed", ""),
    (&[("Name", "1")], "InvalidName.Malformed", ""),
    (&[("Description", "https://x")], "InvalidDescription.Malformed", ""),
    (&[("LocalGatewayIp", "")], "MissingParameter", "LocalGatewayIp"),
    (&[("PeerGatewayIp", "")], "MissingParameter", "PeerGatewayIp"),
    (&[("PeeringSubnetMask", "")], "MissingParameter", "PeeringSubnetMask"),
    (&[("LocalGatewayIp", "10.0.0")], "InvalidLocalGatewayIp.Malformed", "10.0.0"),
    (&[("LocalGatewayIp", "10.0.0.256")], "InvalidLocalGatewayIp.Malformed", "10.0.0.256"),
    (&[("LocalGatewayIp", "<b>")], "InvalidLocalGatewayIp.Malformed", "LocalGatewayIp: give"),
    (&[("PeerGatewayIp", "2001:db8::1")], "InvalidPeerGatewayIp.Malformed", "2001:db8::1"),
    (&[("PeeringSubnetMask", "255.255.254.0")], "InvalidPeeringSubnetMask.Malformed", "255.255.254.0"),
    (&[("PeeringSubnetMask", "255.255.255.254")], "InvalidPeeringSubnetMask.Malformed", "255.255.255.252"),
    (&[("PeeringSubnetMask", "255.0.255.0")], "InvalidPeeringSubnetMask.Malformed", ""),
    (&[("PeeringSubnetMask", "30")], "InvalidPeeringSubnetMask.Malformed", ""),
    (&[("PeerGatewayIp", "10.0.0.5")], "InvalidIp.NotSameSubnet", "10.0.0.0/30"),
    (&[("LocalGatewayIp", "10.0.0.0")], "InvalidLocalGatewayIp.Malformed", "10.0.0.0"),
    (&[("PeerGatewayIp", "10.0.0.3")], "InvalidPeerGatewayIp.Malformed", "10.0.0.3"),
    (&[("PeerGatewayIp", "10.0.0.1")], "InvalidPeerGatewayIp.Malformed", "no other has"),
    (&[("LocalIpv6GatewayIp", "2001:db8::1")], "InvalidLocalGatewayIp.Malformed", "EnableIpv6=true"),
    (&[("PeerIpv6GatewayIp", "2001:db8::2")], "InvalidPeerGatewayIp.Malformed", "EnableIpv6=true"),
    (&[("PeeringIpv6SubnetMask", "2001:db8::/64")], "InvalidPeeringSubnetMask.Malformed", "EnableIpv6=true"),
    (&[("EnableIpv6", "true")], "MissingParameter", "LocalIpv6GatewayIp"),
    (&[IPV6[0], IPV6[1], IPV6[2]], "MissingParameter", "PeeringIpv6SubnetMask"),
    (
        &[IPV6[0], ("LocalIpv6GatewayIp", "10.0.0.1"), IPV6[2], IPV6[3]],
        "InvalidLocalGatewayIp.Malformed",
        "LocalIpv6",
    ),
    (
        &[IPV6[0], IPV6[1], ("PeerIpv6GatewayIp", "::g"), IPV6[3]],
        "InvalidPeerGatewayIp.Malformed",
        "PeerIpv6",
    ),
    (
        &[IPV6[0], IPV6[1], ("PeerIpv6GatewayIp", "2001:db8::1"), IPV6[3]],
        "InvalidPeerGatewayIp.Malformed",
        "other",
    ),
    (
        &[IPV6[0], IPV6[1], ("PeerIpv6GatewayIp", "2001:db9::2"), IPV6[3]],
        "InvalidIp.NotSameSubnet",
        "2001:db8::/64",
    ),
    (
        &[IPV6[0], IPV6[1], IPV6[2], ("PeeringIpv6SubnetMask", "128")],
        "InvalidPeeringSubnetMask.Malformed",
        "",
    ),
    (&[("Tag.1.Key", "a"), ("Tag.2.Key", "a")], "InvalidParameter", "Tags"),
    (&[("PhysicalConnectionId", "")], "MissingParameter", "PhysicalConnectionId"),
    (&[("PhysicalConnectionId", "pc-none")], "InvalidPhysicalConnectionId.NotFound", ""),
    (&[("RegionId", "west")], "InvalidPhysicalConnectionId.NotFound", ""),
];

const LONG: &str = match std::str::from_utf8(&[b'x'; 129]) {
    Ok(long) => long,
    Err(_) => unreachable!(),
};

/// A good IPv6 pair.
const IPV6: [(&str, &str); 4] = [
    ("EnableIpv6", "true"),
    ("LocalIpv6GatewayIp", "2001:db8::1"),
    ("PeerIpv6GatewayIp", "2001:db8::2"),
    ("PeeringIpv6SubnetMask", "2001:db8::/64"),
];

#[test]
pub(crate) fn what_no_router_can_be_is_refused_and_leaves_nothing() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        for (wrong, code, word) in WRONG {
            let pairs = new_router(&circuit, wrong);
            let refusal = house.refused(Who::Tenant, "CreateVirtualBorderRouter", &pairs);
            assert_eq!(refusal.is(), (*code, 400), "{wrong:?}: {}", refusal.message);
            assert!(refusal.message.contains(word), "{wrong:?}: {}", refusal.message);
            assert!(
                !refusal.message.contains('<'),
                "what a caller wrote is not repeated: {}",
                refusal.message
            );
        }
        let foreign = circuit_of(house, Who::Second, &[]);
        let refusal = house.refused(Who::Tenant, "CreateVirtualBorderRouter", &new_router(&foreign, &[]));
        assert_eq!(refusal.is(), ("InvalidPhysicalConnectionId.NotFound", 400));
        for (owner, status) in [("9999999999999999", 404), ("0", 404), ("me", 404), ("1000000000000000", 404)]
        {
            let pairs = [EAST, ("PhysicalConnectionId", &*circuit), ("VlanId", "1"), ("VbrOwnerId", owner)];
            let refusal = house.refused(Who::Tenant, "CreateVirtualBorderRouter", &pairs);
            assert_eq!(refusal.is(), ("InvalidVbrOwnerId.NotFound", status), "{owner}");
        }
        assert_eq!(listed(house, Who::Tenant, &[]), [] as [Value; 0]);
        // The bounds themselves are good: the widest and the narrowest mask, and a pair at the ends.
        router(house, &circuit, &[("PeeringSubnetMask", "255.255.255.0"), ("PeerGatewayIp", "10.0.0.254")]);
        router(
            house,
            &circuit,
            &[("VlanId", "11"), IPV6[0], IPV6[1], IPV6[2], ("PeeringIpv6SubnetMask", "64")],
        );
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_router_needs_an_enabled_circuit_that_is_not_locked() {
    on_each_lane(lifted, |house| {
        for status in ["Initial", "Allocated", "Confirmed", "Terminating", "Terminated", "Rejected"] {
            let id = house.order(Who::Tenant, &[]);
            super::lead_to(house, &id, status);
            let refusal = house.refused(Who::Tenant, "CreateVirtualBorderRouter", &new_router(&id, &[]));
            assert_eq!(refusal.is(), ("InvalidPhysicalConnectionId.NotEnabled", 400), "{status}");
            assert_eq!(refusal.header(STATE_HEADER), Some(status));
            assert!(refusal.message.ends_with(&format!("{id} is {status}.")), "{}", refusal.message);
        }
        let id = circuit(house);
        for lock in ["SecurityLocked", "FinancialLocked"] {
            let pairs = [("PhysicalConnectionId", &*id), ("BusinessStatus", lock), ("Reason", "r")];
            house.ok(Who::Operator, "LockPhysicalConnection", &pairs);
            let refusal = house.refused(Who::Tenant, "CreateVirtualBorderRouter", &new_router(&id, &[]));
            assert_eq!(refusal.is(), ("InvalidPhysicalConnectionId.NotEnabled", 400));
            assert!(refusal.message.ends_with(&format!("{id} is {lock}.")), "{}", refusal.message);
        }
        house.operate("UnlockPhysicalConnection", &id);
        router(house, &id, &[]);
    });
}

#[test]
pub(crate) fn a_vlan_is_one_routers_on_its_circuit() {
    on_each_lane(Plan::quiet, |house| {
        let (one, two) = (circuit(house), circuit(house));
        let first = router(house, &one, &[]);
        // The same VLAN on another circuit is another.
        router(house, &two, &[]);
        let taken = |house: &mut House, circuit: &str, vlan: &str| {
            let pairs = new_router(circuit, &[("VlanId", vlan)]);
            let refusal = house.refused(Who::Tenant, "CreateVirtualBorderRouter", &pairs);
            assert_eq!(refusal.is(), ("InvalidVlanId.Used", 400));
            let said =
                format!("The specified VlanId has been used. {vlan} on {circuit} is in use: choose another.");
            assert_eq!(refusal.message, said);
        };
        taken(house, &one, "10");
        // One that another account waits to confirm holds its VLAN as well.
        lent(house, &one, "11");
        taken(house, &one, "11");
        // A change gives the old one up; the new one must be free, and one's own always is.
        let modify = "ModifyVirtualBorderRouterAttribute";
        assert_eq!(
            refused(house, Who::Tenant, modify, &first, &[("VlanId", "11")]).is(),
            ("InvalidVlanId.Used", 400)
        );
        on(house, Who::Tenant, modify, &first, &[("VlanId", "10")]).unwrap();
        on(house, Who::Tenant, modify, &first, &[("VlanId", "12")]).unwrap();
        taken(house, &one, "12");
        let second = router(house, &one, &[]);
        // A deleted one holds nothing.
        on(house, Who::Tenant, "DeleteVirtualBorderRouter", &first, &[]).unwrap();
        on(house, Who::Tenant, modify, &second, &[("VlanId", "12")]).unwrap();
        invariants::check(house);
    });
}

/// Carries out a command on a store; gives `ok` or the code of the refusal. A fault fails the test.
fn carry_out(store: &store::Store, world: &Arc<World>, order: Order) -> &'static str {
    let world = Arc::clone(world);
    match store.write_blocking(move |tx| perform::perform(tx, &world, &order)) {
        Ok(_) => "ok",
        Err(Abort::Refused(Undone::Refused(error))) => error.code().name,
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn of_many_that_want_one_vlan_at_once_one_gets_it_on_whichever_node() {
    on_each_lane(lifted, |house| {
        let (one, two) = (circuit(house), circuit(house));
        let elsewhere = router(house, &two, &[("VlanId", "2000")]);
        let nodes = house.other_nodes(2);
        for vlan in 0..8 {
            let vlan = vlan.to_string();
            // For oneself, for another account, and by an association.
            let lent = [EAST, ("PhysicalConnectionId", &*one), ("VlanId", &vlan), ("VbrOwnerId", SECOND)];
            let link = [EAST, ("VbrId", &*elsewhere), ("PhysicalConnectionId", &*one), ("VlanId", &vlan)];
            let mut orders = Vec::new();
            for _ in 0..3 {
                let own = new_router(&one, &[("VlanId", &vlan)]);
                orders.push(house.command(Who::Tenant, "CreateVirtualBorderRouter", &own));
                orders.push(house.command(Who::Tenant, "CreateVirtualBorderRouter", &lent));
                let associate = "AssociatePhysicalConnectionToVirtualBorderRouter";
                orders.push(house.command(Who::Tenant, associate, &link));
            }
            let stores: Vec<_> = std::iter::once(&house.store).chain(&nodes).collect();
            let world = &house.world;
            let answers: Vec<_> = std::thread::scope(|scope| {
                let started: Vec<_> = orders
                    .into_iter()
                    .enumerate()
                    .map(|(at, order)| {
                        let store = stores[at % stores.len()];
                        scope.spawn(move || carry_out(store, world, order))
                    })
                    .collect();
                started.into_iter().map(|one| one.join().unwrap()).collect()
            });
            assert_eq!(answers.iter().filter(|answer| **answer == "ok").count(), 1, "{answers:?}");
            let refusals = ["InvalidVlanId.Used", "PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR"];
            assert!(answers.iter().all(|answer| *answer == "ok" || refusals.contains(answer)), "{answers:?}");
            invariants::check(house);
        }
    });
}

#[test]
pub(crate) fn a_terminated_routers_vlan_is_kept_for_it_for_seven_days() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let (kept, lost) = (router(house, &circuit, &[]), router(house, &circuit, &[("VlanId", "11")]));
        for id in [&kept, &lost] {
            on(house, Who::Tenant, "TerminateVirtualBorderRouter", id, &[]).unwrap();
        }
        house.advance(1);
        let create = |house: &mut House, vlan: &str| {
            house.call(Who::Tenant, "CreateVirtualBorderRouter", &new_router(&circuit, &[("VlanId", vlan)]))
        };
        house.advance(RESERVATION_S - 1);
        let refusal = create(house, "11").unwrap_err();
        assert_eq!(refusal.is(), ("InvalidVlanId.Used", 400));
        let until = format!("11 on {circuit} is reserved until 2026-02-07T08:00:01Z: choose another.");
        assert!(refusal.message.ends_with(&until), "{}", refusal.message);
        // Its own router may have it back at any time while nobody took it.
        on(house, Who::Tenant, "RecoverVirtualBorderRouter", &kept, &[]).unwrap();
        house.advance(1);
        let taker = text(&create(house, "11").unwrap(), "VbrId");
        invariants::check(house);
        let refusal = refused(house, Who::Tenant, "RecoverVirtualBorderRouter", &lost, &[]);
        assert_eq!(refusal.is(), ("OperationFailed.VlanIdAlreadyInUse", 400));
        assert_eq!(refusal.header(STATE_HEADER), Some("terminated"));
        assert_eq!(refusal.message, format!("The specifed vlanId has been used. 11 on {circuit}."));
        assert_eq!(field(house, &kept, "Status"), "active");
        assert_eq!(create(house, "10").unwrap_err().is(), ("InvalidVlanId.Used", 400));
        // The one that lost its VLAN takes nobody else's with it when it goes.
        on(house, Who::Tenant, "DeleteVirtualBorderRouter", &lost, &[]).unwrap();
        assert_eq!(create(house, "11").unwrap_err().is(), ("InvalidVlanId.Used", 400));
        assert_eq!(field(house, &taker, "Status"), "active");
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_router_is_stopped_brought_back_and_removed() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let id = router(house, &circuit, &[("Name", "edge"), ("Tag.1.Key", "k"), ("CircuitCode", "c")]);
        let fresh = shown(house, Who::Tenant, &id).unwrap();
        let act = |house: &mut House, action: &str| on(house, Who::Tenant, action, &id, &[]).map(drop);
        house.advance(10);
        act(house, "TerminateVirtualBorderRouter").unwrap();
        assert_eq!(field(house, &id, "Status"), "terminating");
        assert_eq!(field(house, &id, "TerminationTime"), "");
        house.advance(1);
        assert_eq!(field(house, &id, "Status"), "terminated");
        assert_eq!(field(house, &id, "TerminationTime"), "2026-01-31T08:00:11Z");
        let refusal = refused(house, Who::Tenant, "TerminateVirtualBorderRouter", &id, &[]);
        assert_eq!(refusal.is(), ("InvalidOperation.OperationNotAllowedInState", 400));
        assert_eq!(refusal.header(STATE_HEADER), Some("terminated"));
        let next = refusal.header(NEXT_HEADER).unwrap();
        assert!(
            next.contains("tenant:RecoverVirtualBorderRouter, tenant:DeleteVirtualBorderRouter"),
            "{next}"
        );
        invariants::check(house);

        act(house, "RecoverVirtualBorderRouter").unwrap();
        assert_eq!(field(house, &id, "Status"), "recovering");
        house.advance(1);
        let mut back = shown(house, Who::Tenant, &id).unwrap();
        assert_eq!(
            (&back["RecoveryTime"], &back["Status"]),
            (&json!("2026-01-31T08:00:12Z"), &json!("active"))
        );
        // All that it had is as it was, its first activation too.
        for name in ["TerminationTime", "RecoveryTime"] {
            back[name] = json!("");
        }
        assert_eq!(back, fresh);
        act(house, "DeleteVirtualBorderRouter").unwrap();
        assert_eq!(shown(house, Who::Tenant, &id), None);
        assert_eq!(
            refused(house, Who::Tenant, "DeleteVirtualBorderRouter", &id, &[]).is(),
            ("InvalidVbrId.NotFound", 404)
        );
        let dump = house.dump();
        assert!(dump["tag"].is_empty() && dump["vlan"].is_empty());
        assert!(dump["due"].iter().all(|due| due["resource"].text() != id), "no deadline is left");
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_circuit_under_routers_is_neither_ended_nor_removed() {
    on_each_lane(Plan::quiet, |house| {
        let circuits = [circuit(house), circuit(house), circuit(house)];
        let own = router(house, &circuits[0], &[]);
        let other = lent(house, &circuits[1], "10");
        let further = [("PhysicalConnectionId", &*circuits[2]), ("VlanId", "10")];
        on(house, Who::Tenant, "AssociatePhysicalConnectionToVirtualBorderRouter", &own, &further).unwrap();
        let expected = [
            ("Forbidden.VBRExists", "physical connection owner's vbr still exists.", &own),
            ("Forbidden.VBRExists", "vbr owner's vbr still exists.", &other),
            ("Forbidden.AssociateToVBR", "The physical connection still associate to VBR.", &own),
        ];
        for (id, (code, message, holder)) in circuits.iter().zip(expected) {
            let pairs = [EAST, ("PhysicalConnectionId", id)];
            let refusal = house.refused(Who::Tenant, "DeletePhysicalConnection", &pairs);
            assert_eq!(refusal.is(), (code, 400));
            assert!(refusal.message.starts_with(message), "{}", refusal.message);
            assert!(refusal.message.ends_with(&format!("is in the way: {holder}.")), "{}", refusal.message);
            for (action, pairs) in
                [("TerminatePhysicalConnection", &pairs[..]), ("RefundInstance", &[("InstanceId", &**id)])]
            {
                let refusal = house.refused(Who::Tenant, action, pairs);
                assert_eq!(refusal.is(), ("Forbidden.VbrAttached", 400), "{action}");
                assert_eq!(refusal.header(STATE_HEADER), Some("Enabled"));
                assert!(refusal.message.contains(holder.as_str()), "{}", refusal.message);
            }
            assert_eq!(house.status(id), "Enabled");
        }
        // A terminated router is one still; a deleted one is not.
        on(house, Who::Tenant, "TerminateVirtualBorderRouter", &own, &[]).unwrap();
        house.advance(1);
        let pairs = [EAST, ("PhysicalConnectionId", &*circuits[0])];
        assert_eq!(
            house.refused(Who::Tenant, "TerminatePhysicalConnection", &pairs).is(),
            ("Forbidden.VbrAttached", 400)
        );
        let off = [("PhysicalConnectionId", &*circuits[2])];
        on(house, Who::Tenant, "UnassociatePhysicalConnectionFromVirtualBorderRouter", &own, &off).unwrap();
        for id in [&own, &other] {
            on(house, Who::Tenant, "DeleteVirtualBorderRouter", id, &[]).unwrap();
        }
        for id in &circuits {
            house.act("TerminatePhysicalConnection", id).unwrap();
        }
        house.advance(1);
        for id in &circuits {
            house.act("DeletePhysicalConnection", id).unwrap();
        }
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_circuit_and_an_account_have_their_full_number_of_routers() {
    on_each_lane(lifted, |house| {
        let (one, two) = (circuit(house), circuit(house));
        let full = ("QuotaExceeded.vbrPerpConn", 400);
        for vlan in 1..VBRS_PER_CIRCUIT_MAX {
            router(house, &one, &[("VlanId", &vlan.to_string())]);
        }
        // An association counts as a router does.
        let elsewhere = router(house, &two, &[]);
        let associate = "AssociatePhysicalConnectionToVirtualBorderRouter";
        let further = [("PhysicalConnectionId", &*one), ("VlanId", "2000")];
        on(house, Who::Tenant, associate, &elsewhere, &further).unwrap();
        let more = new_router(&one, &[("VlanId", "2001")]);
        assert_eq!(house.refused(Who::Tenant, "CreateVirtualBorderRouter", &more).is(), full);
        let another = router(house, &two, &[("VlanId", "11")]);
        let further = [("PhysicalConnectionId", &*one), ("VlanId", "2002")];
        assert_eq!(refused(house, Who::Tenant, associate, &another, &further).is(), full);

        for vlan in 0..VBRS_UNCONFIRMED_MAX {
            lent(house, &two, &(100 + vlan).to_string());
        }
        let pairs = [EAST, ("PhysicalConnectionId", &*two), ("VlanId", "99"), ("VbrOwnerId", SECOND)];
        let refusal = house.refused(Who::Tenant, "CreateVirtualBorderRouter", &pairs);
        assert_eq!(refusal.is(), ("QuotaExceeded.freevbr", 400));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn routers_show_the_lock_of_their_circuit() {
    on_each_lane(Plan::quiet, |house| {
        let (one, two) = (circuit(house), circuit(house));
        let (own, other) = (router(house, &one, &[]), lent(house, &one, "11"));
        let further = [("PhysicalConnectionId", &*two), ("VlanId", "10")];
        on(house, Who::Tenant, "AssociatePhysicalConnectionToVirtualBorderRouter", &own, &further).unwrap();
        for id in [&one, &two] {
            let pairs =
                [("PhysicalConnectionId", &**id), ("BusinessStatus", "SecurityLocked"), ("Reason", "r")];
            house.ok(Who::Operator, "LockPhysicalConnection", &pairs);
        }
        for (who, id) in [(Who::Tenant, &own), (Who::Second, &other)] {
            let row = shown(house, who, id).unwrap();
            assert_eq!(row["PhysicalConnectionBusinessStatus"], "SecurityLocked");
        }
        let row = shown(house, Who::Tenant, &own).unwrap();
        let further = &row["AssociatedPhysicalConnections"]["AssociatedPhysicalConnection"][0];
        assert_eq!(further["PhysicalConnectionBusinessStatus"], "SecurityLocked");
        invariants::check(house);
        // What is locked is not brought back.
        on(house, Who::Tenant, "TerminateVirtualBorderRouter", &own, &[]).unwrap();
        house.advance(1);
        let refusal = refused(house, Who::Tenant, "RecoverVirtualBorderRouter", &own, &[]);
        assert_eq!(refusal.is(), ("InvalidOperation.OperationNotAllowedInState", 400));
        assert!(refusal.message.ends_with(&format!("{one} is SecurityLocked.")), "{}", refusal.message);
        house.operate("UnlockPhysicalConnection", &one);
        assert_eq!(field(house, &own, "PhysicalConnectionBusinessStatus"), "Normal");
        // Nor is what has a locked circuit besides.
        let refusal = refused(house, Who::Tenant, "RecoverVirtualBorderRouter", &own, &[]);
        assert!(refusal.message.ends_with(&format!("{two} is SecurityLocked.")), "{}", refusal.message);
        house.operate("UnlockPhysicalConnection", &two);
        on(house, Who::Tenant, "RecoverVirtualBorderRouter", &own, &[]).unwrap();
        invariants::check(house);
    });
}
