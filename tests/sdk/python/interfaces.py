"""VPCs, router interfaces and routes, as every Python client must see them.

The life of a connection goes in the order in which the Terraform provider leads it: both ends are
made Idle, each is told of the other, the initiating end connects; what is written is read back at
once, peer data is sent along with every change, the first row of a list is taken for the one asked
for, and it is looked until what was deleted is absent.
"""

import contextlib
import functools
import time

import routers
from scenario import LOOKS, PAUSE_S, TENANT, UTC, blank, equal, refused, unique

SECOND = "6543210987654321"
UNKNOWN = "ri-00000000000000000"
STABLE = ("Idle", "Active", "Inactive")


def rows_of(answer, outer, inner):
    rows = answer[outer][inner]
    assert isinstance(rows, list), f"not a list: {rows!r}"
    return rows


def vpcs(w, ask=None, **params):
    return rows_of((ask or w.call)("DescribeVpcs", **params), "Vpcs", "Vpc")


def listed(w, filters=(), ask=None, **params):
    if filters:
        params["Filter"] = [{"Key": key, "Value": list(values)} for key, values in filters]
    answer = (ask or w.call)("DescribeRouterInterfaces", **params)
    return rows_of(answer, "RouterInterfaceSet", "RouterInterfaceType")


def routes(w, table, ask=None, **params):
    answer = (ask or w.call)("DescribeRouteEntryList", RouteTableId=table, MaxResult=100, **params)
    return rows_of(answer, "RouteEntrys", "RouteEntry")


def custom(w, table, ask=None):
    return [row["RouteEntryId"] for row in routes(w, table, ask) if row["Type"] == "Custom"]


def looked(what, see, wanted):
    """Looks again, as a client would, until what is seen is wanted."""
    for _ in range(LOOKS):
        seen = see()
        if wanted(seen):
            return seen
        time.sleep(PAUSE_S)
    raise AssertionError(f"{what} stays {seen!r}")


def find(w, ri, ask=None):
    rows = listed(w, [("RouterInterfaceId", [ri])], ask)
    assert len(rows) <= 1, f"one id, several rows: {rows!r}"
    return rows[0] if rows else None


def until(w, ri, status, ask=None):
    return looked(ri, lambda: find(w, ri, ask), lambda row: row is not None and row["Status"] == status)


def vpc(w, ask=None, **params):
    made = (ask or w.call)("CreateVpc", **{"CidrBlock": "172.16.0.0/12", **params})
    looked("VPC", lambda: vpcs(w, ask, VpcId=made["VpcId"])[0]["Status"], lambda status: status == "Available")
    return made


def end(w, role, router, opposite, ask=None, **changes):
    """One end on a router; both are given as kind, id and owner."""
    fields = {
        "Role": role,
        "RouterType": router[0],
        "RouterId": router[1],
        "Spec": "Negative" if role == "AcceptingSide" else "Mini.2",
        "OppositeRegionId": "cn-hangzhou",
        "OppositeRouterType": opposite[0],
        "OppositeRouterId": opposite[1],
        "OppositeInterfaceOwnerId": opposite[2],
        **changes,
    }
    if router[0] == "VBR":
        fields.setdefault("AccessPointId", routers.router(w, router[1])["AccessPointId"])
    fields = {name: value for name, value in fields.items() if value is not None}
    ri = (ask or w.call)("CreateRouterInterface", **fields)["RouterInterfaceId"]
    assert ri.startswith("ri-"), f"not an interface's id: {ri!r}"
    return ri


def tell(ask, ri, opposite, router, **more):
    """Peer data as the provider sends it: all four, every time."""
    fields = {"OppositeInterfaceId": opposite, "OppositeRouterType": router[0], "OppositeRouterId": router[1]}
    ask("ModifyRouterInterfaceAttribute", RouterInterfaceId=ri, OppositeInterfaceOwnerId=int(router[2]), **fields, **more)


