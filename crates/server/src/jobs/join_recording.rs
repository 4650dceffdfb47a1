//! Joins a recording that more came to after its session was over, and has the session sealed again.

use super::{Job, JobContext};
use crate::{
    ids::SessionId,
    jobs,
    recording::{join, keep},
    sessions::sealing,
};
use anyhow::Context;
use serde::{Deserialize, Serialize};

/// Join this session's recording.
#[derive(Serialize, Deserialize)]
pub struct JoinRecording {
    /// Whose.
    pub session: SessionId,
    /// Whether it was the last chunk of its segment that asked for it.
    #[serde(default)]
    pub is_last: bool,
}

impl Job for JoinRecording {
    const NAME: &'static str = "join_recording";

    async fn run(self, cx: JobContext) -> anyhow::Result<()> {
        let (app, store, session) = (&cx.app, &cx.store, &self.session);
        if sealing::may_wait(app, store, session).await.map_err(crate::commands::plain)? {
            // The first seal, which is queued, joins as well.
            return Ok(());
        }
        let segments =
            store.read(async |db| db.recording_segments(session).await).await.map_err(crate::commands::plain)?;
        if let Some(until) = keep::unsettled_until(&segments, app.now()) {
            // The chunk that came last has a job of its own; one that ends its segment had it at once.
            if self.is_last {
                let later = store.write(async |db| jobs::enqueue_at(db, app, &self, until).await).await;
                later.map_err(crate::commands::plain)?;
            }
            return Ok(());
        }
        join::join(app, store, session).await.map_err(crate::commands::plain).context("joining the recording")?;
        sealing::seal(app, store, session).await.map_err(crate::commands::plain).context("sealing")?;
        Ok(())
    }
}
