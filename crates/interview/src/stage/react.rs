//! What to say next: looks at every fact and decides. Says nothing while the candidate has the floor.

use super::Interview;
use crate::agenda::Next;
use crate::input::Request;
use crate::lines;
use crate::mouth::Planned;
use crate::output::{EndReason, Output, UtteranceKind};
use crate::probes;
use crate::requests::Meaning;
use crate::stopwatch::Stopwatch;

/// Longest moment to think.
const MOMENT_MS: i64 = 120_000;

impl Interview {
    pub(super) fn decide(&mut self) {
        if self.ended.is_some() || self.leg.is_none() {
            return;
        }
        if self.agenda.is_closed && !self.is_floor_taken() {
            return self.finish(self.ending.map_or(EndReason::Completed, |(reason, _)| reason));
        }
        if self.is_paused || self.mouth.current.is_some() || self.is_floor_taken() || self.agenda.is_closed {
            return;
        }
        if self.ending.is_none() {
            self.react();
        }
        if self.is_held_back() {
            return;
        }
        self.mouth.not_before = None;
        self.say_next();
        let can_rest = self.mouth.is_idle() && self.agenda.asked.is_some();
        if can_rest && self.agenda.wanted == Some(Request::Moment) {
            self.agenda.wanted = None;
            self.give_moment();
            self.say_next();
        }
    }

    /// Tells whether it is too early to say anything.
    fn is_held_back(&self) -> bool {
        self.mouth.not_before.is_some_and(|at| self.now < at)
    }

    /// Says the first line that waits, if it may be said now.
    fn say_next(&mut self) {
        while self.mouth.current.is_none()
            && let Some(line) = self.mouth.queue.front()
        {
            if self.agenda.moment_until.is_some() && line.kind != UtteranceKind::Reassurance {
                return;
            }
            let Some(line) = self.mouth.queue.pop_front() else { return };
            if line.text.is_empty() {
                // Nothing to say is heard at once: only an unpublished plan has such lines.
                line.next.into_iter().for_each(|step| self.agenda.take(step));
                continue;
            }
            self.say(line);
        }
        if self.agenda.is_closed && self.mouth.is_idle() {
            self.finish(self.ending.map_or(EndReason::Completed, |(reason, _)| reason));
        }
    }

    pub(super) fn say(&mut self, line: Planned) {
        self.has_offered = line.text == lines::OFFER_REPEAT;
        let utterance = self.mouth.say(line, self.seq, self.now);
        self.outputs.push_back(Output::Say(utterance));
    }

    /// Reacts to what the candidate said or pressed since the last reaction.
    fn react(&mut self) {
        let fresh = self.ear.take_fresh();
        if self.agenda.asked.is_none() {
            // Nothing was asked yet: whatever is said is written down, and the greeting goes on.
            self.agenda.wanted.take_if(|wanted| *wanted == Request::Repeat);
            return;
        }
        let meaning = fresh.and_then(|fresh| fresh.meaning);
        if self.agenda.is_interrupted && (meaning.is_some() || self.mouth.queue.is_empty()) {
            self.agenda.wanted = None;
            return self.go_on(true);
        }
        if self.agenda.wanted == Some(Request::Repeat) {
            self.agenda.wanted = None;
            return self.repeat();
        }
        match meaning {
            Some(Meaning::Answer) => {
                self.agenda.tries = 0;
                self.go_on(false);
            }
            Some(Meaning::Decline) => self.go_on(true),
            Some(Meaning::Repeat) => self.repeat(),
            Some(Meaning::Moment) => self.give_moment(),
            Some(Meaning::Nothing) | None if fresh.is_some_and(|fresh| fresh.failed) => self.ask_to_say_again(),
            Some(Meaning::Nothing) | None if self.agenda.owes && !self.is_held_back() => self.go_on(false),
            Some(Meaning::Nothing) | None => {}
        }
    }

    /// Decides the step after an answer: a model's business in a guided plan, else that of the rules.
    pub(super) fn go_on(&mut self, without_probe: bool) {
        let Some(open) = self.agenda.asked else { return };
        self.mouth.clear();
        self.agenda.moment_until = None;
        if without_probe || !self.lead(open) {
            self.decide_by_rules(open, without_probe);
        }
    }

