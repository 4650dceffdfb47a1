//! The way into the talk: the page's offer in, the provider's answer out, both byte for byte.

use crate::caller::{Caller, Candidate};
use crate::error::{Code, Error, Result};
use crate::limits::Door;
use crate::sessions::{
    admission::no_consent,
    connect::{self, Wanted},
};
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
    cx.app.limits.take(Door::Connect, cx.address, cx.now)?;
    let session = cx.who.session.clone().ok_or_else(no_consent)?;
    let wanted = Wanted { invitation: cx.who.invitation.clone(), session, address: cx.address, offer };
    let (app, store) = (cx.app.clone(), cx.store.clone());
    // Its own task: a page that goes away must not leave a call half made.
    let made = cx.app.tasks.spawn(async move { connect::connect(&app, &store, wanted).await });
    let connected = made.await.map_err(Error::internal)??;
    let leg = HeaderValue::from(connected.leg);
    let answer = [(header::CONTENT_TYPE, HeaderValue::from_static("application/sdp"))];
    Ok((StatusCode::CREATED, answer, [(HeaderName::from_static("leg"), leg)], connected.answer).into_response())
}
