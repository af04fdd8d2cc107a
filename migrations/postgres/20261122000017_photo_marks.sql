-- What a person drew over a photo, as a JSON array; null when nothing is.
alter table photo add column marks text;
-- Counts the changes of `marks`.
alter table photo add column marks_revision bigint not null default 0;
