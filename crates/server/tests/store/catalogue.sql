-- What breaks the rules of tenancy: (table, what). Names are cast to text, the driver cannot read `name`.
with t as (
  select c.oid, c.relname::text as name, c.relrowsecurity, c.relforcerowsecurity,
         c.relname in ('tenants', 'doors', 'jobs', 'reservations') as leads_to_tenant
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname = 'public' and c.relname <> '_sqlx_migrations'
), keys as (
  select k.conrelid, k.conname::text, k.contype,
         (select a.attname = 'tenant_id' from pg_attribute a where a.attrelid = k.conrelid and a.attnum = k.conkey[1]) as near,
         k.contype <> 'f' or (select a.attname = 'tenant_id' from pg_attribute a
                              where a.attrelid = k.confrelid and a.attnum = k.confkey[1]) as far
  from pg_constraint k where k.contype in ('p', 'u', 'f')
), policies as (
  select p.polrelid, count(*) as n,
         min(case when p.polcmd = '*' and p.polpermissive and p.polwithcheck is null then pg_get_expr(p.polqual, p.polrelid) end) as rule
  from pg_policy p group by p.polrelid
)
select name, 'no tenant_id not null' from t
  where not exists (select 1 from pg_attribute a where a.attrelid = t.oid and a.attname = 'tenant_id' and a.attnotnull)
union all
select name, 'row security not enabled and forced' from t where not (relrowsecurity and relforcerowsecurity)
union all
select name, 'not exactly the one tenant policy' from t left join policies p on p.polrelid = t.oid
  where coalesce(p.n, 0) <> 1 or p.rule is distinct from case when leads_to_tenant
    then '((tenant_id = NULLIF(current_setting(''app.tenant''::text, true), ''''::text)) OR (NULLIF(current_setting(''app.system''::text, true), ''''::text) IS NOT NULL))'
    else '(tenant_id = NULLIF(current_setting(''app.tenant''::text, true), ''''::text))' end
union all
select name, 'no primary key' from t where not exists (select 1 from pg_constraint k where k.conrelid = t.oid and k.contype = 'p')
union all
-- `doors` is asked by the hash of a secret before the tenant is known: its key cannot lead with the tenant.
select t.name, 'key does not lead with tenant_id: ' || k.conname from t join keys k on k.conrelid = t.oid
  where not (coalesce(k.near, false) and coalesce(k.far, false)) and k.conname <> 'doors_pkey'
