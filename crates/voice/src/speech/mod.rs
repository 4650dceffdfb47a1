//! Speech without a cloud: recognition, synthesis and turn taking behind worker threads.
//!
//! Inference never runs on the caller's thread. Queues are bounded: what does not fit is refused, not delayed.

pub mod assets;
pub mod audio;
pub mod cache;
mod ear;
pub mod end_of_turn;
mod error;
pub mod listener;
mod listening;
pub mod measure;
mod mel;
pub mod phonemes;
pub mod recognize;
mod render;
pub mod synthesize;
pub mod transcript;
pub mod vad;
mod workers;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use self::assets::Assets;
use self::cache::RenderCache;
use self::listener::What;
use self::listening::Bell;
use self::phonemes::Phonemes;
use self::render::{Manners, RenderQueue, RenderTools};
use self::synthesize::{Kokoro, Piper};
use self::transcript::Settled;
use self::workers::{LiveModels, LiveQueue};

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
    /// A person, now, and never again: the fast voice speaks, and the clip is not kept.
    Passing,
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

/// Models loaded once, worker threads behind it; clones share them. The threads end with the last clone.
#[derive(Clone)]
pub struct Speech {
    engine: Arc<Engine>,
}

struct Engine {
    cache: Arc<RenderCache>,
    live: Arc<LiveQueue>,
    bell: Arc<Bell>,
    fast: Arc<RenderQueue>,
    best: Arc<RenderQueue>,
    fast_voice: &'static VoiceInfo,
    threads: Vec<JoinHandle<()>>,
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.live.close();
        self.bell.close();
        self.fast.close();
        self.best.close();
        // A process that ends while a thread is inside the inference library crashes on its way out.
        let since = Instant::now();
        while self.threads.iter().any(|thread| !thread.is_finished()) && since.elapsed() < LONGEST_GOODBYE {
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }
}

/// How long the last clone waits for its threads to end.
const LONGEST_GOODBYE: Duration = Duration::from_secs(5);
/// The longest recording that [`Speech::transcribe`] takes.
const LONGEST_RECORDING_S: u32 = 30 * 60;
/// Texts that may wait for the fast voice: beyond that it would answer too late.
const FAST_QUEUE: usize = 32;
/// Texts that may wait for the best voice: some plans.
const BEST_QUEUE: usize = 2_048;
const LIVE_TIMEOUT: Duration = Duration::from_secs(60);
const BACKGROUND_TIMEOUT: Duration = Duration::from_secs(3 * 3_600);

impl Speech {
    /// Checks and loads the models and starts the workers. Blocks for a second or two.
    pub fn open(models: &Path, cache: &Path, options: SpeechOptions) -> Result<Self, SpeechError> {
        let fast_voice = voice_named(&options.fast_voice)
            .filter(|voice| voice.fast)
            .ok_or(SpeechError::UnknownVoice(options.fast_voice))?;
        if let Some(problem) = assets::problems(models).into_iter().next() {
            return Err(problem.error);
        }
        let assets = Assets::open(models)?;
        let cache = Arc::new(RenderCache::open(cache)?);
        let mut engine = Engine {
            cache: Arc::clone(&cache),
            live: Arc::default(),
            bell: Arc::default(),
            fast: RenderQueue::new(FAST_QUEUE),
            best: RenderQueue::new(BEST_QUEUE),
            fast_voice,
            threads: Vec::new(),
        };
        let phonemes = Arc::new(Phonemes::load(&assets)?);
        let tools = RenderTools { cache, phonemes, live: Arc::clone(&engine.live) };
        let (for_fast, for_best) = (assets.clone(), assets.clone());
        let lively = Manners { polite: false, stays: true };
        let fast = render::start("fast-voice", &engine.fast, tools.clone(), lively, move || Piper::load(&for_fast))?;
        engine.threads.push(fast);
        let polite = Manners { polite: true, stays: false };
        let best = render::start("best-voice", &engine.best, tools, polite, move || Kokoro::load(&for_best))?;
        engine.threads.push(best);
        engine.threads.push(listening::start(&assets, &engine.bell, &engine.live)?);
        engine.threads.extend(workers::start_live(&assets, &engine.live, options.live_threads)?);
        Ok(Self { engine: Arc::new(engine) })
    }

