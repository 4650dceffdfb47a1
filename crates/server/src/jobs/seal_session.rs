//! Seals a session that is over, or what came to it later.

use super::{Job, JobContext};
use crate::{ids::SessionId, sessions::sealing};
use anyhow::Context;
use serde::{Deserialize, Serialize};

/// Seal this session.
#[derive(Serialize, Deserialize)]
pub struct SealSession {
    /// Which.
    pub session: SessionId,
}

impl Job for SealSession {
    const NAME: &'static str = "seal_session";

    async fn run(self, cx: JobContext) -> anyhow::Result<()> {
        sealing::seal(&cx.app, &cx.store, &self.session).await.map_err(crate::commands::plain).context("sealing")?;
        Ok(())
    }
}
