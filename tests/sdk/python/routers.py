"""Virtual border routers, as every Python client must see them.

A router's life in the order in which the Terraform provider leads it: what it writes it reads back
at once, it sends VlanId and the IPv4 link along with every change, it takes the first row of a list
for the one it asked for, and it looks until what it deleted is absent.
"""

import contextlib
import functools
import time

from scenario import LOOKS, PAUSE_S, TENANT, UTC, answered, blank, equal, refused, unique

SECOND = "6543210987654321"
UNKNOWN = "vbr-00000000000000000"
LINK = {"LocalGatewayIp": "10.0.0.1", "PeerGatewayIp": "10.0.0.2", "PeeringSubnetMask": "255.255.255.252"}
IPV6 = {"LocalIpv6GatewayIp": "2001:db8::1", "PeerIpv6GatewayIp": "2001:db8::2", "PeeringIpv6SubnetMask": "2001:db8::/64"}
IN_MOTION = ("terminating", "recovering", "deleting")


def listed(w, filters=(), ask=None, **params):
    if filters:
        params["Filter"] = [{"Key": key, "Value": list(values)} for key, values in filters]
    answer = (ask or w.call)("DescribeVirtualBorderRouters", **params)
    rows = answer["VirtualBorderRouterSet"]["VirtualBorderRouterType"]
    assert isinstance(rows, list), f"not a list: {rows!r}"
    return rows, answer


def ids(w, filters=(), **params):
    return [row["VbrId"] for row in listed(w, filters, **params)[0]]


def find(w, vbr, ask=None):
    rows, answer = listed(w, [("VbrId", [vbr])], ask)
    equal(answer["TotalCount"], len(rows), "TotalCount of one id")
    assert len(rows) <= 1, f"one id, several rows: {rows!r}"
    if rows:
        equal(rows[0]["VbrId"], vbr, "id filtered for")
    return rows[0] if rows else None


def router(w, vbr, ask=None):
    row = find(w, vbr, ask)
    assert row is not None, f"{vbr} is not listed"
    return row


def until(w, vbr, status, ask=None):
    """Looks again, as a client would, until the router has the status."""
    for _ in range(LOOKS):
        row = router(w, vbr, ask)
        if row["Status"] == status:
            return row
        time.sleep(PAUSE_S)
    raise AssertionError(f"{vbr} stays {row['Status']}, expected {status}")


def create(w, circuit, vlan, **changes):
    fields = {"PhysicalConnectionId": circuit, "VlanId": vlan, **LINK, **changes}
    fields = {name: value for name, value in fields.items() if value is not None}
    vbr = w.call("CreateVirtualBorderRouter", **fields)["VbrId"]
    assert vbr.startswith("vbr-"), f"not a router's id: {vbr!r}"
    return vbr


def further(row):
    circuits = row["AssociatedPhysicalConnections"]["AssociatedPhysicalConnection"]
    assert isinstance(circuits, list), f"not a list: {circuits!r}"
    return circuits


def sweep(w):
    """Takes every router off its circuits, so that these can be ended."""
    for ask in (w.call, w.foreign):
        for row in listed(w, ask=ask, PageSize=50)[0]:
            vbr = row["VbrId"]
            for _ in range(LOOKS):
                if row["Status"] not in IN_MOTION:
                    break
                time.sleep(PAUSE_S)
                row = router(w, vbr, ask)
            for link in further(row):
                ask("UnassociatePhysicalConnectionFromVirtualBorderRouter", VbrId=vbr, PhysicalConnectionId=link["PhysicalConnectionId"])
            ask("DeleteVirtualBorderRouter", VbrId=vbr)
            equal(find(w, vbr, ask), None, "router after its deletion")


def swept(test):
    @functools.wraps(test)
    def act(w):
        with contextlib.ExitStack() as stack:
            stack.callback(sweep, w)
            test(w)

    return act


