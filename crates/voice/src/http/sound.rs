//! `GET /v1/realtime/calls/{id}/sound`, which is ours: the sound of a call as it was on the wire, for a recording.
//!
//! The answer is lines of JSON ([`SoundLine`]) and stays open until the call is over. Whoever comes back asks from the packet
//! after the last one that it has.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream;
use realtime_api::sound::{SoundLine, SoundSide};
use serde::Deserialize;
use tokio::time::{sleep, timeout};

use super::keys::Standard;
use crate::engine::Doors;
use crate::error::ApiError;
use crate::media::tape::Tape;
use crate::senses::Senses;

/// A call that is over can be read for so long.
const AFTER_THE_END: Duration = Duration::from_secs(10 * 60);
/// A reader hears from us at least this often.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);
/// Packets that are told at once: five seconds.
const MOST_AT_ONCE: usize = 250;

/// The tapes of calls that run, or have ended a short while ago.
#[derive(Default)]
pub(crate) struct Tapes(Mutex<HashMap<String, Arc<Tape>>>);

impl Tapes {
    pub(crate) fn add(&self, call: &str, tape: Arc<Tape>) {
        self.all().insert(call.to_owned(), tape);
    }

    fn find(&self, call: &str) -> Option<Arc<Tape>> {
        self.all().get(call).cloned()
    }

    /// Forgets a call's tape after its time, whoever is still reading.
    pub(crate) async fn forget(&self, call: &str) {
        if self.find(call).is_some() {
            sleep(AFTER_THE_END).await;
            self.all().remove(call);
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Arc<Tape>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a reader wants.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    side: Option<String>,
    #[serde(default)]
    from: u64,
}

/// Gives one direction of a call.
pub(crate) async fn listen(
    _caller: Standard,
    State(doors): State<Arc<Doors>>,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Result<Response, ApiError> {
    if matches!(doors.senses, Senses::Script(_)) {
        // OpenAI has no such door.
        return Err(super::unknown(request).await);
    }
    let side = match wanted.side.as_deref() {
        Some("input") => SoundSide::Input,
        Some("output") => SoundSide::Output,
        _ => {
            let message = "Invalid 'side': supported values are 'input' and 'output'.";
            return Err(ApiError::invalid("invalid_value", message, Some("side")));
        }
    };
    let tape = doors.tapes.find(&id).ok_or_else(ApiError::no_call)?;
    let reader = Reader { tape: Arc::downgrade(&tape), side, next: wanted.from, stage: Stage::First };
    let lines = stream::unfold(reader, Reader::step);
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(lines)).into_response())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Says what time it is.
    First,
    /// Gives packets.
    Running,
    /// Has said that it is over.
    Done,
}

/// One answer in the making. It keeps no tape alive: what nobody takes is gone when its time is.
struct Reader {
    tape: Weak<Tape>,
    side: SoundSide,
    next: u64,
    stage: Stage,
}

impl Reader {
    async fn step(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        let tape = self.tape.upgrade().filter(|_| self.stage != Stage::Done)?;
        let time = || SoundLine::Time { now_us: tape.since_start_us(Instant::now()) };
        let mut text = Vec::new();
        if std::mem::replace(&mut self.stage, Stage::Running) == Stage::First {
            write(&mut text, &time());
            return Some((Ok(text.into()), self));
        }
        match timeout(SIGN_OF_LIFE, tape.read(self.side, self.next, MOST_AT_ONCE)).await {
            Err(_) => write(&mut text, &time()),
            Ok(found) => {
                for packet in found.packets {
                    self.next = packet.number + 1;
                    let opus = STANDARD.encode(&packet.opus);
                    write(&mut text, &SoundLine::Packet { number: packet.number, at_us: packet.at_us, opus });
                }
                if let Some(now_us) = found.over_us {
                    write(&mut text, &SoundLine::Over { now_us });
                    self.stage = Stage::Done;
                }
            }
        }
        Some((Ok(text.into()), self))
    }
}

fn write(text: &mut Vec<u8>, line: &SoundLine) {
    if let Ok(line) = serde_json::to_vec(line) {
        text.extend(line);
        text.push(b'\n');
    }
}
