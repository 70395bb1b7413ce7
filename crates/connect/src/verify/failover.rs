//! What must hold of failover pairs, of grants, and of failover test jobs.

use super::networks::{Kept, timers};
use super::{Findings, each_wrong, ledger, quoted};
use crate::failover;
use crate::failover::states::{END_TEST, FAILOVER_JOB, JobStatus};
use crate::limits::{CEN_GRANTS_PER_INSTANCE_MAX, FAILOVER_JOBS_MAX, FAILOVER_MINUTE_MS};
use crate::machine::Actor;
use crate::timer::TIMER;
use crate::vbr_ha;
use crate::vbr_ha::states::{VBR_HA, VbrHaStatus};
use store::{Arg, Fault, Read};

const PAIRS: Kept<VbrHaStatus> = Kept { table: "vbr_ha", machine: &VBR_HA };

/// The deadlines of failover pairs and of failover test jobs.
pub(super) fn triggers() -> Vec<&'static str> {
    [timers(&VBR_HA), timers(&FAILOVER_JOB)].concat()
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
    ledger::leads_to(read, findings, vbr_ha::PREFIX, &[PAIRS.table])?;
    ledger::leads_to(read, findings, failover::PREFIX, &["failover_job"])
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

pub(super) fn jobs_are_whole(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select id, status from failover_job
         where (status in ($1, $2) and (started_at is not null or stopped_at is not null))
         or (status in ($3, $4) and (started_at is null or stopped_at is not null))
         or (status = $5 and (started_at is null or stopped_at is null or stopped_at < started_at))
         or (status = $3 and started_at <> since) or minutes < 1 or minutes > 4320 order by id",
        &[
            Arg::from(JobStatus::Init.as_str()),
            Arg::from(JobStatus::Starting.as_str()),
            Arg::from(JobStatus::Testing.as_str()),
            Arg::from(JobStatus::Stopping.as_str()),
            Arg::from(JobStatus::Stopped.as_str()),
        ],
        |row| Ok(format!("{} is {} and its instants or its minutes do not fit", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select failover_job.id, count(failover_resource.place) from failover_job
         left join failover_resource on failover_resource.job_id = failover_job.id
         group by failover_job.id having count(failover_resource.place) < 1
         or count(failover_resource.place) > 16 order by failover_job.id",
        &[],
        |row| Ok(format!("{} tests {} resources", row.text(0)?, row.int(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select failover_resource.resource, failover_resource.job_id from failover_resource
         left join failover_job on failover_job.id = failover_resource.job_id
         where failover_job.id is null order by failover_resource.resource",
        &[],
        |row| Ok(format!("{} is tested by {}, which is not there", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select failover_resource.resource, count(*) from failover_resource
         join failover_job on failover_job.id = failover_resource.job_id
         where failover_job.status in ($1, $2, $3) group by failover_resource.resource
         having count(*) > 1 order by failover_resource.resource",
        &[
            Arg::from(JobStatus::Starting.as_str()),
            Arg::from(JobStatus::Testing.as_str()),
            Arg::from(JobStatus::Stopping.as_str()),
        ],
        |row| Ok(format!("{} is tested by {} jobs at once", row.text(0)?, row.int(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select account, count(*) from failover_job group by account having count(*) > $1 order by account",
        &[Arg::from(FAILOVER_JOBS_MAX)],
        |row| Ok(format!("account {} has {} failover test jobs", row.text(0)?, row.int(1)?)),
    )
}

/// As for other things with a state of their own, but that a test ends after its own number of minutes.
pub(super) fn jobs_wait(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let sql = format!(
        "select due.resource, due.trigger, due.actor, due.at, failover_job.status, failover_job.since,
         failover_job.minutes from due
         left join failover_job on failover_job.id = due.resource and failover_job.account = due.account
         where due.trigger in ({}) order by due.account, due.resource, due.trigger",
        quoted(timers(&FAILOVER_JOB))
    );
    read.each(&sql, &[], &mut |row| {
        let (resource, trigger) = (row.text(0)?, row.text(1)?);
        let status = row.maybe_text(4)?.and_then(|status| FAILOVER_JOB.state(status));
        let wait = status.and_then(|status| FAILOVER_JOB.find(status, trigger));
        let is_due = match (wait, row.maybe_int(5)?, row.maybe_int(6)?) {
            (Some(wait), Some(since), Some(minutes)) => {
                let own = if trigger == END_TEST { minutes * FAILOVER_MINUTE_MS } else { wait.after_ms };
                row.int(3)? == since + own && row.text(2)? == TIMER
            }
            _ => false,
        };
        if !is_due {
            findings.say(format!("{trigger} is due on {resource}, whose state does not wait for it"));
        }
        Ok(())
    })?;
    for &status in FAILOVER_JOB.states {
        for wait in FAILOVER_JOB.moves_from(status, Some(Actor::Timer)) {
            each_wrong(
                read,
                findings,
                "select id from failover_job where status = $1 and not exists (select 1 from due
                 where due.account = failover_job.account and due.resource = failover_job.id
                 and due.trigger = $2) order by id",
                &[Arg::from(status.as_str()), Arg::from(wait.trigger)],
                |row| Ok(format!("{} waits for {}, which is never due", row.text(0)?, wait.trigger)),
            )?;
        }
    }
    Ok(())
}
