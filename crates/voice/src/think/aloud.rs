//! What of a model's text is meant to be heard. Reasoning models that run without a parser in front write their thoughts
//! into the text itself, between `<think>` and `</think>` at its beginning.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Takes the text in pieces and lets through what is meant to be heard.
#[derive(Debug, Default)]
pub(super) struct Aloud {
    held: String,
    place: Place,
}

#[derive(Debug, Default, PartialEq)]
enum Place {
    /// Before the first word: thoughts may begin.
    #[default]
    Before,
    /// In the thoughts.
    Inside,
    /// After them, or there are none.
    Speech,
}

impl Aloud {
    /// The next piece; returns what of it, and of what was held back, can be heard.
    pub(super) fn push(&mut self, text: &str) -> String {
        if self.place == Place::Speech {
            return text.to_owned();
        }
        self.held.push_str(text);
        if self.place == Place::Before {
            let begun = self.held.trim_start();
            if begun.len() < OPEN.len() && OPEN.starts_with(begun) {
                return String::new();
            }
            self.place = if begun.starts_with(OPEN) { Place::Inside } else { Place::Speech };
        }
        if self.place == Place::Inside {
            let Some(at) = self.held.find(CLOSE) else {
                self.forget_all_but_a_beginning();
                return String::new();
            };
            self.held.drain(..at + CLOSE.len());
            self.place = Place::Speech;
        }
        std::mem::take(&mut self.held)
    }

    /// The end of the text; returns what was held back and turned out to be speech.
    pub(super) fn finish(&mut self) -> String {
        if self.place == Place::Inside { String::new() } else { std::mem::take(&mut self.held) }
    }

    /// Keeps only what may be the beginning of the closing mark.
    fn forget_all_but_a_beginning(&mut self) {
        let mut at = self.held.len().saturating_sub(CLOSE.len());
        while !self.held.is_char_boundary(at) {
            at += 1;
        }
        self.held.drain(..at);
    }
}

#[cfg(test)]
mod tests {
    use super::Aloud;

    #[test]
    fn thoughts_at_the_beginning_are_not_spoken() {
        let table = [
            ("Hello.", "Hello."),
            ("  Hello.", "  Hello."),
            ("<think>Hm, ünïcödé 漢字.</think>\n\nHello.", "\n\nHello."),
            ("\n<think></think>Hello.", "Hello."),
            ("<think>endless", ""),
            ("<thin air>", "<thin air>"),
            ("<th", "<th"),
            ("a < b <think> c", "a < b <think> c"),
            ("", ""),
        ];
        for (text, expected) in table {
            let mut whole = Aloud::default();
            assert_eq!(whole.push(text) + &whole.finish(), expected, "{text}");
            let mut letters = Aloud::default();
            let spoken: String = text.chars().map(|c| letters.push(&c.to_string())).collect();
            assert_eq!(spoken + &letters.finish(), expected, "{text} by letters");
        }
    }
}
