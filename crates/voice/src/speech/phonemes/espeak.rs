//! `espeak-ng`, where it is installed: a separate process that is asked for words no list knows.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Whether the program starts.
pub fn is_installed() -> bool {
    let version = Command::new("espeak-ng").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    version.is_ok_and(|status| status.success())
}

/// The sounds of one word in the dictionary's alphabet; `None` if the program fails or says nothing.
pub fn sounds(word: &str) -> Option<String> {
    let mut child = Command::new("espeak-ng")
        .args(["-q", "-b", "1", "--ipa", "--tie=^", "-v", "en-us"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // On standard input, so that no word can be taken for an option.
    let written = child.stdin.take()?.write_all(format!("{word}\n").as_bytes());
    let output = child.wait_with_output().ok()?;
    written.ok()?;
    let ipa = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    let sounds = from_ipa(ipa.lines().map(str::trim).collect::<Vec<_>>().join("").as_str());
    (!sounds.is_empty()).then_some(sounds)
}

/// Longest patterns first: one letter for each diphthong and affricate, American vowels.
fn from_ipa(ipa: &str) -> String {
    const MAP: &[(&str, &str)] = &[
        ("ʔn\u{329}", "ʔᵊn"),
        ("a^ɪ", "I"),
        ("a^ʊ", "W"),
        ("d^ʒ", "ʤ"),
        ("e^ɪ", "A"),
        ("t^ʃ", "ʧ"),
        ("ɔ^ɪ", "Y"),
        ("ə^l", "ᵊl"),
        ("o^ʊ", "O"),
        ("n\u{329}", "ᵊn"),
        ("l\u{329}", "ᵊl"),
        ("ɜːɹ", "ɜɹ"),
        ("ɜː", "ɜɹ"),
        ("ɪə", "iə"),
        ("ɚ", "əɹ"),
        ("ɐ", "ə"),
        ("e", "A"),
        ("o", "O"),
        ("r", "ɹ"),
        ("g", "ɡ"),
        ("x", "k"),
        ("ç", "k"),
        ("ɬ", "l"),
        ("a", "æ"),
        ("ɒ", "ɑ"),
    ];
    let mut depth = 0usize;
    // Language switches such as `(fr)` are no sounds.
    let plain: String = ipa
        .chars()
        .filter(|&c| {
            depth += usize::from(c == '(');
            let keep = depth == 0;
            depth = depth.saturating_sub(usize::from(c == ')'));
            keep
        })
        .collect();
    let mapped = MAP.iter().fold(plain, |sounds, (from, to)| sounds.replace(from, to));
    mapped.chars().filter(|c| is_sound(*c)).collect()
}

fn is_sound(c: char) -> bool {
    "AIOWYbdfhijklmnpstuvwzæðŋɑɔəɛɜɡɪɹɾʃʊʌʒʔʤʧˈˌθᵊᵻ".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_become_letters_and_flags_vanish() {
        assert_eq!(from_ipa("d^ʒˈʌd^ʒ"), "ʤˈʌʤ");
        assert_eq!(from_ipa("(fr)bo^ʊˈɛɾɚ(en)"), "bOˈɛɾəɹ");
        assert_eq!(from_ipa("kjˌuːbɚnˈiːɾiːz"), "kjˌubəɹnˈiɾiz");
    }
}
