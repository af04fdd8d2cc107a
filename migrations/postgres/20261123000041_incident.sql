-- Numbers of registers, each taken once: the row is what makes writers take turns.
create table register_number (
    register text primary key,
    last bigint not null
);
insert into register_number (register, last) values ('incident', 0);

-- Confidentiality incidents (casework::incident). Nothing here is ever changed or deleted: a correction is one more version.
create table incident (
    id text primary key,
    number bigint not null unique,
    organisation_id text not null references organisation (id),
    reported_at bigint not null,
    reported_by text not null references account (id),
    noticed_on text not null,
    words text not null
);

create table incident_version (
    incident_id text not null references incident (id),
    version bigint not null,
    -- One form is one version, however often it is sent.
    form_id text not null unique,
    at bigint not null,
    by_account text not null references account (id),
    reason text not null,
    body text not null,
    primary key (incident_id, version)
);
