//! The two shapes that repeat: tagged events with room for the unknown, and open sets of words.

/// Defines one struct per event and the enum over them: `events! { Enum; Name = "wire.type" { field: Type, … } … }`.
macro_rules! events {
    ($(#[$em:meta])* $Enum:ident; $($(#[$m:meta])* $Name:ident = $wire:literal { $($(#[$fm:meta])* $field:ident: $ft:ty),* $(,)? })*) => {
        $(
            $(#[$m])*
            #[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
            pub struct $Name {
                /// The sender's id of this event; empty when it gave none.
                #[serde(default, skip_serializing_if = "String::is_empty")]
                pub event_id: String,
                $($(#[$fm])* pub $field: $ft,)*
                /// Fields this crate does not name.
                #[serde(flatten)]
                pub extra: crate::Extra,
            }

            impl From<$Name> for $Enum {
                fn from(event: $Name) -> Self {
                    Self::$Name(Box::new(event))
                }
            }
        )*

        $(#[$em])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $Enum {
            $($(#[$m])* $Name(Box<$Name>),)*
            /// An event of a type this crate does not know, as it came.
            Other(serde_json::Value),
        }

        impl $Enum {
            /// Every event type this crate knows.
            pub const TYPES: &'static [&'static str] = &[$($wire),*];

            /// The event's `type`.
            pub fn kind(&self) -> &str {
                match self {
                    $(Self::$Name(_) => $wire,)*
                    Self::Other(value) => value.get("type").and_then(serde_json::Value::as_str).unwrap_or_default(),
                }
            }

            /// The event's `event_id`; empty if there is none.
            pub fn event_id(&self) -> &str {
                match self {
                    $(Self::$Name(event) => &event.event_id,)*
                    Self::Other(value) => value.get("event_id").and_then(serde_json::Value::as_str).unwrap_or_default(),
                }
            }

            /// Sets the `event_id`.
            pub fn set_event_id(&mut self, id: String) {
                match self {
                    $(Self::$Name(event) => event.event_id = id,)*
                    Self::Other(value) => if let Some(fields) = value.as_object_mut() { fields.insert("event_id".into(), id.into()); },
                }
            }
        }

        impl $Enum {
            // Concrete on purpose: generic code over every event would be compiled again in each crate that uses it.
            fn to_value(&self) -> serde_json::Result<serde_json::Value> {
                #[derive(serde::Serialize)]
                struct Tagged<'a, T> {
                    r#type: &'static str,
                    #[serde(flatten)]
                    event: &'a T,
                }
                match self {
                    $(Self::$Name(event) => serde_json::to_value(Tagged { r#type: $wire, event: event.as_ref() }),)*
                    Self::Other(value) => Ok(value.clone()),
                }
            }

            fn from_value(mut value: serde_json::Value) -> serde_json::Result<Self> {
                use serde::de::Error as _;
                let kind = match value.get("type") {
                    Some(serde_json::Value::String(kind)) => kind.clone(),
                    _ => return Err(serde_json::Error::custom("an event needs a `type` string")),
                };
                match kind.as_str() {
                    $($wire => {
                        if let Some(fields) = value.as_object_mut() {
                            fields.shift_remove("type");
                        }
                        serde_json::from_value(value)
                            .map(|event| Self::$Name(Box::new(event)))
                            .map_err(|error| serde_json::Error::custom(format_args!("{}: {error}", $wire)))
                    })*
                    _ => Ok(Self::Other(value)),
                }
            }
        }

        impl serde::Serialize for $Enum {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.to_value().map_err(serde::ser::Error::custom)?.serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $Enum {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
                Self::from_value(value).map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Defines an open set of words: known ones by name, any other in `Other`. The first is the default.
macro_rules! words {
    ($($(#[$m:meta])* $Name:ident { $First:ident = $first:literal $(, $V:ident = $word:literal)* $(,)? })*) => { $(
        $(#[$m])*
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub enum $Name {
            #[doc = concat!("`", $first, "`")]
            #[default]
            $First,
            $(#[doc = concat!("`", $word, "`")] $V,)*
            /// A word this crate does not know.
            Other(String),
        }

        impl $Name {
            /// The word on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    Self::$First => $first,
                    $(Self::$V => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $Name {
            fn from(word: &str) -> Self {
                match word {
                    $first => Self::$First,
                    $($word => Self::$V,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer).map(|word| Self::from(word.as_str()))
            }
        }
    )* };
}
