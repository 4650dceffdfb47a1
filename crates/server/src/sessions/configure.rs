//! Telling a call's provider how the interview is led, over the call's control channel.

use realtime_api::{ClientEvent, ErrorDetail, ServerEvent, client::SessionUpdate};

use crate::{
    adapters::realtime::{
        error::{RealtimeError, Which},
        sideband::Sideband,
    },
    provider::{
        Pick, Provider,
        session::{self, Ask},
    },
};

/// Our event id of the configuration.
const CONFIGURE: &str = "configure";

/// Sends the configuration and waits until it is in force; returns what arrived before. A transcription model that is
/// refused only now gives way to the next one.
pub async fn configure(
    sideband: &mut Sideband,
    provider: &Provider,
    mut pick: Pick,
    ask: &Ask,
) -> Result<Vec<String>, RealtimeError> {
    let closed = || RealtimeError::Unavailable("the control channel closed".to_owned());
    let mut early = Vec::new();
    loop {
        let session = session::of_update(provider, pick, ask);
        let update = SessionUpdate { event_id: CONFIGURE.to_owned(), session, ..SessionUpdate::default() };
        let text = serde_json::to_string(&ClientEvent::from(update));
        let text = text.map_err(|e| RealtimeError::BadAnswer(e.to_string()))?;
        sideband.to_provider.send(text).await.map_err(|_| closed())?;
        let refusal = loop {
            let frame = sideband.from_provider.recv().await.ok_or_else(closed)?;
            match serde_json::from_str(&frame) {
                Ok(ServerEvent::SessionUpdated(_)) => {
                    // Kept as well: whoever goes on with the call after us must know how it was configured.
                    early.push(frame);
                    return Ok(early);
                }
                Ok(ServerEvent::ErrorEvent(e)) if e.error.event_id == Some(Some(CONFIGURE.to_owned())) => {
                    break refusal(&e.error);
                }
                _ => early.push(frame),
            }
        };
        match refusal {
            RealtimeError::Model { which: Which::Transcription, code } => {
                let next = pick.after(Which::Transcription, &provider.settings);
                pick = next.ok_or(RealtimeError::Model { which: Which::Transcription, code })?;
            }
            other => return Err(other),
        }
    }
}

/// An error event, read as an error answer.
fn refusal(error: &ErrorDetail) -> RealtimeError {
    let body = serde_json::json!({ "error": error }).to_string();
    RealtimeError::from_answer(400, None, body.as_bytes())
}
