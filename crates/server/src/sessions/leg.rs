//! One leg as its worker holds it: the call, its control channel, and what is still owed on it.

use std::sync::Arc;

use super::{
    chain::Chain,
    integrity::{Guard, Verdict},
    meter::Meter,
    provider_fault::{self, Over},
    recorder::Instance,
    repair::{self, Repair},
    translate::{Effect, Translator, is_kept, item_of},
};
use crate::{
    adapters::realtime::{Realtime, sideband::Sideband},
    store::log::NewRow,
};
use interview::Timestamp;
use realtime_api::{ClientEvent, ServerEvent};

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
    /// Why an earlier process gave the call up and died before it was closed.
    pub left: Option<String>,
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
