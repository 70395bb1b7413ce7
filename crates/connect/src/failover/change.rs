//! Changing, starting, stopping and removing a failover test job.

use super::{
    Job, JobDescription, JobId, JobName, Minutes, ResourceId, TestKind, check_resources, require_untested,
    resources, write_resources,
};
use crate::action::{About, Codes, Command, Replay, Result};
use crate::circuit::parameters::{ClientToken, RegionId};
use crate::codes;
use crate::cx::Cx;
use crate::kept::Kept;
use crate::reply::Nothing;
use rpc::Wire;
use rpc::gateway;
use rpc::wire::Edit;
use store::Fault;

/// What every action on a job names.
macro_rules! names_a_job {
    () => {
        fn region(&self) -> Option<&str> {
            self.region_id.as_ref().map(RegionId::as_str)
        }

        fn targets(&self) -> Vec<&str> {
            vec![self.job_id.as_str()]
        }
    };
}

/// The job that a command names.
fn named(cx: &mut Cx<'_>, id: &JobId, region: Option<&RegionId>) -> Result<Job> {
    Job::find(cx, id.as_str(), region.map(RegionId::as_str), &codes::ILLEGAL_PARAM_JOB_ID)
}

/// What a job tests.
fn kind(job: &Job) -> Result<TestKind> {
    let kind = TestKind::from_wire(&job.kind);
    kind.ok_or_else(|| Fault::broken(format!("{} tests the unknown kind {}", job.head.id, job.kind)).into())
}

/// Changes a failover test job that has not been started. A parameter left out stays as it is; an empty text is
/// cleared.
#[derive(Wire)]
pub struct UpdateFailoverTestJob {
    /// Region of the job.
    region_id: Option<RegionId>,
    /// The job.
    job_id: JobId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Free text.
    description: Edit<JobDescription>,
    /// Only checks: nothing is changed and no token is kept.
    #[wire(default = "false")]
    dry_run: bool,
    /// How long the test lasts, minutes.
    job_duration: Option<Minutes>,
    /// Display name.
    name: Edit<JobName>,
    /// What is tested, in place of what was: of the same kind, in the job's region, and in service.
    #[wire(max_items = 16)]
    resource_id: Vec<ResourceId>,
}

impl Command for UpdateFailoverTestJob {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("UpdateFailoverTestJob", "vpc:UpdateFailoverTestJob").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::ILLEGAL_PARAM_JOB_ID,
        &codes::INCORRECT_STATUS_ONLY_FOR_INIT,
        &gateway::INVALID_PARAMETER,
        &codes::INVALID_RESOURCE_ID_NOT_FOUND,
        &codes::INCORRECT_STATUS_RESOURCE_ID,
        &codes::INCORRECT_BUSINESS_STATUS_RESOURCE_ID,
    ];
    names_a_job!();

    fn is_rehearsal(&self) -> bool {
        self.dry_run
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let mut job = named(cx, &self.job_id, self.region_id.as_ref())?;
        job.check(Self::ABOUT.name)?;
        if !self.resource_id.is_empty() {
            let ids: Vec<_> = self.resource_id.iter().map(ResourceId::as_str).collect();
            let region = job.head.region.clone();
            check_resources(cx, kind(&job)?, &ids, Some(&region))?;
            write_resources(cx, &job, &ids)?;
        }
        job.minutes = self.job_duration.map_or(job.minutes, Minutes::get);
        self.name.write(&mut job.name);
        self.description.write(&mut job.description);
        job.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Starts a failover test job: what it tests goes out of service.
#[derive(Wire)]
pub struct StartFailoverTestJob {
    /// Region of the job.
    region_id: Option<RegionId>,
    /// The job.
    job_id: JobId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for StartFailoverTestJob {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("StartFailoverTestJob", "vpc:StartFailoverTestJob").replay(Replay::Target);
    const ERRORS: Codes = &[
        &codes::ILLEGAL_PARAM_JOB_ID,
        &codes::INCORRECT_STATUS_ONLY_FOR_INIT,
        &gateway::INVALID_PARAMETER,
        &codes::INVALID_RESOURCE_ID_NOT_FOUND,
        &codes::INCORRECT_STATUS_RESOURCE_ID,
        &codes::INCORRECT_BUSINESS_STATUS_RESOURCE_ID,
    ];
    names_a_job!();

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        let mut job = named(cx, &self.job_id, self.region_id.as_ref())?;
        job.check(Self::ABOUT.name)?;
        let held = resources(cx.tx, &job.head.id)?;
        let ids: Vec<_> = held.iter().map(String::as_str).collect();
        let region = job.head.region.clone();
        check_resources(cx, kind(&job)?, &ids, Some(&region))?;
        require_untested(cx, &ids)?;
        job.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Stops a failover test before its time is over: what it tests comes back into service.
#[derive(Wire)]
pub struct StopFailoverTestJob {
    /// Region of the job.
    region_id: Option<RegionId>,
    /// The job.
    job_id: JobId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for StopFailoverTestJob {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("StopFailoverTestJob", "vpc:StopFailoverTestJob").replay(Replay::Target);
    const ERRORS: Codes = &[&codes::ILLEGAL_PARAM_JOB_ID, &codes::INCORRECT_STATUS_ONLY_FOR_TESTING];
    names_a_job!();

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        named(cx, &self.job_id, self.region_id.as_ref())?.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}

/// Removes a failover test job that has not been started, or is over.
#[derive(Wire)]
pub struct DeleteFailoverTestJob {
    /// Region of the job.
    region_id: Option<RegionId>,
    /// The job.
    job_id: JobId,
    /// Idempotency token; the same token with the same parameters gives the first answer again.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

impl Command for DeleteFailoverTestJob {
    type Reply = Nothing;
    const ABOUT: About =
        About::tenant("DeleteFailoverTestJob", "vpc:DeleteFailoverTestJob").replay(Replay::Target);
    const ERRORS: Codes = &[&codes::ILLEGAL_PARAM_JOB_ID, &codes::INCORRECT_STATUS_ONLY_FOR_INIT_OR_STOPPED];
    names_a_job!();

    fn run(&self, cx: &mut Cx<'_>) -> Result<Nothing> {
        named(cx, &self.job_id, self.region_id.as_ref())?.step(cx, Self::ABOUT.name)?;
        Ok(Nothing {})
    }
}
