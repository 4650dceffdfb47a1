//! The scripted candidate: when the mouth opens, and what an ear would make of it. Sans-IO: time is an argument.

use std::collections::VecDeque;
use std::sync::Arc;

use super::script::{Answer, Script, Transcript};
use super::stage::Stage;
use crate::session::Wire;
use crate::speech::{EarEvent, SpeechError};
use crate::turn::TurnDetection;

/// From the end of a turn to its words, in milliseconds at pace 1.
const RECOGNITION_MS: u64 = 300;
/// Words in one caption.
const WORDS_PER_PARTIAL: usize = 4;
/// Said by a candidate without a script.
pub(super) const UNSCRIPTED: &str = "A sentence.";

/// What the session hears.
#[derive(Debug, Clone)]
pub(super) enum Heard {
    /// What the ear made of it.
    Ear(EarEvent),
    /// Sound that nobody made anything of, because the session finds no turns.
    Sound(Arc<[f32]>),
}

enum Cue {
    Heard(Heard),
    Finish,
}

/// A turn that is being spoken.
struct Turn {
    start_ms: u64,
    answer: Answer,
}

/// The candidate of one session.
pub(super) struct Candidate {
    wire: Wire,
    detection: TurnDetection,
    /// Told to speak by hand.
    told: VecDeque<Answer>,
    /// When the next scripted answer begins.
    planned_ms: Option<u64>,
    utterance: String,
    turn: Option<Turn>,
    cues: VecDeque<(u64, Cue)>,
    /// Milliseconds of sound so far: runs ahead of the clock when the pace does.
    sound_ms: u64,
    /// How much was heard of what the running turn cut short.
    cut_in_at_ms: u64,
    /// The last turn that became an item.
    pub(super) spoken: Option<Answer>,
    /// Words of sound in which nobody found a turn.
    pub(super) unheard: VecDeque<Answer>,
}

impl Candidate {
    pub(super) fn new(wire: Wire) -> Self {
        Self {
            wire,
            detection: TurnDetection::default(),
            told: VecDeque::new(),
            planned_ms: None,
            utterance: String::new(),
            turn: None,
            cues: VecDeque::new(),
            sound_ms: 0,
            cut_in_at_ms: 0,
            spoken: None,
            unheard: VecDeque::new(),
        }
    }

    pub(super) fn configure(&mut self, detection: TurnDetection) {
        self.detection = detection;
    }

    /// Silence that ends a turn of sound.
    pub(super) fn silence_ms(&self) -> u64 {
        match self.detection {
            TurnDetection::Silence { silence_ms, .. } => silence_ms.into(),
            _ => 500,
        }
    }

    pub(super) fn finds_turns(&self) -> bool {
        self.detection != TurnDetection::Manual
    }

    /// The words that are being said to the candidate.
    pub(super) fn listen(&mut self, utterance: &str) {
        utterance.clone_into(&mut self.utterance);
    }

    /// The interviewer speaks, or has fallen silent: then it is the candidate's turn.
    pub(super) fn interviewer(&mut self, now_ms: u64, is_speaking: bool, script: &Script) {
        let answer = script.answers.front().filter(|answer| answer.answers(&self.utterance));
        let may_speak = !is_speaking && self.wire == Wire::WebRtc && self.turn.is_none();
        self.planned_ms = answer.filter(|_| may_speak).map(|answer| now_ms + answer.silence_ms());
    }

    /// Speaks now, or after what is being said.
    pub(super) fn speak(&mut self, now_ms: u64, answer: Answer, script: &Script, stage: &Stage) {
        self.planned_ms = None;
        self.told.push_back(answer);
        self.go_on(now_ms, script, stage);
    }

    /// How much was heard of an utterance that was stopped after `played_ms`.
    pub(super) fn heard_ms(&mut self, played_ms: u64) -> u64 {
        match std::mem::take(&mut self.cut_in_at_ms) {
            0 => played_ms,
            scripted_ms => scripted_ms,
        }
    }

    /// Takes the turn of a person whose sound is real: the script only gives the words.
    pub(super) fn sound_begins(&mut self, now_ms: u64, at_ms: u64, answer: Answer) {
        self.cue(now_ms, Cue::Heard(Heard::Ear(EarEvent::SpeechStarted { at_ms })));
        self.turn = Some(Turn { start_ms: at_ms, answer });
    }

    pub(super) fn sound_ends(&mut self, now_ms: u64, at_ms: u64, script: &Script, stage: &Stage) {
        self.sound_ms = at_ms;
        let turn = self.turn.as_ref().filter(|turn| turn.answer.transcript == Transcript::Normal);
        if let Some(text) = turn.map(|turn| turn.answer.text.clone()) {
            self.cue(now_ms, Cue::Heard(Heard::Ear(EarEvent::Partial { text })));
        }
        self.finish(now_ms, script, stage);
    }

