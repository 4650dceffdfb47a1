use crate::stage::{OFFER, SOUP, offer, path, press, said_by, split, stage};
use serde_json::json;
use voice::sim::{Answer, Fault};

#[tokio::test]
async fn a_second_tab_takes_the_talk_over_and_the_first_is_told() {
    let mut s = stage().await;
    let mut first = s.talk().await;
    let (mut second, _) = s.candidate().await;
    let next = s.connect(&mut second, 2).await;
    assert_ne!(first.call, next);
    assert_eq!(first.watch.until("taken_over", |_| true).await["leg"], 2);
    press(&mut first.candidate, 1, "repeat").await.refused(409, "taken_over");
    s.provider.said_with("cook yesterday").await;
    let session = s.session(&first.view).await;
    assert_eq!((&session["state"], &session["legs"][0]["end_reason"]), (&json!("live"), &json!("taken_over")));
}

#[tokio::test]
async fn a_cut_control_channel_is_opened_again_and_the_talk_goes_on() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    assert!(s.provider.control.cut(&talk.call, 1006));
    s.provider.attached(&talk.call).await;
    s.provider.answer(&talk.call, SOUP).await;
    s.provider.said_with("cook tomorrow").await;
    talk.end().await;
    let session = s.session(&talk.view).await;
    assert_eq!(said_by(&session, "candidate"), [SOUP]);
    assert_eq!(session["legs"].as_array().unwrap().len(), 1, "{session}");
}

#[tokio::test]
async fn a_call_that_ends_interrupts_and_the_link_resumes_with_the_open_question() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    assert!(s.provider.control.end(&talk.call));
    talk.watch.until("state", |state| state["session_state"] == "interrupted").await;
    let again = s.connect(&mut talk.candidate, 2).await;
    s.provider.said_with("cook yesterday").await;
    let item = s.provider.answer(&again, SOUP).await;
    s.provider.said_with("cook tomorrow").await;
    let turn = talk.watch.until("turn", |turn| turn["item"] == item).await;
    assert_eq!((&turn["leg"], &turn["text"]), (&json!(2), &json!(SOUP)));
    assert_eq!(s.session(&talk.view).await["state"], "live");
}

#[tokio::test]
async fn an_end_in_the_middle_of_a_sentence_takes_the_sentence_along() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    // The candidate goes on speaking, until the sentence is asked for.
    assert!(s.provider.control.set_pace(&talk.call, 1_000.0));
    assert!(s.provider.control.speak(&talk.call, Answer::new("I was about to say soup.")));
    talk.watch.until("state", |state| state["speaker"] == "candidate").await;
    assert!(s.provider.control.set_pace(&talk.call, 0.0));
    press(&mut talk.candidate, 1, "end").await.expect(204);
    // The words that are being spoken are asked for at once.
    s.provider.sent("input_audio_buffer.commit").await;
    talk.watch.until("ended", |_| true).await;
    assert_eq!(said_by(&s.session(&talk.view).await, "candidate"), ["I was about to say soup."]);
}

#[tokio::test]
async fn a_candidate_who_stays_away_leaves_a_transcript_that_says_so() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    assert!(s.provider.control.end(&talk.call));
    talk.watch.until("state", |state| state["session_state"] == "interrupted").await;
    s.server.app.clock.advance_ms(31 * 60_000);
    assert_eq!(talk.watch.until("ended", |_| true).await["reason"], "abandoned");
    let session = s.session(&talk.view).await;
    assert_eq!((&session["completeness"], &session["end_reason"]), (&json!("incomplete"), &json!("abandoned")));
}

#[tokio::test]
async fn a_page_that_is_gone_is_noticed_by_its_silence() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    let mut watch = s.watch(&talk.view).await;
    drop(talk.watch);
    // Commands are taken in order: once this one is answered, the closed stream is known.
    press(&mut talk.candidate, 1, "moment").await.expect(204);
    s.server.app.clock.advance_ms(31_000);
    watch.until("state", |state| state["session_state"] == "interrupted").await;
    s.provider.hung_up(&talk.call).await;
}

#[tokio::test]
async fn a_full_engine_is_told_and_the_invitation_stays_good() {
    let mut s = stage().await;
    let (mut candidate, _) = s.candidate().await;
    s.provider.control.fail_next(Fault::full(7));
    let refused = offer(&mut candidate, OFFER).await;
    assert_eq!(refused.headers["retry-after"], "7");
    refused.refused(503, "engine_full");
    s.connect(&mut candidate, 1).await;
    s.provider.said().await;
}

#[tokio::test]
async fn the_recruiter_can_end_it_and_can_revoke_the_link() {
    let mut s = stage().await;
    let mut talk = s.talk().await;
    let revoke = format!("/v1/invitations/{}/revoke", s.link.0);
    s.recruiter.post(&revoke, json!({})).await.expect(200);
    offer(&mut talk.candidate, OFFER).await.refused(410, "invitation_revoked");
    let mut watch = s.watch(&talk.view).await;
    s.recruiter.post(&format!("{}/end", path(&talk.view)), json!({})).await;
    assert_eq!(watch.until("ended", |_| true).await["reason"], "recruiter_ended");
    let invited =
        s.recruiter.post(&format!("/v1/applications/{}/invitations", s.application), json!({})).await.expect(201);
    assert_ne!(split(invited["link"].as_str().unwrap()), s.link);
}

#[tokio::test]
async fn a_server_that_stops_tells_nobody_that_the_interview_is_over() {
    let mut s = stage().await;
    let mut talk = s.talk_with_soup().await;
    s.halt().await;
    let refused = offer(&mut talk.candidate, OFFER).await;
    assert_eq!(refused.headers["retry-after"], "1");
    refused.refused(503, "stopping");
    press(&mut talk.candidate, 1, "end").await.refused(503, "stopping");
    s.go_on(&mut talk).await;
    s.connect(&mut talk.candidate, 2).await;
    s.provider.said_with("cook tomorrow").await;
    assert_eq!(s.session(&talk.view).await["state"], "live");
}
