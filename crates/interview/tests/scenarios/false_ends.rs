//! A false end of turn costs nothing: the answer goes on as the same answer, nothing is spent.

use interview::Heard;

use crate::driver::{BYE, FULL, MORE, Q1, Q2, Q3, SHORT, Talk};

#[test]
fn speech_before_the_thanks_begin_cancels_them_and_continues_the_answer() {
    let mut talk = Talk::after_first_answer();
    let item = talk.begins();
    assert_eq!(talk.stops.len(), 1, "what does not play yet must be canceled by us");
    talk.cut(Heard::Nothing);
    assert!(talk.lines().is_empty(), "the candidate has the floor");
    talk.finishes(&item, "And one more thing.");
    assert_eq!(talk.last_turn(), "answer 1: And one more thing.");
    talk.listen();
    assert_eq!(talk.lines(), ["Thank you.", Q2]);
}

#[test]
fn speech_into_the_thanks_continues_the_answer() {
    let mut talk = Talk::after_first_answer();
    let item = talk.barges_in(90);
    talk.finishes(&item, "And then I told the manager.");
    assert_eq!(talk.last_turn(), "answer 1: And then I told the manager.");
    talk.listen();
    assert_eq!(talk.lines(), ["Thank you.", Q2]);
}

#[test]
fn speech_between_the_thanks_and_the_question_continues_the_answer() {
    let mut talk = Talk::after_first_answer();
    talk.hear_line();
    assert_eq!(talk.lines(), [Q2]);
    let item = talk.begins();
    talk.cut(Heard::Nothing);
    talk.finishes(&item, "And then I told the manager.");
    assert_eq!(talk.last_turn(), "answer 1: And then I told the manager.");
    talk.listen();
    assert_eq!(talk.lines(), ["Thank you.", Q2]);
}

#[test]
fn speech_into_the_first_words_of_the_question_continues_the_answer() {
    let mut talk = Talk::after_first_answer();
    talk.hear_line();
    let item = talk.barges_in(40);
    let view = talk.interview.view(talk.now);
    assert_eq!(view.question.unwrap().index, 0, "the first question is open again");
    assert_eq!(talk.last_turn(), "question 2: What would you do \u{2014}");
    talk.finishes(&item, "Wait, there is more to tell.");
    assert_eq!(talk.last_turn(), "answer 1: Wait, there is more to tell.");
    talk.listen();
    assert_eq!(talk.lines(), [Q2, "Thank you.", Q2]);
    assert_eq!(talk.exchange("I would ask."), ["Thanks, I have noted that.", Q3]);
}

#[test]
fn speech_after_most_of_the_question_answers_it() {
    let mut talk = Talk::after_first_answer();
    talk.hear_line();
    let item = talk.barges_in(70);
    talk.finishes(&item, "I would ask the colleague first.");
    assert_eq!(talk.last_turn(), "answer 2: I would ask the colleague first.");
    talk.listen();
    assert_eq!(talk.lines(), [Q2, "Thanks, I have noted that.", Q3]);
}

#[test]
fn a_probe_that_was_not_heard_is_not_spent_and_is_decided_anew() {
    let mut talk = Talk::at_first_question();
    talk.says(SHORT);
    assert_eq!(talk.lines(), [MORE]);
    let item = talk.barges_in(20);
    // The answer as a whole needs no probe any more.
    talk.finishes(&item, FULL);
    talk.listen();
    assert_eq!(talk.lines(), ["Thank you.", Q2]);
}

#[test]
fn a_probe_that_was_not_heard_is_asked_again_if_it_is_still_needed() {
    let mut talk = Talk::at_first_question();
    talk.says(SHORT);
    let item = talk.barges_in(20);
    talk.finishes(&item, "Yes.");
    talk.listen();
    assert_eq!(talk.lines(), [MORE, MORE]);
    talk.says(FULL);
    talk.listen();
    assert_eq!(talk.lines(), ["Thank you.", Q2]);
}

