-- A partner that holds a referral asks that it be passed on to another service.
create table referral_forward (
    id text primary key,
    referral_id text not null references referral (id),
    to_organisation text not null references organisation (id),
    -- casework::referral::Forward.
    body text not null,
    by_account text not null references account (id),
    by_name text not null,
    at bigint not null,
    -- The referral, until it is answered: one asking at a time.
    waits_for text unique references referral (id)
);
create index referral_forward_referral on referral_forward (referral_id, at);
