//! Failover test jobs: circuits, border routers or BGP peers are taken out of service for some minutes, to see whether
//! something takes their place. What a test does to them is shown where their sessions are (`bgp`); their own status
//! stays what it is. This file has the row; `states` the life cycle, the others one group of actions each.

pub mod change;
pub mod create;
pub mod describe;
pub mod states;

use crate::action::{Result, Stop};
use crate::bgp::peer::Peer;
use crate::bgp::states::BgpStatus;
use crate::circuit::Circuit;
use crate::circuit::states::{BusinessStatus, Status};
use crate::codes;
use crate::cx::Cx;
use crate::kept::{self, Head, Kept};
use crate::limits::FAILOVER_MINUTE_MS;
use crate::machine::{Machine, Move};
use crate::time::Millis;
use crate::vbr::Vbr;
use crate::vbr::states::VbrStatus;
use rpc::Choice;
use rpc::code::Error;
use rpc::params::invalid;
use rpc::wire::Int;
use states::{END_TEST, FAILOVER_JOB, JobStatus};
use store::{Arg, Read, ReadExt};

/// The prefix of a job's id.
pub const PREFIX: &str = "ftj";

/// How long a test lasts, minutes.
pub type Minutes = Int<1, 4320>;

rpc::text! {
    /// A failover test job's id, for instance `ftj-0mj2k9x1qa4f7c0d3b2a`.
    pub struct JobId { min: 1, max: 64 }
}

rpc::text! {
    /// A job's name: free text that begins with neither http:// nor https://.
    pub struct JobName { min: 0, max: 128, forbid_prefix: ["http://", "https://"] }
}

rpc::text! {
    /// A job's description: free text that begins with neither http:// nor https://.
    pub struct JobDescription { min: 0, max: 256, forbid_prefix: ["http://", "https://"] }
}

rpc::text! {
    /// The id of what is tested.
    pub struct ResourceId { min: 1, max: 64 }
}

/// What a job tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum TestKind {
    /// Circuits.
    #[choice("PHYSICALCONNECTION")]
    Circuit,
    /// Border routers.
    #[choice("VIRTUALBORDERROUTER")]
    Router,
    /// BGP peers.
    #[choice("BGPPEER")]
    Peer,
}

/// When a job starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum JobType {
    /// As it is made.
    StartNow,
    /// When it is told to.
    StartLater,
}

/// A failover test job as it is kept.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    head: Head<JobStatus>,
    /// What it tests, as a word of [`TestKind`].
    kind: String,
    /// When it was to start, as a word of [`JobType`].
    job_type: String,
    /// How long the test lasts.
    minutes: i64,
    /// Name, or empty.
    name: String,
    /// Description, or empty.
    description: String,
    /// When its test began.
    started_at: Option<Millis>,
    /// When all was back.
    stopped_at: Option<Millis>,
}

impl Kept for Job {
    type Status = JobStatus;
    const TABLE: &'static str = "failover_job";
    const PREFIX: &'static str = PREFIX;
    const MACHINE: &'static Machine<JobStatus> = &FAILOVER_JOB;

    kept::columns!(kind, job_type, minutes, name, description, started_at, stopped_at);

    fn delay_ms(&self, row: &Move<JobStatus>) -> i64 {
        if row.trigger == END_TEST { self.minutes * FAILOVER_MINUTE_MS } else { row.after_ms }
    }

    fn arrive(&mut self, now: Millis) {
        match self.head.status() {
            JobStatus::Testing => self.started_at = Some(now),
            JobStatus::Stopped => self.stopped_at = Some(now),
            _ => {}
        }
    }

    fn clear(&self, cx: &mut Cx<'_>) -> Result<()> {
        cx.tx.exec("delete from failover_resource where job_id = $1", &[Arg::from(&self.head.id)])?;
        Ok(())
    }
}

/// What a job tests, in the order in which it was named.
fn resources(read: &mut dyn Read, job: &str) -> Result<Vec<String>> {
    let sql = "select resource from failover_resource where job_id = $1 order by place";
    Ok(read.all(sql, &[Arg::from(job)], |row| row.text(0).map(str::to_owned))?)
}

/// Writes what a job tests, over what it tested.
fn write_resources(cx: &mut Cx<'_>, job: &Job, resources: &[&str]) -> Result<()> {
    job.clear(cx)?;
    for (resource, place) in resources.iter().zip(1_i64..) {
        cx.tx.exec(
            "insert into failover_resource (job_id, place, resource) values ($1, $2, $3)",
            &[Arg::from(&job.head.id), Arg::from(place), Arg::from(*resource)],
        )?;
    }
    Ok(())
}

