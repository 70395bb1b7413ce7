//! What must hold of traffic policies: for which circuits they hold, what is in them, and that a change comes to its end.

use super::{Findings, each_wrong};
use crate::limits::QOS_CONFIGURATION_MS;
use crate::qos::states::FINISH_CONFIGURATION;
use crate::timer::TIMER;
use serde_json::Value;
use store::{Arg, Fault, Read};

pub(super) fn circuits_belong(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select qos_circuit.circuit_id, qos_circuit.qos_id from qos_circuit
         left join qos on qos.id = qos_circuit.qos_id
         left join circuit on circuit.id = qos_circuit.circuit_id and circuit.account = qos.account
         and circuit.region = qos.region and circuit.status = 'Enabled'
         where circuit.id is null order by qos_circuit.circuit_id",
        &[],
        |row| {
            Ok(format!("{} is in {}, and is no circuit in service of its owner", row.text(0)?, row.text(1)?))
        },
    )?;
    let sql = "select circuit.id, circuit.answer, coalesce(qos_circuit.qos_id, '') from circuit
         left join qos_circuit on qos_circuit.circuit_id = circuit.id order by circuit.id";
    read.each(sql, &[], &mut |row| {
        let answer: Value = serde_json::from_slice(row.bytes(1)?).unwrap_or_default();
        if answer["QosId"] != row.text(2)? {
            findings.say(format!("{} is in {:?} and shows {}", row.text(0)?, row.text(2)?, answer["QosId"]));
        }
        Ok(())
    })
}

pub(super) fn parts_belong(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select qos_queue.id, qos_queue.qos_id from qos_queue left join qos on qos.id = qos_queue.qos_id
         where qos.id is null or (qos_queue.kind = 'Medium' and qos_queue.percent is null)
         or (qos_queue.kind <> 'Medium' and qos_queue.percent is not null) order by qos_queue.id",
        &[],
        |row| {
            Ok(format!("the queue {} of {} is no policy's, or has a wrong share", row.text(0)?, row.text(1)?))
        },
    )?;
    each_wrong(
        read,
        findings,
        "select qos_id, cast(sum(percent) as bigint) from qos_queue
         group by qos_id having sum(percent) > 100 order by qos_id",
        &[],
        |row| Ok(format!("the queues of {} share {} percent", row.text(0)?, row.int(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select qos_rule.id, qos_rule.queue_id from qos_rule
         left join qos_queue on qos_queue.qos_id = qos_rule.qos_id and qos_queue.id = qos_rule.queue_id
         where qos_queue.id is null order by qos_rule.id",
        &[],
        |row| {
            Ok(format!("the rule {} is of {}, which is no queue of its policy", row.text(0)?, row.text(1)?))
        },
    )
}

pub(super) fn changes_settle(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select id from qos where status = 'Configuring' and not exists (select 1 from due
         where due.account = qos.account and due.resource = qos.id and due.trigger = $1 and due.actor = $2
         and due.at = qos.since + $3) order by id",
        &[Arg::from(FINISH_CONFIGURATION), Arg::from(TIMER), Arg::from(QOS_CONFIGURATION_MS)],
        |row| Ok(format!("{} is Configuring and never settles", row.text(0)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select due.resource from due left join qos on qos.id = due.resource and qos.account = due.account
         and qos.status = 'Configuring' where due.trigger = $1 and qos.id is null order by due.resource",
        &[Arg::from(FINISH_CONFIGURATION)],
        |row| Ok(format!("{} is to settle and has nothing to", row.text(0)?)),
    )
}
