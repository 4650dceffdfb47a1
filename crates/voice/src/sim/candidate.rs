//! The scripted candidate: when the mouth opens, and what an ear would make of it. Sans-IO: time is an argument.

use std::collections::VecDeque;
use std::sync::Arc;

use super::script::{Answer, Script, Transcript};
use super::stage::Stage;
use super::words::{partials, recognized};
use crate::session::Wire;
use crate::speech::EarEvent;
use crate::turn::TurnDetection;

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
    /// When the mouth opened and for how long it is to be open; no length where the sound is real.
    opened_ms: u64,
    paced_ms: u64,
}

impl Turn {
    /// What was said of it by now, and the rest.
    fn cut(self, now_ms: u64) -> (Turn, Option<Answer>) {
        if self.paced_ms == 0 {
            return (self, None);
        }
        let share = (now_ms.saturating_sub(self.opened_ms) as f64 / self.paced_ms as f64).min(1.0);
        let (answer, rest) = self.answer.cut(share);
        (Turn { answer, ..self }, rest)
    }
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
        self.turn = Some(Turn { start_ms: at_ms, answer, opened_ms: now_ms, paced_ms: 0 });
    }

    pub(super) fn sound_ends(&mut self, now_ms: u64, at_ms: u64, script: &Script, stage: &Stage) {
        self.sound_ms = at_ms;
        let turn = self.turn.as_ref().filter(|turn| turn.answer.transcript == Transcript::Normal);
        if let Some(text) = turn.map(|turn| turn.answer.text.clone()) {
            self.cue(now_ms, Cue::Heard(Heard::Ear(EarEvent::Partial { text })));
        }
        self.finish(now_ms, false, script, stage);
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
                Cue::Finish => self.finish(at, false, script, stage),
            }
        }
    }

    /// Ends the running turn by hand.
    pub(super) fn end_turn(&mut self, now_ms: u64, script: &Script, stage: &Stage) {
        self.turn = self.cut_turn(now_ms);
        self.finish(now_ms, true, script, stage);
    }

    /// Forgets the running turn; gives what was said in it.
    pub(super) fn clear(&mut self, now_ms: u64, script: &Script, stage: &Stage) -> Option<String> {
        let turn = self.cut_turn(now_ms)?;
        self.go_on(now_ms, script, stage);
        Some(turn.answer.text)
    }

    /// Takes the running turn as far as it is; what is left of it is said next.
    fn cut_turn(&mut self, now_ms: u64) -> Option<Turn> {
        let (turn, rest) = self.turn.take()?.cut(now_ms);
        let is_of_turn = |cue: &Cue| matches!(cue, Cue::Finish | Cue::Heard(Heard::Ear(EarEvent::Partial { .. })));
        self.cues.retain(|(_, cue)| !is_of_turn(cue));
        if let Some(rest) = rest {
            self.sound_ms = turn.start_ms + turn.answer.length_ms();
            self.told.push_front(rest);
        }
        Some(turn)
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
            for (share, text) in partials(&answer.text) {
                let said_ms = (paced_ms as f64 * share) as u64;
                self.cue(now_ms + said_ms, Cue::Heard(Heard::Ear(EarEvent::Partial { text })));
            }
        }
        self.cue(now_ms + paced_ms, Cue::Finish);
        self.sound_ms = at_ms + answer.length_ms();
        self.turn = Some(Turn { start_ms: at_ms, answer, opened_ms: now_ms, paced_ms });
    }

    /// Ends the running turn; its words follow as the script says.
    fn finish(&mut self, now_ms: u64, is_by_hand: bool, script: &Script, stage: &Stage) {
        let Some(Turn { start_ms, answer, .. }) = self.turn.take() else { return };
        let end_ms = self.sound_ms.max(start_ms + 1);
        let pcm = stage.silence(end_ms - start_ms);
        if !is_by_hand {
            self.cue(now_ms, Cue::Heard(Heard::Ear(EarEvent::SpeechStopped { at_ms: end_ms })));
        }
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
