//! What the provider says about the responses that were asked of it.

use interview::{Heard, Input, Speaker, Timestamp, verbatim::deviates};
use realtime_api::{
    ClientEvent, ItemKind, Response, ResponseStatus, ServerEvent,
    client::{OutputAudioBufferClear, ResponseCancel},
};

use super::{Phase, Task, Utterances, event_id};
use crate::sessions::{
    integrity::MARKS,
    translate::{Caption, Effect},
};

/// Wait before asking again when the provider was still busy with a response.
const BUSY_RETRY_MS: i64 = 200;
const BUSY_TRIES: u32 = 25;

impl Utterances {
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
        let Some(spoken) = self.of_response(response).filter(|_| !text.trim().is_empty()) else { return };
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
}
