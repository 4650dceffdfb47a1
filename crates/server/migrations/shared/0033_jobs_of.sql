-- The same work is queued once: looked up before it is queued again.
create index jobs_of on jobs (tenant_id, name, payload);
