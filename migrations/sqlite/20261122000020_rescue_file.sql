-- Keys of the server itself, drawn once. The secret is hexadecimal.
create table server_key (
    name text primary key,
    secret text not null,
    created_at bigint not null
);
-- Rescue files handed in, and what each brought.
create table rescue_file (
    id text primary key,
    at bigint not null,
    device_id text not null,
    account_id text not null references account (id),
    handed_in_by text not null references account (id),
    events_stored bigint not null,
    events_known bigint not null,
    events_refused bigint not null,
    photos_stored bigint not null,
    photos_known bigint not null,
    photos_refused bigint not null,
    photos_missing bigint not null
);
create index rescue_file_at on rescue_file (at);
