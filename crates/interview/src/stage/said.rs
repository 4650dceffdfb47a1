//! What the candidate said: items open, get their text late, twice, or never.

use super::Interview;
use crate::ear::State;
use crate::lines;
use crate::output::TurnKind;
use crate::requests::{self, Meaning};
use crate::time::Timestamp;

impl Interview {
    pub(super) fn speech_started(&mut self, item: &str) {
        let at = self.entry(item);
        let said = &mut self.ear.items[at];
        if said.state != State::Open {
            return;
        }
        said.stopped_at = None;
        // Audio that plays is cut by the engine itself; what was decided and does not play yet, only we can cancel.
        let is_silent = self.mouth.current.as_ref().is_some_and(|current| current.started_at.is_none());
        if is_silent && self.ending.is_none() {
            self.stop();
        }
    }

    pub(super) fn speech_stopped(&mut self, item: &str) {
        let now = self.now;
        let at = self.entry(item);
        self.ear.items[at].stopped_at.get_or_insert(now);
    }

    /// News of an item that nobody heard the beginning of; its place is among what was said then.
    pub(super) fn speech_missed(&mut self, item: &str, from: Timestamp, to: Timestamp) {
        let known = self.ear.items.len();
        let at = self.entry(item);
        if at == known {
            let said = &mut self.ear.items[at];
            said.started_at = from.min(self.now);
            said.stopped_at = Some(to.max(from).min(self.now));
        }
    }

    /// Captions are kept for what may never get its text; they change no decision.
    pub(super) fn answer_delta(&mut self, item: &str, text: String) {
        let known = self.ear.items.iter_mut().find(|said| said.item == item);
        if let Some(said) = known.filter(|said| said.state == State::Open && !text.trim().is_empty()) {
            said.partial = text;
        }
    }

    pub(super) fn answer_final(&mut self, item: &str, text: &str) {
        let text = text.trim();
        let at = self.entry(item);
        let has_offered = self.has_offered;
        let said = &mut self.ear.items[at];
        if requests::is_wordless(text) {
            if matches!(said.state, State::Open | State::Missing) {
                if said.state == State::Open {
                    // Captions that came to nothing; those of a turn already stored stay.
                    said.partial.clear();
                }
                said.state = State::Empty;
                said.stopped_at.get_or_insert(self.now);
                said.fresh = false;
                self.tell_said(at);
            }
            return;
        }
        if said.state == State::Text(text.to_owned()) {
            return;
        }
        if !matches!(said.state, State::Text(_)) {
            said.fresh = !said.settled;
            said.meaning = requests::read(text, has_offered);
            let is_request = matches!(said.meaning, Meaning::Repeat | Meaning::Moment);
            said.kind = if is_request { TurnKind::Request } else { TurnKind::Answer };
        }
        let was_missing = said.state == State::Missing;
        said.state = State::Text(text.to_owned());
        said.stopped_at.get_or_insert(self.now);
        self.tell_said(at);
        let asks_again = self.mouth.current.as_ref().is_some_and(|current| current.line.text == lines::SAY_AGAIN);
        if was_missing && asks_again {
            // It need not be said again after all.
            self.stop();
        }
    }

    pub(super) fn answer_failed(&mut self, item: &str) {
        let at = self.entry(item);
        self.miss(at);
    }

    /// Gives up on the text of an item.
    pub(super) fn miss(&mut self, at: usize) {
        let said = &mut self.ear.items[at];
        if said.state == State::Open {
            said.state = State::Missing;
            said.fresh = !said.settled;
            said.stopped_at.get_or_insert(self.now);
            self.tell_said(at);
        }
    }

    pub(super) fn typed(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        self.typed += 1;
        let at = self.entry(&format!("typed-{}", self.typed));
        let said = &mut self.ear.items[at];
        said.kind = TurnKind::Typed;
        said.meaning = Meaning::Answer;
        said.state = State::Text(text.to_owned());
        said.stopped_at = Some(self.now);
        said.fresh = true;
        self.tell_said(at);
        if self.agenda.asked.is_some() && self.ending.is_none() {
            self.stop();
        }
    }

    fn entry(&mut self, item: &str) -> usize {
        let known = self.ear.items.len();
        let at = self.ear.entry(item, self.seq, self.now, self.agenda.asked);
        if at == known && self.leg.is_none() {
            // Late news of a call that is gone: written down, and what was open is asked again by the next leg.
            self.ear.items[at].settled = true;
        }
        at
    }
}
