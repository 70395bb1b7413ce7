-- BGP of border routers: groups of peers, peers, and the networks that a router
-- announces. All are their router's owner's. A group's key lies sealed, or is
-- empty.

create table bgp_group (
    account text not null,
    region text not null,
    serial bigint not null,
    id text not null,
    status text not null,
    since bigint not null,
    created_at bigint not null,
    router_id text not null,
    name text not null,
    description text not null,
    peer_asn bigint not null,
    local_asn bigint not null,
    is_fake_asn bigint not null,
    ip_version text not null,
    route_quota bigint not null,
    auth_key bytea not null,
    primary key (account, region, serial)
);
create unique index bgp_group_id on bgp_group (id);
create index bgp_group_on on bgp_group (router_id, serial);

create table bgp_peer (
    account text not null,
    region text not null,
    serial bigint not null,
    id text not null,
    status text not null,
    since bigint not null,
    created_at bigint not null,
    group_id text not null,
    router_id text not null,
    ip_version text not null,
    peer_ip text not null,
    enable_bfd bigint not null,
    bfd_multi_hop bigint not null,
    modified_at bigint not null,
    primary key (account, region, serial)
);
create unique index bgp_peer_id on bgp_peer (id);
create index bgp_peer_in on bgp_peer (group_id, serial);
create index bgp_peer_on on bgp_peer (router_id, serial);
create index bgp_peer_detected on bgp_peer (account) where enable_bfd = 1;

-- The prefix is the block as every client would write it: it is what may stand
-- once on a router.
create table bgp_network (
    account text not null,
    region text not null,
    serial bigint not null,
    id text not null,
    status text not null,
    since bigint not null,
    created_at bigint not null,
    router_id text not null,
    cidr text not null,
    prefix text not null,
    vpc_id text not null,
    primary key (account, region, serial)
);
create unique index bgp_network_id on bgp_network (id);
create unique index bgp_network_on on bgp_network (router_id, prefix);
create index bgp_network_of on bgp_network (vpc_id) where vpc_id <> '';
