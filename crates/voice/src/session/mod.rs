//! One Realtime session, sans-IO: client events, what the ear heard and what was played go in; server events and
//! commands come out. Time and ids are arguments, so every order of events can be tried in a table.
//!
//! Nothing here waits. Clips are rendered outside ([`Output::Render`]) and come back as [`Input::Rendered`]; words that
//! are not given are thought of outside ([`Output::Think`]) and come back piece by piece as [`Input::Thought`].

mod client;
mod conversation;
mod hearing;
mod ids;
mod pcm;
mod playing;
mod responding;
mod run;
mod schema;
mod settings;
mod shape;
mod speaking;
mod thinking;

use std::collections::VecDeque;
use std::sync::Arc;

use realtime_api::server::{ErrorEvent, SessionCreated};
use realtime_api::{ErrorDetail, ServerEvent, Session};

use crate::media::PlayId;
use crate::speech::{Clip, EarEvent};
use crate::think::{Request, Thought};
use crate::turn::TurnDetection;

use conversation::Conversation;
use hearing::Hearing;
use run::Run;

pub use ids::{Ids, RandomIds};
pub use pcm::Resampler;
pub use run::RunId;
pub use schema::SESSION;
pub use settings::{Settings, VOICE_ALIASES, resolve_voice, session_defaults};
pub use shape::check;

/// How long a session may last by default, in milliseconds; OpenAI's limit too.
pub const MAX_SESSION_MS: u64 = 60 * 60 * 1000;

/// What carries the session's sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// RTP: playback is ours, so it is reported and can be stopped.
    WebRtc,
    /// Base64 in events: playback is the client's.
    WebSocket,
}

/// Who sent an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The connection that owns the session: the data channel, or the WebSocket.
    Owner,
    /// A control connection, by number.
    Sideband(u64),
}

/// Who gets an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The owner and every sideband.
    All,
    /// One connection.
    Only(Origin),
}

/// What a session starts with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What carries the sound.
    pub wire: Wire,
    /// `sess_…`.
    pub session_id: String,
    /// Defaults and what the caller asked for.
    pub settings: Settings,
    /// Wall-clock start, seconds since the Unix epoch.
    pub started_at_s: u64,
    /// When the session ends by itself, from its start.
    pub max_ms: u64,
    /// Whether somebody answers [`Output::Think`]; without, only given texts are spoken.
    pub has_model: bool,
    /// Whether the owner may send events; a page that only listens cannot change what it is asked.
    pub is_owner_heard: bool,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Input {
    /// A text frame from a client.
    Frame {
        /// Who sent it.
        from: Origin,
        /// JSON, supposedly.
        text: String,
    },
    /// The person's sound, 16 kHz. The ear gets it elsewhere (WebRTC) or by [`Output::Hear`] (WebSocket).
    Sound(Vec<f32>),
    /// A sideband wants to be told the items that are there already.
    Replay(Origin),
    /// What the ear made of it.
    Ear(EarEvent),
    /// A clip is ready, or could not be made.
    Rendered {
        /// Names the part of a response.
        play: PlayId,
        /// The clip, or why there is none.
        clip: Result<Arc<Clip>, String>,
    },
    /// The model's next piece of a response.
    Thought {
        /// Names the response.
        run: RunId,
        /// The piece.
        thought: Thought,
    },
    /// A turn that was committed by hand is recognized.
    Recognized {
        /// Its item.
        item: String,
        /// The words, or why there are none.
        text: Result<String, String>,
    },
    /// The first frame of a clip is on its way.
    PlaybackStarted(PlayId),
    /// A clip has been played to its end.
    PlaybackEnded(PlayId),
    /// A clip was cut.
    PlaybackStopped(PlayId, u64),
    /// What the next response says that does not give its words; for a session that plays a script.
    Prompt(String),
    /// Time passed.
    Tick,
}

/// What to do.
#[derive(Debug, Clone)]
pub enum Output {
    /// Send an event.
    Event(Audience, Box<ServerEvent>),
    /// Make a clip and return it as [`Input::Rendered`].
    Render {
        /// Names the part of a response.
        play: PlayId,
        /// A voice of ours.
        voice: String,
        /// What to say.
        text: String,
        /// Whether it is said this once: there is no use in keeping the clip.
        is_passing: bool,
    },
    /// Ask the model and return what it answers, piece by piece, as [`Input::Thought`].
    Think {
        /// Names the response.
        run: RunId,
        /// The question.
        request: Box<Request>,
    },
    /// Nobody wants the rest of the model's answer.
    StopThinking(RunId),
    /// Play a clip after those that wait.
    Play(PlayId, Arc<Clip>),
    /// Stop what plays and forget what waits.
    StopPlayback,
    /// Give the ear this sound (WebSocket).
    Hear(Vec<f32>),
    /// Tell the ear how to find ends of turns.
    Listen(TurnDetection),
    /// Tell the ear whether our voice is playing.
    Speaking(bool),
    /// Ask the ear to end the running turn.
    EndTurn,
    /// Ask the ear to forget the running turn.
    ForgetTurn,
    /// Recognize a turn and return it as [`Input::Recognized`].
    Recognize {
        /// Its item.
        item: String,
        /// Its sound, 16 kHz.
        sound: Arc<[f32]>,
    },
    /// End the session; nothing follows.
    Close {
        /// WebSocket close code.
        code: u16,
        /// For people.
        reason: &'static str,
    },
}

