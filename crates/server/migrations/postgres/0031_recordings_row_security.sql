-- The second wall for the tables of 0030, as in 0006. A chunk never changes.
do $$
declare
  t text;
begin
  foreach t in array array['recording_segments', 'recording_chunks', 'recordings'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('alter table %I add constraint %I check (tenant_id <> '''')', t, t || '_tenant_named');
    execute format(
      'create policy tenant on %I using (tenant_id = nullif(current_setting(''app.tenant'', true), ''''))', t);
  end loop;
end $$;
grant select, insert, update, delete on recording_segments, recordings to app;
grant select, insert, delete on recording_chunks to app;
