//! A stopwatch on the time that inputs bring.

use crate::time::Timestamp;

/// Time that ran, in pieces.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stopwatch {
    total_ms: i64,
    since: Option<Timestamp>,
}

impl Stopwatch {
    /// Makes a stopped watch that shows `ms`.
    pub(crate) fn at(ms: i64) -> Self {
        Self { total_ms: ms, since: None }
    }

    /// Lets it run or stop from `now` on.
    pub(crate) fn run(&mut self, now: Timestamp, running: bool) {
        self.total_ms = self.elapsed_ms(now);
        self.since = running.then_some(now);
    }

    /// Returns the milliseconds it ran until `now`.
    pub(crate) fn elapsed_ms(&self, now: Timestamp) -> i64 {
        self.total_ms + self.since.map_or(0, |since| now.ms_since(since).max(0))
    }

    /// Returns when it will show `ms`, if it runs.
    pub(crate) fn when(&self, ms: i64) -> Option<Timestamp> {
        self.since.map(|since| since.plus_ms(ms - self.total_ms))
    }
}
