//! The guided way: a model reacts to an answer, inside one question and within bounds.
//!
//! A lead takes the place of an utterance: it is out until it is over, and until then nothing else is said. What it
//! asks of the interview by tools is looked at only then, against the plan; what is refused goes back to the model with
//! the reason. Whatever goes wrong, the structured way decides the step.

use super::Interview;
use super::heard::{CUT_GRACE_MS, KNOWN_PERCENT, percent};
use crate::agenda::Next;
use crate::guide::{self, Lead, Open, ToolAnswer};
use crate::input::Heard;
use crate::mouth::{Current, ToolCall};
use crate::output::{EndReason, Output};
use crate::plan::{PlanMode, Question};
use crate::requests;
use crate::tools::{self, Call, Note, Why};

/// A model may speak so much more often in a question than probes are allowed.
const FREE_BESIDES_PROBES: u32 = 2;
/// So many goes of the model for one answer: refused and cut ones count.
const TRIES: u32 = 3;
/// So many failed goes in a row, and the rest of the call is structured.
const FAILURES: u32 = 3;
/// So many requests a model may note in one question.
const NOTES: u32 = 3;

/// What an accepted tool call makes the interview do.
#[derive(Debug, Clone, Copy)]
enum Act {
    GoOn,
    Probe(usize),
    Repeat,
    Moment,
    End,
}

impl Interview {
    /// Lets a model react to the answer; false if that is not its business now.
    pub(super) fn lead(&mut self, open: usize) -> bool {
        self.agenda.owes = false;
        let question = &self.script.plan.questions[open];
        let free_left = free_most(question).saturating_sub(self.agenda.free);
        let is_allowed = self.script.plan.mode == PlanMode::Guided
            && free_left > 0
            && self.agenda.tries < TRIES
            && self.lead_failures < FAILURES
            && !self.agenda.is_interrupted
            && !self.is_over_time(open);
        if !is_allowed {
            return false;
        }
        let now = Open { index: open, question, spent: &self.agenda.spent, free_left };
        let (instructions, tools) = (guide::instructions(&self.script, now), guide::tools(now));
        self.agenda.tries += 1;
        self.agenda.next = None;
        self.has_offered = false;
        let typed = self.ear.take_typed();
        let id = self.mouth.lead(open, self.seq, self.now);
        self.outputs.push_back(Output::Lead(Lead { id, question: open, instructions, tools, typed }));
        true
    }

    /// Tells whether a model has spoken as often as it may in the open question.
    pub(super) fn is_free_spent(&self, open: usize) -> bool {
        self.script.plan.mode == PlanMode::Guided && self.agenda.free >= free_most(&self.script.plan.questions[open])
    }

    /// Tells whether the time of the open question is over.
    pub(super) fn is_over_time(&self, open: usize) -> bool {
        let limit_s = self.script.plan.questions[open].time_limit_s;
        self.agenda.clock.elapsed_ms(self.now) >= i64::from(limit_s) * 1_000
    }

    pub(super) fn tool_called(&mut self, lead: u32, id: String, name: String, arguments: String) {
        let current = self.mouth.current.as_mut().filter(|current| current.id == lead);
        let Some(calls) = current.and_then(|current| current.lead.as_mut()) else { return };
        if calls.iter().all(|call| call.id != id) {
            calls.push(ToolCall { id, name, arguments });
        }
    }

    pub(super) fn lead_ended(&mut self, mut current: Current, heard: Heard) {
        let calls = current.lead.take().unwrap_or_default();
        let was_heard = self.tell_lead(&current, heard);
        let text = current.spoken();
        // Without its words, a lead that was played to its end was heard.
        let share = if heard == Heard::All { 100 } else { percent(&text, heard) };
        let is_cut = current.stopped_at.is_some() || matches!(heard, Heard::Ms(_));
        if was_heard {
            self.agenda.free += 1;
        }
        if was_heard || !calls.is_empty() {
            self.lead_failures = 0;
        }
        if self.ending.is_some() || self.agenda.asked != current.line.question {
            return self.void(current.id, calls, "The interview has gone on meanwhile.");
        }
        if !calls.is_empty() && !is_cut {
            return self.resolve(current.id, calls, was_heard);
        }
        let has_called = !calls.is_empty();
        self.void(current.id, calls, "The candidate went on, so nothing was done.");
        if share >= KNOWN_PERCENT && was_heard && !has_called {
            self.settle_until(current.born);
            self.agenda.follow_up = Some(text).filter(|text| !text.is_empty());
            self.agenda.listen_anew();
            return;
        }
        self.agenda.owes = true;
        let by_button = current.stopped_at.is_some() && !self.ear.has_floor();
        if !is_cut {
            // Silent, failed or wordless: this step is decided the structured way.
            self.lead_failures += 1;
            self.agenda.tries = TRIES;
        } else if !by_button {
            self.mouth.not_before = Some(self.now.plus_ms(CUT_GRACE_MS));
        }
    }

