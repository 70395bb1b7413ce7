//! What failover test jobs should do, said a second time and simply: a list of jobs, each with what it tests. The
//! product is asked for nothing but its limits.

use super::{
    Args, Code, Model, Verdicts, count, get, is_true, list, number, refuse_unless, sent, text, time,
};
use crate::house::{Dump, Held, Who};
use connect::limits::{FAILOVER_JOBS_MAX, FAILOVER_MINUTE_MS, FAILOVER_START_MS, FAILOVER_STOP_MS};
use serde_json::{Value, json};

/// The actions that this file knows.
pub(crate) const ACTIONS: &[&str] = &[
    "CreateFailoverTestJob",
    "DescribeFailoverTestJobs",
    "DescribeFailoverTestJob",
    "UpdateFailoverTestJob",
    "StartFailoverTestJob",
    "StopFailoverTestJob",
    "DeleteFailoverTestJob",
];

const UNKNOWN: Code = ("IllegalParam.JobId", 400);
const BAD: Code = ("InvalidParameter", 400);
const NO_RESOURCE: Code = ("InvalidResourceId.NotFound", 404);
const OUT_OF_SERVICE: Code = ("IncorrectStatus.ResourceId", 400);

#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) status: &'static str,
    since: i64,
    created: i64,
    pub(crate) kind: String,
    job_type: String,
    minutes: i64,
    pub(crate) name: String,
    description: String,
    /// In the order in which they were named.
    resources: Vec<String>,
    started: Option<i64>,
    stopped: Option<i64>,
}

impl Job {
    fn shown(&self) -> Value {
        json!({
            "JobId": self.id, "Status": self.status, "Name": self.name, "Description": self.description,
            "JobDuration": self.minutes, "JobType": self.job_type, "ResourceType": self.kind,
            "ResourceId": self.resources, "StartTime": time::wire_or_empty(self.started),
            "StopTime": time::wire_or_empty(self.stopped),
        })
    }

    fn is_under_way(&self) -> bool {
        ["Starting", "Testing", "Stopping"].contains(&self.status)
    }

    /// What a filter of a list looks at.
    fn field(&self, key: &str) -> &str {
        match key {
            "JobId" => &self.id,
            "Name" => &self.name,
            "Status" => self.status,
            "JobType" => &self.job_type,
            _ => &self.kind,
        }
    }
}

fn filters(args: &Args) -> Vec<(&str, Vec<&str>)> {
    let filter = |at| {
        let key = get(args, &format!("Filter.{at}.Key"))?;
        Some((key, list(args, &format!("Filter.{at}.Value"))))
    };
    (1..=5).map_while(filter).collect()
}

impl Model {
    /// What a call on failover test jobs is answered; nothing for an action that is none.
    pub(super) fn fail_over(
        &mut self,
        who: Who,
        action: &str,
        args: &Args,
        reply: &Value,
    ) -> Option<Verdicts> {
        Some(match action {
            "CreateFailoverTestJob" => self.create_job(who, args, reply),
            "UpdateFailoverTestJob" => self.update_job(who, args),
            "StartFailoverTestJob" => self.start_job(who, args),
            "StopFailoverTestJob" => self.stop_job(who, args),
            "DeleteFailoverTestJob" => self.delete_job(who, args),
            "DescribeFailoverTestJob" => self.own_job(who, args).map(drop),
            "DescribeFailoverTestJobs" => {
                let keys = ["JobId", "Name", "Status", "JobType", "ResourceType"];
                let place = get(args, "NextToken").is_none_or(|token| token.parse::<u32>().is_ok());
                refuse_unless(place, BAD).and_then(|()| {
                    let known = filters(args).iter().all(|(key, _)| keys.contains(key));
                    refuse_unless(known, ("InvalidFilterKey.ValueNotSupported", 404))
                })
            }
            _ => return None,
        })
    }

    /// The caller's job that a call names, in the region that it names, if it names one.
    fn own_job(&self, who: Who, args: &Args) -> Result<usize, Code> {
        let mine = |job: &Job| {
            Some(job.id.as_str()) == get(args, "JobId")
                && job.account == who.account()
                && get(args, "RegionId").is_none_or(|region| job.region == region)
        };
        self.jobs.iter().position(mine).ok_or(UNKNOWN)
    }

