//! The model behind the scripted provider: it does what the test tells it to do, in the events of the protocol.

use crate::provider::{Inner, Provider, Seen};
use serde_json::{Value, json};

/// A go of the model, as the server asked for it.
pub struct Led {
    pub call: String,
    pub response: String,
    pub request: Value,
}

impl Provider {
    /// The next time that the model is to lead.
    pub async fn led(&mut self) -> Led {
        self.until(|seen| match seen {
            Seen::Led { call, response, request } => {
                Some(Led { call: call.clone(), response: response.clone(), request: request.clone() })
            }
            _ => None,
        })
        .await
    }

    /// The next item that the server puts into the conversation.
    pub async fn item(&mut self) -> Value {
        self.until(|seen| match seen {
            Seen::Item { item, .. } => Some(item.clone()),
            _ => None,
        })
        .await
    }
}

impl Inner {
    /// A response begins that the test fills.
    pub fn lead(&self, call: &str, response: &str, request: &Value) {
        *self.leading.lock().unwrap() = Some(response.to_owned());
        let created = json!({"id": response, "status": "in_progress", "output": [], "metadata": request["metadata"]});
        self.emit(call, json!({"type": "response.created", "response": created}));
        self.note(Seen::Led { call: call.to_owned(), response: response.to_owned(), request: request.clone() });
    }

    /// The model says something that is heard to its end.
    pub fn model_says(&self, led: &Led, item: &str, text: &str) {
        self.model_begins(led, item, text);
        self.model_is_done(led, "completed", &json!([]));
        self.emit(&led.call, json!({"type": "output_audio_buffer.stopped", "response_id": led.response}));
    }

    /// The model begins to say something; all of its words are made.
    pub fn model_begins(&self, led: &Led, item: &str, text: &str) {
        let of = |kind: &str, key: &str, value: Value| {
            let mut event = json!({"type": kind, "response_id": led.response, "item_id": item, "output_index": 0,
                "content_index": 0});
            event[key] = value;
            event
        };
        let message = json!({"id": item, "type": "message", "role": "assistant", "content": []});
        self.emit(&led.call, of("response.output_item.added", "item", message));
        for word in text.split_inclusive(' ') {
            self.emit(&led.call, of("response.output_audio_transcript.delta", "delta", json!(word)));
        }
        self.emit(&led.call, json!({"type": "output_audio_buffer.started", "response_id": led.response}));
        self.emit(&led.call, of("response.output_audio_transcript.done", "transcript", json!(text)));
    }

    /// The model calls a tool and says nothing; told three times, as the protocol does.
    pub fn model_calls(&self, led: &Led, name: &str, arguments: &str) {
        let item = json!({"id": format!("item_{}", led.response), "type": "function_call", "status": "completed",
            "call_id": format!("call_{}", led.response), "name": name, "arguments": arguments});
        let added = json!({"type": "response.output_item.added", "response_id": led.response, "output_index": 0,
            "item": item});
        self.emit(&led.call, added.clone());
        self.emit(
            &led.call,
            json!({"type": "response.function_call_arguments.done", "response_id": led.response, "item_id": item["id"],
                "output_index": 0, "call_id": item["call_id"], "name": name, "arguments": arguments}),
        );
        let mut done = added;
        done["type"] = json!("response.output_item.done");
        self.emit(&led.call, done);
        self.model_is_done(led, "completed", &json!([item]));
    }

    /// The model's response is over.
    pub fn model_is_done(&self, led: &Led, status: &str, output: &Value) {
        self.leading.lock().unwrap().take();
        let response =
            json!({"id": led.response, "status": status, "output": output, "metadata": led.request["metadata"]});
        self.emit(&led.call, json!({"type": "response.done", "response": response}));
    }
}
