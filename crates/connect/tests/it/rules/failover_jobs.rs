//! Failover test jobs: what they test, their minutes, and what a test does to the sessions under it.

use super::Pairs;
use super::bgp::{group, peer, shown_peer};
use super::on_each_lane;
use super::routers::{EAST, circuit, circuit_of, on, replaced, router};
use crate::house::{House, Plan, SECOND, Who, assert_same, text};
use crate::invariants;
use connect::circuit::{NEXT_HEADER, STATE_HEADER};
use connect::failover::states::{FAILOVER_JOB, JobStatus};
use connect::limits::FAILOVER_JOBS_MAX;
use connect::machine::{Actor, To};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The parameters of a job that tests one router.
pub(crate) fn new_job<'a>(resource: &'a str, more: &[(&'a str, &'a str)]) -> Pairs<'a> {
    let usual = [
        ("JobDuration", "5"),
        ("JobType", "StartLater"),
        ("ResourceType", "VIRTUALBORDERROUTER"),
        ("ResourceId.1", resource),
    ];
    replaced(&usual, more)
}

/// Makes a job of the tenant's.
pub(crate) fn job(house: &mut House, resource: &str, more: &[(&str, &str)]) -> String {
    text(&house.ok(Who::Tenant, "CreateFailoverTestJob", &new_job(resource, more)), "JobId")
}

fn shown(house: &mut House, id: &str) -> Value {
    let answer = house.ok(Who::Tenant, "DescribeFailoverTestJob", &[("JobId", id)]);
    answer["FailoverTestJobModel"].clone()
}

fn status(house: &mut House, id: &str) -> String {
    text(&shown(house, id), "Status")
}

/// A router in service.
fn in_service(house: &mut House) -> String {
    let circuit = circuit(house);
    router(house, &circuit, &[])
}

#[test]
pub(crate) fn a_job_waits_is_changed_started_and_ends_by_itself() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let one = router(house, &circuit, &[]);
        let other = router(house, &circuit, &[("VlanId", "11")]);
        let more = [("Name", "drill"), ("Description", "in the night"), ("ClientToken", "t")];
        let before = house.dump();
        let dry = [&new_job(&one, &more)[..], &[("DryRun", "true")]].concat();
        house.ok(Who::Tenant, "CreateFailoverTestJob", &dry);
        assert_eq!(house.dump(), before, "a dry run leaves nothing");
        let id = job(house, &one, &more);
        assert_eq!(job(house, &one, &more), id, "the token answers again");
        assert!(id.starts_with("ftj-"), "{id}");
        let mut expected = json!({
            "JobId": id, "Status": "Init", "Name": "drill", "Description": "in the night", "JobDuration": 5,
            "JobType": "StartLater", "ResourceType": "VIRTUALBORDERROUTER", "ResourceId": [one],
            "StartTime": "", "StopTime": "",
        });
        assert_eq!(shown(house, &id), expected);
        house.advance(3600);
        assert_eq!(shown(house, &id), expected, "it waits until it is started");
        let named = ("JobId", id.as_str());
        let update =
            [named, ("JobDuration", "2"), ("Name", ""), ("ResourceId.1", &other), ("ResourceId.2", &one)];
        let before = house.dump();
        house.ok(Who::Tenant, "UpdateFailoverTestJob", &[&update[..], &[("DryRun", "true")]].concat());
        assert_eq!(house.dump(), before);
        house.ok(Who::Tenant, "UpdateFailoverTestJob", &update);
        expected["JobDuration"] = 2.into();
        expected["Name"] = "".into();
        expected["ResourceId"] = json!([other, one]);
        assert_eq!(shown(house, &id), expected);
        invariants::check(house);

        house.ok(Who::Tenant, "StartFailoverTestJob", &[named]);
        assert_eq!(status(house, &id), "Starting");
        let refusal = house.refused(Who::Tenant, "UpdateFailoverTestJob", &update);
        assert_eq!(refusal.is(), ("IncorrectStatus.OnlyForInit", 400));
        assert_eq!(refusal.header(STATE_HEADER), Some("Starting"));
        house.advance(1);
        expected["Status"] = "Testing".into();
        expected["StartTime"] = connect::time::wire(house.now).into();
        assert_eq!(shown(house, &id), expected);
        house.advance(119);
        assert_eq!(status(house, &id), "Testing");
        house.advance(1);
        assert_eq!(status(house, &id), "Stopping");
        invariants::check(house);
        house.advance(1);
        expected["Status"] = "Stopped".into();
        expected["StopTime"] = connect::time::wire(house.now).into();
        assert_eq!(shown(house, &id), expected);
        house.ok(Who::Tenant, "DeleteFailoverTestJob", &[named]);
        let refusal = house.refused(Who::Tenant, "DescribeFailoverTestJob", &[named]);
        assert_eq!(refusal.is(), ("IllegalParam.JobId", 400));
        assert!(house.dump()["failover_resource"].is_empty());
        invariants::check(house);
    });
}

