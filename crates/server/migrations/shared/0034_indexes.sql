-- Nothing reads the log by arrival: the index cost each append one page more.
drop index log_rows_by_arrival;
-- Each start reads what its candidate agreed to; without this it read everything that anybody of the company did.
create index consents_by_session on consents (tenant_id, session_id, accepted_at);
-- Each start counts the calls of all companies: only those that are open are looked at.
drop index reservations_open;
create index reservations_open on reservations (tenant_id, session_id, lease_until) where settled_at is null;
