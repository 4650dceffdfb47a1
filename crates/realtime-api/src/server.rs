//! What a server sends.

use crate::{Content, ErrorDetail, Extra, Item, Response, Session, TranscriptionUsage};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One limit in `rate_limits.updated`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RateLimit {
    /// `tokens` or `requests`.
    pub name: String,
    /// The ceiling.
    pub limit: u64,
    /// Left of it.
    pub remaining: u64,
    /// Until it is full again.
    pub reset_seconds: f64,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A language heard.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Language {
    /// ISO 639-1.
    pub code: String,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

events! {
    /// An event from a server.
    ServerEvent;
    /// First event of the connection that owns the session.
    SessionCreated = "session.created" { session: Session }
    /// A session update was accepted; the whole session.
    SessionUpdated = "session.updated" { session: Session }
    /// Something was refused or failed; most errors leave the session open.
    ErrorEvent = "error" { error: ErrorDetail }
    /// In the published types, not seen in recorded traffic.
    ConversationCreated = "conversation.created" { conversation: Value }
    /// An item entered the conversation: the order of the conversation comes from here.
    ConversationItemAdded = "conversation.item.added" {
        /// `None`: the first item.
        #[serde(default)]
        previous_item_id: Option<String>,
        item: Item,
    }
    /// An item is whole. Its `previous_item_id` is not reliable.
    ConversationItemDone = "conversation.item.done" {
        #[serde(default)]
        previous_item_id: Option<String>,
        item: Item,
    }
    /// Answer to `conversation.item.retrieve`.
    ConversationItemRetrieved = "conversation.item.retrieved" { item: Item }
    /// A spoken item was cut: so much was heard.
    ConversationItemTruncated = "conversation.item.truncated" {
        item_id: String,
        content_index: u32,
        /// Heard, from the item's start.
        audio_end_ms: u64,
    }
    /// An item was removed.
    ConversationItemDeleted = "conversation.item.deleted" { item_id: String }
    /// More of the person's words.
    InputAudioTranscriptionDelta = "conversation.item.input_audio_transcription.delta" {
        item_id: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content_index: Option<u32>,
        /// Appends to what came before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        delta: Option<String>,
    }
    /// The person's words, final; replaces all deltas.
    InputAudioTranscriptionCompleted = "conversation.item.input_audio_transcription.completed" {
        item_id: String,
        content_index: u32,
        transcript: String,
        /// Languages heard, of models that tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        languages: Option<Vec<Language>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        usage: Option<TranscriptionUsage>,
    }
    /// The person's words could not be recognized.
    InputAudioTranscriptionFailed = "conversation.item.input_audio_transcription.failed" {
        item_id: String,
        content_index: u32,
        error: ErrorDetail,
    }
    /// A piece with its speaker, of diarizing models.
    InputAudioTranscriptionSegment = "conversation.item.input_audio_transcription.segment" {
        item_id: String,
        content_index: u32,
        id: String,
        speaker: String,
        /// Seconds.
        start: f64,
        /// Seconds.
        end: f64,
        text: String,
    }
    /// Speech began; the id of the item that the turn will become.
    InputAudioBufferSpeechStarted = "input_audio_buffer.speech_started" {
        /// In the session's audio, prefix padding included.
        audio_start_ms: u64,
        item_id: String,
    }
    /// Speech ended.
    InputAudioBufferSpeechStopped = "input_audio_buffer.speech_stopped" {
        /// In the session's audio.
        audio_end_ms: u64,
        item_id: String,
    }
    /// The turn became an item.
    InputAudioBufferCommitted = "input_audio_buffer.committed" {
        /// `None`: the first item.
        #[serde(default)]
        previous_item_id: Option<String>,
        item_id: String,
    }
    /// Answer to `input_audio_buffer.clear`.
    InputAudioBufferCleared = "input_audio_buffer.cleared" {}
    /// Nobody spoke for the idle timeout.
    InputAudioBufferTimeoutTriggered = "input_audio_buffer.timeout_triggered" {
        audio_start_ms: u64,
        audio_end_ms: u64,
        item_id: String,
    }
    /// A telephone key (SIP).
    InputAudioBufferDtmf = "input_audio_buffer.dtmf_event_received" {
        event: String,
        /// Seconds since the Unix epoch.
        received_at: u64,
    }
    /// Playback of a response began (WebRTC, SIP).
    OutputAudioBufferStarted = "output_audio_buffer.started" { response_id: String }
    /// Playback of a response reached its end (WebRTC, SIP).
    OutputAudioBufferStopped = "output_audio_buffer.stopped" { response_id: String }
    /// Playback of a response was cut off (WebRTC, SIP).
    OutputAudioBufferCleared = "output_audio_buffer.cleared" { response_id: String }
    /// A response began.
    ResponseCreated = "response.created" { response: Response }
    /// A response ended, however it did.
    ResponseDone = "response.done" { response: Response }
    /// A response began an item.
    ResponseOutputItemAdded = "response.output_item.added" { response_id: String, output_index: u32, item: Item }
    /// An item of a response is whole.
    ResponseOutputItemDone = "response.output_item.done" { response_id: String, output_index: u32, item: Item }
    /// An item began a piece of content.
    ResponseContentPartAdded = "response.content_part.added" {
        response_id: String,
        item_id: String,
        output_index: u32,
        content_index: u32,
        part: Content,
    }
    /// A piece of content is whole.
    ResponseContentPartDone = "response.content_part.done" {
        response_id: String,
        item_id: String,
        output_index: u32,
        content_index: u32,
        part: Content,
    }
    /// More text.
    ResponseOutputTextDelta = "response.output_text.delta" {
        response_id: String,
        item_id: String,
        output_index: u32,
        content_index: u32,
        delta: String,
    }
    /// All text.
    ResponseOutputTextDone = "response.output_text.done" {
        response_id: String,
        item_id: String,
        output_index: u32,
        content_index: u32,
        text: String,
    }
    /// More of the words being spoken.
    ResponseOutputAudioTranscriptDelta = "response.output_audio_transcript.delta" {
        response_id: String,
        item_id: String,
        output_index: u32,
        content_index: u32,
        delta: String,
    }
    /// All words spoken (generated, not necessarily heard).
    ResponseOutputAudioTranscriptDone = "response.output_audio_transcript.done" {
        response_id: String,
        item_id: String,
        output_index: u32,
        content_index: u32,
        transcript: String,
    }
    /// More sound (WebSocket only).
    ResponseOutputAudioDelta = "response.output_audio.delta" {
        response_id: String,
        item_id: String,
        output_index: u32,
        content_index: u32,
        /// Base64 in the session's output format.
        delta: String,
    }
    /// All sound was generated.
    ResponseOutputAudioDone = "response.output_audio.done" {
        response_id: String,
        item_id: String,
        output_index: u32,
        content_index: u32,
    }
    /// More of a call's arguments.
    ResponseFunctionCallArgumentsDelta = "response.function_call_arguments.delta" {
        response_id: String,
        item_id: String,
        output_index: u32,
        call_id: String,
        delta: String,
    }
    /// All of a call's arguments.
    ResponseFunctionCallArgumentsDone = "response.function_call_arguments.done" {
        response_id: String,
        item_id: String,
        output_index: u32,
        call_id: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        arguments: String,
    }
    /// More of an MCP call's arguments.
    ResponseMcpCallArgumentsDelta = "response.mcp_call_arguments.delta" {
        response_id: String,
        item_id: String,
        output_index: u32,
        delta: String,
    }
    /// All of an MCP call's arguments.
    ResponseMcpCallArgumentsDone = "response.mcp_call_arguments.done" {
        response_id: String,
        item_id: String,
        output_index: u32,
        arguments: String,
    }
    /// An MCP call runs.
    ResponseMcpCallInProgress = "response.mcp_call.in_progress" { item_id: String, output_index: u32 }
    /// An MCP call returned.
    ResponseMcpCallCompleted = "response.mcp_call.completed" { item_id: String, output_index: u32 }
    /// An MCP call failed.
    ResponseMcpCallFailed = "response.mcp_call.failed" { item_id: String, output_index: u32 }
    /// The tools of an MCP server are being listed.
    McpListToolsInProgress = "mcp_list_tools.in_progress" { item_id: String }
    /// The tools of an MCP server are listed.
    McpListToolsCompleted = "mcp_list_tools.completed" { item_id: String }
    /// The tools of an MCP server could not be listed.
    McpListToolsFailed = "mcp_list_tools.failed" { item_id: String }
    /// What is left of the account's limits.
    RateLimitsUpdated = "rate_limits.updated" { rate_limits: Vec<RateLimit> }
}
