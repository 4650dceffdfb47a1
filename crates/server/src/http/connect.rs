//! The way into the talk: the page's offer in, the provider's answer out, both byte for byte.

use super::candidate::may_talk;
use crate::caller::{Caller, Candidate};
use crate::error::{Code, Error, Result};
use crate::sessions;
use axum::{
    body::Bytes,
    extract::rejection::BytesRejection,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Connects the candidate to the interviewer. Another tab that talks is told that the talk went on here.
#[utoipa::path(post, path = "/v1/candidate/connect", tag = "candidate", request_body(content = String, content_type = "application/sdp"), responses((status = 201, content_type = "application/sdp", body = String, headers(("Leg" = i64, description = "Number of the leg"), ("Location" = String)))), security(("candidate" = [])))]
pub async fn connect(
    cx: Caller<Candidate>,
    headers: HeaderMap,
    body: std::result::Result<Bytes, BytesRejection>,
) -> Result<Response> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/sdp") {
        return Err(Error::new(Code::WrongContentType, "Send the offer as application/sdp."));
    }
    let offer = body.map_err(|_| Error::new(Code::SdpInvalid, "The offer is too long or was cut off."))?;
    let session = may_talk(&cx.app, &cx).await?;
    cx.app.limits.start(cx.app.config.budget.starts_per_address, cx.address, cx.now)?;
    let (app, store) = (cx.app.clone(), cx.store.clone());
    // Its own task: a page that goes away must not leave a call half made.
    let made = cx.app.tasks.spawn(async move { sessions::connect::connect(&app, &store, &session.id, offer).await });
    let connected = made.await.map_err(Error::internal)??;
    let leg = HeaderValue::from(connected.leg);
    let answer = [(header::CONTENT_TYPE, HeaderValue::from_static("application/sdp"))];
    Ok((StatusCode::CREATED, answer, [(HeaderName::from_static("leg"), leg)], connected.answer).into_response())
}
