-- The second wall for the table of 0007, as in 0006.
alter table voice_providers enable row level security;
alter table voice_providers force row level security;
alter table voice_providers add constraint voice_providers_tenant_named check (tenant_id <> '');
create policy tenant on voice_providers using (tenant_id = nullif(current_setting('app.tenant', true), ''));
grant select, insert, update, delete on voice_providers to app;
