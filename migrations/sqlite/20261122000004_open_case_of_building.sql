-- Each push asks for the open case of its building, and for what its finished visits found: one step in these indexes, however long its history.
create index case_open_of_building on case_file (building_id, opened_at, id) where stage <> 'closed';
create index visit_finished on visit (building_id, started_at, id) where finished_at is not null;
