-- Row security of the budgets. `reservations` is also open to a named system task: the cap over all companies is counted
-- there, and calls without a living lease are found. It holds ids, times, model names and amounts.
do $$
declare
  t text;
  own text := 'tenant_id = nullif(current_setting(''app.tenant'', true), '''')';
  task text := 'nullif(current_setting(''app.system'', true), '''') is not null';
begin
  foreach t in array array['ledgers', 'reservations', 'usages', 'refusals'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('alter table %I add constraint %I check (tenant_id <> '''')', t, t || '_tenant_named');
    if t = 'reservations' then
      execute format('create policy tenant on %I using ((%s) or (%s))', t, own, task);
    else
      execute format('create policy tenant on %I using (%s)', t, own);
    end if;
    execute format('grant select, insert, update, delete on %I to app', t);
  end loop;
end $$;
