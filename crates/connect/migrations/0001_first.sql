-- Every table is clustered on its primary key where the engine can do so, and
-- the key of what a tenant owns begins with the account, so that one tenant's
-- rows lie together.

create table setting (
    name text not null,
    value text not null,
    primary key (name)
);

create table account (
    id text not null,
    kind text not null,
    name text not null,
    revision bigint not null,
    direct_enable bigint not null,
    owing bigint not null,
    balance_minor bigint not null,
    movements bigint not null,
    created_at bigint not null,
    primary key (id)
);

create table access_key (
    id text not null,
    account text not null,
    sealed bytea not null,
    state text not null,
    created_at bigint not null,
    primary key (id)
);
create index access_key_of on access_key (account, created_at, id);

create table ledger (
    account text not null,
    revision bigint not null,
    at bigint not null,
    request_id text not null,
    caller text not null,
    actor text not null,
    action text not null,
    resource text not null,
    status_from text not null,
    status_to text not null,
    reason text not null,
    parameters text not null,
    replay_key text,
    fingerprint text,
    reply bytea,
    primary key (account, revision)
);
create unique index ledger_replay on ledger (account, replay_key) where replay_key is not null;

create table due (
    account text not null,
    resource text not null,
    trigger text not null,
    actor text not null,
    reason text not null,
    at bigint not null,
    primary key (account, resource, trigger)
);
create index due_soonest on due (at, account);
create index due_of on due (account, at, resource, trigger);

create table autopilot (
    account text not null,
    step text not null,
    outcome text not null,
    delay_ms bigint not null,
    reason text not null,
    primary key (account, step)
);

create table device (
    id text not null,
    access_point_id text not null,
    region text not null,
    location text not null,
    direct_enable bigint not null,
    primary key (id)
);
create index device_at on device (access_point_id, id);

create table port (
    id text not null,
    device_id text not null,
    access_point_id text not null,
    port_type text not null,
    number text not null,
    position bigint not null,
    state text not null,
    circuit_id text,
    reason text not null,
    primary key (id)
);
create index port_of on port (device_id, position, id);
create index port_at on port (access_point_id, port_type, state, position, id);

create table outbound_service (
    account text not null,
    region text not null,
    opened_at bigint not null,
    primary key (account, region)
);

create table circuit (
    account text not null,
    region text not null,
    serial bigint not null,
    id text not null,
    status text not null,
    since bigint not null,
    waiting_since bigint,
    reason text not null,
    business_status text not null,
    access_point_id text not null,
    type text not null,
    line_operator text not null,
    port_type text not null,
    spec text not null,
    bandwidth bigint not null,
    name text not null,
    description text not null,
    circuit_code text not null,
    peer_location text not null,
    redundant_id text not null,
    resource_group_id text not null,
    optical_module_model text not null,
    device_features text not null,
    down_delay_ms bigint not null,
    loa_status text not null,
    port_id text not null,
    port_number text not null,
    device_id text not null,
    ad_location text not null,
    ad_detail_location text not null,
    charge_type text not null,
    created_at bigint not null,
    enabled_at bigint,
    end_at bigint,
    renewed_until bigint,
    auto_renew_months bigint not null,
    unpaid_order text not null,
    answer bytea not null,
    primary key (account, region, serial)
);
create unique index circuit_id on circuit (id);
create index circuit_status on circuit (account, region, status, serial);
create index circuit_waiting on circuit (waiting_since, id) where waiting_since is not null;

create table circuit_count (
    account text not null,
    region text not null,
    block bigint not null,
    status text not null,
    access_point_id text not null,
    n bigint not null,
    primary key (account, region, block, status, access_point_id)
);

create table tag (
    account text not null,
    kind text not null,
    resource text not null,
    name text not null,
    value text not null,
    primary key (account, kind, resource, name)
);
create index tag_value on tag (account, kind, name, value, resource);
