-- What was shared without consent, on a legal ground, and its review.
create table emergency_share (
    id text primary key,
    case_id text not null references case_file (id),
    referral_id text not null references referral (id),
    dwelling_id text not null references dwelling (id),
    to_organisation text not null references organisation (id),
    -- casework::emergency_share::EmergencyShare.
    body text not null,
    at bigint not null,
    shared_by text not null references account (id),
    reviewed_at bigint,
    reviewed_by text references account (id)
);
create index emergency_share_referral on emergency_share (referral_id);
create index emergency_share_review on emergency_share (reviewed_at, at);
