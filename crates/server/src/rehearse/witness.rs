//! The second witness that a browser's page is: final words seen on the data channel are appended to the session's log.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::door::Door;
use crate::secrets;

/// The provider's events whose words are final, as the page keeps them.
const FINAL: [&str; 3] = [
    "conversation.item.input_audio_transcription.completed",
    "conversation.item.input_audio_transcription.failed",
    "response.output_audio_transcript.done",
];
/// Most events of one append.
const BATCH: usize = 50;
/// Last appends may take this long after the call.
const SETTLE_LIMIT: Duration = Duration::from_secs(10);

/// Keeps what was seen and appends it in a task of its own.
pub struct Witness {
    seen: Option<mpsc::UnboundedSender<Value>>,
    leg: i64,
    since: Instant,
    task: Option<JoinHandle<()>>,
}

impl Witness {
    /// Starts with the session's append key; without one it sees nothing.
    pub fn start(door: &Door, leg: i64, session: Option<&str>, key: Option<&str>) -> Witness {
        let (mut seen, mut task) = (None, None);
        if let (Some(session), Some(key)) = (session, key) {
            let (to_task, from_talk) = mpsc::unbounded_channel();
            let (path, key) = (format!("/v1/s/{session}/log"), key.to_owned());
            task = Some(tokio::spawn(append(door.clone(), path, key, from_talk)));
            seen = Some(to_task);
        }
        Witness { seen, leg, since: Instant::now(), task }
    }

    /// Takes a message of the data channel.
    pub fn see(&mut self, text: &str) {
        let Some(seen) = &self.seen else { return };
        let Ok(body) = serde_json::from_str::<Value>(text) else { return };
        let Some(kind) = body["type"].as_str().filter(|kind| FINAL.contains(kind)).map(str::to_owned) else { return };
        let at_ms = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        // A task that is gone could not append, and said so.
        let _ = seen.send(json!({ "kind": kind, "leg": self.leg, "at_ms": at_ms, "body": body }));
    }

    /// Waits until what was seen is appended.
    pub async fn settle(&mut self) {
        self.seen = None;
        if let Some(task) = self.task.take()
            && tokio::time::timeout(SETTLE_LIMIT, task).await.is_err()
        {
            tracing::warn!("the witness could not append everything in time");
        }
    }
}

/// Appends in order until the talk is over and everything is acknowledged.
async fn append(door: Door, path: String, key: String, mut from_talk: mpsc::UnboundedReceiver<Value>) {
    let instance = secrets::hex(&secrets::random::<16>());
    let mut acked: usize = 0;
    let mut events = Vec::new();
    while from_talk.recv_many(&mut events, BATCH).await > 0 {
        let body = json!({ "instance": instance, "first_seq": acked + 1, "events": events });
        if let Err(error) = door.append(&path, &key, &body).await {
            tracing::warn!(error = %error, "the witness stops");
            return;
        }
        acked += events.len();
        events.clear();
    }
}
