//! Joins a recording that more came to after its session was over, and has the session sealed again.

use super::{Job, JobContext};
use crate::{
    ids::SessionId,
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
        if !keep::is_settled(&segments, app.now()) {
            // The chunk that came last has a job of its own.
            return Ok(());
        }
        join::join(app, store, session).await.map_err(crate::commands::plain).context("joining the recording")?;
        sealing::seal(app, store, session).await.map_err(crate::commands::plain).context("sealing")?;
        Ok(())
    }
}
