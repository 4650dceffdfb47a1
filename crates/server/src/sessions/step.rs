//! One step of a session: an input goes to the interview, what it wants is done, and both are handed to the recorder.

use std::collections::VecDeque;

use interview::{Heard, Input, Lead, Output, Timestamp, ToolAnswer};

use super::{
    hub::{Fanout, State},
    leads,
    recorder::Entry,
    translate::Effect,
    worker::Worker,
};
use crate::evidence::reason::Reason;
use crate::store::log::{FLAW, INPUT, INTEGRITY, LoggedInput, NewRow, TOOL};

/// Integrity events that are kept of one session; whoever goes on is known by then.
const MOST_INTEGRITY: u32 = 200;

impl Worker {
    /// Tells the interview something and does what it wants.
    pub(super) fn handle(&mut self, input: Input) {
        self.apply(vec![Effect::Input(input)]);
    }

    /// Does what a translated event asks for, and what follows from it.
    pub(super) fn apply(&mut self, effects: Vec<Effect>) {
        let mut todo = VecDeque::from(effects);
        while let Some(effect) = todo.pop_front() {
            match effect {
                Effect::Caption(caption) => self.app.hub.publish(&self.session, Fanout::Caption(caption)),
                Effect::Send(event) => {
                    if let Some(leg) = &mut self.leg {
                        leg.send(&event);
                    }
                }
                Effect::Input(input) => self.step(input, &mut todo),
            }
        }
    }

    /// One input: handled, its outputs carried out, and both kept.
    fn step(&mut self, input: Input, todo: &mut VecDeque<Effect>) {
        let now = self.app.now();
        let mut rows: Vec<NewRow> = self.input_row(now, &input).into_iter().collect();
        self.interview.handle(now, input);
        let (mut turns, mut is_changed, mut effects) = (Vec::new(), false, Vec::new());
        while let Some(output) = self.interview.poll() {
            match output {
                Output::Say(say) => {
                    if let Some(leg) = self.leg.as_mut() {
                        leg.translator.utterances.say(now, say.id, say.text, &mut effects);
                    }
                }
                Output::Lead(lead) => self.lead(now, lead, &mut effects),
                Output::Answered(answer) => {
                    rows.extend(self.tool_row(&answer));
                    effects.push(Effect::Send(leads::output(&answer)));
                }
                Output::Stop { utterance } => {
                    if let Some(leg) = self.leg.as_mut() {
                        leg.translator.utterances.stop(now, utterance, &mut effects);
                    }
                }
                Output::Turn(turn) => turns.push(turn),
                Output::Changed => is_changed = true,
                Output::WakeAt(at) => self.wake = Some(at),
                Output::Ended(why) => {
                    self.ending = Some(word(why));
                    is_changed = true;
                }
            }
        }
        // What is to be sent goes out before anything is queued for the disk.
        todo.extend(effects);
        if !rows.is_empty() || !turns.is_empty() {
            self.keep(rows, turns);
        }
        if is_changed {
            self.publish();
        }
        // A channel that is being opened again is waited for: what was missed may be found out.
        if self.ending.is_some() && self.leg.as_ref().is_some_and(|leg| leg.sideband.is_some()) {
            self.drop_leg("ended");
        }
    }

    /// Lets the model react; where none is behind the call, the interview is told at once.
    fn lead(&mut self, now: Timestamp, lead: Lead, effects: &mut Vec<Effect>) {
        // Our own engine thinks only with a chat endpoint; without one it would say so to the candidate.
        let own_thinks = !self.app.config.voice.model_url.is_empty();
        match self.leg.as_mut().filter(|leg| leg.realtime.has_model() || own_thinks) {
            Some(leg) => leg.translator.utterances.lead(now, lead, effects),
            None => {
                let ended = Input::UtteranceEnded { utterance: lead.id, heard: Heard::Nothing };
                effects.push(Effect::Input(ended));
            }
        }
    }

    /// What became of a tool call, for people who read the log; the interview itself knows it from its inputs.
    fn tool_row(&self, answer: &ToolAnswer) -> Option<NewRow> {
        self.row(TOOL, None, serde_json::to_string(answer).unwrap_or_default())
    }

    /// Pieces of an answer are captions: its final says them again, so they are not kept.
    fn input_row(&self, now: Timestamp, input: &Input) -> Option<NewRow> {
        if matches!(input, Input::AnswerDelta { .. }) {
            return None;
        }
        let item = match input {
            Input::AnswerFinal { item, .. } | Input::AnswerFailed { item } => Some(item.clone()),
            _ => None,
        };
        let body = serde_json::to_string(&LoggedInput { at: now, input: input.clone() });
        self.row(INPUT, item, body.unwrap_or_default())
    }

    fn row(&self, kind: &str, item: Option<String>, body: String) -> Option<NewRow> {
        let leg = self.instance.as_ref()?.leg;
        let mono_ms = self.leg.as_ref().map_or(0, |leg| self.app.now().ms_since(leg.since));
        Some(NewRow { leg, kind: kind.to_owned(), item, body, mono_ms })
    }

    /// Keeps what is missing or unproven.
    pub(super) fn note_flaw(&mut self, flaw: &Reason) {
        tracing::warn!(session = %self.session, leg = flaw.leg, code = ?flaw.code, "the transcript has a flaw");
        let body = serde_json::to_string(flaw).unwrap_or_default();
        self.keep(self.row(FLAW, None, body).into_iter().collect(), Vec::new());
    }

    /// Keeps, in words, what somebody else did to the call.
    pub(super) fn note_integrity(&mut self, what: &'static str) {
        self.integrity += 1;
        if self.integrity > MOST_INTEGRITY {
            return;
        }
        tracing::warn!(session = %self.session, what, "an integrity event");
        let body = serde_json::Value::from(what).to_string();
        self.keep(self.row(INTEGRITY, None, body).into_iter().collect(), Vec::new());
    }

    /// Hands rows and turns to the recorder.
    pub(super) fn keep(&mut self, mut rows: Vec<NewRow>, turns: Vec<interview::Turn>) {
        if let Some(kept) = &mut self.kept_together {
            kept.0.extend(rows);
            kept.1.extend(turns);
            return;
        }
        let Some(instance) = self.instance.clone() else { return };
        for row in &mut rows {
            // The place in the log is the current leg's, also for late words of an earlier one.
            row.leg = instance.leg;
        }
        self.recorder.keep(Entry { instance, rows, turns, at: self.app.now() });
    }

    /// Shows where the interview is.
    pub(super) fn publish(&self) {
        let session_state = match (&self.leg, &self.instance) {
            (Some(_), _) => "live",
            (None, Some(_)) => "interrupted",
            (None, None) => "ready",
        };
        let state = State {
            view: self.interview.view(self.app.now()),
            session_state,
            leg: self.instance.as_ref().map_or(0, |i| i.leg),
            saved: self.saved,
        };
        self.app.hub.publish(&self.session, Fanout::State(Box::new(state)));
    }
}

/// The snake_case word of a plain enum.
pub(super) fn word(value: impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
