-- A single-purpose link, by which somebody without an account answers one referral. Neither its address nor its code is kept: their hashes are.
create table referral_link (
    id text primary key,
    referral_id text not null references referral (id),
    -- Under which what its guest does is recorded: drawn here, so that nobody chooses it.
    guest_id text not null unique,
    -- Who answers.
    name text not null,
    -- casework::referral::Link.
    body text not null,
    token_hash text not null unique,
    code_hash text not null,
    -- Codes tried since the last right one.
    tries bigint not null,
    expires_at bigint not null,
    revoked_at bigint,
    opened_at bigint
);
create index referral_link_referral on referral_link (referral_id);

-- What a browser holds once the right code was said.
create table link_session (
    token_hash text primary key,
    link_id text not null references referral_link (id),
    csrf text not null,
    expires_at bigint not null
);
