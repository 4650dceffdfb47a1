use super::{LONGEST_SENTENCE, Sentences};

/// Feeds the text whole, by letters and in odd pieces: the sentences must not depend on it.
fn cut(text: &str) -> Vec<String> {
    let mut results = Vec::new();
    for size in [usize::MAX, 1, 3, 7] {
        let letters: Vec<char> = text.chars().collect();
        let mut sentences = Sentences::default();
        let mut out = Vec::new();
        for piece in letters.chunks(size.min(letters.len().max(1))) {
            out.extend(sentences.push(&piece.iter().collect::<String>()));
        }
        out.extend(sentences.finish());
        results.push(out);
    }
    assert!(results.windows(2).all(|pair| pair[0] == pair[1]), "{text}: {results:?}");
    results.remove(0)
}

#[test]
fn sentences_end_where_a_listener_would_end_them() {
    let table: &[(&str, &[&str])] = &[
        ("", &[]),
        (" \n ", &[]),
        ("Hello", &["Hello"]),
        ("Hello Ann. Tell me more.", &["Hello Ann.", "Tell me more."]),
        ("Really? Yes! Good.", &["Really?", "Yes!", "Good."]),
        ("No end here, though it is long", &["No end here, though it is long"]),
        ("Thank you, Dr. Wu. Did Mr. Ray help?", &["Thank you, Dr. Wu.", "Did Mr. Ray help?"]),
        ("Tools, e.g. Rust, i.e. Cargo. Good.", &["Tools, e.g. Rust, i.e. Cargo.", "Good."]),
        ("In the U.S. Army? Yes.", &["In the U.S. Army?", "Yes."]),
        ("It was J. Smith. Right?", &["It was J. Smith.", "Right?"]),
        ("It costs 3.5 dollars, v1.2.3 did. Fine.", &["It costs 3.5 dollars, v1.2.3 did.", "Fine."]),
        ("In 2020. Then I left.", &["In 2020.", "Then I left."]),
        ("1. Tell me. 2. Go on.", &["1. Tell me.", "2. Go on."]),
        ("See No. 5 there. Good.", &["See No. 5 there.", "Good."]),
        ("Well... let me think. Hm... Then yes.", &["Well... let me think.", "Hm...", "Then yes."]),
        ("Well… let me. Hm… Then yes.", &["Well… let me.", "Hm…", "Then yes."]),
        ("What?! No way!!! Fine.", &["What?!", "No way!!!", "Fine."]),
        ("He said \"No.\" Then he left.", &["He said \"No.\"", "Then he left."]),
        ("\"Really?\" she asked. (Yes.) Good.", &["\"Really?\" she asked.", "(Yes.)", "Good."]),
        ("«Ja.» “Good.” Then.", &["«Ja.»", "“Good.”", "Then."]),
        ("First line\nSecond line.\n\nThird", &["First line", "Second line.", "Third"]),
        ("See example.com or node.js. Good.", &["See example.com or node.js. Good."]),
        ("See our page at example.com for it. Good.", &["See our page at example.com for it.", "Good."]),
        ("Das ist z.B. Rust. Gut.", &["Das ist z.B. Rust.", "Gut."]),
        ("¿Qué tal? ¡Bien! Gracias.", &["¿Qué tal?", "¡Bien!", "Gracias."]),
        ("Привет. Как дела? Хорошо.", &["Привет.", "Как дела?", "Хорошо."]),
        ("你好。你叫什么名字？「好。」再见！", &["你好。", "你叫什么名字？", "「好。」", "再见！"]),
        ("こんにちは。元気ですか？", &["こんにちは。", "元気ですか？"]),
        ("नमस्ते। आप कैसे हैं? ठीक।", &["नमस्ते।", "आप कैसे हैं?", "ठीक।"]),
        ("مرحبا. كيف حالك؟ بخير۔ نعم", &["مرحبا.", "كيف حالك؟", "بخير۔", "نعم"]),
    ];
    for (text, expected) in table {
        assert_eq!(cut(text), *expected, "{text}");
    }
}

#[test]
fn a_sentence_is_given_as_soon_as_the_next_one_begins() {
    let mut sentences = Sentences::default();
    assert!(sentences.push("Hello Ann.").is_empty(), "a file name may follow");
    assert!(sentences.push(" ").is_empty(), "a small letter may follow");
    assert_eq!(sentences.push("Te"), ["Hello Ann."]);
    assert_eq!(sentences.push("ll me more!\n"), ["Tell me more!"]);
    assert_eq!(sentences.finish(), None);
}

#[test]
fn what_is_too_long_is_cut_at_a_comma_else_at_a_space_else_anywhere() {
    let clause = "and then we went on and on without an end, ";
    let pieces = cut(&clause.repeat(20));
    assert!(pieces.len() > 2 && pieces.iter().all(|piece| piece.ends_with("an end,")), "{pieces:?}");
    let words = cut(&"word ".repeat(200));
    assert!(words.len() > 2 && words.iter().all(|piece| piece.ends_with("word")), "{words:?}");
    let letters = cut(&"あ".repeat(1_000));
    assert_eq!(letters.iter().map(|piece| piece.chars().count()).sum::<usize>(), 1_000);
    for piece in pieces.iter().chain(&words).chain(&letters) {
        assert!(piece.chars().count() <= LONGEST_SENTENCE, "{piece}");
    }
}

#[test]
fn nothing_is_lost() {
    let text = "A (b. c) \"d!\" e... f? G 1. H. “I” j.k L, m; n\no。p";
    let joined: String = cut(text).concat();
    let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    assert_eq!(bare(&joined), bare(text));
}