    /// When something is due.
    pub(super) fn next_ms(&self) -> Option<u64> {
        let cue = self.cues.front().map(|(at, _)| *at);
        [cue, self.planned_ms].into_iter().flatten().min()
    }

    /// What is due.
    pub(super) fn due(&mut self, now_ms: u64, script: &mut Script, stage: &Stage) -> Option<Heard> {
        loop {
            if self.planned_ms.is_some_and(|at| at <= now_ms) {
                self.planned_ms = None;
                self.told.extend(script.answers.pop_front());
                self.go_on(now_ms, script, stage);
            }
            let at = self.cues.front()?.0;
            if at > now_ms {
                return None;
            }
            match self.cues.pop_front()?.1 {
                Cue::Heard(heard) => return Some(heard),
                Cue::Finish => self.finish(at, script, stage),
            }
        }
    }

    /// Closes the mouth at once.
    pub(super) fn end_turn(&mut self, now_ms: u64, script: &Script, stage: &Stage) {
        if self.turn.is_some() {
            self.drop_rest_of_turn();
            self.finish(now_ms, script, stage);
        }
    }

    /// Forgets the running turn.
    pub(super) fn clear(&mut self) {
        if self.turn.take().is_some() {
            self.drop_rest_of_turn();
        }
    }

    fn drop_rest_of_turn(&mut self) {
        let is_of_turn = |cue: &Cue| matches!(cue, Cue::Finish | Cue::Heard(Heard::Ear(EarEvent::Partial { .. })));
        self.cues.retain(|(_, cue)| !is_of_turn(cue));
    }

    /// Begins the next turn that was told, if nobody speaks.
    fn go_on(&mut self, now_ms: u64, script: &Script, stage: &Stage) {
        if self.turn.is_some() {
            return;
        }
        let Some(answer) = self.told.pop_front() else { return };
        let paced_ms = script.paced_ms(answer.length_ms());
        if self.detection == TurnDetection::Manual {
            self.cue(now_ms + paced_ms, Cue::Heard(Heard::Sound(stage.silence(answer.length_ms()))));
            return self.unheard.push_back(answer);
        }
        self.cut_in_at_ms = answer.cuts_in_at_ms;
        let at_ms = self.sound_ms.max(now_ms);
        self.cue(now_ms, Cue::Heard(Heard::Ear(EarEvent::SpeechStarted { at_ms })));
        if answer.transcript == Transcript::Normal {
            let partials = partials(&answer.text);
            let count = partials.len() as u64 + 1;
            for (text, at) in partials.into_iter().zip(1..) {
                self.cue(now_ms + paced_ms * at / count, Cue::Heard(Heard::Ear(EarEvent::Partial { text })));
            }
        }
        self.cue(now_ms + paced_ms, Cue::Finish);
        self.sound_ms = at_ms + answer.length_ms();
        self.turn = Some(Turn { start_ms: at_ms, answer });
    }

    /// Ends the running turn; its words follow as the script says.
    fn finish(&mut self, now_ms: u64, script: &Script, stage: &Stage) {
        let Some(Turn { start_ms, answer }) = self.turn.take() else { return };
        let end_ms = self.sound_ms.max(start_ms + 1);
        let pcm = stage.silence(end_ms - start_ms);
        self.cue(now_ms, Cue::Heard(Heard::Ear(EarEvent::SpeechStopped { at_ms: end_ms })));
        self.cue(now_ms, Cue::Heard(Heard::Ear(EarEvent::TurnEnded { start_ms, end_ms, pcm, text: None })));
        if let Some((after_ms, text)) = recognized(&answer, script) {
            self.cue(now_ms + after_ms, Cue::Heard(Heard::Ear(EarEvent::TurnText { start_ms, text })));
        }
        self.spoken = Some(answer);
        self.go_on(now_ms, script, stage);
    }

    /// Keeps cues in the order of their times; those of one time in the order they came.
    fn cue(&mut self, at_ms: u64, cue: Cue) {
        let place = self.cues.partition_point(|(at, _)| *at <= at_ms);
        self.cues.insert(place, (at_ms, cue));
    }
}

/// What a recognition makes of an answer, and after how long; `None`: nothing, ever.
pub(super) fn recognized(answer: &Answer, script: &Script) -> Option<(u64, Result<String, SpeechError>)> {
    let soon = script.working_ms(RECOGNITION_MS);
    match answer.transcript {
        Transcript::Normal | Transcript::Burst => Some((soon, Ok(answer.text.clone()))),
        Transcript::LateMs(ms) => Some((ms, Ok(answer.text.clone()))),
        Transcript::Failed => Some((soon, Err(SpeechError::Inference("scripted".into())))),
        Transcript::Empty => Some((soon, Ok(String::new()))),
        Transcript::Never => None,
    }
}

/// Captions: ever more words of the text.
fn partials(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let ends = (1..=words.len()).filter(|end| end % WORDS_PER_PARTIAL == 0 || *end == words.len());
    ends.map(|end| words[..end].join(" ")).collect()
}
