//! Items of a conversation: messages, function calls and their outputs, MCP items, references.

use crate::{Extra, Nullable, nullable};
use serde::{Deserialize, Serialize};

words! {
    /// What an item is.
    ItemKind {
        Message = "message",
        FunctionCall = "function_call",
        FunctionCallOutput = "function_call_output",
        McpCall = "mcp_call",
        McpListTools = "mcp_list_tools",
        McpApprovalRequest = "mcp_approval_request",
        McpApprovalResponse = "mcp_approval_response",
        ItemReference = "item_reference",
    }
    /// How far an item is.
    ItemStatus { InProgress = "in_progress", Completed = "completed", Incomplete = "incomplete" }
    /// Who speaks in a message.
    Role { User = "user", Assistant = "assistant", System = "system" }
    /// What a piece of content is. `Text` and `Audio` occur only in `response.content_part.*`.
    ContentKind {
        InputText = "input_text",
        InputAudio = "input_audio",
        InputImage = "input_image",
        OutputText = "output_text",
        OutputAudio = "output_audio",
        Text = "text",
        Audio = "audio",
    }
}

/// One item; which fields are there depends on `kind`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Item {
    /// `item_…`, or the client's own (≤ 32 characters).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// `realtime.item`; real servers leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// What the item is.
    #[serde(rename = "type")]
    pub kind: ItemKind,
    /// How far it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ItemStatus>,
    /// Of a message: who speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Of a message: what is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Vec<Content>>,
    /// Of a function call and its output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
    /// Of a call: the function or tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Of a call: JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<String>,
    /// Of a call's output.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub output: Nullable<String>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Item {
    /// The item's id; empty if it has none yet.
    pub fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }

    /// A message of one piece of text.
    pub fn message(role: Role, text: impl Into<String>) -> Self {
        let kind = if role == Role::Assistant { ContentKind::OutputText } else { ContentKind::InputText };
        let content = Content { kind, text: Some(text.into()), ..Content::default() };
        Self { role: Some(role), content: Some(vec![content]), ..Self::default() }
    }

    /// All text and transcripts of the item, joined by spaces.
    pub fn text(&self) -> String {
        let pieces = self.content.iter().flatten();
        let texts = pieces.filter_map(|c| c.text.as_deref().or(c.transcript.as_ref().and_then(Option::as_deref)));
        texts.collect::<Vec<_>>().join(" ")
    }
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Content {
    /// What the piece is.
    #[serde(rename = "type")]
    pub kind: ContentKind,
    /// Of text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Of audio; `null` until it is recognized, and after it is truncated.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub transcript: Nullable<String>,
    /// Of audio: base64, only where a client asked for it or sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<String>,
    /// Of an image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}
