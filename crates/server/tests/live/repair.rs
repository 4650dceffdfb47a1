//! What was missed while the control channel was away is found again, or named.

use crate::{
    press,
    provider::{Seen, heard},
    said_by, stage,
};
use serde_json::json;

const SOUP: &str = "I made a very good vegetable soup with my own stock, for six people.";

#[tokio::test]
async fn an_answer_given_while_the_channel_was_away_is_fetched_and_named_as_doubtful() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    let provider = s.provider.inner.clone();
    // The answer is committed and recognized while nobody listens.
    provider.cut(&call);
    provider.push(&call, heard("item_a1", Some(SOUP)));
    s.provider.said_with("cook tomorrow").await;
    assert_eq!(watch.until("turn", |turn| turn["item"] == "item_a1").await["text"], SOUP);
    press(&mut candidate, 1, "end").await.expect(204);
    watch.until("ended", |_| true).await;
    let session = s.session(&view).await;
    assert_eq!(said_by(&session, "candidate"), [SOUP]);
    // One item was found; whether it was the only one cannot be proven at a provider that replays nothing.
    assert_eq!(session["completeness"], "incomplete");
    assert!(session["reasons"][0].as_str().unwrap().contains("may be missing"), "{session}");
}

#[tokio::test]
async fn an_interruption_in_which_nothing_happened_is_proven_harmless() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    s.provider.inner.cut(&call);
    let mark = |seen: &Seen| match seen {
        Seen::Deleted(item) if item.starts_with("insights_mark_") => Some(()),
        _ => None,
    };
    s.provider.until(mark).await;
    press(&mut candidate, 1, "end").await.expect(204);
    watch.until("ended", |_| true).await;
    let session = s.session(&view).await;
    assert_eq!((&session["completeness"], &session["reasons"]), (&json!("complete"), &json!([])), "{session}");
    let spoken = said_by(&session, "interviewer");
    assert_eq!(spoken.iter().filter(|line| line.contains("cook yesterday")).count(), 1, "{spoken:?}");
}

#[tokio::test]
async fn a_server_that_dies_goes_on_in_the_same_call_without_saying_anything_twice() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    watch.until("turn", |turn| turn["text"].as_str().unwrap().contains("cook yesterday")).await;
    // The process is gone; another one finds the call as it is.
    s.server.app.stop.cancel();
    s.server.app.tasks.close();
    s.server.app.tasks.wait().await;
    let again = s.server.again().await;
    again.app.engine.set_endpoint(Some(s.provider.endpoint.clone()));
    insights::sessions::start::recover(&again.app).await.unwrap();
    s.provider.until(|seen| (*seen == Seen::Attached(call.clone())).then_some(())).await;
    let mut candidate = candidate.moved_to(&again);
    let mut watch = candidate.events("/v1/candidate/events").await;
    s.provider.inner.speak(&call, "item_a1");
    s.provider.inner.words(&call, "item_a1", SOUP);
    // Neither a welcome nor the question again: the next thing that is said is the next question.
    let next = s.provider.said().await;
    assert!(!next.contains("Welcome back") && !next.contains("yesterday"), "{next}");
    s.provider.said_with("cook tomorrow").await;
    watch.until("turn", |turn| turn["item"] == "item_a1").await;
    press(&mut candidate, 1, "end").await.expect(204);
    watch.until("ended", |_| true).await;
    s.recruiter = s.recruiter.moved_to(&again);
    let session = s.session(&view).await;
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
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    s.provider.inner.speak(&call, "item_a1");
    s.provider.inner.words(&call, "item_a1", SOUP);
    s.provider.said_with("cook tomorrow").await;
    watch.until("turn", |turn| turn["text"].as_str().unwrap().contains("cook tomorrow")).await;
    s.server.app.clock.advance_ms(46 * 60_000);
    watch.until("hand_over", |_| true).await;
    let next = s.connect(&mut candidate, 2).await;
    assert_ne!(next, call);
    s.provider.said_with("cook tomorrow").await;
    let session = s.session(&view).await;
    assert_eq!(session["legs"][0]["end_reason"], "handed_over", "{session}");
    // The new call knows what was said on the old one.
    let items = s.provider.inner.conversation(&next);
    assert!(items.iter().any(|item| item["content"][0]["text"] == SOUP), "{items:?}");
}

#[tokio::test]
async fn the_last_call_that_the_budget_allows_is_not_given_up_for_another() {
    let mut s = crate::stage_configured("[budget]\nlegs = 1\n").await;
    let (mut candidate, view) = s.candidate().await;
    let _page = candidate.events("/v1/candidate/events").await;
    s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    s.server.app.clock.advance_ms(51 * 60_000);
    // Commands are taken in order: once this one is answered, the time that passed is known.
    press(&mut candidate, 1, "moment").await.expect(204);
    let session = s.session(&view).await;
    assert_eq!((&session["state"], &session["legs"][0]["end_reason"]), (&json!("live"), &json!(null)), "{session}");
}

#[tokio::test]
async fn a_call_that_reached_the_providers_hour_is_over_at_once() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    s.provider.inner.emit(
        &call,
        json!({"type": "error", "error": {"type": "invalid_request_error", "code": "session_expired",
            "message": "Your session hit the maximum duration of 60 minutes.", "event_id": null}}),
    );
    watch.until("state", |state| state["session_state"] == "interrupted").await;
    s.connect(&mut candidate, 2).await;
    s.provider.said_with("cook yesterday").await;
    let session = s.session(&view).await;
    assert_eq!(session["legs"][0]["end_reason"], "expired", "{session}");
}
