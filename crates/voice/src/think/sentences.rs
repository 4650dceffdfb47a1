//! Text that arrives in pieces, cut into sentences as soon as they are whole. Sans-IO.
//!
//! To join two sentences only costs time; to cut one in the middle is heard. So where a mark may be something else than an
//! end (an abbreviation, a number, an ellipsis before a small letter) the text goes on.

/// The longest piece, in characters; a longer sentence is cut at a comma, else at a space.
pub const LONGEST_SENTENCE: usize = 300;
/// A sentence that is cut has at least this many characters before the cut.
const SHORTEST_CUT: usize = 40;

/// Abbreviations that a capital letter may follow, without their last dot. Those with a dot inside ("e.g.", "z.B.") and
/// single letters are known by their form.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "vs", "etc", "approx", "no", "nos", "inc", "ltd", "co", "corp",
    "dept", "est", "fig", "vol", "gen", "sen", "rep", "hon", "rev", "mt", "ave", "bzw", "ca", "nr", "hr", "fr", "evtl",
    "ggf", "usw", "mme", "mlle", "sra", "srta", "ud", "uds", "sig", "dott", "др", "гг", "проф", "ул", "им",
];

/// Marks that end a sentence if a space follows.
const ENDERS: &[char] = &['.', '!', '?', '…', '؟', '۔', '։', '።', '។', '॥', '।', '။', '\u{037e}'];
/// Marks that end a sentence by themselves.
const WIDE_ENDERS: &[char] = &['。', '！', '？', '．', '｡'];
/// What may stand between the mark and the space.
const CLOSERS: &[char] = &['"', '\'', ')', ']', '}', '”', '’', '»', '›', '」', '』', '）', '】', '*', '_', '`'];
/// Marks at which a long sentence may be cut.
const COMMAS: &[char] = &[',', ';', ':', '—', '–', '،', '、', '，', '；', '：'];

/// Takes pieces of text and gives sentences.
#[derive(Debug, Default)]
pub struct Sentences {
    rest: String,
}

impl Sentences {
    /// Takes the next piece; returns the sentences that it completes, without spaces around them.
    pub fn push(&mut self, piece: &str) -> Vec<String> {
        self.rest.push_str(piece);
        let mut whole = Vec::new();
        while let Some(end) = too_long(&self.rest).into_iter().chain(end_of_first(&self.rest)).min() {
            let sentence: String = self.rest.drain(..end).collect();
            whole.extend(trimmed(&sentence));
        }
        whole
    }

    /// What is left when nothing follows.
    pub fn finish(&mut self) -> Option<String> {
        trimmed(&std::mem::take(&mut self.rest))
    }
}

fn trimmed(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The byte after the first whole sentence; none while it may go on.
fn end_of_first(text: &str) -> Option<usize> {
    let begin = text.len() - text.trim_start().len();
    for (at, mark) in text[begin..].char_indices().map(|(at, mark)| (at + begin, mark)) {
        let after = at + mark.len_utf8();
        if mark == '\n' {
            return Some(after);
        }
        if !ENDERS.contains(&mark) && !WIDE_ENDERS.contains(&mark) {
            continue;
        }
        let behind = text[after..].trim_start_matches(|c| ENDERS.contains(&c) || WIDE_ENDERS.contains(&c));
        let unclosed = behind.trim_start_matches(CLOSERS);
        let end = text.len() - unclosed.len();
        // Whatever comes next may still belong to this one.
        let next = unclosed.chars().next()?;
        if WIDE_ENDERS.contains(&mark) {
            return Some(end);
        }
        if next == '\n' {
            return Some(end);
        }
        if !next.is_whitespace() {
            continue;
        }
        let first_of_next = unclosed.chars().find(|c| !c.is_whitespace() && !is_opener(*c));
        if is_end(&text[begin..at], mark, end > after, first_of_next?) {
            return Some(end);
        }
    }
    None
}

fn is_opener(c: char) -> bool {
    matches!(c, '"' | '\'' | '“' | '‘' | '«' | '(' | '[' | '¿' | '¡' | '*' | '_')
}

/// Whether `mark` behind `before` ends a sentence, when `next` is the first letter that follows. `has_more`: other marks or
/// quotes stand between.
fn is_end(before: &str, mark: char, has_more: bool, next: char) -> bool {
    let next_is_small = next.is_lowercase();
    match mark {
        '.' => {}
        // "Really?" she asked.
        '!' | '?' => return !(has_more && next_is_small),
        '…' => return !next_is_small,
        _ => return true,
    }
    if next_is_small {
        return false;
    }
    let word = before.rsplit(|c: char| c.is_whitespace() || is_opener(c)).next().unwrap_or_default();
    let is_alone = word.len() == before.trim().len();
    // "1. First": a number at the beginning counts items.
    let is_number = !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    if is_alone && is_number {
        return false;
    }
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let is_short_form = word.contains('.') && !word.ends_with('.') && !word.chars().any(|c| c.is_ascii_digit());
    let is_known = ABBREVIATIONS.contains(&word.to_lowercase().as_str());
    has_more || !(is_short_form || is_known || (letters == 1 && word.chars().count() == 1))
}

/// Where a text that got too long without an end is cut.
fn too_long(text: &str) -> Option<usize> {
    let (limit, _) = text.char_indices().nth(LONGEST_SENTENCE)?;
    let (least, _) = text.char_indices().nth(SHORTEST_CUT)?;
    let head = &text[..limit];
    let at_comma = head.char_indices().rev().find(|(at, c)| {
        let after = at + c.len_utf8();
        *at >= least && COMMAS.contains(c) && (!c.is_ascii() || text[after..].starts_with(char::is_whitespace))
    });
    let cut = at_comma.map(|(at, c)| at + c.len_utf8());
    cut.or_else(|| head.rfind(char::is_whitespace).filter(|at| *at >= least)).or(Some(limit))
}

#[cfg(test)]
#[path = "sentences_tests.rs"]
mod tests;
