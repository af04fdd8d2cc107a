-- What the file of a photo told before its metadata was left out of every copy.
alter table photo add column captured_at bigint;
-- Metres, of the place the device believed; the place itself stays in the original alone.
alter table photo add column accuracy_m double precision;
-- When it was found that no copy can be made: the original is kept and nothing is shown.
alter table photo add column undisplayable_at bigint;

-- Files on disk are compared with these.
create index photo_sha256 on photo (sha256);
create index upload_sha256 on upload (sha256);
-- Uploads never finished are forgotten after some days.
create index upload_unfinished on upload (finished_at, created_at);
