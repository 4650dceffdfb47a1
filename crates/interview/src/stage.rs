//! The stage machine: decides every utterance. See the crate's documentation for the rules.
//!
//! Inputs change facts (what was said, heard, asked for); after each input [`Interview::handle`] looks at all facts at
//! once and decides. So it never matters in which order two facts arrived.
//!
//! | file | holds |
//! |---|---|
//! | `stage.rs` | the interview, its inputs, legs |
//! | `stage/heard.rs` | what became of an utterance |
//! | `stage/said.rs` | what the candidate said |
//! | `stage/react.rs` | what to say next |
//! | `stage/timing.rs` | what time alone changes, and when to wake |
//! | `stage/report.rs` | turns, view, changes |

mod heard;
mod react;
mod report;
mod said;
mod timing;

use std::collections::{BTreeSet, VecDeque};

use crate::agenda::{Agenda, Next};
use crate::ear::{Ear, State};
use crate::input::{Heard, Input, Request};
use crate::lines;
use crate::mouth::{Mouth, Planned};
use crate::output::{EndReason, Output, UtteranceKind};
use crate::script::Script;
use crate::stopwatch::Stopwatch;
use crate::time::Timestamp;

/// One interview: takes inputs with their time, says what to do next.
#[derive(Debug, Clone)]
pub struct Interview {
    script: Script,
    now: Timestamp,
    /// Number of the input being handled: the order of things, where times can be equal.
    seq: u64,
    /// When the first leg was ready.
    started_at: Option<Timestamp>,
    leg: Option<u32>,
    last_leg: Option<u32>,
    is_paused: bool,
    /// The reason why the last words are being said before the plan is through, and since when.
    ending: Option<(EndReason, Timestamp)>,
    ended: Option<(EndReason, Timestamp)>,
    mouth: Mouth,
    ear: Ear,
    agenda: Agenda,
    /// The interviewer offered to repeat the question and heard nothing since.
    has_offered: bool,
    typed: u32,
    turns: u32,
    /// Provider items that carried an utterance.
    spoken_items: BTreeSet<String>,
    outputs: VecDeque<Output>,
    last_wake: Option<Timestamp>,
    last_glance: Option<report::Glance>,
}

impl Interview {
    /// Makes an interview that waits for its first leg.
    pub fn new(script: Script) -> Self {
        Self {
            script,
            now: Timestamp::default(),
            seq: 0,
            started_at: None,
            leg: None,
            last_leg: None,
            is_paused: false,
            ending: None,
            ended: None,
            mouth: Mouth::default(),
            ear: Ear::default(),
            agenda: Agenda::default(),
            has_offered: false,
            typed: 0,
            turns: 0,
            spoken_items: BTreeSet::new(),
            outputs: VecDeque::new(),
            last_wake: None,
            last_glance: None,
        }
    }

    /// Takes in what happened; the only way to change an interview. Never blocks, fails, or reads a clock.
    ///
    /// `now` may not go back; if it does, the latest time seen counts.
    pub fn handle(&mut self, now: Timestamp, input: Input) {
        self.now = self.now.max(now);
        self.seq += 1;
        match input {
            Input::LegReady { leg } => self.leg_ready(leg),
            Input::LegLost { leg } => self.leg_lost(leg),
            Input::UtteranceStarted { utterance, item } => self.utterance_started(utterance, item),
            Input::UtteranceEnded { utterance, heard } => self.utterance_ended(utterance, heard),
            Input::SpeechStarted { item } => self.speech_started(&item),
            Input::SpeechStopped { item } => self.speech_stopped(&item),
            Input::AnswerDelta { item, text } => self.answer_delta(&item, text),
            Input::AnswerFinal { item, text } => self.answer_final(&item, &text),
            Input::AnswerFailed { item } => self.answer_failed(&item),
            Input::Request(request) => self.request(request),
            Input::EndByRecruiter => self.end(EndReason::RecruiterEnded),
            Input::Tick => {}
        }
        if self.ended.is_none() {
            self.heed_time();
            self.decide();
        }
        self.run_watches();
        self.tell();
    }

    /// Returns what the caller must do next; `None` means wait for input.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Returns the script.
    pub fn script(&self) -> &Script {
        &self.script
    }

    /// Tells whether the interview has ended.
    pub fn is_over(&self) -> bool {
        self.ended.is_some()
    }

    /// Returns why the interview ended, once it has.
    pub fn end_reason(&self) -> Option<EndReason> {
        self.ended.map(|(reason, _)| reason)
    }

    fn leg_ready(&mut self, leg: u32) {
        if self.ended.is_some() || self.leg == Some(leg) || self.last_leg.is_some_and(|last| leg < last) {
            return;
        }
        if let Some(old) = self.leg {
            self.leg_lost(old);
            if self.ended.is_some() {
                return;
            }
        }
        self.leg = Some(leg);
        self.last_leg = Some(leg);
        self.is_paused = false;
        let is_new = self.turns == 0;
        self.started_at.get_or_insert(self.now);
        self.mouth.clear();
        if !is_new {
            self.plan_line(UtteranceKind::Transition, lines::WELCOME_BACK);
        }
        self.plan_where_it_was();
    }