/// Whether any of these is being tested: out of service, as far as its sessions are concerned.
pub(crate) fn is_tested(read: &mut dyn Read, ids: &[&str]) -> Result<bool> {
    for id in ids {
        if of_resource(read, id, &[JobStatus::Testing])?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A job in one of these states that tests the resource.
fn of_resource(read: &mut dyn Read, resource: &str, statuses: &[JobStatus]) -> Result<Option<String>> {
    let sql = "select failover_job.id, failover_job.status from failover_resource
               join failover_job on failover_job.id = failover_resource.job_id
               where failover_resource.resource = $1 order by failover_job.id";
    let jobs = read.all(sql, &[Arg::from(resource)], |row| {
        Ok((row.text(0)?.to_owned(), JobStatus::from_wire(row.text(1)?)))
    })?;
    Ok(jobs
        .into_iter()
        .find(|(_, status)| status.is_some_and(|status| statuses.contains(&status)))
        .map(|(id, _)| id))
}

/// What is known of a resource of the caller's.
struct Found {
    region: String,
    status: &'static str,
    in_service: bool,
    locked: bool,
}

fn look_up(read: &mut dyn Read, account: &str, kind: TestKind, id: &str) -> Result<Option<Found>> {
    Ok(match kind {
        TestKind::Circuit => {
            Circuit::anywhere(read, id)?.filter(|circuit| circuit.account == account).map(|circuit| Found {
                status: circuit.status().as_str(),
                in_service: circuit.status() == Status::Enabled,
                locked: circuit.business_status != BusinessStatus::Normal,
                region: circuit.region,
            })
        }
        TestKind::Router => Vbr::anywhere(read, id)?.filter(|vbr| vbr.account == account).map(|vbr| Found {
            status: vbr.status().as_str(),
            in_service: vbr.status() == VbrStatus::Active,
            locked: false,
            region: vbr.region,
        }),
        TestKind::Peer => {
            Peer::anywhere(read, id)?.filter(|peer| peer.head().account == account).map(|peer| Found {
                status: peer.head().status().as_str(),
                in_service: peer.head().status() == BgpStatus::Available,
                locked: false,
                region: peer.head().region.clone(),
            })
        }
    })
}

/// Checks what a job is to test: all there, the caller's, in one region, and in service. Gives the region.
fn check_resources(cx: &mut Cx<'_>, kind: TestKind, ids: &[&str], region: Option<&str>) -> Result<String> {
    let mut place = region.map(str::to_owned);
    for (at, id) in ids.iter().enumerate() {
        if ids[..at].contains(id) {
            return Err(bad_list(&format!("{id} is named twice")));
        }
        let account = cx.account.clone();
        let found = look_up(cx.tx, &account, kind, id)?;
        let found = found.filter(|found| place.as_ref().is_none_or(|place| *place == found.region));
        let found = found.ok_or(&codes::INVALID_RESOURCE_ID_NOT_FOUND)?;
        let (code, why) = if found.locked {
            (&codes::INCORRECT_BUSINESS_STATUS_RESOURCE_ID, "locked")
        } else if found.in_service {
            place = Some(found.region);
            continue;
        } else {
            (&codes::INCORRECT_STATUS_RESOURCE_ID, found.status)
        };
        let message = format!("{} {id} is {why}.", code.message);
        return Err(Error::new(code).with_message(message).into());
    }
    place.ok_or_else(|| bad_list("name what is to be tested"))
}

/// The states in which a job has something out of service, or is about to, or was until just now.
const UNDER_WAY: [JobStatus; 3] = [JobStatus::Starting, JobStatus::Testing, JobStatus::Stopping];

/// Refuses where a job of the account's is under way in the region: none may be made there that starts at once.
fn require_quiet(cx: &mut Cx<'_>, region: &str) -> Result<()> {
    let sql = "select id, status from failover_job where account = $1 and region = $2 order by serial";
    let jobs = cx.tx.all(sql, &[Arg::from(&cx.account), Arg::from(region)], |row| {
        Ok((row.text(0)?.to_owned(), JobStatus::from_wire(row.text(1)?)))
    })?;
    let under_way = |status: &Option<JobStatus>| status.is_some_and(|status| UNDER_WAY.contains(&status));
    let Some((job, _)) = jobs.iter().find(|(_, status)| under_way(status)) else { return Ok(()) };
    // No code of its own is documented for this.
    let code = &codes::INCORRECT_STATUS_RESOURCE_ID;
    let message = format!("{} {job} is under way in {region}: make one that starts later.", code.message);
    Err(Error::new(code).with_message(message).into())
}

/// Refuses where another job has any of these out of service, or is about to.
fn require_untested(cx: &mut Cx<'_>, ids: &[&str]) -> Result<()> {
    for id in ids {
        if let Some(job) = of_resource(cx.tx, id, &UNDER_WAY)? {
            let code = &codes::INCORRECT_STATUS_RESOURCE_ID;
            let message = format!("{} {id} is being tested by {job}.", code.message);
            return Err(Error::new(code).with_message(message).into());
        }
    }
    Ok(())
}

fn bad_list(why: &str) -> Stop {
    invalid("ResourceId", why).into()
}
