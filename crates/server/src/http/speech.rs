//! Listening to a text in the interviewer's voice.

use super::extract::{Body, text};
use crate::adapters::realtime::Urgency;
use crate::caller::{Caller, Recruiter};
use crate::error::Result;
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;

/// What to say.
#[derive(Deserialize, ToSchema)]
pub struct SpeechBody {
    /// At most 2,000 characters.
    text: String,
    /// Another voice of the engine than the interviewer's.
    voice: Option<String>,
}

/// Speaks a text as the interviewer would.
#[utoipa::path(post, path = "/v1/speech", tag = "plans", request_body = SpeechBody, responses((status = 200, content_type = "audio/wav", body = Vec<u8>)), security(("recruiter" = [])))]
pub async fn speak(cx: Caller<Recruiter>, Body(body): Body<SpeechBody>) -> Result<Response> {
    let text = text("text", &body.text, 2_000)?;
    let voice = match &body.voice {
        Some(voice) => super::extract::text("voice", voice, 100)?,
        None => cx.app.config.voice.voice.clone(),
    };
    let wav = cx.app.engine.speech(&voice, &text, Urgency::Live).await?;
    Ok(([(header::CONTENT_TYPE, "audio/wav")], wav).into_response())
}
