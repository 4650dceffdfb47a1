//! What a client asks for, before the session core hears of it: the script may have other plans.

use realtime_api::instructions::{parse_say_exactly, say_exactly};
use serde_json::{Value, json};

use super::Fault;
use super::ledger::What;
use super::play::Play;
use super::script::{Fate, Reply};
use super::tell::{name_of, text};
use super::tool::Calling;
use crate::session::{Audience, Input, Origin};

impl Play {
    /// Takes what comes from outside; returns what the core is to know of it.
    pub(crate) fn before(&mut self, input: Input) -> Option<Input> {
        self.is_told_exactly = false;
        let (from, frame) = match input {
            Input::Frame { from, text } => (from, text),
            Input::PlaybackStopped(id, ms) => return Some(Input::PlaybackStopped(id, self.candidate.heard_ms(ms))),
            other => return Some(other),
        };
        let event = serde_json::from_str(&frame).unwrap_or_else(|_| Value::String(frame.clone()));
        self.note(What::Client { from: name_of(from).into(), event: event.clone() });
        let frame = match text(&event, "/type").as_str() {
            "session.update" if from != Origin::Owner => self.update_from_sideband(from, &event).then_some(frame),
            "response.create" => self.response_create(from, &event, frame),
            "response.cancel" => self.response_cancel(&event, frame),
            _ => Some(frame),
        };
        frame.map(|text| Input::Frame { from, text })
    }

    /// Whether the core is to see a sideband's `session.update`.
    fn update_from_sideband(&mut self, from: Origin, event: &Value) -> bool {
        if self.stage.call_fault(&self.name) == Some(Fault::SidebandSilent) {
            return false;
        }
        let Some((code, param)) = self.stage.refuses_update(&self.name) else { return true };
        let what = match code.as_str() {
            "unknown_parameter" => "Unknown parameter",
            "missing_required_parameter" => "Missing required parameter",
            _ => "Invalid value",
        };
        self.refuse(from, event, (&code, &format!("{what}: '{param}'.")), param.as_str().into());
        false
    }

    /// Words that were given are the core's to say, and so is a reply in words; what else there is, is told here.
    fn response_create(&mut self, from: Origin, event: &Value, frame: String) -> Option<String> {
        let is_out_of_band = text(event, "/response/conversation") == "none";
        if let Some(barren) = self.barren.as_ref().filter(|_| !is_out_of_band) {
            let message = format!(
                "Conversation already has an active response in progress: {}. Wait until the response is finished before \
                 creating a new one.",
                barren.id()
            );
            self.refuse(from, event, ("conversation_already_has_active_response", &message), Value::Null);
            return None;
        }
        if parse_say_exactly(&text(event, "/response/instructions")).is_some() {
            self.is_told_exactly = true;
        }
        if is_out_of_band || self.teller.active.is_some() {
            return Some(frame);
        }
        if self.is_told_exactly {
            let instead = self.script.instead.pop_front();
            return instead.map_or(Some(frame), |reply| self.disobey(&reply, event));
        }
        let Some(reply) = self.prompted.take_if(|reply| !reply.is_said()) else { return Some(frame) };
        self.prompt();
        match (reply.fate, reply.tool) {
            (Fate::Whole, Some(tool)) => {
                let calling = Calling::alone(tool, &self.teller.conversation, event);
                let create = calling.item_create();
                self.calling = Some(calling);
                Some(create)
            }
            (fate, _) => {
                self.begin_barren(&fate, event);
                None
            }
        }
    }

    fn disobey(&mut self, reply: &Reply, event: &Value) -> Option<String> {
        if reply.fate == Fate::Whole {
            return Some(saying(event, &reply.say));
        }
        self.begin_barren(&reply.fate, event);
        None
    }

    fn response_cancel(&mut self, event: &Value, frame: String) -> Option<String> {
        let wanted = event["response_id"].as_str();
        let is_meant = self.barren.as_ref().is_some_and(|barren| wanted.is_none_or(|id| id == barren.id()));
        if !is_meant {
            return Some(frame);
        }
        self.cancel_barren("client_cancelled");
        None
    }

    /// Hands the next reply to the core.
    pub(super) fn prompt(&mut self) {
        let replies = &mut self.script.replies;
        self.prompted = if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() };
        if let Some(reply) = self.prompted.as_ref().filter(|reply| reply.is_said() && !reply.say.is_empty()) {
            self.next.push_back(Input::Prompt(reply.say.clone()));
        }
    }

    fn refuse(&mut self, from: Origin, event: &Value, (code, message): (&str, &str), param: Value) {
        let event_id = event.get("event_id").cloned().unwrap_or_default();
        let error = json!({"type": "invalid_request_error", "code": code, "message": message, "param": param,
            "event_id": event_id});
        self.tell(Audience::Only(from), json!({"type": "error", "error": error}));
    }
}

/// The same request with other words: a model that does not obey.
fn saying(event: &Value, words: &str) -> String {
    let mut event = event.clone();
    event["response"]["instructions"] = say_exactly(words).into();
    event.to_string()
}
