//! One call's listening without threads: audio and answers in, events and questions to the models out.
//!
//! Runs in sample time, so a test drives it faster than real time with any latency it likes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::transcript::{Heard, Settled};
use super::vad::{Vad, VadMemory, WINDOW};
use super::{EarEvent, HEAR_RATE, SpeechError};
use crate::turn::{TurnDetection, TurnMachine, TurnOutput, WINDOW_MS, judge};

const PER_MS: u64 = HEAR_RATE as u64 / 1000;
/// Audio kept while nobody speaks, for the padding of the next turn.
const KEPT_MS: u64 = 3_000;
/// The end-of-turn model hears this much.
const SOUND_SAMPLES: usize = 8 * HEAR_RATE as usize;

/// A question to the models.
#[derive(Clone, Debug)]
pub struct Question {
    /// Number to answer with.
    pub id: u32,
    /// What is asked.
    pub what: What,
    /// The turn's audio from where it is settled on, or its last 8 s for [`What::Sound`].
    pub pcm: Arc<[f32]>,
    /// The words before that.
    pub settled: Settled,
    /// Turns false when the answer is of no use any more.
    pub wanted: Arc<AtomicBool>,
}

/// What a question is about, most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// Does it sound finished?
    Sound,
    /// The words of a turn that is over.
    Final,
    /// The words of a turn that may be over.
    Words,
    /// The words so far, for captions; may be dropped.
    Caption,
}

/// What a listener wants done.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Tell the call.
    Event(EarEvent),
    /// Ask the models.
    Ask(Question),
}

/// A turn whose words are not known yet.
struct Awaited {
    question: u32,
    start_ms: u64,
}

/// See the module.
#[derive(Default)]
pub struct Listener {
    memory: VadMemory,
    machine: TurnMachine,
    closed_question: bool,
    /// Samples of the next window.
    partial_window: Vec<f32>,
    /// Audio since `audio_from` (a sample number since the ear was made).
    audio: Vec<f32>,
    audio_from: u64,
    quiet_ms: u64,
    turn: Turn,
    awaited: Vec<Awaited>,
    questions: u32,
    effects: VecDeque<Effect>,
}

/// What is known about the running turn.
#[derive(Default)]
struct Turn {
    settled: Settled,
    /// The pause that is being judged: the machine's number, its questions, its words.
    pause: Option<Pause>,
    caption: Option<(u32, Arc<AtomicBool>)>,
    newest_words: u32,
}

struct Pause {
    ask: u32,
    sound: Option<u32>,
    words: Option<u32>,
    text: Option<String>,
    wanted: Arc<AtomicBool>,
}

impl Listener {
    /// Changes how ends of turns are found.
    pub fn configure(&mut self, detection: TurnDetection) {
        self.machine.configure(detection);
        self.drain();
    }

    /// Says whether the interviewer's voice is playing.
    pub fn interviewer(&mut self, speaks: bool) {
        self.machine.interviewer(speaks);
    }

    /// Hint: yes or no answers what was asked.
    pub fn closed_question(&mut self, closed: bool) {
        self.closed_question = closed;
    }

    /// Ends the running turn now.
    pub fn end_turn(&mut self) {
        self.machine.end_now();
        self.drain();
    }

    /// Forgets the running turn.
    pub fn clear(&mut self) {
        self.machine.clear();
        self.drain();
        self.turn = Turn::default();
    }

    /// Milliseconds heard so far.
    pub fn now_ms(&self) -> u64 {
        self.machine.now_ms()
    }

    /// Whether an answer is on its way that decides about a pause.
    pub fn waits_for_answer(&self) -> bool {
        self.turn.pause.as_ref().is_some_and(|pause| pause.sound.is_some() || pause.words.is_some())
    }

