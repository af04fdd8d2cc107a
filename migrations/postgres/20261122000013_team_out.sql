-- 1 when the team was found to be out: its phone, which does not say that the visit is over, is not asked after any more.
alter table visit_reached add column is_out bigint not null default 0;
