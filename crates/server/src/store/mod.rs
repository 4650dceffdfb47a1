//! The only place that knows SQL: one query text for SQLite and PostgreSQL, the tenant in the type of the handle.
//!
//! Two doors: [`Store::tenant`] for everything that belongs to a company, [`Store::system`] for the few tables that
//! lead to one. Both run closures in one transaction; nothing is awaited in them but the database.
//!
//! Rules: no boolean columns or results (`case when .. then 1 else 0 end`); every aggregate `cast(.. as bigint)`;
//! `$1` is the tenant in every statement; every statement goes through [`Db::query`] or [`Db::query_as`].

mod audit;
pub mod budget;
mod candidates;
mod consents;
pub mod damage;
mod dialect;
mod doors;
mod errors;
mod invitations;
mod jobs;
mod lane;
mod legs;
pub mod live;
pub mod log;
mod members;
mod plans;
mod positions;
mod providers;
mod queue;
mod recordings;
mod renders;
mod seals;
mod sessions;
mod tenants;
mod turns;
mod tx;

pub use candidates::{ApplicationRow, NewCandidate, spoken_name};
pub use consents::ConsentRow;
pub use dialect::Engine;
pub use doors::{DoorKind, DoorTarget};
pub use invitations::{InvitationRow, InvitationState, NewInvitation};
pub use jobs::{JobRow, NewJob};
pub use legs::LegRow;
pub use members::MemberRow;
pub use plans::{PlanRow, PlanVersionRow};
pub use positions::PositionRow;
pub use providers::{ProviderRow, StoredKey};
pub use recordings::{EngineSegment, Keeping, Kept, NewChunk, Place, RecordingRow, Unclosed};
pub use seals::{CursorRow, OddSession, SealRow};
pub use sessions::{NewSession, SessionFilter, SessionRow};
pub use tenants::TenantRow;
pub use turns::TurnRow;

use crate::error::{Error, Result};
use crate::ids::TenantId;
use lane::Lane;
use sqlx::{
    Any, AnyConnection, AnyPool,
    any::{AnyArguments, AnyPoolOptions, AnyRow},
    query::{Query, QueryAs},
};
use std::{path::Path, sync::Arc, time::Duration};
use tx::{Committed, Tx, Writer};

/// Applies the migrations over its own connection. On PostgreSQL: as the owning role and never through a transaction
/// pooler, because it takes a session lock.
pub async fn migrate(url: &str) -> Result<()> {
    use sqlx::Connection;
    sqlx::any::install_default_drivers();
    let engine = Engine::of(url).ok_or_else(errors::bad_url)?;
    let mut connection = AnyConnection::connect(url).await?;
    engine.prepare(&mut connection, false).await?;
    engine.migrator().run(&mut connection).await.map_err(errors::migration)?;
    connection.close().await?;
    Ok(())
}

/// Writes an SQLite database as it is now into a new file, while others read and write it, and checks the copy.
pub async fn snapshot(url: &str, to: &Path) -> Result<()> {
    use sqlx::Connection;
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await?;
    let place = to.to_string_lossy().into_owned();
    sqlx::query("vacuum into $1").bind(&place).execute(&mut connection).await?;
    connection.close().await?;
    let mut copy = AnyConnection::connect(&format!("sqlite://{place}?mode=ro")).await?;
    let (verdict,): (String,) = sqlx::query_as("pragma integrity_check").fetch_one(&mut copy).await?;
    copy.close().await?;
    if verdict == "ok" {
        return Ok(());
    }
    Err(Error::internal(anyhow::anyhow!("the copy of the database is damaged, and so may be the original: {verdict}")))
}

/// What a closure does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Read,
    /// With one statement.
    ReadOne,
    Write,
}

