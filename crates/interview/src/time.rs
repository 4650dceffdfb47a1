//! The only notion of time in the domain: a number that the caller hands in with every input.

use serde::{Deserialize, Serialize};

/// A moment in microseconds since the Unix epoch. Never read from a clock in this crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// Makes the moment `ms` milliseconds after the Unix epoch.
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms.saturating_mul(1_000))
    }

    /// Returns whole milliseconds since the Unix epoch.
    pub const fn as_ms(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// Returns the moment `ms` milliseconds later (earlier if negative).
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms.saturating_mul(1_000)))
    }

    /// Returns the whole milliseconds from `earlier` to this moment; negative if it is before.
    pub const fn ms_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0).div_euclid(1_000)
    }
}
