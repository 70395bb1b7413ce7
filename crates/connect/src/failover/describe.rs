//! Telling of failover test jobs: of one, and of all of an account, page after page.

use super::{Job, JobId, resources};
use crate::action::{About, Codes, Query, Result};
use crate::circuit::parameters::{ClientToken, RegionId};
use crate::codes;
use crate::conditions::Conditions;
use crate::cx::View;
use crate::kept::Kept;
use crate::page::{self, wire_count};
use crate::time;
use rpc::gateway;
use rpc::wire::{Int, digits};
use rpc::{Reply, Wire};
use store::Read;

/// Rows of a page.
type MaxResults = Int<1, 100>;

/// Tells of one failover test job.
#[derive(Wire)]
pub struct DescribeFailoverTestJob {
    /// Region of the job.
    region_id: Option<RegionId>,
    /// The job.
    job_id: JobId,
    /// Ignored: nothing is made.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
}

/// A failover test job.
#[derive(Reply)]
pub struct FailoverTestJob {
    /// The job.
    failover_test_job_model: JobAnswer,
}

/// One failover test job.
#[derive(Reply)]
pub struct JobAnswer {
    /// The job.
    job_id: String,
    /// State of the job.
    status: &'static str,
    /// Name as set.
    name: String,
    /// Description as set.
    description: String,
    /// How long the test lasts, minutes.
    job_duration: i64,
    /// Whether it was to start as it was made.
    job_type: String,
    /// Kind of what is tested.
    resource_type: String,
    /// What is tested.
    resource_id: Vec<String>,
    /// When the test began.
    start_time: String,
    /// When all was back.
    stop_time: String,
}

fn shown(read: &mut dyn Read, job: Job) -> Result<JobAnswer> {
    Ok(JobAnswer {
        status: job.head.status().as_str(),
        resource_id: resources(read, &job.head.id)?,
        job_id: job.head.id,
        name: job.name,
        description: job.description,
        job_duration: job.minutes,
        job_type: job.job_type,
        resource_type: job.kind,
        start_time: time::wire_or_empty(job.started_at),
        stop_time: time::wire_or_empty(job.stopped_at),
    })
}

impl Query for DescribeFailoverTestJob {
    type Reply = FailoverTestJob;
    const ABOUT: About = About::tenant("DescribeFailoverTestJob", "vpc:DescribeFailoverTestJob");
    const ERRORS: Codes = &[&codes::ILLEGAL_PARAM_JOB_ID];

    fn region(&self) -> Option<&str> {
        self.region_id.as_ref().map(RegionId::as_str)
    }

    fn answer(&self, view: &mut View<'_>) -> Result<FailoverTestJob> {
        // Accepted as the contract has it.
        let _ = &self.client_token;
        let job = Job::anywhere(view.read, self.job_id.as_str())?
            .filter(|job| job.head.account == view.caller.account)
            .filter(|job| Query::region(self).is_none_or(|region| job.head.region == region))
            .ok_or(&codes::ILLEGAL_PARAM_JOB_ID)?;
        Ok(FailoverTestJob { failover_test_job_model: shown(view.read, job)? })
    }
}

/// Lists the caller's failover test jobs in order of creation.
#[derive(Wire)]
pub struct DescribeFailoverTestJobs {
    /// Region of the jobs; left out, those of all.
    region_id: Option<RegionId>,
    /// Ignored: nothing is made.
    #[wire(error = codes::ILLEGAL_PARAM_CLIENT_TOKEN)]
    client_token: Option<ClientToken>,
    /// Filters: all must match; of one filter's values, any.
    #[wire(max_items = 5)]
    filter: Vec<JobFilter>,
    /// Rows of a page.
    #[wire(default = "20")]
    max_results: MaxResults,
    /// Where the page begins: what the page before it gave.
    next_token: Option<String>,
}

/// One filter: a field and the values it may have.
#[derive(Wire)]
pub struct JobFilter {
    /// Field to look at: JobId, Name, Status, JobType or ResourceType.
    key: String,
    /// Values, any of which matches.
    #[wire(max_items = 5)]
    value: Vec<String>,
}

impl JobFilter {
    /// The column of the field.
    fn column(&self) -> Result<&'static str> {
        match self.key.as_str() {
            "JobId" => Ok("id"),
            "Name" => Ok("name"),
            "Status" => Ok("status"),
            "JobType" => Ok("job_type"),
            "ResourceType" => Ok("kind"),
            _ => Err((&codes::INVALID_FILTER_KEY_VALUE_NOT_SUPPORTED).into()),
        }
    }
}

/// A page of failover test jobs.
#[derive(Reply)]
pub struct FailoverTestJobs {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Rows of this page.
    count: i32,
    /// Rows of a page.
    max_results: i32,
    /// Where the next page begins; empty on the last.
    next_token: String,
    /// The jobs.
    failover_test_job_list: Vec<JobAnswer>,
}

impl Query for DescribeFailoverTestJobs {
    type Reply = FailoverTestJobs;
    const ABOUT: About = About::tenant("DescribeFailoverTestJobs", "vpc:DescribeFailoverTestJobs");
    const ERRORS: Codes = &[&codes::INVALID_FILTER_KEY_VALUE_NOT_SUPPORTED, &gateway::INVALID_PARAMETER];

    fn region(&self) -> Option<&str> {
        self.region_id.as_ref().map(RegionId::as_str)
    }

    fn answer(&self, view: &mut View<'_>) -> Result<FailoverTestJobs> {
        // Accepted as the contract has it.
        let _ = &self.client_token;
        let after = match &self.next_token {
            None => 0,
            Some(token) => digits(token).ok_or_else(page::bad_token)?,
        };
        let (wanted, size) = (self.wanted(&view.caller.account)?, self.max_results.get());
        let (total, mut jobs) = Job::after(view.read, wanted, after, size)?;
        let next_token = page::turn(&mut jobs, size, |last| last.head.serial.to_string());
        let list = jobs.into_iter().map(|job| shown(view.read, job)).collect::<Result<Vec<_>>>()?;
        Ok(FailoverTestJobs {
            total_count: wire_count(total),
            count: i32::try_from(list.len()).unwrap_or(i32::MAX),
            max_results: wire_count(self.max_results.get()),
            next_token,
            failover_test_job_list: list,
        })
    }
}

impl DescribeFailoverTestJobs {
    fn wanted<'a>(&'a self, account: &'a str) -> Result<Conditions<'a>> {
        let mut conditions = Conditions::default().and("account =", account);
        if let Some(region) = &self.region_id {
            conditions = conditions.and("region =", region.as_str());
        }
        for filter in &self.filter {
            let column = filter.column()?;
            if !filter.value.is_empty() {
                conditions = conditions.and_in(column, filter.value.iter().map(String::as_str));
            }
        }
        Ok(conditions)
    }
}
