//! The turn machine. Silence is counted from the last voiced window; how much of it ends the turn depends on the votes.

use std::collections::VecDeque;

use super::settings::TurnDetection;
use super::words::Words;

/// Length of one voice-activity window.
pub const WINDOW_MS: u64 = 32;

/// Speech shorter than this is a click or a cough.
const ONSET_MS: u64 = 160;
/// While the interviewer speaks, echo and "mm-hm" must not interrupt.
const BARGE_IN_MS: u64 = 256;
/// A gap inside the first syllables that does not start the count anew.
const ONSET_GAP_MS: u64 = 160;
/// Voiced time that ends a pause; a breath is shorter.
const RESUME_MS: u64 = 96;
/// Silence after which the models are asked.
const ASK_MS: u64 = 200;
/// New speech between two captions.
const CAPTION_MS: u64 = 1_000;
/// Audio kept before the first voiced window.
const PADDING_MS: u64 = 300;
/// Audio kept behind the last voiced window.
const TAIL_MS: u64 = 200;
/// A turn is ended at the next pause once it is this long, whatever the votes ...
const LONG_TURN_MS: u64 = 5 * 60_000;
/// ... and anyway at this length: its audio is held in memory.
const LONGEST_TURN_MS: u64 = 10 * 60_000;
/// Once speech has begun, windows a little below the threshold still count.
const HYSTERESIS: f32 = 0.15;

/// Silence that ends a turn when sound and words agree that it is finished.
const FINISHED_MS: u64 = 600;
/// ... when they do not agree, or one of them is not known in time.
const UNSURE_MS: u64 = 1_400;
/// ... when the words, or the sound of unclear words, say that more comes.
const UNFINISHED_MS: u64 = 2_600;
/// From here on the end-of-turn model says "finished".
const SOUNDS_FINISHED: f32 = 0.5;
/// Below this it says that more comes.
const SOUNDS_OPEN: f32 = 0.12;

/// What the machine wants or has decided. Times are milliseconds of audio given so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TurnOutput {
    /// A turn began; its audio starts at `start_ms`.
    Started {
        /// Padding included.
        start_ms: u64,
    },
    /// While speech goes on: words so far would be welcome.
    Caption,
    /// A pause: judge its sound and recognize the words from the turn's start until now.
    Ask {
        /// Number to answer with.
        ask: u32,
    },
    /// Speech went on: the answers to this ask are of no use any more.
    Resumed {
        /// The number of the ask.
        ask: u32,
    },
    /// The turn is over.
    Ended {
        /// Start of its audio.
        start_ms: u64,
        /// End of the last voiced window.
        voiced_until_ms: u64,
        /// End of its audio.
        end_ms: u64,
        /// The ask whose words are those of the whole turn.
        ask: Option<u32>,
    },
}

#[derive(Debug)]
enum Phase {
    Idle(Onset),
    Speaking(Speaking),
}

#[derive(Debug, Default)]
struct Onset {
    first_ms: u64,
    last_ms: u64,
    voiced_ms: u64,
}

#[derive(Debug)]
struct Speaking {
    start_ms: u64,
    voiced_until_ms: u64,
    captioned_ms: u64,
    resumed_ms: u64,
    pause: Option<Pause>,
}

/// One pause and the votes about it.
#[derive(Debug)]
struct Pause {
    ask: u32,
    sound: Option<f32>,
    words: Option<Words>,
}

/// See the module.
#[derive(Debug)]
pub struct TurnMachine {
    detection: TurnDetection,
    interviewer_speaks: bool,
    now_ms: u64,
    /// No padding reaches back into the turn before.
    floor_ms: u64,
    asks: u32,
    phase: Phase,
    outputs: VecDeque<TurnOutput>,
}

impl Default for TurnMachine {
    fn default() -> Self {
        Self {
            detection: TurnDetection::default(),
            interviewer_speaks: false,
            now_ms: 0,
            floor_ms: 0,
            asks: 0,
            phase: Phase::Idle(Onset::default()),
            outputs: VecDeque::new(),
        }
    }
}

impl TurnMachine {
    /// Changes the settings; a running turn goes on under the new ones.
    pub fn configure(&mut self, detection: TurnDetection) {
        self.detection = detection;
        if detection == TurnDetection::Manual {
            self.clear();
        }
    }

    /// Says whether the interviewer's voice is playing.
    pub fn interviewer(&mut self, speaks: bool) {
        self.interviewer_speaks = speaks;
    }

    /// Milliseconds of audio given so far.
    pub fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// Start of the running turn's audio.
    pub fn turn_start_ms(&self) -> Option<u64> {
        match &self.phase {
            Phase::Speaking(turn) => Some(turn.start_ms),
            Phase::Idle(_) => None,
        }
    }

    /// The next window's speech probability.
    pub fn window(&mut self, probability: f32) {
        self.now_ms += WINDOW_MS;
        if self.detection == TurnDetection::Manual {
            return;
        }
        let threshold = match self.detection {
            TurnDetection::Silence { threshold, .. } => threshold.clamp(0.05, 0.95),
            _ => 0.5,
        };
        match &mut self.phase {
            Phase::Idle(_) => self.idle(probability, threshold),
            Phase::Speaking(_) => self.speaking(probability, threshold),
        }
    }

    /// The end-of-turn model's answer to an ask.
    pub fn sound(&mut self, ask: u32, probability: f32) {
        if let Some(pause) = self.pause(ask) {
            pause.sound = Some(probability);
        }
    }

    /// What the words say in answer to an ask.
    pub fn words(&mut self, ask: u32, words: Words) {
        if let Some(pause) = self.pause(ask) {
            pause.words = Some(words);
        }
    }

