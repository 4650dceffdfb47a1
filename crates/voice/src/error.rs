//! Errors on the way to a client: one table from what happened to status, code and words.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use realtime_api::{ErrorBody, ErrorDetail};

use crate::media::OfferError;
use crate::speech::SpeechError;

/// After so many seconds a refused call may be tried again.
const RETRY_AFTER_S: u64 = 5;

/// Why an engine cannot start.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The HTTP address cannot be used.
    #[error("cannot listen on {address}: {source}; choose a free port")]
    Bind {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The media address cannot be used.
    #[error("cannot take calls on UDP {address}: {source}")]
    Media {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The default voice does not exist.
    #[error("there is no voice {0:?}; there are: {1}")]
    Voice(String, String),
    /// The key is empty.
    #[error("the engine needs a key")]
    NoKey,
}

/// A refused request: a status and the protocol's JSON.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    detail: ErrorDetail,
    retry_after_s: Option<u64>,
}

impl ApiError {
    /// Any refusal.
    pub fn new(status: StatusCode, detail: ErrorDetail) -> Self {
        Self { status, detail, retry_after_s: None }
    }

    /// 400 with a code.
    pub fn invalid(code: &str, message: impl Into<String>, param: Option<&str>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorDetail::invalid(code, message, param))
    }

    /// 401: no key at all.
    pub fn no_key() -> Self {
        let message = "You didn't provide an API key: send it as 'Authorization: Bearer KEY'.";
        Self::new(StatusCode::UNAUTHORIZED, ErrorDetail::invalid("missing_api_key", message, None))
    }

    /// 401: a key that is wrong, or over.
    pub fn wrong_key() -> Self {
        let message = "Incorrect API key provided.";
        Self::new(StatusCode::UNAUTHORIZED, ErrorDetail::invalid("invalid_api_key", message, None))
    }

    /// 404: no such call, or no longer.
    pub fn no_call() -> Self {
        let message = "No session found for the provided call_id";
        Self::new(StatusCode::NOT_FOUND, ErrorDetail::invalid("call_id_not_found", message, Some("")))
    }

    /// 503: running calls stay smooth, another would not.
    pub fn full(max_calls: usize) -> Self {
        let message = format!("This engine serves {max_calls} calls at once and all are taken. Try again later.");
        Self::busy("engine_full", message)
    }

    fn busy(code: &str, message: String) -> Self {
        let detail = ErrorDetail { code: Some(code.into()), ..ErrorDetail::server(message) };
        Self { status: StatusCode::SERVICE_UNAVAILABLE, detail, retry_after_s: Some(RETRY_AFTER_S) }
    }
}

impl From<ErrorDetail> for ApiError {
    fn from(detail: ErrorDetail) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }
}

impl From<OfferError> for ApiError {
    fn from(error: OfferError) -> Self {
        Self::invalid("invalid_offer", error.to_string(), None)
    }
}

impl From<SpeechError> for ApiError {
    fn from(error: SpeechError) -> Self {
        match error {
            SpeechError::UnknownVoice(_) => Self::invalid("invalid_value", error.to_string(), Some("voice")),
            SpeechError::TextLength { .. } => Self::invalid("invalid_value", error.to_string(), Some("input")),
            SpeechError::AudioLength { .. } | SpeechError::BadAudio(_) => {
                Self::invalid("invalid_value", error.to_string(), Some("file"))
            }
            SpeechError::Busy(_) | SpeechError::Timeout(_) | SpeechError::Stopped => {
                Self::busy("engine_busy", error.to_string())
            }
            SpeechError::Missing(_)
            | SpeechError::Corrupt(_)
            | SpeechError::Load { .. }
            | SpeechError::Inference(_)
            | SpeechError::Cache { .. } => {
                tracing::error!(%error, "speech failed");
                let detail = ErrorDetail::server("The engine could not do this; its log says why.");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
            }
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(ErrorBody { error: self.detail })).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
