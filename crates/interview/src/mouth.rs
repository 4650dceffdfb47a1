//! What the interviewer says: one utterance at a time, and the lines that wait for their turn.

use std::collections::VecDeque;

use crate::agenda::Next;
use crate::output::{Utterance, UtteranceKind};
use crate::time::Timestamp;

/// A line decided on and not said yet.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) kind: UtteranceKind,
    pub(crate) text: String,
    pub(crate) question: Option<usize>,
    /// The step of the agenda that is taken once this line was heard.
    pub(crate) next: Option<Next>,
}

impl Planned {
    /// Makes a line that takes no step.
    pub(crate) fn new(kind: UtteranceKind, text: &str, question: Option<usize>) -> Self {
        Self { kind, text: text.trim().to_owned(), question, next: None }
    }

    /// Makes it take a step of the agenda once heard.
    pub(crate) fn then(mut self, next: Next) -> Self {
        self.next = Some(next);
        self
    }
}

/// The utterance that is out.
#[derive(Debug, Clone)]
pub(crate) struct Current {
    pub(crate) id: u32,
    pub(crate) line: Planned,
    /// Number of the input at which it was said.
    pub(crate) born: u64,
    pub(crate) said_at: Timestamp,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) item: Option<String>,
    pub(crate) stopped_at: Option<Timestamp>,
    /// What the provider says it says: items and their words, in order.
    pub(crate) words: Vec<(String, String)>,
    /// The tool calls, if a model leads.
    pub(crate) lead: Option<Vec<ToolCall>>,
}

/// A call of a model, as it came.
#[derive(Debug, Clone)]
pub(crate) struct ToolCall {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) arguments: String,
}

impl Current {
    /// Returns all words that the provider says it says.
    pub(crate) fn spoken(&self) -> String {
        self.words.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// The interviewer's voice.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mouth {
    pub(crate) queue: VecDeque<Planned>,
    pub(crate) current: Option<Current>,
    /// Nothing from the queue is said before this time.
    pub(crate) not_before: Option<Timestamp>,
    /// Utterances in a row that could not be played.
    pub(crate) failures: u32,
    last_id: u32,
}

impl Mouth {
    /// Takes up a line and returns the utterance to say.
    pub(crate) fn say(&mut self, line: Planned, born: u64, now: Timestamp) -> Utterance {
        let (kind, text, question) = (line.kind, line.text.clone(), line.question);
        Utterance { id: self.open(line, born, now, None), kind, text, question }
    }

    /// Leaves the next words to a model and returns the id of its lead.
    pub(crate) fn lead(&mut self, question: usize, born: u64, now: Timestamp) -> u32 {
        self.open(Planned::new(UtteranceKind::FollowUp, "", Some(question)), born, now, Some(Vec::new()))
    }

    fn open(&mut self, line: Planned, born: u64, said_at: Timestamp, lead: Option<Vec<ToolCall>>) -> u32 {
        self.last_id += 1;
        let (id, words) = (self.last_id, Vec::new());
        let (started_at, item, stopped_at) = (None, None, None);
        self.current = Some(Current { id, line, born, said_at, started_at, item, stopped_at, words, lead });
        id
    }

    /// Tells whether nothing is said and nothing waits.
    pub(crate) fn is_idle(&self) -> bool {
        self.current.is_none() && self.queue.is_empty()
    }

    /// Forgets what waits.
    pub(crate) fn clear(&mut self) {
        self.queue.clear();
        self.not_before = None;
    }
}
