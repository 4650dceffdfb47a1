//! The fetched dictionary and what is built on it: every word of an interview has sounds.

#![expect(clippy::unwrap_used, reason = "tests")]

mod speech_support;

use voice::speech::assets::Assets;
use voice::speech::phonemes::{Alphabet, Phonemes};

#[test]
fn words_of_interviews_get_their_sounds() {
    drop(speech_support::kept_clips());
    let phonemes = Phonemes::load(&Assets::open(&speech_support::models()).unwrap()).unwrap().without_espeak();
    let table = [
        ("Tell me about the interview.", "tˈɛl mˌi əbˈWt ði ˈɪntəɹvjˌu."),
        ("the team", "ðə tˈim"),
        ("I led a project to the end", "ˌI lˈɛd ɐ pɹˈɑʤˌɛkt tə ði ˈɛnd"),
        ("to project", "tə pɹəʤˈɛkt"),
        ("I have read it", "ˌI hæv ɹˈɛd ɪt"),
        ("databases", "dˈæTəbˌAsᵻz"),
        ("refactored", "ɹifˈæktəɹd"),
        ("the API", "ði ˌApˌiˈI"),
        ("SQL", "sˈikwəl"),
        ("4%", "fˈɔɹ pəɹsˈɛnt"),
        ("customer's", "kˈʌstəməɹz"),
    ];
    let mut wrong = Vec::new();
    for (text, expected) in table {
        let got = phonemes.of(text, Alphabet::Kokoro);
        if got != expected {
            wrong.push(format!("{text}: {got}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");

    // Nothing is silent, however strange it is.
    for word in ["Kubernetes", "Łukasz", "Xochitl", "ng", "qwrt", "O'Brien", "PostgreSQL", "B2B", "C++", "24/7"] {
        assert!(phonemes.of(word, Alphabet::Piper).chars().any(char::is_alphabetic), "{word}");
    }
    assert!(phonemes.is_known("colleagues") && phonemes.is_known("AWS") && !phonemes.is_known("kubernetes"));
}
