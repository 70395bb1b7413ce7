//! Routes: where they go, where they lead, and what they hold in place.

use super::interfaces::{Place, connected, end, on, pair, refused as interface_refused, vrouter};
use super::on_each_lane;
use super::routers::{EAST, circuit, field, replaced, router};
use super::vpcs::vpc;
use crate::house::{House, Plan, Refusal, Who, text};
use crate::invariants;
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::limits::ROUTES_PER_TABLE_MAX;
use serde_json::Value;

/// The table of a router.
pub(crate) fn table_of(house: &mut House, place: Place<'_>) -> String {
    let pairs = [("RegionId", place.region), ("RouterId", place.router), ("RouterType", place.kind)];
    let answer = house.ok(place.who, "DescribeRouteTableList", &pairs);
    text(&answer["RouterTableList"]["RouterTableListType"][0], "RouteTableId")
}

fn new_route<'a>(
    table: &'a str,
    hop: &'a str,
    cidr: &'a str,
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let usual = [
        EAST,
        ("RouteTableId", table),
        ("DestinationCidrBlock", cidr),
        ("NextHopType", "RouterInterface"),
        ("NextHopId", hop),
    ];
    replaced(&usual, more)
}

/// Makes a route in the table of a router.
pub(crate) fn route(
    house: &mut House,
    place: Place<'_>,
    hop: &str,
    cidr: &str,
    more: &[(&str, &str)],
) -> String {
    let table = table_of(house, place);
    let region = ("RegionId", place.region);
    let pairs = new_route(&table, hop, cidr, &[&[region], more].concat());
    text(&house.ok(place.who, "CreateRouteEntry", &pairs), "RouteEntryId")
}

fn refused(house: &mut House, place: Place<'_>, hop: &str, cidr: &str, more: &[(&str, &str)]) -> Refusal {
    let table = table_of(house, place);
    house.refused(place.who, "CreateRouteEntry", &new_route(&table, hop, cidr, more))
}

/// The routes of a table.
fn listed(house: &mut House, table: &str, more: &[(&str, &str)]) -> Vec<Value> {
    let pairs = replaced(&[EAST, ("RouteTableId", table), ("MaxResult", "100")], more);
    let answer = house.ok(Who::Tenant, "DescribeRouteEntryList", &pairs);
    let rows = answer["RouteEntrys"]["RouteEntry"].as_array().unwrap().clone();
    assert!(answer["TotalCount"].as_i64().unwrap() >= i64::try_from(rows.len()).unwrap());
    rows
}

fn ids(rows: &[Value]) -> Vec<String> {
    rows.iter().map(|row| text(row, "RouteEntryId")).collect()
}

fn delete<'a>(id: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [&[EAST, ("RouteEntryId", id)], more].concat()
}

