-- What one asked and still waits for.
create index referral_created_by on referral (created_by, stage);