#[test]
pub(crate) fn sessions_under_a_test_are_down_until_it_stops() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let router = router(house, &circuit, &[]);
        let group = group(house, &router, &[]);
        let session = peer(house, &group, &[]);
        let up = |house: &mut House| text(&shown_peer(house, &session).unwrap(), "BgpStatus");
        for (kind, resource) in
            [("PHYSICALCONNECTION", &circuit), ("VIRTUALBORDERROUTER", &router), ("BGPPEER", &session)]
        {
            assert_eq!(up(house), "Established");
            let id = job(house, resource, &[("ResourceType", kind), ("JobType", "StartNow")]);
            assert_eq!(status(house, &id), "Starting");
            house.advance(1);
            assert_eq!((status(house, &id).as_str(), up(house).as_str()), ("Testing", ""), "{kind}");
            house.ok(Who::Tenant, "StopFailoverTestJob", &[("JobId", &id)]);
            house.advance(1);
            assert_eq!((status(house, &id).as_str(), up(house).as_str()), ("Stopped", "Established"));
            invariants::check(house);
        }
    });
}

#[test]
pub(crate) fn only_ones_own_in_service_is_tested_and_by_one_job_at_a_time() {
    on_each_lane(Plan::quiet, |house| {
        let own = circuit(house);
        let one = router(house, &own, &[]);
        let theirs = circuit_of(house, Who::Second, &[]);
        let waiting = house.order(Who::Tenant, &[]);
        let circuits = ("ResourceType", "PHYSICALCONNECTION");
        for (more, code) in [
            (&[("ResourceId.1", "vbr-none")][..], "InvalidResourceId.NotFound"),
            (&[("ResourceId.1", &own)], "InvalidResourceId.NotFound"),
            (&[("ResourceId.1", &theirs), circuits], "InvalidResourceId.NotFound"),
            (&[("RegionId", "west")], "InvalidResourceId.NotFound"),
            (&[("RegionId", "atlantis")], "InvalidRegionId.NotFound"),
            (&[("ResourceId.2", &one)], "InvalidParameter"),
            (&[("ResourceId.1", &waiting), circuits], "IncorrectStatus.ResourceId"),
            (&[("JobDuration", "0")], "InvalidParameter"),
            (&[("JobDuration", "4321")], "InvalidParameter"),
            (&[("ResourceId.1", "")], "MissingParameter"),
            (&[("Name", "http://x")], "InvalidParameter"),
        ] {
            let refusal = house.refused(Who::Tenant, "CreateFailoverTestJob", &new_job(&one, more));
            assert_eq!(refusal.code, code, "{more:?}");
        }
        let first = job(house, &one, &[("JobType", "StartNow"), EAST]);
        for kind in ["StartNow", "StartLater"] {
            let pairs = new_job(&one, &[("JobType", kind)]);
            if kind == "StartNow" {
                let refusal = house.refused(Who::Tenant, "CreateFailoverTestJob", &pairs);
                assert_eq!(refusal.is(), ("IncorrectStatus.ResourceId", 400));
                assert!(refusal.message.contains(&first), "{}", refusal.message);
                continue;
            }
            let later = job(house, &one, &[]);
            let refusal = house.refused(Who::Tenant, "StartFailoverTestJob", &[("JobId", &later)]);
            assert_eq!(refusal.is(), ("IncorrectStatus.ResourceId", 400));
            house.advance(1);
            house.ok(Who::Tenant, "StopFailoverTestJob", &[("JobId", &first)]);
            house.advance(1);
            house.ok(Who::Tenant, "StartFailoverTestJob", &[("JobId", &later)]);
        }
        house.advance(400);
        // What is gone or locked since is not tested, nor put into a job.
        let (gone, locked) = (job(house, &one, &[]), job(house, &own, &[circuits]));
        on(house, Who::Tenant, "DeleteVirtualBorderRouter", &one, &[]).unwrap();
        let lock =
            [("PhysicalConnectionId", own.as_str()), ("BusinessStatus", "SecurityLocked"), ("Reason", "r")];
        house.ok(Who::Operator, "LockPhysicalConnection", &lock);
        for (id, code) in
            [(&gone, "InvalidResourceId.NotFound"), (&locked, "IncorrectBusinessStatus.ResourceId")]
        {
            assert_eq!(house.refused(Who::Tenant, "StartFailoverTestJob", &[("JobId", id)]).code, code);
        }
        let refusal = house.refused(Who::Tenant, "CreateFailoverTestJob", &new_job(&own, &[circuits]));
        assert_eq!(refusal.is(), ("IncorrectBusinessStatus.ResourceId", 400));
        for (resource, code) in [
            ("pc-none", "InvalidResourceId.NotFound"),
            (&waiting, "IncorrectStatus.ResourceId"),
            (&own, "IncorrectBusinessStatus.ResourceId"),
        ] {
            let pairs = [("JobId", locked.as_str()), ("ResourceId.1", resource)];
            assert_eq!(house.refused(Who::Tenant, "UpdateFailoverTestJob", &pairs).code, code);
        }
        let twice = [("JobId", locked.as_str()), ("ResourceId.1", "pc-1"), ("ResourceId.2", "pc-1")];
        // The first of the two is looked up before the second is compared.
        assert_eq!(
            house.refused(Who::Tenant, "UpdateFailoverTestJob", &twice).code,
            "InvalidResourceId.NotFound"
        );
        invariants::check(house);
    });
}

