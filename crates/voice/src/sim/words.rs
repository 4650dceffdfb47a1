//! What an ear makes of a scripted answer: its captions, its words, or none.

use super::script::{Answer, Script, Transcript};
use crate::speech::SpeechError;

/// From the end of a turn to its words, in milliseconds at pace 1.
const RECOGNITION_MS: u64 = 300;
/// Words in one caption.
const WORDS_PER_PARTIAL: usize = 4;

/// What a recognition makes of an answer, and after how long; `None`: nothing, ever.
pub(super) fn recognized(answer: &Answer, script: &Script) -> Option<(u64, Result<String, SpeechError>)> {
    let soon = script.working_ms(RECOGNITION_MS);
    match answer.transcript {
        Transcript::Normal | Transcript::Burst => Some((soon, Ok(answer.text.clone()))),
        Transcript::LateMs(ms) => Some((ms, Ok(answer.text.clone()))),
        Transcript::Failed => Some((soon, Err(SpeechError::Inference("scripted".into())))),
        Transcript::Empty => Some((soon, Ok(String::new()))),
        Transcript::Never => None,
    }
}

/// Captions: ever more words of the text, each with how much of it is said by then.
pub(super) fn partials(text: &str) -> Vec<(f64, String)> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let ends = (1..=words.len()).filter(|end| end % WORDS_PER_PARTIAL == 0 || *end == words.len());
    ends.map(|end| (end as f64 / words.len() as f64, words[..end].join(" "))).collect()
}
