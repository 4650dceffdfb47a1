//! The append-only log: the one writer that commits appends in groups, and what it may answer.
//!
//! An append is acknowledged only by an [`Acked`], and an `Acked` can only be made from a committed transaction. Keys
//! are `(session, instance, seq)` with a contiguous `seq` per instance: a repeat changes nothing, a gap is refused,
//! another content at a known place is a conflict. Turns are upserted in the transaction of the rows they come from.

mod acked;
mod batch;
mod decide;
mod draft;
mod known;
mod late;
mod look;
mod read;
mod sheet;

pub use acked::Acked;
pub use decide::{Asked, Fresh, Place, admit, decide};
pub use read::{FLAW, INPUT, INTEGRITY, LoggedInput, LoggedRow, TOOL};

use interview::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};

use self::known::Known;
use super::{Store, errors::is_stuck, jobs::NewJob, turns::TurnRow};
use crate::{
    ids::{SessionId, TenantId},
    secrets::hex,
};

/// Appends waiting for the writer. More is refused (pages) or waited for (workers).
pub const QUEUE: usize = 1024;
/// Appends that share one commit, unless they are long.
const BATCH: usize = 256;
/// Bytes of bodies after which a group takes no more.
const LONG: usize = 8 * 1024 * 1024;

/// Who writes an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Source {
    /// The candidate's page.
    #[serde(rename = "C")]
    Page,
    /// Our control channel to the provider: the record.
    #[serde(rename = "S")]
    Sideband,
    /// What was found in the recording after the interview.
    #[serde(rename = "R")]
    Recording,
}

impl Source {
    /// The letter in the database.
    pub fn letter(self) -> &'static str {
        match self {
            Source::Page => "C",
            Source::Sideband => "S",
            Source::Recording => "R",
        }
    }
}

/// A row to append; its place follows from its position in [`Append::rows`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRow {
    /// Number of the leg.
    pub leg: i64,
    /// `input` for what the interview was told, otherwise the provider's or page's event type.
    pub kind: String,
    /// The conversation item it is about.
    pub item: Option<String>,
    /// JSON.
    pub body: String,
    /// The writer's own clock, milliseconds.
    pub mono_ms: i64,
}

impl NewRow {
    /// Links the row to the one before: SHA-256 over the hash before and every field, each with its length.
    pub fn hash(&self, before: &str, seq: i64) -> String {
        let mut sum = Sha256::new();
        let (seq, leg, mono) = (seq.to_string(), self.leg.to_string(), self.mono_ms.to_string());
        for field in [before, &seq, &leg, &self.kind, self.item.as_deref().unwrap_or_default(), &mono, &self.body] {
            sum.update((field.len() as u64).to_be_bytes());
            sum.update(field);
        }
        hex(&sum.finalize())
    }
}

/// Rows of one instance, in order, and the turns that come from them. All or nothing.
#[derive(Clone, Debug)]
pub struct Append {
    /// Whose.
    pub tenant: TenantId,
    /// Which sitting.
    pub session: SessionId,
    /// The writer's id of its own row of numbers.
    pub instance: String,
    /// Who writes. Another source than the instance's first is a conflict.
    pub source: Source,
    /// What [`super::Db::claim_instance`] gave; `None` for a page, whose instance begins with its first append.
    pub epoch: Option<i64>,
    /// Place of the first row, from 1.
    pub first_seq: i64,
    /// The rows.
    pub rows: Vec<NewRow>,
    /// Turns that the rows settle.
    pub turns: Vec<TurnRow>,
    /// When the server got it.
    pub received_at: Timestamp,
    /// Seals the session again. Queued with rows of a page that come when it is over; `None` for our own rows.
    pub late: Option<NewJob>,
}

impl Append {
    /// Bytes of its bodies.
    fn weight(&self) -> usize {
        self.rows.iter().map(|row| row.body.len()).sum()
    }
}

