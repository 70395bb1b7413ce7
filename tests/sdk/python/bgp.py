"""BGP of border routers, failover pairs, grants and failover tests, as every Python client must see them.

The order is that of the Terraform provider: what it makes it looks for until it is Available, it takes
the first row of a list for the one it asked for, it ends peers before groups and groups before routers,
and what it deleted must be absent at the next look.
"""

import contextlib
import functools
import time

import routers
from scenario import LOOKS, PAUSE_S, blank, equal, refused, unique

KEY = "Quirina's 7 keys & more!"
SECOND = 6543210987654321


def listed(w, what, ask=None, **params):
    """The rows of DescribeBgpGroups, DescribeBgpPeers or DescribeBgpNetworks."""
    answer = (ask or w.call)(f"DescribeBgp{what}", **params)
    rows = answer[f"Bgp{what}"][f"Bgp{what[:-1]}"]
    assert isinstance(rows, list), f"not a list: {rows!r}"
    return rows, answer


def one(w, what, **params):
    """The one row of an id; None when it is gone."""
    rows, answer = listed(w, what, **params)
    equal(answer["TotalCount"], len(rows), "TotalCount")
    assert len(rows) <= 1, f"one id, several rows: {rows!r}"
    return rows[0] if rows else None


def available(w, what, **params):
    """Looks again, as a client would, until the row is Available."""
    for _ in range(LOOKS):
        row = one(w, what, **params)
        assert row is not None, f"{params!r} finds nothing"
        if row["Status"] == "Available":
            return row
        time.sleep(PAUSE_S)
    raise AssertionError(f"{params!r} stays {row['Status']}")


def group(w, router, **changes):
    made = w.call("CreateBgpGroup", **{"RouterId": router, "PeerAsn": 64600, **changes})["BgpGroupId"]
    assert made.startswith("bgpg-"), f"not a group's id: {made!r}"
    available(w, "Groups", BgpGroupId=made)
    return made


def peer(w, inside, **params):
    made = w.call("CreateBgpPeer", BgpGroupId=inside, **params)["BgpPeerId"]
    assert made.startswith("bgp-"), f"not a peer's id: {made!r}"
    available(w, "Peers", BgpPeerId=made)
    return made


def sweep(w):
    """Takes all BGP off the tenant's routers, and the routers off their circuits."""
    for row in listed(w, "Networks", PageSize=50)[0]:
        available(w, "Networks", RouterId=row["RouterId"])
        w.call("DeleteBgpNetwork", RouterId=row["RouterId"], DstCidrBlock=row["DstCidrBlock"])
    for row in listed(w, "Peers", PageSize=50)[0]:
        available(w, "Peers", BgpPeerId=row["BgpPeerId"])
        w.call("DeleteBgpPeer", BgpPeerId=row["BgpPeerId"])
    for row in listed(w, "Groups", PageSize=50)[0]:
        available(w, "Groups", BgpGroupId=row["BgpGroupId"])
        w.call("DeleteBgpGroup", BgpGroupId=row["BgpGroupId"])
    routers.sweep(w)


def swept(test):
    @functools.wraps(test)
    def act(w):
        with contextlib.ExitStack() as stack:
            stack.callback(sweep, w)
            test(w)

    return act


