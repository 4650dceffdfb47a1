//! What went wrong at the provider, in words for the people who can do something about it.

use super::error::{RealtimeError, Which};

impl RealtimeError {
    /// What is wrong and what to do, for the people who run it.
    pub fn advice(&self) -> String {
        match self {
            RealtimeError::Unavailable(_) => {
                "The provider cannot be reached, or fails inside. Check the address and this server's way out; if both are right, wait."
            }
            RealtimeError::Full { .. } => {
                "The provider wants fewer requests right now. If it stays, ask it for a higher rate limit."
            }
            RealtimeError::BadOffer { .. } => "The provider did not take the browser's offer.",
            RealtimeError::Key { status: 401, .. } => "The provider does not know this key. Enter it again, whole.",
            RealtimeError::Key { .. } => {
                "The key may not do this. Give it the right to use the Realtime API, or use another."
            }
            RealtimeError::Quota { .. } => {
                "The account has no credit left, or its spending limit is reached. Top it up at the provider."
            }
            RealtimeError::Region { .. } => "The provider does not serve the country that this server is in.",
            RealtimeError::Model { which: Which::Model, .. } => {
                "None of the models is to be had with this key. Name one that is; on Azure, the name of a deployment."
            }
            RealtimeError::Model { which: Which::Transcription, .. } => {
                "None of the transcription models is to be had with this key. Name one that is; on Azure, the name of a deployment."
            }
            RealtimeError::CallGone => "The call is over.",
            RealtimeError::Timeout => "The provider did not answer in time. If it stays, look at its status page.",
            RealtimeError::Refused { param, code, .. } => {
                return format!("The provider refused the settings ({code} {param}). Check voice, models and languages.");
            }
            RealtimeError::BadAnswer(_) | RealtimeError::BadSdp(_) => {
                "Something answers at this address, but not the Realtime API. Check the address."
            }
        }
        .to_owned()
    }
}
