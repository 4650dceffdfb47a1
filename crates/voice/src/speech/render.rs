//! Threads that synthesize: one for the fast voice, one at low priority for the best voices.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

use super::cache::RenderCache;
use super::phonemes::Phonemes;
use super::synthesize::{Voice, text_to_clip};
use super::workers::{LiveQueue, spawn};
use super::{Clip, SAY_RATE, SpeechError};

/// A model that nobody needed for this long is unloaded: the best voice takes 200 MB.
const UNLOAD_AFTER: Duration = Duration::from_secs(90);

/// What a clip is known by: voice and text.
type Key = (String, String);
type Rendered = Result<Arc<Clip>, SpeechError>;

/// The queue of one rendering thread; a clip asked for twice is made once.
pub struct RenderQueue {
    state: Mutex<RenderState>,
    changed: Condvar,
    longest: usize,
}

#[derive(Default)]
struct RenderState {
    order: VecDeque<Key>,
    waiting: HashMap<Key, Waiting>,
    closed: bool,
}

/// Those who wait for one clip.
#[derive(Default)]
struct Waiting {
    senders: Vec<oneshot::Sender<Rendered>>,
    /// Whether one of them wants it kept.
    is_kept: bool,
}

/// How a rendering thread behaves.
#[derive(Clone, Copy, Debug)]
pub struct Manners {
    /// Lowest priority, and live work goes first at each sentence.
    pub polite: bool,
    /// Keeps the model loaded.
    pub stays: bool,
}

/// What all rendering threads share.
#[derive(Clone)]
pub struct RenderTools {
    /// Where clips are kept.
    pub cache: Arc<RenderCache>,
    /// Text to sounds.
    pub phonemes: Arc<Phonemes>,
    /// Live work, to which a polite thread yields.
    pub live: Arc<LiveQueue>,
}

impl RenderQueue {
    /// An empty queue that takes at most `longest` different clips.
    pub fn new(longest: usize) -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), changed: Condvar::new(), longest })
    }

    fn lock(&self) -> MutexGuard<'_, RenderState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a clip; the receiver gets it when it is made. A clip that is not kept is made and forgotten.
    pub fn push(&self, voice: &str, text: &str, is_kept: bool) -> Result<oneshot::Receiver<Rendered>, SpeechError> {
        let key = (voice.to_string(), text.to_string());
        let (sender, receiver) = oneshot::channel();
        let mut state = self.lock();
        if state.closed {
            return Err(SpeechError::Stopped);
        }
        if let Some(others) = state.waiting.get_mut(&key) {
            others.senders.push(sender);
            others.is_kept |= is_kept;
            return Ok(receiver);
        }
        if state.order.len() >= self.longest {
            return Err(SpeechError::Busy(state.order.len()));
        }
        state.order.push_back(key.clone());
        state.waiting.insert(key, Waiting { senders: vec![sender], is_kept });
        self.changed.notify_one();
        Ok(receiver)
    }

    /// Lets the thread end.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// The next clip to make; an error if `patience` ran out first, `None` at the end.
    fn next(&self, patience: Duration) -> Result<Option<Key>, ()> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return Ok(None);
            }
            if let Some(key) = state.order.pop_front() {
                return Ok(Some(key));
            }
            let (after, timeout) = self.changed.wait_timeout(state, patience).unwrap_or_else(PoisonError::into_inner);
            state = after;
            if timeout.timed_out() && state.order.is_empty() && !state.closed {
                return Err(());
            }
        }
    }

    fn is_kept(&self, key: &Key) -> bool {
        self.lock().waiting.get(key).is_some_and(|waiting| waiting.is_kept)
    }

    fn answer(&self, key: &Key, rendered: &Rendered) {
        let waiting = self.lock().waiting.remove(key).unwrap_or_default();
        for sender in waiting.senders {
            // Whoever does not wait any more finds the clip in the cache.
            drop(sender.send(rendered.clone()));
        }
    }
}

/// Starts a rendering thread; its model is loaded when it is first needed, or at once if it stays.
pub fn start<V: Voice + 'static>(
    name: &str,
    queue: &Arc<RenderQueue>,
    tools: RenderTools,
    manners: Manners,
    load: impl Fn() -> Result<V, SpeechError> + Send + 'static,
) -> Result<JoinHandle<()>, SpeechError> {
    let queue = Arc::clone(queue);
    spawn(name, move || {
        if manners.polite {
            // On Linux this is the priority of the calling thread alone.
            if let Err(error) = rustix::process::nice(19) {
                tracing::debug!(%error, "rendering keeps its priority");
            }
        }
        let mut model: Option<V> = if manners.stays { load().ok() } else { None };
        loop {
            let key = match queue.next(UNLOAD_AFTER) {
                Ok(Some(key)) => key,
                Ok(None) => return,
                Err(()) => {
                    if !manners.stays {
                        model = None;
                    }
                    continue;
                }
            };
            let rendered = render(&mut model, &load, &key, &tools, manners, || queue.is_kept(&key));
            queue.answer(&key, &rendered);
        }
    })
}

fn render<V: Voice>(
    model: &mut Option<V>,
    load: &impl Fn() -> Result<V, SpeechError>,
    (voice, text): &Key,
    tools: &RenderTools,
    manners: Manners,
    is_kept: impl Fn() -> bool,
) -> Rendered {
    // Another process may have made it in the meantime.
    let pcm = match tools.cache.read(voice, text) {
        Some(pcm) => pcm,
        None => {
            let model = match model {
                Some(model) => model,
                None => model.insert(load()?),
            };
            let between = || {
                if manners.polite {
                    tools.live.wait_until_calm();
                }
            };
            let pcm = text_to_clip(model, voice, text, &tools.phonemes, between)?;
            // The clip can be played whether or not it is kept.
            if is_kept()
                && let Err(error) = tools.cache.write(voice, text, &pcm)
            {
                tracing::warn!(%error, "a clip is not kept");
            }
            pcm
        }
    };
    Ok(Arc::new(Clip { rate: SAY_RATE, pcm, voice_used: voice.clone() }))
}