def sweep(w):
    """Takes away every route, interface, border router and VPC."""
    for ask in (w.call, w.foreign):
        tables = [row["RouterTableIds"]["RouterTableIds"][0] for row in vpcs(w, ask, PageSize=50)]
        tables += [row["RouteTableId"] for row in routers.listed(w, ask=ask)[0]]
        for table in tables:
            for route in custom(w, table, ask):
                looked(route, lambda: routes(w, table, ask), lambda rows: all(row["Status"] == "Available" for row in rows))
                ask("DeleteRouteEntry", RouteEntryId=route)
    for ask in (w.call, w.foreign):
        for row in listed(w, ask=ask, PageSize=50):
            ri = row["RouterInterfaceId"]
            row = looked(ri, lambda: find(w, ri, ask), lambda row: row["Status"] in STABLE)
            if row["Status"] == "Active":
                ask("DeactivateRouterInterface", RouterInterfaceId=ri)
                until(w, ri, "Inactive", ask)
            ask("DeleteRouterInterface", RouterInterfaceId=ri)
            equal(find(w, ri, ask), None, "interface after its deletion")
    routers.sweep(w)
    for ask in (w.call, w.foreign):
        for row in vpcs(w, ask, PageSize=50):
            looked("VPC", lambda: vpcs(w, ask, VpcId=row["VpcId"])[0]["Status"], lambda status: status == "Available")
            ask("DeleteVpc", VpcId=row["VpcId"])


def swept(test):
    @functools.wraps(test)
    def act(w):
        with contextlib.ExitStack() as stack:
            stack.callback(sweep, w)
            test(w)

    return act


@swept
def vpc_life(w):
    token = unique("vpc")
    written = {"VpcName": unique("net"), "Description": "First network, 第一个 & more", "CidrBlock": "10.0.0.0/8"}
    made = vpc(w, ClientToken=token, **written)
    row = vpcs(w, VpcId=made["VpcId"])[0]
    for field, value in {**written, "VRouterId": made["VRouterId"], "OwnerId": int(TENANT), "IsDefault": False}.items():
        equal(row[field], value, field)
    equal(row["RouterTableIds"]["RouterTableIds"], [made["RouteTableId"]], "route tables")
    equal(w.call("CreateVpc", ClientToken=token, **written)["VpcId"], made["VpcId"], "replay")
    one = w.call("DescribeVpcAttribute", VpcId=made["VpcId"])
    equal((one["CidrBlock"], one["Status"]), ("10.0.0.0/8", "Available"), "one VPC")
    router = rows_of(w.call("DescribeVRouters", VRouterId=made["VRouterId"]), "VRouters", "VRouter")[0]
    equal((router["VpcId"], router["RouteTableIds"]["RouteTableId"]), (made["VpcId"], [made["RouteTableId"]]), "router")
    table = rows_of(w.call("DescribeRouteTableList", RouteTableId=made["RouteTableId"]), "RouterTableList", "RouterTableListType")[0]
    equal((table["RouterId"], table["RouterType"], table["VpcId"]), (made["VRouterId"], "VRouter", made["VpcId"]), "table")
    refused(400, "InvalidParameter", lambda: w.call("CreateVpc", CidrBlock="10.0.0.1/8"))
    refused(400, "MissingParam.CidrOrCidrMask", lambda: w.call("CreateVpc"))
    equal(vpcs(w, w.foreign), [], "VPCs as another tenant sees them")
    refused(404, "InvalidVpcId.NotFound", lambda: w.foreign("DeleteVpc", VpcId=made["VpcId"]))
    w.call("DeleteVpc", VpcId=made["VpcId"])
    equal(vpcs(w, VpcId=made["VpcId"]), [], "VPC after its deletion")