#[test]
pub(crate) fn none_starts_at_once_while_another_is_under_way_in_the_region() {
    on_each_lane(Plan::quiet, |house| {
        let circuit = circuit(house);
        let one = router(house, &circuit, &[]);
        let other = router(house, &circuit, &[("VlanId", "11")]);
        let theirs = circuit_of(house, Who::Second, &[]);
        let first = job(house, &one, &[("JobType", "StartNow")]);
        let now = new_job(&other, &[("JobType", "StartNow")]);
        for seconds in [0, 1, 300] {
            house.advance(seconds);
            let before = house.dump();
            let refusal = house.refused(Who::Tenant, "CreateFailoverTestJob", &now);
            assert_eq!(refusal.is(), ("IncorrectStatus.ResourceId", 400), "after {seconds} seconds");
            assert!(refusal.message.contains(&first), "{}", refusal.message);
            assert_same(&before, &house.dump(), "the refusal");
        }
        // Another account's is no matter, and one that is made to wait may be started meanwhile.
        let own = new_job(&theirs, &[("JobType", "StartNow"), ("ResourceType", "PHYSICALCONNECTION")]);
        house.ok(Who::Second, "CreateFailoverTestJob", &own);
        let later = job(house, &other, &[]);
        house.ok(Who::Tenant, "StartFailoverTestJob", &[("JobId", &later)]);
        house.advance(1);
        assert_eq!((status(house, &first).as_str(), status(house, &later).as_str()), ("Stopped", "Testing"));
        house.ok(Who::Tenant, "StopFailoverTestJob", &[("JobId", &later)]);
        house.advance(1);
        house.ok(Who::Tenant, "CreateFailoverTestJob", &now);
        invariants::check(house);
    });
}

#[test]
pub(crate) fn every_trigger_on_every_job_by_everyone_does_what_the_table_says() {
    let tenant = |row: &&connect::machine::Move<_>| row.actor == Actor::Tenant;
    let triggers: BTreeSet<_> = FAILOVER_JOB.moves.iter().filter(tenant).map(|row| row.trigger).collect();
    for &from in FAILOVER_JOB.states {
        for &trigger in &triggers {
            on_each_lane(Plan::quiet, |house| pulled(house, from, trigger));
        }
    }
}

fn pulled(house: &mut House, from: JobStatus, trigger: &'static str) {
    let router = in_service(house);
    let kind = if from == JobStatus::Init { "StartLater" } else { "StartNow" };
    let id = job(house, &router, &[("JobType", kind), ("JobDuration", "1")]);
    let seconds: &[i64] = match from {
        JobStatus::Init | JobStatus::Starting => &[],
        JobStatus::Testing => &[1],
        JobStatus::Stopping => &[1, 60],
        JobStatus::Stopped => &[1, 60, 1],
    };
    for seconds in seconds {
        house.advance(*seconds);
    }
    assert_eq!(status(house, &id), from.as_str());
    let (named, what) = ([("JobId", id.as_str())], format!("{trigger} in {from:?}"));
    let before = house.dump();
    for who in [Who::Second, Who::Operator] {
        assert_eq!(
            house.refused(who, trigger, &named).is(),
            ("IllegalParam.JobId", 400),
            "{what} by {who:?}"
        );
    }
    let elsewhere = [named[0], ("RegionId", "west")];
    assert_eq!(house.refused(Who::Tenant, trigger, &elsewhere).is(), ("IllegalParam.JobId", 400), "{what}");
    assert_same(&before, &house.dump(), &what);
    let Some(row) = FAILOVER_JOB.find(from, trigger) else {
        let refusal = house.refused(Who::Tenant, trigger, &named);
        let code = FAILOVER_JOB.refusal(trigger).unwrap();
        assert_eq!(refusal.is(), (code.name, code.status), "{what}");
        assert_eq!(refusal.header(STATE_HEADER), Some(from.as_str()), "{what}");
        assert_eq!(refusal.header(NEXT_HEADER), Some(FAILOVER_JOB.next_header(from).as_str()), "{what}");
        return;
    };
    house.ok(Who::Tenant, trigger, &named);
    match row.to {
        To::Stays => assert_eq!(status(house, &id), from.as_str(), "{what}"),
        To::State(to) => assert_eq!(status(house, &id), to.as_str(), "{what}"),
        To::Gone => {
            let refusal = house.refused(Who::Tenant, "DescribeFailoverTestJob", &named);
            assert_eq!(refusal.is(), ("IllegalParam.JobId", 400), "{what}");
        }
    }
    invariants::check(house);
    house.advance(3600);
    let ends: Vec<_> =
        house.dump()["failover_job"].iter().map(|row| row["status"].text().to_owned()).collect();
    assert!(ends.iter().all(|end| end == "Stopped" || end == "Init"), "{what} ends in {ends:?}");
    invariants::check(house);
}

