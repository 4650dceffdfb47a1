//! Work that follows from a change: queued in its transaction, run after it, again until it succeeds.
//!
//! A job is a serde struct with a name. It may run twice, re-reads state before it acts, has at most one effect outside.

pub mod heal_session;
pub mod join_recording;
pub mod render_plan;
pub mod seal_session;
pub mod send_invitation;
pub mod write_off_page;

use crate::app::App;
use crate::clock::Timestamp;
use crate::error::{Error, Result};
use crate::store::{Db, JobRow, NewJob, TenantStore};
use serde::{Serialize, de::DeserializeOwned};
use std::{future::Future, sync::Arc, time::Duration};

/// A piece of work.
pub trait Job: Serialize + DeserializeOwned + Send {
    /// Its name in the queue.
    const NAME: &'static str;

    /// Does the work; an error means "again later".
    fn run(self, cx: JobContext) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// What a job works with.
#[derive(Clone)]
pub struct JobContext {
    /// The server's parts.
    pub app: Arc<App>,
    /// The rows of the job's company.
    pub store: TenantStore,
    /// Whether it is set aside if it fails now.
    pub is_last: bool,
}

/// The list of all jobs.
async fn dispatch(row: &JobRow, cx: JobContext) -> anyhow::Result<()> {
    match row.name.as_str() {
        heal_session::HealSession::NAME => run::<heal_session::HealSession>(row, cx).await,
        join_recording::JoinRecording::NAME => run::<join_recording::JoinRecording>(row, cx).await,
        render_plan::RenderPlan::NAME => run::<render_plan::RenderPlan>(row, cx).await,
        seal_session::SealSession::NAME => run::<seal_session::SealSession>(row, cx).await,
        write_off_page::WriteOffPage::NAME => run::<write_off_page::WriteOffPage>(row, cx).await,
        send_invitation::SendInvitation::NAME => run::<send_invitation::SendInvitation>(row, cx).await,
        other => anyhow::bail!("no job is named {other}"),
    }
}

async fn run<J: Job>(row: &JobRow, cx: JobContext) -> anyhow::Result<()> {
    let job: J = serde_json::from_str(&row.payload)?;
    job.run(cx).await
}

/// Queues a job in the open transaction. Call [`wake`] after the commit.
pub async fn enqueue<J: Job>(db: &mut Db, app: &App, job: &J) -> Result<()> {
    enqueue_at(db, app, job, app.now()).await
}

/// Queues a job that is due at `at`, in the open transaction.
pub async fn enqueue_at<J: Job>(db: &mut Db, app: &App, job: &J, at: Timestamp) -> Result<()> {
    db.add_job(&new(app, job, at)?, app.now()).await
}

/// Queues a job that is due at `at`, in the open transaction, unless the same one waits already and is due no later.
pub async fn enqueue_once<J: Job>(db: &mut Db, app: &App, job: &J, at: Timestamp) -> Result<()> {
    db.add_job_once(&new(app, job, at)?, app.now()).await
}

/// A job that may be queued, due at `at`.
pub fn new<J: Job>(app: &App, job: &J, at: Timestamp) -> Result<NewJob> {
    let payload = serde_json::to_string(job).map_err(|e| Error::internal(anyhow::Error::new(e)))?;
    Ok(NewJob { id: app.id(), name: J::NAME, payload, run_at: at })
}

/// Tells the runner that something was queued.
pub fn wake(app: &App) {
    app.jobs_due.notify_waiters();
    app.jobs_due.notify_one();
}

/// How long a claimed job is nobody else's; a job that takes longer must do less.
const CLAIM_MS: i64 = 10 * 60 * 1000;
/// How often the queue is looked at without a wake-up.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// A job is set aside after so many tries.
const MOST_ATTEMPTS: i64 = 12;

/// Milliseconds until the next try: 2 s, 4 s, 8 s … at most an hour.
fn backoff_ms(attempts: i64) -> i64 {
    (1000_i64 << attempts.clamp(1, 12)).min(3_600_000)
}

/// Runs due jobs until the server stops.
pub async fn run_forever(app: Arc<App>) {
    loop {
        match run_one(&app).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(e) => tracing::error!(cause = ?e.cause(), code = e.code().text(), "the job queue cannot be read"),
        }
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = app.jobs_due.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

/// Claims and runs one due job; `false` if none is due.
pub async fn run_one(app: &Arc<App>) -> Result<bool> {
    if app.stop.is_cancelled() {
        return Ok(false);
    }
    let now = app.now();
    let until = Timestamp(now.0 + CLAIM_MS * 1000);
    let queue = app.store.system("run jobs");
    let Some(job) = queue.write(async |db| db.claim_job(now, until).await).await? else { return Ok(false) };
    let is_last = job.attempts >= MOST_ATTEMPTS;
    let cx = JobContext { app: app.clone(), store: app.store.tenant(&job.tenant), is_last };
    let outcome = dispatch(&job, cx).await;
    match outcome {
        Ok(()) => {
            tracing::debug!(job = job.id.as_str(), name = job.name, "job done");
            queue.write(async |db| db.job_done(&job).await).await?;
        }
        Err(e) => {
            let now = app.now();
            let again_at = Timestamp(now.0 + backoff_ms(job.attempts) * 1000);
            tracing::warn!(
                job = job.id.as_str(),
                name = job.name,
                attempts = job.attempts,
                is_last,
                cause = format!("{e:#}"),
                "job failed"
            );
            let why = format!("{e:#}");
            queue.write(async |db| db.job_failed(&job, again_at, is_last.then_some(now), &why).await).await?;
        }
    }
    Ok(true)
}
