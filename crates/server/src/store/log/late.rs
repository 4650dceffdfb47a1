//! Rows of a page that come when its session is over: they are taken, and a seal is owed for them in their transaction.

use std::collections::{BTreeMap, BTreeSet};

use super::{Append, Source, batch::Group};
use crate::{
    evidence::witness::FIN,
    store::{dialect, jobs::ADD_ONCE},
};

/// A page sends what it has in several requests: one seal is enough for those that come within this time.
const GATHER_MS: i64 = 5_000;

impl<'a> Group<'a> {
    /// The finished sessions among those that pages write to, with their newest revision. They are locked against being
    /// sealed until this transaction is over: a seal either covers these rows, or is known here.
    pub(super) async fn finished(&mut self, items: &[usize]) -> sqlx::Result<BTreeMap<&'a str, i64>> {
        let pages = items.iter().map(|&at| &self.appends[at]).filter(|append| append.source == Source::Page);
        let sessions: Vec<&'a str> =
            pages.map(|append| append.session.as_str()).collect::<BTreeSet<_>>().into_iter().collect();
        let mut finished = BTreeMap::new();
        for piece in dialect::pieces(&sessions) {
            let places: Vec<String> = (2..piece.len() + 2).map(|n| format!("${n}")).collect();
            let sql = format!(
                "select id, state, revision from sessions where tenant_id = $1 and id in ({}) order by id{}",
                places.join(", "),
                self.store.engine().pick("", " for no key update"),
            );
            let mut query = sqlx::query_as::<_, (String, String, i64)>(dialect::batch(self.store.engine(), sql))
                .persistent(self.store.0.named)
                .bind(self.tenant);
            for session in piece {
                query = query.bind(*session);
            }
            for (id, state, revision) in query.fetch_all(&mut **self.tx).await? {
                if let Some(session) = sessions.iter().find(|known| **known == id && state == "finished") {
                    finished.insert(*session, revision);
                }
            }
        }
        Ok(finished)
    }

    /// Owes a seal for what was added to a finished session. Before the first seal only the page's last row hastens it.
    pub(super) async fn owe_seal(&mut self, append: &Append, revision: i64) -> sqlx::Result<()> {
        let is_last = append.rows.iter().any(|row| row.kind == FIN);
        let Some(job) = append.late.as_ref().filter(|_| is_last || revision > 0) else { return Ok(()) };
        let at = if is_last { append.received_at } else { append.received_at.plus_ms(GATHER_MS) };
        sqlx::query(ADD_ONCE)
            .persistent(self.store.0.named)
            .bind(self.tenant)
            .bind(job.id.as_str())
            .bind(job.name)
            .bind(job.payload.as_str())
            .bind(at.0)
            .bind(append.received_at.0)
            .execute(&mut **self.tx)
            .await?;
        Ok(())
    }
}
