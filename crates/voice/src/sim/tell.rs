//! From the session core's events to those of the provider: its quirks, its figures, its silences.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::candidate::Candidate;
use super::ledger::What;
use super::script::{Script, Transcript, speaking_ms};
use super::stage::Stage;
use super::usage::{self, Meter};
use crate::session::{Audience, Ids, Origin, RandomIds, Wire};

/// Deltas that the provider pads against eavesdroppers who count bytes.
const PADDED: [&str; 4] = [
    "conversation.item.input_audio_transcription.delta",
    "response.output_audio_transcript.delta",
    "response.output_text.delta",
    "response.function_call_arguments.delta",
];

/// An event and who gets it.
pub(super) type Told = (Audience, Value);

/// What is being said in one response.
#[derive(Debug, Default)]
struct Utterance {
    text: String,
    item: String,
    is_heard: bool,
}

/// What a session has told so far, as far as it matters for what it tells next.
pub(super) struct Teller {
    wire: Wire,
    first_item: Option<String>,
    transcription: String,
    utterances: HashMap<String, Utterance>,
    cut: Option<String>,
    pub(super) meter: Meter,
    /// The response that occupies the conversation.
    pub(super) active: Option<String>,
    /// `conv_…`.
    pub(super) conversation: String,
    /// Whether speech cuts a response.
    pub(super) interrupts: bool,
    /// Words that come in a burst, by their item.
    bursting: HashMap<String, String>,
}

impl Teller {
    pub(super) fn new(wire: Wire) -> Self {
        Self {
            wire,
            first_item: None,
            transcription: String::new(),
            utterances: HashMap::new(),
            cut: None,
            meter: Meter::default(),
            active: None,
            conversation: format!("conv_{}", RandomIds.alnum(21)),
            interrupts: false,
            bursting: HashMap::new(),
        }
    }

    /// Makes an event what the provider would have told, and what it would have told before it.
    pub(super) fn shape(
        &mut self,
        (to, mut event): Told,
        (stage, name): (&Stage, &str),
        script: &Script,
        candidate: &mut Candidate,
    ) -> Vec<Told> {
        let note = |what: What| stage.ledger.note(Some(name), what);
        let kind = text(&event, "/type");
        if PADDED.contains(&kind.as_str()) {
            event["obfuscation"] = RandomIds.alnum(8).into();
        }
        match kind.as_str() {
            "session.created" | "session.updated" => self.on_session(&event),
            "conversation.item.added" => self.on_added(&event),
            "conversation.item.done" => self.forget_first(&mut event),
            "input_audio_buffer.speech_started" => note(What::Speaking { item: text(&event, "/item_id") }),
            "input_audio_buffer.committed" => {
                if let Some(answer) = candidate.spoken.take() {
                    let item = text(&event, "/item_id");
                    self.meter.hear(answer.length_ms());
                    if answer.transcript == Transcript::Burst {
                        self.bursting.insert(item.clone(), answer.text.clone());
                    }
                    note(What::Spoke { item, text: answer.text, transcript: answer.transcript });
                }
            }
            "conversation.item.input_audio_transcription.completed" => return self.completed(to, event),
            "response.created" => {
                if let Some(conversation) = event["response"]["conversation_id"].as_str() {
                    conversation.clone_into(&mut self.conversation);
                    self.active = Some(text(&event, "/response/id"));
                }
            }
            "response.output_audio_transcript.delta" => self.on_words(&event),
            "output_audio_buffer.started" => self.on_heard(&text(&event, "/response_id"), candidate, &note),
            "output_audio_buffer.stopped" => self.on_end(&text(&event, "/response_id"), script, &note),
            "output_audio_buffer.cleared" => self.cut = Some(text(&event, "/response_id")),
            "conversation.item.truncated" => self.on_truncated(&event, &note),
            "response.done" => self.on_done(&mut event, script, candidate, &note),
            "rate_limits.updated" => event["rate_limits"] = self.meter.limits(),
            _ => {}
        }
        vec![(to, event)]
    }

    fn on_session(&mut self, event: &Value) {
        self.transcription = text(event, "/session/audio/input/transcription/model");
        self.interrupts = event["session"]["audio"]["input"]["turn_detection"]["interrupt_response"] == true;
        self.meter.instruct(&text(event, "/session/instructions"));
    }

