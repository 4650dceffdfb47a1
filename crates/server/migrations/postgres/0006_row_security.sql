-- The second wall: forced row-level security on every table, for the owner too.
-- nullif: once set locally, a setting reads '' (not null) for the rest of the connection.
-- Three tables are also open to a named system task (`store.system(reason)`): they lead to a tenant and hold only
-- hashes, ids, job names and company names.
do $$
declare
  t text;
  own text := 'tenant_id = nullif(current_setting(''app.tenant'', true), '''')';
  task text := 'nullif(current_setting(''app.system'', true), '''') is not null';
begin
  foreach t in array array[
    'tenants', 'doors', 'jobs',
    'members', 'sign_in_links', 'member_sessions', 'audit_events',
    'positions', 'plans', 'plan_versions', 'renders',
    'candidates', 'applications', 'invitations', 'candidate_sessions',
    'sessions', 'consents', 'legs', 'log_cursors', 'log_rows', 'turns'
  ] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('alter table %I add constraint %I check (tenant_id <> '''')', t, t || '_tenant_named');
    if t in ('tenants', 'doors', 'jobs') then
      execute format('create policy tenant on %I using ((%s) or (%s))', t, own, task);
    else
      execute format('create policy tenant on %I using (%s)', t, own);
    end if;
    execute format('grant select, insert, update, delete on %I to app', t);
  end loop;
end $$;
-- The server checks at start that the schema is the one it was built for.
grant select on _sqlx_migrations to app;
