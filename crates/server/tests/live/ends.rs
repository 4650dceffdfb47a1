//! Calls that are not made: after the last words, and on an account without credit.

use crate::stage::{OFFER, SOUP, Stage, Talk, offer, press, said_by, stage_playing};
use serde_json::{Value, json};
use voice::sim::{Reply, Script};

#[tokio::test]
async fn no_call_is_made_after_the_last_words_although_some_are_owed() {
    let mut s = stage_playing(Script::at_once([])).await;
    let mut talk = s.talk().await;
    let item = s.provider.mumble(&talk.call, SOUP).await;
    talk.watch.until("state", |state| state["speaker"] == "candidate").await;
    press(&mut talk.candidate, 1, "end").await.expect(204);
    // So long the goodbye waits for the candidate's words, and so long they are waited for after it.
    s.server.app.clock.advance_ms(5_001);
    s.provider.said_with("Goodbye").await;
    s.server.app.clock.advance_ms(20_000);
    talk.watch.until("state", |state| state["stage"] == "ended").await;
    // The page saw its media drop, and does not know why.
    offer(&mut talk.candidate, OFFER).await.refused(410, "session_over");
    assert!(s.provider.control.words(&talk.call, &item, SOUP));
    talk.watch.until("ended", |_| true).await;
    offer(&mut talk.candidate, OFFER).await.refused(410, "session_over");
    assert_eq!(s.provider.calls().len(), 1);
    let session = s.session(&talk.view).await;
    assert_eq!((said_by(&session, "candidate"), &session["completeness"]), (vec![SOUP.to_owned()], &json!("complete")));
}

/// A talk in the second question, whose provider then says that the account is used up.
async fn used_up(say: impl AsyncFnOnce(&Stage, &Talk)) -> (Stage, Talk) {
    let mut s = stage_playing(Script::at_once([])).await;
    s.on_openai().await;
    let mut talk = s.talk_with_soup().await;
    s.provider.said_with("cook tomorrow").await;
    say(&s, &talk).await;
    talk.watch.until("state", |state| state["session_state"] == "interrupted").await;
    s.provider.hung_up(&talk.call).await;
    (s, talk)
}

/// Whatever the way, the candidate and the recruiter know, and later the interview goes on.
async fn is_a_fault_of_the_provider(mut s: Stage, mut talk: Talk) {
    let refused = offer(&mut talk.candidate, OFFER).await;
    let words = refused.refused(503, "engine_refused")["message"].as_str().unwrap().to_owned();
    assert!(words.contains("cannot go on") && words.contains("your invitation stays good"), "{words}");
    assert_eq!(s.provider.calls().len(), 1, "no call is made to be over at once");
    let settings = s.recruiter.get("/v1/settings/voice").await.expect(200);
    assert!(settings["trouble"]["words"].as_str().unwrap().contains("no credit left"), "{settings}");
    // Longer than whoever just went away may be away.
    s.server.app.clock.advance_ms(3 * 3_600_000);
    s.connect(&mut talk.candidate, 2).await;
    s.provider.said_with("cook tomorrow").await;
    let session = s.session(&talk.view).await;
    assert_eq!(session["legs"][0]["end_reason"], "provider_fault", "{session}");
    assert_eq!((&session["state"], said_by(&session, "candidate")), (&json!("live"), vec![SOUP.to_owned()]));
    let settings = s.recruiter.get("/v1/settings/voice").await.expect(200);
    assert_eq!(settings["trouble"], Value::Null);
}

#[tokio::test]
async fn an_account_that_is_used_up_in_a_call_ends_it_as_the_providers_fault() {
    for (kind, code) in [
        ("insufficient_quota", Value::Null),
        ("invalid_request_error", json!("credit_balance_exhausted")),
        ("invalid_request_error", json!("billing_hard_limit_reached")),
    ] {
        let error = json!({"type": kind, "code": code, "message": "Sorry.", "param": null, "event_id": null});
        let say = async |s: &Stage, talk: &Talk| {
            assert!(s.provider.control.emit(&talk.call, json!({"type": "error", "error": error})));
        };
        let (s, talk) = used_up(say).await;
        is_a_fault_of_the_provider(s, talk).await;
    }
}

#[tokio::test]
async fn a_response_that_fails_for_want_of_credit_is_not_asked_for_again() {
    let script = Script { instead: [Reply::failure("insufficient_quota")].into(), ..Script::at_once([]) };
    let mut s = stage_playing(script).await;
    s.on_openai().await;
    let (mut candidate, _) = s.candidate().await;
    let mut watch = candidate.events("/v1/candidate/events").await;
    let call = s.connect(&mut candidate, 1).await;
    watch.until("state", |state| state["session_state"] == "interrupted").await;
    s.provider.hung_up(&call).await;
    offer(&mut candidate, OFFER).await.refused(503, "engine_refused");
    assert_eq!(s.provider.calls().len(), 1);
}
