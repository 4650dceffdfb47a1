//! What can go wrong with the provider, in our words. Texts of the provider are not kept: they can quote what was said.

use serde_json::Value;

use super::sdp::AnswerProblem;

/// An answer of the provider, or the lack of one, that the caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum RealtimeError {
    /// Not reachable, not started, or failing inside (5xx): try again later.
    #[error("the voice provider cannot be reached: {0}")]
    Unavailable(String),
    /// It has no room for another call, or wants fewer requests.
    #[error("the voice provider is full, retry after {retry_after_s} s")]
    Full {
        /// Seconds after which a try makes sense.
        retry_after_s: u64,
    },
    /// It refused the offer.
    #[error("the voice provider refused the offer ({code})")]
    BadOffer {
        /// The provider's code, e.g. `invalid_offer`.
        code: String,
    },
    /// The key is wrong: an operator must act.
    #[error("the voice provider refused our key (status {status} {code})")]
    Key {
        /// HTTP status.
        status: u16,
        /// The provider's code, e.g. `invalid_api_key`.
        code: String,
    },
    /// The account is used up: an operator must act.
    #[error("the account at the voice provider is used up ({code})")]
    Quota {
        /// The provider's code, e.g. `insufficient_quota`.
        code: String,
    },
    /// The provider does not serve this country or network.
    #[error("the voice provider does not serve this place ({code})")]
    Region {
        /// The provider's code.
        code: String,
    },
    /// A model is not to be had with this key.
    #[error("the voice provider has no such {which} for our key ({code})")]
    Model {
        /// Which of the two.
        which: Which,
        /// The provider's code.
        code: String,
    },
    /// The call does not exist (any more).
    #[error("the call is over")]
    CallGone,
    /// It did not answer in time.
    #[error("the voice provider did not answer in time")]
    Timeout,
    /// It refused a request that we made wrongly.
    #[error("the voice provider refused the request: {status} {code} {param}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The provider's code.
        code: String,
        /// The field at fault, such as `session.audio.output.voice`.
        param: String,
    },
    /// It broke the protocol.
    #[error("the voice provider broke the protocol: {0}")]
    BadAnswer(String),
    /// Its answer is not one to our offer.
    #[error("the voice provider broke the protocol: {0}")]
    BadSdp(#[from] AnswerProblem),
}

/// One of the two models of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one that speaks.
    Model,
    /// The one that writes the candidate's words down.
    Transcription,
}

impl std::fmt::Display for Which {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Which::Model => "model",
            Which::Transcription => "transcription model",
        })
    }
}

/// Codes of an account without money, whatever the status.
const QUOTA: &[&str] = &[
    "insufficient_quota",
    "credit_balance_exhausted",
    "billing_hard_limit_reached",
    "account_deactivated",
    "project_spend_limit_exceeded",
    "billing_not_active",
];
/// Codes of a model that is not there or not for this key. The last is Azure's.
const NO_MODEL: &[&str] = &["model_not_found", "DeploymentNotFound"];

impl RealtimeError {
    /// Reads an error answer.
    pub fn from_answer(status: u16, retry_after_s: Option<u64>, body: &[u8]) -> RealtimeError {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let part = |name: &str| word(body.pointer(&format!("/error/{name}")));
        let (code, kind, param) = (part("code"), part("type"), part("param"));
        if QUOTA.contains(&code.as_str()) || kind == "insufficient_quota" {
            return RealtimeError::Quota { code: if code.is_empty() { kind } else { code } };
        }
        if NO_MODEL.contains(&code.as_str()) || (code == "invalid_value" && param.ends_with("model")) {
            let is_transcription = param.contains("transcription");
            let which = if is_transcription { Which::Transcription } else { Which::Model };
            return RealtimeError::Model { which, code };
        }
        match (status, code.as_str()) {
            (_, "call_id_not_found") => RealtimeError::CallGone,
            (_, "unsupported_country_region_territory") => RealtimeError::Region { code },
            (401 | 403, _) => RealtimeError::Key { status, code },
            (400, "invalid_offer") => RealtimeError::BadOffer { code },
            (429 | 503, _) => RealtimeError::Full { retry_after_s: retry_after_s.unwrap_or(5).clamp(1, 120) },
            (500.., _) => RealtimeError::Unavailable(format!("status {status} {code}")),
            (300..=399, _) => RealtimeError::BadAnswer(format!("status {status}: a redirect is never followed")),
            _ => RealtimeError::Refused { status, code, param },
        }
    }