/// Why an append was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// Rows are missing before it: go on at `expected`.
    #[error("a gap: the next row is {expected}")]
    Gap {
        /// The place after the last committed row.
        expected: i64,
    },
    /// Another content is committed at this place.
    #[error("row {seq} is committed with another content")]
    Conflict {
        /// The place.
        seq: i64,
    },
    /// A newer writer has taken the instance over.
    #[error("a newer writer holds the instance (epoch {0})")]
    Fenced(i64),
    /// The instance was never claimed.
    #[error("the instance is not claimed")]
    Unclaimed,
    /// The session has as many instances as it may.
    #[error("too many instances")]
    TooManyInstances,
    /// Text that one of the databases cannot hold.
    #[error("text with a NUL character")]
    BadText,
    /// The writer has too much to do: nothing was written, try again.
    #[error("the log is busy")]
    Busy,
    /// The database failed: nothing was acknowledged, try again.
    #[error("the log cannot be written: {0}")]
    Failed(String),
}

type Outcome = Result<Acked, LogError>;
type Job = (Append, oneshot::Sender<Outcome>);

/// The door to the log's one writer.
#[derive(Clone, Debug)]
pub struct Appender {
    jobs: mpsc::Sender<Job>,
}

impl Appender {
    /// Starts the writer; it ends when every clone of the appender is gone.
    pub fn start(store: Store) -> Appender {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        #[expect(clippy::disallowed_methods, reason = "ends with the last appender")]
        tokio::spawn(write(store, waiting));
        Appender { jobs }
    }

    /// Appends and waits for the commit; refuses at once when the queue is full.
    pub async fn try_append(&self, append: Append) -> Outcome {
        check(&append)?;
        let (reply, outcome) = oneshot::channel();
        self.jobs.try_send((append, reply)).map_err(|_| LogError::Busy)?;
        outcome.await.unwrap_or_else(|_| Err(LogError::Failed("the writer has stopped".into())))
    }

    /// Appends and waits for the commit, also for room in the queue.
    pub async fn append(&self, append: Append) -> Outcome {
        check(&append)?;
        let stopped = || LogError::Failed("the writer has stopped".into());
        let (reply, outcome) = oneshot::channel();
        self.jobs.send((append, reply)).await.map_err(|_| stopped())?;
        outcome.await.unwrap_or_else(|_| Err(stopped()))
    }
}

/// PostgreSQL cannot hold NUL in text; SQLite could. Refused for both, before it can spoil a batch.
fn check(append: &Append) -> Result<(), LogError> {
    let bad = |text: &str| text.contains('\0');
    let row = |r: &NewRow| bad(&r.kind) || bad(&r.body) || r.item.as_deref().is_some_and(bad);
    if bad(&append.instance) || append.rows.iter().any(row) || append.turns.iter().any(|t| bad(&t.turn.text)) {
        return Err(LogError::BadText);
    }
    Ok(())
}

/// Commits what has arrived, while the next group collects by itself.
async fn write(store: Store, mut waiting: mpsc::Receiver<Job>) {
    let mut known = Known::default();
    while let Some((append, reply)) = waiting.recv().await {
        let mut weight = append.weight();
        let (mut appends, mut replies) = (vec![append], vec![reply]);
        while appends.len() < BATCH
            && weight < LONG
            && let Ok((append, reply)) = waiting.try_recv()
        {
            weight += append.weight();
            appends.push(append);
            replies.push(reply);
        }
        let outcomes = match batch::write(&store, &mut known, &appends).await {
            Ok(outcomes) => outcomes,
            // Something got past the checks: alone, only the bad one fails.
            Err(error) if appends.len() > 1 && !is_stuck(&error) => one_by_one(&store, &mut known, &appends).await,
            Err(error) => vec![Err(failed(&error)); appends.len()],
        };
        for (reply, outcome) in replies.into_iter().zip(outcomes) {
            // A caller that went away does not need its answer; the rows are committed all the same.
            let _ = reply.send(outcome);
        }
    }
}

async fn one_by_one(store: &Store, known: &mut Known, appends: &[Append]) -> Vec<Outcome> {
    let mut outcomes = Vec::with_capacity(appends.len());
    for append in appends {
        let outcome = batch::write(store, known, std::slice::from_ref(append)).await;
        outcomes.push(match outcome {
            Ok(mut outcome) => outcome.pop().unwrap_or(Err(LogError::Unclaimed)),
            Err(error) => Err(failed(&error)),
        });
    }
    outcomes
}

fn failed(error: &sqlx::Error) -> LogError {
    tracing::error!(%error, "the log cannot be written");
    LogError::Failed("database".into())
}