    /// Where something of the account's is, and what stands against testing it.
    fn testable(&self, account: &str, kind: &str, id: &str) -> Option<(&str, Verdicts)> {
        let serves = |holds: bool| refuse_unless(holds, OUT_OF_SERVICE);
        match kind {
            "PHYSICALCONNECTION" => {
                let mut lines = self.lines.iter();
                let line = lines.find(|line| line.id == id && line.account == account)?;
                let free =
                    refuse_unless(line.business == "Normal", ("IncorrectBusinessStatus.ResourceId", 400));
                Some((line.region.as_str(), free.and_then(|()| serves(line.status == "Enabled"))))
            }
            "VIRTUALBORDERROUTER" => {
                let mut routers = self.routers.all.iter();
                let router = routers.find(|router| router.id == id && router.account == account)?;
                Some((router.region.as_str(), serves(router.status == "active")))
            }
            _ => {
                let mut peers = self.bgp.peers.iter().map(|peer| &peer.life);
                let peer = peers.find(|peer| peer.id == id && peer.account == account)?;
                Some((peer.region.as_str(), serves(peer.status == "Available")))
            }
        }
    }

    /// Whether any of these is out of service for a test.
    pub(super) fn is_tested(&self, ids: &[&str]) -> bool {
        let tests = self.jobs.iter().filter(|job| job.status == "Testing");
        tests.flat_map(|job| &job.resources).any(|resource| ids.contains(&resource.as_str()))
    }

    /// What is to be tested is all there, the account's, in one region, and in service. Gives the region.
    fn check_tested(
        &self,
        account: &str,
        kind: &str,
        ids: &[&str],
        region: Option<&str>,
    ) -> Result<String, Code> {
        let mut place = region.map(str::to_owned);
        for (at, id) in ids.iter().enumerate() {
            refuse_unless(!ids[..at].contains(id), BAD)?;
            let (region, verdict) = self.testable(account, kind, id).ok_or(NO_RESOURCE)?;
            refuse_unless(place.as_ref().is_none_or(|place| place == region), NO_RESOURCE)?;
            verdict?;
            place = Some(region.to_owned());
        }
        Ok(place.expect("a job tests something"))
    }

    /// No job has any of these out of service, or is about to.
    fn check_untested(&self, ids: &[&str]) -> Verdicts {
        let under_way = self.jobs.iter().filter(|job| job.is_under_way());
        let mut tested = under_way.flat_map(|job| &job.resources);
        refuse_unless(!tested.any(|id| ids.contains(&id.as_str())), OUT_OF_SERVICE)
    }

    fn create_job(&mut self, who: Who, args: &Args, reply: &Value) -> Verdicts {
        let (me, kind, ids) = (who.account(), text(args, "ResourceType"), list(args, "ResourceId"));
        let region = self.check_tested(me, &kind, &ids, get(args, "RegionId"))?;
        let starts = get(args, "JobType") == Some("StartNow");
        if starts {
            let mut beside = self.jobs.iter().filter(|job| job.account == me && job.region == region);
            refuse_unless(!beside.any(Job::is_under_way), OUT_OF_SERVICE)?;
            self.check_untested(&ids)?;
        }
        let held = count(self.jobs.iter().filter(|job| job.account == me).count());
        refuse_unless(held < FAILOVER_JOBS_MAX, ("QuotaExceeded.FailoverTestJob", 400))?;
        if is_true(args, "DryRun") {
            return Ok(());
        }
        self.jobs.push(Job {
            id: reply["JobId"].as_str().unwrap_or_default().to_owned(),
            account: me.to_owned(),
            region,
            status: "Init",
            since: self.now,
            created: self.now,
            kind,
            job_type: text(args, "JobType"),
            minutes: number(args, "JobDuration", 0),
            name: text(args, "Name"),
            description: text(args, "Description"),
            resources: ids.into_iter().map(str::to_owned).collect(),
            started: None,
            stopped: None,
        });
        if starts {
            self.enter(self.jobs.len() - 1, "Starting");
        }
        Ok(())
    }

    fn update_job(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.own_job(who, args)?;
        let mut job = self.jobs[at].clone();
        refuse_unless(job.status == "Init", ("IncorrectStatus.OnlyForInit", 400))?;
        let ids = list(args, "ResourceId");
        if !ids.is_empty() {
            self.check_tested(&job.account, &job.kind, &ids, Some(&job.region))?;
            job.resources = ids.into_iter().map(str::to_owned).collect();
        }
        job.minutes = number(args, "JobDuration", job.minutes);
        for (field, name) in [(&mut job.name, "Name"), (&mut job.description, "Description")] {
            *field = sent(args, name).unwrap_or(field).to_owned();
        }
        if !is_true(args, "DryRun") {
            self.jobs[at] = job;
        }
        Ok(())
    }

