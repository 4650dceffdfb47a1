//! What a browser keeps for the origin: an IndexedDB in which a write is there when it is answered, or not at all.

use std::collections::BTreeMap;

use super::types::{Address, Entry, Id, Stored};

#[derive(Clone, Debug)]
struct Held {
    address: Address,
    entries: BTreeMap<i64, Entry>,
    stopped: bool,
}

/// All records, in the order in which they were begun.
#[derive(Clone, Debug, Default)]
pub struct Device(Vec<(Id, Held)>);

impl Device {
    /// Keeps entries from `first` on.
    pub fn write(&mut self, instance: &Id, address: &Address, first: i64, entries: &[Entry]) {
        let at = self.0.iter().position(|(id, _)| id == instance).unwrap_or_else(|| {
            let held = Held { address: address.clone(), entries: BTreeMap::new(), stopped: false };
            self.0.push((instance.clone(), held));
            self.0.len() - 1
        });
        self.0[at].1.entries.extend((first..).zip(entries.iter().cloned()));
    }

    /// Removes everything up to `acked`; with its last entry a record is gone.
    pub fn erase(&mut self, instance: &Id, acked: i64) {
        if let Some((_, held)) = self.0.iter_mut().find(|(id, _)| id == instance) {
            held.entries.retain(|seq, _| *seq > acked);
        }
        self.0.retain(|(id, held)| id != instance || !held.entries.is_empty());
    }

    /// Remembers that a record is not to be tried again.
    pub fn stop(&mut self, instance: &Id) {
        if let Some((_, held)) = self.0.iter_mut().find(|(id, _)| id == instance) {
            held.stopped = true;
        }
    }

    /// Everything is gone.
    pub fn wipe(&mut self) {
        self.0.clear();
    }

    /// Whether nothing waits here.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every record up to its first hole.
    pub fn stored(&self) -> Vec<Stored> {
        let stored = |(instance, held): &(Id, Held)| {
            let first = held.entries.keys().next().copied().unwrap_or(1);
            let run = (first..).zip(&held.entries).take_while(|(at, (seq, _))| at == *seq);
            let entries = run.map(|(_, (_, entry))| entry.clone()).collect();
            let (address, stopped) = (held.address.clone(), held.stopped);
            Stored { instance: instance.clone(), address, first, entries, stopped }
        };
        self.0.iter().map(stored).collect()
    }
}
