//! Errors as responses: the only place where an error gets a status and is logged.

use crate::adapters::realtime::error::RealtimeError;
use crate::error::{Code, Error};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use std::sync::Arc;

/// Travels with the response to the layer that knows the request id.
#[derive(Clone)]
struct Carried(Arc<Error>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(Carried(Arc::new(self)));
        response
    }
}

/// Writes the body of an error, now that the request id is known, and logs what is our fault.
pub fn finish(mut response: Response, request_id: &str) -> Response {
    if let Some(Carried(error)) = response.extensions_mut().remove::<Carried>() {
        let status = response.status();
        if let Some(cause) = error.cause() {
            tracing::error!(request_id, code = error.code().text(), cause = format!("{cause:#}"), "request failed");
        }
        let mut full = (status, Json(error.body(request_id))).into_response();
        // Such as the length of what a range was asked of.
        full.headers_mut().extend(std::mem::take(response.headers_mut()));
        if let Some(seconds) = error.retry_after_s() {
            full.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response = full;
    }
    response
}

/// The answer to addresses under `/v1` that do not exist.
pub async fn no_such_address() -> Error {
    Error::not_found()
}

/// The answer to a known address with another method.
pub async fn wrong_method() -> Error {
    Error::new(Code::WrongMethod, "This address does not serve this method.")
}

impl From<RealtimeError> for Error {
    fn from(e: RealtimeError) -> Self {
        match e {
            RealtimeError::Full { retry_after_s } => {
                let seconds = u32::try_from(retry_after_s).unwrap_or(60);
                Error::new(Code::EngineFull, "All interviewers are busy right now. Try again in a moment.")
                    .retry_after(seconds)
            }
            RealtimeError::BadOffer { .. } => Error::new(
                Code::SdpInvalid,
                "Your browser's offer of a call was refused. Load the page again; if it stays, try another browser.",
            ),
            e if e.needs_somebody() => Error::new(
                Code::EngineRefused,
                "The interview cannot start until the people who invited you change a setting. Your invitation stays good and \
                 nothing is lost. Please tell them, and try again later.",
            )
            .because(e),
            e => {
                let words = match e {
                    RealtimeError::BadAnswer(_) | RealtimeError::BadSdp(_) => {
                        "The interviewer answered in a way that no call can be made of. Try again in a moment; your invitation stays good."
                    }
                    RealtimeError::Timeout => {
                        "The interviewer takes too long to answer. Try again in a moment; your invitation stays good."
                    }
                    _ => "The interviewer cannot be reached right now. Try again in a moment; your invitation stays good.",
                };
                Error::new(Code::EngineUnavailable, words).retry_after(5).because(e)
            }
        }
    }
}
