//! Ids: a prefix that says what it names, and a ULID that sorts by time. A wrong kind does not parse.

use crate::error::{Error, Result};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// What every id type can do.
pub trait Id: Sized {
    /// What stands before the underscore.
    const PREFIX: &'static str;

    /// Makes an id from the time (ms since the epoch) and randomness.
    fn new(now_ms: i64, random: u128) -> Self;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String)]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// An id that comes out of the store, where it was checked on its way in.
            pub fn stored(text: String) -> Self {
                $name(text)
            }

            /// Reads an id that a caller sent; anything else than `prefix_ULID` names nothing.
            pub fn parse(text: &str) -> Result<Self> {
                match text.strip_prefix(concat!($prefix, "_")).map(ulid::Ulid::from_string) {
                    Some(Ok(_)) => Ok($name(text.to_owned())),
                    _ => Err(Error::not_found()),
                }
            }
        }

        impl Id for $name {
            const PREFIX: &'static str = $prefix;

            fn new(now_ms: i64, random: u128) -> Self {
                let ms = u64::try_from(now_ms).unwrap_or(0);
                $name(format!("{}_{}", $prefix, ulid::Ulid::from_parts(ms, random)))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
                let text = String::deserialize(d)?;
                $name::parse(&text).map_err(|_| serde::de::Error::custom(concat!("not an id that begins with ", $prefix, "_")))
            }
        }
    )*};
}

ids! {
    /// A company.
    TenantId = "ten",
    /// A person who works for a company.
    MemberId = "mem",
    /// A job to be filled.
    PositionId = "pos",
    /// An immutable, numbered interview plan.
    PlanVersionId = "plv",
    /// A person who is interviewed.
    CandidateId = "can",
    /// A candidate for one position.
    ApplicationId = "apl",
    /// A link that admits a candidate.
    InvitationId = "inv",
    /// One candidate's sitting.
    SessionId = "ses",
    /// A recorded consent.
    ConsentId = "con",
    /// A queued piece of work.
    JobId = "job",
    /// An entry of the audit trail.
    AuditId = "aud",
    /// One request, as named in logs and errors.
    RequestId = "req",
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_kind_of_id_does_not_parse() {
        let id = PositionId::new(1_700_000_000_000, 7);
        assert_eq!(PositionId::parse(id.as_str()).unwrap(), id);
        assert!(SessionId::parse(id.as_str()).is_err());
        assert!(PositionId::parse("pos_").is_err());
        assert!(PositionId::parse("pos_../../etc").is_err());
    }
}
