"""alibabacloud_vpc20160428 against a sandbox, with both of its signatures."""

import re

from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.models import Config
from alibabacloud_tea_openapi.utils_models import OpenApiRequest, Params
from alibabacloud_tea_openapi.utils import Utils
from alibabacloud_vpc20160428 import models
from alibabacloud_vpc20160428.client import Client as VpcClient
from darabonba.runtime import RuntimeOptions

import scenario
from scenario import BILLING_VERSION, KEYS, OPERATOR_VERSION, REGION, VERSION, ApiError, equal, refused


def translated(act):
    """The SDK's exception as the scenario's, with the message as the server sent it."""
    try:
        return act()
    except AlibabaCloudException as error:
        assert error.data["Message"] in error.message, f"the message got lost: {error.message!r}"
        assert error.data["HostId"], "no HostId"
        raise ApiError(error.status_code, error.code, error.data["Message"]) from error


class Tea:
    wrong_secret = "SignatureDoesNotMatch"

    def __init__(self, who, algorithm=None, key=None, secret=None):
        self.algorithm = algorithm
        self.client = VpcClient(Config(
            access_key_id=key or KEYS[who][0],
            access_key_secret=secret or KEYS[who][1],
            endpoint=scenario.HOST,
            protocol=scenario.ENDPOINT.split("://")[0],
            signature_algorithm=algorithm,
            read_timeout=10000,
            connect_timeout=5000,
        ))

    def call(self, action, **params):
        """A typed request in, a typed answer out: a wrong shape loses fields here, as for a user."""
        request = getattr(models, f"{action}Request")().from_map(params)
        given = {name: value for name, value in params.items() if value != []}
        known = {name: value for name, value in request.to_map().items() if value != []}
        equal(known, given, f"parameters that {action} of this SDK knows")
        method = getattr(self.client, re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", action).lower())
        response = translated(lambda: method(request))
        equal(response.status_code, 200, "status code")
        assert response.body is not None, "the SDK could make nothing of the body"
        return response.body.to_map()

    def generic(self, action, version, query, body_type="json"):
        params = Params(action=action, version=version, protocol="HTTP", pathname="/", method="POST", auth_type="AK", style="RPC", req_body_type="formData", body_type=body_type)
        request = OpenApiRequest(query=Utils.query(query))
        return translated(lambda: self.client.call_api(params, request, RuntimeOptions()))["body"]

    def operator(self, action, **params):
        return self.generic(action, OPERATOR_VERSION, params)

    def billing(self, action, **params):
        return self.generic(action, BILLING_VERSION, params)


def typed_fields(w):
    """The models as a user writes and reads them."""
    client = w.tenant.client
    made = client.create_physical_connection(models.CreatePhysicalConnectionRequest(
        region_id=REGION,
        access_point_id=w.access_point(),
        line_operator="Equinix",
        port_type="1000Base-T",
        bandwidth=50,
        name=scenario.unique("typed"),
        device_advanced_capacity=["BFD", "DualStack"],
        tag=[models.CreatePhysicalConnectionRequestTag(key="by", value="tea")],
    ))
    c = made.body.physical_connection_id
    w.made.append(c)
    w.until(c, "Allocated")
    found = client.describe_physical_connections(models.DescribePhysicalConnectionsRequest(
        region_id=REGION,
        filter=[models.DescribePhysicalConnectionsRequestFilter(key="PhysicalConnectionId", value=[c])],
        include_reservation_data=True,
    ))
    equal(found.body.total_count, 1, "total_count")
    row = found.body.physical_connection_set.physical_connection_type[0]
    equal((row.physical_connection_id, row.line_operator, row.port_type), (c, "Equinix", "1000Base-T"), "text fields")
    assert type(row.bandwidth) is int and row.bandwidth == 50, f"bandwidth: {row.bandwidth!r}"
    equal([(tag.key, tag.value) for tag in row.tags.tags], [("by", "tea")], "tags")
    equal(found.headers.get("content-type"), "application/json;charset=utf-8", "content-type")
    equal(found.headers.get("x-acs-request-id"), found.body.request_id, "x-acs-request-id")


def form_body_and_other_spelling(w):
    """Parameters in the body, and bandwidth with a capital letter."""
    name = scenario.unique("form")
    w.names.append(name)
    params = Params(action="CreatePhysicalConnection", version=VERSION, protocol="HTTP", pathname="/", method="POST", auth_type="AK", style="RPC", req_body_type="formData", body_type="json")
    body = {"RegionId": REGION, "AccessPointId": w.access_point(), "LineOperator": "CO", "Name": name, "BandWidth": "70", "Description": "Plus + and space"}
    answer = translated(lambda: w.tenant.client.call_api(params, OpenApiRequest(body=body), RuntimeOptions()))["body"]
    row = w.circuit(answer["PhysicalConnectionId"])
    equal((row["Bandwidth"], row["Description"], row["Name"]), (70, "Plus + and space", name), "what the form held")


def xml(w):
    c = w.create()
    query = {"RegionId": REGION, "Format": "XML", "Filter": [{"Key": "PhysicalConnectionId", "Value": [c]}]}
    text = w.tenant.generic("DescribePhysicalConnections", VERSION, query, body_type="string")
    tree = scenario.xml_of(text, "DescribePhysicalConnectionsResponse")
    equal([e.text for e in tree.findall("PhysicalConnectionSet/PhysicalConnectionType/PhysicalConnectionId")], [c], "ids")
    equal(tree.findtext("TotalCount"), "1", "TotalCount")
    if w.tenant.algorithm is None:  # with the other signature this SDK reads errors as JSON only
        query = {"RegionId": REGION, "Format": "XML", "PhysicalConnectionId": scenario.UNKNOWN_ID}
        refused(404, "InvalidPhysicalConnectionId.NotFound", lambda: w.tenant.generic("CancelPhysicalConnection", VERSION, query, body_type="string"))


def maker(algorithm):
    return lambda who, **keys: Tea(who, algorithm, **keys)


if __name__ == "__main__":
    scenario.run("python-tea", [("acs3", maker(None)), ("rpc", maker("v2"))], [typed_fields, form_body_and_other_spelling, xml])
