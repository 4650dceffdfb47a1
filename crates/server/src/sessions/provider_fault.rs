//! A provider that goes on with a call no longer: its hour is over, or somebody must put something right there first.

use interview::Timestamp;
use realtime_api::{ResponseStatus, ServerEvent};
use serde_json::json;

use super::{
    connect::over as session_over,
    over_budget::COME_BACK_WITHIN_MS,
    worker::{RETURN_WITHIN_MS, Worker},
};
use crate::{
    adapters::realtime::error::RealtimeError,
    error::{Code, Error, Result},
};

/// So long after a fault no other call is tried: it would be made, paid for and over at once.
const REST_MS: i64 = 20_000;

/// Why a call is over.
#[derive(Debug)]
pub enum Over {
    /// It reached the provider's longest duration.
    Expired,
    /// The account is used up.
    Fault(RealtimeError),
}

/// What an event says about the call itself.
pub fn over(event: &ServerEvent) -> Option<Over> {
    let error = match event {
        ServerEvent::ErrorEvent(e) if e.error.code.as_deref() == Some("session_expired") => return Some(Over::Expired),
        ServerEvent::ErrorEvent(e) => json!({"type": e.error.kind, "code": e.error.code}),
        ServerEvent::ResponseDone(e) if e.response.status == ResponseStatus::Failed => {
            let error = e.response.status_details.as_ref()?.error.as_ref()?;
            json!({"type": error.kind, "code": error.code})
        }
        _ => return None,
    };
    // What else goes wrong in a call passes, or is tried again.
    let error = RealtimeError::from_answer(429, None, json!({ "error": error }).to_string().as_bytes());
    matches!(error, RealtimeError::Quota { .. }).then_some(Over::Fault(error))
}

impl Worker {
    /// Ends a call that the provider carries no further. The link stays good for as long as putting it right may take.
    pub(super) fn provider_fault(&mut self, error: RealtimeError) {
        let now = self.app.now();
        let advice = error.advice();
        tracing::error!(session = %self.session, %error, advice, "the provider carries the call no further");
        self.app.troubles.note(self.store.tenant(), now, &error);
        self.fault = Some((now, error));
        self.drop_leg("provider_fault");
        self.no_leg = Some(now.plus_ms(COME_BACK_WITHIN_MS - RETURN_WITHIN_MS));
    }

    /// Why there can be no other call now.
    pub(super) fn refuses_call(&self) -> Result<()> {
        if self.ending.is_some() {
            return Err(session_over());
        }
        match &self.fault {
            Some((at, error)) if at.plus_ms(REST_MS) > self.app.now() => Err(cannot_go_on(*at, error)),
            _ => Ok(()),
        }
    }
}

fn cannot_go_on(at: Timestamp, error: &RealtimeError) -> Error {
    tracing::info!(at = at.0, %error, "no call is tried so soon after");
    Error::new(
        Code::EngineRefused,
        "The interview cannot go on until the people who invited you change a setting. What you said is saved and your \
         invitation stays good. Please tell them, and come back later.",
    )
}
