//! A call is lost, the next one goes on.

use interview::{EndReason, Input, Phase, Request, StageName, lines};

use crate::driver::{BYE, FULL, MORE, Q1, Q2, SHORT, Talk, plan};

#[test]
fn after_a_lost_call_the_open_question_is_said_again() {
    let mut talk = Talk::at_first_question();
    talk.leg_lost(1);
    let view = talk.interview.view(talk.now);
    assert_eq!((view.stage, view.phase), (StageName::Interrupted, Phase::Reconnecting));
    let left = view.question_left_ms;
    talk.wait(86_400);
    assert!(talk.lines().is_empty());
    assert_eq!(talk.interview.view(talk.now).question_left_ms, left, "the clock stands still");
    talk.leg_ready(2);
    talk.listen();
    assert_eq!(talk.lines(), [lines::WELCOME_BACK, Q1]);
    assert_eq!(talk.exchange(FULL), ["Thank you.", Q2]);
}

#[test]
fn an_open_probe_is_said_again_after_its_question() {
    let mut talk = Talk::at_first_question();
    assert_eq!(talk.exchange(SHORT), [MORE]);
    talk.leg_lost(1);
    talk.leg_ready(2);
    talk.listen();
    assert_eq!(talk.lines(), [lines::WELCOME_BACK, Q1, MORE]);
    assert_eq!(talk.exchange(FULL), ["Thank you.", Q2], "the probe is not asked a third time");
}

#[test]
fn a_question_that_was_not_heard_before_the_loss_is_asked_after_it() {
    let mut talk = Talk::after_first_answer();
    talk.hear_line();
    talk.leg_lost(1);
    talk.lines();
    talk.leg_ready(2);
    talk.listen();
    assert_eq!(talk.lines(), [lines::WELCOME_BACK, Q2]);
}

#[test]
fn an_answer_cut_off_by_the_loss_is_kept_and_may_go_on() {
    let mut talk = Talk::at_first_question();
    let item = talk.begins();
    talk.input(Input::AnswerDelta { item: item.clone(), text: "At my last job I".into() });
    talk.leg_lost(1);
    assert_eq!(talk.last_turn(), "answer 1 (missing): At my last job I");
    talk.text(&item, "At my last job I called every ward.");
    assert_eq!(talk.last_turn(), "answer 1: At my last job I called every ward.");
    talk.leg_ready(2);
    talk.listen();
    assert_eq!(talk.lines(), [lines::WELCOME_BACK, Q1]);
    talk.exchange("And in the end nobody missed a dose, because I wrote a new list by hand.");
    assert_eq!(talk.last_turn(), format!("question 2: {Q2}"), "both parts are one answer, long enough for no probe");
}

#[test]
fn before_the_first_question_the_greeting_is_said_again() {
    let mut talk = Talk::new(plan());
    talk.leg_ready(1);
    talk.hear_line();
    talk.leg_lost(1);
    talk.lines();
    talk.leg_ready(2);
    talk.listen();
    let said = talk.lines();
    assert_eq!(said[0], lines::WELCOME_BACK);
    assert!(said[1].contains("AI interviewer"));
    assert_eq!(said.last().unwrap(), Q1);
}

#[test]
fn nothing_was_heard_so_nobody_is_welcomed_back() {
    let mut talk = Talk::new(plan());
    talk.leg_ready(1);
    talk.leg_lost(1);
    talk.lines();
    talk.leg_ready(2);
    assert!(talk.lines()[0].contains("AI interviewer"));
}

#[test]
fn a_new_leg_takes_over_from_one_that_was_not_reported_lost() {
    let mut talk = Talk::at_first_question();
    talk.leg_ready(2);
    talk.leg_ready(2);
    talk.listen();
    assert_eq!(talk.lines(), [lines::WELCOME_BACK, Q1]);
    talk.input(Input::LegLost { leg: 1 });
    talk.leg_ready(1);
    assert_eq!(talk.interview.view(talk.now).stage, StageName::Question, "the older leg is no longer of interest");
}

#[test]
fn the_last_words_are_said_to_who_comes_back_for_them() {
    let mut talk = Talk::at_first_question();
    talk.exchange(FULL);
    talk.exchange("I would ask.");
    talk.says("None.");
    talk.hear_line();
    talk.leg_lost(1);
    assert_eq!(talk.ended, None);
    talk.lines();
    talk.leg_ready(2);
    talk.listen();
    assert_eq!(talk.lines(), [lines::WELCOME_BACK, BYE]);
    assert_eq!(talk.ended, Some(EndReason::Completed));
}

#[test]
fn who_leaves_during_the_last_words_has_completed_the_interview() {
    let mut talk = Talk::at_first_question();
    talk.exchange(FULL);
    talk.exchange("I would ask.");
    talk.says("None.");
    talk.hear_line();
    talk.starts();
    talk.now = talk.now.plus_ms(700);
    talk.leg_lost(1);
    assert_eq!(talk.ended, Some(EndReason::Completed));
}

#[test]
fn what_was_heard_of_a_line_when_the_call_was_lost_is_in_the_transcript() {
    let mut talk = Talk::after_first_answer();
    talk.hear_line();
    talk.starts();
    talk.now = talk.now.plus_ms(1_000);
    talk.leg_lost(1);
    assert_eq!(talk.last_turn(), "question 2: What would you \u{2014}");
}

#[test]
fn what_is_typed_while_there_is_no_call_is_answered_by_the_next_one() {
    let mut talk = Talk::at_first_question();
    talk.leg_lost(1);
    talk.press(Request::Type(FULL.into()));
    talk.leg_ready(2);
    talk.listen();
    assert_eq!(talk.lines(), [lines::WELCOME_BACK, "Thank you.", Q2]);
}

#[test]
fn a_pause_is_over_when_the_candidate_comes_back() {
    let mut talk = Talk::at_first_question();
    talk.press(Request::Pause);
    talk.leg_lost(1);
    talk.leg_ready(2);
    talk.listen();
    assert_eq!(talk.lines(), [lines::WELCOME_BACK, Q1]);
}
