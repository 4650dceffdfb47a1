//! Has the texts of a plan version or an invitation synthesized ahead, so that the interviewer answers at once.
//!
//! One text per run, then the job queues itself behind what came in between: mail does not wait for a long plan.

use super::{Job, JobContext, enqueue, wake};
use crate::adapters::realtime::Urgency;
use serde::{Deserialize, Serialize};

/// Render what is left of this owner.
#[derive(Serialize, Deserialize)]
pub struct RenderPlan {
    /// A plan version or an invitation.
    pub owner: String,
}

impl Job for RenderPlan {
    const NAME: &'static str = "render_plan";

    async fn run(self, cx: JobContext) -> anyhow::Result<()> {
        let owner = self.owner.as_str();
        let left = cx.store.read(async |db| db.renders_left(owner).await).await?;
        let Some((voice, text)) = left.first() else { return Ok(()) };
        // The engine keeps what it renders; the sound itself is not needed here.
        cx.app.engine.speech(voice, text, Urgency::Background).await?;
        let now = cx.app.now();
        cx.store
            .write(async |db| {
                db.render_done(owner, text, now).await?;
                if left.len() > 1 {
                    enqueue(db, &cx.app, &self).await?;
                }
                Ok(())
            })
            .await?;
        wake(&cx.app);
        Ok(())
    }
}
