//! One leg as its worker holds it: the call, its control channel, and what is still owed on it.

use std::sync::Arc;

use interview::Timestamp;
use realtime_api::{ClientEvent, ServerEvent};
use tokio::{
    sync::mpsc,
    time::{Duration, Instant, timeout_at},
};

use super::{
    chain::Chain,
    integrity::{Guard, Verdict},
    meter::Meter,
    provider_fault::{self, Over},
    recorder::Instance,
    repair::{self, Repair},
    translate::{Effect, Translator, is_kept, item_of},
    worker::Command,
};
use crate::{
    adapters::realtime::{
        Realtime,
        sideband::{Attach, Sideband},
    },
    app::App,
    evidence::reason::Reason,
    mutant::{self, Mutant},
    store::log::NewRow,
};

/// After the talk, the last words are waited for this long.
const DRAIN: Duration = Duration::from_secs(10);
/// Waits between tries to open a lost control channel again.
const REATTACH_MS: &[u64] = &[0, 300, 1_200, 2_700, 4_800, 7_000];

/// A call that is up.
#[derive(Debug)]
pub struct Leg {
    /// The log instance; its leg is this leg.
    pub instance: Arc<Instance>,
    /// The way to the provider that carries the call.
    pub realtime: Realtime,
    /// The provider's id of the call.
    pub call_id: String,
    /// What was said and is owed.
    pub translator: Translator,
    /// Whether everything that was committed was seen.
    pub chain: Chain,
    /// The control channel; `None` while it is being opened again.
    pub sideband: Option<Sideband>,
    /// Frames that arrived while the channel was being configured.
    pub early: Vec<String>,
    /// When the call began; the log's clock of this leg.
    pub since: Timestamp,
    /// Counts what the call uses.
    pub meter: Meter,
    /// Whether the page is connected.
    pub is_ready: bool,
    /// When the page was asked to make the next call, before this one becomes too long.
    pub asked_to_move: Option<Timestamp>,
    /// What is ours on this call; `None` where the page cannot reach the provider.
    pub guard: Option<Guard>,
    /// What was missed while the channel was away is being found out.
    pub repair: Option<Repair>,
}

/// What became of a call whose control channel was lost.
#[derive(Debug)]
pub enum Found {
    /// It goes on, and its channel is open again.
    Open(Sideband),
    /// It is over.
    Over {
        /// Found by the first look at a channel that has just closed: it closed because the call did.
        is_at_once: bool,
    },
}

/// An event of the provider, made ready for the log and the interview.
#[derive(Debug)]
pub struct Heard {
    /// To be kept as it came.
    pub row: Option<NewRow>,
    /// To be acted on.
    pub effects: Vec<Effect>,
    /// What somebody else did to the call.
    pub integrity: Option<&'static str>,
    /// Why the provider goes on with the call no longer.
    pub over: Option<Over>,
}

impl Heard {
    fn nothing() -> Heard {
        Heard { row: None, effects: Vec::new(), integrity: None, over: None }
    }

    fn undoing(revert: Vec<ClientEvent>, integrity: Option<&'static str>) -> Heard {
        let effects = revert.into_iter().map(Effect::Send).collect();
        Heard { effects, integrity, ..Heard::nothing() }
    }
}

impl Leg {
    /// The leg's number.
    pub fn number(&self) -> i64 {
        self.instance.leg
    }

    /// Sends an event. A channel that is closed or full loses it; the deadlines of the utterances catch that.
    pub fn send(&mut self, event: &ClientEvent) {
        if let Some(guard) = &mut self.guard {
            guard.sent(event);
        }
        match serde_json::to_string(event) {
            Ok(text) => {
                let sent = self.sideband.as_ref().is_some_and(|s| s.to_provider.try_send(text).is_ok());
                if !sent {
                    tracing::warn!(leg = self.number(), kind = event.kind(), "the control channel takes no event");
                }
            }
            Err(error) => tracing::error!(%error, kind = event.kind(), "an event has no JSON"),
        }
    }

