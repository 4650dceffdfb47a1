//! One simulated session around the session core: what goes in, what comes out, and what happens by itself.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use realtime_api::ServerEvent;
use serde_json::Value;
use tokio::time::{Duration, Instant, sleep_until};

use super::barren::Barren;
use super::candidate::{Candidate, Heard};
use super::ledger::What;
use super::loudness::Loudness;
use super::script::{Reply, Script, ToolCall};
use super::stage::Stage;
use super::tell::{Teller, Told, name_of, text};
use super::tool::{Calling, with_id};
use crate::session::{Audience, Input, Origin, Wire};

/// A session's script at work.
pub(crate) struct Play {
    pub(super) stage: Arc<Stage>,
    /// `rtc_…` or `sess_…`.
    pub(super) name: String,
    pub(super) wire: Wire,
    pub(super) script: Script,
    started: Instant,
    pub(super) candidate: Candidate,
    pub(super) loudness: Loudness,
    pub(super) teller: Teller,
    /// Inputs of the core that come later.
    later: VecDeque<(u64, Input)>,
    /// Inputs of the core that come at once.
    pub(super) next: VecDeque<Input>,
    /// What the simulator itself tells.
    pub(super) outbox: VecDeque<Told>,
    /// The reply that the core says at the next response without words.
    pub(super) prompted: Option<Reply>,
    pub(super) is_told_exactly: bool,
    tools: HashMap<String, ToolCall>,
    pub(super) calling: Option<Calling>,
    /// A response of which nothing comes.
    pub(super) barren: Option<Barren>,
}

impl Play {
    pub(crate) fn new(stage: &Arc<Stage>, wire: Wire, suffix: &str) -> Self {
        let prefix = if wire == Wire::WebRtc { "rtc" } else { "sess" };
        let mut play = Self {
            script: stage.script(),
            stage: Arc::clone(stage),
            name: format!("{prefix}_{suffix}"),
            wire,
            started: Instant::now(),
            candidate: Candidate::new(wire),
            loudness: Loudness::default(),
            teller: Teller::new(wire),
            later: VecDeque::new(),
            next: VecDeque::new(),
            outbox: VecDeque::new(),
            prompted: None,
            is_told_exactly: false,
            tools: HashMap::new(),
            calling: None,
            barren: None,
        };
        play.prompt();
        play
    }

    pub(super) fn now_ms(&self) -> u64 {
        self.started.elapsed().as_millis() as u64
    }

    pub(super) fn note(&self, what: What) {
        self.stage.ledger.note(Some(&self.name), what);
    }

    /// What the provider tells in the place of a core's event.
    pub(crate) fn tells(&mut self, to: Audience, event: &ServerEvent) {
        match serde_json::to_value(event) {
            Ok(event) => self.told((to, event)),
            Err(error) => tracing::error!(%error, kind = event.kind(), "an event cannot be written"),
        }
    }

    fn told(&mut self, told: Told) {
        let event = &told.1;
        match event["type"].as_str().unwrap_or_default() {
            "response.created" if !self.is_told_exactly => self.on_created(&text(event, "/response/id")),
            "response.done" if event["response"]["status"] == "completed" => {
                if let Some(tool) = self.tools.remove(&text(event, "/response/id")) {
                    let calling = Calling::after(tool, told.1);
                    self.next.push_back(Input::Frame { from: Origin::Owner, text: calling.item_create() });
                    self.calling = Some(calling);
                    return;
                }
            }
            "rate_limits.updated" if self.calling.is_some() => return,
            "conversation.item.added" => {
                if let Some(calling) = self.calling.as_ref().filter(|calling| calling.concerns(event)) {
                    return calling.beginning(event).into_iter().for_each(|told| self.shape(told));
                }
            }
            "conversation.item.done" => {
                if let Some(calling) = self.calling.take_if(|calling| calling.concerns(event)) {
                    return calling.end(event).into_iter().for_each(|told| self.shape(told));
                }
            }
            _ => {}
        }
        let is_interrupted = event["type"] == "input_audio_buffer.speech_started" && self.teller.interrupts;
        self.shape(told);
        if is_interrupted {
            self.cancel_barren("turn_detected");
        }
    }

    /// A response began that says what it likes: it has used up the reply.
    fn on_created(&mut self, response: &str) {
        if let Some(reply) = self.prompted.take() {
            if let Some(tool) = reply.tool {
                self.tools.insert(response.to_owned(), tool);
            }
            self.prompt();
        }
    }

    pub(super) fn shape(&mut self, told: Told) {
        let place = (&*self.stage, self.name.as_str());
        let shaped = self.teller.shape(told, place, &self.script, &mut self.candidate);
        let is_withheld = |event: &Value| self.script.withhold.iter().any(|kind| event["type"] == kind.as_str());
        self.outbox.extend(shaped.into_iter().filter(|(_, event)| !is_withheld(event)));
    }

    pub(super) fn tell(&mut self, to: Audience, event: Value) {
        self.outbox.push_back((to, with_id(event)));
    }

    /// The next text for the wire.
    pub(crate) fn next_told(&mut self) -> Option<(Audience, String)> {
        let (to, event) = self.outbox.pop_front()?;
        let text = event.to_string();
        let name = match to {
            Audience::All => "all",
            Audience::Only(origin) => name_of(origin),
        };
        self.note(What::Server { to: name.into(), event });
        Some((to, text))
    }

    /// The next input for the core that does not wait.
    pub(crate) fn next_input(&mut self) -> Option<Input> {
        self.next.pop_front()
    }

    /// Waits for what happens by itself. Safe to cancel.
    pub(crate) async fn inside(&mut self) -> Input {
        loop {
            if let Some(input) = self.due() {
                return input;
            }
            let later = self.later.iter().map(|(at, _)| *at).min();
            match [later, self.candidate.next_ms()].into_iter().flatten().min() {
                Some(at) => sleep_until(self.started + Duration::from_millis(at)).await,
                None => std::future::pending().await,
            }
        }
    }

    fn due(&mut self) -> Option<Input> {
        let now_ms = self.now_ms();
        if let Some(at) = self.later.iter().position(|(at, _)| *at <= now_ms) {
            return self.later.remove(at).map(|(_, input)| input);
        }
        let heard = self.candidate.due(now_ms, &mut self.script, &self.stage)?;
        Some(match heard {
            Heard::Ear(event) => Input::Ear(event),
            Heard::Sound(pcm) => Input::Sound(pcm.to_vec()),
        })
    }

    pub(super) fn after(&mut self, ms: u64, input: Input) {
        if ms == 0 {
            self.next.push_back(input);
        } else {
            self.later.push_back((self.now_ms() + ms, input));
        }
    }
}
