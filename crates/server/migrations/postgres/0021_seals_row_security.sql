-- The second wall for the table of 0020, as in 0006. Nothing changes or removes a seal, so nobody may.
alter table seals enable row level security;
alter table seals force row level security;
alter table seals add constraint seals_tenant_named check (tenant_id <> '');
create policy tenant on seals using (tenant_id = nullif(current_setting('app.tenant', true), ''));
grant select, insert on seals to app;
