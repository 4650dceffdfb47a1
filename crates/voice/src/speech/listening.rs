//! The listening thread: voice activity and turn taking of all calls; what takes longer goes to the live threads.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::futures::Notified;
use tokio::sync::{Notify, mpsc};

use super::assets::Assets;
use super::listener::{Effect, Listener, Question, What};
use super::transcript::{Heard, recognize};
use super::vad::Vad;
use super::workers::{LiveModels, LiveQueue, spawn};
use super::{EarEvent, HEAR_RATE, SpeechError};
use crate::turn::TurnDetection;

/// Audio that may wait for the thread; what comes beyond it is lost.
const LONGEST_BACKLOG: usize = 5 * HEAR_RATE as usize;
/// Events that may wait for a call that does not look.
const EVENTS: usize = 1_024;
/// One call's share before the next call's turn: half a second of audio.
const SHARE: usize = HEAR_RATE as usize / 2;

/// What a call gives to the thread, in order.
pub enum Input {
    /// Audio; if `patient`, it waits while the models judge what came before.
    Audio { pcm: Vec<f32>, patient: bool },
    /// So many samples were lost.
    Lost(usize),
    /// New settings.
    Configure(TurnDetection),
    /// Whether the interviewer's voice is playing.
    Interviewer(bool),
    /// Hint about the question.
    ClosedQuestion(bool),
    /// End the turn now.
    EndTurn,
    /// Forget the turn.
    Clear,
}

/// What the models give to the thread.
enum Answer {
    Sound(u32, Result<f32, SpeechError>),
    Heard(u32, Result<Option<Heard>, SpeechError>),
}

#[derive(Default)]
struct Waiting {
    inputs: VecDeque<Input>,
    answers: VecDeque<Answer>,
    samples: usize,
    closed: bool,
}

/// The shared end of one call.
pub struct CallInput {
    waiting: Mutex<Waiting>,
    room: Notify,
    bell: Arc<Bell>,
}

/// Wakes the thread and brings it new calls.
#[derive(Default)]
pub struct Bell {
    state: Mutex<BellState>,
    rung: Condvar,
}

#[derive(Default)]
struct BellState {
    rung: bool,
    closed: bool,
    new_calls: Vec<Call>,
}

struct Call {
    input: Arc<CallInput>,
    listener: Listener,
    events: mpsc::Sender<EarEvent>,
}

impl Bell {
    fn lock(&self) -> MutexGuard<'_, BellState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) {
        self.lock().rung = true;
        self.rung.notify_one();
    }

    /// Lets the thread end.
    pub fn close(&self) {
        self.lock().closed = true;
        self.rung.notify_one();
    }

    /// Adds a call; its events come out of the receiver.
    pub fn new_call(self: &Arc<Self>) -> (Arc<CallInput>, mpsc::Receiver<EarEvent>) {
        let (events, receiver) = mpsc::channel(EVENTS);
        let input = Arc::new(CallInput { waiting: Mutex::default(), room: Notify::new(), bell: Arc::clone(self) });
        let call = Call { input: Arc::clone(&input), listener: Listener::default(), events };
        self.lock().new_calls.push(call);
        (input, receiver)
    }
}

impl CallInput {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives anything but audio.
    pub fn push(&self, input: Input) {
        self.lock().inputs.push_back(input);
        self.bell.ring();
    }

    /// Gives audio; says whether there was room.
    pub fn push_audio(&self, pcm: &[f32], patient: bool) -> bool {
        let mut waiting = self.lock();
        if waiting.samples + pcm.len() > LONGEST_BACKLOG {
            return false;
        }
        waiting.samples += pcm.len();
        waiting.inputs.push_back(Input::Audio { pcm: pcm.to_vec(), patient });
        drop(waiting);
        self.bell.ring();
        true
    }

    /// Notes that audio was lost, so that times stay right.
    pub fn lose(&self, samples: usize) {
        let mut waiting = self.lock();
        if let Some(Input::Lost(n)) = waiting.inputs.back_mut() {
            *n += samples;
        } else {
            tracing::warn!(samples, "audio is lost: listening is behind");
            waiting.inputs.push_back(Input::Lost(samples));
        }
    }

    /// Ends when there may be room for audio again; wake-ups count from the moment it is made.
    pub fn room(&self) -> Notified<'_> {
        self.room.notified()
    }

    /// Whether the thread has ended or let go of the call.
    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Lets go of the call.
    pub fn close(&self) {
        self.lock().closed = true;
        self.room.notify_waiters();
        self.bell.ring();
    }

    fn answer(&self, answer: Answer) {
        self.lock().answers.push_back(answer);
        self.bell.ring();
    }
}

