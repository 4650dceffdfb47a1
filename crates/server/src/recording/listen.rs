//! Reads what our own engine keeps of a call's sound, both sides, and stores it as it comes, beside what the candidate's page
//! sends. Nothing waits for it: the engine's memory bridges a storage that fails and a server that dies.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use interview::Timestamp;
use realtime_api::sound::SoundSide;
use sha2::{Digest, Sha256};
use tokio::time::{sleep, timeout};

use super::{
    keep,
    parts::{self, Side, Source},
    pending::Pending,
};
use crate::{
    adapters::realtime::{
        Realtime,
        error::RealtimeError,
        sound::{Sound, Told},
    },
    app::App,
    error::{Code, Error},
    ids::SessionId,
    secrets::hex,
    store::{EngineSegment, Keeping, NewChunk, Place, TenantStore},
};

/// Sound that nothing follows is stored after so long.
const QUIET: Duration = Duration::from_secs(2);
/// An engine that says nothing for so many of these is asked again: it gives a sign of life every ten seconds.
const MOST_QUIET: u32 = 15;
/// Waits before what failed is tried again, the first and the longest.
const AGAIN_AFTER: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(10));

/// A call on our own engine.
#[derive(Clone, Debug)]
pub struct Call {
    /// Whose.
    pub session: SessionId,
    /// Its leg.
    pub leg: i64,
    /// When the leg began.
    pub started_at: Timestamp,
    /// The engine's id.
    pub id: String,
    /// The way there.
    pub realtime: Realtime,
}

/// Listens to both sides of a call until it is over and everything is stored, or the server stops. What is stored already is
/// not read again. A candidate who did not agree to a recording is not listened to.
pub fn listen(app: &Arc<App>, store: &TenantStore, call: &Call) {
    for side in [Side::Candidate, Side::Interviewer] {
        let listener = Listener {
            app: app.clone(),
            store: store.clone(),
            segment: segment_id(&call.id, side),
            call: call.clone(),
            side,
        };
        let stop = app.stop.clone();
        app.tasks.spawn(async move {
            // What is not stored yet is still in the engine.
            stop.run_until_cancelled(listener.run()).await;
        });
    }
}

/// The same for every process that reads this call; nobody can guess it who does not know the call's id.
fn segment_id(call: &str, side: Side) -> String {
    hex(&Sha256::digest(format!("{call}/{}", side.text())))[..32].to_owned()
}

/// Why reading stopped before the call's end.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Engine(#[from] RealtimeError),
    #[error("the storage: {0}")]
    Storage(#[from] Error),
    #[error("another process stores it")]
    Elsewhere,
    #[error("the session's recording is as large as it may be")]
    Full,
}

/// How far one side is.
struct Reached {
    last_seq: i64,
    position: u64,
    end_ms: i64,
    /// Where the call's clock begins, after the leg did; none: it is not known yet.
    offset_ms: Option<i64>,
}

struct Listener {
    app: Arc<App>,
    store: TenantStore,
    call: Call,
    side: Side,
    segment: String,
}

impl Listener {
    async fn run(self) {
        let mut wait = AGAIN_AFTER.0;
        loop {
            let trouble = match self.read().await {
                Ok(()) => return,
                Err(trouble) => trouble,
            };
            let (session, leg, side) = (&self.call.session, self.call.leg, self.side.text());
            tracing::warn!(%session, leg, side, %trouble, "the sound of a call is not read to its end");
            match trouble {
                Trouble::Full => return,
                Trouble::Elsewhere if self.app.hub.worker(session).is_none() => return,
                _ => {}
            }
            sleep(wait).await;
            wait = (wait * 2).min(AGAIN_AFTER.1);
        }
    }

    /// Reads on from what is stored, to the call's end.
    async fn read(&self) -> Result<(), Trouble> {
        let (consent, known) = self
            .store
            .read(async |db| {
                let consent = db.consent(&self.call.session).await?;
                Ok((consent, db.engine_segment(&self.call.session, &self.segment).await?))
            })
            .await?;
        let is_closed = known.as_ref().is_some_and(|known| known.is_closed);
        if is_closed || !consent.is_some_and(|consent| keep::consents(&consent.notice)) {
            return Ok(());
        }
        let mut reached = Reached::of(known);
        let side = if self.side.is_candidate() { SoundSide::Input } else { SoundSide::Output };
        match self.call.realtime.sound(&self.call.id, side, reached.position).await {
            Ok(sound) => self.follow(sound, &mut reached).await,
            // The engine that had it is gone, or it never kept anything.
            Err(error) if error.is_final() => self.close(&mut reached, Pending::default()).await,
            Err(error) => Err(error.into()),
        }
    }