#[test]
pub(crate) fn jobs_are_listed_by_what_is_asked_and_token_by_token() {
    on_each_lane(Plan::quiet, |house| {
        let router = in_service(house);
        let names = ["a", "b", "c"];
        let ids = names.map(|name| job(house, &router, &[("Name", name)]));
        let now = job(house, &router, &[("JobType", "StartNow")]);
        let all: Vec<_> = ids.iter().chain([&now]).cloned().collect();
        let list = |house: &mut House, who: Who, more: &[(&str, &str)]| -> (Vec<String>, Value) {
            let answer = house.ok(who, "DescribeFailoverTestJobs", more);
            let rows = answer["FailoverTestJobList"].as_array().unwrap();
            assert_eq!(answer["Count"], rows.len());
            (rows.iter().map(|row| text(row, "JobId")).collect(), answer)
        };
        let (found, answer) = list(house, Who::Tenant, &[EAST]);
        assert_eq!(found, all);
        assert_eq!((&answer["TotalCount"], &answer["MaxResults"]), (&4.into(), &20.into()));
        assert_eq!(answer["NextToken"], "", "the last page has no next");
        assert_eq!(answer["FailoverTestJobList"][0], shown(house, &ids[0]));
        let (mut seen, mut token) = (Vec::new(), String::new());
        loop {
            let mut pairs = vec![("MaxResults", "3")];
            pairs.extend((!token.is_empty()).then_some(("NextToken", token.as_str())));
            let (found, answer) = list(house, Who::Tenant, &pairs);
            assert_eq!(answer["TotalCount"], 4);
            seen.extend(found);
            token = text(&answer, "NextToken");
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(seen, all);
        for (key, value, expected) in [
            ("JobId", ids[1].as_str(), &ids[1..2]),
            ("Name", "c", &ids[2..3]),
            ("Status", "Starting", &all[3..]),
            ("JobType", "StartLater", &all[..3]),
            ("ResourceType", "BGPPEER", &[]),
        ] {
            let filter = [("Filter.1.Key", key), ("Filter.1.Value.1", value)];
            assert_eq!(list(house, Who::Tenant, &filter).0, expected, "{key}");
        }
        let unknown = [("Filter.1.Key", "Colour"), ("Filter.1.Value.1", "blue")];
        let refusal = house.refused(Who::Tenant, "DescribeFailoverTestJobs", &unknown);
        assert_eq!(refusal.is(), ("InvalidFilterKey.ValueNotSupported", 404));
        let refusal = house.refused(Who::Tenant, "DescribeFailoverTestJobs", &[("NextToken", "x")]);
        assert_eq!(refusal.is(), ("InvalidParameter", 400));
        assert_eq!(list(house, Who::Tenant, &[("RegionId", "west")]).0, Vec::<String>::new());
        for who in [Who::Second, Who::Operator] {
            assert_eq!(list(house, who, &[]).0, Vec::<String>::new());
            let refusal = house.refused(who, "DescribeFailoverTestJob", &[("JobId", &now)]);
            assert_eq!(refusal.is(), ("IllegalParam.JobId", 400));
        }
    });
}

#[test]
pub(crate) fn an_account_has_its_full_number_of_jobs() {
    on_each_lane(Plan::quiet, |house| {
        let router = in_service(house);
        for _ in 0..FAILOVER_JOBS_MAX {
            job(house, &router, &[]);
        }
        let refusal = house.refused(Who::Tenant, "CreateFailoverTestJob", &new_job(&router, &[]));
        assert_eq!(refusal.is(), ("QuotaExceeded.FailoverTestJob", 400));
        let theirs = circuit_of(house, Who::Second, &[]);
        let pairs = new_job(&theirs, &[("ResourceType", "PHYSICALCONNECTION")]);
        house.ok(Who::Second, "CreateFailoverTestJob", &pairs);
        let rows = house.dump()["failover_job"].iter().filter(|row| row["account"].text() == SECOND).count();
        assert_eq!(rows, 1);
        invariants::check(house);
    });
}
