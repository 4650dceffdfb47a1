//! Responses: from `response.create` to `response.done`, in the order of recorded traffic.

use std::sync::Arc;

use realtime_api::response::{FailureDetail, ResponseAudio, TokenDetails};
use realtime_api::server::{
    ConversationItemAdded, ConversationItemDone, RateLimitsUpdated, ResponseContentPartAdded, ResponseContentPartDone,
    ResponseCreated, ResponseDone, ResponseOutputAudioDelta, ResponseOutputAudioDone,
    ResponseOutputAudioTranscriptDelta, ResponseOutputAudioTranscriptDone, ResponseOutputItemAdded,
    ResponseOutputItemDone, ResponseOutputTextDelta, ResponseOutputTextDone,
};
use realtime_api::session::AudioOutput;
use realtime_api::{
    ErrorDetail, Item, ItemKind, ItemStatus, Response, ResponseParams, ResponseStatus, SessionKind, StatusDetails,
    Usage,
};

use super::run::{Run, Stage};
use super::shape::invalid;
use super::{Audience, Core, Origin, Output, Wire, pcm};
use crate::media::PlayId;
use crate::responder;
use crate::speech::Clip;

/// Words in one transcript delta.
const WORDS_PER_DELTA: usize = 6;
/// Milliseconds of sound in one audio delta.
const DELTA_MS: usize = 200;
/// Responses out of band that may run at once.
const MAX_RUNS: usize = 8;

impl Core {
    /// The response that occupies the conversation.
    pub(super) fn active_response(&self) -> Option<&Run> {
        self.runs.iter().find(|run| run.is_in_conversation() && run.is_generating())
    }

    pub(super) fn create_response(&mut self, params: ResponseParams) -> Result<(), ErrorDetail> {
        if *self.setup.settings.kind() == SessionKind::Transcription {
            return Err(invalid("type", "A transcription session makes no responses."));
        }
        let is_out_of_band = params.conversation.as_deref() == Some("none");
        if let Some(active) = self.active_response().filter(|_| !is_out_of_band) {
            let message = format!(
                "Conversation already has an active response in progress: {}. Wait until the response is finished before \
                 creating a new one.",
                active.id()
            );
            return Err(ErrorDetail::invalid("conversation_already_has_active_response", message, None));
        }
        if self.runs.len() >= MAX_RUNS {
            return Err(invalid(
                "response",
                format!("At most {MAX_RUNS} responses can run at once: wait for one to end."),
            ));
        }
        let spoken = responder::reply(params.instructions.as_deref().unwrap_or_default()).chars().count();
        if spoken > responder::MAX_SPOKEN {
            let most = responder::MAX_SPOKEN;
            let message =
                format!("The text to say has {spoken} characters, at most {most} are spoken in one response.");
            return Err(invalid("response.instructions", message));
        }
        let references = params.input.iter().flatten().filter(|item| item.kind == ItemKind::ItemReference);
        for item in references {
            if self.conversation.get(item.id()).is_none() {
                return Err(invalid(
                    "response.input",
                    format!("Item '{}' does not exist in the conversation.", item.id()),
                ));
            }
        }
        let asked = params.audio.as_ref().and_then(|audio| audio.output.as_ref()?.voice.as_ref());
        self.setup.settings.voice_for(asked)?;
        self.start_response(params);
        Ok(())
    }

    /// Starts a response that has been checked.
    pub(super) fn start_response(&mut self, params: ResponseParams) {
        let run = self.new_run(&params);
        let output = params.audio.and_then(|audio| audio.output).unwrap_or_default();
        let voice = self.setup.settings.voice_for(output.voice.as_ref()).unwrap_or(self.setup.settings.voice());
        let (play, text, is_text) = (run.play, run.text.clone(), run.is_text());
        self.tell_beginning(&run);
        self.runs.push(run);
        if is_text {
            self.finish(play);
            self.runs.retain(|run| run.play != play);
        } else {
            self.outputs.push_back(Output::Render { play, voice: voice.to_owned(), text });
        }
    }

