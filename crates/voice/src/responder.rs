//! The rules responder: what is said when a response is asked for without giving its words.
//!
//! It speaks texts that it is given (`realtime_api::instructions::say_exactly`). Anything else is for the language model
//! ([`crate::think`]); an engine without one says honestly that it cannot think of an answer, so that any client of the
//! protocol completes its turn.

use realtime_api::instructions::parse_say_exactly;

/// Said when nothing can be made up.
pub const NO_MODEL: &str =
    "I heard you. I am a voice without a language model, so I can only say what I am told to say.";

/// The longest text that is spoken in one response, in characters.
pub const MAX_SPOKEN: usize = 4_096;

/// The words that these instructions give; `None`: a response has to be thought of.
pub fn given(instructions: &str) -> Option<&str> {
    parse_say_exactly(instructions).filter(|text| !text.trim().is_empty())
}

/// The words of a response with these instructions, where there is no model.
pub fn reply(instructions: &str) -> &str {
    given(instructions).unwrap_or(NO_MODEL)
}

#[cfg(test)]
mod tests {
    use super::{NO_MODEL, reply};
    use realtime_api::instructions::say_exactly;

    #[test]
    fn a_given_text_is_said_and_nothing_is_made_up() {
        assert_eq!(reply(&say_exactly("Hello Ann.")), "Hello Ann.");
        assert_eq!(reply(&say_exactly("  ")), NO_MODEL);
        assert_eq!(reply("You are a pirate. Greet the user."), NO_MODEL);
        assert_eq!(reply(""), NO_MODEL);
    }
}
