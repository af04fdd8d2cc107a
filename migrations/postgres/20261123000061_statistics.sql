-- A quarter as it was counted, once, and shown: numbers that were withheld are not in it (casework::statistics::QuarterFigures).
create table statistics_quarter (
    quarter text primary key,
    body text not null,
    made_at bigint not null
);
