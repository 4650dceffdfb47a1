//! One call's listener: audio in, turns out.

use std::sync::Arc;

use super::listening::{Bell, CallInput, Input};
use super::{HEAR_RATE, SpeechError};
use crate::turn::TurnDetection;

/// Audio is given in pieces of 100 ms, so that the thread can stop between them.
const PIECE: usize = HEAR_RATE as usize / 10;

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
    input: Arc<CallInput>,
    events: tokio::sync::mpsc::Receiver<EarEvent>,
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.input.close();
    }
}

impl Ear {
    pub(super) fn new(bell: &Arc<Bell>) -> Self {
        let (input, events) = bell.new_call();
        Self { input, events }
    }

    /// Gives 16 kHz mono audio, any length; never blocks. What comes more than 5 s ahead of the listener is lost.
    pub fn hear(&self, pcm: &[f32]) {
        if !self.input.push_audio(pcm, false) {
            self.input.lose(pcm.len());
        }
    }

    /// Gives audio that comes faster than real time: waits for room, and for the models at each pause, so that
    /// turns end where they would if the audio came at its own pace.
    pub async fn hear_all(&self, pcm: &[f32]) {
        for piece in pcm.chunks(PIECE) {
            loop {
                // Made before looking, so that room that comes in between is not missed.
                let room = self.input.room();
                if self.input.is_closed() || self.input.push_audio(piece, true) {
                    break;
                }
                room.await;
            }
        }
    }

    /// Changes how ends of turns are found.
    pub fn configure(&self, detection: TurnDetection) {
        self.input.push(Input::Configure(detection));
    }

    /// Says whether the interviewer's voice is playing: then speech needs longer to count.
    pub fn interviewer(&self, speaking: bool) {
        self.input.push(Input::Interviewer(speaking));
    }

    /// Hint: the question that was asked can be answered by yes or no.
    pub fn closed_question(&self, closed: bool) {
        self.input.push(Input::ClosedQuestion(closed));
    }

    /// Ends the running turn now, as a client's manual commit does; nothing happens if nobody speaks.
    pub fn end_turn(&self) {
        self.input.push(Input::EndTurn);
    }

    /// Forgets the running turn without an event, as a client's buffer clear does.
    pub fn clear(&self) {
        self.input.push(Input::Clear);
    }

    /// The next event; `None` when speech has stopped. Safe to cancel.
    pub async fn next(&mut self) -> Option<EarEvent> {
        self.events.recv().await
    }
}
