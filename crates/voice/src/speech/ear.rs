//! One call's listener: audio in, turns out.

use std::sync::Arc;

use super::SpeechError;
use crate::turn::TurnDetection;

/// What a listener tells about the candidate's speech. Times are milliseconds of heard audio since the ear was made.
#[derive(Clone, Debug)]
pub enum EarEvent {
    /// The candidate speaks (a cough is not speech).
    SpeechStarted {
        /// Start of the turn's audio, its padding included.
        at_ms: u64,
    },
    /// Words so far, for captions; each replaces the one before.
    Partial {
        /// The words.
        text: String,
    },
    /// The candidate fell silent and the turn is over; [`EarEvent::TurnEnded`] follows at once.
    SpeechStopped {
        /// End of the last voiced window.
        at_ms: u64,
    },
    /// The turn is over.
    TurnEnded {
        /// Start of `pcm`.
        start_ms: u64,
        /// End of `pcm`.
        end_ms: u64,
        /// The turn's audio, 16 kHz mono, pauses included.
        pcm: Arc<[f32]>,
        /// The words, if they are known already; else [`EarEvent::TurnText`] follows.
        text: Option<Result<String, SpeechError>>,
    },
    /// The words of the turn that ended before, when they were not ready at its end.
    TurnText {
        /// `start_ms` of that turn.
        start_ms: u64,
        /// The words.
        text: Result<String, SpeechError>,
    },
}

/// A listener for one call. Dropping it ends its work.
pub struct Ear {
    events: tokio::sync::mpsc::Receiver<EarEvent>,
}

impl Ear {
    pub(super) fn closed() -> Self {
        Self { events: tokio::sync::mpsc::channel(1).1 }
    }

    /// Gives 16 kHz mono audio, any length; never blocks. Audio is dropped when the listener is far behind.
    pub fn hear(&self, _pcm: &[f32]) {}

    /// Changes how ends of turns are found.
    pub fn configure(&self, _detection: TurnDetection) {}

    /// Says whether the interviewer's voice is playing: then speech needs longer to count.
    pub fn interviewer(&self, _speaking: bool) {}

    /// Hint: the question that was asked can be answered by yes or no.
    pub fn closed_question(&self, _closed: bool) {}

    /// Ends the running turn now, as a client's manual commit does; nothing happens if nobody speaks.
    pub fn end_turn(&self) {}

    /// Forgets the running turn without an event, as a client's buffer clear does.
    pub fn clear(&self) {}

    /// The next event; `None` when speech has stopped. Safe to cancel.
    pub async fn next(&mut self) -> Option<EarEvent> {
        self.events.recv().await
    }
}
