//! What a client sends.

use crate::{Item, ResponseParams, Session};

events! {
    /// An event from a client.
    ClientEvent;
    /// Changes the session.
    SessionUpdate = "session.update" {
        /// Only the fields that change, and `type`.
        session: Session,
    }
    /// Adds sound (WebSocket only).
    InputAudioBufferAppend = "input_audio_buffer.append" {
        /// Base64 in the session's input format.
        audio: String,
    }
    /// Ends the turn by hand.
    InputAudioBufferCommit = "input_audio_buffer.commit" {}
    /// Drops the sound of the turn so far.
    InputAudioBufferClear = "input_audio_buffer.clear" {}
    /// Stops playback (WebRTC only).
    OutputAudioBufferClear = "output_audio_buffer.clear" {}
    /// Adds an item.
    ConversationItemCreate = "conversation.item.create" {
        /// `root`: to the front; absent: to the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        previous_item_id: Option<String>,
        /// The item.
        item: Item,
    }
    /// Asks for an item.
    ConversationItemRetrieve = "conversation.item.retrieve" {
        /// Which.
        item_id: String,
    }
    /// Says how much of a spoken item was heard.
    ConversationItemTruncate = "conversation.item.truncate" {
        /// Which.
        item_id: String,
        /// 0.
        content_index: u32,
        /// Heard, from the item's start.
        audio_end_ms: u64,
    }
    /// Removes an item.
    ConversationItemDelete = "conversation.item.delete" {
        /// Which.
        item_id: String,
    }
    /// Asks for a response.
    ResponseCreate = "response.create" {
        /// Absent: all from the session.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        response: Option<ResponseParams>,
    }
    /// Stops a response.
    ResponseCancel = "response.cancel" {
        /// Absent: the active one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        response_id: Option<String>,
    }
}
