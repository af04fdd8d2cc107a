-- Requests of the persons concerned (casework::person_request).
insert into register_number (register, last) values ('person_request', 0);

create table person_request (
    id text primary key,
    number bigint not null unique,
    organisation_id text not null references organisation (id),
    case_id text not null references case_file (id),
    dwelling_id text not null references dwelling (id),
    received_on text not null,
    answered_at bigint,
    assembled_by text references account (id),
    answered_by text references account (id),
    recorded_by text not null references account (id),
    body text not null,
    revision bigint not null
);
create index person_request_organisation on person_request (organisation_id, answered_at, received_on);
