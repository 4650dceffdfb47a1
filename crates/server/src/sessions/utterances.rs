//! What the interviewer is saying on one leg: one utterance at a time, asked of the provider in the words of its
//! protocol and followed until it was heard, cut or failed. Sans-IO.
//!
//! Every utterance given to [`Utterances::say`] comes back as exactly one [`Input::UtteranceEnded`], also when the
//! provider stays silent about it: an interview never waits for an event that was lost.

mod resume;

use std::collections::VecDeque;

use interview::{Heard, Input, Speaker, Timestamp};
use realtime_api::{
    ClientEvent, Metadata, ResponseParams, ResponseStatus, ServerEvent,
    client::{OutputAudioBufferClear, ResponseCancel, ResponseCreate},
    instructions::say_exactly,
};

use super::translate::{Caption, Effect};

/// The provider must begin to speak within this time.
const START_WITHIN_MS: i64 = 15_000;
/// A cut is followed by the word on how much was heard; without it, the time since the start counts.
const CUT_WORD_WITHIN_MS: i64 = 500;
/// Slow speech takes this long per character; no utterance lasts longer than this and `PLAY_SLACK_MS`.
const PLAY_MS_PER_CHAR: i64 = 130;
const PLAY_SLACK_MS: i64 = 10_000;
/// Wait before asking again when the provider was still busy with a response.
const BUSY_RETRY_MS: i64 = 200;
const BUSY_TRIES: u32 = 25;

#[derive(Debug)]
struct Spoken {
    id: u32,
    text: String,
    tries: u32,
    response: Option<String>,
    item: Option<String>,
    /// The domain does not want it any more.
    stopping: bool,
    /// Its end may have been missed: it is waited for no longer than speaking it can take.
    is_doubtful: bool,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    /// The provider was busy: ask again then.
    Waiting {
        until: Timestamp,
    },
    Asked {
        at: Timestamp,
    },
    Playing {
        since: Timestamp,
    },
    Cut {
        at: Timestamp,
        since: Timestamp,
    },
}

impl Spoken {
    fn new(id: u32, text: String, now: Timestamp) -> Spoken {
        let phase = Phase::Asked { at: now };
        Spoken { id, text, tries: 0, response: None, item: None, stopping: false, is_doubtful: false, phase }
    }
}

