//! What must hold of circuits: counters, ports, deadlines, labels, answers.

use super::answers::Shown;
use super::{Findings, bgp, each_wrong, failover, letters, networks, quoted, routers};
use crate::autopilot::{Step, Verdict};
use crate::circuit::KIND;
use crate::circuit::states::{
    CIRCUIT, FROM_ORDERS, HOLDS_PORT, Status, WAS_ENABLED, own_moves, waits_for_operator,
};
use crate::limits::{COUNT_BLOCK, TAGS_MAX};
use crate::machine::Actor;
use crate::qos::states::FINISH_CONFIGURATION;
use crate::timer::{AUTOPILOT, TIMER};
use crate::{qos, router_interface, vbr, vpc};
use store::{Arg, Fault, Read};

pub(super) fn words(statuses: &[Status]) -> String {
    quoted(statuses.iter().map(Status::as_str))
}

pub(super) fn counters_equal_rows(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select account, region, block, status, access_point_id, cast(sum(held) as bigint),
         cast(sum(kept) as bigint) from (
         select account, region, serial / $1 as block, status, access_point_id, 1 as held, 0 as kept from circuit
         union all
         select account, region, block, status, access_point_id, 0 as held, n as kept from circuit_count
         ) as counted group by account, region, block, status, access_point_id
         having sum(held) <> sum(kept) or sum(held) = 0
         order by account, region, block, status, access_point_id",
        &[Arg::from(COUNT_BLOCK)],
        |row| {
            Ok(format!(
                "account {}, region {}, block {}, {} at {}: {} rows, counted {}",
                row.text(0)?,
                row.text(1)?,
                row.int(2)?,
                row.text(3)?,
                row.text(4)?,
                row.int(5)?,
                row.int(6)?
            ))
        },
    )
}

pub(super) fn accounts_count_what_is_owed(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select account.id, account.owing, coalesce(owed.n, 0) from account left join (
         select account, count(*) as n from circuit where business_status = 'FinancialLocked' group by account
         ) as owed on owed.account = account.id
         where account.owing <> coalesce(owed.n, 0) order by account.id",
        &[],
        |row| Ok(format!("account {} counts {} and has {}", row.text(0)?, row.int(1)?, row.int(2)?)),
    )
}

/// What the answer of a circuit shows of its row.
const SHOWN: Shown = Shown {
    table: "circuit",
    kind: KIND,
    labels: "tags",
    texts: &[
        ("PhysicalConnectionId", "id"),
        ("Status", "status"),
        ("BusinessStatus", "business_status"),
        ("AccessPointId", "access_point_id"),
        ("Type", "type"),
        ("LineOperator", "line_operator"),
        ("PortType", "port_type"),
        ("Spec", "spec"),
        ("Name", "name"),
        ("Description", "description"),
        ("CircuitCode", "circuit_code"),
        ("PeerLocation", "peer_location"),
        ("RedundantPhysicalConnectionId", "redundant_id"),
        ("ResourceGroupId", "resource_group_id"),
        ("OpticalModuleModel", "optical_module_model"),
        ("DeviceFeaturesSelected", "device_features"),
        ("LoaStatus", "loa_status"),
        ("PortNumber", "port_number"),
        ("AdLocation", "ad_location"),
        ("AdDetailLocation", "ad_detail_location"),
        ("ChargeType", "charge_type"),
        // Left out while there is none.
        ("StatusReason", "reason"),
    ],
    numbers: &[("Bandwidth", "bandwidth"), ("DownDelayTime", "down_delay_ms")],
    flags: &[],
    instants: &[("CreationTime", "created_at"), ("EnabledTime", "enabled_at"), ("EndTime", "end_at")],
};

pub(super) fn answers_equal_rows(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    SHOWN.equal_rows(read, findings)
}

