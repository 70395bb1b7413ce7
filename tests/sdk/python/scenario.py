"""What every Python client must see of a sandbox: one list of tests, run through each client.

A client is an object with `call(action, **params) -> dict` for the tenant's API and
`operator(action, **params) -> dict` and `billing(action, **params) -> dict` for the other two
versions; parameters carry their wire names. All raise `ApiError` for a refusal. The sandbox is to
run on the system clock with its autopilot on, unless `run` is given other tests.
"""

import json
import os
import re
import sys
import threading
import time
import traceback
import xml.etree.ElementTree as ElementTree

# The server is on this machine, so no proxy may come between.
for variable in ("http_proxy", "https_proxy", "all_proxy"):
    os.environ.pop(variable, None)
    os.environ.pop(variable.upper(), None)

ENDPOINT = os.environ.get("CROSSCONNECT_ENDPOINT", "http://127.0.0.1:8480").rstrip("/")
HOST = ENDPOINT.split("://", 1)[-1]
REGION = "cn-hangzhou"
VERSION = "2016-04-28"
OPERATOR_VERSION = "2026-11-01"
BILLING_VERSION = "2017-12-14"
TENANT = "1234567890123456"
KEYS = {
    "tenant": ("testak", "testsk"),
    "stranger": ("testak2", "testsk2"),
    "operator": ("operatorak", "operatorsk"),
}

UNKNOWN_ID = "pc-00000000000000000"
UUID = re.compile(r"^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$")
UTC = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
PORT_NUMBER = re.compile(r"^\d+/\d+/\d+$")
# The statuses that count against the quota of circuits not yet in service
WAITING = ["Initial", "Approved", "Allocating", "Allocated", "Confirmed"]
FREE_CIRCUITS = 5

# A client's own wait between two looks, and how often it looks before it gives up
LOOKS = 50
PAUSE_S = 0.2


class ApiError(Exception):
    def __init__(self, status, code, message):
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message


def equal(found, wanted, what):
    assert found == wanted, f"{what}: expected {wanted!r}, found {found!r}"


def refused(status, code, act):
    """The act must be refused with this status and code; returns the error."""
    try:
        answer = act()
    except ApiError as error:
        equal((error.status, error.code), (status, code), "refusal")
        return error
    raise AssertionError(f"expected {status} {code}, but it was answered {answer!r}")


def outcome(act):
    """What a caller can tell from an answer, its request id aside."""
    try:
        answer = act()
    except ApiError as error:
        return ("refused", error.status, error.code, error.message)
    return ("answered", {k: v for k, v in answer.items() if k != "RequestId"})


def blank(value):
    return value is None or value == "" or value == [] or value == {}


def unique(stem):
    return f"{stem}-{os.urandom(5).hex()}"