/// The utterances of one leg.
#[derive(Debug, Default)]
pub struct Utterances {
    current: Option<Spoken>,
    queue: VecDeque<(u32, String)>,
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
        self.queue.push_back((id, text));
        self.next(now, out);
    }

    /// Stops an utterance, or drops it if it has not begun.
    pub fn stop(&mut self, now: Timestamp, id: u32, out: &mut Vec<Effect>) {
        if let Some(at) = self.queue.iter().position(|(queued, _)| *queued == id) {
            self.queue.remove(at);
            out.push(ended(id, Heard::Nothing));
            return;
        }
        let Some(spoken) = self.current.as_mut().filter(|s| s.id == id && !s.stopping) else { return };
        spoken.stopping = true;
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
        self.current.as_ref().is_some_and(|s| s.item.as_deref() == Some(item))
    }

    /// Follows the provider's events; others are ignored.
    pub fn event(&mut self, now: Timestamp, event: &ServerEvent, out: &mut Vec<Effect>) {
        match event {
            ServerEvent::ResponseCreated(e) => {
                self.active = Some(e.response.id.clone());
                let utterance = e.response.metadata.as_ref().and_then(|m| m.get("utterance")).map(String::as_str);
                if let Some(spoken) = self.asked().filter(|s| utterance.is_none_or(|u| u == s.id.to_string())) {
                    spoken.response = Some(e.response.id.clone());
                }
            }
            ServerEvent::ResponseOutputItemAdded(e) => {
                if let Some(spoken) = self.of_response(&e.response_id) {
                    spoken.item = Some(e.item.id().to_owned());
                }
            }
            ServerEvent::OutputAudioBufferStarted(e) => self.started(now, &e.response_id, out),
            ServerEvent::OutputAudioBufferStopped(e) if self.of_response(&e.response_id).is_some() => {
                self.finish(now, Heard::All, out);
            }
            ServerEvent::OutputAudioBufferCleared(e) => {
                if let Some(spoken) = self.of_response(&e.response_id) {
                    match spoken.phase {
                        Phase::Playing { since } => spoken.phase = Phase::Cut { at: now, since },
                        _ => self.finish(now, Heard::Nothing, out),
                    }
                }
            }
            ServerEvent::ConversationItemTruncated(e) if self.is_current_item(&e.item_id) => {
                self.finish(now, Heard::Ms(e.audio_end_ms), out);
            }
            ServerEvent::ResponseDone(e) => self.response_done(now, &e.response.id, &e.response.status, out),
            ServerEvent::ErrorEvent(e) => {
                let cause = e.error.event_id.as_ref().and_then(Option::as_deref).unwrap_or_default();
                self.refused(now, cause, e.error.code.as_deref().unwrap_or_default(), out);
            }
            _ => {}
        }
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
            Phase::Asked { at } => at.plus_ms(START_WITHIN_MS),
            Phase::Playing { since } => {
                since.plus_ms(spoken.text.chars().count() as i64 * PLAY_MS_PER_CHAR + PLAY_SLACK_MS)
            }
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

    fn started(&mut self, now: Timestamp, response: &str, out: &mut Vec<Effect>) {
        let Some(spoken) = self.of_response(response) else { return };
        if !matches!(spoken.phase, Phase::Asked { .. }) {
            return;
        }
        spoken.phase = Phase::Playing { since: now };
        let item = spoken.item.get_or_insert_with(|| format!("{response}_item")).clone();
        out.push(Effect::Input(Input::UtteranceStarted { utterance: spoken.id, item: item.clone() }));
        out.push(Effect::Caption(Caption { speaker: Speaker::Interviewer, item, text: spoken.text.clone() }));
        if spoken.stopping {
            out.push(Effect::Send(ClientEvent::from(OutputAudioBufferClear::default())));
        }
    }

    fn response_done(&mut self, now: Timestamp, id: &str, status: &ResponseStatus, out: &mut Vec<Effect>) {
        if self.active.as_deref() == Some(id) {
            self.active = None;
        }
        let silent = self.of_response(id).is_some_and(|s| matches!(s.phase, Phase::Asked { .. }));
        if silent && *status != ResponseStatus::Completed {
            self.finish(now, Heard::Nothing, out);
        }
        self.next(now, out);
    }

    fn refused(&mut self, now: Timestamp, cause: &str, code: &str, out: &mut Vec<Effect>) {
        let Some(spoken) = self.asked().filter(|s| event_id(s.id, s.tries) == cause) else { return };
        if code == "conversation_already_has_active_response" && spoken.tries < BUSY_TRIES && !spoken.stopping {
            spoken.phase = Phase::Waiting { until: now.plus_ms(BUSY_RETRY_MS) };
        } else {
            self.finish(now, Heard::Nothing, out);
        }
    }

    fn finish(&mut self, now: Timestamp, heard: Heard, out: &mut Vec<Effect>) {
        if let Some(spoken) = self.current.take() {
            out.push(ended(spoken.id, heard));
        }
        self.next(now, out);
    }

    fn next(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        if self.current.is_some() || self.active.is_some() || self.held_until.is_some() {
            return;
        }
        if let Some((id, text)) = self.queue.pop_front() {
            self.current = Some(Spoken::new(id, text, now));
            if !self.adopt(now, out) {
                self.ask(now, out);
            }
        }
    }

    fn ask(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        let Some(spoken) = self.current.as_mut() else { return };
        spoken.tries += 1;
        spoken.phase = Phase::Asked { at: now };
        let response = ResponseParams {
            conversation: Some("auto".into()),
            instructions: Some(say_exactly(&spoken.text)),
            metadata: Some(Some(Metadata::from([("utterance".to_owned(), spoken.id.to_string())]))),
            ..ResponseParams::default()
        };
        let event_id = event_id(spoken.id, spoken.tries);
        let create = ResponseCreate { event_id, response: Some(response), ..ResponseCreate::default() };
        out.push(Effect::Send(ClientEvent::from(create)));
    }
}

fn event_id(utterance: u32, attempt: u32) -> String {
    format!("say-{utterance}-{attempt}")
}

fn ended(utterance: u32, heard: Heard) -> Effect {
    Effect::Input(Input::UtteranceEnded { utterance, heard })
}
