//! Ends before the plan is through.

use interview::{EndReason, Heard, Input, Request, lines};

use crate::driver::{BYE, FULL, Talk, plan};

#[test]
fn the_candidate_ends_with_the_closing() {
    let mut talk = Talk::at_first_question();
    talk.press(Request::End);
    talk.listen();
    assert_eq!(talk.lines(), [BYE]);
    assert_eq!(talk.ended, Some(EndReason::CandidateEnded));
}

#[test]
fn the_recruiter_ends_with_a_word_and_the_closing() {
    let mut talk = Talk::at_first_question();
    talk.input(Input::EndByRecruiter);
    talk.listen();
    assert_eq!(talk.lines(), [lines::ENDS_HERE, BYE]);
    assert_eq!(talk.ended, Some(EndReason::RecruiterEnded));
}

#[test]
fn an_end_in_the_middle_of_an_answer_waits_for_its_text() {
    let mut talk = Talk::at_first_question();
    let item = talk.begins();
    talk.press(Request::End);
    assert!(talk.lines().is_empty());
    talk.finishes(&item, FULL);
    assert_eq!(talk.last_turn(), format!("answer 1: {FULL}"));
    talk.listen();
    assert_eq!(talk.lines(), [BYE]);
    assert_eq!(talk.ended, Some(EndReason::CandidateEnded));
}

#[test]
fn an_end_does_not_wait_for_ever_and_the_late_text_is_still_taken() {
    let mut talk = Talk::at_first_question();
    let item = talk.begins();
    talk.press(Request::End);
    talk.wait(120);
    assert_eq!(talk.lines(), [BYE]);
    assert_eq!(talk.ended, Some(EndReason::CandidateEnded));
    assert_eq!(talk.last_turn(), "answer 1 (missing): ");
    talk.text(&item, FULL);
    let turn = talk.turns.iter().find(|turn| turn.item == item).unwrap();
    assert_eq!(turn.text, FULL);
}

#[test]
fn an_end_stops_the_line_that_plays() {
    let mut talk = Talk::after_first_answer();
    talk.starts();
    talk.press(Request::End);
    assert_eq!(talk.stops.len(), 1);
    talk.cut(Heard::Ms(100));
    talk.listen();
    assert_eq!(talk.lines(), [BYE]);
}

#[test]
fn an_end_without_a_call_is_immediate() {
    let mut waiting = Talk::new(plan());
    waiting.press(Request::End);
    assert_eq!(waiting.ended, Some(EndReason::CandidateEnded));
    let mut lost = Talk::at_first_question();
    lost.leg_lost(1);
    lost.input(Input::EndByRecruiter);
    assert_eq!(lost.ended, Some(EndReason::RecruiterEnded));
}

#[test]
fn speech_into_an_asked_for_closing_does_not_bring_the_interview_back() {
    let mut talk = Talk::at_first_question();
    talk.press(Request::End);
    let item = talk.barges_in(10);
    talk.finishes(&item, "Thank you, bye.");
    assert_eq!(talk.ended, Some(EndReason::CandidateEnded));
    assert_eq!(talk.last_turn(), "answer 1: Thank you, bye.");
}

#[test]
fn an_end_pressed_into_the_last_words_completes_the_interview() {
    let mut talk = Talk::at_first_question();
    talk.exchange(FULL);
    talk.exchange("I would ask.");
    talk.says("None.");
    talk.hear_line();
    talk.starts();
    talk.press(Request::End);
    talk.listen();
    assert_eq!(talk.ended, Some(EndReason::Completed));
}

#[test]
fn a_closing_that_cannot_be_played_does_not_keep_the_interview_open() {
    let mut talk = Talk::at_first_question();
    talk.press(Request::End);
    while talk.ended.is_none() {
        talk.cut(Heard::Nothing);
        while talk.out.is_none() && talk.ended.is_none() {
            talk.now = talk.now.plus_ms(1_000);
            talk.input(Input::Tick);
        }
    }
    assert_eq!(talk.ended, Some(EndReason::CandidateEnded));
    assert_eq!(talk.lines(), [BYE, BYE, BYE]);
}
