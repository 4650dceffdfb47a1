//! What can go wrong with the next call.

use serde::{Deserialize, Serialize};

/// A fault of one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// The offer is refused with this status and the protocol's error.
    Refuse {
        /// HTTP status, 400..=599.
        status: u16,
        /// `error.code`; `None` is `null`.
        #[serde(default)]
        code: Option<String>,
        /// `error.param`.
        #[serde(default)]
        param: Option<String>,
        /// `error.type`.
        #[serde(default = "Fault::invalid_request")]
        error_type: String,
        /// Header `Retry-After`, in seconds.
        #[serde(default)]
        retry_after_s: Option<u64>,
    },
    /// 200 with a JSON body, which is no answer.
    JsonBody,
    /// A page for people instead of an answer, with this status.
    HtmlPage {
        /// HTTP status.
        status: u16,
    },
    /// 302 to this address.
    Redirect {
        /// `Location`.
        to: String,
    },
    /// 201 with a body of so many bytes.
    LargeBody {
        /// Length of the body.
        bytes: usize,
    },
    /// The answer's m-lines are in another order than the offer's.
    OtherLines,
    /// The answer's mids differ from the offer's.
    OtherMids,
    /// 201 without `Location`.
    NoLocation,
    /// 201 with this `Location`, `{id}` standing for the call's id.
    Location {
        /// The header's value.
        value: String,
    },
    /// The answer takes so long.
    Slow {
        /// Milliseconds.
        ms: u64,
    },
    /// The answer never comes.
    Hang,
    /// The connection is closed without a word: a new one at once, one that is open when the offer has come.
    CloseConnection,
    /// The sideband is refused: 404 `call_id_not_found`.
    SidebandMissing,
    /// The sideband opens and closes at once.
    SidebandCloses {
        /// Close code: 1000, 1001; 1006 closes without a word.
        code: u16,
        /// How often; `None`: every time.
        #[serde(default)]
        times: Option<u32>,
    },
    /// A `session.update` from the sideband is never confirmed.
    SidebandSilent,
    /// A `session.update` from the sideband is refused as a whole.
    SidebandRefuses {
        /// `error.code`.
        #[serde(default = "Fault::unknown_parameter")]
        code: String,
        /// `error.param`.
        #[serde(default = "Fault::no_parameter")]
        param: String,
        /// How often; `None`: every time.
        #[serde(default)]
        times: Option<u32>,
    },
    /// The call cannot be hung up: 5xx.
    HangUpRefused {
        /// HTTP status.
        status: u16,
    },
}

impl Fault {
    fn invalid_request() -> String {
        "invalid_request_error".into()
    }

    fn unknown_parameter() -> String {
        "unknown_parameter".into()
    }

    fn no_parameter() -> String {
        "session.refused".into()
    }

    fn refuse(status: u16, error_type: &str, code: Option<&str>) -> Self {
        let (code, error_type) = (code.map(str::to_owned), error_type.into());
        Self::Refuse { status, code, param: None, error_type, retry_after_s: None }
    }

    /// A refusal of the request with this status and code.
    pub fn refused(status: u16, code: &str) -> Self {
        Self::refuse(status, "invalid_request_error", Some(code))
    }

    /// 400: this part of the session is not taken.
    pub fn refused_session(code: &str, param: &str) -> Self {
        let (code, param) = (Some(code.to_owned()), Some(param.to_owned()));
        Self::Refuse { status: 400, code, param, error_type: Self::invalid_request(), retry_after_s: None }
    }

    /// 401: the key is wrong.
    pub fn wrong_key() -> Self {
        Self::refuse(401, "invalid_request_error", Some("invalid_api_key"))
    }

    /// 403: the region is blocked.
    pub fn wrong_region() -> Self {
        Self::refuse(403, "request_forbidden", Some("unsupported_country_region_territory"))
    }

    /// 404: there is no such model, or not for this key.
    pub fn no_model() -> Self {
        Self::refuse(404, "invalid_request_error", Some("model_not_found"))
    }

    /// 429: the account is out of money.
    pub fn no_quota() -> Self {
        Self::refuse(429, "insufficient_quota", Some("insufficient_quota"))
    }

    /// 429: too fast; `retry_after_s` goes into the header.
    pub fn too_fast(retry_after_s: u64) -> Self {
        Self::refuse(429, "rate_limit_error", Some("rate_limit_exceeded")).again_after(retry_after_s)
    }

    /// 503: no room; `retry_after_s` goes into the header.
    pub fn full(retry_after_s: u64) -> Self {
        Self::refuse(503, "server_error", None).again_after(retry_after_s)
    }

    fn again_after(mut self, seconds: u64) -> Self {
        if let Self::Refuse { retry_after_s, .. } = &mut self {
            *retry_after_s = Some(seconds);
        }
        self
    }

    /// 5xx: the provider failed inside.
    pub fn broken(status: u16) -> Self {
        Self::refuse(status, "server_error", None)
    }

    /// The first `session.update` is refused for this.
    pub fn refused_update(code: &str, param: &str) -> Self {
        Self::SidebandRefuses { code: code.into(), param: param.into(), times: Some(1) }
    }

    /// Whether the fault concerns the running call, not the offer.
    pub(crate) fn is_of_call(&self) -> bool {
        matches!(
            self,
            Self::SidebandMissing
                | Self::SidebandCloses { .. }
                | Self::SidebandSilent
                | Self::SidebandRefuses { .. }
                | Self::HangUpRefused { .. }
        )
    }
}
