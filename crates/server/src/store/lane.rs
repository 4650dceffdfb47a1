//! SQLite's connections, kept at hand: sqlx's pool tests each one when it comes back, which takes a turn of its thread
//! as long as that of a small statement.

use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::{Any, AnyConnection, AnyPool, pool::PoolConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many connections of a pool, and nobody else uses it.
#[derive(Clone)]
pub(super) struct Lane(Arc<Inner>);

struct Inner {
    pool: AnyPool,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<PoolConnection<Any>>>,
}

impl Inner {
    fn idle(&self) -> MutexGuard<'_, Vec<PoolConnection<Any>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Inner {
    /// Outside of a runtime a connection cannot go back to its pool.
    fn drop(&mut self) {
        for connection in self.idle().drain(..) {
            drop(connection.detach());
        }
    }
}

impl Lane {
    /// `places`: as many as the pool may open.
    pub(super) fn new(pool: AnyPool, places: u32) -> Lane {
        let places = Arc::new(Semaphore::new(places as usize));
        Lane(Arc::new(Inner { pool, places, idle: Mutex::default() }))
    }

    /// Waits for a connection.
    pub(super) async fn acquire(&self) -> sqlx::Result<Lent> {
        let closed = |_| sqlx::Error::PoolClosed;
        let place = self.0.places.clone().acquire_owned().await.map_err(closed)?;
        let known = self.0.idle().pop();
        let connection = match known {
            Some(connection) => connection,
            None => self.0.pool.acquire().await?,
        };
        Ok(Lent { connection: Some(connection), lane: self.clone(), _place: place })
    }

    /// Lends nothing any more, and closes the pool once all are back.
    pub(super) async fn close(&self) {
        self.0.places.close();
        let idle = std::mem::take(&mut *self.0.idle());
        for connection in idle {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "a database connection did not close well");
            }
        }
        self.0.pool.close().await;
    }
}

/// A connection on loan. Unless it is given back, it is closed, which undoes what it was in the middle of.
pub(super) struct Lent {
    connection: Option<PoolConnection<Any>>,
    lane: Lane,
    _place: OwnedSemaphorePermit,
}

impl Lent {
    /// Gives it back. It must be outside of any transaction.
    pub(super) fn back(mut self) {
        if let Some(connection) = self.connection.take().filter(|_| !self.lane.0.places.is_closed()) {
            self.lane.0.idle().push(connection);
        }
    }

    /// Runs statements that have no parameters.
    pub(super) async fn run(&mut self, statements: &'static str) -> sqlx::Result<()> {
        sqlx::raw_sql(statements).execute(&mut **self).await.map(|_| ())
    }
}

impl Deref for Lent {
    type Target = AnyConnection;

    #[expect(clippy::expect_used, reason = "it is taken out only when the loan is over")]
    fn deref(&self) -> &AnyConnection {
        self.connection.as_ref().expect("a loan without its connection")
    }
}

impl DerefMut for Lent {
    #[expect(clippy::expect_used, reason = "as above")]
    fn deref_mut(&mut self) -> &mut AnyConnection {
        self.connection.as_mut().expect("a loan without its connection")
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            drop(connection.detach());
        }
    }
}
