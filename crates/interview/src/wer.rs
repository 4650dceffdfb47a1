//! Word error rate: how far recognized words are from the words that were said. Case, punctuation, contractions and
//! the way numbers are written do not count as errors.

/// The outcome of a comparison. Add several up with [`Score::plus`] to weigh them by their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Words inserted, left out or replaced.
    pub errors: usize,
    /// Words in the reference.
    pub words: usize,
}

impl Score {
    /// Returns errors per word of the reference; can exceed 1. Without reference words: 0 if there is no error, else 1.
    pub fn rate(self) -> f64 {
        if self.words == 0 { f64::from(u8::from(self.errors > 0)) } else { self.errors as f64 / self.words as f64 }
    }

    /// Adds another comparison.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { errors: self.errors + other.errors, words: self.words + other.words }
    }
}

/// Compares what was recognized with what was said.
pub fn compare(said: &str, recognized: &str) -> Score {
    let (said, recognized) = (normalize(said), normalize(recognized));
    let mut above: Vec<usize> = (0..=recognized.len()).collect();
    for (row, word) in said.iter().enumerate() {
        let mut left = row + 1;
        let mut diagonal = std::mem::replace(&mut above[0], left);
        for (column, other) in recognized.iter().enumerate() {
            let cost = (diagonal + usize::from(word != other)).min(left + 1).min(above[column + 1] + 1);
            diagonal = std::mem::replace(&mut above[column + 1], cost);
            left = cost;
        }
    }
    Score { errors: above[recognized.len()], words: said.len() }
}

/// Returns the word error rate of what was recognized against what was said.
pub fn word_error_rate(said: &str, recognized: &str) -> f64 {
    compare(said, recognized).rate()
}

/// Splits into comparable words: lower case, no punctuation, contractions spelled out, numbers as digits.
pub fn normalize(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace(['\u{2019}', '`'], "'").replace('%', " percent ").replace('&', " and ");
    let mut words = Vec::new();
    for raw in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '.' | ','))) {
        let word = raw.trim_matches(|c: char| !c.is_alphanumeric());
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            words.push(word.replace(',', ""));
        } else {
            word.split(['.', ',']).filter(|w| !w.is_empty()).for_each(|w| expand(w, &mut words));
        }
    }
    join_numbers(&words)
}

/// Spells out contractions; a possessive loses its apostrophe.
fn expand(word: &str, words: &mut Vec<String>) {
    const WHOLE: [(&str, &str); 5] =
        [("won't", "will not"), ("can't", "can not"), ("cannot", "can not"), ("let's", "let us"), ("okay", "ok")];
    const ENDINGS: [(&str, &str); 6] =
        [("n't", "not"), ("'re", "are"), ("'ve", "have"), ("'ll", "will"), ("'m", "am"), ("'d", "would")];
    if let Some((_, spelled)) = WHOLE.iter().find(|(short, _)| *short == word) {
        words.extend(spelled.split(' ').map(str::to_owned));
    } else if let Some((stem, full)) = ENDINGS.iter().find_map(|(end, full)| Some((word.strip_suffix(end)?, full))) {
        words.extend([stem.replace('\'', ""), (*full).to_owned()]);
    } else if let Some(stem) = word.strip_suffix("'s").filter(|stem| is_pronoun(stem)) {
        words.extend([stem.to_owned(), "is".to_owned()]);
    } else {
        words.push(word.replace('\'', ""));
    }
}

fn is_pronoun(word: &str) -> bool {
    ["it", "he", "she", "that", "this", "there", "here", "what", "who", "where", "how"].contains(&word)
}

/// Replaces each run of number words by digits: "two hundred and five" is "205"; "three percent" is "3 percent".
fn join_numbers(words: &[String]) -> Vec<String> {
    let mut out = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        match number(&words[at..]) {
            Some((value, used)) => {
                out.push(value.to_string());
                at += used;
            }
            None => {
                out.push(words[at].clone());
                at += 1;
            }
        }
    }
    out
}

/// Reads one number in words from the start; returns it and how many words it took.
fn number(words: &[String]) -> Option<(u64, usize)> {
    let (mut total, mut group, mut used) = (0_u64, None::<u64>, 0);
    while let Some(word) = words.get(used).map(String::as_str) {
        let tail = group.map_or(0, |g| g % 100);
        group = match (small(word), group) {
            (Some(value), None) => Some(value),
            (Some(value), Some(g)) if tail == 0 && g >= 100 => Some(g + value),
            (Some(value), Some(g)) if value < 10 && value > 0 && tail >= 20 && tail % 10 == 0 => Some(g + value),
            (None, Some(g)) if word == "hundred" && g < 100 => Some(g * 100),
            (None, Some(g)) if word == "and" && g >= 100 && g % 100 == 0 && follows(words, used) => Some(g),
            (None, Some(g)) if word == "thousand" && g < 1_000 && total == 0 => {
                total = g * 1_000;
                if words.get(used + 1).is_some_and(|next| small(next).is_some()) {
                    used += 1;
                    group = small(&words[used]);
                    used += 1;
                    continue;
                }
                return Some((total, used + 1));
            }
            _ => break,
        };
        used += 1;
    }
    group.map(|g| (total + g, used))
}

fn follows(words: &[String], at: usize) -> bool {
    words.get(at + 1).is_some_and(|next| small(next).is_some())
}

fn small(word: &str) -> Option<u64> {
    const ONES: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen \
                        seventeen eighteen nineteen";
    const TENS: &str = "twenty thirty forty fifty sixty seventy eighty ninety";
    let place = |list: &str| list.split(' ').position(|w| w == word).map(|at| at as u64);
    place(ONES).or_else(|| place(TENS).map(|at| (at + 2) * 10))
}
