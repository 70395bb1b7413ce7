"""aliyun-python-sdk-core with aliyun-python-sdk-vpc against a sandbox."""

import importlib
import json
import logging
import warnings

from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest

import scenario
from scenario import BILLING_VERSION, HOST, KEYS, OPERATOR_VERSION, REGION, VERSION, ApiError, equal

logging.getLogger("aliyunsdkcore").setLevel(logging.CRITICAL)
warnings.simplefilter("ignore", DeprecationWarning)


class Legacy:
    # This core compares the server's string to sign with its own and, when they are equal, tells
    # the user that the secret is wrong. So this code is the proof that both strings are the same.
    wrong_secret = "InvalidAccessKeySecret"

    def __init__(self, who, key=None, secret=None):
        self.client = AcsClient(key or KEYS[who][0], secret or KEYS[who][1], REGION, auto_retry=False, timeout=10)

    def request(self, action, **params):
        module = importlib.import_module(f"aliyunsdkvpc.request.v20160428.{action}Request")
        request = getattr(module, f"{action}Request")()
        request.set_endpoint(HOST)
        for name, value in params.items():
            if name == "RegionId":  # the core adds the client's region to every request
                request.add_query_param(name, value)
            else:
                getattr(request, f"set_{name}s" if isinstance(value, list) else f"set_{name}")(value)
        return request

    def send(self, request):
        try:
            return json.loads(self.client.do_action_with_exception(request))
        except ServerException as error:
            raise ApiError(error.get_http_status(), error.get_error_code(), error.get_error_msg()) from error

    def call(self, action, **params):
        return self.send(self.request(action, **params))

    def common(self, action, version, **params):
        request = CommonRequest(domain=HOST, version=version, action_name=action)
        request.set_method("POST")
        request.set_protocol_type("http")
        request.set_accept_format("JSON")
        for name, value in params.items():
            request.add_query_param(name, value)
        return request

    def operator(self, action, **params):
        return self.send(self.common(action, OPERATOR_VERSION, **params))

    def billing(self, action, **params):
        return self.send(self.common(action, BILLING_VERSION, **params))


def common_request_with_a_body(w):
    """A generic request whose parameters travel partly in the query, partly in a form body."""
    name = scenario.unique("form")
    w.names.append(name)
    request = w.tenant.common("CreatePhysicalConnection", VERSION, AccessPointId=w.access_point(), LineOperator="CO")
    request.add_body_params("Name", name)
    request.add_body_params("Bandwidth", "70")
    request.add_body_params("Description", "Plus + and space")
    row = w.circuit(w.tenant.send(request)["PhysicalConnectionId"])
    equal((row["Bandwidth"], row["Description"], row["Name"]), (70, "Plus + and space", name), "what the form held")


def get_method(w):
    request = w.tenant.request("DescribePhysicalConnections", RegionId=REGION, PageSize=1)
    request.set_method("GET")
    scenario.answered(w.tenant.send(request))


def xml(w):
    c = w.create(Description="Less < than & more")

    def asked(action, **params):
        request = w.tenant.request(action, RegionId=REGION, **params)
        request.set_accept_format("XML")
        return w.tenant.client.do_action(request)

    only = [{"Key": "PhysicalConnectionId", "Value": [c]}]
    tree = scenario.xml_of(asked("DescribePhysicalConnections", Filter=only), "DescribePhysicalConnectionsResponse")
    rows = tree.findall("PhysicalConnectionSet/PhysicalConnectionType")
    equal([row.findtext("PhysicalConnectionId") for row in rows], [c], "ids")
    equal(rows[0].findtext("Description"), "Less < than & more", "Description")
    equal((tree.findtext("TotalCount"), tree.findtext("PageNumber")), ("1", "1"), "counts")

    tree = scenario.xml_of(asked("CancelPhysicalConnection", PhysicalConnectionId=scenario.UNKNOWN_ID), "Error")
    equal(tree.findtext("Code"), "InvalidPhysicalConnectionId.NotFound", "Code")
    assert tree.findtext("Message") and tree.findtext("HostId"), "an error without Message or HostId"

    scenario.xml_of(asked("CancelPhysicalConnection", PhysicalConnectionId=c), "CancelPhysicalConnectionResponse")
    equal(w.circuit(c)["Status"], "Canceled", "Status")


if __name__ == "__main__":
    scenario.run("python-legacy", [("rpc", Legacy)], [common_request_with_a_body, get_method, xml])
