//! Append keys that were found a moment ago. A page in a talk appends every second or two; each would read the same row.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{clock::Timestamp, store::DoorTarget};

/// So long is a key believed. It opens nothing but the way to add to one log.
const KEPT_MS: i64 = 10_000;
/// So many are kept before it is looked for those that are believed no longer.
const FEW: usize = 256;

/// The keys.
#[derive(Default)]
pub struct AppendKeys(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// By the hash of the key: where it leads, and until when that is believed.
    all: HashMap<String, (DoorTarget, Timestamp)>,
    /// How many there may be before the next look.
    most: usize,
}

impl AppendKeys {
    /// Where the key leads, if it was found lately.
    pub fn find(&self, hash: &str, now: Timestamp) -> Option<DoorTarget> {
        let kept = self.kept();
        let (target, until) = kept.all.get(hash)?;
        (now < *until).then(|| target.clone())
    }

    /// To be called with what the database said.
    pub fn keep(&self, hash: String, target: DoorTarget, now: Timestamp) {
        let mut kept = self.kept();
        if kept.all.len() >= kept.most {
            kept.all.retain(|_, (_, until)| now < *until);
            kept.most = FEW.max(2 * kept.all.len());
        }
        kept.all.insert(hash, (target, now.plus_ms(KEPT_MS)));
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::ids::TenantId;

    #[test]
    fn a_key_is_believed_for_a_while_and_then_forgotten() {
        let keys = AppendKeys::default();
        let leads = |target: &str| DoorTarget { tenant: TenantId::stored("t".into()), target: target.into() };
        let at = |n: i64| Timestamp(1_000_000_000).plus_ms(n);
        keys.keep("a".into(), leads("s1"), at(0));
        assert_eq!(keys.find("a", at(KEPT_MS - 1)).unwrap().target, "s1");
        assert!(keys.find("a", at(KEPT_MS)).is_none());
        assert!(keys.find("b", at(0)).is_none());
        // One a second for an hour: those of the last ten seconds count, and few others are still held.
        for n in 0..3_600 {
            keys.keep(format!("k{n}"), leads("s"), at(n * 1_000));
        }
        assert!(keys.kept().all.len() <= 2 * FEW);
        assert!(keys.find("k3599", at(3_600_000)).is_some());
    }
}
