//! What breaks the invariants of failover pairs, of grants and of failover test jobs. `VBR` stands for the id of a router of a pair.

use crate::house::{House, Lane, Plan, Who};
use crate::rules::failover::{granting, pair, two_routers};
use crate::rules::failover_jobs::job;
use crate::rules::routers::EAST;

pub(super) const DAMAGE: &[(&str, &str, &str)] = &[
    ("pairs-are-whole", "update vbr_ha set peer_vbr_id = 'vbr-none' where vbr_id = 'VBR'", "has vbr-none"),
    ("pairs-are-whole", "update vbr_ha set region = 'west'", "has VBR, which is no router"),
    ("pairs-are-whole", "update vbr_ha set peer_vbr_id = 'VBR' where vbr_id = 'VBR'", "VBR is 2 times"),
    (
        "pairs-wait",
        "delete from due where trigger = 'FinishRouterPairCreation'",
        "waits for FinishRouterPair",
    ),
    ("pairs-wait", "update due set at = at + 1 where trigger = 'FinishRouterPairCreation'", "is due on"),
    (
        "ledger-leads-to-pairs",
        "update vbr_ha set status = 'Creating' where vbr_id = 'VBR'",
        "is \"Active\" in the ledger and \"Creating\"",
    ),
    ("grants-are-on-something", "update cen_grant set kind = 'VPC'", "VBR is granted to cen-1"),
    (
        "grants-are-on-something",
        "update cen_grant set account = '6543210987654321'",
        "VBR is granted to cen-1",
    ),
    (
        "ledger-leads-to-pairs",
        "update failover_job set status = 'Stopped' where status = 'Init'",
        "is \"Init\" in the ledger and \"Stopped\"",
    ),
    (
        "failover-jobs-are-whole",
        "update failover_job set started_at = null where status = 'Testing'",
        "is Testing and its instants",
    ),
    (
        "failover-jobs-are-whole",
        "update failover_job set started_at = 5 where status = 'Init'",
        "is Init and",
    ),
    ("failover-jobs-are-whole", "update failover_job set minutes = 0 where status = 'Init'", "is Init and"),
    (
        "failover-jobs-are-whole",
        "update failover_job set stopped_at = started_at - 1 where status = 'Stopped'",
        "is Stopped and",
    ),
    ("failover-jobs-are-whole", "delete from failover_resource", "tests 0 resources"),
    (
        "failover-jobs-are-whole",
        "update failover_resource set job_id = 'ftj-' || job_id",
        "is tested by ftj-ftj-",
    ),
    (
        "failover-jobs-are-whole",
        "update failover_job set status = 'Starting'",
        "VBR is tested by 3 jobs at once",
    ),
    ("failover-jobs-wait", "delete from due where trigger = 'EndFailoverTest'", "waits for EndFailoverTest"),
    (
        "failover-jobs-wait",
        "update failover_job set minutes = 6 where status = 'Testing'",
        "EndFailoverTest is due on",
    ),
    (
        "grants-are-on-something",
        "insert into cen_grant select instance_id, cen_id, cen_owner + a.n * 10 + b.n, account, region, kind,
         created_at from cen_grant, (select 1 as n union select 2 as n union select 3 as n) as a,
         (select 1 as n union select 2 as n union select 3 as n union select 4 as n union select 5 as n
         union select 6 as n union select 7 as n) as b",
        "VBR has 22 grants",
    ),
];

/// A house with a pair, one that is being made, and a grant; and the id of a router.
pub(super) fn lively(lane: Lane) -> (House, String) {
    let mut house = Plan::quiet(lane).build();
    let [one, other] = two_routers(&mut house);
    let [three, four] = two_routers(&mut house);
    pair(&mut house, &one, &other);
    house.ok(Who::Tenant, "GrantInstanceToCen", &granting("VBR", &one, "cen-1"));
    // One job that is over, one under way, and one that waits.
    for _ in 0..2 {
        job(&mut house, &one, &[("JobType", "StartNow"), ("JobDuration", "1")]);
        house.advance(1);
        if house.dump()["failover_job"].len() == 1 {
            house.advance(61);
        }
    }
    job(&mut house, &one, &[]);
    house.ok(Who::Tenant, "CreateVbrHa", &[EAST, ("VbrId", &three), ("PeerVbrId", &four)]);
    (house, one)
}
