//! What was missed while the control channel was away is found again, or named.

use crate::stage::{BREAD, SOUP, Stage, Talk, after_a_death, path, press, said_by, stage, stage_configured};
use insights::sessions::start::recover;
use serde_json::{Value, json};
use voice::sim::{Answer, What};

#[tokio::test]
async fn an_answer_given_while_the_channel_was_away_is_fetched_and_named_as_doubtful() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    // The answer is committed and recognized while nobody listens.
    assert!(s.provider.control.cut(&talk.call, 1006) && s.provider.control.speak(&talk.call, Answer::new(SOUP)));
    let spoke = s.provider.until(|entry| match &entry.what {
        What::Spoke { item, .. } => Some(item.clone()),
        What::Attached { .. } => panic!("it was spoken before anybody listened again"),
        _ => None,
    });
    let item = spoke.await;
    s.provider.said_with("cook tomorrow").await;
    assert_eq!(talk.watch.until("turn", |turn| turn["item"] == item).await["text"], SOUP);
    talk.end().await;
    let session = s.session(&talk.view).await;
    assert_eq!(said_by(&session, "candidate"), [SOUP]);
    // One item was found; whether it was the only one cannot be proven at a provider that replays nothing.
    assert_eq!(session["completeness"], "incomplete");
    assert!(session["reasons"][0].as_str().unwrap().contains("may be missing"), "{session}");
}

#[tokio::test]
async fn what_was_said_while_the_channel_was_away_stands_before_what_was_said_afterwards() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    assert!(s.provider.control.cut(&talk.call, 1006));
    let item = s.provider.mumble(&talk.call, SOUP).await;
    s.provider.unmarked().await;
    s.server.app.clock.advance_ms(5_000);
    let bread = s.provider.answer(&talk.call, BREAD).await;
    talk.watch.until("turn", |turn| turn["item"] == bread).await;
    // The words of the first answer come when those of the second are known.
    assert!(s.provider.control.words(&talk.call, &item, SOUP));
    talk.watch.until("turn", |turn| turn["item"] == item && turn["text"] == SOUP).await;
    talk.end().await;
    let session = s.session(&talk.view).await;
    assert_eq!(said_by(&session, "candidate"), [SOUP, BREAD], "{session}");
}

#[tokio::test]
async fn what_may_be_missing_is_not_forgotten_by_the_next_process() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    assert!(s.provider.control.cut(&talk.call, 1006) && s.provider.control.speak(&talk.call, Answer::new(SOUP)));
    talk.watch.until("turn", |turn| turn["text"] == SOUP).await;
    s.provider.said_with("cook tomorrow").await;
    talk.watch.until("turn", |turn| turn["text"].as_str().unwrap().contains("cook tomorrow")).await;
    s.restart(&mut talk).await;
    talk.end().await;
    let session = s.session(&talk.view).await;
    assert_eq!(session["completeness"], "incomplete", "{session}");
}

#[tokio::test]
async fn a_call_that_ended_while_no_server_was_there_may_hold_words_that_nobody_heard() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    s.halt().await;
    s.provider.answer(&talk.call, SOUP).await;
    assert!(s.provider.control.end(&talk.call));
    s.provider.ended(&talk.call).await;
    s.go_on(&mut talk).await;
    s.connect(&mut talk.candidate, 2).await;
    s.provider.said_with("cook yesterday").await;
    press(&mut talk.candidate, 2, "end").await.expect(204);
    talk.watch.until("ended", |_| true).await;
    let session = s.session(&talk.view).await;
    assert_eq!(session["completeness"], "incomplete", "{session}");
    assert!(session["reasons"][0].as_str().unwrap().contains("may be missing"), "{session}");
}

#[test]
fn last_words_that_a_dying_server_waited_for_are_waited_for_by_the_next() {
    let talk = async |s: &mut Stage| {
        let (mut talk, item) = talk_without_words(s).await;
        press(&mut talk.candidate, 1, "end").await.expect(204);
        s.server.app.clock.advance_ms(5_001);
        talk.watch.until("turn", |turn| turn["text"].as_str().unwrap().contains("Goodbye")).await;
        s.server.app.clock.advance_ms(20_000);
        talk.watch.until("state", |state| state["stage"] == "ended").await;
        until_left(s, &talk.view).await;
        (talk.view, talk.call, item)
    };
    after_a_death(talk, async |mut s, (view, call, item)| {
        taken_up_with_words(&s, &call, &item).await;
        s.watch(&view).await.until("ended", |_| true).await;
        let session = s.session(&view).await;
        let said = said_by(&session, "candidate");
        assert_eq!((said, &session["completeness"]), (vec![SOUP.to_owned()], &json!("complete")), "{session}");
        assert_eq!(session["legs"][0]["end_reason"], "ended", "{session}");
        assert!(session["legs"][0]["ended_at"].is_i64(), "{session}");
    });
}

#[test]
fn a_call_that_a_dying_server_gave_up_is_given_up_by_the_next() {
    let talk = async |s: &mut Stage| {
        let (mut talk, item) = talk_without_words(s).await;
        drop(talk.watch);
        press(&mut talk.candidate, 1, "moment").await.expect(204);
        s.server.app.clock.advance_ms(31_000);
        until_left(s, &talk.view).await;
        (talk.view, talk.call, item)
    };
    after_a_death(talk, async |mut s, (view, call, item)| {
        taken_up_with_words(&s, &call, &item).await;
        s.provider.hung_up(&call).await;
        s.recruiter.post(&format!("{}/end", path(&view)), json!({})).await;
        s.watch(&view).await.until("ended", |_| true).await;
        let session = s.session(&view).await;
        assert_eq!(said_by(&session, "candidate"), [SOUP], "{session}");
        assert_eq!(session["legs"][0]["end_reason"], "page_gone", "{session}");
    });
}

