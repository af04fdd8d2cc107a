-- Who read what, as a chain (casework::access). Ids and codes only. No reference to other tables: the journal outlives what it names.
create table access_journal (
    sequence bigint primary key,
    id text not null unique,
    at bigint not null,
    account_id text not null,
    organisation_id text not null,
    subject text not null,
    subject_id text not null,
    case_id text not null,
    door text not null,
    sections text not null,
    previous text not null,
    seal text not null
);
create index access_journal_account on access_journal (account_id, sequence);
create index access_journal_case on access_journal (case_id, sequence);
create index access_journal_at on access_journal (at);

-- The last line: its row is what makes writers take turns.
create table access_head (
    id bigint primary key,
    sequence bigint not null,
    seal text not null
);
insert into access_head (id, sequence, seal) values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
