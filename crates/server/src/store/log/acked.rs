//! The proof behind every acknowledgement.

use crate::store::tx::Committed;

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
