//! What time alone changes, and when to wake for it.

use super::Interview;
use crate::ear::{Said, State};
use crate::input::Heard;
use crate::lines;
use crate::mouth::{Current, Planned};
use crate::output::{Output, UtteranceKind};
use crate::script::spoken_ms;
use crate::stopwatch::Stopwatch;
use crate::time::Timestamp;

/// Silence after which patience is shown: a reassurance, an offer to repeat, the question again.
const PATIENCE_MS: [i64; 3] = [12_000, 30_000, 60_000];
/// Longest wait for the text of speech that stopped; long speech gets this part of its length on top.
const TEXT_MS: i64 = 15_000;
const TEXT_SHARE: i64 = 4;
/// Longest speech while no question is open; its end must have been lost.
const CHATTER_MS: i64 = 30_000;
/// An answer is never interrupted before it ran so long in one go.
const RUN_MS: i64 = 20_000;
/// After the interruption: how long the candidate may still go on.
const LAST_WORDS_MS: i64 = 10_000;
/// Longest wait for the candidate's speech to end before last words are said.
const END_MS: i64 = 5_000;
/// Longest wait for an utterance to begin.
const BEGIN_MS: i64 = 20_000;
/// Longest wait for the first sound, word or call of a model.
const LEAD_BEGIN_MS: i64 = 6_000;
/// Longest go of a model.
const LEAD_MOST_MS: i64 = 45_000;
/// Longest wait for a canceled utterance to be reported.
const STOP_MS: i64 = 3_000;

impl Interview {
    /// Does what is due.
    pub(super) fn heed_time(&mut self) {
        self.give_up_on_utterance();
        self.give_up_on_texts();
        if self.leg.is_none() || self.is_paused || self.ending.is_some() || self.mouth.current.is_some() {
            return;
        }
        self.keep_time_limit();
        if self.agenda.moment_until.is_some_and(|at| self.now >= at) && !self.ear.has_floor() {
            self.agenda.moment_until = None;
            self.agenda.quiet = Stopwatch::at(PATIENCE_MS[1]);
            self.agenda.patience = 2;
            if self.mouth.queue.is_empty() {
                self.plan_line(UtteranceKind::Reassurance, lines::OFFER_REPEAT);
            }
        }
        if self.is_quiet() {
            self.show_patience();
        }
    }

    /// Lets the watches run or stop.
    pub(super) fn run_watches(&mut self) {
        let now = self.now;
        self.agenda.clock.run(now, self.is_answering());
        let is_quiet = self.is_quiet();
        self.agenda.quiet.run(now, is_quiet);
    }

    /// Tells whether the candidate may be waited for: nobody speaks and nothing is planned.
    fn is_quiet(&self) -> bool {
        self.is_answering()
            && self.mouth.is_idle()
            && !self.agenda.owes
            && !self.ear.is_speaking()
            && !self.ear.has_floor()
            && !self.ear.has_fresh()
    }

    /// Tells whether the time of the open question runs.
    fn is_answering(&self) -> bool {
        let is_on = self.leg.is_some() && !self.is_paused && self.ending.is_none() && self.ended.is_none();
        let is_open = self.agenda.asked.is_some() && !self.agenda.is_closed && self.agenda.moment_until.is_none();
        is_on && is_open && self.mouth.current.is_none() && (self.agenda.next.is_none() || self.ear.has_floor())
    }

    /// Tells whether the interviewer must be silent; when ending, not for longer than it takes to finish a sentence.
    pub(super) fn is_floor_taken(&self) -> bool {
        let is_due = self.ending.is_some_and(|(_, since)| self.now.ms_since(since) >= END_MS);
        self.ear.has_floor() && (self.agenda.is_closed || !is_due)
    }

    fn show_patience(&mut self) {
        let quiet_ms = self.agenda.quiet.elapsed_ms(self.now);
        let due = PATIENCE_MS.iter().rposition(|after| quiet_ms >= *after);
        let Some(due) = due.filter(|due| *due >= self.agenda.patience) else { return };
        self.agenda.patience = due + 1;
        match due {
            0 => self.plan_line(UtteranceKind::Reassurance, lines::TAKE_YOUR_TIME),
            1 => self.plan_line(UtteranceKind::Reassurance, lines::OFFER_REPEAT),
            _ => self.plan_repeat(),
        }
    }

    /// Interrupts, once, an answer that is half as long again as its limit; then goes on.
    fn keep_time_limit(&mut self) {
        let now = self.now;
        if self.agenda.is_interrupted {
            if self.last_words_end().is_some_and(|at| now >= at) {
                self.ear.items.iter_mut().filter(|said| said.holds_floor()).for_each(|said| said.settled = true);
            }
        } else if self.interruption_at().is_some_and(|at| now >= at) {
            self.agenda.is_interrupted = true;
            self.say(Planned::new(UtteranceKind::Transition, lines::MOVE_ON, self.agenda.asked));
        }
    }

