//! Where the interview is in its plan. A step is decided first and *taken* only once its line was heard, so a false end
//! of turn costs nothing: what was not heard was not asked.

use crate::input::Request;
use crate::stopwatch::Stopwatch;
use crate::time::Timestamp;

/// A step of the agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Ask the question.
    Question(usize),
    /// Ask the probe of the open question.
    Probe(usize),
    /// Say the last words.
    Closing,
}

/// Progress through the plan.
#[derive(Debug, Clone, Default)]
pub(crate) struct Agenda {
    /// The open question: the last one that was heard.
    pub(crate) asked: Option<usize>,
    /// The step decided and not heard yet.
    pub(crate) next: Option<Next>,
    /// The probe that was asked last, if it is still open.
    pub(crate) probe: Option<usize>,
    /// The probes already asked of the open question.
    pub(crate) spent: Vec<usize>,
    /// What a model asked last, if it is still open.
    pub(crate) follow_up: Option<String>,
    /// How often a model was heard in the open question.
    pub(crate) free: u32,
    /// How often a model was asked to lead since the candidate last answered.
    pub(crate) tries: u32,
    /// Requests that a model noted for the candidate in the open question.
    pub(crate) noted: u32,
    /// The answer has got no reaction yet: the lead was cut, refused or failed.
    pub(crate) owes: bool,
    /// The closing was heard.
    pub(crate) is_closed: bool,
    /// The time the candidate had for the open question.
    pub(crate) clock: Stopwatch,
    /// The silence since something was asked or said.
    pub(crate) quiet: Stopwatch,
    /// How far patience went with what was asked last: reassured, offered, repeated.
    pub(crate) patience: usize,
    /// The candidate was asked to say it again.
    pub(crate) said_again: bool,
    /// The answer was interrupted because of its length.
    pub(crate) is_interrupted: bool,
    /// When the line that interrupted was over.
    pub(crate) interrupted_at: Option<Timestamp>,
    /// The end of a moment to think.
    pub(crate) moment_until: Option<Timestamp>,
    /// A button that waits until it can be obeyed.
    pub(crate) wanted: Option<Request>,
}

impl Agenda {
    /// Takes a step: its line was heard.
    pub(crate) fn take(&mut self, step: Next) {
        match step {
            Next::Question(index) => {
                *self = Self { asked: Some(index), wanted: self.wanted.take(), ..Self::default() };
            }
            Next::Probe(index) => {
                self.spent.push(index);
                self.probe = Some(index);
                self.follow_up = None;
                self.next = None;
                self.listen_anew();
            }
            Next::Closing => {
                self.next = None;
                self.is_closed = true;
            }
        }
    }

    /// Starts patience over: something new was asked.
    pub(crate) fn listen_anew(&mut self) {
        self.quiet = Stopwatch::default();
        self.patience = 0;
        self.said_again = false;
    }
}
