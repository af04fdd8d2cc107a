-- What people decided of two doors that look alike: `gone` goes by the name of `kept` (same = 1), or they are two doors.
create table door_pair (
    building_id text not null references building (id),
    gone text not null references dwelling (id),
    kept text not null references dwelling (id),
    same bigint not null,
    -- The event that said so: in the feed, what comes after it was said of one door.
    event_id text not null references field_event (id),
    primary key (gone, kept)
);
create index door_pair_building on door_pair (building_id);
-- The door that stands for this one; null when it stands for itself. Follows from door_pair.
alter table dwelling add column goes_by text references dwelling (id);
-- What was sent of a visit is told again when doors are united or parted.
create index field_batch_visit on field_batch (visit_id, id);
