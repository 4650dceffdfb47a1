//! The candidate's event stream, reopened where it breaks off until the interview is over.

use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::mpsc;

use super::door::Door;
use super::sse::{SseEvent, SseReader};

/// Before the stream is opened again.
const REOPEN_AFTER: Duration = Duration::from_millis(500);
/// So many times in a row it may fail.
const PATIENCE: u32 = 40;

/// An event that matters to a candidate; JSON as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// What is going on.
    State(String),
    /// Words as they are spoken, not stored.
    Caption(String),
    /// A committed entry of the transcript.
    Turn(String),
    /// Another page talks now.
    TakenOver,
    /// The interview is over.
    Ended(String),
}

/// Reads the stream in a task of its own, which ends with the receiver.
pub fn open(door: Door) -> mpsc::Receiver<Event> {
    let (to_candidate, events) = mpsc::channel(64);
    tokio::spawn(async move {
        let mut after = 0;
        for failures in 0..PATIENCE {
            match read(&door, &mut after, &to_candidate).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => tracing::debug!(failures, error = %error, "the event stream broke off"),
            }
            tokio::time::sleep(REOPEN_AFTER).await;
        }
    });
    events
}

/// Passes events on until the stream ends. True when nothing more is wanted.
async fn read(door: &Door, after: &mut i64, to_candidate: &mpsc::Sender<Event>) -> anyhow::Result<bool> {
    let mut stream = door.events(*after).await?.bytes_stream();
    let mut reader = SseReader::default();
    loop {
        let bytes = tokio::select! {
            bytes = stream.next() => bytes,
            () = to_candidate.closed() => return Ok(true),
        };
        let Some(bytes) = bytes else { return Ok(false) };
        for event in reader.push(&bytes?) {
            if let Some(seq) = event.id.as_deref().and_then(|id| id.parse().ok()) {
                *after = seq;
            }
            let Some(event) = known(event) else { continue };
            let is_last = matches!(event, Event::Ended(_));
            if to_candidate.send(event).await.is_err() || is_last {
                return Ok(true);
            }
        }
    }
}

fn known(event: SseEvent) -> Option<Event> {
    match event.event.as_str() {
        "state" => Some(Event::State(event.data)),
        "caption" => Some(Event::Caption(event.data)),
        "turn" => Some(Event::Turn(event.data)),
        "taken_over" => Some(Event::TakenOver),
        "ended" => Some(Event::Ended(event.data)),
        _ => None,
    }
}
