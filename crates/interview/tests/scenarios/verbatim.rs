//! What was to be said, and what the provider says that it said.

use interview::{Heard, Input, Turn};

use crate::driver::{Q1, Talk, plan};

/// The first question, in the words that the provider says, heard so far.
fn asked(said: &str, heard: Heard) -> Turn {
    let mut talk = Talk::new(plan());
    talk.leg_ready(1);
    while talk.out.as_ref().is_some_and(|out| out.text != Q1) {
        talk.hear_line();
    }
    talk.starts();
    let utterance = talk.out.as_ref().unwrap().id;
    talk.input(Input::UtteranceSaid { utterance, item: format!("out-{utterance}"), text: said.into() });
    talk.now = talk.now.plus_ms(4_000);
    talk.cut(heard);
    talk.turns.last().unwrap().clone()
}

#[test]
fn other_words_than_planned_are_kept_as_said_and_marked() {
    let other = "Tell me about a time when all went well!";
    let turn = asked(other, Heard::All);
    assert_eq!((turn.text.as_str(), turn.planned.as_deref()), (other, Some(Q1)));
    let turn = asked("Great answer! And now something completely different, if I may ask.", Heard::Ms(1_000));
    assert_eq!((turn.text.as_str(), turn.planned.as_deref()), ("Great answer!", Some(Q1)));
}

#[test]
fn the_planned_words_stay_as_they_are_written() {
    for said in [Q1, "tell me about a time when something went wrong", ""] {
        let turn = asked(said, Heard::All);
        assert_eq!((turn.text.as_str(), turn.planned), (Q1, None), "{said}");
    }
    // Cut: that what was made of it so far is only the beginning is no deviation.
    let turn = asked("Tell me about a time", Heard::Ms(1_500));
    assert_eq!((turn.text.as_str(), turn.planned), ("Tell me about a time", None));
}
