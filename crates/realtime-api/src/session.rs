//! The session object: what a client asks for (`session.update`, `client_secrets`) and what the server answers.

pub use crate::words::{MaxOutputTokens, Reasoning, Tool, Voice, WordOr};
use crate::{Extra, Nullable, nullable};
use serde::{Deserialize, Serialize};

words! {
    /// What a session is for.
    SessionKind { Realtime = "realtime", Transcription = "transcription" }
    /// How the end of a turn is found.
    TurnDetectionKind { ServerVad = "server_vad", SemanticVad = "semantic_vad" }
    /// What a response consists of.
    Modality { Audio = "audio", Text = "text" }
}

/// A session, or the part of one that an update changes: absent fields stay as they are.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Session {
    /// Required on every update.
    #[serde(rename = "type")]
    pub kind: SessionKind,
    /// `realtime.session` or `realtime.transcription_session`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// `sess_…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Fixed for the session.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// `["audio"]` or `["text"]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_modalities: Option<Vec<Modality>>,
    /// What the model is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
    /// Functions and MCP servers.
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
    /// `auto`, `disabled` or a retention ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncation: Option<WordOr>,
    /// Extra fields in server events.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub include: Nullable<Vec<String>>,
    /// `auto` or trace names; immutable once set.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub tracing: Nullable<WordOr>,
    /// A stored prompt `{id, version, variables}`.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub prompt: Nullable<Extra>,
    /// Seconds since the Unix epoch; 0 in a `client_secrets` reply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<u64>,
    /// Both directions of sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<Audio>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Both directions of sound.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Audio {
    /// From the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<AudioInput>,
    /// To the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<AudioOutput>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Sound from the person.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AudioInput {
    /// Only meaningful on WebSocket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<AudioFormat>,
    /// `null` (the default): no transcripts of the person's words at all.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub transcription: Nullable<Transcription>,
    /// `null`: off.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub noise_reduction: Nullable<NoiseReduction>,
    /// `null`: the client commits turns itself.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub turn_detection: Nullable<TurnDetection>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Sound to the person.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AudioOutput {
    /// Only meaningful on WebSocket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<AudioFormat>,
    /// Cannot change after the first sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<Voice>,
    /// 0.25–1.5.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<f64>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Encoding of audio on WebSocket: `audio/pcm` (with its rate), `audio/pcmu`, `audio/pcma`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AudioFormat {
    /// The MIME type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Samples per second; 24000 for `audio/pcm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<u32>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// How the person's words become text.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Transcription {
    /// Name of the recognition model.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub model: Nullable<String>,
    /// ISO 639-1.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub language: Nullable<String>,
    /// Several expected languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub languages: Option<Vec<String>>,
    /// Words to expect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keywords: Option<Vec<String>>,
    /// Free context.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub prompt: Nullable<String>,
    /// `minimal` … `xhigh` for streaming models.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<String>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Noise reduction before recognition: `near_field` or `far_field`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct NoiseReduction {
    /// Where the microphone is.
    #[serde(rename = "type")]
    pub kind: String,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// How the end of a turn is found and what then happens.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TurnDetection {
    /// By energy or by meaning.
    #[serde(rename = "type")]
    pub kind: TurnDetectionKind,
    /// Speech probability, 0–1 (`server_vad`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// Audio kept before speech (`server_vad`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix_padding_ms: Option<u32>,
    /// Silence that ends a turn (`server_vad`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence_duration_ms: Option<u32>,
    /// Prompts a silent person (`server_vad`).
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub idle_timeout_ms: Nullable<u32>,
    /// `auto`, `low`, `medium`, `high` (`semantic_vad`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub eagerness: Option<String>,
    /// The model answers each turn by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create_response: Option<bool>,
    /// Speech stops the running response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupt_response: Option<bool>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Body of `POST /v1/realtime/client_secrets`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ClientSecretRequest {
    /// When the key ends; 600 s if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_after: Option<ExpiresAfter>,
    /// Defaults of the sessions that the key starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Lifetime of an ephemeral key.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ExpiresAfter {
    /// `created_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// 10–7200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u64>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

/// Reply of `POST /v1/realtime/client_secrets`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ClientSecret {
    /// The ephemeral key, `ek_…`.
    pub value: String,
    /// Seconds since the Unix epoch.
    pub expires_at: u64,
    /// The session as it would start.
    pub session: Session,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}
