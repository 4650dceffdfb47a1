//! What the candidate said: one entry per provider item, whatever order its events come in.

use crate::output::TurnKind;
use crate::requests::Meaning;
use crate::time::Timestamp;

/// How far an item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// Being spoken, or waiting for its text.
    Open,
    /// The text is there.
    Text(String),
    /// There were no words.
    Empty,
    /// There was speech and its text failed or did not come (in time).
    Missing,
}

/// One item of the candidate.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    pub(crate) item: String,
    /// Number of the input that first mentioned it.
    pub(crate) born: u64,
    pub(crate) started_at: Timestamp,
    pub(crate) stopped_at: Option<Timestamp>,
    /// The captions so far.
    pub(crate) partial: String,
    pub(crate) state: State,
    pub(crate) kind: TurnKind,
    pub(crate) meaning: Meaning,
    /// The question it answers.
    pub(crate) question: Option<usize>,
    /// The interviewer has not reacted to it yet.
    pub(crate) fresh: bool,
    /// The interviewer went on: what still comes is written down and gets no reaction.
    pub(crate) settled: bool,
    /// Its turn was put out at least once.
    pub(crate) is_told: bool,
    /// A model was shown it, if it was typed.
    pub(crate) is_shown: bool,
}

impl Said {
    /// Tells whether the interviewer must be silent because of it.
    pub(crate) fn holds_floor(&self) -> bool {
        self.state == State::Open && !self.settled
    }

    /// Returns the words known so far.
    pub(crate) fn words(&self) -> &str {
        match &self.state {
            State::Text(text) => text,
            State::Open | State::Missing | State::Empty => &self.partial,
        }
    }
}

/// Everything the candidate said, in the order in which it was first heard of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ear {
    pub(crate) items: Vec<Said>,
}

/// What there is to react to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Fresh {
    /// Meaning of the last turn that means something.
    pub(crate) meaning: Option<Meaning>,
    /// Speech could not be recognized.
    pub(crate) failed: bool,
}

impl Ear {
    /// Returns the place of an item, making it if it is new.
    pub(crate) fn entry(&mut self, item: &str, born: u64, now: Timestamp, question: Option<usize>) -> usize {
        if let Some(at) = self.items.iter().position(|said| said.item == item) {
            return at;
        }
        self.items.push(Said {
            item: item.to_owned(),
            born,
            started_at: now,
            stopped_at: None,
            partial: String::new(),
            state: State::Open,
            kind: TurnKind::Answer,
            meaning: Meaning::Nothing,
            question,
            fresh: false,
            settled: false,
            is_told: false,
            is_shown: false,
        });
        self.items.len() - 1
    }

    /// Tells whether the candidate speaks, or has spoken and the text is still to come.
    pub(crate) fn has_floor(&self) -> bool {
        self.items.iter().any(Said::holds_floor)
    }

    /// Tells whether the candidate is speaking, whether that is waited for or not.
    pub(crate) fn is_speaking(&self) -> bool {
        self.items.iter().any(|said| said.state == State::Open && said.stopped_at.is_none())
    }

    /// Returns the items that hold the floor.
    pub(crate) fn open(&self) -> impl Iterator<Item = &Said> {
        self.items.iter().filter(|said| said.holds_floor())
    }

    /// Tells whether there is something to react to.
    pub(crate) fn has_fresh(&self) -> bool {
        self.items.iter().any(|said| said.fresh)
    }

    /// Takes what there is to react to; none if nothing.
    pub(crate) fn take_fresh(&mut self) -> Option<Fresh> {
        if !self.has_fresh() {
            return None;
        }
        let mut fresh = Fresh::default();
        for said in self.items.iter_mut().filter(|said| said.fresh) {
            said.fresh = false;
            match &said.state {
                State::Text(_) if said.meaning != Meaning::Nothing => fresh.meaning = Some(said.meaning),
                State::Missing => fresh.failed = true,
                _ => {}
            }
        }
        Some(fresh)
    }

    /// Returns the last words of the candidate that are known; none if nothing was said yet.
    pub(crate) fn last_words(&self) -> &str {
        self.items
            .iter()
            .rev()
            .find_map(|said| if let State::Text(text) = &said.state { Some(text.as_str()) } else { None })
            .unwrap_or("")
    }

    /// Takes the typed answers that a model was not shown yet.
    pub(crate) fn take_typed(&mut self) -> Vec<String> {
        let typed = self.items.iter_mut().filter(|said| said.kind == TurnKind::Typed && !said.is_shown);
        typed
            .filter_map(|said| {
                said.is_shown = true;
                if let State::Text(text) = &said.state { Some(text.clone()) } else { None }
            })
            .collect()
    }

    /// Joins everything said to a question. Captions do not count: decisions rest on what is stored.
    pub(crate) fn answer(&self, question: usize) -> String {
        let answers = self.items.iter().filter(|s| s.question == Some(question) && s.kind != TurnKind::Request);
        let texts =
            answers.filter_map(|said| if let State::Text(text) = &said.state { Some(text.as_str()) } else { None });
        texts.collect::<Vec<_>>().join(" ")
    }
}
