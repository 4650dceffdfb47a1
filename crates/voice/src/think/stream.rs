//! The stream of a chat endpoint, as bytes that arrive in any pieces: server-sent events, each a chunk of the answer.
//! Sans-IO.

use serde_json::Value;

use super::aloud::Aloud;
use super::{CallPiece, Failure, Finish, Thought, Tokens};

/// The longest line, in bytes.
pub const MAX_LINE: usize = 256 * 1024;
/// The longest stream, in bytes.
const MAX_STREAM: usize = 4 * 1024 * 1024;

/// Reads a stream. After a [`Thought::End`] or [`Thought::Failed`] there is nothing more.
#[derive(Debug, Default)]
pub struct ChatStream {
    line: Vec<u8>,
    read: usize,
    aloud: Aloud,
    finish: Option<Finish>,
    calls: Vec<Option<String>>,
    is_over: bool,
}

impl ChatStream {
    /// Takes the next bytes.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Thought> {
        let mut thoughts = Vec::new();
        self.read += bytes.len();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(piece);
            if self.line.len() > MAX_LINE || self.read > MAX_STREAM {
                self.fail(Failure::Garbled, &mut thoughts);
            }
            if self.is_over {
                break;
            }
            if piece.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                self.on_line(&line, &mut thoughts);
            }
        }
        thoughts
    }

    /// The stream has ended. Endpoints that leave `[DONE]` away have at least said why they finished.
    pub fn finish(&mut self) -> Vec<Thought> {
        let mut thoughts = Vec::new();
        let line = std::mem::take(&mut self.line);
        self.on_line(&line, &mut thoughts);
        match self.finish {
            Some(_) => self.end(&mut thoughts),
            None => self.fail(Failure::Garbled, &mut thoughts),
        }
        thoughts
    }

    fn on_line(&mut self, line: &[u8], thoughts: &mut Vec<Thought>) {
        let Ok(line) = std::str::from_utf8(line) else { return self.fail(Failure::Garbled, thoughts) };
        // Other fields, comments and empty lines say nothing.
        let (field, data) = line.trim_end().split_once(':').unwrap_or_default();
        match (field, data.trim_start()) {
            ("data", "[DONE]") => self.end(thoughts),
            ("data", data) if !data.is_empty() => self.on_data(data, thoughts),
            ("error", _) => self.fail(Failure::Broken, thoughts),
            _ => {}
        }
    }

    fn on_data(&mut self, data: &str, thoughts: &mut Vec<Thought>) {
        if self.is_over {
            return;
        }
        let Ok(Value::Object(chunk)) = serde_json::from_str(data) else { return self.fail(Failure::Garbled, thoughts) };
        if chunk.get("error").is_some_and(|error| !error.is_null()) {
            return self.fail(Failure::Broken, thoughts);
        }
        let choice = chunk.get("choices").and_then(|choices| choices.get(0));
        if choice.is_none() && !chunk.contains_key("choices") {
            return self.fail(Failure::Garbled, thoughts);
        }
        let delta = choice.and_then(|choice| choice.get("delta"));
        if let Some(text) = delta.and_then(|delta| delta.get("content")?.as_str()) {
            let text = self.aloud.push(text);
            thoughts.extend(Some(text).filter(|text| !text.is_empty()).map(Thought::Text));
        }
        let calls = delta.and_then(|delta| delta.get("tool_calls")?.as_array());
        for call in calls.into_iter().flatten() {
            thoughts.push(Thought::Call(self.call(call)));
        }
        if let Some(reason) = choice.and_then(|choice| choice.get("finish_reason")?.as_str()) {
            self.finish = Some(match reason {
                "length" => Finish::Length,
                "content_filter" => Finish::Filter,
                _ => Finish::Whole,
            });
        }
        thoughts.extend(chunk.get("usage").and_then(tokens).map(Thought::Usage));
    }

    /// Some endpoints give every call the index 0 and tell calls apart by their ids alone.
    fn call(&mut self, value: &Value) -> CallPiece {
        let function = value.get("function");
        let text = |field: &str| function.and_then(|function| function.get(field)?.as_str()).map(str::to_owned);
        let id = value.get("id").and_then(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned);
        let named = value.get("index").and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok());
        let named = named.unwrap_or(self.calls.len().saturating_sub(usize::from(id.is_none())));
        let mut index = named.min(self.calls.len());
        let is_another = |known: &Option<String>| id.is_some() && known.is_some() && *known != id;
        if self.calls.get(index).is_some_and(is_another) {
            index = self.calls.iter().position(|known| *known == id).unwrap_or(self.calls.len());
        }
        if index == self.calls.len() {
            self.calls.push(None);
        }
        if id.is_some() {
            self.calls[index].clone_from(&id);
        }
        let object = || function?.get("arguments").filter(|arguments| arguments.is_object()).map(Value::to_string);
        let arguments = text("arguments").or_else(object).unwrap_or_default();
        CallPiece { index, id, name: text("name").filter(|name| !name.is_empty()), arguments }
    }

    fn end(&mut self, thoughts: &mut Vec<Thought>) {
        if !std::mem::replace(&mut self.is_over, true) {
            let rest = self.aloud.finish();
            thoughts.extend(Some(rest).filter(|text| !text.is_empty()).map(Thought::Text));
            thoughts.push(Thought::End(self.finish.unwrap_or(Finish::Whole)));
        }
    }

    fn fail(&mut self, why: Failure, thoughts: &mut Vec<Thought>) {
        if !std::mem::replace(&mut self.is_over, true) {
            thoughts.push(Thought::Failed(why));
        }
    }
}

fn tokens(usage: &Value) -> Option<Tokens> {
    let count = |path: &str| usage.pointer(path).and_then(Value::as_u64);
    let (input, output) = (count("/prompt_tokens")?, count("/completion_tokens").unwrap_or_default());
    Some(Tokens { input, output, cached: count("/prompt_tokens_details/cached_tokens").unwrap_or_default() })
}

#[cfg(test)]
#[path = "stream_tests.rs"]
mod tests;
