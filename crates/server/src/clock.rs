//! Time as an argument: the only place that reads the system's clock.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::SystemTime;

pub use interview::Timestamp;

/// Where the time comes from.
#[derive(Debug)]
pub enum Clock {
    /// The system's clock.
    System,
    /// A clock that a test moves by hand; microseconds since the epoch.
    Fake(AtomicI64),
}

impl Clock {
    /// A fake clock that stands at `at` until it is advanced.
    pub fn fake(at: Timestamp) -> Clock {
        Clock::Fake(AtomicI64::new(at.0))
    }

    /// The time now.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => {
                let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
            }
            Clock::Fake(at) => Timestamp(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a fake clock forward; the system's clock goes its own way.
    pub fn advance_ms(&self, ms: i64) {
        if let Clock::Fake(at) = self {
            at.fetch_add(ms * 1000, Ordering::SeqCst);
        }
    }
}

/// Milliseconds since the epoch, the unit of every time in the API.
pub fn api_ms(at: Timestamp) -> i64 {
    at.0.div_euclid(1000)
}
