-- What a person is shown of their own sessions: an id to end one by, the coarse make of the browser, and the day it was last seen. No user agent, no address.
alter table session add column id text not null default '';
update session set id = lower(
    hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))
);
create unique index session_id on session (id);
create index session_account on session (account_id);
alter table session add column browser text not null default 'other';
-- 1 for a phone or a tablet.
alter table session add column handheld bigint not null default 0;
alter table session add column seen_at bigint not null default 0;
update session set seen_at = created_at;
