-- Agreements with partners (casework::agreement). Nothing is ever changed: a correction, a renewal, an end is one more version.
create table agreement (
    id text primary key,
    organisation_id text not null references organisation (id),
    created_at bigint not null
);
create index agreement_organisation on agreement (organisation_id);

create table agreement_version (
    agreement_id text not null references agreement (id),
    version bigint not null,
    -- One form is one version, however often it is sent.
    form_id text not null unique,
    at bigint not null,
    by_account text not null references account (id),
    reason text not null,
    body text not null,
    primary key (agreement_id, version)
);
