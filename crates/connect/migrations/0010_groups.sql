-- Resource groups have no rows of their own: these find what is in them, the
-- oldest first.

create index circuit_group on circuit (account, resource_group_id, created_at) where resource_group_id <> '';
create index vbr_group on vbr (account, resource_group_id, created_at) where resource_group_id <> '';
create index router_interface_group on router_interface (account, resource_group_id, created_at)
    where resource_group_id <> '';
create index vpc_group on vpc (account, resource_group_id, created_at) where resource_group_id <> '';
