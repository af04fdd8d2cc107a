-- What people of a dwelling answered about sharing what concerns them.
create table consent (
    id text primary key,
    case_id text not null references case_file (id),
    dwelling_id text not null references dwelling (id),
    to_organisation text not null references organisation (id),
    -- casework::consent::Consent.
    body text not null,
    at bigint not null,
    explained_by text not null references account (id),
    withdrawn_at bigint,
    withdrawn_by text references account (id)
);
create index consent_case on consent (case_id, at);

-- The sections of a dwelling that a referral shares, each under a consent.
create table referral_consent (
    referral_id text not null references referral (id),
    consent_id text not null references consent (id),
    section text not null,
    primary key (referral_id, consent_id, section)
);
create index referral_consent_consent on referral_consent (consent_id);

-- It shares something of people: it exists for the psychosocial compartment alone, on the sending side.
alter table referral add column confidential bigint not null default 0;
