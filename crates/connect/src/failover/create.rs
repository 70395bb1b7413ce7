//! Making a failover test job.

use super::states::{FAILOVER_JOB, JobStatus};
use super::{
    Job, JobDescription, JobName, JobType, Minutes, ResourceId, TestKind, check_resources, require_quiet,
    require_untested, write_resources,
};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::{ClientToken, RegionId};
use crate::codes;
use crate::cx::Cx;
use crate::kept::{Head, Kept};
use crate::limits::FAILOVER_JOBS_MAX;
use rpc::gateway;
use rpc::{Reply, Wire};
use store::{Arg, ReadExt};

/// Makes a job that takes circuits, border routers or BGP peers of the caller's out of service for some minutes, now
/// or when it is started.
#[derive(Wire)]
pub struct CreateFailoverTestJob {
    /// Region of what is tested; left out, that of the first.
    region_id: Option<RegionId>,
    /// How long the test lasts, minutes.
    job_duration: Minutes,
    /// Whether it starts now or later. Now only where no other job of the caller's is under way in the region.
    job_type: JobType,
    /// What is tested: all of one kind, in one region, and in service.
    #[wire(max_items = 16, required)]
    resource_id: Vec<ResourceId>,
    /// Kind of what is tested.
    resource_type: TestKind,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text.
    description: Option<JobDescription>,
    /// Only checks: nothing is made and no token is kept.
    #[wire(default = "false")]
    dry_run: bool,
    /// Display name.
    name: Option<JobName>,
}

/// The new job.
#[derive(Reply)]
pub struct FailoverTestJobCreated {
    /// Id of the new job.
    job_id: String,
}

impl Command for CreateFailoverTestJob {
    type Reply = FailoverTestJobCreated;
    const ABOUT: About =
        About::tenant("CreateFailoverTestJob", "vpc:CreateFailoverTestJob").replay(Replay::Create);
    const ERRORS: Codes = &[
        &gateway::INVALID_PARAMETER,
        &codes::INVALID_RESOURCE_ID_NOT_FOUND,
        &codes::INCORRECT_STATUS_RESOURCE_ID,
        &codes::INCORRECT_BUSINESS_STATUS_RESOURCE_ID,
        &codes::QUOTA_EXCEEDED_FAILOVER_TEST_JOB,
    ];

    fn region(&self) -> Option<&str> {
        self.region_id.as_ref().map(RegionId::as_str)
    }

    fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<FailoverTestJobCreated> {
        let ids: Vec<_> = self.resource_id.iter().map(ResourceId::as_str).collect();
        let region = check_resources(cx, self.resource_type, &ids, Command::region(self))?;
        let starts = self.job_type == JobType::StartNow;
        if starts {
            require_quiet(cx, &region)?;
            require_untested(cx, &ids)?;
        }
        let count = "select count(*) from failover_job where account = $1";
        let held = cx.tx.one(count, &[Arg::from(&cx.account)], |row| row.int(0))?.unwrap_or(0);
        if held >= FAILOVER_JOBS_MAX {
            return Err((&codes::QUOTA_EXCEEDED_FAILOVER_TEST_JOB).into());
        }
        let begins = if starts { JobStatus::Starting } else { FAILOVER_JOB.initial };
        let job = Job {
            head: Head::new::<Job>(cx, &region).beginning(begins),
            kind: self.resource_type.as_str().to_owned(),
            job_type: self.job_type.as_str().to_owned(),
            minutes: self.job_duration.get(),
            name: self.name.as_ref().map(JobName::as_str).unwrap_or_default().to_owned(),
            description: self.description.as_ref().map(JobDescription::as_str).unwrap_or_default().to_owned(),
            started_at: None,
            stopped_at: None,
        };
        write_resources(cx, &job, &ids)?;
        job.insert(cx)?;
        Ok(FailoverTestJobCreated { job_id: job.head.id })
    }
}