def connect(w, ask, one, other, other_ask):
    """Both ends from nothing to Active, as the provider leads them there."""
    left, right = end(w, "InitiatingSide", one, other, ask), end(w, "AcceptingSide", other, one, other_ask)
    for act, ri in ((ask, left), (other_ask, right)):
        equal(find(w, ri, act)["Status"], "Idle", "Status, as soon as Create has answered")
    refused(400, "IncorrectOppositeInterfaceInfo.NotSet", lambda: ask("ConnectRouterInterface", RouterInterfaceId=left))
    tell(ask, left, right, other)
    refused(400, "IncorrectOppositeInterfaceInfo", lambda: ask("ConnectRouterInterface", RouterInterfaceId=left))
    tell(other_ask, right, left, one)
    refused(400, "IncorrectRole.NotInitiatingSide", lambda: other_ask("ConnectRouterInterface", RouterInterfaceId=right))
    ask("ConnectRouterInterface", RouterInterfaceId=left)
    return left, until(w, left, "Active", ask), right, until(w, right, "Active", other_ask)


@swept
def interface_life(w):
    made = [vpc(w) for _ in range(2)]
    one, other = (("VRouter", row["VRouterId"], TENANT) for row in made)
    left, row, right, opposite = connect(w, w.call, one, other, w.call)
    for field, value in {
        "ChargeType": "AfterPay", "BusinessStatus": "Normal", "Role": "InitiatingSide", "Spec": "Mini.2", "Bandwidth": 2,
        "OppositeInterfaceId": right, "OppositeInterfaceStatus": "Active", "OppositeInterfaceSpec": "Negative",
        "OppositeInterfaceOwnerId": TENANT, "HcRate": 0, "VpcInstanceId": made[0]["VpcId"],
    }.items():
        equal(row[field], value, field)
    assert UTC.match(row["ConnectedTime"]), f"ConnectedTime: {row['ConnectedTime']!r}"
    equal((opposite["Spec"], opposite["OppositeBandwidth"]), ("Negative", 2), "the accepting end")
    for field in ("AccessPointId", "OppositeAccessPointId", "HcThreshold", "HealthCheckSourceIp", "Name", "Description"):
        assert blank(row.get(field)) or row[field] == 0, f"{field}, which nobody set: {row[field]!r}"
    alone = w.tenant.call("DescribeRouterInterfaceAttribute", RegionId="cn-hangzhou", InstanceId=left)
    equal((alone["Status"], str(alone["FastLinkMode"]).lower(), alone["RouterId"]), ("Active", "false", one[1]), "attribute")

    name = unique("renamed")
    tell(w.call, left, right, other, Name=name, Description="Changed", HcRate=2000, HcThreshold=8)
    w.call("ModifyRouterInterfaceAttribute", RouterInterfaceId=left, HealthCheckSourceIp="172.16.0.9", HealthCheckTargetIp="10.9.9.9")
    row = find(w, left)
    equal((row["Name"], row["HcRate"], row["HcThreshold"], row["HealthCheckSourceIp"], row["Status"]), (name, 2000, 8, "172.16.0.9", "Active"), "change")
    equal(w.call("ModifyRouterInterfaceSpec", RouterInterfaceId=left, Spec="Large.1")["Spec"], "Large.1", "Spec")
    row = until(w, left, "Active")
    equal((row["Spec"], row["Bandwidth"]), ("Large.1", 1000), "size once it is in force")

    refused(400, "InvalidInstance.StatusError", lambda: w.call("DeleteRouterInterface", RouterInterfaceId=left))
    refused(400, "DependencyViolation.RouterInterface", lambda: w.call("DeleteVpc", VpcId=made[0]["VpcId"]))
    w.call("DeactivateRouterInterface", RouterInterfaceId=left)
    until(w, left, "Inactive")
    w.call("ActivateRouterInterface", RouterInterfaceId=left)
    until(w, left, "Active")
    w.call("DeactivateRouterInterface", RouterInterfaceId=left)
    until(w, left, "Inactive")
    w.call("DeleteRouterInterface", RouterInterfaceId=left)
    equal(find(w, left), None, "interface after its deletion")
    refused(404, "InvalidInstanceId.NotFound", lambda: w.call("DeleteRouterInterface", RouterInterfaceId=left))
    row = find(w, right)
    equal((row["Status"], row["OppositeInterfaceStatus"]), ("Inactive", "Deleted"), "the end that is left")


