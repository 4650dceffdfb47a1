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
        self.last_id += 1;
        let id = self.last_id;
        let utterance = Utterance { id, kind: line.kind, text: line.text.clone(), question: line.question };
        let (started_at, item, stopped_at) = (None, None, None);
        self.current = Some(Current { id, line, born, said_at: now, started_at, item, stopped_at });
        utterance
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
