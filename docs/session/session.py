"""A first session with the official Python SDK: pip install alibabacloud_vpc20160428"""

from alibabacloud_tea_openapi.models import Config
from alibabacloud_vpc20160428.client import Client
from alibabacloud_vpc20160428 import models as vpc

client = Client(Config(
    access_key_id="testak",
    access_key_secret="testsk",
    endpoint="127.0.0.1:8480",
    protocol="HTTP",
))
region = "cn-hangzhou"

points = client.describe_access_points(vpc.DescribeAccessPointsRequest(region_id=region)).body
point = points.access_point_set.access_point_type[0].access_point_id

circuit = client.create_physical_connection(vpc.CreatePhysicalConnectionRequest(
    region_id=region,
    access_point_id=point,
    line_operator="CT",
    port_type="10GBase-LR",
    bandwidth=1000,
    name="first-circuit",
)).body.physical_connection_id


def show():
    wanted = vpc.DescribePhysicalConnectionsRequestFilter(key="PhysicalConnectionId", value=[circuit])
    answer = client.describe_physical_connections(
        vpc.DescribePhysicalConnectionsRequest(region_id=region, filter=[wanted])).body
    row = answer.physical_connection_set.physical_connection_type[0]
    print(row.physical_connection_id, row.status, row.port_number, row.ad_location)


show()  # Allocated: the autopilot has reviewed it and reserved a port
client.confirm_physical_connection(
    vpc.ConfirmPhysicalConnectionRequest(region_id=region, physical_connection_id=circuit))
client.enable_physical_connection(
    vpc.EnablePhysicalConnectionRequest(region_id=region, physical_connection_id=circuit))
show()  # Enabled

try:
    client.cancel_physical_connection(
        vpc.CancelPhysicalConnectionRequest(region_id=region, physical_connection_id=circuit))
except Exception as refusal:
    print(refusal.code)  # Forbidden.NotAllowedInState
