//! What the candidate asks for, by button and by voice.

use interview::{Heard, Request, StageName, lines};

use crate::driver::{FULL, MORE, Q1, Q2, SHORT, Talk};

#[test]
fn the_question_is_repeated_by_voice_and_by_button() {
    let mut talk = Talk::at_first_question();
    assert_eq!(talk.exchange("Sorry, could you repeat the question?"), [Q1]);
    assert_eq!(talk.transcript()[3], "request 1: Sorry, could you repeat the question?");
    talk.press(Request::Repeat);
    talk.listen();
    assert_eq!(talk.lines(), [Q1]);
    assert_eq!(talk.last_turn(), format!("repeat 1: {Q1}"));
    assert_eq!(talk.exchange(FULL), ["Thank you.", Q2]);
}

#[test]
fn a_probe_is_repeated_while_it_is_open() {
    let mut talk = Talk::at_first_question();
    assert_eq!(talk.exchange(SHORT), [MORE]);
    assert_eq!(talk.exchange("Pardon?"), [MORE]);
}

#[test]
fn yes_please_takes_up_the_offer_to_repeat() {
    let mut talk = Talk::at_first_question();
    talk.wait(31);
    assert_eq!(talk.lines(), [lines::TAKE_YOUR_TIME, lines::OFFER_REPEAT]);
    assert_eq!(talk.exchange("Yes, please."), [Q1]);
}

#[test]
fn repeat_while_the_question_is_being_said_says_it_from_the_start() {
    let mut talk = Talk::after_first_answer();
    talk.hear_line();
    talk.starts();
    talk.press(Request::Repeat);
    assert_eq!(talk.stops.len(), 1);
    talk.cut(Heard::Ms(300));
    talk.listen();
    assert_eq!(talk.lines(), [Q2, Q2]);
}

#[test]
fn a_moment_by_voice_is_granted_and_left_alone_until_the_candidate_speaks() {
    let mut talk = Talk::at_first_question();
    assert_eq!(talk.exchange("I need a moment, please."), [lines::OF_COURSE]);
    let left = talk.interview.view(talk.now).question_left_ms;
    talk.wait(100);
    assert!(talk.lines().is_empty());
    assert_eq!(talk.interview.view(talk.now).question_left_ms, left, "the clock stands still");
    assert_eq!(talk.exchange(FULL), ["Thank you.", Q2]);
}

#[test]
fn a_moment_by_button_ends_after_two_minutes_with_an_offer() {
    let mut talk = Talk::at_first_question();
    talk.press(Request::Moment);
    talk.listen();
    assert_eq!(talk.lines(), [lines::OF_COURSE]);
    talk.wait(121);
    assert_eq!(talk.lines(), [lines::OFFER_REPEAT]);
    talk.wait(600);
    assert_eq!(talk.lines(), [Q1]);
}

#[test]
fn a_moment_asked_for_in_the_greeting_is_granted_after_the_first_question() {
    let mut talk = Talk::new(crate::driver::plan());
    talk.leg_ready(1);
    talk.press(Request::Moment);
    talk.listen();
    assert_eq!(talk.lines()[2..], [Q1, lines::OF_COURSE]);
}

#[test]
fn a_moment_asked_for_into_the_next_question_keeps_the_answer_open() {
    let mut talk = Talk::after_first_answer();
    talk.hear_line();
    let item = talk.barges_in(20);
    talk.finishes(&item, "Hold on, one second.");
    talk.listen();
    assert_eq!(talk.lines(), [Q2, lines::OF_COURSE]);
    talk.says("There was one more thing.");
    assert_eq!(talk.last_turn(), "answer 1: There was one more thing.");
    talk.listen();
    assert_eq!(talk.lines(), ["Thank you.", Q2]);
}

#[test]
fn a_pause_stops_everything_until_resumed() {
    let mut talk = Talk::after_first_answer();
    talk.hear_line();
    talk.starts();
    talk.press(Request::Pause);
    talk.cut(Heard::Ms(400));
    talk.lines();
    talk.wait(3_600);
    assert!(talk.lines().is_empty());
    assert_eq!(talk.interview.view(talk.now).stage, StageName::Paused);
    talk.press(Request::Resume);
    talk.listen();
    assert_eq!(talk.lines(), [lines::GO_ON, Q2]);
}

#[test]
fn what_is_said_in_a_pause_is_kept_and_answered_after_it() {
    let mut talk = Talk::at_first_question();
    talk.press(Request::Pause);
    talk.says(FULL);
    assert!(talk.lines().is_empty());
    assert_eq!(talk.last_turn(), format!("answer 1: {FULL}"));
    talk.press(Request::Resume);
    talk.listen();
    assert_eq!(talk.lines().last().unwrap(), Q2);
}

#[test]
fn a_typed_answer_is_an_answer() {
    let mut talk = Talk::at_first_question();
    talk.press(Request::Type("   ".into()));
    assert!(talk.lines().is_empty());
    talk.press(Request::Type(FULL.into()));
    assert_eq!(talk.last_turn(), format!("typed 1: {FULL}"));
    talk.listen();
    assert_eq!(talk.lines(), ["Thank you.", Q2]);
}

#[test]
fn what_is_typed_while_the_next_question_begins_belongs_to_the_answer_before() {
    let mut talk = Talk::after_first_answer();
    talk.press(Request::Type("One more thing.".into()));
    assert_eq!(talk.stops.len(), 1);
    talk.cut(Heard::Nothing);
    talk.listen();
    assert_eq!(talk.lines(), ["Thank you.", Q2]);
    assert!(talk.transcript().contains(&"typed 1: One more thing.".into()));
}

#[test]
fn who_would_rather_go_on_is_not_probed() {
    let mut talk = Talk::at_first_question();
    assert_eq!(talk.exchange("I'd like to skip this question, please."), ["Thank you.", Q2]);
}

#[test]
fn a_request_inside_an_answer_is_an_answer() {
    let mut talk = Talk::at_first_question();
    let long =
        "I asked the doctor, could you repeat that, because I had to write it down in the end for the next shift.";
    assert_eq!(talk.exchange(long), ["Thank you.", Q2]);
}
