//! Responses: from `response.create` to `response.done`, in the order of recorded traffic.

use realtime_api::response::{FailureDetail, ResponseAudio, TokenDetails};
use realtime_api::server::{
    ConversationItemAdded, ConversationItemDone, RateLimitsUpdated, ResponseContentPartAdded, ResponseContentPartDone,
    ResponseCreated, ResponseDone, ResponseOutputAudioDone, ResponseOutputAudioTranscriptDelta,
    ResponseOutputAudioTranscriptDone, ResponseOutputItemAdded, ResponseOutputItemDone, ResponseOutputTextDelta,
    ResponseOutputTextDone,
};
use realtime_api::session::AudioOutput;
use realtime_api::{
    ErrorDetail, Item, ItemKind, ItemStatus, Response, ResponseParams, ResponseStatus, SessionKind, StatusDetails,
    Usage,
};

use super::run::{End, Run, RunId};
use super::shape::invalid;
use super::thinking::Thinking;
use super::{Core, Wire};
use crate::responder;
use crate::think::{Failure, Tokens};

/// Words in one transcript delta of a given text.
const WORDS_PER_DELTA: usize = 6;
/// Responses that may run at once.
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
        let mut run = self.new_run(&params);
        let id = run.id;
        let instructions = params.instructions.as_deref().unwrap_or(self.setup.settings.instructions());
        let is_free = responder::given(instructions).is_none();
        let is_thought = self.setup.has_model && is_free;
        let reply = responder::reply(instructions).to_owned();
        let given = self.prompt.take_if(|_| is_free).unwrap_or(reply);
        self.tell_all(ResponseCreated { response: run.response.clone(), ..Default::default() });
        if is_thought {
            run.thinking = Some(Thinking::new(params, self.now_ms));
            // The model is asked once the person's words are known, which may be now.
            return self.runs.push(run);
        }
        run.end = Some(End::Whole);
        self.runs.push(run);
        for delta in deltas(&given) {
            self.tell_words(id, &delta);
        }
        self.add_part(id, given);
        self.advance(id);
    }

    fn new_run(&mut self, params: &ResponseParams) -> Run {
        let settings = &self.setup.settings;
        let wanted = params.audio.as_ref().and_then(|audio| audio.output.clone()).unwrap_or_default();
        let usual = settings.audio_output();
        let voice = settings.voice_for(wanted.voice.as_ref()).unwrap_or(settings.voice());
        let output = AudioOutput {
            format: wanted.format.or(usual.format),
            voice: wanted.voice.or(usual.voice),
            ..Default::default()
        };
        let modality = params.output_modalities.as_ref().and_then(|kinds| kinds.first().cloned());
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
        let id = RunId(self.next_run);
        self.next_run += 1;
        Run {
            id,
            response,
            voice,
            item: self.new_item_id(),
            has_message: false,
            text: String::new(),
            parts: Vec::new(),
            calls: Vec::new(),
            tokens: Tokens::default(),
            thinking: None,
            end: None,
            is_done: false,
            has_started: false,
            stopped_by: None,
        }
    }

    /// Does something with a response that must not touch the list of them.
    pub(super) fn with_run<T>(&mut self, id: RunId, act: impl FnOnce(&mut Self, &mut Run) -> T) -> Option<T> {
        let at = self.runs.iter().position(|run| run.id == id)?;
        let mut run = self.runs.remove(at);
        let result = act(self, &mut run);
        self.runs.insert(at, run);
        Some(result)
    }

    /// More words of the message, which begins with the first.
    pub(super) fn tell_words(&mut self, id: RunId, words: &str) {
        self.with_run(id, |core, run| {
            if !std::mem::replace(&mut run.has_message, true) {
                core.tell_message_begun(run);
            }
            run.text.push_str(words);
            let (response_id, item_id, delta) = (run.response.id.clone(), run.item.clone(), words.to_owned());
            if run.is_text() {
                core.tell_all(ResponseOutputTextDelta { response_id, item_id, delta, ..Default::default() });
            } else {
                core.tell_all(ResponseOutputAudioTranscriptDelta { response_id, item_id, delta, ..Default::default() });
            }
        });
    }

    fn tell_message_begun(&mut self, run: &Run) {
        self.tell_item_begun(run, 0, run.message(ItemStatus::InProgress, None));
        self.tell_all(ResponseContentPartAdded {
            response_id: run.response.id.clone(),
            item_id: run.item.clone(),
            part: run.content_part(""),
            ..Default::default()
        });
    }

    pub(super) fn tell_item_begun(&mut self, run: &Run, output_index: u32, item: Item) {
        let response_id = run.response.id.clone();
        self.tell_all(ResponseOutputItemAdded { response_id, output_index, item: item.clone(), ..Default::default() });
        if run.is_in_conversation() {
            let previous_item_id = self.conversation.push(item.clone());
            self.tell_all(ConversationItemAdded { previous_item_id, item, ..Default::default() });
        }
    }

    pub(super) fn tell_item_done(&mut self, run: &mut Run, output_index: u32, item: Item) {
        let response_id = run.response.id.clone();
        if run.is_in_conversation()
            && let Some(entry) = self.conversation.get_mut(item.id())
        {
            entry.item = item.clone();
            let previous_item_id = self.conversation.before(item.id());
            self.tell_all(ConversationItemDone { previous_item_id, item: item.clone(), ..Default::default() });
        }
        run.response.output.push(item.clone());
        self.tell_all(ResponseOutputItemDone { response_id, output_index, item, ..Default::default() });
    }

    /// Ends a response that has all it needs: from `output_audio.done` to `rate_limits.updated`.
    pub(super) fn finish(&mut self, run: &mut Run, end: End) {
        let items = usize::from(run.has_message) + run.calls.len();
        let status_of = |number: usize| match end {
            End::Cut(_) if number == items => ItemStatus::Incomplete,
            _ => ItemStatus::Completed,
        };
        if run.has_message {
            self.tell_message_done(run, status_of(1));
        }
        let first = usize::from(run.has_message);
        for (at, call) in std::mem::take(&mut run.calls).iter().enumerate() {
            self.tell_call(run, (first + at) as u32, call, status_of(first + at + 1));
        }
        let (status, details) = match end {
            End::Whole => (ResponseStatus::Completed, None),
            End::Cut(why) => {
                let kind = ResponseStatus::Incomplete;
                let details = StatusDetails { kind: kind.clone(), reason: Some(why.into()), ..Default::default() };
                (kind, Some(details))
            }
        };
        self.tell_end(run, status, details);
    }

    fn tell_message_done(&mut self, run: &mut Run, status: ItemStatus) {
        let (response_id, item_id, is_text) = (run.response.id.clone(), run.item.clone(), run.is_text());
        let ids = || (response_id.clone(), item_id.clone());
        if is_text {
            let ((response_id, item_id), text) = (ids(), run.text.clone());
            self.tell_all(ResponseOutputTextDone { response_id, item_id, text, ..Default::default() });
        } else {
            let (response_id, item_id) = ids();
            self.tell_all(ResponseOutputAudioDone { response_id, item_id, ..Default::default() });
            let ((response_id, item_id), transcript) = (ids(), run.text.clone());
            self.tell_all(ResponseOutputAudioTranscriptDone { response_id, item_id, transcript, ..Default::default() });
        }
        let ((response_id, item_id), part) = (ids(), run.content_part(&run.text));
        self.tell_all(ResponseContentPartDone { response_id, item_id, part, ..Default::default() });
        if let Some(entry) = self.conversation.get_mut(&run.item) {
            entry.audio_ms = (!is_text).then_some(run.clip_ms());
        }
        let item = run.message(status, Some(&run.text));
        self.tell_item_done(run, 0, item);
    }

    /// Ends a response early. Of its message only `words` count: what is heard of it, or will be.
    pub(super) fn abandon(&mut self, run: &mut Run, status: ResponseStatus, details: StatusDetails, words: &str) {
        if run.has_message {
            let words = if run.is_text() { run.text.clone() } else { words.to_owned() };
            if let Some(entry) = self.conversation.get_mut(&run.item).filter(|_| !run.parts.is_empty()) {
                entry.audio_ms = Some(if run.is_in_mouth() { run.clip_ms() } else { run.heard_ms() });
            }
            let item = run.message(ItemStatus::Incomplete, Some(&words));
            self.tell_item_done(run, 0, item);
        }
        self.tell_end(run, status, Some(details));
    }

    pub(super) fn cancel_run(&mut self, run: &mut Run, why: &str, words: &str) {
        let details = StatusDetails { kind: ResponseStatus::Cancelled, reason: Some(why.into()), ..Default::default() };
        self.abandon(run, ResponseStatus::Cancelled, details, words);
    }

    /// Ends a response that has failed. What of it already plays, or waits for that, is still heard.
    pub(super) fn fail(&mut self, id: RunId, why: Failure) {
        self.with_run(id, |core, run| {
            core.stop_thinking(run);
            run.forget_unspoken();
            let error = FailureDetail {
                kind: Some(why.kind().into()),
                code: Some(why.code().map(str::to_owned)),
                message: Some(why.message().into()),
                ..Default::default()
            };
            let details = StatusDetails { kind: ResponseStatus::Failed, error: Some(error), ..Default::default() };
            let words = run.spoken_text();
            core.abandon(run, ResponseStatus::Failed, details, &words);
        });
        self.close_if_quiet(id);
    }

    fn tell_end(&mut self, run: &mut Run, status: ResponseStatus, details: Option<StatusDetails>) {
        run.is_done = true;
        run.response.status = status;
        run.response.status_details = details;
        run.response.usage = Some(usage(run.tokens));
        self.tell_all(ResponseDone { response: run.response.clone(), ..Default::default() });
        // There are no limits here: the event keeps its place in the order, the list is empty.
        self.tell_all(RateLimitsUpdated::default());
    }

    /// Whether clips are played here, so that their end is told.
    pub(super) fn plays(&self) -> bool {
        self.setup.wire == Wire::WebRtc
    }
}

/// The text in pieces of a few words; together they are the text.
fn deltas(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    words.chunks(WORDS_PER_DELTA).map(|words| words.concat()).collect()
}

/// What a response cost; nothing where no model ran. Sound costs no tokens here.
fn usage(tokens: Tokens) -> Usage {
    let details = |text: u64| TokenDetails { text_tokens: Some(text), audio_tokens: Some(0), ..Default::default() };
    let cached_tokens = Some(tokens.cached);
    let input = TokenDetails { cached_tokens, image_tokens: Some(0), ..details(tokens.input) };
    Usage {
        total_tokens: tokens.input + tokens.output,
        input_tokens: tokens.input,
        output_tokens: tokens.output,
        input_token_details: Some(input),
        output_token_details: Some(details(tokens.output)),
        ..Default::default()
    }
}
