//! The statements of failover pairs and grants.

use crate::house::{House, Who};
use crate::rules::failover::{granting, pair, two_routers};
use crate::rules::routers::EAST;

/// Statements that must take the index made for them: a part of the text, and the index.
pub(super) const MUST: &[(&str, &str)] = &[
    ("from vbr_ha where vbr_id = ", "vbr_ha_of"),
    ("from vbr_ha where peer_vbr_id = ", "vbr_ha_with"),
    ("count(*) from cen_grant where instance_id = ", "PRIMARY KEY"),
    ("select account from cen_grant where instance_id = ", "PRIMARY KEY"),
];

pub(super) fn exercise(house: &mut House) {
    let [one, other] = two_routers(house);
    let id = pair(house, &one, &other);
    for by in [("VbrHaId", &id), ("VbrId", &one), ("VbrId", &other)] {
        house.ok(Who::Tenant, "DescribeVbrHa", &[EAST, (by.0, by.1)]);
    }
    house.call(Who::Tenant, "DeleteVirtualBorderRouter", &[EAST, ("VbrId", &one)]).unwrap_err();
    house.ok(Who::Tenant, "DeleteVbrHa", &[EAST, ("InstanceId", &id)]);
    let grant = granting("VBR", &one, "cen-1");
    house.ok(Who::Tenant, "GrantInstanceToCen", &grant);
    house.ok(Who::Tenant, "DescribeGrantRulesToCen", &grant);
    let in_group = [&grant[..], &[("ResourceGroupId", "rg-default")]].concat();
    house.ok(Who::Tenant, "DescribeGrantRulesToCen", &in_group);
    house.ok(Who::Tenant, "RevokeInstanceFromCen", &grant);
    house.ok(Who::Tenant, "DeleteVirtualBorderRouter", &[EAST, ("VbrId", &one)]);
}
