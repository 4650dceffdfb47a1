//! The guided way when something goes wrong: a model that is silent, slow, refused or cut, and calls that break.

use interview::{Heard, Input, Request, lines};

use crate::driver::{FULL, MORE, Q1, Q2, RESULT, Talk};
use crate::guided::{ASKS, THANKS, at_first_lead, guided};

#[test]
fn a_silent_model_is_waited_for_six_seconds_and_the_rules_go_on() {
    let mut talk = at_first_lead();
    let lead = talk.lead.as_ref().unwrap().id;
    talk.wait(5);
    assert_eq!(talk.lines(), [""; 0]);
    talk.wait(1);
    assert_eq!(talk.stops, [lead], "the lead is canceled");
    assert_eq!(talk.lines(), [MORE]);
    // Its late words are not heard of any more.
    talk.input(Input::UtteranceSaid { utterance: lead, item: "late".into(), text: "Hello?".into() });
    talk.input(Input::UtteranceEnded { utterance: lead, heard: Heard::All });
    assert!(!talk.transcript().iter().any(|turn| turn.starts_with("follow_up")));
    // The next answer is the model's business again.
    talk.says("Many wards.");
    assert!(talk.lead.is_some());
}

#[test]
fn a_model_that_fails_three_times_in_a_row_is_left_alone_until_the_next_call() {
    let mut talk = at_first_lead();
    for answer in ["Many wards.", "Really many.", "All."] {
        let lead = talk.lead.as_ref().unwrap().id;
        talk.model_ends(lead, Heard::Nothing);
        talk.listen();
        talk.says(answer);
    }
    assert_eq!(talk.lead, None);
    talk.leg_lost(1);
    talk.leg_ready(2);
    talk.listen();
    talk.says(FULL);
    assert!(talk.lead.is_some());
}

#[test]
fn a_model_that_is_refused_three_times_gives_way_to_the_rules() {
    let mut talk = at_first_lead();
    for _ in 0..3 {
        assert!(!talk.model_calls("next_question", r#"{"question":7}"#).is_accepted);
    }
    assert_eq!(talk.lead, None);
    assert_eq!(talk.lines(), [MORE]);
}

#[test]
fn a_response_with_neither_words_nor_calls_gives_way_to_the_rules() {
    let mut talk = at_first_lead();
    let lead = talk.lead.as_ref().unwrap().id;
    talk.model_ends(lead, Heard::Nothing);
    assert_eq!(talk.lines(), [MORE]);
}

#[test]
fn who_speaks_into_the_model_is_heard_and_the_turn_is_what_was_heard() {
    let mut talk = at_first_lead();
    let lead = talk.model_begins("Which of all the wards of the hospital did you call first, and who answered?");
    talk.now = talk.now.plus_ms(1_500);
    let item = talk.begins();
    talk.model_ends(lead, Heard::Ms(1_500));
    assert_eq!(talk.last_turn(), "follow_up 1: Which of all the wards \u{2014}");
    assert_eq!(talk.lead, None, "nobody is talked over");
    talk.finishes(&item, "And then I went there myself.");
    assert!(talk.lead.is_some(), "the answer goes on, and the model reacts to all of it");
}

#[test]
fn a_cut_by_a_noise_lets_the_model_go_on() {
    let mut talk = at_first_lead();
    let lead = talk.model_begins(ASKS);
    let item = talk.begins();
    talk.model_ends(lead, Heard::Ms(300));
    talk.finishes(&item, "[cough]");
    talk.wait(1);
    assert!(talk.lead.is_some());
    assert_eq!(talk.lines(), [""; 0]);
}

#[test]
fn tools_called_in_a_go_that_was_cut_do_nothing() {
    let mut talk = at_first_lead();
    let lead = talk.model_begins("Thank you for this long and detailed answer to my question.");
    talk.model_wants("next_question", r#"{"question":1}"#);
    let item = talk.begins();
    talk.model_ends(lead, Heard::Ms(400));
    assert!(!talk.answers.pop().unwrap().is_accepted);
    talk.finishes(&item, "One more thing: I wrote it down.");
    assert!(talk.lead.is_some());
    assert_eq!(talk.lines(), [""; 0], "the question is still open");
}

#[test]
fn who_speaks_before_the_model_does_stops_it() {
    let mut talk = at_first_lead();
    let lead = talk.lead.as_ref().unwrap().id;
    let item = talk.begins();
    assert_eq!(talk.stops, [lead]);
    talk.model_ends(lead, Heard::Nothing);
    assert_eq!(talk.lead, None);
    talk.finishes(&item, "And I wrote a list.");
    assert!(talk.lead.is_some());
}

#[test]
fn a_model_that_does_not_come_to_an_end_is_cut() {
    let mut talk = at_first_lead();
    let lead = talk.model_begins(&"and so on ".repeat(120));
    talk.wait(46);
    assert_eq!(talk.stops, [lead]);
    talk.model_ends(lead, Heard::Ms(45_000));
    assert!(talk.turns.last().unwrap().cut);
}

#[test]
fn a_call_lost_in_the_models_go_is_gone_on_with_by_the_rules() {
    let mut talk = at_first_lead();
    talk.leg_lost(1);
    talk.leg_ready(2);
    talk.listen();
    assert_eq!(talk.lines(), [lines::WELCOME_BACK, MORE]);
}

#[test]
fn what_the_model_asked_before_the_call_was_lost_is_asked_again() {
    let mut talk = at_first_lead();
    talk.model_says(ASKS);
    talk.leg_lost(1);
    talk.leg_ready(2);
    talk.listen();
    assert_eq!(talk.lines(), [lines::WELCOME_BACK, Q1, ASKS]);
}

#[test]
fn a_step_that_the_model_asked_for_survives_the_loss_of_the_call() {
    let mut talk = at_first_lead();
    talk.model_calls("ask_probe", r#"{"probe":2}"#);
    talk.leg_lost(1);
    talk.leg_ready(2);
    talk.listen();
    assert_eq!(talk.lines(), [RESULT, lines::WELCOME_BACK, RESULT]);
}

#[test]
fn an_end_by_button_or_recruiter_stops_the_model() {
    for input in [Input::Request(Request::End), Input::EndByRecruiter] {
        let mut talk = at_first_lead();
        let lead = talk.model_begins(ASKS);
        talk.model_wants("next_question", r#"{"question":1}"#);
        talk.input(input);
        assert_eq!(talk.stops, [lead]);
        talk.model_ends(lead, Heard::Ms(200));
        assert!(!talk.answers.pop().unwrap().is_accepted);
        talk.listen();
        assert!(talk.ended.is_some());
    }
}

#[test]
fn who_declines_a_question_is_not_asked_about_it() {
    let mut talk = Talk::new(guided());
    talk.leg_ready(1);
    talk.listen();
    talk.lines();
    talk.says("I'd like to skip this question.");
    talk.listen();
    assert_eq!(talk.lines(), [THANKS, Q2]);
}

#[test]
fn words_that_never_came_are_a_turn_without_words() {
    let mut talk = at_first_lead();
    let id = talk.lead.as_ref().unwrap().id;
    talk.input(Input::UtteranceStarted { utterance: id, item: "lead-x".into() });
    talk.now = talk.now.plus_ms(2_000);
    talk.model_ends(id, Heard::All);
    assert_eq!(talk.last_turn(), "follow_up 1 (missing): ");
    talk.says("I called them all.");
    assert!(talk.lead.is_some());
}
