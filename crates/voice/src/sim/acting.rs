//! The senses of one simulated session: what it hears, says and is told to do.

use super::Direction;
use super::candidate::UNSCRIPTED;
use super::ledger::What;
use super::loudness::Edge;
use super::play::Play;
use super::script::{Answer, speaking_ms};
use super::words::recognized;
use crate::media::PlayId;
use crate::session::{Audience, Input, Origin, Wire};
use crate::turn::TurnDetection;

/// From the request to the sound, in milliseconds at pace 1.
const THINKING_MS: u64 = 200;

impl Play {
    /// Sound of a client; of calls it only counts that it comes.
    pub(crate) fn hear(&mut self, pcm: &[f32]) {
        if self.wire == Wire::WebRtc || !self.candidate.finds_turns() {
            return;
        }
        let now_ms = self.now_ms();
        for edge in self.loudness.hear(pcm, self.candidate.silence_ms()) {
            match edge {
                Edge::Begun(at_ms) => {
                    let answer = self.script.answers.pop_front().unwrap_or_else(|| Answer::new(UNSCRIPTED));
                    self.candidate.sound_begins(now_ms, at_ms, answer);
                }
                Edge::Ended(at_ms) => self.candidate.sound_ends(now_ms, at_ms, &self.script, &self.stage),
            }
        }
    }

    pub(crate) fn configure(&mut self, detection: TurnDetection) {
        self.candidate.configure(detection);
    }

    pub(crate) fn interviewer(&mut self, is_speaking: bool) {
        self.candidate.interviewer(self.now_ms(), is_speaking, &self.script);
    }

    pub(crate) fn end_turn(&mut self) {
        self.loudness.clear();
        self.candidate.end_turn(self.now_ms(), &self.script, &self.stage);
    }

    pub(crate) fn clear(&mut self) {
        self.loudness.clear();
        if let Some(text) = self.candidate.clear(self.now_ms(), &self.script, &self.stage) {
            self.note(What::Thrown { text });
        }
    }

    /// Makes the sound of a response.
    pub(crate) fn render(&mut self, play: PlayId, text: &str) {
        let is_heard = self.stage.has_media || self.wire == Wire::WebSocket;
        let clip = self.stage.clip(self.script.paced_ms(speaking_ms(text)), is_heard);
        self.after(self.script.working_ms(THINKING_MS), Input::Rendered { play, clip: Ok(clip) });
    }

    /// Recognizes sound that was committed by hand.
    pub(crate) fn recognize(&mut self, item: String) {
        // Where turns are found, sound outside of them is silence: nobody's answer.
        let is_silence = self.wire == Wire::WebRtc && self.candidate.finds_turns();
        let scripted = self.candidate.unheard.pop_front();
        let answer = match scripted {
            None if is_silence => Answer::default(),
            None => self.script.answers.pop_front().unwrap_or_else(|| Answer::new(UNSCRIPTED)),
            Some(answer) => answer,
        };
        let (text, transcript) = (answer.text.clone(), answer.transcript);
        self.note(What::Spoke { item: item.clone(), text, transcript });
        if let Some((after_ms, text)) = recognized(&answer, &self.script) {
            let text = text.map_err(|error| error.to_string());
            self.after(after_ms, Input::Recognized { item, text });
        }
    }

    /// Does what the control door wants.
    pub(crate) fn direct(&mut self, direction: Direction) -> Option<Input> {
        match direction {
            Direction::Speak(answer) => {
                self.candidate.speak(self.now_ms(), answer, &self.script, &self.stage);
                None
            }
            Direction::Words { item, text } => Some(Input::Recognized { item, text: Ok(text) }),
            Direction::Emit(event) => {
                self.outbox.push_back((Audience::All, event));
                None
            }
            Direction::Pace(pace) => {
                self.script.pace = pace;
                None
            }
            Direction::FromPage(text) => self.before(Input::Frame { from: Origin::Owner, text }),
        }
    }
}
