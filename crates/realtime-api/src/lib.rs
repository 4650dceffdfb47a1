//! Wire types of the OpenAI Realtime protocol (GA), both directions; serde only.
//!
//! Whatever this crate does not know survives a round trip: unknown event types as `Other`, unknown fields in
//! `extra`, unknown words (statuses, kinds) in each enum's `Other`. Where `null` and *absent* mean different things
//! (a session update clears a field with `null` and leaves it alone by silence) the field is [`Nullable`].

#[macro_use]
mod macros;

pub mod client;
pub mod error;
pub mod instructions;
pub mod item;
pub mod response;
pub mod server;
pub mod session;
pub mod sound;
mod words;

pub use client::ClientEvent;
pub use error::{ErrorBody, ErrorDetail};
pub use item::{Content, ContentKind, Item, ItemKind, ItemStatus, Role};
pub use response::{Response, ResponseParams, ResponseStatus, StatusDetails, TranscriptionUsage, Usage};
pub use server::ServerEvent;
pub use session::{Session, SessionKind, TurnDetection, TurnDetectionKind};

/// Fields a peer sent that this crate does not name, as they came.
pub type Extra = serde_json::Map<String, serde_json::Value>;

/// `None`: absent; `Some(None)`: `null`; `Some(Some(_))`: a value.
pub type Nullable<T> = Option<Option<T>>;

/// Key-value pairs that a client attaches to a response and gets back with it.
pub type Metadata = std::collections::BTreeMap<String, String>;

/// serde glue of [`Nullable`]: with `default` an absent field is `None` and a `null` is `Some(None)`.
pub(crate) mod nullable {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes `null` or the value; absence is handled by `skip_serializing_if`.
    pub fn serialize<T: Serialize, S: Serializer>(
        value: &super::Nullable<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.as_ref().and_then(Option::as_ref).serialize(serializer)
    }

    /// Reads `null` as `Some(None)`.
    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<super::Nullable<T>, D::Error> {
        Option::<T>::deserialize(deserializer).map(Some)
    }
}
