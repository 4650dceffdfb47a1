//! What each client event does.

use realtime_api::client::{
    ConversationItemCreate, ConversationItemTruncate, InputAudioBufferAppend, ResponseCancel, SessionUpdate,
};
use realtime_api::server::{
    ConversationItemAdded, ConversationItemDeleted, ConversationItemDone, ConversationItemRetrieved,
    ConversationItemTruncated, InputAudioBufferCleared, SessionUpdated,
};
use realtime_api::{ClientEvent, ContentKind, ErrorDetail, Item, ItemStatus, Role};

use super::conversation::Entry;
use super::run::words_until;
use super::shape::invalid;
use super::{Audience, Core, Origin, Output, Wire, pcm, schema};

/// The longest conversation, in items.
const MAX_ITEMS: usize = 4_000;

impl Core {
    pub(super) fn on_frame(&mut self, from: Origin, text: &str) {
        if from == Origin::Owner && !self.setup.is_owner_heard {
            let message = "This call was made with 'client_events=none': its data channel only tells.";
            return self.refuse(from, ErrorDetail::invalid("client_events_not_allowed", message, None), None);
        }
        let event = match schema::read(text) {
            Ok(event) => event,
            Err((error, event_id)) => return self.refuse(from, error, event_id),
        };
        let event_id = Some(event.event_id().to_owned()).filter(|id| !id.is_empty());
        if let Err(error) = self.on_client(from, event) {
            self.refuse(from, error, event_id);
        }
    }

    fn on_client(&mut self, from: Origin, event: ClientEvent) -> Result<(), ErrorDetail> {
        match event {
            ClientEvent::SessionUpdate(event) => self.update_session(*event),
            ClientEvent::InputAudioBufferAppend(event) => self.append(from, &event),
            ClientEvent::InputAudioBufferCommit(_) => self.commit_by_hand(),
            ClientEvent::InputAudioBufferClear(_) => {
                self.hearing.clear();
                self.outputs.push_back(Output::ForgetTurn);
                self.tell_all(InputAudioBufferCleared::default());
                Ok(())
            }
            ClientEvent::OutputAudioBufferClear(_) => self.clear_playback(),
            ClientEvent::ConversationItemCreate(event) => self.create_item(*event),
            ClientEvent::ConversationItemRetrieve(event) => self.retrieve_item(from, &event.item_id),
            ClientEvent::ConversationItemTruncate(event) => self.truncate_item(&event),
            ClientEvent::ConversationItemDelete(event) => self.delete_item(event.item_id),
            ClientEvent::ResponseCreate(event) => self.create_response(event.response.unwrap_or_default()),
            ClientEvent::ResponseCancel(event) => self.cancel(&event),
            // Has no shape, so reading it was refused.
            ClientEvent::Other(_) => Ok(()),
        }
    }

    fn update_session(&mut self, event: SessionUpdate) -> Result<(), ErrorDetail> {
        let before = self.setup.settings.listening();
        self.setup.settings.update(event.session, self.has_spoken)?;
        let listening = self.setup.settings.listening();
        if listening != before {
            self.outputs.push_back(Output::Listen(listening));
        }
        let session = self.session();
        self.tell_all(SessionUpdated { session, ..Default::default() });
        Ok(())
    }

    fn append(&mut self, from: Origin, event: &InputAudioBufferAppend) -> Result<(), ErrorDetail> {
        if self.setup.wire == Wire::WebRtc || from != Origin::Owner {
            return Err(invalid("type", "On a call the sound comes by WebRTC: nothing can be appended."));
        }
        let pcm = self.hearing.decode(&event.audio, self.setup.settings.input_format());
        let pcm = pcm.map_err(|why| invalid("audio", format!("Invalid 'audio': {why}.")))?;
        self.hearing.keep(&pcm, self.setup.settings.turn_detection().is_none());
        self.outputs.push_back(Output::Hear(pcm));
        Ok(())
    }

    fn create_item(&mut self, event: ConversationItemCreate) -> Result<(), ErrorDetail> {
        let mut item = event.item;
        check_item(&item)?;
        if self.conversation.len() >= MAX_ITEMS {
            return Err(invalid("item", format!("A conversation has at most {MAX_ITEMS} items: delete some.")));
        }
        let id = match &item.id {
            Some(id) if self.conversation.get(id).is_some() => {
                return Err(invalid("item.id", format!("Item '{id}' already exists in the conversation.")));
            }
            Some(id) => id.clone(),
            None => self.new_item_id(),
        };
        item.id = Some(id.clone());
        item.status.get_or_insert(ItemStatus::Completed);
        // Sound that a client puts into the conversation is nobody's turn: its words are what counts.
        item.content.iter_mut().flatten().for_each(|content| content.audio = None);
        match event.previous_item_id {
            None => drop(self.conversation.push(item.clone())),
            Some(previous) => self.conversation.insert_after(&previous, item.clone()).ok_or_else(|| {
                invalid("previous_item_id", format!("Item '{previous}' does not exist in the conversation."))
            })?,
        }
        let previous_item_id = self.conversation.before(&id);
        let added = ConversationItemAdded {
            previous_item_id: previous_item_id.clone(),
            item: item.clone(),
            ..Default::default()
        };
        self.tell_all(added);
        self.tell_all(ConversationItemDone { previous_item_id, item, ..Default::default() });
        Ok(())
    }

