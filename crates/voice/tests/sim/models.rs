//! A model that does not do what it should.

use crate::support::{Stage, Talk, kinds};
use serde_json::{Value, json};
use voice::sim::{Answer, Reply, Script};

async fn stage(script: Script) -> (Stage, String, Talk) {
    let stage = Stage::playing(script).await;
    let call = stage.call().await;
    let sideband = stage.sideband(&call).await;
    (stage, call, sideband)
}

fn lead() -> Value {
    json!({"type": "response.create", "event_id": "mine",
        "response": {"conversation": "auto", "instructions": "Ask something.", "metadata": {"lead": "1"}}})
}

#[tokio::test]
async fn a_silent_model_occupies_the_conversation_until_it_is_cancelled() {
    let replies = [Reply::silence(), Reply::say("At last.")].into();
    let (_stage, _, mut sideband) = stage(Script { replies, ..Script::at_once([]) }).await;
    sideband.send(lead()).await;
    let created = sideband.one("response.created").await["response"].clone();
    assert_eq!((&created["status"], &created["metadata"]["lead"]), (&json!("in_progress"), &json!("1")));
    sideband.send(lead()).await;
    let error = sideband.one("error").await["error"].clone();
    assert_eq!(
        (&error["code"], &error["event_id"]),
        (&json!("conversation_already_has_active_response"), &json!("mine"))
    );
    assert!(error["message"].as_str().unwrap().contains(created["id"].as_str().unwrap()), "{error}");
    sideband.send(json!({"type": "response.cancel", "response_id": "resp_other"})).await;
    assert_eq!(sideband.one("error").await["error"]["code"], "response_cancel_not_active");
    sideband.send(json!({"type": "response.cancel"})).await;
    let events = sideband.until("rate_limits.updated").await;
    assert_eq!(kinds(&events), ["response.done", "rate_limits.updated"]);
    let done = &events[0]["response"];
    assert_eq!((&done["id"], &done["status"]), (&created["id"], &json!("cancelled")));
    assert_eq!(done["status_details"]["reason"], "client_cancelled");
    sideband.send(lead()).await;
    let done = sideband.one("response.done").await;
    assert_eq!(done["response"]["output"][0]["content"][0]["transcript"], "At last.");
}

#[tokio::test]
async fn a_silent_model_is_stopped_by_the_candidates_voice() {
    let (stage, call, mut sideband) = stage(Script { replies: [Reply::silence()].into(), ..Script::at_once([]) }).await;
    sideband.send(lead()).await;
    sideband.one("response.created").await;
    stage.control.speak(&call, Answer::new("Hello?"));
    let done = sideband.one("response.done").await["response"].clone();
    assert_eq!(done["status_details"], json!({"type": "cancelled", "reason": "turn_detected"}));
}

#[tokio::test]
async fn a_response_that_fails_has_its_code_and_leaves_room_for_the_next() {
    let replies = [Reply::failure("rate_limit_exceeded"), Reply::failure("server_error"), Reply::say("Well.")].into();
    let (_stage, _, mut sideband) = stage(Script { replies, ..Script::at_once([]) }).await;
    for (kind, code) in [("rate_limit_exceeded", json!("rate_limit_exceeded")), ("server_error", Value::Null)] {
        sideband.send(lead()).await;
        let events = sideband.until("rate_limits.updated").await;
        assert_eq!(kinds(&events), ["response.created", "response.done", "rate_limits.updated"]);
        let done = &events[1]["response"];
        assert_eq!((&done["status"], &done["output"]), (&json!("failed"), &json!([])));
        let error = &done["status_details"]["error"];
        assert_eq!((&error["type"], &error["code"]), (&json!(kind), &code));
    }
    sideband.send(lead()).await;
    assert_eq!(sideband.one("response.done").await["response"]["status"], "completed");
}

#[tokio::test]
async fn words_that_were_given_can_fail_or_become_others_once_each() {
    let instead = [Reply::failure("server_error"), Reply::say("Shall we begin?")].into();
    let (_stage, _, mut sideband) = stage(Script { instead, ..Script::at_once([]) }).await;
    sideband.say("Hello.").await;
    assert_eq!(sideband.one("response.done").await["response"]["status"], "failed");
    for said in ["Shall we begin?", "Hello."] {
        sideband.say("Hello.").await;
        let done = sideband.one("response.done").await;
        assert_eq!(done["response"]["output"][0]["content"][0]["transcript"], said);
    }
}