    /// As an answer about a call that was there: "not found" then means that it is over.
    pub(super) fn about_call(self) -> RealtimeError {
        match self {
            RealtimeError::Refused { status: 404, .. } => RealtimeError::CallGone,
            other => other,
        }
    }

    /// Whether trying the same again cannot help.
    pub fn is_final(&self) -> bool {
        !matches!(self, RealtimeError::Unavailable(_) | RealtimeError::Full { .. } | RealtimeError::Timeout)
    }

    /// Whether somebody must change a setting, a key or an account before it can work.
    pub fn needs_somebody(&self) -> bool {
        matches!(
            self,
            RealtimeError::Key { .. }
                | RealtimeError::Quota { .. }
                | RealtimeError::Region { .. }
                | RealtimeError::Model { .. }
                | RealtimeError::Refused { .. }
        )
    }
}

/// A code or the name of a field: nothing longer, nothing that could be a sentence.
fn word(value: Option<&Value>) -> String {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    text.chars().filter(|c| c.is_ascii_alphanumeric() || "_.[]".contains(*c)).take(64).collect()
}

impl From<reqwest::Error> for RealtimeError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            RealtimeError::Timeout
        } else if error.is_decode() || error.is_builder() {
            RealtimeError::BadAnswer(error.without_url().to_string())
        } else {
            RealtimeError::Unavailable(error.without_url().to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RealtimeError as E;
    use super::Which;

    fn read(status: u16, code: &str) -> E {
        E::from_answer(status, None, format!(r#"{{"error":{{"code":"{code}","message":"x"}}}}"#).as_bytes())
    }

    #[test]
    fn error_answers_keep_their_meaning() {
        assert!(matches!(read(400, "invalid_offer"), E::BadOffer { code } if code == "invalid_offer"));
        assert!(matches!(E::from_answer(401, None, b""), E::Key { status: 401, .. }));
        assert!(matches!(read(404, "call_id_not_found"), E::CallGone));
        assert!(matches!(E::from_answer(404, None, b"{}"), E::Refused { status: 404, .. }));
        assert!(matches!(E::from_answer(404, None, b"{}").about_call(), E::CallGone));
        assert!(matches!(E::from_answer(503, Some(7), b"{}"), E::Full { retry_after_s: 7 }));
        assert!(matches!(E::from_answer(503, None, b"not json"), E::Full { retry_after_s: 5 }));
        assert!(matches!(E::from_answer(500, None, b"<html>"), E::Unavailable(_)));
        assert!(matches!(E::from_answer(302, None, b""), E::BadAnswer(_)));
        assert!(matches!(read(403, "unsupported_country_region_territory"), E::Region { .. }));
        for quota in super::QUOTA {
            assert!(matches!(read(429, quota), E::Quota { code } if code == *quota));
        }
        let by_type = br#"{"error":{"code":null,"type":"insufficient_quota"}}"#;
        assert!(matches!(E::from_answer(429, None, by_type), E::Quota { .. }));
        for rate in ["rate_limit_exceeded", "inference_rate_limit_exceeded"] {
            assert!(matches!(read(429, rate), E::Full { .. }));
        }
        for request in ["unknown_parameter", "missing_required_parameter", "invalid_value", "beta_api_shape_disabled"] {
            assert!(matches!(read(400, request), E::Refused { status: 400, code, .. } if code == request));
        }
    }

    #[test]
    fn a_refused_model_says_which_of_the_two() {
        for status in [400, 403, 404] {
            assert!(matches!(read(status, "model_not_found"), E::Model { which: Which::Model, .. }));
        }
        assert!(matches!(read(404, "DeploymentNotFound"), E::Model { .. }));
        let body = br#"{"error":{"code":"invalid_value","param":"session.audio.input.transcription.model"}}"#;
        assert!(matches!(E::from_answer(400, None, body), E::Model { which: Which::Transcription, .. }));
    }

    #[test]
    fn nothing_of_the_providers_text_is_kept() {
        let body = br#"{"error":{"code":"Sure, the candidate said: I quit","param":"a b/c","message":"canary"}}"#;
        let text = E::from_answer(400, None, body).to_string();
        assert!(!text.contains("canary") && !text.contains(", ") && !text.contains("a b"), "{text}");
    }
}
