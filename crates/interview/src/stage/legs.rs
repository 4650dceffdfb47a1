//! A call is ready, a call is lost: the interview goes on where it was.

use super::Interview;
use crate::agenda::Next;
use crate::ear::State;
use crate::input::Heard;
use crate::lines;
use crate::mouth::Planned;
use crate::output::{EndReason, UtteranceKind};

impl Interview {
    pub(super) fn leg_ready(&mut self, leg: u32) {
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
        self.lead_failures = 0;
        let is_new = self.turns == 0;
        self.started_at.get_or_insert(self.now);
        self.mouth.clear();
        if !is_new {
            self.say(Planned::new(UtteranceKind::Transition, lines::WELCOME_BACK, self.agenda.asked));
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
            // A model was reacting, and the next call's has not heard the answer: the structured way decides.
            None if self.agenda.owes => self.decide_by_rules(question, false),
            None => {
                let text = self.script.plan.questions[question].text.clone();
                self.mouth.queue.push_back(Planned::new(UtteranceKind::Repeat, &text, Some(question)));
                if self.agenda.probe.is_some() || self.agenda.follow_up.is_some() {
                    self.plan_repeat();
                }
            }
        }
    }

    pub(super) fn leg_lost(&mut self, leg: u32) {
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
            self.agenda.owes = false;
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

    pub(super) fn lose_open_items(&mut self) {
        for at in 0..self.ear.items.len() {
            self.ear.items[at].fresh = false;
            if self.ear.items[at].state == State::Open {
                self.ear.items[at].state = State::Missing;
                self.ear.items[at].settled = true;
                self.tell_said(at);
            }
        }
    }
}
