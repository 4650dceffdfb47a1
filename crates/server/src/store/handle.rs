//! The handle on the database, its connections, and how a transaction begins on them.

use std::{sync::Arc, time::Duration};

use sqlx::{AnyPool, any::AnyPoolOptions};

use super::{
    SystemStore, TenantStore,
    dialect::Engine,
    errors,
    lane::Lane,
    script::{Ran, Script},
    tx::{Tx, Writer},
};
use crate::{error::Result, ids::TenantId};

/// What a closure does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    /// With one statement.
    ReadOne,
    Write,
}

/// Handle on the database; clones share the pools.
#[derive(Clone)]
pub struct Store(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) engine: Engine,
    /// Named prepared statements: off behind a transaction pooler.
    pub(super) named: bool,
    base: Base,
}

/// The connections.
enum Base {
    /// Many read, one writes.
    Sqlite { readers: Lane, writer: Writer },
    /// All do both.
    Postgres(AnyPool),
}

impl Store {
    /// Opens the pools; `connections` for reading (SQLite has one more that writes) or in all (PostgreSQL).
    pub async fn open(url: &str, connections: u32) -> Result<Store> {
        sqlx::any::install_default_drivers();
        let engine = Engine::of(url).ok_or_else(errors::bad_url)?;
        let pool = |n: u32, read_only: bool| {
            AnyPoolOptions::new()
                .max_connections(n)
                .acquire_timeout(Duration::from_secs(10))
                .test_before_acquire(engine == Engine::Postgres)
                .after_connect(move |c, _| Box::pin(async move { engine.prepare(c, read_only).await }))
        };
        let base = match engine {
            Engine::Sqlite => {
                let kept = |n, read_only| pool(n, read_only).idle_timeout(None).max_lifetime(None);
                let writer = Writer::new(Lane::new(kept(1, false).connect(url).await?, 1));
                Base::Sqlite { readers: Lane::new(kept(connections, true).connect_lazy(url)?, connections), writer }
            }
            Engine::Postgres => Base::Postgres(pool(connections, false).connect(url).await?),
        };
        // Capacity 0 alone is a trap: statements would still be named, and leak.
        let named = !url.contains("statement-cache-capacity=0");
        Ok(Store(Arc::new(Inner { engine, named, base })))
    }

    /// Which database this is.
    pub fn engine(&self) -> Engine {
        self.0.engine
    }

    /// Refuses a database whose schema is older or newer than this program.
    pub async fn check_schema(&self) -> Result<()> {
        let mut tx = self.begin(Kind::Read).await?;
        let row: (i64,) = sqlx::query_as("select cast(coalesce(max(version), 0) as bigint) from _sqlx_migrations")
            .persistent(self.0.named)
            .fetch_one(&mut *tx)
            .await?;
        if row.0 == self.0.engine.newest() { Ok(()) } else { Err(errors::schema(row.0, self.0.engine.newest())) }
    }

    /// Everything of one company.
    pub fn tenant(&self, id: &TenantId) -> TenantStore {
        TenantStore::new(self.clone(), id.clone())
    }

    /// The tables that lead to a company: doors, jobs, tenants, reservations. The reason is for whoever greps for it.
    pub fn system(&self, reason: &'static str) -> SystemStore {
        SystemStore::new(self.clone(), reason)
    }

    /// Waits for open transactions and closes the pools.
    pub async fn close(&self) {
        match &self.0.base {
            Base::Sqlite { readers, writer } => {
                readers.close().await;
                writer.close().await;
            }
            Base::Postgres(pool) => pool.close().await,
        }
    }

    pub(super) async fn begin(&self, kind: Kind) -> sqlx::Result<Tx> {
        match (&self.0.base, kind) {
            (Base::Sqlite { writer, .. }, Kind::Write) => writer.begin().await,
            (Base::Sqlite { readers, .. }, Kind::Read) => {
                let mut lent = readers.acquire().await?;
                lent.run("begin").await?;
                Ok(Tx::Snapshot(lent))
            }
            (Base::Sqlite { readers, .. }, Kind::ReadOne) => Ok(Tx::Bare(readers.acquire().await?)),
            (Base::Postgres(pool), Kind::Write) => Ok(Tx::Own(pool.begin().await?)),
            (Base::Postgres(pool), Kind::Read | Kind::ReadOne) => {
                Ok(Tx::Own(pool.begin_with("begin isolation level repeatable read read only").await?))
            }
        }
    }

    /// A transaction for writing that begins with a company's script.
    pub(super) async fn begin_with(&self, script: &Script) -> sqlx::Result<(Tx, Vec<Ran>)> {
        match &self.0.base {
            Base::Sqlite { writer, .. } => writer.begin_with(script).await,
            Base::Postgres(_) => {
                let mut tx = self.enter(Kind::Write, "app.tenant", script.tenant()).await?;
                let ran = script.run_in(&mut tx).await?;
                Ok((tx, ran))
            }
        }
    }

    /// Opens a transaction in which PostgreSQL's row security lets `value` of `setting` see its rows.
    pub(super) async fn enter(&self, kind: Kind, setting: &'static str, value: &str) -> sqlx::Result<Tx> {
        let mut tx = self.begin(kind).await?;
        self.set(&mut tx, setting, value).await?;
        Ok(tx)
    }

    /// Lets PostgreSQL's row security see what `value` of `setting` may, until the transaction is over or the next call.
    pub(super) async fn set(&self, tx: &mut Tx, setting: &'static str, value: &str) -> sqlx::Result<()> {
        if self.0.engine == Engine::Postgres {
            let query = sqlx::query("select set_config($1, $2, true)").persistent(self.0.named);
            query.bind(setting).bind(value).execute(&mut **tx).await?;
        }
        Ok(())
    }
}
