-- What an organisation says of itself in a directory, and where that was read.
create table organisation_profile (
    organisation_id text primary key references organisation (id),
    -- casework-shaped JSON: description, e-mail, site, telephone.
    body text not null,
    -- Directory that it was read from, with its id and the digest of what it said there.
    source text,
    source_id text,
    source_digest text,
    updated_at bigint not null
);
create unique index organisation_profile_source on organisation_profile (source, source_id);

-- Services of organisations (casework::directory::Service).
create table directory_service (
    id text primary key,
    organisation_id text not null references organisation (id),
    body text not null,
    -- It is offered.
    active bigint not null,
    -- Grows by one with each change: saved only over the revision that was read.
    revision bigint not null,
    -- YYYY-MM-DD; null when nobody ever verified it.
    verified_on text,
    -- Null when the directory that it was read from said so.
    verified_by text references account (id),
    source text,
    source_id text,
    source_digest text,
    -- The revision that was last read from there: a later one was changed here.
    source_revision bigint,
    created_at bigint not null,
    updated_at bigint not null
);
create unique index directory_service_source on directory_service (source, source_id);
create index directory_service_organisation on directory_service (organisation_id);
