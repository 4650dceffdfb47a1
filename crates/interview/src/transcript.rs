//! Merge of a provider's item events into an ordered conversation, whatever order or however often they arrive.
//!
//! Rules, each independent of arrival:
//! - order is the chain of `previous` items, never the time of a text; an item whose predecessor is unknown starts its
//!   own chain, chains and equal predecessors are sorted by item id, and items that were never added come last;
//! - of two predecessors for one item a named one beats none, then the smaller id wins;
//! - a delta is the whole text so far: the longest wins; a final beats every delta; of two different finals the longer
//!   wins and the entry is marked divergent;
//! - empty text never replaces text; text beats a failure;
//! - a cut utterance keeps its whole text, and [`Entry::text`] is the part that was heard: the smallest cut wins;
//! - a deleted item stays out.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::output::{Speaker, TurnStatus};
use crate::script::spoken_ms;

/// One event of the provider about one item of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The item is part of the conversation.
    ItemAdded {
        /// The provider's item.
        item: String,
        /// The item before it; none for the first.
        previous: Option<String>,
        /// Who speaks in it.
        speaker: Speaker,
    },
    /// The text so far (the whole, not the increment).
    Delta {
        /// The provider's item.
        item: String,
        /// The text so far.
        text: String,
    },
    /// The whole text.
    Final {
        /// The provider's item.
        item: String,
        /// The whole text.
        text: String,
    },
    /// The item's speech could not be recognized.
    Failed {
        /// The provider's item.
        item: String,
    },
    /// The interviewer was cut off in this item.
    Truncated {
        /// The provider's item.
        item: String,
        /// Milliseconds of it that were heard.
        heard_ms: u64,
    },
    /// The item was removed from the conversation.
    Deleted {
        /// The provider's item.
        item: String,
    },
}

/// One item of the merged conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The provider's item.
    pub item: String,
    /// Who speaks; unknown until the item was added.
    pub speaker: Option<Speaker>,
    /// The words; of a cut utterance those that were heard.
    pub text: String,
    /// Final text, empty final text, or no final text (then `text` holds the captions so far).
    pub status: TurnStatus,
    /// True if the interviewer was cut off in it.
    pub cut: bool,
    /// True if two different final texts arrived.
    pub divergent: bool,
}

/// A conversation being merged.
#[derive(Debug, Clone, Default)]
pub struct Transcript {
    items: BTreeMap<String, Item>,
}

#[derive(Debug, Clone, Default)]
struct Item {
    added: Option<(Option<String>, Speaker)>,
    partial: String,
    text: Option<String>,
    divergent: bool,
    heard_ms: Option<u64>,
    deleted: bool,
}

impl Transcript {
    /// Takes in one event; applying it again, or in another order, leads to the same entries.
    pub fn apply(&mut self, event: Event) {
        match event {
            Event::ItemAdded { item, previous, speaker } => {
                let item = self.item(item);
                item.added = Some(match item.added.take() {
                    None => (previous, speaker),
                    Some((other, known)) => (link(previous, other), speaker.min_of(known)),
                });
            }
            Event::Delta { item, text } => {
                let item = self.item(item);
                item.partial = longer(std::mem::take(&mut item.partial), text);
            }
            Event::Final { item, text } => self.item(item).finish(text),
            Event::Failed { item } => drop(self.item(item)),
            Event::Truncated { item, heard_ms } => {
                let item = self.item(item);
                item.heard_ms = Some(item.heard_ms.map_or(heard_ms, |known| known.min(heard_ms)));
            }
            Event::Deleted { item } => self.item(item).deleted = true,
        }
    }

    /// Returns the conversation in order.
    pub fn entries(&self) -> Vec<Entry> {
        let order = self.order();
        let kept = order.into_iter().map(|id| (id, &self.items[id])).filter(|(_, item)| !item.deleted);
        kept.map(|(id, item)| item.entry(id)).collect()
    }

    fn item(&mut self, id: String) -> &mut Item {
        self.items.entry(id).or_default()
    }

    fn order(&self) -> Vec<&str> {
        let mut after: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let (mut first, mut unseen, mut never_added) = (Vec::new(), Vec::new(), Vec::new());
        for (id, item) in &self.items {
            match &item.added {
                None => never_added.push(id.as_str()),
                Some((None, _)) => first.push(id.as_str()),
                Some((Some(previous), _)) if !self.items.contains_key(previous) => unseen.push(id.as_str()),
                Some((Some(previous), _)) => after.entry(previous).or_default().push(id),
            }
        }
        // An item that nothing leads to (a circle of predecessors) is still an item: walk from all of them last.
        let everything = self.items.keys().map(String::as_str);
        let starts = first.into_iter().chain(unseen).chain(never_added).chain(everything);
        let (mut order, mut done) = (Vec::new(), BTreeSet::new());
        for start in starts {
            let mut stack = vec![start];
            while let Some(id) = stack.pop() {
                if done.insert(id) {
                    order.push(id);
                    stack.extend(after.get(id).into_iter().flatten().rev());
                }
            }
        }
        order
    }
}

impl Item {
    fn finish(&mut self, text: String) {
        self.text = Some(match self.text.take() {
            None => text,
            Some(known) => {
                self.divergent |= known != text && !known.is_empty() && !text.is_empty();
                longer(known, text)
            }
        });
    }

    fn entry(&self, id: &str) -> Entry {
        let status = match self.text.as_deref() {
            None => TurnStatus::Missing,
            Some("") if self.partial.is_empty() => TurnStatus::Empty,
            Some(_) => TurnStatus::Final,
        };
        let whole = self.text.as_deref().filter(|text| !text.is_empty()).unwrap_or(&self.partial);
        let text = self.heard_ms.map_or(whole, |ms| heard(whole, ms));
        Entry {
            item: id.to_owned(),
            speaker: self.added.as_ref().map(|(_, speaker)| *speaker),
            text: text.to_owned(),
            status,
            cut: self.heard_ms.is_some(),
            divergent: self.divergent,
        }
    }
}

impl Speaker {
    fn min_of(self, other: Self) -> Self {
        if self == Self::Interviewer { self } else { other }
    }
}

/// Returns the part of an interviewer's text that was heard in `ms` of audio: whole words, by proportion.
pub fn heard(text: &str, ms: u64) -> &str {
    let whole = spoken_ms(text);
    if ms >= whole {
        return text;
    }
    let chars = usize::try_from(text.chars().count() as u64 * ms / whole).unwrap_or(usize::MAX);
    let at = text.char_indices().nth(chars).map_or(text.len(), |(at, _)| at);
    if text[at..].starts_with(char::is_whitespace) {
        return text[..at].trim_end();
    }
    text[..at].rfind(char::is_whitespace).map_or("", |space| text[..space].trim_end())
}

fn longer(a: String, b: String) -> String {
    if (b.len(), &b) > (a.len(), &a) { b } else { a }
}

fn link(a: Option<String>, b: Option<String>) -> Option<String> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
