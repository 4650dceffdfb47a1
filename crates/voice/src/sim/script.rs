//! What a simulated call plays: the candidate's answers and the model's replies.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Milliseconds of speech for one character, as people and voices speak.
const MS_PER_CHAR: u64 = 60;
/// The shortest speech, in milliseconds.
const SHORTEST_MS: u64 = 300;

/// How long it takes to say a text, in milliseconds at pace 1.
pub(crate) fn speaking_ms(text: &str) -> u64 {
    (text.chars().count() as u64 * MS_PER_CHAR).max(SHORTEST_MS)
}

/// One call's script. Calls made from now on play a copy of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Script {
    /// What the candidate says, in order: one after each utterance of the interviewer that is followed by silence.
    pub answers: VecDeque<Answer>,
    /// What the model does, in order, at each response that does not give its words. The last one is repeated.
    pub replies: VecDeque<Reply>,
    /// What the model does in the place of saying words that it was given, in order; after that it obeys. Tools are not
    /// called here.
    pub instead: VecDeque<Reply>,
    /// Length of all speech: 1 is real time, 0 at once.
    pub pace: f64,
    /// Types of server events that never arrive, e.g. `response.created` or `rate_limits.updated`.
    pub withhold: Vec<String>,
}

impl Default for Script {
    fn default() -> Self {
        let (answers, replies, instead) = (VecDeque::new(), VecDeque::new(), VecDeque::new());
        Self { answers, replies, instead, pace: 1.0, withhold: Vec::new() }
    }
}

impl Script {
    /// A script that plays everything at once, in which the candidate says these texts.
    pub fn at_once<'a>(answers: impl IntoIterator<Item = &'a str>) -> Self {
        Self { answers: answers.into_iter().map(Answer::new).collect(), pace: 0.0, ..Self::default() }
    }

    /// Milliseconds that a model takes: shorter with the pace, never longer.
    pub(crate) fn working_ms(&self, ms: u64) -> u64 {
        self.paced_ms(ms).min(ms)
    }

    /// Milliseconds of speech after the pace.
    pub(crate) fn paced_ms(&self, ms: u64) -> u64 {
        let paced = ms as f64 * self.pace.max(0.0);
        paced.min(86_400_000.0) as u64
    }
}

/// What the candidate says in one breath.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Answer {
    /// The words: the truth, whatever the transcription makes of them.
    pub text: String,
    /// Waits for an utterance of the interviewer that contains this; empty: any.
    pub to: String,
    /// Silence after the interviewer's last word, in milliseconds; not paced. 0: 400.
    pub after_ms: u64,
    /// Length of the speech in milliseconds, paced. 0: as long as the text takes.
    pub speech_ms: u64,
    /// Where it cuts in, how much of the interviewer's utterance was heard then, in milliseconds of its sound. 0: as much
    /// as has been played.
    pub cuts_in_at_ms: u64,
    /// What becomes of the words.
    pub transcript: Transcript,
    /// A commit or a clear by hand in the middle takes only the words said so far, and the rest is a turn of its own.
    /// Without it the candidate falls silent, and all words count as said.
    pub goes_on: bool,
}

impl Answer {
    /// An answer that is transcribed without trouble.
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// The same answer with another fate of its words.
    pub fn with(self, transcript: Transcript) -> Self {
        Self { transcript, ..self }
    }

    /// The same answer with a length, in milliseconds.
    pub fn lasting(self, speech_ms: u64) -> Self {
        Self { speech_ms, ..self }
    }

    /// The same answer, cutting in where so many milliseconds of the interviewer's utterance were heard.
    pub fn cutting_in_at(self, cuts_in_at_ms: u64) -> Self {
        Self { cuts_in_at_ms, ..self }
    }

    /// The same answer, by somebody who goes on speaking whatever becomes of the turn.
    pub fn going_on(self) -> Self {
        Self { goes_on: true, ..self }
    }

    /// What was said of it after this share of its length, and the rest; the rest of nobody who goes on is none.
    pub(crate) fn cut(self, share: f64) -> (Self, Option<Self>) {
        if !self.goes_on {
            return (self, None);
        }
        let words: Vec<&str> = self.text.split_whitespace().collect();
        let (said, rest) = words.split_at(((words.len() as f64 * share) as usize).min(words.len()));
        let part = |words: &[&str], share: f64| Self {
            text: words.join(" "),
            speech_ms: (self.speech_ms as f64 * share) as u64,
            cuts_in_at_ms: 0,
            ..self.clone()
        };
        (part(said, share), Some(part(rest, 1.0 - share)).filter(|rest| !rest.text.is_empty()))
    }

    /// Whether this answers an utterance.
    pub(crate) fn answers(&self, utterance: &str) -> bool {
        utterance.contains(&self.to)
    }

    pub(crate) fn silence_ms(&self) -> u64 {
        if self.after_ms == 0 { 400 } else { self.after_ms }
    }

    pub(crate) fn length_ms(&self) -> u64 {
        if self.speech_ms == 0 { speaking_ms(&self.text) } else { self.speech_ms }
    }
}

/// What becomes of an answer's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transcript {
    /// Deltas while the candidate speaks, `completed` soon after.
    #[default]
    Normal,
    /// `completed` so many milliseconds after the turn's end; not paced.
    LateMs(u64),
    /// `failed`.
    Failed,
    /// `completed` with no words.
    Empty,
    /// Neither `completed` nor `failed`.
    Never,
    /// No delta before the turn's end, then all at once, then `completed`.
    Burst,
}

/// What the model does with a response whose words are left to it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reply {
    /// What it says; empty: nothing, if it calls a tool.
    pub say: String,
    /// The tool it calls after that.
    pub tool: Option<ToolCall>,
    /// What becomes of the response.
    pub fate: Fate,
}

impl Reply {
    /// A reply in words.
    pub fn say(text: &str) -> Self {
        Self { say: text.to_owned(), ..Self::default() }
    }

    /// A call of a tool, after these words (which may be empty). `arguments` is JSON, rightly or wrongly.
    pub fn call(text: &str, name: &str, arguments: &str) -> Self {
        let tool = ToolCall { name: name.to_owned(), arguments: arguments.to_owned() };
        Self { tool: Some(tool), ..Self::say(text) }
    }

    /// Nothing, until the response is cancelled.
    pub fn silence() -> Self {
        Self { fate: Fate::Silent, ..Self::default() }
    }

    /// A response that fails before there is anything of it; the code is OpenAI's, e.g. `rate_limit_exceeded`.
    pub fn failure(code: &str) -> Self {
        Self { fate: Fate::Failed(code.to_owned()), ..Self::default() }
    }

    /// Whether the session core says it.
    pub(crate) fn is_said(&self) -> bool {
        self.fate == Fate::Whole && !(self.say.is_empty() && self.tool.is_some())
    }
}

/// What becomes of a response.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It is said, and calls its tool.
    #[default]
    Whole,
    /// It begins, and nothing comes of it until it is cancelled.
    Silent,
    /// It begins and fails at once with this code; `server_error` is a type without a code.
    Failed(String),
}

/// A call of a function tool.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ToolCall {
    /// The tool.
    pub name: String,
    /// Its arguments: JSON text, passed on as it is.
    pub arguments: String,
}
