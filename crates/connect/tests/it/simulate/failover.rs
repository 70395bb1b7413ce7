//! Calls on failover test jobs: drawn so that job, state, resources and caller mostly belong together. What they list
//! is compared here too, page after page.

use super::routers::{caller, push};
use super::{Call, Simulation};
use crate::house::{Who, entry};
use crate::model::failover::ACTIONS;
use crate::model::{Args, get};
use connect::action::Entry;
use serde_json::Value;

/// Whether calls of this action are drawn here.
pub(super) fn is_drawn(entry: &Entry) -> bool {
    ACTIONS.contains(&entry.name())
}

/// The states from which an action leads on; none where any will do.
fn usual_states(action: &str) -> &'static [&'static str] {
    match action {
        "UpdateFailoverTestJob" | "StartFailoverTestJob" => &["Init"],
        "StopFailoverTestJob" => &["Testing"],
        "DeleteFailoverTestJob" => &["Init", "Stopped", "Stopped", "Stopped"],
        _ => &[],
    }
}

impl Simulation {
    /// An action on failover test jobs, or a moment for those that are under way.
    pub(super) fn draw_failover_action(&mut self) -> &'static Entry {
        match ACTIONS.get(self.chance.usize(0..ACTIONS.len() + 2)) {
            Some(action) => entry(action),
            None => entry("CreateFailoverTestJob"),
        }
    }

    /// A call of this action, now and then with one thing wrong.
    pub(super) fn draw_failover(&mut self, entry: &'static Entry) -> Call {
        if self.chance.u8(0..12) == 0 {
            // A start or a stop takes a moment, the shortest test a minute.
            let seconds = self.among(&["0", "1", "1", "30", "60", "61"]).to_owned();
            let args = vec![("Seconds".to_owned(), seconds)];
            return Call { who: Who::Operator, entry: crate::house::entry("AdvanceTime"), args, flaw: None };
        }
        let mut call = Call { who: Who::Tenant, entry, args: Args::new(), flaw: None };
        match entry.name() {
            "CreateFailoverTestJob" => self.draw_new_job(&mut call),
            "DescribeFailoverTestJobs" => self.draw_job_list(&mut call),
            action => self.draw_on_job(&mut call, action),
        }
        if self.chance.u8(0..5) == 0 {
            let token = format!("{:?}{}", call.who, self.chance.u8(0..20));
            push(&mut call.args, &[("ClientToken", &token)]);
        }
        if self.chance.u8(0..20) == 0 {
            call.who = self.someone();
        }
        if self.chance.u8(0..10) == 0 {
            let field = &entry.fields[self.chance.usize(0..entry.fields.len())];
            let (drawn, dotted) = (call.args.clone(), format!("{}.", field.name));
            call.args.retain(|(name, _)| name != field.name && !name.starts_with(&dotted));
            if !self.draw_wrong(field, &mut call) {
                call.args = drawn;
            }
        }
        call
    }

    /// Who has it, where, what it is, and its id: something that may be tested, mostly.
    fn some_testable(&mut self) -> (Who, String, &'static str, String) {
        if let Some(peer) = self.chance.choice(&self.model.bgp.peers).filter(|_| self.chance.u8(0..3) == 0) {
            let life = &peer.life;
            return (caller(&life.account), life.region.clone(), "BGPPEER", life.id.clone());
        }
        if let Some(router) = self.some_router().filter(|_| self.chance.bool()) {
            return (caller(&router.account), router.region, "VIRTUALBORDERROUTER", router.id);
        }
        let (who, region, id) = self.some_line();
        (who, region, "PHYSICALCONNECTION", id)
    }

    /// What is tested beside a first, of the same kind and in the same region mostly.
    fn draw_tested(&mut self, args: &mut Args, kind: &str, first: &str) {
        push(args, &[("ResourceId.1", first)]);
        for at in 2..=[1, 1, 1, 2, 3][self.chance.usize(0..5)] {
            let mut other = self.some_testable();
            for _ in 0..5 {
                if other.2 != kind || other.3 == first {
                    other = self.some_testable();
                }
            }
            push(args, &[(&format!("ResourceId.{at}"), &other.3)]);
        }
    }

    fn draw_new_job(&mut self, call: &mut Call) {
        let (who, region, kind, id) = self.some_testable();
        call.who = who;
        let shown = if self.chance.u8(0..25) == 0 { "BGPPEER" } else { kind };
        let args = &mut call.args;
        if self.chance.bool() {
            let region = if self.chance.u8(0..20) == 0 { self.among(&["west", "nowhere"]) } else { &region };
            push(args, &[("RegionId", region)]);
        }
        let minutes = self.among(&["1", "1", "2", "60", "4320"]);
        let starts = self.among(&["StartNow", "StartLater", "StartLater"]);
        push(args, &[("JobDuration", minutes), ("JobType", starts), ("ResourceType", shown)]);
        self.draw_tested(args, kind, &id);
        let words: &[(&str, &[&str])] = &[
            ("Name", &["name0", "name1"]),
            ("Description", &["words", "more"]),
            ("DryRun", &["true", "false"]),
        ];
        self.draw_some(args, words);
    }

    /// What names a job: mostly one in a state from which the action leads on.
    fn draw_on_job(&mut self, call: &mut Call, action: &str) {
        let wanted = self.chance.choice(usual_states(action)).copied().filter(|_| self.chance.u8(0..6) > 0);
        let jobs: Vec<_> = self.model.jobs.iter().collect();
        let fit: Vec<_> = jobs.iter().copied().filter(|job| wanted == Some(job.status)).collect();
        let job = self.chance.choice(if fit.is_empty() { jobs } else { fit }).cloned();
        let Some(job) = job.filter(|_| self.chance.u8(0..30) > 0) else {
            return push(&mut call.args, &[("JobId", "ftj-none")]);
        };
        call.who = caller(&job.account);
        let args = &mut call.args;
        push(args, &[("JobId", &job.id)]);
        let other = ["west", "nowhere"][self.chance.usize(0..2)];
        self.draw_some(args, &[("RegionId", &[&job.region, &job.region, &job.region, &job.region, other])]);
        if action == "UpdateFailoverTestJob" {
            let words: &[(&str, &[&str])] = &[
                ("JobDuration", &["1", "3", "4320"]),
                ("Name", &["name0", "name2", ""]),
                ("Description", &["words", ""]),
                ("DryRun", &["true", "false"]),
            ];
            self.draw_some(args, words);
            if self.chance.bool() {
                let (_, _, _, id) = self.some_testable();
                self.draw_tested(args, &job.kind, &id);
            }
        }
    }

    fn draw_job_list(&mut self, call: &mut Call) {
        call.who = self.among(&[Who::Tenant, Who::Second]);
        let words: &[(&str, &[&str])] = &[
            ("RegionId", &["east", "east", "west", "nowhere"]),
            ("MaxResults", &["1", "2", "100"]),
            ("NextToken", &["", "", "zz"]),
        ];
        self.draw_some(&mut call.args, words);
        let job = self.chance.choice(&self.model.jobs).map(|job| job.id.clone());
        let job = job.unwrap_or("ftj-none".to_owned());
        for at in 1..=self.chance.usize(0..3) {
            let keys = ["JobId", "Name", "Status", "Status", "JobType", "ResourceType", "Colour"];
            let key = self.among(&keys);
            push(&mut call.args, &[(&format!("Filter.{at}.Key"), key)]);
            let values: &[&str] = match key {
                "JobId" => &[&job, "ftj-none"],
                "Name" => &["name0", "name1", "name2"],
                "Status" => &["Init", "Testing", "Stopped", "testing"],
                "JobType" => &["StartNow", "StartLater"],
                _ => &["PHYSICALCONNECTION", "VIRTUALBORDERROUTER", "BGPPEER"],
            };
            for place in 1..=self.chance.usize(0..3) {
                let value = self.among(values);
                push(&mut call.args, &[(&format!("Filter.{at}.Value.{place}"), value)]);
            }
        }
    }

    /// A job, and lists of jobs, hold what the model says.
    pub(super) fn compare_failover(&mut self, call: &Call, value: &Value) {
        let (who, args) = (call.who, &call.args);
        match call.entry.name() {
            "DescribeFailoverTestJob" => {
                let job = &value["FailoverTestJobModel"];
                assert_eq!(*job, self.model.job_shown(who, args), "the job");
            }
            "DescribeFailoverTestJobs" => {
                let wanted = self.model.wanted_jobs(who, args);
                let size = get(args, "MaxResults").unwrap_or("20").parse::<usize>().expect("a number");
                for (name, number) in [("TotalCount", wanted.len()), ("MaxResults", size)] {
                    assert_eq!(value[name], number, "{name}");
                }
                assert_eq!(value["Count"], wanted.len().min(size), "as many on the page");
                let rows = self.pages(call, value, "MaxResults", "/FailoverTestJobList", Value::clone);
                assert_eq!(rows, wanted, "the jobs");
            }
            _ => {}
        }
    }
}
