//! Where instances stood after their last commit. What goes on from there needs no look before it is written; nothing is
//! believed, as a cursor moves only from the place that is named (see [`super::sheet`]), and what does not fit is read.

use std::collections::HashMap;

use super::{Append, decide::Place};

/// More are forgotten at once: they are read again.
const MOST: usize = 8192;

#[derive(Default)]
pub(super) struct Known(HashMap<String, Place>);

impl Known {
    /// Where the append's instance stands.
    pub(super) fn place(&self, append: &Append) -> Option<&Place> {
        self.0.get(&key(append))
    }

    /// To be called after the commit.
    pub(super) fn learn(&mut self, append: &Append, place: Place) {
        let key = key(append);
        if self.0.len() >= MOST && !self.0.contains_key(&key) {
            self.0.clear();
        }
        self.0.insert(key, place);
    }

    /// To be called when anything went wrong.
    pub(super) fn forget(&mut self, appends: &[Append]) {
        for append in appends {
            self.0.remove(&key(append));
        }
    }
}

/// Ids have no spaces, and an instance is the last.
fn key(append: &Append) -> String {
    format!("{} {} {}", append.tenant, append.session, append.instance)
}