    /// Plans what was open when the last leg went away.
    fn plan_where_it_was(&mut self) {
        let Some(question) = self.agenda.asked else {
            let greeting = self.script.fill(&self.script.plan.greeting);
            let disclosure = self.script.fill(lines::DISCLOSURE);
            self.plan_line(UtteranceKind::Greeting, &disclosure);
            self.plan_line(UtteranceKind::Greeting, &greeting);
            return self.plan_step(self.step_after(None));
        };
        self.agenda.listen_anew();
        let interrupted = self.agenda.is_interrupted.then(|| self.step_after(Some(question)));
        match self.agenda.next.or(interrupted) {
            Some(step) => self.plan_step(step),
            // Something was typed while there was no call: that is reacted to instead.
            None if self.ear.has_fresh() => {}
            None => {
                let text = self.script.plan.questions[question].text.clone();
                self.mouth.queue.push_back(Planned::new(UtteranceKind::Repeat, &text, Some(question)));
                if self.agenda.probe.is_some() {
                    self.plan_repeat();
                }
            }
        }
    }

    fn leg_lost(&mut self, leg: u32) {
        if self.leg != Some(leg) || self.ended.is_some() {
            return;
        }
        let was_closing = self.cut_by_loss();
        self.mouth.clear();
        self.mouth.failures = 0;
        self.leg = None;
        self.agenda.moment_until = None;
        self.agenda.wanted = None;
        let is_cut_off = self.ear.has_floor() || self.ear.has_fresh();
        self.lose_open_items();
        if is_cut_off {
            self.agenda.next = None;
        }
        match self.ending {
            Some((reason, _)) => self.finish(reason),
            None if self.agenda.is_closed || was_closing && !is_cut_off => self.finish(EndReason::Completed),
            None => {}
        }
    }

    /// Ends the utterance that was out when the leg was lost; tells whether the last words were being heard.
    fn cut_by_loss(&mut self) -> bool {
        let Some(current) = &self.mouth.current else { return false };
        let heard =
            current.started_at.map_or(Heard::Nothing, |at| Heard::Ms(self.now.ms_since(at).max(0).unsigned_abs()));
        let was_closing = current.line.next == Some(Next::Closing) && matches!(heard, Heard::Ms(ms) if ms > 0);
        self.utterance_ended(current.id, heard);
        was_closing
    }

    fn lose_open_items(&mut self) {
        for at in 0..self.ear.items.len() {
            self.ear.items[at].fresh = false;
            if self.ear.items[at].state == State::Open {
                self.ear.items[at].state = State::Missing;
                self.ear.items[at].settled = true;
                self.tell_said(at);
            }
        }
    }

    fn request(&mut self, request: Request) {
        if self.started_at.is_none() && request != Request::End || self.ended.is_some() {
            return;
        }
        match request {
            Request::Type(text) => self.typed(&text),
            Request::End => self.end(EndReason::CandidateEnded),
            _ if self.leg.is_none() || self.ending.is_some() => {}
            Request::Pause => {
                self.is_paused = true;
                self.stop();
            }
            Request::Resume if self.is_paused => {
                self.is_paused = false;
                self.agenda.quiet = Stopwatch::default();
                if self.mouth.current.is_none() {
                    let line = Planned::new(UtteranceKind::Transition, lines::GO_ON, self.agenda.asked);
                    self.mouth.queue.push_front(line);
                }
            }
            Request::Resume => {}
            Request::Repeat => {
                self.agenda.wanted = Some(request);
                if self.agenda.asked.is_some() {
                    self.stop();
                }
            }
            Request::Moment => self.agenda.wanted = Some(request),
        }
    }

    /// Says the last words now, whatever is left of the plan.
    fn end(&mut self, reason: EndReason) {
        if self.ended.is_some() || self.ending.is_some() {
            return;
        }
        if self.leg.is_none() {
            return self.finish(reason);
        }
        self.is_paused = false;
        if self.agenda.is_closed || self.agenda.next == Some(Next::Closing) {
            // The last words are on their way: let them be the end.
            self.ending = Some((EndReason::Completed, self.now));
            return;
        }
        self.ending = Some((reason, self.now));
        self.stop();
        self.mouth.clear();
        if reason == EndReason::RecruiterEnded {
            self.plan_line(UtteranceKind::Transition, lines::ENDS_HERE);
        }
        self.plan_step(Next::Closing);
    }

    /// Asks to cancel the utterance that is out.
    fn stop(&mut self) {
        if let Some(current) = self.mouth.current.as_mut().filter(|current| current.stopped_at.is_none()) {
            current.stopped_at = Some(self.now);
            self.outputs.push_back(Output::Stop { utterance: current.id });
        }
    }

    fn finish(&mut self, reason: EndReason) {
        self.ended = Some((reason, self.now));
        self.lose_open_items();
        self.outputs.push_back(Output::Ended(reason));
    }
}