/// One session.
pub struct Core {
    setup: Setup,
    ids: Box<dyn Ids>,
    conversation_id: String,
    conversation: Conversation,
    runs: Vec<Run>,
    next_play: u64,
    next_run: u64,
    has_spoken: bool,
    is_speaking: bool,
    quiet_at_ms: Option<u64>,
    hearing: Hearing,
    prompt: Option<String>,
    now_ms: u64,
    is_closed: bool,
    outputs: VecDeque<Output>,
}

impl Core {
    /// Starts a session; `session.created` for its owner is the first output.
    pub fn new(setup: Setup, mut ids: Box<dyn Ids>) -> Self {
        let conversation_id = format!("conv_{}", ids.alnum(21));
        let mut core = Self {
            setup,
            ids,
            conversation_id,
            conversation: Conversation::default(),
            runs: Vec::new(),
            next_play: 1,
            next_run: 1,
            has_spoken: false,
            is_speaking: false,
            quiet_at_ms: None,
            hearing: Hearing::default(),
            prompt: None,
            now_ms: 0,
            is_closed: false,
            outputs: VecDeque::new(),
        };
        core.outputs.push_back(Output::Listen(core.setup.settings.listening()));
        let session = core.session();
        core.tell(Audience::Only(Origin::Owner), SessionCreated { session, ..Default::default() });
        core
    }

    /// Takes one input at `now_ms` since the session's start.
    pub fn handle(&mut self, now_ms: u64, input: Input) {
        self.now_ms = self.now_ms.max(now_ms);
        if self.is_closed {
            return;
        }
        if self.now_ms >= self.setup.max_ms {
            return self.expire();
        }
        match input {
            Input::Frame { from, text } => self.on_frame(from, &text),
            Input::Sound(pcm) => self.on_sound(pcm),
            Input::Replay(to) => self.replay_items(to),
            Input::Ear(event) => self.on_ear(event),
            Input::Rendered { play, clip } => self.on_rendered(play, clip),
            Input::Thought { run, thought } => self.on_thought(run, thought),
            Input::Recognized { item, text } => self.on_recognized(&item, text),
            Input::PlaybackStarted(play) => self.on_playback_started(play),
            Input::PlaybackEnded(play) => self.on_playback_ended(play),
            Input::PlaybackStopped(play, played_ms) => self.on_playback_stopped(play, played_ms),
            Input::Prompt(text) => self.prompt = Some(text),
            Input::Tick => {}
        }
        self.on_time();
    }

    /// The next thing to do; `None`: wait for input.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Tick`] is due at the latest.
    pub fn wake_at_ms(&self) -> u64 {
        [self.quiet_at_ms, self.idle_at_ms(), self.ask_at_ms()].into_iter().flatten().fold(self.setup.max_ms, u64::min)
    }

    /// The whole session as clients see it.
    pub fn session(&self) -> Session {
        let expires_at = self.setup.started_at_s + self.setup.max_ms / 1000;
        self.setup.settings.session(&self.setup.session_id, expires_at)
    }

    fn on_time(&mut self) {
        if self.quiet_at_ms.is_some_and(|at| at <= self.now_ms) {
            self.quiet_at_ms = None;
            self.set_speaking(false);
            self.hearing.idle_from_ms = Some(self.now_ms);
        }
        if self.idle_at_ms().is_some_and(|at| at <= self.now_ms) {
            self.on_idle();
        }
        self.think_once_heard();
    }

    fn expire(&mut self) {
        let reason = "Your session hit the maximum duration of 60 minutes.";
        let mut error = ErrorDetail::invalid("session_expired", reason, None);
        error.event_id = Some(None);
        self.tell(Audience::All, ErrorEvent { error, ..Default::default() });
        self.is_closed = true;
        self.outputs.push_back(Output::Close { code: 1001, reason });
    }

    fn tell(&mut self, to: Audience, event: impl Into<ServerEvent>) {
        let mut event = event.into();
        let id = if event.kind().starts_with("output_audio_buffer.") { self.ids.hex(16) } else { self.ids.alnum(21) };
        event.set_event_id(format!("event_{id}"));
        self.outputs.push_back(Output::Event(to, Box::new(event)));
    }

    fn tell_all(&mut self, event: impl Into<ServerEvent>) {
        self.tell(Audience::All, event);
    }

    fn refuse(&mut self, from: Origin, mut error: ErrorDetail, event_id: Option<String>) {
        error.event_id = Some(event_id);
        self.tell(Audience::Only(from), ErrorEvent { error, ..Default::default() });
    }

    fn new_item_id(&mut self) -> String {
        format!("item_{}", self.ids.alnum(21))
    }

    fn set_speaking(&mut self, is_speaking: bool) {
        if self.is_speaking != is_speaking {
            self.is_speaking = is_speaking;
            self.outputs.push_back(Output::Speaking(is_speaking));
        }
    }
}
