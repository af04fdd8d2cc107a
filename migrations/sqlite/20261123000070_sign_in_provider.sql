-- How people of an organisation sign in at home: an OpenID Connect provider. Its secret is named here and kept elsewhere.
create table sign_in_provider (
    organisation_id text primary key references organisation (id),
    issuer text not null,
    client_id text not null,
    secret_name text not null,
    -- Lower case; only verified e-mails of this domain name an account.
    email_domain text not null,
    -- What the provider must say in `acr`, or null; `mfa` in `amr` says it too. Only where factor_counts is 1.
    factor_acr text,
    factor_counts bigint not null,
    changed_at bigint not null
);

-- Whom a provider's subject is, from their first sign-in on: an e-mail given to somebody else later opens nothing.
create table provider_subject (
    issuer text not null,
    subject_hash text not null,
    organisation_id text not null references organisation (id),
    account_id text not null references account (id),
    bound_at bigint not null,
    primary key (issuer, subject_hash)
);
create unique index provider_subject_account on provider_subject (account_id);

-- What opens once and was used: the state of a sign-in, the challenge of a passkey. Only as long as it could be shown again.
create table spent_token (
    token_hash text primary key,
    expires_at bigint not null
);
create index spent_token_expires on spent_token (expires_at);
