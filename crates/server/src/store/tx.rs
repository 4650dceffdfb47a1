//! Transactions. SQLite commits one after the other, and each waits for the disk: closures that write at the same
//! moment therefore share one commit there. Each is a savepoint; one that fails undoes only itself; none is told of
//! success before the commit, and if that fails, all have failed.

use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use sqlx::{Any, AnyConnection, AnyPool, Transaction, pool::PoolConnection};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::errors::Failure;

/// Proof that a transaction was committed, durably by the engine's settings; only [`Tx::commit`] makes one.
pub(super) struct Committed(());

/// What a closure runs in. Dropped without a commit, it is undone.
pub(super) enum Tx {
    /// A transaction of its own.
    Own(Transaction<'static, Any>),
    /// A savepoint of one that others share.
    Part(Part),
    /// None: one statement that reads.
    Bare(PoolConnection<Any>),
}

impl Tx {
    /// Commits. Whoever shares the transaction is waited for.
    pub(super) async fn commit(self) -> sqlx::Result<Committed> {
        match self {
            Tx::Own(tx) => tx.commit().await?,
            Tx::Part(part) => part.commit().await?,
            Tx::Bare(_) => {}
        }
        Ok(Committed(()))
    }
}

impl Deref for Tx {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        match self {
            Tx::Own(tx) => tx,
            Tx::Part(part) => part.group().connection.get(),
            Tx::Bare(connection) => connection,
        }
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        match self {
            Tx::Own(tx) => tx,
            Tx::Part(part) => part.group_mut().connection.get_mut(),
            Tx::Bare(connection) => connection,
        }
    }
}

/// A deferred transaction that reads first and then writes fails at once when another connection wrote in between,
/// whatever the busy timeout.
const BEGIN: &str = "begin immediate; savepoint part";

type Place = Option<Group>;

/// A connection in a transaction that is led by hand: sqlx loses count when SQLite gives a transaction up by itself, as
/// it does when the disk is full, and would refuse every later one. Unless it ends well, the connection is closed, which
/// undoes everything.
struct Held(Option<PoolConnection<Any>>);

impl Held {
    #[expect(clippy::expect_used, reason = "it is taken out only when the transaction is over")]
    fn get(&self) -> &AnyConnection {
        self.0.as_ref().expect("a transaction without its connection")
    }

    #[expect(clippy::expect_used, reason = "as above")]
    fn get_mut(&mut self) -> &mut AnyConnection {
        self.0.as_mut().expect("a transaction without its connection")
    }

    async fn run(&mut self, statements: &'static str) -> sqlx::Result<()> {
        sqlx::raw_sql(statements).execute(self.get_mut()).await.map(|_| ())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(connection) = self.0.take() {
            drop(connection.detach());
        }
    }
}

/// A transaction that several closures share, one at a time.
struct Group {
    connection: Held,
    /// Those who have done their part.
    done: Vec<oneshot::Sender<Result<(), Failure>>>,
    /// Whether what was done since the savepoint counts. If not, its closure runs, failed, or was dropped in the middle.
    is_good: bool,
    /// Whether nobody will commit it any more: the program ends.
    is_deserted: Arc<AtomicBool>,
}

/// One closure's part of a group.
pub(super) struct Part {
    place: OwnedMutexGuard<Place>,
}

/// The way to SQLite's one writing connection.
#[derive(Clone)]
pub(super) struct Writer {
    pool: AnyPool,
    place: Arc<Mutex<Place>>,
}

impl Writer {
    pub(super) fn new(pool: AnyPool) -> Writer {
        Writer { pool, place: Arc::default() }
    }

    /// Waits for its turn and begins a part; with it a group, if there is none.
    pub(super) async fn begin(&self) -> sqlx::Result<Tx> {
        let mut place = self.place.clone().lock_owned().await;
        if let Some(group) = place.as_mut() {
            // A savepoint that is rolled back to is still there.
            let statements = if group.is_good { "release part; savepoint part" } else { "rollback to part" };
            match group.connection.run(statements).await {
                Ok(()) => group.is_good = false,
                Err(error) => fail(&mut place, &error),
            }
        }
        if place.is_none() {
            let mut connection = Held(Some(self.pool.acquire().await?));
            connection.run(BEGIN).await?;
            let is_deserted = Arc::new(AtomicBool::new(false));
            let committer = Committer { place: self.place.clone(), is_deserted: is_deserted.clone(), is_over: false };
            *place = Some(Group { connection, done: Vec::new(), is_good: false, is_deserted });
            // The lock is fair: those who wait already come before the commit and share it, later ones do not.
            #[expect(
                clippy::disallowed_methods,
                reason = "must outlive a caller that goes away; ends with its commit"
            )]
            tokio::spawn(committer.commit());
        }
        Ok(Tx::Part(Part { place }))
    }
}

impl Part {
    #[expect(clippy::expect_used, reason = "a part is made with its group, and nobody else has the lock")]
    fn group(&self) -> &Group {
        self.place.as_ref().expect("a part without its group")
    }

    #[expect(clippy::expect_used, reason = "as above")]
    fn group_mut(&mut self) -> &mut Group {
        self.place.as_mut().expect("a part without its group")
    }

    async fn commit(mut self) -> sqlx::Result<()> {
        let (told, wait) = oneshot::channel();
        let group = self.group_mut();
        group.is_good = true;
        group.done.push(told);
        drop(self);
        match wait.await {
            Ok(outcome) => outcome.map_err(|failure| sqlx::Error::Database(Box::new(failure))),
            Err(_) => Err(sqlx::Error::WorkerCrashed),
        }
    }
}

/// Gives a group up: nothing of it is committed.
fn fail(place: &mut OwnedMutexGuard<Place>, error: &sqlx::Error) {
    if let Some(group) = place.take() {
        tell(group.done, &Err(Failure::of(error)));
    }
}

/// Commits a group, whoever goes away.
struct Committer {
    place: Arc<Mutex<Place>>,
    is_deserted: Arc<AtomicBool>,
    is_over: bool,
}

impl Committer {
    /// Commits once those who waited for their turn have had it. A part that cannot be undone spoils the group.
    async fn commit(mut self) {
        let mut place = self.place.clone().lock_owned().await;
        if let Some(group) = place.as_mut() {
            let last = if group.is_good { "commit" } else { "rollback to part; commit" };
            let outcome = group.connection.run(last).await.map_err(|error| Failure::of(&error));
            if let Some(mut group) = place.take() {
                if outcome.is_ok() {
                    group.connection.0 = None;
                }
                tell(group.done, &outcome);
            }
        }
        self.is_over = true;
    }
}

impl Drop for Committer {
    /// Dropped in the middle, it leaves nothing behind: an open transaction would keep every other process from writing.
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        self.is_deserted.store(true, Ordering::SeqCst);
        if let Ok(mut place) = self.place.try_lock() {
            desert(&mut place);
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        desert(&mut self.place);
    }
}

/// Gives up a group that nobody will commit.
fn desert(place: &mut Place) {
    place.take_if(|group| group.is_deserted.load(Ordering::SeqCst));
}

fn tell(done: Vec<oneshot::Sender<Result<(), Failure>>>, outcome: &Result<(), Failure>) {
    for part in done {
        // Whoever waited may have gone away.
        let _ = part.send(outcome.clone());
    }
}

#[cfg(test)]
#[path = "tx_tests.rs"]
mod tests;
