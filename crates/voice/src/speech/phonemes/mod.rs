//! Text to phonemes: a list of sources is asked word by word, the fetched dictionary first.
//!
//! Inside, sounds are written in the dictionary's own alphabet (one letter per diphthong: `A I O W Y ʤ ʧ`,
//! stress marks right before the vowel); [`alphabet`] turns them into what each voice was trained on.

mod alphabet;
mod dictionary;
mod espeak;
mod inflect;
mod letters;
mod numbers;
mod text;
mod word;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

pub use alphabet::Alphabet;
pub use text::sentences;

use self::dictionary::Dictionary;
use self::text::Token;
use self::word::Context;
use super::SpeechError;
use super::assets::Assets;

/// Looks words up; shared by all voices.
pub struct Phonemes {
    dictionary: Dictionary,
    /// Answers of the slow sources, by word.
    guessed: Mutex<HashMap<String, String>>,
    espeak: bool,
}

/// More different unknown words than any plan has; then the oldest guesses are made anew.
const GUESSES: usize = 4096;

impl Phonemes {
    /// Reads the dictionaries and looks whether `espeak-ng` can be started.
    pub fn load(assets: &Assets) -> Result<Self, SpeechError> {
        Ok(Self {
            dictionary: Dictionary::load(assets)?,
            guessed: Mutex::new(HashMap::new()),
            espeak: espeak::is_installed(),
        })
    }

    /// The same without `espeak-ng`, for machines that lack it and for tests of that case.
    pub fn without_espeak(mut self) -> Self {
        self.espeak = false;
        self
    }

    /// Whether the dictionary or its rules know the word; what they do not know is guessed.
    pub fn is_known(&self, word: &str) -> bool {
        self.looked_up(word, &Context::default()).is_some()
    }

    /// The sounds of one sentence in a voice's alphabet, punctuation kept.
    pub fn of(&self, sentence: &str, alphabet: Alphabet) -> String {
        alphabet.spell(&self.sounds(sentence))
    }

    /// The sounds of one sentence in the dictionary's alphabet.
    fn sounds(&self, sentence: &str) -> String {
        let tokens = text::tokens(sentence);
        let mut words: Vec<String> = Vec::with_capacity(tokens.len());
        // From the end, because "the" and "to" depend on the sound that follows.
        let mut next_sound = None;
        for (i, token) in tokens.iter().enumerate().rev() {
            match token {
                Token::Mark(mark) => {
                    words.push(mark.to_string());
                    next_sound = None;
                }
                Token::Word(word) => {
                    let previous = tokens[..i].last().and_then(Token::as_word).unwrap_or("");
                    let next = tokens.get(i + 1).and_then(Token::as_word).unwrap_or("");
                    let context = Context { previous, next, next_sound };
                    let sounds = self.word(word, &context);
                    next_sound = sounds.chars().find(|c| c.is_alphabetic() && !matches!(c, 'ˈ' | 'ˌ')).or(next_sound);
                    words.push(sounds);
                }
            }
        }
        let mut out = String::new();
        for word in words.iter().rev() {
            let is_mark = word.chars().all(text::is_mark);
            if !out.is_empty() && !is_mark {
                out.push(' ');
            }
            out.push_str(word);
        }
        out
    }

    fn word(&self, word: &str, context: &Context<'_>) -> String {
        if let Some(sounds) = self.looked_up(word, context) {
            return sounds;
        }
        if let Some(sounds) = self.guessed.lock().unwrap_or_else(PoisonError::into_inner).get(word) {
            return sounds.clone();
        }
        let spoken = if self.espeak { espeak::sounds(word) } else { None };
        let sounds = spoken.unwrap_or_else(|| letters::sounds(word));
        let mut guessed = self.guessed.lock().unwrap_or_else(PoisonError::into_inner);
        if guessed.len() >= GUESSES {
            guessed.clear();
        }
        guessed.insert(word.to_string(), sounds.clone());
        sounds
    }

    /// Dictionary, context rules, inflections, spelled acronyms.
    fn looked_up(&self, word: &str, context: &Context<'_>) -> Option<String> {
        word::in_context(word, context)
            .map(str::to_string)
            .or_else(|| self.acronym(word))
            .or_else(|| self.dictionary.find(word, context))
            .or_else(|| inflect::sounds(word, |stem| self.dictionary.find(stem, context)))
    }

    /// Capitals that are no word are spelled: "API", "HR", "AWS".
    fn acronym(&self, word: &str) -> Option<String> {
        if !word::is_acronym(word) || self.dictionary.has_capitals(word) {
            return None;
        }
        let plural = word.ends_with('s');
        let names: Option<Vec<String>> = word
            .trim_end_matches("'s")
            .trim_end_matches('s')
            .chars()
            .map(|letter| self.dictionary.find(&letter.to_string(), &Context::default()))
            .collect();
        let mut sounds = names?.concat().replace('ˈ', "ˌ");
        // The last letter carries the stress.
        if let Some(at) = sounds.rfind('ˌ') {
            sounds.replace_range(at..at + 'ˌ'.len_utf8(), "ˈ");
        }
        if plural {
            sounds = inflect::with_s(&sounds);
        }
        Some(sounds)
    }
}
