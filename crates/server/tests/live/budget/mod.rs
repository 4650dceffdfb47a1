//! What calls may cost: whatever a page does or a process leaves undone, a call ends when its budget or its lease does.

mod limits;
mod money;
mod orphans;

use crate::stage::{Stage, path};
use serde_json::Value;

impl Stage {
    /// What the recruiter reads, once it is as wanted: some of it is written beside the talk.
    async fn read_until(&mut self, path: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let search = async {
            loop {
                let found = self.recruiter.get(path).await.expect(200);
                if is_it(&found) {
                    return found;
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), search).await.expect("it is so within 20 s")
    }

    async fn cost_until(&mut self, view: &Value, is_it: impl Fn(&Value) -> bool) -> Value {
        self.read_until(&format!("{}/cost", path(view)), is_it).await
    }

    async fn cost(&mut self, view: &Value) -> Value {
        self.cost_until(view, |_| true).await
    }

    /// Waits until no call counts as running.
    async fn settled(&mut self) {
        self.read_until("/v1/usage", |day| day["live"] == 0).await;
    }

    /// Moves the clock and waits until the call is hung up: at this time of the clock, which then stands.
    async fn hung_up_after(&mut self, call: &str, seconds: i64) {
        self.server.app.clock.advance_ms(seconds * 1000);
        self.provider.hung_up(call).await;
    }
}
