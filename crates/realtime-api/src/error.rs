//! Errors: the `error` event's detail and the JSON body of a refused HTTP request have one shape.

use crate::{Extra, Nullable, nullable};
use serde::{Deserialize, Serialize};

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// `invalid_request_error`, `server_error`, `insufficient_quota` …
    #[serde(rename = "type")]
    pub kind: String,
    /// Machine-readable; `null` on server errors.
    #[serde(default)]
    pub code: Option<String>,
    /// For people.
    pub message: String,
    /// The field at fault.
    #[serde(default)]
    pub param: Option<String>,
    /// The client event at fault; absent in HTTP bodies and in `…transcription.failed`.
    #[serde(default, with = "nullable", skip_serializing_if = "Option::is_none")]
    pub event_id: Nullable<String>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}

impl ErrorDetail {
    /// An `invalid_request_error`.
    pub fn invalid(code: &str, message: impl Into<String>, param: Option<&str>) -> Self {
        Self {
            kind: "invalid_request_error".into(),
            code: Some(code.into()),
            message: message.into(),
            param: param.map(Into::into),
            ..Self::default()
        }
    }

    /// A `server_error` without a code.
    pub fn server(message: impl Into<String>) -> Self {
        Self { kind: "server_error".into(), message: message.into(), ..Self::default() }
    }
}

/// JSON body of a refused HTTP request.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What went wrong.
    pub error: ErrorDetail,
}
