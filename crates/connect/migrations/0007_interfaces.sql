-- Router interfaces: one end each of a connection between two routers. What
-- an interface says of its opposite is what its owner said of it; the other
-- end is a row of its own, perhaps another account's.

create table router_interface (
    account text not null,
    region text not null,
    serial bigint not null,
    id text not null,
    status text not null,
    since bigint not null,
    role text not null,
    spec text not null,
    router_type text not null,
    router_id text not null,
    access_point_id text not null,
    opposite_region text not null,
    opposite_router_type text not null,
    opposite_router_id text not null,
    opposite_id text not null,
    opposite_owner text not null,
    opposite_access_point_id text not null,
    opposite_gone bigint not null,
    fast_link bigint not null,
    name text not null,
    description text not null,
    health_source text not null,
    health_target text not null,
    health_rate_ms bigint,
    health_threshold bigint,
    resource_group_id text not null,
    created_at bigint not null,
    modified_at bigint not null,
    connected_at bigint,
    primary key (account, region, serial)
);
create unique index router_interface_id on router_interface (id);
create index router_interface_on on router_interface (router_id, created_at, id);
