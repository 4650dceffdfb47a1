//! A new PostgreSQL database per test, in the cluster that TEST_POSTGRES_URL names.

use crate::unique;
use sqlx::{AnyConnection, AssertSqlSafe, Connection};

/// A new, empty database with the roles of production.
#[derive(Clone, Debug)]
pub struct Database {
    /// For the owning role, which migrates.
    pub owner_url: String,
    /// For the role of the server: row security applies, nothing can be altered.
    pub app_url: String,
    /// For the superuser, who sees everything.
    pub super_url: String,
}

/// Makes one.
///
/// # Panics
/// When TEST_POSTGRES_URL is missing: the suite is run on both databases, and skipping one silently would be no test.
pub async fn database() -> Database {
    sqlx::any::install_default_drivers();
    let url = std::env::var("TEST_POSTGRES_URL").expect(
        "TEST_POSTGRES_URL names no PostgreSQL: run through `make test`, or `scripts/with-postgres.sh cargo nextest run …`",
    );
    let host = url.split_once('@').expect("TEST_POSTGRES_URL is postgres://user@host:port/name").1;
    let host = host.split('/').next().unwrap();
    let mut c = AnyConnection::connect(&url).await.expect("TEST_POSTGRES_URL answers");
    // Roles belong to the cluster: one test makes them, under a lock, the others find them.
    let roles = "do $$ begin perform pg_advisory_xact_lock(7001); \
        if not exists (select from pg_roles where rolname = 'app') then create role app login nobypassrls; end if; \
        if not exists (select from pg_roles where rolname = 'insights_owner') then create role insights_owner login nobypassrls; end if; \
        end $$";
    sqlx::raw_sql(roles).execute(&mut c).await.unwrap();
    let name = unique("test");
    let create = format!("create database {name} owner insights_owner");
    sqlx::raw_sql(AssertSqlSafe(create)).execute(&mut c).await.unwrap();
    c.close().await.unwrap();
    let user = url.split_once("://").unwrap().1.split_once('@').unwrap().0.to_owned();
    Database {
        owner_url: format!("postgres://insights_owner@{host}/{name}"),
        app_url: format!("postgres://app@{host}/{name}"),
        super_url: format!("postgres://{user}@{host}/{name}"),
    }
}