@swept
def bgp_life(w):
    vbr = routers.create(w, w.enabled(), 10)
    token = unique("bgp")
    written = {"Name": unique("edge"), "Description": "towards the edge, 边缘", "AuthKey": KEY, "IpVersion": "IPv4"}
    made = w.call("CreateBgpGroup", RouterId=vbr, PeerAsn=4200000001, LocalAsn=64512, IsFakeAsn=True, ClientToken=token, **written)["BgpGroupId"]
    again = w.call("CreateBgpGroup", RouterId=vbr, PeerAsn=4200000001, LocalAsn=64512, IsFakeAsn=True, ClientToken=token, **written)
    equal(again["BgpGroupId"], made, "replay")
    row = available(w, "Groups", BgpGroupId=made)
    for field, value in {**written, "RouterId": vbr, "PeerAsn": 4200000001, "LocalAsn": 64512, "IsFake": True}.items():
        equal(row[field], value, field)
    equal(str(row["RouteLimit"]), "110", "RouteLimit")
    assert row["Hold"] and row["Keepalive"] and row["RegionId"], f"defaults: {row!r}"
    plain = group(w, vbr)
    row = one(w, "Groups", BgpGroupId=plain)
    equal((row["LocalAsn"], row["IsFake"], row["IpVersion"]), (45104, False, "IPv4"), "defaults")
    for field in ("AuthKey", "Name", "Description"):
        assert blank(row.get(field)), f"{field}, which nobody set: {row[field]!r}"
    equal([found["BgpGroupId"] for found in listed(w, "Groups", RouterId=vbr)[0]], [made, plain], "groups of the router")

    inside = w.call("CreateBgpPeer", BgpGroupId=made, PeerIpAddress="1.1.1.1", IpVersion="IPV4", EnableBfd=True, BfdMultiHop=10)["BgpPeerId"]
    row = available(w, "Peers", BgpPeerId=inside)
    wanted = {"BgpGroupId": made, "RouterId": vbr, "PeerIpAddress": "1.1.1.1", "IpVersion": "IPV4", "EnableBfd": True, "BfdMultiHop": 10}
    inherited = {"PeerAsn": 4200000001, "LocalAsn": 64512, "IsFake": True, "AuthKey": KEY, "BgpStatus": "Established"}
    for field, value in {**wanted, **inherited}.items():
        equal(row[field], value, field)
    simple = peer(w, plain)
    row = one(w, "Peers", BgpPeerId=simple)
    equal((row["PeerIpAddress"], row["EnableBfd"], row.get("BfdMultiHop") or 0), ("10.0.0.2", False, 0), "peer of the link")

    w.call("AddBgpNetwork", RouterId=vbr, DstCidrBlock="192.168.0.0/24")
    row = available(w, "Networks", RouterId=vbr)
    equal((row["RouterId"], row["DstCidrBlock"]), (vbr, "192.168.0.0/24"), "network")
    assert blank(row.get("VpcId")), f"VpcId, which nobody set: {row!r}"
    equal(one(w, "Peers", BgpPeerId=inside)["AdvertisedRouteCount"], 1, "AdvertisedRouteCount")

    w.call("ModifyBgpGroupAttribute", BgpGroupId=made, Name="other", ClearAuthKey=True)
    row = available(w, "Groups", BgpGroupId=made)
    equal((row["Name"], row["Description"], row["PeerAsn"]), ("other", written["Description"], 4200000001), "what was changed, and what was not")
    assert blank(row.get("AuthKey")), f"a cleared key: {row['AuthKey']!r}"
    w.call("ModifyBgpPeerAttribute", BgpPeerId=inside, BgpGroupId=plain, PeerIpAddress="1.1.1.2", EnableBfd=False)
    row = available(w, "Peers", BgpPeerId=inside)
    equal((row["BgpGroupId"], row["PeerIpAddress"], row["EnableBfd"], row["PeerAsn"]), (plain, "1.1.1.2", False, 64600), "moved peer")

    refused(400, "DependencyViolation.BgpPeer", lambda: w.call("DeleteBgpGroup", BgpGroupId=plain))
    refused(400, "DependencyViolation.BgpGroup", lambda: w.call("DeleteVirtualBorderRouter", VbrId=vbr))
    for identity in (inside, simple):
        w.call("DeleteBgpPeer", BgpPeerId=identity)
        equal(one(w, "Peers", BgpPeerId=identity), None, "peer after its deletion")
        refused(400, "InvalidParams.NotFound", lambda: w.call("DeleteBgpPeer", BgpPeerId=identity))
    for identity in (made, plain):
        w.call("DeleteBgpGroup", BgpGroupId=identity)
        equal(one(w, "Groups", BgpGroupId=identity), None, "group after its deletion")
    w.call("DeleteBgpNetwork", RouterId=vbr, DstCidrBlock="192.168.0.0/24")
    equal(one(w, "Networks", RouterId=vbr), None, "network after its deletion")
    w.call("DeleteVirtualBorderRouter", VbrId=vbr)


