-- Pairs of border routers of which one stands in for the other; both are their
-- owner's.

create table vbr_ha (
    account text not null,
    region text not null,
    serial bigint not null,
    id text not null,
    status text not null,
    since bigint not null,
    created_at bigint not null,
    vbr_id text not null,
    peer_vbr_id text not null,
    name text not null,
    description text not null,
    primary key (account, region, serial)
);
create unique index vbr_ha_id on vbr_ha (id);
create unique index vbr_ha_of on vbr_ha (vbr_id);
create unique index vbr_ha_with on vbr_ha (peer_vbr_id);

-- What an account lets a transit network of its own or of another take in.
create table cen_grant (
    instance_id text not null,
    cen_id text not null,
    cen_owner bigint not null,
    account text not null,
    region text not null,
    kind text not null,
    created_at bigint not null,
    primary key (instance_id, cen_id, cen_owner)
);

-- Failover tests: what is taken out of service for some minutes, to see what
-- takes its place.
create table failover_job (
    account text not null,
    region text not null,
    serial bigint not null,
    id text not null,
    status text not null,
    since bigint not null,
    created_at bigint not null,
    kind text not null,
    job_type text not null,
    minutes bigint not null,
    name text not null,
    description text not null,
    started_at bigint,
    stopped_at bigint,
    primary key (account, region, serial)
);
create unique index failover_job_id on failover_job (id);
create index failover_job_of on failover_job (account, serial);

create table failover_resource (
    job_id text not null,
    place bigint not null,
    resource text not null,
    primary key (job_id, place)
);
create index failover_resource_in on failover_resource (resource, job_id);