#[test]
fn a_call_that_was_not_closed_before_the_server_died_may_hold_words_that_nobody_heard() {
    let talk = async |s: &mut Stage| {
        let (mut talk, _) = talk_without_words(s).await;
        // The next call is made although the last words of this one are not in.
        s.connect(&mut talk.candidate, 2).await;
        talk.watch
            .until("turn", |turn| turn["leg"] == 2 && turn["text"].as_str().unwrap().contains("cook yesterday"))
            .await;
        (talk.candidate, talk.view)
    };
    after_a_death(talk, async |mut s, (candidate, view)| {
        assert_eq!(recover(&s.server.app).await.unwrap(), 1);
        s.provider.unmarked().await;
        let mut candidate = candidate.moved_to(&s.server);
        let mut watch = candidate.events("/v1/candidate/events").await;
        press(&mut candidate, 2, "end").await.expect(204);
        watch.until("ended", |_| true).await;
        let session = s.session(&view).await;
        assert_eq!(session["completeness"], "incomplete", "{session}");
        assert!(session["reasons"][0].as_str().unwrap().contains("Connection 1"), "{session}");
        assert!(session["legs"][0]["ended_at"].is_i64(), "{session}");
    });
}

/// A talk whose first answer is spoken, and its words are still awaited; and the answer's item.
async fn talk_without_words(s: &mut Stage) -> (Talk, String) {
    let mut talk = s.talk().await;
    let item = s.provider.mumble(&talk.call, SOUP).await;
    talk.watch.until("state", |state| state["speaker"] == "candidate").await;
    (talk, item)
}

/// Another process takes the call up, and then the words come.
async fn taken_up_with_words(s: &Stage, call: &str, item: &str) {
    assert_eq!(recover(&s.server.app).await.unwrap(), 1);
    s.provider.attached(call).await;
    assert!(s.provider.control.words(call, item, SOUP));
}

/// Reads until it is in the database that the first call is given up.
async fn until_left(s: &mut Stage, view: &Value) {
    while s.session(view).await["legs"][0]["end_reason"].is_null() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_interruption_in_which_nothing_happened_is_proven_harmless() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    assert!(s.provider.control.cut(&talk.call, 1006));
    s.provider.unmarked().await;
    talk.end().await;
    let session = s.session(&talk.view).await;
    assert_eq!((&session["completeness"], &session["reasons"]), (&json!("complete"), &json!([])), "{session}");
    let spoken = said_by(&session, "interviewer");
    assert_eq!(spoken.iter().filter(|line| line.contains("cook yesterday")).count(), 1, "{spoken:?}");
}

#[tokio::test]
async fn a_server_that_dies_goes_on_in_the_same_call_without_saying_anything_twice() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    talk.watch.until("turn", |turn| turn["text"].as_str().unwrap().contains("cook yesterday")).await;
    // The process is gone; another one finds the call as it is.
    s.restart(&mut talk).await;
    let item = s.provider.answer(&talk.call, SOUP).await;
    // Neither a welcome nor the question again: the next thing that is said is the next question.
    let next = s.provider.said().await;
    assert!(!next.contains("Welcome back") && !next.contains("yesterday"), "{next}");
    s.provider.said_with("cook tomorrow").await;
    talk.watch.until("turn", |turn| turn["item"] == item).await;
    talk.end().await;
    let session = s.session(&talk.view).await;
    assert_eq!(
        (&session["completeness"], session["legs"].as_array().unwrap().len()),
        (&json!("complete"), 1),
        "{session}"
    );
    assert_eq!(said_by(&session, "candidate"), [SOUP]);
}

#[tokio::test]
async fn a_call_near_its_longest_duration_is_handed_over_in_a_pause() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    s.provider.answer(&talk.call, SOUP).await;
    s.provider.said_with("cook tomorrow").await;
    talk.watch.until("turn", |turn| turn["text"].as_str().unwrap().contains("cook tomorrow")).await;
    s.server.app.clock.advance_ms(46 * 60_000);
    talk.watch.until("hand_over", |_| true).await;
    let next = s.connect(&mut talk.candidate, 2).await;
    assert_ne!(next, talk.call);
    // The new call is told what was said on the old one.
    let is_soup = |event: &serde_json::Value| event["item"]["content"][0]["text"] == SOUP;
    while !is_soup(&s.provider.told("conversation.item.added").await) {}
    s.provider.said_with("cook tomorrow").await;
    let session = s.session(&talk.view).await;
    assert_eq!(session["legs"][0]["end_reason"], "handed_over", "{session}");
}

#[tokio::test]
async fn the_last_call_that_the_budget_allows_is_not_given_up_for_another() {
    let mut s = stage_configured("[budget]\nlegs = 1\n").await;
    let mut talk = s.talk().await;
    s.server.app.clock.advance_ms(51 * 60_000);
    // Commands are taken in order: once this one is answered, the time that passed is known.
    press(&mut talk.candidate, 1, "moment").await.expect(204);
    let session = s.session(&talk.view).await;
    assert_eq!((&session["state"], &session["legs"][0]["end_reason"]), (&json!("live"), &json!(null)), "{session}");
}

#[tokio::test]
async fn a_call_that_reached_the_providers_hour_is_over_at_once() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    assert!(s.provider.control.expire(&talk.call));
    talk.watch.until("state", |state| state["session_state"] == "interrupted").await;
    s.connect(&mut talk.candidate, 2).await;
    s.provider.said_with("cook yesterday").await;
    let session = s.session(&talk.view).await;
    assert_eq!(session["legs"][0]["end_reason"], "expired", "{session}");
}
