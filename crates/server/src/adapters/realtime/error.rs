//! What can go wrong with the provider, in our words.

use serde_json::Value;

/// An answer of the provider, or the lack of one, that the caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum RealtimeError {
    /// Not reachable, not started, or failing inside (5xx): try again later.
    #[error("the voice engine cannot be reached: {0}")]
    Unavailable(String),
    /// It has no room for another call.
    #[error("the voice engine is full, retry after {retry_after_s} s")]
    Full {
        /// Seconds after which a try makes sense.
        retry_after_s: u64,
    },
    /// It refused the offer.
    #[error("the voice engine refused the offer ({code})")]
    BadOffer {
        /// The provider's code, e.g. `invalid_offer`.
        code: String,
    },
    /// The key is wrong: an operator must act.
    #[error("the voice engine refused our key")]
    Key,
    /// The call does not exist (any more).
    #[error("the call is over")]
    CallGone,
    /// It did not answer in time.
    #[error("the voice engine did not answer in time")]
    Timeout,
    /// It refused a request that we made wrongly.
    #[error("the voice engine refused the request: {status} {code}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// The provider's code.
        code: String,
    },
    /// It broke the protocol.
    #[error("the voice engine broke the protocol: {0}")]
    BadAnswer(String),
}

impl RealtimeError {
    /// Reads an error answer; texts of the provider are not kept, they can quote what was said.
    pub fn from_answer(status: u16, retry_after_s: Option<u64>, body: &[u8]) -> RealtimeError {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let code = body.pointer("/error/code").and_then(Value::as_str).unwrap_or_default();
        let code: String = code.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').take(64).collect();
        match (status, code.as_str()) {
            (401 | 403, _) => RealtimeError::Key,
            (404, _) | (_, "call_id_not_found") => RealtimeError::CallGone,
            (400, "invalid_offer") => RealtimeError::BadOffer { code },
            (429 | 503, _) => RealtimeError::Full { retry_after_s: retry_after_s.unwrap_or(5).clamp(1, 120) },
            (500.., _) => RealtimeError::Unavailable(format!("status {status}")),
            _ => RealtimeError::Refused { status, code },
        }
    }

    /// Whether trying the same again cannot help.
    pub fn is_final(&self) -> bool {
        !matches!(self, RealtimeError::Unavailable(_) | RealtimeError::Full { .. } | RealtimeError::Timeout)
    }
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

    #[test]
    fn error_answers_keep_their_meaning() {
        let offer = br#"{"error":{"code":"invalid_offer","message":"x"}}"#;
        assert!(matches!(E::from_answer(400, None, offer), E::BadOffer { code } if code == "invalid_offer"));
        assert!(matches!(E::from_answer(401, None, b""), E::Key));
        assert!(matches!(E::from_answer(404, None, b"{}"), E::CallGone));
        assert!(matches!(E::from_answer(503, Some(7), b"{}"), E::Full { retry_after_s: 7 }));
        assert!(matches!(E::from_answer(503, None, b"not json"), E::Full { retry_after_s: 5 }));
        assert!(matches!(E::from_answer(500, None, b""), E::Unavailable(_)));
        assert!(matches!(E::from_answer(422, None, b"{}"), E::Refused { status: 422, .. }));
    }
}
