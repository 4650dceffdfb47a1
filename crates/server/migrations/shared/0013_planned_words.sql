-- The words that should have been said, where the provider says that it said others.
alter table turns add column planned text;
