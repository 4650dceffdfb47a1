//! What the interviewer is saying on one leg: one utterance at a time, asked of the provider in the words of its
//! protocol and followed until it was heard, cut or failed. A go of a model takes the place of an utterance. Sans-IO.
//!
//! Every utterance given to [`Utterances::say`] or [`Utterances::lead`] comes back as exactly one
//! [`Input::UtteranceEnded`], also when the provider stays silent about it: an interview never waits for an event that
//! was lost.

mod resume;

use std::collections::VecDeque;

use interview::{Heard, Input, Lead, Speaker, Timestamp, verbatim::deviates};
use realtime_api::{
    ClientEvent, ItemKind, Metadata, Response, ResponseParams, ResponseStatus, ServerEvent,
    client::{OutputAudioBufferClear, ResponseCancel, ResponseCreate},
    instructions::say_exactly,
};

use super::{
    integrity::MARKS,
    leads::{self, Produced},
    translate::{Caption, Effect},
};

/// The provider must begin to speak within this time.
const START_WITHIN_MS: i64 = 15_000;
/// A response that was canceled before it was heard is gone within this time.
const CANCEL_WITHIN_MS: i64 = 1_000;
/// No go of a model is played for longer.
const LEAD_MOST_MS: i64 = 60_000;
/// A cut is followed by the word on how much was heard; without it, the time since the start counts.
const CUT_WORD_WITHIN_MS: i64 = 500;
/// Slow speech takes this long per character; no utterance lasts longer than this and `PLAY_SLACK_MS`.
const PLAY_MS_PER_CHAR: i64 = 130;
const PLAY_SLACK_MS: i64 = 10_000;
/// Wait before asking again when the provider was still busy with a response.
const BUSY_RETRY_MS: i64 = 200;
const BUSY_TRIES: u32 = 25;

/// What a response is for.
#[derive(Debug)]
enum Task {
    /// These words, exactly.
    Say(String),
    /// Whatever the model does within its bounds.
    Lead(Box<Lead>),
}

#[derive(Debug)]
struct Spoken {
    id: u32,
    task: Task,
    tries: u32,
    response: Option<String>,
    item: Option<String>,
    produced: Produced,
    /// Since when the domain does not want it any more.
    stopping: Option<Timestamp>,
    /// Its end may have been missed: it is waited for no longer than speaking it can take.
    is_doubtful: bool,
    phase: Phase,
}

impl Spoken {
    fn new(id: u32, task: Task, now: Timestamp) -> Spoken {
        let (phase, produced) = (Phase::Asked { at: now }, Produced::default());
        let (response, item, stopping) = (None, None, None);
        Spoken { id, task, tries: 0, response, item, produced, stopping, is_doubtful: false, phase }
    }

    /// The words, as far as they are known.
    fn text(&self) -> String {
        match &self.task {
            Task::Say(text) => text.clone(),
            Task::Lead(_) => self.produced.text(),
        }
    }

    /// How a response says that it is this one's.
    fn mark(&self) -> (&'static str, String) {
        (if matches!(self.task, Task::Say(_)) { "utterance" } else { "lead" }, self.id.to_string())
    }

    fn play_most_ms(&self) -> i64 {
        match &self.task {
            Task::Say(text) => text.chars().count() as i64 * PLAY_MS_PER_CHAR + PLAY_SLACK_MS,
            Task::Lead(_) => LEAD_MOST_MS,
        }
    }
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

