-- 1 when the session was opened with a second factor shown, here or at the provider of the organisation.
alter table session add column has_factor bigint not null default 0;
