-- Types are the four that one SQL text carries on both databases: text, bigint, double precision. Booleans are 0/1, times are UTC milliseconds,
-- ids are hyphenated UUIDs, structured values are JSON text.

create table organisation (
    id text primary key,
    name text not null,
    kind text not null,
    -- What it does for a referral, in its own words.
    service text not null,
    -- Territory it reads on the map; null for none.
    municipality text,
    pivot_person text,
    receives_referrals bigint not null,
    created_at bigint not null
);

create table account (
    id text primary key,
    email text not null unique,
    display_name text not null,
    password_hash text not null,
    role text not null,
    organisation_id text not null references organisation (id),
    active bigint not null,
    -- Order on the emergency cell's call list; null when not on it.
    on_call_rank bigint,
    created_at bigint not null
);

create table session (
    token_hash text primary key,
    account_id text not null references account (id),
    csrf text not null,
    created_at bigint not null,
    expires_at bigint not null
);

create table sign_in_failure (
    id text primary key,
    -- Hash of the e-mail tried: the address itself is not kept.
    key_hash text not null,
    at bigint not null
);
create index sign_in_failure_key on sign_in_failure (key_hash, at);

-- One-time links: with an account, to choose its password; without, to create the first administrator.
create table access_link (
    token_hash text primary key,
    account_id text references account (id),
    expires_at bigint not null
);

create table grid (
    hash text primary key,
    version text not null,
    body text not null,
    adopted_at bigint not null
);

create table building (
    id text primary key,
    address text not null,
    -- Address, municipality and borough without accents or case, for search.
    search_text text not null,
    municipality text not null,
    borough text,
    dwellings bigint not null,
    storeys bigint,
    year_built bigint,
    longitude double precision,
    latitude double precision,
    provenance text not null,
    feed_sequence bigint not null
);
create index building_feed on building (feed_sequence);

create table dwelling (
    id text primary key,
    building_id text not null references building (id),
    label text not null,
    floor bigint not null,
    added_by_event text
);
create index dwelling_building on dwelling (building_id);

create table round_stop (
    building_id text primary key references building (id),
    organisation_id text not null references organisation (id),
    planned_on text not null,
    -- 1 once taken off the round: phones forget the building, and what they still hold of it is received all the same.
    withdrawn bigint not null
);

create table case_file (
    id text primary key,
    number text not null unique,
    building_id text not null references building (id),
    stage text not null,
    -- casework::case::CaseState.
    state text not null,
    opened_because text not null,
    band text,
    index_value double precision,
    danger bigint not null,
    complex bigint not null,
    -- Motif codes of the building compartment, then of both compartments.
    motifs text not null,
    motifs_confidential text not null,
    search_text text not null,
    municipality text not null,
    opened_at bigint not null,
    updated_at bigint not null,
    revision bigint not null
);
create index case_updated on case_file (updated_at, id);
create index case_building on case_file (building_id);
create index case_municipality on case_file (municipality, updated_at, id);

create table visit (
    id text primary key,
    building_id text not null references building (id),
    grid_hash text not null,
    case_id text references case_file (id),
    started_at bigint not null,
    started_by text not null references account (id),
    finished_at bigint,
    -- inspection_grid::Score and Complexity (building compartment, then both).
    score text,
    complexity text,
    complexity_confidential text,
    updated_at bigint not null
);
create index visit_building on visit (building_id, started_at);
create index visit_case on visit (case_id);

create table visit_dwelling (
    visit_id text not null references visit (id),
    dwelling_id text not null references dwelling (id),
    outcome text not null,
    event_id text not null,
    primary key (visit_id, dwelling_id)
);

-- Append-only: what phones sent, as they sent it.
create table field_event (
    id text primary key,
    visit_id text not null,
    building_id text not null,
    account_id text not null,
    device_id text not null,
    device_sequence bigint not null,
    device_at bigint not null,
    received_at bigint not null,
    feed_sequence bigint not null,
    body text not null,
    body_sha256 text not null
);
create index field_event_visit on field_event (visit_id, feed_sequence);

create table field_event_quarantine (
    id text primary key,
    event_id text not null,
    account_id text not null,
    device_id text not null,
    received_at bigint not null,
    body text not null,
    code text not null
);