class World:
    """One client of the tenant, one of the stranger, and what they made."""

    def __init__(self, make):
        self.make = make
        self.tenant = make("tenant")
        self.stranger = make("stranger")
        self.operator = make("operator")
        self.made = []
        self.names = []

    def call(self, action, **params):
        return answered(self.tenant.call(action, RegionId=REGION, **params))

    def foreign(self, action, **params):
        return answered(self.stranger.call(action, RegionId=REGION, **params))

    def operate(self, action, **params):
        return answered(self.operator.operator(action, **params))

    def access_point(self, status="recommended"):
        points = self.call("DescribeAccessPoints", PageSize=50)["AccessPointSet"]["AccessPointType"]
        found = [point["AccessPointId"] for point in points if point["Status"] == status]
        assert found, f"no access point of {REGION} is {status}"
        return found[0]

    def create(self, **params):
        fields = {"LineOperator": "CO", "Name": unique("circuit"), "PortType": "1000Base-LX"}
        fields.update(params)
        fields.setdefault("AccessPointId", self.access_point())
        self.names.append(fields["Name"])
        identity = self.call("CreatePhysicalConnection", **fields)["PhysicalConnectionId"]
        assert identity.startswith("pc-"), f"not a circuit id: {identity!r}"
        if identity not in self.made:
            self.made.append(identity)
        return identity

    def list(self, filters=(), **params):
        if filters:
            params["Filter"] = [{"Key": key, "Value": list(values)} for key, values in filters]
        answer = self.call("DescribePhysicalConnections", **params)
        rows = answer["PhysicalConnectionSet"]["PhysicalConnectionType"]
        assert isinstance(rows, list), f"not a list: {rows!r}"
        return rows, answer

    def ids(self, filters=(), **params):
        return [row["PhysicalConnectionId"] for row in self.list(filters, **params)[0]]

    def find(self, identity):
        rows, answer = self.list([("PhysicalConnectionId", [identity])])
        equal(answer["TotalCount"], len(rows), "TotalCount of one id")
        assert len(rows) <= 1, f"one id, several rows: {rows!r}"
        if rows:
            equal(rows[0]["PhysicalConnectionId"], identity, "id filtered for")
        return rows[0] if rows else None

    def circuit(self, identity):
        row = self.find(identity)
        assert row is not None, f"{identity} is not listed"
        return row

    def until(self, identity, status):
        """Looks again, as a client would, until the circuit has the status."""
        for _ in range(LOOKS):
            row = self.circuit(identity)
            if row["Status"] == status:
                return row
            time.sleep(PAUSE_S)
        raise AssertionError(f"{identity} stays {row['Status']}, expected {status}")

    def enabled(self, **params):
        identity = self.create(**params)
        self.until(identity, "Allocated")
        self.call("ConfirmPhysicalConnection", PhysicalConnectionId=identity)
        self.until(identity, "Confirmed")
        self.call("EnablePhysicalConnection", PhysicalConnectionId=identity)
        self.until(identity, "Enabled")
        return identity

    def delete(self, identity):
        self.call("DeletePhysicalConnection", PhysicalConnectionId=identity)
        equal(self.find(identity), None, "circuit after its deletion")
        if identity in self.made:
            self.made.remove(identity)

    def clean(self):
        """Takes every circuit that is left from wherever it is to deleted."""
        for name in self.names:
            for identity in self.ids([("Name", [name])]):
                if identity not in self.made:
                    self.made.append(identity)
        left = list(self.made)
        self.names.clear()
        self.made.clear()
        for identity in left:
            row = self.find(identity)
            if row is not None:
                status = row["Status"]
                if status == "Allocating":
                    status = self.until(identity, "Allocated")["Status"]
                if status in WAITING:
                    self.call("CancelPhysicalConnection", PhysicalConnectionId=identity)
                if status == "Enabled":
                    self.call("TerminatePhysicalConnection", PhysicalConnectionId=identity)
                if status in ("Enabled", "Terminating"):
                    self.until(identity, "Terminated")
                self.delete(identity)


def answered(answer):
    """What holds for every success."""
    assert isinstance(answer, dict), f"the client found no body: {answer!r}"
    assert UUID.match(answer.get("RequestId") or ""), f"RequestId: {answer.get('RequestId')!r}"
    assert "Code" not in answer, f"a success carries a Code: {answer!r}"
    return answer


# The tests


def regions_and_zones(w):
    for language, wanted in (("en-US", "China (Hangzhou)"), ("zh-CN", "华东1（杭州）")):
        answer = answered(w.tenant.call("DescribeRegions", AcceptLanguage=language))
        rows = {row["RegionId"]: row for row in answer["Regions"]["Region"]}
        assert len(rows) >= 8, f"too few regions: {sorted(rows)}"
        equal(rows[REGION]["LocalName"], wanted, f"name in {language}")
        assert all(row["RegionEndpoint"] for row in rows.values()), "a region without endpoint"
    zones = w.call("DescribeZones")["Zones"]["Zone"]
    assert len(zones) >= 2, f"too few zones: {zones!r}"
    assert all(zone["ZoneId"].startswith(REGION) for zone in zones), f"foreign zone: {zones!r}"


def access_points(w):
    answer = w.call("DescribeAccessPoints", PageSize=50, AcceptLanguage="en-US")
    points = answer["AccessPointSet"]["AccessPointType"]
    equal(answer["TotalCount"], len(points), "TotalCount")
    open_points = [point for point in points if point["Status"] in ("recommended", "hot")]
    assert len(open_points) >= 2, f"too few open access points: {points!r}"
    assert len({point["Location"] for point in open_points}) == len(open_points), "one building twice"
    for point in points:
        equal(point["AttachedRegionNo"], REGION, "AttachedRegionNo")
        equal(point["Type"], "VPC", "Type")
        for field in ("AccessPointId", "Name", "Location", "HostOperator"):
            assert point[field], f"{field} is empty in {point!r}"
        features = point["AccessPointFeatureModels"]["AccessPointFeatureModel"]
        assert isinstance(features, list), f"not a list: {features!r}"
        assert all(row["FeatureKey"] and row["FeatureValue"] for row in features), features
    first = w.call("DescribeAccessPoints", PageSize=1, PageNumber=1)
    equal(len(first["AccessPointSet"]["AccessPointType"]), 1, "rows of a page of one")
    equal(first["TotalCount"], len(points), "TotalCount of a page of one")


