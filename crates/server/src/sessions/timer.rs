//! Waiting by the server's clock, which a test may move.

use std::time::Duration;

use interview::Timestamp;

use crate::clock::Clock;

/// How often a fake clock is looked at; it cannot wake anybody by itself.
const LOOK: Duration = Duration::from_millis(5);

/// Returns at `deadline`; never, without one.
pub async fn reached(clock: &Clock, deadline: Option<Timestamp>) {
    let Some(deadline) = deadline else { return std::future::pending().await };
    loop {
        let left_ms = deadline.ms_since(clock.now());
        if left_ms < 0 || deadline <= clock.now() {
            return;
        }
        let left = Duration::from_millis(u64::try_from(left_ms).unwrap_or_default() + 1);
        let wait = if matches!(clock, Clock::Fake(_)) { LOOK } else { left };
        tokio::time::sleep(wait).await;
    }
}