#[test]
pub(crate) fn a_route_is_pending_for_a_moment_and_read_back() {
    on_each_lane(Plan::quiet, |house| {
        let (one, other) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Tenant, "west"));
        let (from, to) = (Place::of(&one), Place { region: "west", ..Place::of(&other) });
        let (left, _) = connected(house, from, to);
        let table = table_of(house, from);
        let system = listed(house, &table, &[]);
        assert_eq!(system.len(), 1);
        assert_eq!(
            (&system[0]["Type"], &system[0]["DestinationCidrBlock"]),
            (&"System".into(), &"100.64.0.0/10".into())
        );
        let id =
            route(house, from, &left, "192.168.0.0/16", &[("RouteEntryName", "back"), ("Description", "d")]);
        assert!(id.starts_with("rte-"));
        let row = listed(house, &table, &[("RouteEntryId", &id)]).remove(0);
        for (member, value) in [
            ("Status", "Pending"),
            ("DestinationCidrBlock", "192.168.0.0/16"),
            ("RouteEntryName", "back"),
            ("Description", "d"),
            ("Type", "Custom"),
            ("IpVersion", "ipv4"),
            ("RouteTableId", &table),
        ] {
            assert_eq!(row[member], value, "{member}");
        }
        let hop = &row["NextHops"]["NextHop"][0];
        assert_eq!(
            (&hop["NextHopId"], &hop["NextHopType"]),
            (&Value::from(&*left), &"RouterInterface".into())
        );
        assert_eq!((&hop["NextHopRegionId"], &hop["Enabled"]), (&"west".into(), &1.into()));
        assert_eq!(hop["NextHopRelatedInfo"]["InstanceId"], other);
        let refusal = house.refused(Who::Tenant, "DeleteRouteEntry", &delete(&id, &[]));
        assert_eq!(
            (refusal.code, &*refusal.message),
            ("IncorrectRouteEntryStatus", "Specified routeEntry status error.")
        );
        assert_eq!(refusal.header(STATE_HEADER), Some("Pending"));
        assert_eq!(refusal.header(NEXT_HEADER), Some("timer:FinishRouteCreation"));
        let refusal = refused(house, from, &left, "192.169.0.0/16", &[]);
        assert_eq!(refusal.message, "Some route entry status blocked this operation.");
        invariants::check(house);
        house.advance(1);
        assert_eq!(listed(house, &table, &[("RouteEntryId", &id)])[0]["Status"], "Available");
        let tables =
            house.ok(Who::Tenant, "DescribeRouteTables", &[("RouteTableId", &table), ("Type", "Custom")]);
        let routes = &tables["RouteTables"]["RouteTable"][0]["RouteEntrys"]["RouteEntry"];
        assert_eq!(routes.as_array().unwrap().len(), 1);
        assert_eq!(
            (&routes[0]["RouteEntryId"], &routes[0]["InstanceId"]),
            (&Value::from(&*id), &Value::from(&*left))
        );
        // In motion, another one bars a removal, too.
        let second = route(house, from, &left, "10.9.9.9", &[]);
        assert_eq!(
            listed(house, &table, &[("DestinationCidrBlock", "10.9.9.9")])[0]["DestinationCidrBlock"],
            "10.9.9.9/32"
        );
        let refusal = house.refused(Who::Tenant, "DeleteRouteEntry", &delete(&id, &[]));
        assert_eq!(refusal.message, "Some route entry status blocked this operation.");
        house.advance(1);
        house.ok(Who::Tenant, "DeleteRouteEntry", &delete(&id, &[]));
        assert_eq!(
            ids(&listed(house, &table, &[("RouteEntryType", "Custom")])),
            [second],
            "it is gone at once"
        );
        let refusal = house.refused(Who::Tenant, "DeleteRouteEntry", &delete(&id, &[]));
        assert_eq!(refusal.is(), ("InvalidRouteEntry.NotFound", 400));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_destination_is_a_prefix_that_the_table_may_have_once() {
    on_each_lane(Plan::quiet, |house| {
        let (one, other) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Tenant, "east"));
        let (from, to) = (Place::of(&one), Place::of(&other));
        let (left, _) = connected(house, from, to);
        let second = end(house, from, Place::of("vrt-x"), "AcceptingSide", &[]);
        route(house, from, &left, "192.168.0.0/16", &[]);
        for (cidr, hop, code) in [
            ("192.168.0.0/16", &left, "InvalidRouteEntry.Duplicate"),
            ("192.168.0.0/16", &second, "InvalidCIDRBlock.Duplicate"),
            ("192.168.0.1/16", &left, "InvalidCidrBlock.Malformed"),
            ("192.168.0.0/33", &left, "InvalidCidrBlock.Malformed"),
            ("x", &left, "InvalidCidrBlock.Malformed"),
            ("100.64.0.0/10", &left, "RouteConflict.AlreadyExist"),
            ("100.100.0.0/16", &left, "InvalidCidrBlock"),
            ("127.0.0.1", &left, "IllegalParam.CidrBlock"),
            ("169.254.0.0/16", &left, "IllegalParam.CidrBlock"),
            ("224.0.0.0/4", &left, "IllegalParam.CidrBlock"),
            ("fe80::/64", &left, "IllegalParam.CidrBlock"),
            ("2001:db8::/64", &left, "IllegalParam.CidrBlock"),
        ] {
            let refusal = refused(house, from, hop, cidr, &[]);
            assert_eq!((refusal.code, refusal.status), (code, 400), "{cidr}: {}", refusal.message);
        }
        house.advance(1);
        // A wider and a narrower one, and the way everywhere else.
        for cidr in ["192.168.1.0/24", "192.0.0.0/8", "0.0.0.0/0", "10.0.0.0/8"] {
            route(house, from, &left, cidr, &[]);
            house.advance(1);
        }
        let six = vpc(house, Who::Tenant, &[("EnableIpv6", "true")]);
        let six = text(&six, "VRouterId");
        let place = Place::of(&six);
        let hop = end(house, place, Place::of("vrt-y"), "AcceptingSide", &[]);
        let id = route(house, place, &hop, "2001:db8:1::/48", &[]);
        let table = table_of(house, place);
        assert_eq!(ids(&listed(house, &table, &[("IpVersion", "ipv6")])), [id]);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_next_hop_is_an_interface_of_the_tables_router() {
    on_each_lane(Plan::quiet, |house| {
        let made = vpc(house, Who::Tenant, &[]);
        let one = text(&made, "VRouterId");
        let (other, theirs) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Second, "east"));
        let (from, to) = (Place::of(&one), Place::of(&other));
        let (left, right) = connected(house, from, to);
        let strange =
            end(house, Place { who: Who::Second, ..Place::of(&theirs) }, from, "AcceptingSide", &[]);
        let to_border = end(house, from, Place::of("vbr-x"), "AcceptingSide", &[]);
        let cidr = "192.168.0.0/16";
        for (hop, more, code, status) in [
            ("ri-none", vec![], "InvalidNextHopId.NotFound", 404),
            (&strange, vec![], "InvalidNextHopId.NotFound", 404),
            (&right, vec![], "InvalidRouterInterface", 400),
            (&to_border, vec![], "OperationDenied.VbrIdle", 400),
            ("i-1", vec![("NextHopType", "Instance")], "InvalidNextHop.NotFound", 400),
            ("i-1", vec![("NextHopType", "")], "InvalidNextHop.NotFound", 400),
            ("i-1", vec![("NextHopType", "Bridge")], "InvalidNextHopType", 400),
            ("", vec![("NextHopId", "")], "InvalidNexthopTypeAndList.BothNull", 400),
            (&left, vec![("NextHopList.1.NextHopId", "ri-1")], "InvalidNexthopTypeAndList.BothNotNull", 400),
            (&left, vec![("RouteTableId", "vtb-none")], "InvalidRouteTableId.NotFound", 404),
            (&left, vec![("RegionId", "west")], "InvalidRouteTableId.NotFound", 404),
            (&left, vec![("RouteEntryName", "http://x")], "InvalidRouteEntryName.Malformed", 400),
            (&left, vec![("Description", "https://x")], "InvalidDescription.Malformed", 400),
        ] {
            let refusal = refused(house, from, hop, cidr, &more);
            assert_eq!(refusal.is(), (code, status), "{hop} {more:?}: {}", refusal.message);
        }
        let table = table_of(house, from);
        let pairs = new_route(&table, &left, cidr, &[]);
        assert_eq!(
            house.refused(Who::Second, "CreateRouteEntry", &pairs).is(),
            ("InvalidRouteTableId.NotFound", 404)
        );
        on(house, from, "DeactivateRouterInterface", &left, &[]);
        let refusal = refused(house, from, &left, cidr, &[]);
        assert_eq!(refusal.is(), ("IncorrectStatus.RouterInterface", 400));
        assert_eq!(refusal.header(STATE_HEADER), Some("Deactivating"));
        house.advance(1);
        // Idle between two VPCs is enough, as clients make routes before they connect.
        let idle = end(house, to, Place::of("vrt-x"), "InitiatingSide", &[]);
        route(house, to, &idle, cidr, &[]);
        let pending = [EAST, ("CidrBlock", "10.0.0.0/8")];
        let pending = text(&house.ok(Who::Tenant, "CreateVpc", &pending), "VRouterId");
        let place = Place::of(&pending);
        let hop = end(house, place, to, "AcceptingSide", &[]);
        assert_eq!(refused(house, place, &hop, cidr, &[]).is(), ("IncorrectVpcStatus", 400));
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_border_routers_route_needs_it_active_and_its_circuit_paid() {
    on_each_lane(Plan::quiet, |house| {
        let line = circuit(house);
        let vbr = router(house, &line, &[]);
        let other = vrouter(house, Who::Tenant, "east");
        let from = Place::of(&vbr);
        let fast = end(house, from, Place::of(&other), "InitiatingSide", &[("FastLinkMode", "true")]);
        let vlan = field(house, &vbr, "VlanInterfaceId").as_str().unwrap().to_owned();
        let table = table_of(house, from);
        assert_eq!(field(house, &vbr, "RouteTableId"), table);
        assert!(listed(house, &table, &[]).is_empty(), "no route comes with the table of a border router");
        let list = [("NextHopId", ""), ("NextHopType", ""), ("NextHopList.1.NextHopId", fast.as_str())];
        assert_eq!(refused(house, from, "", "10.0.0.0/8", &list).is(), ("InvalidRouterType", 400));
        assert_eq!(refused(house, from, &fast, "100.64.0.0/10", &[]).is(), ("InvalidCidrBlock", 400));
        let lock =
            [("PhysicalConnectionId", line.as_str()), ("BusinessStatus", "SecurityLocked"), ("Reason", "r")];
        house.ok(Who::Operator, "LockPhysicalConnection", &lock);
        let refusal = refused(house, from, &fast, "10.0.0.0/8", &[]);
        assert_eq!(refusal.is(), ("InvalidPhysicalConnectionBusinessStatus", 400));
        house.operate("UnlockPhysicalConnection", &line);
        let inward = route(house, from, &fast, "10.0.0.0/8", &[]);
        let refusal = refused(house, from, &vlan, "192.168.0.0/16", &[]);
        assert_eq!(
            (refusal.code, &*refusal.message),
            ("IncorrectRouteEntryStatus", "VBR has NotStable route entry.")
        );
        house.advance(1);
        let outward = route(house, from, &vlan, "192.168.0.0/16", &[]);
        let refusal = house.refused(Who::Tenant, "DeleteRouteEntry", &delete(&inward, &[]));
        assert_eq!(
            (refusal.code, &*refusal.message),
            ("IncorrectRouteEntryStatus", "VBR has NotStable route entry.")
        );
        house.advance(1);
        assert_eq!(listed(house, &table, &[]).len(), 2);
        invariants::check(house);
        // It stays while routes do, even where no interface does.
        on(house, from, "DeleteExpressConnect", &fast, &[("Force", "true")]);
        assert_eq!(ids(&listed(house, &table, &[])), [&*outward]);
        let pairs = [EAST, ("VbrId", vbr.as_str())];
        let refusal = house.refused(Who::Tenant, "DeleteVirtualBorderRouter", &pairs);
        assert_eq!(refusal.is(), ("DependencyViolation.RouteEntry", 400));
        house.ok(Who::Tenant, "TerminateVirtualBorderRouter", &pairs);
        assert_eq!(refused(house, from, &vlan, "10.0.0.0/8", &[]).is(), ("InvalidVBRStatus", 400));
        house.advance(1);
        house.ok(Who::Tenant, "DeleteRouteEntry", &delete(&outward, &[]));
        house.ok(Who::Tenant, "DeleteVirtualBorderRouter", &pairs);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_further_circuit_stays_while_a_route_leads_over_it() {
    on_each_lane(Plan::quiet, |house| {
        let (line, further) = (circuit(house), circuit(house));
        let vbr = router(house, &line, &[]);
        let with = [EAST, ("VbrId", vbr.as_str()), ("PhysicalConnectionId", &further)];
        let addresses = [
            ("VlanId", "11"),
            ("LocalGatewayIp", "10.0.1.1"),
            ("PeerGatewayIp", "10.0.1.2"),
            ("PeeringSubnetMask", "255.255.255.252"),
        ];
        let associate = [&with[..], &addresses].concat();
        house.ok(Who::Tenant, "AssociatePhysicalConnectionToVirtualBorderRouter", &associate);
        let row = field(house, &vbr, "AssociatedPhysicalConnections");
        let vlan = text(&row["AssociatedPhysicalConnection"][0], "VlanInterfaceId");
        let id = route(house, Place::of(&vbr), &vlan, "10.0.0.0/8", &[]);
        invariants::check(house);
        let action = "UnassociatePhysicalConnectionFromVirtualBorderRouter";
        let refusal = house.refused(Who::Tenant, action, &with);
        assert_eq!(refusal.is(), ("ROUTER_INTERFACE_REFERED_BY_ROUTEENTRY", 400));
        house.advance(1);
        house.ok(Who::Tenant, "DeleteRouteEntry", &delete(&id, &[]));
        house.ok(Who::Tenant, action, &with);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn several_next_hops_lead_to_border_routers() {
    on_each_lane(Plan::quiet, |house| {
        let one = vrouter(house, Who::Tenant, "east");
        let from = Place::of(&one);
        let line = circuit(house);
        let mut hops = Vec::new();
        for vlan in ["1", "2"] {
            let vbr = router(house, &line, &[("VlanId", vlan)]);
            let fast = end(house, Place::of(&vbr), from, "InitiatingSide", &[("FastLinkMode", "true")]);
            let row = super::interfaces::shown(house, Place::of(&vbr), &fast).unwrap();
            hops.push(text(&row, "OppositeInterfaceId"));
        }
        let plain = end(house, from, Place::of("vrt-x"), "AcceptingSide", &[]);
        let names = ["NextHopList.1.NextHopId", "NextHopList.2.NextHopId", "NextHopList.3.NextHopId"];
        let none = [("NextHopId", ""), ("NextHopType", "")];
        let fails = |house: &mut House, list: &[&str], more: &[(&str, &str)]| {
            let list: Vec<_> = names.into_iter().zip(list.iter().copied()).collect();
            refused(house, from, "", "10.1.0.0/16", &[&none[..], &list, more].concat()).code
        };
        assert_eq!(fails(house, &[&hops[0]], &[]), "InvalidNexthopListSize");
        assert_eq!(fails(house, &[&hops[0], &hops[0]], &[]), "Duplicated.VpcNextHop");
        assert_eq!(fails(house, &[&hops[0], &plain], &[]), "InvalidOppositeRouterType");
        assert_eq!(fails(house, &[&hops[0], "ri-none"], &[]), "InvalidNextHopId.NotFound");
        assert_eq!(fails(house, &[&hops[0]], &[("NextHopList.2.Weight", "1")]), "InvalidNextHop.NotFound");
        let weight = [("NextHopList.1.Weight", "256")];
        assert_eq!(fails(house, &[&hops[0], &hops[1]], &weight), "INVALID_WEIGHT_PARAM");
        let list = [
            (names[0], hops[0].as_str()),
            (names[1], &hops[1]),
            ("NextHopList.1.Weight", "100"),
            ("NextHopList.2.Weight", "155"),
            ("NextHopList.1.NextHopType", "RouterInterface"),
        ];
        let id = route(house, from, "", "10.1.0.0/16", &[&none[..], &list].concat());
        house.advance(1);
        let table = table_of(house, from);
        let shown = &listed(house, &table, &[("NextHopId", &hops[1])])[0]["NextHops"]["NextHop"];
        assert_eq!((&shown[0]["Weight"], &shown[1]["Weight"]), (&100.into(), &155.into()));
        // One of its interfaces may not go; named by what it leads to, all of them are named.
        on(house, from, "DeactivateRouterInterface", &hops[1], &[]);
        house.advance(1);
        let refusal = interface_refused(house, from, "DeleteRouterInterface", &hops[1], &[]);
        assert_eq!(refusal.is(), ("DependencyViolation.RouterInterfaceReferedByRouteEntry", 400));
        let by = [EAST, ("RouteTableId", table.as_str()), ("DestinationCidrBlock", "10.1.0.0/16")];
        let one_of_two = [&by[..], &[("NextHopId", hops[0].as_str())]].concat();
        assert_eq!(
            house.refused(Who::Tenant, "DeleteRouteEntry", &one_of_two).code,
            "InvalidRouteEntry.NotFound"
        );
        let both = [&by[..], &[(names[0], hops[1].as_str()), (names[1], &hops[0])]].concat();
        house.ok(Who::Tenant, "DeleteRouteEntry", &both);
        assert_eq!(
            house.refused(Who::Tenant, "DeleteRouteEntry", &delete(&id, &[])).code,
            "InvalidRouteEntry.NotFound"
        );
        on(house, from, "DeleteRouterInterface", &hops[1], &[]);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_route_is_removed_by_its_id_or_by_what_it_is() {
    on_each_lane(Plan::quiet, |house| {
        let (one, other) = (vrouter(house, Who::Tenant, "east"), vrouter(house, Who::Tenant, "east"));
        let from = Place::of(&one);
        let (left, _) = connected(house, from, Place::of(&other));
        let table = table_of(house, from);
        let id = route(house, from, &left, "192.168.0.0/16", &[]);
        house.advance(1);
        let system = ids(&listed(house, &table, &[("RouteEntryType", "System")])).remove(0);
        let there = ("DestinationCidrBlock", "192.168.0.0/16");
        let in_table = ("RouteTableId", table.as_str());
        let hop = ("NextHopId", left.as_str());
        for (pairs, code) in [
            (vec![EAST], "MissingParameter"),
            (vec![in_table, hop], "MissingParameter"),
            (vec![there, hop], "MissingParameter"),
            (vec![in_table, there], "InvalidNextHop"),
            (vec![in_table, ("DestinationCidrBlock", "x"), hop], "InvalidCidrBlock.Malformed"),
            (vec![("RouteTableId", "vtb-none"), there, hop], "InvalidRouteTableId.NotFound"),
            (vec![in_table, there, ("NextHopId", "ri-1")], "InvalidRouteEntry.NotFound"),
            (vec![in_table, ("DestinationCidrBlock", "192.168.0.0/17"), hop], "InvalidRouteEntry.NotFound"),
            (vec![in_table, ("DestinationCidrBlock", "100.64.0.0/10"), hop], "OperationDenied"),
            (vec![("RouteEntryId", &system)], "OperationDenied"),
            (vec![("RouteEntryId", "rte-none")], "InvalidRouteEntry.NotFound"),
            (vec![("RouteEntryId", "none")], "InvalidRouteEntry.NotFound"),
            (
                vec![("RouteEntryId", &id), ("DestinationCidrBlock", "10.0.0.0/8")],
                "InvalidRouteEntry.NotFound",
            ),
            (vec![("RouteEntryId", &id), ("RegionId", "west")], "InvalidRouteTableId.NotFound"),
        ] {
            let refusal = house.refused(Who::Tenant, "DeleteRouteEntry", &pairs);
            assert_eq!(refusal.code, code, "{pairs:?}");
        }
        assert_eq!(
            house.refused(Who::Second, "DeleteRouteEntry", &delete(&id, &[])).code,
            "InvalidRouteEntry.NotFound"
        );
        let before = house.dump();
        for more in [&[][..], &[hop], &[in_table, there, hop]] {
            let pairs = [&[("DryRun", "true")], more].concat();
            house.ok(Who::Tenant, "DeleteRouteEntry", &delete(&id, &pairs));
        }
        let otherwise = delete(&id, &[("NextHopId", "ri-1")]);
        let refusal = house.refused(Who::Tenant, "DeleteRouteEntry", &otherwise);
        assert_eq!(refusal.code, "InvalidRouteEntry.NotFound");
        assert_eq!(house.dump(), before);
        house.ok(Who::Tenant, "DeleteRouteEntry", &[in_table, there, hop]);
        assert_eq!(listed(house, &table, &[]).len(), 1);
    });
}

#[test]
pub(crate) fn what_routes_lead_to_stays_until_they_are_gone_or_goes_with_force() {
    on_each_lane(Plan::quiet, |house| {
        let made = vpc(house, Who::Tenant, &[]);
        let (id, one) = (text(&made, "VpcId"), text(&made, "VRouterId"));
        let other = vrouter(house, Who::Tenant, "east");
        let (from, to) = (Place::of(&one), Place::of(&other));
        let (left, right) = connected(house, from, to);
        route(house, from, &left, "192.168.0.0/16", &[]);
        route(house, to, &right, "10.0.0.0/8", &[]);
        house.advance(1);
        let refusal = house.refused(Who::Tenant, "DeleteVpc", &[("VpcId", &id)]);
        assert_eq!(refusal.is(), ("DependencyViolation.RouteEntry", 400));
        let refusal = interface_refused(house, from, "DeleteExpressConnect", &left, &[]);
        assert_eq!(refusal.is(), ("DependencyViolation.RouterInterfaceReferedByRouteEntry", 400));
        let refusal = interface_refused(house, from, "DeleteExpressConnect", &left, &[("Force", "false")]);
        assert_eq!(refusal.code, "DependencyViolation.RouterInterfaceReferedByRouteEntry");
        on(house, from, "DeleteExpressConnect", &left, &[("Force", "true")]);
        for place in [from, to] {
            let table = table_of(house, place);
            assert!(listed(house, &table, &[("RouteEntryType", "Custom")]).is_empty());
        }
        invariants::check(house);
        house.ok(Who::Tenant, "DeleteVpc", &[("VpcId", &id)]);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn a_table_holds_so_many_routes_and_lists_them_page_by_page() {
    on_each_lane(Plan::quiet, |house| {
        let one = vrouter(house, Who::Tenant, "east");
        let from = Place::of(&one);
        let hop = end(house, from, Place::of("vrt-x"), "AcceptingSide", &[]);
        let table = table_of(house, from);
        let mut made = Vec::new();
        for number in 0..ROUTES_PER_TABLE_MAX {
            let cidr = format!("10.0.{number}.0/24");
            let pairs = new_route(&table, &hop, &cidr, &[]);
            made.push(text(&house.ok(Who::Tenant, "CreateRouteEntry", &pairs), "RouteEntryId"));
            house.advance(1);
        }
        let refusal = refused(house, from, &hop, "10.1.0.0/24", &[]);
        assert_eq!(refusal.is(), ("QuotaExceeded", 400));
        let (mut seen, mut token) = (Vec::new(), String::new());
        loop {
            let pairs = [EAST, ("RouteTableId", table.as_str()), ("MaxResult", "90"), ("NextToken", &token)];
            let answer = house.ok(Who::Tenant, "DescribeRouteEntryList", &pairs);
            assert_eq!(answer["TotalCount"], ROUTES_PER_TABLE_MAX + 1);
            seen.extend(ids(answer["RouteEntrys"]["RouteEntry"].as_array().unwrap()));
            token = text(&answer, "NextToken");
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(seen[1..], made, "each once, in the order in which they were made");
        let mut find = |pairs: &[(&str, &str)]| listed(house, &table, pairs).len();
        assert_eq!(
            find(&[("DestCidrBlockList.1", "10.0.1.0/24"), ("DestCidrBlockList.2", "10.0.7.0/24")]),
            2
        );
        assert_eq!(find(&[("RouteEntryName", "n")]), 0);
        assert_eq!(find(&[("NextHopType", "Instance")]), 0);
        assert_eq!(find(&[("NextHopId", "ri-none")]), 0);
        assert_eq!(find(&[("ServiceType", "TR")]), 0);
        assert_eq!(find(&[("RouteEntryType", "BGP")]), 0);
        for (pairs, code) in [
            (vec![("NextToken", "x")], "InvalidParameter"),
            (vec![("RouteTableId", "vtb-none")], "InvalidRouteTableId.NotFound"),
            (vec![("RegionId", "west")], "InvalidRouteTableId.NotFound"),
        ] {
            let pairs = replaced(&[EAST, ("RouteTableId", &table)], &pairs);
            assert_eq!(house.refused(Who::Tenant, "DescribeRouteEntryList", &pairs).code, code);
        }
        let theirs = [EAST, ("RouteTableId", table.as_str())];
        assert_eq!(
            house.refused(Who::Second, "DescribeRouteEntryList", &theirs).code,
            "InvalidRouteTableId.NotFound"
        );
    });
}

#[test]
pub(crate) fn a_route_over_a_circuit_needs_the_open_service_and_a_token_makes_one() {
    let plan = |lane| Plan { outbound_service_open: false, ..Plan::quiet(lane) };
    on_each_lane(plan, |house| {
        house.ok(Who::Tenant, "OpenPhysicalConnectionService", &[EAST]);
        let line = circuit(house);
        let vbr = router(house, &line, &[]);
        let other = vrouter(house, Who::Tenant, "east");
        let from = Place::of(&vbr);
        let (left, _) = pair(house, from, Place::of(&other));
        on(house, from, "ConnectRouterInterface", &left, &[]);
        house.advance(1);
        let table = table_of(house, from);
        let pairs = new_route(&table, &left, "10.0.0.0/8", &[("ClientToken", "t")]);
        let before = house.dump();
        house.ok(Who::Tenant, "CreateRouteEntry", &[&pairs[..], &[("DryRun", "true")]].concat());
        assert_eq!(house.dump(), before, "a dry run leaves nothing");
        let first = house.ok(Who::Tenant, "CreateRouteEntry", &pairs);
        assert_eq!(house.ok(Who::Tenant, "CreateRouteEntry", &pairs), first);
        let other = new_route(&table, &left, "11.0.0.0/8", &[("ClientToken", "t")]);
        assert_eq!(
            house.refused(Who::Tenant, "CreateRouteEntry", &other).code,
            "IdempotentParameterMismatch"
        );
        house.advance(1);
        let closed =
            |tx: &mut dyn store::Tx| Ok::<_, store::Abort<()>>(tx.exec("delete from outbound_service", &[])?);
        assert_eq!(house.store.write_blocking(closed).unwrap(), 1);
        let refusal = refused(house, from, &left, "11.0.0.0/8", &[]);
        assert_eq!(refusal.is(), ("OperationFailed.PconnTrafficNotEnable", 400));
    });
}
