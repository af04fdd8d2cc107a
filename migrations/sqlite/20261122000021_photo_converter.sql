-- Which program of the system was last asked to read a photo in a format that this one does not; null when none was there.
alter table photo add column converter text;
