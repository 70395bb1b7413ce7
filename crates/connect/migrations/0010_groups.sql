-- Resource groups have no rows of their own: these find what is in them, the
-- oldest first.

create index circuit_group on circuit (account, resource_group_id, created_at) where resource_group_id <> '';
create index vbr_group on vbr (account, resource_group_id, created_at) where resource_group_id <> '';
