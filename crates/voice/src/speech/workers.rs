//! Threads that own models, behind bounded queues.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::SpeechError;
use super::assets::Assets;
use super::end_of_turn::EndOfTurn;
use super::listener::What;
use super::recognize::Recognizer;

/// Work for a live thread: runs with that thread's models.
pub type LiveWork = Box<dyn FnOnce(&mut LiveModels) + Send>;

/// Beyond this the engine is overloaded, and saying so is better than answering late.
const LONGEST_QUEUE: usize = 64;

/// What is not urgent lets live work go first for so long.
const LONGEST_CALMING: Duration = Duration::from_secs(2);

/// What each live thread owns.
pub struct LiveModels {
    /// Words.
    pub recognizer: Recognizer,
    /// Does it sound finished?
    pub end_of_turn: EndOfTurn,
}

/// The queue of live work: most urgent first, in order among equals.
#[derive(Default)]
pub struct LiveQueue {
    state: Mutex<LiveState>,
    changed: Condvar,
    /// No job waits any more.
    calmed: Condvar,
}

#[derive(Default)]
struct LiveState {
    jobs: BTreeMap<(What, u64), LiveWork>,
    number: u64,
    threads: usize,
    idle: usize,
    closed: bool,
}

impl LiveQueue {
    fn lock(&self) -> MutexGuard<'_, LiveState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues work. Captions are taken only if one more thread stays free for what decides about turns.
    pub fn push(&self, what: What, work: LiveWork) -> Result<(), SpeechError> {
        let mut state = self.lock();
        if state.closed {
            return Err(SpeechError::Stopped);
        }
        let waiting = state.jobs.len();
        let kept_free = usize::from(state.threads > 1);
        let no_room_for_captions = waiting + kept_free >= state.idle;
        if waiting >= LONGEST_QUEUE || (what == What::Caption && no_room_for_captions) {
            return Err(SpeechError::Busy(waiting));
        }
        state.number += 1;
        let number = state.number;
        state.jobs.insert((what, number), work);
        self.changed.notify_one();
        Ok(())
    }

    /// Jobs that wait for a thread.
    pub fn waiting(&self) -> usize {
        self.lock().jobs.len()
    }

    /// Waits until no live job waits for a thread, but not for ever.
    pub fn wait_until_calm(&self) {
        let is_busy = |state: &mut LiveState| !state.jobs.is_empty() && !state.closed;
        drop(self.calmed.wait_timeout_while(self.lock(), LONGEST_CALMING, is_busy));
    }

    /// Lets the threads end.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
        self.calmed.notify_all();
    }

    fn next(&self) -> Option<LiveWork> {
        let mut state = self.lock();
        loop {
            if state.closed {
                // What still waits is told so by its drop, outside the lock.
                let left = std::mem::take(&mut state.jobs);
                drop(state);
                drop(left);
                return None;
            }
            if let Some((_, work)) = state.jobs.pop_first() {
                if state.jobs.is_empty() {
                    self.calmed.notify_all();
                }
                return Some(work);
            }
            state.idle += 1;
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }
}

/// Starts the live threads and waits until their models are loaded.
pub fn start_live(assets: &Assets, queue: &Arc<LiveQueue>, threads: usize) -> Result<Vec<JoinHandle<()>>, SpeechError> {
    let mut started = Vec::new();
    let (loaded, results) = std::sync::mpsc::channel();
    let threads = threads.clamp(1, 4);
    queue.lock().threads = threads;
    for number in 0..threads {
        let (assets, queue, loaded) = (assets.clone(), Arc::clone(queue), loaded.clone());
        started.push(spawn(&format!("live-{number}"), move || {
            let load =
                || Ok(LiveModels { recognizer: Recognizer::load(&assets)?, end_of_turn: EndOfTurn::load(&assets)? });
            match load() {
                Ok(mut models) => {
                    // Nobody waits any more if another thread failed to load.
                    drop(loaded.send(Ok(())));
                    drop(loaded);
                    while let Some(work) = queue.next() {
                        // A fault in one job must not cost the thread; whoever waits for it is told by the drop.
                        if std::panic::catch_unwind(AssertUnwindSafe(|| work(&mut models))).is_err() {
                            tracing::error!("a live job failed");
                        }
                    }
                }
                Err(error) => drop(loaded.send(Err(error))),
            }
        })?);
    }
    drop(loaded);
    for _ in 0..threads {
        results.recv().unwrap_or(Err(SpeechError::Stopped))?;
    }
    Ok(started)
}

/// Starts a named thread.
pub fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>, SpeechError> {
    let started = std::thread::Builder::new().name(name.to_string()).spawn(work);
    started.map_err(|e| SpeechError::Inference(format!("cannot start the thread {name}: {e}")))
}
