//! The proof behind every acknowledgement.

use crate::store::tx::Committed;

/// Every row of the instance up to `seq` is durable. It is made from the proof of a commit, which is nobody's but the
/// store's, so none can be made without one:
///
/// ```compile_fail,E0451
/// let acked = insights::store::log::Acked { seq: 1, head: String::new() };
/// ```
///
/// ```compile_fail,E0624
/// let make = insights::store::log::Acked::new;
/// ```
///
/// ```compile_fail,E0603
/// use insights::store::tx::Committed;
/// ```
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
