//! Synthesis: a text becomes a clip, sentence by sentence.

mod kokoro;
mod piper;

pub use kokoro::Kokoro;
pub use piper::Piper;

use super::phonemes::{self, Alphabet, Phonemes};
use super::{SAY_RATE, SpeechError, VoiceInfo, audio};

/// Every voice, best first.
pub const VOICES: &[VoiceInfo] = &[
    VoiceInfo { id: "af_heart", title: "Heart", fast: false },
    VoiceInfo { id: "am_michael", title: "Michael", fast: false },
    VoiceInfo { id: "joe", title: "Joe (fast)", fast: true },
];

/// Changes when models or text rules change, so that clips made before are not used again.
pub const VERSION: &str = "1";

/// The longest text of one clip, in characters.
pub const LONGEST_TEXT: usize = 4_096;

const SENTENCE_GAP_MS: usize = 260;

/// A model that speaks sounds.
pub trait Voice {
    /// How it wants its sounds written.
    const ALPHABET: Alphabet;
    /// Samples a second of what it makes.
    const RATE: u32;
    /// The longest run of sounds it can speak at once.
    const LONGEST: usize;

    /// Speaks sounds that are no longer than [`Voice::LONGEST`].
    fn speak(&mut self, voice: &str, sounds: &str) -> Result<Vec<f32>, SpeechError>;
}

/// Speaks a text; `between` is called before each sentence, so that a patient voice can let others go first.
pub fn text_to_clip<V: Voice>(
    model: &mut V,
    voice: &str,
    text: &str,
    phonemes: &Phonemes,
    mut between: impl FnMut(),
) -> Result<Vec<f32>, SpeechError> {
    let mut out: Vec<f32> = Vec::new();
    for sentence in phonemes::sentences(text) {
        for sounds in pieces(&phonemes.of(&sentence, V::ALPHABET), V::LONGEST) {
            between();
            let spoken = model.speak(voice, &sounds)?;
            let ready = audio::finished(&audio::resample(&spoken, V::RATE, SAY_RATE)?);
            if !out.is_empty() {
                out.resize(out.len() + SAY_RATE as usize * SENTENCE_GAP_MS / 1000, 0.0);
            }
            out.extend(ready);
        }
    }
    if out.is_empty() { Err(SpeechError::TextLength { got: 0, max: LONGEST_TEXT }) } else { Ok(out) }
}

/// Cuts sounds that are too long at marks, else at spaces.
fn pieces(sounds: &str, longest: usize) -> Vec<String> {
    let mut out = vec![String::new()];
    for word in sounds.split_inclusive(' ') {
        let length = |s: &str| s.chars().count();
        let current = out.last().map_or("", String::as_str);
        let full = length(current) + length(word) > longest;
        let at_mark = length(current) > longest / 2 && current.trim_end().ends_with([',', ';', ':', '—']);
        if full || at_mark {
            out.push(String::new());
        }
        // A single word beyond all limits is no word: its rest is dropped.
        let word: String = word.chars().take(longest).collect();
        if let Some(last) = out.last_mut() {
            last.push_str(&word);
        }
    }
    out.iter().map(|piece| piece.trim().to_string()).filter(|piece| piece.chars().any(char::is_alphabetic)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sounds_are_cut_at_marks_and_spaces() {
        assert_eq!(pieces("abc def", 100), ["abc def"]);
        assert_eq!(pieces("aaa bbb, ccc ddd", 10), ["aaa bbb,", "ccc ddd"]);
        assert_eq!(pieces("aaaa bbbb cccc", 10), ["aaaa bbbb", "cccc"]);
        assert_eq!(pieces(&"x".repeat(50), 10), ["x".repeat(10)]);
        assert!(pieces(" , ", 10).is_empty());
    }
}
