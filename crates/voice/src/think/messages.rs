//! A Realtime conversation as Chat Completions messages. Sans-IO.
//!
//! Chat templates of local models are strict where OpenAI is lenient: one system message, at the front; then a user's turn;
//! no two turns of one side in a row; every call followed by its result. So the messages are made to fit the strictest.

use realtime_api::session::{Tool, WordOr};
use realtime_api::{ContentKind, Item, ItemKind, Role};
use serde_json::{Value, json};

/// The most characters of conversation that are sent; older turns are left out.
const MAX_CONTEXT: usize = 32_000;
/// Stands for the person's turn where a conversation does not begin with one.
const BEGINNING: &str = "(The call begins.)";
/// Stands for the person's turn where the assistant spoke last.
const GO_ON: &str = "(It is your turn to speak.)";
/// Stands for a turn whose words nobody could recognize.
const INAUDIBLE: &str = "(inaudible)";
/// Stands for a turn without words.
const SILENCE: &str = "(silence)";
/// Stands for the result of a call that has none yet.
const NO_RESULT: &str = "(no result)";

/// One item of the conversation, with what the wire does not show.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// The item.
    pub item: &'a Item,
    /// The words, where they are not those of the item: recognized but not told, or the part that was heard.
    pub words: Option<&'a str>,
    /// Whether recognition failed, or is late.
    pub is_inaudible: bool,
}

impl<'a> Turn<'a> {
    /// An item whose words are its own.
    pub fn of(item: &'a Item) -> Self {
        Self { item, words: None, is_inaudible: false }
    }

    fn text(&self) -> String {
        self.words.map_or_else(|| self.item.text(), str::to_owned).trim().to_owned()
    }

    fn is_spoken(&self) -> bool {
        self.item.content.iter().flatten().any(|content| content.kind == ContentKind::InputAudio)
    }

    fn person_says(&self) -> String {
        match self.text() {
            text if !text.is_empty() => text,
            _ if self.is_inaudible => INAUDIBLE.to_owned(),
            _ if self.is_spoken() => SILENCE.to_owned(),
            _ => String::new(),
        }
    }
}

/// The messages of a question: instructions, then the conversation.
pub fn messages<'a>(instructions: &str, turns: impl Iterator<Item = Turn<'a>> + Clone) -> Vec<Value> {
    let systems = turns.clone().filter(|turn| turn.item.role == Some(Role::System)).map(|turn| turn.text());
    let system: Vec<String> =
        std::iter::once(instructions.trim().to_owned()).chain(systems).filter(|text| !text.is_empty()).collect();
    let mut talk = Talk::default();
    for turn in turns.clone() {
        match (&turn.item.kind, &turn.item.role) {
            (ItemKind::Message, Some(Role::User)) => talk.say("user", &turn.person_says()),
            (ItemKind::Message, Some(Role::Assistant)) => talk.say("assistant", &turn.text()),
            (ItemKind::FunctionCall, _) => talk.call(turn.item, result_of(turn.item, turns.clone())),
            _ => {}
        }
    }
    let mut messages: Vec<Value> = Vec::new();
    if !system.is_empty() {
        messages.push(json!({"role": "system", "content": system.join("\n\n")}));
    }
    messages.extend(talk.finished());
    messages
}

fn result_of<'a>(call: &Item, turns: impl Iterator<Item = Turn<'a>>) -> String {
    let is_result = |turn: &Turn<'_>| {
        turn.item.kind == ItemKind::FunctionCallOutput && call.call_id.is_some() && turn.item.call_id == call.call_id
    };
    let result = turns.filter(is_result).last().and_then(|turn| turn.item.output.clone().flatten());
    result.filter(|text| !text.is_empty()).unwrap_or_else(|| NO_RESULT.to_owned())
}

/// Messages of one side and the other, being put together.
#[derive(Default)]
struct Talk {
    messages: Vec<Value>,
}

