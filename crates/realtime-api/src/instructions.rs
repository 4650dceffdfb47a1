//! The words that make a model, or our rules responder, speak a given text and nothing else.

const BEFORE: &str =
    "Say exactly the following words, in the same language, and nothing before or after them:\n\"\"\"\n";
const AFTER: &str = "\n\"\"\"";

/// Instructions of a `response.create` that must speak `text` word for word.
pub fn say_exactly(text: &str) -> String {
    format!("{BEFORE}{text}{AFTER}")
}

/// The text inside instructions made by [`say_exactly`]; `None` for any other instructions.
pub fn parse_say_exactly(instructions: &str) -> Option<&str> {
    instructions.trim().strip_prefix(BEFORE)?.strip_suffix(AFTER)
}

#[cfg(test)]
mod tests {
    use super::{parse_say_exactly, say_exactly};

    #[test]
    fn what_was_put_in_comes_out() {
        for text in ["Hello Ann.", "Two\nlines", "quotes \"\"\" inside\n\"\"\"\nand after", "Расскажите о себе."]
        {
            assert_eq!(parse_say_exactly(&say_exactly(text)), Some(text));
        }
    }

    #[test]
    fn other_instructions_are_not_a_text_to_say() {
        for other in ["", "Greet the candidate.", "Say exactly the following words:\n\"\"\"\nx\n\"\"\""] {
            assert_eq!(parse_say_exactly(other), None);
        }
    }
}