def service_is_open(w):
    equal(w.call("GetPhysicalConnectionServiceStatus")["Enabled"], True, "Enabled")
    refused(400, "InvalidOperation.OrderOpened", lambda: w.call("OpenPhysicalConnectionService"))


def life(w):
    written = {
        "AccessPointId": w.access_point(),
        "LineOperator": "CU",
        "PortType": "10GBase-LR",
        "Type": "VPC",
        "Name": unique("life"),
        "Description": "First line, 第一条 * ~ (+) 100%",
        "PeerLocation": "Room 7, 12 Reed Street & Co.",
        "CircuitCode": "longtel-001",
    }
    c = w.create(bandwidth=1000, **written)
    row = w.until(c, "Allocated")
    for field, value in written.items():
        equal(row[field], value, field)
    equal(row["Bandwidth"], 1000, "Bandwidth")
    equal(row["BusinessStatus"], "Normal", "BusinessStatus")
    equal(row["HasReservationData"], "false", "HasReservationData")
    equal(row["Spec"], "10G", "Spec")
    assert UTC.match(row["CreationTime"]), f"CreationTime: {row['CreationTime']!r}"
    assert PORT_NUMBER.match(row["PortNumber"] or ""), f"PortNumber: {row.get('PortNumber')!r}"
    assert row["AdLocation"], "AdLocation is empty once a port is reserved"
    for field in ("EnabledTime", "EndTime", "LoaStatus", "ChargeType", "RedundantPhysicalConnectionId"):
        assert blank(row.get(field)), f"{field} before its time: {row[field]!r}"

    name = unique("renamed")
    w.names.append(name)
    w.call("ModifyPhysicalConnectionAttribute", PhysicalConnectionId=c, bandwidth=2000, Name=name)
    changed = w.circuit(c)
    equal(changed["Bandwidth"], 2000, "Bandwidth after a change")
    equal(changed["Name"], name, "Name after a change")
    for field in row:
        if field not in ("Bandwidth", "Name"):
            equal(changed.get(field), row[field], f"{field}, which nobody changed")
    w.call("ModifyPhysicalConnectionAttribute", PhysicalConnectionId=c, Description="")
    assert blank(w.circuit(c).get("Description")), "an empty value must clear the description"

    refused(400, "Forbidden.NotAllowedInState", lambda: w.call("EnablePhysicalConnection", PhysicalConnectionId=c))
    refused(400, "Forbidden.NotAllowedInState", lambda: w.call("TerminatePhysicalConnection", PhysicalConnectionId=c))
    equal(w.circuit(c)["Status"], "Allocated", "Status after two refusals")

    w.call("ConfirmPhysicalConnection", PhysicalConnectionId=c)
    assert blank(w.until(c, "Confirmed").get("EnabledTime")), "EnabledTime before it is enabled"
    refused(400, "IncorrectStatus.PhysicalConnection", lambda: w.call("ConfirmPhysicalConnection", PhysicalConnectionId=c))

    w.call("EnablePhysicalConnection", PhysicalConnectionId=c)
    enabled = w.until(c, "Enabled")
    assert UTC.match(enabled["EnabledTime"] or ""), f"EnabledTime: {enabled.get('EnabledTime')!r}"
    equal(enabled["PortNumber"], row["PortNumber"], "PortNumber once enabled")
    w.call("EnablePhysicalConnection", PhysicalConnectionId=c)
    equal(w.circuit(c), enabled, "circuit after a second enable")

    w.call("TerminatePhysicalConnection", PhysicalConnectionId=c)
    assert w.circuit(c)["Status"] in ("Terminating", "Terminated"), "Status after terminate"
    w.until(c, "Terminated")
    refused(400, "InvalidStatus", lambda: w.call("ModifyPhysicalConnectionAttribute", PhysicalConnectionId=c, Name=unique("late")))
    w.delete(c)
    refused(404, "InvalidPhysicalConnectionId.NotFound", lambda: w.call("DeletePhysicalConnection", PhysicalConnectionId=c))
    rows, answer = w.list([("PhysicalConnectionId", [c])])
    equal((rows, answer["TotalCount"]), ([], 0), "list after the deletion")


