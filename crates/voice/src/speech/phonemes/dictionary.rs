//! The fetched pronunciation dictionary: about 180,000 words, some with a sound for each part of speech.

use std::collections::HashMap;

use serde::Deserialize;

use super::word::{Context, Part};
use crate::speech::SpeechError;
use crate::speech::assets::{self, Assets};

/// One entry as the files have it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    One(Box<str>),
    /// By part of speech; `DEFAULT` is always there, `None` means at the end of a clause.
    ByPart(HashMap<Box<str>, Option<Box<str>>>),
}

/// Looked at by people first, made by machines second.
pub struct Dictionary {
    lists: [HashMap<Box<str>, Entry>; 2],
}

impl Dictionary {
    /// Reads both files.
    pub fn load(assets: &Assets) -> Result<Self, SpeechError> {
        let read = |target: &str| {
            let bytes = assets.read(target)?;
            serde_json::from_slice(&bytes)
                .map_err(|e| SpeechError::Load { file: assets.path(target), reason: e.to_string() })
        };
        Ok(Self { lists: [read(assets::GOLD)?, read(assets::SILVER)?] })
    }

    /// The sounds of a word, in any capitalization that the lists have.
    pub fn find(&self, word: &str, context: &Context<'_>) -> Option<String> {
        let lower = word.to_lowercase();
        let capital = capitalized(&lower);
        let spellings = [word, lower.as_str(), capital.as_str()];
        self.lists.iter().find_map(|list| {
            let entry = spellings.iter().find_map(|spelling| list.get(*spelling))?;
            match entry {
                Entry::One(sounds) => Some(sounds.to_string()),
                Entry::ByPart(sounds) => choose(sounds, context),
            }
        })
    }

    /// Whether the lists have it in capitals, such as "SQL" and "NASA".
    pub fn has_capitals(&self, word: &str) -> bool {
        self.lists.iter().any(|list| list.contains_key(word))
    }
}

fn choose(sounds: &HashMap<Box<str>, Option<Box<str>>>, context: &Context<'_>) -> Option<String> {
    let parts: &[&str] = match context.part() {
        Part::Noun => &["NOUN"],
        Part::Verb => &["VERB", "VBP"],
        Part::Participle => &["VBN", "VBD", "ADJ"],
        Part::Unknown => &[],
    };
    let ends: &[&str] = if context.next_sound.is_none() && !context.previous.is_empty() { &["None"] } else { &[] };
    let wanted = ends.iter().chain(parts).chain(&["DEFAULT"]);
    wanted.filter_map(|part| sounds.get(*part)).flatten().map(|sounds| sounds.to_string()).next()
}

fn capitalized(lower: &str) -> String {
    let mut letters = lower.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
