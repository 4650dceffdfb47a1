//! Speech without a cloud: recognition, synthesis and turn taking behind worker threads.
//!
//! Inference never runs on the caller's thread. Queues are bounded: what does not fit is refused, not delayed.

mod ear;
mod error;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use ear::{Ear, EarEvent};
pub use error::SpeechError;

/// Rate of everything that is heard.
pub const HEAR_RATE: u32 = 16_000;
/// Rate of every clip that is said.
pub const SAY_RATE: u32 = 24_000;

/// Spoken audio, mono, loudness and edges made ready for playing.
#[derive(Clone, Debug, PartialEq)]
pub struct Clip {
    /// Samples a second, always [`SAY_RATE`].
    pub rate: u32,
    /// Samples in -1..1.
    pub pcm: Vec<f32>,
    /// The voice that spoke, which differs from the one asked for when the fast voice stood in.
    pub voice_used: String,
}

impl Clip {
    /// Playing time in milliseconds.
    pub fn duration_ms(&self) -> u64 {
        self.pcm.len() as u64 * 1000 / u64::from(self.rate)
    }
}

/// Who waits for a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// A person, now: a text that is not rendered yet is spoken by the fast voice.
    Live,
    /// Nobody yet: the asked voice, at low priority, while live work goes first.
    Background,
}

/// A voice that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoiceInfo {
    /// The name on the wire.
    pub id: &'static str,
    /// What people read.
    pub title: &'static str,
    /// Faster than real time, so it can speak what was not foreseen.
    pub fast: bool,
}

/// How speech uses the machine.
#[derive(Clone, Debug)]
pub struct SpeechOptions {
    /// The voice that stands in for what is not rendered.
    pub fast_voice: String,
    /// Threads that recognize and judge ends of turns, 1..=4.
    pub live_threads: usize,
}

impl Default for SpeechOptions {
    fn default() -> Self {
        Self { fast_voice: "joe".into(), live_threads: 2 }
    }
}

/// A model file that `doctor` complains about.
#[derive(Clone, Debug)]
pub struct ModelProblem {
    /// The file.
    pub file: PathBuf,
    /// What is wrong and how to mend it.
    pub error: SpeechError,
}

/// Models loaded once, worker threads behind it; clones share them.
#[derive(Clone)]
pub struct Speech {
    _inner: Arc<()>,
}

impl Speech {
    /// Loads the models and starts the workers. Blocks for a second or two.
    pub fn open(models: &Path, _cache: &Path, _options: SpeechOptions) -> Result<Self, SpeechError> {
        Err(SpeechError::Missing(models.to_path_buf()))
    }

    /// Compares every model file with `models.lock` by checksum.
    pub fn check(_models: &Path) -> Vec<ModelProblem> {
        Vec::new()
    }

    /// Recognizes 16 kHz mono audio, joined from overlapping windows when it is long.
    pub async fn transcribe(&self, _pcm: Arc<[f32]>) -> Result<String, SpeechError> {
        Err(SpeechError::Stopped)
    }

    /// Speaks a text: from the render cache if it is there, else as `urgency` says.
    pub async fn say(&self, voice: &str, _text: &str, _urgency: Urgency) -> Result<Arc<Clip>, SpeechError> {
        Err(SpeechError::UnknownVoice(voice.into()))
    }

    /// Whether [`Speech::say`] would answer at once in the asked voice.
    pub fn is_rendered(&self, _voice: &str, _text: &str) -> bool {
        false
    }

    /// The voices, best first.
    pub fn voices(&self) -> &'static [VoiceInfo] {
        &[]
    }

    /// A listener for one call.
    pub fn ear(&self) -> Ear {
        Ear::closed()
    }
}
