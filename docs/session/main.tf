# A first session with Terraform: a circuit, a border router on it, and a network that is reached over it.
#
#   terraform init && terraform apply
#
# A circuit in service cannot be deleted, here as there. So the end has three steps:
#
#   terraform destroy                                                         # all but the circuit
#   terraform apply -var circuit_status=Terminated -target=alicloud_express_connect_physical_connection.line
#   terraform destroy

terraform {
  required_providers {
    alicloud = { source = "aliyun/alicloud" }
  }
}

variable "endpoint" {
  default = "127.0.0.1:8480"
}

variable "circuit_status" {
  default = "Enabled"
}

provider "alicloud" {
  access_key = "testak"
  secret_key = "testsk"
  region     = "cn-hangzhou"
  protocol   = "HTTP"
  endpoints {
    vpc             = var.endpoint
    ecs             = var.endpoint
    sts             = var.endpoint
    location        = var.endpoint
    bssopenapi      = var.endpoint
    resourcemanager = var.endpoint
  }
}

data "alicloud_account" "me" {}

resource "alicloud_express_connect_physical_connection" "line" {
  physical_connection_name = "first-circuit"
  access_point_id          = "ap-cn-hangzhou-yh-A"
  line_operator            = "CT"
  port_type                = "10GBase-LR"
  bandwidth                = 1000
  status                   = var.circuit_status
}

resource "alicloud_express_connect_virtual_border_router" "edge" {
  physical_connection_id = alicloud_express_connect_physical_connection.line.id
  vlan_id                = 100
  local_gateway_ip       = "10.0.0.1"
  peer_gateway_ip        = "10.0.0.2"
  peering_subnet_mask    = "255.255.255.252"
  min_rx_interval        = 1000
  min_tx_interval        = 1000
  detect_multiplier      = 10
}

resource "alicloud_vpc" "net" {
  vpc_name   = "net"
  cidr_block = "172.16.0.0/16"
}

resource "alicloud_express_connect_router_interface" "link" {
  role                        = "InitiatingSide"
  router_type                 = "VBR"
  router_id                   = alicloud_express_connect_virtual_border_router.edge.id
  access_point_id             = "ap-cn-hangzhou-yh-A"
  opposite_region_id          = "cn-hangzhou"
  opposite_router_type        = "VRouter"
  opposite_router_id          = alicloud_vpc.net.router_id
  opposite_interface_owner_id = data.alicloud_account.me.id
  fast_link_mode              = true
  spec                        = "Mini.2"
  payment_type                = "PayAsYouGo"
}

resource "alicloud_route_entry" "to_net" {
  route_table_id        = alicloud_express_connect_virtual_border_router.edge.route_table_id
  destination_cidrblock = alicloud_vpc.net.cidr_block
  nexthop_type          = "RouterInterface"
  nexthop_id            = alicloud_express_connect_router_interface.link.id
}

resource "alicloud_vpc_bgp_group" "customer" {
  router_id = alicloud_express_connect_virtual_border_router.edge.id
  peer_asn  = 65010
}

resource "alicloud_vpc_bgp_peer" "customer" {
  bgp_group_id    = alicloud_vpc_bgp_group.customer.id
  peer_ip_address = "10.0.0.2"
}

output "circuit" {
  value = alicloud_express_connect_physical_connection.line.id
}