    /// Does the first call that is allowed; answers all of them.
    fn resolve(&mut self, lead: u32, calls: Vec<ToolCall>, was_heard: bool) {
        let Some(open) = self.agenda.asked else { return };
        let mut chosen = None;
        for call in calls {
            let judged = match chosen {
                Some(_) => Err("Only one tool at a time: another one is being done.".to_owned()),
                None => tools::read(&call.name, &call.arguments).and_then(|call| self.judge(open, call)),
            };
            let (act, words) = match judged {
                Ok((act, words)) => (Some(act), words.to_owned()),
                Err(words) => (None, words),
            };
            chosen = chosen.or(act);
            self.answer(lead, call, act.is_some(), words);
        }
        match chosen {
            Some(act) => self.act(open, act, was_heard),
            None => self.agenda.owes = true,
        }
    }

    fn void(&mut self, lead: u32, calls: Vec<ToolCall>, words: &str) {
        calls.into_iter().for_each(|call| self.answer(lead, call, false, words.to_owned()));
    }

    fn answer(&mut self, lead: u32, call: ToolCall, is_accepted: bool, words: String) {
        let (call, name) = (call.id, call.name);
        self.outputs.push_back(Output::Answered(ToolAnswer { lead, call, name, is_accepted, words }));
    }

    /// Decides whether a call is allowed now; if not, why, in words for the model.
    fn judge(&self, open: usize, call: Call) -> Result<(Act, &'static str), String> {
        match call {
            Call::NextQuestion(number) if number == open as u64 + 1 => {
                Ok((Act::GoOn, "The interview goes on with the next step. Say nothing about it."))
            }
            Call::NextQuestion(_) => {
                Err(format!("The open question is number {}. No question can be skipped or taken back.", open + 1))
            }
            Call::AskProbe(number) => self.judge_probe(open, number),
            Call::Note(Note::End) | Call::End(Why::CandidateAsked) => {
                if requests::asks_to_end(self.ear.last_words()) {
                    Ok((Act::End, "The interview says the last words. Say nothing."))
                } else {
                    Err("The candidate's last words do not plainly ask to end the interview. They can press the End \
                         button at any time. Go on with the open question."
                        .to_owned())
                }
            }
            Call::End(Why::AllAsked) => match self.script.plan.questions.len() - open - 1 {
                0 => Ok((Act::GoOn, "The interview says the last words. Say nothing.")),
                left => Err(format!("{left} more must be asked first. Use next_question.")),
            },
            Call::Note(_) if self.agenda.noted >= NOTES => {
                Err("Enough requests were noted for this question. Use next_question.".to_owned())
            }
            Call::Note(Note::Repeat) => Ok((Act::Repeat, "The interview says it again. Say nothing.")),
            // The button of the page pauses for longer.
            Call::Note(Note::Moment | Note::Pause) => Ok((Act::Moment, "The interview waits for up to two minutes.")),
        }
    }

    fn judge_probe(&self, open: usize, number: u64) -> Result<(Act, &'static str), String> {
        let question = &self.script.plan.questions[open];
        let probe = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
        let Some(probe) = probe.filter(|probe| *probe < question.probes.len()) else {
            return Err(format!("There is no probe {number} of this question."));
        };
        if self.agenda.spent.contains(&probe) {
            return Err(format!("Probe {number} was asked already."));
        }
        if self.agenda.spent.len() >= usize::from(question.max_probes) {
            return Err("No more probes are allowed for this question. Use next_question.".to_owned());
        }
        if self.is_over_time(open) {
            return Err("The time for this question is over. Use next_question.".to_owned());
        }
        Ok((Act::Probe(probe), "The interview says the probe. Say nothing."))
    }

    /// Does what a call asked for. `was_heard`: the model has just spoken, so no thanks are needed.
    fn act(&mut self, open: usize, act: Act, was_heard: bool) {
        self.agenda.noted += u32::from(matches!(act, Act::Repeat | Act::Moment));
        match act {
            Act::GoOn => self.plan_next(open, was_heard),
            Act::Probe(probe) => self.plan_step(Next::Probe(probe)),
            Act::Repeat => self.repeat(),
            Act::Moment => self.give_moment(),
            Act::End => self.end(EndReason::CandidateEnded),
        }
    }
}

/// Returns how often a model may speak in a question.
fn free_most(question: &Question) -> u32 {
    u32::from(question.max_probes) + FREE_BESIDES_PROBES
}
