"""What is shared out of a circuit, as every Python client must see it: hosted connections for other
accounts, traffic policies, labels and resource groups by the names of Express Connect.
"""

import time

from scenario import LOOKS, PAUSE_S, TENANT, UNKNOWN_ID, UTC, blank, equal, refused, unique

STRANGER = 6543210987654321


def hosted(w, **params):
    """The hosted connections that the tenant sees, page by page."""
    rows, token = [], None
    while True:
        more = {"NextToken": token} if token else {}
        answer = w.call("ListVirtualPhysicalConnections", MaxResults=2, **more, **params)
        page = answer.get("VirtualPhysicalConnections") or []
        equal(answer["Count"], len(page), "Count")
        rows += page
        token = answer.get("NextToken")
        if blank(token):
            equal(answer["TotalCount"], len(rows), "TotalCount")
            return rows


def leg_of(w, identity):
    rows = hosted(w, VirtualPhysicalConnectionIds=[identity])
    equal([row["PhysicalConnectionId"] for row in rows], [identity], "id asked for")
    return rows[0]


def hosted_connection(w):
    c = w.enabled(bandwidth=500)
    wish = {
        "PhysicalConnectionId": c,
        "OrderMode": "PayByPhysicalConnectionOwner",
        "Spec": "100M",
        "VlanId": 120,
        "VpconnAliUid": STRANGER,
        "Name": unique("leg"),
        "Description": "For the other house",
        "Token": unique("tok"),
        "Tag": [{"Key": "env", "Value": "test"}],
    }
    refused(400, "DRYRUN.SUCCESS", lambda: w.call("CreateVirtualPhysicalConnection", **{**wish, "DryRun": True}))
    equal(hosted(w, PhysicalConnectionId=c), [], "after a dry run")
    leg = w.call("CreateVirtualPhysicalConnection", **wish)["VirtualPhysicalConnection"]
    equal(w.call("CreateVirtualPhysicalConnection", **wish)["VirtualPhysicalConnection"], leg, "replay")
    refused(400, "IdempotentParameterMismatch", lambda: w.call("CreateVirtualPhysicalConnection", **{**wish, "VlanId": 121}))
    row = leg_of(w, leg)
    for field, value in {
        "VirtualPhysicalConnectionStatus": "UnConfirmed",
        "AliUid": str(STRANGER),
        "ParentPhysicalConnectionId": c,
        "ParentPhysicalConnectionAliUid": TENANT,
        "VlanId": "120",
        "Spec": "100M",
        "Bandwidth": 100,
        "OrderMode": wish["OrderMode"],
        "Name": wish["Name"],
        "Description": wish["Description"],
        "BusinessStatus": "Normal",
        "Tags": [{"Key": "env", "Value": "test"}],
    }.items():
        equal(row[field], value, field)
    assert blank(row.get("ExpectSpec")), f"ExpectSpec that nobody set: {row['ExpectSpec']!r}"
    assert UTC.match(row["CreationTime"]), f"CreationTime: {row['CreationTime']!r}"

    other = {**wish, "Token": unique("tok")}
    refused(400, "InvalidVlanId.Used", lambda: w.call("CreateVirtualPhysicalConnection", **other))
    refused(400, "QuotaExceeded.Bandwidth", lambda: w.call("CreateVirtualPhysicalConnection", **{**other, "VlanId": 121, "Spec": "500M"}))
    refused(400, "ResourceNotFound.PhysicalConnectionId", lambda: w.call("CreateVirtualPhysicalConnection", **{**other, "PhysicalConnectionId": UNKNOWN_ID}))
    equal(len(hosted(w, PhysicalConnectionId=c)), 1, "left by refused calls")
    equal(w.circuit(c)["VirtualPhysicalConnectionCount"], 1, "VirtualPhysicalConnectionCount")
    equal(w.call("UpdateVirtualPhysicalConnection", InstanceId=leg, VlanId=122, ExpectSpec="200M")["Success"], "true", "Success")
    row = leg_of(w, leg)
    equal((row["VlanId"], row["Spec"], row["ExpectSpec"]), ("122", "100M", "200M"), "after an update")

    refused(400, "InvalidPhysicalConnectionId.NotFound", lambda: w.call("ConfirmPhysicalConnection", PhysicalConnectionId=leg))
    w.foreign("ConfirmPhysicalConnection", PhysicalConnectionId=leg)
    equal(leg_of(w, leg)["VirtualPhysicalConnectionStatus"], "Confirmed", "once its tenant took it")
    refused(400, "OperationFailed.VpconnAttached", lambda: w.call("TerminatePhysicalConnection", PhysicalConnectionId=c))
    w.call("TerminatePhysicalConnection", PhysicalConnectionId=leg)
    equal(leg_of(w, leg)["Status"], "Terminated", "once stopped")
    refused(400, "OperationDenied.TerminateVirtualPhysicalConnection", lambda: w.foreign("RecoverPhysicalConnection", InstanceId=leg))
    w.call("RecoverPhysicalConnection", InstanceId=leg)
    equal(leg_of(w, leg)["Status"], "Enabled", "once back")
    refused(400, "IncorrectStatus.PhysicalConnection", lambda: w.call("RecoverPhysicalConnection", InstanceId=c))

    router_over(w, c, leg)
    w.call("DeletePhysicalConnection", PhysicalConnectionId=leg)
    equal(hosted(w, PhysicalConnectionId=c), [], "after the deletion")
    refused(404, "InvalidPhysicalConnectionId.NotFound", lambda: w.call("DeletePhysicalConnection", PhysicalConnectionId=leg))


