//! What the world sees: turns, the view, and when it changed.

use super::Interview;
use crate::agenda::Next;
use crate::ear::State;
use crate::input::Heard;
use crate::mouth::Current;
use crate::output::{Output, Speaker, Turn, TurnStatus};
use crate::script::spoken_ms;
use crate::time::Timestamp;
use crate::transcript::heard;
use crate::verbatim::deviates;
use crate::view::{Phase, QuestionView, StageName, View};

/// Sound without words that lasted so long is shown in the transcript.
const LONG_SOUND_MS: i64 = 3_000;

/// What of a view is worth telling about when it changes; its times run by themselves.
pub(super) type Glance = (StageName, Option<usize>, Phase, Option<Speaker>, u32);

impl Interview {
    /// Returns what a live page shows at `now`.
    pub fn view(&self, now: Timestamp) -> View {
        let now = self.ended.map_or(self.now.max(now), |(_, at)| at);
        let (stage, index, phase, speaker, turns) = self.glance();
        let questions = &self.script.plan.questions;
        let shown = index.and_then(|index| Some((index, questions.get(index)?)));
        let left_ms = shown.map(|(index, question)| {
            let limit_ms = i64::from(question.time_limit_s) * 1_000;
            let is_open = self.agenda.asked == Some(index);
            (limit_ms - if is_open { self.agenda.clock.elapsed_ms(now) } else { 0 }).max(0)
        });
        let total = questions.len();
        View {
            stage,
            question: shown.map(|(index, question)| QuestionView { index, total, text: question.text.clone() }),
            phase,
            speaker,
            elapsed_ms: self.since_start(now),
            question_left_ms: left_ms,
            turns,
        }
    }

    /// Tells about changes since the last input.
    pub(super) fn tell(&mut self) {
        let glance = self.glance();
        if self.last_glance.replace(glance) != Some(glance) {
            self.outputs.push_back(Output::Changed);
        }
        self.set_alarm();
    }

    /// Puts out the turn of an item of the candidate, as far as it is known.
    pub(super) fn tell_said(&mut self, at: usize) {
        let said = &self.ear.items[at];
        let ended_at = said.stopped_at.unwrap_or(self.now).max(said.started_at);
        let status = match said.state {
            State::Open | State::Missing => TurnStatus::Missing,
            State::Text(_) => TurnStatus::Final,
            State::Empty if !said.partial.is_empty() => TurnStatus::Missing,
            State::Empty => TurnStatus::Empty,
        };
        let is_sound = status == TurnStatus::Empty && ended_at.ms_since(said.started_at) < LONG_SOUND_MS;
        if is_sound && !said.is_told {
            return;
        }
        let turn = Turn {
            item: said.item.clone(),
            speaker: Speaker::Candidate,
            kind: said.kind,
            question: said.question,
            text: said.words().to_owned(),
            planned: None,
            status,
            cut: false,
            started_ms: self.since_start(said.started_at),
            ended_ms: self.since_start(ended_at),
        };
        self.turns += u32::from(!said.is_told);
        self.ear.items[at].is_told = true;
        self.outputs.push_back(Output::Turn(turn));
    }

    /// Puts out the turn of an utterance: what was heard of it, in the words that the provider says it said.
    pub(super) fn tell_heard(&mut self, current: &Current, how: Heard) {
        let spoken = current.spoken();
        let is_other = deviates(&current.line.text, &spoken, how == Heard::All);
        let text = if is_other { &spoken } else { &current.line.text };
        let began_at = current.started_at.unwrap_or(current.said_at);
        let (text, ended_at) = match how {
            Heard::All => (text.as_str(), self.now),
            Heard::Ms(ms) => (heard(text, ms), self.now.min(after(began_at, ms))),
            Heard::Nothing => return,
        };
        if text.is_empty() {
            return;
        }
        let planned = is_other.then(|| current.line.text.clone());
        let turn = self.spoken_turn(current, current.item.as_ref(), text, (began_at, ended_at));
        self.put_out(Turn { planned, cut: how != Heard::All, ..turn });
    }

