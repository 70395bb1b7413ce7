//! What must hold of the BGP of border routers.

use super::networks::{Kept, timers};
use super::{Findings, each_wrong, ledger};
use crate::bgp::parameters::PROVIDER_ASN;
use crate::bgp::states::{BGP_GROUP, BGP_NETWORK, BGP_PEER, BgpStatus};
use crate::bgp::{GROUP_PREFIX, NETWORK_PREFIX, PEER_PREFIX};
use crate::limits::{
    BFD_SESSIONS_MAX, BGP_GROUPS_PER_VBR_MAX, BGP_NETWORKS_PER_VBR_MAX, BGP_PEERS_PER_VBR_MAX,
};
use store::{Arg, Fault, Read};

const GROUPS: Kept<BgpStatus> = Kept { table: "bgp_group", machine: &BGP_GROUP };
const PEERS: Kept<BgpStatus> = Kept { table: "bgp_peer", machine: &BGP_PEER };
const NETWORKS: Kept<BgpStatus> = Kept { table: "bgp_network", machine: &BGP_NETWORK };

/// The deadlines of BGP.
pub(super) fn triggers() -> Vec<&'static str> {
    [timers(&BGP_GROUP), timers(&BGP_PEER), timers(&BGP_NETWORK)].concat()
}

pub(super) fn stands_on_routers(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    let tables = [
        (GROUPS.table, BGP_GROUPS_PER_VBR_MAX),
        (PEERS.table, BGP_PEERS_PER_VBR_MAX),
        (NETWORKS.table, BGP_NETWORKS_PER_VBR_MAX),
    ];
    for (table, max) in tables {
        let sql = format!(
            "select {table}.id, {table}.router_id from {table} left join vbr on vbr.id = {table}.router_id
             and vbr.account = {table}.account and vbr.region = {table}.region
             where vbr.id is null order by {table}.id"
        );
        each_wrong(read, findings, &sql, &[], |row| {
            Ok(format!("{} is on {}, which is no router of its account", row.text(0)?, row.text(1)?))
        })?;
        let sql = format!(
            "select router_id, count(*) from {table} group by router_id having count(*) > $1 order by router_id"
        );
        each_wrong(read, findings, &sql, &[Arg::from(max)], |row| {
            Ok(format!("{} has {} rows of {table}", row.text(0)?, row.int(1)?))
        })?;
    }
    each_wrong(
        read,
        findings,
        "select bgp_peer.id, bgp_peer.group_id from bgp_peer
         left join bgp_group on bgp_group.id = bgp_peer.group_id and bgp_group.account = bgp_peer.account
         and bgp_group.router_id = bgp_peer.router_id
         and lower(bgp_group.ip_version) = lower(bgp_peer.ip_version)
         where bgp_group.id is null order by bgp_peer.id",
        &[],
        |row| Ok(format!("{} is in {}, which is no such group of its router", row.text(0)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select bgp_network.prefix, bgp_network.vpc_id from bgp_network
         left join vpc on vpc.id = bgp_network.vpc_id and vpc.account = bgp_network.account
         where bgp_network.vpc_id <> '' and vpc.id is null order by bgp_network.id",
        &[],
        |row| Ok(format!("{} is in {}, which is no VPC of its account", row.text(0)?, row.text(1)?)),
    )
}

/// What a seal adds to a secret, bytes.
const SEAL_BYTES: i64 = 28;

pub(super) fn settings_fit(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    each_wrong(
        read,
        findings,
        "select id, peer_asn, local_asn from bgp_group
         where peer_asn < 1 or peer_asn > 4294967295 or peer_asn = $1
         or (local_asn <> $1 and not (local_asn >= 64512 and local_asn <= 65534)
         and not (local_asn >= 4200000000 and local_asn <= 4294967294))
         or route_quota < 1 or (length(auth_key) > 0 and length(auth_key) <= $2) order by id",
        &[Arg::from(PROVIDER_ASN), Arg::from(SEAL_BYTES)],
        |row| {
            let (id, peer, local) = (row.text(0)?, row.int(1)?, row.int(2)?);
            Ok(format!("{id} goes from {local} to {peer}, and that or its key cannot be"))
        },
    )?;
    each_wrong(
        read,
        findings,
        "select id, bfd_multi_hop from bgp_peer
         where (enable_bfd = 0 and bfd_multi_hop <> 0)
         or (enable_bfd = 1 and (bfd_multi_hop < 1 or bfd_multi_hop > 255))
         or modified_at < created_at order by id",
        &[],
        |row| Ok(format!("{} is detected over {} hops, or changed too early", row.text(0)?, row.int(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select router_id, peer_ip, count(*) from bgp_peer group by router_id, peer_ip having count(*) > 1
         order by router_id, peer_ip",
        &[],
        |row| Ok(format!("{} has {} peers of the address {}", row.text(0)?, row.int(2)?, row.text(1)?)),
    )?;
    each_wrong(
        read,
        findings,
        "select account, count(*) from bgp_peer where enable_bfd = 1 group by account having count(*) > $1
         order by account",
        &[Arg::from(BFD_SESSIONS_MAX)],
        |row| Ok(format!("account {} has {} detection sessions", row.text(0)?, row.int(1)?)),
    )
}

pub(super) fn deadlines_belong(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    GROUPS.deadlines_belong(read, findings)?;
    PEERS.deadlines_belong(read, findings)?;
    NETWORKS.deadlines_belong(read, findings)
}

pub(super) fn led_by_ledger(read: &mut dyn Read, findings: &mut Findings) -> Result<(), Fault> {
    ledger::leads_to(read, findings, GROUP_PREFIX, &[GROUPS.table])?;
    ledger::leads_to(read, findings, PEER_PREFIX, &[PEERS.table])?;
    ledger::leads_to(read, findings, NETWORK_PREFIX, &[NETWORKS.table])
}
