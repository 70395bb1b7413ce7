-- Virtual border routers: one tenant's rows lie together, as circuits do. A
-- router's circuit may be another account's, whose row is locked with its own
-- whenever the router changes.

create table vbr (
    account text not null,
    region text not null,
    serial bigint not null,
    id text not null,
    status text not null,
    since bigint not null,
    circuit_account text not null,
    access_point_id text not null,
    circuit_id text not null,
    vlan bigint not null,
    vlan_interface_id text not null,
    circuit_code text not null,
    enable_ipv6 bigint not null,
    local_ip text not null,
    peer_ip text not null,
    mask text not null,
    local_ipv6 text not null,
    peer_ipv6 text not null,
    ipv6_mask text not null,
    name text not null,
    description text not null,
    bandwidth bigint not null,
    mtu bigint not null,
    detect_multiplier bigint not null,
    min_rx_ms bigint not null,
    min_tx_ms bigint not null,
    sitelink bigint not null,
    resource_group_id text not null,
    route_table_id text not null,
    created_at bigint not null,
    activated_at bigint,
    terminated_at bigint,
    recovered_at bigint,
    answer bytea not null,
    primary key (account, region, serial)
);
create unique index vbr_id on vbr (id);
create index vbr_status on vbr (account, region, status, serial);
create index vbr_on on vbr (circuit_id, created_at, id);
create index vbr_lent on vbr (circuit_account, region, created_at, id) where account <> circuit_account;
create index vbr_unconfirmed on vbr (circuit_account) where status = 'unconfirmed';

-- Further circuits of a router.
create table vbr_association (
    vbr_id text not null,
    circuit_id text not null,
    vlan bigint not null,
    vlan_interface_id text not null,
    circuit_code text not null,
    enable_ipv6 bigint not null,
    local_ip text not null,
    peer_ip text not null,
    mask text not null,
    local_ipv6 text not null,
    peer_ipv6 text not null,
    ipv6_mask text not null,
    primary key (vbr_id, circuit_id)
);
create index vbr_association_on on vbr_association (circuit_id, vbr_id);

-- The VLANs of a circuit, whoever holds them. The key is what keeps one VLAN
-- from being given twice; an instant in reserved_until says that its holder
-- does not use it now and when it may be given to another.
create table vlan (
    circuit_id text not null,
    vlan bigint not null,
    holder text not null,
    reserved_until bigint,
    primary key (circuit_id, vlan)
);
create index vlan_holder on vlan (holder, circuit_id);

-- A token's answer lies in the ledger of whoever owns what was named, and the
-- next call with the token may name another's: it is found by its key alone,
-- which has the caller in it.
drop index ledger_replay;
create unique index ledger_replay on ledger (replay_key) where replay_key is not null;