/// Starts the thread.
pub fn start(assets: &Assets, bell: &Arc<Bell>, live: &Arc<LiveQueue>) -> Result<JoinHandle<()>, SpeechError> {
    let mut vad = Vad::load(assets)?;
    let (bell, live) = (Arc::clone(bell), Arc::clone(live));
    spawn("listening", move || {
        let mut calls: Vec<Call> = Vec::new();
        loop {
            let mut state = bell.lock();
            while !state.rung && !state.closed && state.new_calls.is_empty() {
                state = bell.rung.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            state.rung = false;
            let closed = state.closed;
            calls.append(&mut state.new_calls);
            drop(state);
            if closed {
                calls.iter().for_each(|call| call.input.close());
                return;
            }
            let mut more = true;
            while more {
                more = false;
                for call in &mut calls {
                    more |= call.serve(&mut vad, &live);
                }
            }
            calls.retain(|call| !call.input.lock().closed && !call.events.is_closed());
        }
    })
}

impl Call {
    /// Serves one share of a call's inputs; says whether there is more.
    fn serve(&mut self, vad: &mut Vad, live: &LiveQueue) -> bool {
        let mut served = 0;
        loop {
            let mut waiting = self.input.lock();
            if waiting.closed {
                return false;
            }
            if let Some(answer) = waiting.answers.pop_front() {
                drop(waiting);
                match answer {
                    Answer::Sound(id, probability) => self.listener.sounded(id, probability),
                    Answer::Heard(id, heard) => self.listener.heard(id, heard),
                }
                self.act(live);
                continue;
            }
            let held = matches!(waiting.inputs.front(), Some(Input::Audio { patient: true, .. }));
            if served >= SHARE || (held && self.listener.waits_for_answer()) {
                return served >= SHARE;
            }
            let Some(input) = waiting.inputs.pop_front() else { return false };
            if let Input::Audio { pcm, .. } = &input {
                waiting.samples -= pcm.len();
                served += pcm.len();
            }
            drop(waiting);
            self.take(input, vad);
            self.act(live);
        }
    }

    fn take(&mut self, input: Input, vad: &mut Vad) {
        match input {
            Input::Audio { pcm, .. } => {
                self.input.room.notify_waiters();
                if let Err(error) = self.listener.hear(vad, &pcm) {
                    tracing::error!(%error, "voice activity failed");
                }
            }
            Input::Lost(samples) => self.listener.skip(samples),
            Input::Configure(detection) => self.listener.configure(detection),
            Input::Interviewer(speaks) => self.listener.interviewer(speaks),
            Input::ClosedQuestion(closed) => self.listener.closed_question(closed),
            Input::EndTurn => self.listener.end_turn(),
            Input::Clear => self.listener.clear(),
        }
    }

    /// Tells events and asks questions.
    fn act(&mut self, live: &LiveQueue) {
        while let Some(effect) = self.listener.poll() {
            match effect {
                Effect::Event(event) => {
                    if let Err(mpsc::error::TrySendError::Full(_)) = self.events.try_send(event) {
                        tracing::error!("an event is lost: the call does not take them");
                    }
                }
                Effect::Ask(question) => self.ask(question, live),
            }
        }
    }

    fn ask(&mut self, question: Question, live: &LiveQueue) {
        let (id, what) = (question.id, question.what);
        let mut reply = Reply { input: Arc::clone(&self.input), id, what, given: false };
        let work = move |models: &mut LiveModels| {
            let wanted = || question.wanted.load(Ordering::Relaxed);
            reply.give(match what {
                What::Sound if !wanted() => Answer::Sound(id, Err(SpeechError::Stopped)),
                What::Sound => Answer::Sound(id, models.end_of_turn.probability(&question.pcm)),
                _ => Answer::Heard(id, recognize(&mut models.recognizer, &question.pcm, question.settled, &wanted)),
            });
        };
        // Work that is refused is dropped, and its reply says so.
        if let Err(error) = live.push(what, Box::new(work))
            && what != What::Caption
        {
            tracing::warn!(%error, ?what, "a question to the models is refused");
        }
    }
}

/// Answers once, even if the work is dropped: nobody waits for ever.
struct Reply {
    input: Arc<CallInput>,
    id: u32,
    what: What,
    given: bool,
}

impl Reply {
    fn give(&mut self, answer: Answer) {
        self.given = true;
        self.input.answer(answer);
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if !self.given {
            let id = self.id;
            self.give(match self.what {
                What::Sound => Answer::Sound(id, Err(SpeechError::Stopped)),
                What::Caption => Answer::Heard(id, Ok(None)),
                What::Words | What::Final => Answer::Heard(id, Err(SpeechError::Stopped)),
            });
        }
    }
}
