use crate::{OFFER, offer, press, provider::Seen, said_by, split, stage};
use serde_json::json;
use std::sync::atomic::Ordering;

const SOUP: &str = "I made a very good vegetable soup with my own stock, for six people.";

#[tokio::test]
async fn a_second_tab_takes_the_talk_over_and_the_first_is_told() {
    let mut s = stage().await;
    let (mut first, view) = s.candidate().await;
    let mut watch = first.events("/v1/candidate/events").await;
    let call = s.connect(&mut first, 1).await;
    s.provider.said_with("cook yesterday").await;
    let (mut second, _) = s.candidate().await;
    let next = s.connect(&mut second, 2).await;
    assert_ne!(call, next);
    assert_eq!(watch.until("taken_over", |_| true).await["leg"], 2);
    press(&mut first, 1, "repeat").await.refused(409, "taken_over");
    s.provider.said_with("cook yesterday").await;
    let session = s.session(&view).await;
    assert_eq!((&session["state"], &session["legs"][0]["end_reason"]), (&json!("live"), &json!("taken_over")));
}

#[tokio::test]
async fn a_cut_control_channel_is_opened_again_and_the_talk_goes_on() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    let provider = s.provider.inner.clone();
    provider.cut(&call);
    s.provider.until(|seen| (*seen == Seen::Attached(call.clone())).then_some(())).await;
    provider.speak(&call, "item_a1");
    provider.words(&call, "item_a1", SOUP);
    s.provider.said_with("cook tomorrow").await;
    press(&mut candidate, 1, "end").await.expect(204);
    let mut watch = candidate.events("/v1/candidate/events").await;
    watch.until("ended", |_| true).await;
    let session = s.session(&view).await;
    assert_eq!(said_by(&session, "candidate"), [SOUP]);
    assert_eq!(session["legs"].as_array().unwrap().len(), 1, "{session}");
}

#[tokio::test]
async fn a_call_that_ends_interrupts_and_the_link_resumes_with_the_open_question() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    s.provider.inner.end(&call);
    watch.until("state", |state| state["session_state"] == "interrupted").await;
    let again = s.connect(&mut candidate, 2).await;
    s.provider.said_with("cook yesterday").await;
    s.provider.inner.speak(&again, "item_a1");
    s.provider.inner.words(&again, "item_a1", SOUP);
    s.provider.said_with("cook tomorrow").await;
    let turn = watch.until("turn", |turn| turn["item"] == "item_a1").await;
    assert_eq!((&turn["leg"], &turn["text"]), (&json!(2), &json!(SOUP)));
    assert_eq!(s.session(&view).await["state"], "live");
}

#[tokio::test]
async fn an_end_in_the_middle_of_a_sentence_takes_the_sentence_along() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    let provider = s.provider.inner.clone();
    provider
        .emit(&call, json!({"type": "input_audio_buffer.speech_started", "audio_start_ms": 0, "item_id": "item_a1"}));
    watch.until("state", |state| state["speaker"] == "candidate").await;
    press(&mut candidate, 1, "end").await.expect(204);
    // The words that are being spoken are asked for at once.
    s.provider.until(|seen| (*seen == Seen::Committed(call.clone())).then_some(())).await;
    provider
        .emit(&call, json!({"type": "input_audio_buffer.committed", "previous_item_id": null, "item_id": "item_a1"}));
    provider.words(&call, "item_a1", "I was about to say soup.");
    watch.until("ended", |_| true).await;
    assert_eq!(said_by(&s.session(&view).await, "candidate"), ["I was about to say soup."]);
}

#[tokio::test]
async fn a_candidate_who_stays_away_leaves_a_transcript_that_says_so() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    s.provider.inner.end(&call);
    watch.until("state", |state| state["session_state"] == "interrupted").await;
    s.server.app.clock.advance_ms(31 * 60_000);
    assert_eq!(watch.until("ended", |_| true).await["reason"], "abandoned");
    let session = s.session(&view).await;
    assert_eq!((&session["completeness"], &session["end_reason"]), (&json!("incomplete"), &json!("abandoned")));
}

#[tokio::test]
async fn a_page_that_is_gone_is_noticed_by_its_silence() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    let page = candidate.events("/v1/candidate/events").await;
    let call = s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    let path = format!("/v1/sessions/{}/events", view["session_id"].as_str().unwrap());
    let mut watch = s.recruiter.events(&path).await;
    drop(page);
    // Commands are taken in order: once this one is answered, the closed stream is known.
    press(&mut candidate, 1, "moment").await.expect(204);
    s.server.app.clock.advance_ms(31_000);
    watch.until("state", |state| state["session_state"] == "interrupted").await;
    s.provider.until(|seen| (*seen == Seen::HungUp(call.clone())).then_some(())).await;
}

#[tokio::test]
async fn a_full_engine_is_told_and_the_invitation_stays_good() {
    let mut s = stage().await;
    let (mut candidate, _) = s.candidate().await;
    s.provider.inner.is_full.store(true, Ordering::SeqCst);
    let refused = offer(&mut candidate, OFFER).await;
    assert_eq!(refused.headers["retry-after"], "7");
    refused.refused(503, "engine_full");
    s.provider.inner.is_full.store(false, Ordering::SeqCst);
    s.connect(&mut candidate, 1).await;
    s.provider.said().await;
}

#[tokio::test]
async fn the_recruiter_can_end_it_and_can_revoke_the_link() {
    let mut s = stage().await;
    let (mut candidate, view) = s.candidate().await;
    s.connect(&mut candidate, 1).await;
    s.provider.said_with("cook yesterday").await;
    let revoke = format!("/v1/invitations/{}/revoke", s.link.0);
    s.recruiter.post(&revoke, json!({})).await.expect(200);
    offer(&mut candidate, OFFER).await.refused(410, "invitation_revoked");
    let session = format!("/v1/sessions/{}", view["session_id"].as_str().unwrap());
    let mut watch = s.recruiter.events(&format!("{session}/events")).await;
    s.recruiter.post(&format!("{session}/end"), json!({})).await;
    assert_eq!(watch.until("ended", |_| true).await["reason"], "recruiter_ended");
    let invited =
        s.recruiter.post(&format!("/v1/applications/{}/invitations", s.application), json!({})).await.expect(201);
    assert_ne!(split(invited["link"].as_str().unwrap()), s.link);
}
