//! A session from its beginning to its end, its settings and its conversation.

use serde_json::{Value, json};
use voice::session::{Audience, Input, MAX_SESSION_MS, Origin, Output};
use voice::turn::TurnDetection;

use crate::support::Session;

#[test]
fn a_session_begins_with_session_created_for_its_owner() {
    let session = Session::call();
    assert_eq!(session.told.len(), 1);
    let (to, event) = &session.told[0];
    assert_eq!((*to, &event["type"]), (Audience::Only(Origin::Owner), &json!("session.created")));
    assert_eq!(event["session"]["expires_at"], 1_003_600);
    assert_eq!(event["session"]["audio"]["input"]["transcription"], Value::Null);
    assert_eq!(event["session"]["audio"]["input"]["turn_detection"]["type"], "server_vad");
    assert!(session.has_done(|output| matches!(output, Output::Listen(TurnDetection::Silence { .. }))));
}

#[test]
fn an_update_changes_what_it_names_and_the_whole_session_is_answered() {
    let mut session = Session::call();
    session.client(json!({"type": "session.update", "session": {"type": "realtime", "instructions": "Be brief.",
        "audio": {"input": {"transcription": {"model": "m"}, "turn_detection": {"type": "semantic_vad", "eagerness": "low"}},
                  "output": {"voice": "marin"}}}}));
    let (to, updated) = session.told.last().unwrap().clone();
    assert_eq!((to, &updated["type"]), (Audience::All, &json!("session.updated")));
    let told = &updated["session"];
    assert_eq!(told["instructions"], "Be brief.");
    assert_eq!(told["audio"]["input"]["transcription"], json!({"model": "m", "language": null, "prompt": null}));
    assert_eq!(told["audio"]["input"]["turn_detection"]["interrupt_response"], true);
    assert_eq!(told["audio"]["input"]["format"]["rate"], 24_000);
    assert_eq!(told["audio"]["output"]["voice"], "marin");
    assert_eq!(told["model"], "test-model");
    session.client(json!({"type": "session.update", "session": {"type": "realtime",
        "audio": {"input": {"turn_detection": null}}, "tools": [], "instructions": ""}}));
    let told = &session.last("session.updated")["session"];
    assert_eq!(told["audio"]["input"]["turn_detection"], Value::Null);
    assert_eq!(told["audio"]["input"]["transcription"]["model"], "m");
    assert_eq!(told["instructions"], "");
    assert!(session.has_done(|output| matches!(output, Output::Listen(TurnDetection::Manual))));
}

#[test]
fn items_can_be_put_anywhere_and_taken_away() {
    let mut session = Session::call();
    let item = |id: &str| json!({"type": "message", "id": id, "role": "user", "content": [{"type": "input_text", "text": id}]});
    session.client(json!({"type": "conversation.item.create", "item": item("a")}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], Value::Null);
    session.client(json!({"type": "conversation.item.create", "item": item("c")}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], "a");
    session.client(json!({"type": "conversation.item.create", "item": item("b"), "previous_item_id": "a"}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], "a");
    session.client(json!({"type": "conversation.item.create", "item": item("0"), "previous_item_id": "root"}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], Value::Null);
    session.client(json!({"type": "conversation.item.create", "item": item("a")}));
    assert_eq!(session.last("error")["error"]["param"], "item.id");
    session.client(json!({"type": "conversation.item.delete", "item_id": "c"}));
    assert_eq!(session.last("conversation.item.deleted")["item_id"], "c");
    session.client(json!({"type": "conversation.item.create", "item": item("d")}));
    assert_eq!(session.last("conversation.item.added")["previous_item_id"], "b");
    session
        .client(json!({"type": "conversation.item.truncate", "item_id": "a", "content_index": 0, "audio_end_ms": 0}));
    assert_eq!(session.last("error")["error"]["param"], "item_id");
}

#[test]
fn a_session_ends_at_its_maximum_and_says_so() {
    let mut session = Session::call();
    assert_eq!(session.core.wake_at_ms(), MAX_SESSION_MS);
    session.now_ms = MAX_SESSION_MS;
    session.kinds();
    session.take(Input::Tick);
    assert_eq!(session.last("error")["error"]["code"], "session_expired");
    assert_eq!(session.told.last().unwrap().0, Audience::All);
    assert!(session.has_done(|output| matches!(output, Output::Close { code: 1001, .. })));
    session.kinds();
    session.client(json!({"type": "response.create"}));
    assert_eq!(session.kinds(), Vec::<String>::new(), "nothing follows the end");
}
