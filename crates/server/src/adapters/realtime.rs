//! The voice provider: anything that speaks the OpenAI Realtime protocol under a base URL with a key.
//! Our own engine, OpenAI and Azure OpenAI are reached by the same code. Session descriptions pass through byte for byte;
//! the key never leaves this module except in its header.

mod advice;
mod call;
pub mod endpoint;
pub mod error;
mod probe;
pub mod sdp;
pub mod sideband;
pub mod sound;
mod speech;
mod wire;

use std::{
    sync::{Arc, RwLock},
    time::Duration,
};

use reqwest::RequestBuilder;

pub use call::Call;
pub use endpoint::Endpoint;
use error::RealtimeError;
pub use probe::Offered;
use sideband::{Attach, Sideband};
pub use speech::{Recognition, Recognized, Urgency};
use wire::checked;

use crate::config::ProviderKind;

/// How long a hang-up may take; the provider ends calls without media by itself as well.
const HANG_UP_TIMEOUT: Duration = Duration::from_secs(5);

/// The provider. Cheap to clone; all clones see a new endpoint (the engine moves when it is restarted).
#[derive(Clone, Debug)]
pub struct Realtime {
    /// The pool that all adapters share.
    http: reqwest::Client,
    endpoint: Arc<RwLock<Option<Endpoint>>>,
}

impl Realtime {
    /// A provider that is not there yet (`None`) or at `endpoint`.
    pub fn new(http: reqwest::Client, endpoint: Option<Endpoint>) -> Realtime {
        Realtime { http, endpoint: Arc::new(RwLock::new(endpoint)) }
    }

    /// Another provider over the same pool of connections.
    pub fn at(&self, endpoint: Endpoint) -> Realtime {
        Realtime::new(self.http.clone(), Some(endpoint))
    }

    /// A way that leads nowhere: every request is refused as unavailable.
    pub fn nowhere(&self) -> Realtime {
        Realtime::new(self.http.clone(), None)
    }

    /// Moves to another endpoint, for calls made from now on.
    pub fn set_endpoint(&self, endpoint: Option<Endpoint>) {
        *self.endpoint.write().unwrap_or_else(std::sync::PoisonError::into_inner) = endpoint;
    }

    /// Whether the provider brings a language model of its own, as all but our engine do.
    pub fn has_model(&self) -> bool {
        self.endpoint().is_ok_and(|endpoint| endpoint.kind != ProviderKind::Own)
    }

    fn endpoint(&self) -> Result<Endpoint, RealtimeError> {
        let endpoint = self.endpoint.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        endpoint.clone().ok_or_else(|| RealtimeError::Unavailable("it is starting, or there is no way to it".into()))
    }

    /// Whether calls are made on our own engine.
    pub fn is_own(&self) -> bool {
        self.endpoint().is_ok_and(|endpoint| endpoint.kind == ProviderKind::Own)
    }

    fn post(&self, endpoint: &Endpoint, door: &str) -> RequestBuilder {
        endpoint.admitted(self.http.post(endpoint.address(door)))
    }

    /// Opens the control channel of a call, for the first time or again.
    pub async fn attach(&self, call_id: &str, attach: Attach) -> Result<Sideband, RealtimeError> {
        Sideband::open(&self.endpoint()?, call_id, attach).await
    }

    /// Ends a call. A call that is gone already is fine.
    pub async fn hang_up(&self, call_id: &str) -> Result<(), RealtimeError> {
        let request = self.post(&self.endpoint()?, &format!("realtime/calls/{call_id}/hangup"));
        let answer = checked(request.timeout(HANG_UP_TIMEOUT).send().await?).await;
        match answer.map_err(RealtimeError::about_call) {
            Ok(_) | Err(RealtimeError::CallGone) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
