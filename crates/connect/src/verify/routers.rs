//! What must hold of border routers: their circuits, links, VLANs, deadlines, instants and answers.

use super::answers::Shown;
use super::{Findings, each_wrong, quoted};
use crate::circuit::states::Status;
use crate::holds::NEEDS;
use crate::limits::VLAN_RESERVATION_MS;
use crate::machine::Actor;
use crate::timer::TIMER;
use crate::vbr::KIND;
use crate::vbr::states::{VBR, VbrStatus};
use serde_json::{Value, json};
use store::{Arg, Fault, Read, Row};

/// The deadlines of routers.
pub(super) fn triggers() -> impl Iterator<Item = &'static str> {
    VBR.moves.iter().filter(|row| row.actor == Actor::Timer).map(|row| row.trigger)
}

/// Every link: the router's own, and those over further circuits.
const LINKS: &str = "select id as router, circuit_id, vlan, local_ip, peer_ip, mask, enable_ipv6, local_ipv6, peer_ipv6,
 ipv6_mask from vbr
 union all
 select vbr_id as router, circuit_id, vlan, local_ip, peer_ip, mask, enable_ipv6, local_ipv6, peer_ipv6, ipv6_mask
 from vbr_association";

pub(super) fn stand_on_circuits(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let needs = NEEDS.iter().filter(|need| need.action == "CreateVirtualBorderRouter");
    let carrying = quoted(needs.flat_map(|need| need.statuses).map(Status::as_str));
    each_wrong(
        read,
        findings,
        &format!(
            "select link.router, link.circuit_id, coalesce(circuit.status, 'nowhere') from ({LINKS}) as link
             left join vbr on vbr.id = link.router
             left join circuit on circuit.id = link.circuit_id and circuit.account = vbr.circuit_account
             and circuit.region = vbr.region
             where circuit.id is null or circuit.status not in ({carrying})
             or (vbr.circuit_id = circuit.id and vbr.access_point_id <> circuit.access_point_id)
             order by link.router, link.circuit_id"
        ),
        &[],
        |row| {
            Ok(format!(
                "{} is on {}, which is not as it must be: {}",
                row.text(0)?,
                row.text(1)?,
                row.text(2)?
            ))
        },
    )
}

