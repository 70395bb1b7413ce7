-- Letters of authorization. A circuit has at most one letter, which goes with
-- it; the documents of a letter stay, so that a paper can be checked for as
-- long as it may be shown to somebody.

create table letter (
    account text not null,
    circuit text not null,
    status text not null,
    since bigint not null,
    waiting_since bigint,
    reason text not null,
    company text not null,
    construction_company text not null,
    construction_at bigint not null,
    line_type text not null,
    bandwidth bigint,
    peer_location text not null,
    sealed_engineers bytea not null,
    line_code text not null,
    line_label text not null,
    line_service_provider text not null,
    line_contact text not null,
    primary key (account, circuit)
);
create index letter_waiting on letter (waiting_since, circuit) where waiting_since is not null;

create table letter_document (
    account text not null,
    circuit text not null,
    serial bigint not null,
    number text not null,
    code text not null,
    state text not null,
    issued_at bigint not null,
    valid_from bigint not null,
    valid_until bigint not null,
    access_point_name text not null,
    address text not null,
    construction_company text not null,
    fingerprint text not null,
    file bytea not null,
    primary key (account, circuit, serial)
);
create unique index letter_document_number on letter_document (number);
create unique index letter_document_current on letter_document (account, circuit) where state = 'current';
