-- Fewer bytes and fewer trees to write for each answer that a phone sends.

-- Append-only: what a phone sent at once of one visit.
create table field_batch (
    -- Place in the feed of its first event.
    id integer primary key,
    visit_id text not null,
    account_id text not null,
    device_id text not null,
    received_at bigint not null,
    -- JSON array of the events, each to the letter.
    body text not null
);
insert into field_batch (id, visit_id, account_id, device_id, received_at, body)
    select feed_sequence, visit_id, account_id, device_id, received_at, '[' || body || ']' from field_event;

-- Which ids were received, and where what they say is.
create table field_event_lean (
    id text primary key,
    batch_id bigint not null
) without rowid;
insert into field_event_lean (id, batch_id) select id, feed_sequence from field_event;

-- Current answer to each criterion at each place of a visit: a projection of what was sent. Kept in the order of
-- its key: the answers of a visit lie side by side.
create table observation_lean (
    visit_id text not null,
    place text not null,
    criterion text not null,
    event_id text not null,
    -- Who sent it, from which phone and when.
    batch_id bigint not null,
    confidential bigint not null,
    -- The severity that stands: of a conflict, the highest.
    severity bigint,
    answer text not null,
    note text,
    -- Order of the answer on its phone and in the feed, when it stands alone; null for a note without an answer.
    device_sequence bigint,
    feed_sequence bigint,
    -- casework::sync::CurrentAnswer, of an answer that replaced another or is in conflict with one.
    merge_state text,
    primary key (visit_id, place, criterion)
) without rowid;
insert into observation_lean (visit_id, place, criterion, event_id, batch_id, confidential, severity, answer, note, merge_state)
    select o.visit_id, o.place, o.criterion, o.event_id, e.feed_sequence, o.confidential, o.severity, o.answer, o.note, o.merge_state
    from observation o join field_event e on e.id = o.event_id;

drop table observation;
alter table observation_lean rename to observation;
drop table field_event;
alter table field_event_lean rename to field_event;
