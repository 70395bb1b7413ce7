//! What must hold of failover pairs and of grants.

use super::networks::{Kept, timers};
use super::{Findings, each_wrong, ledger};
use crate::limits::CEN_GRANTS_PER_INSTANCE_MAX;
use crate::vbr_ha;
use crate::vbr_ha::states::{VBR_HA, VbrHaStatus};
use store::{Arg, Fault, Read};

const PAIRS: Kept<VbrHaStatus> = Kept { table: "vbr_ha", machine: &VBR_HA };

/// The deadlines of failover pairs.
pub(super) fn triggers() -> Vec<&'static str> {
    timers(&VBR_HA)
}

/// Both sides of every pair.
const MEMBERS: &str = "select id, account, region, vbr_id as router from vbr_ha
 union all select id, account, region, peer_vbr_id as router from vbr_ha";

pub(super) fn pairs_are_whole(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        &format!(
            "select member.id, member.router from ({MEMBERS}) as member
             left join vbr on vbr.id = member.router and vbr.account = member.account
             and vbr.region = member.region where vbr.id is null order by member.id, member.router"
        ),
        &[],
        |row| Ok(format!("{} has {}, which is no router of its account", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        &format!(
            "select router, count(*) from ({MEMBERS}) as member group by router having count(*) > 1 order by router"
        ),
        &[],
        |row| Ok(format!("{} is {} times in a pair", row.text(0)?, row.int(1)?)),
    )
}

pub(super) fn pairs_wait(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    PAIRS.deadlines_belong(read, findings)
}

pub(super) fn led_by_ledger(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    ledger::leads_to(read, findings, vbr_ha::PREFIX, &[PAIRS.table])
}

pub(super) fn grants_are_on_something(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select instance_id, cen_id from cen_grant
         where not (kind = 'VBR' and exists (select 1 from vbr where vbr.id = cen_grant.instance_id
         and vbr.account = cen_grant.account and vbr.region = cen_grant.region))
         and not (kind = 'VPC' and exists (select 1 from vpc where vpc.id = cen_grant.instance_id
         and vpc.account = cen_grant.account and vpc.region = cen_grant.region))
         order by instance_id, cen_id",
        &[],
        |row| Ok(format!("{} is granted to {} and is nothing of its kind", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select instance_id, count(*) from cen_grant group by instance_id having count(*) > $1 order by instance_id",
        &[Arg::from(CEN_GRANTS_PER_INSTANCE_MAX)],
        |row| Ok(format!("{} has {} grants", row.text(0)?, row.int(1)?)),
    )
}