    /// Puts out the turns of a lead: what was heard of each of its items. Tells whether anything was.
    pub(super) fn tell_lead(&mut self, current: &Current, how: Heard) -> bool {
        let mut began_at = current.started_at.unwrap_or(current.said_at);
        let mut left_ms = match how {
            Heard::All => u64::MAX,
            Heard::Ms(ms) => ms,
            Heard::Nothing => return false,
        };
        let mut was_heard = false;
        for (item, text) in &current.words {
            let part = heard(text, left_ms);
            if part.is_empty() {
                break;
            }
            let ended_at = self.now.min(after(began_at, left_ms.min(spoken_ms(text))));
            let turn = self.spoken_turn(current, Some(item), part, (began_at, ended_at));
            self.put_out(Turn { cut: part.len() < text.trim_end().len(), ..turn });
            (was_heard, began_at) = (true, ended_at);
            left_ms = left_ms.saturating_sub(spoken_ms(text));
        }
        if current.words.is_empty() && left_ms > 0 && current.started_at.is_some() {
            // It was played, and what it was is lost.
            let turn = self.spoken_turn(current, current.item.as_ref(), "", (began_at, self.now));
            self.put_out(Turn { status: TurnStatus::Missing, cut: how != Heard::All, ..turn });
            was_heard = true;
        }
        was_heard
    }

    /// Makes a turn of the interviewer, with an item that no other turn has.
    fn spoken_turn(&self, current: &Current, item: Option<&String>, text: &str, at: (Timestamp, Timestamp)) -> Turn {
        let own = || format!("utterance-{}", current.id);
        let item = item.filter(|item| !self.spoken_items.contains(*item)).cloned().unwrap_or_else(own);
        Turn {
            item,
            speaker: Speaker::Interviewer,
            kind: current.line.kind.into(),
            question: current.line.question,
            text: text.to_owned(),
            planned: None,
            status: TurnStatus::Final,
            cut: false,
            started_ms: self.since_start(at.0),
            ended_ms: self.since_start(at.1.max(at.0)),
        }
    }

    fn put_out(&mut self, turn: Turn) {
        self.spoken_items.insert(turn.item.clone());
        self.turns += 1;
        self.outputs.push_back(Output::Turn(turn));
    }

    fn since_start(&self, at: Timestamp) -> i64 {
        self.started_at.map_or(0, |start| at.ms_since(start).max(0))
    }

    fn glance(&self) -> Glance {
        let stage = self.stage_name();
        let is_shown = !matches!(stage, StageName::Ended | StageName::Closing);
        let said = self.mouth.current.as_ref().and_then(|current| match current.line.next {
            Some(Next::Question(index)) => Some(index),
            _ => None,
        });
        let index = said.or(self.agenda.asked).filter(|_| is_shown);
        let (phase, speaker) = self.phase();
        (stage, index, phase, speaker, self.turns)
    }

    fn stage_name(&self) -> StageName {
        let is_closing_said = || self.mouth.current.as_ref().is_some_and(|c| c.line.next == Some(Next::Closing));
        if self.ended.is_some() {
            StageName::Ended
        } else if self.started_at.is_none() {
            StageName::Waiting
        } else if self.leg.is_none() {
            StageName::Interrupted
        } else if self.is_paused {
            StageName::Paused
        } else if self.ending.is_some() || self.agenda.is_closed || is_closing_said() {
            StageName::Closing
        } else if self.agenda.asked.is_none() {
            StageName::Greeting
        } else {
            StageName::Question
        }
    }

    fn phase(&self) -> (Phase, Option<Speaker>) {
        let is_speaking = self.mouth.current.as_ref().map(|current| current.started_at.is_some());
        let is_candidate = self.ear.open().any(|said| said.stopped_at.is_none());
        let speaker = match (is_speaking, is_candidate) {
            _ if self.leg.is_none() || self.ended.is_some() => None,
            (_, true) => Some(Speaker::Candidate),
            (Some(true), false) => Some(Speaker::Interviewer),
            _ => None,
        };
        let phase = if self.ended.is_some() {
            Phase::Listening
        } else if self.leg.is_none() {
            Phase::Reconnecting
        } else if self.is_paused {
            Phase::Paused
        } else if is_candidate {
            Phase::Listening
        } else if is_speaking == Some(true) {
            Phase::Speaking
        } else if is_speaking == Some(false) || self.ear.has_floor() || !self.mouth.queue.is_empty() {
            Phase::Thinking
        } else {
            Phase::Listening
        };
        (phase, speaker)
    }
}

fn after(at: Timestamp, ms: u64) -> Timestamp {
    at.plus_ms(i64::try_from(ms).unwrap_or(i64::MAX / 8))
}
