//! `POST /v1/audio/transcriptions` as the real service takes it: a form that it would refuse is refused, and what it makes of
//! the sound comes from the test.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use realtime_api::ErrorDetail;
use serde_json::json;

use super::ledger::What;
use super::stage::Stage;
use crate::error::ApiError;
use crate::speech::audio::read_wav;

/// Endings of file names by which the service knows formats.
const ENDINGS: [&str; 9] = ["flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "wav", "webm"];
/// Every field that some model takes.
const FIELDS: [&str; 11] = [
    "model",
    "language",
    "languages[]",
    "keywords[]",
    "prompt",
    "response_format",
    "temperature",
    "stream",
    "chunking_strategy",
    "include[]",
    "timestamp_granularities[]",
];
/// Less sound is refused.
const LEAST_MS: u64 = 100;

/// A form, as it came.
#[derive(Debug, Default)]
pub(crate) struct Upload {
    /// Names and values, in order, but for the file.
    pub(crate) fields: Vec<(String, String)>,
    /// Name and content of the file.
    pub(crate) file: Option<(String, Vec<u8>)>,
}

impl Upload {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }
}

impl Stage {
    /// Answers for a recording, or refuses its form.
    pub(crate) fn recognize(&self, upload: &Upload) -> Result<Response, ApiError> {
        let (name, sound_ms) = file(upload)?;
        let model = model(upload)?;
        check_words(upload, model)?;
        let format = upload.field("response_format").unwrap_or("json");
        let formats: &[&str] = match model {
            "whisper-1" => &["json", "text", "srt", "verbose_json", "vtt"],
            _ => &["json", "text"],
        };
        if !formats.contains(&format) {
            let message = format!("response_format '{format}' is not compatible with model '{model}'.");
            return Err(ApiError::invalid("unsupported_value", message, Some("response_format")));
        }
        let text = self.next_words();
        let mut fields: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in &upload.fields {
            let all = fields.entry(name.clone()).or_default();
            let comma = if all.is_empty() { "" } else { "," };
            *all = format!("{all}{comma}{value}");
        }
        let name = name.to_owned();
        self.ledger.note(None, What::Recording { fields, file: name, sound_ms, text: text.clone() });
        if format == "text" {
            return Ok(text.into_response());
        }
        let seconds = sound_ms.div_ceil(1_000);
        let usage = if model.starts_with("gpt-4o") {
            let (heard, written) = (seconds * 10, text.split_whitespace().count() as u64 * 2);
            json!({"type": "tokens", "total_tokens": heard + written, "input_tokens": heard,
                "input_token_details": {"text_tokens": 0, "audio_tokens": heard}, "output_tokens": written})
        } else {
            json!({"type": "duration", "seconds": seconds})
        };
        Ok(Json(json!({"text": text, "usage": usage})).into_response())
    }
}

/// The file's name, and how long its sound is.
fn file(upload: &Upload) -> Result<(&str, u64), ApiError> {
    let Some((name, bytes)) = &upload.file else {
        return Err(ApiError::invalid(
            "missing_required_parameter",
            "Missing required parameter: 'file'.",
            Some("file"),
        ));
    };
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    if !ENDINGS.contains(&ending.as_str()) {
        let message = format!("Unrecognized file format. Supported formats: {ENDINGS:?}");
        return Err(ApiError::invalid("invalid_value", message, Some("file")));
    }
    if ending != "wav" {
        // Of other formats nothing is read here.
        return Ok((name, 1_000));
    }
    let unread = || ApiError::invalid("invalid_value", "The audio file could not be decoded.", Some("file"));
    let (pcm, rate) = read_wav(bytes).map_err(|_| unread())?;
    let sound_ms = pcm.len() as u64 * 1_000 / u64::from(rate.max(1));
    if sound_ms < LEAST_MS {
        let message = "Audio file is too short. Minimum audio length is 0.1 seconds.";
        return Err(ApiError::invalid("audio_too_short", message, Some("file")));
    }
    Ok((name, sound_ms))
}

/// A model that takes files: those of talks do not.
fn model(upload: &Upload) -> Result<&str, ApiError> {
    let missing =
        || ApiError::invalid("missing_required_parameter", "Missing required parameter: 'model'.", Some("model"));
    let model = upload.field("model").filter(|model| !model.is_empty()).ok_or_else(missing)?;
    if model.starts_with("gpt-realtime") || model.starts_with("gpt-live") {
        let message = format!("The model '{model}' does not exist or you do not have access to it.");
        return Err(ApiError::new(StatusCode::NOT_FOUND, ErrorDetail::invalid("model_not_found", message, None)));
    }
    Ok(model)
}

/// Languages, keywords and prompt: each model takes its own.
fn check_words(upload: &Upload, model: &str) -> Result<(), ApiError> {
    let unknown = |name: &str| {
        let message = format!("Unknown parameter: '{name}'.");
        Err(ApiError::invalid("unknown_parameter", message, Some(name)))
    };
    if let Some((name, _)) = upload.fields.iter().find(|(name, _)| !FIELDS.contains(&name.as_str())) {
        return unknown(name);
    }
    let takes_lists = model.starts_with("gpt-transcribe");
    for name in ["languages[]", "keywords[]"] {
        if upload.has(name) && !takes_lists {
            return unknown(name);
        }
    }
    if upload.has("language") && upload.has("languages[]") {
        let message = "'language' and 'languages' cannot be used together.";
        return Err(ApiError::invalid("invalid_value", message, Some("language")));
    }
    let languages = upload.fields.iter().filter(|(name, _)| name.starts_with("language"));
    for (name, value) in languages {
        if !(2..=3).contains(&value.len()) || !value.bytes().all(|byte| byte.is_ascii_lowercase()) {
            let message =
                format!("Invalid language '{value}'. Language parameter must be specified in ISO-639-1 format.");
            return Err(ApiError::invalid("invalid_language_format", message, Some(name)));
        }
    }
    Ok(())
}
