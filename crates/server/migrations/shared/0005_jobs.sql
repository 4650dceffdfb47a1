-- The queue. A job is written in the transaction that needs it and deleted when it is done.
create table jobs (
  tenant_id text not null references tenants (tenant_id),
  id text not null,
  name text not null,
  payload text not null,
  run_at bigint not null,
  attempts bigint not null,
  claimed_until bigint,
  failed_at bigint,
  last_error text,
  created_at bigint not null,
  primary key (tenant_id, id)
);
create index jobs_due on jobs (run_at);
