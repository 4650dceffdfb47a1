//! One page load's row of entries, and when of it what may be sent.

use super::types::{Address, Effect, Entry, Id};

/// A page whose own entries get no further for so long sends them itself, whoever holds the lock.
pub const PATIENCE_MS: i64 = 5000;

/// One page load's row of entries. Their places are contiguous, from 1.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) address: Address,
    pub(super) own: bool,
    /// The place of `entries[0]`.
    pub(super) first: i64,
    pub(super) entries: Vec<Entry>,
    pub(super) acked: i64,
    pub(super) written: i64,
    /// A write up to this place is under way; 0: none.
    pub(super) writing: i64,
    pub(super) sending: bool,
    pub(super) losses: usize,
    pub(super) due: i64,
    pub(super) since: i64,
    pub(super) stopped: bool,
}

impl Instance {
    pub(super) fn begun(address: Address, now: i64) -> Instance {
        Instance {
            address,
            own: true,
            first: 1,
            entries: Vec::new(),
            acked: 0,
            written: 0,
            writing: 0,
            sending: false,
            losses: 0,
            due: 0,
            since: now,
            stopped: false,
        }
    }

    pub(super) fn last(&self) -> i64 {
        self.first + self.entries.len() as i64 - 1
    }

    /// The entries from this place on.
    pub(super) fn from(&self, seq: i64) -> &[Entry] {
        let at = usize::try_from(seq - self.first).unwrap_or(0);
        &self.entries[at.min(self.entries.len())..]
    }

    pub(super) fn progress(&mut self, acked: i64, now: i64) {
        if acked <= self.acked {
            return;
        }
        if !self.own && acked > self.last() {
            // The server has more of it than this page was shown: what comes behind that is taken over from there.
            self.entries.clear();
            self.first = acked + 1;
        }
        let up_to = acked.min(self.last());
        self.acked = up_to;
        self.written = self.written.max(up_to);
        (self.losses, self.due, self.since) = (0, 0, now);
    }

    pub(super) fn to_write(&self, id: &Id) -> Option<Effect> {
        let first = self.written + 1;
        if !self.own || self.stopped || self.writing > 0 || first > self.last() {
            return None;
        }
        let (instance, address, entries) = (id.clone(), self.address.clone(), self.from(first).to_vec());
        Some(Effect::Write { instance, address, first, entries })
    }
}

/// When the next entries of the instance may be sent; `None`: never.
pub(super) fn send_at(instance: &Instance, on_device: bool, drains: bool) -> Option<i64> {
    if instance.stopped || instance.sending || sendable(instance, on_device) <= instance.acked + 1 - instance.first {
        return None;
    }
    if drains || (instance.own && !on_device) {
        return Some(instance.due);
    }
    instance.own.then(|| instance.due.max(instance.since + PATIENCE_MS))
}

/// How many of `entries` may be sent: nothing before it is on the device, where there is one.
pub(super) fn sendable(instance: &Instance, on_device: bool) -> i64 {
    let up_to = if instance.own && on_device { instance.written } else { instance.last() };
    up_to - instance.first + 1
}