#[test]
fn a_cough_into_the_question_only_makes_it_be_said_again() {
    for noise in ["", "  ", "[cough]", "Um."] {
        let mut talk = Talk::after_first_answer();
        talk.hear_line();
        let item = talk.barges_in(30);
        talk.finishes(&item, noise);
        talk.wait(2);
        assert_eq!(talk.lines(), [Q2, Q2], "{noise:?}");
        assert_eq!(talk.interview.view(talk.now).question.unwrap().index, 1);
    }
}

#[test]
fn a_cough_into_the_end_of_the_question_makes_it_be_repeated() {
    let mut talk = Talk::after_first_answer();
    talk.hear_line();
    let item = talk.barges_in(70);
    talk.finishes(&item, "");
    talk.wait(2);
    assert_eq!(talk.lines(), [Q2, Q2]);
    assert_eq!(talk.last_turn(), format!("repeat 2: {Q2}"));
    assert_eq!(talk.exchange("I would ask."), ["Thanks, I have noted that.", Q3]);
}

#[test]
fn the_last_answer_may_go_on_into_the_closing() {
    let mut talk = Talk::at_first_question();
    talk.exchange(FULL);
    talk.exchange("I would ask.");
    talk.says("None.");
    talk.hear_line();
    let item = talk.barges_in(30);
    assert_eq!(talk.ended, None);
    talk.lines();
    talk.finishes(&item, "Except the one for first aid.");
    assert_eq!(talk.last_turn(), "answer 3: Except the one for first aid.");
    talk.listen();
    assert_eq!(talk.lines(), ["All right, thank you.", BYE]);
    assert!(talk.ended.is_some());
}

#[test]
fn a_goodbye_into_the_closing_is_written_down_before_the_end() {
    let mut talk = Talk::at_first_question();
    talk.exchange(FULL);
    talk.exchange("I would ask.");
    talk.says("None.");
    talk.hear_line();
    let item = talk.barges_in(80);
    assert_eq!(talk.ended, None, "the last words are still to be recognized");
    talk.finishes(&item, "Goodbye!");
    assert!(talk.ended.is_some());
    assert_eq!(talk.last_turn(), "answer 3: Goodbye!");
}

#[test]
fn the_interviewer_is_cut_before_the_report_of_speech_arrives() {
    let mut talk = Talk::after_first_answer();
    talk.hear_line();
    talk.starts();
    talk.cut(Heard::Ms(500));
    assert_eq!(talk.lines(), [Q2], "the speech that caused the cut is waited for");
    let item = talk.begins();
    talk.finishes(&item, "There is more.");
    assert_eq!(talk.last_turn(), "answer 1: There is more.");
}

#[test]
fn an_answer_in_two_items_is_one_answer_even_if_the_first_text_is_late() {
    let mut talk = Talk::at_first_question();
    let first = talk.begins();
    talk.stops(&first);
    let second = talk.begins();
    talk.finishes(&second, "and nobody was hurt in the end.");
    assert!(talk.lines().is_empty(), "the first text is still to come");
    talk.text(&first, "At my last job I called every ward, wrote a new list by hand, checked each name twice,");
    talk.listen();
    assert_eq!(talk.lines(), ["Thank you.", Q2]);
    assert_eq!(talk.turns[3].question, Some(0));
    assert_eq!(talk.turns[4].question, Some(0));
}

#[test]
fn a_final_that_comes_twice_is_taken_once() {
    let mut talk = Talk::at_first_question();
    let item = talk.says(SHORT);
    talk.text(&item, SHORT);
    talk.listen();
    talk.text(&item, SHORT);
    talk.wait(3);
    assert_eq!(talk.lines(), [MORE]);
    assert_eq!(talk.turns.iter().filter(|turn| turn.item == item).count(), 1);
    assert_eq!(talk.turns[2].text, Q1);
}
