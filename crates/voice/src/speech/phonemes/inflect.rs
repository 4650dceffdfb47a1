//! Plurals, possessives, -ed and -ing by rule, when only the stem is in the dictionary.

use super::word::is_vowel;

/// The sounds of an inflected word, made from its stem; `find` looks stems up.
pub fn sounds(word: &str, find: impl Fn(&str) -> Option<String>) -> Option<String> {
    let word = word.to_lowercase();
    s_stems(&word)
        .iter()
        .find_map(|stem| find(stem))
        .map(|stem| with_s(&stem))
        .or_else(|| ed_stems(&word).iter().find_map(|stem| find(stem)).map(|stem| with_ed(&stem)))
        .or_else(|| ing_stems(&word).iter().find_map(|stem| find(stem)).map(|stem| with_ing(&stem)))
        .or_else(|| un_prefixed(&word, &find))
}

fn s_stems(word: &str) -> Vec<String> {
    let mut stems = Vec::new();
    if let Some(stem) = word.strip_suffix("'s").or_else(|| word.strip_suffix('\'')) {
        stems.push(stem.to_string());
    } else if let Some(stem) = word.strip_suffix('s').filter(|stem| stem.len() > 1 && !stem.ends_with('s')) {
        stems.push(stem.to_string());
        if let Some(stem) = word.strip_suffix("ies") {
            stems.push(format!("{stem}y"));
        }
        if let Some(stem) = word.strip_suffix("es") {
            stems.push(stem.to_string());
        }
    }
    stems
}

fn ed_stems(word: &str) -> Vec<String> {
    let Some(stem) = word.strip_suffix("ed").filter(|stem| stem.len() > 1) else { return Vec::new() };
    let mut stems = vec![format!("{stem}e"), stem.to_string()];
    if let Some(stem) = stem.strip_suffix('i') {
        stems.push(format!("{stem}y"));
    }
    stems.extend(undoubled(stem));
    stems
}

fn ing_stems(word: &str) -> Vec<String> {
    let Some(stem) = word.strip_suffix("ing").filter(|stem| stem.len() > 1) else { return Vec::new() };
    let mut stems = vec![stem.to_string(), format!("{stem}e")];
    stems.extend(undoubled(stem));
    stems
}

/// "planned" → "plan".
fn undoubled(stem: &str) -> Option<String> {
    let mut letters = stem.chars().rev();
    let (last, before) = (letters.next()?, letters.next()?);
    (last == before && "bdgklmnprt".contains(last)).then(|| stem[..stem.len() - 1].to_string())
}

/// "unmonitored", "rescheduled", "microservices": a prefix and a word that is known.
fn un_prefixed(word: &str, find: &impl Fn(&str) -> Option<String>) -> Option<String> {
    const PREFIXES: &[(&str, &str)] = &[
        ("un", "ʌn"),
        ("re", "ɹˌi"),
        ("non", "nˌɑn"),
        ("pre", "pɹˌi"),
        ("micro", "mˌIkɹO"),
        ("over", "ˌOvəɹ"),
        ("multi", "mˌʌltI"),
    ];
    PREFIXES.iter().find_map(|(prefix, sound)| {
        let stem = word.strip_prefix(prefix).filter(|stem| stem.len() > 3)?;
        let stem_sounds = find(stem).or_else(|| sounds_of_stem(stem, find))?;
        Some(format!("{sound}{stem_sounds}"))
    })
}

fn sounds_of_stem(stem: &str, find: &impl Fn(&str) -> Option<String>) -> Option<String> {
    let s = s_stems(stem).iter().find_map(|stem| find(stem)).map(|stem| with_s(&stem));
    s.or_else(|| ed_stems(stem).iter().find_map(|stem| find(stem)).map(|stem| with_ed(&stem)))
        .or_else(|| ing_stems(stem).iter().find_map(|stem| find(stem)).map(|stem| with_ing(&stem)))
}

/// Adds the sound of a plural.
pub fn with_s(stem: &str) -> String {
    match stem.chars().last() {
        Some('p' | 't' | 'k' | 'f' | 'θ') => format!("{stem}s"),
        Some('s' | 'z' | 'ʃ' | 'ʒ' | 'ʧ' | 'ʤ') => format!("{stem}ᵻz"),
        _ => format!("{stem}z"),
    }
}

fn with_ed(stem: &str) -> String {
    match stem.chars().last() {
        Some('p' | 'k' | 'f' | 'θ' | 'ʃ' | 's' | 'ʧ') => format!("{stem}t"),
        Some('d') => format!("{stem}ᵻd"),
        Some('t') => format!("{}ᵻd", flapped(stem)),
        _ => format!("{stem}d"),
    }
}

fn with_ing(stem: &str) -> String {
    format!("{}ɪŋ", flapped(stem))
}

/// An American "t" between vowels.
fn flapped(stem: &str) -> String {
    let mut sounds = stem.chars().rev();
    match (sounds.next(), sounds.next()) {
        (Some('t'), Some(before)) if is_vowel(before) || before == 'ɹ' => format!("{}ɾ", &stem[..stem.len() - 1]),
        _ => stem.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(stem: &str) -> Option<String> {
        let words = [("plan", "plˈæn"), ("ticket", "tˈɪkᵻt"), ("box", "bˈɑks"), ("cache", "kˈæʃ"), ("query", "kwˈɪɹi")];
        words.iter().find(|(word, _)| *word == stem).map(|(_, sounds)| (*sounds).to_string())
    }

    #[test]
    fn inflections_are_made_from_their_stems() {
        let table = [
            ("plans", "plˈænz"),
            ("planned", "plˈænd"),
            ("planning", "plˈænɪŋ"),
            ("boxes", "bˈɑksᵻz"),
            ("tickets", "tˈɪkᵻts"),
            ("ticketed", "tˈɪkᵻɾᵻd"),
            ("cached", "kˈæʃt"),
            ("caching", "kˈæʃɪŋ"),
            ("queries", "kwˈɪɹiz"),
            ("queried", "kwˈɪɹid"),
            ("ticket's", "tˈɪkᵻts"),
            ("unplanned", "ʌnplˈænd"),
        ];
        for (word, expected) in table {
            assert_eq!(sounds(word, find).as_deref(), Some(expected), "{word}");
        }
        assert_eq!(sounds("gloss", find), None);
    }
}
