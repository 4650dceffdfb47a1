//! What runs in a transaction: closures over one company's rows, or over the few tables that lead to a company.

use sqlx::{
    Any, AnyConnection,
    any::{AnyArguments, AnyRow},
    query::{Query, QueryAs},
};

use super::{
    Engine, Store,
    handle::Kind,
    script::Script,
    tx::{Committed, Tx},
};
use crate::{error::Result, ids::TenantId};

/// The store of one company.
#[derive(Clone)]
pub struct TenantStore {
    pub(super) store: Store,
    pub(super) tenant: TenantId,
}

impl TenantStore {
    pub(super) fn new(store: Store, tenant: TenantId) -> TenantStore {
        TenantStore { store, tenant }
    }

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
    pub(super) async fn prove<T>(&self, f: impl AsyncFnOnce(&mut Db) -> Result<T>) -> Result<(T, Committed)> {
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
    pub(super) tx: Tx,
    pub(super) tenant: TenantId,
    pub(super) named: bool,
    pub(super) engine: Engine,
}

impl Db {
    /// Whose transaction this is.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// A statement whose `$1` is the tenant already.
    pub(super) fn query<'q>(&self, sql: impl sqlx::SqlSafeStr) -> Query<'q, Any, AnyArguments> {
        sqlx::query(sql).persistent(self.named).bind(self.tenant.as_str().to_owned())
    }

    /// A query whose `$1` is the tenant already, read as tuples.
    pub(super) fn query_as<'q, T>(&self, sql: impl sqlx::SqlSafeStr) -> QueryAs<'q, Any, T, AnyArguments>
    where
        T: for<'r> sqlx::FromRow<'r, AnyRow>,
    {
        sqlx::query_as(sql).persistent(self.named).bind(self.tenant.as_str().to_owned())
    }

    /// Statements that are to run together.
    pub(super) fn script(&self) -> Script {
        Script::new(self.engine, self.named, self.tenant.as_str())
    }

    /// The connection to run a statement on.
    pub(super) fn on(&mut self) -> &mut AnyConnection {
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
    pub(super) fn new(store: Store, reason: &'static str) -> SystemStore {
        SystemStore { store, reason }
    }

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
    pub(super) tx: Tx,
    pub(super) named: bool,
    pub(super) engine: Engine,
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
