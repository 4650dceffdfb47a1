//! The shapes of everything a client may send.

use super::shape::Shape::{Any, Count, Fields, Flag, List, Number, Object, OneOf, OrNull, Text, Texts, Word};
use super::shape::{Field, Shape, check, may, must};
use realtime_api::{ClientEvent, ErrorDetail};
use serde_json::Value;

/// The longest text of an item or instructions, in characters.
pub const MAX_TEXT: usize = 65_536;

const MODALITIES: Shape = List(&Word(&["audio", "text"]), 1);
const VOICE: Shape = OneOf(&[Text(64), Fields(&[must("id", Text(64))])]);
const MAX_TOKENS: Shape = OneOf(&[Word(&["inf"]), Count(1, 4096)]);
const TOOL_CHOICE: Shape = OneOf(&[Word(&["auto", "none", "required"]), Object]);
const TOOLS: Shape = List(&Object, 128);
const REASONING: Shape = OrNull(&Fields(&[may("effort", OrNull(&Text(32)))]));
const FORMAT: Shape =
    Fields(&[must("type", Word(&["audio/pcm", "audio/pcmu", "audio/pcma"])), may("rate", Count(24_000, 24_000))]);

const TRANSCRIPTION: Shape = OrNull(&Fields(&[
    may("model", OrNull(&Text(128))),
    may("language", OrNull(&Text(16))),
    may("languages", List(&Text(16), 32)),
    may("keywords", List(&Text(128), 1_000)),
    may("prompt", OrNull(&Text(8_192))),
    may("delay", Word(&["minimal", "low", "medium", "high", "xhigh"])),
]));

const TURN_DETECTION: Shape = OrNull(&Fields(&[
    must("type", Word(&["server_vad", "semantic_vad"])),
    may("threshold", Number(0.0, 1.0)),
    may("prefix_padding_ms", Count(0, 5_000)),
    may("silence_duration_ms", Count(100, 10_000)),
    may("idle_timeout_ms", OrNull(&Count(5_000, 30_000))),
    may("eagerness", Word(&["auto", "low", "medium", "high"])),
    may("create_response", Flag),
    may("interrupt_response", Flag),
]));

const AUDIO: Shape = Fields(&[
    may(
        "input",
        Fields(&[
            may("format", FORMAT),
            may("transcription", TRANSCRIPTION),
            may(
                "noise_reduction",
                OrNull(&Fields(&[must("type", Word(&["near_field", "far_field"])), may("strength", Any)])),
            ),
            may("turn_detection", TURN_DETECTION),
        ]),
    ),
    may("output", Fields(&[may("format", FORMAT), may("voice", VOICE), may("speed", Number(0.25, 1.5))])),
]);

/// A session, as a client describes one.
pub const SESSION: Shape = Fields(&[
    must("type", Word(&["realtime", "transcription"])),
    may("model", Text(128)),
    may("instructions", Text(MAX_TEXT)),
    may("output_modalities", MODALITIES),
    may("audio", AUDIO),
    may("tools", TOOLS),
    may("tool_choice", TOOL_CHOICE),
    may("parallel_tool_calls", Flag),
    may("reasoning", REASONING),
    may("max_output_tokens", MAX_TOKENS),
    may("truncation", OneOf(&[Word(&["auto", "disabled"]), Object])),
    may("include", OrNull(&List(&Word(&["item.input_audio_transcription.logprobs"]), 1))),
    may("tracing", OrNull(&OneOf(&[Word(&["auto"]), Object]))),
    may("prompt", OrNull(&Object)),
]);

const CONTENT: Shape = Fields(&[
    must("type", Word(&["input_text", "input_audio", "input_image", "output_text", "output_audio"])),
    may("text", Text(MAX_TEXT)),
    may("transcript", OrNull(&Text(MAX_TEXT))),
    may("audio", Any),
    may("image_url", Any),
    may("detail", Word(&["auto", "low", "high"])),
]);

const ITEM_KINDS: &[&str] = &[
    "message",
    "function_call",
    "function_call_output",
    "mcp_call",
    "mcp_list_tools",
    "mcp_approval_request",
    "mcp_approval_response",
    "item_reference",
];

