//! A session with hands: feeds it, and keeps what it tells and does.

use std::sync::Arc;

use realtime_api::instructions::say_exactly;
use realtime_api::{ServerEvent, SessionKind};
use serde_json::{Value, json};
use voice::media::PlayId;
use voice::session::{Audience, Core, Ids, Input, MAX_SESSION_MS, Origin, Output, RunId, Settings, Setup, Wire};
use voice::speech::{Clip, EarEvent, SpeechError, VoiceInfo};
use voice::think::{Request, Thought};

static VOICES: [VoiceInfo; 3] = [
    VoiceInfo { id: "af_heart", title: "Heart", fast: false },
    VoiceInfo { id: "am_michael", title: "Michael", fast: false },
    VoiceInfo { id: "joe", title: "Joe", fast: true },
];

/// Ids 1, 2, 3 …, as long as they are asked for.
struct Counting(u64);

impl Ids for Counting {
    fn alnum(&mut self, len: usize) -> String {
        self.0 += 1;
        format!("{:0len$}", self.0)
    }

    fn hex(&mut self, len: usize) -> String {
        self.alnum(len)
    }
}

pub struct Session {
    pub core: Core,
    pub now_ms: u64,
    /// Everything told to anybody.
    pub told: Vec<(Audience, Value)>,
    /// Everything else.
    pub done: Vec<Output>,
}

impl Session {
    pub fn start(wire: Wire, kind: SessionKind) -> Self {
        Self::with(wire, kind, true)
    }

    pub fn with(wire: Wire, kind: SessionKind, is_owner_heard: bool) -> Self {
        Self::set_up(wire, kind, is_owner_heard, false)
    }

    /// A session with a language model, and a client that wants transcripts and asks for every answer.
    pub fn thinking(wire: Wire) -> Self {
        let mut session = Self::set_up(wire, SessionKind::Realtime, true, true);
        session.client(
            json!({"type": "session.update", "session": {"type": "realtime", "instructions": "You interview.",
            "audio": {"input": {"transcription": {"model": "any"},
            "turn_detection": {"type": "semantic_vad", "create_response": false, "interrupt_response": true}}}}}),
        );
        session.told.clear();
        session.done.clear();
        session
    }

    fn set_up(wire: Wire, kind: SessionKind, is_owner_heard: bool, has_model: bool) -> Self {
        let settings = Settings::new(kind, "test-model", "af_heart", &VOICES);
        let setup = Setup {
            wire,
            session_id: "sess_1".into(),
            settings,
            started_at_s: 1_000_000,
            max_ms: MAX_SESSION_MS,
            has_model,
            is_owner_heard,
        };
        let mut session =
            Self { core: Core::new(setup, Box::new(Counting(0))), now_ms: 0, told: Vec::new(), done: Vec::new() };
        session.drain();
        session
    }

    pub fn call() -> Self {
        Self::start(Wire::WebRtc, SessionKind::Realtime)
    }

    pub fn socket() -> Self {
        Self::start(Wire::WebSocket, SessionKind::Realtime)
    }

    /// A call configured as the interview does it.
    pub fn interview() -> Self {
        let mut session = Self::call();
        session.client(json!({"type": "session.update", "session": {"type": "realtime", "audio": {"input": {
            "transcription": {"model": "any"},
            "turn_detection": {"type": "semantic_vad", "create_response": false, "interrupt_response": true}}}}}));
        session.told.clear();
        session.done.clear();
        session
    }

    pub fn take(&mut self, input: Input) -> &mut Self {
        self.core.handle(self.now_ms, input);
        self.drain();
        self
    }

    fn drain(&mut self) {
        while let Some(output) = self.core.poll() {
            match output {
                Output::Event(to, event) => {
                    let value = serde_json::to_value(&*event).unwrap();
                    let again: ServerEvent = serde_json::from_value(value.clone()).unwrap();
                    assert_eq!(again, *event, "what is sent can be read");
                    self.told.push((to, value));
                }
                other => self.done.push(other),
            }
        }
    }

    pub fn client(&mut self, event: Value) -> &mut Self {
        self.take(Input::Frame { from: Origin::Owner, text: event.to_string() })
    }

    pub fn ear(&mut self, event: EarEvent) -> &mut Self {
        self.take(Input::Ear(event))
    }

    pub fn say(&mut self, text: &str) -> PlayId {
        let params = json!({"instructions": say_exactly(text), "metadata": {"utterance": "7"}});
        self.client(json!({"type": "response.create", "response": params}));
        self.rendering().unwrap()
    }

    /// Asks for an answer; returns its name, the question and the response's id.
    pub fn asks(&mut self, params: Value) -> (RunId, Request) {
        self.client(json!({"type": "response.create", "response": params}));
        self.question().expect("a question to the model")
    }

    /// The last question to the model.
    pub fn question(&self) -> Option<(RunId, Request)> {
        self.done.iter().rev().find_map(|output| match output {
            Output::Think { run, request } => Some((*run, (**request).clone())),
            _ => None,
        })
    }

    pub fn thought(&mut self, run: RunId, thought: Thought) -> &mut Self {
        self.take(Input::Thought { run, thought })
    }

    pub fn words(&mut self, run: RunId, text: &str) -> &mut Self {
        self.thought(run, Thought::Text(text.into()))
    }

    /// Texts that were to be rendered, with the names of their clips.
    pub fn renderings(&self) -> Vec<(PlayId, String)> {
        let renderings = self.done.iter().filter_map(|output| match output {
            Output::Render { play, text, .. } => Some((*play, text.clone())),
            _ => None,
        });
        renderings.collect()
    }

    /// Clips that were to be played, with their lengths.
    pub fn played(&self) -> Vec<(PlayId, u64)> {
        let played = self.done.iter().filter_map(|output| match output {
            Output::Play(play, clip) => Some((*play, clip.duration_ms())),
            _ => None,
        });
        played.collect()
    }

    pub fn rendering(&self) -> Option<PlayId> {
        self.done.iter().rev().find_map(|output| match output {
            Output::Render { play, .. } => Some(*play),
            _ => None,
        })
    }

    pub fn rendered(&mut self, play: PlayId, ms: usize) -> &mut Self {
        let clip = Clip { rate: 24_000, pcm: vec![0.1; ms * 24], voice_used: "af_heart".into() };
        self.take(Input::Rendered { play, clip: Ok(Arc::new(clip)) })
    }

    /// Types of what was told since the last look.
    pub fn kinds(&mut self) -> Vec<String> {
        let kinds = self.told.iter().map(|(_, event)| event["type"].as_str().unwrap().to_owned()).collect();
        self.told.clear();
        kinds
    }

    pub fn last(&self, kind: &str) -> &Value {
        &self.told.iter().rev().find(|(_, event)| event["type"] == kind).unwrap_or_else(|| panic!("no {kind}")).1
    }

    pub fn has_done(&self, wanted: impl Fn(&Output) -> bool) -> bool {
        self.done.iter().any(wanted)
    }

    pub fn turn(&mut self, text: Option<Result<String, SpeechError>>) -> &mut Self {
        self.ear(EarEvent::SpeechStarted { at_ms: 1_460 });
        self.ear(EarEvent::Partial { text: "Hello my name".into() });
        self.ear(EarEvent::Partial { text: "Hello my name is Ann".into() });
        self.ear(EarEvent::SpeechStopped { at_ms: 4_256 });
        let pcm: Arc<[f32]> = vec![0.1; 16 * 2_796].into();
        self.ear(EarEvent::TurnEnded { start_ms: 1_460, end_ms: 4_256, pcm, text })
    }
}