@swept
def bgp_refusals(w):
    vbr = routers.create(w, w.enabled(), 10)
    for code, changes in (
        ("InvalidPeerAsn.Malformed", {"PeerAsn": 45104}),
        ("IllegalParam.PeerAsn", {"PeerAsn": 65535}),
        ("InvalidBgpGroup.LocalAsnInvalid", {"LocalAsn": 65025}),
        ("InvalidBgpAuthkey.Malformed", {"AuthKey": "k" * 65}),
        ("InvalidBgpName.Malformed", {"Name": "http://x"}),
        ("IllegalParam.RouteLimit", {"RouteQuota": 100000}),
        ("InvalidParams.NotFound", {"RouterId": "vbr-00000000000000000"}),
    ):
        error = refused(400, code, lambda: w.call("CreateBgpGroup", **{"RouterId": vbr, "PeerAsn": 64600, **changes}))
        assert "NotFound" not in error.message, f"clients search messages: {error.message}"
    equal(listed(w, "Groups")[0], [], "groups after the refusals")
    inside = group(w, vbr, AuthKey=KEY)
    for code, params in (
        ("MissingParam.EnableBfd", {"BfdMultiHop": 10}),
        ("IllegalParam.BfdMultiHop", {"EnableBfd": True, "BfdMultiHop": 256}),
        ("InvalidIP.Malformed", {"PeerIpAddress": "1.1.1"}),
        ("IllegalParam.PeerIpAddress", {"PeerIpAddress": "10.0.0.1"}),
        ("IllegalParam.IpVersion", {"IpVersion": "IPv6", "PeerIpAddress": "2001:db8::2"}),
        ("InvalidBgpGroup", {"BgpGroupId": "bgpg-00000000000000000"}),
    ):
        refused(400, code, lambda: w.call("CreateBgpPeer", **{"BgpGroupId": inside, **params}))
    for code, block in (
        ("InvalidDestCidrBlock.Malformed", "192.168.0.1/24"),
        ("IllegalParamFormat.DstCidrBlock", "anywhere"),
        ("IllegalParam.ConflictWithDClass", "224.0.0.0/8"),
        ("IllegalParam.IpVersion", "2001:db8::/64"),
    ):
        refused(400, code, lambda: w.call("AddBgpNetwork", RouterId=vbr, DstCidrBlock=block))
    w.call("AddBgpNetwork", RouterId=vbr, DstCidrBlock="10.9.0.0/16")
    refused(400, "Duplicated.CidrBlock", lambda: w.call("AddBgpNetwork", RouterId=vbr, DstCidrBlock="10.9.0.0/16"))
    for what in ("Groups", "Peers", "Networks"):
        equal(listed(w, what, w.foreign)[0], [], f"{what} as another tenant sees them")
    refused(400, "InvalidBgpGroup", lambda: w.foreign("DeleteBgpGroup", BgpGroupId=inside))
    refused(400, "InvalidParams.NotFound", lambda: w.foreign("CreateBgpGroup", RouterId=vbr, PeerAsn=64600))


