//! Reads PostgreSQL's catalogue: every table has its tenant, its forced row security and keys that lead with the tenant.

use insights::store;
use sqlx::{AnyConnection, Connection};
use testkit::postgres;

/// `table, what is wrong` for everything that breaks a rule.
async fn wrong(c: &mut AnyConnection) -> Vec<(String, String)> {
    sqlx::query_as(include_str!("catalogue.sql")).fetch_all(c).await.unwrap()
}

async fn migrated() -> (AnyConnection, AnyConnection) {
    let database = postgres::database().await;
    store::migrate(&database.owner_url).await.unwrap();
    let owner = AnyConnection::connect(&database.owner_url).await.unwrap();
    (owner, AnyConnection::connect(&database.app_url).await.unwrap())
}

#[tokio::test]
async fn every_table_keeps_the_rules() {
    let (mut owner, _) = migrated().await;
    assert_eq!(wrong(&mut owner).await, []);
    let tables: (i64,) = sqlx::query_as("select count(*) from pg_tables where schemaname = 'public'")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert!(tables.0 > 20, "only {} tables: was everything migrated?", tables.0);
}

#[tokio::test]
async fn a_table_that_breaks_a_rule_is_found() {
    let (mut owner, _) = migrated().await;
    for (ddl, rule) in [
        ("create table bad (tenant_id text not null primary key)", "row security not enabled and forced"),
        ("create table bad (id text primary key)", "no tenant_id not null"),
        (
            "create table bad (tenant_id text not null, id text primary key)",
            "key does not lead with tenant_id: bad_pkey",
        ),
        ("create table bad (tenant_id text not null)", "no primary key"),
        ("alter table sessions no force row level security", "row security not enabled and forced"),
        ("drop policy tenant on turns", "not exactly the one tenant policy"),
        (
            "drop policy tenant on turns; create policy tenant on turns using (true)",
            "not exactly the one tenant policy",
        ),
        ("create policy second on turns using (true)", "not exactly the one tenant policy"),
        // The wider policy is for the four tables that system tasks read, not for one more.
        (
            "drop policy tenant on turns; create policy tenant on turns using ((tenant_id = nullif(current_setting('app.tenant', true), '')) \
             or (nullif(current_setting('app.system', true), '') is not null))",
            "not exactly the one tenant policy",
        ),
    ] {
        let mut tx = owner.begin().await.unwrap();
        sqlx::raw_sql(ddl).execute(&mut *tx).await.unwrap();
        let found = wrong(&mut tx).await;
        assert!(found.iter().any(|(_, what)| what == rule), "{ddl}: {found:?}");
        tx.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn the_servers_role_sees_nothing_without_a_company_and_cannot_touch_the_schema() {
    let (_owner, mut app) = migrated().await;
    // The setting reads '' (not null) after a transaction that set it: both must see nothing.
    for before in ["select 1", "begin; select set_config('app.tenant', 'x', true); commit"] {
        sqlx::raw_sql(before).execute(&mut app).await.unwrap();
        let rows: (i64,) = sqlx::query_as("select count(*) from tenants").fetch_one(&mut app).await.unwrap();
        assert_eq!(rows.0, 0);
        for forbidden in [
            "insert into tenants values ('', 'x', 'x', 1)",
            "insert into tenants values ('x', 'x', 'x', 1)",
            "truncate log_rows",
            "alter table log_rows disable row level security",
            "drop table log_rows",
        ] {
            sqlx::raw_sql(forbidden).execute(&mut app).await.expect_err(forbidden);
        }
    }
}
