//! Recovers what nobody heard live from a session's recording, and has the session sealed again.

use super::{Job, JobContext, enqueue, enqueue_at};
use crate::{
    healing::heal::{Healing, heal},
    ids::SessionId,
};
use anyhow::Context;
use serde::{Deserialize, Serialize};

/// Heal this session.
#[derive(Serialize, Deserialize)]
pub struct HealSession {
    /// Which.
    pub session: SessionId,
}

impl Job for HealSession {
    const NAME: &'static str = "heal_session";

    async fn run(self, cx: JobContext) -> anyhow::Result<()> {
        let (app, store) = (&cx.app, &cx.store);
        let done = heal(app, store, &self.session, cx.is_last).await.map_err(crate::commands::plain);
        match done.context("recovering words from the recording")? {
            Healing::Done => {}
            Healing::More => store.write(async |db| enqueue(db, app, &self).await).await?,
            Healing::Later(at) => store.write(async |db| enqueue_at(db, app, &self, at).await).await?,
        }
        Ok(())
    }
}