const ITEM: Shape = Fields(&[
    must("type", Word(ITEM_KINDS)),
    may("id", Text(32)),
    may("object", Text(32)),
    may("status", Word(&["in_progress", "completed", "incomplete"])),
    may("role", Word(&["user", "assistant", "system"])),
    may("content", List(&CONTENT, 64)),
    may("call_id", Text(64)),
    may("name", Text(256)),
    may("arguments", Text(MAX_TEXT)),
    may("output", OrNull(&Text(MAX_TEXT))),
    may("server_label", Text(256)),
    may("tools", Any),
    may("error", Any),
    may("approval_request_id", Any),
    may("approve", Flag),
    may("reason", OrNull(&Text(4_096))),
]);

const RESPONSE: Shape = Fields(&[
    may("conversation", Word(&["auto", "none"])),
    may("input", List(&ITEM, 256)),
    may("instructions", Text(MAX_TEXT)),
    may("output_modalities", MODALITIES),
    may("audio", Fields(&[may("output", Fields(&[may("format", FORMAT), may("voice", VOICE)]))])),
    may("tools", TOOLS),
    may("tool_choice", TOOL_CHOICE),
    may("parallel_tool_calls", Flag),
    may("reasoning", REASONING),
    may("max_output_tokens", MAX_TOKENS),
    may("metadata", OrNull(&Texts(16))),
    may("prompt", OrNull(&Object)),
]);

const EVENT_ID: Field = may("event_id", OrNull(&Text(512)));
const TYPE: Field = must("type", Any);
const ITEM_ID: Field = must("item_id", Text(64));

fn shape_of(kind: &str) -> Option<Shape> {
    Some(match kind {
        "session.update" => Fields(const { &[TYPE, EVENT_ID, must("session", SESSION)] }),
        "input_audio_buffer.append" => Fields(const { &[TYPE, EVENT_ID, must("audio", Text(21_000_000))] }),
        "input_audio_buffer.commit" | "input_audio_buffer.clear" | "output_audio_buffer.clear" => {
            Fields(const { &[TYPE, EVENT_ID] })
        }
        "conversation.item.create" => {
            Fields(const { &[TYPE, EVENT_ID, may("previous_item_id", OrNull(&Text(64))), must("item", ITEM)] })
        }
        "conversation.item.retrieve" | "conversation.item.delete" => Fields(const { &[TYPE, EVENT_ID, ITEM_ID] }),
        "conversation.item.truncate" => Fields(
            const {
                &[
                    TYPE,
                    EVENT_ID,
                    ITEM_ID,
                    must("content_index", Count(0, 0)),
                    must("audio_end_ms", Count(0, 86_400_000)),
                ]
            },
        ),
        "response.create" => Fields(const { &[TYPE, EVENT_ID, may("response", OrNull(&RESPONSE))] }),
        "response.cancel" => Fields(const { &[TYPE, EVENT_ID, may("response_id", OrNull(&Text(64)))] }),
        _ => return None,
    })
}

/// Reads one frame. The error names what is wrong, and the frame's `event_id` if it has one.
pub fn read(text: &str) -> Result<ClientEvent, (ErrorDetail, Option<String>)> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        let message = format!("The event is not JSON (line {}, column {}).", error.line(), error.column());
        (ErrorDetail::invalid("invalid_json", message, None), None)
    })?;
    let event_id = value.get("event_id").and_then(Value::as_str).map(|id| id.chars().take(512).collect::<String>());
    checked(value).map_err(|error| (error, event_id))
}

fn checked(mut value: Value) -> Result<ClientEvent, ErrorDetail> {
    let Some(kind) = value.get("type") else {
        return Err(ErrorDetail::invalid("invalid_event", "The 'type' field is missing.", None));
    };
    let kind = kind.as_str().unwrap_or_default().to_owned();
    let shape = shape_of(&kind).ok_or_else(|| super::shape::unsupported("type", &kind, ClientEvent::TYPES))?;
    check(&value, "", &shape)?;
    if let Some(fields) = value.as_object_mut() {
        // `null` here means what absence means.
        fields.retain(|name, value| !(value.is_null() && name != "type"));
    }
    serde_json::from_value(value).map_err(|error| ErrorDetail::invalid("invalid_event", error.to_string(), None))
}
