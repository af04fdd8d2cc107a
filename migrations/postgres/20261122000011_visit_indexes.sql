-- Only visits with an expected end can run over.
drop index visit_expected_end;
create index visit_expected_end on visit (expected_end) where expected_end is not null;
