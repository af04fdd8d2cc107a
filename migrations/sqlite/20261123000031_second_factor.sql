-- A second factor by time-based codes (RFC 6238).
create table second_factor (
    account_id text primary key references account (id),
    -- Sealed with the server's key.
    secret text not null,
    created_at bigint not null,
    -- Null while its owner has not shown a first code.
    confirmed_at bigint,
    -- The newest time step that was accepted: none is accepted twice.
    last_step bigint not null
);

-- Codes for whoever lost the phone, hashed; a used one is gone.
create table recovery_code (
    account_id text not null references account (id),
    code_hash text not null,
    primary key (account_id, code_hash)
);

-- Sign-ins whose password was right and whose second step is awaited. It opens nothing by itself.
create table sign_in_step (
    token_hash text primary key,
    account_id text not null references account (id),
    expires_at bigint not null
);
create index sign_in_step_account on sign_in_step (account_id);

-- 1 when whoever works there needs a second factor.
alter table organisation add column second_factor_required bigint not null default 0;

-- What was done to an account by somebody else, told to its owner until they say that they have read it.
create table account_notice (
    id text primary key,
    account_id text not null references account (id),
    kind text not null,
    at bigint not null
);
create index account_notice_account on account_notice (account_id, at);
