-- Refused or unanswered, and asked of nobody else yet: what its sender still has to place.
alter table referral add column to_redirect bigint not null default 0;
update referral set to_redirect = 1 where stage in ('declined', 'expired') and body not like '%"redirected_to":"%';
