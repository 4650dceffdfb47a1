//! What of a session's configuration must stay as we set it.

use realtime_api::Session;
use serde_json::{Map, Value};

/// What of a session steers the interview, in the shape of an update.
pub(super) fn settings(session: &Session) -> Value {
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