@swept
def router_life(w):
    c = w.enabled(bandwidth=1000)
    token = unique("vbr")
    written = {"Name": unique("edge"), "Description": "First router, 第一台 & more", "CircuitCode": "longtel-002", "Bandwidth": 200}
    vbr = create(w, c, 0, ClientToken=token, **written)
    row = router(w, vbr)  # visible, with its status, as soon as Create has answered
    equal(row["Status"], "active", "Status")
    for field, value in {**written, **LINK, "VlanId": 0, "PhysicalConnectionId": c, "PhysicalConnectionStatus": "Enabled"}.items():
        equal(row[field], value, field)
    equal((row["PhysicalConnectionOwnerUid"], row["PhysicalConnectionBusinessStatus"]), (TENANT, "Normal"), "what its circuit lends")
    for field in ("VlanId", "Bandwidth", "Mtu", "DetectMultiplier", "MinRxInterval", "MinTxInterval"):
        assert type(row[field]) is int, f"{field} is no number: {row[field]!r}"
    for field in ("EnableIpv6", "SitelinkEnable"):
        assert row[field] is False, f"{field}, which nobody set: {row[field]!r}"
    for field in ("Mtu", "DetectMultiplier", "MinRxInterval", "MinTxInterval", "ResourceGroupId", "RouteTableId", "VlanInterfaceId"):
        assert row[field], f"{field} has no default"
    for field in ("TerminationTime", "RecoveryTime", *IPV6):
        assert blank(row.get(field)), f"{field} of a fresh router: {row[field]!r}"
    assert UTC.match(row["CreationTime"]) and UTC.match(row["ActivationTime"]), f"times: {row!r}"
    equal(further(row), [], "further circuits")
    equal(create(w, c, 0, ClientToken=token, **written), vbr, "replay")

    # Refused, and nothing left behind.
    refused(400, "InvalidVlanId.Used", lambda: create(w, c, 0))
    equal(ids(w, [("PhysicalConnectionId", [c])]), [vbr], "routers after a refusal")

    name = unique("renamed")
    resent = {"VlanId": 0, **LINK}
    w.call("ModifyVirtualBorderRouterAttribute", VbrId=vbr, Name=name, MinRxInterval=200, MinTxInterval=300, DetectMultiplier=10, **resent)
    changed = router(w, vbr)
    wanted = {"Name": name, "MinRxInterval": 200, "MinTxInterval": 300, "DetectMultiplier": 10}
    for field, value in {**row, **wanted}.items():
        equal(changed.get(field), value, f"{field} after a change")
    w.call("ModifyVirtualBorderRouterAttribute", VbrId=vbr, EnableIpv6=True, **IPV6, **resent)
    six = router(w, vbr)
    equal({field: six[field] for field in (*IPV6, "EnableIpv6")}, {**IPV6, "EnableIpv6": True}, "IPv6")
    w.call("ModifyVirtualBorderRouterAttribute", VbrId=vbr, Description="", **resent)
    assert blank(router(w, vbr).get("Description")), "an empty value must clear the description"

    before = w.circuit(c)
    refused(400, "Forbidden.VbrAttached", lambda: w.call("TerminatePhysicalConnection", PhysicalConnectionId=c))
    refused(400, "Forbidden.VBRExists", lambda: w.call("DeletePhysicalConnection", PhysicalConnectionId=c))
    equal(w.circuit(c), before, "circuit under a router")

    kept = router(w, vbr)
    w.call("TerminateVirtualBorderRouter", VbrId=vbr)
    stopped = until(w, vbr, "terminated")
    assert UTC.match(stopped["TerminationTime"]), f"TerminationTime: {stopped['TerminationTime']!r}"
    refused(400, "InvalidOperation.OperationNotAllowedInState", lambda: w.call("TerminateVirtualBorderRouter", VbrId=vbr))
    refused(400, "InvalidVlanId.Used", lambda: create(w, c, 0))
    refused(400, "Forbidden.VbrAttached", lambda: w.call("TerminatePhysicalConnection", PhysicalConnectionId=c))
    w.call("RecoverVirtualBorderRouter", VbrId=vbr)
    back = until(w, vbr, "active")
    assert UTC.match(back["RecoveryTime"]), f"RecoveryTime: {back['RecoveryTime']!r}"
    for field in kept:
        if field not in ("TerminationTime", "RecoveryTime"):
            equal(back.get(field), kept[field], f"{field} once it is back")

    w.call("DeleteVirtualBorderRouter", VbrId=vbr)
    equal(find(w, vbr), None, "router after its deletion")
    refused(404, "InvalidVbrId.NotFound", lambda: w.call("DeleteVirtualBorderRouter", VbrId=vbr))
    w.call("TerminatePhysicalConnection", PhysicalConnectionId=c)
    w.until(c, "Terminated")


