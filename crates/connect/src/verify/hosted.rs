//! What must hold of hosted connections: on what they are, which VLAN is theirs, what they carry together, and what
//! runs over them.

use super::{Findings, each_wrong};
use serde_json::Value;
use store::{Fault, Read};

pub(super) fn belong(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select hosted.id, hosted.parent_id from hosted
         left join circuit on circuit.id = hosted.parent_id and circuit.account = hosted.parent_account
         and circuit.region = hosted.region and circuit.status = 'Enabled'
         where circuit.id is null order by hosted.id",
        &[],
        |row| {
            Ok(format!(
                "{} is on {}, which is no circuit in service of its owner",
                row.text(0)?,
                row.text(1)?
            ))
        },
    )?;
    each_wrong(
        read,
        findings,
        "select id, status from hosted where (status = 'Confirmed' and enabled_at is not null)
         or (status <> 'Confirmed' and enabled_at is null) or (vbr_id <> '' and status <> 'Enabled')
         or since < created_at or enabled_at < created_at order by id",
        &[],
        |row| Ok(format!("{} is {} and its instants or its router do not fit", row.text(0)?, row.text(1)?)),
    )
}

pub(super) fn vlans_are_held(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select hosted.id, hosted.vlan, coalesce(vlan.holder, 'nobody') from hosted
         left join vlan on vlan.circuit_id = hosted.parent_id and vlan.vlan = hosted.vlan
         where vlan.holder is null or vlan.reserved_until is not null
         or vlan.holder <> case when hosted.vbr_id = '' then hosted.id else hosted.vbr_id end order by hosted.id",
        &[],
        |row| {
            Ok(format!("VLAN {} of {} is held by {}, or only reserved", row.int(1)?, row.text(0)?, row.text(2)?))
        },
    )?;
    each_wrong(
        read,
        findings,
        "select vlan.holder, vlan.vlan from vlan join hosted on hosted.id = vlan.holder
         where vlan.circuit_id <> hosted.parent_id or vlan.vlan <> hosted.vlan or hosted.vbr_id <> ''
         order by vlan.holder, vlan.vlan",
        &[],
        |row| Ok(format!("{} holds VLAN {}, which is not its own", row.text(0)?, row.int(1)?)),
    )
}

pub(super) fn bandwidth_fits(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let sql = "select circuit.id, circuit.bandwidth, circuit.answer, count(hosted.id),
         cast(coalesce(sum(hosted.mbps), 0) as bigint) from circuit
         left join hosted on hosted.parent_id = circuit.id
         group by circuit.id, circuit.bandwidth, circuit.answer order by circuit.id";
    read.each(sql, &[], &mut |row| {
        let (id, count, carried) = (row.text(0)?, row.int(3)?, row.int(4)?);
        if carried > row.int(1)? {
            findings.say(format!("{id} carries {} and its hosted connections {carried}", row.int(1)?));
        }
        let answer: Value = serde_json::from_slice(row.bytes(2)?).unwrap_or_default();
        if answer["VirtualPhysicalConnectionCount"].as_i64() != Some(count) {
            findings.say(format!("{id} has {count} hosted connections and shows another number"));
        }
        Ok(())
    })
}

pub(super) fn routers_agree(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select hosted.id, hosted.vbr_id from hosted
         left join vbr on vbr.id = hosted.vbr_id and vbr.account = hosted.account
         and vbr.circuit_id = hosted.parent_id and vbr.vlan = hosted.vlan and vbr.status = 'active'
         and vbr.bandwidth <= hosted.mbps
         where hosted.vbr_id <> '' and vbr.id is null order by hosted.id",
        &[],
        |row| Ok(format!("{} runs over {} and does not agree with it", row.text(1)?, row.text(0)?)),
    )
}