-- Current answer to each criterion at each place of a visit: a projection of field_event.
create table observation (
    visit_id text not null,
    place text not null,
    criterion text not null,
    event_id text not null,
    account_id text not null,
    device_id text not null,
    recorded_at bigint not null,
    confidential bigint not null,
    -- The severity that stands: of a conflict, the highest.
    severity bigint,
    answer text not null,
    note text,
    -- casework::sync::CurrentAnswer: what stands and what is in conflict; null for a note without an answer.
    merge_state text,
    primary key (visit_id, place, criterion)
);

create table photo (
    id text primary key,
    visit_id text not null,
    building_id text not null,
    place text not null,
    criterion text not null,
    account_id text not null,
    event_id text not null,
    confidential bigint not null,
    sha256 text not null,
    bytes bigint not null,
    content_type text not null,
    taken_at bigint not null,
    verified_at bigint,
    derived_at bigint,
    width bigint,
    height bigint,
    removed_at bigint
);
create index photo_visit on photo (visit_id);

create table upload (
    photo_id text primary key,
    account_id text not null,
    sha256 text not null,
    content_type text not null,
    length_bytes bigint not null,
    received_bytes bigint not null,
    created_at bigint not null,
    finished_at bigint
);

-- Append-only timeline of a case; a line can be struck, never changed.
create table case_entry (
    id text primary key,
    case_id text not null references case_file (id),
    at bigint not null,
    by_account text,
    by_name text not null,
    kind text not null,
    -- 1 when it belongs to the psychosocial compartment.
    confidential bigint not null,
    text text not null,
    struck_reason text,
    struck_by text,
    struck_at bigint
);
create index case_entry_case on case_entry (case_id, at);

create table escalation (
    id text primary key,
    case_id text references case_file (id),
    building_id text not null references building (id),
    stage text not null,
    -- casework::escalation::Escalation.
    body text not null,
    reason text,
    called_911 bigint not null,
    -- 1 when only the psychosocial compartment proves it.
    confidential bigint not null,
    raised_by_name text not null,
    acknowledged_by_name text,
    raised_at bigint not null,
    closed_at bigint,
    revision bigint not null
);
create index escalation_stage on escalation (stage, raised_at);
create index escalation_building on escalation (building_id);

create table escalation_entry (
    id text primary key,
    escalation_id text not null references escalation (id),
    at bigint not null,
    by_account text,
    by_name text not null,
    verb text,
    text text not null,
    struck_reason text,
    struck_by text,
    struck_at bigint
);
create index escalation_entry_escalation on escalation_entry (escalation_id, at);

create table referral (
    id text primary key,
    case_id text not null references case_file (id),
    building_id text not null references building (id),
    from_organisation text not null references organisation (id),
    to_organisation text not null references organisation (id),
    created_by text not null references account (id),
    stage text not null,
    -- casework::referral::Referral.
    body text not null,
    answered_by_name text,
    answered_at bigint,
    sent_at bigint,
    due_at bigint,
    updated_at bigint not null,
    revision bigint not null
);
create index referral_case on referral (case_id);
create index referral_to on referral (to_organisation, updated_at);
create index referral_from on referral (from_organisation, updated_at);

create table referral_entry (
    id text primary key,
    referral_id text not null references referral (id),
    at bigint not null,
    by_account text,
    by_name text not null,
    kind text not null,
    text text not null
);
create index referral_entry_referral on referral_entry (referral_id, at);

create table job (
    id text primary key,
    kind text not null,
    payload text not null,
    run_at bigint not null,
    attempts bigint not null,
    done_at bigint,
    last_error text
);
create index job_due on job (done_at, run_at);

create table audit (
    id text primary key,
    at bigint not null,
    account_id text,
    action text not null,
    subject_kind text not null,
    subject_id text not null
);
create index audit_subject on audit (subject_kind, subject_id);

create table territory (
    id text primary key,
    municipality text not null,
    borough text,
    -- Closed ring of [longitude, latitude].
    ring text not null,
    approximate bigint not null
);

-- Counters whose row lock makes commits follow their numbers: a reader that has seen n has seen everything up to n.
create table counter (
    name text primary key,
    value bigint not null
);
insert into counter (name, value) values ('feed', 0), ('case_number', 0);
