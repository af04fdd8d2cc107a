-- Phones, as they last reported: one row for each account that used one. Revoking a phone marks all its rows.
create table device (
    -- Of the installation of the app.
    id text not null,
    account_id text not null references account (id),
    -- Server time.
    first_contact_at bigint not null,
    last_contact_at bigint not null,
    build text not null,
    protocol bigint not null,
    unsent_events bigint not null,
    unsent_photos bigint not null,
    -- Server time: the skew of the report is taken off.
    oldest_unsent_at bigint,
    -- The phone's clock minus the server's, at the last contact.
    clock_skew_ms bigint not null,
    -- Of the session that reported last: it falls with the phone.
    session_hash text not null,
    revoked_at bigint,
    revoked_by text references account (id),
    revoked_reason text,
    primary key (id, account_id)
);
create index device_account on device (account_id, last_contact_at);
create index device_revoked on device (id) where revoked_at is not null;
