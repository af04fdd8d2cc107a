-- The current answers of a place of a visit lie on one row, as JSON: an inspector fills a place and goes to the next, and a push of twenty-five answers
-- wrote twenty-five rows of thirteen columns, most of a push's work.
create table observation_sheet (
    visit_id text not null,
    place text not null,
    -- By criterion: what is said of each in store/observation.rs.
    observations text not null,
    primary key (visit_id, place)
);
insert into observation_sheet (visit_id, place, observations)
    select visit_id, place, cast(json_agg(json_build_object(
        'criterion', criterion,
        'event_id', event_id,
        'batch_id', batch_id,
        'confidential', confidential = 1,
        'answer', cast(answer as json),
        'note', note,
        'order', case when feed_sequence is not null then json_build_array(device_sequence, feed_sequence) end,
        'merged', cast(merge_state as json),
        'recorded_at', recorded_at
    ) order by criterion) as text)
    from observation
    group by visit_id, place;
drop table observation;
