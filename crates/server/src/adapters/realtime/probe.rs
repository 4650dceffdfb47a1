//! Looking whether a provider would take a call, without making one.

use serde_json::Value;
use std::time::Duration;

use super::{
    Realtime,
    error::RealtimeError,
    wire::{checked, read},
};

const PROBE_TIMEOUT: Duration = Duration::from_secs(8);
/// The longest list of models that is read.
const MOST_OF_LIST: usize = 4 << 20;

/// A model that the key can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Its name.
    pub id: String,
    /// The day on which it ends, `YYYY-MM-DD`.
    pub ends_on: Option<String>,
}

impl Realtime {
    /// Finds out whether the provider is there and takes our key.
    pub async fn check(&self) -> Result<(), RealtimeError> {
        self.models().await.map(drop)
    }

    /// The models that the key can use: one cheap request.
    pub async fn models(&self) -> Result<Vec<Offered>, RealtimeError> {
        let endpoint = self.endpoint()?;
        let request = endpoint.admitted(self.http.get(endpoint.address("models")));
        let body = read(checked(request.timeout(PROBE_TIMEOUT).send().await?).await?, MOST_OF_LIST).await?;
        let body: Value = serde_json::from_slice(&body).map_err(|_| RealtimeError::BadAnswer("no JSON".into()))?;
        let list = body.get("data").and_then(Value::as_array);
        let list = list.ok_or_else(|| RealtimeError::BadAnswer("no list of models".into()))?;
        let text = |model: &Value, name: &str| model.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
        let offered = |model| Some(Offered { id: text(model, "id")?, ends_on: text(model, "shutdown_date") });
        Ok(list.iter().filter_map(offered).collect())
    }

    /// Whether the provider would take this session with our key; makes a short-lived key that nobody uses.
    pub async fn would_take(&self, session: &Value) -> Result<(), RealtimeError> {
        self.secret(&self.endpoint()?, session, None).await.map(drop)
    }

    /// Opens a connection ahead of a call, so that the candidate does not wait for it. Carries no key; what comes of
    /// it does not matter.
    pub async fn warm(&self) {
        if let Ok(endpoint) = self.endpoint() {
            let request = self.http.head(&endpoint.url).timeout(PROBE_TIMEOUT);
            if let Err(error) = request.send().await {
                let error = error.without_url();
                tracing::debug!(%error, "no connection ahead of the call");
            }
        }
    }
}