def router_over(w, c, leg):
    """Routers that the other account was given: one is put on its hosted connection, one becomes another."""
    link = {"LocalGatewayIp": "10.0.0.1", "PeerGatewayIp": "10.0.0.2", "PeeringSubnetMask": "255.255.255.252"}
    routers = []
    for vlan in (130, 131):
        router = w.call("CreateVirtualBorderRouter", PhysicalConnectionId=c, VlanId=vlan, VbrOwnerId=STRANGER, Bandwidth=100)["VbrId"]
        w.foreign("ModifyVirtualBorderRouterAttribute", VbrId=router, **link)
        routers.append(router)
    first, second = routers
    equal(w.foreign("AttachVbrToVpconn", VbrId=first, VpconnId=leg)["VirtualPhysicalConnection"], leg, "attached to")
    equal(leg_of(w, leg)["VlanId"], "130", "the router's VLAN")
    made = w.call("CreateVpconnFromVbr", VbrId=second)["VirtualPhysicalConnection"]
    row = leg_of(w, made)
    equal((row["VirtualPhysicalConnectionStatus"], row["Spec"], row["VlanId"]), ("Confirmed", "100M", "131"), "made of a router")
    refused(400, "Forbidden.VBRExists", lambda: w.call("DeletePhysicalConnection", PhysicalConnectionId=leg))
    for router in routers:
        w.foreign("DeleteVirtualBorderRouter", VbrId=router)
    w.call("DeletePhysicalConnection", PhysicalConnectionId=made)


def policy_of(w, identity):
    rows = w.call("DescribeExpressConnectTrafficQos", QosIdList=[identity]).get("QosList") or []
    assert len(rows) <= 1, f"one id, several rows: {rows!r}"
    return rows[0] if rows else None


def settled(w, identity):
    """Looks again, as a client would, until a change of the policy has reached its circuits."""
    for _ in range(LOOKS):
        row = policy_of(w, identity)
        if row["Status"] == "Normal":
            return row
        equal(row["Status"], "Configuring", "Status on the way")
        time.sleep(PAUSE_S)
    raise AssertionError(f"{identity} stays {row['Status']}")


