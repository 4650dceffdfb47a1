//! A function call as the provider tells it.

use serde_json::{Value, json};

use super::script::ToolCall;
use super::tell::Told;
use crate::session::{Audience, Ids, RandomIds};

/// A call that is being told.
#[derive(Debug)]
pub(super) struct Calling {
    item: String,
    call_id: String,
    tool: ToolCall,
    /// `response.done`, held back until the call is told.
    done: Value,
    /// Whether `response.created` is still to be told.
    is_first: bool,
}

impl Calling {
    /// A call at the end of a response whose `done` this is.
    pub(super) fn after(tool: ToolCall, done: Value) -> Self {
        Self {
            item: format!("item_{}", RandomIds.alnum(21)),
            call_id: format!("call_{}", RandomIds.alnum(16)),
            tool,
            done,
            is_first: false,
        }
    }

    /// A response that consists of the call alone.
    pub(super) fn alone(tool: ToolCall, conversation: &str, request: &Value) -> Self {
        let mut response = response(conversation, request);
        response["status"] = "completed".into();
        let mut calling = Self::after(tool, json!({"type": "response.done", "response": response}));
        calling.is_first = true;
        calling
    }

    /// The client event by which the core learns of the item.
    pub(super) fn item_create(&self) -> String {
        json!({"type": "conversation.item.create", "item": self.item("completed")}).to_string()
    }

    /// Whether an event is about the call's item.
    pub(super) fn concerns(&self, event: &Value) -> bool {
        event.pointer("/item/id").and_then(Value::as_str) == Some(&self.item)
    }

    fn item(&self, status: &str) -> Value {
        let arguments = if status == "completed" { self.tool.arguments.as_str() } else { "" };
        json!({"id": self.item, "type": "function_call", "status": status, "name": self.tool.name,
            "call_id": self.call_id, "arguments": arguments})
    }

    /// What is told where the core says that the item was added.
    pub(super) fn beginning(&self, added: &Value) -> Vec<Told> {
        let mut events = Vec::new();
        if self.is_first {
            let mut response = self.done["response"].clone();
            response["status"] = "in_progress".into();
            events.push(json!({"type": "response.created", "response": response}));
        }
        events.push(self.of_response("response.output_item.added", json!({"item": self.item("in_progress")})));
        let mut added = added.clone();
        added["item"] = self.item("in_progress");
        events.push(added);
        let delta = |text: &str| json!({"item_id": self.item, "call_id": self.call_id, "delta": text});
        let pieces = self.tool.arguments.split_inclusive([',', ':']);
        events.extend(pieces.map(|piece| self.of_response("response.function_call_arguments.delta", delta(piece))));
        let done = json!({"item_id": self.item, "call_id": self.call_id, "name": self.tool.name,
            "arguments": self.tool.arguments});
        events.push(self.of_response("response.function_call_arguments.done", done));
        to_all(events)
    }

    /// What is told where the core says that the item is whole: to the response's end.
    pub(super) fn end(self, item_done: &Value) -> Vec<Told> {
        let mut done = self.done.clone();
        if let Some(output) = done["response"]["output"].as_array_mut() {
            output.push(self.item("completed"));
        }
        let mut item_done = item_done.clone();
        item_done["item"] = self.item("completed");
        let item_event = self.of_response("response.output_item.done", json!({"item": self.item("completed")}));
        to_all(vec![item_done, item_event, done, json!({"type": "rate_limits.updated", "rate_limits": []})])
    }

    fn of_response(&self, kind: &str, fields: Value) -> Value {
        let mut event = json!({"type": kind, "response_id": self.done["response"]["id"],
            "output_index": self.done["response"]["output"].as_array().map_or(0, Vec::len)});
        if let (Some(event), Value::Object(fields)) = (event.as_object_mut(), fields) {
            event.extend(fields);
        }
        event
    }
}

/// A response that begins for this request.
pub(super) fn response(conversation: &str, request: &Value) -> Value {
    json!({
        "object": "realtime.response", "id": format!("resp_{}", RandomIds.alnum(21)), "status": "in_progress",
        "status_details": null, "output": [], "conversation_id": conversation,
        "output_modalities": ["audio"], "max_output_tokens": "inf", "usage": null,
        "metadata": request.pointer("/response/metadata").cloned().unwrap_or_default()})
}

/// The event with an id, if it has none.
pub(super) fn with_id(mut event: Value) -> Value {
    if event.get("event_id").is_none() {
        event["event_id"] = format!("event_{}", RandomIds.alnum(21)).into();
    }
    event
}

/// The events with ids, for everybody.
fn to_all(events: Vec<Value>) -> Vec<Told> {
    events.into_iter().map(|event| (Audience::All, with_id(event))).collect()
}
