-- What proves a consent: apart from it, so that no list ever reads one.
create table consent_proof (
    consent_id text primary key references consent (id),
    -- casework::consent_proof::ConsentProof.
    body text not null,
    -- Of a paper: a copy of its photo without metadata, JPEG in base64. With its row, so that it goes in the transaction of a purge.
    paper text
);

-- When the history is to say that a consent is over; null once said, withdrawn, or refused.
alter table consent add column ends_at bigint;
update consent set ends_at = cast(cast(body as json) ->> 'until' as bigint) where withdrawn_at is null and cast(body as json) ->> 'answer' = 'given';
create index consent_ends on consent (ends_at);
