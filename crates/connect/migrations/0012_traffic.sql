-- Traffic policies: their queues, the rules of those, and the circuits that
-- they hold for. A circuit has one policy at most.

create table qos (
    account text not null,
    region text not null,
    serial bigint not null,
    id text not null,
    status text not null,
    since bigint not null,
    name text not null,
    description text not null,
    resource_group_id text not null,
    created_at bigint not null,
    primary key (account, region, serial)
);
create unique index qos_id on qos (id);
create index qos_group on qos (account, resource_group_id, created_at) where resource_group_id <> '';

create table qos_circuit (
    circuit_id text not null,
    qos_id text not null,
    primary key (circuit_id)
);
create index qos_circuit_of on qos_circuit (qos_id, circuit_id);

create table qos_queue (
    qos_id text not null,
    id text not null,
    kind text not null,
    percent bigint,
    name text not null,
    description text not null,
    primary key (qos_id, id)
);

create table qos_rule (
    qos_id text not null,
    queue_id text not null,
    id text not null,
    priority bigint not null,
    protocol text not null,
    src_cidr text not null,
    dst_cidr text not null,
    src_ipv6_cidr text not null,
    dst_ipv6_cidr text not null,
    src_ports text not null,
    dst_ports text not null,
    match_dscp bigint not null,
    remarking_dscp bigint not null,
    name text not null,
    description text not null,
    primary key (qos_id, queue_id, id)
);
create index qos_rule_of on qos_rule (queue_id, id);
-- Rules are asked in the order of their priorities: no two have the same.
create unique index qos_rule_priority on qos_rule (qos_id, priority);
