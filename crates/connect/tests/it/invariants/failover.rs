//! What breaks the invariants of failover pairs and of grants. `VBR` stands for the id of a router of a pair.

use crate::house::{House, Lane, Plan, Who};
use crate::rules::failover::{granting, pair, two_routers};
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
    house.ok(Who::Tenant, "CreateVbrHa", &[EAST, ("VbrId", &three), ("PeerVbrId", &four)]);
    house.ok(Who::Tenant, "GrantInstanceToCen", &granting("VBR", &one, "cen-1"));
    (house, one)
}
