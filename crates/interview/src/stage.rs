//! The stage machine.

use std::collections::VecDeque;

use crate::input::Input;
use crate::output::Output;
use crate::script::Script;
use crate::time::Timestamp;
use crate::view::{Phase, StageName, View};

/// One interview: takes inputs with their time, says what to do next.
#[derive(Debug, Clone)]
pub struct Interview {
    script: Script,
    outputs: VecDeque<Output>,
}

impl Interview {
    /// Makes an interview that waits for its first leg.
    pub fn new(script: Script) -> Self {
        Self { script, outputs: VecDeque::new() }
    }

    /// Takes in what happened; the only way to change an interview. Never blocks, fails, or reads a clock.
    pub fn handle(&mut self, _now: Timestamp, _input: Input) {}

    /// Returns what the caller must do next; `None` means wait for input.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Returns what a live page shows.
    pub fn view(&self, _now: Timestamp) -> View {
        let (stage, phase) = (StageName::Waiting, Phase::Reconnecting);
        View { stage, question: None, phase, speaker: None, elapsed_ms: 0, question_left_ms: None, turns: 0 }
    }

    /// Returns the script.
    pub fn script(&self) -> &Script {
        &self.script
    }

    /// Tells whether the interview has ended.
    pub fn is_over(&self) -> bool {
        false
    }
}