    /// Hears 16 kHz audio of any length.
    pub fn hear(&mut self, vad: &mut Vad, pcm: &[f32]) -> Result<(), SpeechError> {
        for chunk in pcm.chunks(WINDOW) {
            self.partial_window.extend_from_slice(chunk);
            if self.partial_window.len() >= WINDOW {
                let rest = self.partial_window.split_off(WINDOW);
                let window = std::mem::replace(&mut self.partial_window, rest);
                let mut fixed = [0f32; WINDOW];
                fixed.copy_from_slice(&window);
                let probability = vad.probability(&mut self.memory, &fixed)?;
                self.window(&fixed, probability);
            }
        }
        Ok(())
    }

    /// Lets time pass for audio that was lost on the way.
    pub fn skip(&mut self, samples: usize) {
        self.partial_window.clear();
        for _ in 0..samples.div_ceil(WINDOW) {
            self.window(&[0.0; WINDOW], 0.0);
        }
    }

    fn window(&mut self, window: &[f32; WINDOW], probability: f32) {
        self.audio.extend_from_slice(window);
        self.machine.window(probability);
        self.drain();
        self.quiet_ms = if probability < 0.1 { self.quiet_ms + WINDOW_MS } else { 0 };
        if self.machine.turn_start_ms().is_none() {
            // The model drifts in long silences; a fresh memory hears the next onset as well as the first.
            if self.quiet_ms >= 2_000 {
                self.memory = VadMemory::default();
                self.quiet_ms = 0;
            }
            self.forget_before(self.machine.now_ms().saturating_sub(KEPT_MS), 2 * KEPT_MS);
        }
    }

    /// Drops old audio once there is `slack_ms` too much of it, so that it moves rarely.
    fn forget_before(&mut self, at_ms: u64, slack_ms: u64) {
        let at = at_ms * PER_MS;
        if at > self.audio_from + slack_ms * PER_MS {
            let n = usize::try_from(at - self.audio_from).unwrap_or(0).min(self.audio.len());
            self.audio.drain(..n);
            self.audio_from += n as u64;
        }
    }

    fn slice(&self, from_ms: u64, to_ms: u64) -> &[f32] {
        let index = |ms: u64| {
            let at = (ms * PER_MS).saturating_sub(self.audio_from);
            usize::try_from(at).unwrap_or(usize::MAX).min(self.audio.len())
        };
        let (from, to) = (index(from_ms), index(to_ms));
        &self.audio[from.min(to)..to]
    }

    /// The answer to a [`What::Sound`] question.
    pub fn sounded(&mut self, question: u32, probability: Result<f32, SpeechError>) {
        let Some(pause) = self.turn.pause.as_mut().filter(|pause| pause.sound == Some(question)) else { return };
        pause.sound = None;
        match probability {
            Ok(probability) => self.machine.sound(pause.ask, probability),
            Err(error) => tracing::warn!(%error, "no end-of-turn judgment"),
        }
    }

    /// The answer to any other question; `None` if it was given up.
    pub fn heard(&mut self, question: u32, answer: Result<Option<Heard>, SpeechError>) {
        if let Some(at) = self.awaited.iter().position(|turn| turn.question == question) {
            let Awaited { start_ms, .. } = self.awaited.remove(at);
            let text = answer.and_then(|heard| heard.map(|heard| heard.text).ok_or(SpeechError::Stopped));
            self.effects.push_back(Effect::Event(EarEvent::TurnText { start_ms, text }));
            return;
        }
        self.turn.caption.take_if(|(caption, _)| *caption == question);
        let pause = self.turn.pause.as_mut().filter(|pause| pause.words == Some(question));
        match answer {
            Ok(Some(heard)) => {
                if let Some(pause) = pause {
                    pause.words = None;
                    pause.text = Some(heard.text.clone());
                    self.machine.words(pause.ask, judge(&heard.text, self.closed_question));
                }
                self.tell_words(question, heard);
            }
            Ok(None) => {}
            Err(error) => {
                if let Some(pause) = pause {
                    pause.words = None;
                }
                tracing::warn!(%error, "no words");
            }
        }
    }

    /// A caption, unless a newer one was told or the words belong to an earlier turn.
    fn tell_words(&mut self, question: u32, heard: Heard) {
        if self.machine.turn_start_ms().is_none() || question < self.turn.newest_words {
            return;
        }
        self.turn.newest_words = question;
        if heard.settled.at > self.turn.settled.at {
            self.turn.settled = heard.settled;
        }
        if !heard.text.is_empty() {
            self.effects.push_back(Effect::Event(EarEvent::Partial { text: heard.text }));
        }
    }

