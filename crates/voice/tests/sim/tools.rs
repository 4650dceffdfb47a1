//! A model that speaks freely and calls tools.

use crate::support::{Stage, kinds};
use serde_json::{Value, json};
use voice::sim::{Reply, Script};

#[tokio::test]
async fn replies_come_in_order_and_the_last_is_repeated() {
    let replies = [Reply::say("First."), Reply::say("Second.")].into();
    let stage = Stage::playing(Script { replies, ..Script::at_once([]) }).await;
    let call = stage.call().await;
    let mut sideband = stage.sideband(&call).await;
    for said in ["First.", "Second.", "Second."] {
        sideband.send(json!({"type": "response.create", "response": {"instructions": "Ask something."}})).await;
        let done = sideband.one("response.done").await;
        assert_eq!(done["response"]["output"][0]["content"][0]["transcript"], said);
        sideband.say("Exactly this.").await;
        let done = sideband.one("response.done").await;
        assert_eq!(done["response"]["output"][0]["content"][0]["transcript"], "Exactly this.");
    }
}

#[tokio::test]
async fn a_tool_is_called_in_the_recorded_order_with_and_without_words() {
    let arguments = "{\"reason\":\"done\",\"kind\":1}";
    let replies =
        [Reply::call("Thank you.", "next_question", arguments), Reply::call("", "end_interview", "{}")].into();
    let stage = Stage::playing(Script { replies, ..Script::at_once([]) }).await;
    let call = stage.call().await;
    let mut sideband = stage.sideband(&call).await;
    sideband.send(json!({"type": "response.create", "response": {"metadata": {"q": "1"}}})).await;
    let events = sideband.until("rate_limits.updated").await;
    let from = events.iter().position(|event| event["item"]["type"] == "function_call").unwrap();
    let mut steps = kinds(&events[from..]);
    steps.dedup();
    let expected = [
        "response.output_item.added",
        "conversation.item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "conversation.item.done",
        "response.output_item.done",
        "response.done",
        "rate_limits.updated",
    ];
    assert_eq!(steps, expected);
    let deltas = events.iter().filter(|event| event["type"] == "response.function_call_arguments.delta");
    assert_eq!(deltas.map(|event| event["delta"].as_str().unwrap()).collect::<String>(), arguments);
    let done = &events[events.len() - 2]["response"];
    assert_eq!(done["metadata"], json!({"q": "1"}));
    let kinds_of = |done: &Value| -> Vec<String> {
        done["output"].as_array().unwrap().iter().map(|item| item["type"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds_of(done), ["message", "function_call"]);
    let called = done["output"][1].clone();
    assert_eq!((&called["name"], &called["arguments"]), (&json!("next_question"), &json!(arguments)));
    let output = json!({"type": "function_call_output", "call_id": called["call_id"], "output": "{\"ok\":true}"});
    sideband.send(json!({"type": "conversation.item.create", "item": output})).await;
    let added = sideband.one("conversation.item.added").await;
    assert_eq!(added["previous_item_id"], called["id"], "the call is an item of the conversation");

    sideband.send(json!({"type": "response.create"})).await;
    let events = sideband.until("rate_limits.updated").await;
    let created = events.iter().find(|event| event["type"] == "response.created").unwrap();
    let done = &events[events.len() - 2]["response"];
    assert_eq!((&done["id"], kinds_of(done)), (&created["response"]["id"], vec!["function_call".to_owned()]));
    assert_eq!(done["conversation_id"], created["response"]["conversation_id"]);
}
