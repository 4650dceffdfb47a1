//! Takes what one session must keep to the log, in order and without ever losing or reordering an entry, while the
//! interview goes on. A turn is shown only after the commit that holds it.

use std::{collections::HashSet, sync::Arc, time::Duration};

use interview::{Timestamp, Turn};
use tokio::sync::{mpsc, oneshot};

use super::{hub::Fanout, hub::Hub, worker::Command};
use crate::{
    ids::{SessionId, TenantId},
    store::{
        TurnRow,
        log::{Append, Appender, LogError, NewRow, Source},
    },
};

const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MOST: Duration = Duration::from_secs(5);
/// Entries that share one append.
const GROUP: usize = 64;

/// The log instance of one leg, as claimed.
#[derive(Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its id.
    pub id: String,
    /// The leg's number.
    pub leg: i64,
    /// What the claim gave.
    pub epoch: i64,
    /// The last place at the claim.
    pub last_seq: i64,
}

/// Something to keep.
#[derive(Debug)]
pub struct Entry {
    /// Where.
    pub instance: Arc<Instance>,
    /// The rows, in order.
    pub rows: Vec<NewRow>,
    /// Turns that they settle.
    pub turns: Vec<Turn>,
    /// When.
    pub at: Timestamp,
}

enum Job {
    Keep(Entry),
    Flush(oneshot::Sender<()>),
}

/// The queue to the recording task. It is unbounded because an interview produces a few rows a second at most, and
/// speaking must never wait for a slow disk.
#[derive(Clone, Debug)]
pub struct Recorder {
    jobs: mpsc::UnboundedSender<Job>,
}

/// What the recording task needs.
pub struct Desk {
    /// The company.
    pub tenant: TenantId,
    /// The session.
    pub session: SessionId,
    /// The log's writer.
    pub appender: Appender,
    /// Where committed turns are shown.
    pub hub: Arc<Hub>,
    /// The last seq of the session's turns.
    pub turn_seq: i64,
    /// Items of the turns that are there.
    pub items: HashSet<String>,
    /// Whom to tell how much is saved.
    pub worker: mpsc::WeakSender<Command>,
}

impl Recorder {
    /// Starts the recording task; it ends when the recorder is dropped and everything is kept.
    pub fn start(desk: Desk) -> Recorder {
        let (jobs, waiting) = mpsc::unbounded_channel();
        #[expect(clippy::disallowed_methods, reason = "ends with its queue; the worker flushes before it ends")]
        tokio::spawn(record(desk, waiting));
        Recorder { jobs }
    }

    /// Queues an entry.
    pub fn keep(&self, entry: Entry) {
        // The task ends before its recorder only when another worker has fenced it out: then nothing may be written.
        let _ = self.jobs.send(Job::Keep(entry));
    }

    /// Waits until everything queued before is committed.
    pub async fn flush(&self) {
        let (done, wait) = oneshot::channel();
        if self.jobs.send(Job::Flush(done)).is_ok() {
            // An error means that the task has stopped: there is nothing left to wait for.
            let _ = wait.await;
        }
    }
}

async fn record(mut desk: Desk, mut waiting: mpsc::UnboundedReceiver<Job>) {
    let mut jobs = Vec::with_capacity(GROUP);
    let mut last: Option<(Arc<Instance>, i64)> = None;
    while waiting.recv_many(&mut jobs, GROUP).await > 0 {
        let mut group: Vec<Entry> = Vec::new();
        for job in jobs.drain(..) {
            match job {
                Job::Keep(entry) => {
                    if group.first().is_some_and(|first| first.instance != entry.instance)
                        && !desk.commit(std::mem::take(&mut group), &mut last).await
                    {
                        return;
                    }
                    group.push(entry);
                }
                Job::Flush(done) => {
                    if !desk.commit(std::mem::take(&mut group), &mut last).await {
                        return;
                    }
                    // Whoever waited may have given up.
                    let _ = done.send(());
                }
            }
        }
        if !desk.commit(group, &mut last).await {
            return;
        }
    }
}

impl Desk {
    /// Appends a group of one instance, for as long as it takes, then shows its turns. False: stop, we are fenced out.
    async fn commit(&mut self, group: Vec<Entry>, last: &mut Option<(Arc<Instance>, i64)>) -> bool {
        let Some(first) = group.first() else { return true };
        let (instance, received_at) = (first.instance.clone(), first.at);
        let before = match last {
            Some((known, seq)) if *known == instance => *seq,
            _ => instance.last_seq,
        };
        let (mut rows, mut turns) = (Vec::new(), Vec::new());
        for entry in group {
            rows.extend(entry.rows);
            for turn in entry.turns {
                self.turn_seq += 1;
                turns.push(TurnRow { seq: self.turn_seq, leg: instance.leg, turn });
            }
        }
        let count = rows.len() as i64;
        let append = Append {
            tenant: self.tenant.clone(),
            session: self.session.clone(),
            instance: instance.id.clone(),
            source: Source::Sideband,
            epoch: Some(instance.epoch),
            first_seq: before + 1,
            rows,
            turns,
            received_at,
            late: None,
        };
        if !self.append(&append).await {
            return false;
        }
        *last = Some((instance, before + count));
        self.show(append.turns);
        true
    }

    async fn append(&self, append: &Append) -> bool {
        let mut pause = RETRY_FIRST;
        loop {
            match self.appender.append(append.clone()).await {
                Ok(_) => return true,
                Err(LogError::Failed(_) | LogError::Busy) => {
                    tracing::warn!(session = %self.session, rows = append.rows.len(), "saving again in {pause:?}");
                }
                Err(error) => {
                    tracing::error!(session = %self.session, %error, "another worker has this session; leaving it");
                    if let Some(worker) = self.worker.upgrade() {
                        // A worker that is gone already needs no telling.
                        let _ = worker.send(Command::Fenced).await;
                    }
                    return false;
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(RETRY_MOST);
        }
    }

    fn show(&mut self, turns: Vec<TurnRow>) {
        if turns.is_empty() {
            return;
        }
        for turn in turns {
            self.items.insert(turn.turn.item.clone());
            self.hub.publish(&self.session, Fanout::Turn(Box::new(turn)));
        }
        if let Some(worker) = self.worker.upgrade() {
            // The mailbox is full: the next commit tells the number.
            let _ = worker.try_send(Command::Saved(self.items.len() as i64));
        }
    }
}