def cancel(w):
    c = w.create()
    w.until(c, "Allocated")
    refused(400, "Forbidden.NotAllowedInState", lambda: w.call("TerminatePhysicalConnection", PhysicalConnectionId=c))
    w.call("CancelPhysicalConnection", PhysicalConnectionId=c)
    equal(w.circuit(c)["Status"], "Canceled", "Status")
    refused(400, "Forbidden.NotAllowedInState", lambda: w.call("CancelPhysicalConnection", PhysicalConnectionId=c))
    equal(w.circuit(c)["Status"], "Canceled", "Status after a second cancel")
    w.delete(c)


def filters(w):
    one, two = w.create(Name=unique("filter")), w.create(Name=unique("filter"), PortType="10GBase-LR")
    first, second = w.until(one, "Allocated"), w.until(two, "Allocated")
    both = ("PhysicalConnectionId", [one, two])
    equal(w.ids([("PhysicalConnectionId", [one])]), [one], "by id")
    equal(sorted(w.ids([both])), sorted([one, two]), "values are alternatives")
    equal(w.ids([both, ("Name", [second["Name"]])]), [two], "filters must all match")
    equal(w.ids([both, ("Spec", ["10G"])]), [two], "by Spec")
    equal(sorted(w.ids([both, ("Status", ["Allocated", "Enabled"])])), sorted([one, two]), "by Status")
    equal(w.ids([both, ("Status", ["Enabled"])]), [], "by another Status")
    equal(sorted(w.ids([both, ("AccessPointId", [first["AccessPointId"]]), ("Type", ["VPC"]), ("LineOperator", ["CO"])])), sorted([one, two]), "four filters")
    rows, answer = w.list([both, ("Name", [unique("nobody")])])
    equal((rows, answer["TotalCount"]), ([], 0), "a value that matches nothing")
    refused(404, "InvalidFilterKey.ValueNotSupported", lambda: w.list([("Colour", ["blue"])]))


def pages(w):
    made = [w.create(Name=unique("page")) for _ in range(3)]
    names = [("Name", w.names[-3:])]
    seen = []
    for number, rows_wanted in ((1, 2), (2, 1), (3, 0), (99, 0)):
        rows, answer = w.list(names, PageSize=2, PageNumber=number)
        equal(len(rows), rows_wanted, f"rows of page {number}")
        equal((answer["TotalCount"], answer["PageNumber"], answer["PageSize"]), (3, number, 2), "counts")
        seen += [row["PhysicalConnectionId"] for row in rows]
    equal(sorted(seen), sorted(made), "every circuit once over all pages")
    rows, answer = w.list(names)
    equal((answer["PageNumber"], answer["PageSize"]), (1, 10), "defaults")
    equal([row["PhysicalConnectionId"] for row in rows], seen, "order is the same on one page")
    equal(w.list(names, PageSize=51)[1]["PageSize"], 50, "PageSize above its limit")


