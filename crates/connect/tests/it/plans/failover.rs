//! The statements of failover pairs, grants and failover test jobs.

use crate::house::{House, Who};
use crate::rules::failover::{granting, pair, two_routers};
use crate::rules::failover_jobs::job;
use crate::rules::routers::EAST;

/// Statements that must take the index made for them: a part of the text, and the index.
pub(super) const MUST: &[(&str, &str)] = &[
    ("from vbr_ha where vbr_id = ", "vbr_ha_of"),
    ("from vbr_ha where peer_vbr_id = ", "vbr_ha_with"),
    ("from failover_resource where job_id = ", "PRIMARY KEY"),
    ("from failover_resource\n", "failover_resource_in"),
    ("from failover_job where account = $1 and serial > ", "failover_job_of"),
    ("from failover_job where account = $1 and id in ", "failover_job_id"),
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
    let start = job(house, &one, &[("JobType", "StartNow"), ("Name", "n")]);
    let filter = |key, value| [("Filter.1.Key", key), ("Filter.1.Value.1", value)];
    for by in [("JobId", start.as_str()), ("Name", "n"), ("Status", "Testing"), ("ResourceType", "BGPPEER")] {
        house.ok(Who::Tenant, "DescribeFailoverTestJobs", &filter(by.0, by.1));
        house.ok(Who::Tenant, "DescribeFailoverTestJobs", &[&filter(by.0, by.1)[..], &[EAST]].concat());
    }
    house.ok(Who::Tenant, "DescribeFailoverTestJobs", &[]);
    house.ok(Who::Tenant, "DescribeFailoverTestJob", &[("JobId", &start)]);
    house.advance(1);
    house.ok(Who::Tenant, "StopFailoverTestJob", &[("JobId", &start)]);
    house.advance(1);
    house.ok(Who::Tenant, "DeleteFailoverTestJob", &[("JobId", &start)]);
    let grant = granting("VBR", &one, "cen-1");
    house.ok(Who::Tenant, "GrantInstanceToCen", &grant);
    house.ok(Who::Tenant, "DescribeGrantRulesToCen", &grant);
    let in_group = [&grant[..], &[("ResourceGroupId", "rg-default")]].concat();
    house.ok(Who::Tenant, "DescribeGrantRulesToCen", &in_group);
    house.ok(Who::Tenant, "RevokeInstanceFromCen", &grant);
    house.ok(Who::Tenant, "DeleteVirtualBorderRouter", &[EAST, ("VbrId", &one)]);
}
