//! Answers that call functions.

use serde_json::json;
use voice::think::{CallPiece, Thought};

use super::{DONE, MESSAGE_DONE, speaking, whole};

pub(super) fn call(index: usize, name: Option<&str>, arguments: &str) -> Thought {
    let id = name.map(|_| format!("call_{index}"));
    Thought::Call(CallPiece { index, id, name: name.map(str::to_owned), arguments: arguments.into() })
}

const CALL: [&str; 6] = [
    "response.output_item.added",
    "conversation.item.added",
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
    "conversation.item.done",
    "response.output_item.done",
];

#[test]
fn calls_are_told_after_the_words_and_answered_in_the_next_question() {
    let tool = json!({"type": "function", "name": "next_question", "parameters": {"type": "object"}});
    let (mut session, run, _) = speaking("Good.\n");
    session.kinds();
    session.thought(run, call(0, Some("next_question"), "{\"n\":")).thought(run, call(0, None, "2}"));
    session.thought(run, call(1, Some("note"), "")).thought(run, whole());
    assert_eq!(session.kinds(), [&MESSAGE_DONE[..], &CALL, &CALL, &DONE].concat());
    session.client(json!({"type": "conversation.item.create", "item":
        {"type": "function_call_output", "call_id": "call_0", "output": "{\"ok\":true}"}}));
    let (_, request) = session.asks(json!({"tools": [tool], "tool_choice": "required"}));
    assert_eq!(request.tool_choice, Some(json!("required")));
    assert_eq!(request.tools[0]["function"]["name"], "next_question");
    let calls = &request.messages[2]["tool_calls"];
    assert_eq!(calls[0]["function"], json!({"name": "next_question", "arguments": "{\"n\":2}"}));
    assert_eq!(request.messages[3], json!({"role": "tool", "tool_call_id": "call_0", "content": "{\"ok\":true}"}));

    let (run, _) = session.question().unwrap();
    session.kinds();
    session.thought(run, call(0, Some("next_question"), "")).thought(run, whole());
    let done = session.last("response.done")["response"].clone();
    assert_eq!((&done["output"][0]["type"], &done["output"][0]["arguments"]), (&json!("function_call"), &json!("{}")));
    assert_ne!(done["output"][0]["call_id"], "call_0", "ids are used once");
    assert_eq!(session.kinds(), [&CALL[..], &DONE].concat(), "no message, no sound");
}
