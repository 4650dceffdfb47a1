//! Responses: what a client asks for, what became of it, and what it cost.

use crate::session::{AudioOutput, MaxOutputTokens, Modality, Reasoning, Tool, WordOr};
use crate::{Extra, Item, Metadata, Nullable, nullable};
use serde::{Deserialize, Serialize};

words! {
    /// How far a response is.
    ResponseStatus {
        InProgress = "in_progress",
        Completed = "completed",
        Cancelled = "cancelled",
        Incomplete = "incomplete",
        Failed = "failed",
    }
}

/// `response` of `response.create`; every absent field is taken from the session.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ResponseParams {
    /// `auto` (the default conversation) or `none` (out of band).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// Replaces the context; empty: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Vec<Item>>,
    /// Replaces the session's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// `["audio"]` or `["text"]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_modalities: Option<Vec<Modality>>,
    /// Voice and format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<ResponseAudio>,
    /// Replaces the session's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tools: Option<Vec<Tool>>,
    /// `auto`, `none`, `required`, or one tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_choice: Option<WordOr>,
    /// Several tool calls in one response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallel_tool_calls: Option<bool>,
    /// Only of reasoning models.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub reasoning: Nullable<Reasoning>,
    /// 1–4096 or `inf`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<MaxOutputTokens>,
    /// At most 16 pairs, echoed in the response.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub metadata: Nullable<Metadata>,
    /// A stored prompt.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub prompt: Nullable<Extra>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// `audio` of a response.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ResponseAudio {
    /// Voice and format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<AudioOutput>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A response as the server tells it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Response {
    /// `realtime.response`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// `resp_…`.
    pub id: String,
    /// How far it is.
    pub status: ResponseStatus,
    /// Why it ended early.
    #[serde(default)]
    pub status_details: Option<StatusDetails>,
    /// What it produced.
    #[serde(default)]
    pub output: Vec<Item>,
    /// `conv_…`; `None` for a response out of band.
    #[serde(default)]
    pub conversation_id: Option<String>,
    /// `["audio"]` or `["text"]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_modalities: Option<Vec<Modality>>,
    /// 1–4096 or `inf`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<MaxOutputTokens>,
    /// Voice and format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<ResponseAudio>,
    /// Only in `response.done`.
    #[serde(default)]
    pub usage: Option<Usage>,
    /// As the client gave it.
    #[serde(default)]
    pub metadata: Option<Metadata>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Why a response ended early.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StatusDetails {
    /// The status again.
    #[serde(rename = "type")]
    pub kind: ResponseStatus,
    /// `turn_detected`, `client_cancelled`, `max_output_tokens`, `content_filter`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Of a failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<FailureDetail>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The error of a failed response.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FailureDetail {
    /// Kind of the error.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its code.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub code: Nullable<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What a response cost, in tokens.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Usage {
    /// Both directions.
    #[serde(default)]
    pub total_tokens: u64,
    /// Into the model.
    #[serde(default)]
    pub input_tokens: u64,
    /// Out of the model.
    #[serde(default)]
    pub output_tokens: u64,
    /// By kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_token_details: Option<TokenDetails>,
    /// By kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_token_details: Option<TokenDetails>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Tokens by kind.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TokenDetails {
    /// Of text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_tokens: Option<u64>,
    /// Of sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio_tokens: Option<u64>,
    /// Of images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_tokens: Option<u64>,
    /// Seen before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_tokens: Option<u64>,
    /// Seen before, by kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cached_tokens_details: Option<Box<TokenDetails>>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// What the recognition of a turn cost: `tokens` or `duration`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TranscriptionUsage {
    /// `tokens` or `duration`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of a duration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<serde_json::Number>,
    /// Fields this crate does not name (the token counts).
    #[serde(flatten)]
    pub extra: Extra,
}