impl Talk {
    fn last_role(&self) -> &str {
        self.messages.last().and_then(|message| message["role"].as_str()).unwrap_or_default()
    }

    fn say(&mut self, role: &str, text: &str) {
        if text.is_empty() {
            return;
        }
        let is_call = self.messages.last().is_some_and(|message| message.get("tool_calls").is_some());
        if self.last_role() == role
            && !is_call
            && let Some(Value::String(said)) = self.messages.last_mut().and_then(|message| message.get_mut("content"))
        {
            said.push('\n');
            said.push_str(text);
            return;
        }
        self.messages.push(json!({"role": role, "content": text}));
    }

    /// A call and its result, which follows at once wherever it stands in the conversation. Calls in a row belong to one
    /// message, and so does what was said just before.
    fn call(&mut self, item: &Item, result: String) {
        let id = item.call_id.clone().unwrap_or_else(|| item.id().to_owned());
        let arguments = item.arguments.as_deref().filter(|text| !text.is_empty()).unwrap_or("{}");
        let function = json!({"name": item.name, "arguments": arguments});
        let call = json!({"id": id, "type": "function", "function": function});
        let results = self.messages.iter().rev().take_while(|message| message["role"] == "tool").count();
        let at = self.messages.len() - results;
        match at.checked_sub(1).and_then(|before| self.messages.get_mut(before)) {
            Some(Value::Object(before)) if before["role"] == "assistant" => {
                let calls = before.entry("tool_calls").or_insert_with(|| json!([]));
                calls.as_array_mut().into_iter().for_each(|calls| calls.push(call.clone()));
            }
            _ => self.messages.insert(at, json!({"role": "assistant", "content": null, "tool_calls": [call]})),
        }
        self.messages.push(json!({"role": "tool", "tool_call_id": id, "content": result}));
    }

    /// The messages, the oldest left out if they are too long, begun and ended by the person's side.
    fn finished(mut self) -> Vec<Value> {
        let mut room = MAX_CONTEXT;
        let lengths = self.messages.iter().rev().map(|message| message.to_string().len());
        let fitting = lengths.take_while(|length| room.checked_sub(*length).inspect(|left| room = *left).is_some());
        let first = self.messages.len() - fitting.count();
        self.messages.drain(..first);
        // What begins in the middle of a call is no beginning.
        let orphans = self.messages.iter().take_while(|message| message["role"] == "tool").count();
        self.messages.drain(..orphans);
        if self.messages.first().is_none_or(|message| message["role"] != "user") {
            self.messages.insert(0, json!({"role": "user", "content": BEGINNING}));
        }
        let is_said = |message: &Value| message["role"] == "assistant";
        if self.messages.last().is_some_and(is_said) {
            self.messages.push(json!({"role": "user", "content": GO_ON}));
        }
        self.messages
    }
}

/// The functions among a session's tools, as Chat Completions writes them.
pub fn tools(tools: &[Tool]) -> Vec<Value> {
    let functions = tools.iter().filter(|tool| tool.kind == "function" && tool.name.is_some());
    functions
        .map(|tool| {
            let parameters = tool.parameters.clone().unwrap_or_else(|| json!({"type": "object", "properties": {}}));
            let mut function = json!({"name": tool.name, "parameters": parameters});
            if let Some(description) = &tool.description {
                function["description"] = json!(description);
            }
            json!({"type": "function", "function": function})
        })
        .collect()
}

/// Which function must be called; `None` in the inner place: the default.
pub fn tool_choice(choice: Option<&WordOr>) -> Option<Value> {
    match choice? {
        WordOr::Word(word) => Some(json!(word)).filter(|_| word != "auto"),
        WordOr::Object(wanted) => {
            let name = wanted.get("name").filter(|_| wanted.get("type").is_some_and(|kind| kind == "function"))?;
            Some(json!({"type": "function", "function": {"name": name}}))
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
#[path = "messages_tests.rs"]
mod tests;