def traffic_policy(w):
    c = w.enabled()
    name = unique("qos")
    policy = w.call("CreateExpressConnectTrafficQos", QosName=name, QosDescription="Calls before copies", Tags=[{"Key": "env", "Value": "test"}])["QosId"]
    of = {"QosId": policy}
    row = policy_of(w, policy)
    equal((row["QosName"], row["QosDescription"], row["Status"]), (name, "Calls before copies", "Normal"), "policy")
    equal(row["Tags"], [{"Key": "env", "Value": "test"}], "its labels")
    refused(400, "MissingParameter", lambda: w.call("CreateExpressConnectTrafficQosQueue", QueueType="Medium", **of))
    made = w.call("CreateExpressConnectTrafficQosQueue", QueueType="Medium", BandwidthPercent="60", QueueName="copies", **of)
    equal(made["QosId"], policy, "the policy that the answer repeats")
    queue = {**of, "QueueId": made["QueueId"]}
    made = w.call("CreateExpressConnectTrafficQosRule", Priority=1, Protocol="TCP", SrcCidr="10.0.0.0/8", DstPortRange="80/443", MatchDscp=46, **queue)
    equal((made["QosId"], made["QueueId"]), (policy, queue["QueueId"]), "what the answer repeats")
    rule = {**queue, "RuleId": made["RuleId"]}
    refused(400, "InvalidParameter", lambda: w.call("CreateExpressConnectTrafficQosRule", Priority=1, Protocol="UDP", **queue))

    instance = [{"InstanceId": c, "InstanceType": "PHYSICALCONNECTION"}]
    w.call("ModifyExpressConnectTrafficQos", AddInstanceList=instance, **of)
    refused(400, "IncorrectStatus.Qos", lambda: w.call("ModifyExpressConnectTrafficQosRule", Priority=2, **rule))
    row = settled(w, policy)
    shown = [(one["InstanceId"], one["InstanceType"], one["InstanceStatus"]) for one in row["AssociatedInstanceList"]]
    equal(shown, [(c, "PHYSICALCONNECTION", "Normal")], "circuits")
    equal([(one["QueueId"], one["QueueType"], one["BandwidthPercent"]) for one in row["QueueList"]], [(queue["QueueId"], "Medium", "60")], "queues")
    equal(w.circuit(c)["QosId"], policy, "QosId of the circuit")
    w.call("ModifyExpressConnectTrafficQosRule", Priority=2, RuleName="web", **rule)
    settled(w, policy)
    found = w.call("DescribeExpressConnectTrafficQosRule", **queue)["RuleList"]
    shown = [(one["RuleId"], one["Priority"], one["RuleName"], one["SrcCidr"], one["DstPortRange"], one["MatchDscp"], one["RemarkingDscp"]) for one in found]
    equal(shown, [(rule["RuleId"], 2, "web", "10.0.0.0/8", "80/443", 46, -1)], "rules")
    assert all(blank(found[0].get(field)) for field in ("DstCidr", "SrcIPv6Cidr", "DstIPv6Cidr")), found
    refused(400, "Forbidden.QosAssociated", lambda: w.call("DeleteExpressConnectTrafficQos", **of))
    w.call("ModifyExpressConnectTrafficQos", RemoveInstanceList=instance, **of)
    settled(w, policy)
    w.call("DeleteExpressConnectTrafficQosRule", **rule)
    w.call("DeleteExpressConnectTrafficQosQueue", **queue)
    refused(400, "IllegalParam.QosId", lambda: w.foreign("DeleteExpressConnectTrafficQos", **of))
    w.call("DeleteExpressConnectTrafficQos", **of)
    equal(policy_of(w, policy), None, "policy after its deletion")
    refused(400, "IllegalParam.QosId", lambda: w.call("DeleteExpressConnectTrafficQos", **of))


def labels_and_groups(w):
    key, group = unique("key"), unique("rg")
    c = w.create(Tag=[{"Key": key, "Value": "old"}])
    on = {"ResourceType": "PHYSICALCONNECTION", "ResourceId": [c]}
    w.call("TagResourcesForExpressConnect", Tag=[{"Key": key, "Value": "new"}], **on)
    rows = w.call("ListTagResourcesForExpressConnect", **on)["TagResources"]["TagResource"]
    equal([(row["ResourceId"], row["TagKey"], row["TagValue"]) for row in rows], [(c, key, "new")], "labels")
    keys = w.call("DescribeTagKeysForExpressConnect", Keyword=key)["TagKeys"]["TagKey"]
    equal([row["TagKey"] for row in keys], [key], "keys")
    w.call("UntagResourcesForExpressConnect", TagKey=[key], **on)
    equal(w.circuit(c)["Tags"]["tags"], [], "labels once taken off")
    change = {"ResourceType": "PHYSICALCONNECTION", "ResourceId": c, "NewResourceGroupId": group}
    w.call("ChangeResourceGroup", **change)
    equal(w.circuit(c)["ResourceGroupId"], group, "ResourceGroupId")
    equal(w.ids(ResourceGroupId=group), [c], "circuits of the group")
    refused(404, "InvalidResourceId.NotFound", lambda: w.foreign("ChangeResourceGroup", **change))


TESTS = [hosted_connection, traffic_policy, labels_and_groups]