    /// Tells one connection every item that is there, in order, as it is now.
    pub(super) fn replay_items(&mut self, to: Origin) {
        let mut previous_item_id = None;
        for item in self.conversation.items() {
            let id = item.id().to_owned();
            let added = ConversationItemAdded { previous_item_id, item, ..Default::default() };
            previous_item_id = Some(id);
            self.tell(Audience::Only(to), added);
        }
    }

    fn retrieve_item(&mut self, from: Origin, id: &str) -> Result<(), ErrorDetail> {
        let entry = self.conversation.get(id).ok_or_else(|| no_such_item("retrieve", id))?;
        let item = with_sound(entry);
        self.tell(Audience::Only(from), ConversationItemRetrieved { item, ..Default::default() });
        Ok(())
    }

    fn truncate_item(&mut self, event: &ConversationItemTruncate) -> Result<(), ErrorDetail> {
        let (id, audio_end_ms) = (&event.item_id, event.audio_end_ms);
        let entry = self.conversation.get(id).ok_or_else(|| no_such_item("truncate", id))?;
        let is_spoken = entry.item.role == Some(Role::Assistant) && entry.audio_ms.is_some();
        if !is_spoken {
            return Err(invalid("item_id", "Only model output audio messages can be truncated."));
        }
        let audio_ms = entry.audio_ms.unwrap_or_default();
        if audio_end_ms > audio_ms {
            let message = format!("Audio content of {audio_ms}ms is already shorter than {audio_end_ms}ms");
            return Err(invalid("audio_end_ms", message));
        }
        let said = entry.heard.clone().unwrap_or_else(|| entry.item.text());
        let heard = words_until(&said, audio_end_ms, audio_ms).to_owned();
        self.conversation.truncate(id, audio_end_ms, heard);
        if self.setup.wire == Wire::WebSocket {
            self.quiet_at_ms = None;
            self.set_speaking(false);
        }
        let item_id = id.clone();
        self.tell_all(ConversationItemTruncated { item_id, content_index: 0, audio_end_ms, ..Default::default() });
        Ok(())
    }

    fn delete_item(&mut self, item_id: String) -> Result<(), ErrorDetail> {
        self.conversation.remove(&item_id).ok_or_else(|| no_such_item("delete", &item_id))?;
        self.tell_all(ConversationItemDeleted { item_id, ..Default::default() });
        Ok(())
    }

    fn cancel(&mut self, event: &ResponseCancel) -> Result<(), ErrorDetail> {
        let wanted = event.response_id.as_deref();
        if !self.stop_generating(wanted, "client_cancelled") {
            let message = "Cancellation failed: no active response found";
            return Err(ErrorDetail::invalid("response_cancel_not_active", message, None));
        }
        Ok(())
    }
}

fn no_such_item(verb: &str, id: &str) -> ErrorDetail {
    let mut past = verb.trim_end_matches('e').to_owned();
    past.push_str("ing");
    let message = format!("Error {past} item: the item with id '{id}' does not exist.");
    ErrorDetail::invalid(&format!("item_{verb}_invalid_item_id"), message, Some("item_id"))
}

/// A message needs a role and content of the right kinds.
fn check_item(item: &Item) -> Result<(), ErrorDetail> {
    let missing = |path: &str| {
        let message = format!("Missing required parameter: '{path}'.");
        ErrorDetail::invalid("missing_required_parameter", message, Some(path))
    };
    match item.kind.as_str() {
        "message" => {
            let role = item.role.as_ref().ok_or_else(|| missing("item.role"))?;
            let content = item.content.as_ref().ok_or_else(|| missing("item.content"))?;
            for (index, piece) in content.iter().enumerate() {
                let is_output = matches!(piece.kind, ContentKind::OutputText | ContentKind::OutputAudio);
                let fits = match role {
                    Role::Assistant => is_output,
                    Role::System => piece.kind == ContentKind::InputText,
                    _ => !is_output,
                };
                if !fits {
                    let (role, kind) = (role.as_str(), piece.kind.as_str());
                    let path = format!("item.content[{index}].type");
                    return Err(invalid(&path, format!("Invalid value: '{kind}' is no content of the role '{role}'.")));
                }
            }
            Ok(())
        }
        "function_call" => item.name.as_ref().map(|_| ()).ok_or_else(|| missing("item.name")),
        "function_call_output" => item.call_id.as_ref().map(|_| ()).ok_or_else(|| missing("item.call_id")),
        "item_reference" => Err(invalid("item.type", "A reference cannot be an item of the conversation.")),
        _ => Ok(()),
    }
}

/// The item with the person's sound, where it is still kept.
fn with_sound(entry: &Entry) -> Item {
    let mut item = entry.item.clone();
    let spoken = item.content.iter_mut().flatten().find(|content| content.kind == ContentKind::InputAudio);
    if let (Some(content), Some(sound)) = (spoken, &entry.sound) {
        content.audio = Some(pcm::to_base64(&pcm::Resampler::new(16_000, 24_000).all(sound), "audio/pcm"));
    }
    item
}