@swept
def interface_of_another(w):
    one = ("VRouter", vpc(w)["VRouterId"], TENANT)
    other = ("VRouter", vpc(w, w.foreign)["VRouterId"], SECOND)
    left, _, right, row = connect(w, w.call, one, other, w.foreign)
    equal((row["OppositeInterfaceOwnerId"], row["OppositeInterfaceId"]), (TENANT, left), "the other's end")
    equal(find(w, right), None, "another's interface in one's own list")
    refused(404, "InvalidRouterInterfaceId.NotFound", lambda: w.call("DeactivateRouterInterface", RouterInterfaceId=right))
    refused(404, "InvalidInstanceId.NotFound", lambda: w.call("DeleteRouterInterface", RouterInterfaceId=right))


@swept
def interface_refusals(w):
    router = ("VRouter", vpc(w)["VRouterId"], TENANT)
    nowhere = ("VRouter", "vrt-00000000000000000", TENANT)
    for status, code, changes in (
        (400, "InvalidSpec.ValudNotSupported", {"Spec": "Negative"}),
        (400, "InvalidSpec.ValudNotSupported", {"Spec": "Huge"}),
        (400, "InvalidRole.ValueNotSupported", {"Role": "Sideways"}),
        (400, "InvalidOppositeRegionId.NotFound", {"OppositeRegionId": "cn-nowhere"}),
        (400, "InvalidAliuid", {"OppositeInterfaceOwnerId": "9999999999999999"}),
        (400, "InvalidPrice.NotFound", {"InstanceChargeType": "PrePaid", "Period": 1}),
        (400, "InvalidHealthCheckIP.Malformd", {"HealthCheckSourceIp": "172.16.0.9"}),
        (404, "InvalidRouterId.NotFound", {"RouterId": "vrt-00000000000000000"}),
    ):
        refused(status, code, lambda: end(w, "InitiatingSide", router, nowhere, **changes))
    equal(listed(w), [], "interfaces after the refusals")
    ends = [end(w, "InitiatingSide", router, nowhere) for _ in range(5)]
    refused(400, "QuotaExceeded.RouterInterface", lambda: end(w, "InitiatingSide", router, nowhere))
    equal(sorted(row["RouterInterfaceId"] for row in listed(w, [("RouterId", [router[1]])])), sorted(ends), "by router")
    equal(listed(w, [("RouterInterfaceId", [UNKNOWN])]), [], "by an unknown id")
    refused(404, "InvalidFilterKey.ValueNotSupported", lambda: listed(w, [("Colour", ["blue"])]))


@swept
def fast_link(w):
    c = w.enabled()
    vbr = routers.create(w, c, 10)
    made = vpc(w)
    left = end(w, "InitiatingSide", ("VBR", vbr), ("VRouter", made["VRouterId"], TENANT), FastLinkMode=True)
    row = until(w, left, "Active")
    equal((row["FastLinkMode"], row["RouterType"]), (True, "VBR"), "fast link")
    opposite = find(w, row["OppositeInterfaceId"])
    equal((opposite["Status"], opposite["RouterId"], opposite["OppositeInterfaceId"]), ("Active", made["VRouterId"], left), "its other end")
    refused(400, "InvalidOperation.RouterInterfaceNotDeleted", lambda: w.call("DeleteVirtualBorderRouter", VbrId=vbr))

    # Out over the circuit, and in through the connection.
    table, vlan = (routers.router(w, vbr)[field] for field in ("RouteTableId", "VlanInterfaceId"))
    for target, cidr, hop in ((table, "192.168.0.0/16", vlan), (table, "172.16.0.0/12", left), (made["RouteTableId"], "192.168.0.0/16", opposite["RouterInterfaceId"])):
        route = w.call("CreateRouteEntry", RouteTableId=target, DestinationCidrBlock=cidr, NextHopType="RouterInterface", NextHopId=hop)["RouteEntryId"]
        looked(route, lambda: routes(w, target, RouteEntryId=route)[0]["Status"], lambda status: status == "Available")
    refused(400, "DependencyViolation.RouterInterfaceReferedByRouteEntry", lambda: w.call("DeleteExpressConnect", RouterInterfaceId=left))
    w.call("DeleteExpressConnect", RouterInterfaceId=left, Force=True)
    equal(listed(w), [], "both ends after their deletion")
    equal((len(custom(w, table)), custom(w, made["RouteTableId"])), (1, []), "the routes that led to them")
    refused(400, "DependencyViolation.RouteEntry", lambda: w.call("DeleteVirtualBorderRouter", VbrId=vbr))


