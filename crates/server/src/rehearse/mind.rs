//! When a simulated candidate speaks, and what it measures meanwhile. Sans-IO: sounds, states and time come in.
//!
//! It goes by what a person goes by: it answers when it has heard the interviewer, hears nothing more, and sees that it
//! is its turn. All times are those of its own sound: sent and received frames.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use interview::{Phase, StageName, View};

/// A frame at least this loud (root mean square) is the interviewer's voice: -40 dB.
pub const LOUD: f32 = 0.01;
/// A pause this long ends a stretch of sound; shorter ones are between words.
const PAUSE: Duration = Duration::from_millis(300);
/// So much of a question is heard before a barge-in.
const BARGE_IN_AFTER: Duration = Duration::from_secs(1);

/// How a candidate behaves.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// From the interviewer's last sound to the answer.
    pub think: Duration,
    /// Whether it interrupts each question but the first.
    pub barges_in: bool,
}

/// What was measured in the candidate's own sound.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Measured {
    /// From the last sample of an answer to the first loud frame of the interviewer.
    pub replies: Vec<Duration>,
    /// From the first sample of an interruption to the interviewer's last loud frame.
    pub yields: Vec<Duration>,
    /// How often the interviewer began to speak into an answer.
    pub cut_offs: u32,
    /// Answers spoken to their end.
    pub answers: usize,
}

/// One stretch of the interviewer's sound.
#[derive(Debug, Clone, Copy)]
struct Burst {
    began: Instant,
    last: Instant,
}

/// Our own speech.
#[derive(Debug, Clone, Copy)]
struct Speaking {
    /// Set once the first sample left.
    since: Option<Instant>,
    is_barge_in: bool,
    /// The interviewer's last loud frame during it.
    last_loud: Option<Instant>,
}

/// A simulated candidate's turn taking.
#[derive(Debug)]
pub struct Mind {
    manner: Manner,
    burst: Option<Burst>,
    has_heard_prompt: bool,
    view: Option<(View, Instant)>,
    speaking: Option<Speaking>,
    awaits_reply_since: Option<Instant>,
    line: Option<(String, Instant)>,
    barged_into: BTreeSet<usize>,
    measured: Measured,
}

impl Mind {
    /// A candidate who has not heard anything yet.
    pub fn new(manner: Manner) -> Self {
        Self {
            manner,
            burst: None,
            has_heard_prompt: false,
            view: None,
            speaking: None,
            awaits_reply_since: None,
            line: None,
            barged_into: BTreeSet::new(),
            measured: Measured::default(),
        }
    }

    /// Takes the loudness of a received frame.
    pub fn hear(&mut self, at: Instant, level: f32) {
        if level < LOUD {
            return;
        }
        if let Some(speaking) = &mut self.speaking {
            speaking.last_loud = Some(at);
        }
        if let Some(burst) = self.burst.as_mut().filter(|burst| at.saturating_duration_since(burst.last) < PAUSE) {
            burst.last = at;
            return;
        }
        self.burst = Some(Burst { began: at, last: at });
        self.has_heard_prompt = true;
        match self.speaking {
            Some(Speaking { since: Some(_), is_barge_in: false, .. }) => self.measured.cut_offs += 1,
            Some(_) => {}
            None => {
                self.measured.replies.extend(self.awaits_reply_since.map(|since| at.saturating_duration_since(since)));
            }
        }
        self.awaits_reply_since = None;
    }

    /// Takes a state that the server published.
    pub fn see(&mut self, at: Instant, view: View) {
        self.view = Some((view, at));
    }

    /// Takes the caption of what the interviewer begins to say.
    pub fn read(&mut self, at: Instant, line: String) {
        if self.line.as_ref().is_none_or(|(known, _)| *known != line) {
            self.line = Some((line, at));
        }
    }

    /// The first sample of our speech left.
    pub fn speech_started(&mut self, at: Instant) {
        if let Some(speaking) = &mut self.speaking {
            speaking.since = Some(at);
        }
    }

    /// The last sample of our speech left.
    pub fn speech_ended(&mut self, at: Instant) {
        let Some(speaking) = self.speaking.take() else { return };
        self.measured.answers += 1;
        if speaking.is_barge_in
            && let Some(since) = speaking.since
        {
            let last = speaking.last_loud.unwrap_or(since);
            self.measured.yields.push(last.saturating_duration_since(since));
        }
        self.awaits_reply_since = Some(at);
    }

    /// Whether to begin the next answer now; the caller then speaks it.
    pub fn speaks_at(&mut self, now: Instant) -> bool {
        let is_barge_in = self.would_barge_in(now);
        if self.speaking.is_some() || !(is_barge_in || self.is_my_turn(now)) {
            return false;
        }
        self.speaking = Some(Speaking { since: None, is_barge_in, last_loud: None });
        self.has_heard_prompt = false;
        self.awaits_reply_since = None;
        true
    }

    /// What was measured so far.
    pub fn measured(&self) -> &Measured {
        &self.measured
    }

    fn is_my_turn(&self, now: Instant) -> bool {
        let (Some(burst), Some((view, seen))) = (self.burst, &self.view) else { return false };
        let silent_for = now.saturating_duration_since(burst.last);
        self.has_heard_prompt
            && silent_for >= PAUSE.max(self.manner.think)
            && view.phase == Phase::Listening
            && view.stage == StageName::Question
            // A state from before the interviewer's last words tells nothing about now.
            && *seen > burst.began
    }

    /// Into the question itself, never into a thank-you before it: that would be the last answer going on.
    fn would_barge_in(&mut self, now: Instant) -> bool {
        let (Some(burst), Some((view, _)), Some((line, since))) = (self.burst, &self.view, &self.line) else {
            return false;
        };
        let Some(question) = view.question.as_ref().filter(|question| question.text == *line) else { return false };
        let is_in_it = view.phase == Phase::Speaking
            && now.saturating_duration_since(burst.last) < PAUSE
            && burst.last.saturating_duration_since(*since) >= BARGE_IN_AFTER;
        self.manner.barges_in && question.index > 0 && is_in_it && self.barged_into.insert(question.index)
    }
}

#[cfg(test)]
#[path = "mind_tests.rs"]
mod tests;
