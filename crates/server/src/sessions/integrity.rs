//! The candidate cannot take over the call. A page that talks directly with the provider can send any event of the
//! protocol on its data channel; whatever we did not cause is seen here, undone, noted, and never becomes transcript.
//! Sans-IO.

use std::collections::HashSet;

use realtime_api::{
    ClientEvent, ContentKind, Item, ItemKind, ItemStatus, ResponseStatus, Role, ServerEvent, Session,
    client::{ConversationItemDelete, OutputAudioBufferClear, ResponseCancel, SessionUpdate},
};
use serde_json::{Map, Value};

/// The keys of our responses' metadata.
pub const MARKS: [&str; 2] = ["utterance", "lead"];
/// A session that was restored so often in a row without effect is left alone: the provider insists.
const RESTORE_TRIES: u32 = 3;

/// What to do with an event.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// Ours, or the candidate's voice.
    Ours,
    /// Not ours and harmless to the transcript: it is noted and taken as it is.
    Noted(&'static str),
    /// Not ours: it is noted and undone, and nobody else sees it.
    Foreign(&'static str, Vec<ClientEvent>),
    /// Part of something foreign that was noted already.
    Hidden,
    /// The same, and it is undone.
    Undone(Vec<ClientEvent>),
}

/// What is ours on one leg.
#[derive(Debug, Default)]
pub struct Guard {
    /// The session as it was when our configuration came into force.
    baseline: Option<Value>,
    restores: u32,
    foreign: HashSet<String>,
    /// Items of our responses, and turns that the provider cut from the candidate's voice.
    own_items: HashSet<String>,
    /// Items that we removed ourselves.
    removed: HashSet<String>,
    is_speech_open: bool,
    /// The channel was away: what the candidate said may turn up without its beginning.
    is_blind: bool,
    /// We stopped the voice ourselves.
    is_stopping: bool,
}

impl Guard {
    /// Takes note of what we send.
    pub fn sent(&mut self, event: &ClientEvent) {
        match event {
            ClientEvent::ConversationItemCreate(e) => drop(self.own_items.insert(e.item.id().to_owned())),
            ClientEvent::ConversationItemDelete(e) => drop(self.removed.insert(e.item_id.clone())),
            ClientEvent::ResponseCancel(_) | ClientEvent::OutputAudioBufferClear(_) => self.is_stopping = true,
            ClientEvent::ResponseCreate(_) => self.is_stopping = false,
            _ => {}
        }
    }

    /// The channel was away, or what was missed is known again.
    pub fn blind(&mut self, is_blind: bool) {
        self.is_blind = is_blind;
    }

    /// Judges an event.
    pub fn judge(&mut self, event: &ServerEvent) -> Verdict {
        match event {
            ServerEvent::SessionUpdated(e) => self.session(&e.session),
            ServerEvent::ResponseCreated(e) => {
                let is_ours =
                    e.response.metadata.as_ref().is_some_and(|m| MARKS.iter().any(|key| m.contains_key(*key)));
                if is_ours {
                    return Verdict::Ours;
                }
                self.foreign.insert(e.response.id.clone());
                let cancel = ResponseCancel { response_id: Some(e.response.id.clone()), ..ResponseCancel::default() };
                let clear = ClientEvent::from(OutputAudioBufferClear::default());
                Verdict::Foreign("The interviewer was made to say something.", vec![cancel.into(), clear])
            }
            ServerEvent::ResponseOutputItemAdded(e) if self.foreign.contains(&e.response_id) => {
                self.foreign.insert(e.item.id().to_owned());
                Verdict::Hidden
            }
            ServerEvent::ResponseOutputItemAdded(e) => {
                self.own_items.insert(e.item.id().to_owned());
                Verdict::Ours
            }
            ServerEvent::InputAudioBufferSpeechStarted(e) => {
                self.is_speech_open = true;
                self.own_items.insert(e.item_id.clone());
                Verdict::Ours
            }
            ServerEvent::InputAudioBufferCommitted(e) => {
                self.is_speech_open = false;
                self.own_items.insert(e.item_id.clone());
                Verdict::Ours
            }
            ServerEvent::InputAudioBufferCleared(_) => Verdict::Noted("What was being said was thrown away."),
            ServerEvent::ConversationItemAdded(e) => self.item(&e.item),
            ServerEvent::ConversationItemDeleted(e) if self.removed.remove(&e.item_id) => Verdict::Hidden,
            ServerEvent::ConversationItemDeleted(e) if self.foreign.contains(&e.item_id) => Verdict::Hidden,
            // The words are in our transcript; only the provider's memory of them is gone.
            ServerEvent::ConversationItemDeleted(_) => {
                Verdict::Foreign("Something that was said was removed from the call's memory.", Vec::new())
            }
            ServerEvent::OutputAudioBufferCleared(e) if !self.foreign.contains(&e.response_id) => {
                if self.is_speech_open || self.is_stopping {
                    Verdict::Ours
                } else {
                    Verdict::Noted("The interviewer was silenced.")
                }
            }
            ServerEvent::ResponseDone(e) if !self.foreign.contains(&e.response.id) => {
                let is_cut = e.response.status == ResponseStatus::Cancelled;
                let by_client = e
                    .response
                    .status_details
                    .as_ref()
                    .is_some_and(|details| details.reason.as_deref() == Some("client_cancelled"));
                if is_cut && by_client && !self.is_stopping {
                    Verdict::Noted("The interviewer was silenced.")
                } else {
                    Verdict::Ours
                }
            }
            other if self.is_of_foreign(other) => Verdict::Hidden,
            _ => Verdict::Ours,
        }
    }

    fn session(&mut self, session: &Session) -> Verdict {
        let now = settings(session);
        let Some(baseline) = &self.baseline else {
            self.baseline = Some(now);
            return Verdict::Ours;
        };
        if *baseline == now {
            self.restores = 0;
            return Verdict::Ours;
        }
        self.restores += 1;
        let restore: Option<Session> = serde_json::from_value(baseline.clone()).ok();
        let update = restore.filter(|_| self.restores <= RESTORE_TRIES).map(|session| {
            let update = SessionUpdate { event_id: "restore".to_owned(), session, ..SessionUpdate::default() };
            ClientEvent::from(update)
        });
        Verdict::Foreign("The interviewer's settings were changed.", update.into_iter().collect())
    }

    fn item(&mut self, item: &Item) -> Verdict {
        if self.own_items.contains(item.id()) {
            return Verdict::Ours;
        }
        if self.foreign.contains(item.id()) {
            return Verdict::Undone(vec![removal(item.id())]);
        }
        let is_growing = item.status == Some(ItemStatus::InProgress);
        let is_known_kind = match (&item.kind, &item.role) {
            // What the provider says is in progress when it enters the conversation; what a client writes is whole.
            (ItemKind::Message, Some(Role::Assistant)) | (ItemKind::FunctionCall, _) => is_growing,
            // A spoken turn whose beginning was missed. Better a forged one than a lost one.
            (ItemKind::Message, Some(Role::User)) => {
                let mut parts = item.content.iter().flatten();
                self.is_blind && parts.all(|content| content.kind == ContentKind::InputAudio)
            }
            _ => false,
        };
        if is_known_kind {
            return Verdict::Ours;
        }
        self.foreign.insert(item.id().to_owned());
        Verdict::Foreign("Something was written into the call's memory.", vec![removal(item.id())])
    }

    fn is_of_foreign(&self, event: &ServerEvent) -> bool {
        let id = match event {
            ServerEvent::ResponseDone(e) => &e.response.id,
            ServerEvent::OutputAudioBufferStarted(e) => &e.response_id,
            ServerEvent::OutputAudioBufferStopped(e) => &e.response_id,
            ServerEvent::OutputAudioBufferCleared(e) => &e.response_id,
            ServerEvent::ResponseOutputItemDone(e) => &e.response_id,
            ServerEvent::ResponseContentPartAdded(e) => &e.response_id,
            ServerEvent::ResponseContentPartDone(e) => &e.response_id,
            ServerEvent::ResponseOutputTextDelta(e) => &e.response_id,
            ServerEvent::ResponseOutputTextDone(e) => &e.response_id,
            ServerEvent::ResponseOutputAudioTranscriptDelta(e) => &e.response_id,
            ServerEvent::ResponseOutputAudioTranscriptDone(e) => &e.response_id,
            ServerEvent::ResponseOutputAudioDone(e) => &e.response_id,
            ServerEvent::ResponseFunctionCallArgumentsDelta(e) => &e.response_id,
            ServerEvent::ResponseFunctionCallArgumentsDone(e) => &e.response_id,
            ServerEvent::ConversationItemTruncated(e) => &e.item_id,
            ServerEvent::InputAudioTranscriptionDelta(e) => &e.item_id,
            ServerEvent::InputAudioTranscriptionCompleted(e) => &e.item_id,
            ServerEvent::InputAudioTranscriptionFailed(e) => &e.item_id,
            ServerEvent::ConversationItemDone(e) => return self.foreign.contains(e.item.id()),
            _ => return false,
        };
        self.foreign.contains(id)
    }
}

fn removal(item: &str) -> ClientEvent {
    ConversationItemDelete { item_id: item.to_owned(), ..ConversationItemDelete::default() }.into()
}

/// What of a session steers the interview, in the shape of an update.
fn settings(session: &Session) -> Value {
    let all = serde_json::to_value(session).unwrap_or_default();
    let mut kept = Map::new();
    kept.insert("type".to_owned(), "realtime".into());
    for key in ["instructions", "tools", "tool_choice", "output_modalities", "max_output_tokens"] {
        if let Some(value) = all.get(key).filter(|value| !value.is_null()) {
            kept.insert(key.to_owned(), value.clone());
        }
    }
    let mut input = Map::new();
    for key in ["transcription", "turn_detection", "noise_reduction"] {
        if let Some(value) = all.pointer(&format!("/audio/input/{key}")) {
            input.insert(key.to_owned(), without_nulls(value));
        }
    }
    kept.insert("audio".to_owned(), serde_json::json!({ "input": input }));
    Value::Object(kept)
}

/// What is unset is echoed as null, and not everything takes null back.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), without_nulls(v))).collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
