//! `POST /v1/audio/speech` and `/v1/audio/transcriptions`: one text spoken, one recording recognized.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::calls::unreadable;
use super::keys::Standard;
use crate::engine::Doors;
use crate::error::ApiError;
use crate::session::{VOICE_ALIASES, resolve_voice};
use crate::sim::Upload;
use crate::speech::audio::{read_wav, resample, to_i16, write_wav};
use crate::speech::{HEAR_RATE, SpeechError, Urgency};

/// Tells which voice spoke, where the fast one may have stood in.
const VOICE_USED: HeaderName = HeaderName::from_static("x-voice-used");
/// Says that nobody waits: the best voice, at low priority.
const URGENCY: HeaderName = HeaderName::from_static("x-urgency");

/// What is to be spoken.
#[derive(Debug, Deserialize)]
pub(crate) struct SpeechRequest {
    input: String,
    voice: String,
    response_format: Option<String>,
    speed: Option<f64>,
    stream_format: Option<String>,
}

/// Speaks a text: WAV, or bare 16-bit samples at 24 kHz.
pub(crate) async fn speak(
    _caller: Standard,
    State(doors): State<Arc<Doors>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let request: SpeechRequest = serde_json::from_slice(&body)
        .map_err(|error| ApiError::invalid("invalid_json", format!("Invalid body: {error}."), None))?;
    let format = request.response_format.as_deref().unwrap_or("wav");
    one_of("response_format", format, &["wav", "pcm"])?;
    one_of("stream_format", request.stream_format.as_deref().unwrap_or("audio"), &["audio"])?;
    if request.speed.is_some_and(|speed| speed != 1.0) {
        return Err(ApiError::invalid("invalid_value", "This engine speaks at speed 1 only.", Some("speed")));
    }
    let voices = doors.senses.voices();
    let Some(voice) = resolve_voice(&request.voice, voices) else {
        let names: Vec<_> = voices.iter().map(|v| v.id).chain(VOICE_ALIASES.iter().map(|(name, _)| *name)).collect();
        one_of("voice", &request.voice, &names)?;
        return Err(SpeechError::UnknownVoice(request.voice).into());
    };
    let urgency = match headers.get(URGENCY).map(|value| value.as_bytes()) {
        None | Some(b"live") => Urgency::Live,
        Some(b"background") => Urgency::Background,
        Some(_) => {
            let message = "Invalid header 'X-Urgency': supported values are 'live' and 'background'.";
            return Err(ApiError::invalid("invalid_value", message, None));
        }
    };
    let clip = doors.senses.say(voice, &request.input, urgency).await?;
    let (kind, bytes) = match format {
        "pcm" => ("audio/pcm", clip.pcm.iter().flat_map(|sample| to_i16(*sample).to_le_bytes()).collect()),
        _ => ("audio/wav", write_wav(&clip.pcm, clip.rate)),
    };
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (VOICE_USED, clip.voice_used.clone())], bytes).into_response())
}

/// Recognizes a WAV file.
pub(crate) async fn transcribe(
    _caller: Standard,
    State(doors): State<Arc<Doors>>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, ApiError> {
    let upload = upload(form.map_err(unreadable)?).await?;
    if let Some(stage) = doors.senses.stage() {
        return stage.recognize(&upload);
    }
    let mut format = "json";
    for (name, value) in &upload.fields {
        match name.as_str() {
            "response_format" => format = value,
            "stream" => one_of("stream", value, &["false"])?,
            // Model, language, prompt and the like: hints for models that take them.
            _ => {}
        }
    }
    one_of("response_format", format, &["json", "text"])?;
    let missing =
        || ApiError::invalid("missing_required_parameter", "Missing required parameter: 'file'.", Some("file"));
    let (_, file) = upload.file.ok_or_else(missing)?;
    let pcm = tokio::task::spawn_blocking(move || -> Result<Vec<f32>, SpeechError> {
        let (pcm, rate) = read_wav(&file)?;
        resample(&pcm, rate, HEAR_RATE)
    });
    let pcm = pcm.await.map_err(|_| SpeechError::Stopped)??;
    let seconds = pcm.len().div_ceil(HEAR_RATE as usize);
    let text = doors.senses.transcribe(pcm.into()).await?;
    Ok(match format {
        "text" => text.into_response(),
        _ => Json(json!({"text": text, "usage": {"type": "duration", "seconds": seconds}})).into_response(),
    })
}

/// The form's parts.
async fn upload(mut form: Multipart) -> Result<Upload, ApiError> {
    let mut upload = Upload::default();
    while let Some(part) = form.next_field().await.map_err(unreadable)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            let file = part.file_name().unwrap_or_default().to_owned();
            upload.file = Some((file, part.bytes().await.map_err(unreadable)?.to_vec()));
        } else {
            upload.fields.push((name, part.text().await.map_err(unreadable)?));
        }
    }
    Ok(upload)
}

fn one_of(param: &str, word: &str, words: &[&str]) -> Result<(), ApiError> {
    if words.contains(&word) {
        return Ok(());
    }
    let list = words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
    let shown: String = word.chars().take(64).collect();
    let message = format!("Invalid value: '{shown}'. Supported values are: {list}.");
    Err(ApiError::invalid("invalid_value", message, Some(param)))
}
