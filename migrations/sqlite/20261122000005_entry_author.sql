-- 1 when the line shows in the building compartment and who wrote it does not: they were there for a household alone.
alter table case_entry add column by_confidential bigint not null default 0;
