-- Hosted connections: a part of one account's circuit, cut out for another
-- account. A row is its tenant's; whoever writes it has the row of the
-- circuit's owner locked too.

create table hosted (
    account text not null,
    region text not null,
    serial bigint not null,
    id text not null,
    status text not null,
    since bigint not null,
    parent_account text not null,
    parent_id text not null,
    vlan bigint not null,
    spec text not null,
    mbps bigint not null,
    expect_spec text not null,
    order_mode text not null,
    name text not null,
    description text not null,
    resource_group_id text not null,
    vbr_id text not null,
    created_at bigint not null,
    enabled_at bigint,
    primary key (account, region, serial)
);
create unique index hosted_id on hosted (id);
create index hosted_on on hosted (parent_id, created_at, id);
create index hosted_lent on hosted (parent_account, region, created_at, id);
create index hosted_group on hosted (account, resource_group_id, created_at) where resource_group_id <> '';
-- A router runs over one hosted connection at most.
create unique index hosted_router on hosted (vbr_id) where vbr_id <> '';
