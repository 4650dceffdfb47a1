//! What a live page shows.

use interview::{Phase, Speaker, StageName};

use crate::driver::{FULL, Q1, Q2, Talk, plan};

#[test]
fn the_view_follows_the_interview() {
    let mut talk = Talk::new(plan());
    let glance = |talk: &Talk| {
        let view = talk.interview.view(talk.now);
        (view.stage, view.question.map(|question| question.index), view.phase, view.speaker)
    };
    assert_eq!(glance(&talk), (StageName::Waiting, None, Phase::Reconnecting, None));
    talk.leg_ready(1);
    assert_eq!(glance(&talk), (StageName::Greeting, None, Phase::Thinking, None));
    talk.starts();
    assert_eq!(glance(&talk), (StageName::Greeting, None, Phase::Speaking, Some(Speaker::Interviewer)));
    talk.listen();
    assert_eq!(glance(&talk), (StageName::Question, Some(0), Phase::Listening, None));
    let item = talk.begins();
    assert_eq!(glance(&talk), (StageName::Question, Some(0), Phase::Listening, Some(Speaker::Candidate)));
    talk.stops(&item);
    assert_eq!(glance(&talk), (StageName::Question, Some(0), Phase::Thinking, None));
    talk.text(&item, FULL);
    talk.starts();
    assert_eq!(glance(&talk), (StageName::Question, Some(0), Phase::Speaking, Some(Speaker::Interviewer)));
    talk.hear_line();
    talk.starts();
    assert_eq!(glance(&talk), (StageName::Question, Some(1), Phase::Speaking, Some(Speaker::Interviewer)));
    talk.listen();
    talk.exchange("I would ask.");
    talk.says("None.");
    talk.hear_line();
    assert_eq!(glance(&talk).0, StageName::Closing);
    talk.listen();
    assert_eq!(glance(&talk), (StageName::Ended, None, Phase::Listening, None));
}

#[test]
fn the_view_holds_the_question_its_time_and_the_number_of_turns() {
    let mut talk = Talk::at_first_question();
    talk.wait(10);
    let view = talk.interview.view(talk.now);
    let question = view.question.unwrap();
    assert_eq!((question.index, question.total, question.text.as_str()), (0, 3, Q1));
    assert_eq!(view.question_left_ms, Some(110_000));
    assert_eq!(view.turns, 3);
    assert!(view.elapsed_ms > 10_000);
    talk.says(FULL);
    talk.hear_line();
    let view = talk.interview.view(talk.now);
    assert_eq!(view.question.unwrap().text, Q2);
    assert_eq!(view.question_left_ms, Some(120_000), "a fresh clock for a fresh question");
}