    /// Compares every model file with `models.lock` by checksum.
    pub fn check(models: &Path) -> Vec<ModelProblem> {
        assets::problems(models)
    }

    /// Recognizes 16 kHz mono audio, joined from windows when it is long.
    pub async fn transcribe(&self, pcm: Arc<[f32]>) -> Result<String, SpeechError> {
        let got_s = (pcm.len() / HEAR_RATE as usize) as u32;
        if got_s > LONGEST_RECORDING_S {
            return Err(SpeechError::AudioLength { got_s, max_s: LONGEST_RECORDING_S });
        }
        let (sender, receiver) = tokio::sync::oneshot::channel();
        let work = move |models: &mut LiveModels| {
            let wanted = || !sender.is_closed();
            let heard = transcript::recognize(&mut models.recognizer, &pcm, Settled::default(), &wanted);
            // Nobody waits any more.
            drop(sender.send(heard));
        };
        self.engine.live.push(What::Final, Box::new(work))?;
        let timeout = LIVE_TIMEOUT + Duration::from_secs(u64::from(got_s));
        let heard = tokio::time::timeout(timeout, receiver).await;
        let heard = heard.map_err(|_| SpeechError::Timeout(timeout.as_secs()))?.map_err(|_| SpeechError::Stopped)??;
        heard.map(|heard| heard.text).ok_or(SpeechError::Stopped)
    }

    /// Speaks a text: from the render cache if it is there, else as `urgency` says.
    pub async fn say(&self, voice: &str, text: &str, urgency: Urgency) -> Result<Arc<Clip>, SpeechError> {
        let asked = voice_named(voice).ok_or_else(|| SpeechError::UnknownVoice(voice.to_string()))?;
        let got = text.chars().count();
        if text.trim().is_empty() || got > synthesize::LONGEST_TEXT {
            return Err(SpeechError::TextLength { got, max: synthesize::LONGEST_TEXT });
        }
        // Sentences of one answer have one voice: a kept clip in another must not come between.
        if urgency != Urgency::Passing
            && let Some(clip) = self.kept(asked, text).await?
        {
            return Ok(clip);
        }
        let (queue, voice, timeout) = match urgency {
            Urgency::Live | Urgency::Passing => (&self.engine.fast, self.engine.fast_voice, LIVE_TIMEOUT),
            Urgency::Background if asked.fast => (&self.engine.fast, asked, BACKGROUND_TIMEOUT),
            Urgency::Background => (&self.engine.best, asked, BACKGROUND_TIMEOUT),
        };
        let made = queue.push(voice.id, text, urgency != Urgency::Passing)?;
        let made = tokio::time::timeout(timeout, made).await;
        made.map_err(|_| SpeechError::Timeout(timeout.as_secs()))?.map_err(|_| SpeechError::Stopped)?
    }

    /// The clip in the cache; the disk is read beside the async threads.
    async fn kept(&self, voice: &'static VoiceInfo, text: &str) -> Result<Option<Arc<Clip>>, SpeechError> {
        let (cache, text) = (Arc::clone(&self.engine.cache), text.to_string());
        let read = tokio::task::spawn_blocking(move || cache.read(voice.id, &text)).await;
        let pcm = read.map_err(|_| SpeechError::Stopped)?;
        Ok(pcm.map(|pcm| Arc::new(Clip { rate: SAY_RATE, pcm, voice_used: voice.id.to_string() })))
    }

    /// Whether [`Speech::say`] would answer at once in the asked voice.
    pub fn is_rendered(&self, voice: &str, text: &str) -> bool {
        voice_named(voice).is_some_and(|voice| self.engine.cache.has(voice.id, text))
    }

    /// The voices, best first.
    pub fn voices(&self) -> &'static [VoiceInfo] {
        synthesize::VOICES
    }

    /// A listener for one call.
    pub fn ear(&self) -> Ear {
        Ear::new(&self.engine.bell)
    }

    /// Live jobs that wait for a thread: a measure of load.
    pub fn waiting(&self) -> usize {
        self.engine.live.waiting()
    }
}

/// The voice of this name.
pub fn voice_named(name: &str) -> Option<&'static VoiceInfo> {
    synthesize::VOICES.iter().find(|voice| voice.id == name)
}
