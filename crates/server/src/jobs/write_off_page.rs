//! Gives up waiting for the rest of what a candidate's page saw.

use super::{Job, JobContext};
use crate::{ids::SessionId, sessions::sealing};
use serde::{Deserialize, Serialize};

/// Wait no longer for this session's page.
#[derive(Serialize, Deserialize)]
pub struct WriteOffPage {
    /// Which.
    pub session: SessionId,
}

impl Job for WriteOffPage {
    const NAME: &'static str = "write_off_page";

    async fn run(self, cx: JobContext) -> anyhow::Result<()> {
        Ok(sealing::write_off_page(&cx.app, &cx.store, &self.session).await?)
    }
}