/// Handle on the database; clones share the pools.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    engine: Engine,
    /// Named prepared statements: off behind a transaction pooler.
    named: bool,
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
        TenantStore { store: self.clone(), tenant: id.clone() }
    }

    /// The tables that lead to a company: doors, jobs, tenants, reservations. The reason is for whoever greps for it.
    pub fn system(&self, reason: &'static str) -> SystemStore {
        SystemStore { store: self.clone(), reason }
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

    async fn begin(&self, kind: Kind) -> sqlx::Result<Tx> {
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

    /// Opens a transaction in which PostgreSQL's row security lets `value` of `setting` see its rows.
    async fn enter(&self, kind: Kind, setting: &'static str, value: &str) -> sqlx::Result<Tx> {
        let mut tx = self.begin(kind).await?;
        if self.0.engine == Engine::Postgres {
            sqlx::query("select set_config($1, $2, true)")
                .persistent(self.0.named)
                .bind(setting)
                .bind(value)
                .execute(&mut *tx)
                .await?;
        }
        Ok(tx)
    }
}

/// The store of one company.
#[derive(Clone)]
pub struct TenantStore {
    store: Store,
    tenant: TenantId,
}

impl TenantStore {
    /// Whose store this is.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// Runs `f` on one snapshot; writing in it fails.
    pub async fn read<T>(&self, f: impl AsyncFnOnce(&mut Db) -> Result<T>) -> Result<T> {
        self.run(Kind::Read, f).await
    }

    /// Runs `f`, which reads with one statement and so needs no snapshot.
    pub async fn read_one<T>(&self, f: impl AsyncFnOnce(&mut Db) -> Result<T>) -> Result<T> {
        self.run(Kind::ReadOne, f).await
    }

    /// Runs `f` in one transaction: commits if it returns `Ok`, rolls back otherwise.
    pub async fn write<T>(&self, f: impl AsyncFnOnce(&mut Db) -> Result<T>) -> Result<T> {
        self.run(Kind::Write, f).await
    }

    /// As [`Self::write`], with the proof that it is committed.
    async fn prove<T>(&self, f: impl AsyncFnOnce(&mut Db) -> Result<T>) -> Result<(T, Committed)> {
        self.run_proven(Kind::Write, f).await
    }

    async fn run<T>(&self, kind: Kind, f: impl AsyncFnOnce(&mut Db) -> Result<T>) -> Result<T> {
        Ok(self.run_proven(kind, f).await?.0)
    }

    async fn run_proven<T>(&self, kind: Kind, f: impl AsyncFnOnce(&mut Db) -> Result<T>) -> Result<(T, Committed)> {
        let tx = self.store.enter(kind, "app.tenant", self.tenant.as_str()).await?;
        let (named, engine) = (self.store.0.named, self.store.0.engine);
        let mut db = Db { tx, tenant: self.tenant.clone(), named, engine };
        let out = f(&mut db).await;
        done(db.tx, out).await
    }
}

/// One open transaction of one company. Its methods are in one file per table group.
pub struct Db {
    tx: Tx,
    tenant: TenantId,
    named: bool,
    engine: Engine,
}

impl Db {
    /// Whose transaction this is.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// A statement whose `$1` is the tenant already.
    fn query<'q>(&self, sql: impl sqlx::SqlSafeStr) -> Query<'q, Any, AnyArguments> {
        sqlx::query(sql).persistent(self.named).bind(self.tenant.as_str().to_owned())
    }

    /// A query whose `$1` is the tenant already, read as tuples.
    fn query_as<'q, T>(&self, sql: impl sqlx::SqlSafeStr) -> QueryAs<'q, Any, T, AnyArguments>
    where
        T: for<'r> sqlx::FromRow<'r, AnyRow>,
    {
        sqlx::query_as(sql).persistent(self.named).bind(self.tenant.as_str().to_owned())
    }

    /// The connection to run a statement on.
    fn on(&mut self) -> &mut AnyConnection {
        &mut self.tx
    }
}

/// The store of the tables that lead to a company.
#[derive(Clone)]
pub struct SystemStore {
    store: Store,
    reason: &'static str,
}

impl SystemStore {
    /// Runs `f` on one snapshot; writing in it fails.
    pub async fn read<T>(&self, f: impl AsyncFnOnce(&mut System) -> Result<T>) -> Result<T> {
        self.run(Kind::Read, f).await
    }

    /// Runs `f`, which reads with one statement and so needs no snapshot.
    pub async fn read_one<T>(&self, f: impl AsyncFnOnce(&mut System) -> Result<T>) -> Result<T> {
        self.run(Kind::ReadOne, f).await
    }

    /// Runs `f` in one transaction: commits if it returns `Ok`, rolls back otherwise.
    pub async fn write<T>(&self, f: impl AsyncFnOnce(&mut System) -> Result<T>) -> Result<T> {
        self.run(Kind::Write, f).await
    }

    async fn run<T>(&self, kind: Kind, f: impl AsyncFnOnce(&mut System) -> Result<T>) -> Result<T> {
        let tx = self.store.enter(kind, "app.system", self.reason).await?;
        let mut system = System { tx, named: self.store.0.named, engine: self.store.0.engine };
        let out = f(&mut system).await;
        Ok(done(system.tx, out).await?.0)
    }
}

/// One open transaction over the tables that lead to a company.
pub struct System {
    tx: Tx,
    named: bool,
    engine: Engine,
}

/// Commits what went well, undoes the rest.
async fn done<T>(tx: Tx, out: Result<T>) -> Result<(T, Committed)> {
    match out {
        Ok(out) => Ok((out, tx.commit().await?)),
        Err(error) => {
            tx.undo().await;
            Err(error)
        }
    }
}

/// The one row, or "not found".
fn found<T>(row: Option<T>) -> Result<T> {
    row.ok_or_else(Error::not_found)
}

/// Refuses an update that met no row.
fn met(result: &sqlx::any::AnyQueryResult) -> Result<()> {
    if result.rows_affected() == 0 { Err(Error::not_found()) } else { Ok(()) }
}
