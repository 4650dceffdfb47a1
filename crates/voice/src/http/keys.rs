//! Who may come in: the standard key, and ephemeral keys with the session they were made for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};
use realtime_api::Session;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::engine::Doors;
use crate::error::ApiError;

/// Subprotocol by which a browser, which cannot set headers on a WebSocket, hands over its key.
const KEY_PROTOCOL: &str = "openai-insecure-api-key.";
/// Ephemeral keys kept at once; the ones that end first make room.
const MAX_KEYS: usize = 10_000;

struct Secret {
    expires_at_s: u64,
    session: Option<Session>,
}

/// Ephemeral keys, by their hash.
#[derive(Default)]
pub(crate) struct Keys(Mutex<HashMap<[u8; 32], Secret>>);

impl Keys {
    /// Remembers a key until it ends.
    pub(crate) fn add(&self, key: &str, expires_at_s: u64, session: Option<Session>, now_s: u64) {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.retain(|_, secret| secret.expires_at_s > now_s);
        if keys.len() >= MAX_KEYS
            && let Some(first) = keys.iter().min_by_key(|(_, secret)| secret.expires_at_s).map(|(hash, _)| *hash)
        {
            keys.remove(&first);
        }
        keys.insert(hash(key), Secret { expires_at_s, session });
    }

    /// The session that a key was made for; `None`: no such key, or it has ended.
    fn find(&self, key: &str, now_s: u64) -> Option<Option<Session>> {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.get(&hash(key)).filter(|secret| secret.expires_at_s > now_s).map(|secret| secret.session.clone())
    }
}

/// Looking up a hash tells nothing about the key, however long it takes.
fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

/// A caller with the standard key.
pub(crate) struct Standard;

/// A caller with any key.
pub(crate) enum Caller {
    /// The standard key.
    Standard,
    /// An ephemeral key and the session it was made for.
    Ephemeral(Option<Box<Session>>),
}

impl FromRequestParts<Arc<Doors>> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, doors: &Arc<Doors>) -> Result<Self, ApiError> {
        let key = key_of(&parts.headers).ok_or_else(ApiError::no_key)?;
        let is_standard = hash(&key).ct_eq(&hash(doors.config.key.expose_secret()));
        if is_standard.into() {
            return Ok(Self::Standard);
        }
        let bound = doors.keys.find(&key, doors.now_s()).ok_or_else(ApiError::wrong_key)?;
        Ok(Self::Ephemeral(bound.map(Box::new)))
    }
}

impl FromRequestParts<Arc<Doors>> for Standard {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, doors: &Arc<Doors>) -> Result<Self, ApiError> {
        match Caller::from_request_parts(parts, doors).await? {
            Caller::Standard => Ok(Self),
            Caller::Ephemeral(_) => Err(ApiError::wrong_key()),
        }
    }
}

fn key_of(headers: &HeaderMap) -> Option<String> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some((scheme, key)) = bearer.and_then(|value| value.split_once(' ')) {
        return scheme.eq_ignore_ascii_case("bearer").then(|| key.trim().to_owned());
    }
    let protocols = headers.get_all(header::SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok());
    let mut words = protocols.flat_map(|value| value.split(',')).map(str::trim);
    words.find_map(|word| word.strip_prefix(KEY_PROTOCOL)).map(str::to_owned)
}
