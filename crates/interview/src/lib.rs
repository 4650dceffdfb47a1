//! The interview itself: what is asked, what is said when, what was heard. Sans-IO.
//!
//! This crate knows no clock, no network, no randomness and no runtime. [`Interview::handle`] takes what happened, with
//! the time at which it happened; [`Interview::poll`] gives what to do until there is nothing left. The same inputs give
//! the same outputs, so an interview is rebuilt after a crash by handling its stored inputs again.
//!
//! ```
//! # use interview::{Input, Interview, Output, Script, Timestamp, plan::Plan};
//! # let plan = Plan { language: "en".into(), greeting: "Hi {candidate}.".into(), questions: vec![], closing: "Bye.".into(), mode: Default::default() };
//! # let script = Script { plan, company: "Acme".into(), position: "Nurse".into(), candidate: "Ann".into() };
//! let mut interview = Interview::new(script);
//! interview.handle(Timestamp::from_ms(0), Input::LegReady { leg: 1 });
//! while let Some(output) = interview.poll() {
//!     if let Output::Say(utterance) = output {
//!         assert!(utterance.text.starts_with("Hello. I am an AI interviewer, speaking for Acme."));
//!     }
//! }
//! ```
//!
//! # How an interview goes
//!
//! 1. **Opening.** The disclosure ([`lines::DISCLOSURE`], cannot be switched off), the plan's greeting, the first
//!    question. Whatever the candidate says until then is written down and changes nothing.
//! 2. **Questions**, verbatim and in order. After an answer at most one probe that the plan allows ([`probes`]), else a
//!    neutral acknowledgement and the next question. What counts is the whole answer to the question so far.
//!    In a *guided* plan a model may instead ask freely about the answer, or call a tool whose effect the interview allows or
//!    refuses with a reason ([`guide`]). It never says the plan's words itself. What it may do is bounded for each
//!    question: so many free turns as probes are allowed and two more, the time limit, three goes for each answer. A model
//!    that is silent, slow or wrong costs nothing but its time: the rules of the structured way decide that step.
//! 3. **Closing**, then [`Output::Ended`].
//!
//! # Rules
//!
//! - **Nobody is talked over.** From `SpeechStarted` until the text (or its failure, or 15 s and a quarter of its length after
//!   the speech stopped) nothing is said. The only exception is the time limit below.
//! - **Silence is never an answer.** After 12 s: take your time. After 30 s: an offer to repeat. After 60 s: the
//!   question again. Then the interviewer waits. Sounds and mere courtesy ("um", "okay, thank you") are no answer either.
//! - **A false end is harmless.** A step is taken only when its line was heard (60 % of it; thanks count as nothing). If
//!   the candidate goes on before that, the line is dropped, nothing is spent, and what follows is part of the same
//!   answer. If the cut turns out to be a noise, the line is said again.
//! - **Requests** by button or voice: repeat, a moment (up to two minutes, clock stopped), pause, resume, type, end.
//! - **Time limit.** Past it no probe is asked. Half as long again, an answer is interrupted once, politely, and never in
//!   its first 20 s of speech; the candidate may finish for 10 s.
//! - **Speech that could not be recognized** is a turn of status `missing`; the candidate is asked once to say it again.
//! - **A lost leg** stops everything. The next one says welcome back and what was open.
//! - **The transcript is what was heard.** Late or changed text replaces the turn with the same item; empty text never
//!   replaces words.
//!
//! # Modules
//!
//! [`plan`] and [`problems`] (what is asked, and what is wrong with it), [`script`] and [`lines`] (every text that can be
//! spoken), `stage` with `agenda`, `ear`, `mouth` (the machine), [`probes`] and `requests` (its rules),
//! [`guide`] and `tools` (what a model is told and may do),
//! [`transcript`] (merge of provider events), [`verbatim`] (was it said as written), [`export`], [`wer`].
#![warn(missing_docs)]

mod agenda;
mod ear;
pub mod export;
pub mod guide;
pub mod input;
pub mod lines;
mod mouth;
pub mod output;
pub mod plan;
pub mod probes;
pub mod problems;
mod requests;
pub mod script;
mod stage;
mod stopwatch;
pub mod time;
mod tools;
pub mod transcript;
pub mod verbatim;
pub mod view;
pub mod wer;
mod words;

pub use guide::{Lead, Tool, ToolAnswer};
pub use input::{Heard, Input, Request};
pub use output::{EndReason, Output, Speaker, Turn, TurnKind, TurnStatus, Utterance, UtteranceKind};
pub use script::{Line, Script};
pub use stage::Interview;
pub use time::Timestamp;
pub use view::{Phase, QuestionView, StageName, View};