pub(super) fn links_are_whole(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    // Unconfirmed, or removed before it was confirmed.
    let never = "activated_at is null";
    each_wrong(
        read,
        findings,
        &format!(
            "select id, status from vbr where
             ({never} and (account = circuit_account or local_ip <> '' or peer_ip <> '' or mask <> ''))
             or (not {never} and (local_ip = '' or peer_ip = '' or mask = '')) order by id"
        ),
        &[],
        |row| Ok(format!("{} is {} and its addresses are not", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        &format!(
            "select router, circuit_id from ({LINKS}) as link where
             (enable_ipv6 = 0 and (local_ipv6 <> '' or peer_ipv6 <> '' or ipv6_mask <> ''))
             or (local_ip <> '') <> (peer_ip <> '') or (peer_ip <> '') <> (mask <> '')
             or (local_ipv6 <> '') <> (peer_ipv6 <> '') or (peer_ipv6 <> '') <> (ipv6_mask <> '')
             order by router, circuit_id"
        ),
        &[],
        |row| Ok(format!("the link of {} over {} has a part of a pair", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select vbr.id, vbr_association.circuit_id from vbr_association
         left join vbr on vbr.id = vbr_association.vbr_id
         where vbr.id is null or vbr.activated_at is null or vbr.circuit_id = vbr_association.circuit_id
         order by vbr_association.vbr_id, vbr_association.circuit_id",
        &[],
        |row| {
            let router = row.maybe_text(0)?.unwrap_or("no router").to_owned();
            Ok(format!("{router} has the further circuit {}", row.text(1)?))
        },
    )
}

pub(super) fn vlans_equal_links(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    // What was reserved may have gone to another; the time of that is in no row.
    each_wrong(
        read,
        findings,
        &format!(
            "select link.router, link.vlan, link.circuit_id from ({LINKS}) as link
             join vbr on vbr.id = link.router
             left join vlan on vlan.circuit_id = link.circuit_id and vlan.vlan = link.vlan
             and vlan.holder = link.router
             where vlan.holder is null and vbr.status not in ($1, $2) order by link.router, link.circuit_id"
        ),
        &[Arg::from(VbrStatus::Terminated.as_str()), Arg::from(VbrStatus::Deleting.as_str())],
        |row| Ok(format!("{} does not hold the VLAN {} of {}", row.text(0)?, row.int(1)?, row.text(2)?)),
    )?;
    each_wrong(
        read,
        findings,
        &format!(
            "select vlan.vlan, vlan.circuit_id, vlan.holder from vlan
             left join ({LINKS}) as link on link.router = vlan.holder and link.circuit_id = vlan.circuit_id
             and link.vlan = vlan.vlan
             where link.router is null or vlan.vlan < 0 or vlan.vlan > 2999 order by vlan.circuit_id, vlan.vlan"
        ),
        &[],
        |row| Ok(format!("the VLAN {} of {} is held by {} for no link", row.int(0)?, row.text(1)?, row.text(2)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select vlan.vlan, vlan.circuit_id, vbr.id, vbr.status from vlan join vbr on vbr.id = vlan.holder
         where (vbr.status = $1 and coalesce(vlan.reserved_until, -1) <> vbr.terminated_at + $2)
         or (vbr.status <> $1 and vbr.status <> $3 and vlan.reserved_until is not null)
         order by vlan.circuit_id, vlan.vlan",
        &[
            Arg::from(VbrStatus::Terminated.as_str()),
            Arg::from(VLAN_RESERVATION_MS),
            // Removed from either state.
            Arg::from(VbrStatus::Deleting.as_str()),
        ],
        |row| {
            Ok(format!(
                "the VLAN {} of {} is reserved wrongly, or not: {} is {}",
                row.int(0)?,
                row.text(1)?,
                row.text(2)?,
                row.text(3)?
            ))
        },
    )
}

/// What the answer of a router shows of its row.
const SHOWN: Shown = Shown {
    table: "vbr",
    kind: KIND,
    labels: "Tags",
    texts: &[
        ("VbrId", "id"),
        ("Status", "status"),
        ("Name", "name"),
        ("Description", "description"),
        ("VlanInterfaceId", "vlan_interface_id"),
        ("LocalGatewayIp", "local_ip"),
        ("PeerGatewayIp", "peer_ip"),
        ("PeeringSubnetMask", "mask"),
        ("LocalIpv6GatewayIp", "local_ipv6"),
        ("PeerIpv6GatewayIp", "peer_ipv6"),
        ("PeeringIpv6SubnetMask", "ipv6_mask"),
        ("CircuitCode", "circuit_code"),
        ("RouteTableId", "route_table_id"),
        ("AccessPointId", "access_point_id"),
        ("PhysicalConnectionId", "circuit_id"),
        ("PhysicalConnectionOwnerUid", "circuit_account"),
        ("ResourceGroupId", "resource_group_id"),
    ],
    numbers: &[
        ("VlanId", "vlan"),
        ("Bandwidth", "bandwidth"),
        ("Mtu", "mtu"),
        ("DetectMultiplier", "detect_multiplier"),
        ("MinRxInterval", "min_rx_ms"),
        ("MinTxInterval", "min_tx_ms"),
    ],
    flags: &[("EnableIpv6", "enable_ipv6"), ("SitelinkEnable", "sitelink")],
    instants: &[
        ("CreationTime", "created_at"),
        ("ActivationTime", "activated_at"),
        ("TerminationTime", "terminated_at"),
        ("RecoveryTime", "recovered_at"),
    ],
};

pub(super) fn answers_equal_rows(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    SHOWN.equal_rows(read, findings)?;
    let mut passing: Option<Passing> = None;
    read.each(
        "select vbr.id, vbr.answer, own.status, own.business_status, link.circuit_id, link.vlan,
         link.vlan_interface_id, link.circuit_code, link.enable_ipv6, link.local_ip, link.peer_ip, link.mask,
         link.local_ipv6, link.peer_ipv6, link.ipv6_mask, further.status, further.business_status, further.account
         from vbr join circuit as own on own.id = vbr.circuit_id
         left join vbr_association as link on link.vbr_id = vbr.id
         left join circuit as further on further.id = link.circuit_id
         order by vbr.id, link.circuit_id",
        &[],
        &mut |row| {
            if passing.as_ref().is_none_or(|passing| row.text(0).is_ok_and(|id| id != passing.id)) {
                if let Some(before) = &passing {
                    before.end(findings);
                }
                passing = Some(Passing::begin(row, findings)?);
            }
            if let Some(passing) = &mut passing {
                passing.further.extend(further(row)?);
            }
            Ok(())
        },
    )?;
    if let Some(last) = &passing {
        last.end(findings);
    }
    Ok(())
}

/// A router's id, the further circuits that its answer shows, and those that it has, while they pass by.
struct Passing {
    id: String,
    shown: Value,
    further: Vec<Value>,
}

impl Passing {
    fn begin(row: &dyn Row, findings: &mut Findings) -> Result<Passing, Fault> {
        let id = row.text(0)?.to_owned();
        let mut answer: Value = serde_json::from_slice(row.bytes(1)?).unwrap_or_default();
        let circuit = ["PhysicalConnectionStatus", "PhysicalConnectionBusinessStatus"];
        for (at, member) in circuit.into_iter().enumerate() {
            if answer[member].as_str() != Some(row.text(2 + at)?) {
                findings.say(format!("the answer of {id} differs from its circuit in {member}"));
            }
        }
        let shown = answer["AssociatedPhysicalConnections"]["AssociatedPhysicalConnection"].take();
        Ok(Passing { id, shown, further: Vec::new() })
    }

    fn end(&self, findings: &mut Findings) {
        if self.shown.as_array() != Some(&self.further) {
            findings.say(format!("the answer of {} shows other circuits than it has", self.id));
        }
    }
}

/// A further circuit, as an answer must show it.
fn further(row: &dyn Row) -> Result<Option<Value>, Fault> {
    let Some(circuit) = row.maybe_text(4)? else { return Ok(None) };
    Ok(Some(json!({
        "PhysicalConnectionId": circuit,
        "Status": "Associated",
        "VlanId": row.int(5)?.to_string(),
        "VlanInterfaceId": row.text(6)?,
        "CircuitCode": row.text(7)?,
        "EnableIpv6": row.flag(8)?,
        "LocalGatewayIp": row.text(9)?,
        "PeerGatewayIp": row.text(10)?,
        "PeeringSubnetMask": row.text(11)?,
        "LocalIpv6GatewayIp": row.text(12)?,
        "PeerIpv6GatewayIp": row.text(13)?,
        "PeeringIpv6SubnetMask": row.text(14)?,
        "PhysicalConnectionStatus": row.maybe_text(15)?,
        "PhysicalConnectionBusinessStatus": row.maybe_text(16)?,
        "PhysicalConnectionOwnerUid": row.maybe_text(17)?,
    })))
}

pub(super) fn deadlines_belong(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let sql = format!(
        "select due.resource, due.trigger, due.actor, due.at, vbr.status, vbr.since from due
         left join vbr on vbr.id = due.resource and vbr.account = due.account
         where due.trigger in ({}) order by due.account, due.resource, due.trigger",
        quoted(triggers())
    );
    read.each(&sql, &[], &mut |row| {
        let (resource, trigger, actor, at) = (row.text(0)?, row.text(1)?, row.text(2)?, row.int(3)?);
        let standing = row.maybe_text(4)?.and_then(|status| VBR.state(status)).zip(row.maybe_int(5)?);
        let is_due = standing.is_some_and(|(status, since)| {
            actor == TIMER && VBR.find(status, trigger).is_some_and(|wait| at == since + wait.after_ms)
        });
        if !is_due {
            findings
                .say(format!("{trigger} by {actor} is due on {resource}, whose state does not wait for it"));
        }
        Ok(())
    })?;
    for &status in VBR.states {
        for wait in VBR.moves_from(status, Some(Actor::Timer)) {
            each_wrong(
                read,
                findings,
                "select id from vbr where status = $1 and not exists (select 1 from due
                 where due.account = vbr.account and due.resource = vbr.id and due.trigger = $2) order by id",
                &[Arg::from(status.as_str()), Arg::from(wait.trigger)],
                |row| Ok(format!("{} waits for {}, which is never due", row.text(0)?, wait.trigger)),
            )?;
        }
    }
    Ok(())
}

pub(super) fn instants_fit(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select id, status from vbr where since < created_at or activated_at < created_at
         or terminated_at < activated_at
         or (activated_at is null and (terminated_at is not null or status not in ($1, $2)))
         or (activated_at is not null and status = $1) or (terminated_at is null and recovered_at is not null)
         or (status = $3 and (terminated_at is null or terminated_at <> since))
         or (status = $4 and (terminated_at is null or terminated_at > since))
         or (status = $5 and terminated_at is not null and (recovered_at is null or recovered_at < terminated_at)) order by id",
        &[
            Arg::from(VbrStatus::Unconfirmed.as_str()),
            Arg::from(VbrStatus::Deleting.as_str()),
            Arg::from(VbrStatus::Terminated.as_str()),
            Arg::from(VbrStatus::Recovering.as_str()),
            Arg::from(VbrStatus::Active.as_str()),
        ],
        |row| Ok(format!("{} is {} and its instants do not fit", row.text(0)?, row.text(1)?)),
    )
}
