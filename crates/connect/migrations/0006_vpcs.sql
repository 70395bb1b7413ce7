-- Private networks: each with its router and the one route table of that
-- router, which are columns of its row because they come and go with it.

create table vpc (
    account text not null,
    region text not null,
    serial bigint not null,
    id text not null,
    status text not null,
    since bigint not null,
    cidr text not null,
    user_cidrs text not null,
    ipv6 bigint not null,
    ipv6_cidr text not null,
    ipv6_isp text not null,
    dns_hostname bigint not null,
    name text not null,
    description text not null,
    resource_group_id text not null,
    router_id text not null,
    route_table_id text not null,
    created_at bigint not null,
    primary key (account, region, serial)
);
create unique index vpc_id on vpc (id);
create unique index vpc_router on vpc (router_id);
create unique index vpc_route_table on vpc (route_table_id);

-- A border router is found by its route table, too.
create unique index vbr_route_table on vbr (route_table_id);
