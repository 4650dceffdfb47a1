//! Whether the words that were said are the words that were to be said.
//!
//! A provider's model says a given text, and its own transcript tells what came out. Compared are the words: case,
//! punctuation, spaces, hyphens and small numbers written out or not make no difference; an added, lacking, changed or
//! moved word does.

use crate::words::words;

/// Tells whether `said` deviates from `planned`. `is_whole`: it was said to its end; otherwise it is enough that one is
/// the beginning of the other. Nothing said is not a deviation: then the words are not known.
pub fn deviates(planned: &str, said: &str, is_whole: bool) -> bool {
    let (planned, said) = (letters(planned), letters(said));
    if said.is_empty() {
        return false;
    }
    let is_same = if is_whole { planned == said } else { planned.starts_with(&said) || said.starts_with(&planned) };
    !is_same
}

/// The words without anything between them: "e-mail" and "email" are the same.
fn letters(text: &str) -> String {
    let text = text.replace('&', " and ").replace('%', " percent ");
    words(&text).iter().map(|word| number(word)).collect()
}

/// Small numbers in digits.
fn number(word: &str) -> &str {
    const NUMBERS: [&str; 13] =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    const DIGITS: [&str; 13] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"];
    NUMBERS.iter().position(|name| *name == word).map_or(word, |at| DIGITS[at])
}

#[cfg(test)]
mod tests {
    use super::deviates;

    #[test]
    fn other_words_deviate_and_other_spelling_does_not() {
        let planned = "Tell me about a time when you had two e-mail follow-ups, Ann.";
        let whole = [
            ("Tell me about a time when you had two e-mail follow-ups, Ann.", false),
            ("tell me about a time when you had 2 email followups ann", false),
            ("  Tell me \u{2014} about a time, when you had two e mail follow ups: Ann! ", false),
            ("", false),
            ("...", false),
            ("Tell me about a time when you had two e-mail follow-ups.", true),
            ("Sure! Tell me about a time when you had two e-mail follow-ups, Ann.", true),
            ("Tell me about a time when you had three e-mail follow-ups, Ann.", true),
            ("Tell me about the time when you had two e-mail follow-ups, Ann.", true),
            ("Ann, tell me about a time when you had two e-mail follow-ups.", true),
            ("Great answer.", true),
        ];
        for (said, expected) in whole {
            assert_eq!(deviates(planned, said, true), expected, "{said}");
        }
        let cut = [
            ("Tell me about a time", false),
            ("Tell me about a ti", false),
            ("Tell me about a time when you had two e-mail follow-ups, Ann.", false),
            ("Tell me about your weekend", true),
        ];
        for (said, expected) in cut {
            assert_eq!(deviates(planned, said, false), expected, "{said}");
        }
        assert!(!deviates("50% & more", "50 percent and more", true));
        assert!(!deviates("Don\u{2019}t worry.", "Don't worry", true));
    }
}