@swept
def router_refusals(w):
    c = w.enabled()
    waiting = w.create()
    for code, changes in (
        ("InvalidVlanId.Malformed", {"VlanId": 3000}),
        ("InvalidVlanId.Malformed", {"VlanId": -1}),
        ("MissingParameter", {"LocalGatewayIp": None}),
        ("InvalidLocalGatewayIp.Malformed", {"LocalGatewayIp": "10.0.0"}),
        ("InvalidIp.NotSameSubnet", {"PeerGatewayIp": "10.0.0.9"}),
        ("InvalidPeeringSubnetMask.Malformed", {"PeeringSubnetMask": "255.255.254.0"}),
        ("InvalidPeeringSubnetMask.Malformed", {"PeeringSubnetMask": "255.255.255.254"}),
        ("InvalidLocalGatewayIp.Malformed", IPV6),
        ("IllegalParam.Bandwidth", {"Bandwidth": 70}),
        ("InvalidName.Malformed", {"Name": "1"}),
        ("InvalidPhysicalConnectionId.NotEnabled", {"PhysicalConnectionId": waiting}),
        ("InvalidPhysicalConnectionId.NotFound", {"PhysicalConnectionId": "pc-00000000000000000"}),
    ):
        refused(400, code, lambda: create(w, c, changes.get("VlanId", 10), **{k: v for k, v in changes.items() if k != "VlanId"}))
    refused(404, "InvalidVbrOwnerId.NotFound", lambda: create(w, c, 10, VbrOwnerId=9999999999999999))
    equal(ids(w), [], "routers after the refusals")
    vbr = create(w, c, 10)
    for code, changes in (
        ("InvalidIp.Malformed", {"PeerGatewayIp": ""}),
        ("InvalidIp.NotSameSubnet", {"PeerGatewayIp": "10.0.0.9"}),
        ("InvalidParameter", {"DetectMultiplier": 2}),
        ("InvalidParameter", {"MinRxInterval": 1001}),
        ("InvalidParameter", {"Mtu": 9000}),
    ):
        refused(400, code, lambda: w.call("ModifyVirtualBorderRouterAttribute", VbrId=vbr, **changes))
    refused(400, "InvalidVbrId.NotFound", lambda: w.call("ModifyVirtualBorderRouterAttribute", VbrId=UNKNOWN, Name="renamed"))
    for action in ("TerminateVirtualBorderRouter", "RecoverVirtualBorderRouter", "DeleteVirtualBorderRouter"):
        refused(404, "InvalidVbrId.NotFound", lambda: w.call(action, VbrId=UNKNOWN))
        refused(404, "InvalidVbrId.NotFound", lambda: w.foreign(action, VbrId=vbr))
    equal(find(w, vbr, w.foreign), None, "router as another tenant sees it")


@swept
def router_filters(w):
    one, two = w.enabled(), w.enabled()
    names = [unique("listed") for _ in range(3)]
    a, b = create(w, one, 10, Name=names[0]), create(w, one, 11, Name=names[1])
    c = create(w, two, 10, Name=names[2], Tags=[{"Key": "team", "Value": "blue"}])
    w.call("TerminateVirtualBorderRouter", VbrId=b)
    until(w, b, "terminated")
    equal(ids(w), [a, b, c], "all, in the order of their creation")
    for filters, wanted in (
        ([("VbrId", [b])], [b]),
        ([("VbrId", [b, c])], [b, c]),
        ([("PhysicalConnectionId", [one])], [a, b]),
        ([("Status", ["active"])], [a, c]),
        ([("Status", ["Terminated"])], [b]),
        ([("Name", [names[0], names[2]]), ("PhysicalConnectionId", [two])], [c]),
        ([("VbrId", [UNKNOWN])], []),
        ([("Name", [unique("nobody")])], []),
    ):
        rows, answer = listed(w, filters)
        equal(([row["VbrId"] for row in rows], answer["TotalCount"]), (wanted, len(wanted)), f"{filters}")
    refused(404, "InvalidFilterKey.ValueNotSupported", lambda: listed(w, [("Colour", ["blue"])]))
    rows, answer = listed(w, PageSize=2, PageNumber=2)
    equal(([row["VbrId"] for row in rows], answer["TotalCount"], answer["PageNumber"], answer["PageSize"]), ([c], 3, 2, 2), "second page")
    equal(ids(w, PageSize=2, PageNumber=3), [], "past the last page")
    equal(router(w, c)["Tags"]["Tags"], [{"Key": "team", "Value": "blue"}], "labels")
    equal(ids(w, Tags=[{"Key": "team", "Value": "blue"}]), [c], "by label")
    answer = w.call("DescribeVirtualBorderRoutersForPhysicalConnection", PhysicalConnectionId=one)
    rows = answer["VirtualBorderRouterForPhysicalConnectionSet"]["VirtualBorderRouterForPhysicalConnectionType"]
    equal([(row["VbrId"], row["VlanId"], row["Status"]) for row in rows], [(a, 10, "active"), (b, 11, "terminated")], "routers of one circuit")