    /// Follows the provider's events; others are ignored.
    pub fn event(&mut self, now: Timestamp, event: &ServerEvent, out: &mut Vec<Effect>) {
        match event {
            ServerEvent::ResponseCreated(e) => self.created(&e.response, out),
            ServerEvent::ResponseOutputItemAdded(e) if e.item.kind == ItemKind::Message => {
                if let Some(spoken) = self.of_response(&e.response_id) {
                    spoken.item.get_or_insert_with(|| e.item.id().to_owned());
                    spoken.produced.begin(e.item.id());
                }
            }
            ServerEvent::ResponseOutputAudioTranscriptDelta(e) => {
                if let Some(spoken) = self.of_response(&e.response_id) {
                    let text = spoken.produced.grow(&e.item_id, &e.delta);
                    if let (Task::Lead(_), Phase::Playing { .. }, Some(item)) =
                        (&spoken.task, spoken.phase, &spoken.item)
                    {
                        out.push(Effect::Caption(Caption { speaker: Speaker::Interviewer, item: item.clone(), text }));
                    }
                }
            }
            ServerEvent::ResponseOutputAudioTranscriptDone(e) => {
                self.said(&e.response_id, &e.item_id, &e.transcript, out);
            }
            ServerEvent::ResponseOutputItemDone(e) => {
                if let Some(spoken) = self.of_response(&e.response_id)
                    && matches!(spoken.task, Task::Lead(_))
                {
                    out.extend(spoken.produced.call(spoken.id, &e.item).map(Effect::Input));
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
                let before_ms = self.current.as_ref().map_or(0, |s| s.produced.ms_before(&e.item_id));
                self.finish(now, Heard::Ms(before_ms + e.audio_end_ms), out);
            }
            ServerEvent::ResponseDone(e) => self.response_done(now, &e.response, out),
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

    fn started(&mut self, now: Timestamp, response: &str, out: &mut Vec<Effect>) {
        let Some(spoken) = self.of_response(response) else { return };
        if !matches!(spoken.phase, Phase::Asked { .. }) {
            return;
        }
        spoken.phase = Phase::Playing { since: now };
        let item = spoken.item.get_or_insert_with(|| format!("{response}_item")).clone();
        let text = spoken.text();
        out.push(Effect::Input(Input::UtteranceStarted { utterance: spoken.id, item: item.clone() }));
        out.push(Effect::Caption(Caption { speaker: Speaker::Interviewer, item, text }));
        if spoken.stopping.is_some() {
            out.push(Effect::Send(ClientEvent::from(OutputAudioBufferClear::default())));
        }
    }

    /// A response begins. One that we asked for and gave up since must not be heard any more.
    fn created(&mut self, response: &Response, out: &mut Vec<Effect>) {
        self.active = Some(response.id.clone());
        let mark = MARKS.into_iter().find_map(|key| {
            let value = response.metadata.as_ref()?.get(key)?;
            Some((key, value.clone()))
        });
        if let Some(spoken) = self.asked().filter(|s| mark.as_ref().is_none_or(|mark| *mark == s.mark())) {
            spoken.response = Some(response.id.clone());
        } else if mark.is_some() {
            let cancel = ResponseCancel { response_id: Some(response.id.clone()), ..ResponseCancel::default() };
            out.push(Effect::Send(ClientEvent::from(cancel)));
        }
    }

    /// The words of an item are whole. Of words that were given, only other ones are worth telling.
    fn said(&mut self, response: &str, item: &str, text: &str, out: &mut Vec<Effect>) {
        let Some(spoken) = self.of_response(response).filter(|s| !text.trim().is_empty()) else { return };
        let is_new = spoken.produced.complete(item, text);
        let is_told = match &spoken.task {
            Task::Say(planned) => deviates(planned, text, true),
            Task::Lead(_) => true,
        };
        if is_new && is_told {
            let (utterance, item, text) = (spoken.id, item.to_owned(), text.trim().to_owned());
            out.push(Effect::Input(Input::UtteranceSaid { utterance, item, text }));
        }
    }

    fn response_done(&mut self, now: Timestamp, response: &Response, out: &mut Vec<Effect>) {
        if self.active.as_deref() == Some(&response.id) {
            self.active = None;
        }
        let mut is_over = false;
        if let Some(spoken) = self.of_response(&response.id) {
            if matches!(spoken.task, Task::Lead(_)) {
                // The events of single items may have been lost.
                let calls = response.output.iter().filter_map(|item| spoken.produced.call(spoken.id, item));
                out.extend(calls.map(Effect::Input));
            }
            let is_silent = matches!(spoken.phase, Phase::Asked { .. });
            let is_wordless = matches!(spoken.task, Task::Lead(_)) && !spoken.produced.has_words();
            is_over = is_silent && (response.status != ResponseStatus::Completed || is_wordless);
        }
        if is_over {
            self.finish(now, Heard::Nothing, out);
        }
        self.next(now, out);
    }

    fn refused(&mut self, now: Timestamp, cause: &str, code: &str, out: &mut Vec<Effect>) {
        let Some(spoken) = self.asked().filter(|s| event_id(s.id, s.tries) == cause) else { return };
        if code == "conversation_already_has_active_response" && spoken.tries < BUSY_TRIES && spoken.stopping.is_none()
        {
            spoken.phase = Phase::Waiting { until: now.plus_ms(BUSY_RETRY_MS) };
        } else {
            self.finish(now, Heard::Nothing, out);
        }
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
        let response = match &spoken.task {
            Task::Say(text) => ResponseParams {
                conversation: Some("auto".into()),
                instructions: Some(say_exactly(text)),
                metadata: Some(Some(Metadata::from([("utterance".to_owned(), spoken.id.to_string())]))),
                ..ResponseParams::default()
            },
            Task::Lead(lead) => leads::request(lead),
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