    fn on_added(&mut self, event: &Value) {
        let id = text(event, "/item/id");
        let said = event["item"]["content"].as_array().into_iter().flatten().filter_map(|part| part["text"].as_str());
        said.for_each(|text| self.meter.read(text));
        self.first_item.get_or_insert(id);
    }

    /// Recorded traffic: `conversation.item.done` does not know the first item as a predecessor.
    fn forget_first(&self, event: &mut Value) {
        if event["previous_item_id"].as_str() == self.first_item.as_deref() {
            event["previous_item_id"] = Value::Null;
        }
    }

    fn completed(&mut self, to: Audience, mut event: Value) -> Vec<Told> {
        let (item, words) = (text(&event, "/item_id"), text(&event, "/transcript"));
        let seconds = event["usage"]["seconds"].as_u64().unwrap_or_default();
        event["usage"] = usage::transcription(&self.transcription, seconds, &words);
        if matches!(self.transcription.as_str(), "gpt-transcribe" | "gpt-live-transcribe") {
            event["languages"] = json!([{"code": "en"}]);
        }
        let burst = self.bursting.remove(&item).unwrap_or_default();
        let delta = |delta: &str| {
            json!({"type": PADDED[0], "event_id": format!("event_{}", RandomIds.alnum(21)), "item_id": item,
                "content_index": 0, "delta": delta, "obfuscation": RandomIds.alnum(8)})
        };
        let deltas = burst.split_inclusive(' ').map(|words| (to, delta(words)));
        deltas.chain([(to, event.clone())]).collect()
    }

    fn on_words(&mut self, event: &Value) {
        let utterance = self.utterances.entry(text(event, "/response_id")).or_default();
        utterance.text.push_str(&text(event, "/delta"));
        utterance.item = text(event, "/item_id");
    }

    fn on_heard(&mut self, response: &str, candidate: &mut Candidate, note: &impl Fn(What)) {
        let Some(utterance) = self.utterances.get_mut(response) else { return };
        utterance.is_heard = true;
        candidate.listen(&utterance.text);
        note(What::Saying { text: utterance.text.clone() });
    }

    fn on_end(&mut self, response: &str, script: &Script, note: &impl Fn(What)) {
        let Some(Utterance { text, item, .. }) = self.utterances.remove(response) else { return };
        let played_ms = script.paced_ms(speaking_ms(&text));
        note(What::Said { text, item, played_ms, is_cut: false });
    }

    fn on_truncated(&mut self, event: &Value, note: &impl Fn(What)) {
        let utterance = self.cut.take().and_then(|response| self.utterances.remove(&response));
        let Some(Utterance { text, item, .. }) = utterance else { return };
        note(What::Said { text, item, played_ms: event["audio_end_ms"].as_u64().unwrap_or(0), is_cut: true });
    }

    fn on_done(&mut self, event: &mut Value, script: &Script, candidate: &mut Candidate, note: &impl Fn(What)) {
        let response = text(event, "/response/id");
        self.active.take_if(|active| *active == response);
        let is_whole = event["response"]["status"] == "completed";
        let utterance = self.utterances.get(&response);
        let written = text(event, "/response/output/0/content/0/text");
        let said = utterance.map_or(written.as_str(), |utterance| &utterance.text);
        let spoken_ms = utterance.map(|utterance| speaking_ms(&utterance.text));
        event["response"]["usage"] = self.meter.response(said, spoken_ms);
        if !is_whole && utterance.is_some_and(|utterance| !utterance.is_heard) {
            self.utterances.remove(&response);
        } else if is_whole && self.wire == Wire::WebSocket {
            // The client plays it: that it does is all that can be known.
            self.on_heard(&response, candidate, note);
            self.on_end(&response, script, note);
        }
    }
}

/// A text inside an event; empty where there is none.
pub(super) fn text(event: &Value, pointer: &str) -> String {
    event.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// How the ledger names a connection.
pub(super) fn name_of(origin: Origin) -> &'static str {
    match origin {
        Origin::Owner => "owner",
        Origin::Sideband(_) => "sideband",
    }
}
