//! Whose event it is: what it is about, and how a response says that we asked for it.

use realtime_api::{ContentKind, Item, ItemKind, ItemStatus, Metadata, Role, ServerEvent};

/// The keys of our responses' metadata.
pub const MARKS: [&str; 2] = ["utterance", "lead"];

/// How a response says that it is ours.
pub(super) fn mark(metadata: &Metadata) -> Option<String> {
    MARKS.into_iter().find_map(|key| Some(format!("{key} {}", metadata.get(key)?)))
}

/// The response or item that an event is a part of.
pub(super) fn subject(event: &ServerEvent) -> Option<&str> {
    Some(match event {
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
        ServerEvent::ConversationItemDone(e) => e.item.id(),
        _ => return None,
    })
}

/// Whether the provider itself can have put this item into the conversation.
pub(super) fn is_made_by_provider(item: &Item, is_responding: bool, is_blind: bool) -> bool {
    match (&item.kind, &item.role) {
        // What a response says is in progress when it enters the conversation; what a client writes is mostly whole.
        (ItemKind::Message, Some(Role::Assistant)) | (ItemKind::FunctionCall, _) => {
            item.status == Some(ItemStatus::InProgress) && (is_responding || is_blind)
        }
        // A spoken turn whose beginning was missed. Better a forged one than a lost one.
        (ItemKind::Message, Some(Role::User)) => {
            is_blind && item.content.iter().flatten().all(|content| content.kind == ContentKind::InputAudio)
        }
        _ => false,
    }
}
