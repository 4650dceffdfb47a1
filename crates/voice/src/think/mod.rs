//! A language model behind any OpenAI-compatible chat endpoint: what it is asked, what it answers, and its answer in
//! sentences. Sans-IO, but for [`Chat`], which speaks HTTP.

mod aloud;
mod chat;
mod messages;
mod models;
mod sentences;
mod stream;

pub use chat::{Answer, Chat, ChatConfig, ChatConfigError};
pub use messages::{Turn, messages, tool_choice, tools};
pub use models::ModelsError;
pub use sentences::{LONGEST_SENTENCE, Sentences};
pub use stream::{ChatStream, MAX_LINE};

use serde::Serialize;
use serde_json::Value;

/// What the model is asked; the endpoint's client adds the model's name and how to stream.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Request {
    /// `{role, content, …}` of Chat Completions, oldest first.
    pub messages: Vec<Value>,
    /// `{type: "function", function: {…}}`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Value>,
    /// `auto`, `required`, or one function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool_choice: Option<Value>,
    /// Several calls in one answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallel_tool_calls: Option<bool>,
    /// How long a reasoning model may think: `minimal` … `xhigh`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning_effort: Option<String>,
    /// The most tokens to generate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
}

/// A piece of what the model answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Thought {
    /// More words.
    Text(String),
    /// More of a function call.
    Call(CallPiece),
    /// What it cost, in tokens.
    Usage(Tokens),
    /// The model has finished; nothing follows.
    End(Finish),
    /// It will not finish; nothing follows.
    Failed(Failure),
}

/// A piece of a function call; pieces of one call have the same index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallPiece {
    /// Which call of the answer.
    pub index: usize,
    /// The call's id, in its first piece, of endpoints that give one.
    pub id: Option<String>,
    /// The function, in its first piece.
    pub name: Option<String>,
    /// More of its arguments, JSON text.
    pub arguments: String,
}

/// Tokens that an answer cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tokens {
    /// Of the question.
    pub input: u64,
    /// Of those, seen before.
    pub cached: u64,
    /// Of the answer.
    pub output: u64,
}

/// Why the model stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// It has said all it wanted.
    Whole,
    /// It reached the limit of tokens.
    Length,
    /// The endpoint's filter stopped it.
    Filter,
}

/// Why there is no answer, or only half of one; told to clients in `response.done`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No connection.
    Unreachable,
    /// Nothing to say within the time that a listener waits, or silence in the middle.
    Slow,
    /// 401 or 403.
    Key,
    /// 404: no such model, or no such address.
    Model,
    /// 429.
    Busy,
    /// Any other status that says the question is wrong, a redirect included.
    Refused,
    /// 5xx, or an error in the middle of the stream.
    Broken,
    /// What came is no stream of chat chunks, or it broke off.
    Garbled,
    /// It ended without a word and without a call.
    Empty,
    /// The sound of its words could not be made.
    Voice,
}

impl Failure {
    /// `type` of the error.
    pub fn kind(self) -> &'static str {
        if self == Self::Busy { "rate_limit_exceeded" } else { "server_error" }
    }

    /// `code` of the error; none where the model is not at fault.
    pub fn code(self) -> Option<&'static str> {
        Some(match self {
            Self::Unreachable => "model_unreachable",
            Self::Slow => "model_timeout",
            Self::Key => "model_key_refused",
            Self::Model => "model_not_found",
            Self::Busy => "rate_limit_exceeded",
            Self::Refused => "model_refused",
            Self::Broken => "model_failed",
            Self::Garbled => "model_bad_stream",
            Self::Empty => "model_empty",
            Self::Voice => return None,
        })
    }

    /// For people; holds nothing of what the endpoint said.
    pub fn message(self) -> &'static str {
        match self {
            Self::Unreachable => "The language model cannot be reached.",
            Self::Slow => "The language model did not answer in time.",
            Self::Key => "The language model's endpoint refuses the key.",
            Self::Model => "The endpoint does not have the language model.",
            Self::Busy => "The language model's endpoint has too much to do.",
            Self::Refused => "The language model's endpoint refuses the request.",
            Self::Broken => "The language model failed.",
            Self::Garbled => "The language model's answer broke off or cannot be read.",
            Self::Empty => "The language model said nothing.",
            Self::Voice => "The engine could not make the sound of this response.",
        }
    }
}
