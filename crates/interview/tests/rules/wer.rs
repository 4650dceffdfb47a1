//! Word error rate.

use interview::wer::{compare, normalize, word_error_rate};

#[test]
fn writing_differently_is_no_error() {
    let table = [
        ("Hello, world!", "hello world"),
        ("I don't know.", "I do not know"),
        ("It\u{2019}s fine.", "it is fine"),
        ("twenty-five percent", "25%"),
        ("two hundred and five people", "205 people"),
        ("one thousand two hundred", "1,200"),
        ("Okay.", "OK"),
        ("two or three times", "2 or 3 times"),
        ("the nurses' list", "the nurses list"),
        ("nineteen", "19"),
        ("we won't", "we will not"),
    ];
    for (said, recognized) in table {
        assert_eq!(compare(said, recognized).errors, 0, "{:?} {:?}", normalize(said), normalize(recognized));
    }
}

#[test]
fn errors_are_counted_in_words() {
    let table = [
        ("a b c d", "a b c d", 0, 4),
        ("a b c d", "a x c d", 1, 4),
        ("a b c d", "a c d", 1, 4),
        ("a b c d", "a b b c d", 1, 4),
        ("a b c d", "", 4, 4),
        ("", "a", 1, 0),
        ("five", "six", 1, 1),
    ];
    for (said, recognized, errors, words) in table {
        let score = compare(said, recognized);
        assert_eq!((score.errors, score.words), (errors, words), "{said} / {recognized}");
    }
}

#[test]
fn rates_weigh_by_words() {
    assert!((word_error_rate("a b c d", "a b c x") - 0.25).abs() < 1e-9);
    assert!((word_error_rate("", "a") - 1.0).abs() < 1e-9);
    assert!(word_error_rate("", "").abs() < 1e-9);
    let total = compare("a b c d", "a b c x").plus(compare("a", "a"));
    assert!((total.rate() - 0.2).abs() < 1e-9);
}

#[test]
fn numbers_are_read_as_far_as_they_are_one_number() {
    let table = [
        ("three four", "3 4"),
        ("twenty twenty", "20 20"),
        ("one hundred and", "100 and"),
        ("fifteen hundred", "1500"),
        ("a hundred", "a hundred"),
        ("two thousand and", "2000 and"),
        ("ninety nine thousand nine hundred ninety nine", "99999"),
        ("3.5 million", "3.5 million"),
    ];
    for (text, expected) in table {
        assert_eq!(normalize(text).join(" "), expected);
    }
}
