//! What became of an utterance: heard, cut, or never played.
//!
//! A line counts as heard if it was played to its end, or if so much of it was that the candidate knows what was asked
//! ([`KNOWN_PERCENT`]). A cut line is said again if the cut turns out to be noise; if it turns out to be speech, the
//! lines that waited are dropped in `react.rs`.

use super::Interview;
use crate::agenda::Next;
use crate::input::Heard;
use crate::lines;
use crate::mouth::{Current, Planned};
use crate::output::UtteranceKind;
use crate::script::spoken_ms;

/// From this share of a line on, the candidate knows what was asked.
pub(super) const KNOWN_PERCENT: u64 = 60;
/// From this share of a line on, saying it again would add nothing.
const WHOLE_PERCENT: u64 = 90;
/// After a cut without speech: how long to wait for the speech that may have caused it.
pub(super) const CUT_GRACE_MS: i64 = 1_000;
/// Longest wait before a line that could not be played is tried again.
const RETRY_MOST_MS: i64 = 15_000;
/// Failures after which last words are given up.
const CLOSING_FAILURES: u32 = 3;

impl Interview {
    pub(super) fn utterance_started(&mut self, utterance: u32, item: String) {
        if let Some(current) = self.mouth.current.as_mut().filter(|c| c.id == utterance && c.started_at.is_none()) {
            current.started_at = Some(self.now);
            current.item = Some(item);
        }
    }

    pub(super) fn utterance_said(&mut self, utterance: u32, item: String, text: String) {
        let Some(current) = self.mouth.current.as_mut().filter(|current| current.id == utterance) else { return };
        if text.trim().is_empty() {
            return;
        }
        match current.words.iter_mut().find(|(known, _)| *known == item) {
            Some((_, known)) => *known = text,
            None => current.words.push((item, text)),
        }
    }

    pub(super) fn utterance_ended(&mut self, utterance: u32, heard: Heard) {
        let Some(current) = self.mouth.current.take_if(|current| current.id == utterance) else { return };
        if current.lead.is_some() {
            return self.lead_ended(current, heard);
        }
        self.tell_heard(&current, heard);
        let percent = percent(&current.line.text, heard);
        let is_heard = match current.line.kind {
            UtteranceKind::Acknowledgement => percent == 100,
            UtteranceKind::Greeting if self.is_disclosure(&current.line.text) => percent >= WHOLE_PERCENT,
            _ => percent >= KNOWN_PERCENT,
        };
        if percent > 0 {
            self.mouth.failures = 0;
        }
        if self.agenda.is_interrupted && self.agenda.interrupted_at.is_none() {
            self.agenda.interrupted_at = Some(self.now);
        }
        if is_heard {
            if let Some(step) = current.line.next {
                self.take_step(step, current.born);
                self.plan_rest_of(&current.line, percent);
            }
        } else {
            self.plan_again(&current, heard);
        }
    }

    /// The disclosure must be heard whole, not only understood.
    fn is_disclosure(&self, text: &str) -> bool {
        self.script.fill(lines::DISCLOSURE) == text
    }

    /// Takes the step that was heard. What the candidate said since the line began belongs to it.
    fn take_step(&mut self, step: Next, born: u64) {
        self.agenda.take(step);
        self.settle_until(born);
        for at in 0..self.ear.items.len() {
            let said = &mut self.ear.items[at];
            if let Next::Question(index) = step
                && said.born > born
                && said.question != Some(index)
            {
                said.question = Some(index);
                if said.is_told {
                    self.tell_said(at);
                }
            }
        }
    }

    /// Closes what was first heard of before a line that was heard: what still comes of it gets no reaction.
    pub(super) fn settle_until(&mut self, born: u64) {
        for said in self.ear.items.iter_mut().filter(|said| said.born <= born) {
            said.fresh = false;
            said.settled = true;
        }
    }

    /// A question whose end was not heard is said again, unless the candidate answers it.
    fn plan_rest_of(&mut self, line: &Planned, percent: u64) {
        if percent < WHOLE_PERCENT && line.next != Some(Next::Closing) {
            self.mouth.queue.push_front(Planned::new(UtteranceKind::Repeat, &line.text, line.question));
            self.mouth.not_before = Some(self.now.plus_ms(CUT_GRACE_MS));
        }
    }

    fn plan_again(&mut self, current: &Current, heard: Heard) {
        let has_failed = heard == Heard::Nothing && current.stopped_at.is_none() && !self.ear.has_floor();
        let wait_ms = if has_failed {
            self.mouth.failures += 1;
            (500_i64 << self.mouth.failures.min(5)).min(RETRY_MOST_MS)
        } else {
            CUT_GRACE_MS
        };
        let is_ending = self.ending.is_some();
        if is_ending && current.line.next == Some(Next::Closing) {
            if has_failed && self.mouth.failures < CLOSING_FAILURES {
                self.mouth.queue.push_front(current.line.clone());
            } else {
                self.agenda.is_closed = true;
            }
        } else if is_ending {
            // Whatever was being said, the last words come now.
            return;
        } else if has_failed || is_said_again(current.line.kind) {
            self.mouth.queue.push_front(current.line.clone());
        }
        let by_button = current.stopped_at.is_some() && !self.ear.has_floor();
        self.mouth.not_before = (!by_button).then(|| self.now.plus_ms(wait_ms));
    }
}

/// Tells whether a line of this kind is said again after a cut: thanks and patience are not.
fn is_said_again(kind: UtteranceKind) -> bool {
    !matches!(kind, UtteranceKind::Acknowledgement | UtteranceKind::Reassurance)
}

/// Returns how much of a text was heard, estimated by its length; only a whole playback is 100 %.
pub(super) fn percent(text: &str, heard: Heard) -> u64 {
    match heard {
        Heard::All => 100,
        Heard::Nothing => 0,
        Heard::Ms(ms) => (ms.saturating_mul(100) / spoken_ms(text).max(1)).min(99),
    }
}