def refusals(w):
    c = w.enabled()
    before = w.circuit(c)
    refused(400, "Forbidden.NotAllowedInState", lambda: w.call("CancelPhysicalConnection", PhysicalConnectionId=c))
    refused(400, "Forbidden.NotAllowedInState", lambda: w.call("DeletePhysicalConnection", PhysicalConnectionId=c))
    refused(400, "InvalidBandwidth", lambda: w.call("ModifyPhysicalConnectionAttribute", PhysicalConnectionId=c, bandwidth=1))
    refused(400, "InvalidName.Malformed", lambda: w.call("ModifyPhysicalConnectionAttribute", PhysicalConnectionId=c, Name="http://x"))
    equal(w.circuit(c), before, "circuit after four refusals")
    for action in ("CancelPhysicalConnection", "EnablePhysicalConnection", "TerminatePhysicalConnection", "DeletePhysicalConnection", "ModifyPhysicalConnectionAttribute"):
        error = refused(404, "InvalidPhysicalConnectionId.NotFound", lambda: w.call(action, PhysicalConnectionId=UNKNOWN_ID))
        equal(error.message, "The PhysicalConnectionId provided does not exist in our records.", "message")
    refused(400, "InvalidPhysicalConnectionId.NotFound", lambda: w.call("ConfirmPhysicalConnection", PhysicalConnectionId=UNKNOWN_ID))
    name = unique("never")
    order = {"AccessPointId": w.access_point(), "LineOperator": "CO", "PortType": "1000Base-LX", "Name": name}
    for change, status, code in (
        ({"AccessPointId": w.access_point("full")}, 400, "InvalidAccessPointId.NotEnabled"),
        ({"AccessPointId": w.access_point("disabled")}, 400, "InvalidAccessPointId.NotEnabled"),
        ({"AccessPointId": "ap-nowhere"}, 400, "ResourceNotFound.AccessPointId"),
        ({"PortType": "1000Base-X"}, 400, "InvalidPortType.Malformd"),
        ({"LineOperator": "XX"}, 400, "InvalidLineOperator.Malformd"),
        ({"bandwidth": 10241}, 400, "InvalidBandwidth"),
        ({"LineOperator": None}, 400, "MissingParameter"),
        ({"RedundantPhysicalConnectionId": UNKNOWN_ID}, 400, "InvalidRedundantPhysicalConnectionId.NotFound"),
        ({"ClientToken": "t" * 65}, 400, "IllegalParam.ClientToken"),
    ):
        fields = {k: v for k, v in {**order, **change}.items() if v is not None}
        refused(status, code, lambda: w.call("CreatePhysicalConnection", **fields))
    equal(w.ids([("Name", [name])]), [], "circuits left by refused orders")
    refused(404, "InvalidRegionId.NotFound", lambda: w.tenant.call("DescribePhysicalConnections", RegionId="cn-nowhere"))


def wrong_keys(w):
    liar = w.make("tenant", secret="not-the-secret")
    error = refused(400, liar.wrong_secret, lambda: liar.call("DescribePhysicalConnections", RegionId=REGION))
    assert error.message, "no message"
    ghost = w.make("tenant", key="nobodysak")
    refused(404, "InvalidAccessKeyId.NotFound", lambda: ghost.call("DescribePhysicalConnections", RegionId=REGION))


def token_replay(w):
    order = {"AccessPointId": w.access_point(), "Name": unique("token"), "ClientToken": unique("tok"), "bandwidth": 200}
    c = w.create(**order)
    equal(w.create(**order), c, "id of the replay")
    row = w.until(c, "Allocated")
    equal(w.create(**order), c, "id of a late replay")
    refused(400, "IdempotentParameterMismatch", lambda: w.create(**{**order, "bandwidth": 300}))
    equal(w.ids([("Name", [order["Name"]])]), [c], "circuits of that name")
    equal(w.circuit(c), row, "circuit after the replays")
    other = w.create(**{**order, "ClientToken": unique("tok")})
    assert other != c, "another token must make another circuit"


