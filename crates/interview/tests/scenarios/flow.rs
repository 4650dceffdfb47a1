//! The plan is followed to the letter.

use interview::{EndReason, Speaker, lines};

use crate::driver::{BYE, FULL, MORE, NO_RESULT, OWN, Q1, Q2, Q3, RESULT, SHORT, Talk, plan};

const DISCLOSURE: &str = "Hello. I am an AI interviewer, speaking for Acme. Everything we say is written down, \
     and a person will read it.";
const GREETING: &str = "Good morning Ann, this is about the position Nurse.";

#[test]
fn it_opens_with_the_disclosure_the_greeting_and_the_first_question() {
    let mut talk = Talk::new(plan());
    talk.leg_ready(1);
    talk.listen();
    assert_eq!(talk.lines(), [DISCLOSURE, GREETING, Q1]);
}

#[test]
fn nothing_is_said_before_the_first_leg() {
    let mut talk = Talk::new(plan());
    talk.wait(600);
    assert!(talk.lines().is_empty());
}

#[test]
fn every_question_is_asked_verbatim_in_order_and_the_interview_completes() {
    let mut talk = Talk::at_first_question();
    assert_eq!(talk.exchange(FULL), ["Thank you.", Q2]);
    assert_eq!(talk.exchange("I would first ask the colleague what happened."), ["Thanks, I have noted that.", Q3]);
    assert_eq!(talk.exchange("None."), ["All right, thank you.", BYE]);
    assert_eq!(talk.ended, Some(EndReason::Completed));
    assert!(talk.interview.is_over());
}

#[test]
fn the_transcript_holds_both_sides_in_order() {
    let mut talk = Talk::at_first_question();
    talk.exchange(FULL);
    talk.exchange("I would first ask.");
    talk.exchange("None.");
    let expected = [
        format!("greeting: {DISCLOSURE}"),
        format!("greeting: {GREETING}"),
        format!("question 1: {Q1}"),
        format!("answer 1: {FULL}"),
        "acknowledgement 1: Thank you.".into(),
        format!("question 2: {Q2}"),
        "answer 2: I would first ask.".into(),
        "acknowledgement 2: Thanks, I have noted that.".into(),
        format!("question 3: {Q3}"),
        "answer 3: None.".into(),
        "acknowledgement 3: All right, thank you.".into(),
        format!("closing: {BYE}"),
    ];
    assert_eq!(talk.transcript(), expected);
    let mut sorted = talk.turns.clone();
    sorted.sort_by_key(|turn| turn.started_ms);
    assert_eq!(talk.turns, sorted);
    assert!(talk.turns.iter().all(|turn| turn.ended_ms >= turn.started_ms));
    assert_eq!(talk.turns[0].started_ms, 0);
    assert_eq!(talk.turns[3].speaker, Speaker::Candidate);
}

#[test]
fn probes_follow_the_rules_in_the_order_of_the_plan_and_only_once() {
    let mut talk = Talk::at_first_question();
    assert_eq!(talk.exchange(SHORT), [MORE]);
    // The whole answer so far is long enough now, but names no result.
    assert_eq!(talk.exchange(NO_RESULT), [RESULT]);
    assert_eq!(talk.exchange("Nothing."), ["Thank you.", Q2]);
}

#[test]
fn no_more_probes_are_asked_than_the_plan_allows() {
    let mut limited = plan();
    limited.questions[0].max_probes = 1;
    let mut talk = Talk::new(limited);
    talk.leg_ready(1);
    talk.listen();
    talk.lines();
    assert_eq!(talk.exchange(SHORT), [MORE]);
    assert_eq!(talk.exchange(SHORT), ["Thank you.", Q2]);
}

#[test]
fn the_same_answer_always_gets_the_same_probe() {
    for _ in 0..3 {
        let mut talk = Talk::at_first_question();
        talk.exchange(FULL);
        assert_eq!(talk.exchange("The team would do that."), [OWN]);
    }
}

#[test]
fn what_is_said_during_the_greeting_is_kept_and_the_greeting_goes_on() {
    let mut talk = Talk::new(plan());
    talk.leg_ready(1);
    let item = talk.barges_in(30);
    talk.finishes(&item, "Hello there!");
    talk.wait(2);
    assert_eq!(talk.lines(), [DISCLOSURE, DISCLOSURE, GREETING, Q1]);
    assert_eq!(talk.transcript()[1], "answer: Hello there!");
}

#[test]
fn a_greeting_that_was_understood_is_not_said_again_but_the_disclosure_is() {
    let mut talk = Talk::new(plan());
    talk.leg_ready(1);
    let item = talk.barges_in(70);
    talk.finishes(&item, "Hello!");
    talk.wait(2);
    assert_eq!(talk.lines(), [DISCLOSURE, DISCLOSURE, GREETING, Q1]);
    let mut talk = Talk::new(plan());
    talk.leg_ready(1);
    talk.hear_line();
    let item = talk.barges_in(70);
    talk.finishes(&item, "Hello!");
    talk.wait(2);
    assert_eq!(talk.lines(), [DISCLOSURE, GREETING, Q1]);
}

#[test]
fn the_disclosure_is_heard_whole_however_often_it_is_cut() {
    let mut talk = Talk::new(plan());
    talk.leg_ready(1);
    for _ in 0..4 {
        let item = talk.barges_in(80);
        talk.finishes(&item, "Yes, yes, I know.");
        talk.wait(0);
        if talk.out.is_none() {
            talk.wait(2);
        }
        if talk.lines().contains(&Q1.to_owned()) {
            break;
        }
    }
    assert!(talk.transcript().contains(&format!("greeting: {DISCLOSURE}")));
}

#[test]
fn a_plan_without_questions_still_greets_and_closes() {
    let mut empty = plan();
    empty.questions.clear();
    let mut talk = Talk::new(empty);
    talk.leg_ready(1);
    talk.listen();
    assert_eq!(talk.lines(), [DISCLOSURE, GREETING, BYE]);
    assert_eq!(talk.ended, Some(EndReason::Completed));
}

#[test]
fn acknowledgements_are_neutral_and_depend_on_the_question_alone() {
    let mut good = Talk::at_first_question();
    let mut bad = Talk::at_first_question();
    assert_eq!(good.exchange(FULL)[0], lines::ACKNOWLEDGEMENTS[0]);
    bad.exchange(SHORT);
    bad.exchange(SHORT);
    assert_eq!(bad.exchange("No.")[0], lines::ACKNOWLEDGEMENTS[0]);
}
