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
    select visit_id, place, json_group_array(json_object(
        'criterion', criterion,
        'event_id', event_id,
        'batch_id', batch_id,
        'confidential', json(case confidential when 1 then 'true' else 'false' end),
        'answer', json(answer),
        'note', note,
        'order', json(case when feed_sequence is not null then json_array(device_sequence, feed_sequence) end),
        'merged', json(merge_state),
        'recorded_at', recorded_at
    ))
    from (select * from observation order by visit_id, place, criterion)
    group by visit_id, place;
drop table observation;
