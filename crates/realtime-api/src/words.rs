//! Values that are either a word or something richer: voices, token limits, tool choices, truncation, tracing.

use crate::Extra;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A voice: a name, or a custom voice by id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Voice {
    /// A named voice.
    Name(String),
    /// A custom voice.
    Custom {
        /// Its id, `voice_…`.
        id: String,
        /// Fields this crate does not name.
        #[serde(flatten)]
        extra: Extra,
    },
}

impl Voice {
    /// The name or the id.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Custom { id, .. } => id,
        }
    }
}

/// A limit of output tokens: a number, or the word `inf`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MaxOutputTokens {
    /// At most so many tokens.
    Count(u32),
    /// A word; the protocol knows `inf`.
    Word(String),
}

impl Default for MaxOutputTokens {
    fn default() -> Self {
        Self::Word("inf".into())
    }
}

/// A word (`auto`, `none`, …) or an object with details.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum WordOr {
    /// A bare word.
    Word(String),
    /// The long form.
    Object(Extra),
}

impl Default for WordOr {
    fn default() -> Self {
        Self::Word("auto".into())
    }
}

/// A tool the model may call: `function` or `mcp`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tool {
    /// `function` or `mcp`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The function's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it does, for the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// JSON Schema of its arguments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters: Option<Value>,
    /// Fields this crate does not name (all of an `mcp` tool's).
    #[serde(flatten)]
    pub extra: Extra,
}

/// How much a reasoning model thinks.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Reasoning {
    /// `minimal`, `low`, `medium`, `high`, `xhigh`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<String>,
    /// Fields this crate does not name.
    #[serde(flatten)]
    pub extra: Extra,
}
