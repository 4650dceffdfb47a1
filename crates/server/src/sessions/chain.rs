//! Proof that no item of the conversation was missed: each committed item names the one before it.

use std::collections::HashSet;

use realtime_api::ServerEvent;

/// The items seen on one leg.
#[derive(Debug, Default)]
pub struct Chain {
    seen: HashSet<String>,
    /// The channel was away, and no item since then proves that nothing happened meanwhile.
    unproven: bool,
    hole: bool,
}

impl Chain {
    /// The channel was away for a while.
    pub fn interrupted(&mut self) {
        self.unproven = true;
    }

    /// The channel closed with the call: nothing could be said meanwhile.
    pub fn closed_with_call(&mut self) {
        self.unproven = false;
    }

    /// Takes note of an event's item.
    pub fn see(&mut self, event: &ServerEvent) {
        match event {
            // Only these two tell the order reliably.
            ServerEvent::ConversationItemAdded(e) => self.add(e.previous_item_id.as_deref(), e.item.id()),
            ServerEvent::InputAudioBufferCommitted(e) => self.add(e.previous_item_id.as_deref(), &e.item_id),
            _ => {}
        }
    }

    /// Whether this item is known.
    pub fn knows(&self, item: &str) -> bool {
        self.seen.contains(item)
    }

    /// Whether items may be missing.
    pub fn has_hole(&self) -> bool {
        self.hole || self.unproven
    }

    fn add(&mut self, previous: Option<&str>, item: &str) {
        if !self.seen.insert(item.to_owned()) {
            return;
        }
        let is_linked = previous.is_none_or(|previous| self.seen.contains(previous));
        if self.unproven {
            // A missing predecessor proves only that one item is unknown; a known one, that nothing is.
            self.hole |= !is_linked;
            self.unproven = false;
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn committed(previous: Option<&str>, item: &str) -> ServerEvent {
        let json =
            serde_json::json!({"type": "input_audio_buffer.committed", "previous_item_id": previous, "item_id": item});
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn an_interruption_without_a_missing_item_is_proven_harmless_by_the_next_item() {
        let mut chain = Chain::default();
        chain.see(&committed(None, "a"));
        chain.interrupted();
        assert!(chain.has_hole());
        chain.see(&committed(Some("a"), "b"));
        assert!(!chain.has_hole());
    }

    #[test]
    fn an_item_whose_predecessor_was_never_seen_is_a_hole() {
        let mut chain = Chain::default();
        chain.see(&committed(None, "a"));
        chain.interrupted();
        chain.see(&committed(Some("b"), "c"));
        chain.see(&committed(Some("c"), "d"));
        assert!(chain.has_hole());
    }
}