@swept
def pairs_and_grants(w):
    c = w.enabled()
    vbr, other = routers.create(w, c, 10), routers.create(w, c, 11)
    pair = w.call("CreateVbrHa", VbrId=vbr, PeerVbrId=other, Name="pair")["VbrHaId"]
    for _ in range(LOOKS):
        row = w.call("DescribeVbrHa", VbrHaId=pair)
        if row["Status"] == "Active":
            break
        time.sleep(PAUSE_S)
    equal((row["Status"], row["VbrHaId"], row["VbrId"], row["PeerVbrId"], row["Name"]), ("Active", pair, vbr, other, "pair"), "pair")
    refused(400, "InvalidStatus.NotAllowed", lambda: w.call("DeleteVirtualBorderRouter", VbrId=other))
    assert blank(w.foreign("DescribeVbrHa", VbrHaId=pair).get("VbrHaId")), "another tenant sees the pair"
    w.call("DeleteVbrHa", InstanceId=pair)
    assert blank(w.call("DescribeVbrHa", VbrHaId=pair).get("VbrHaId")), "the pair is still there"

    grant = {"InstanceType": "VBR", "InstanceId": vbr, "CenId": "cen-0mj2k9x1qa4f7c0d", "CenOwnerId": SECOND}
    rules = lambda: w.call("DescribeGrantRulesToCen", InstanceType="VBR", InstanceId=vbr)["CenGrantRules"]["CbnGrantRule"]
    equal(rules(), [], "grants before the first")
    w.call("GrantInstanceToCen", **grant)
    (rule,) = rules()
    equal((rule["CenInstanceId"], rule["CenOwnerId"]), (grant["CenId"], SECOND), "grant")
    w.call("RevokeInstanceFromCen", **grant)
    equal(rules(), [], "grants after the last")
    refused(404, "InvalidInstanceId.NotFound", lambda: w.foreign("GrantInstanceToCen", **grant))


def job_in(w, job, status):
    """Looks again, as a client would, until the job has the status."""
    for _ in range(LOOKS):
        row = w.call("DescribeFailoverTestJob", JobId=job)["FailoverTestJobModel"]
        if row["Status"] == status:
            return row
        time.sleep(PAUSE_S)
    raise AssertionError(f"{job} stays {row['Status']}, expected {status}")


@swept
def failover_test(w):
    vbr = routers.create(w, w.enabled(), 10)
    inside = peer(w, group(w, vbr))
    fields = {"ResourceType": "VIRTUALBORDERROUTER", "ResourceId": [vbr], "JobDuration": 5, "Name": "drill"}
    later = w.call("CreateFailoverTestJob", JobType="StartLater", **fields)["JobId"]
    row = job_in(w, later, "Init")
    equal((row["ResourceId"], row["ResourceType"], row["JobDuration"], row["Name"]), ([vbr], "VIRTUALBORDERROUTER", 5, "drill"), "job")
    w.call("UpdateFailoverTestJob", JobId=later, JobDuration=7, Description="by night")
    row = job_in(w, later, "Init")
    equal((row["JobDuration"], row["Description"], row["Name"]), (7, "by night", "drill"), "job after a change")
    w.call("StartFailoverTestJob", JobId=later)
    job_in(w, later, "Testing")
    equal(one(w, "Peers", BgpPeerId=inside)["BgpStatus"], "", "session under the test")
    refused(400, "IncorrectStatus.OnlyForInitOrStopped", lambda: w.call("DeleteFailoverTestJob", JobId=later))
    refused(400, "IncorrectStatus.ResourceId", lambda: w.call("CreateFailoverTestJob", JobType="StartNow", **fields))
    refused(400, "IllegalParam.JobId", lambda: w.foreign("StopFailoverTestJob", JobId=later))
    w.call("StopFailoverTestJob", JobId=later)
    job_in(w, later, "Stopped")
    equal(one(w, "Peers", BgpPeerId=inside)["BgpStatus"], "Established", "session after the test")
    found = w.call("DescribeFailoverTestJobs")
    equal(([row["JobId"] for row in found["FailoverTestJobList"]], found["TotalCount"]), ([later], 1), "jobs")
    assert blank(found.get("NextToken")), f"NextToken of the last page: {found['NextToken']!r}"
    w.call("DeleteFailoverTestJob", JobId=later)
    refused(400, "IllegalParam.JobId", lambda: w.call("DescribeFailoverTestJob", JobId=later))


TESTS = [bgp_life, bgp_refusals, pairs_and_grants, failover_test]