    async fn follow(&self, mut sound: Sound, reached: &mut Reached) -> Result<(), Trouble> {
        let (mut pending, mut quiet) = (Pending::default(), 0);
        loop {
            let told = timeout(QUIET, sound.next()).await;
            quiet = if told.is_err() { quiet + 1 } else { 0 };
            match told {
                Err(_) if quiet >= MOST_QUIET => return Err(RealtimeError::Timeout.into()),
                Err(_) => self.keep(reached, &mut pending).await?,
                Ok(Err(error)) => return Err(error.into()),
                Ok(Ok(Told::Time(now_us))) => {
                    // The engine's clock against ours, once per call.
                    let zero = self.app.now().plus_ms(-now_us / 1_000);
                    reached.offset_ms.get_or_insert(zero.ms_since(self.call.started_at));
                }
                Ok(Ok(Told::Packet { number, at_us, data })) => {
                    if number > reached.position {
                        self.keep(reached, &mut pending).await?;
                        self.skip(reached, number, at_us).await?;
                    }
                    reached.position = number + 1;
                    if pending.add(at_us, data) {
                        self.keep(reached, &mut pending).await?;
                    }
                }
                Ok(Ok(Told::Over(_))) => return self.close(reached, pending).await,
            }
        }
    }

    /// Stores what has come.
    async fn keep(&self, reached: &mut Reached, pending: &mut Pending) -> Result<(), Trouble> {
        if pending.is_empty() {
            return Ok(());
        }
        let (bytes, end_ms) = std::mem::take(pending).webm().map_err(Error::internal)?;
        self.store(reached, (bytes, end_ms), false).await
    }

    /// Notes that sound before this packet is nowhere any more.
    async fn skip(&self, reached: &mut Reached, number: u64, at_us: i64) -> Result<(), Trouble> {
        let lost = number - reached.position;
        tracing::error!(session = %self.call.session, leg = self.call.leg, lost, "sound of a call was not read in time");
        reached.position = number;
        let hole = (Bytes::new(), at_us / 1_000);
        // Without a first chunk there is nothing to make a hole in.
        if reached.last_seq == 0 { Ok(()) } else { self.store(reached, hole, false).await }
    }

    /// Stores the rest, and that nothing follows.
    async fn close(&self, reached: &mut Reached, pending: Pending) -> Result<(), Trouble> {
        if pending.is_empty() && reached.last_seq == 0 {
            return Ok(());
        }
        let last = if pending.is_empty() {
            (Bytes::new(), reached.end_ms)
        } else {
            pending.webm().map_err(Error::internal)?
        };
        self.store(reached, last, true).await
    }

    /// Stores a chunk; again and again, until it is or another process has. Meanwhile nothing more is read.
    async fn store(&self, reached: &mut Reached, (bytes, end_ms): (Bytes, i64), is_last: bool) -> Result<(), Trouble> {
        let chunk = NewChunk {
            segment: self.segment.clone(),
            seq: reached.last_seq + 1,
            media_type: parts::WEBM,
            leg: self.call.leg,
            offset_ms: reached.offset_ms.unwrap_or_default(),
            end_ms,
            sha256: hex(&Sha256::digest(&bytes)),
            bytes: bytes.len() as i64,
            is_last,
            side: self.side,
            source: Source::Engine,
            position: i64::try_from(reached.position).unwrap_or(i64::MAX),
        };
        let mut wait = AGAIN_AFTER.0;
        loop {
            let now = self.app.now();
            match keep::store(&self.app, &self.store, &self.call.session, (&chunk, bytes.clone()), now).await {
                Ok(Keeping::Kept(_)) => break,
                Ok(Keeping::Refused(Place::Full)) => return Err(Trouble::Full),
                Ok(Keeping::Refused(_)) => return Err(Trouble::Elsewhere),
                // The candidate agreed to another notice meanwhile.
                Err(error) if error.code() == Code::ConsentRequired => return Err(error.into()),
                Err(error) => {
                    tracing::warn!(session = %self.call.session, seq = chunk.seq, %error, "sound is stored again");
                    sleep(wait).await;
                    wait = (wait * 2).min(AGAIN_AFTER.1);
                }
            }
        }
        (reached.last_seq, reached.end_ms) = (chunk.seq, end_ms);
        Ok(())
    }
}

impl Reached {
    fn of(known: Option<EngineSegment>) -> Reached {
        match known {
            None => Reached { last_seq: 0, position: 0, end_ms: 0, offset_ms: None },
            Some(known) => Reached {
                last_seq: known.last_seq,
                position: known.position.unsigned_abs(),
                end_ms: known.end_ms,
                offset_ms: Some(known.offset_ms),
            },
        }
    }
}