    fn last_words_end(&self) -> Option<Timestamp> {
        self.agenda.interrupted_at.filter(|_| self.ear.has_floor()).map(|at| at.plus_ms(LAST_WORDS_MS))
    }

    /// Returns when the answer being spoken is too long, if nothing changes.
    fn interruption_at(&self) -> Option<Timestamp> {
        let limit_ms = i64::from(self.script.plan.questions.get(self.agenda.asked?)?.time_limit_s) * 1_000;
        let speaking = self.ear.open().filter(|said| said.stopped_at.is_none()).map(|said| said.started_at).min()?;
        let over = self.agenda.clock.when(limit_ms + limit_ms / 2)?;
        Some(over.max(speaking.plus_ms(RUN_MS.min(limit_ms / 2))))
    }

    fn give_up_on_utterance(&mut self) {
        let Some(current) = &self.mouth.current else { return };
        if self.now < utterance_end(current) {
            return;
        }
        if current.lead.is_some() && current.started_at.is_some() && current.stopped_at.is_none() {
            // A model that does not come to an end is cut.
            return self.stop();
        }
        let heard = match (current.started_at, current.stopped_at) {
            (Some(started), Some(stopped)) => Heard::Ms(stopped.ms_since(started).max(0).unsigned_abs()),
            (Some(_), None) => Heard::All,
            (None, _) => Heard::Nothing,
        };
        let id = current.id;
        if current.started_at.is_none() && current.stopped_at.is_none() {
            self.outputs.push_back(Output::Stop { utterance: id });
        }
        self.utterance_ended(id, heard);
    }

    fn give_up_on_texts(&mut self) {
        for at in 0..self.ear.items.len() {
            if self.text_end(&self.ear.items[at]).is_some_and(|end| self.now >= end) {
                self.miss(at);
            }
        }
    }

    /// Returns when an item's text is given up.
    fn text_end(&self, said: &Said) -> Option<Timestamp> {
        if said.state != State::Open {
            return None;
        }
        let has_question = self.agenda.asked.is_some() && !self.agenda.is_closed && self.ending.is_none();
        let chatter = || (!has_question).then(|| said.started_at.plus_ms(CHATTER_MS));
        let text = |at: Timestamp| at.plus_ms(TEXT_MS + at.ms_since(said.started_at).max(0) / TEXT_SHARE);
        said.stopped_at.map(text).or_else(chatter)
    }

    /// Asks to be woken for whatever is due next, if that changed.
    pub(super) fn set_alarm(&mut self) {
        if self.ended.is_some() {
            return;
        }
        let patience = PATIENCE_MS.get(self.agenda.patience).and_then(|ms| self.agenda.quiet.when(*ms));
        let ending = self.ending.map(|(_, since)| since.plus_ms(END_MS));
        let rules = [
            self.mouth.current.as_ref().map(utterance_end),
            self.mouth.not_before,
            self.agenda.moment_until,
            patience,
            ending,
            self.last_words_end(),
            self.interruption_at().filter(|_| !self.agenda.is_interrupted),
        ];
        let texts = self.ear.open().filter_map(|said| self.text_end(said));
        let next = rules.into_iter().flatten().chain(texts).filter(|at| *at > self.now).min();
        if let Some(at) = next.filter(|_| next != self.last_wake) {
            self.outputs.push_back(Output::WakeAt(at));
            self.last_wake = next;
        }
    }
}

/// Returns when the end of an utterance must have been lost.
fn utterance_end(current: &Current) -> Timestamp {
    if current.lead.is_some() {
        return lead_end(current);
    }
    let longest_ms = i64::try_from(spoken_ms(&current.line.text)).unwrap_or(i64::MAX / 8).saturating_mul(3) + 15_000;
    match (current.stopped_at, current.started_at) {
        (Some(at), _) => at.plus_ms(STOP_MS),
        (None, Some(at)) => at.plus_ms(longest_ms),
        (None, None) => current.said_at.plus_ms(BEGIN_MS),
    }
}

/// Returns when a lead has gone on for too long: to its first sign, or as a whole.
fn lead_end(current: &Current) -> Timestamp {
    let has_called = current.lead.as_ref().is_some_and(|calls| !calls.is_empty());
    let is_begun = has_called || !current.words.is_empty();
    match (current.stopped_at, current.started_at) {
        (Some(at), _) => at.plus_ms(STOP_MS),
        (None, Some(at)) => at.plus_ms(LEAD_MOST_MS),
        (None, None) if is_begun => current.said_at.plus_ms(BEGIN_MS),
        (None, None) => current.said_at.plus_ms(LEAD_BEGIN_MS),
    }
}
