//! A model's go in the words of the protocol: the response that is asked for, the words and tool calls that it
//! produces, and what is given back. Sans-IO; [`super::utterances`] follows when it begins and ends.

use std::collections::BTreeSet;

use interview::{Input, Lead, ToolAnswer, script::spoken_ms};
use realtime_api::{
    ClientEvent, Item, ItemKind, Metadata, ResponseParams, Role,
    client::ConversationItemCreate,
    session::{MaxOutputTokens, Tool, WordOr},
};
use sha2::{Digest, Sha256};

use crate::secrets::hex;

/// Longest product of one go: about a minute and a half of speech, thinking and tool calls included.
const MAX_TOKENS: u32 = 2_048;
/// Longest arguments that are kept; longer ones break no schema less.
const ARGUMENTS_BYTES: usize = 4_096;

/// What the model may do in this go: told with the response itself, so that nothing of it outlives the go.
pub fn request(lead: &Lead) -> ResponseParams {
    let tool = |tool: &interview::Tool| Tool {
        kind: "function".to_owned(),
        name: Some(tool.name.clone()),
        description: Some(tool.description.clone()),
        parameters: Some(tool.parameters.clone()),
        ..Tool::default()
    };
    ResponseParams {
        conversation: Some("auto".to_owned()),
        instructions: Some(lead.instructions.clone()),
        tools: Some(lead.tools.iter().map(tool).collect()),
        tool_choice: Some(WordOr::Word("auto".to_owned())),
        parallel_tool_calls: Some(false),
        max_output_tokens: Some(MaxOutputTokens::Count(MAX_TOKENS)),
        metadata: Some(Some(Metadata::from([("lead".to_owned(), lead.id.to_string())]))),
        ..ResponseParams::default()
    }
}

/// The answer to a tool call, as an item of the conversation.
pub fn output(answer: &ToolAnswer) -> ClientEvent {
    let item = Item {
        id: Some(format!("insights_tool_{}_{}", answer.lead, &hex(&Sha256::digest(&answer.call))[..8])),
        kind: ItemKind::FunctionCallOutput,
        call_id: Some(answer.call.clone()),
        output: Some(Some(answer.output())),
        ..Item::default()
    };
    ClientEvent::from(ConversationItemCreate { item, ..ConversationItemCreate::default() })
}

/// What the candidate typed since the last go, as items of the conversation: the candidate's words, never the system's.
pub fn typed(lead: &Lead) -> Vec<ClientEvent> {
    let create = |(n, text): (usize, &String)| {
        let item = Item { id: Some(format!("insights_typed_{}_{n}", lead.id)), ..Item::message(Role::User, text) };
        ClientEvent::from(ConversationItemCreate { item, ..ConversationItemCreate::default() })
    };
    lead.typed.iter().enumerate().map(create).collect()
}

/// What one response has produced so far.
#[derive(Debug, Default)]
pub struct Produced {
    items: Vec<Words>,
    calls: BTreeSet<String>,
}

#[derive(Debug)]
struct Words {
    item: String,
    text: String,
    is_whole: bool,
}

impl Produced {
    /// A message began.
    pub fn begin(&mut self, item: &str) {
        self.words(item);
    }

    /// More words of a message; returns all of the response so far.
    pub fn grow(&mut self, item: &str, delta: &str) -> String {
        let words = self.words(item);
        if !words.is_whole {
            words.text.push_str(delta);
        }
        self.text()
    }

    /// All words of a message. True the first time.
    pub fn complete(&mut self, item: &str, text: &str) -> bool {
        let words = self.words(item);
        if words.is_whole || text.trim().is_empty() {
            return false;
        }
        (words.text, words.is_whole) = (text.trim().to_owned(), true);
        true
    }

    /// What was said by messages that were broken off.
    pub fn broken_off(&self, utterance: u32) -> Vec<Input> {
        let items = self.items.iter().filter(|words| !words.is_whole && !words.text.trim().is_empty());
        let said = |words: &Words| (words.item.clone(), words.text.trim().to_owned());
        items.map(said).map(|(item, text)| Input::UtteranceSaid { utterance, item, text }).collect()
    }

    /// A tool call that is whole; none if it is known already.
    pub fn call(&mut self, lead: u32, item: &Item) -> Option<Input> {
        let call = item.call_id.clone().filter(|_| item.kind == ItemKind::FunctionCall)?;
        if !self.calls.insert(call.clone()) {
            return None;
        }
        let cut = |text: &Option<String>| {
            let text = text.as_deref().unwrap_or_default();
            text[..text.floor_char_boundary(ARGUMENTS_BYTES)].to_owned()
        };
        Some(Input::ToolCalled { lead, call, name: cut(&item.name), arguments: cut(&item.arguments) })
    }

    /// Whether it holds words: then sound follows.
    pub fn has_words(&self) -> bool {
        self.items.iter().any(|words| !words.text.trim().is_empty())
    }

    /// Whether a message belongs to it.
    pub fn holds(&self, item: &str) -> bool {
        self.items.iter().any(|words| words.item == item)
    }

    /// How long the messages before this one take to speak.
    pub fn ms_before(&self, item: &str) -> u64 {
        self.items.iter().take_while(|words| words.item != item).map(|words| spoken_ms(&words.text)).sum()
    }

    /// All words so far.
    pub fn text(&self) -> String {
        self.items.iter().map(|words| words.text.trim()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    }

    fn words(&mut self, item: &str) -> &mut Words {
        let at = self.items.iter().position(|words| words.item == item).unwrap_or_else(|| {
            self.items.push(Words { item: item.to_owned(), text: String::new(), is_whole: false });
            self.items.len() - 1
        });
        &mut self.items[at]
    }
}
