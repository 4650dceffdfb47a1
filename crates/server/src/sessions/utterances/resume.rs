//! Going on after the control channel was away: what is being said is found again instead of being said twice.

use interview::{Input, Speaker, Timestamp, wer};

use super::{Phase, Spoken, Task, Utterances};
use crate::sessions::translate::{Caption, Effect};

/// Finding out what was missed takes no longer than this.
const HOLD_MS: i64 = 3_000;
/// An unhurried voice needs this long per character, and this long besides.
const SPEAK_MS_PER_CHAR: i64 = 90;
const SPEAK_SLACK_MS: i64 = 1_500;

impl Spoken {
    /// When it is certainly over.
    pub(super) fn longest_end(&self, since: Timestamp) -> Timestamp {
        match self.text() {
            unknown if unknown.is_empty() => since.plus_ms(self.play_most_ms()),
            text => since.plus_ms(text.chars().count() as i64 * SPEAK_MS_PER_CHAR + SPEAK_SLACK_MS),
        }
    }
}

impl Utterances {
    /// Nothing new is asked for until [`Utterances::release`], or some seconds.
    pub fn hold(&mut self, now: Timestamp) {
        self.held_until = Some(now.plus_ms(HOLD_MS));
    }

    /// Whether what was missed is still being found out.
    pub fn is_held(&self) -> bool {
        self.held_until.is_some()
    }

    /// An item of the interviewer that was not known; its words may not be there yet.
    pub fn found(&mut self, item: &str, words: &str) {
        if !self.is_current_item(item) && !self.orphans.iter().any(|(known, _)| known == item) {
            self.orphans.push((item.to_owned(), words.to_owned()));
        }
    }

    /// Whether something was said that belongs to no utterance.
    pub fn has_orphans(&self) -> bool {
        !self.orphans.is_empty()
    }

    /// What was missed is known: goes on from there.
    pub fn release(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        self.held_until = None;
        // Whether it is over may be among what was missed; a provider that is busy says so.
        self.active = None;
        let Some(phase) = self.current.as_ref().map(|spoken| spoken.phase) else { return self.next(now, out) };
        match phase {
            Phase::Playing { .. } => self.doubt(),
            Phase::Asked { .. } if self.adopt(now, out) => {}
            Phase::Asked { at } => match self.current.as_mut() {
                Some(spoken) if spoken.item.is_some() => self.playing(at, out),
                _ => self.ask(now, out),
            },
            Phase::Waiting { .. } | Phase::Cut { .. } => {}
        }
    }

    /// An utterance that was ended, as the log says.
    pub fn forget(&mut self, now: Timestamp, id: u32, out: &mut Vec<Effect>) {
        if self.current.take_if(|spoken| spoken.id == id).is_some() {
            self.next(now, out);
        }
    }

    /// Takes a found item with the words of the current utterance for it, instead of saying them again.
    pub(super) fn adopt(&mut self, now: Timestamp, out: &mut Vec<Effect>) -> bool {
        let Some(spoken) = self.current.as_mut().filter(|spoken| spoken.item.is_none()) else { return false };
        // Whatever a model said while nobody listened is its go.
        let is_free = matches!(spoken.task, Task::Lead(_));
        let words = wer::normalize(&spoken.text());
        let is_it = |(_, found): &(String, String)| is_free || found.is_empty() || wer::normalize(found) == words;
        let Some(at) = self.orphans.iter().position(is_it) else { return false };
        let (item, text) = self.orphans.remove(at);
        spoken.item = Some(item.clone());
        if is_free && spoken.produced.complete(&item, &text) {
            out.push(Effect::Input(Input::UtteranceSaid { utterance: spoken.id, item, text }));
        }
        self.playing(now, out);
        true
    }

    /// The current utterance was begun, and its end may have been missed.
    fn playing(&mut self, since: Timestamp, out: &mut Vec<Effect>) {
        let Some(spoken) = self.current.as_mut() else { return };
        spoken.phase = Phase::Playing { since };
        let item = spoken.item.clone().unwrap_or_default();
        out.push(Effect::Input(Input::UtteranceStarted { utterance: spoken.id, item: item.clone() }));
        out.push(Effect::Caption(Caption { speaker: Speaker::Interviewer, item, text: spoken.text() }));
        self.doubt();
    }

    fn doubt(&mut self) {
        if let Some(spoken) = self.current.as_mut() {
            spoken.is_doubtful = true;
        }
    }
}