@swept
def router_of_another(w):
    c = w.enabled()
    refused(403, "Forbidden.LocalGatewayIpNotAllowedByCaller", lambda: create(w, c, 10, VbrOwnerId=int(SECOND)))
    bare = {field: None for field in LINK}
    vbr = create(w, c, 10, VbrOwnerId=int(SECOND), **bare)
    equal(find(w, vbr), None, "router of another in one's own list")
    equal(ids(w, IncludeCrossAccountVbr=True), [vbr], "with those of other accounts")
    row = router(w, vbr, w.foreign)
    equal((row["Status"], row["PhysicalConnectionOwnerUid"]), ("unconfirmed", TENANT), "router before it is confirmed")
    refused(403, "Forbidden.PeerGatewayIpNotAllowedByCaller", lambda: w.call("ModifyVirtualBorderRouterAttribute", VbrId=vbr, PeerGatewayIp="10.0.0.2"))
    refused(403, "Forbidden.VlanIdNotAllowedByCaller", lambda: w.foreign("ModifyVirtualBorderRouterAttribute", VbrId=vbr, VlanId=11, **LINK))
    w.foreign("ModifyVirtualBorderRouterAttribute", VbrId=vbr, VlanId=10, **LINK)
    row = router(w, vbr, w.foreign)
    equal({"Status": row["Status"], **{field: row[field] for field in LINK}}, {"Status": "active", **LINK}, "router once it is confirmed")
    refused(403, "Forbidden.OperationNotAllowedByUser", lambda: w.foreign("TerminateVirtualBorderRouter", VbrId=vbr))
    refused(403, "Forbidden.OperationNotAllowedByUser", lambda: w.call("DeleteVirtualBorderRouter", VbrId=vbr))
    w.call("TerminateVirtualBorderRouter", VbrId=vbr)
    until(w, vbr, "terminated", w.foreign)
    w.call("RecoverVirtualBorderRouter", VbrId=vbr)
    until(w, vbr, "active", w.foreign)


@swept
def further_circuits(w):
    one, two, three = w.enabled(), w.enabled(), w.enabled()
    vbr = create(w, one, 10)
    token = unique("cut-to-the-same")
    link = {"LocalGatewayIp": "10.1.0.1", "PeerGatewayIp": "10.1.0.2", "PeeringSubnetMask": "255.255.255.0"}
    associate = functools.partial(w.call, "AssociatePhysicalConnectionToVirtualBorderRouter", VbrId=vbr, ClientToken=token)
    unassociate = functools.partial(w.call, "UnassociatePhysicalConnectionFromVirtualBorderRouter", VbrId=vbr, ClientToken=token)
    # One token for different pairs, and for the same pair again once it was taken apart.
    for _ in range(2):
        associate(PhysicalConnectionId=two, VlanId="10", CircuitCode="longtel-003", **link)
        associate(PhysicalConnectionId=three, VlanId="0")
        rows = {row["PhysicalConnectionId"]: row for row in further(router(w, vbr))}
        equal(sorted(rows), sorted([two, three]), "further circuits")
        row = rows[two]
        equal((row["Status"], str(row["VlanId"]), row["CircuitCode"], row["EnableIpv6"]), ("Associated", "10", "longtel-003", False), "link")
        equal({field: row[field] for field in link}, link, "addresses")
        assert all(blank(rows[three].get(field)) for field in (*link, "CircuitCode")), f"addresses nobody gave: {rows[three]!r}"
        for circuit, left in ((two, [three]), (three, [])):
            unassociate(PhysicalConnectionId=circuit)
            equal([row["PhysicalConnectionId"] for row in further(router(w, vbr))], left, "what is taken off is absent")
    associate(PhysicalConnectionId=two, VlanId="10")
    refused(400, "InvalidVlanId.Used", lambda: create(w, two, 10))
    refused(400, "InvalidStatus.NotAllowed", lambda: w.call("DeleteVirtualBorderRouter", VbrId=vbr))
    refused(400, "Forbidden.AssociateToVBR", lambda: w.call("DeletePhysicalConnection", PhysicalConnectionId=two))
    refused(400, "PHYSICAL_NOT_ALLOW_ASSOCIATE_VBR", lambda: w.call("AssociatePhysicalConnectionToVirtualBorderRouter", VbrId=vbr, PhysicalConnectionId=one, VlanId="20"))


@swept
def router_bandwidth(w):
    vbr = create(w, w.enabled(bandwidth=1000), 10)
    equal(router(w, vbr)["Bandwidth"], 1000, "Bandwidth that follows from the circuit's")

    def update(number):
        return w.tenant.call("UpdateVirtualBorderBandwidth", RegionId="cn-hangzhou", VirtualBorderRouterId=vbr, Bandwidth=number)

    answer = update(2048)
    # The one success that is documented with a Code.
    equal((answer["Code"], answer["Success"], answer["HttpStatusCode"]), ("200", True, 200), "answer")
    answered({name: value for name, value in answer.items() if name != "Code"})
    equal(router(w, vbr)["Bandwidth"], 2048, "Bandwidth")
    refused(400, "IllegalParam.Bandwidth", lambda: update(2000))
    equal(router(w, vbr)["Bandwidth"], 2048, "Bandwidth after a refusal")


TESTS = [router_life, router_refusals, router_filters, router_of_another, further_circuits, router_bandwidth]
