//! Words of a recognized text, in the form that the rules compare.

/// Splits into lower-case words; what stands in brackets is a sound ("[cough]"), not a word.
pub(crate) fn words(text: &str) -> Vec<String> {
    let text = spoken(text).to_lowercase().replace('\u{2019}', "'");
    let split = text.split(|c: char| !(c.is_alphanumeric() || c == '\''));
    split.map(|word| word.trim_matches('\'')).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Tells whether `phrase` (words with one space between them) occurs.
pub(crate) fn has_phrase(words: &[String], phrase: &str) -> bool {
    (0..words.len()).any(|at| phrase_at(&words[at..], phrase).is_some())
}

/// Returns the number of words of `phrase` if the words start with it.
pub(crate) fn phrase_at(words: &[String], phrase: &str) -> Option<usize> {
    let mut rest = words.iter();
    phrase.split(' ').try_fold(0, |used, word| (rest.next()? == word).then_some(used + 1))
}

fn spoken(text: &str) -> String {
    let mut depth = 0_usize;
    let mut keep = |c: char| match c {
        '[' | '(' | '<' => {
            depth += 1;
            false
        }
        ']' | ')' | '>' if depth > 0 => {
            depth -= 1;
            false
        }
        _ => depth == 0,
    };
    // An opening bracket without its closing one is not a sound: then every character counts.
    let kept: String = text.chars().filter(|c| keep(*c)).collect();
    if depth > 0 { text.to_owned() } else { kept }
}
