//! One response that the interviewer's voice is about: what it is for, and how far it is.

use interview::{Lead, Timestamp};
use realtime_api::{Metadata, ResponseParams, instructions::say_exactly};

use crate::sessions::leads::{self, Produced};

/// Slow speech takes this long per character; no utterance lasts longer than this and `PLAY_SLACK_MS`.
const PLAY_MS_PER_CHAR: i64 = 130;
const PLAY_SLACK_MS: i64 = 10_000;
/// No go of a model is played for longer.
const LEAD_MOST_MS: i64 = 60_000;

/// What a response is for.
#[derive(Debug)]
pub(super) enum Task {
    /// These words, exactly.
    Say(String),
    /// Whatever the model does within its bounds.
    Lead(Box<Lead>),
}

#[derive(Debug)]
pub(super) struct Spoken {
    pub(super) id: u32,
    pub(super) task: Task,
    pub(super) tries: u32,
    pub(super) response: Option<String>,
    pub(super) item: Option<String>,
    pub(super) produced: Produced,
    /// Since when the domain does not want it any more.
    pub(super) stopping: Option<Timestamp>,
    /// Its end may have been missed: it is waited for no longer than speaking it can take.
    pub(super) is_doubtful: bool,
    pub(super) phase: Phase,
}

impl Spoken {
    pub(super) fn new(id: u32, task: Task, now: Timestamp) -> Spoken {
        let (phase, produced) = (Phase::Asked { at: now }, Produced::default());
        let (response, item, stopping) = (None, None, None);
        Spoken { id, task, tries: 0, response, item, produced, stopping, is_doubtful: false, phase }
    }

    /// What is asked of the provider.
    pub(super) fn request(&self) -> ResponseParams {
        match &self.task {
            Task::Say(text) => ResponseParams {
                conversation: Some("auto".into()),
                instructions: Some(say_exactly(text)),
                metadata: Some(Some(Metadata::from([("utterance".to_owned(), self.id.to_string())]))),
                ..ResponseParams::default()
            },
            Task::Lead(lead) => leads::request(lead),
        }
    }

    /// The words, as far as they are known.
    pub(super) fn text(&self) -> String {
        match &self.task {
            Task::Say(text) => text.clone(),
            Task::Lead(_) => self.produced.text(),
        }
    }

    /// How a response says that it is this one's.
    pub(super) fn mark(&self) -> (&'static str, String) {
        (if matches!(self.task, Task::Say(_)) { "utterance" } else { "lead" }, self.id.to_string())
    }

    pub(super) fn play_most_ms(&self) -> i64 {
        match &self.task {
            Task::Say(text) => text.chars().count() as i64 * PLAY_MS_PER_CHAR + PLAY_SLACK_MS,
            Task::Lead(_) => LEAD_MOST_MS,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Phase {
    /// The provider was busy: ask again then.
    Waiting {
        until: Timestamp,
    },
    Asked {
        at: Timestamp,
    },
    Playing {
        since: Timestamp,
    },
    Cut {
        at: Timestamp,
        since: Timestamp,
    },
}