    /// The next effect.
    pub fn poll(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    fn drain(&mut self) {
        while let Some(output) = self.machine.poll() {
            match output {
                TurnOutput::Started { start_ms } => {
                    // Answers to questions of earlier turns have smaller numbers.
                    self.turn = Turn { newest_words: self.questions + 1, ..Turn::default() };
                    self.effects.push_back(Effect::Event(EarEvent::SpeechStarted { at_ms: start_ms }));
                }
                TurnOutput::Caption if self.turn.caption.is_none() => {
                    let wanted = Arc::new(AtomicBool::new(true));
                    self.turn.caption = Some((self.ask(What::Caption, Arc::clone(&wanted)), wanted));
                }
                TurnOutput::Caption => {}
                TurnOutput::Ask { ask } => {
                    // The words of the pause are those of the caption and more.
                    if let Some((_, wanted)) = &self.turn.caption {
                        wanted.store(false, Ordering::Relaxed);
                    }
                    let wanted = Arc::new(AtomicBool::new(true));
                    let sound = Some(self.ask(What::Sound, Arc::clone(&wanted)));
                    let words = Some(self.ask(What::Words, Arc::clone(&wanted)));
                    self.turn.pause = Some(Pause { ask, sound, words, text: None, wanted });
                }
                TurnOutput::Resumed { ask } => {
                    if let Some(pause) = self.turn.pause.take_if(|pause| pause.ask == ask) {
                        pause.wanted.store(false, Ordering::Relaxed);
                    }
                }
                TurnOutput::Ended { start_ms, voiced_until_ms, end_ms, ask } => {
                    self.ended(start_ms, voiced_until_ms, end_ms, ask);
                }
            }
        }
    }

    fn ask(&mut self, what: What, wanted: Arc<AtomicBool>) -> u32 {
        let start_ms = self.machine.turn_start_ms().unwrap_or(0);
        let turn = self.slice(start_ms, self.machine.now_ms());
        let (pcm, settled): (Arc<[f32]>, _) = match what {
            What::Sound => (turn[turn.len().saturating_sub(SOUND_SAMPLES)..].into(), Settled::default()),
            _ => (turn[self.turn.settled.at.min(turn.len())..].into(), self.turn.settled.clone()),
        };
        self.push_question(what, pcm, settled, wanted)
    }

    fn push_question(&mut self, what: What, pcm: Arc<[f32]>, settled: Settled, wanted: Arc<AtomicBool>) -> u32 {
        self.questions += 1;
        let id = self.questions;
        self.effects.push_back(Effect::Ask(Question { id, what, pcm, settled, wanted }));
        id
    }

    fn ended(&mut self, start_ms: u64, voiced_until_ms: u64, end_ms: u64, ask: Option<u32>) {
        let turn = std::mem::take(&mut self.turn);
        let pcm: Arc<[f32]> = self.slice(start_ms, end_ms).into();
        self.effects.push_back(Effect::Event(EarEvent::SpeechStopped { at_ms: voiced_until_ms }));
        let judged = turn.pause.filter(|pause| ask == Some(pause.ask));
        let (text, under_way) = judged.map_or((None, None), |pause| (pause.text, pause.words));
        if text.is_none() {
            // The words are on their way, or were never asked for or failed: then this is when they are asked for.
            let question = under_way.unwrap_or_else(|| {
                let rest: Arc<[f32]> = pcm[turn.settled.at.min(pcm.len())..].into();
                self.push_question(What::Final, rest, turn.settled, Arc::new(AtomicBool::new(true)))
            });
            self.awaited.push(Awaited { question, start_ms });
        }
        let text = text.map(Ok);
        self.effects.push_back(Effect::Event(EarEvent::TurnEnded { start_ms, end_ms, pcm, text }));
        self.forget_before(end_ms, 0);
    }
}
