//! The queue: jobs are written in the transaction that needs them and claimed across companies.

use super::{Db, System};
use crate::error::Result;
use crate::ids::{JobId, TenantId};
use interview::Timestamp;

/// A job to be queued.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// Which kind of work.
    pub name: &'static str,
    /// What to do, as JSON; ids only.
    pub payload: String,
    /// Not before.
    pub run_at: Timestamp,
}

/// A job that was claimed.
#[derive(Clone, Debug)]
pub struct JobRow {
    /// Whose job.
    pub tenant: TenantId,
    /// Its id.
    pub id: JobId,
    /// Which kind of work.
    pub name: String,
    /// What to do.
    pub payload: String,
    /// Tries so far, this one included.
    pub attempts: i64,
}

/// Queues a job. Parameters: tenant, id, name, payload, when it is due, now.
const ADD: &str = "insert into jobs (tenant_id, id, name, payload, run_at, attempts, created_at) \
    values ($1, $2, $3, $4, $5, 0, $6)";
/// Queues a job unless the same one waits already and is due no later. The same parameters.
pub(super) const ADD_ONCE: &str = "insert into jobs (tenant_id, id, name, payload, run_at, attempts, created_at) \
    select $1, $2, $3, $4, cast($5 as bigint), 0, cast($6 as bigint) where not exists (select 1 from jobs \
    where tenant_id = $1 and name = $3 and payload = $4 and run_at <= $5 and claimed_until is null and failed_at is null)";

impl Db {
    /// Queues a job, unless the same one waits already and is due no later: it has not read anything yet.
    pub async fn add_job_once(&mut self, job: &NewJob, now: Timestamp) -> Result<()> {
        self.queue_job(ADD_ONCE, job, now).await
    }

    /// Queues a job, to be seen when this transaction commits.
    pub async fn add_job(&mut self, job: &NewJob, now: Timestamp) -> Result<()> {
        self.queue_job(ADD, job, now).await
    }

    async fn queue_job(&mut self, sql: &'static str, job: &NewJob, now: Timestamp) -> Result<()> {
        let query = self.query(sql).bind(job.id.as_str()).bind(job.name).bind(&job.payload);
        query.bind(job.run_at.0).bind(now.0).execute(self.on()).await?;
        Ok(())
    }
}

const CLAIM_SQLITE: &str = "update jobs set claimed_until = $2, attempts = attempts + 1 where (tenant_id, id) in (select tenant_id, id from jobs \
    where failed_at is null and run_at <= $1 and (claimed_until is null or claimed_until <= $1) order by run_at, id limit 1) \
    returning tenant_id, id, name, payload, attempts";
const CLAIM_POSTGRES: &str = "update jobs set claimed_until = $2, attempts = attempts + 1 where (tenant_id, id) in (select tenant_id, id from jobs \
    where failed_at is null and run_at <= $1 and (claimed_until is null or claimed_until <= $1) order by run_at, id limit 1 \
    for update skip locked) returning tenant_id, id, name, payload, attempts";

impl System {
    /// Claims the next due job until `until`; whoever dies with it loses it then.
    pub async fn claim_job(&mut self, now: Timestamp, until: Timestamp) -> Result<Option<JobRow>> {
        let row: Option<(String, String, String, String, i64)> =
            sqlx::query_as(self.engine.pick(CLAIM_SQLITE, CLAIM_POSTGRES))
                .persistent(self.named)
                .bind(now.0)
                .bind(until.0)
                .fetch_optional(&mut *self.tx)
                .await?;
        Ok(row.map(|(tenant, id, name, payload, attempts)| JobRow {
            tenant: TenantId::stored(tenant),
            id: JobId::stored(id),
            name,
            payload,
            attempts,
        }))
    }

    /// Gives up the claims of a process that is gone. Only where there is one process for a database, and before it runs jobs.
    pub async fn release_jobs(&mut self) -> Result<()> {
        sqlx::query("update jobs set claimed_until = null where claimed_until is not null")
            .persistent(self.named)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Removes a job that is done.
    pub async fn job_done(&mut self, job: &JobRow) -> Result<()> {
        sqlx::query("delete from jobs where tenant_id = $1 and id = $2")
            .persistent(self.named)
            .bind(job.tenant.as_str())
            .bind(job.id.as_str())
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    /// Puts a job back until `run_at`, or sets it aside for good at `failed_at`.
    pub async fn job_failed(
        &mut self,
        job: &JobRow,
        run_at: Timestamp,
        failed_at: Option<Timestamp>,
        error: &str,
    ) -> Result<()> {
        sqlx::query(
            "update jobs set run_at = $3, failed_at = $4, last_error = $5, claimed_until = null where tenant_id = $1 and id = $2",
        )
        .persistent(self.named)
        .bind(job.tenant.as_str())
        .bind(job.id.as_str())
        .bind(run_at.0)
        .bind(failed_at.map(|t| t.0))
        .bind(error)
        .execute(&mut *self.tx)
        .await?;
        Ok(())
    }

    /// How many jobs wait (due or later), and how many were set aside: `(waiting, failed)`.
    pub async fn job_counts(&mut self) -> Result<(i64, i64)> {
        Ok(sqlx::query_as(
            "select cast(count(case when failed_at is null then 1 end) as bigint), cast(count(failed_at) as bigint) from jobs",
        )
        .persistent(self.named)
        .fetch_one(&mut *self.tx)
        .await?)
    }
}
