-- Somebody found out how the team of a visit that runs over is.
create table visit_reached (
    id text primary key,
    visit_id text not null references visit (id),
    at bigint not null,
    by_account text not null references account (id),
    text text not null
);
create index visit_reached_visit on visit_reached (visit_id, at);
