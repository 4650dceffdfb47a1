//! The conversation: items in order, each knowing how much sound it has.

use realtime_api::{ContentKind, Item};
use std::sync::Arc;

/// Turns whose sound is kept for `conversation.item.retrieve`.
const KEPT_SOUNDS: usize = 4;

/// An item with what the wire does not show.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The item as clients see it.
    pub item: Item,
    /// Length of its sound; `None` for items without.
    pub audio_ms: Option<u64>,
    /// The person's sound, 16 kHz, of the latest turns.
    pub sound: Option<Arc<[f32]>>,
    /// The person's words, told or not.
    pub words: Words,
    /// Of an interrupted item of ours: the words that were heard, as far as that is known.
    pub heard: Option<String>,
}

/// The words of a spoken turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// The item holds its own words: it was not spoken by the person.
    Own,
    /// They are being recognized.
    Due,
    /// They are these.
    Known(String),
    /// They could not be recognized.
    Lost,
}

impl Entry {
    fn new(item: Item) -> Self {
        Self { item, audio_ms: None, sound: None, words: Words::Own, heard: None }
    }
}

/// Items in conversation order.
#[derive(Debug, Default)]
pub struct Conversation {
    entries: Vec<Entry>,
}

impl Conversation {
    /// How many items there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// All items, in order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The last item's id.
    pub fn last_id(&self) -> Option<String> {
        self.entries.last().map(|entry| entry.item.id().to_owned())
    }

    /// All items, in order.
    pub fn items(&self) -> Vec<Item> {
        self.entries.iter().map(|entry| entry.item.clone()).collect()
    }

    /// The item with this id.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.item.id() == id)
    }

    /// The item with this id, to change.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.item.id() == id)
    }

    /// The id before this item's.
    pub fn before(&self, id: &str) -> Option<String> {
        let at = self.entries.iter().position(|entry| entry.item.id() == id)?;
        Some(self.entries.get(at.checked_sub(1)?)?.item.id().to_owned())
    }

    /// Appends an item and returns the id before it.
    pub fn push(&mut self, item: Item) -> Option<String> {
        let previous = self.last_id();
        self.entries.push(Entry::new(item));
        previous
    }

    /// Appends a spoken turn, and forgets the sound of old ones.
    pub fn push_spoken(&mut self, item: Item, sound: Arc<[f32]>) -> Option<String> {
        let previous = self.last_id();
        let audio_ms = Some(sound.len() as u64 / 16);
        self.entries.push(Entry { audio_ms, sound: Some(sound), words: Words::Due, ..Entry::new(item) });
        let with_sound = self.entries.iter_mut().rev().filter(|entry| entry.sound.is_some());
        with_sound.skip(KEPT_SOUNDS).for_each(|entry| entry.sound = None);
        previous
    }

    /// Inserts after `previous` (`root`: at the front); `None` if there is no such item.
    pub fn insert_after(&mut self, previous: &str, item: Item) -> Option<()> {
        let at = match previous {
            "root" => 0,
            id => self.entries.iter().position(|entry| entry.item.id() == id)? + 1,
        };
        self.entries.insert(at, Entry::new(item));
        Some(())
    }

    /// Removes an item; `None` if there is no such item.
    pub fn remove(&mut self, id: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.item.id() == id)?;
        Some(self.entries.remove(at))
    }

    /// Drops what was not heard of a spoken item, its text with it: nobody knows for certain where in the text the cut fell.
    /// The model alone goes by `heard`, the words up to there as far as time tells.
    pub fn truncate(&mut self, id: &str, heard_ms: u64, heard: String) {
        if let Some(entry) = self.get_mut(id) {
            entry.audio_ms = Some(heard_ms);
            entry.heard = Some(heard);
            let spoken = entry.item.content.iter_mut().flatten().filter(|c| c.kind == ContentKind::OutputAudio);
            spoken.for_each(|content| content.transcript = Some(None));
        }
    }
}
