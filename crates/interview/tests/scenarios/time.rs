//! Silence and time limits.

use interview::{Heard, Input, lines};

use crate::driver::{FULL, MORE, NO_RESULT, Q1, Q2, SHORT, Talk, plan};

#[test]
fn silence_is_met_with_patience_and_never_with_the_next_question() {
    let mut talk = Talk::at_first_question();
    talk.wait(11);
    assert!(talk.lines().is_empty());
    talk.wait(2);
    assert_eq!(talk.lines(), [lines::TAKE_YOUR_TIME]);
    talk.wait(20);
    assert_eq!(talk.lines(), [lines::OFFER_REPEAT]);
    talk.wait(35);
    assert_eq!(talk.lines(), [Q1]);
    talk.wait(3_600);
    assert!(talk.lines().is_empty(), "then it waits quietly");
    assert_eq!(talk.exchange(FULL), ["Thank you.", Q2]);
}

#[test]
fn a_sleeping_caller_does_not_get_all_the_patience_at_once() {
    let mut talk = Talk::at_first_question();
    talk.now = talk.now.plus_ms(70_000);
    talk.input(Input::Tick);
    talk.listen();
    talk.wait(5);
    assert_eq!(talk.lines(), [Q1]);
}

#[test]
fn sounds_and_courtesy_are_no_answer() {
    for sound in ["", "Um.", "Hmm... uh", "Okay, thank you.", "[noise]"] {
        let mut talk = Talk::at_first_question();
        talk.says(sound);
        talk.wait(5);
        assert!(talk.lines().is_empty(), "{sound:?}");
    }
}

#[test]
fn an_empty_item_is_shown_only_if_it_was_long() {
    let mut talk = Talk::at_first_question();
    let shown = talk.turns.len();
    talk.says("");
    assert_eq!(talk.turns.len(), shown);
    let item = talk.begins();
    talk.now = talk.now.plus_ms(5_000);
    talk.finishes(&item, "");
    assert_eq!(talk.last_turn(), "answer 1 (empty): ");
}

#[test]
fn after_the_time_limit_no_probe_is_asked() {
    let mut talk = Talk::at_first_question();
    let item = talk.begins();
    talk.now = talk.now.plus_ms(125_000);
    talk.finishes(&item, SHORT);
    talk.listen();
    assert_eq!(talk.lines(), ["Thank you.", Q2]);
}

#[test]
fn before_the_time_limit_the_probe_is_asked() {
    let mut talk = Talk::at_first_question();
    let item = talk.begins();
    talk.now = talk.now.plus_ms(115_000);
    talk.finishes(&item, SHORT);
    talk.listen();
    assert_eq!(talk.lines(), [MORE]);
}

#[test]
fn an_endless_answer_is_interrupted_once_and_politely() {
    let mut talk = Talk::at_first_question();
    let item = talk.begins();
    talk.wait(179);
    assert!(talk.lines().is_empty());
    talk.wait(2);
    assert_eq!(talk.lines(), [lines::MOVE_ON]);
    talk.finishes(&item, FULL);
    talk.listen();
    assert_eq!(talk.lines(), [Q2], "no thanks after the interruption");
    assert_eq!(talk.turns[talk.turns.len() - 2].text, FULL);
    assert_eq!(talk.turns[talk.turns.len() - 2].question, Some(0));
}

#[test]
fn who_does_not_stop_after_the_interruption_hears_the_next_question_and_loses_no_word() {
    let mut talk = Talk::at_first_question();
    let item = talk.begins();
    talk.wait(300);
    assert_eq!(talk.lines(), [lines::MOVE_ON, Q2]);
    talk.finishes(&item, NO_RESULT);
    assert_eq!(talk.last_turn(), format!("answer 1: {NO_RESULT}"));
    talk.wait(5);
    assert!(talk.lines().is_empty(), "it answered the question before");
    assert_eq!(talk.exchange("I would ask."), ["Thanks, I have noted that.", crate::driver::Q3]);
}

#[test]
fn who_thought_for_long_is_not_interrupted_at_once() {
    let mut talk = Talk::at_first_question();
    talk.wait(400);
    talk.lines();
    let item = talk.begins();
    talk.wait(19);
    assert!(talk.lines().is_empty());
    talk.finishes(&item, FULL);
    talk.listen();
    assert_eq!(talk.lines(), ["Thank you.", Q2]);
}

#[test]
fn the_clock_of_a_question_does_not_run_while_the_interviewer_speaks() {
    let mut talk = Talk::at_first_question();
    let left = |talk: &Talk| talk.interview.view(talk.now).question_left_ms.unwrap();
    assert_eq!(left(&talk), 120_000);
    talk.now = talk.now.plus_ms(12_000);
    talk.input(Input::Tick);
    assert_eq!(left(&talk), 108_000);
    talk.listen();
    assert_eq!(left(&talk), 108_000);
    talk.wait(3);
    assert_eq!(left(&talk), 105_000);
}

#[test]
fn a_line_that_cannot_be_played_is_tried_again_with_patience() {
    let mut talk = Talk::new(plan());
    talk.leg_ready(1);
    for _ in 0..6 {
        talk.cut(Heard::Nothing);
        assert!(talk.out.is_none(), "not at once");
        let before = talk.now;
        while talk.out.is_none() {
            talk.now = talk.now.plus_ms(500);
            talk.input(Input::Tick);
        }
        assert!(talk.now.ms_since(before) <= 15_500);
    }
    talk.listen();
    assert_eq!(talk.lines().last().unwrap(), Q1);
}

#[test]
fn a_voice_that_never_begins_is_given_up_and_tried_again() {
    let mut talk = Talk::new(plan());
    talk.leg_ready(1);
    talk.now = talk.now.plus_ms(21_000);
    let lost = talk.out.take().unwrap();
    talk.input(Input::Tick);
    assert_eq!(talk.stops, [lost.id]);
    talk.wait(5);
    assert_eq!(talk.lines().last().unwrap(), Q1);
    assert_eq!(talk.transcript().len(), 3, "what was not heard is not in the transcript");
}

#[test]
fn an_end_that_is_not_reported_does_not_stop_the_interview() {
    let mut talk = Talk::new(plan());
    talk.leg_ready(1);
    talk.starts();
    talk.out = None;
    talk.wait(60);
    assert_eq!(talk.lines()[2], Q1);
}