pub(super) fn ports_are_held(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let holding = words(HOLDS_PORT);
    each_wrong(
        read,
        findings,
        &format!(
            "select id, status, port_id from circuit where (port_id = '' and status in ({holding}))
             or (port_id <> '' and status not in ({holding})) order by id"
        ),
        &[],
        |row| Ok(format!("{} is {} with the port {:?}", row.text(0)?, row.text(1)?, row.text(2)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select circuit.id, circuit.port_id from circuit left join port on port.id = circuit.port_id
         where circuit.port_id <> '' and (port.id is null or port.circuit_id is null
         or port.circuit_id <> circuit.id or port.state <> 'used' or port.number <> circuit.port_number
         or port.device_id <> circuit.device_id or port.access_point_id <> circuit.access_point_id
         or port.port_type <> circuit.port_type) order by circuit.id",
        &[],
        |row| Ok(format!("the port {} of {} is not its own, or another", row.text(1)?, row.text(0)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select port.id, port.state from port left join circuit on circuit.id = port.circuit_id
         where (port.state = 'used' or port.circuit_id is not null)
         and (circuit.id is null or circuit.port_id <> port.id or port.state <> 'used') order by port.id",
        &[],
        |row| Ok(format!("the port {} is {} by no circuit that names it", row.text(0)?, row.text(1)?)),
    )
}

pub(super) fn deadlines_belong(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    // Those of orders, of terms, of letters, of routers, of networks and of traffic policies have checks of their own.
    let others = FROM_ORDERS
        .iter()
        .copied()
        .chain(letters::triggers())
        .chain(routers::triggers())
        .chain(networks::triggers())
        .chain(bgp::triggers())
        .chain(failover::triggers())
        .chain([FINISH_CONFIGURATION]);
    let sql = format!(
        "select due.resource, due.trigger, due.actor, due.at, circuit.status, circuit.since from due
         left join circuit on circuit.id = due.resource and circuit.account = due.account
         where due.trigger not in ({}) order by due.account, due.resource, due.trigger",
        quoted(others)
    );
    read.each(&sql, &[], &mut |row| {
        let (resource, trigger, actor, at) = (row.text(0)?, row.text(1)?, row.text(2)?, row.int(3)?);
        let standing = row.maybe_text(4)?.and_then(|status| CIRCUIT.state(status)).zip(row.maybe_int(5)?);
        if !standing.is_some_and(|(status, since)| is_due(status, since, trigger, actor, at)) {
            findings
                .say(format!("{trigger} by {actor} is due on {resource}, whose state does not wait for it"));
        }
        Ok(())
    })?;
    for &status in CIRCUIT.states {
        for wait in own_moves(status, Actor::Timer) {
            each_wrong(
                read,
                findings,
                "select id from circuit where status = $1 and not exists (select 1 from due
                 where due.account = circuit.account and due.resource = circuit.id and due.trigger = $2)
                 order by id",
                &[Arg::from(status.as_str()), Arg::from(wait.trigger)],
                |row| Ok(format!("{} waits for {}, which is never due", row.text(0)?, wait.trigger)),
            )?;
        }
    }
    Ok(())
}

/// Whether a circuit that has been in `status` since `since` waits for this deadline.
fn is_due(status: Status, since: i64, trigger: &str, actor: &str, at: i64) -> bool {
    let Some(wait) = CIRCUIT.find(status, trigger) else { return false };
    match actor {
        TIMER => at == since + wait.after_ms,
        AUTOPILOT => {
            let triggers = |step: Step| [Verdict::Do, Verdict::Refuse].map(|verdict| step.trigger(verdict));
            at >= since && Step::of(status).is_some_and(|step| triggers(step).contains(&Some(trigger)))
        }
        _ => false,
    }
}

pub(super) fn work_queue_membership(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let letter = letters::under_way();
    let waits = |status: &Status| waits_for_operator(*status);
    let waiting = words(&CIRCUIT.states.iter().copied().filter(waits).collect::<Vec<_>>());
    each_wrong(
        read,
        findings,
        &format!(
            "select id, status from circuit
             where (status in ({waiting}) and unpaid_order = '' and loa_status not in ({letter})
             and (waiting_since is null or waiting_since <> since))
             or ((status not in ({waiting}) or unpaid_order <> '' or loa_status in ({letter}))
             and waiting_since is not null) order by id"
        ),
        &[],
        |row| {
            Ok(format!(
                "{} is {} and stands wrongly in the work queue, or not in it",
                row.text(0)?,
                row.text(1)?
            ))
        },
    )
}

pub(super) fn enabling_is_kept(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let enabled = words(WAS_ENABLED);
    each_wrong(
        read,
        findings,
        &format!(
            "select id, status from circuit where (status in ({enabled}) and enabled_at is null)
             or (status not in ({enabled}) and enabled_at is not null)
             or since < created_at or enabled_at < created_at order by id"
        ),
        &[],
        |row| Ok(format!("{} is {} and its instants do not fit", row.text(0)?, row.text(1)?)),
    )
}

/// What carries labels: the kind under which they are kept, and the table of what they are on.
const LABELLED: &[(&str, &str)] = &[
    (KIND, "circuit"),
    (KIND, "hosted"),
    (vbr::KIND, "vbr"),
    (qos::KIND, "qos"),
    (vpc::KIND, "vpc"),
    (router_interface::KIND, "router_interface"),
];

pub(super) fn labels_are_on_something(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let on_one = |(kind, table): &(&str, &str)| {
        format!(
            "(tag.kind = '{kind}' and exists (select 1 from {table}
             where {table}.id = tag.resource and {table}.account = tag.account))"
        )
    };
    let on_any: Vec<_> = LABELLED.iter().map(on_one).collect();
    each_wrong(
        read,
        findings,
        &format!(
            "select resource, name from tag where not ({}) order by resource, name",
            on_any.join(" or ")
        ),
        &[],
        |row| {
            Ok(format!(
                "the label {:?} is on {}, which is nothing of its kind and account",
                row.text(1)?,
                row.text(0)?
            ))
        },
    )?;
    each_wrong(
        read,
        findings,
        "select resource, count(*) from tag group by account, kind, resource having count(*) > $1 order by resource",
        &[Arg::from(TAGS_MAX)],
        |row| Ok(format!("{} has {} labels", row.text(0)?, row.int(1)?)),
    )
}
