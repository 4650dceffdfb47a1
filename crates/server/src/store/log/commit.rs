//! The proof behind every acknowledgement.

use sqlx::{Any, Transaction};

/// Proof that a transaction was committed; only [`commit`] makes one.
pub(super) struct Committed(());

/// Commits, durably by the engine's settings, and proves it.
pub(super) async fn commit(tx: Transaction<'static, Any>) -> sqlx::Result<Committed> {
    tx.commit().await?;
    Ok(Committed(()))
}

/// Every row of the instance up to `seq` is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acked {
    seq: i64,
    head: String,
}

impl Acked {
    pub(super) fn new(_: &Committed, seq: i64, head: String) -> Acked {
        Acked { seq, head }
    }

    /// The last durable row.
    pub fn seq(&self) -> i64 {
        self.seq
    }

    /// Its hash.
    pub fn head(&self) -> &str {
        &self.head
    }
}
