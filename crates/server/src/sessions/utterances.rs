//! What the interviewer is saying on one leg: one utterance at a time, asked of the provider in the words of its
//! protocol and followed until it was heard, cut or failed. A go of a model takes the place of an utterance. Sans-IO.
//!
//! Every utterance given to [`Utterances::say`] or [`Utterances::lead`] comes back as exactly one
//! [`Input::UtteranceEnded`], also when the provider stays silent about it: an interview never waits for an event that
//! was lost.

mod follow;
mod resume;
mod spoken;

use std::collections::VecDeque;

use interview::{Heard, Input, Lead, Timestamp};
use realtime_api::{
    ClientEvent,
    client::{OutputAudioBufferClear, ResponseCancel, ResponseCreate},
};

use super::{leads, translate::Effect};
use spoken::{Phase, Spoken, Task};

/// The provider must begin to speak within this time.
const START_WITHIN_MS: i64 = 15_000;
/// A response that was canceled before it was heard is gone within this time.
const CANCEL_WITHIN_MS: i64 = 1_000;
/// A cut is followed by the word on how much was heard; without it, the time since the start counts.
const CUT_WORD_WITHIN_MS: i64 = 500;

/// The utterances of one leg.
#[derive(Debug, Default)]
pub struct Utterances {
    current: Option<Spoken>,
    queue: VecDeque<(u32, Task)>,
    /// The response that the provider is generating: it takes one at a time.
    active: Option<String>,
    /// Until then nothing new is asked for: what was missed is being found out.
    held_until: Option<Timestamp>,
    /// Items of ours that were found and belong to no utterance yet, with their words.
    orphans: Vec<(String, String)>,
}

impl Utterances {
    /// Speaks `text` after what is being said.
    pub fn say(&mut self, now: Timestamp, id: u32, text: String, out: &mut Vec<Effect>) {
        self.queue.push_back((id, Task::Say(text)));
        self.next(now, out);
    }

    /// Lets the model speak or call a tool after what is being said.
    pub fn lead(&mut self, now: Timestamp, lead: Lead, out: &mut Vec<Effect>) {
        self.queue.push_back((lead.id, Task::Lead(Box::new(lead))));
        self.next(now, out);
    }

    /// Stops an utterance, or drops it if it has not begun.
    pub fn stop(&mut self, now: Timestamp, id: u32, out: &mut Vec<Effect>) {
        if let Some(at) = self.queue.iter().position(|(queued, _)| *queued == id) {
            self.queue.remove(at);
            out.push(ended(id, Heard::Nothing));
            return;
        }
        let Some(spoken) = self.current.as_mut().filter(|s| s.id == id && s.stopping.is_none()) else { return };
        spoken.stopping = Some(now);
        if matches!(spoken.phase, Phase::Waiting { .. }) {
            self.finish(now, Heard::Nothing, out);
            return;
        }
        if self.active.is_some() || spoken.response.is_none() {
            let cancel = ResponseCancel { response_id: spoken.response.clone(), ..ResponseCancel::default() };
            out.push(Effect::Send(ClientEvent::from(cancel)));
        }
        out.push(Effect::Send(ClientEvent::from(OutputAudioBufferClear::default())));
    }

    /// Whether nothing is being said and nothing waits to be.
    pub fn is_idle(&self) -> bool {
        self.current.is_none() && self.queue.is_empty() && self.active.is_none()
    }

    /// The utterance that an item of the provider belongs to.
    pub fn is_current_item(&self, item: &str) -> bool {
        self.current.as_ref().is_some_and(|s| s.item.as_deref() == Some(item) || s.produced.holds(item))
    }

    /// When [`Utterances::tick`] has something to do.
    pub fn deadline(&self) -> Option<Timestamp> {
        if self.held_until.is_some() {
            return self.held_until;
        }
        let spoken = self.current.as_ref()?;
        Some(match spoken.phase {
            Phase::Playing { since } if spoken.is_doubtful => spoken.longest_end(since),
            Phase::Waiting { until } => until,
            Phase::Asked { at } => {
                let canceled = spoken.stopping.map(|at| at.plus_ms(CANCEL_WITHIN_MS));
                canceled.into_iter().chain([at.plus_ms(START_WITHIN_MS)]).min().unwrap_or(at)
            }
            Phase::Playing { since } => since.plus_ms(spoken.play_most_ms()),
            Phase::Cut { at, .. } => at.plus_ms(CUT_WORD_WITHIN_MS),
        })
    }

    /// Ends what the provider has gone silent about.
    pub fn tick(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return;
        }
        if self.held_until.is_some() {
            return self.release(now, out);
        }
        match self.current.as_ref().map(|s| s.phase) {
            Some(Phase::Waiting { .. }) => self.ask(now, out),
            Some(Phase::Asked { .. }) => {
                out.push(Effect::Send(ClientEvent::from(ResponseCancel::default())));
                out.push(Effect::Send(ClientEvent::from(OutputAudioBufferClear::default())));
                self.active = None;
                self.finish(now, Heard::Nothing, out);
            }
            Some(Phase::Playing { .. }) => self.finish(now, Heard::All, out),
            Some(Phase::Cut { at, since }) => {
                let heard = u64::try_from(at.ms_since(since)).unwrap_or_default();
                self.finish(now, Heard::Ms(heard), out);
            }
            None => {}
        }
    }

    fn asked(&mut self) -> Option<&mut Spoken> {
        self.current.as_mut().filter(|s| s.response.is_none() && matches!(s.phase, Phase::Asked { .. }))
    }

    fn of_response(&mut self, response: &str) -> Option<&mut Spoken> {
        self.current.as_mut().filter(|s| s.response.as_deref() == Some(response))
    }

    fn finish(&mut self, now: Timestamp, heard: Heard, out: &mut Vec<Effect>) {
        if let Some(spoken) = self.current.take() {
            if matches!(spoken.task, Task::Lead(_)) && heard != Heard::Nothing {
                out.extend(spoken.produced.broken_off(spoken.id).into_iter().map(Effect::Input));
            }
            out.push(ended(spoken.id, heard));
        }
        self.next(now, out);
    }

    fn next(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        if self.current.is_some() || self.active.is_some() || self.held_until.is_some() {
            return;
        }
        if let Some((id, task)) = self.queue.pop_front() {
            if let Task::Lead(lead) = &task {
                out.extend(leads::typed(lead).into_iter().map(Effect::Send));
            }
            // What was found was not said by a model that is only asked now.
            let can_be_found = matches!(task, Task::Say(_));
            self.current = Some(Spoken::new(id, task, now));
            if !can_be_found || !self.adopt(now, out) {
                self.ask(now, out);
            }
        }
    }

    fn ask(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        let Some(spoken) = self.current.as_mut() else { return };
        spoken.tries += 1;
        spoken.phase = Phase::Asked { at: now };
        let (event_id, response) = (event_id(spoken.id, spoken.tries), Some(spoken.request()));
        let create = ResponseCreate { event_id, response, ..ResponseCreate::default() };
        out.push(Effect::Send(ClientEvent::from(create)));
    }
}

fn event_id(utterance: u32, attempt: u32) -> String {
    format!("say-{utterance}-{attempt}")
}

fn ended(utterance: u32, heard: Heard) -> Effect {
    Effect::Input(Input::UtteranceEnded { utterance, heard })
}
