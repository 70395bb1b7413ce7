//! What must hold of VPCs and of what is on their routers.

use super::{Findings, each_wrong, ledger, quoted};
use crate::machine::{Actor, Machine, State, To};
use crate::timer::TIMER;
use crate::vpc;
use crate::vpc::states::{VPC, VpcStatus};
use store::{Arg, Fault, Read};

/// The deadlines of the machines in this file.
pub(super) fn triggers() -> Vec<&'static str> {
    timers(&VPC)
}

fn timers<S: State>(machine: &Machine<S>) -> Vec<&'static str> {
    machine.moves.iter().filter(|row| row.actor == Actor::Timer).map(|row| row.trigger).collect()
}

/// A resource with a status of its own: its table and its machine.
struct Kept<S: State> {
    table: &'static str,
    machine: &'static Machine<S>,
}

const VPCS: Kept<VpcStatus> = Kept { table: "vpc", machine: &VPC };

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
}

/// Something that happens to a resource from outside, when it happens: no state waits for it.
fn is_an_event(_trigger: &str) -> bool {
    false
}

pub(super) fn deadlines_belong(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    VPCS.deadlines_belong(read, findings)
}

pub(super) fn led_by_ledger(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    ledger::leads_to(read, findings, vpc::PREFIX, "vpc")
}
