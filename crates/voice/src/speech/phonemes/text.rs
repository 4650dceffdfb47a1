//! Text as a voice needs it: sentences, then words and marks; numbers and symbols become words.

use super::numbers;

/// A word to pronounce, or the punctuation that a voice hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// Letters and apostrophes.
    Word(String),
    /// One of [`is_mark`].
    Mark(char),
}

impl Token {
    /// The word, if it is one.
    pub fn as_word(&self) -> Option<&str> {
        match self {
            Self::Word(word) => Some(word),
            Self::Mark(_) => None,
        }
    }
}

/// Punctuation that voices were trained on.
pub fn is_mark(c: char) -> bool {
    matches!(c, '.' | ',' | '?' | '!' | ';' | ':' | '—')
}

/// Cuts a text after sentence marks; what is empty or has nothing to pronounce is left out.
pub fn sentences(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut sentence = String::new();
    for word in text.split_whitespace() {
        sentence.push_str(word);
        let bare = word.trim_end_matches(['"', '\'', ')', '”', '’']);
        let abbreviation = ABBREVIATIONS.iter().any(|(short, _)| short.eq_ignore_ascii_case(bare));
        if bare.ends_with(['.', '!', '?', '…']) && !abbreviation {
            out.push(std::mem::take(&mut sentence));
        } else {
            sentence.push(' ');
        }
    }
    out.push(sentence);
    out.iter()
        .map(|sentence| sentence.trim().to_string())
        .filter(|sentence| sentence.chars().any(char::is_alphanumeric))
        .collect()
}

const ABBREVIATIONS: &[(&str, &str)] = &[
    ("Mr.", "mister"),
    ("Mrs.", "missus"),
    ("Ms.", "miz"),
    ("Dr.", "doctor"),
    ("Prof.", "professor"),
    ("e.g.", "for example"),
    ("i.e.", "that is"),
    ("etc.", "et cetera"),
    ("vs.", "versus"),
    ("approx.", "approximately"),
];

/// Words and marks of a sentence.
pub fn tokens(sentence: &str) -> Vec<Token> {
    let text = sentence.replace(['\u{2018}', '\u{2019}'], "'").replace("--", "—").replace('–', " — ").replace('…', ".");
    let mut out = Vec::new();
    for piece in text.split_whitespace() {
        let whole =
            ABBREVIATIONS.iter().find(|(short, _)| short.eq_ignore_ascii_case(piece.trim_end_matches([',', ';'])));
        match whole {
            Some((_, words)) => push_words(&mut out, words),
            None => piece_tokens(piece, &mut out),
        }
    }
    out
}

fn push_words(out: &mut Vec<Token>, words: &str) {
    out.extend(words.split(' ').map(|word| Token::Word(word.to_string())));
}

/// One piece between spaces: brackets and quotes off, marks at its end kept, the rest made words.
fn piece_tokens(piece: &str, out: &mut Vec<Token>) {
    let quotes = ['"', '“', '”', '(', ')', '[', ']', '{', '}', '*', '_', '«', '»'];
    let core = piece.trim_matches(|c: char| quotes.contains(&c) || is_mark(c));
    let marks = piece.rfind(|c: char| !(quotes.contains(&c) || is_mark(c))).map_or(piece, |at| &piece[at..]);
    for (i, part) in core.split('—').enumerate() {
        if i > 0 {
            out.push(Token::Mark('—'));
        }
        core_words(part, out);
    }
    // One mark is heard; "?!" is a question.
    let found: Vec<char> = marks.chars().filter(|c| is_mark(*c)).collect();
    let mark = ['?', '!', '.', ';', ':', ','].into_iter().find(|mark| found.contains(mark)).or(found.first().copied());
    // A dash between spaces is heard; other marks without a word are not.
    if core.is_empty() && mark != Some('—') {
        return;
    }
    out.extend(mark.map(Token::Mark));
}

fn core_words(core: &str, out: &mut Vec<Token>) {
    if core.is_empty() {
        return;
    }
    if let Some(words) = numbers::words(core) {
        out.extend(words.into_iter().map(Token::Word));
        return;
    }
    if let Some((from, to)) = core.split_once('-')
        && let (Some(from), Some(to)) = (numbers::words(from), numbers::words(to))
    {
        out.extend(from.into_iter().chain(["to".to_string()]).chain(to).map(Token::Word));
        return;
    }
    // Runs of letters, of digits and of symbols; "24/7", "B2B", "C++", "and/or" fall apart here.
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut Vec<Token>| {
        let word = std::mem::take(run);
        if word.starts_with(|c: char| c.is_ascii_digit()) {
            out.extend(numbers::words(&word).unwrap_or_default().into_iter().map(Token::Word));
        } else if word.chars().any(char::is_alphabetic) {
            out.extend(camel_parts(word.trim_matches('\'')).into_iter().map(Token::Word));
        }
    };
    for c in core.chars() {
        let starts_with_digit = run.starts_with(|c: char| c.is_ascii_digit());
        if c.is_alphabetic() || c == '\'' {
            if starts_with_digit {
                flush(&mut run, out);
            }
            run.push(c);
        } else if c.is_ascii_digit() {
            if !starts_with_digit {
                flush(&mut run, out);
            }
            run.push(c);
        } else {
            flush(&mut run, out);
            out.extend(symbol(c).map(|word| Token::Word(word.to_string())));
        }
    }
    flush(&mut run, out);
}

fn symbol(c: char) -> Option<&'static str> {
    Some(match c {
        '&' => "and",
        '%' => "percent",
        '+' => "plus",
        '@' => "at",
        '=' => "equals",
        '#' => "sharp",
        '$' => "dollars",
        '€' => "euros",
        _ => return None,
    })
}

/// "JavaScript" is looked up as it is; "PostgreSQL" falls into a word and an acronym.
fn camel_parts(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut parts = vec![String::new()];
    for (i, &c) in letters.iter().enumerate() {
        let boundary = i > 0 && c.is_uppercase() && letters[i - 1].is_lowercase();
        if boundary {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    // "McDonald", "iPhone": a part of one or two letters is no word of its own.
    if parts.iter().any(|part| part.chars().count() < 3 && !part.chars().all(char::is_uppercase)) {
        return vec![word.to_string()];
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(text: &str) -> String {
        let tokens = tokens(text);
        let words: Vec<String> = tokens
            .iter()
            .map(|token| match token {
                Token::Word(word) => word.clone(),
                Token::Mark(mark) => mark.to_string(),
            })
            .collect();
        words.join(" ")
    }

    #[test]
    fn text_becomes_words_and_marks() {
        let table = [
            ("Yes, it is 3.5% (or so)...", "Yes , it is three point five percent or so ."),
            ("Dr. Smith said “no”!", "doctor Smith said no !"),
            ("and/or 3-5 people", "and or three to five people"),
            ("I use C++, B2B and PostgreSQL.", "I use C plus plus , B two B and Postgre SQL ."),
            ("well-known — it’s fine", "well known — it's fine"),
            ("really?!", "really ?"),
            ("***", ""),
        ];
        for (text, expected) in table {
            assert_eq!(spoken(text), expected, "{text}");
        }
    }

    #[test]
    fn sentences_end_at_marks_but_not_inside_numbers_or_titles() {
        let text = "Hello, Dr. Wu. It costs 3.5 dollars! Does it?  \"Yes.\" ...";
        assert_eq!(sentences(text), ["Hello, Dr. Wu.", "It costs 3.5 dollars!", "Does it?", "\"Yes.\""]);
    }
}
