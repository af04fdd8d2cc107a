-- Retention (casework::retention). Nothing here is ever changed or deleted.
insert into register_number (register, last) values ('purge', 0);

create table retention_hold (
    id text primary key,
    case_id text not null references case_file (id),
    reason text not null,
    placed_at bigint not null,
    placed_by text not null references account (id),
    -- Last day, YYYY-MM-DD; null until it is lifted.
    until_on text
);
create index retention_hold_case on retention_hold (case_id);

create table retention_hold_lift (
    hold_id text primary key references retention_hold (id),
    at bigint not null,
    by_account text not null references account (id)
);

-- One case is purged once, and one form purges once.
create table purge_proof (
    sequence bigint primary key,
    case_id text not null unique references case_file (id),
    number text not null,
    rule_version text not null,
    counts text not null,
    at bigint not null,
    by_account text not null references account (id),
    form_id text not null unique,
    previous text not null,
    seal text not null
);

-- Photos that went: a phone that still holds one is told so.
create table purged_photo (
    photo_id text primary key
);
