//! The ground truth: everything that came, was said and was told, in order.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;

use super::Transcript;

/// Entries kept in memory; the file has them all.
const KEPT: usize = 200_000;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, from 1 without gaps.
    pub seq: u64,
    /// Milliseconds since the simulator's start.
    pub at_ms: u64,
    /// The call (`rtc_…`) or WebSocket session (`sess_…`) that it belongs to.
    pub call: Option<String>,
    /// What it was.
    #[serde(flatten)]
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// An HTTP request arrived at the provider's door.
    Request {
        /// HTTP method.
        method: String,
        /// Path and query.
        path: String,
        /// Its headers, lower case; of `authorization` only the scheme and the kind of key.
        headers: BTreeMap<String, String>,
        /// Its body as text, of offers only.
        body: String,
    },
    /// A request was answered with an error, or not at all.
    Refused {
        /// Path of the request.
        path: String,
        /// HTTP status; 0: no answer.
        status: u16,
    },
    /// An offer became a call.
    Call {
        /// The offer, byte for byte.
        offer: String,
        /// The session that came with it.
        session: Value,
        /// The answer, byte for byte.
        answer: String,
    },
    /// An uploaded recording was answered with words.
    Recording {
        /// The form's fields, several of one name with commas between them; without the file.
        fields: BTreeMap<String, String>,
        /// The file's name.
        file: String,
        /// How long its sound is, in milliseconds.
        sound_ms: u64,
        /// The words.
        text: String,
    },
    /// A sideband was opened.
    Attached {
        /// Its number.
        sideband: u64,
    },
    /// A client event arrived.
    Client {
        /// `owner` (data channel or WebSocket) or `sideband`.
        from: String,
        /// The event; a string if it was not JSON.
        event: Value,
    },
    /// A server event was told.
    Server {
        /// `all`, `owner` or `sideband`.
        to: String,
        /// The event.
        event: Value,
    },
    /// The interviewer begins to be heard.
    Saying {
        /// The words.
        text: String,
    },
    /// The interviewer has been heard, to the end or not.
    Said {
        /// The words that were to be heard.
        text: String,
        /// Their item.
        item: String,
        /// How much was heard, in milliseconds.
        played_ms: u64,
        /// Whether it was cut.
        is_cut: bool,
    },
    /// The candidate begins to speak.
    Speaking {
        /// The item that the turn will become.
        item: String,
    },
    /// The candidate has spoken.
    Spoke {
        /// The turn's item.
        item: String,
        /// What was truly said.
        text: String,
        /// What becomes of the words.
        transcript: Transcript,
    },
    /// What the candidate was saying was thrown away.
    Thrown {
        /// What was truly said of it.
        text: String,
    },
    /// The call is over.
    Ended {
        /// Close code of the sidebands.
        code: u16,
    },
}

struct State {
    entries: VecDeque<Entry>,
    next: u64,
    file: Option<File>,
}

/// The book itself.
pub(crate) struct Ledger {
    state: Mutex<State>,
    last: watch::Sender<u64>,
    started: Instant,
    has_events: bool,
    /// Events, also where they are not kept.
    client_events: AtomicU64,
    server_events: AtomicU64,
}

impl Ledger {
    /// An empty ledger; `file` is appended to. Without `has_events` it holds no client and server events.
    pub(crate) fn open(file: Option<&Path>, has_events: bool) -> std::io::Result<Self> {
        let file = file.map(|path| File::options().create(true).append(true).open(path)).transpose()?;
        let state = Mutex::new(State { entries: VecDeque::new(), next: 1, file });
        let (client_events, server_events) = (AtomicU64::new(0), AtomicU64::new(0));
        let last = watch::Sender::new(0);
        Ok(Self { state, last, started: Instant::now(), has_events, client_events, server_events })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes one thing down.
    pub(crate) fn note(&self, call: Option<&str>, what: What) {
        let count = match &what {
            What::Client { .. } => Some(&self.client_events),
            What::Server { .. } => Some(&self.server_events),
            _ => None,
        };
        if let Some(count) = count {
            count.fetch_add(1, Ordering::Relaxed);
            if !self.has_events {
                return;
            }
        }
        let at_ms = self.started.elapsed().as_millis() as u64;
        let mut state = self.lock();
        let entry = Entry { seq: state.next, at_ms, call: call.map(str::to_owned), what };
        state.next += 1;
        if let Some(file) = &mut state.file
            && let Err(error) =
                serde_json::to_string(&entry).map_err(std::io::Error::other).and_then(|line| writeln!(file, "{line}"))
        {
            tracing::error!(%error, "the ledger's file cannot be written; it ends here");
            state.file = None;
        }
        self.last.send_replace(entry.seq);
        state.entries.push_back(entry);
        if state.entries.len() > KEPT {
            state.entries.pop_front();
        }
    }

    /// Client and server events so far.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.client_events.load(Ordering::Relaxed), self.server_events.load(Ordering::Relaxed))
    }

    /// Entries after this number that are still kept.
    pub(crate) fn after(&self, seq: u64) -> Vec<Entry> {
        let state = self.lock();
        let from = state.entries.partition_point(|entry| entry.seq <= seq);
        state.entries.range(from..).cloned().collect()
    }

    /// The first entry after `seq` that is wanted.
    pub(crate) fn find(&self, seq: u64, mut is_wanted: impl FnMut(&Entry) -> bool) -> Option<Entry> {
        let state = self.lock();
        let from = state.entries.partition_point(|entry| entry.seq <= seq);
        state.entries.range(from..).find(|entry| is_wanted(entry)).cloned()
    }

    /// Tells when an entry has been added.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }
}
