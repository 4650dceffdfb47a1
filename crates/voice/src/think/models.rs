//! Whether the endpoint is there, takes the key, and has the model: `GET /models`.

use std::time::Duration;

use serde::Deserialize;

use super::Failure;
use super::chat::{Chat, failure_of, failure_of_status};

/// How long the list may take.
const LIST_WITHIN: Duration = Duration::from_secs(5);
/// The longest list, in bytes.
const MAX_LIST: usize = 4 * 1024 * 1024;
/// Names that are told when the wanted one is missing.
const TOLD: usize = 12;

/// What is wrong with an endpoint, in words for its operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelsError {
    /// No list.
    #[error("{}", said(*.0))]
    NoList(Failure),
    /// A list without the model.
    #[error("it has no model {wanted:?}; it has: {has}")]
    NoModel {
        /// The name that is configured.
        wanted: String,
        /// Some of the names it has.
        has: String,
    },
}

fn said(why: Failure) -> &'static str {
    match why {
        Failure::Unreachable | Failure::Slow => "it does not answer: is it running, and is the address right?",
        Failure::Key => "it refuses the key",
        Failure::Model => "it has no list of models there: does the address end where it should, such as in /v1?",
        Failure::Garbled => "what answers is no OpenAI-compatible endpoint",
        Failure::Busy | Failure::Refused | Failure::Broken | Failure::Empty | Failure::Voice => {
            "it answers with an error; its own log says more"
        }
    }
}

#[derive(Deserialize)]
struct List {
    data: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

impl Chat {
    /// Looks whether the endpoint answers and has the model. Costs nothing: no word is generated.
    pub async fn check(&self) -> Result<(), ModelsError> {
        let names = self.names().await.map_err(ModelsError::NoList)?;
        // Ollama lists `name:latest` for what is asked for as `name`.
        let wanted = self.model();
        let is_it = |name: &String| name == wanted || name.strip_suffix(":latest") == Some(wanted);
        if names.iter().any(is_it) {
            return Ok(());
        }
        let has = names.iter().take(TOLD).map(String::as_str).collect::<Vec<_>>().join(", ");
        let has = if has.is_empty() { "none".to_owned() } else { has };
        Err(ModelsError::NoModel { wanted: wanted.to_owned(), has })
    }

    async fn names(&self) -> Result<Vec<String>, Failure> {
        let response = self.get("/models").timeout(LIST_WITHIN).send().await.map_err(|error| failure_of(&error))?;
        if !response.status().is_success() {
            return Err(failure_of_status(response.status()));
        }
        let mut response = response;
        let mut body = Vec::new();
        while let Some(bytes) = response.chunk().await.map_err(|_| Failure::Garbled)? {
            body.extend_from_slice(&bytes);
            if body.len() > MAX_LIST {
                return Err(Failure::Garbled);
            }
        }
        let list: List = serde_json::from_slice(&body).map_err(|_| Failure::Garbled)?;
        Ok(list.data.into_iter().map(|named| named.id).collect())
    }
}
