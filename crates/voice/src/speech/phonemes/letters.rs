//! The last resort: sounds from spelling, for names and coinages that no list and no program knows.

use super::word::is_vowel;

/// Longest spellings first.
const RULES: &[(&str, &str)] = &[
    ("tion", "ʃən"),
    ("sion", "ʒən"),
    ("eigh", "A"),
    ("ough", "ɔ"),
    ("augh", "ɔ"),
    ("tch", "ʧ"),
    ("dge", "ʤ"),
    ("igh", "I"),
    ("sch", "ʃ"),
    ("eau", "O"),
    ("ck", "k"),
    ("ch", "ʧ"),
    ("sh", "ʃ"),
    ("ph", "f"),
    ("th", "θ"),
    ("wh", "w"),
    ("qu", "kw"),
    ("ng", "ŋ"),
    ("gh", "ɡ"),
    ("kn", "n"),
    ("wr", "ɹ"),
    ("rh", "ɹ"),
    ("sc", "sk"),
    ("ee", "i"),
    ("ea", "i"),
    ("oo", "u"),
    ("ou", "W"),
    ("ow", "O"),
    ("oi", "Y"),
    ("oy", "Y"),
    ("ai", "A"),
    ("ay", "A"),
    ("ei", "A"),
    ("ey", "i"),
    ("ie", "i"),
    ("oa", "O"),
    ("au", "ɔ"),
    ("aw", "ɔ"),
    ("ue", "u"),
    ("ui", "u"),
    ("ew", "u"),
    ("ar", "ɑɹ"),
    ("er", "əɹ"),
    ("ir", "ɜɹ"),
    ("or", "ɔɹ"),
    ("ur", "ɜɹ"),
    ("bb", "b"),
    ("cc", "k"),
    ("dd", "d"),
    ("ff", "f"),
    ("gg", "ɡ"),
    ("ll", "l"),
    ("mm", "m"),
    ("nn", "n"),
    ("pp", "p"),
    ("rr", "ɹ"),
    ("ss", "s"),
    ("tt", "t"),
    ("zz", "z"),
    ("a", "æ"),
    ("b", "b"),
    ("c", "k"),
    ("d", "d"),
    ("e", "ɛ"),
    ("f", "f"),
    ("g", "ɡ"),
    ("h", "h"),
    ("i", "ɪ"),
    ("j", "ʤ"),
    ("k", "k"),
    ("l", "l"),
    ("m", "m"),
    ("n", "n"),
    ("o", "ɑ"),
    ("p", "p"),
    ("q", "k"),
    ("r", "ɹ"),
    ("s", "s"),
    ("t", "t"),
    ("u", "ʌ"),
    ("v", "v"),
    ("w", "w"),
    ("x", "ks"),
    ("y", "i"),
    ("z", "z"),
];

/// Sounds of a word by its letters; what has no letters is silent.
pub fn sounds(word: &str) -> String {
    let word: String = word.to_lowercase().chars().filter_map(plain).collect();
    let mut out = String::new();
    let mut at = 0;
    while at < word.len() {
        let rest = &word[at..];
        let (used, sound) = special(&word, at).unwrap_or_else(|| {
            let rule = RULES.iter().find(|(spelling, _)| rest.starts_with(spelling));
            rule.map_or((1, ""), |(spelling, sound)| (spelling.len(), *sound))
        });
        out.push_str(sound);
        at += used;
    }
    stressed(&out)
}

/// Accents off, so that every rule applies; letters of other scripts are dropped.
fn plain(letter: char) -> Option<char> {
    Some(match letter {
        'a'..='z' => letter,
        'à'..='å' | 'ā' | 'ă' | 'ą' | 'æ' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' | 'ð' => 'd',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ł' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' | 'œ' => 'o',
        'ŕ' | 'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ß' => 's',
        'ť' | 'ţ' | 'þ' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        _ => return None,
    })
}

/// Rules that look around: soft c and g, silent and lengthening e, y at the ends, final a and o.
fn special(word: &str, at: usize) -> Option<(usize, &'static str)> {
    let rest = &word.as_bytes()[at..];
    let after = rest.get(1).copied().unwrap_or(b' ');
    let soft = matches!(after, b'e' | b'i' | b'y');
    let last = rest.len() == 1;
    let magic = rest.len() == 3 && rest[2] == b'e' && !b"aeiouwxy".contains(&rest[1]);
    Some(match rest[0] {
        b'c' if soft => (1, "s"),
        b'g' if soft && after != b'i' => (1, "ʤ"),
        b'e' if last && at > 1 => (1, ""),
        b'y' if at == 0 => (1, "j"),
        b'a' if last && at > 0 => (1, "ə"),
        b'o' if last => (1, "O"),
        b'i' if last => (1, "i"),
        b'u' if last => (1, "u"),
        b'a' if magic => (1, "A"),
        b'i' if magic => (1, "I"),
        b'o' if magic => (1, "O"),
        b'u' if magic => (1, "u"),
        _ => return None,
    })
}

/// The first full vowel carries the stress.
fn stressed(sounds: &str) -> String {
    let first = sounds.char_indices().find(|(_, c)| is_vowel(*c) && *c != 'ə');
    let first = first.or_else(|| sounds.char_indices().find(|(_, c)| is_vowel(*c)));
    first.map_or_else(|| sounds.to_string(), |(at, _)| format!("{}ˈ{}", &sounds[..at], &sounds[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_plausible_sounds() {
        for (word, expected) in
            [("Zorbel", "zˈɔɹbɛl"), ("Kline", "klˈIn"), ("Marta", "mˈɑɹtə"), ("Łukasz", "lˈʌkæsz"), ("漢字", "")]
        {
            assert_eq!(sounds(word), expected, "{word}");
        }
    }
}
