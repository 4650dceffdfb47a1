//! The stage machine: decides every utterance. See the crate's documentation for the rules.
//!
//! Inputs change facts (what was said, heard, asked for); after each input [`Interview::handle`] looks at all facts at
//! once and decides. So it never matters in which order two facts arrived.
//!
//! | file | holds |
//! |---|---|
//! | `stage.rs` | the interview, its inputs, requests |
//! | `stage/legs.rs` | a call is ready, a call is lost |
//! | `stage/heard.rs` | what became of an utterance |
//! | `stage/said.rs` | what the candidate said |
//! | `stage/react.rs` | what to say next |
//! | `stage/timing.rs` | what time alone changes, and when to wake |
//! | `stage/lead.rs` | the guided way: a model reacts, within bounds |
//! | `stage/report.rs` | turns, view, changes |

mod heard;
mod lead;
mod legs;
mod react;
mod report;
mod said;
mod timing;

use std::collections::{BTreeSet, VecDeque};

use crate::agenda::{Agenda, Next};
use crate::ear::Ear;
use crate::input::{Input, Request};
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
    /// Goes of a model in a row that came to nothing.
    lead_failures: u32,
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
            lead_failures: 0,
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
        if let Input::AnswerDelta { item, text } = input {
            // Not even the time that it brings may change anything: a replay goes without captions.
            return self.answer_delta(&item, text);
        }
        self.now = self.now.max(now);
        self.seq += 1;
        self.take_in(input);
        if self.ended.is_none() {
            self.heed_time();
            self.decide();
        }
        self.run_watches();
        self.tell();
    }

    fn take_in(&mut self, input: Input) {
        match input {
            Input::LegReady { leg } => self.leg_ready(leg),
            Input::LegLost { leg } => self.leg_lost(leg),
            Input::UtteranceStarted { utterance, item } => self.utterance_started(utterance, item),
            Input::UtteranceSaid { utterance, item, text } => self.utterance_said(utterance, item, text),
            Input::ToolCalled { lead, call, name, arguments } => self.tool_called(lead, call, name, arguments),
            Input::UtteranceEnded { utterance, heard } => self.utterance_ended(utterance, heard),
            Input::SpeechStarted { item } => self.speech_started(&item),
            Input::SpeechStopped { item } => self.speech_stopped(&item),
            Input::SpeechMissed { item, from, to } => self.speech_missed(&item, from, to),
            Input::AnswerDelta { item, text } => self.answer_delta(&item, text),
            Input::AnswerFinal { item, text } => self.answer_final(&item, &text),
            Input::AnswerFailed { item } => self.answer_failed(&item),
            Input::Request(request) => self.request(request),
            Input::EndByRecruiter => self.end(EndReason::RecruiterEnded),
            Input::Tick => {}
        }
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
