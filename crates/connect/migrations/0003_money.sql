-- Money in whole minor units. A movement is a pair of rows of opposite sign:
-- all rows of one (account, serial) sum to zero. The serial is the revision of
-- the change that wrote them, nought for what an account was founded with.
-- The running number of a movement and the balance it left stand on the
-- wallet's row alone.

create table posting (
    account text not null,
    serial bigint not null,
    line bigint not null,
    book text not null,
    minor bigint not null,
    movement bigint,
    balance_after bigint,
    kind text not null,
    order_id text not null,
    note text not null,
    at bigint not null,
    primary key (account, serial, line)
);
create unique index posting_movement on posting (account, movement) where movement is not null;