@swept
def route_life(w):
    one, other = vpc(w), vpc(w)
    table = one["RouteTableId"]
    # Before the two are connected, as the provider's own tests make it.
    ri = end(w, "InitiatingSide", ("VRouter", one["VRouterId"]), ("VRouter", other["VRouterId"], TENANT))
    make = functools.partial(w.call, "CreateRouteEntry", RouteTableId=table, NextHopType="RouterInterface", NextHopId=ri)
    token = unique("route")
    route = make(DestinationCidrBlock="192.168.0.0/16", RouteEntryName="back", ClientToken=token)["RouteEntryId"]
    row = routes(w, table, RouteEntryId=route)[0]
    equal((row["DestinationCidrBlock"], row["Type"], row["RouteEntryName"]), ("192.168.0.0/16", "Custom", "back"), "route")
    hop = row["NextHops"]["NextHop"][0]
    equal((hop["NextHopId"], hop["NextHopType"]), (ri, "RouterInterface"), "next hop")
    equal(make(DestinationCidrBlock="192.168.0.0/16", RouteEntryName="back", ClientToken=token)["RouteEntryId"], route, "replay")
    looked(route, lambda: routes(w, table, RouteEntryId=route)[0]["Status"], lambda status: status == "Available")
    for status, code, changes in (
        (400, "InvalidRouteEntry.Duplicate", {"DestinationCidrBlock": "192.168.0.0/16"}),
        (400, "InvalidCidrBlock.Malformed", {"DestinationCidrBlock": "192.168.0.1/16"}),
        (400, "RouteConflict.AlreadyExist", {"DestinationCidrBlock": "100.64.0.0/10"}),
        (404, "InvalidNextHopId.NotFound", {"DestinationCidrBlock": "10.0.0.0/8", "NextHopId": UNKNOWN}),
        (404, "InvalidRouteTableId.NotFound", {"DestinationCidrBlock": "10.0.0.0/8", "RouteTableId": "vtb-00000000000000000"}),
    ):
        refused(status, code, lambda: make(**changes))
    equal(custom(w, table), [route], "routes after the refusals")
    old = rows_of(w.call("DescribeRouteTables", RouteTableId=table), "RouteTables", "RouteTable")[0]
    equal([row["RouteEntryId"] for row in old["RouteEntrys"]["RouteEntry"] if row["Type"] == "Custom"], [route], "in the older list")
    refused(400, "DependencyViolation.RouterInterfaceReferedByRouteEntry", lambda: w.call("DeleteRouterInterface", RouterInterfaceId=ri))
    refused(400, "DependencyViolation.RouteEntry", lambda: w.call("DeleteVpc", VpcId=one["VpcId"]))
    w.call("DeleteRouteEntry", RouteTableId=table, DestinationCidrBlock="192.168.0.0/16", NextHopId=ri)
    equal(custom(w, table), [], "route after its deletion")
    refused(400, "InvalidRouteEntry.NotFound", lambda: w.call("DeleteRouteEntry", RouteEntryId=route))


TESTS = [vpc_life, interface_life, interface_of_another, interface_refusals, fast_link, route_life]
