//! Rows of a page that come when its session is over: they are taken, and a seal is owed for them in their transaction.

use super::{Append, draft::Draft, sheet::Session};
use crate::{
    evidence::witness::FIN,
    store::{Store, jobs::ADD_ONCE, tx::Tx},
};

/// A page sends what it has in several requests: one seal is enough for those that come within this time.
const GATHER_MS: i64 = 5_000;

/// Owes a seal for what was added to finished sessions.
pub(super) async fn owe(store: &Store, tx: &mut Tx, draft: &Draft<'_>, sessions: &[Session]) -> sqlx::Result<()> {
    for (id, _, revision) in sessions.iter().filter(|(_, state, _)| state == "finished") {
        for append in draft.added().filter(|append| append.session.as_str() == id) {
            owe_seal(store, tx, draft.tenant, append, *revision).await?;
        }
    }
    Ok(())
}

/// Before the first seal only the page's last row hastens it.
async fn owe_seal(store: &Store, tx: &mut Tx, tenant: &str, append: &Append, revision: i64) -> sqlx::Result<()> {
    let is_last = append.rows.iter().any(|row| row.kind == FIN);
    let Some(job) = append.late.as_ref().filter(|_| is_last || revision > 0) else { return Ok(()) };
    let at = if is_last { append.received_at } else { append.received_at.plus_ms(GATHER_MS) };
    sqlx::query(ADD_ONCE)
        .persistent(store.0.named)
        .bind(tenant)
        .bind(job.id.as_str())
        .bind(job.name)
        .bind(job.payload.as_str())
        .bind(at.0)
        .bind(append.received_at.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
