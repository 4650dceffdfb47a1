//! Seals a session that is over, or what came to it later.

use super::{Job, JobContext, enqueue_at, join_recording::JoinRecording};
use crate::{
    ids::SessionId,
    recording::{join, keep},
    sessions::sealing,
};
use anyhow::Context;
use serde::{Deserialize, Serialize};

/// A recording that could not be joined is tried again by itself after so long: by then nothing more of it is awaited.
const JOIN_AGAIN_MS: i64 = keep::QUIET_MS;

/// Seal this session.
#[derive(Serialize, Deserialize)]
pub struct SealSession {
    /// Which.
    pub session: SessionId,
}

impl Job for SealSession {
    const NAME: &'static str = "seal_session";

    async fn run(self, cx: JobContext) -> anyhow::Result<()> {
        let (app, store, session) = (&cx.app, &cx.store, &self.session);
        if sealing::may_wait(app, store, session).await.map_err(crate::commands::plain)? {
            return Ok(());
        }
        if let Err(error) = join::join(app, store, session).await {
            // The words do not wait for the sound.
            tracing::error!(%session, %error, cause = ?error.cause(), "the recording is not joined yet");
            let again = JoinRecording { session: session.clone(), is_last: false };
            store.write(async |db| enqueue_at(db, app, &again, app.now().plus_ms(JOIN_AGAIN_MS)).await).await?;
        }
        sealing::seal(app, store, session).await.map_err(crate::commands::plain).context("sealing")?;
        Ok(())
    }
}