    /// Ends the running turn now.
    pub fn end_now(&mut self) {
        if let Phase::Speaking(turn) = &self.phase {
            let heard_all = self.now_ms.saturating_sub(turn.voiced_until_ms) >= TAIL_MS;
            let ask = turn.pause.as_ref().map(|pause| pause.ask).filter(|_| heard_all);
            self.end(ask);
        }
    }

    /// Forgets the running turn.
    pub fn clear(&mut self) {
        if let Phase::Speaking(Speaking { pause: Some(pause), .. }) = &self.phase {
            self.outputs.push_back(TurnOutput::Resumed { ask: pause.ask });
        }
        self.floor_ms = self.now_ms;
        self.phase = Phase::Idle(Onset::default());
    }

    /// The next output.
    pub fn poll(&mut self) -> Option<TurnOutput> {
        self.outputs.pop_front()
    }

    fn idle(&mut self, probability: f32, threshold: f32) {
        let Phase::Idle(onset) = &mut self.phase else { return };
        let running = onset.voiced_ms > 0;
        if probability >= if running { threshold - HYSTERESIS } else { threshold } {
            if !running {
                onset.first_ms = self.now_ms - WINDOW_MS;
            }
            onset.voiced_ms += WINDOW_MS;
            onset.last_ms = self.now_ms;
        } else if running && self.now_ms - onset.last_ms > ONSET_GAP_MS {
            *onset = Onset::default();
        }
        let needed = if self.interviewer_speaks { BARGE_IN_MS } else { ONSET_MS };
        if onset.voiced_ms < needed {
            return;
        }
        let padding = match self.detection {
            TurnDetection::Silence { prefix_padding_ms, .. } => u64::from(prefix_padding_ms).min(2_000),
            _ => PADDING_MS,
        };
        let start_ms = onset.first_ms.saturating_sub(padding).max(self.floor_ms);
        self.phase = Phase::Speaking(Speaking {
            start_ms,
            voiced_until_ms: self.now_ms,
            captioned_ms: self.now_ms,
            resumed_ms: 0,
            pause: None,
        });
        self.outputs.push_back(TurnOutput::Started { start_ms });
    }

    fn speaking(&mut self, probability: f32, threshold: f32) {
        let now_ms = self.now_ms;
        let Phase::Speaking(turn) = &mut self.phase else { return };
        let voiced = match turn.pause {
            None => probability >= threshold - HYSTERESIS,
            Some(_) => probability >= threshold,
        };
        turn.resumed_ms = if voiced { turn.resumed_ms + WINDOW_MS } else { 0 };
        match &turn.pause {
            None if voiced => turn.voiced_until_ms = now_ms,
            Some(pause) if turn.resumed_ms >= RESUME_MS => {
                self.outputs.push_back(TurnOutput::Resumed { ask: pause.ask });
                turn.voiced_until_ms = now_ms;
                turn.pause = None;
            }
            _ => {}
        }
        let silence_ms = now_ms - turn.voiced_until_ms;
        let too_long = now_ms - turn.start_ms >= LONGEST_TURN_MS;
        if turn.pause.is_none() && !voiced && silence_ms >= ASK_MS.min(self.detection.shortest_silence_ms()) {
            self.asks += 1;
            turn.pause = Some(Pause { ask: self.asks, sound: None, words: None });
            self.outputs.push_back(TurnOutput::Ask { ask: self.asks });
        } else if turn.pause.is_none() && now_ms - turn.captioned_ms >= CAPTION_MS {
            turn.captioned_ms = now_ms;
            self.outputs.push_back(TurnOutput::Caption);
        }
        let Some(pause) = &turn.pause else {
            if too_long {
                self.end(None);
            }
            return;
        };
        let wait_ms = if now_ms - turn.start_ms >= LONG_TURN_MS { FINISHED_MS } else { wait_ms(self.detection, pause) };
        if too_long || (!voiced && silence_ms >= wait_ms) {
            let ask = pause.ask;
            self.end(Some(ask));
        }
    }

    fn end(&mut self, ask: Option<u32>) {
        let Phase::Speaking(turn) = &self.phase else { return };
        let end_ms = (turn.voiced_until_ms + TAIL_MS).min(self.now_ms);
        let (start_ms, voiced_until_ms) = (turn.start_ms, turn.voiced_until_ms);
        self.outputs.push_back(TurnOutput::Ended { start_ms, voiced_until_ms, end_ms, ask });
        self.floor_ms = end_ms;
        self.phase = Phase::Idle(Onset::default());
    }

    fn pause(&mut self, ask: u32) -> Option<&mut Pause> {
        match &mut self.phase {
            Phase::Speaking(turn) => turn.pause.as_mut().filter(|pause| pause.ask == ask),
            Phase::Idle(_) => None,
        }
    }
}

/// Silence that ends the turn, by what is known now.
fn wait_ms(detection: TurnDetection, pause: &Pause) -> u64 {
    let eagerness = match detection {
        TurnDetection::Silence { silence_ms, .. } => return u64::from(silence_ms),
        TurnDetection::Semantic { eagerness } => eagerness,
        TurnDetection::Manual => return u64::MAX,
    };
    eagerness.scale(match (pause.sound, pause.words) {
        (_, Some(Words::Unfinished)) => UNFINISHED_MS,
        (_, Some(Words::Whole)) => FINISHED_MS,
        (Some(sound), Some(Words::Complete)) if sound >= SOUNDS_FINISHED => FINISHED_MS,
        // The sound alone is wrong too often to hold up an answer that reads complete.
        (Some(sound), None | Some(Words::Unclear)) if sound < SOUNDS_OPEN => UNFINISHED_MS,
        (None, None) => UNFINISHED_MS,
        _ => UNSURE_MS,
    })
}

#[cfg(test)]
#[path = "machine_tests.rs"]
mod tests;