    fn new_run(&mut self, params: &ResponseParams) -> Run {
        let settings = &self.setup.settings;
        let wanted = params.audio.as_ref().and_then(|audio| audio.output.clone()).unwrap_or_default();
        let usual = settings.audio_output();
        let output = AudioOutput {
            format: wanted.format.or(usual.format),
            voice: wanted.voice.or(usual.voice),
            ..Default::default()
        };
        let modality = params.output_modalities.as_ref().and_then(|kinds| kinds.first().cloned());
        let instructions = params.instructions.as_deref().unwrap_or(settings.instructions());
        let text = responder::reply(instructions);
        let prompt = self.prompt.take_if(|_| text == responder::NO_MODEL);
        let text = prompt.unwrap_or_else(|| text.to_owned());
        let is_out_of_band = params.conversation.as_deref() == Some("none");
        let response = Response {
            object: Some("realtime.response".into()),
            status: ResponseStatus::InProgress,
            conversation_id: (!is_out_of_band).then(|| self.conversation_id.clone()),
            output_modalities: Some(vec![modality.unwrap_or(settings.modality())]),
            max_output_tokens: params.max_output_tokens.clone().or(settings.max_output_tokens()),
            audio: Some(ResponseAudio { output: Some(output), ..Default::default() }),
            metadata: params.metadata.clone().flatten(),
            id: format!("resp_{}", self.ids.alnum(21)),
            ..Default::default()
        };
        let play = PlayId(self.next_play);
        self.next_play += 1;
        let item = self.new_item_id();
        Run { play, response, item, text, stage: Stage::Rendering, clip_ms: 0, stopped_by: None }
    }

    fn tell_beginning(&mut self, run: &Run) {
        let (response_id, item_id) = (run.response.id.clone(), run.item.clone());
        let item = run.item(ItemStatus::InProgress, false);
        self.tell_all(ResponseCreated { response: run.response.clone(), ..Default::default() });
        let added =
            ResponseOutputItemAdded { response_id: response_id.clone(), item: item.clone(), ..Default::default() };
        self.tell_all(added);
        if run.is_in_conversation() {
            let previous_item_id = self.conversation.push(item.clone());
            self.tell_all(ConversationItemAdded { previous_item_id, item, ..Default::default() });
        }
        let part = run.part("");
        self.tell_all(ResponseContentPartAdded {
            response_id: response_id.clone(),
            item_id: item_id.clone(),
            part,
            ..Default::default()
        });
        for delta in deltas(&run.text) {
            let (response_id, item_id) = (response_id.clone(), item_id.clone());
            if run.is_text() {
                self.tell_all(ResponseOutputTextDelta { response_id, item_id, delta, ..Default::default() });
            } else {
                self.tell_all(ResponseOutputAudioTranscriptDelta { response_id, item_id, delta, ..Default::default() });
            }
        }
    }

    pub(super) fn on_rendered(&mut self, play: PlayId, clip: Result<Arc<Clip>, String>) {
        // A response that was cancelled meanwhile is gone.
        let Some(run) = self.runs.iter_mut().find(|run| run.play == play) else { return };
        match clip {
            Ok(clip) => {
                run.clip_ms = clip.duration_ms();
                run.stage = Stage::Queued;
                self.has_spoken = true;
                match self.setup.wire {
                    Wire::WebRtc => self.outputs.push_back(Output::Play(play, clip)),
                    Wire::WebSocket => self.send_sound(play, &clip),
                }
            }
            Err(why) => {
                tracing::warn!(response = %run.id(), why, "a response could not be spoken");
                let error = FailureDetail {
                    kind: Some("server_error".into()),
                    code: Some(None),
                    message: Some("The engine could not make the sound of this response.".into()),
                    ..Default::default()
                };
                let details = StatusDetails { kind: ResponseStatus::Failed, error: Some(error), ..Default::default() };
                self.abandon(play, ResponseStatus::Failed, details);
            }
        }
    }

