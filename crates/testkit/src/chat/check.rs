//! What a strict server wants of a question: a known model, and messages that any chat template takes.

use serde_json::Value;

use super::wire::Request;

type Refusal = (u16, String, &'static str);

/// Fields that all of the usual servers know.
const FIELDS: &[&str] = &[
    "model",
    "messages",
    "stream",
    "stream_options",
    "temperature",
    "tools",
    "tool_choice",
    "parallel_tool_calls",
    "reasoning_effort",
    "max_tokens",
    "top_p",
    "stop",
    "seed",
    "n",
    "user",
];

fn bad(message: impl Into<String>) -> Refusal {
    (400, message.into(), "invalid_value")
}

/// The body of a question, if it is a good one.
pub(super) fn question(request: &Request, models: &[String]) -> Result<Value, Refusal> {
    if !request.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
        return Err((415, "The body is no JSON.".to_owned(), "invalid_content_type"));
    }
    let body: Value = serde_json::from_slice(&request.body).map_err(|error| bad(error.to_string()))?;
    let fields = body.as_object().ok_or_else(|| bad("The body is no object."))?;
    if let Some(unknown) = fields.keys().find(|name| !FIELDS.contains(&name.as_str())) {
        return Err(bad(format!("Unknown parameter: '{unknown}'.")));
    }
    let model = body["model"].as_str().ok_or_else(|| bad("'model' is missing."))?;
    if !models.iter().any(|known| known == model) {
        return Err((404, format!("The model '{model}' does not exist."), "model_not_found"));
    }
    let messages = body["messages"].as_array().filter(|messages| !messages.is_empty());
    check_messages(messages.ok_or_else(|| bad("'messages' is empty."))?)?;
    for tool in body["tools"].as_array().into_iter().flatten() {
        if tool["type"] != "function" || !tool["function"]["name"].is_string() {
            return Err(bad("A tool is no function with a name."));
        }
    }
    if body.get("tool_choice").is_some() && body.get("tools").is_none() {
        return Err(bad("'tool_choice' is only allowed with 'tools'."));
    }
    if body.get("stream_options").is_some() && body["stream"] != true {
        return Err(bad("'stream_options' is only allowed with 'stream'."));
    }
    Ok(body)
}

/// A system message only at the front, then the sides in turns, beginning and ending with the person's or a tool's.
fn check_messages(messages: &[Value]) -> Result<(), Refusal> {
    let has_system = messages[0]["role"] == "system";
    let (mut previous, mut owed): (&str, Vec<&str>) = ("assistant", Vec::new());
    for (number, message) in messages.iter().enumerate().skip(usize::from(has_system)) {
        let role = message["role"].as_str().unwrap_or_default();
        let at = |what: &str| bad(format!("messages[{number}]: {what}"));
        let calls = message["tool_calls"].as_array();
        if !message["content"].is_string() && calls.is_none() {
            return Err(at("no content"));
        }
        match role {
            "user" if previous == "assistant" || previous == "tool" => {}
            "assistant" if previous == "user" || previous == "tool" => {}
            "tool" if owed.contains(&message["tool_call_id"].as_str().unwrap_or_default()) => {
                owed.retain(|id| message["tool_call_id"] != *id);
                previous = role;
                continue;
            }
            _ => return Err(at("conversation roles must alternate user/assistant/user/assistant/...")),
        }
        if !owed.is_empty() {
            return Err(at("a tool call has no result"));
        }
        owed = calls.into_iter().flatten().filter_map(|call| call["id"].as_str()).collect();
        previous = role;
    }
    if !owed.is_empty() || previous == "assistant" {
        return Err(bad("the last message must be from user or tool"));
    }
    Ok(())
}
