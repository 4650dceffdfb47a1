//! Transactions. SQLite commits one after the other, and each waits for the disk: closures that write at the same
//! moment therefore share one commit there. Each is a savepoint; one that fails undoes only itself; none is told of
//! success before the commit, and if that fails, all have failed.

use std::ops::{Deref, DerefMut};

use sqlx::{Any, AnyConnection, Transaction};
use tokio::sync::oneshot;

use super::{
    errors::Failure,
    lane::{Lane, Lent},
    opening::{Halted, Opening},
    queue::{Queue, Turn},
};

/// Proof that a transaction was committed, durably by the engine's settings; only [`Tx::commit`] makes one.
pub(super) struct Committed(());

/// What a closure runs in. Dropped without a commit, it is undone.
pub(super) enum Tx {
    /// A transaction of its own.
    Own(Transaction<'static, Any>),
    /// A savepoint of one that others share.
    Part(Part),
    /// SQLite as it was at the first statement; nothing is written.
    Snapshot(Lent),
    /// None: one statement that reads.
    Bare(Lent),
}

impl Tx {
    /// Commits. Whoever shares the transaction is waited for.
    pub(super) async fn commit(self) -> sqlx::Result<Committed> {
        match self {
            Tx::Own(tx) => tx.commit().await?,
            Tx::Part(part) => part.commit().await?,
            Tx::Snapshot(mut lent) => {
                lent.run("commit").await?;
                lent.back();
            }
            Tx::Bare(lent) => lent.back(),
        }
        Ok(Committed(()))
    }

    /// Undoes everything, between two statements. What is dropped instead costs a new connection.
    pub(super) async fn undo(self) {
        match self {
            Tx::Snapshot(mut lent) => {
                if lent.run("rollback").await.is_ok() {
                    lent.back();
                }
            }
            Tx::Bare(lent) => lent.back(),
            Tx::Own(_) | Tx::Part(_) => {}
        }
    }
}

impl Deref for Tx {
    type Target = AnyConnection;

    fn deref(&self) -> &AnyConnection {
        match self {
            Tx::Own(tx) => tx,
            Tx::Part(part) => &part.group().connection,
            Tx::Snapshot(lent) | Tx::Bare(lent) => lent,
        }
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut AnyConnection {
        match self {
            Tx::Own(tx) => tx,
            Tx::Part(part) => &mut part.group_mut().connection,
            Tx::Snapshot(lent) | Tx::Bare(lent) => lent,
        }
    }
}

/// A deferred transaction that reads first and then writes fails at once when another connection wrote in between,
/// whatever the busy timeout.
const BEGIN: &str = "begin immediate; savepoint part;";
/// Between two parts: what was done counts.
const NEXT: &str = "release part; savepoint part;";
/// Between two parts: what was done does not. A savepoint that is rolled back to is still there.
const AGAIN: &str = "rollback to part;";

/// A transaction that several closures share, one at a time. It is led by hand: sqlx loses count when SQLite gives a
/// transaction up by itself, as it does when the disk is full, and would refuse every later one. Unless it ends well, its
/// connection is closed, which undoes everything.
struct Group {
    connection: Lent,
    /// Those who have done their part.
    done: Vec<oneshot::Sender<Result<(), Failure>>>,
    /// Whether what was done since the savepoint counts. If not, its closure runs, failed, or was dropped in the middle.
    is_good: bool,
}

/// One closure's part of a group.
pub(super) struct Part {
    place: Turn<Group>,
}

/// The way to SQLite's one writing connection.
#[derive(Clone)]
pub(super) struct Writer {
    lane: Lane,
    queue: Queue<Group>,
}

impl Writer {
    /// `lane` has one connection.
    pub(super) fn new(lane: Lane) -> Writer {
        Writer { lane, queue: Queue::new() }
    }

    /// Waits for the group that is open, and closes the connection.
    pub(super) async fn close(&self) {
        self.lane.close().await;
    }

    /// Waits for its turn and begins a part; with it a group, if there is none.
    pub(super) async fn begin(&self) -> sqlx::Result<Tx> {
        let mut place = self.queue.turn().await;
        if let Some(group) = place.as_mut() {
            match group.connection.run(if group.is_good { NEXT } else { AGAIN }).await {
                Ok(()) => group.is_good = false,
                Err(error) => fail(&mut place, &error),
            }
        }
        if place.is_none() {
            let mut connection = self.lane.acquire().await?;
            connection.run(BEGIN).await?;
            *place = Some(Group { connection, done: Vec::new(), is_good: false });
            self.commit_later();
        }
        Ok(Tx::Part(Part { place }))
    }

    /// As [`Self::begin`], with the part's first statements in the same turn of the connection's thread.
    pub(super) async fn begin_with<O: Opening>(&self, opening: &O) -> sqlx::Result<(Tx, O::Got)> {
        let mut place = self.queue.turn().await;
        let is_new = place.is_none();
        // Out of its place meanwhile: dropped in the middle, it is undone, and nobody is told of success.
        let (before, mut group) = match place.take() {
            Some(group) => (if group.is_good { NEXT } else { AGAIN }, group),
            None => (BEGIN, Group { connection: self.lane.acquire().await?, done: Vec::new(), is_good: false }),
        };
        let ran = opening.run(&mut group.connection, before).await;
        if let Err(Halted { has_begun: false, error }) = ran {
            tell(group.done, &Err(Failure::of(&error)));
            return Err(error);
        }
        group.is_good = false;
        *place = Some(group);
        if is_new {
            self.commit_later();
        }
        let got = ran.map_err(|halted| halted.error)?;
        Ok((Tx::Part(Part { place }), got))
    }

    /// The lock is fair: those who wait already come before the commit and share it, later ones do not.
    fn commit_later(&self) {
        let committer = Committer { queue: self.queue.clone(), is_over: false };
        #[expect(clippy::disallowed_methods, reason = "must outlive a caller that goes away; ends with its commit")]
        tokio::spawn(committer.commit());
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
fn fail(place: &mut Option<Group>, error: &sqlx::Error) {
    if let Some(group) = place.take() {
        tell(group.done, &Err(Failure::of(error)));
    }
}

/// Commits a group, whoever goes away.
struct Committer {
    queue: Queue<Group>,
    is_over: bool,
}

impl Committer {
    /// Commits once those who waited for their turn have had it. A part that cannot be undone spoils the group.
    async fn commit(mut self) {
        let mut place = self.queue.turn().await;
        if let Some(group) = place.as_mut() {
            let last = if group.is_good { "commit" } else { "rollback to part; commit" };
            let outcome = group.connection.run(last).await.map_err(|error| Failure::of(&error));
            if let Some(group) = place.take() {
                if outcome.is_ok() {
                    group.connection.back();
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
        if !self.is_over {
            self.queue.desert();
        }
    }
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