    /// Plans a probe if the plan and the rules want one, or the next question.
    pub(super) fn decide_by_rules(&mut self, open: usize, without_probe: bool) {
        self.agenda.owes = false;
        let question = &self.script.plan.questions[open];
        let probe = if without_probe || self.is_over_time(open) || self.is_free_spent(open) {
            None
        } else {
            probes::choose(question, &self.ear.answer(open), &self.agenda.spent)
        };
        match probe {
            Some(probe) => self.plan_step(Next::Probe(probe)),
            None => self.plan_next(open, self.agenda.is_interrupted),
        }
    }

    /// Plans the step after a question, and before it thanks unless enough was said.
    pub(super) fn plan_next(&mut self, open: usize, without_thanks: bool) {
        if !without_thanks {
            let thanks = lines::ACKNOWLEDGEMENTS[open % lines::ACKNOWLEDGEMENTS.len()];
            self.plan_line(UtteranceKind::Acknowledgement, thanks);
        }
        self.plan_step(self.step_after(Some(open)));
    }

    /// Returns the step after a question, or the first one.
    pub(super) fn step_after(&self, open: Option<usize>) -> Next {
        let index = open.map_or(0, |open| open + 1);
        if index < self.script.plan.questions.len() { Next::Question(index) } else { Next::Closing }
    }

    /// Plans the line of a step; the step is taken once it was heard.
    pub(super) fn plan_step(&mut self, step: Next) {
        let plan = &self.script.plan;
        let line = match (step, self.agenda.asked) {
            (Next::Question(index), _) => {
                Planned::new(UtteranceKind::Question, &plan.questions[index].text, Some(index))
            }
            (Next::Probe(probe), Some(open)) => {
                Planned::new(UtteranceKind::Probe, &plan.questions[open].probes[probe].text, Some(open))
            }
            (Next::Probe(_), None) => return,
            (Next::Closing, _) => Planned::new(UtteranceKind::Closing, &self.script.fill(&plan.closing), None),
        };
        self.agenda.next = Some(step);
        self.mouth.queue.push_back(line.then(step));
    }

    /// Plans a line that takes no step.
    pub(super) fn plan_line(&mut self, kind: UtteranceKind, text: &str) {
        self.mouth.queue.push_back(Planned::new(kind, text, self.agenda.asked));
    }

    /// Plans to say once more what was asked last: a model's question, the open probe, or the open question.
    pub(super) fn plan_repeat(&mut self) {
        let Some(open) = self.agenda.asked else { return };
        let question = &self.script.plan.questions[open];
        let planned = self.agenda.probe.map_or(&question.text, |probe| &question.probes[probe].text);
        let text = self.agenda.follow_up.as_ref().unwrap_or(planned);
        let line = Planned::new(UtteranceKind::Repeat, text, Some(open));
        self.mouth.queue.push_back(line);
    }

    pub(super) fn repeat(&mut self) {
        self.agenda.owes = false;
        self.agenda.moment_until = None;
        self.agenda.quiet = Stopwatch::default();
        if self.mouth.queue.is_empty() {
            self.plan_repeat();
        } else {
            // The line that was cut waits to be said again: that is the repeat.
            self.mouth.not_before = None;
        }
    }

    pub(super) fn give_moment(&mut self) {
        self.agenda.moment_until = Some(self.now.plus_ms(MOMENT_MS));
        self.mouth.not_before = None;
        let line = Planned::new(UtteranceKind::Reassurance, lines::OF_COURSE, self.agenda.asked);
        self.mouth.queue.push_front(line);
    }

    fn ask_to_say_again(&mut self) {
        self.agenda.owes = false;
        self.agenda.moment_until = None;
        self.agenda.quiet = Stopwatch::default();
        if !self.agenda.said_again {
            self.agenda.said_again = true;
            self.agenda.next = None;
            self.mouth.clear();
            self.plan_line(UtteranceKind::Reassurance, lines::SAY_AGAIN);
        }
    }
}