    /// Reads a frame.
    pub fn hear(&mut self, now: Timestamp, frame: String) -> Heard {
        let event: ServerEvent = match serde_json::from_str(&frame) {
            Ok(event) => event,
            Err(error) => {
                tracing::warn!(leg = self.number(), bytes = frame.len(), line = error.line(), "an unreadable event");
                return Heard::nothing();
            }
        };
        // Whoever caused it, it is paid for.
        self.meter.hear(&event);
        let mut integrity = None;
        match self.guard.as_mut().map_or(Verdict::Ours, |guard| guard.judge(&event)) {
            Verdict::Ours => {}
            Verdict::Noted(what) => integrity = Some(what),
            Verdict::Hidden => return Heard::nothing(),
            Verdict::Undone(revert) => return Heard::undoing(revert, None),
            Verdict::Foreign(what, revert) => return Heard::undoing(revert, Some(what)),
        }
        if let ServerEvent::ErrorEvent(e) = &event {
            tracing::warn!(leg = self.number(), code = e.error.code, "the provider reports an error");
        }
        let over = provider_fault::over(&event);
        let mut effects = self.translator.event(now, &event);
        repair::follow(self, now, &event, &mut effects);
        self.chain.see(&event);
        let row = is_kept(&event).then(|| NewRow {
            leg: self.number(),
            kind: event.kind().to_owned(),
            item: item_of(&event).map(ToOwned::to_owned),
            body: frame,
            mono_ms: now.ms_since(self.since),
        });
        Heard { row, effects, integrity, over }
    }
}

/// Lets a leg that is not talked on any more finish: waits for the words that are owed, then hangs up. What arrives
/// goes to the worker; the last is [`Command::LegClosed`].
pub async fn close(app: Arc<App>, mut leg: Leg, worker: mpsc::WeakSender<Command>) {
    #[expect(clippy::disallowed_methods, reason = "bounds a wait for a socket")]
    let deadline = Instant::now() + DRAIN;
    // What is unproven about a call that is not heard any more is known already.
    let is_heard = leg.sideband.is_some();
    if let Some(commit) = leg.translator.commit_open_speech() {
        leg.send(&commit);
    }
    let waits = !mutant::is(Mutant::CloseAtHangUp);
    while waits && (leg.translator.owed().next().is_some() || leg.translator.is_speech_open()) {
        let Some(sideband) = leg.sideband.as_mut() else { break };
        match timeout_at(deadline, sideband.from_provider.recv()).await {
            Ok(Some(frame)) => {
                let heard = leg.hear(app.now(), frame);
                if tell(&worker, Command::Late(heard)).await.is_err() {
                    break;
                }
            }
            Ok(None) | Err(_) => break,
        }
    }
    match leg.realtime.hang_up(&leg.call_id).await {
        Ok(()) => leg.meter.hung_up(app.now()),
        Err(error) => {
            tracing::warn!(leg = leg.number(), %error, "hanging up failed; it is tried again when its lease has run out");
        }
    }
    let missing = leg.translator.owed().map(ToOwned::to_owned).collect();
    let flaw = if is_heard { flaw(&leg) } else { None };
    // Without a worker the session is sealed already.
    let _ = tell(&worker, Command::LegClosed { missing, flaw }).await;
}

/// What is unproven about a leg that is over.
pub fn flaw(leg: &Leg) -> Option<Reason> {
    let number = leg.number();
    if leg.translator.is_speech_open() {
        return Some(Reason::speech_cut(number));
    }
    if mutant::is(Mutant::HoleForgotten) {
        return None;
    }
    (leg.chain.has_hole() || leg.translator.utterances.has_orphans()).then(|| Reason::channel_gap(number))
}

/// Since when nothing is heard on a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// Its control channel has closed just now.
    Now,
    /// An earlier process heard it last.
    Before,
}

/// Opens a lost control channel again, or finds that the call is over.
pub async fn reattach(realtime: Realtime, call_id: String, number: i64, worker: mpsc::WeakSender<Command>, lost: Lost) {
    let mut is_at_once = false;
    for wait_ms in REATTACH_MS {
        tokio::time::sleep(Duration::from_millis(*wait_ms)).await;
        match realtime.attach(&call_id, Attach::Again).await {
            Ok(sideband) => {
                // A worker that is gone meanwhile drops the channel.
                let _ = tell(&worker, Command::Reattached { number, found: Found::Open(sideband) }).await;
                return;
            }
            Err(error) if error.is_final() => {
                is_at_once = *wait_ms == 0 && lost == Lost::Now;
                break;
            }
            Err(error) => tracing::info!(leg = number, %error, "opening the control channel again"),
        }
    }
    // As above.
    let _ = tell(&worker, Command::Reattached { number, found: Found::Over { is_at_once } }).await;
}

async fn tell(worker: &mpsc::WeakSender<Command>, command: Command) -> Result<(), ()> {
    let worker = worker.upgrade().ok_or(())?;
    worker.send(command).await.map_err(|_| ())
}
