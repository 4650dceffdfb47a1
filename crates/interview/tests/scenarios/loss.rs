//! Texts that fail, come late, or never come: nothing is lost and the place is kept.

use interview::{Input, TurnStatus, lines};

use crate::driver::{FULL, Q1, Q2, Talk};

fn fails(talk: &mut Talk) -> String {
    let item = talk.begins();
    talk.now = talk.now.plus_ms(4_000);
    talk.stops(&item);
    talk.input(Input::AnswerFailed { item: item.clone() });
    item
}

#[test]
fn speech_that_could_not_be_recognized_is_asked_for_once_more() {
    let mut talk = Talk::at_first_question();
    fails(&mut talk);
    assert_eq!(talk.last_turn(), "answer 1 (missing): ");
    talk.listen();
    assert_eq!(talk.lines(), [lines::SAY_AGAIN]);
    fails(&mut talk);
    talk.wait(5);
    assert!(talk.lines().is_empty(), "only once");
    assert_eq!(talk.exchange(FULL), ["Thank you.", Q2]);
}

#[test]
fn a_text_that_never_comes_is_given_up_after_fifteen_seconds() {
    let mut talk = Talk::at_first_question();
    let item = talk.begins();
    talk.input(Input::AnswerDelta { item: item.clone(), text: "I called".into() });
    talk.stops(&item);
    talk.wait(14);
    assert!(talk.lines().is_empty());
    talk.wait(2);
    assert_eq!(talk.lines(), [lines::SAY_AGAIN]);
    assert!(talk.transcript().contains(&"answer 1 (missing): I called".into()), "the captions seen are kept");
    talk.text(&item, FULL);
    let turn = talk.turns.iter().find(|turn| turn.item == item).unwrap();
    assert_eq!((turn.text.as_str(), turn.status), (FULL, TurnStatus::Final));
}

#[test]
fn a_text_that_comes_while_it_is_asked_for_again_takes_the_request_back() {
    let mut talk = Talk::at_first_question();
    let item = fails(&mut talk);
    talk.starts();
    talk.text(&item, FULL);
    assert_eq!(talk.stops.len(), 1);
    talk.cut(interview::Heard::Ms(800));
    talk.listen();
    assert_eq!(talk.lines(), [lines::SAY_AGAIN, "Thank you.", Q2]);
}

#[test]
fn a_long_answer_has_more_time_for_its_text() {
    let mut talk = Talk::at_first_question();
    let item = talk.begins();
    talk.wait(80);
    talk.stops(&item);
    talk.wait(30);
    assert!(talk.lines().is_empty());
    talk.text(&item, FULL);
    talk.listen();
    assert_eq!(talk.lines(), ["Thank you.", Q2]);
}

#[test]
fn a_text_after_the_next_question_corrects_the_transcript_and_nothing_else() {
    let mut talk = Talk::at_first_question();
    let item = fails(&mut talk);
    talk.listen();
    talk.exchange(FULL);
    talk.text(&item, "It was a night in May.");
    talk.wait(5);
    assert_eq!(talk.lines(), Vec::<String>::new());
    assert!(talk.transcript().contains(&"answer 1: It was a night in May.".into()));
}

#[test]
fn empty_text_never_replaces_words() {
    let mut talk = Talk::at_first_question();
    let item = talk.says(FULL);
    talk.text(&item, "");
    assert!(talk.transcript().contains(&format!("answer 1: {FULL}")));
}

#[test]
fn a_text_without_its_start_is_an_answer() {
    let mut talk = Talk::at_first_question();
    talk.text("unannounced", FULL);
    talk.listen();
    assert_eq!(talk.lines(), ["Thank you.", Q2]);
}

#[test]
fn an_empty_text_after_a_missing_one_makes_it_empty_but_keeps_captions() {
    for (captions, expected) in [("", "answer 1 (empty): "), ("I called", "answer 1 (missing): I called")] {
        let mut talk = Talk::at_first_question();
        let item = talk.begins();
        talk.input(Input::AnswerDelta { item: item.clone(), text: captions.into() });
        talk.now = talk.now.plus_ms(4_000);
        talk.stops(&item);
        talk.input(Input::AnswerFailed { item: item.clone() });
        talk.text(&item, "");
        assert_eq!(talk.last_turn(), expected);
    }
}

#[test]
fn unknown_utterances_are_ignored() {
    let mut talk = Talk::at_first_question();
    talk.input(Input::UtteranceStarted { utterance: 99, item: "x".into() });
    talk.input(Input::UtteranceEnded { utterance: 99, heard: interview::Heard::All });
    talk.input(Input::UtteranceEnded { utterance: 1, heard: interview::Heard::All });
    assert_eq!(talk.transcript().len(), 3);
    assert_eq!(talk.transcript()[2], format!("question 1: {Q1}"));
}

#[test]
fn speech_that_nobody_heard_begin_stands_where_it_was_said() {
    let mut talk = Talk::at_first_question();
    let (from, to) = (talk.now, talk.now.plus_ms(3_000));
    talk.now = talk.now.plus_ms(10_000);
    let later = talk.begins();
    talk.stops(&later);
    talk.text(&later, FULL);
    let missed = Input::SpeechMissed { item: "missed".into(), from, to };
    talk.input(missed);
    talk.text("missed", "I called the customer.");
    // Told again, as a restart does: nothing moves.
    talk.input(Input::SpeechMissed { from: to, to, item: "missed".into() });
    let at = |item: &str| {
        let turn = talk.turns.iter().find(|turn| turn.item == item).unwrap();
        (turn.started_ms, turn.ended_ms)
    };
    let (first, second) = (at("missed"), at(&later));
    assert_eq!(first.1 - first.0, 3_000);
    assert!(first.1 < second.0, "{first:?} {second:?}");
}
