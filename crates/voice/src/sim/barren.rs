//! Responses without anything in them: the model stays silent until it is stopped, or fails before its first word.

use serde_json::{Value, json};

use super::play::Play;
use super::script::Fate;
use super::tool::{response, with_id};
use crate::session::Audience;

/// A response that goes on, and of which nothing comes.
#[derive(Debug)]
pub(super) struct Barren {
    response: Value,
}

impl Barren {
    pub(super) fn id(&self) -> &str {
        self.response["id"].as_str().unwrap_or_default()
    }
}

impl Play {
    /// Begins such a response, and ends it if it fails.
    pub(super) fn begin_barren(&mut self, fate: &Fate, request: &Value) {
        let response = response(&self.teller.conversation, request);
        self.tell_shaped(json!({"type": "response.created", "response": response}));
        match fate {
            Fate::Failed(code) => self.end(response, "failed", failure(code)),
            _ => self.barren = Some(Barren { response }),
        }
    }

    /// Ends the silence, if there is one.
    pub(super) fn cancel_barren(&mut self, reason: &str) {
        if let Some(Barren { response }) = self.barren.take() {
            self.end(response, "cancelled", json!({"type": "cancelled", "reason": reason}));
        }
    }

    fn end(&mut self, mut response: Value, status: &str, details: Value) {
        response["status"] = status.into();
        response["status_details"] = details;
        self.tell_shaped(json!({"type": "response.done", "response": response}));
        self.tell_shaped(json!({"type": "rate_limits.updated", "rate_limits": []}));
    }

    fn tell_shaped(&mut self, event: Value) {
        self.shape((Audience::All, with_id(event)));
    }
}

fn failure(code: &str) -> Value {
    let (kind, code) = match code {
        "server_error" => ("server_error", Value::Null),
        code => (code, code.into()),
    };
    let message = "The server had an error while processing your request. Sorry about that!";
    json!({"type": "failed", "error": {"type": kind, "code": code, "message": message}})
}
