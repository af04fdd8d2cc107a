-- What the two sides of a referral say to each other. Append-only.
create table referral_message (
    id text primary key,
    referral_id text not null references referral (id),
    from_organisation text not null references organisation (id),
    -- An account, or the link given to somebody without one.
    by_account text not null,
    by_name text not null,
    at bigint not null,
    text text not null,
    asks bigint not null,
    replies_to text references referral_message (id)
);
create index referral_message_referral on referral_message (referral_id, at);

-- Who opened a referral, first and last: what was said before then, they have read.
create table referral_reading (
    referral_id text not null references referral (id),
    -- An account, or a link given to somebody without one.
    reader text not null,
    organisation_id text not null references organisation (id),
    name text not null,
    first_at bigint not null,
    last_at bigint not null,
    primary key (referral_id, reader)
);

-- When an unanswered referral is to be brought to its recipient's mind; null once done, answered, or never sent.
alter table referral add column remind_at bigint;
update referral set remind_at = due_at - 172800000 where stage = 'sent';
create index referral_remind on referral (remind_at);
