-- Who asked for help to get in again: listed to administrators, who make a one-time link once they have recognised the person.
create table recovery_request (
    account_id text primary key references account (id),
    requested_at bigint not null,
    expires_at bigint not null
);
