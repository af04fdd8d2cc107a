-- How visits go on, as phones say: when things were seen by the phone's clock set right, when the team means to be out,
-- what the next knock at a door should know.

-- The phone's clock when it sent this: with received_at, its skew. Null for what was received before.
alter table field_batch add column device_now bigint;

-- When it was seen; null, when it was received.
alter table observation add column recorded_at bigint;

alter table visit add column expected_end bigint;
alter table visit add column paused_at bigint;
-- When the phone said so: what was said later holds, in whatever order phones send.
alter table visit add column pace_at bigint;
create index visit_expected_end on visit (expected_end);

create table door_note (
    visit_id text not null references visit (id),
    dwelling_id text not null references dwelling (id),
    come_back bigint not null,
    language text,
    event_id text not null,
    -- Which event said the language: it is told again to whom noted it, not to any colleague.
    language_event_id text,
    primary key (visit_id, dwelling_id)
);
