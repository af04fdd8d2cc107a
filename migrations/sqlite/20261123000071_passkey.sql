-- Passkeys of office accounts: public keys, which open nothing by themselves.
create table passkey (
    id text primary key,
    account_id text not null references account (id),
    credential_hash text not null unique,
    -- As its owner calls it.
    name text not null,
    -- Public key, counter and flags, as the library writes them.
    credential text not null,
    created_at bigint not null,
    used_at bigint
);
create index passkey_account on passkey (account_id);