def twins(w):
    order = {"AccessPointId": w.access_point(), "LineOperator": "CO", "PortType": "1000Base-LX", "Name": unique("twin"), "ClientToken": unique("tok")}
    w.names.append(order["Name"])
    clients = [w.make("tenant") for _ in range(4)]
    found = []

    def create(client):
        found.append(outcome(lambda: client.call("CreatePhysicalConnection", RegionId=REGION, **order)))

    threads = [threading.Thread(target=create, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(len(found), len(clients), "answers to requests sent at once")
    assert all(one == found[0] for one in found), f"twins differ: {found!r}"
    equal(found[0][0], "answered", "twins")
    equal(w.ids([("Name", [order["Name"]])]), [found[0][1]["PhysicalConnectionId"]], "circuits of that name")


def tags_of(row):
    return {tag["Key"]: tag["Value"] for tag in row["Tags"]["tags"]}


def tags(w):
    team = unique("team")
    c = w.create(Tag=[{"Key": "team", "Value": team}, {"Key": "cost", "Value": "42"}])
    plain = w.create()
    equal(tags_of(w.circuit(c)), {"team": team, "cost": "42"}, "tags set at creation")
    equal(tags_of(w.circuit(plain)), {}, "tags of a circuit without any")
    equal(w.ids(Tags=[{"Key": "team", "Value": team}]), [c], "by tag")
    equal(w.ids(Tags=[{"Key": "team", "Value": unique("team")}]), [], "by another value")

    kind = {"ResourceType": "PHYSICALCONNECTION"}
    w.call("TagResources", ResourceId=[c, plain], Tag=[{"Key": "cost", "Value": "43"}, {"Key": "env", "Value": "a b+c"}], **kind)
    equal(tags_of(w.circuit(c)), {"team": team, "cost": "43", "env": "a b+c"}, "tags after TagResources")
    equal(tags_of(w.circuit(plain)), {"cost": "43", "env": "a b+c"}, "tags of the other")

    def listed(**params):
        rows = w.call("ListTagResources", **kind, **params)["TagResources"]["TagResource"]
        assert all(row["ResourceType"].upper() == "PHYSICALCONNECTION" for row in rows), rows
        return sorted((row["ResourceId"], row["TagKey"], row["TagValue"]) for row in rows)

    equal(listed(ResourceId=[c]), sorted([(c, "team", team), (c, "cost", "43"), (c, "env", "a b+c")]), "tags by id")
    assert (c, "team", team) in listed(Tag=[{"Key": "team", "Value": team}]), "circuits by tag"
    refused(404, "InvalidResourceId.NotFound", lambda: w.call("TagResources", ResourceId=[UNKNOWN_ID], Tag=[{"Key": "a", "Value": "b"}], **kind))

    w.call("UnTagResources", ResourceId=[c], TagKey=["cost", "absent"], **kind)
    equal(tags_of(w.circuit(c)), {"team": team, "env": "a b+c"}, "tags after UnTagResources")
    w.call("UnTagResources", ResourceId=[c], All=True, **kind)
    equal(tags_of(w.circuit(c)), {}, "tags after all were removed")
    equal(w.ids(Tags=[{"Key": "team", "Value": team}]), [], "by a tag that is gone")
    equal(tags_of(w.circuit(plain)), {"cost": "43", "env": "a b+c"}, "tags of the other, untouched")


def second_tenant(w):
    c = w.create(Tag=[{"Key": "owner", "Value": "first"}])
    before = w.until(c, "Allocated")
    answer = w.foreign("DescribePhysicalConnections", Filter=[{"Key": "PhysicalConnectionId", "Value": [c]}])
    equal((answer["PhysicalConnectionSet"]["PhysicalConnectionType"], answer["TotalCount"]), ([], 0), "what the stranger sees by id")
    answer = w.foreign("DescribePhysicalConnections", PageSize=50)
    assert c not in json.dumps(answer), "the stranger's list has the circuit"
    kind = {"ResourceType": "PHYSICALCONNECTION"}
    for action, params in (
        ("ModifyPhysicalConnectionAttribute", {"Name": unique("stolen")}),
        ("CancelPhysicalConnection", {}),
        ("ConfirmPhysicalConnection", {}),
        ("EnablePhysicalConnection", {}),
        ("TerminatePhysicalConnection", {}),
        ("DeletePhysicalConnection", {}),
    ):
        mine, none = (outcome(lambda: w.foreign(action, PhysicalConnectionId=i, **params)) for i in (c, UNKNOWN_ID))
        equal(mine[0], "refused", f"{action} by a stranger")
        equal(mine, none, f"{action}: another's circuit must answer as an unknown one")
    for action, params in (
        ("TagResources", {"Tag": [{"Key": "owner", "Value": "second"}]}),
        ("UnTagResources", {"All": True}),
        ("ListTagResources", {}),
    ):
        mine, none = (outcome(lambda: w.foreign(action, ResourceId=[i], **kind, **params)) for i in (c, UNKNOWN_ID))
        equal(mine, none, f"{action}: another's circuit must answer as an unknown one")
    equal(w.circuit(c), before, "circuit after the stranger tried")


def quota(w):
    waiting = w.list([("Status", WAITING)])[1]["TotalCount"]
    assert waiting < FREE_CIRCUITS, f"{waiting} circuits of the tenant wait already; none should be left over"
    made = [w.create(Name=unique("quota")) for _ in range(FREE_CIRCUITS - waiting)]
    name = unique("sixth")
    refused(400, "QuotaExceeded.freePconnPerAP", lambda: w.create(Name=name))
    equal(w.ids([("Name", [name])]), [], "a refused circuit")
    equal(w.list([("Status", WAITING)])[1]["TotalCount"], FREE_CIRCUITS, "waiting circuits")
    w.until(made[0], "Allocated")
    w.call("CancelPhysicalConnection", PhysicalConnectionId=made[0])
    w.create(Name=name)
    equal(len(w.ids([("Name", [name])])), 1, "a circuit in the place of a canceled one")


def queue_entry(w, identity):
    """The entry of the work queue about this circuit, however deep it lies."""

    def within(value):
        if isinstance(value, dict):
            if identity in value.values():
                return value
            value = list(value.values())
        if isinstance(value, list):
            for part in value:
                found = within(part)
                if found is not None:
                    return found
        return None

    for page in range(1, 21):
        found = within(w.operate("DescribeWorkQueue", PageSize=50, PageNumber=page))
        if found is not None:
            return found
    raise AssertionError(f"the work queue does not show {identity}")


def review_by_a_person(w):
    refused(403, "Forbidden.RAM", lambda: w.tenant.operator("DescribeWorkQueue"))
    w.operate("SetAutopilot", AccountId=TENANT, Step="review", Outcome="leave", DelaySeconds=0)
    try:
        c = w.create()
        equal(w.circuit(c)["Status"], "Initial", "Status while nobody has reviewed it")
        moves = json.dumps(queue_entry(w, c))
        for move in ("ApprovePhysicalConnection", "RejectPhysicalConnection"):
            assert move in moves, f"{move} is no legal move in {moves}"
        refused(400, "MissingParameter", lambda: w.operate("RejectPhysicalConnection", PhysicalConnectionId=c))
        equal(w.circuit(c)["Status"], "Initial", "Status after a rejection without a reason")

        w.operate("RejectPhysicalConnection", PhysicalConnectionId=c, Reason="No duct into that building")
        equal(w.circuit(c)["Status"], "Rejected", "Status after the rejection")
        w.call("ModifyPhysicalConnectionAttribute", PhysicalConnectionId=c, PeerLocation="The next building", bandwidth=500)
        row = w.circuit(c)
        equal((row["Status"], row["PeerLocation"], row["Bandwidth"]), ("Initial", "The next building", 500), "application filed again")
        queue_entry(w, c)
        w.operate("ApprovePhysicalConnection", PhysicalConnectionId=c)
        row = w.until(c, "Allocated")
        assert PORT_NUMBER.match(row["PortNumber"] or ""), f"PortNumber: {row.get('PortNumber')!r}"
    finally:
        w.operate("SetAutopilot", AccountId=TENANT, Step="review", Outcome="do", DelaySeconds=0)
    w.until(w.create(), "Allocated")


TESTS = [
    regions_and_zones,
    access_points,
    service_is_open,
    life,
    cancel,
    filters,
    pages,
    refusals,
    wrong_keys,
    token_replay,
    twins,
    tags,
    second_tenant,
    quota,
    review_by_a_person,
]


def xml_of(text, root):
    """An XML answer as a tree, its root element checked."""
    tree = ElementTree.fromstring(text)
    equal(tree.tag, root, "root element")
    assert UUID.match(tree.findtext("RequestId") or ""), f"RequestId in {text!r}"
    return tree


def run(title, passes, extra=(), tests=None):
    """Runs every test in each pass (a label and a maker of clients), prints the count, exits."""
    import bgp  # these build on this module
    import business
    import interfaces
    import routers
    import shared

    passed, failed = 0, 0
    for label, make in passes:
        w = World(make)
        every = [*TESTS, *business.TESTS, *routers.TESTS, *interfaces.TESTS, *bgp.TESTS, *shared.TESTS, *extra]
        for test in tests or every:
            name = f"{title} {label} {test.__name__}"
            problems = []
            for act in (test, World.clean):
                try:
                    act(w)
                except Exception as error:  # a broken client counts as a failed test, too
                    traceback.print_exc(file=sys.stderr)
                    problems.append(f"{'' if act is test else 'cleaning up: '}{error}")
            if problems:
                failed += 1
                print(f"FAILED {name}: {'; '.join(problems)}", file=sys.stderr, flush=True)
            else:
                passed += 1
                print(f"ok {name}", flush=True)
    print(f"{title}: {passed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)