    /// The whole clip at once, faster than it plays.
    fn send_sound(&mut self, play: PlayId, clip: &Clip) {
        let Some(run) = self.runs.iter().find(|run| run.play == play) else { return };
        let output = run.response.audio.as_ref().and_then(|audio| audio.output.as_ref()?.format.as_ref());
        let format = output.map_or(self.setup.settings.output_format(), |format| &format.kind).to_owned();
        let (response_id, item_id) = (run.response.id.clone(), run.item.clone());
        let sound = pcm::for_client(&clip.pcm, &format);
        for piece in sound.chunks(pcm::rate_of(&format) as usize * DELTA_MS / 1000) {
            let delta = ResponseOutputAudioDelta {
                response_id: response_id.clone(),
                item_id: item_id.clone(),
                delta: pcm::to_base64(piece, &format),
                ..Default::default()
            };
            self.tell(Audience::Only(Origin::Owner), delta);
        }
        self.finish(play);
        self.runs.retain(|run| run.play != play);
        self.quiet_at_ms = Some(self.quiet_at_ms.unwrap_or(0).max(self.now_ms) + clip.duration_ms());
        self.set_speaking(true);
    }

    /// Ends a response that has all it needs: from `output_audio.done` to `rate_limits.updated`.
    pub(super) fn finish(&mut self, play: PlayId) {
        let Some(run) = self.runs.iter_mut().find(|run| run.play == play) else { return };
        run.stage = Stage::Playing;
        let (response_id, item_id, text) = (run.response.id.clone(), run.item.clone(), run.text.clone());
        let (is_text, part, clip_ms) = (run.is_text(), run.part(&run.text), run.clip_ms);
        let item = run.item(ItemStatus::Completed, true);
        run.response.status = ResponseStatus::Completed;
        if is_text {
            let (response_id, item_id) = (response_id.clone(), item_id.clone());
            self.tell_all(ResponseOutputTextDone { response_id, item_id, text, ..Default::default() });
        } else {
            let (response_id, item_id) = (response_id.clone(), item_id.clone());
            let done = ResponseOutputAudioDone {
                response_id: response_id.clone(),
                item_id: item_id.clone(),
                ..Default::default()
            };
            self.tell_all(done);
            let transcript = text;
            self.tell_all(ResponseOutputAudioTranscriptDone { response_id, item_id, transcript, ..Default::default() });
        }
        self.tell_all(ResponseContentPartDone { response_id, item_id: item_id.clone(), part, ..Default::default() });
        if let Some(entry) = self.conversation.get_mut(&item_id) {
            entry.audio_ms = (!is_text).then_some(clip_ms);
        }
        self.tell_end(play, item);
    }

    /// Ends a response that will not be heard.
    pub(super) fn abandon(&mut self, play: PlayId, status: ResponseStatus, details: StatusDetails) {
        let Some(run) = self.runs.iter_mut().find(|run| run.play == play) else { return };
        run.response.status = status;
        run.response.status_details = Some(details);
        let mut item = run.item(ItemStatus::Incomplete, true);
        item.content.iter_mut().flatten().for_each(|content| content.transcript = Some(Some(String::new())));
        self.tell_end(play, item);
        self.runs.retain(|run| run.play != play);
    }

    fn tell_end(&mut self, play: PlayId, item: Item) {
        let Some(run) = self.runs.iter_mut().find(|run| run.play == play) else { return };
        run.response.output = vec![item.clone()];
        run.response.usage = Some(no_tokens());
        let response = run.response.clone();
        let (response_id, is_in_conversation) = (response.id.clone(), run.is_in_conversation());
        if is_in_conversation && let Some(entry) = self.conversation.get_mut(item.id()) {
            entry.item = item.clone();
            let previous_item_id = self.conversation.before(item.id());
            self.tell_all(ConversationItemDone { previous_item_id, item: item.clone(), ..Default::default() });
        }
        self.tell_all(ResponseOutputItemDone { response_id, item, ..Default::default() });
        self.tell_all(ResponseDone { response, ..Default::default() });
        // There are no limits here: the event keeps its place in the order, the list is empty.
        self.tell_all(RateLimitsUpdated::default());
    }
}

/// The text in pieces of a few words; together they are the text.
fn deltas(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    words.chunks(WORDS_PER_DELTA).map(|words| words.concat()).collect()
}

/// No model ran, so no token was spent.
fn no_tokens() -> Usage {
    let none = TokenDetails { text_tokens: Some(0), audio_tokens: Some(0), ..Default::default() };
    let input = TokenDetails { cached_tokens: Some(0), image_tokens: Some(0), ..none.clone() };
    Usage { input_token_details: Some(input), output_token_details: Some(none), ..Default::default() }
}
