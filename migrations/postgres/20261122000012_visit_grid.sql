-- The grid that a visit was under before it was moved to the one it has.
alter table visit add column grid_before text;
