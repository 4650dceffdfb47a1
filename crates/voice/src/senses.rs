//! Where words come from and go to: models, or a script.

use std::sync::Arc;

use realtime_api::session::{Audio, AudioInput};
use realtime_api::{Session, TurnDetection, TurnDetectionKind};

use crate::config::MODEL;
use crate::session::{Input, Wire};
use crate::sim::{MODELS, Play, Stage, VOICES, What};
use crate::speech::{Clip, Ear, Speech, SpeechError, Urgency, VoiceInfo};
use crate::turn;

/// Silence that ends a turn where nobody says otherwise, as recorded at OpenAI.
const USUAL_SILENCE_MS: u32 = 200;

/// What an engine hears and speaks with.
#[derive(Clone)]
pub(crate) enum Senses {
    /// Recognition and synthesis on this machine.
    Models(Speech),
    /// A simulator's script.
    Script(Arc<Stage>),
}

/// What one session hears and speaks with.
pub(crate) enum Mind {
    /// Models, and the session's own listener.
    Models {
        /// Shared by all sessions.
        speech: Speech,
        /// This session's.
        ear: Ear,
    },
    /// A script.
    Script(Box<Play>),
}

impl Senses {
    /// Starts those of one session.
    pub(crate) fn mind(&self, wire: Wire, suffix: &str) -> Mind {
        match self {
            Self::Models(speech) => Mind::Models { speech: speech.clone(), ear: speech.ear() },
            Self::Script(stage) => Mind::Script(Box::new(Play::new(stage, wire, suffix))),
        }
    }

    /// Names of models that are listed, the usual one first.
    pub(crate) fn models(&self) -> &'static [&'static str] {
        match self {
            Self::Models(_) => &[MODEL],
            Self::Script(_) => MODELS,
        }
    }

    /// Voices that can be asked for.
    pub(crate) fn voices(&self) -> &'static [VoiceInfo] {
        match self {
            Self::Models(speech) => speech.voices(),
            Self::Script(_) => &VOICES,
        }
    }

    /// Whether a voice can be asked to speak faster or slower.
    pub(crate) fn has_speeds(&self) -> bool {
        matches!(self, Self::Script(_))
    }

    /// What a session begins with before anybody configures it, where that is not our own engine's.
    pub(crate) fn usual_session(&self) -> Option<Session> {
        let Self::Script(_) = self else { return None };
        let silence_duration_ms = Some(USUAL_SILENCE_MS);
        let turns =
            TurnDetection { kind: TurnDetectionKind::ServerVad, silence_duration_ms, ..TurnDetection::default() };
        let input = AudioInput { turn_detection: Some(Some(turns)), ..AudioInput::default() };
        Some(Session { audio: Some(Audio { input: Some(input), ..Audio::default() }), ..Session::default() })
    }

    /// A call or session is over.
    pub(crate) fn note_end(&self, name: &str, code: u16) {
        if let Self::Script(stage) = self {
            stage.ledger.note(Some(name), What::Ended { code });
        }
    }

    /// Speaks a text outside of sessions.
    pub(crate) async fn say(&self, voice: &str, text: &str, urgency: Urgency) -> Result<Arc<Clip>, SpeechError> {
        match self {
            Self::Models(speech) => speech.say(voice, text, urgency).await,
            Self::Script(stage) => Ok(stage.speech(text)),
        }
    }

    /// Recognizes a recording outside of sessions.
    pub(crate) async fn transcribe(&self, pcm: Arc<[f32]>) -> Result<String, SpeechError> {
        match self {
            Self::Models(speech) => speech.transcribe(pcm).await,
            Self::Script(stage) => Ok(stage.next_words()),
        }
    }

    /// The simulator's stage, where this is one.
    pub(crate) fn stage(&self) -> Option<&Stage> {
        match self {
            Self::Models(_) => None,
            Self::Script(stage) => Some(stage),
        }
    }
}

impl Mind {
    /// What happens by itself; `None`: nothing any more. Safe to cancel.
    pub(crate) async fn next(&mut self) -> Option<Input> {
        match self {
            Self::Models { ear, .. } => ear.next().await.map(Input::Ear),
            Self::Script(play) => Some(play.inside().await),
        }
    }

    /// How ends of turns are found.
    pub(crate) fn configure(&mut self, detection: turn::TurnDetection) {
        match self {
            Self::Models { ear, .. } => ear.configure(detection),
            Self::Script(play) => play.configure(detection),
        }
    }

    /// Whether the interviewer's voice is playing.
    pub(crate) fn interviewer(&mut self, is_speaking: bool) {
        match self {
            Self::Models { ear, .. } => ear.interviewer(is_speaking),
            Self::Script(play) => play.interviewer(is_speaking),
        }
    }

    /// Ends the running turn now.
    pub(crate) fn end_turn(&mut self) {
        match self {
            Self::Models { ear, .. } => ear.end_turn(),
            Self::Script(play) => play.end_turn(),
        }
    }

    /// Forgets the running turn.
    pub(crate) fn clear(&mut self) {
        match self {
            Self::Models { ear, .. } => ear.clear(),
            Self::Script(play) => play.clear(),
        }
    }
}
