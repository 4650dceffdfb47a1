//! Words whose sound depends on their neighbors, and the little grammar that decides it.

/// What stands around a word.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The word before in the same clause, or empty.
    pub previous: &'a str,
    /// The word after in the same clause, or empty.
    pub next: &'a str,
    /// First sound after it in the same clause.
    pub next_sound: Option<char>,
}

/// Parts of speech that the dictionary tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// After an article, a possessive or a preposition.
    Noun,
    /// After a pronoun, "to" or a modal verb.
    Verb,
    /// After a form of "have" or "be".
    Participle,
    /// Nothing says which.
    Unknown,
}

impl Context<'_> {
    /// Guesses the part of speech from the word before.
    pub fn part(&self) -> Part {
        const BEFORE_NOUN: &str = "\
            the a an my your his her its our their this that these those any some each every no of in on for \
            with at by from new first last one own whole main good best difficult which what";
        const BEFORE_VERB: &str = "\
            to i you we they would could should can will must may might do does did not don't didn't let's who \
            please and";
        const BEFORE_PARTICIPLE: &str = "have has had having was were been be is are i've you've we've";
        let before = self.previous.to_lowercase();
        let is = |list: &str| !before.is_empty() && list.split(' ').any(|word| word == before);
        if is(BEFORE_VERB) {
            Part::Verb
        } else if is(BEFORE_PARTICIPLE) {
            Part::Participle
        } else if is(BEFORE_NOUN) {
            Part::Noun
        } else {
            Part::Unknown
        }
    }
}

/// The sound of articles and of "to", "used" and the like, which the neighbors decide.
pub fn in_context(word: &str, context: &Context<'_>) -> Option<&'static str> {
    let before_vowel = context.next_sound.is_some_and(is_vowel);
    let ends = context.next_sound.is_none();
    Some(match word {
        "a" | "A" if !ends => "ɐ",
        "an" | "An" => "ɐn",
        "the" | "The" if before_vowel => "ði",
        "the" | "The" => "ðə",
        "to" | "To" if ends => "tu",
        "to" | "To" if before_vowel => "tʊ",
        "to" | "To" => "tə",
        "I" => "ˌI",
        "in" | "In" if !ends => "ɪn",
        "used" | "Used" if context.next == "to" => "jˈust",
        _ => return None,
    })
}

/// Vowels of the dictionary's alphabet.
pub fn is_vowel(sound: char) -> bool {
    "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻɐ".contains(sound)
}

/// Capitals that are not a shouted word: short, or without a vowel letter; a plural "s" may follow.
pub fn is_acronym(word: &str) -> bool {
    let stem = word.strip_suffix("'s").or_else(|| word.strip_suffix('s')).unwrap_or(word);
    let capitals = stem.len() >= 2 && stem.chars().all(|c| c.is_ascii_uppercase());
    capitals && (stem.len() <= 3 || !stem.contains(['A', 'E', 'I', 'O', 'U', 'Y']))
}