    fn start_job(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.own_job(who, args)?;
        let job = &self.jobs[at];
        refuse_unless(job.status == "Init", ("IncorrectStatus.OnlyForInit", 400))?;
        let ids: Vec<_> = job.resources.iter().map(String::as_str).collect();
        self.check_tested(&job.account, &job.kind, &ids, Some(&job.region))?;
        self.check_untested(&ids)?;
        self.enter(at, "Starting");
        Ok(())
    }

    fn stop_job(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.own_job(who, args)?;
        refuse_unless(self.jobs[at].status == "Testing", ("IncorrectStatus.OnlyForTesting", 400))?;
        self.enter(at, "Stopping");
        Ok(())
    }

    fn delete_job(&mut self, who: Who, args: &Args) -> Verdicts {
        let at = self.own_job(who, args)?;
        let idle = ["Init", "Stopped"].contains(&self.jobs[at].status);
        refuse_unless(idle, ("IncorrectStatus.OnlyForInitOrStopped", 400))?;
        self.jobs.remove(at);
        Ok(())
    }

    /// Enters a state, which ends by itself or is the last.
    fn enter(&mut self, at: usize, status: &'static str) {
        let (now, job) = (self.now, &mut self.jobs[at]);
        (job.status, job.since) = (status, now);
        let (account, id) = (job.account.clone(), job.id.clone());
        let next = match status {
            "Starting" => Some(("FinishFailoverTestStart", FAILOVER_START_MS)),
            "Testing" => {
                job.started = Some(now);
                Some(("EndFailoverTest", job.minutes * FAILOVER_MINUTE_MS))
            }
            "Stopping" => Some(("FinishFailoverTestStop", FAILOVER_STOP_MS)),
            _ => {
                job.stopped = Some(now);
                None
            }
        };
        self.clear_due(&id);
        if let Some((trigger, after)) = next {
            self.set_due(&account, &id, trigger, now + after, "");
        }
    }

    /// A deadline of a job has come; false where it is something else's.
    pub(super) fn job_deadline(&mut self, id: &str, trigger: &str) -> bool {
        let Some(at) = self.jobs.iter().position(|job| job.id == id) else { return false };
        self.enter(
            at,
            match trigger {
                "FinishFailoverTestStart" => "Testing",
                "EndFailoverTest" => "Stopping",
                _ => "Stopped",
            },
        );
        true
    }

    /// One job as it should be shown.
    pub(crate) fn job_shown(&self, who: Who, args: &Args) -> Value {
        self.own_job(who, args).map(|at| self.jobs[at].shown()).unwrap_or_default()
    }

    /// The whole list of jobs that a call asks for.
    pub(crate) fn wanted_jobs(&self, who: Who, args: &Args) -> Vec<Value> {
        let filters = filters(args);
        let is_wanted = |job: &&Job| {
            job.account == who.account()
                && get(args, "RegionId").is_none_or(|region| job.region == region)
                && filters.iter().all(|(key, values)| values.is_empty() || values.contains(&job.field(key)))
        };
        self.jobs.iter().filter(is_wanted).map(Job::shown).collect()
    }

    /// Compares the rows of jobs and of what they test with what should be there.
    pub(crate) fn assert_jobs(&self, dump: &Dump) {
        let rows = &dump["failover_job"];
        assert_eq!(rows.len(), self.jobs.len(), "as many failover test jobs");
        let mut tested = Vec::new();
        for job in &self.jobs {
            let row = rows.iter().find(|row| row["id"].text() == job.id).expect("the job is there");
            let texts = [
                ("account", job.account.as_str()),
                ("region", &job.region),
                ("status", job.status),
                ("kind", &job.kind),
                ("job_type", &job.job_type),
                ("name", &job.name),
                ("description", &job.description),
            ];
            for (column, value) in texts {
                assert_eq!(row[column].text(), value, "{column} of {}", job.id);
            }
            let numbers = [
                ("since", Some(job.since)),
                ("created_at", Some(job.created)),
                ("minutes", Some(job.minutes)),
                ("started_at", job.started),
                ("stopped_at", job.stopped),
            ];
            for (column, value) in numbers {
                assert_eq!(row[column], value.map_or(Held::Null, Held::Int), "{column} of {}", job.id);
            }
            let places = job.resources.iter().zip(1_i64..);
            tested.extend(places.map(|(resource, place)| (job.id.as_str(), place, resource.as_str())));
        }
        let held = dump["failover_resource"].iter();
        let mut held: Vec<_> =
            held.map(|row| (row["job_id"].text(), row["place"].int(), row["resource"].text())).collect();
        held.sort_unstable();
        tested.sort_unstable();
        assert_eq!(held, tested, "what is tested");
    }
}
