-- Who stands in for whom, and when. Days are Québec's; it ends by itself.
create table deputation (
    id text primary key,
    absent_account text not null references account (id),
    deputy_account text not null references account (id),
    -- Both included.
    from_day text not null,
    until_day text not null,
    named_by text not null references account (id),
    created_at bigint not null,
    -- Null while it was not ended before its time.
    ended_at bigint
);
create index deputation_absent on deputation (absent_account);
create index deputation_deputy on deputation (deputy_account);
