-- Orders: what a tenant has been asked to pay for a circuit, and what became of
-- it. An order outlives its circuit, so it keeps what it needs to be read alone.
-- Amounts are whole minor units of the currency beside them. An id is digits
-- that ascend with time within the account.

create table circuit_order (
    account text not null,
    id text not null,
    kind text not null,
    circuit_id text not null,
    region text not null,
    access_point_id text not null,
    port_type text not null,
    period bigint not null,
    pricing_cycle text not null,
    amount_minor bigint not null,
    currency text not null,
    status text not null,
    reason text not null,
    auto_renew_months bigint not null,
    created_at bigint not null,
    expires_at bigint not null,
    paid_at bigint,
    voided_at bigint,
    refunded_at bigint,
    starts_at bigint,
    ends_at bigint,
    waiting_since bigint,
    primary key (account, id)
);
create unique index circuit_order_id on circuit_order (id);
create index circuit_order_of on circuit_order (circuit_id, id);
create index circuit_order_status on circuit_order (status, id);
create index circuit_order_waiting on circuit_order (waiting_since, id) where waiting_since is not null;
