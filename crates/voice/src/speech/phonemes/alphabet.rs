//! From the dictionary's alphabet to what each voice was trained on.

/// How a voice wants its sounds written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// Kokoro's: the dictionary's, with its own letter for the flap.
    Kokoro,
    /// Piper's: the phonetic alphabet as `espeak-ng` writes American English.
    Piper,
}

impl Alphabet {
    /// Writes sounds in this alphabet.
    pub fn spell(self, sounds: &str) -> String {
        match self {
            Self::Kokoro => sounds.replace('ɾ', "T").replace('ʔ', "t"),
            Self::Piper => sounds.split(' ').map(piper_word).collect::<Vec<_>>().join(" "),
        }
    }
}

fn piper_word(word: &str) -> String {
    let unstressed = !word.contains(['ˈ', 'ˌ']);
    let sounds: Vec<char> = word.chars().collect();
    let mut out = String::new();
    let mut i = 0;
    while i < sounds.len() {
        let long = unstressed || (i > 0 && matches!(sounds[i - 1], 'ˈ' | 'ˌ'));
        let (sound, used) = match (sounds[i], sounds.get(i + 1)) {
            ('ɜ', Some('ɹ')) => ("ɜː", 2),
            ('ə', Some('ɹ')) => ("ɚ", 2),
            ('ᵊ', Some('n')) if i > 0 && sounds[i - 1] == 'ʔ' => ("n\u{329}", 2),
            ('ᵊ', _) => ("ə", 1),
            ('A', _) => ("eɪ", 1),
            ('I', _) => ("aɪ", 1),
            ('O', _) => ("oʊ", 1),
            ('W', _) => ("aʊ", 1),
            ('Y', _) => ("ɔɪ", 1),
            ('ʤ', _) => ("dʒ", 1),
            ('ʧ', _) => ("tʃ", 1),
            ('i', _) if long => ("iː", 1),
            ('u', _) => ("uː", 1),
            ('ɔ', _) => ("ɔː", 1),
            ('ɑ', _) => ("ɑː", 1),
            (other, _) => {
                out.push(other);
                i += 1;
                continue;
            }
        };
        out.push_str(sound);
        i += used;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_sounds_are_written_for_each_voice() {
        let sounds = "bˈɛɾəɹ nˈɜɹs bˈʌʔᵊn ʤˈʌʤ hˈæpi ˌIdˈiə, fɔɹ";
        assert_eq!(Alphabet::Kokoro.spell(sounds), "bˈɛTəɹ nˈɜɹs bˈʌtᵊn ʤˈʌʤ hˈæpi ˌIdˈiə, fɔɹ");
        assert_eq!(Alphabet::Piper.spell(sounds), "bˈɛɾɚ nˈɜːs bˈʌʔn\u{329} dʒˈʌdʒ hˈæpi ˌaɪdˈiːə, fɔːɹ");
    }
}
