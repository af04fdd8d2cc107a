-- Devices that an account has signed in from: such a device has its own count of wrong passwords, so that strangers who try cannot lock its owner out.
create table known_device (
    -- Hash of the secret that its cookie holds.
    device_hash text not null,
    account_id text not null references account (id),
    seen_at bigint not null,
    primary key (device_hash, account_id)
);
create index known_device_account on known_device (account_id, seen_at);
