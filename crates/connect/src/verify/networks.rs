//! What must hold of VPCs and of what is on their routers.

use super::{Findings, each_wrong, quoted};
use crate::limits::TAGS_MAX;
use crate::machine::{Actor, Machine, State, To};
use crate::timer::TIMER;
use crate::vpc::states::VPC;
use store::{Arg, Fault, Read};

/// The deadlines of the machines in this file.
pub(super) fn triggers() -> Vec<&'static str> {
    timers(&VPC)
}

fn timers<S: State>(machine: &Machine<S>) -> Vec<&'static str> {
    machine.moves.iter().filter(|row| row.actor == Actor::Timer).map(|row| row.trigger).collect()
}

/// A resource with a status of its own: its table, its machine, and the prefix of its ids.
struct Kept<S: State> {
    table: &'static str,
    prefix: &'static str,
    machine: &'static Machine<S>,
}

const VPCS: Kept<crate::vpc::states::VpcStatus> =
    Kept { table: "vpc", prefix: crate::vpc::PREFIX, machine: &VPC };

impl<S: State> Kept<S> {
    /// A state that ends by itself has its deadline, at its instant, and no other state has one.
    fn deadlines_belong(&self, read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
        let table = self.table;
        let sql = format!(
            "select due.resource, due.trigger, due.actor, due.at, {table}.status, {table}.since from due
             left join {table} on {table}.id = due.resource and {table}.account = due.account
             where due.trigger in ({}) order by due.account, due.resource, due.trigger",
            quoted(timers(self.machine))
        );
        read.each(&sql, &[], &mut |row| {
            let (resource, trigger, at) = (row.text(0)?, row.text(1)?, row.int(3)?);
            let status = row.maybe_text(4)?.and_then(|status| self.machine.state(status));
            let wait = status.and_then(|status| self.machine.find(status, trigger));
            let since = row.maybe_int(5)?;
            let is_due = wait.zip(since).is_some_and(|(wait, since)| at == since + wait.after_ms);
            if !is_due || row.text(2)? != TIMER {
                findings.say(format!("{trigger} is due on {resource}, whose state does not wait for it"));
            }
            Ok(())
        })?;
        for &status in self.machine.states {
            let leads_on = |to: To<S>| to != To::Stays;
            let moves = self.machine.moves_from(status, Some(Actor::Timer));
            for wait in moves.filter(|row| leads_on(row.to) && !is_an_event(row.trigger)) {
                let sql = format!(
                    "select id from {table} where status = $1 and not exists (select 1 from due
                     where due.account = {table}.account and due.resource = {table}.id and due.trigger = $2)
                     order by id"
                );
                let args = [Arg::from(status.as_str()), Arg::from(wait.trigger)];
                each_wrong(read, findings, &sql, &args, |row| {
                    Ok(format!("{} waits for {}, which is never due", row.text(0)?, wait.trigger))
                })?;
            }
        }
        Ok(())
    }

    /// The ledger leads each of them from its creation to its present status.
    fn led_by_ledger(&self, read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
        let table = self.table;
        let (from, until) = (format!("{}-", self.prefix), format!("{}.", self.prefix));
        let args = [Arg::from(&from), Arg::from(&until)];
        // Of one account only, in the order of its revisions: none of these changes hands.
        let steps =
            "from ledger where resource >= $1 and resource < $2 and (status_from <> '' or status_to <> '')";
        let sql = format!(
            "select resource, revision, status_from, before from (
             select resource, revision, status_from,
             lag(status_to, 1, '') over (partition by resource order by revision) as before {steps}
             ) as steps where status_from <> before order by resource, revision"
        );
        each_wrong(read, findings, &sql, &args, |row| {
            let (id, from, before) = (row.text(0)?, row.text(2)?, row.text(3)?);
            Ok(format!("{id} went on from {from:?} at revision {}, and was {before:?}", row.int(1)?))
        })?;
        let sql = format!(
            "select resource, status_to, coalesce({table}.status, '') from (
             select resource, status_to, row_number() over (partition by resource order by revision desc) as place
             {steps}) as steps left join {table} on {table}.id = resource
             where place = 1 and status_to <> coalesce({table}.status, '') order by resource"
        );
        each_wrong(read, findings, &sql, &args, |row| {
            let (id, to, status) = (row.text(0)?, row.text(1)?, row.text(2)?);
            Ok(format!("{id} is {to:?} in the ledger and {status:?} in its row"))
        })
    }
}

/// Something that happens to a resource from outside, when it happens: no state waits for it.
fn is_an_event(_trigger: &str) -> bool {
    false
}

pub(super) fn deadlines_belong(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    VPCS.deadlines_belong(read, findings)
}

pub(super) fn led_by_ledger(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    VPCS.led_by_ledger(read, findings)
}

/// What carries labels beside circuits: kinds and tables.
const LABELLED: &[(&str, &str)] = &[(crate::vpc::KIND, "vpc")];

pub(super) fn labels_are_on_something(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    for (kind, table) in LABELLED {
        let sql = format!(
            "select tag.resource, tag.name from tag left join {table}
             on {table}.id = tag.resource and {table}.account = tag.account
             where tag.kind = $1 and {table}.id is null order by tag.resource, tag.name"
        );
        each_wrong(read, findings, &sql, &[Arg::from(*kind)], |row| {
            Ok(format!(
                "the label {:?} is on {}, which is no {table} of its account",
                row.text(1)?,
                row.text(0)?
            ))
        })?;
        let sql = "select resource, count(*) from tag where kind = $1 group by account, resource
                   having count(*) > $2 order by resource";
        each_wrong(read, findings, sql, &[Arg::from(*kind), Arg::from(TAGS_MAX)], |row| {
            Ok(format!("{} has {} labels", row.text(0)?, row.int(1)?))
        })?;
    }
    Ok(())
}

/// The kinds of [`LABELLED`], which the check of circuits' labels leaves out.
pub(super) fn labelled() -> String {
    quoted(LABELLED.iter().map(|(kind, _)| *kind))
}
