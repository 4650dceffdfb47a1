//! Turn taking: decides, in sample time, when the candidate starts, pauses and has finished.
//!
//! Sans-IO: no clock, no models. Voice activity, the end-of-turn model's probability and the words go in; what
//! should be asked of the models, and starts and ends of turns, come out.

mod machine;
mod settings;
mod words;

pub use machine::{TurnMachine, TurnOutput, WINDOW_MS};
pub use settings::{Eagerness, TurnDetection};
pub use words::{Words, judge};
